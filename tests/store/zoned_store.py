#!/usr/bin/env python3
"""A store in which neighbours have in common what zones tell, and here and there something that they must not be mistaken about.

usage: zoned_store.py MOU FOLDER

Blocks of subjects whose records are old, of one sort, or not there; in them, often at a block's edge, a record that is otherwise. Records not yet served, dates on which a term overflows, cells
that are unknown, related subjects that lie in other blocks, and a year in which objections concern so many that they are not counted apart.
"""
import csv
import datetime
import pathlib
import random
import shutil
import subprocess
import sys

BLOCK, SUBJECTS = 2048, 2 * 2048 + 300
RULES = """规则包 分区词表 版本 "1.0.0"

代码表 情形表
    甲类 = 1、乙类 = 2、丙类 = 3

机关 信用办 "信用建设办公室"

主体类别 单位 "法人和非法人组织" 标识 登记号

属性 单位
    名称： 文本

记录 处罚 "行政处罚决定"
    来源 信用办
    文书 处罚文号 作出 处罚日期 送达 送达日期
    处罚文号： 文本 必填 主键
    处罚日期： 日期 必填
    送达日期： 日期
    金额：     金额

记录 检查 "监督检查"
    来源 信用办
    检查情形： 代码 情形表 必填
    检查日期： 日期 必填

记录 走访 "走访"
    来源 信用办
    走访情形： 代码 情形表 必填

记录 承诺 "信用承诺"
    来源 信用办
    承诺日期： 日期

记录 约定 "信用修复约定"
    来源 信用办
    约定日期： 日期 必填

关系 控股单位 从 单位 到 单位 反称 控股的单位

名单类别 重点关注名单、红名单

措施目录 分区目录 版本 "1.0"
    M01 列为重点监管 性质 管理措施 程度 从严 适用 单位
"""
FAR = "2199-03-01"  # no day is three years behind it
HEAD = """引用 分区词表

备忘录 分区
    标题 "关于分区测试的合作备忘录"
    文号 测试信用〔2016〕16号
    牵头 信用办
    施行 2016年1月1日

认定 受罚
    列入 重点关注名单
    凭   处罚
    当   金额 不低于 10万元
    自   处罚日期
    为期 1年
"""
CONDITIONS = {
    "都是甲类": "每个 检查 满足 检查情形 是 甲类",
    "有近期的": "任一 检查 满足 检查日期 在 近 12个月",
    "有丙类": "任一 走访 满足 走访情形 是 丙类",
    "两次丙类": "计数(走访 满足 走访情形 是 丙类) 不少于 2",
    "所控股的有丙类": "任一 控股单位 满足 有丙类",
    "未满三年": "任一 承诺 满足 承诺日期 + 3年 晚于 今日",
    "已满三年": "任一 约定 满足 约定日期 + 3年 早于 今日",
}
MEASURE = """
惩戒 惩戒{name}
    措施 M01
    因   {name}
    对   单位：本单位
    由   信用办
    依据 《社会信用体系建设法》第一条
    程度 从严
    为期 {term}
    解除 自动
    救济 "向实施机关提出异议"
"""


def rules():
    text = HEAD + MEASURE.format(name="受罚", term="随认定")
    for name, condition in CONDITIONS.items():
        text += f"\n认定 {name}\n    当 {condition}\n" + MEASURE.format(name=name, term="1年")
    return text


def day(number):
    return (datetime.date(2020, 1, 1) + datetime.timedelta(days=number)).isoformat()


class Data:
    """Rows of all files. Block 0 is old and of sort 甲类, block 1 of sort 乙类, and what is behind it recent, of all sorts and without 处罚; but for strange subjects, of which block 0 has none
    in 处罚 and 走访: what changes them there are objections to them, and related subjects of other blocks."""

    def __init__(self):
        self.random = random.Random(5)
        self.penalties, self.checks, self.visits, self.promises, self.deals, self.relations, self.objections = ([] for _ in range(7))
        for subject in range(SUBJECTS):
            self.fill(subject, subject // BLOCK, subject % BLOCK in (0, 1, BLOCK - 2, BLOCK - 1) or self.random.random() < 0.0005)

    def below(self, bound):
        return self.random.randrange(bound)

    def fill(self, subject, block, strange):
        name = f"D{subject:06}"
        sort = self.random.choice(["甲类", "乙类", "丙类"]) if strange or block == 2 else ("甲类", "乙类")[block]
        if block < 2 and self.below(2) == 0:
            self.penalize(name, subject, self.below(100) + 700 * block, strange and block > 0)
        self.checks += [[name, sort, day(self.below(300) + (1200 if strange else 500 * block))] for _ in range(self.below(3))]
        self.visits += [[name, sort if block > 0 else "甲类"] for _ in range(self.below(3))]
        if self.below(3) == 0:
            self.promises.append([name, "" if self.below(500) == 0 else FAR if strange else day(self.below(200) + 400 * block)])
        if block == 1 and self.below(3) == 0:
            self.deals.append([name, FAR if strange else day(self.below(100) + 400)])
        if subject > 0 and self.below(30) == 0:
            other = self.below(SUBJECTS) if self.below(2) == 0 else 2 * BLOCK + self.below(SUBJECTS - 2 * BLOCK)
            self.relations.append(["控股单位", name, f"D{other if other != subject else 0:06}", day(0), ""])

    def penalize(self, name, subject, made, strange):
        served = "" if strange else day(made + self.below(300))
        self.penalties.append([name, f"示〔2020〕{subject}号", day(made), served, self.random.choice(["", "50000.00", "100000.00", "200000.00"])])
        if self.below(5) > 0:
            self.objections.append([name, "处罚", self.penalties[-1][1], day(500), "" if self.below(50) == 0 else day(900)])

    def files(self):
        yield "主体", ["标识", "主体类别", "名称"], [[f"D{s:06}", "单位", f"示例单位{s}"] for s in range(SUBJECTS)]
        yield "处罚", ["主体", "处罚文号", "处罚日期", "送达日期", "金额"], self.penalties
        yield "检查", ["主体", "检查情形", "检查日期"], self.checks
        yield "走访", ["主体", "走访情形"], self.visits
        yield "承诺", ["主体", "承诺日期"], self.promises
        yield "约定", ["主体", "约定日期"], self.deals
        yield "关系", ["关系", "从", "到", "自", "至"], self.relations
        yield "异议", ["主体", "记录", "键", "提出", "办结"], self.objections


def main():
    mou, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "词表.mou").write_text(RULES, "utf-8")
    (folder / "rules" / "备忘录.mou").write_text(rules(), "utf-8")
    store = folder / "zoned.db"
    subprocess.run([mou, "init", "--quiet", store, "--pack", folder / "rules"], check=True, stdout=subprocess.DEVNULL)
    for target, header, rows in Data().files():
        path = folder / f"{target}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        subprocess.run([mou, "import", "--quiet", store, "--as", target, path], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
