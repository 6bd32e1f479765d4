#!/usr/bin/env python3
"""Whatever is altered behind the ledger's back, mou verify reports it; proofs hold without the database. Prints `N passed, N failed`."""
import hashlib
import json
import random
import shutil
import sqlite3
import sys
from contextlib import closing

from common import OTHER, SUBJECT, Bench, main

# Next dates are derived (--runs finds a wrong one), and so are the days on which somebody is looked at and how long decisions last; the counts of what stands are, too, and meta holds the clock and the noted head: both have tests of their own;
# what officers do and what runs do to measures is altered by measures.py.
FREE_TABLES = {"lasting", "wake", "standing_count", "meta", "act", "decision_step"}


def tables_of(database) -> list[str]:
    return [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")
            if name not in FREE_TABLES]


def content(path) -> list:
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
        return [(name, database.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names]


def tampered(bench: Bench, original, sql: str, values=()) -> bool:
    """Does it with the triggers out of the way, which are put back as they were; True if mou verify says so."""
    path = bench.folder / "tampered.db"
    shutil.copy(original, path)
    with closing(sqlite3.connect(path)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        changed = database.execute(sql, values).rowcount
        for _, text in triggers:
            database.execute(text)
        assert changed == 1, (sql, changed)
        database.commit()
    done = bench.run("verify", path)
    assert done.returncode in (0, 1), done
    assert done.returncode == 0 or done.stdout.count("\n") > 2, done.stdout
    return done.returncode == 1


def another(value):
    """A value of the same kind that differs in little."""
    if value is None:
        return 7
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"x"
    return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"


def test_triggers_stand_in_the_way(bench: Bench):
    store = bench.store("kept.db")
    with sqlite3.connect(store) as database:
        for table in tables_of(database):
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
            row = database.execute(f'SELECT * FROM "{table}"').fetchone()
            if row is None:
                continue
            attempts = [(f'UPDATE "{table}" SET "{column}" = ?', (another(value),)) for column, value in zip(columns, row)
                        if column not in ("#known_until", "#ended_by", "known_until", "ended_by", "closed_run")]  # rows that are open may be ended
            for sql, values in [(f'DELETE FROM "{table}"', ())] + attempts:
                try:
                    database.execute(sql, values)
                except sqlite3.IntegrityError:
                    continue
                raise AssertionError(f"nothing stands against {sql}")


def test_every_cell(bench: Bench):
    store = bench.store("cells.db")
    with sqlite3.connect(store) as database:
        cells = []
        for table in tables_of(database):
            key = "rowid"
            info = database.execute(f'PRAGMA table_info("{table}")').fetchall()
            keys = [row[1] for row in info if row[5]]
            if table in ("change", "ledger_node", "record_of"):
                key = None
            for row in database.execute(f'SELECT {key or "0"}, * FROM "{table}"').fetchall():
                for (number, column, *_), value in zip(info, row[1:]):
                    where = f"rowid = {row[0]}" if key else " AND ".join(f'"{name}" = {row[1 + [i[1] for i in info].index(name)]}' for name in keys)
                    cells.append((table, column, where, value))
    assert len(cells) > 300, len(cells)
    missed = []
    for table, column, where, value in cells:
        try:
            found = tampered(bench, store, f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', (another(value),))
        except sqlite3.IntegrityError:
            continue  # the database itself does not take it
        if not found:
            missed.append((table, column, where, value))
    assert not missed, missed


def test_counts_of_what_stands(bench: Bench):
    """They are what an incremental run builds on: a wrong one, one too many, one too few."""
    store = bench.store("counts.db")
    bench.file("more.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},揭市监罚〔2025〕9号,2025-05-02,70000.00\n")
    bench.expect(0, "import", store, "--as", "行政处罚", "more.csv")
    bench.expect(0, "run", store, "--as-of", "2025-06-01")
    with closing(sqlite3.connect(store)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = database.execute("SELECT * FROM standing_count").fetchall()
    assert [row[2:] for row in rows] == [("in_force", 1)], rows
    for sql in ("UPDATE standing_count SET count = 2", "UPDATE standing_count SET outcome = 'suspended'", "DELETE FROM standing_count",
                "INSERT INTO standing_count SELECT memorandum, rule, 'suspended', 1 FROM standing_count"):
        assert tampered(bench, store, sql, ()), sql


def test_days_to_look(bench: Bench):
    """Who would not be looked at when the time has come is told."""
    store = bench.store("wake.db")
    with sqlite3.connect(store) as database:
        database.execute("UPDATE lasting SET date = 47000 + subject WHERE decision IS NULL")
        database.execute("UPDATE lasting SET date = 46000 WHERE subject = 2 AND decision IS NULL")
        database.execute("INSERT INTO wake VALUES(47001, 1), (46000, 2), (47002, 2)")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not tampered(bench, store, "DELETE FROM wake WHERE subject = 2 AND date = 47002"), "what was put off is not needed"
    for sql in ("DELETE FROM wake WHERE subject = 1 AND date = 47001", "UPDATE wake SET date = 47003 WHERE subject = 1 AND date = 47001",
                "UPDATE wake SET subject = 2 WHERE subject = 1 AND date = 47001", "UPDATE lasting SET date = 46001 WHERE subject = 1 AND decision IS NULL"):
        assert tampered(bench, store, sql), sql


def test_how_long_decisions_last(bench: Bench):
    """A decision that is closed, opened again, moved or forgotten behind the ledger's back."""
    store = bench.store("lasting.db")
    with sqlite3.connect(store) as database:
        assert database.execute("SELECT subject, closed_run, decision FROM lasting WHERE decision IS NOT NULL").fetchall() == [(1, 4, 1)]
        for sql in ("UPDATE lasting SET closed_run = 0 WHERE decision = 1", "UPDATE lasting SET decision = 2 WHERE decision = 1", "DELETE FROM lasting",
                    "UPDATE lasting SET closed_run = 1 WHERE decision IS NULL", "UPDATE decision SET closed_run = 4"):
            try:
                database.execute(sql)
            except sqlite3.IntegrityError:
                continue
            raise AssertionError(f"nothing stands against {sql}")
    for sql in ("UPDATE lasting SET closed_run = 0 WHERE decision = 1", "UPDATE lasting SET closed_run = 3 WHERE decision = 1", "DELETE FROM lasting WHERE decision = 1",
                "UPDATE lasting SET subject = 2 WHERE decision = 1", "UPDATE lasting SET rule_key = 'a.b' WHERE decision = 1", "UPDATE lasting SET decision = 7 WHERE decision = 1",
                "INSERT INTO lasting SELECT subject, rule_key, 2, decision, date FROM lasting WHERE decision = 1", "INSERT INTO lasting VALUES(2, 'a.b', 0, 1, NULL)",
                "UPDATE lasting SET closed_run = 4 WHERE subject = 1 AND decision IS NULL", "UPDATE decision SET closed_run = 3"):
        assert tampered(bench, store, sql), sql


def test_every_row(bench: Bench):
    store = bench.store("rows.db")
    with sqlite3.connect(store) as database:
        rows = [(table, row[0]) for table in tables_of(database) if table not in ("change", "ledger_node", "record_of")
                for row in database.execute(f'SELECT rowid FROM "{table}"')]
        nodes = database.execute("SELECT level, number FROM ledger_node").fetchall()
        changes = database.execute("SELECT import, subject FROM change").fetchall()
        entries = database.execute("SELECT subject, type, version FROM record_of").fetchall()
    assert len(entries) > 1, entries
    for table, rowid in rows:
        assert tampered(bench, store, f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,)), (table, rowid)
    for node in nodes:
        assert tampered(bench, store, "DELETE FROM ledger_node WHERE level = ? AND number = ?", node), node
    for change in changes:
        assert tampered(bench, store, "DELETE FROM change WHERE import = ? AND subject = ?", change), change
    for entry in entries:
        assert tampered(bench, store, "DELETE FROM record_of WHERE subject = ? AND type = ? AND version = ?", entry), entry
    for first in ("NULL", "1"):
        assert tampered(bench, store, f"INSERT INTO decision_status(decision, outcome, body, opened_run, is_first) SELECT decision, outcome, body, opened_run, {first} FROM decision_status WHERE id = 1")
    assert tampered(bench, store, "INSERT INTO decision(subject, rule_key, memorandum, rule, kind, item, opened_run) VALUES(1, 'a.b', 'a', 'b', 'sanction', 'M1', 99)")
    assert tampered(bench, store, "INSERT INTO decision(subject, rule_key, memorandum, rule, kind, item, opened_run) VALUES(1, 'a.b', 'a', 'b', 'sanction', 'M1', 4)")
    assert tampered(bench, store, "INSERT INTO ledger_node(level, number, hash) VALUES(9, 9, x'00')")
    assert tampered(bench, store, "INSERT INTO run(as_of, known_at, started_at, pack) VALUES(45442, 1, 1, 1)")


def test_where_records_are_found(bench: Bench):
    """A row that is not entered under its subject is seen by nobody who asks for the subject: one missing, one too many, one of another subject, another type or no type is told."""
    store = bench.store("entered.db")
    with sqlite3.connect(store) as database:
        (rows,) = database.execute('SELECT count(*) FROM "记录_行政处罚"').fetchone()
        (number,) = database.execute("SELECT type FROM record_type WHERE name = '行政处罚'").fetchone()
        assert database.execute("SELECT count(*) FROM record_of WHERE type = ?", (number,)).fetchone() == (rows,) and rows > 0
        for sql in ("DELETE FROM record_of", "UPDATE record_of SET type = type + 1", "DELETE FROM record_type", "UPDATE record_type SET name = 'x'"):
            try:
                database.execute(sql)
            except sqlite3.IntegrityError:
                continue
            raise AssertionError(f"nothing stands against {sql}")
    for sql in ("DELETE FROM record_of WHERE version = 1", "INSERT INTO record_of VALUES(1, 1, 999)", "INSERT INTO record_of VALUES(1, 99, 1)", "INSERT INTO record_of SELECT 2, type, version FROM record_of WHERE version = 1",
                "UPDATE record_of SET subject = 2 WHERE version = 1", "UPDATE record_of SET type = 99 WHERE version = 1", "UPDATE record_of SET version = 999 WHERE version = 1",
                "UPDATE record_type SET type = type + 50", "DELETE FROM record_type", "UPDATE record_type SET name = name || 'x'"):
        assert tampered(bench, store, sql), sql
    # Nobody is answered by another subject's record.
    assert tampered(bench, store, "UPDATE record_of SET subject = 2 WHERE version = 4")
    done = bench.run("query", bench.folder / "tampered.db", OTHER, "--as-of", "2025-06-01")
    assert done.returncode == 4 and "mou verify" in done.stderr and done.stdout == "", done


def test_cut_off_and_reordered(bench: Bench):
    store = bench.store("cut.db")
    head = bench.expect(0, "head", store)
    bench.file("head.json", head)
    for number in (1, 5, 10):
        assert tampered(bench, store, "DELETE FROM ledger WHERE id = ?", (number,))
    # Two receipts change places; the last ones go, with all that says how many there were.
    path = bench.folder / "cut2.db"
    for statements in (["UPDATE ledger SET id = -1 WHERE id = 3", "UPDATE ledger SET id = 3 WHERE id = 4", "UPDATE ledger SET id = 4 WHERE id = -1"],
                       ["DELETE FROM ledger WHERE id > 8", "DELETE FROM ledger_node WHERE (number + 1) << level > 8"]):
        shutil.copy(store, path)
        with sqlite3.connect(path) as database:
            triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                database.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                database.execute(statement)
            for _, text in triggers:
                database.execute(text)
        database.close()
        bench.expect(1, "verify", path)
        bench.expect(1, "verify", path, "--head", "head.json")


def test_published_head_finds_another_history(bench: Bench):
    """Who rewrites everything, hashes and all, is found by what was published: here a store of the same rows, made anew."""
    bench.store("one.db")
    bench.expect(0, "key", "new", "office.key")
    bench.expect(0, "head", "one.db", "--key", "office.key", "-o", "head.json")
    bench.expect(0, "verify", "one.db", "--head", "head.json", "--public-key", "office.key.pub")
    bench.expect(0, "run", "one.db", "--as-of", "2025-07-01")
    bench.expect(0, "verify", "one.db", "--head", "head.json", "--public-key", "office.key.pub")
    bench.store("two.db")
    bench.expect(0, "verify", "two.db")
    bench.expect(1, "verify", "two.db", "--head", "head.json")
    # A head signed by somebody else, or changed after it was signed, is not taken.
    bench.expect(0, "key", "new", "other.key")
    bench.expect(6, "verify", "one.db", "--head", "head.json", "--public-key", "other.key.pub")
    head = json.loads((bench.folder / "head.json").read_text())
    for name in ("size", "at"):
        bench.file("wrong.json", json.dumps({**head, name: head[name] + 1}))
        bench.expect(6, "verify", "one.db", "--head", "wrong.json", "--public-key", "office.key.pub")
    bench.file("wrong.json", json.dumps({**head, "size": -1}))
    bench.expect(4, "verify", "one.db", "--head", "wrong.json")
    bench.expect(5, "key", "new", "office.key")


def test_bytes_of_the_file(bench: Bench):
    store = bench.store("bytes.db")
    original = store.read_bytes()
    before = content(store)
    path = bench.folder / "flipped.db"
    chance = random.Random(5)
    for _ in range(150):
        damaged = bytearray(original)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        done = bench.run("verify", path)
        assert done.returncode in (0, 1, 5), done
        if done.returncode == 0:
            assert content(path) == before, "a flipped byte changed what the store says"
        for rest in bench.folder.glob("flipped.db-*"):
            rest.unlink()


def join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def proof_holds(proof: dict) -> bool:
    """As docs/ledger.md says it."""
    head = "%d\n%d\n%d\n%s\n" % (proof["number"], proof["at"], proof["event"], proof["kind"])
    node = hashlib.sha256(b"\x00" + bytes.fromhex(proof["salt"]) + bytes.fromhex(proof["previous"]) + head.encode() + proof["body"].encode()).digest()
    leaf, last, path = proof["number"] - 1, proof["size"] - 1, [bytes.fromhex(hash) for hash in proof["path"]]
    while last > 0:
        if leaf % 2 == 1:
            node = join(path.pop(0), node)
        elif leaf < last:
            node = join(node, path.pop(0))
        leaf, last = leaf // 2, last // 2
    return not path and node.hex() == proof["root"]


def root_of(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return join(root_of(leaves[:cut]), root_of(leaves[cut:]))


def test_proofs(bench: Bench):
    store = bench.store("proofs.db")
    for turn in range(10, 19):
        head = json.loads(bench.expect(0, "head", store))
        size = head["size"]
        with sqlite3.connect(store) as database:
            leaves = [row[0] for row in database.execute("SELECT leaf FROM ledger ORDER BY id")]
            previous = [row[0] for row in database.execute("SELECT previous FROM ledger ORDER BY id")]
        assert size == len(leaves) and head["root"] == root_of(leaves).hex()
        assert previous == [root_of(leaves[:i]) for i in range(size)]
        for number in (1, size // 2, size - 1, size):
            text = bench.expect(0, "prove-entry", store, number)
            proof = json.loads(text)
            assert proof["root"] == head["root"] and proof_holds(proof)
            bench.file("proof.json", text)
            bench.file("head.json", json.dumps(head))
            bench.expect(0, "verify-entry", "proof.json", "--head", "head.json")
        bench.expect(0, "run", store, "--as-of", f"2025-07-{turn:02}")
    for name, value in (("number", 1), ("at", 5), ("event", 9), ("kind", "import"), ("body", "{}"), ("salt", "00" * 32), ("previous", "00" * 32),
                        ("path", proof["path"][1:]), ("path", proof["path"] + ["00" * 32]), ("size", 5), ("root", "00" * 32)):
        bench.file("wrong.json", json.dumps({**proof, name: value}))
        bench.expect(1, "verify-entry", "wrong.json")
    bench.expect(1, "verify-entry", "proof.json", "--head", bench.file("old.json", json.dumps({**head, "size": 3})))
    for wrong in ("", "{", "[]", "{}", json.dumps({**proof, "path": 1}), json.dumps({**proof, "salt": "zz"}), json.dumps({**proof, "path": ["00" * 32] * 65})):
        bench.expect(4, "verify-entry", bench.file("wrong.json", wrong))
    bench.expect(2, "prove-entry", store, "0")
    bench.expect(2, "prove-entry", store, "999")
    bench.expect(2, "prove-entry", store, "x")


def test_erasure(bench: Bench):
    store = bench.store("erased.db")
    bench.expect(2, "erase", store, 3, "--actor", "甲", "--reason", "申请")
    bench.expect(2, "erase", store, 3)
    bench.expect(0, "query", store, "91445202MA5K2P3Q56", "--actor", "窗口甲", "--purpose", "招标")
    head = json.loads(bench.expect(0, "head", store))
    proof = json.loads(bench.expect(0, "prove-entry", store, head["size"]))
    assert proof["kind"] == "lookup" and "窗口甲" in proof["body"] and "91445202MA5K2P3Q56" in proof["body"]
    bench.file("head.json", json.dumps(head))
    bench.expect(0, "erase", store, head["size"], "--actor", "甲", "--reason", "当事人申请")
    bench.expect(2, "prove-entry", store, head["size"])
    said = json.loads(bench.expect(0, "verify", store, "--head", "head.json", "--json"))
    assert said["erased"] == 1 and said["problems"] == []
    with sqlite3.connect(store) as database:
        assert database.execute("SELECT salt, body FROM ledger WHERE id = ?", (head["size"],)).fetchone() == (None, None)
    bench.expect(0, "prove-entry", store, head["size"] + 1)


if __name__ == "__main__":
    sys.exit(main("__main__"))
