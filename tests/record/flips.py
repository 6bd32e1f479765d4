#!/usr/bin/env python3
"""Bytes of every cell of every table of a store in which everything has happened, flipped one at a time behind the ledger's back: mou verify reports each.

flips.py --mou MOU --root ROOT [--one-in 400] [--seed 1]        prints a line per table and `N passed, N failed`; --one-in 1: every byte
"""
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from common import OTHER, SUBJECT, Bench

# Not sealed, as it is derived from what is: when to look at whom again. A day on which somebody is looked at without need costs that look and changes nothing.
DERIVED = {"lasting": "--runs"}
NEEDED = "SELECT EXISTS (SELECT 1 FROM lasting n JOIN wake w ON w.date = n.date AND w.subject = n.subject WHERE {})"
# In meta the clock may only go on; a later one changes nothing that was recorded. How far look-ups that waited have been taken is held against the ledger when they are.
META_FREE = {"clock", "waited"}


def happen(bench: Bench) -> Path:
    """A store with something in every table."""
    store = bench.store("all.db")
    fine, small = "揭市监罚〔2024〕2号", bench.small()
    by = lambda name, day: ("--actor", name, "--department", "主管部门", "--on", day)  # noqa: E731
    bench.file("more.csv", f"主体,决定书文号,决定日期,罚款金额\n{OTHER},揭市监罚〔2025〕7号,2025-05-02,70000.00\n{SUBJECT},揭市监罚〔2025〕8号,2025-05-32,1.00\n{SUBJECT},揭市监罚〔2025〕9号,2025-05-03,80000.00\n")
    bench.expect(0, "import", store, "--as", "行政处罚", "more.csv", "--actor", "录入员")
    bench.expect(0, "run", store, "--as-of", "2025-06-02", "--actor", "值班员")
    bench.expect(0, "quarantine", "fix", store, 1, "--row", f"{SUBJECT},揭市监罚〔2025〕8号,2025-05-31,1.00", "--actor", "甲")
    bench.expect(0, "decide", "list", store, "--csv")
    with closing(sqlite3.connect(store)) as database:
        numbers = [number for (number,) in database.execute("SELECT id FROM decision_lasting WHERE closed_run IS NULL ORDER BY id")]
    assert len(numbers) > 1, numbers
    bench.expect(0, "decide", "notify", store, *numbers, *by("甲", "2025-06-03"))
    bench.expect(0, "notice", "serve", store, numbers[0], "--document", "告〔2025〕1号", "--way", "直接送达", *by("甲", "2025-06-04"))
    bench.expect(0, "decide", "confirm", store, numbers[0], *by("乙", "2025-06-30"))
    bench.expect(0, "object", "open", store, "行政处罚", SUBJECT, "揭市监罚〔2025〕9号", "--reason", "缴清", *by("甲", "2025-07-01"))
    bench.expect(0, "object", "close", store, "行政处罚", SUBJECT, "揭市监罚〔2025〕9号", "--outcome", "不成立", "--reason", "无误", *by("乙", "2025-07-02"))
    bench.expect(0, "correct", store, "行政处罚", SUBJECT, "揭市监罚〔2025〕9号", "罚款金额=1.00", "--reason", "有误", *by("乙", "2025-07-03"))
    bench.expect(0, "repair", "apply", store, OTHER, "提前移出", "揭市监罚〔2025〕7号", "--reason", "缴清", *by("甲", "2025-08-04"))
    bench.expect(0, "repair", "decide", store, 1, "--grant", "--reason", "齐全", *by("乙", "2025-08-05"))
    bench.expect(0, "erase", store, "行政处罚", SUBJECT, fine, "--reason", "撤销", "--actor", "甲")
    shutil.copytree(small, bench.folder / "rules")
    path = bench.folder / "rules/备忘录.mou"
    path.write_text(path.read_text("utf-8").replace("5万元 自", "4万元 自"), "utf-8")
    path = bench.folder / "rules/词表.mou"
    path.write_text(path.read_text("utf-8") + "\n关系 股东 从 单位 到 单位\n", "utf-8")
    bench.expect(0, "build", "-q", "rules", "-o", "other.moup")
    bench.expect(0, "pack", "install", store, "other.moup", "--actor", "甲", "--effective", "2025-09-01")
    bench.expect(0, "pack", "install", store, "other.moup", "--actor", "乙", "--approve")
    bench.expect(0, "query", store, SUBJECT, "--actor", "窗口甲")
    bench.expect(0, "feedback", store, OTHER, "重点监管", "--executed", "2025-07-02", "--department", "财政局", "--actor", "甲")
    bench.expect(0, "run", store, "--as-of", "2025-09-02")
    bench.file("relations.csv", f"从,关系,到,自,至\n{SUBJECT},股东,{OTHER},2020-01-01,\n")
    bench.expect(0, "import", store, "--as", "关系", "relations.csv")
    bench.file("later.csv", f"从,关系,到,自,至\n{SUBJECT},股东,{OTHER},2020-01-01,2025-08-01\n")
    bench.expect(0, "import", store, "--as", "关系", "later.csv")
    bench.file("contested.csv", "主体,记录,键,提出,办结\n" + f"{OTHER},行政处罚,揭市监罚〔2025〕7号,2025-09-05,\n")
    bench.expect(0, "import", store, "--as", "异议", "contested.csv")
    with closing(sqlite3.connect(store)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bench.expect(0, "verify", store, "--runs")
    return store


def tables_of(store: Path) -> list:
    with closing(sqlite3.connect(store)) as database:
        return [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1")]


def cells_of(store: Path):
    """Table, column, where clause, value of every cell."""
    with closing(sqlite3.connect(store)) as database:
        for table in tables_of(store):
            info = database.execute(f'PRAGMA table_info("{table}")').fetchall()
            keys = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
            for row in database.execute(f'SELECT * FROM "{table}"').fetchall():
                named = dict(zip([one[1] for one in info], row))
                where = " AND ".join(f'"{key}" IS {literal(named[key])}' for key in keys)
                for column, value in named.items():
                    needless = table == "wake" and not database.execute(NEEDED.format(" AND ".join(f'w."{key}" IS {literal(named[key])}' for key in keys))).fetchone()[0]
                    if not needless and not (table == "meta" and named["name"] in META_FREE):
                        yield table, column, where, value


def literal(value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return str(value) if isinstance(value, int) else "CAST(x'%s' AS TEXT)" % value.encode().hex()


def flips_of(value):
    """The cell with each of its bytes flipped; what is unknown becomes known."""
    if value is None:
        yield 7
    elif isinstance(value, int):
        for byte in range(max(1, (value.bit_length() + 8) // 8)):
            yield value ^ (1 << 8 * byte)
    else:
        text = isinstance(value, str)
        data = value.encode() if text else value
        for at in range(len(data)):
            changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
            yield ("CAST(x'%s' AS TEXT)" % changed.hex(), None) if text else changed


def flipped(bench: Bench, store: Path, change: str, words: tuple) -> str:
    """"found", "missed", or "not taken" where the database itself refuses."""
    path = bench.folder / "flipped.db"
    for rest in bench.folder.glob("flipped.db*"):
        rest.unlink()
    shutil.copy(store, path)
    done = subprocess.run(["sqlite3", "-batch", path], input=f".dbconfig enable_trigger off\nPRAGMA ignore_check_constraints = ON;\n{change};\nSELECT 'changed ' || changes();\n",
                          capture_output=True, text=True)
    if "changed 1" not in done.stdout or done.stderr:
        return "not taken"
    return {0: "missed", 1: "found", 5: "found"}[bench.run("verify", path, *words).returncode]


def main() -> int:
    options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    one_in, chance = int(options.get("--one-in", 400)), random.Random(int(options.get("--seed", 1)))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options["--mou"], Path(options["--root"]), Path(folder))
        store = happen(bench)
        counts = {table: {"found": 0, "missed": 0, "not taken": 0} for table in tables_of(store)}
        for table, column, where, value in cells_of(store):
            of_table = counts[table]
            rare = 50 if table == "pack" and column == "bytes" else 1  # one hash over very many bytes
            for changed in flips_of(value):
                if chance.randrange(one_in * rare) == 0:
                    new = changed[0] if isinstance(changed, tuple) else literal(changed)
                    said = flipped(bench, store, f'UPDATE "{table}" SET "{column}" = {new} WHERE {where}', (DERIVED[table],) if table in DERIVED else ())
                    of_table[said] += 1
                    failed += said == "missed"
                    if said == "missed":
                        print(f"missed: {table}.{column} where {where}: {value!r} -> {new[:80]}", flush=True)
    for table, said in counts.items():
        print(f"{table}: {said['found']} found, {said['missed']} missed, {said['not taken']} not taken by the database")
    for table in [table for table, said in counts.items() if sum(said.values()) == 0 and one_in == 1]:
        print(f"{table} is empty")
        failed += 1
    print(f"{sum(said['found'] for said in counts.values())} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
