#!/usr/bin/env python3
"""Formats of the store, forward only; private files; backup and restore. Prints `N passed, N failed`."""
import hashlib
import json
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import entered
from common import OTHER, SUBJECT, Bench, main
from ledger import join, root_of

HERE = Path(__file__).parent


def former_store(bench: Bench, name: str) -> Path:
    """The store of format 1, with a pack that this program reads: its bytes, its hash, and the chain of receipts over it."""
    bench.expect(0, "build", "-q", bench.small(), "-o", "small.moup")
    pack = (bench.folder / "small.moup").read_bytes()
    digest = pack[24:56]
    path = bench.folder / name
    with sqlite3.connect(path) as database:
        database.executescript((HERE / "format1.sql").read_text("utf-8"))
        (former,) = database.execute("SELECT hash FROM pack").fetchone()
        database.execute("UPDATE pack SET bytes = ?, hash = ?", (pack, digest))
        chain = bytes(32)
        for number, at, kind, body in database.execute("SELECT id, at, kind, body FROM ledger ORDER BY id").fetchall():
            body = body.replace(former.hex(), digest.hex())
            previous, chain = chain, hashlib.sha256(chain + f"{at} {kind} {body}".encode()).digest()
            database.execute("UPDATE ledger SET body = ?, previous = ?, hash = ? WHERE id = ?", (body, previous, chain, number))
    return path


def version() -> str:
    """The format of this program, as its header says."""
    return re.search(r"MOU_STORE_SCHEMA_VERSION (\d+)", (bench_root() / "store/store_internal.h").read_text("utf-8")).group(1)


def bench_root() -> Path:
    return HERE.parents[1]


def make_ledger_again(database):
    """Leaves, nodes and head over the receipts as they are."""
    triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('ledger', 'ledger_node')").fetchall()
    for name, _ in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    leaves = []
    for number, at, kind, event, salt, body in database.execute("SELECT id, at, kind, event, salt, body FROM ledger ORDER BY id").fetchall():
        previous = root_of(leaves)
        leaves.append(hashlib.sha256(b"\x00" + salt + previous + f"{number}\n{at}\n{event}\n{kind}\n".encode() + body.encode()).digest())
        database.execute("UPDATE ledger SET previous = ?, leaf = ? WHERE id = ?", (previous, leaves[-1], number))
    level, below = 1, leaves
    while len(below) > 1:
        below = [join(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
        for number, node in enumerate(below):
            database.execute("UPDATE ledger_node SET hash = ? WHERE level = ? AND number = ?", (node, level, number))
        level += 1
    database.execute("UPDATE meta SET value = ? WHERE name = 'ledger_head'", (f"{len(leaves)} {root_of(leaves).hex()}",))
    for _, sql in triggers:
        database.execute(sql)


def store_of_format(bench: Bench, number: int, name: str) -> Path:
    """A store of format 2 to 8, as that format's program left it, with a pack that this program reads."""
    bench.expect(0, "build", "-q", bench.small(), "-o", "small.moup")
    pack = (bench.folder / "small.moup").read_bytes()
    text = (HERE / f"format{number}.sql").read_text("utf-8")
    assert not re.search(r"['\"]/\w", text), "made from within the folder of its files: no path of the machine that made it"
    former, = re.findall(r"INSERT INTO \"pack\" VALUES\(1,X'([0-9A-F]{64})'", text)
    bytes_before, = re.findall(r'"installed_at": \d+, "sha256": "([0-9a-f]{64})"', text)
    text = text.replace(f"X'{former}',X'00'", f"X'{former}',X'{pack.hex().upper()}'").replace(former, pack[24:56].hex().upper()).replace(former.lower(), pack[24:56].hex())
    text = text.replace(bytes_before, hashlib.sha256(pack).hexdigest())
    path = bench.folder / name
    with sqlite3.connect(path) as database:
        database.executescript(text)
        make_ledger_again(database)
    return path


def test_format2_is_brought_up(bench: Bench):
    bring_up(bench, 2)


def test_format3_is_brought_up(bench: Bench):
    bring_up(bench, 3)


def test_format4_is_brought_up(bench: Bench):
    bring_up(bench, 4)


def test_format5_is_brought_up(bench: Bench):
    bring_up(bench, 5)


def test_format6_is_brought_up(bench: Bench):
    """Rows of relations with fields of their own among what is sealed again."""
    bring_up(bench, 6)
    with sqlite3.connect(bench.folder / "former.db") as database:
        assert database.execute("SELECT fields IS NULL FROM relation ORDER BY version").fetchall() == [(0,), (1,)]


def test_format7_is_brought_up(bench: Bench):
    """What was open then changes and ends as what is opened now, and can be read as it stood."""
    bring_up(bench, 7)
    former = bench.folder / "former.db"
    bench.file("again.csv", f"主体,决定书文号,决定日期,罚款金额\n{OTHER},揭市监罚〔2025〕8号,2025-06-10,80000.00\n{SUBJECT},揭市监罚〔2025〕9号,2025-06-11,80000.00\n")
    bench.expect(0, "import", former, "--as", "行政处罚", "again.csv")
    said = json.loads(bench.expect(0, "run", former, "--as-of", "2025-07-01", "--json"))
    assert (said["incremental"], said["opened"], said["changed"], said["closed"]) == (True, 1, 1, 0), said
    said = json.loads(bench.expect(0, "run", former, "--as-of", "2026-07-01", "--json"))
    assert (said["incremental"], said["evaluated"], said["closed"]) == (True, 2, 2), said
    said = json.loads(bench.expect(0, "verify", former, "--runs", "--json"))
    assert said["problems"] == [] and said["runs"] == 8, said
    with sqlite3.connect(former) as database:
        assert database.execute("SELECT id, first_status, first_step FROM decision ORDER BY id").fetchall() == [(1, None, None), (2, None, None), (3, 5, 6)]
        assert database.execute("SELECT decision, opened_run, closed_run, is_first FROM decision_status WHERE id > 3 ORDER BY id").fetchall() == \
            [(2, 5, None, None), (3, 7, None, 1), (2, 7, None, None)]
        assert database.execute("SELECT decision, state FROM measure ORDER BY 1").fetchall() == [(1, "withdrawn"), (2, "withdrawn"), (3, "withdrawn")]


def test_format8_is_brought_up(bench: Bench):
    """Every row is found by its subject, those that come behind as those of before; and no type has an index of its own."""
    bring_up(bench, 8)
    former = bench.folder / "former.db"
    entered = "SELECT o.subject, t.name, o.version FROM record_of o JOIN record_type t USING (type) ORDER BY 1, 2, 3"
    with sqlite3.connect(former) as database:
        rows = database.execute('SELECT "#subject", \'行政处罚\', "#version" FROM "记录_行政处罚" ORDER BY 1, 2, 3').fetchall()
        assert database.execute(entered).fetchall() == rows and len(rows) == 6, rows
        assert database.execute("SELECT name FROM sqlite_schema WHERE name GLOB '#subject_*'").fetchall() == [("#subject_单位",)]
    assert "揭市监罚〔2025〕7号" in bench.expect(0, "explain", former, OTHER, "--as-of", "2025-06-03")
    bench.file("again.csv", f"主体,决定书文号,决定日期,罚款金额\n{OTHER},揭市监罚〔2025〕7号,2025-05-02,90000.00\n{SUBJECT},揭市监罚〔2025〕9号,2025-06-11,80000.00\n")
    said = json.loads(bench.expect(0, "import", former, "--as", "行政处罚", "again.csv", "--json"))
    assert (said["added"], said["corrected"], said["unchanged"]) == (1, 1, 0), said
    with sqlite3.connect(former) as database:
        assert database.execute(entered).fetchall() == [(1, "行政处罚", version) for version in (1, 2, 4, 5, 8)] + [(2, "行政处罚", version) for version in (3, 6, 7)]
    bench.expect(0, "verify", former, "--runs")


def as_format8(store: Path):
    """As the program of format 8 left it: an index for each type; one for both where a type is called as a kind is, over the kind's table, which was made first."""
    with closing(sqlite3.connect(store)) as database:
        for (name,) in database.execute("SELECT name FROM record_type").fetchall():
            database.execute(f'CREATE INDEX IF NOT EXISTS "#subject_{name}" ON "记录_{name}"("#subject")')
        database.execute("DROP TABLE record_of")
        database.execute("DROP TABLE record_type")
        database.execute("UPDATE meta SET value = '8' WHERE name = 'schema_version'")
        database.commit()


def test_all_sorts_of_types_are_brought_up(bench: Bench):
    """Nested ones, some without rows, some without a key, one that is called as a kind of subjects is; and a store without any rows."""
    types = entered.LATER + '记录 单位 "单位登记"\n    来源 主管部门\n    登记号： 文本 必填 主键\n'
    store = entered.store_of(bench, "计数(分项 满足 数额 大于 0元) 不少于 2", types=types)
    empty = bench.folder / "empty.db"
    bench.expect(0, "init", "-q", empty, "--pack", "first.moup")
    first, second = entered.PEOPLE[:2]
    fine = lambda subject, key, count: {"主体": subject, "文号": key, "处罚日期": "2024-02-01", "分项": [{"数额": f"{part}.00"} for part in range(1, count + 1)]}  # noqa: E731
    entered.taken(bench, store, "处罚", "fines.ndjson", entered.lines([fine(second, "甲1", 2), fine(first, "甲2", 1), fine(second, "甲3", 1)]))
    entered.taken(bench, store, "巡查", "looks.csv", f"主体,巡查年度,结果\n{second},2021,合格\n{first},2021,合格\n")
    entered.taken(bench, store, "单位", "units.csv", f"主体,登记号\n{first},甲\n")
    assert entered.punished(bench, store) == [second]
    for path, count in ((store, 10), (empty, 0)):
        with closing(sqlite3.connect(path)) as database:
            before = database.execute("SELECT * FROM record_of").fetchall(), database.execute("SELECT * FROM record_type").fetchall()
            indexes = database.execute("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY 1, 2").fetchall()
        as_format8(path)
        bench.expect(0, "init", path)
        with closing(sqlite3.connect(path)) as database:
            assert (database.execute("SELECT * FROM record_of").fetchall(), database.execute("SELECT * FROM record_type").fetchall()) == before
            assert database.execute("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY 1, 2").fetchall() == indexes
            assert len(before[0]) == count and len(before[1]) == 7, before
        entered.whole(bench, path)
    assert entered.punished(bench, store) == [second]
    assert entered.taken(bench, store, "单位", "units2.csv", f"主体,登记号\n{first},甲\n{second},甲\n") == (1, 0, 1, 0)
    assert entered.taken(bench, store, "巡查", "looks2.csv", f"主体,巡查年度,结果\n{first},2021,合格\n{first},2022,合格\n") == (1, 0, 1, 0)
    entered.whole(bench, store)


def bring_up(bench: Bench, number: int):
    former = store_of_format(bench, number, "former.db")
    with sqlite3.connect(former) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('meta', 'ledger', 'ledger_node', 'sqlite_stat1')")]
        before = {table: database.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2').fetchall() for table in tables}
        receipts = database.execute("SELECT * FROM ledger ORDER BY id").fetchall()
    assert "mou init" in bench.run("query", former, SUBJECT).stderr
    bench.expect(0, "init", former)
    with sqlite3.connect(former) as database:
        for table in tables:
            text = "SELECT subject, date FROM lasting WHERE decision IS NULL" if table == "next_date" else f'SELECT * FROM "{table}"'
            after = database.execute(text + " ORDER BY 1, 2").fetchall()
            assert [row[:len(old)] for row, old in zip(after, before[table])] == before[table] and len(after) == len(before[table]), table
        assert database.execute("SELECT * FROM ledger ORDER BY id").fetchall()[:len(receipts)] == receipts
        # What was found before is a proposal, or was one: nothing is in effect that nobody confirmed.
        assert database.execute("SELECT decision, state FROM measure ORDER BY 1").fetchall() == [(1, "withdrawn"), (2, "proposed")][:1 + (number >= 7)]
        steps = database.execute("SELECT event, state FROM decision_step ORDER BY id").fetchall()
        assert number > 2 or steps == [("found", "proposed"), ("gone", "withdrawn")], steps
    said = json.loads(bench.expect(0, "verify", former, "--runs", "--json"))
    assert said["problems"] == [] and said["runs"] == 4 + (number >= 7), said
    said = json.loads(bench.expect(0, "run", former, "--as-of", "2025-06-03", "--json"))
    assert said["incremental"] and said["evaluated"] == 0, said
    fresh = bench.store("fresh.db")
    with sqlite3.connect(former) as a, sqlite3.connect(fresh) as b:
        schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY 1, 2"
        shape = lambda rows: [(kind, name, table, re.sub(r"\s", "", sql or "").replace('"', "")) for kind, name, table, sql in rows]
        assert shape(a.execute(schema)) == shape(b.execute(schema))


def test_altered_stores_are_not_brought_up(bench: Bench):
    for number in (2, 3, 6):
        refuse_altered(bench, number)


def refuse_altered(bench: Bench, number: int):
    former = store_of_format(bench, number, f"altered{number}.db")
    with sqlite3.connect(former) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '记录_行政处罚'").fetchall()
        for name, _ in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute('UPDATE "记录_行政处罚" SET "罚款金额" = 1 WHERE "#version" = 1')
        for _, text in triggers:
            database.execute(text)
    assert "备份" in bench.run("init", former).stderr
    bench.expect(4, "init", former)


def test_format1_is_brought_up(bench: Bench):
    former = former_store(bench, "former.db")
    with sqlite3.connect(former) as database:
        before = database.execute("SELECT opened_run, closed_run, outcome, body FROM decision ORDER BY id").fetchall()
        rows = database.execute('SELECT * FROM "记录_行政处罚" ORDER BY 1').fetchall()
        receipts = database.execute("SELECT at, kind, body FROM ledger ORDER BY id").fetchall()
    assert "mou init" in bench.run("query", former, SUBJECT).stderr
    bench.expect(5, "verify", former)
    bench.expect(0, "init", former)
    bench.expect(0, "init", former, "--pack", "small.moup")
    with sqlite3.connect(former) as database:
        assert database.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone() == (version(),)
        assert database.execute("SELECT opened_run, closed_run, outcome, body FROM decision_status ORDER BY id").fetchall() == before
        assert database.execute("SELECT opened_run, closed_run FROM decision_lasting").fetchall() == [(1, 4)]
        assert [row[:len(rows[0])] for row in database.execute('SELECT * FROM "记录_行政处罚" ORDER BY 1')] == rows
        assert [row[0] for row in database.execute('SELECT "#ended_by" FROM "记录_行政处罚" ORDER BY "#version"')] == [3, 3, None, None, None]
        assert database.execute("SELECT at, kind, body FROM ledger ORDER BY id").fetchall()[:len(receipts)] == receipts
    said = json.loads(bench.expect(0, "verify", former, "--runs", "--json"))
    assert said["problems"] == [] and said["runs"] == 4, said
    # It goes on from there as a new store does.
    said = json.loads(bench.expect(0, "run", former, "--as-of", "2025-06-02", "--json"))
    assert said["incremental"] and said["evaluated"] == 0, said
    fresh = bench.store("fresh.db")
    bench.expect(0, "verify", former, "--runs")
    with sqlite3.connect(former) as a, sqlite3.connect(fresh) as b:
        schema = "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY 1, 2"
        assert a.execute(schema).fetchall() == b.execute(schema).fetchall(), "tables"
        fixed = "SELECT type, name, sql FROM sqlite_schema WHERE sql NOT LIKE '%#ended_by%' ORDER BY 1, 2"
        assert a.execute(fixed).fetchall() == b.execute(fixed).fetchall(), "texts"


def test_a_file_that_corrected_its_own_rows(bench: Bench):
    former = former_store(bench, "former.db")
    with sqlite3.connect(former) as database:
        (at,) = database.execute("SELECT known_at FROM import WHERE id = 1").fetchone()
        database.execute('UPDATE "主体_单位" SET "#known_until" = ? WHERE "#version" = 2', (at,))
        database.execute('INSERT INTO "主体_单位" SELECT 3, "#subject", "#parent", "#known_from", NULL, "#import", \'乙商行（改）\' FROM "主体_单位" WHERE "#version" = 2')
    bench.expect(0, "init", former)
    with sqlite3.connect(former) as database:
        assert [row[0] for row in database.execute('SELECT "#ended_by" FROM "主体_单位" ORDER BY "#version"')] == [None, 1, None]
    bench.expect(0, "verify", former)


def test_a_broken_former_chain_is_not_brought_up(bench: Bench):
    former = former_store(bench, "broken.db")
    with sqlite3.connect(former) as database:
        database.execute("UPDATE ledger SET body = replace(body, 'units.csv', 'others.csv') WHERE id = 2")
        before = list(database.iterdump())
    bench.expect(4, "init", former)
    with sqlite3.connect(former) as database:
        assert list(database.iterdump()) == before


def test_former_receipts_stay_verified(bench: Bench):
    former = former_store(bench, "former.db")
    bench.expect(0, "init", former)
    with sqlite3.connect(former) as database:
        (text,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'ledger_is_not_changed'").fetchone()
        database.execute("DROP TRIGGER ledger_is_not_changed")
        database.execute("UPDATE ledger SET body = replace(body, 'units.csv', 'others.csv') WHERE id = 2")
        database.execute(text)
    assert "升级前" in bench.expect(1, "verify", former)


def test_newer_format_is_refused(bench: Bench):
    store = bench.store("newer.db")
    with sqlite3.connect(store) as database:
        database.execute("UPDATE meta SET value = value + 1 WHERE name = 'schema_version'")
    for words in (("query", store, SUBJECT), ("run", store), ("init", store), ("verify", store), ("backup", store, "b.db")):
        done = bench.run(*words)
        assert done.returncode == 5 and "升级程序" in done.stderr, done
    assert "upgrade the program" in bench.run("verify", store, "--lang", "en").stderr


def test_files_are_private(bench: Bench):
    store = bench.store("private.db")
    bench.expect(0, "backup", store, "copy.db")
    bench.expect(0, "key", "new", "office.key")
    with sqlite3.connect(store) as database:  # while it is open, the log and its index are there
        database.execute("SELECT count(*) FROM meta").fetchone()
        bench.expect(0, "run", store, "--as-of", "2025-07-01")
        files = [store, *bench.folder.glob("private.db-*"), bench.folder / "copy.db", bench.folder / "office.key"]
        assert len(files) == 5
        for file in files:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_backup_and_restore(bench: Bench):
    store = bench.store("used.db")
    bench.expect(0, "backup", store, "copy.db")
    bench.expect(2, "backup", store, "copy.db")
    bench.expect(5, "backup", store, "no/such/folder.db")
    bench.expect(0, "run", store, "--as-of", "2025-07-01")
    bench.expect(0, "restore", "copy.db", "back.db")
    assert not list(bench.folder.glob("*.tmp*"))
    with sqlite3.connect(bench.folder / "back.db") as a, sqlite3.connect(bench.folder / "copy.db") as b:
        assert list(a.iterdump()) == list(b.iterdump())
    bench.expect(0, "run", "back.db", "--as-of", "2025-07-01")
    bench.expect(0, "verify", "back.db", "--runs")
    with sqlite3.connect(bench.folder / "copy.db") as database:
        (text,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'subject_is_not_changed'").fetchone()
        database.execute("DROP TRIGGER subject_is_not_changed")
        database.execute("UPDATE subject SET identifier = 'x' WHERE id = 1")
        database.execute(text)
    bench.expect(4, "restore", "copy.db", "bad.db")
    assert not (bench.folder / "bad.db").exists() and not list(bench.folder.glob("*.tmp*"))


def test_backup_while_written(bench: Bench):
    store = bench.store("busy.db")
    stop = threading.Event()
    problems = []

    def write():
        day = 0
        while not stop.is_set():
            day += 1
            done = bench.run("run", store, "--as-of", f"20{26 + day // 28}-01-{1 + day % 28:02}", "--full")
            if done.returncode != 0:
                problems.append(done)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            bench.expect(0, "backup", store, f"copy{number}.db")
    finally:
        stop.set()
        writer.join()
    assert not problems, problems
    for number in range(5):
        bench.expect(0, "verify", f"copy{number}.db", "--runs")


if __name__ == "__main__":
    sys.exit(main("__main__"))
