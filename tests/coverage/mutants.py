#!/usr/bin/env python3
"""A pack with full MC/DC kills every mutant of a single condition. Shown on small packs by mutants that this script writes into the rules' text, in which
the program's own way of turning conditions has no part: each condition as its opposite, as always so and as never so, and on full.mou the slips of a hand.
Then tests are taken away one by one: a mutant may survive only where MC/DC is short, too. With --library, the same for files of the rule library,
a sample of conditions each (a campaign, not a test). Prints `N passed, N failed`."""
import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from checks import Checks

HERE = Path(__file__).parent
KINDS = ["条件取反", "条件当作总是成立", "条件当作总不成立", "去掉一个条件", "去掉非"]
# The text of a condition in full.mou, and what a mistaken hand might have written in its place.
IN_TEXT = [("款额 ≥ 100元", "款额 < 100元"), ("情形 是 严重 或", "情形 不是 严重 或"), ("非 合格", "合格"), ("等级 不是 轻微", "等级 是 轻微"),
           ("资本 > 1000元", "资本 ≤ 1000元"), ("撤销日 已填", "撤销日 未填"), ("元 且 (", "元 或 ("), ("严重 或 非", "严重 且 非"),
           ("仅当 任一 许可 满足 等级 不是 轻微\n", "\n"), ("除非 资本 > 1000元\n", "\n"), ("款额 ≥ 100元 且 ", ""),
           (" 且 (情形 是 严重 或 非 合格)", ""), ("情形 是 严重 或 ", ""), (" 或 非 合格", ""),
           ("若 初犯", "若 非 初犯")]
# A condition as its opposite, always so, never so.
REWRITTEN = ["(非 ({}))", "(1 = 1)", "(1 = 2)"]


class Rules(Checks):
    def __init__(self, mou: str, folder: Path):
        super().__init__()
        self.mou, self.folder = mou, folder

    def run(self, text: bytes, *options: str) -> subprocess.CompletedProcess:
        path = self.folder / "rules.mou"
        path.write_bytes(text)
        return subprocess.run([self.mou, *options, "--lang", "zh", path], capture_output=True, text=True, timeout=300)

    def coverage(self, text: bytes) -> dict:
        report = self.folder / "coverage.json"
        done = self.run(text, "test", "-q", f"--coverage={report}")
        self.check(done.returncode == 0, f"the tests pass: {done.stdout[-300:]} {done.stderr[-300:]}")
        return json.loads(report.read_text("utf-8"))

    def survivors(self, text: bytes) -> dict[str, int]:
        """What was changed -> how often no test noticed"""
        done = self.run(text, "test", "--mutate")
        self.check(done.returncode == 0, f"mutation: {done.stderr[-300:]}")
        return {what: int(every) - int(killed) for killed, every, what in re.findall(r"^  (\d+)/(\d+)  (\S+)$", done.stdout, re.MULTILINE)}

    def notices(self, text: bytes) -> bool | None:
        """Whether a test notices what the text has become; None where these are no rules."""
        done = self.run(text, "test", "--generated", "-q")
        return None if done.returncode == 3 else done.returncode == 1


def conditions(report: dict) -> dict[tuple[int, int], bool]:
    """Where a condition stands in the text -> whether tests show that it decides, as yes and as no"""
    found: dict[tuple[int, int], bool] = {}
    for goal in report["goals"]:
        if goal["kind"] == "mcdc":
            place = tuple(goal["bytes"])
            found[place] = found.get(place, True) and goal["met"]
    return found


def rewrite(text: bytes, places: list[tuple[int, int]], checks: Rules, name: str) -> None:
    written = 0
    for begin, end in places:
        words = text[begin:end].decode("utf-8")
        for pattern in REWRITTEN:
            mutant = text[:begin] + pattern.format(words).encode("utf-8") + text[end:]
            noticed = checks.notices(mutant)
            written += noticed is not None  # the day behind 自 of an ending is a condition that has no words of its own
            checks.check(noticed is not False, f"{name}: {words} as {pattern}: no test notices")
    checks.check(written > 0 or not places, f"{name}: no mutant of {len(places)} conditions is a rule")


def small_pack(name: str, checks: Rules) -> None:
    text = (HERE / name).read_bytes()
    report = checks.coverage(text)
    for kind, figure in report["totals"].items():
        checks.check(figure["met"] == figure["all"] > 0, f"{name}: full coverage of {kind}: {figure}")
    found = conditions(report)
    checks.check(len(found) > 5 and all(found.values()), f"{name}: {len(found)} conditions, all shown")
    rewrite(text, list(found), checks, name)
    survivors = checks.survivors(text)
    for what in KINDS:
        checks.check(survivors.get(what) == 0, f"{name}: {what}: {survivors.get(what)} not noticed")


def by_hand(checks: Rules) -> None:
    text = (HERE / "full.mou").read_text("utf-8")
    for old, new in IN_TEXT:
        checks.check(text.count(old) == 1, f"{old!r} stands once in the rules")
        done = checks.run(text.replace(old, new).encode("utf-8"), "test")
        checks.check(done.returncode == 1 and "不通过" in done.stdout, f"{old!r} as {new!r}: no test notices")


def with_a_test_less(name: str, checks: Rules) -> None:
    """Who survives, survives for want of MC/DC; and there are such, so that a survivor would be seen."""
    rules, *tests = re.split(r"^(?=测试 )", (HERE / name).read_text("utf-8"), flags=re.MULTILINE)
    seen = 0
    for left_out in range(len(tests)):
        fewer = (rules + "".join(test for i, test in enumerate(tests) if i != left_out)).encode("utf-8")
        short = not all(conditions(checks.coverage(fewer)).values())
        survivors = checks.survivors(fewer)
        single = sum(survivors.get(what, 0) for what in KINDS[:3])
        seen += single > 0
        checks.check(single == 0 or short, f"without {tests[left_out].splitlines()[0]}: {survivors}, and MC/DC is full")
    checks.check(seen > 0, "no survivor whichever test is taken away")


def unknown_as_no(checks: Checks) -> None:
    """No test of full.mou leaves anything out, and so none notices; one that does is enough."""
    text = (HERE / "full.mou").read_text("utf-8")
    left_out = """
测试 "款额没有报来"
    主体 单位 甲
        合格 是、初犯 否、资本 1000元
        案： 文号 "1"、作出日 2024-01-01、情形 严重
        许可： 证号 "1"、许可日 2023-01-01、等级 一般
    于   2024-06-01
    应有 限制采购 待核实 缺 款额
"""
    for rules, survivors in ((text, 1), (text + left_out, 0)):
        got = checks.survivors(rules.encode("utf-8")).get("不明当作不成立")
        checks.check(got == survivors, f"unknown as no: {got} instead of {survivors} not noticed")


def parameter_dates(checks: Rules) -> None:
    """A new value from another day, never, or with the one before it in its place: days long before and after tell the last two, only the day itself the first."""
    text = (HERE / "full.mou").read_text("utf-8")
    rules = re.split(r"^(?=测试 )", text, flags=re.MULTILINE)[0].replace("款额 ≥ 100元", "款额 ≥ 款额门槛 于 作出日")
    rules += "\n参数 款额门槛\n    100元 自 2015-01-01\n    200元 自 2020-01-01\n"
    worlds = "".join(f"""
测试 "{day} 的 150元"
    主体 单位 甲
        合格 否、初犯 否、资本 1000元
        案： 文号 "1"、作出日 {day}、款额 150元、情形 严重
        许可： 证号 "1"、许可日 2015-01-01、等级 一般
    于   {day[:4]}-06-01
    {expected} 限制采购
""" for day, expected in (("2018-01-01", "应有"), ("2023-01-01", "应无")))
    day_itself = worlds[worlds.rindex("测试 "):].replace("2023", "2020")
    for tests, left in ((worlds, 1), (worlds + "\n" + day_itself, 0)):
        done = checks.run((rules + tests).encode("utf-8"), "test", "--mutate")
        figures = re.search(r"^  (\d+)/(\d+)  参数改值的日期$", done.stdout, re.MULTILINE)
        checks.check(figures is not None and figures.groups() == (str(3 - left), "3"), f"dates of a parameter: {done.stdout[:300]} {done.stderr[:300]}")


def library(folder: Path, sample: int, checks: Rules) -> None:
    """Conditions of the library that its tests show to decide, a sample, rewritten in their file; what else the file needs comes from the library."""
    chance = random.Random(1)
    report = checks.folder / "library.json"
    subprocess.run([checks.mou, "test", folder, "-q", f"--coverage={report}"], check=True, capture_output=True)
    goals = json.loads(report.read_text("utf-8"))["goals"]
    for path in sorted(folder.rglob("*.mou")):
        found = conditions({"goals": [goal for goal in goals if Path(goal["file"]) == path]})
        shown = [place for place, all_met in found.items() if all_met]
        own = conditions(checks.coverage(path.read_bytes())) if shown else {}
        places = chance.sample(sorted(place for place in shown if own.get(place)), min(sample, sum(1 for place in shown if own.get(place))))
        print(f"{path.name}: {len(places)} of {len(found)} conditions")
        rewrite(path.read_bytes(), places, checks, path.name)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--sample", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        checks = Rules(given.mou, Path(folder))
        if given.library:
            library(given.library, given.sample, checks)
        else:
            for name in ("full.mou", "shared.mou"):
                small_pack(name, checks)
            by_hand(checks)
            with_a_test_less("full.mou", checks)
            unknown_as_no(checks)
            parameter_dates(checks)
    return checks.end()


sys.exit(main())
