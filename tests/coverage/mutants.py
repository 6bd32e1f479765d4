#!/usr/bin/env python3
"""A pack with full MC/DC kills every mutant of a single condition: shown on full.mou, by the program's own mutants and by ones that this script makes
in the rules' text (the program has no hand in these). Taking any one test away may leave a survivor only where it also takes MC/DC or a bound.
MC/DC is a figure of each decision alone: a subject whom another clause excludes anyhow counts for it, although its answer shows nothing. The tests of
full.mou therefore change one thing at a time.
Prints `N passed, N failed`."""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RULES = Path(__file__).with_name("full.mou")
# Mutants of one condition. MC/DC says nothing of the exact bound of a comparison, which the figure for bounds does: both are full here.
SINGLE = {
    "界限含与不含对调": "bound",
    "等于与不等于对调": "mcdc",
    "且与或对调": "mcdc",
    "去掉一个条件": "mcdc",
    "去掉除非或仅当": "mcdc",
}
# The text of a condition, and what a mistaken hand might have written in its place.
IN_TEXT = [("款额 ≥ 100元", "款额 < 100元"), ("情形 是 严重 或", "情形 不是 严重 或"), ("非 合格", "合格"), ("等级 不是 轻微", "等级 是 轻微"),
           ("资本 > 1000元", "资本 ≤ 1000元"), ("撤销日 已填", "撤销日 未填"), ("元 且 (", "元 或 ("), ("严重 或 非", "严重 且 非"),
           ("仅当 任一 许可 满足 等级 不是 轻微\n", "\n"), ("除非 资本 > 1000元\n", "\n"), ("款额 ≥ 100元 且 ", ""),
           (" 且 (情形 是 严重 或 非 合格)", ""), ("情形 是 严重 或 ", ""), (" 或 非 合格", ""),
           ("若 初犯", "若 非 初犯")]


class Checks:
    def __init__(self, mou: str, folder: Path):
        self.mou, self.folder = mou, folder
        self.passed = self.failed = 0

    def check(self, good: bool, what: str) -> None:
        self.passed += good
        self.failed += not good
        if not good:
            print(f"failed: {what}")

    def run(self, text: str, *options: str) -> subprocess.CompletedProcess:
        path = self.folder / RULES.name
        path.write_text(text, "utf-8")
        return subprocess.run([self.mou, *options, "--lang", "zh", path], capture_output=True, text=True, timeout=60)

    def coverage(self, text: str) -> dict[str, tuple[int, int]]:
        """kind -> (met, all)"""
        report = self.folder / "coverage.json"
        done = self.run(text, "test", "-q", f"--coverage={report}")
        self.check(done.returncode == 0, f"the tests pass: {done.stdout[-300:]} {done.stderr[-300:]}")
        return {kind: (figure["met"], figure["all"]) for kind, figure in json.loads(report.read_text("utf-8"))["totals"].items()}

    def mutants(self, text: str) -> dict[str, tuple[int, int]]:
        """What was changed -> (noticed, all)"""
        done = self.run(text, "test", "--mutate")
        self.check(done.returncode == 0, f"mutation: {done.stderr[-300:]}")
        return {what: (int(killed), int(every)) for killed, every, what in re.findall(r"^  (\d+)/(\d+)  (\S+)$", done.stdout, re.MULTILINE)}


def by_program(text: str, checks: Checks) -> None:
    for kind, (met, every) in checks.coverage(text).items():
        checks.check(met == every > 0, f"full coverage of {kind}: {met} of {every}")
    found = checks.mutants(text)
    for what in SINGLE:
        killed, every = found.get(what, (0, 0))
        checks.check(killed == every > 0, f"{what}: {killed} of {every} noticed")


def by_text(text: str, checks: Checks) -> None:
    for old, new in IN_TEXT:
        checks.check(text.count(old) == 1, f"{old!r} stands once in the rules")
        mutant = text.replace(old, new)
        checks.check(checks.run(mutant, "check", "-q").returncode == 0, f"{old!r} as {new!r} are rules")
        done = checks.run(mutant, "test")
        checks.check(done.returncode == 1 and "不通过" in done.stdout, f"{old!r} as {new!r}: no test notices")


def with_a_test_less(text: str, checks: Checks) -> None:
    """Who survives, survives for want of coverage; and there are such, so that a survivor would be seen."""
    rules, *tests = re.split(r"^(?=测试 )", text, flags=re.MULTILINE)
    survivors = 0
    for left_out in range(len(tests)):
        fewer = rules + "".join(test for i, test in enumerate(tests) if i != left_out)
        covered, found = checks.coverage(fewer), checks.mutants(fewer)
        for what, kind in SINGLE.items():
            killed, every = found[what]
            short = any(met < every for met, every in (covered["mcdc"], covered[kind]))
            survivors += killed < every
            checks.check(killed == every or short, f"without {tests[left_out].splitlines()[0]}: {what} {killed} of {every}, coverage {covered}")
    checks.check(survivors > 0, "no survivor whichever test is taken away")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True)
    text = RULES.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(parser.parse_args().mou, Path(folder))
        by_program(text, checks)
        by_text(text, checks)
        with_a_test_less(text, checks)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


sys.exit(main())
