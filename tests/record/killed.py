#!/usr/bin/env python3
"""Kill -9 at random moments of import, run, withdrawal, acts on packs and acts of officers on measures: the store is the one before or the one after, it verifies, and the command given again completes.

killed.py --mou MOU --root ROOT [--kills 50] [--seed 1]        prints `N passed, N failed`, a case per kill
"""
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

# Columns that are new with every invocation: times, salts, and what is hashed over them.
NEW_EACH_TIME = {"known_at", "known_from", "known_until", "#known_from", "#known_until", "at", "started_at", "installed_at", "salt", "previous", "leaf", "body", "hash"}


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
        return said


class Killing:
    def __init__(self, bench: Bench, chance: random.Random):
        self.bench, self.chance = bench, chance
        bench.store("base.db")
        units = [f"9144520{number:011}" for number in range(400)]
        bench.file("units.csv", "标识,主体类别,名称\n" + "".join(f"{unit},单位,单位{unit}\n" for unit in units))
        bench.expect(0, "import", "base.db", "units.csv", "--as", "主体", "--accept-check-digit")
        bench.file("fines.csv", "主体,决定书文号,决定日期,罚款金额\n" + "".join(
            f"{unit},示例〔2024〕{number}号,2024-0{1 + number % 9}-01,{number % 90}000.00\n" for number, unit in enumerate(units)))
        shutil.copytree(bench.small(), bench.folder / "rules")
        path = bench.folder / "rules/备忘录.mou"
        path.write_text(path.read_text("utf-8").replace("5万元 自", "4万元 自"), "utf-8")
        bench.expect(0, "build", "-q", "rules", "-o", "other.moup")
        # State -> the command that leads on from it.
        self.commands = [
            ("import", ("import", "work.db", "fines.csv", "--as", "行政处罚"), 0),
            ("run", ("run", "work.db", "--as-of", "2025-06-02"), 0),
            ("withdraw", ("withdraw", "work.db", "行政处罚", SUBJECT, "揭市监罚〔2024〕2号", "--reason", "撤销"), 4),
            ("propose", ("pack", "install", "work.db", "other.moup", "--actor", "甲", "--effective", "2025-06-03"), 0),
            ("approve", ("pack", "install", "work.db", "other.moup", "--actor", "乙", "--approve"), 2),
            ("full", ("run", "work.db", "--as-of", "2025-06-04", "--full"), 0),
            ("decide", ("decide", "notify", "work.db", "--list", "notify.csv", "--actor", "甲", "--on", "2025-06-05"), 4),
            ("object", ("object", "open", "work.db", "行政处罚", units[80], "示例〔2024〕80号", "--reason", "缴清", "--actor", "乙", "--on", "2025-06-06"), 4),
            ("correct", ("correct", "work.db", "行政处罚", units[81], "示例〔2024〕81号", "罚款金额=1.00", "--reason", "有误", "--actor", "乙", "--on", "2025-06-06"), 4),
            ("repair", ("repair", "apply", "work.db", units[82], "提前移出", "示例〔2024〕82号", "--reason", "缴清", "--actor", "乙", "--on", "2025-06-06"), 4),
            ("serve", ("notice", "serve", "work.db", "NUMBER", "--way", "直接送达", "--actor", "甲", "--on", "2025-06-06"), 0),
        ]
        self.before, self.after, self.pause = {}, {}, {}
        shutil.copy(bench.folder / "base.db", bench.folder / "work.db")
        for place, (name, words, repeated) in enumerate(self.commands):
            if name == "decide":
                self.review()
            if name == "serve":
                words = tuple(self.notified if word == "NUMBER" else word for word in words)
                self.commands[place] = (name, words, repeated)
            self.keep(f"{name}.db")
            self.before[name] = content(bench.folder / "work.db")
            begun = time.monotonic()
            bench.expect(0, *words)
            self.pause[name] = time.monotonic() - begun
            self.after[name] = content(bench.folder / "work.db")

    def review(self):
        """A reviewed list of proposals, which all are to be notified."""
        self.bench.expect(0, "decide", "list", "work.db", "--state", "拟", "-o", "list.csv")
        header, *rows = (self.bench.folder / "list.csv").read_text("utf-8-sig").splitlines()
        self.bench.file("notify.csv", "\n".join([header] + [row[:-2] + "告知,," for row in rows]) + "\n")
        self.notified = rows[-1].split(",")[0]

    def keep(self, name: str):
        with closing(sqlite3.connect(self.bench.folder / "work.db")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.bench.folder / "work.db", self.bench.folder / name)

    def kill_once(self) -> str:
        """One kill; "before" or "after", whichever the store is."""
        name, words, repeated = self.chance.choice(self.commands)
        work = self.bench.folder / "work.db"
        for rest in self.bench.folder.glob("work.db*"):
            rest.unlink()
        shutil.copy(self.bench.folder / f"{name}.db", work)
        process = subprocess.Popen([self.bench.mou, *words], cwd=self.bench.folder, env=self.bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.chance.random() * self.pause[name] * 1.1)
        process.send_signal(signal.SIGKILL)
        done = process.wait()
        said = self.bench.run("verify", "work.db")
        assert said.returncode == 0, f"{name}: {said.stdout}"
        found = content(work)
        assert found in (self.before[name], self.after[name]), f"{name}: the store is neither the one before nor the one after"
        assert done != 0 or found == self.after[name], f"{name}: acknowledged, and not there"
        was_done = found == self.after[name]
        again = self.bench.run(*words)
        assert again.returncode == (repeated if was_done else 0), f"{name}: given again: {again.returncode} {again.stderr}"
        assert name in ("run", "full", "propose", "serve") and was_done or content(work) == self.after[name], f"{name}: given again, another state"
        said = self.bench.run("verify", "work.db", "--runs")
        assert said.returncode == 0, f"{name}: {said.stdout}"
        return "after" if was_done else "before"


def main() -> int:
    options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    kills, seed = int(options.get("--kills", 50)), int(options.get("--seed", 1))
    passed = failed = 0
    counts = {"before": 0, "after": 0}
    with tempfile.TemporaryDirectory() as folder:
        killing = Killing(Bench(options["--mou"], Path(options["--root"]), Path(folder)), random.Random(seed))
        for number in range(kills):
            try:
                counts[killing.kill_once()] += 1
                passed += 1
            except AssertionError as problem:
                failed += 1
                print(f"kill {number}: {problem}")
    print(f"{counts['before']} stores as before, {counts['after']} as after")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
