#!/usr/bin/env python3
"""Holds the rule library to its bar, file by file: number of tests, MC/DC, mutation score, and for every mutant that no test notices the
explanation in survivors.md. Each file is measured by the tests that stand in it alone. Every threshold, window, ratio and date of the whole
library has a test below, at and above it. Takes about half a minute; by hand, no part of `./test`.

    python3 tests/rules/bar.py --mou build/release/mou [--percent 95] [FILE.mou ...]

Prints one line per file and then the survivors: explained ones with their reason, others marked. Fails where a file is below the bar or a
survivor is unexplained, and where an explanation has no survivor left. With FILE.mou, only those files of the library are measured.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
EXPLANATIONS = Path(__file__).with_name("survivors.md")


def run(mou: str, *words: str) -> str:
    return subprocess.run([mou, "test", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def goals_of(mou: str, kind: str, file: str = "") -> list:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        run(mou, "-q", f"stdlib-rules/{file}", f"--coverage={out}")
        return [goal for goal in json.loads(out.read_text("utf-8"))["goals"] if goal["kind"] == kind]


def mcdc(mou: str, file: str) -> tuple:
    goals = goals_of(mou, "mcdc", file)
    return sum(goal["met"] for goal in goals), len(goals)


def mutation(mou: str, file: str) -> tuple[tuple, list]:
    """(noticed, all); survivors as (file, line, what was changed)"""
    text = run(mou, "--mutate", "--lang", "zh", f"stdlib-rules/{file}")
    score = re.search(r"^  \S+\.mou  (\d+)/(\d+)$", text, re.MULTILINE)
    survivors = [(file, int(line), what.replace("|", "\\|")) for line, what in re.findall(r"^  \S+\.mou:(\d+):\d+ (.+)$", text, re.MULTILINE)]
    return tuple(map(int, score.groups())) if score else (0, 0), survivors


def measure(mou: str, path: Path) -> tuple:
    tests = len(re.findall(r"^测试 ", path.read_text("utf-8"), re.MULTILINE))
    return path.name, tests, mcdc(mou, path.name), *mutation(mou, path.name)


def explanations() -> dict:
    """(file, what was changed) -> why no test can notice"""
    rows = [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            for line in EXPLANATIONS.read_text("utf-8").splitlines() if line.startswith("| `")]
    return {(file, what): why for file, what, why in rows}


def percent(part: tuple) -> str:
    return f"{part[0]}/{part[1]} {part[0] * 100 // part[1]}%" if part[1] else "-"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True, type=lambda text: str(Path(text).resolve()))
    parser.add_argument("--percent", type=int, default=95)
    parser.add_argument("files", nargs="*", type=lambda text: Path(text).name)
    given = parser.parse_args()
    paths = [path for path in sorted((ROOT / "stdlib-rules").glob("*.mou")) if not given.files or path.name in given.files]
    why = {key: reason for key, reason in explanations().items() if not given.files or key[0] in given.files}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        measured = list(pool.map(lambda path: measure(given.mou, path), paths))
    failed, survivors = 0, []
    for file, tests, covered, score, left in measured:
        below = any(part[1] and part[0] * 100 < given.percent * part[1] for part in (covered, score))
        failed += below
        survivors += left
        if tests or score[1]:
            print(f"{file}：测试 {tests}，MC/DC {percent(covered)}，变异 {percent(score)}{'　低于标准' if below else ''}")
    totals = [tuple(sum(one[place][i] for one in measured) for i in (0, 1)) for place in (2, 3)]
    print(f"共 {sum(one[1] for one in measured)} 个测试，MC/DC {percent(totals[0])}，变异 {percent(totals[1])}")
    for file, line, what in sorted(survivors):
        reason = why.get((file, what))
        failed += reason is None
        print(f"  {file}:{line} {what}\n      {reason or '没有说明'}")
    bounds = goals_of(given.mou, "bound")
    for goal in bounds:
        failed += not goal["met"]
        if not goal["met"]:
            print(f"  {goal['file']}:{goal['line']}:{goal['column']} 界限没有测试：{goal['want']}")
    print(f"界限 {percent((sum(goal['met'] for goal in bounds), len(bounds)))}")
    for file, what in sorted(set(why) - {(file, what) for file, _, what in survivors}):
        failed += 1
        print(f"  {file} {what}\n      说明已经没有用处")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
