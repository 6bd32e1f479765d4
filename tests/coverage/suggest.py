#!/usr/bin/env python3
"""Pastes what `mou test --suggest` prints and measures again: with --coverage the tests pass and meet exactly as many goals as they claim, with --mutate they notice
the survivors beside which they stand. From rules whose tests were taken away, most goals are met. Prints `N passed, N failed`."""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from checks import Checks

HERE = Path(__file__).parent


class Rules(Checks):
    def __init__(self, mou: str, folder: Path):
        super().__init__()
        self.mou, self.folder = mou, folder

    def run(self, path: Path, *options: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.mou, "test", "--lang", "zh", *options, path], capture_output=True, text=True, timeout=600)

    def goals(self, path: Path) -> tuple[int, int]:
        report = self.folder / "coverage.json"
        done = self.run(path, "-q", f"--coverage={report}")
        self.check(done.returncode == 0, f"{path.name}: the tests pass: {done.stdout[-500:]}{done.stderr[-500:]}")
        totals = json.loads(report.read_text("utf-8"))["totals"].values()
        return sum(total["met"] for total in totals), sum(total["all"] for total in totals)


def suggest(checks: Rules, source: Path, keep: int, least: float) -> None:
    rules, *tests = re.split(r"^(?=测试 )", source.read_text("utf-8"), flags=re.MULTILINE)
    path = checks.folder / source.name
    path.write_text(rules + "".join(tests[:keep]), "utf-8")
    before, every = checks.goals(path)
    shown = checks.run(path, "--coverage", "--suggest")
    heading = re.search(r"^# 下列 (\d+) 个测试补上 (\d+) 处中的 (\d+) 处.*\n", shown.stdout, re.MULTILINE)
    checks.check(heading is not None and int(heading[2]) == every - before, f"{source.name}: {shown.stdout[-300:]}")
    suggested = re.sub(r"^\d+ passed, \d+ failed\n", "", shown.stdout[heading.end():], flags=re.MULTILINE)
    checks.check(suggested.count("\n测试 ") == int(heading[1]), f"{source.name}: as many tests as it says")
    path.write_text(rules + "".join(tests[:keep]) + "\n" + suggested, "utf-8")
    after, _ = checks.goals(path)
    checks.check(after - before == int(heading[3]), f"{source.name}: {heading[3]} goals claimed, {after - before} met")
    checks.check(after >= least * every, f"{source.name}: {after} of {every} goals met")


def tell_apart(checks: Rules, source: Path, keep: int, least: float) -> None:
    """The tests shown beside survivors of --mutate notice them, and the others only are left."""
    rules, *tests = re.split(r"^(?=测试 )", source.read_text("utf-8"), flags=re.MULTILINE)
    path = checks.folder / source.name
    path.write_text(rules + "".join(tests[:keep]), "utf-8")
    shown = checks.run(path, "--mutate", "--suggest").stdout
    survived = int(re.search(r"未发现 (\d+) 处", shown)[1])
    told, _, rest = shown.partition("另有 ")
    same = int(rest.split(" ", 1)[0])
    checks.check(survived - same >= least * survived > 0, f"{source.name}: {survived - same} of {survived} survivors told apart")
    suggested = re.findall(r'^测试 "补充.*?(?=^$|\Z)', told, flags=re.MULTILINE | re.DOTALL)
    checks.check(len(suggested) == survived - same, f"{source.name}: a test beside each")
    path.write_text(rules + "".join(tests[:keep]) + "\n" + "\n".join(suggested), "utf-8")
    left = re.search(r"未发现 (\d+) 处", checks.run(path, "--mutate").stdout)
    checks.check(left is not None and int(left[1]) == same, f"{source.name}: {left and left[1]} are left, {same} were not told apart")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True)
    parser.add_argument("--root", required=True, type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        checks = Rules(given.mou, Path(folder))
        for source, keep, least in ((HERE / "full.mou", 0, 0.9), (HERE / "shared.mou", 0, 0.75), (HERE / "shared.mou", 6, 0.75),
                                    (given.root / "stdlib-rules/会计失信.mou", 0, 0.95)):
            suggest(checks, source, keep, least)
        for source, keep, least in ((HERE / "full.mou", 2, 0.8), (given.root / "stdlib-rules/会计失信.mou", 4, 0.9)):
            tell_apart(checks, source, keep, least)
    return checks.end()


sys.exit(main())
