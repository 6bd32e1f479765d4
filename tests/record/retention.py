#!/usr/bin/env python3
"""Erasure of what records say: nothing of it is left in the file, the ledger and every other row still hold, nobody erases round it. Prints `N passed, N failed`."""
import json
import shutil
import sqlite3
import sys

from common import OTHER, SUBJECT, Bench, main
from ledger import another, tampered

RULES = """规则包 保存例 版本 "1"
机关 主管部门   "某市某局"
主体类别 单位     "单位"     标识 统一社会信用代码
属性 单位
    名称： 文本
记录 处罚 "处罚决定"
    来源 主管部门
    文书 处罚文号 作出 处罚日期
    处罚文号： 文本 必填 主键
    处罚日期： 日期 必填
    金额：     金额
记录 期次 隶属 处罚
    期数： 整数 必填 主键
    说明： 文本
记录 检查 "检查记录"
    检查编号： 整数 必填 主键
    检查结果： 文本
名单类别 黑名单
措施目录 惩戒目录 版本 "1"
    M18 纳入重点监管   性质 管理措施 程度 从严 适用 单位
备忘录 保存备忘录
    标题 "保存备忘录"
    牵头 主管部门
    施行 2000年1月1日
参数 保存期限
    5年 自 2000年1月1日
    依据 《征信业管理条例》第十六条
参数 检查保存期限
    30日 自 2000年1月1日
    依据 《征信业管理条例》第十六条
认定 违法
    列入 黑名单
    凭   处罚
    当   金额 不少于 5万元
    自   处罚日期
    为期 10年
惩戒 重点监管
    措施 M18
    因   违法
    对   单位：本单位
    由   主管部门
    依据 《行政处罚法》第六十三条
    程度 从严
    为期 随认定
    解除 自动
    救济 "依法申请行政复议或者提起行政诉讼"
"""
OLD, STAYS, NEW = "旧罚七七号", "旧罚八八号", "新罚九九号"
SECRET = "分期缴纳另有隐情"


def old_store(bench: Bench, name: str = "old.db") -> str:
    bench.file("rules.mou", RULES)
    bench.expect(0, "build", "--generated", "-q", "rules.mou", "-o", "rules.moup")
    bench.expect(0, "init", "-q", name, "--pack", "rules.moup")
    bench.file("units.csv", f"标识,主体类别,名称\n{SUBJECT},单位,甲公司\n{OTHER},单位,乙商行\n")
    bench.expect(0, "import", name, "--as", "主体", "units.csv")
    rows = [(SUBJECT, OLD, "2015-03-01", "123.45", True), (SUBJECT, STAYS, "2018-03-01", "60000.00", False), (OTHER, NEW, "2024-03-01", "1.00", False)]
    bench.file("fines.ndjson", "".join(json.dumps({"主体": subject, "处罚文号": key, "处罚日期": day, "金额": amount, **({"期次": [{"期数": 1, "说明": SECRET}]} if nested else {})}) + "\n"
                                       for subject, key, day, amount, nested in rows))
    bench.expect(0, "import", name, "--as", "处罚", "fines.ndjson", "--actor", "录入员", "--department", "主管部门")
    bench.expect(0, "run", name, "--as-of", "2024-06-01", "--actor", "值班员")
    bench.file("corrected.csv", f"主体,处罚文号,处罚日期,金额\n{SUBJECT},{OLD},2015-03-01,223.45\n")
    bench.expect(0, "import", name, "--as", "处罚", "corrected.csv")
    bench.expect(0, "run", name, "--as-of", "2024-06-02")
    return name


def whole_file(bench: Bench, store: str) -> bytes:
    """The file's own bytes, with its log where there is one: nothing may be left in free space either."""
    return b"".join(path.read_bytes() for path in (bench.folder / store, bench.folder / f"{store}-wal") if path.exists())


def rows_of(bench: Bench, store: str, table: str = "记录_处罚") -> list:
    with sqlite3.connect(bench.folder / store) as database:
        return database.execute(f'SELECT "#version", 处罚文号, 金额, "#known_from", "#erased" FROM "{table}" ORDER BY 1').fetchall()


def test_what_was_kept_long_enough(bench: Bench):
    store = old_store(bench)
    told = json.loads(bench.expect(0, "retain", store, "--as-of", "2024-06-02", "--dry-run", "--json"))
    assert told["records"] == {"处罚": 1} and told["due"] == 1 and told["kept"] == 1 and told["erased"] is False, told
    head = bench.file("head.json", bench.expect(0, "head", store))
    for words, code in (((), 2), (("--actor", "甲", "--as-of", "2199-01-01"), 2)):
        bench.expect(code, "retain", store, *words)
    assert OLD.encode() in whole_file(bench, store) and SECRET.encode() in whole_file(bench, store)
    bench.expect(0, "snapshot", store)
    counted = bench.expect(0, "run", store, "--summary", "--json", "--as-of", "2024-06-02")
    assert (bench.folder / f"{store}-snapshot").exists()
    told = json.loads(bench.expect(0, "retain", store, "--as-of", "2024-06-02", "--actor", "甲", "--department", "信用办", "--json"))
    assert told["erased"] is True and told["due"] == 1 and told["kept"] == 1, told
    assert not (bench.folder / f"{store}-snapshot").exists(), "the snapshot still says what was erased"
    assert bench.expect(0, "run", store, "--summary", "--json", "--as-of", "2024-06-02") == counted
    data = whole_file(bench, store)
    assert SECRET.encode() not in data and OLD.encode() not in data and STAYS.encode() in data and NEW.encode() in data
    rows = rows_of(bench, store)
    assert [row[1] for row in rows] == [None, STAYS, NEW, None] and [len(row[4] or b"") for row in rows] == [40, 0, 0, 40]
    said = json.loads(bench.expect(0, "verify", store, "--runs", "--head", head, "--json"))
    assert said["problems"] == [] and said["runs"] == 2
    bench.expect(0, "run", store, "--as-of", "2024-06-03")
    bench.expect(0, "verify", store, "--runs")
    assert json.loads(bench.expect(0, "retain", store, "--as-of", "2024-06-02", "--actor", "甲", "--json"))["due"] == 0
    with sqlite3.connect(bench.folder / store) as database:
        (body,) = database.execute("SELECT body FROM ledger WHERE kind = 'import' ORDER BY id DESC LIMIT 1").fetchone()
        bodies = [json.loads(one) for (one,) in database.execute("SELECT body FROM ledger WHERE kind IN ('import', 'run') ORDER BY id")]
    receipt = json.loads(body)
    assert receipt["target"] == "清除" and receipt["file"] == "保存期限届满" and receipt["actor"] == "甲" and receipt["department"] == "信用办" and OLD not in body
    assert {"table": "erased_row", "added": 3} == {key: value for key, value in receipt["tables"][1].items() if key in ("table", "added")}, receipt["tables"]
    assert [(one.get("actor"), one.get("department")) for one in bodies][1:3] == [("录入员", "主管部门"), ("值班员", None)]


def test_all_that_is_said_of_a_subject(bench: Bench):
    """Records, attributes, rows in quarantine, relations; nobody else's; and the ledger still holds, with every other row under it."""
    store = old_store(bench)
    name, wrong = "此人名称须删", "此行隔离须删"
    bench.file("again.csv", f"标识,主体类别,名称\n{OTHER},单位,{name}\n")
    bench.expect(0, "import", store, "--as", "主体", "again.csv")
    (bench.folder / "wrong.csv").write_bytes(f"主体,处罚文号,处罚日期,金额\n{OTHER},{wrong},2024-13-01,1.00\n{SUBJECT},甲的错行,2024-14-01,1.00\n".encode("gb18030"))
    bench.expect(0, "import", store, "--as", "处罚", "wrong.csv", "--encoding", "gb18030")
    bench.file("bad.ndjson", json.dumps({"主体": OTHER, "处罚文号": wrong, "处罚日期": "x", "金额": "1.00"}) + "\n")
    bench.expect(0, "import", store, "--as", "处罚", "bad.ndjson")
    bench.expect(0, "run", store, "--as-of", "2024-06-04")
    head = bench.file("head.json", bench.expect(0, "head", store))
    given = ("--actor", "甲", "--reason", "个人信息保护法第四十七条")
    bench.expect(2, "erase", store, "主体", OTHER)
    bench.expect(4, "erase", store, "主体", "没有此人", *given)
    assert wrong.encode() in whole_file(bench, store) and name.encode() in whole_file(bench, store)
    waiting = [json.loads(line)["row"] for line in bench.expect(0, "quarantine", "list", store, "--json").splitlines()]
    assert len(waiting) == 3
    bench.expect(0, "erase", store, "主体", OTHER, *given)
    bench.expect(4, "erase", store, "主体", OTHER, *given)
    data = whole_file(bench, store)
    for gone in (wrong.encode(), json.dumps(wrong)[1:-1].encode(), name.encode(), "乙商行".encode(), NEW.encode()):
        assert gone not in data, gone
    assert "甲公司".encode() in data and STAYS.encode() in data and "甲的错行".encode() in data
    left = [json.loads(line)["row"] for line in bench.expect(0, "quarantine", "list", store, "--json").splitlines()]
    assert left == waiting[1:2], left
    bench.expect(0, "verify", store, "--runs", "--head", head)
    bench.expect(0, "run", store, "--as-of", "2024-06-05")
    bench.expect(0, "query", store, OTHER, "--as-of", "2024-06-05")
    bench.expect(4, "erase", store, "隔离", waiting[0], *given)
    bench.expect(4, "erase", store, "隔离", 999, *given)
    bench.expect(0, "erase", store, "隔离", left[0], *given)
    assert bench.expect(0, "quarantine", "list", store, "--json") == "" and "甲的错行".encode() not in whole_file(bench, store)
    bench.expect(0, "quarantine", "replay", store, 5, "--actor", "甲")
    bench.expect(0, "verify", store, "--runs", "--head", head)
    bench.expect(0, "import", store, "--as", "主体", "again.csv")
    # Nobody erases round it.
    with sqlite3.connect(bench.folder / store) as database:
        for sql in ("UPDATE quarantine SET raw = x''", "UPDATE quarantine SET \"#erased\" = NULL", "UPDATE quarantine SET raw = x'00'", "DELETE FROM quarantine"):
            try:
                database.execute(sql)
                raise AssertionError(sql)
            except sqlite3.IntegrityError:
                pass
    for sql in ("UPDATE quarantine SET raw = x'00' WHERE id = 1", "UPDATE quarantine SET \"#erased\" = zeroblob(40) WHERE id = 2", "UPDATE quarantine SET line = 9 WHERE id = 1",
                "DELETE FROM erased_row WHERE name = 'quarantine' AND version = 1"):
        assert tampered(bench, bench.folder / store, sql), sql


def test_rows_in_quarantine_are_found_however_they_are_written(bench: Bench):
    """In small letters, in full width, behind an escape of JSON; but a longer number that has the identifier in it is somebody else's, and a number of a row is nothing but digits."""
    store = old_store(bench)
    wide = "".join(chr(ord(character) + 0xFEE0) for character in OTHER)
    rows = [(OTHER.lower(), "小写"), (wide, "全角"), ("7" + OTHER, "别的号码"), (OTHER + "7", "也是别的"), ("Z" + OTHER + "Z", "夹在字母里"), (SUBJECT, f"连同{OTHER}一案")]
    bench.file("wrong.csv", "主体,处罚文号,处罚日期,金额\n" + "".join(f"{subject},{words},2024-13-01,1.00\n" for subject, words in rows))
    bench.expect(0, "import", store, "--as", "处罚", "wrong.csv")
    bench.file("bad.ndjson", json.dumps({"主体": SUBJECT, "处罚文号": f"\n{OTHER}", "处罚日期": "x", "金额": "1.00"}) + "\n")
    bench.expect(0, "import", store, "--as", "处罚", "bad.ndjson")

    def waiting() -> list:
        return [json.loads(line)["row"] for line in bench.expect(0, "quarantine", "list", store, "--json").splitlines()]

    before, given = waiting(), ("--actor", "甲", "--reason", "个人信息保护法第四十七条")
    assert len(before) == 7, before
    bench.expect(0, "erase", store, "主体", OTHER, *given)
    assert waiting() == before[2:5], (before, waiting())
    number = before[2]
    for text in (f"{number}x", f"{number}.0", f"{number} {number}", "", "99999999999999999999"):
        bench.expect(4, "erase", store, "隔离", text, *given)
    assert waiting() == before[2:5]
    bench.expect(0, "erase", store, "隔离", f"{number}", *given)
    assert waiting() == before[3:5]
    bench.expect(0, "verify", store)


def test_fields_of_relations_go_with_their_subject(bench: Bench):
    """Of rows that stand and of rows that had ended; rows between others keep theirs, and every row is still under its receipt."""
    bench.file("rules.mou", RULES.replace("    名称： 文本\n", "    名称： 文本\n关系 股东 从 单位 到 单位 反称 所持股单位\n    持股比例： 比例\n    出资说明： 文本\n", 1))
    bench.expect(0, "build", "--generated", "-q", "rules.mou", "-o", "rules.moup")
    bench.expect(0, "init", "-q", "shares.db", "--pack", "rules.moup")
    third = "91445202MA5K2P3R46"
    bench.file("units.csv", f"标识,主体类别,名称\n{SUBJECT},单位,甲公司\n{OTHER},单位,乙商行\n{third},单位,丙公司\n")
    bench.expect(0, "import", "shares.db", "--as", "主体", "units.csv", "--accept-check-digit")
    gone, former, stays = "代持须删", "早先代持须删", "与他无关"
    for name, words in (("a", former), ("b", gone)):
        bench.file(f"{name}.csv", f"从,关系,到,自,至,持股比例,出资说明\n{SUBJECT},股东,{OTHER},2020-01-01,,30%,{words}\n{SUBJECT},股东,{third},2020-01-01,,70%,{stays}\n{OTHER},股东,{third},2020-01-01,,,\n")
        bench.expect(0, "import", "shares.db", "--as", "关系", f"{name}.csv")
    bench.expect(0, "run", "shares.db", "--as-of", "2024-06-01")
    head = bench.file("head.json", bench.expect(0, "head", "shares.db"))
    data = whole_file(bench, "shares.db")
    assert all(words.encode() in data for words in (gone, former, stays))
    bench.expect(0, "erase", "shares.db", "主体", OTHER, "--actor", "甲", "--reason", "个人信息保护法第四十七条")
    data = whole_file(bench, "shares.db")
    assert gone.encode() not in data and former.encode() not in data and stays.encode() in data
    with sqlite3.connect(bench.folder / "shares.db") as database:
        rows = database.execute('SELECT fields IS NULL, length("#erased"), known_until IS NULL FROM relation ORDER BY version').fetchall()
        assert rows == [(1, 40, 0), (0, None, 1), (1, None, 0), (1, 40, 0)], rows
        for sql in ('UPDATE relation SET fields = NULL, "#erased" = zeroblob(40) WHERE version = 2', 'UPDATE relation SET "#erased" = NULL WHERE version = 1', "UPDATE relation SET fields = '{}' WHERE version = 1",
                    'UPDATE relation SET "#erased" = zeroblob(40) WHERE version = 1'):
            try:
                database.execute(sql)
                raise AssertionError(sql)
            except sqlite3.IntegrityError:
                pass
    bench.expect(0, "verify", "shares.db", "--runs", "--head", head)
    bench.expect(0, "run", "shares.db", "--as-of", "2024-06-02")
    bench.expect(0, "verify", "shares.db", "--runs", "--head", head)
    for sql in ("UPDATE relation SET fields = '{}' WHERE version = 1", 'UPDATE relation SET "#erased" = zeroblob(40) WHERE version = 1', 'UPDATE relation SET fields = NULL WHERE version = 2',
                'UPDATE relation SET since = 1 WHERE version = 1', "DELETE FROM erased_row WHERE name = 'relation' AND version = 4"):
        assert tampered(bench, bench.folder / "shares.db", sql), sql
    bench.expect(0, "import", "shares.db", "--as", "主体", "units.csv", "--accept-check-digit")
    bench.expect(0, "import", "shares.db", "--as", "关系", "b.csv")
    bench.expect(0, "verify", "shares.db", "--runs", "--head", head)


def test_one_record_by_law(bench: Bench):
    store = old_store(bench)
    given = ("--actor", "甲", "--reason", "个人信息保护法第四十七条")
    bench.expect(2, "erase", store, "处罚", SUBJECT, *given)
    bench.expect(2, "erase", store, "处罚", SUBJECT, STAYS)
    bench.expect(4, "erase", store, "处罚", SUBJECT, "没有", *given)
    bench.expect(4, "erase", store, "没有", SUBJECT, STAYS, *given)
    bench.expect(0, "erase", store, "处罚", SUBJECT, STAYS, *given)
    bench.expect(4, "erase", store, "处罚", SUBJECT, STAYS, *given)
    bench.expect(0, "run", store, "--as-of", "2024-06-03")  # what rested on it is gone with it
    assert bench.expect(0, "query", store, SUBJECT, "--as-of", "2024-06-03", "--json") == ""
    assert bench.expect(0, "eval", store, "--as-of", "2024-06-02", "--known-at", "2026-01-01") == ""
    bench.expect(0, "verify", store, "--runs")
    bench.file("again.csv", f"主体,处罚文号,处罚日期,金额\n{SUBJECT},{STAYS},2018-03-01,70000.00\n")
    assert json.loads(bench.expect(0, "import", store, "--as", "处罚", "again.csv", "--json"))["added"] == 1
    bench.expect(0, "verify", store, "--runs")
    bench.expect(0, "backup", store, "copy.db")


def test_objections_hold_records(bench: Bench):
    store = old_store(bench)
    bench.file("objections.csv", f"主体,记录,键,提出,办结\n{SUBJECT},处罚,{OLD},2024-06-05,\n")
    bench.expect(0, "import", store, "--as", "异议", "objections.csv")
    told = json.loads(bench.expect(0, "retain", store, "--as-of", "2024-06-06", "--dry-run", "--json"))
    assert told["due"] == 0, told


def test_records_without_a_date_count_from_delivery(bench: Bench):
    store = old_store(bench)
    bench.file("visits.csv", f"主体,检查编号,检查结果\n{SUBJECT},7,合格\n")
    bench.expect(0, "import", store, "--as", "检查", "visits.csv")
    assert json.loads(bench.expect(0, "retain", store, "--dry-run", "--json"))["records"] == {"处罚": 1}
    assert json.loads(bench.expect(0, "retain", store, "--dry-run", "--as-of", "2099-01-01", "--json"))["records"]["检查"] == 1


def test_nobody_erases_round_it(bench: Bench):
    store = old_store(bench)
    attempts = ['UPDATE "记录_处罚" SET 金额 = NULL, 处罚文号 = NULL, 处罚日期 = NULL, "#known_from" = 9223372036854775807, "#erased" = zeroblob(40) WHERE "#version" = 1',
                'UPDATE "记录_处罚" SET "#erased" = zeroblob(40) WHERE "#version" = 1', 'UPDATE "记录_处罚" SET "#known_from" = 9223372036854775807 WHERE "#version" = 1',
                'UPDATE "记录_处罚" SET 金额 = NULL WHERE "#version" = 1', 'DELETE FROM "记录_处罚" WHERE "#version" = 1']
    with sqlite3.connect(bench.folder / store) as database:
        for sql in attempts:
            try:
                database.execute(sql)
            except sqlite3.IntegrityError:
                continue
            raise AssertionError(f"nothing stands against {sql}")
    bench.expect(0, "retain", store, "--as-of", "2024-06-02", "--actor", "甲")
    with sqlite3.connect(bench.folder / store) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for sql in ('UPDATE "记录_处罚" SET "#erased" = NULL WHERE "#version" = 1', 'UPDATE "记录_处罚" SET 金额 = 1 WHERE "#version" = 1', 'UPDATE erased_row SET version = 2 WHERE id = 1',
                    'DELETE FROM erased_row WHERE id = 1'):
            try:
                database.execute(sql)
            except sqlite3.IntegrityError:
                continue
            raise AssertionError(f"nothing stands against {sql}")


def test_every_cell_of_erased_rows(bench: Bench):
    """Whatever is altered, of the marks too, or erased without an import that says so: mou verify tells."""
    store = bench.folder / old_store(bench)
    bench.expect(0, "retain", store, "--as-of", "2024-06-02", "--actor", "甲")
    missed = []
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cells = [(table, row[1], rowid, value) for table in ("记录_处罚", "记录_期次", "erased_row") for row in database.execute(f'PRAGMA table_info("{table}")').fetchall()
                 for rowid, value in database.execute(f'SELECT rowid, "{row[1]}" FROM "{table}"').fetchall()]
    for table, column, rowid, value in cells:
        try:
            if not tampered(bench, store, f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (another(value), rowid)):
                missed.append((table, column, rowid, value))
        except sqlite3.IntegrityError:
            continue
    assert not missed and len(cells) > 50, missed
    for place in range(0, 40, 3):  # any byte of a mark
        assert tampered(bench, store, f'UPDATE "记录_处罚" SET "#erased" = CAST(substr("#erased", 1, {place}) || x\'00\' || substr("#erased", {place + 2}) AS BLOB) WHERE "#version" = 1') or \
            sqlite3.connect(store).execute(f'SELECT substr("#erased", {place + 1}, 1) = x\'00\' FROM "记录_处罚" WHERE "#version" = 1').fetchone()[0]
    # Erased behind the ledger's back, with the very mark that fits: no import says so.
    twin = bench.folder / old_store(bench, "twin.db")
    with sqlite3.connect(twin) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (bench.folder / "spent.db").unlink(missing_ok=True)
    shutil.copy(twin, bench.folder / "spent.db")
    bench.expect(0, "retain", "spent.db", "--as-of", "2024-06-02", "--actor", "甲")
    with sqlite3.connect(bench.folder / "spent.db") as database:
        mark = database.execute('SELECT "#erased" FROM "记录_处罚" WHERE "#version" = 1').fetchone()[0]
    assert tampered(bench, twin, 'UPDATE "记录_处罚" SET 金额 = NULL, 处罚文号 = NULL, 处罚日期 = NULL, "#known_from" = 9223372036854775807, "#erased" = ? WHERE "#version" = 1', (mark,))


def test_no_rule_no_erasure(bench: Bench):
    store = bench.store("unruled.db")
    done = bench.run("retain", store, "--dry-run")
    assert done.returncode == 2 and "保存期限" in done.stderr, done


if __name__ == "__main__":
    sys.exit(main("__main__"))
