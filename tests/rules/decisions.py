#!/usr/bin/env python3
"""What decisions carry that the test blocks beside the rules cannot assert: where the library's lists and sanctions are published and shared, how
often, and until when, and the values that incentives grant. Evaluates a small world and compares. Prints `N passed, N failed`.

    decisions.py --mou build/dev/cli/mou --root .
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

WINDOW = ["企业信用公示系统"]


def organisation(name, **records):
    return {"id": name, "kind": "单位", "attributes": {"名称": name}, "records": records}


def penalty(number, kind, **fields):
    return {"处罚决定书文号": number, "处罚种类": kind, "处罚决定日期": "2024-01-31", "处罚机关": "揭阳市市场监督管理局", **fields}


WORLD = [
    organisation("失信公司", 执行案件=[{"案号": "（2024）粤52执1号", "列入日期": "2024-01-31", "失信情形": "违反财产报告制度", "履行情况": "全部未履行"}]),
    organisation("欠税公司", 税收违法案件=[{"决定书文号": "揭税稽处〔2023〕1号", "决定日期": "2023-03-01", "送达日期": "2023-03-02", "救济期满日期": "2023-09-02",
                                        "情形": "抗税", "公布日期": "2023-10-15"}]),
    organisation("停止公司", 税收违法案件=[{"决定书文号": "揭税稽处〔2023〕2号", "决定日期": "2023-03-01", "送达日期": "2023-03-02", "救济期满日期": "2023-09-02",
                                        "情形": "抗税", "公布日期": "2023-10-15", "停止公布日期": "2024-05-06"}]),
    organisation("轻罚公司", 行政处罚=[penalty("揭市监罚〔2024〕1号", "通报批评")]),
    organisation("重罚公司", 行政处罚=[penalty("揭市监罚〔2024〕2号", "没收违法所得")]),
    organisation("警告公司", 行政处罚=[penalty("揭市监罚〔2024〕3号", "警告")]),
    organisation("欠薪公司", 拖欠工资决定=[{"责令文书文号": "揭人社令〔2024〕1号", "责令日期": "2024-01-02", "支付限期": "2024-01-12",
                                          "送达日期": "2024-01-02", "涉及人数": 12, "拖欠金额": "120000.00", "引发群体性事件": True}],
                 欠薪列入决定=[{"列入决定书文号": "揭人社列〔2024〕1号", "列入决定日期": "2024-02-20", "列入送达日期": "2024-02-20", "依据责令文书文号": "揭人社令〔2024〕1号"}]),
    organisation("严违公司", 严违列入决定=[{"严违列入文书号": "揭市监列〔2024〕1号", "严违列入日期": "2024-02-20", "严违列入送达日期": "2024-02-20",
                                        "严违失信情形": "拒不履行义务"}]),
    organisation("诚信公司", 诚信典型认定=[{"典型编号": "DX1", "典型类别": "诚信示范单位", "典型认定日期": "2023-12-01"}],
                 纳税信用评价=[{"年度": 2022, "级别": "A", "评价得分": 95, "公告日期": "2023-04-20"}]),
]


def published(places, since, until, kind="publish", every=None):
    return {"kind": kind, "places": places, "every": every, "term": None, "from": since, "until": until}


def both(places, shared, since, until, every=None):
    return [published(places, since, until), published([shared], since, until, "share", every)]


NATION, CITY = "全国信用信息平台", "市信用信息平台"
TAX = ["税务局", "信用中国", "企业信用公示系统"]
EXPECTED = {
    ("失信公司", "公示失信被执行人信息"): both(["执行信息公开网", "信用中国"], NATION, "2024-01-31", "2026-01-31"),
    ("失信公司", "公开严重失信信息"): both(["信用揭阳", "信用中国"], CITY, "2024-01-31", "2026-01-31"),
    ("欠税公司", "公布重大税收违法信息"): both(TAX, NATION, "2023-10-15", "2026-10-15", "P3M"),
    ("停止公司", "公布重大税收违法信息"): both(TAX, NATION, "2023-10-15", "2024-05-06", "P3M"),
    ("轻罚公司", "应公示的市场监管处罚"): [published(WINDOW, "2024-01-31", "2024-04-30")],
    ("重罚公司", "应公示的市场监管处罚"): [published(WINDOW, "2024-01-31", "2027-01-31")],
    ("警告公司", "应公示的市场监管处罚"): None,
    ("欠薪公司", "拖欠工资失信主体"): both(["人社局", "信用中国"], NATION, "2024-02-20", "2027-02-20"),
    ("严违公司", "严违失信公示"): both(["企业信用公示系统", "信用中国"], NATION, "2024-02-20", "2027-02-20"),
}

GRANTS = {
    ("诚信公司", "绿色通道和容缺受理"): {"承诺补正期限": "P20WD"},
    ("诚信公司", "公共资源交易加分"): {"加分": 3},
    ("诚信公司", "优化检查频次"): {"每年检查次数": 1},
    ("诚信公司", "A级办税便利"): {"单次领用发票月数": 3},
    ("诚信公司", "荣誉和评优优先"): {},
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True, type=lambda text: Path(text).resolve())
    parser.add_argument("--root", required=True, type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world.json"
        world.write_text(json.dumps({"subjects": WORLD}, ensure_ascii=False), "utf-8")
        command = [given.mou, "eval", "-q", "--findings", "--pack", given.root / "stdlib-rules", "--as-of", "2024-03-31", world]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout + done.stderr)
        return 1
    decisions = [json.loads(line) for line in done.stdout.splitlines()]
    found = {(one["subject"], one["rule"]): one["publication"] for one in decisions if "publication" in one}
    failures = [(key, wanted, found.get(key)) for key, wanted in EXPECTED.items() if found.get(key) != wanted]
    granted = {(one["subject"], one["rule"]): one["grant"] for one in decisions if "grant" in one}
    failures += [(key, wanted, granted.get(key)) for key, wanted in GRANTS.items() if granted.get(key) != wanted]
    for key, wanted, got in failures:
        print(f"{' '.join(key)}:\n    expected {wanted}\n    found    {got}")
    print(f"{len(EXPECTED) + len(GRANTS) - len(failures)} passed, {len(failures)} failed")
    return len(failures) != 0


if __name__ == "__main__":
    sys.exit(main())
