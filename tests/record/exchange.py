#!/usr/bin/env python3
"""What goes out of a store and comes back: lists, decisions, publication and feedback in every format, receipts, masks. Prints `N passed, N failed`."""
import csv
import datetime
import hashlib
import io
import json
import re
import sqlite3
import stat
import sys
import time
import xml.etree.ElementTree as xml
import zipfile

from common import OTHER, SUBJECT, Bench, main
from privacy import receipts

PERSON = "445200198512310023"
DAY = "2024-06-01"
NAME = "=cmd|' /C calc'!A0"
RULES = """规则包 交换例 版本 "1"
机关 主管部门   "某市某局"
机关 财政局     "某市财政局"
机关 信用中国   "某网站"
机关 财政局网站 "某财政网站"
主体类别 单位     "单位"     标识 统一社会信用代码
主体类别 自然人   "自然人"   标识 居民身份证号
属性 单位
    名称： 文本
属性 自然人
    姓名： 文本
记录 处罚 "处罚决定"
    来源 主管部门
    文书 处罚文号 作出 处罚日期
    处罚文号： 文本 必填 主键
    处罚日期： 日期 必填
    金额：     金额
代码表 交换名单类别
    红名单 = 2、重点关注名单 = 4、黑名单 = 8
记录 交换名单 "其他平台交换的名单信息"
    来源 主管部门
    文书 名单编号 作出 名单列入日期
    名单编号：     文本 必填 主键
    交换名单类别： 代码 交换名单类别 必填
    名单名称：     文本
    认定部门：     文本
    列入原因：     文本
    名单列入日期： 日期 必填
    预计退出日期： 日期
名单类别 黑名单、重点关注名单、红名单
措施目录 惩戒目录 版本 "1"
    M01 限制参加政府采购   性质 减损权益 程度 禁止 适用 单位、自然人
备忘录 交换备忘录
    标题 "交换备忘录"
    牵头 主管部门
    施行 2020年1月1日
认定 严重违法
    列入 黑名单
    凭   处罚
    当   金额 不少于 5万元
    自   处罚日期
    为期 1年
    公示 信用中国 期限 6个月
认定 一般违法
    列入 重点关注名单
    凭   处罚
    当   金额 不足 5万元
    自   处罚日期
    为期 1年
认定 守法
    列入 红名单
    当   无 处罚
惩戒 限制采购
    措施 M01
    因   严重违法
    对   单位：本单位；自然人：本人
    由   主管部门、财政局
    依据 《政府采购法》第二十二条第一款第（五）项
    程度 禁止
    为期 随认定
    解除 自动
    公示 财政局网站 期限 9个月
    救济 "依法申请行政复议或者提起行政诉讼"
"""


def exchange_store(bench: Bench) -> str:
    bench.file("rules.mou", RULES)
    bench.expect(0, "build", "--generated", "-q", "rules.mou", "-o", "rules.moup")
    bench.expect(0, "init", "-q", "exchange.db", "--pack", "rules.moup")
    bench.file("subjects.csv", f'标识,主体类别,名称,姓名\n{SUBJECT},单位,"{NAME}",\n{PERSON},自然人,,赵某某\n{OTHER},单位,乙商行,\n12445200456000025T,单位,丙学校,\n')
    bench.expect(0, "import", "exchange.db", "--as", "主体", "subjects.csv")
    bench.file("fines.csv", f"主体,处罚文号,处罚日期,金额\n{SUBJECT},-1+1,2024-03-01,60000.00\n{PERSON},罚2号,2024-02-01,70000.00\n{OTHER},罚3号,2024-03-02,1.00\n")
    bench.expect(0, "import", "exchange.db", "--as", "处罚", "fines.csv")
    bench.expect(0, "run", "exchange.db", "--as-of", DAY)
    return "exchange.db"


def sheet_rows(path) -> list[list[str]]:
    """The cells of a workbook's first sheet as texts; a formula would be an error."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        sheet = xml.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        shared = ["".join(text.text or "" for text in item.iter(space + "t")) for item in xml.fromstring(archive.read("xl/sharedStrings.xml"))] if "xl/sharedStrings.xml" in archive.namelist() else []
    assert next(sheet.iter(space + "f"), None) is None
    rows = []
    for row in sheet.iter(space + "row"):
        cells = {}
        for cell in row.iter(space + "c"):
            column = 0
            for letter in filter(str.isalpha, cell.get("r")):
                column = column * 26 + ord(letter) - 64
            if cell.get("t") == "inlineStr":
                cells[column] = "".join(text.text or "" for text in cell.iter(space + "t"))
            elif cell.find(space + "v") is not None:
                cells[column] = shared[int(cell.find(space + "v").text)]
        rows.append([cells.get(column, "") for column in range(1, max(cells, default=0) + 1)])
    return rows


def exported(bench: Bench, what: str, store: str, name: str, *options: str) -> bytes:
    bench.expect(0, "export", what, store, "-o", name, "--as-of", DAY, *options)
    path = bench.folder / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    data = path.read_bytes()
    note = receipts(bench, store, "export")[-1]
    assert note["sha256"] == hashlib.sha256(data).hexdigest(), note
    return data


def csv_rows(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_format_says_the_same(bench: Bench):
    store = exchange_store(bench)
    bench.expect(0, "feedback", store, SUBJECT, "限制采购", "--executed", "2024-06-03", "--department", "财政局", "--actor", "甲", "--remark", "=1+1")
    for what, count in (("lists", 4), ("decisions", 2), ("publication", 2), ("feedback", 1)):
        rows = csv_rows(exported(bench, what, store, f"{what}.csv"))
        plain = [[cell[1:] if cell[:1] == "'" else cell for cell in row] for row in rows]
        assert len(rows) == count + 1, (what, rows)
        assert all(cell[:1] not in "=+-@" for row in rows for cell in row if cell), rows
        exported(bench, what, store, f"{what}.xlsx")
        sheet = [row + [""] * (len(rows[0]) - len(row)) for row in sheet_rows(bench.folder / f"{what}.xlsx")]
        assert sheet == plain, (what, sheet, plain)
        found = json.loads(exported(bench, what, store, f"{what}.json"))
        assert found["schema"] == "mou/export/1" and found["what"] == what and found["masked"] is True
        assert [list(row.values()) for row in found["rows"]] == plain[1:], what
        document = xml.fromstring(exported(bench, what, store, f"{what}.xml"))
        if what != "lists":
            assert document.tag == "ExchangeMessage" and document.find("Header/flow").text == what
            assert [[cell.text or "" for cell in row] for row in document.findall("Body/fields")] == plain[1:], what
            assert [cell.tag for cell in document.find("Body/fields")] == list(found["rows"][0])
    notes = receipts(bench, store, "export")
    assert len(notes) == 16 and all(note["rows"] > 0 for note in notes)
    bench.expect(0, "verify", store)


def test_platform_shape_of_lists(bench: Bench):
    store = exchange_store(bench)
    document = xml.fromstring(exported(bench, "名单", store, "lists.xml"))
    assert document.tag == "rs" and document.find("resultcode").text == "200" and document.find("version").text
    types = document.findall("list/redblackTypeList/redblackType")
    assert [(one.get("unitedType"), one.get("unitedName"), len(one.findall("redblackDetailList/redblackDetail"))) for one in types] == [("red", "守法", 1), ("black", "严重违法", 2)], types
    pair = types[1].find("unionPairList/unionPair")
    assert pair.get("itemName") == "限制采购" and pair.get("originDept") == "主管部门、财政局" and pair.find("unionPairContent").get("content") == "M01"
    detail = types[1].findall("redblackDetailList/redblackDetail")[1]
    assert detail.get("code") == SUBJECT and detail.get("name") == NAME
    assert {one.get("title"): one.get("content") for one in detail.findall("redblackDetailContent")}["列入日期"] == "2024-03-01"
    assert receipts(bench, store, "export")[-1]["rows"] == 3
    number = document.find("list/redblackTypeList").get("requestId")
    assert receipts(bench, store, "export")[-1]["number"] == number
    rows = csv_rows(exported(bench, "名单", store, "black.csv", "--list", "黑名单"))
    assert len(rows) == 3 and {row[0] for row in rows[1:]} == {"黑名单"}


def test_lists_from_another_platform(bench: Bench):
    """What one platform hands out another one takes: the same shape, a row for each subject; nothing that XML can hide in it is read."""
    store = exchange_store(bench)
    exported(bench, "lists", store, "lists.xml", "--unmask", "--purpose", "交换")
    said = json.loads(bench.expect(0, "import", store, "lists.xml", "--as", "交换名单", "--source", "省平台", "--json"))
    assert (said["rows"], said["added"], said["quarantined"]) == (3, 2, 1), said  # who is on the red list since ever has no date
    with sqlite3.connect(bench.folder / store) as database:
        rows = database.execute('SELECT u.identifier, r.名单编号, r.交换名单类别, r.名单名称, r.列入原因 FROM "记录_交换名单" r JOIN subject u ON u.id = r."#subject" ORDER BY 2').fetchall()
    assert rows == [(PERSON, "2/1", 8, "严重违法", "处罚 罚2号"), (SUBJECT, "2/2", 8, "严重违法", "处罚 -1+1")], rows
    assert json.loads(bench.expect(0, "import", store, "lists.xml", "--as", "交换名单", "--json"))["seen_before"]
    exported(bench, "lists", store, "masked.xml")
    said = json.loads(bench.expect(0, "import", store, "masked.xml", "--as", "交换名单", "--json"))
    assert said["quarantined"] >= 2, said  # a masked number is nobody's
    text = (bench.folder / "lists.xml").read_text("utf-8")
    before = json.loads(bench.expect(0, "head", store))["root"]
    for name, wrong in (("dtd.xml", text.replace("<rs>", '<!DOCTYPE rs [<!ENTITY a "b">]><rs>')), ("cut.xml", text[:len(text) // 2]), ("other.xml", "<?xml version=\"1.0\"?><x/>"),
                        ("deep.xml", "<?xml version=\"1.0\"?>" + "<a>" * 100000)):
        bench.expect(4, "import", store, bench.file(name, wrong), "--as", "交换名单")
    assert json.loads(bench.expect(0, "head", store))["root"] == before


def test_persons_are_masked(bench: Bench):
    store = exchange_store(bench)
    for what in ("lists", "decisions", "publication"):
        for name in ("out.csv", "out.json", "out.xml"):
            text = exported(bench, what, store, name).decode()
            assert PERSON not in text and "赵某某" not in text and "445***********0023" in text and "赵**" in text and SUBJECT in text, (what, name, text)
    assert bench.run("export", "decisions", store, "-o", "out.csv", "--unmask").returncode == 2
    text = exported(bench, "decisions", store, "out.csv", "--unmask", "--purpose", "推送财政局", "--department", "信用办").decode()
    assert PERSON in text and "赵某某" in text
    note = receipts(bench, store, "export")[-1]
    assert note["unmask"] is True and note["purpose"] == "推送财政局" and note["department"] == "信用办"


def put_in_effect(bench: Bench, store: str, number: int) -> None:
    for verb, day, actor in (("notify", "2024-06-03", "甲"), ("serve", "2024-06-04", "甲"), ("confirm", "2024-06-13", "乙"), ("execute", "2024-06-14", "丙")):
        bench.expect(0, "decide", verb, store, number, "--actor", actor, "--on", day)


def test_pushed_to_a_department(bench: Bench):
    """What an officer confirmed goes to those who execute it; what is only proposed does not."""
    store = exchange_store(bench)
    assert len(csv_rows(exported(bench, "决定", store, "a.csv", "--for", "财政局"))) == 1
    put_in_effect(bench, store, 1)
    put_in_effect(bench, store, 2)
    rows = csv_rows(exported(bench, "决定", store, "a.csv", "--for", "财政局"))
    assert len(rows) == 3
    note = receipts(bench, store, "export")[-1]
    assert note["pushed"] == [{"department": "财政局", "rule": "交换备忘录.限制采购", "count": 2}] and note["receiver"] == "财政局", note
    assert len(csv_rows(exported(bench, "决定", store, "b.csv", "--for", "财政"))) == 1
    assert "pushed" not in receipts(bench, store, "export")[-1]


def test_publication_and_withdrawal(bench: Bench):
    store = exchange_store(bench)
    rows = csv_rows(exported(bench, "公示", store, "a.csv"))
    assert [(row[0], row[1], row[7]) for row in rows[1:]] == [("公示", "信用中国", "2024-08-01"), ("公示", "信用中国", "2024-09-01")], rows
    put_in_effect(bench, store, 2)  # a measure stands published from its execution
    for day, count in (("2024-06-13", 2), ("2024-06-14", 3)):
        bench.expect(0, "export", "公示", store, "-o", "measure.csv", "--as-of", day)
        rows = csv_rows((bench.folder / "measure.csv").read_bytes())
        assert len(rows) == count + 1 and (count < 3 or sorted(row[1] for row in rows[1:])[-1] == "财政局网站"), rows
    bench.file("objections.csv", f"主体,记录,键,提出,办结\n{SUBJECT},处罚,-1+1,2024-06-02,\n")
    bench.expect(0, "import", store, "--as", "异议", "objections.csv")
    bench.expect(0, "export", "公示", store, "-o", "b.csv", "--as-of", "2024-06-03", "--since", DAY)
    rows = csv_rows((bench.folder / "b.csv").read_bytes())
    assert [(row[0], row[2]) for row in rows[1:]] == [("公示", "445***********0023")], rows


def test_withdrawn_after_the_term(bench: Bench):
    """What stood on the day of the last list, by what was known then, and stands no longer is to be taken down."""
    store = exchange_store(bench)
    today = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date()
    later = today + datetime.timedelta(days=250)
    bench.file("now.csv", f"主体,处罚文号,处罚日期,金额\n{OTHER},罚9号,{today - datetime.timedelta(days=10)},90000.00\n")
    bench.expect(0, "import", store, "--as", "处罚", "now.csv")
    bench.expect(0, "export", "公示", store, "-o", "now.csv", "--as-of", str(today))
    assert [row[0] for row in csv_rows((bench.folder / "now.csv").read_bytes())[1:]] == ["公示"]  # the measure is only proposed
    bench.expect(0, "export", "公示", store, "-o", "later.csv", "--as-of", str(later), "--since", str(today))
    rows = csv_rows((bench.folder / "later.csv").read_bytes())
    assert [(row[0], row[2]) for row in rows[1:]] == [("撤下", OTHER)], rows


def test_same_content_same_bytes(bench: Bench):
    store = exchange_store(bench)
    for name in ("x.csv", "x.xlsx", "x.json", "x.xml"):
        first = exported(bench, "lists", store, name, "--known-at", "2099-01-01T00:00:00")
        time.sleep(0.01)
        assert exported(bench, "lists", store, "again" + name[1:], "--known-at", "2099-01-01T00:00:00") == first, name


def test_nothing_half_written(bench: Bench):
    store = exchange_store(bench)
    before = len(receipts(bench, store, "export"))
    bench.expect(5, "export", "lists", store, "-o", "nowhere/x.csv")
    bench.expect(2, "export", "lists", store, "-o", "x.doc")
    bench.expect(2, "export", "lists", store)
    bench.expect(2, "export", "everything", store, "-o", "x.csv")
    (bench.folder / "taken.csv").mkdir()
    bench.expect(5, "export", "lists", store, "-o", "taken.csv")
    assert not [path for path in bench.folder.iterdir() if path.name.endswith(".tmp")]
    assert len(receipts(bench, store, "export")) == before + 1  # the file was whole and recorded; only its name was taken


def test_feedback(bench: Bench):
    store = exchange_store(bench)
    asked = bench.run("query", store, SUBJECT, "--as-of", DAY, "--department", "财政局", "--purpose", "采购")
    number = re.search(r"查询编号 (\d+)", asked.stderr)[1]
    given = ("--department", "财政局", "--actor", "甲")
    bench.expect(0, "feedback", store, SUBJECT, "交换备忘录.限制采购", "--executed", "2024-06-02", "--request", number, *given)
    bench.expect(0, "feedback", store, PERSON, "限制采购", "--not-executed", "--remark", "没有采购活动", *given)
    for words, code in (((SUBJECT, "限制采购", "--executed", "2024-06-02"), 2), ((SUBJECT, "没有", "--executed", "2024-06-02", *given), 2),
                        ((SUBJECT, "限制采购", *given), 2), ((SUBJECT, "限制采购", "--not-executed", *given), 2),
                        ((SUBJECT, "限制采购", "--not-executed", "--remark", "x", "--executed", "2024-06-02", *given), 2),
                        (("没有", "限制采购", "--executed", "2024-06-02", *given), 4), ((PERSON, "限制采购", "--executed", "2024-06-02", "--request", number, *given), 4),
                        ((SUBJECT, "限制采购", "--executed", "2024-06-02", "--request", "1", *given), 4), ((SUBJECT, "限制采购", "--executed", "2024-06-02", "--request", "999", *given), 2)):
        bench.expect(code, "feedback", store, *words)
    first, second = receipts(bench, store, "feedback")
    assert first["request"] == int(number) and first["result"] == "executed" and first["executed_on"] == "2024-06-02" and first["memorandum"] == "交换备忘录"
    assert second["result"] == "not_executed" and second["remark"] == "没有采购活动" and "request" not in second
    with sqlite3.connect(bench.folder / store) as database:
        (last,) = database.execute("SELECT max(id) FROM ledger WHERE kind = 'feedback'").fetchone()
    bench.expect(0, "erase", store, last, "--actor", "甲", "--reason", "个人信息保护法第四十七条")
    assert len(receipts(bench, store, "feedback")) == 1
    rows = csv_rows(exported(bench, "反馈", store, "left.csv"))
    assert len(rows) == 2 and rows[1][2] == "限制采购" and rows[1][1] == number
    bench.expect(0, "verify", store)


if __name__ == "__main__":
    sys.exit(main("__main__"))
