#!/usr/bin/env python3
"""Every row of a record is found by its subject: rows without a key, nested ones, types that come later; and where the index over all of them is damaged, nobody else's rows are read or written. Prints `N passed, N failed`."""
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from common import Bench, main

PEOPLE = [f"914452020000{number:06}" for number in range(6)]
FIRST, SECOND = PEOPLE[:2]
DAY = "2024-06-01"
RULES = """规则包 登记例 版本 "1"
机关 主管部门   "某市某局"
主体类别 单位     "单位"     标识 文本
属性 单位
    名称： 文本
关系 股东 从 单位 到 单位
记录 处罚 "处罚决定"
    来源 主管部门
    文书 文号 作出 处罚日期
    文号：     文本 必填 主键
    处罚日期： 日期 必填
    金额：     金额
记录 分项 隶属 处罚
    数额： 金额 必填
记录 巡查 "日常巡查"
    来源 主管部门
    巡查年度： 整数 必填
    结果：     文本
记录 问题 隶属 巡查
    扣分： 整数 必填
{types}名单类别 黑名单、重点关注名单
措施目录 惩戒目录 版本 "1"
    M18 纳入重点监管   性质 管理措施 程度 从严 适用 单位
备忘录 登记备忘录
    标题 "登记备忘录"
    牵头 主管部门
    施行 2024年1月1日
认定 查实
    列入 重点关注名单
    凭   处罚
    当   {condition}
    自   处罚日期
    为期 1年
惩戒 重点检查
    措施 M18
    因   查实
    对   单位：本单位
    由   主管部门
    依据 《行政处罚法》第六十三条
    程度 从严
    为期 随认定
    解除 自动
    救济 "依法申请行政复议或者提起行政诉讼"
"""
LATER = """记录 投诉 "投诉"
    来源 主管部门
    投诉年度： 整数 必填
记录 函告 "函告"
    来源 主管部门
    文书 函号 作出 函告日期
    函号：     文本 必填 主键
    函告日期： 日期 必填
"""


def built(bench: Bench, name: str, condition: str, types: str = "") -> str:
    bench.file(f"{name}.mou", RULES.format(types=types, condition=condition))
    bench.expect(0, "build", "--generated", "-q", f"{name}.mou", "-o", f"{name}.moup")
    return f"{name}.moup"


def store_of(bench: Bench, condition: str, name: str = "entered.db", types: str = "", words=()) -> Path:
    bench.expect(0, "init", "-q", name, "--pack", built(bench, "first", condition, types))
    bench.file("people.csv", "标识,主体类别,名称\n" + "".join(f"{subject},单位,甲\n" for subject in PEOPLE))
    bench.expect(0, "import", "-q", name, "--as", "主体", "people.csv", *words)
    return bench.folder / name


def taken(bench: Bench, store: Path, record: str, name: str, text: str, *words) -> tuple:
    bench.file(name, text)
    said = json.loads(bench.expect(0, "import", store, "--as", record, name, "--json", *words))
    return tuple(said[word] for word in ("added", "corrected", "unchanged", "quarantined"))


def lines(rows: list) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def whole(bench: Bench, store: Path):
    """Every row of every type has its entry, and there are no others."""
    with closing(sqlite3.connect(store)) as database:
        rows = []
        for number, name in database.execute("SELECT type, name FROM record_type").fetchall():
            rows += [(subject, number, version) for subject, version in database.execute(f'SELECT "#subject", "#version" FROM "记录_{name}"')]
        assert sorted(rows) == database.execute("SELECT subject, type, version FROM record_of ORDER BY 1, 2, 3").fetchall()
    bench.expect(0, "verify", "-q", store, "--runs")


BATCHES = ("--trace", "trace.txt")  # with which subjects are asked for in batches; else the tables are gone through


def evaluated(bench: Bench, store: Path, *words) -> list:
    """Who is punished: the tables gone through, all subjects asked for in one batch, in several."""
    ways = [[one["subject"] for one in map(json.loads, bench.expect(0, "eval", store, "--as-of", DAY, *words, *way).splitlines()) if one["outcome"] == "in_force"]
            for way in ((), BATCHES, (*BATCHES, "--batch", 2))]
    assert ways[0] == ways[1] == ways[2], ways
    return ways[0]


def punished(bench: Bench, store: Path) -> list:
    """Each one asked alone, too: the same."""
    alone = [subject for subject in PEOPLE if bench.expect(0, "query", store, subject, "--as-of", DAY, "--json") != ""]
    assert evaluated(bench, store) == alone, alone
    return alone


def fines(*of) -> str:
    return "主体,文号,处罚日期,金额\n" + "".join(f"{subject},{key},2024-02-01,{amount}.00\n" for subject, key, amount in of)


def altered(store: Path, *changes: str):
    """Past the triggers, which are put back as they were."""
    with closing(sqlite3.connect(store)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        for change in changes:
            assert database.execute(change).rowcount > 0 or change.startswith("PRAGMA"), change
        for _, text in triggers:
            database.execute(text)
        database.commit()


def told(bench: Bench, store: Path):
    done = bench.run("verify", store)
    assert done.returncode == 1, done


# ------------------------------------------------------------------ what imports enter


def test_rows_without_a_key(bench: Bench):
    """A row is there once, however often a file or several say it and whatever lies between; who says less or more than before adds rows."""
    store = store_of(bench, "计数(巡查) 不少于 2")
    taken(bench, store, "处罚", "fines.csv", fines(*((subject, f"甲{number}", 1) for number, subject in enumerate(PEOPLE))))
    assert punished(bench, store) == []
    head = "主体,巡查年度,结果\n"
    between = "".join(f"{subject},{year},合格\n" for year in range(1900, 2000) for subject in PEOPLE[2:])
    assert taken(bench, store, "巡查", "a.csv", f"{head}{FIRST},2021,合格\n{FIRST},2021,合格\n{SECOND},2021,合格\n{FIRST},2021,合格\n") == (2, 0, 2, 0)
    assert punished(bench, store) == []
    assert taken(bench, store, "巡查", "b.csv", f"{head}{SECOND},2022,合格\n{between}{FIRST},2021,合格\n{SECOND},2022,合格\n{SECOND},2021,合格\n") == (401, 0, 3, 0)
    assert punished(bench, store) == PEOPLE[1:]
    assert taken(bench, store, "巡查", "c.csv", f"{head}{FIRST},2021,\n{FIRST},2021,合格\n{FIRST},2021,\n") == (1, 0, 2, 0)
    assert punished(bench, store) == PEOPLE
    whole(bench, store)


def test_nested_rows(bench: Bench):
    """Under rows with a key and without one, the same content twice, subjects in no order: all are entered, and read with the row that they lie in."""
    store = store_of(bench, "合计(分项.数额) 不少于 100元 且 合计(问题.扣分) 不少于 10")
    fine = lambda subject, key, *parts: {"主体": subject, "文号": key, "处罚日期": "2024-02-01", "分项": [{"数额": part} for part in parts]}  # noqa: E731
    look = lambda subject, year, *parts: {"主体": subject, "巡查年度": year, "问题": [{"扣分": part} for part in parts]}  # noqa: E731
    rows = [fine(PEOPLE[5], "甲1", "50.00", "50.00"), fine(FIRST, "甲2", "99.00", "1.00"), fine(SECOND, "甲3", "60.00"), fine(FIRST, "甲4", "1.00"), fine(PEOPLE[2], "甲5", "99.00")]
    assert taken(bench, store, "处罚", "a.ndjson", lines(rows)) == (5, 0, 0, 0)
    looks = [look(PEOPLE[5], 2021, 5, 5), look(FIRST, 2021, 9), look(SECOND, 2021, 10), look(FIRST, 2022, 1), look(PEOPLE[2], 2021, 10), look(FIRST, 2021, 9), look(PEOPLE[5], 2021, 5, 5)]
    assert taken(bench, store, "巡查", "b.ndjson", lines(looks)) == (5, 0, 2, 0)
    assert punished(bench, store) == [FIRST, PEOPLE[5]]
    whole(bench, store)
    # A correction ends what lies under the former row; so does a withdrawal.
    assert taken(bench, store, "处罚", "c.ndjson", lines([fine(FIRST, "甲2", "98.00"), fine(SECOND, "甲3", "60.00", "40.00"), rows[0]])) == (0, 2, 1, 0)
    assert punished(bench, store) == [SECOND, PEOPLE[5]]
    bench.expect(0, "withdraw", store, "处罚", PEOPLE[5], "甲1", "--reason", "撤销", "--actor", "甲")
    assert punished(bench, store) == [SECOND]
    whole(bench, store)


def test_rows_that_are_not_known(bench: Bench):
    """Rows are read by runs of versions, of which some are not known any more, or were not yet; what is nested in them stays with its own."""
    known = lambda month: ("--known-at", f"2024-{month:02}-01")  # noqa: E731
    store = store_of(bench, "合计(分项.数额) 不少于 100元", words=known(1))
    fine = lambda number, key, part: {"主体": PEOPLE[number], "文号": key, "处罚日期": "2024-02-01", "分项": [{"数额": f"{part}.00"}]}  # noqa: E731
    rows = [fine(0, "甲1", 100), fine(0, "甲2", 1), fine(0, "甲3", 1), fine(1, "甲1", 1), fine(1, "甲2", 100), fine(2, "甲1", 1), fine(3, "甲1", 1), fine(3, "甲2", 1), fine(3, "甲3", 100)]
    taken(bench, store, "处罚", "a.ndjson", lines(rows), *known(2))
    bench.file("gone.csv", f"主体,记录,键\n{PEOPLE[0]},处罚,甲2\n{PEOPLE[1]},处罚,甲2\n{PEOPLE[3]},处罚,甲1\n")
    bench.expect(0, "import", "-q", store, "--as", "撤回", "gone.csv", *known(3))
    taken(bench, store, "处罚", "b.ndjson", lines([fine(2, "甲1", 100), fine(0, "甲1", 1), fine(0, "甲4", 100)]), *known(4))
    assert punished(bench, store) == [PEOPLE[0], PEOPLE[2], PEOPLE[3]]
    for month, who in ((1, []), (2, [0, 1, 3]), (3, [0, 3]), (4, [0, 2, 3])):
        assert evaluated(bench, store, *known(month)) == [PEOPLE[number] for number in who], month
    whole(bench, store)


def test_rows_of_related_subjects(bench: Bench):
    """Those of the types that rules look at from there, with what is nested in them; alone and in batches in which they are members themselves."""
    store = store_of(bench, "任一 股东 满足 (计数(巡查) 不少于 2 且 合计(问题.扣分) 不少于 3)")
    taken(bench, store, "处罚", "fines.csv", fines(*((subject, f"甲{number}", 1) for number, subject in enumerate(PEOPLE))))
    bench.file("relations.csv", f"从,关系,到,自,至\n{FIRST},股东,{PEOPLE[5]},2020-01-01,\n{PEOPLE[5]},股东,{SECOND},2020-01-01,\n{PEOPLE[3]},股东,{FIRST},2020-01-01,\n")
    bench.expect(0, "import", "-q", store, "--as", "关系", "relations.csv")
    look = lambda subject, year, *parts: {"主体": subject, "巡查年度": year, "问题": [{"扣分": part} for part in parts]}  # noqa: E731
    taken(bench, store, "巡查", "a.ndjson", lines([look(PEOPLE[5], 2021, 1), look(FIRST, 2021, 3), look(PEOPLE[5], 2022, 1, 1), look(SECOND, 2021, 3), look(FIRST, 2022)]))
    assert punished(bench, store) == [FIRST, PEOPLE[3]]
    whole(bench, store)


def test_a_type_that_comes_later(bench: Bench):
    """A pack with more types is tried on a store that has none of them, is put in force, and rows of those types come in; packs of before go on."""
    store = store_of(bench, "金额 不少于 5万元")
    taken(bench, store, "处罚", "fines.csv", fines(*((subject, f"甲{number}", 10000 * number) for number, subject in enumerate(PEOPLE))))
    bench.expect(0, "run", "-q", store, "--as-of", "2024-05-01")
    later = built(bench, "later", "计数(投诉) 不少于 1 或 计数(函告) 不少于 1 或 金额 不少于 4万元", LATER)
    assert evaluated(bench, store, "--pack", later) == PEOPLE[4:]
    bench.expect(0, "plan", store, "现行", later, "--as-of", DAY)
    bench.expect(0, "pack", "install", "-q", store, later, "--actor", "甲", "--effective", "2024-05-20")
    bench.expect(0, "pack", "install", "-q", store, later, "--actor", "乙", "--approve")
    assert taken(bench, store, "投诉", "complaints.csv", f"主体,投诉年度\n{SECOND},2023\n{FIRST},2023\n{SECOND},2023\n") == (2, 0, 1, 0)
    assert taken(bench, store, "函告", "letters.csv", f"主体,函号,函告日期\n{PEOPLE[2]},函1,2024-02-01\n") == (1, 0, 0, 0)
    assert taken(bench, store, "处罚", "more.csv", fines((PEOPLE[3], "甲3", 40000), (PEOPLE[3], "乙3", 1))) == (1, 1, 0, 0)
    assert punished(bench, store) == PEOPLE
    said = json.loads(bench.expect(0, "run", store, "--as-of", DAY, "--json"))
    assert said["decisions"] == 6, said
    assert evaluated(bench, store, "--pack", "first.moup") == PEOPLE[5:]
    whole(bench, store)
    with closing(sqlite3.connect(store)) as database:
        assert database.execute("SELECT type, name FROM record_type ORDER BY 1").fetchall() == list(enumerate(("处罚", "分项", "巡查", "问题", "投诉", "函告"), 1))


# ------------------------------------------------------------------ a damaged index


def of_two(bench: Bench) -> Path:
    """The second one's fine 乙2 and inspection are entered as the first one's."""
    store = store_of(bench, "金额 不少于 5万元")
    taken(bench, store, "处罚", "fines.csv", fines((FIRST, "甲1", 10000), (SECOND, "甲1", 60000), (SECOND, "乙2", 70000)))
    taken(bench, store, "巡查", "looks.csv", f"主体,巡查年度,结果\n{SECOND},2021,合格\n")
    bench.expect(0, "run", "-q", store, "--as-of", DAY)
    altered(store, "UPDATE record_of SET subject = 1 WHERE subject = 2 AND version = 3", "UPDATE record_of SET subject = 1 WHERE subject = 2 AND type = 3")
    told(bench, store)
    return store


def theirs(store: Path, subject: int = 2) -> list:
    with closing(sqlite3.connect(store)) as database:
        return [database.execute(f'SELECT * FROM "记录_{name}" WHERE "#subject" = ? ORDER BY 1', (subject,)).fetchall() for name in ("处罚", "巡查")]


def test_nobody_is_read_as_another(bench: Bench):
    """Who asks for one subject or several is told that the index is damaged; who goes through all tables reads what they say themselves."""
    store = of_two(bench)
    assert bench.expect(0, "eval", store, "--as-of", DAY).count(SECOND) == 3
    bench.expect(4, "correct", store, "处罚", FIRST, "乙2", "金额=1.00", "--reason", "有误", "--actor", "甲")
    taken(bench, store, "巡查", "more.csv", "主体,巡查年度,结果\n" + "".join(f"{subject},2020,合格\n" for subject in PEOPLE))
    for words in (("query", store, FIRST, "--as-of", DAY), ("explain", store, FIRST, "--as-of", DAY), ("run", store, "--as-of", "2024-06-02"), ("eval", store, "--as-of", DAY, *BATCHES)):
        done = bench.run(*words)
        assert done.returncode == 4 and "mou verify" in done.stderr and done.stdout == "", done


def test_nobody_is_written_as_another(bench: Bench):
    """What comes in under a subject, is withdrawn or erased, leaves rows alone that are entered there and are somebody else's."""
    store = of_two(bench)
    before = theirs(store)
    assert taken(bench, store, "处罚", "same.csv", fines((FIRST, "乙2", 20000), (FIRST, "甲1", 10000))) == (1, 0, 1, 0)
    assert theirs(store) == before
    assert taken(bench, store, "处罚", "many.csv", fines(*((FIRST, f"丙{number}", 1) for number in range(70)), (FIRST, "乙2", 20000))) == (70, 0, 1, 0)
    assert taken(bench, store, "巡查", "looks2.csv", f"主体,巡查年度,结果\n{FIRST},2021,合格\n") == (1, 0, 0, 0)
    for words in (("withdraw", store, "处罚", FIRST, "乙2", "--reason", "撤销", "--actor", "甲"), ("erase", store, "处罚", FIRST, "乙2", "--reason", "撤销", "--actor", "甲")):
        bench.expect(0, *words)
        bench.expect(4, *words)
        assert theirs(store) == before, words
    bench.expect(0, "erase", store, "主体", FIRST, "--reason", "法定", "--actor", "甲")
    assert theirs(store) == before
    assert all(row[-1] is not None or row[4] is not None for rows in theirs(store, 1) for row in rows), theirs(store, 1)


def test_types_without_a_number(bench: Bench):
    """Of a type that has no rows yet, too, it is told that its number is lost, and rows are not taken that nobody would find."""
    store = store_of(bench, "金额 不少于 5万元")
    bench.file("fine.csv", fines((FIRST, "甲1", 60000)))
    bench.file("look.csv", f"主体,巡查年度,结果\n{FIRST},2021,合格\n")
    for change, record, name in (("DELETE FROM record_type WHERE type = 1", "处罚", "fine.csv"), ("UPDATE record_type SET name = name || 'x' WHERE type = 3", "巡查", "look.csv"),
                                 ("DELETE FROM record_type", "处罚", "fine.csv"), ("DELETE FROM record_type", "巡查", "look.csv")):
        damaged = bench.folder / "damaged.db"
        shutil.copy(store, damaged)
        altered(damaged, change)
        told(bench, damaged)
        done = bench.run("import", damaged, "--as", record, name)
        assert done.returncode == 4 and "mou verify" in done.stderr, (change, done)


def pages_of(store: Path, table: str) -> tuple[bytearray, int]:
    """The file's bytes, and where the table's only page begins."""
    with closing(sqlite3.connect(store)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    return bytearray(store.read_bytes()), (page - 1) * size


def turned_round(store: Path, table: str, one: int, other: int):
    """Two entries of the table's only page change places."""
    data, begin = pages_of(store, table)
    assert data[begin] in (10, 13), "a leaf"
    count = int.from_bytes(data[begin + 3:begin + 5], "big")
    one, other = (begin + 8 + 2 * (number % count) for number in (one, other))
    data[one:one + 2], data[other:other + 2] = data[other:other + 2], data[one:one + 2]
    store.write_bytes(data)


def refuses_numbers(bench: Bench, store: Path):
    done = bench.run("query", store, FIRST, "--as-of", DAY)
    assert done.returncode == 4 and "编号" in done.stderr, done
    told(bench, store)


def test_pages_out_of_order(bench: Bench):
    """Numbers of types, and entries, that do not come in their order."""
    store = store_of(bench, "金额 不少于 5万元")
    taken(bench, store, "处罚", "fines.csv", fines((FIRST, "甲1", 60000), (SECOND, "甲1", 60000)))
    damaged = bench.folder / "damaged.db"
    for one, other in ((0, -1), (-2, -1)):
        shutil.copy(store, damaged)
        turned_round(damaged, "record_type", one, other)
        refuses_numbers(bench, damaged)


def test_numbers_that_cannot_be(bench: Bench):
    store = store_of(bench, "金额 不少于 5万元")
    taken(bench, store, "处罚", "fines.csv", fines((FIRST, "甲1", 60000)))
    for number in (0, -1, -2**40, 1000001, 2**32 - 1, 2**32 + 1):
        damaged = bench.folder / "damaged.db"
        shutil.copy(store, damaged)
        altered(damaged, "PRAGMA ignore_check_constraints = ON", f"UPDATE record_type SET type = {number} WHERE type = 1")
        refuses_numbers(bench, damaged)


def test_a_pack_that_could_not_be_taken(bench: Bench):
    """Who stays connected is refused while the numbers of the new pack's types cannot be read, every time, and answered once they can."""
    store = store_of(bench, "金额 不少于 5万元")
    taken(bench, store, "处罚", "fines.csv", fines((FIRST, "甲1", 60000)))
    request = json.dumps({"subject": FIRST, "as_of": DAY}) + "\n"
    with subprocess.Popen([bench.mou, "serve", store, "--stdio"], cwd=bench.folder, env=bench.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        def answer() -> dict:
            server.stdin.write(request)
            server.stdin.flush()
            return json.loads(server.stdout.readline())

        before = answer()
        later = built(bench, "later", "金额 不少于 6万元", LATER)
        bench.expect(0, "pack", "install", "-q", store, later, "--actor", "甲", "--effective", "2024-05-20")
        bench.expect(0, "pack", "install", "-q", store, later, "--actor", "乙", "--approve")
        altered(store, "PRAGMA ignore_check_constraints = ON", "UPDATE record_type SET type = 1000001 WHERE type = 1")
        refused_twice = [answer(), answer()]
        altered(store, "UPDATE record_type SET type = 1 WHERE type = 1000001")
        after = answer()
        server.stdin.close()
    assert all("编号" in json.dumps(one, ensure_ascii=False) and "decisions" not in one for one in refused_twice), refused_twice
    assert len(after["decisions"]) == len(before["decisions"]) == 1, (before, after)


def due(bench: Bench, condition: str = "金额 不少于 5万元 或 任一 股东 满足 (计数(处罚) 不少于 9)") -> Path:
    """Everybody has one fine, and the fourth and the fifth are to be looked at again, in one batch."""
    store = store_of(bench, condition)
    taken(bench, store, "处罚", "fines.csv", fines(*((subject, f"甲{number}", 60000) for number, subject in enumerate(PEOPLE))))
    bench.expect(0, "run", "-q", store, "--as-of", DAY)
    taken(bench, store, "巡查", "looks.csv", f"主体,巡查年度,结果\n{PEOPLE[3]},2021,合格\n{PEOPLE[4]},2021,合格\n")
    return store


def refused(bench: Bench, store: Path):
    done = bench.run("run", store, "--as-of", "2024-06-02")
    assert done.returncode == 4 and "mou verify" in done.stderr, done
    told(bench, store)


def test_entries_out_of_order(bench: Bench):
    """Behind the entries of the fourth one those of the third, whom nobody asked for; two of one subject that change places; one that is met twice: no row is taken for another, or counted twice. And rows themselves that lie out of order."""
    store = due(bench)
    said = json.loads(bench.expect(0, "run", shutil.copy(store, bench.folder / "sound.db"), "--as-of", "2024-06-02", "--json"))
    assert (said["incremental"], said["evaluated"], said["decisions"]) == (True, 2, 6), said
    for table, one, other in (("record_of", 2, 4), ("record_of", 4, 7), ("记录_处罚", 2, 3)):
        damaged = bench.folder / "damaged.db"
        shutil.copy(store, damaged)
        turned_round(damaged, table, one, other)
        refused(bench, damaged)
    taken(bench, store, "处罚", "more.csv", fines((PEOPLE[3], "乙3", 1), (PEOPLE[3], "丙3", 1)))
    for change in (lambda place: (place + 2, place), lambda place: (place, place)):
        damaged = bench.folder / "damaged.db"
        shutil.copy(store, damaged)
        data, begin = pages_of(damaged, "record_of")
        first = begin + 8 + 2 * 3  # the fourth one's fines come behind three others'
        cells = [data[place:place + 2] for place in (first, first + 2)]
        data[first:first + 2], data[first + 2:first + 4] = [cells[(place - first) // 2] for place in change(first)]
        damaged.write_bytes(data)
        refused(bench, damaged)


def test_attributes_out_of_order(bench: Bench):
    """They have an index of their own, and behind the fifth one's lie those of somebody who was not asked for."""
    store = due(bench, "金额 不少于 5万元 且 名称 是 \"甲\"")
    turned_round(store, "#subject_单位", 2, 4)
    refused(bench, store)


def test_rows_that_are_met_twice(bench: Bench):
    """In a page of the rows themselves: a row that was read, one behind a row that is not known any more."""
    store = due(bench)
    bench.expect(0, "withdraw", store, "处罚", PEOPLE[1], "甲1", "--reason", "撤销", "--actor", "甲")
    for one, other in ((0, 1), (3, 4), (2, 1)):
        damaged = bench.folder / "damaged.db"
        shutil.copy(store, damaged)
        data, begin = pages_of(damaged, "记录_处罚")
        one, other = (begin + 8 + 2 * place for place in (one, other))
        data[other:other + 2] = data[one:one + 2]
        damaged.write_bytes(data)
        done = bench.run("eval", damaged, "--as-of", DAY, *BATCHES)
        assert done.returncode == 4 and "mou verify" in done.stderr and done.stdout == "", done


def test_versions_that_cannot_be(bench: Bench):
    """An entry of the greatest number that there is, with nothing behind it."""
    store = due(bench)
    altered(store, "INSERT INTO record_of VALUES(4, 1, 9223372036854775807)")
    told(bench, store)
    said = json.loads(bench.expect(0, "run", store, "--as-of", "2024-06-02", "--json"))
    assert (said["evaluated"], said["decisions"]) == (2, 6), said


if __name__ == "__main__":
    sys.exit(main(__name__))
