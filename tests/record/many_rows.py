#!/usr/bin/env python3
"""A file with many rows of one subject says the same as the same rows in many small files, whatever kind of key they have. Prints `N passed, N failed`."""
import json
import random
import sqlite3
import sys
from contextlib import closing

from common import Bench, main
from contested import KEYS, RULES

HEAVY, LIGHT = "914452020000000001", "914452020000000002"
PART = 20


def row(name: str, subject: str, number: int, fine: int) -> str:
    keys, _, key = KEYS[name]
    first = f"{key(number)},文{number}" if "序号" in keys else key(number)
    return f"{subject},{first},2024-02-01,{fine}.00\n"


def headers(name: str) -> str:
    return "主体,序号,文号,处罚日期,金额\n" if "序号" in KEYS[name][0] else "主体,文号,处罚日期,金额\n"


def imported(bench: Bench, name: str, store: str, rows: list[str]) -> dict[str, int]:
    bench.file("part.csv", headers(name) + "".join(rows))
    done = bench.run("import", "--json", store, "--as", "处罚", "part.csv")
    assert done.returncode in (0, 3), done.stderr
    told = json.loads(done.stdout)
    return {word: told[word] for word in ("rows", "added", "corrected", "unchanged", "quarantined")}


def store_of(bench: Bench, name: str, store: str) -> str:
    keys, more, key = KEYS[name]
    bench.file("rules.mou", RULES.format(keys=keys, more=more))
    bench.expect(0, "build", "--generated", "-q", "rules.mou", "-o", "rules.moup")
    bench.expect(0, "init", "-q", store, "--pack", "rules.moup")
    bench.file("subjects.csv", f"标识,主体类别,名称\n{HEAVY},单位,甲\n{LIGHT},单位,乙\n")
    bench.expect(0, "import", "-q", store, "--as", "主体", "subjects.csv")
    before = [row(name, HEAVY, number, 1000) for number in range(400)] + [row(name, LIGHT, number, 1000) for number in range(5)]
    assert imported(bench, name, store, before)["added"] == 405
    bench.file("withdrawn.csv", "主体,记录,键\n" + "".join(f"{HEAVY},处罚,{key(number)}\n" for number in range(100, 110)))
    bench.expect(0, "import", "-q", store, "--as", "撤回", "withdrawn.csv")
    return store


def current(bench: Bench, store: str) -> list:
    with closing(sqlite3.connect(bench.folder / store)) as database:
        return sorted(database.execute('SELECT "#subject", 文号, 金额, count(*) FROM 记录_处罚 WHERE "#known_until" IS NULL GROUP BY 1, 2, 3'))


def offered(name: str) -> list[str]:
    """Of one subject: 100 rows that are known, of which 10 were withdrawn, 100 that say something else, 100 new ones; of the other one a few of each; in no order."""
    rows = [row(name, HEAVY, number, 1000) for number in range(50, 150)] + [row(name, HEAVY, number, 2000) for number in range(200, 300)]
    rows += [row(name, HEAVY, number, 3000) for number in range(1000, 1100)] + [row(name, LIGHT, number, fine) for number, fine in ((1, 1000), (2, 2000), (50, 3000))]
    random.Random(7).shuffle(rows)
    return rows


def held(bench: Bench, name: str):
    rows = offered(name)
    whole, parts = store_of(bench, name, "whole.db"), store_of(bench, name, "parts.db")
    assert current(bench, whole) == current(bench, parts)
    told = imported(bench, name, whole, rows)
    assert told == {"rows": 303, "added": 111, "corrected": 101, "unchanged": 91, "quarantined": 0}, told
    summed: dict[str, int] = dict.fromkeys(told, 0)
    for begin in range(0, len(rows), PART):
        for word, count in imported(bench, name, parts, rows[begin:begin + PART]).items():
            summed[word] += count
    assert summed == told, (summed, told)
    found = current(bench, whole)
    assert found == current(bench, parts) and len(found) == 400 - 10 + 10 + 100 + 6 and all(count == 1 for *_, count in found), len(found)
    again = imported(bench, name, whole, rows + rows[:100] + [row(name, HEAVY, 1000, 4000)])
    assert again == {"rows": 404, "added": 0, "corrected": 0, "unchanged": 403, "quarantined": 1}, again
    bench.expect(0, "verify", "-q", whole)


def test_keys_of_text(bench: Bench):
    held(bench, "text")


def test_keys_of_whole_numbers(bench: Bench):
    held(bench, "whole")


def test_numbers_of_instruments(bench: Bench):
    held(bench, "instrument")


if __name__ == "__main__":
    sys.exit(main(__name__))
