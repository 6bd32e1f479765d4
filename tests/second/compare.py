#!/usr/bin/env python3
"""Compares `mou run` over the sample database with law.sql, which says the same law in plain SQL over the same store: the same subjects with the
same outcomes, rule by rule. Prints `N passed, N failed`; a pass is one rule on one day.

    compare.py --mou build/dev/cli/mou --root . [--organisations 1500] [--persons 2000] [--days 2025-12-31,2023-06-30]
"""
import argparse
import collections
import datetime
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracles"))
import working_days

EPOCH = datetime.date(1900, 1, 1)
MEMORANDA = ("失信被执行人联合惩戒", "重大税收违法联合惩戒", "拖欠农民工工资联合惩戒", "揭阳联合奖惩实施方案")
# Record types that would have a say in these memoranda and that law.sql does not read: the core sample has none of them.
UNREAD = ("交换名单", "严重失信认定", "纠正恢复", "海关信用认定", "青年志愿者定级", "修复决定", "激励滥用认定")
# Rules of these memoranda that rest on unread types only.
IDLE = {"市场和行业禁入"}


def days(text: str) -> int:
    return (datetime.date.fromisoformat(text) - EPOCH).days


def holidays(root: Path) -> tuple[set[int], set[int]]:
    """Days off and make-up working days, read line by line without the compiler; the last edition of a year counts."""
    editions = [of_year[-1] for of_year in working_days.read_calendar(root / "stdlib-rules/工作日历.mou").values()]
    return tuple({(date - EPOCH).days for edition in editions for date in edition[place]} for place in (1, 2))


def make_store(given, folder: Path) -> Path:
    run = lambda *words: subprocess.run(words, check=True, capture_output=True, cwd=folder)
    run(sys.executable, given.root / "samples/generate.py", "--out", "in", "--organisations", str(given.organisations),
        "--persons", str(given.persons), "--seed", str(given.seed), "--core")
    run(given.mou, "build", "-q", given.root / "stdlib-rules", "-o", "rules.moup")
    run(given.mou, "init", "-q", "sample.db", "--pack", "rules.moup")
    for entry in json.loads((folder / "in/manifest.json").read_text("utf-8"))["files"]:
        record = "主体" if entry["as"] in ("自然人", "单位") else entry["as"]
        run(given.mou, "import", "-q", "sample.db", f"in/{entry['file']}", "--as", record, "--layout", entry["layout"])
    return folder / "sample.db"


def by_machine(given, store: Path, day: str) -> dict:
    out = store.parent / "decisions.ndjson"
    subprocess.run([given.mou, "run", "-q", store, "--as-of", day, "--full", "--out", out, "--unmask", "--purpose", "second opinion"], check=True, capture_output=True)
    found = collections.defaultdict(set)
    for line in out.read_text("utf-8").splitlines():
        decision = json.loads(line)
        if decision["memorandum"] in MEMORANDA and decision["rule"] not in IDLE:
            found[decision["rule"]].add((decision["subject"], decision["outcome"]))
    return found


def by_law(given, store: Path, day: str) -> dict:
    copy = store.parent / "law.db"
    shutil.copy(store, copy)
    database = sqlite3.connect(copy)
    for name in UNREAD:
        assert database.execute(f'SELECT count(*) FROM "记录_{name}"').fetchone() == (0,), f"the sample now has {name}: law.sql has to read it"
    off, on = holidays(given.root)
    database.execute("CREATE TEMP TABLE 今 AS SELECT ? AS t", (days(day),))
    for name, dates in (("休", off), ("班", on)):
        database.execute(f"CREATE TEMP TABLE {name}(d INTEGER PRIMARY KEY)")
        database.executemany(f"INSERT INTO {name} VALUES (?)", [(date,) for date in dates])
    database.executescript((Path(__file__).parent / "law.sql").read_text("utf-8"))
    found = collections.defaultdict(set)
    for subject, rule, outcome in database.execute("SELECT identifier, 规则, 结果 FROM 结果 JOIN subject ON subject.id = 受"):
        found[rule].add((subject, outcome))
    for (rule,) in database.execute("SELECT 规则 FROM 措施 UNION SELECT 规则 FROM 激励"):
        found.setdefault(rule, set())
    return found


def rules_of(given) -> set:
    """Every sanction and incentive of the four memoranda, by the text of the rule files."""
    names = set()
    for path in sorted((given.root / "stdlib-rules").glob("*.mou")):
        text = path.read_text("utf-8")
        if any(f"\n备忘录 {name}\n" in text for name in MEMORANDA):
            names.update(re.findall(r"^(?:惩戒|激励) (\S+)$", text, re.MULTILINE))
    return names - IDLE


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True, type=lambda text: Path(text).resolve())
    parser.add_argument("--root", required=True, type=lambda text: Path(text).resolve())
    parser.add_argument("--organisations", type=int, default=1500)
    parser.add_argument("--persons", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=34)
    parser.add_argument("--days", default="2025-12-31,2023-06-30")
    given = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        store = make_store(given, Path(folder))
        for day in given.days.split(","):
            law, machine = by_law(given, store, day), by_machine(given, store, day)
            unsaid = rules_of(given) ^ set(law)
            if unsaid:
                failed += 1
                print(f"{day}: rules that only one of the two says: {sorted(unsaid)}")
            for rule in sorted(set(law) | set(machine)):
                if law[rule] == machine[rule]:
                    passed += 1
                    continue
                failed += 1
                print(f"{day} {rule}: law {len(law[rule])}, machine {len(machine[rule])}")
                for kind, rows in (("only by law", law[rule] - machine[rule]), ("only by machine", machine[rule] - law[rule])):
                    for subject, outcome in sorted(rows)[:4]:
                        print(f"    {kind}: {subject} {outcome}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
