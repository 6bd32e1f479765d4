#!/usr/bin/env python3
"""Rows in quarantine: listed, put right, taken again. Prints `N passed, N failed`."""
import json
import sqlite3
import sys

from common import OTHER, SUBJECT, Bench, main


def waiting(bench: Bench, store, *words) -> list:
    return [json.loads(line) for line in bench.expect(0, "quarantine", "list", store, "--json", *words).splitlines()]


def test_put_right(bench: Bench):
    store = bench.store("fixed.db")
    (row,) = waiting(bench, store)
    assert (row["row"], row["import"], row["line"], row["column"], row["field"]) == (1, 2, 5, 3, "决定日期") and row["raw"].endswith("2024-02-30,1.00"), row
    assert "2024-02-30" in bench.expect(0, "quarantine", "list", store)
    right = f"{OTHER},揭市监罚〔2024〕4号,2024-02-29,90000.00"
    bench.expect(2, "quarantine", "fix", store, 1, "--row", right)  # by whom?
    bench.expect(2, "quarantine", "fix", store, 1, "--actor", "甲")
    bench.expect(2, "quarantine", "fix", store, 9, "--row", right, "--actor", "甲")
    wrong = bench.run("quarantine", "fix", store, 1, "--row", right.replace("02-29", "02-31"), "--actor", "甲")
    assert wrong.returncode == 4 and "日期" in wrong.stderr, wrong
    assert len(waiting(bench, store)) == 1
    said = json.loads(bench.expect(0, "quarantine", "fix", store, 1, "--row", right, "--actor", "甲", "--json"))
    assert (said["added"], said["quarantined"]) == (1, 0), said
    assert waiting(bench, store) == []
    bench.expect(2, "quarantine", "fix", store, 1, "--row", right, "--actor", "甲")  # settled
    with sqlite3.connect(store) as database:
        assert database.execute("SELECT act, actor FROM quarantine_act").fetchall() == [("fixed", "甲")]
        assert database.execute("SELECT count(*) FROM quarantine").fetchone() == (1,)  # verbatim as ever
        assert database.execute("SELECT source, file_name LIKE '%penalties.csv%' FROM import ORDER BY id DESC").fetchone() == ("市场监管局", 1)
    bench.expect(0, "run", store, "--as-of", "2024-07-01")
    bench.expect(0, "verify", store, "--runs")


def test_taken_again(bench: Bench):
    """Rows that came before their subjects are taken once the subjects are there; the others go on waiting."""
    store = bench.store("again.db")
    third = "91445203MX0000003X"
    bench.file("early.csv", "主体,决定书文号,决定日期,罚款金额\n" + f"{third},甲1号,2024-03-01,70000.00\n{third},甲2号,2024-13-01,1.00\n\"{third}\",\"甲\n3号\",2024-03-02,80000.00\n")
    said = json.loads(bench.expect(0, "import", store, "early.csv", "--as", "行政处罚", "--json"))
    assert (said["rows"], said["quarantined"]) == (3, 3), said
    bench.file("subject.csv", f"标识,主体类别,名称\n{third},单位,丙公司\n")
    assert json.loads(bench.expect(0, "import", store, "subject.csv", "--as", "主体", "--accept-check-digit", "--json"))["added"] == 1
    (import_id,) = {row["import"] for row in waiting(bench, store)} - {2}
    said = json.loads(bench.expect(0, "quarantine", "replay", store, "--import", import_id, "--actor", "乙", "--json"))
    assert (said["rows"], said["added"], said["quarantined"]) == (3, 2, 1), said
    rows = waiting(bench, store)
    assert [(row["import"], row["field"]) for row in rows] == [(2, "决定日期"), (said["import"], "决定日期")], rows
    # All that wait, again: nothing can be taken, nothing is lost.
    bench.expect(0, "quarantine", "replay", store, "--actor", "乙")
    assert [row["raw"] for row in waiting(bench, store)] == [row["raw"] for row in rows]
    bench.expect(0, "verify", store)


def test_lines_of_json(bench: Bench):
    store = bench.store("lines.db")
    bench.file("lines.ndjson", json.dumps({"主体": SUBJECT, "决定书文号": "乙1号", "决定日期": "2024-02-30"}, ensure_ascii=False) + "\n")
    bench.expect(0, "import", store, "lines.ndjson", "--as", "行政处罚")
    (row,) = [row for row in waiting(bench, store) if row["import"] != 2]
    said = json.loads(bench.expect(0, "quarantine", "fix", store, row["row"], "--row", row["raw"].replace("02-30", "02-28"), "--actor", "甲", "--json"))
    assert said["added"] == 1, said
    bench.expect(0, "verify", store)


def test_nothing_waits(bench: Bench):
    store = bench.store("empty.db")
    bench.expect(0, "quarantine", "fix", store, 1, "--row", f"{OTHER},揭市监罚〔2024〕4号,2024-02-29,1.00", "--actor", "甲")
    before = bench.expect(0, "head", store)
    assert bench.expect(0, "quarantine", "replay", store, "--actor", "甲") == ""
    assert json.loads(bench.expect(0, "head", store))["root"] == json.loads(before)["root"]
    bench.expect(2, "quarantine", "empty", store)


if __name__ == "__main__":
    sys.exit(main("__main__"))
