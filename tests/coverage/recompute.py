#!/usr/bin/env python3
"""Recomputes coverage from the raw record of decisions, by other means than the program: every evaluation of a decision
in which turning one condition alone changes the whole (to the opposite or to unknown) shows that condition. Compares goal by goal.
Prints `N passed, N failed`."""
import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import xml.dom.minidom
from html.parser import HTMLParser
from pathlib import Path

KLEENE = {"Y": 1, "N": -1, "?": 0}


def whole(nodes: list, truths: dict[int, int], at: int = 0) -> int:
    """The truth of a tree: 1 yes, -1 no, 0 unknown; `truths` by node."""
    name, *children = nodes[at]
    if name == "condition":
        return truths[at]
    values = [whole(nodes, truths, child) for child in children]
    if name == "and":
        return min(values)
    if name == "or":
        return max(values)
    if name == "not":
        return -values[0]
    if name == "if":
        return 0 if values[0] == 0 else values[1 if values[0] > 0 else 2]
    return values[0]


class Decision:
    """A tree with the evaluations that were recorded of it."""

    def __init__(self, nodes: list):
        self.nodes = nodes
        self.leaves = [i for i, node in enumerate(nodes) if node[0] == "condition"]
        self.seen: set[str] = set()

    def truths(self, letters: str) -> dict[int, int]:
        return {leaf: KLEENE[letter] for leaf, letter in zip(self.leaves, letters, strict=True)}

    def shown(self, condition: int) -> dict[str, bool]:
        """What the record shows of one condition."""
        result = dict.fromkeys(("yes", "no", "decides_yes", "decides_no"), False)
        mine = [leaf for leaf in self.leaves if self.nodes[leaf][1] == condition]
        for letters in self.seen:
            truths = self.truths(letters)
            before = whole(self.nodes, truths)
            turned = {**truths, **{leaf: -truths[leaf] for leaf in mine}}
            for leaf in mine:
                side = {1: "yes", -1: "no"}.get(truths[leaf])
                if side:
                    result[side] = True
                    if before != 0 and whole(self.nodes, turned) != before:
                        result["decides_" + side] = True
        return result


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good: bool, what: str) -> None:
        self.passed += good
        self.failed += not good
        if not good:
            print(f"failed: {what}")


def measure(mou: str, root: Path, rules: str, folder: Path, checks: Checks) -> dict:
    """Runs the tests of `rules` with every report, and gives the JSON one."""
    command = [mou, "test", rules, "--coverage-trace", folder / "trace"]
    command += [f"--coverage={folder / 'report'}.{ending}" for ending in ("json", "html", "xml", "info")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
    checks.check(done.returncode == 0, f"{rules}: {done.returncode} {done.stdout[-300:]} {done.stderr[-300:]}")
    return json.loads((folder / "report.json").read_text("utf-8"))


def read_trace(path: Path) -> dict[int, Decision]:
    decisions: dict[int, Decision] = {}
    for line in path.read_text("utf-8").splitlines():
        entry = json.loads(line)
        if "nodes" in entry:
            decisions[entry["decision"]] = Decision(entry["nodes"])
        else:
            decision = decisions[entry["decision"]]
            decision.seen.add(entry["conditions"])
            letter = {1: "Y", -1: "N", 0: "?"}[whole(decision.nodes, decision.truths(entry["conditions"]))]
            assert letter == entry["whole"], entry
    return decisions


def compare(rules: str, report: dict, decisions: dict[int, Decision], checks: Checks) -> None:
    """Every goal of a condition as the record has it, and totals that are the sum of the goals."""
    for (number, condition), goals in itertools.groupby(
            sorted((g for g in report["goals"] if "decision" in g), key=lambda g: (g["decision"], g["condition"])),
            key=lambda g: (g["decision"], g["condition"])):
        shown = decisions[number].shown(condition)
        got = {g["want"]: g["met"] for g in goals}
        checks.check(got == shown, f"{rules}: decision {number} condition {condition}: {got}, by the record {shown}")
    for kind, figure in report["totals"].items():
        met = [g["met"] for g in report["goals"] if g["kind"] == kind]
        checks.check((sum(met), len(met)) == (figure["met"], figure["all"]), f"{rules}: total of {kind}")


def read_others(report: dict, folder: Path, checks: Checks) -> None:
    """The other forms can be read, and say as much."""
    every = len(report["goals"])
    met = sum(g["met"] for g in report["goals"])
    document = xml.dom.minidom.parse(str(folder / "report.xml")).documentElement
    checks.check((document.getAttribute("branches-valid"), document.getAttribute("branches-covered")) == (str(every), str(met)), "Cobertura totals")
    lcov = (folder / "report.info").read_text("utf-8").splitlines()
    branches = [line.rsplit(",", 1)[1] for line in lcov if line.startswith("BRDA:")]
    checks.check((len(branches), branches.count("1")) == (every, met), "LCOV totals")
    page = (folder / "report.html").read_text("utf-8")
    HTMLParser().feed(page)
    checks.check(page.count('class="gap"') == every - met, "gaps on the page")


def by_hand(report: dict, checks: Checks) -> None:
    """The example's figures as worked out on paper."""
    figures = {kind: (figure["met"], figure["all"]) for kind, figure in report["totals"].items()}
    # Two rules; one choice taken both ways. The six conditions: the amount, the gravity, 合格 (never no), the capital guard, 撤销日 filled, 撤销日
    # come; an absent 撤销日 leaves the second of these unknown, so that the first decides. Bounds: 100元 and one fen below, 1000元 and one fen
    # above, 撤销日 on the day and one day above; the beginning and the end of the term were not tried.
    expected = {"rule": (2, 2), "branch": (2, 2), "condition": (11, 12), "mcdc": (11, 12), "bound": (6, 10)}
    checks.check(figures == expected, f"the example: {figures} instead of {expected}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True)
    parser.add_argument("--root", required=True, type=Path)
    given = parser.parse_args()
    checks = Checks()
    for rules in ("tests/coverage/example.mou", "stdlib-rules"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            report = measure(given.mou, given.root, rules, folder, checks)
            compare(rules, report, read_trace(folder / "trace"), checks)
            read_others(report, folder, checks)
            if "example" in rules:
                by_hand(report, checks)
    low = subprocess.run([given.mou, "test", "tests/coverage/example.mou", "--threshold", "95", "-q"], cwd=given.root, capture_output=True, text=True)
    checks.check(low.returncode == 1 and "91%" in low.stderr, f"below the threshold: {low.returncode} {low.stderr}")
    enough = subprocess.run([given.mou, "test", "tests/coverage/example.mou", "--threshold", "90", "-q"], cwd=given.root, capture_output=True)
    checks.check(enough.returncode == 0, "above the threshold")
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


sys.exit(main())
