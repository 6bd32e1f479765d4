#!/usr/bin/env python3
"""How long the library has records kept: five years from the document, longer while a list or a decision rests on them or the subject is listed, and
without a limit where no article sets one. Makes a small store and asks `mou retain`. Prints `N passed, N failed`.

    keeping.py --mou build/dev/mou --root .
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

FIELDS = {"行政处罚": {"处罚种类": "罚款", "处罚机关": "揭阳市生态环境局", "领域": "生态环境", "失信程度": "一般"},
          "环境失信列入决定": {"环境失信情形": "未批先建"},
          "执行案件": {"失信情形": "有履行能力而拒不履行", "履行情况": "全部未履行"},
          "行政许可": {"许可决定书名称": "准予行政许可决定书", "许可类别": "普通", "许可内容": "经营", "有效期自": "2018-01-01", "有效期至": "2099-12-31", "许可机关": "揭阳市政务服务和数据管理局",
                   "许可机关代码": "11445200007000011Y", "当前状态": "有效", "数据来源单位": "揭阳市政务服务和数据管理局", "数据来源单位代码": "11445200007000011Y"}}
NAMES = {"行政处罚": ("处罚决定书文号", "处罚决定日期"), "执行案件": ("案号", "列入日期"), "行政许可": ("许可决定书文号", "许可决定日期"), "环境失信列入决定": ("环境列入文书号", "环境列入日期"),
         "交换名单": ("名单编号", "名单列入日期")}
# 91445202MA5K2P3Q56 has left the lists, 92445203MA7H8J9K1K is on one
ROWS = [
    ("91445202MA5K2P3Q56", "行政处罚", "满五年", "2019-06-01", {}),
    ("91445202MA5K2P3Q56", "行政处罚", "差一日", "2019-06-02", {}),
    ("91445202MA5K2P3Q56", "行政许可", "许可", "2018-01-01", {}),
    ("91445202MA5K2P3Q56", "交换名单", "已退出", "2017-06-01", {"交换名单类别": "黑名单", "名单退出日期": "2020-06-01"}),
    ("92445203MA7H8J9K1K", "行政处罚", "所据处罚", "2019-06-01", {}),
    ("92445203MA7H8J9K1K", "环境失信列入决定", "在列", "2022-01-01", {"环境列入送达日期": "2022-01-01", "依据处罚文书号": "所据处罚"}),
    ("445200198512310023", "执行案件", "没有期限", "2017-06-01", {}),
    ("445200198512310023", "执行案件", "已经履行", "2017-06-01", {"履行情况": "全部履行"}),
]
# (day, what is erased, how many are over their term and still rested on)
EXPECTED = [("2024-06-01", {"行政处罚": 1, "执行案件": 1, "交换名单": 1}, 2),
            ("2024-06-02", {"行政处罚": 2, "执行案件": 1, "交换名单": 1}, 2),
            # the listing of 2022 is over: what it rested on goes, too
            ("2025-01-01", {"行政处罚": 3, "执行案件": 1, "交换名单": 1}, 1)]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True, type=lambda text: Path(text).resolve())
    parser.add_argument("--root", required=True, type=lambda text: Path(text).resolve())
    given = parser.parse_args()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *words: subprocess.run([given.mou, *words], check=True, capture_output=True, text=True, cwd=folder).stdout
        run("build", "-q", given.root / "stdlib-rules", "-o", "rules.moup")
        run("init", "-q", "kept.db", "--pack", "rules.moup")
        Path(folder, "units.csv").write_text("标识,主体类别,名称\n91445202MA5K2P3Q56,单位,榕江建材\n92445203MA7H8J9K1K,单位,双溪茶业\n", "utf-8")
        Path(folder, "persons.csv").write_text("标识,主体类别,姓名,出生日期\n445200198512310023,自然人,郑甲,1985-12-31\n", "utf-8")
        for file in ("units.csv", "persons.csv"):
            run("import", "-q", "kept.db", file, "--as", "主体")
        for record in NAMES:
            key, made = NAMES[record]
            lines = [json.dumps({"主体": subject, key: number, made: day, **FIELDS.get(record, {}), **more}, ensure_ascii=False)
                     for subject, of, number, day, more in ROWS if of == record]
            Path(folder, "rows.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
            run("import", "-q", "kept.db", "rows.ndjson", "--as", record)
        for day, erased, kept in EXPECTED:
            told = json.loads(run("retain", "kept.db", "--dry-run", "--json", "--as-of", day, "--actor", "保存期测试"))
            if (told["records"], told["kept"]) != (erased, kept):
                failures.append(f"{day}: expected {erased} and {kept} kept, found {told['records']} and {told['kept']} kept")
    for failure in failures:
        print(failure)
    print(f"{len(EXPECTED) - len(failures)} passed, {len(failures)} failed")
    return len(failures) != 0


if __name__ == "__main__":
    sys.exit(main())
