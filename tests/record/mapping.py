#!/usr/bin/env python3
"""Tables of other layouts by mapping files, headers that must not be guessed, encodings and long files. Prints `N passed, N failed`."""
import datetime
import json
import sqlite3
import subprocess
import sys

from common import OTHER, SUBJECT, Bench, main

RULES = """机关 信用办 "某市信用办"

主体类别 单位 "法人和其他组织" 标识 统一社会信用代码

属性 单位
    名称： 文本

关系 股东 从 单位 到 单位 反称 投资企业
    持股比例： 比例

代码表 种类
    警告 = 1、罚款 = 2

记录 行政处罚 "行政处罚决定"
    来源 信用办
    文书 处罚决定书文号 作出 处罚决定日期
    处罚决定书文号： 文本 必填 主键
    处罚种类： 代码 种类
    罚款金额： 金额
    处罚决定日期： 日期 必填
    处罚机关： 文本
"""


def made(bench: Bench) -> str:
    """A store with two units."""
    bench.file("rules.mou", RULES)
    bench.expect(0, "build", "-q", "rules.mou", "-o", "rules.moup")
    bench.expect(0, "init", "-q", "m.db", "--pack", "rules.moup")
    bench.expect(0, "import", "-q", "m.db", "--as", "主体", bench.small() / "units.csv")
    return "m.db"


def days(text: str) -> int:
    return (datetime.date.fromisoformat(text) - datetime.date(1900, 1, 1)).days


def rows_of(bench: Bench) -> list:
    with sqlite3.connect(bench.folder / "m.db") as database:
        return database.execute('SELECT 处罚决定书文号, 处罚种类, 罚款金额, 处罚决定日期, 处罚机关 FROM "记录_行政处罚" WHERE "#known_until" IS NULL ORDER BY "#version"').fetchall()


MAPPING = """# 市监局台账
记录 行政处罚
表头 2
列 代码 = 主体
列 "文 号" = 处罚决定书文号
列 "罚没款(万)" = 罚款金额 单位 万元
列 日期 = 处罚决定日期 日期 日月年   # 31/12/2024
列 种类 = 处罚种类 代码 罚=罚款 "警 告"=警告
常量 处罚机关 = "揭阳市市场监督管理局"
不取 序号
"""
LEDGER = f"""揭阳市处罚台账,,,,,
序号,代码,文 号,罚没款(万),日期,种类
1,{SUBJECT},甲1号,1.5,31/12/2024,罚
2,{OTHER},甲2号,,1/2/2024,警 告
3,{OTHER},甲3号,2,2024-02-01,罚
4,{OTHER},甲4号,2,01/02/2024,没收
"""


def test_a_mapped_file(bench: Bench):
    store = made(bench)
    bench.file("map.txt", MAPPING)
    bench.file("ledger.csv", LEDGER)
    said = json.loads(bench.expect(0, "import", store, "ledger.csv", "--as", "行政处罚", "--mapping", "map.txt", "--json"))
    assert (said["rows"], said["added"], said["quarantined"]) == (4, 2, 2), said
    assert rows_of(bench) == [("甲1号", 2, 1500000, days("2024-12-31"), "揭阳市市场监督管理局"), ("甲2号", 1, None, days("2024-02-01"), "揭阳市市场监督管理局")], rows_of(bench)
    assert [(one["field"], one["rows"], one["first"]) for one in said["reasons"]] == [("处罚决定日期", 1, ["第 5 行第 5 列"]), ("处罚种类", 1, ["第 6 行第 6 列"])], said["reasons"]
    # The same file by the same mapping is known, by another one it is not.
    assert json.loads(bench.expect(0, "import", store, "ledger.csv", "--as", "行政处罚", "--mapping", "map.txt", "--json"))["seen_before"]
    bench.file("map2.txt", MAPPING.replace("罚=罚款", "罚=罚款 没收=罚款"))
    said = json.loads(bench.expect(0, "import", store, "ledger.csv", "--as", "行政处罚", "--mapping", "map2.txt", "--json"))
    assert (said["seen_before"], said["added"], said["unchanged"], said["quarantined"]) == (False, 1, 2, 1), said
    # A refused row is read again by the mapping that it came with.
    waiting = [json.loads(line) for line in bench.expect(0, "quarantine", "list", store, "--json", "--import", 2).splitlines()]
    assert [row["line"] for row in waiting] == [5, 6]
    said = json.loads(bench.expect(0, "quarantine", "fix", store, waiting[0]["row"], "--row", f"3,{OTHER},甲3号,2,01/02/2024,罚", "--actor", "甲", "--json"))
    assert said["added"] == 1 and rows_of(bench)[-1] == ("甲3号", 2, 2000000, days("2024-02-01"), "揭阳市市场监督管理局"), rows_of(bench)
    bench.expect(0, "verify", store)


WRONG = [
    ("列 代码 = 主体\n列 文号 = 处罚决定书号\n", 2, 8, "没有字段“处罚决定书号”"),
    ("列 文号 = 处罚决定书文号 单位 万元\n", 1, 16, "只有金额"),
    ("列 款 = 罚款金额 单位 美元\n", 1, 15, "元、万元"),
    ("列 款 = 罚款金额 日期 年月日\n", 1, 12, "不是日期"),
    ("列 日 = 处罚决定日期 日期 年日月\n", 1, 17, "年日月"),
    ("列 种 = 处罚种类 代码 罚=没收\n", 1, 17, "没有“没收”"),
    ("列 种 = 处罚种类 代码 罚\n", 1, 15, "甲=乙"),
    ("列 种 = 处罚种类 代码 罚=罚款 罚=警告\n", 1, 20, "两遍"),
    ("列 款 = 罚款金额 元\n", 1, 12, "单位、日期 或 代码"),
    ("列 款 罚款金额\n", 1, 5, "列 表头 = 字段"),
    ("列 \"款 = 罚款金额\n", 1, 3, "没有闭合"),
    ("列 款 = 罚款金额\n列 款 = 处罚机关\n", 2, 3, "前面已经写过"),
    ("常量 处罚决定日期 = 昨天\n", 1, 13, "不是这个字段的值"),
    ("栏 款 = 罚款金额\n", 1, 1, "不是映射的语句"),
    ("表头 0\n", 1, 4, "1 至 1000"),
    ("记录 行政许可\n", 1, 4, "与 --as 不同"),
    ("不取\n", 1, 3, "不取 表头"),
    ("列 款 = 罚款金额 单位 万元 元\n", 1, 18, "多出"),
    ("列 代码 = 主体\n列 无此列 = 罚款金额\n不取其余\n", 2, 1, "没有列“无此列”"),
]


def test_wrong_mappings_are_refused_with_their_place(bench: Bench):
    store = made(bench)
    bench.file("t.csv", f"代码,文号,款,日,种\n{SUBJECT},甲1号,1,2024-01-01,罚\n")
    for text, line, column, words in WRONG:
        bench.file("wrong.txt", text)
        done = bench.run("import", store, "t.csv", "--as", "行政处罚", "--mapping", "wrong.txt")
        assert done.returncode == 4 and f"wrong.txt 第 {line} 行第 {column} 列" in done.stderr and words in done.stderr, (text, done.stderr)
    bench.file("short.txt", "列 代码 = 主体\n")
    done = bench.run("import", store, "t.csv", "--as", "行政处罚", "--mapping", "short.txt")
    assert done.returncode == 4 and "映射没有提到第 2 列“文号”" in done.stderr, done.stderr
    bench.file("empty.txt", "")
    assert bench.run("import", store, "t.csv", "--as", "行政处罚", "--mapping", "empty.txt").returncode == 2
    assert bench.run("import", store, "t.csv", "--as", "行政处罚", "--mapping", "none.txt").returncode == 2
    assert rows_of(bench) == []


def test_english_words_and_other_targets(bench: Bench):
    store = made(bench)
    bench.file("r.csv", f"owner,firm,since\n{SUBJECT},{OTHER},03/31/2024\n")
    bench.file("r.txt", "column owner = 从\ncolumn firm = to\ncolumn since = 自 dates mdy\nconstant 关系 = 股东\nconstant 持股比例 = 51%\n")
    assert json.loads(bench.expect(0, "import", store, "r.csv", "--as", "关系", "--mapping", "r.txt", "--json"))["added"] == 1
    with sqlite3.connect(bench.folder / store) as database:
        assert database.execute("SELECT since FROM relation").fetchone() == (days("2024-03-31"),)
    bench.file("s.csv", "code,title\n91445202MX0000003X,丙公司\n")
    bench.file("s.txt", "column code = 标识\ncolumn title = 名称\nconstant 主体类别 = 单位\n")
    assert json.loads(bench.expect(0, "import", store, "s.csv", "--as", "主体", "--mapping", "s.txt", "--accept-check-digit", "--json"))["added"] == 1


def test_headers_are_not_guessed(bench: Bench):
    store = made(bench)
    row = f"{SUBJECT},甲1号,2024-03-01"
    cases = [("主体,处罚决定书文号,处罚决定日期,备注说明\n" + row + ",无\n", [], "第 4 列的表头“备注说明”"),
             ("主体,处罚决定书文号,处罚决定日期,处罚决定日期\n" + row + ",2024-03-02\n", [], "第 3 列和第 4 列是同一个字段"),
             ("统一社会信用代码,行政处罚决定书文号,处罚决定日期,罚款金额（万圆）\n" + row + ",1\n", ["--layout", "双公示"], "第 4 列的表头“罚款金额(万圆)”"),
             ("CF_XDR_SHXYM,CF_WSH,WSH,CF_JDRQ\n" + f"{SUBJECT},甲,乙,2024-03-01\n", ["--layout", "双公示"], "同一个字段")]
    for number, (text, words, said) in enumerate(cases):
        bench.file(f"h{number}.csv", text)
        done = bench.run("import", store, f"h{number}.csv", "--as", "行政处罚", *words)
        assert done.returncode == 4 and said in done.stderr, done
    # A column without header may be there, as spreadsheets leave them behind, if nothing stands in it.
    bench.file("blank.csv", "主体,处罚决定书文号,处罚决定日期,,\n" + row + ",,\n" + row.replace("甲1", "甲2") + ",,见附件\n")
    said = json.loads(bench.expect(0, "import", store, "blank.csv", "--as", "行政处罚", "--json"))
    assert (said["added"], said["quarantined"]) == (1, 1) and said["reasons"][0]["first"] == ["第 3 行第 5 列"], said


def test_layout_by_codes_and_by_names(bench: Bench):
    store = made(bench)
    bench.file("codes.csv", f"CF_XDR_MC,CF_XDR_SHXYM,CF_WSH,CF_CFLB,CF_NR_FK,CF_JDRQ,CF_CFJG,CF_BZ\n甲公司,{SUBJECT},甲1号,罚款,0.200000,2024-03-01,某局,无\n")
    bench.file("names.csv", f"行政相对人名称,统一社会信用代码,行政处罚决定书文号,处罚类别,罚款金额（万元）,处罚决定日期,处罚机关,备注\n甲公司,{SUBJECT},甲2号,2,0.2,2024/3/1,{'某' * 201},无\n"
                            f"甲公司,{SUBJECT},甲3号,2,0.2,20240301,{'某' * 200},无\n")
    assert json.loads(bench.expect(0, "import", store, "codes.csv", "--as", "行政处罚", "--layout", "双公示", "--json"))["added"] == 1
    said = json.loads(bench.expect(0, "import", store, "names.csv", "--as", "行政处罚", "--layout", "双公示", "--json"))
    assert (said["added"], said["quarantined"]) == (1, 1) and "长度" in said["reasons"][0]["reason"], said
    assert [row[:4] for row in rows_of(bench)] == [("甲1号", 2, 200000, days("2024-03-01")), ("甲3号", 2, 200000, days("2024-03-01"))]


def test_dry_run_reports_and_stores_nothing(bench: Bench):
    store = made(bench)
    bench.file("d.csv", "主体,处罚决定书文号,处罚决定日期\n" + f"{SUBJECT},甲1号,2024-03-01\n{SUBJECT},甲1号,2024-03-02\n{SUBJECT},甲2号,2024-02-30\n"
               + "".join(f"91445202MX000000{n}X,乙{n}号,2024-03-01\n" for n in range(5)) + f"{SUBJECT},甲\0号,2024-03-01\n")
    before = (bench.folder / store).read_bytes()
    text = bench.expect(0, "import", store, "d.csv", "--as", "行政处罚", "--dry-run")
    assert "读入 9 行，新增 1" in text and "隔离 8" in text, text
    lines = [line.strip() for line in text.splitlines()[1:]]
    assert lines[0] == "5  主体：数据库里没有这个主体；请先导入主体（第 5 行第 1 列、第 6 行第 1 列、第 7 行第 1 列等）", lines
    assert len(lines) == 4 and any("同一文件里已有" in line and "第 3 行" in line for line in lines) and any("控制字符" in line for line in lines), lines
    assert rows_of(bench) == [] and (bench.folder / store).read_bytes() == before


def test_encodings_and_long_files(bench: Bench):
    store = made(bench)
    def text(mark, count):
        return "主体,处罚决定书文号,处罚决定日期,处罚机关\r\n" + "".join(f'{SUBJECT},{mark}{n}号,2024-03-01,"揭阳市""𬭎江""路{n}\n二楼"\r\n' for n in range(count))
    # Long enough that characters, quotes and line ends fall on the ends of blocks.
    for mark, encoding in (("甲", "utf-8"), ("乙", "utf-8-sig"), ("丙", "gb18030")):
        (bench.folder / f"{encoding}.csv").write_bytes(text(mark, 3000).encode(encoding))
        said = json.loads(bench.expect(0, "import", store, f"{encoding}.csv", "--as", "行政处罚", "--json"))
        assert said["added"] == 3000, said
    stored = rows_of(bench)
    assert len(stored) == 9000 and stored[8000][4] == '揭阳市"𬭎江"路2000\n二楼' and stored[8000][0] == "丙2000号", stored[8000]
    (bench.folder / "utf16.csv").write_bytes(text("丁", 3).encode("utf-16"))
    done = bench.run("import", store, "utf16.csv", "--as", "行政处罚")
    assert done.returncode == 4 and "UTF-16" in done.stderr, done
    (bench.folder / "broken.csv").write_bytes(text("戊", 3).encode() + b"\xff\xff\xff,\x80\n")
    assert bench.run("import", store, "broken.csv", "--as", "行政处罚").returncode == 4
    # From a pipe, too.
    done = subprocess.run([bench.mou, "import", store, "-", "--as", "行政处罚", "--json"], cwd=bench.folder, env=bench.environment, input=text("己", 5).encode(), capture_output=True)
    assert json.loads(done.stdout)["added"] == 5, done
    bench.expect(0, "verify", store)


def test_a_row_without_end(bench: Bench):
    store = made(bench)
    with open(bench.folder / "endless.csv", "w") as file:
        file.write(f'主体,处罚决定书文号,处罚决定日期\n{SUBJECT},甲1号,2024-03-01\n{SUBJECT},"甲')
        file.truncate(64 << 20)
    for words in ([], ["--dry-run"]):
        done = bench.run("import", store, "endless.csv", "--as", "行政处罚", *words)
        assert done.returncode == 4 and "第 3 行超过 16 MB" in done.stderr, done
    assert rows_of(bench) == []


def test_a_large_file_into_an_empty_table(bench: Bench):
    """What large files do otherwise shows nowhere: rows that come twice are told, every row is found by its subject, the schema keeps its receipt."""
    store = made(bench)
    long = "某" * 40000
    rows = [f"{SUBJECT if n % 2 else OTHER},甲{n}号,2024-03-01,{long}{n}" for n in range(150)]
    rows += [rows[3], rows[5].replace("2024-03-01", "2024-03-02"), rows[5]]
    bench.file("large.csv", "主体,处罚决定书文号,处罚决定日期,处罚机关\n" + "\n".join(rows) + "\n")
    assert (bench.folder / "large.csv").stat().st_size > 17 << 20
    said = json.loads(bench.expect(0, "import", store, "large.csv", "--as", "行政处罚", "--json"))
    assert (said["added"], said["unchanged"], said["quarantined"]) == (150, 2, 1) and said["reasons"][0]["first"] == ["第 153 行第 2 列"], said
    with sqlite3.connect(bench.folder / store) as database:
        assert database.execute("SELECT count(*) FROM record_of o JOIN record_type t USING (type) JOIN \"记录_行政处罚\" r ON r.\"#version\" = o.version AND r.\"#subject\" = o.subject "
                                "WHERE t.name = '行政处罚'").fetchone() == (150,)
    bench.file("again.csv", "主体,处罚决定书文号,处罚决定日期,处罚机关\n" + "\n".join(rows[:149] + [rows[149].replace("2024-03-01", "2024-03-03")]) + "\n")
    said = json.loads(bench.expect(0, "import", store, "again.csv", "--as", "行政处罚", "--json"))
    assert (said["added"], said["corrected"], said["unchanged"]) == (0, 1, 149), said
    bench.expect(0, "verify", store)


if __name__ == "__main__":
    sys.exit(main(__name__))
