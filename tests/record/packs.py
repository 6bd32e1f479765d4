#!/usr/bin/env python3
"""Packs in force by two persons, what they would change, withdrawals, and states of knowledge. Prints `N passed, N failed`."""
import contextlib
import csv
import hashlib
import io
import json
import re
import shutil
import sqlite3
import sys

from common import OTHER, SUBJECT, Bench, main


def other_pack(bench: Bench) -> str:
    """The small rules with a lower threshold."""
    bench.expect(0, "build", "-q", bench.small(), "-o", "small.moup")
    shutil.copytree(bench.small(), bench.folder / "rules", dirs_exist_ok=True)
    path = bench.folder / "rules/备忘录.mou"
    path.write_text(path.read_text("utf-8").replace("5万元 自", "4万元 自"), "utf-8")
    bench.expect(0, "build", "-q", "rules", "-o", "other.moup")
    return "other.moup"


def listed(bench: Bench, store) -> list:
    return [json.loads(line) for line in bench.expect(0, "pack", "list", store, "--json").splitlines()]


def test_two_persons(bench: Bench):
    other = other_pack(bench)
    store = bench.store("two.db")
    assert [entry["act"] for entry in listed(bench, store)] == ["found"]
    bench.expect(6, "run", store, "--pack", other, "--as-of", "2025-06-02")
    bench.expect(6, "init", store, "--pack", other)
    bench.expect(0, "run", store, "--pack", other, "--as-of", "2025-06-02", "--summary")
    bench.expect(2, "pack", "install", store, other)
    bench.expect(2, "pack", "install", store, other, "--approve", "--actor", "乙")
    bench.expect(0, "pack", "install", store, other, "--actor", "甲", "--effective", "2025-08-01")
    bench.expect(0, "pack", "install", store, other, "--actor", "甲", "--effective", "2025-08-01")  # the same again changes nothing
    bench.expect(2, "pack", "install", store, other, "--actor", "丙", "--effective", "2025-08-01")  # and nobody else says it, but approves
    bench.expect(0, "pack", "install", store, other, "--actor", "丙", "--effective", "2025-07-15")
    bench.expect(0, "pack", "install", store, other, "--actor", "甲", "--effective", "2025-08-01")  # which supersedes it
    bench.expect(6, "pack", "install", store, other, "--actor", "甲", "--approve")
    bench.expect(2, "pack", "install", store, other, "--actor", "乙", "--approve", "--effective", "2025-09-01")
    bench.expect(6, "run", store, "--pack", other, "--as-of", "2025-08-02")  # proposed is not approved
    bench.expect(0, "pack", "install", store, other, "--actor", "乙", "--approve")
    bench.expect(2, "pack", "install", store, other, "--actor", "丙", "--approve")  # there is nothing left to approve
    digest = listed(bench, store)[-1]["pack"]
    bench.expect(6, "run", store, "--pack", other, "--as-of", "2025-07-31")
    bench.expect(0, "run", store, "--pack", other, "--as-of", "2025-08-01")
    bench.expect(2, "pack", "retire", store, "0" * 64, "--actor", "甲")
    bench.expect(0, "pack", "retire", store, digest, "--actor", "乙", "--effective", "2025-10-01")
    bench.expect(6, "pack", "retire", store, digest, "--actor", "乙", "--approve")
    bench.expect(0, "pack", "retire", store, digest, "--actor", "甲", "--approve")
    bench.expect(0, "run", store, "--pack", "small.moup", "--as-of", "2025-10-01")
    bench.expect(2, "pack", "change", store)
    assert [entry["act"] for entry in listed(bench, store)] == ["found", "propose", "propose", "propose", "approve", "propose_retirement", "approve_retirement"]
    bench.expect(0, "verify", store, "--runs")


def test_the_database_demands_it(bench: Bench):
    other = other_pack(bench)
    store = bench.store("demands.db")
    bench.expect(0, "pack", "install", store, other, "--actor", "甲", "--effective", "2025-08-01")
    attempts = [
        "INSERT INTO pack_act(pack, act, actor, at, effective, proposal) VALUES(2, 'approve', '甲', 1, 45868, 2)",  # the same person
        "INSERT INTO pack_act(pack, act, actor, at, effective, proposal) VALUES(2, 'approve', '', 1, 45868, 2)",  # nobody
        "INSERT INTO pack_act(pack, act, actor, at, effective, proposal) VALUES(2, 'approve', '乙', 1, 1, 2)",  # another date
        "INSERT INTO pack_act(pack, act, actor, at, effective, proposal) VALUES(1, 'approve', '乙', 1, 45868, 2)",  # another pack
        "INSERT INTO pack_act(pack, act, actor, at, effective, proposal) VALUES(2, 'approve_retirement', '乙', 1, 45868, 2)",
        "INSERT INTO pack_act(pack, act, actor, at, effective) VALUES(2, 'approve', '乙', 1, 45868)",  # no proposal
        "INSERT INTO pack_act(pack, act, actor, at, effective) VALUES(2, 'found', '', 1, 0)",  # a second founding
        "INSERT INTO run(as_of, known_at, started_at, pack) VALUES(45900, 1, 1, 2)",  # a run by what is not approved
        "UPDATE pack_act SET actor = '乙' WHERE id = 2",
        "DELETE FROM pack_act",
    ]
    with sqlite3.connect(store) as database:
        (effective,) = database.execute("SELECT effective FROM pack_act WHERE id = 2").fetchone()
        for sql in attempts:
            try:
                database.execute(sql.replace("45868", str(effective)))
            except sqlite3.IntegrityError:
                continue
            raise AssertionError(sql)


def test_plan(bench: Bench):
    other = other_pack(bench)
    store = bench.store("plan.db")
    before = store.read_bytes()
    said = json.loads(bench.expect(0, "plan", store, "current", other, "--as-of", "2024-07-01", "--json"))
    assert [(entry["gained"], entry["lost"], entry["altered"], entry["other"]) for entry in said["totals"]] == [(1, 0, 1, 0)], said
    assert sorted((change["subject"], change["change"], change["after"]) for change in said["changes"]) == [(SUBJECT, "altered", "in_force"), (OTHER, "gained", "in_force")]
    assert said["changes"][0]["basis"] == ["《行政处罚法》第六十三条"]
    back = json.loads(bench.expect(0, "plan", store, other, "现行", "--as-of", "2024-07-01", "--json"))
    assert [(entry["gained"], entry["lost"]) for entry in back["totals"]] == [(0, 1)]
    assert json.loads(bench.expect(0, "plan", store, "small.moup", "现行", "--json"))["changes"] == []
    rows = list(csv.DictReader(io.StringIO(bench.expect(0, "plan", store, "现行", other, "--as-of", "2024-07-01", "--csv"))))
    assert {row["主体"]: row["变化"] for row in rows} == {SUBJECT: "变更", OTHER: "增加"}
    text = bench.expect(0, "plan", store, "现行", other, "--as-of", "2024-07-01")
    assert text.splitlines()[0] == "原 1 项决定，新 2 项；增加 1，失去 0，变更 1，其他 0"
    # What is in force the day after the other pack is, is what the plan said.
    assert store.read_bytes() == before
    bench.expect(0, "pack", "install", store, other, "--actor", "甲", "--effective", "2024-07-01")
    bench.expect(0, "pack", "install", store, other, "--actor", "乙", "--approve")
    bench.expect(0, "run", store, "--as-of", "2024-07-01", "--out", "lines")
    lines = [json.loads(line) for line in (bench.folder / "lines").read_text("utf-8").splitlines()]
    assert {line["subject"] for line in lines if line["outcome"] == "in_force"} == {SUBJECT, OTHER}


def test_plan_with_a_wider_vocabulary(bench: Bench):
    """The new pack may know fields and records that the store does not have yet."""
    other = other_pack(bench)
    store = bench.store("wider.db")
    words = bench.folder / "rules/词表.mou"
    words.write_text(words.read_text("utf-8").replace("    罚款金额：   金额\n", "    罚款金额：   金额\n    没收金额：   金额\n")
                     .replace("名单类别", '记录 吊销决定 "吊销决定"\n    来源 主管部门\n    文书 吊销文号 作出 吊销日期\n    吊销文号： 文本 必填 主键\n    吊销日期： 日期 必填\n\n名单类别'), "utf-8")
    rules = bench.folder / "rules/备忘录.mou"
    rules.write_text(rules.read_text("utf-8").replace("当   罚款金额 不少于 罚款门槛", "当   罚款金额 不少于 罚款门槛 或 没收金额 大于 1元 或 任一 吊销决定")
                     .replace('于   2025年3月1日\n    应无 重点监管', ""), "utf-8")
    bench.expect(0, "build", "-q", "rules", "-o", other)
    bench.expect(0, "plan", store, "现行", other, "--as-of", "2024-07-01")
    bench.expect(0, "pack", "install", store, other, "--actor", "甲", "--effective", "2025-08-01")
    bench.expect(0, "pack", "install", store, other, "--actor", "乙", "--approve")
    bench.file("more.csv", f"主体,决定书文号,决定日期,罚款金额,没收金额\n{OTHER},揭市监罚〔2025〕9号,2025-07-01,1.00,5.00\n")
    bench.expect(0, "import", store, "more.csv", "--as", "行政处罚")
    said = json.loads(bench.expect(0, "run", store, "--as-of", "2025-08-01", "--json"))
    assert said["decisions"] == 1, said
    bench.expect(0, "verify", store, "--runs")


def spelt(bench: Bench, name: str, old: str, new: str) -> str:
    """A pack of the small rules with another vocabulary."""
    folder = bench.folder / name
    shutil.copytree(bench.small(), folder)
    words = folder / "词表.mou"
    words.write_text(words.read_text("utf-8").replace(old, new), "utf-8")
    rules = folder / "备忘录.mou"
    others = "".join(f"；{kind}：无" for kind in re.findall(r"主体类别 (\S+)", new))
    rules.write_text(rules.read_text("utf-8").replace("单位：本单位", "单位：本单位" + others), "utf-8")
    bench.expect(0, "build", "-q", name, "-o", f"{name}.moup")
    return f"{name}.moup"


FIELD = "    罚款金额：   金额\n"
KIND = "名单类别"
RECORD = '记录 {} "另一种"\n    文书 号 作出 日\n    号： 文本 必填 主键\n    日： 日期 必填\n\n名单类别'


def contents(store) -> list:
    with contextlib.closing(sqlite3.connect(store)) as database:
        return list(database.iterdump())


SPELLINGS = [(KIND, RECORD.format("Gsp检查"), RECORD.format("GSP检查"), ("“Gsp检查”", "“GSP检查”")),
             (FIELD, FIELD + "    a级： 整数\n", FIELD + "    A级： 整数\n", ("“a级”", "“A级”")),
             (KIND, "主体类别 Firm 标识 登记号\n名单类别", "主体类别 FIRM 标识 登记号\n名单类别", ("“Firm”", "“FIRM”"))]


def spelt_otherwise(bench: Bench, store, said, *words):
    """Refused, in both languages, and nothing is left of it."""
    before = contents(store)
    refused = bench.run("pack", "install", store, *words)
    assert refused.returncode == 4 and all(name in refused.stderr for name in said) and "大小写" in refused.stderr, refused
    english = bench.run("pack", "install", store, *words, "--lang", "en")
    assert english.returncode == 4 and "upper and lower case" in english.stderr, english
    assert contents(store) == before


def test_a_store_is_spelt_one_way(bench: Bench):
    """A pack whose names differ from the store's in case only is neither proposed nor put in force: its tables would be those of the other."""
    for number, (old, first, second, said) in enumerate(SPELLINGS):
        first, second = spelt(bench, f"first{number}", old, first), spelt(bench, f"second{number}", old, second)
        store = bench.folder / f"spelt{number}.db"
        bench.expect(0, "init", "-q", store, "--pack", first)
        spelt_otherwise(bench, store, said, second, "--actor", "甲", "--effective", "2025-08-01")
        # Both may be proposed while the store has neither; the one that is approved first says how it is spelt.
        store = bench.store(f"neither{number}.db")
        for pack in (first, second):
            bench.expect(0, "pack", "install", store, pack, "--actor", "甲", "--effective", "2025-08-01")
        bench.expect(0, "pack", "install", store, first, "--actor", "乙", "--approve")
        spelt_otherwise(bench, store, said, second, "--actor", "乙", "--approve")
        assert [entry["act"] for entry in listed(bench, store)] == ["found", "propose", "propose", "approve"]
        bench.expect(0, "verify", store)


def altered(bench: Bench, pack: str, old: str, new: str) -> str:
    """The pack with another name in it, sealed again: the compiler would not have made it."""
    data = (bench.folder / pack).read_bytes()
    assert len(old.encode()) == len(new.encode()) and old.encode() in data
    data = bytearray(data.replace(old.encode(), new.encode()))
    data[24:56] = bytes(32)
    data[24:56] = hashlib.sha256(data).digest()
    (bench.folder / f"{new}.moup").write_bytes(data)
    return f"{new}.moup"


def test_a_pack_with_names_that_sqlite_takes_for_one(bench: Bench):
    """No rules make such a pack; somebody may."""
    fields = spelt(bench, "fields", FIELD, FIELD + "    Level1： 整数\n    Level2： 整数\n")
    records = spelt(bench, "records", KIND, RECORD.format("Visit1").replace(KIND, "") + RECORD.format("Visit2"))
    kinds = spelt(bench, "kinds", KIND, "主体类别 Firm1 标识 登记号\n主体类别 Firm2 标识 登记号\n名单类别")
    for pack, old, new in [(fields, "Level2", "level1"), (fields, "Level2", "Level1"), (fields, "Level2", "#known"), (records, "Visit2", "vISIT1"),
                           (records, "Visit2", "Visit1"), (kinds, "Firm2", "fIRM1"), (kinds, "Firm2", "Firm1")]:
        hostile = altered(bench, pack, old, new)
        refused = bench.run("init", f"{new}.db", "--pack", hostile)
        assert refused.returncode == 3 and ("以“#”开头" if new[0] == "#" else f"“{new}”") in refused.stderr, refused
        bench.expect(0, "init", f"{new}.db", "--pack", pack)  # nothing came of the other one
        # A store that is there does not take it, either.
        store = bench.folder / f"{new}.kept.db"
        bench.expect(0, "init", "-q", store, "--pack", pack)
        before = contents(store)
        bench.expect(3, "pack", "install", store, hostile, "--actor", "甲", "--effective", "2025-08-01")
        assert contents(store) == before


def test_fields_called_as_row_numbers_are(bench: Bench):
    """SQLite's own names for the number of a row are names like others."""
    pack = spelt(bench, "numbers", FIELD, FIELD + "    rowid： 整数\n    oid： 整数\n    _rowid_： 整数\n")
    store = bench.folder / "numbers.db"
    bench.expect(0, "init", "-q", store, "--pack", pack)
    bench.expect(0, "import", store, "--as", "主体", bench.small() / "units.csv")
    for amount in ("70000.00", "60000.00"):  # the second file corrects the first
        bench.file(f"{amount}.csv", "主体,决定书文号,决定日期,罚款金额,rowid,oid,_rowid_\n" +
                   f"{SUBJECT},文〔2024〕1号,2024-03-01,{amount},9,8,7\n{SUBJECT},文〔2024〕2号,2024-04-01,{amount},2,2,2\n{OTHER},文〔2024〕3号,2024-04-01,1.00,1,1,1\n")
        bench.expect(0, "import", store, "--as", "行政处罚", f"{amount}.csv")
    said = json.loads(bench.expect(0, "run", store, "--as-of", "2024-06-01", "--json"))
    assert said["decisions"] == 1, said
    bench.expect(0, "snapshot", store)
    bench.expect(0, "withdraw", store, "行政处罚", SUBJECT, "文〔2024〕1号", "--reason", "决定被撤销", "--source", "市场监管局")
    bench.expect(0, "run", store, "--as-of", "2024-06-02")
    bench.expect(0, "verify", store, "--runs")
    with contextlib.closing(sqlite3.connect(store)) as database:
        rows = database.execute('SELECT "rowid", "oid", "_rowid_" FROM "记录_行政处罚" WHERE "#known_until" IS NULL ORDER BY "#version"').fetchall()
        assert rows == [(1, 1, 1), (2, 2, 2)], rows


def test_withdrawal(bench: Bench):
    store = bench.store("withdrawn.db")
    bench.expect(0, "run", store, "--as-of", "2024-07-02")
    words = ("withdraw", store, "行政处罚", SUBJECT, "揭市监罚〔2024〕2号")
    bench.expect(2, *words)
    bench.expect(0, *words, "--reason", "决定被撤销", "--source", "市场监管局")
    bench.expect(4, *words, "--reason", "决定被撤销")
    bench.expect(4, "withdraw", store, "没有", SUBJECT, "x", "--reason", "y")
    bench.expect(4, "withdraw", store, "行政处罚", "没有", "x", "--reason", "y")
    said = json.loads(bench.expect(0, "run", store, "--as-of", "2024-07-02", "--json"))
    assert (said["closed"], said["evaluated"], said["incremental"]) == (1, 1, True), said
    with sqlite3.connect(store) as database:
        row = database.execute('SELECT "#known_until" IS NOT NULL, "#ended_by" FROM "记录_行政处罚" WHERE "#version" = 5').fetchone()
        assert row == (1, 5), row
        assert database.execute("SELECT target, file_name, source FROM import WHERE id = 5").fetchone() == ("撤回", "决定被撤销", "市场监管局")
    bench.file("all.csv", f"主体,记录,键\n{SUBJECT},行政处罚,揭市监罚〔2024〕1号\n{SUBJECT},行政处罚,没有\n")
    said = json.loads(bench.expect(0, "import", store, "all.csv", "--as", "撤回", "--json"))
    assert (said["corrected"], said["quarantined"]) == (1, 1), said
    bench.expect(0, "verify", store, "--runs")


def test_knowledge_is_closed_behind_runs(bench: Bench):
    store = bench.store("knowledge.db")
    with sqlite3.connect(store) as database:
        (known,) = database.execute("SELECT max(known_at) FROM run").fetchone()
    bench.file("late.csv", f"主体,决定书文号,决定日期,罚款金额\n{OTHER},揭市监罚〔2024〕7号,2024-05-01,90000.00\n")
    refused = bench.run("import", store, "late.csv", "--as", "行政处罚", "--known-at", "2024-05-02")
    assert refused.returncode == 4 and "历史不再改动" in refused.stderr, refused
    bench.expect(4, "import", store, "late.csv", "--as", "行政处罚", "--known-at", "2199-01-01")
    before = bench.expect(0, "query", store, OTHER, "--as-of", "2024-06-01", "--json")
    bench.expect(0, "import", store, "late.csv", "--as", "行政处罚")
    after = bench.expect(0, "query", store, OTHER, "--as-of", "2024-06-01", "--json")
    assert before == "" and json.loads(after)["outcome"] == "in_force"
    # A run of the past state of knowledge, stored, and then one of today's.
    seconds = known // 1000
    import time
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds + 8 * 3600 + 1))
    first = json.loads(bench.expect(0, "run", store, "--as-of", "2024-06-01", "--known-at", moment, "--json"))
    second = json.loads(bench.expect(0, "run", store, "--as-of", "2024-06-01", "--json"))
    assert not first["incremental"] and first["decisions"] <= second["decisions"] == 2
    bench.expect(0, "verify", store, "--runs")


if __name__ == "__main__":
    sys.exit(main("__main__"))
