#!/usr/bin/env python3
"""Rows of penalties in the national layout (双公示) into a store, with all checks, receipts and seals, against the sqlite3 shell's `.import` of the same file.

usage: import.py [--build build/release] [--work out/bench] [--rows 500000] [--rounds 3] [--json FILE]

Makes the file and a store with its subjects once: one subject to five rows, rows by date of decision, so that those of one subject lie far apart; one row
in a thousand has a defect. Checks that every row is in the store or in quarantine, as many as were made wrong, then times both in turn on the same disk.
Prints medians over the rounds, by the clock and of the processor, and the ratio of the medians with the least and greatest ratio of any round.
"""
import argparse
import csv
import datetime
import json
import os
import pathlib
import random
import shutil
import sqlite3
import statistics
import sys
import time

from common import ROOT, build, ratio, timed

sys.path.insert(0, str(ROOT / "samples"))
from generate import organisation_id  # noqa: E402

HEADER = ["行政相对人名称", "行政相对人类别", "统一社会信用代码", "工商注册号", "组织机构代码", "税务登记号", "事业单位证书号", "社会组织登记证号", "法定代表人",
          "法定代表人证件类型", "法定代表人证件号码", "证件类型", "证件号码", "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据", "处罚类别", "处罚内容",
          "罚款金额(万元)", "没收违法所得、没收非法财物的金额(万元)", "暂扣或吊销证照名称及编号", "处罚决定日期", "处罚有效期", "公示截止期", "处罚机关",
          "处罚机关统一社会信用代码", "数据来源单位", "数据来源单位统一社会信用代码", "备注"]
OFFICES = [("揭阳市市场监督管理局", "揭市监"), ("揭阳市生态环境局", "揭环"), ("揭阳市应急管理局", "揭应急"), ("揭阳市税务局", "揭税"), ("揭阳市交通运输局", "揭交")]
FACTS = ["经查，当事人未按规定办理变更登记，违反登记管理规定。", "现场检查时，当事人未能提供进货台账，涉案货值八千四百元。", "当事人超过许可证载明的数量排放，经复测仍不符合标准，已责令改正。"]
KINDS = ["警告", "罚款", "罚款", "罚款", "没收违法所得", "责令停产停业"]
CODE = "11445200007000011Y"
FIRST_DAY = datetime.date(2016, 1, 1)
SPAN = 3600


def penalty(rand, number, rows, units):
    office, mark = OFFICES[rand.randrange(5)]
    kind = KINDS[rand.randrange(6)]
    day = FIRST_DAY + datetime.timedelta(days=number * SPAN // rows)
    until = day.replace(year=day.year + 3, day=min(day.day, 28)).isoformat()
    unit = rand.randrange(units)
    fine = f"{rand.randrange(1, 500000) / 10000:.6f}" if kind == "罚款" else ""
    return [f"揭阳市第{unit}号商贸有限公司", "法人及非法人组织", organisation_id("91", "445202", unit), "", "", "", "", "", "郑某", "身份证", "", "", "",
            f"{mark}罚〔{day.year}〕{number}号", "违反管理规定", FACTS[rand.randrange(3)], "《中华人民共和国行政处罚法》第九条", kind, kind, fine, "", "",
            day.isoformat(), "2099-12-31", until, office, CODE, "揭阳市发展和改革局", CODE, ""]


def spoil(rand, row):
    """One defect, so that the row goes to quarantine."""
    place, value = rand.choice([(22, "2023-02-29"), (17, "口头教育"), (19, "贰万元"), (2, "91445202MX0000000X"), (25, ""), (13, "")])
    row[place] = value


def make_files(folder, rows):
    """*rows* penalties and their subjects; the number of rows with a defect."""
    rand, units, wrong = random.Random(34), max(rows // 5, 1), 0
    folder.mkdir(parents=True)
    with open(folder / "units.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["标识", "主体类别", "名称"])
        out.writerows([organisation_id("91", "445202", unit), "单位", f"揭阳市第{unit}号商贸有限公司"] for unit in range(units))
    with open(folder / "penalties.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number in range(rows):
            row = penalty(rand, number, rows, units)
            if rand.randrange(1000) == 0:
                spoil(rand, row)
                wrong += 1
            out.writerow(row)
    return wrong


def make_base(mou, work, rows):
    """Folder with the files, the store of the subjects and what is known of them."""
    base = work / f"import-{rows}"
    if not (base / "made.json").exists():
        print("making files and store …", file=sys.stderr)
        shutil.rmtree(base, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        wrong = make_files(base, rows)
        timed(mou, "init", "--quiet", base / "units.db", "--pack", ROOT / "stdlib-rules/基础词表.mou")
        timed(mou, "import", "--quiet", base / "units.db", "--as", "主体", base / "units.csv")
        (base / "made.json").write_text(json.dumps({"wrong": wrong}))
    return base, json.loads((base / "made.json").read_text())["wrong"]


def remove(path):
    for suffix in ("", "-wal", "-shm", "-journal"):
        pathlib.Path(f"{path}{suffix}").unlink(missing_ok=True)


def by_mou(mou, base, rows, wrong):
    store = base / "round.db"
    remove(store)
    shutil.copyfile(base / "units.db", store)
    os.sync()
    *measures, output = timed(mou, "import", "--json", "--quiet", store, "--as", "行政处罚", "--layout", "双公示", base / "penalties.csv")
    result = json.loads(output)
    database = sqlite3.connect(store)
    stored = database.execute('SELECT (SELECT count(*) FROM "记录_行政处罚"), (SELECT count(*) FROM quarantine)').fetchone()
    database.close()
    if result["rows"] != rows or stored != (rows - wrong, wrong):
        sys.exit(f"rows are missing: {output} {stored}, expected {rows - wrong} and {wrong}")
    return measures


def by_shell(base, rows):
    database = base / "shell.db"
    remove(database)
    os.sync()
    *measures, _ = timed("sqlite3", database, ".mode csv", f".import {base / 'penalties.csv'} penalty")
    count = sqlite3.connect(database).execute("SELECT count(*) FROM penalty").fetchone()[0]
    if count != rows:
        sys.exit(f"the shell imported {count} rows")
    return measures


def compare(ours, theirs, measure):
    """Medians of both and of their ratio, with the least and greatest ratio of any round."""
    ours, theirs = ([one[measure] for one in way] for way in (ours, theirs))
    return {"mou": statistics.median(ours), "sqlite3": statistics.median(theirs), **ratio(ours, theirs)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    arguments.add_argument("--work", type=pathlib.Path, default=ROOT / "out/bench")
    arguments.add_argument("--rows", type=int, default=500000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", type=pathlib.Path)
    given = arguments.parse_args()
    build(given.build)
    mou = given.build / "mou"
    base, wrong = make_base(mou, given.work, given.rows)
    ours, theirs = [], []
    for number in range(given.rounds):
        both = (lambda: ours.append(by_mou(mou, base, given.rows, wrong)), lambda: theirs.append(by_shell(base, given.rows)))
        for one in both if number % 2 == 0 else both[::-1]:
            one()
        print(f"round {number + 1}: " + "; ".join(f"{name} {one[0]:.1f} s, {one[1]:.1f} s of the processor, {one[2]:.0f} MB"
                                                  for name, one in (("mou import", ours[-1]), ("sqlite3 .import", theirs[-1]))), flush=True)
    clock, processor = compare(ours, theirs, 0), compare(ours, theirs, 1)
    size, resident = (base / "penalties.csv").stat().st_size, max(one[2] for one in ours)
    print(f"{given.rows} rows, {size / 1e6:.0f} MB, {wrong} of them wrong; medians of {given.rounds} rounds; {given.rows / clock['mou']:.0f} rows a second, {resident:.0f} MB at most")
    for name, found in (("by the clock", clock), ("of the processor", processor)):
        print(f"{name}: mou import {found['mou']:.1f} s, sqlite3 .import {found['sqlite3']:.1f} s, ratio {found['ratio']:.2f} ({found['least']:.2f} to {found['greatest']:.2f})")
    for left in ("round.db", "shell.db"):
        remove(base / left)
    if given.json:
        given.json.write_text(json.dumps({"rows": given.rows, "wrong": wrong, "bytes": size, "clock": clock, "processor": processor, "resident_mb": resident}))


if __name__ == "__main__":
    main()
