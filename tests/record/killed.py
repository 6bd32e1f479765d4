#!/usr/bin/env python3
"""Kill -9 at random moments of every command that writes: the store is the one before or the one after, it verifies, and the command given again completes.

One kill in ten falls on look-ups whose receipts wait beside the store, or are taken into it: each is there once, whatever was killed.

killed.py --mou MOU --root ROOT [--kills 60] [--seed 1] [--only NAME]        prints `N passed, N failed`, a case per kill; NAME: of a command, or waiting
"""
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from common import SUBJECT, Bench
from migration import former_store, store_of_format, version

# Columns that are new with every invocation: times, salts, and what is hashed over them.
NEW_EACH_TIME = {"known_at", "known_from", "known_until", "#known_from", "#known_until", "at", "started_at", "installed_at", "salt", "previous", "leaf", "body", "hash", "#erased"}
# Commands that add something each time they are given.
ADDS_AGAIN = ("run", "full", "propose", "retire", "serve", "export", "feedback", "query", "snapshot", "print", "replay")
UNITS = [f"9144520{number:011}" for number in range(400)]


def content(path: Path) -> list:
    """What the store says, without what differs between two runs of the same command."""
    with closing(sqlite3.connect(path)) as database:
        said = []
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
        for table in tables:
            if table in ("meta", "ledger_node"):
                said.append((table, database.execute(f"SELECT count(*) FROM {table}").fetchone()))
                continue
            keep = table == "decision_status"
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")') if row[1] not in NEW_EACH_TIME or (keep and row[1] == "body")]
            said.append((table, database.execute("SELECT %s FROM \"%s\" ORDER BY 1, 2" % (", ".join(f'"{column}"' for column in columns), table)).fetchall()
                         if len(columns) > 1 else []))
        said.append(database.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall())
        return said


def officer(name: str, day: str) -> tuple:
    return ("--actor", name, "--on", day)


def commands() -> list:
    """Name, words, exit code where it is given again to the store that it led to; each leads on from the state that the one before left."""
    fine = "示例〔2024〕%d号"
    return [
        ("import", ("import", "work.db", "fines.csv", "--as", "行政处罚"), 0),
        ("run", ("run", "work.db", "--as-of", "2025-06-02"), 0),
        ("snapshot", ("snapshot", "work.db"), 0),
        ("backup", ("backup", "work.db", "copy.db"), 2),
        ("withdraw", ("withdraw", "work.db", "行政处罚", SUBJECT, "揭市监罚〔2024〕2号", "--reason", "撤销"), 4),
        ("erase", ("erase", "work.db", "行政处罚", SUBJECT, "揭市监罚〔2024〕2号", "--reason", "撤销", "--actor", "甲"), 4),
        ("propose", ("pack", "install", "work.db", "other.moup", "--actor", "甲", "--effective", "2025-06-03"), 0),
        ("approve", ("pack", "install", "work.db", "other.moup", "--actor", "乙", "--approve"), 2),
        ("full", ("run", "work.db", "--as-of", "2025-06-04", "--full"), 0),
        ("decide", ("decide", "notify", "work.db", "--list", "notify.csv", *officer("甲", "2025-06-05")), 4),
        ("object", ("object", "open", "work.db", "行政处罚", UNITS[80], fine % 80, "--reason", "缴清", *officer("乙", "2025-06-06")), 4),
        ("close", ("object", "close", "work.db", "行政处罚", UNITS[80], fine % 80, "--outcome", "不成立", "--reason", "无误", *officer("甲", "2025-06-07")), 4),
        ("correct", ("correct", "work.db", "行政处罚", UNITS[81], fine % 81, "罚款金额=1.00", "--reason", "有误", *officer("乙", "2025-06-07")), 4),
        ("repair", ("repair", "apply", "work.db", UNITS[82], "提前移出", fine % 82, "--reason", "缴清", *officer("乙", "2025-06-07")), 4),
        ("grant", ("repair", "decide", "work.db", "1", "--grant", "--reason", "齐全", *officer("甲", "2025-06-08")), 4),
        ("print", ("notice", "print", "work.db", "NUMBER", "-o", "notice.txt", *officer("甲", "2025-06-08")), 0),
        ("serve", ("notice", "serve", "work.db", "NUMBER", "--way", "直接送达", *officer("甲", "2025-06-08")), 0),
        ("confirm", ("decide", "confirm", "work.db", "NUMBER", *officer("乙", "2025-06-30")), 2),
        ("execute", ("decide", "execute", "work.db", "NUMBER", *officer("甲", "2025-07-01")), 2),
        ("export", ("export", "decisions", "work.db", "-o", "out.csv", "--as-of", "2025-06-10", "--actor", "甲"), 0),
        ("query", ("query", "work.db", UNITS[80], "--as-of", "2025-06-10"), 0),
        ("feedback", ("feedback", "work.db", "SERVED", "重点监管", "--executed", "2025-07-02", "--department", "财政局", "--actor", "甲"), 0),
        ("wrong", ("import", "work.db", "wrong.csv", "--as", "行政处罚"), 0),
        ("fix", ("quarantine", "fix", "work.db", "1", "--row", f"{UNITS[83]},补〔2024〕1号,2024-02-29,1.00", "--actor", "甲"), 2),
        ("replay", ("quarantine", "replay", "work.db", "--actor", "甲"), 0),
        ("large", ("import", "work.db", "large.csv", "--as", "行政处罚"), 0),
        ("retire", ("pack", "retire", "work.db", "small.moup", "--actor", "甲", "--effective", "2025-06-03"), 0),
        ("retain", ("retain", "work.db", "--as-of", "2025-12-31", "--actor", "甲"), 0),
    ]


class Killing:
    def __init__(self, bench: Bench, chance: random.Random, only: str):
        self.bench, self.chance = bench, chance
        self.make_files()
        self.before, self.after, self.pause = {}, {}, {}
        self.migrations = [(f"format {number}", ("init", "work.db"), 0) for number in range(1, int(version()))]
        for number, (name, words, _) in enumerate(self.migrations, 1):
            former_store(bench, f"{name}.db") if number == 1 else store_of_format(bench, number, f"{name}.db")
            shutil.copy(bench.folder / f"{name}.db", bench.folder / "work.db")
            self.do(name, words)
        for rest in bench.folder.glob("work.db*"):
            rest.unlink()
        shutil.copy(bench.folder / "base.db", bench.folder / "work.db")
        self.commands = commands()
        for place, (name, words, repeated) in enumerate(self.commands):
            if name == "decide":
                self.review()
            words = tuple({"NUMBER": self.notified, "SERVED": self.served}.get(word, word) if place > 9 else word for word in words)
            self.commands[place] = (name, words, repeated)
            self.do(name, words)
        self.commands = [one for one in self.commands + self.migrations if only in ("", one[0])]
        self.let_receipts_wait()

    def make_files(self):
        bench = self.bench
        bench.store("base.db")
        bench.file("units.csv", "标识,主体类别,名称\n" + "".join(f"{unit},单位,单位{unit}\n" for unit in UNITS))
        bench.expect(0, "import", "base.db", "units.csv", "--as", "主体", "--accept-check-digit")
        header = "主体,决定书文号,决定日期,罚款金额\n"
        bench.file("fines.csv", header + "".join(f"{unit},示例〔2024〕{number}号,2024-0{1 + number % 9}-01,{number % 90}000.00\n" for number, unit in enumerate(UNITS)))
        bench.file("wrong.csv", header + f"{UNITS[83]},补〔2024〕1号,2024-02-30,1.00\n{UNITS[84]},补〔2024〕2号,2024-02-31,1.00\n")
        bench.file("large.csv", header + "".join(f"{unit},{'长' * 500}{number}号,2024-0{1 + number % 9}-01,{number % 90}000.00\n" for number, unit in enumerate(UNITS)))
        shutil.copytree(bench.small(), bench.folder / "rules")
        path = bench.folder / "rules/备忘录.mou"
        path.write_text(path.read_text("utf-8").replace("5万元 自", "4万元 自") + "\n参数 保存期限\n    1年 自 2024年1月1日\n    依据 《征信业管理条例》第十六条\n", "utf-8")
        bench.expect(0, "build", "-q", "rules", "-o", "other.moup")

    def do(self, name: str, words: tuple):
        """The command's first time, with the store before it kept."""
        self.keep(f"{name}.db")
        self.before[name] = content(self.bench.folder / "work.db")
        begun = time.monotonic()
        self.bench.expect(0, *words)
        self.pause[name] = time.monotonic() - begun
        self.after[name] = content(self.bench.folder / "work.db")

    def review(self):
        """A reviewed list of proposals, which all are to be notified."""
        self.bench.expect(0, "decide", "list", "work.db", "--state", "拟", "-o", "list.csv")
        header, *rows = (self.bench.folder / "list.csv").read_text("utf-8-sig").splitlines()
        self.bench.file("notify.csv", "\n".join([header] + [row[:-2] + "告知,," for row in rows]) + "\n")
        self.notified = rows[-1].split(",")[0]
        with closing(sqlite3.connect(self.bench.folder / "work.db")) as database:
            self.served, = database.execute("SELECT s.identifier FROM decision d JOIN subject s ON s.id = d.subject WHERE d.id = ?", (self.notified,)).fetchone()

    def keep(self, name: str):
        with closing(sqlite3.connect(self.bench.folder / "work.db")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.bench.folder / "work.db", self.bench.folder / name)

    def fresh(self, name: str):
        """The store as it was before the command."""
        for rest in [*self.bench.folder.glob("work.db*"), *self.bench.folder.glob("copy.db*")]:
            rest.unlink()
        shutil.copy(self.bench.folder / f"{name}.db", self.bench.folder / "work.db")

    def hold(self, held: bool) -> closing:
        """Another program in the middle of a transaction that writes, or one that does nothing."""
        database = sqlite3.connect(self.bench.folder / "work.db", isolation_level=None)
        database.execute("BEGIN IMMEDIATE" if held else "SELECT 1")
        return closing(database)

    def look_up(self, purpose: str) -> tuple:
        return ("query", "work.db", UNITS[80], "--as-of", "2025-06-10", "--purpose", purpose)

    def let_receipts_wait(self):
        self.fresh("query")
        with self.hold(True):
            begun = time.monotonic()
            for purpose in "甲乙":
                self.bench.expect(0, *self.look_up(purpose))
            self.pause["waiting"] = (time.monotonic() - begun) / 2
        shutil.copy(self.bench.folder / "work.db-waiting", self.bench.folder / "receipts")

    def kill_look_up(self) -> str:
        """While another program writes, or after it: "after" where its receipt is there."""
        held, some = self.chance.choice([(True, True), (True, False), (False, True)])
        self.fresh("query")
        if some:
            shutil.copy(self.bench.folder / "receipts", self.bench.folder / "work.db-waiting")
        with self.hold(held):
            done = self.kill(self.look_up("丙"), self.pause["waiting" if held else "query"])
        self.verify("waiting")
        self.bench.expect(0, *self.look_up("丁"))
        with closing(sqlite3.connect(self.bench.folder / "work.db")) as database:
            notes = [json.loads(body)["purpose"] for (body,) in database.execute("SELECT body FROM ledger WHERE kind = 'lookup'")]
        found = sorted(purpose for purpose in notes if purpose)
        must = sorted("甲乙丁" if some else "丁")
        assert found in (must, sorted([*must, "丙"])), f"waiting: {found}"
        assert done != 0 or "丙" in found, "waiting: answered without a receipt"
        said = self.bench.run("verify", "work.db", "--json")
        assert said.returncode == 0 and json.loads(said.stdout)["waiting"] == 0, f"waiting: {said}"
        return "after" if "丙" in found else "before"

    def kill(self, words: tuple, pause: float) -> int:
        """How the command ended, killed within about the time that it takes."""
        process = subprocess.Popen([self.bench.mou, *words], cwd=self.bench.folder, env=self.bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.chance.random() * pause * 1.1)
        process.send_signal(signal.SIGKILL)
        return process.wait()

    def verify(self, name: str, *words: str):
        said = self.bench.run("verify", "work.db", *words)
        assert said.returncode == 0, f"{name}: {said.stdout}{said.stderr}"

    def kill_once(self) -> str:
        """One kill; "before" or "after", whichever the store is."""
        name, words, repeated = self.chance.choice(self.commands)
        work, copy = self.bench.folder / "work.db", self.bench.folder / "copy.db"
        self.fresh(name)
        done = self.kill(words, self.pause[name])
        found = content(work)
        assert found in (self.before[name], self.after[name]), f"{name}: the store is neither the one before nor the one after"
        assert done != 0 or found == self.after[name], f"{name}: acknowledged, and not there"
        was_done = found == self.after[name] and (name != "backup" or copy.exists())
        if was_done or not name.startswith("format"):  # an earlier format is only brought up
            self.verify(name)
        again = self.bench.run(*words)
        assert again.returncode == (repeated if was_done else 0), f"{name}: given again: {again.returncode} {again.stderr}"
        assert name in ADDS_AGAIN and was_done or content(work) == self.after[name], f"{name}: given again, another state"
        assert name != "backup" or content(copy) == self.after[name], f"{name}: the copy is another store"
        self.verify(name, "--runs")
        return "after" if was_done else "before"


def main() -> int:
    options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    kills, seed = int(options.get("--kills", 60)), int(options.get("--seed", 1))
    only = options.get("--only", "")
    passed = failed = 0
    counts = {"before": 0, "after": 0}
    with tempfile.TemporaryDirectory() as folder:
        killing = Killing(Bench(options["--mou"], Path(options["--root"]), Path(folder)), random.Random(seed), only)
        for number in range(kills):
            try:
                waits = only == "waiting" or (only == "" and killing.chance.randrange(10) == 0)
                counts[killing.kill_look_up() if waits else killing.kill_once()] += 1
                passed += 1
            except AssertionError as problem:
                failed += 1
                print(f"kill {number}: {problem}", flush=True)
    print(f"{counts['before']} stores as before, {counts['after']} as after")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
