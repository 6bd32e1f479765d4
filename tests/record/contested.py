#!/usr/bin/env python3
"""Objections find the records that they are about, whatever kind of key these have, in runs of everybody as in look-ups. Prints `N passed, N failed`."""
import json
import sys

from common import Bench, main

DAY = "2024-06-01"
SUBJECTS = [f"914452020000{number:06}" for number in range(40)]
RULES = """规则包 异议例 版本 "1"
机关 主管部门   "某市某局"
主体类别 单位     "单位"     标识 文本
属性 单位
    名称： 文本
记录 处罚 "处罚决定"
    来源 主管部门
    文书 文号 作出 处罚日期
    {keys}
    处罚日期： 日期 必填
    金额：     金额
名单类别 黑名单、重点关注名单、红名单
措施目录 惩戒目录 版本 "1"
    M18 纳入重点监管   性质 管理措施 程度 从严 适用 单位
备忘录 异议备忘录
    标题 "异议备忘录"
    牵头 主管部门
    施行 2024年1月1日
认定 查实
    列入 重点关注名单
    凭   处罚
    当   金额 不少于 5万元{more}
    自   处罚日期
    为期 1年
惩戒 重点检查
    措施 M18
    因   查实
    对   单位：本单位
    由   主管部门
    依据 《行政处罚法》第六十三条
    程度 从严
    为期 随认定
    解除 自动
    救济 "依法申请行政复议或者提起行政诉讼"
"""
KEYS = {
    "text": ("序号： 文本 必填 主键\n    文号： 文本 必填", "", lambda number: f"甲{number}"),
    "whole": ("序号： 整数 必填 主键\n    文号： 文本 必填", "", str),
    "read": ("序号： 整数 必填 主键\n    文号： 文本 必填", " 且 序号 不少于 0", str),
    "instrument": ("文号： 文本 必填", "", lambda number: f"罚〔2024〕{number}号"),
}


def store_of(bench: Bench, name: str) -> str:
    keys, more, key = KEYS[name]
    bench.file("rules.mou", RULES.format(keys=keys, more=more))
    bench.expect(0, "build", "--generated", "-q", "rules.mou", "-o", "rules.moup")
    store = f"{name}.db"
    bench.expect(0, "init", "-q", store, "--pack", "rules.moup")
    bench.file("subjects.csv", "标识,主体类别,名称\n" + "".join(f"{subject},单位,甲\n" for subject in SUBJECTS))
    # Two records each, of which an objection is about the first, the second, both, one that there is not, or none.
    rows, objections = [], []
    for place, subject in enumerate(SUBJECTS):
        for turn in (0, 1):
            number = 1000 * (turn + 1) + 7 * place
            first = f"{key(number)},文{number}" if "序号" in keys else key(number)
            rows.append(f"{subject},{first},2024-02-0{turn + 1},{[60000, 30000][(place + turn) % 2]}.00")
            if place % 5 in ((0, 2) if turn == 0 else (1, 2)):
                objections.append(f"{subject},处罚,{key(number)},2024-05-01,")
        if place % 5 == 3:
            objections.append(f"{subject},处罚,{key(999999)},2024-05-01,")
    headers = "主体,序号,文号,处罚日期,金额\n" if "序号" in keys else "主体,文号,处罚日期,金额\n"
    bench.file("rows.csv", headers + "".join(row + "\n" for row in rows))
    bench.file("objections.csv", "主体,记录,键,提出,办结\n" + "".join(row + "\n" for row in objections))
    for target, file in (("主体", "subjects.csv"), ("处罚", "rows.csv"), ("异议", "objections.csv")):
        bench.expect(0, "import", "-q", store, "--as", target, file)
    return store


def outcomes_one_by_one(bench: Bench, store: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for subject in SUBJECTS:
        for line in bench.expect(0, "query", store, subject, "--as-of", DAY, "--json").splitlines():
            outcome = json.loads(line).get("outcome")
            counted[outcome] = counted.get(outcome, 0) + 1
    return counted


def outcomes_of_run(bench: Bench, store: str, *options) -> dict[str, int]:
    counted: dict[str, int] = {}
    for measure in json.loads(bench.expect(0, "run", store, "--as-of", DAY, "--json", *options))["measures"]:
        for outcome in ("in_force", "suspended", "to_verify", "pending"):
            counted[outcome] = counted.get(outcome, 0) + measure[outcome]
    return {outcome: count for outcome, count in counted.items() if count > 0}


def held(bench: Bench, name: str):
    store = store_of(bench, name)
    wanted = outcomes_one_by_one(bench, store)
    assert len(wanted) == 2 and sum(wanted.values()) == len(SUBJECTS), wanted
    for options in (("--summary",), ("--summary",), ("--threads", "1"), ("--full",)):
        found = outcomes_of_run(bench, store, *options)
        assert found == wanted, (options, found, wanted)


def test_key_of_text(bench: Bench):
    held(bench, "text")


def test_key_of_whole_numbers(bench: Bench):
    held(bench, "whole")


def test_key_that_rules_read(bench: Bench):
    held(bench, "read")


def test_number_of_the_instrument(bench: Bench):
    held(bench, "instrument")


if __name__ == "__main__":
    sys.exit(main(__name__))
