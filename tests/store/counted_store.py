#!/usr/bin/env python3
"""A store whose rules only ask whether a subject has some, no, every or so many records: counting then looks at whole words of rows and at nobody's row in particular.

usage: counted_store.py MOU BENCH_GENERATE FOLDER

Rules: every comparison of a count with small numbers, quantifiers, grounds that lie ahead, guards. Data: the bench's, with unknown cells, dates ahead and objections.
A second store, with the bench's rules, whose subjects came one after the other: of many neighbours no record is recent.
And a third one, in which a measure's own end rests on records that nothing else asks about: they are looked at only where the measure is judged.
"""
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUBJECTS, SUBJECTS_BY_TIME = 3000, 13000
TABLES = {"执行案件": "cases", "行政处罚": "penalties", "欠薪决定": "wages", "税案": "taxes", "纳税评价": "ratings", "信用承诺": "commitments", "荣誉": "honours", "异议": "objections"}
COMPARISONS = ("不少于", "少于", "超过", "不超过", "是", "不是")
COUNTED = ("计数(行政处罚 满足 罚款金额 不低于 1万元)", "计数(信用承诺 满足 承诺状态 是 全部履行)")
QUANTIFIED = ("每个 行政处罚 满足 (罚款金额 低于 10万元 或 处罚种类 是 警告)", "无 执行案件 满足 履行情况 是 全部履行", "任一 欠薪决定 满足 涉及人数 不少于 10")
HEAD = """引用 基准词表

备忘录 计数
    标题 "关于计数测试的合作备忘录"
    文号 测试信用〔2016〕15号
    牵头 信用办
    施行 2016年1月1日

认定 重罚主体
    列入 重点关注名单
    凭   行政处罚
    当   罚款金额 不低于 10万元
    自   处罚日期
    为期 1年

认定 荣誉主体
    列入 红名单
    凭   荣誉
    当   撤销日期 未填
    自   授予日期
    为期 3年

"""
SANCTION = """惩戒 惩戒{name}
    措施 M04
    因   {because}
    对   单位：本单位
    由   市场监管局
    依据 《社会信用体系建设法》第一条
    程度 从严
    为期 {term}
    解除 自动
    救济 "向实施机关提出异议"

"""
INCENTIVE = """激励 激励{name}
    措施 I01
    因   {because}
    除非 在 重点关注名单
    对   单位：本单位
    由   信用办
    依据 《社会信用体系建设法》第二条
    为期 {term}

"""


def rules():
    conditions = [f"{counted} {comparison} {number}" for counted in COUNTED for comparison in COMPARISONS for number in (1, 2, 3)] + list(QUANTIFIED)
    text = HEAD
    for i, condition in enumerate(conditions):
        text += f"认定 认定{i:02}\n    当 {condition}\n\n"
        text += (INCENTIVE if i % 3 == 0 else SANCTION).format(name=f"{i:02}", because=f"认定{i:02}", term="1年")
    return text + SANCTION.format(name="重罚", because="重罚主体", term="随认定") + INCENTIVE.format(name="荣誉", because="荣誉主体", term="随认定")


def rules_with_own_end():
    text = HEAD + SANCTION.format(name="重罚", because="重罚主体", term="若 任一 信用承诺 满足 承诺状态 是 全部履行 则 3个月 否则 1年")
    for i, condition in enumerate(QUANTIFIED[1:]):
        text += f"认定 认定{i:02}\n    当 {condition}\n\n" + SANCTION.format(name=f"{i:02}", because=f"认定{i:02}", term="1年")
    return text


def fill(mou, generate, folder, name, pack, subjects, *how):
    """FOLDER/NAME.db under the pack, with so many subjects."""
    data, store = folder / name, folder / f"{name}.db"
    data.mkdir()
    commands = [[generate, data, subjects, 11, *how], [mou, "init", "--quiet", store, "--pack", pack],
                [mou, "import", "--quiet", store, "--as", "主体", data / "mou-subjects.csv"]]
    commands += [[mou, "import", "--quiet", store, "--as", target, data / f"mou-{table}.csv"] for target, table in TABLES.items()]
    for command in commands:
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


def main():
    mou, generate, folder = (pathlib.Path(word) for word in sys.argv[1:4])
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in (("counted", rules()), ("own_end", rules_with_own_end())):
        pack = folder / f"{name}_rules"
        pack.mkdir(parents=True)
        shutil.copy(ROOT / "tests/bench/pass/词表.mou", pack)
        (pack / "备忘录.mou").write_text(text, "utf-8")
        fill(mou, generate, folder, name, pack, SUBJECTS)
    fill(mou, generate, folder, "by_time", ROOT / "tests/bench/pass", SUBJECTS_BY_TIME, "by-time")


if __name__ == "__main__":
    main()
