#!/usr/bin/env python3
"""Workbooks as offices save them: what a cell means, headers over several rows, sheets, places in quarantine, and what must be refused. Prints `N passed, N failed`."""
import io
import json
import pathlib
import sqlite3
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "hostile"))
from common import OTHER, SUBJECT, Bench, main  # noqa: E402
from mapping import days, made, rows_of  # noqa: E402
from workbooks import HEAD, MAIN, Cell, Workbook, inline, number  # noqa: E402

HEADER = ["主体", "处罚决定书文号", "处罚种类", "罚款金额", "处罚决定日期", "处罚机关"]


def take(bench: Bench, name: str, book, *words, code=0):
    """Imports a workbook; the JSON report, or where it is refused the message."""
    (bench.folder / name).write_bytes(book if isinstance(book, bytes) else book.bytes())
    done = bench.run("import", "m.db", name, "--as", "行政处罚", "--json", *words)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout) if code == 0 else done.stderr


def waiting(bench: Bench) -> list:
    return [json.loads(line) for line in bench.expect(0, "quarantine", "list", "m.db", "--json").splitlines()]


def test_what_cells_mean(bench: Bench):
    made(bench)
    book = Workbook([HEADER], styles=(0, 14, 'yyyy"年"m"月"d"日";@', "0000", "#,##0.00", 57, "h:mm"))
    book.sheets[0][1].extend([
        [SUBJECT, "甲1号", "罚款", 1234.5, number(45292, 1), inline("某 局")],
        [SUBJECT, number(7, 3), 2, number("1.5E+3"), number("45292.999", 2), Cell("str", "<f>A1&amp;B1</f><v>算出的局</v>")],
        [book.shared_item("<r><rPr/><t>91445202</t></r><r><t>MA5K2P3Q56</t></r><rPh sb=\"0\" eb=\"1\"><t>读音</t></rPh>"), "甲3号", None, number("0.30000000000000004"), "2024/1/1", book.shared_item("<t>甲_x000D_乙_x005F_x</t>")],
        [SUBJECT, "甲4号", None, number("19999.99", 4), Cell("d", "<v>2024-01-01T00:00:00</v>"), Cell("", "<f>B1</f><v>12</v>")],
        [SUBJECT, "甲5号", None, None, number(45292, 5), None],
        [],
        [SUBJECT, "甲6号", None, None, number(45292), None],
    ])
    book = book.bytes()
    said = take(bench, "cells.xlsx", book)
    assert (said["rows"], said["added"]) == (6, 6), (said, waiting(bench))
    day = days("2024-01-01")
    assert rows_of(bench) == [("甲1号", 2, 123450, day, "某 局"), ("0007", 2, 150000, day, "算出的局"), ("甲3号", None, 30, day, "甲\r乙_x"), ("甲4号", None, 1999999, day, "12"),
                              ("甲5号", None, None, day, None), ("甲6号", None, None, day, None)], rows_of(bench)
    assert take(bench, "cells.xlsx", book)["seen_before"]
    bench.expect(0, "verify", "m.db")


def test_what_cells_do_not_say(bench: Bench):
    """A code that became a number, errors, formulas without a result, merged cells: refused with their cell, never guessed."""
    made(bench)
    book = Workbook([HEADER,
                     [number("9.1445202500000000E+17"), "甲1号", None, None, "2024-01-01"],
                     [SUBJECT, number("914452025000000000"), None, None, "2024-01-01"],
                     [SUBJECT, "甲3号", None, Cell("e", "<v>#N/A</v>"), "2024-01-01"],
                     [SUBJECT, "甲4号", None, Cell("", "<f>1+1</f>"), "2024-01-01"],
                     [SUBJECT, "甲5号", None, None, "2024-01-01", "局"],
                     [None, "甲6号", None, None, "2024-01-01", "局"],
                     [OTHER, "甲7号", None, None, "2024-01-01", "局", None, "外面"],
                     [OTHER, number("445200199001010"), None, None, "2024-01-01"]], merges=["A6:A7"])
    said = take(bench, "lost.xlsx", book)
    assert (said["added"], said["quarantined"]) == (2, 6), said
    assert [row["cell"] for row in waiting(bench)] == ["Sheet1!A2", "Sheet1!B3", "Sheet1!D4", "Sheet1!D5", "Sheet1!A7", "Sheet1!H8"], waiting(bench)
    reasons = [row["reason"] for row in waiting(bench)]
    assert "十五位" in reasons[0] and "文本" in reasons[0] and "公式" in reasons[2] and "合并" in reasons[4] and "没有表头" in reasons[5], reasons
    assert waiting(bench)[0]["raw"].startswith("9.1445202500000000E+17,甲1号") or "*" in waiting(bench)[0]["raw"]
    assert "Sheet1!A2" in bench.expect(0, "quarantine", "list", "m.db")
    # Put right, the row is read under the same header.
    row = waiting(bench)[0]["row"]
    bench.expect(0, "quarantine", "fix", "m.db", row, "--row", f"{SUBJECT},甲1号,,,2024-01-01,", "--actor", "甲")
    assert [row[0] for row in rows_of(bench)] == ["甲5号", "445200199001010", "甲1号"], rows_of(bench)
    bench.expect(0, "verify", "m.db")


def test_days_from_1904(bench: Bench):
    made(bench)
    book = Workbook([HEADER, [SUBJECT, "甲1号", None, None, number(43830, 1)], [SUBJECT, "甲2号", None, None, number(43830)], [SUBJECT, "甲3号", None, "坏", number(43830)]], from_1904=True)
    said = take(bench, "mac.xlsx", book)
    assert (said["added"], said["quarantined"]) == (2, 1), said
    assert [row[3] for row in rows_of(bench)] == [days("2024-01-01")] * 2
    bench.expect(0, "quarantine", "fix", "m.db", waiting(bench)[0]["row"], "--row", f"{SUBJECT},甲3号,,1,43830,", "--actor", "甲")
    assert rows_of(bench)[-1][3] == days("2024-01-01")


def test_headers_of_several_rows(bench: Bench):
    made(bench)
    rows = [["揭阳市行政处罚汇总表"], [], ["主体", "决定", None, None, "处罚种类"], [None, "处罚决定书文号", "处罚决定日期", "罚款金额（万元）"], [SUBJECT, "甲1号", "2024-01-01", 2, "罚款"]]
    said = take(bench, "merged.xlsx", Workbook(rows, merges=["A1:F1", "A3:A4", "B3:D3", "E3:E4"]))
    assert said["added"] == 1 and rows_of(bench) == [("甲1号", 2, 2000000, days("2024-01-01"), None)], (said, rows_of(bench))
    # Names that are the same below are told apart by what stands above them.
    rows = [["主体", "处罚决定书文号", "决定", None, "公示", None], [None, None, "日期", "机关", "日期", "机关"], [SUBJECT, "甲2号", "2024-01-02", "甲局", "2024-02-01", "乙局"]]
    bench.file("two.txt", "列 主体 = 主体\n列 处罚决定书文号 = 处罚决定书文号\n列 决定/日期 = 处罚决定日期\n列 决定/机关 = 处罚机关\n不取 公示/日期 公示/机关\n")
    assert take(bench, "two.xlsx", Workbook(rows, merges=["A1:A2", "B1:B2", "C1:D1", "E1:F1"]), "--mapping", "two.txt")["added"] == 1
    assert rows_of(bench)[-1] == ("甲2号", None, None, days("2024-01-02"), "甲局")
    # A title that is not merged is no header; --header-row says which row is.
    rows = [["说明文字"], HEADER, [SUBJECT, "甲3号", None, None, "2024-01-01"]]
    assert "第 1 列的表头“说明文字”" in take(bench, "title.xlsx", Workbook(rows), code=4)
    assert take(bench, "title.xlsx", Workbook(rows), "--header-row", "2")["added"] == 1


def test_sheets(bench: Bench):
    made(bench)
    book = Workbook([HEADER, [SUBJECT, "甲1号", None, None, "2024-01-01"]], name="一月").sheet("二月", [HEADER, [SUBJECT, "甲2号", None, None, "2024-02-01"]]).bytes()
    assert "一月、二月" in take(bench, "two.xlsx", book, code=2)
    assert "一月、二月" in take(bench, "two.xlsx", book, "--sheet", "三月", code=2)
    assert take(bench, "two.xlsx", book, "--sheet", "二月")["added"] == 1
    assert take(bench, "two.xlsx", book, "--sheet", "一月")["added"] == 1  # another sheet of the same file is another table
    assert take(bench, "two.xlsx", book, "--sheet", "一月")["seen_before"]
    bench.file("t.csv", "主体\n")
    assert bench.run("import", "m.db", "t.csv", "--as", "行政处罚", "--sheet", "一月").returncode == 2


def test_strict_and_other_writers(bench: Bench):
    made(bench)
    rows = [HEADER, [SUBJECT, "甲1号", None, 5, number(45292, 1)]]
    assert take(bench, "strict.xlsx", Workbook(rows, strict=True))["added"] == 1
    # No places on rows and cells, absolute targets, a prefix for the namespace, no styles, texts inline.
    book = Workbook(rows)
    bare = HEAD + f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>' + "".join(
        "<x:row>" + "".join(f'<x:c t="inlineStr"><x:is><x:t>{text}</x:t></x:is></x:c>' for text in row) + "</x:row>" for row in (["主体", "处罚决定书文号", "处罚决定日期"], [SUBJECT, "甲2号", "2024-01-02"])) + "</x:sheetData></x:worksheet>"
    rels = book.parts()["xl/_rels/workbook.xml.rels"].replace('Target="worksheets/', 'Target="' + "/" + 'xl/worksheets/')
    book.change("xl/worksheets/sheet1.xml", bare).change("xl/styles.xml", None).change("xl/sharedStrings.xml", None).change("xl/_rels/workbook.xml.rels", rels)
    assert take(bench, "bare.xlsx", book.bytes(zipfile.ZIP_STORED))["added"] == 1
    # As UTF-16, and under another name.
    book = Workbook([HEADER, [SUBJECT, "甲3号", None, None, "2024-01-03"]])
    book.change("xl/sharedStrings.xml", book.parts()["xl/sharedStrings.xml"].replace("UTF-8", "UTF-16").encode("utf-16"))
    assert take(bench, "utf16.xlsx", book)["added"] == 1
    assert take(bench, "named.csv", Workbook([HEADER, [SUBJECT, "甲4号", None, None, "2024-01-03"]]))["added"] == 1
    # Of the national layout.
    national = [["行政相对人名称", "统一社会信用代码", "行政处罚决定书文号", "处罚类别", "罚款金额(万元)", "处罚决定日期"], ["甲公司", SUBJECT, "甲5号", "罚款", 0.2, number(45292, 1)]]
    assert take(bench, "national.xlsx", Workbook(national), "--layout", "双公示")["added"] == 1
    assert rows_of(bench)[-1][:4] == ("甲5号", 2, 200000, days("2024-01-01"))


def changed(old: str, new: str, part="xl/worksheets/sheet1.xml") -> Workbook:
    book = Workbook([HEADER, [SUBJECT, "甲1号", None, 77.5, number(45292, 1)]])
    text = book.parts()[part]
    assert old in text, (old, text)
    return book.change(part, text.replace(old, new, 1))


def twice(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for part, text in Workbook([HEADER]).parts().items():
            package.writestr(part, text)
            if part == name:
                package.writestr(part.upper(), text)
    return out.getvalue()


def bomb(kind: str) -> bytes:
    book = Workbook([HEADER])
    if kind == "strings":
        return book.change("xl/sharedStrings.xml", HEAD + f'<sst xmlns="{MAIN}"><si><t>' + "甲" * (60 << 20) + "</t></si></sst>").bytes()
    if kind == "tag":
        return book.change("xl/worksheets/sheet1.xml", HEAD + f'<worksheet xmlns="{MAIN}"><sheetData x="' + "a" * (30 << 20)).bytes()
    if kind == "rows":
        return book.change("xl/worksheets/sheet1.xml", HEAD + f'<worksheet xmlns="{MAIN}"><sheetData>' + "<row></row>" * (6 << 20)).bytes()
    return book.change("xl/worksheets/sheet1.xml", HEAD + f'<worksheet xmlns="{MAIN}">' + "<x>" * 100000).bytes()


def laughs() -> str:
    entities = "".join(f'<!ENTITY a{i} "{"&a%d;" % (i - 1) * 10 if i else "ha" * 10}">' for i in range(10))
    return f'<?xml version="1.0"?><!DOCTYPE sst [{entities}]><sst xmlns="{MAIN}"><si><t>&a9;</t></si></sst>'


def test_refused_workbooks(bench: Bench):
    made(bench)
    good = Workbook([HEADER, [SUBJECT, "甲1号", None, 5, number(45292, 1)]]).bytes()
    outside = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet>&f;</worksheet>'
    cases = {
        "cut": (good[:len(good) // 2], "残缺"), "no parts": (b"PK\x05\x06" + bytes(18), "残缺"), "zeros": (b"PK\x03\x04" + bytes(4000), "残缺"),
        "flipped": (good.replace(b"\x78", b"\x79"), ""), "duplicate": (twice("xl/workbook.xml"), "同名"), "old": (b"\xd0\xcf\x11\xe0" + bytes(600), "旧式"),
        "noise": (bytes(range(1, 256)) * 9, "不是 .xlsx 工作簿"), "text": ("主体\n".encode(), "不是 .xlsx 工作簿"),
        "index": (changed('t="s"><v>1<', 't="s"><v>99<'), "共享文字不存在"), "no strings": (Workbook([HEADER]).change("xl/sharedStrings.xml", None), "共享文字不存在"),
        "entities": (Workbook([HEADER]).change("xl/sharedStrings.xml", laughs()), "文档类型"), "external": (Workbook([HEADER]).change("xl/worksheets/sheet1.xml", outside), "文档类型"),
        "column": (changed('r="E2"', 'r="XFE2"'), "XFD"), "row": (changed('<row r="2">', '<row r="1048577">'), "行号"), "order": (changed('r="E2"', 'r="A2"'), "次序"),
        "back": (changed('<row r="2">', '<row r="1">'), "次序"), "type": (changed('t="s"><v>0', 't="x"><v>0'), "类型不明"), "number": (changed("<v>77.5</v>", "<v>77,5</v>"), "不是数字"),
        "no sheet": (Workbook([HEADER]).change("xl/worksheets/sheet1.xml", None), "没有内容部件"), "broken": (changed("</row>", "</rows>"), "不是合格的 XML"),
        "utf8": (Workbook([HEADER]).change("xl/sharedStrings.xml", HEAD.encode() + b"<sst><si><t>\xff\xfe</t></si></sst>"), "不是合格的 XML"),
        "escapes": (changed('Target="xl/workbook.xml"', 'Target="../../etc/passwd"', "_rels/.rels"), "没有工作簿部件"),
        "merge": (changed("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:ZZZZ9"/></mergeCells>'), "合并单元格写得不对"),
        "strings": (bomb("strings"), "展开"), "tag": (bomb("tag"), "标记太长"), "rows": (bomb("rows"), "展开"), "deep": (bomb("deep"), "嵌套太深"),
    }
    for name, (book, words) in cases.items():
        said = take(bench, f"{name}.xlsx", book, code=4)
        assert words in said and said.startswith("错误："), (name, said)
    assert rows_of(bench) == [] and bench.expect(0, "verify", "m.db")
    with sqlite3.connect(bench.folder / "m.db") as database:
        assert database.execute("SELECT count(*) FROM import").fetchone() == (1,)


if __name__ == "__main__":
    sys.exit(main(__name__))
