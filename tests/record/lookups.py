#!/usr/bin/env python3
"""A matter is answered by what is in effect, not by what the rules propose: query, explain, serve and eval of a store, on days and states of knowledge past. Prints `N passed, N failed`."""
import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

from common import SUBJECT, Bench, main
from measures import FINE, ROOT, by_rule, into_effect

MATTERS = """
备忘录 办事备忘录
    标题 "办事备忘录"
    牵头 主管部门
    施行 2024年1月1日
    引用 惩戒备忘录
    引用 激励备忘录

事项 资格审查
    查   重点监管、绿色通道
    禁止 当 重点监管
    提示 当 绿色通道 或 优先办理
    依据 《行政处罚法》第六十三条

事项 从优审查
    查   绿色通道
    禁止 当 非 绿色通道
    依据 《优化营商环境条例》第三十条

事项 名单审查
    禁止 当 在 重点关注名单
    依据 《行政处罚法》第六十三条
"""


def desk(bench: Bench, store="desk.db", founded="") -> str:
    """One unit with a fine, on which a sanction rests; no run yet."""
    bench.file("desk.mou", (ROOT / "tests/record/measures.mou").read_text("utf-8") + MATTERS)
    bench.expect(0, "build", "-q", "desk.mou", "-o", "desk.moup")
    bench.expect(0, "init", "-q", store, "--pack", "desk.moup")
    bench.file("units.csv", f"标识,主体类别,名称,成立日期\n{SUBJECT},单位,甲公司,{founded}\n")
    bench.expect(0, "import", store, "--as", "主体", "units.csv")
    return store


def fined(bench: Bench, store="desk.db") -> str:
    desk(bench, store, founded="2024-01-01")
    bench.file("fine.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},{FINE},2024-03-01,60000.00\n")
    bench.expect(0, "import", store, "--as", "行政处罚", "fine.csv")
    return store


def asked(bench: Bench, store: str, day: str, *words, matter="资格审查") -> dict:
    done = bench.run("query", store, SUBJECT, "--matter", matter, "--as-of", day, "--json", *words)
    answer = json.loads(done.stdout)
    assert done.returncode == (1 if answer["outcome"] == "deny" else 0), (done, answer)
    answer["told"] = done.stderr
    return answer


def served(bench: Bench, store: str, *requests) -> list:
    lines = "".join(json.dumps({"subject": SUBJECT, **request}) + "\n" for request in requests)
    done = subprocess.run([bench.mou, "serve", store, "--stdio"], cwd=bench.folder, env=bench.environment, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def state_of(bench: Bench, store: str, rule="重点监管") -> str:
    return by_rule(bench, store)[rule]["state"]


def looked_up(answer: dict, rule="重点监管") -> dict:
    (found,) = [one for one in answer["looked_up"] if one["rule"] == rule]
    return found


def test_a_proposal_binds_nobody(bench: Bench):
    """Through the whole way of one measure: the answer is a denial from its execution to its suspension, and then to its end, and at no other time."""
    store = fined(bench)

    def check(day: str, denied: bool, state, rules="deny"):
        answer = asked(bench, store, day)
        found = looked_up(answer)
        assert answer["outcome"] == ("deny" if denied else "allow") and (found["state"], found["in_effect"], found["decisive"]) == (state, denied, denied), (day, answer)
        assert (("未据以答复" in answer["told"]) == (rules == "deny" and not denied)) and "proposals" not in answer, answer
        proposed = asked(bench, store, day, "--proposals")
        assert proposed["outcome"] == rules and proposed["proposals"] is True and "state" not in looked_up(proposed), proposed
        line, = served(bench, store, {"as_of": day, "matter": "资格审查"})
        answer.pop("told")
        assert line["matter"] == answer, (line, answer)
        (decided,) = [one for one in line["decisions"] if one["rule"] == "重点监管"] or [None]
        assert decided is None or (decided["state"], decided["in_effect"]) == (state, denied), decided
        line, = served(bench, store, {"as_of": day, "matter": "资格审查", "proposals": True})
        assert line["matter"]["outcome"] == rules and line["matter"]["proposals"] is True, line
        everybody = [json.loads(line) for line in bench.expect(0, "eval", store, "--as-of", day, "--matters").splitlines()]
        assert answer in everybody, (answer, everybody)
        everybody = [json.loads(line) for line in bench.expect(0, "eval", store, "--as-of", day, "--matters", "--proposals").splitlines()]
        assert [one["outcome"] for one in everybody if one["rule"] == "资格审查"] == [rules], everybody

    check("2024-06-02", False, None)
    bench.expect(0, "run", store, "--as-of", "2024-06-02")
    check("2024-06-02", False, "proposed")
    number = by_rule(bench, store)["重点监管"]["decision"]
    bench.expect(0, "decide", "notify", store, number, "--actor", "甲", "--on", "2024-06-03")
    check("2024-06-03", False, "notified")
    bench.expect(0, "decide", "serve", store, number, "--actor", "甲", "--on", "2024-06-04")
    check("2024-06-04", False, "served")
    bench.expect(0, "decide", "confirm", store, number, "--actor", "乙", "--on", "2024-06-13")
    check("2024-06-13", False, "confirmed")
    bench.expect(0, "decide", "execute", store, number, "--actor", "丙", "--on", "2024-06-14")
    check("2024-06-14", True, "executing")
    check("2024-12-31", True, "executing")
    # On days before, and after the fine's year is over though no run has noted it.
    check("2024-06-13", False, "confirmed")
    check("2024-06-03", False, "notified")
    check("2024-06-01", False, None)
    check("2025-03-01", False, "executing", rules="allow")
    assert looked_up(asked(bench, store, "2025-03-01"))["outcome"] is None
    bench.expect(0, "object", "open", store, "行政处罚", SUBJECT, FINE, "--reason", "已缴清", "--actor", "甲", "--on", "2024-07-01")
    assert state_of(bench, store) == "held_executing"
    check("2024-07-01", False, "held_executing", rules="allow")
    check("2024-06-30", True, "executing")
    bench.expect(0, "object", "close", store, "行政处罚", SUBJECT, FINE, "--outcome", "不成立", "--reason", "核实无误", "--actor", "乙", "--on", "2024-07-08")
    check("2024-07-08", True, "executing")
    bench.expect(0, "decide", "lift", store, number, "--actor", "丙", "--reason", "已履行", "--on", "2024-08-01")
    check("2024-08-01", False, "lifted")
    check("2024-07-31", True, "executing")
    bench.expect(0, "verify", store, "--runs")


def test_what_was_known_then(bench: Bench):
    """As it was known before the officer acted, nothing was in effect, though he wrote an earlier day."""
    store = fined(bench)
    bench.expect(0, "run", store, "--as-of", "2024-06-02")
    moment = int(time.time()) + 1
    time.sleep(moment - time.time() + 0.01)
    into_effect(bench, store, by_rule(bench, store)["重点监管"]["decision"])
    assert asked(bench, store, "2024-06-14")["outcome"] == "deny"
    then = asked(bench, store, "2024-06-14", "--known-at", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment + 8 * 3600)))
    assert then["outcome"] == "allow" and looked_up(then)["state"] == "proposed", then


def test_text_says_what_did_not_count(bench: Bench):
    store = fined(bench)
    bench.expect(0, "run", store, "--as-of", "2024-06-02")
    told = bench.expect(0, "query", store, SUBJECT, "--matter", "资格审查", "--as-of", "2024-06-02")
    assert "资格审查（2024-06-02）：允许" in told and "；状态：拟，不在执行，不据以办理" in told, told
    assert told == bench.expect(0, "explain", store, SUBJECT, "资格审查", "--as-of", "2024-06-02")
    english = bench.expect(0, "query", store, SUBJECT, "--matter", "资格审查", "--as-of", "2024-06-02", "--lang", "en")
    assert "; state: proposed, not in effect, decides nothing" in english, english
    told = bench.expect(1, "query", store, SUBJECT, "--matter", "资格审查", "--as-of", "2024-06-02", "--proposals")
    assert told.startswith("按规则答复，不论措施是否在执行，不作为办理的依据：\n") and "资格审查（2024-06-02）：禁止" in told and "状态" not in told, told
    assert "：禁止" in bench.expect(0, "explain", store, SUBJECT, "资格审查", "--as-of", "2024-06-02", "--proposals")
    bench.expect(2, "eval", "--pack", "desk.moup", "--as-of", "2024-06-02", "--proposals", bench.file("world.json", '{"subjects": []}'))


def test_incentives(bench: Bench):
    """What takes effect at once is in effect from the run that finds it; its own term ends it whether a run notes that or not; what waits for an officer does not count."""
    store = desk(bench, founded="2020-01-01")
    assert asked(bench, store, "2024-06-03")["outcome"] == "allow"
    assert asked(bench, store, "2024-06-03", matter="从优审查")["outcome"] == "deny"
    bench.expect(0, "run", store, "--as-of", "2024-06-03")
    answer = asked(bench, store, "2024-06-03")
    assert answer["outcome"] == "advise" and looked_up(answer, "绿色通道")["state"] == "executing", answer
    assert looked_up(answer, "优先办理")["state"] == "proposed", answer
    assert asked(bench, store, "2024-06-03", matter="从优审查")["outcome"] == "allow"
    assert asked(bench, store, "2024-12-02")["outcome"] == "advise"
    over = asked(bench, store, "2024-12-03")
    assert over["outcome"] == "allow" and looked_up(over, "绿色通道")["state"] == "expired", over
    assert state_of(bench, store, "绿色通道") == "executing", "no run has noted it yet"


def test_lists_are_what_instruments_say(bench: Bench):
    """A list is no measure: its finding rests on instruments with a procedure of their own, and needs no officer's act here."""
    store = fined(bench)
    assert asked(bench, store, "2024-06-02", matter="名单审查")["outcome"] == "deny"
    assert asked(bench, store, "2024-06-02", matter="名单审查")["looked_up"] == []


def test_receipts_say_how_it_was_answered(bench: Bench):
    store = fined(bench)
    asked(bench, store, "2024-06-02")
    asked(bench, store, "2024-06-02", "--proposals")
    bench.expect(0, "eval", store, "--as-of", "2024-06-02", "--matters", "--proposals")
    served(bench, store, {"as_of": "2024-06-02", "matter": "资格审查"}, {"as_of": "2024-06-02", "matter": "资格审查", "proposals": True})
    with closing(sqlite3.connect(bench.folder / store)) as database:
        notes = [json.loads(body) for (body,) in database.execute("SELECT body FROM ledger WHERE kind = 'lookup' ORDER BY id")]
    assert [note.get("proposals", False) for note in notes] == [False, True, True, False, True], notes
    assert notes[0]["result"] == notes[3]["result"] or notes[3]["rules"], notes


def test_a_service_takes_the_pack_of_the_day(bench: Bench):
    """A pack that was approved and is not in force yet does not answer; one that is put in force while the service goes on does."""
    store = fined(bench)
    bench.file("later.mou", (bench.folder / "desk.mou").read_text("utf-8").replace("罚款金额 不少于 5万元", "罚款金额 不少于 8万元"))
    bench.expect(0, "build", "-q", "later.mou", "-o", "later.moup")
    service = subprocess.Popen([bench.mou, "serve", store, "--stdio"], cwd=bench.folder, env=bench.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answers(day: str) -> list:
        service.stdin.write(json.dumps({"subject": SUBJECT, "as_of": day, "matter": "资格审查", "proposals": True}) + "\n")
        service.stdin.flush()
        line = json.loads(service.stdout.readline())
        return [one["rule"] for one in line["decisions"] if one["kind"] == "sanction"] + [line["matter"]["outcome"]]

    assert answers("2024-06-02") == ["重点监管", "照常监管", "deny"] or answers("2024-06-02") == ["照常监管", "重点监管", "deny"]
    bench.expect(0, "pack", "install", store, "later.moup", "--actor", "甲", "--effective", "2024-07-01")
    bench.expect(0, "pack", "install", store, "later.moup", "--actor", "乙", "--approve")
    for _ in range(3):
        assert answers("2024-07-01") == ["allow"]
        assert answers("2024-06-30")[-1] == "deny"
    service.stdin.close()
    assert service.wait() == 0
    assert [one["rule"] for one in served(bench, store, {"as_of": "2024-06-30"})[0]["decisions"]] == ["照常监管", "重点监管"]


# ------------------------------------------------------------------ look-ups while somebody writes

def receipts(bench: Bench, store: str) -> list:
    with closing(sqlite3.connect(bench.folder / store)) as database:
        return [json.loads(body) for (body,) in database.execute("SELECT body FROM ledger WHERE kind IN ('lookup', 'unmask') ORDER BY id")]


def held(bench: Bench, store: str):
    """Another program in the middle of a transaction that writes."""
    database = sqlite3.connect(bench.folder / store, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    return closing(database)


def test_a_look_up_waits_for_no_writer(bench: Bench):
    """Were it to wait for the transaction, which lasts until it is answered, it would fail; its receipt is taken into the ledger by who commits next, once."""
    store = fined(bench)
    waiting = bench.folder / (store + "-waiting")
    with held(bench, store):
        told = bench.run("query", store, SUBJECT, "--purpose", "一")
        assert told.returncode == 0 and "写完入账时编号" in told.stderr, told
        bench.expect(0, "explain", store, SUBJECT, "--purpose", "二")
        bench.expect(0, "decide", "list", store, "--unmask", "--purpose", "三")
        assert served(bench, store, {"purpose": "四"})[0]["lookup"] is None
        assert receipts(bench, store) == [] and waiting.stat().st_mode & 0o777 == 0o600
        kept = waiting.read_bytes()
        assert "四".encode() in kept
    bench.expect(0, "run", store, "--as-of", "2024-06-02")
    assert [note["purpose"] for note in receipts(bench, store)] == ["一", "二", "三", "四"]
    assert SUBJECT.encode() not in waiting.read_bytes(), "nothing personal stays beside the store"
    # Killed between the commit and the deletion: the file is as it was before.
    waiting.write_bytes(kept)
    bench.expect(0, "query", store, SUBJECT, "--purpose", "五")
    assert [note["purpose"] for note in receipts(bench, store)] == ["一", "二", "三", "四", "五"]
    with held(bench, store):
        bench.expect(0, "query", store, SUBJECT, "--purpose", "六")
    bench.expect(0, "query", store, SUBJECT, "--purpose", "七")
    assert [note["purpose"] for note in receipts(bench, store)][5:] == ["七", "六"]
    # A new file counts anew.
    waiting.unlink()
    with held(bench, store):
        bench.expect(0, "query", store, SUBJECT, "--purpose", "八")
    bench.expect(0, "query", store, SUBJECT, "--purpose", "九")
    assert [note["purpose"] for note in receipts(bench, store)][7:] == ["九", "八"]
    bench.expect(0, "verify", store, "--runs")


def test_locks_that_nobody_gives_back(bench: Bench):
    """Who must write waits some seconds, and says then that another program uses the store; who looks up waits for what is kept beside it only, and gets no answer without a receipt."""
    store = fined(bench)
    with held(bench, store):
        bench.expect(0, "query", store, SUBJECT, "--purpose", "一")
        with held(bench, store + "-waiting"):
            waiting = [subprocess.Popen([bench.mou, *words], cwd=bench.folder, env=bench.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                       for words in (("query", store, SUBJECT, "--purpose", "二"), ("object", "open", store, "行政处罚", SUBJECT, FINE, "--reason", "已缴清", "--actor", "甲"))]
            for process in waiting:
                said, told = process.communicate(timeout=120)
                assert process.returncode == 5 and said == "" and "正被另一个程序使用，请稍后再试" in told, (said, told)
        assert verified(bench, store)["waiting"] == 1
    bench.expect(0, "query", store, SUBJECT, "--purpose", "三")
    assert sorted(note["purpose"] for note in receipts(bench, store)) == ["一", "三"]


def verified(bench: Bench, store: str, code=0) -> dict:
    return json.loads(bench.expect(code, "verify", store, "--json"))


def test_what_waits_is_told(bench: Bench):
    """By mou verify, in both languages; what was taken and not deleted does not wait; what cannot be taken any more is a problem."""
    store = fined(bench)
    waiting = bench.folder / (store + "-waiting")
    assert verified(bench, store)["waiting"] == 0 and "待入账" not in bench.expect(0, "verify", store)
    with held(bench, store):
        bench.expect(0, "query", store, SUBJECT)
        bench.expect(0, "query", store, SUBJECT)
        assert verified(bench, store)["waiting"] == 2, "also while somebody writes"
    kept = waiting.read_bytes()
    entries = verified(bench, store)["entries"]
    assert "另有 2 份查询收据在数据库旁待入账" in bench.expect(0, "verify", store)
    assert "2 receipts of look-ups wait beside the store" in bench.expect(0, "verify", store, "--lang", "en")
    assert waiting.read_bytes() == kept and verified(bench, store)["entries"] == entries, "looked at, not touched"
    bench.expect(0, "query", store, SUBJECT)
    waiting.write_bytes(kept)
    told = verified(bench, store)
    assert told["waiting"] == 0 and told["entries"] == entries + 3, told
    whole = waiting.read_bytes()
    for damaged in (b"x" * 20000, whole[:4096] + b"\xff" * 4096 + whole[8192:], whole[:5000]):
        waiting.write_bytes(damaged)
        (problem,) = verified(bench, store, code=1)["problems"]
        assert "待入账" in problem and "损坏" in problem, problem
    assert "damaged" in bench.expect(1, "verify", store, "--lang", "en")
    other = fined(bench, "other.db")
    (bench.folder / (other + "-waiting")).write_bytes(whole)
    (problem,) = verified(bench, other, code=1)["problems"]
    assert "别的数据库" in problem, problem
    (bench.folder / (other + "-waiting")).write_bytes(b"")
    assert verified(bench, other)["waiting"] == 0


def test_copies_have_what_waits(bench: Bench):
    """Beside the copy, as it was beside the store; each copy takes it once, whether the ledger had taken it meanwhile or not."""
    store = fined(bench)
    bench.expect(0, "backup", store, "before.db")
    assert not (bench.folder / "before.db-waiting").exists()
    with held(bench, store):
        bench.expect(0, "query", store, SUBJECT, "--purpose", "一")
        bench.expect(0, "query", store, SUBJECT, "--purpose", "二")
        assert "待入账，在 copy.db-waiting" in bench.expect(0, "backup", store, "copy.db")
        assert json.loads(bench.expect(0, "backup", store, "again.db", "--json"))["waiting"] == 2
    assert (bench.folder / "copy.db-waiting").stat().st_mode & 0o777 == 0o600 and not list(bench.folder.glob("*.tmp*"))
    bench.expect(0, "restore", "copy.db", "back.db")
    for name in ("copy.db", "back.db"):
        assert verified(bench, name)["waiting"] == 2
    bench.expect(0, "query", "back.db", SUBJECT, "--purpose", "三")
    assert [note["purpose"] for note in receipts(bench, "back.db")] == ["三", "一", "二"] or [note["purpose"] for note in receipts(bench, "back.db")] == ["一", "二", "三"]
    assert verified(bench, "back.db")["waiting"] == 0 and verified(bench, "copy.db")["waiting"] == 2
    # A copy whose ledger has them already does not take them from beside it.
    kept = (bench.folder / (store + "-waiting")).read_bytes()
    bench.expect(0, "query", store, SUBJECT, "--purpose", "四")
    (bench.folder / (store + "-waiting")).write_bytes(kept)
    bench.expect(0, "backup", store, "later.db")
    assert not (bench.folder / "later.db-waiting").exists() and len(receipts(bench, "later.db")) == 3
    # What lies there is not replaced, and what cannot be read is not left out in silence.
    (bench.folder / "taken.db-waiting").write_bytes(kept)
    assert "taken.db-waiting" in bench.run("restore", "copy.db", "taken.db").stderr
    assert not (bench.folder / "taken.db").exists() and (bench.folder / "taken.db-waiting").read_bytes() == kept
    (bench.folder / (store + "-waiting")).write_bytes(b"x" * 20000)
    assert "损坏" in bench.run("backup", store, "none.db").stderr
    assert not list(bench.folder.glob("none.db*"))


def test_receipts_of_another_store_are_not_taken(bench: Bench):
    store = fined(bench)
    other = fined(bench, "other.db")
    with held(bench, store):
        bench.expect(0, "query", store, SUBJECT)
    (bench.folder / (other + "-waiting")).write_bytes((bench.folder / (store + "-waiting")).read_bytes())
    bench.expect(0, "run", other, "--as-of", "2024-06-02")
    assert receipts(bench, other) == []
    with held(bench, other):
        assert "别的数据库" in bench.run("query", other, SUBJECT).stderr
    # A file that somebody made and did not get to write holds nothing; one that is damaged is told, and nothing is lost by it.
    (bench.folder / (other + "-waiting")).write_bytes(b"")
    bench.expect(0, "query", other, SUBJECT)
    damaged = bench.folder / (store + "-waiting")
    damaged.write_bytes(b"x" * 20000)
    for words in (("query", store, SUBJECT), ("run", store, "--as-of", "2024-06-02")):
        told = bench.run(*words)
        assert told.returncode == 5 and told.stdout == "" and f"{damaged} 已损坏" in told.stderr and "移到别处" in told.stderr, told
        assert f"{damaged}, are damaged" in bench.run(*words, "--lang", "en").stderr
    (problem,) = verified(bench, store, code=1)["problems"]
    assert f"{damaged} 已损坏" in problem and "移到别处" in problem, problem
    damaged.rename(bench.folder / "kept.db-waiting")  # which is the way out
    bench.expect(0, "query", store, SUBJECT)
    bench.expect(0, "run", store, "--as-of", "2024-06-02")
    assert verified(bench, store)["waiting"] == 0


if __name__ == "__main__":
    sys.exit(main(__name__))
