#!/usr/bin/env python3
"""A first run, which writes everybody's decisions at once: any number of threads leaves the same store, the run's hash and its seals are those of the rows, and rows that refer to what is not there stop it. Prints `N passed, N failed`."""
import hashlib
import shutil
import sqlite3
import sys
from contextlib import closing

from common import Bench, main
from contested import KEYS, RULES

SUBJECTS, DECISIONS, DAY = 5000, 4500, "2024-06-01"
TABLES = ("decision", "decision_status", "decision_step", "lasting", "wake", "standing_count")
GUARDS = ("decision_is_not_deleted", "decision_status_is_not_deleted", "decision_step_is_not_deleted", "run_is_not_deleted", "act_is_not_deleted", "subject_is_not_deleted")
# What a row refers to is gone behind its writing: in the first rows that are written together, in later ones, and in the last.
LOST = {
    "the decision of a status": "INSERT ON decision_status WHEN NEW.decision = {number} BEGIN DELETE FROM decision WHERE id = NEW.decision; END",
    "the decision of a step": "INSERT ON decision_step WHEN NEW.decision = {number} BEGIN DELETE FROM decision WHERE id = NEW.decision; END",
    "the decision that lasts": "INSERT ON lasting WHEN NEW.decision = {number} BEGIN DELETE FROM decision WHERE id = NEW.decision; END",
    "the subject of a decision": "INSERT ON decision WHEN NEW.id = {number} BEGIN DELETE FROM subject WHERE id = NEW.subject; END",
    "the subject of a next date": "INSERT ON lasting WHEN NEW.subject = {number} AND NEW.decision IS NULL BEGIN DELETE FROM subject WHERE id = NEW.subject; END",
    "the run": "INSERT ON decision WHEN NEW.id = {number} BEGIN DELETE FROM run WHERE id = NEW.opened_run; END",
    "the act": "INSERT ON decision_step WHEN NEW.decision = {number} BEGIN DELETE FROM act WHERE id = NEW.act; END",
}


def store_of(bench: Bench) -> str:
    """Of every ten subjects nine have a decision, one of them under objection: more rows than are written together, and more than are hashed on one thread."""
    keys, more, key = KEYS["instrument"]
    bench.file("rules.mou", RULES.format(keys=keys, more=more))
    bench.expect(0, "build", "--generated", "-q", "rules.mou", "-o", "rules.moup")
    bench.expect(0, "init", "-q", "store.db", "--pack", "rules.moup")
    subjects = [f"9144520200{number:08d}" for number in range(SUBJECTS)]
    bench.file("subjects.csv", "标识,主体类别,名称\n" + "".join(f"{subject},单位,甲\n" for subject in subjects))
    bench.file("rows.csv", "主体,文号,处罚日期,金额\n" + "".join(f"{subject},{key(number)},2024-0{1 + number % 5}-1{number % 7},{60000 if number % 10 else 100}.00\n"
                                                            for number, subject in enumerate(subjects)))
    bench.file("objections.csv", "主体,记录,键,提出,办结\n" + "".join(f"{subjects[number]},处罚,{key(number)},2024-05-01,\n" for number in range(1, SUBJECTS, 10)))
    for target, file in (("主体", "subjects.csv"), ("处罚", "rows.csv"), ("异议", "objections.csv")):
        bench.expect(0, "import", "-q", "store.db", "--as", target, file)
    return "store.db"


def copy_of(bench: Bench, store: str, name: str) -> str:
    for end in ("", "-wal"):
        if (bench.folder / (store + end)).exists():
            shutil.copyfile(bench.folder / (store + end), bench.folder / (name + end))
    return name


def rows_of(bench: Bench, store: str, tables=TABLES) -> dict:
    with closing(sqlite3.connect(bench.folder / store)) as database:
        return {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def test_threads(bench: Bench):
    """The same rows in the same order, whoever judged and hashed; and the hash is that of the decisions in their order."""
    store, found = store_of(bench), {}
    for threads in (1, 2, 5):
        run = copy_of(bench, store, f"run-{threads}.db")
        bench.expect(0, "run", "-q", run, "--as-of", DAY, "--threads", threads)
        bench.expect(0, "verify", "-q", run)
        found[threads] = rows_of(bench, run)
        with closing(sqlite3.connect(bench.folder / run)) as database:
            hash_of_run, opened = database.execute("SELECT result_hash, opened FROM run").fetchone()
        chain = bytes(32)
        for row in found[threads]["decision_status"]:
            chain = hashlib.sha256(chain + row[5].encode() + b"\n").digest()
        assert chain == hash_of_run and opened == len(found[threads]["decision"]) == DECISIONS, opened
    assert found[1] == found[2] == found[5]


def with_trigger(bench: Bench, store: str, name: str, trigger: str) -> str:
    """A copy whose guards somebody took away, and who put a trigger there that takes away what rows refer to."""
    copied = copy_of(bench, store, name)
    with closing(sqlite3.connect(bench.folder / copied)) as database:
        for guard in GUARDS:
            database.execute(f"DROP TRIGGER {guard}")
        database.execute(f"CREATE TRIGGER lost AFTER {trigger}")
        database.commit()
    return copied


def refuses(bench: Bench, store: str, what: str, runs: int):
    before = rows_of(bench, store, (*TABLES, "run", "act", "subject"))
    done = bench.run("run", store, "--as-of", DAY, "--full")
    assert done.returncode not in (0, 1), f"{what}: {done.returncode} {done.stdout} {done.stderr}"
    assert done.stderr != "" and rows_of(bench, store, (*TABLES, "run", "act", "subject")) == before and len(before["run"]) == runs, f"{what}: {done.stderr}"


def test_references(bench: Bench):
    """Whatever a first run's rows refer to must be there; nothing of it is kept where something is not."""
    store = store_of(bench)
    harmless = with_trigger(bench, store, "harmless.db", "INSERT ON decision_status BEGIN SELECT 1; END")
    bench.expect(0, "run", "-q", harmless, "--as-of", DAY)
    for what, trigger in LOST.items():
        for number in (2, 1500, DECISIONS):
            refuses(bench, with_trigger(bench, store, "lost.db", trigger.format(number=number)), f"{what} {number}", 0)


def test_references_later(bench: Bench):
    """Where there were decisions, the database itself looks up what each row refers to."""
    store = store_of(bench)
    bench.expect(0, "run", "-q", store, "--as-of", DAY)
    bench.file("more.csv", "主体,文号,处罚日期,金额\n" + "".join(f"9144520200{number:08d},罚〔2025〕{number}号,2024-05-20,70000.00\n" for number in range(0, SUBJECTS, 100)))
    bench.expect(0, "import", "-q", store, "--as", "处罚", "more.csv")
    for what, trigger in LOST.items():
        if what != "the subject of a next date":  # which is there already
            refuses(bench, with_trigger(bench, store, "lost.db", trigger.format(number=DECISIONS + 2)), what, 1)


if __name__ == "__main__":
    sys.exit(main(__name__))
