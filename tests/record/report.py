#!/usr/bin/env python3
"""The statistics of article 26, against what the tables and the ledger say by SQL of the test's own. Prints `N passed, N failed`."""
import collections
import csv
import io
import json
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as xml
from datetime import datetime, timedelta, timezone

from common import SUBJECT, Bench, main
from exchange import OTHER, PERSON, exchange_store, put_in_effect
from privacy import receipts

TODAY = (datetime.now(timezone.utc) + timedelta(hours=8)).date()


def busy_store(bench: Bench) -> str:
    """Something of everything that is counted."""
    store = exchange_store(bench)
    put_in_effect(bench, store, 1)
    bench.expect(0, "decide", "notify", store, 2, "--actor", "甲", "--on", "2024-06-03")
    for department, words in (("财政局", (SUBJECT, "--purpose", "采购")), ("财政局", (PERSON,)), ("海关", (SUBJECT, "--actor", "乙"))):
        bench.expect(0, "query", store, *words, "--as-of", "2024-06-20", "--department", department)
    bench.expect(0, "query", store, OTHER, "--as-of", "2024-06-20")
    bench.expect(0, "export", "decisions", store, "-o", "pushed.csv", "--for", "财政局")
    bench.expect(0, "feedback", store, SUBJECT, "限制采购", "--executed", "2024-06-20", "--department", "财政局")
    bench.expect(0, "feedback", store, PERSON, "限制采购", "--not-executed", "--remark", "没有采购", "--department", "财政局")
    bench.file("objections.csv", f"主体,记录,键,提出,办结\n{OTHER},处罚,罚3号,2024-06-05,2024-06-20\n{SUBJECT},处罚,-1+1,2024-06-25,\n")
    bench.expect(0, "import", store, "--as", "异议", "objections.csv")
    bench.expect(0, "run", store, "--as-of", "2024-07-01")
    return store


def sections(bench: Bench, store: str, *words) -> dict:
    return json.loads(bench.expect(0, "report", store, "--from", "2024-01-01", "--json", *words))


def test_counts(bench: Bench):
    store = busy_store(bench)
    told = sections(bench, store)
    assert told["schema"] == "mou/report/1" and told["from"] == "2024-01-01" and told["until"] == str(TODAY)
    rows = {(row["department"], row["measure"]): row for row in told["measures"]}
    mine = rows["财政局", "交换备忘录.限制采购"]
    assert (mine["pushed"], mine["looked_up"], mine["executed"], mine["fed_back"], mine["in_effect"]) == (1, 2, 1, 2, 1), mine
    assert rows["海关", "交换备忘录.限制采购"]["looked_up"] == 1 and rows["主管部门", "交换备忘录.限制采购"]["in_effect"] == 1
    looked = {row["department"]: (row["look_ups"], row["anonymous"]) for row in told["look_ups"]}
    assert looked == {"财政局": (2, 2), "海关": (1, 0), "（未写明）": (1, 1)}, looked
    assert sum(row[0] for row in looked.values()) == len(receipts(bench, store, "lookup"))
    with sqlite3.connect(bench.folder / store) as database:
        found = database.execute("SELECT count(*) FROM decision WHERE kind = 'sanction'").fetchone()[0]
        states = collections.Counter(state for (state,) in database.execute("SELECT state FROM measure"))
    month = {row["month"]: row for row in told["months"]}
    assert month["2024-06"]["sanctions"] == found == 2 and month["2024-06"]["notified"] == 2 and month["2024-06"]["confirmed"] == 1 and month["2024-06"]["executed"] == 1, month
    (memorandum,) = told["memoranda"]
    assert memorandum["in_effect"] == states["executing"] == 1 and memorandum["suspended"] == sum(count for state, count in states.items() if state.startswith("held")) == 1, (memorandum, states)
    regions = {row["region"]: row["sanctions"] for row in told["regions"]}
    assert regions == {"445202": 1, "445200": 1}, regions
    assert {row["outcome"]: row["objections"] for row in told["objections"]} == {"办理中": 1, "已办结（未记结果）": 1}


def test_the_period_bounds(bench: Bench):
    store = busy_store(bench)
    may = json.loads(bench.expect(0, "report", store, "--month", "2024-05", "--json"))
    assert (may["from"], may["until"]) == ("2024-05-01", "2024-05-31") and may["months"] == [] and may["objections"] == [] and may["look_ups"] == []
    june = json.loads(bench.expect(0, "report", store, "--month", "2024-06", "--json"))
    assert len(june["months"]) == 1 and len(june["objections"]) == 2
    assert len(june["duties"]) == 0
    lists = {(row["domain"], row["kind of list"]): row["listed"] for row in june["domains"]}
    assert lists[("交换备忘录", "黑名单")] == 1 and lists[("交换备忘录", "红名单")] == 1, lists  # the other one is contested
    for wrong in (("--month", "2024-13"), ("--month", "2024-6"), ("--month", "2024-06", "--from", "2024-01-01"), ("--from", "2024-07-01", "--until", "2024-06-01")):
        bench.expect(2, "report", store, *wrong)


def test_tables_csv_and_page_say_the_same(bench: Bench):
    store = busy_store(bench)
    told = sections(bench, store)
    text = bench.expect(0, "report", store, "--from", "2024-01-01")
    rows = list(csv.reader(io.StringIO(bench.run("report", store, "--from", "2024-01-01", "--csv").stdout.lstrip("\ufeff"), newline="")))
    numbers = sum(value for section in told.values() if isinstance(section, list) for row in section for value in row.values() if isinstance(value, int))
    assert rows[0] == ["统计", "项目一", "项目二", "指标", "数"] and sum(int(row[4]) for row in rows[1:]) == numbers > 10
    bench.expect(0, "report", store, "--from", "2024-01-01", "--html", "page.html")
    page = (bench.folder / "page.html").read_text("utf-8")
    assert not re.search(r"(src|href)=|@import|https?:", page.replace("http-equiv", "")), "the page stands alone"
    document = xml.fromstring(page.replace("<!DOCTYPE html>", "").replace('<meta charset="utf-8">', "").replace('<meta name="viewport" content="width=device-width">', ""))
    cells = [cell.text or "" for cell in document.iter("td") if cell.get("class") == "n"]
    assert sum(map(int, cells)) == 2 * numbers  # every number, and the totals
    assert len(list(document.iter("svg"))) >= 5 and all(svg.get("aria-label") for svg in document.iter("svg") if svg.get("role"))
    for name in ("措施落实", "决定（按月）", "交换备忘录.限制采购"):
        assert name in text and name in page
    for person in (PERSON, SUBJECT, OTHER, "赵某"):
        assert person not in text and person not in page
    english = bench.expect(0, "report", store, "--from", "2024-01-01", "--lang", "en")
    assert "Measures put to use" in english and "措施落实" not in english


def test_monthly_report_to_the_platform(bench: Bench):
    store = busy_store(bench)
    bench.expect(2, "export", "月报", store, "-o", "june.xml")
    bench.expect(0, "export", "月报", store, "-o", "june.xml", "--month", "2024-06", "--to", "市平台", "--department", "信用办")
    document = xml.parse(bench.folder / "june.xml")
    assert document.find("Header/receiver").text == "市平台" and document.find("Header/sender").text == "信用办"
    rows = [{cell.tag: cell.text for cell in fields} for fields in document.findall("Body/fields")]
    assert {row["month"] for row in rows} == {"2024-06"}
    assert [row["count"] for row in rows if row["section"] == "决定（按月）" and row["indicator"] == "新增惩戒"] == ["2"]
    assert receipts(bench, store, "export")[-1]["rows"] == len(rows)


if __name__ == "__main__":
    sys.exit(main("__main__"))
