#!/usr/bin/env python3
"""Holds the rule library to its bar, file by file: number of tests, MC/DC, mutation score, and for every mutant that no test notices the
explanation in survivors.md. Takes about a minute; by hand, no part of `./test`.

    python3 tests/rules/bar.py --mou build/release/mou [--percent 95]

Prints one line per file and then the survivors: explained ones with their reason, others marked. Fails where a file is below the bar or a
survivor is unexplained, and where an explanation has no survivor left.
"""
import argparse
import collections
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
EXPLANATIONS = Path(__file__).with_name("survivors.md")


def mcdc(mou: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        subprocess.run([mou, "test", "-q", "stdlib-rules", f"--coverage={out}"], cwd=ROOT, check=True, capture_output=True)
        goals = json.loads(out.read_text("utf-8"))["goals"]
    found = collections.defaultdict(lambda: [0, 0])
    for goal in goals:
        if goal["kind"] == "mcdc":
            found[Path(goal["file"]).name][0] += goal["met"]
            found[Path(goal["file"]).name][1] += 1
    return found


def mutation(mou: str) -> tuple[dict, list]:
    """file -> (noticed, all); survivors as (file, line, what was changed)"""
    text = subprocess.run([mou, "test", "--mutate", "--lang", "zh", "stdlib-rules"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    scores = {Path(path).name: (int(killed), int(total)) for path, killed, total in re.findall(r"^  (\S+\.mou)  (\d+)/(\d+)$", text, re.MULTILINE)}
    survivors = [(Path(path).name, int(line), what) for path, line, what in re.findall(r"^  (\S+\.mou):(\d+):\d+ (.+)$", text, re.MULTILINE)]
    return scores, survivors


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
    given = parser.parse_args()
    covered, (scores, survivors), why = mcdc(given.mou), mutation(given.mou), explanations()
    failed, tests_in_all = 0, 0
    for path in sorted((ROOT / "stdlib-rules").glob("*.mou")):
        tests = len(re.findall(r"^测试 ", path.read_text("utf-8"), re.MULTILINE))
        tests_in_all += tests
        figures = [tuple(covered.get(path.name, (0, 0))), scores.get(path.name, (0, 0))]
        below = any(part[1] and part[0] * 100 < given.percent * part[1] for part in figures)
        failed += below
        if tests or figures[1][1]:
            print(f"{path.name}：测试 {tests}，MC/DC {percent(figures[0])}，变异 {percent(figures[1])}{'　低于标准' if below else ''}")
    print(f"共 {tests_in_all} 个测试，变异 {percent((sum(s[0] for s in scores.values()), sum(s[1] for s in scores.values())))}")
    for file, line, what in sorted(set(survivors)):
        reason = why.get((file, what.replace("|", "\\|")))
        failed += reason is None
        print(f"  {file}:{line} {what}\n      {reason or '没有说明'}")
    left = set(why) - {(file, what.replace("|", "\\|")) for file, _, what in survivors}
    for file, what in sorted(left):
        failed += 1
        print(f"  {file} {what}\n      说明已经没有用处")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
