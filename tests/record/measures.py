#!/usr/bin/env python3
"""The states of a measure: the whole table against the database's own triggers, whole ways through it by commands, reviewed lists, runs that move measures. Prints `N passed, N failed`.

measures.py --mou MOU --root ROOT [--histories N --seed N]        the tests, or a campaign of random histories
measures.py --page        prints the part of docs/store.md that is made from measure_states.def
"""
import csv
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from common import SUBJECT, Bench, main
from ledger import another, tampered

ROOT = Path(__file__).resolve().parents[2]
CELL = re.compile(r'"((?:[^"\\]|\\.)*)"|([A-Z_0-9]+)')


class Table:
    """measure_states.def, read by code of its own."""

    def __init__(self):
        text = (ROOT / "include/mou/measure_states.def").read_text("utf-8")
        rows = {kind: [[a or b for a, b in CELL.findall(line[line.index("("):])] for line in text.splitlines() if line.startswith(f"MOU_MEASURE_{kind}(")]
                for kind in ("STATE", "EVENT", "TRANSITION")}
        self.states = {row[0]: row for row in rows["STATE"]}
        self.events = {row[0]: row for row in rows["EVENT"]}
        word = lambda table, name: "" if name == "NONE" else table[name][1]
        self.transitions = {(word(self.states, a), word(self.events, e), word(self.states, b), kind)
                            for a, e, b, sanction, incentive in rows["TRANSITION"] for kind, fits in (("sanction", sanction), ("incentive", incentive)) if fits == "1"}
        flag = lambda place: {row[1] for row in rows["STATE"] if row[place] == "1"}
        self.effect, self.held, self.final = flag(4), flag(5), flag(6)
        self.words = [row[1] for row in rows["STATE"]]
        self.event_words = [row[1] for row in rows["EVENT"]]
        self.officer = {row[1] for row in rows["EVENT"] if row[4] == "1"}


def page(table: Table) -> str:
    zh = {row[1]: row[2] for row in table.states.values()} | {"": "（新认定）"}
    lines = ["| 状态 | state | 生效 | 暂停 | 终结 | 下一步的期限（参数；没有参数时的工作日） |", "| --- | --- | --- | --- | --- | --- |"]
    for row in table.states.values():
        mark = lambda place: "是" if row[place] == "1" else ""
        lines.append(f"| {row[2]} | `{row[1]}` | {mark(4)} | {mark(5)} | {mark(6)} | {row[7] + '；' + row[8] if len(row) > 8 and row[7] else ''} |")
    lines += ["", "| 自 | 事件 | event | 到 | 惩戒 | 激励 |", "| --- | --- | --- | --- | --- | --- |"]
    names = {row[1]: row[2] for row in table.events.values()}
    seen = []
    for a, e, b, _ in sorted(table.transitions, key=lambda t: (([""] + table.words).index(t[0]), table.event_words.index(t[1]), t[2])):
        if (a, e, b) not in seen:
            seen.append((a, e, b))
            mark = lambda kind: "是" if (a, e, b, kind) in table.transitions else ""
            lines.append(f"| {zh[a]} | {names[e]} | `{e}` | {zh[b]} | {mark('sanction')} | {mark('incentive')} |")
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------------ the table by itself

def reached(transitions, start: str, without=()) -> set:
    found, new = set(), {start}
    while new:
        found |= new
        new = {b for a, e, b, _ in transitions if a in new and e not in without} - found
    return found


def test_nothing_is_in_effect_without_notice_hearing_and_confirmation(bench: Bench):
    table = Table()
    sanctions = {t for t in table.transitions if t[3] == "sanction"}
    incentives = {t for t in table.transitions if t[3] == "incentive"}
    assert reached(sanctions, "") & table.effect
    for step in ("notify", "serve", "confirm"):
        assert not reached(sanctions, "", {step}) & table.effect, step
        back = {a for a, e, b, _ in sanctions if e == step}
        assert back, step
    # In that order: after confirmation nobody needs notice, before notice nobody can confirm.
    assert "confirm" not in {e for a, e, b, _ in sanctions if a in reached(sanctions, "", {"serve"})}
    assert "serve" not in {e for a, e, b, _ in sanctions if a in reached(sanctions, "", {"notify"})}
    assert not reached(incentives, "", {"confirm", "granted"}) & table.effect


def test_every_measure_can_end_and_every_objection_suspends(bench: Bench):
    table = Table()
    for kind in ("sanction", "incentive"):
        transitions = {t for t in table.transitions if t[3] == kind}
        there = reached(transitions, "") - {""}
        for state in there:
            events = {e for a, e, b, _ in transitions if a == state}
            assert bool(events) != (state in table.final), (kind, state)
            if state not in table.final:
                assert reached(transitions, state) & table.final, (kind, state)
                assert {"gone", "over"} <= events, (kind, state)
                assert [b for a, e, b, _ in transitions if a == state and e == "gone"][0] in table.final
            if kind == "sanction" and state not in table.final | table.held:
                (to,) = [b for a, e, b, _ in transitions if a == state and e == "contested"]
                assert to in table.held and to not in table.effect, state
            if state in table.held:
                (to,) = {b for a, e, b, _ in transitions if a == state and e in ("found", "granted")}
                assert to == state.replace("held_", ""), state  # taken up again where it was
                assert not events & {"notify", "serve", "confirm", "execute"}, state
    assert not table.effect & (table.held | table.final)
    # One event leads to one state.
    assert len({t[:2] + t[3:] for t in table.transitions}) == len(table.transitions)


# ------------------------------------------------------------------ the table in the database

class Prober:
    """Steps put into the database by hand: only its own triggers judge."""

    def __init__(self, path: Path):
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA foreign_keys = ON")
        self.database.execute("BEGIN")
        self.acts = 0

    def decision(self, kind: str) -> int:
        self.database.execute("INSERT INTO decision(subject, rule_key, memorandum, rule, kind, item, opened_run) VALUES(1, ?, 'a', 'b', ?, 'M1', 1)", (f"a.{self.acts}{kind}", kind))
        return self.database.execute("SELECT last_insert_rowid()").fetchone()[0]

    def act(self, actor: str, day: int, reason="理由") -> int:
        self.acts += 1
        run = None if actor else 1
        if run is not None:
            found = self.database.execute("SELECT id FROM act WHERE run = 1").fetchone()
            return found[0]
        self.database.execute("INSERT INTO act(word, actor, department, at, day, reason, salt) VALUES('x', ?, '', 0, ?, ?, x'00')", (actor, day, reason))
        return self.database.execute("SELECT last_insert_rowid()").fetchone()[0]

    def step(self, decision: int, event: str, state: str, day: int, actor: str, due=None, previous=False, reason="理由") -> bool:
        if previous is False:
            (previous,) = self.database.execute("SELECT max(id) FROM decision_step WHERE decision = ?", (decision,)).fetchone()
        try:
            self.database.execute("INSERT INTO decision_step(decision, previous, event, state, day, due, note, act) VALUES(?, ?, ?, ?, ?, ?, '', ?)",
                                  (decision, previous, event, state, day, due, self.act(actor, day, reason)))
            return True
        except sqlite3.IntegrityError:
            return False

    def away(self):
        self.database.execute("ROLLBACK")
        self.database.close()


def who(table: Table, event: str) -> str:
    return {"notify": "甲", "confirm": "乙"}.get(event, "丙") if event in table.officer else ""


def test_states_times_events_in_the_database(bench: Bench):
    """For every state that a measure of each kind can be in: every event to every state is tried, and what the triggers take is the table, no more and no less."""
    table = Table()
    prober = Prober(bench.store("all.db"))
    assert {tuple(row) for row in prober.database.execute("SELECT * FROM measure_transition")} == table.transitions
    tried = 0
    for kind in ("sanction", "incentive"):
        ways = {"": []}  # a shortest way to every state
        queue = [""]
        while queue:
            state = queue.pop(0)
            for a, e, b, _ in sorted(t for t in table.transitions if t[0] == state and t[3] == kind):
                if b not in ways:
                    ways[b] = ways[state] + [(e, b)]
                    queue.append(b)
        for state, way in ways.items():
            decision = prober.decision(kind)
            for day, (event, to) in enumerate(way):
                assert prober.step(decision, event, to, 50000 + day, who(table, event), 50000 + day), (kind, state, event)
            for event in table.event_words:
                for to in table.words:
                    prober.database.execute("SAVEPOINT one")
                    taken = prober.step(decision, event, to, 50100, who(table, event), 50100)
                    prober.database.execute("ROLLBACK TO one")
                    assert taken == ((state, event, to, kind) in table.transitions), (kind, state, event, to, taken)
                    tried += 1
    prober.away()
    assert tried > 5000, tried


def test_all_ways_to_a_depth(bench: Bench):
    """All ways of up to nine steps through the database itself: whatever is in effect was notified, served, heard out and confirmed by another person, and is not contested."""
    table = Table()
    prober = Prober(bench.store("ways.db"))
    follows = {}
    for a, e, b, kind in sorted(table.transitions):
        follows.setdefault((kind, a), []).append((e, b))
    seen = {"ways": 0, "effect": 0}

    def walk(kind: str, decision: int, state: str, events: list, open_objection: bool):
        seen["ways"] += 1
        if state in table.effect:
            seen["effect"] += 1
            assert not open_objection, events
            if kind == "sanction":
                places = [events.index(step) for step in ("notify", "serve", "confirm", "execute")]
                assert places == sorted(places), events
            else:
                assert "confirm" in events or "granted" in events, events
        if len(events) == 9:
            return
        for event, to in follows.get((kind, state), []):
            prober.database.execute("SAVEPOINT one")
            day = 50000 + 10 * len(events)
            assert prober.step(decision, event, to, day, who(table, event), day + 5), (events, event)
            walk(kind, decision, to, events + [event], event == "contested" or (open_objection and event not in ("found", "granted", "doubted")))
            prober.database.execute("ROLLBACK TO one")
            prober.database.execute("RELEASE one")

    for kind in ("sanction", "incentive"):
        walk(kind, prober.decision(kind), "", [], False)
    prober.away()
    assert seen["ways"] > 5000 and seen["effect"] > 50, seen


def test_what_the_triggers_demand(bench: Bench):
    prober = Prober(bench.store("demands.db"))
    one = prober.decision("sanction")
    assert prober.step(one, "found", "proposed", 50000, "")
    assert not prober.step(one, "notify", "notified", 50001, ""), "nobody's act"
    assert not prober.step(one, "notify", "notified", 49999, "甲"), "before the step that it follows"
    assert prober.step(one, "notify", "notified", 50001, "甲")
    assert not prober.step(one, "serve", "served", 50002, "甲", 50009, previous=1), "behind another step"
    assert not prober.step(one, "found", "proposed", 50002, "", previous=None), "begun anew"
    assert prober.step(one, "serve", "served", 50002, "甲", None)
    assert not prober.step(one, "confirm", "confirmed", 50020, "乙"), "a period that nobody knows the end of"
    assert prober.step(one, "serve", "served", 50002, "甲", 50009)
    assert not prober.step(one, "confirm", "confirmed", 50009, "乙"), "on the last day"
    assert not prober.step(one, "confirm", "confirmed", 50010, "甲"), "by the same person"
    assert not prober.step(one, "reject", "rejected", 50010, "乙", reason=""), "without a reason"
    assert prober.step(one, "confirm", "confirmed", 50010, "乙")
    for sql in ("UPDATE decision_step SET state = 'executing'", "DELETE FROM decision_step", "UPDATE act SET actor = '丁'", "DELETE FROM act"):
        try:
            prober.database.execute(sql)
        except sqlite3.IntegrityError:
            continue
        raise AssertionError(sql)
    prober.away()


# ------------------------------------------------------------------ commands

def measures(bench: Bench, store: str, *words) -> list:
    return [json.loads(line) for line in bench.expect(0, "decide", "list", store, "--json", *words).splitlines()]


def state_of(bench: Bench, store: str, number=1) -> str:
    (line,) = [one for one in measures(bench, store, "--all") if one["decision"] == number]
    return line["state"]


def fresh(bench: Bench, name="one.db") -> str:
    if not (bench.folder / "small.moup").exists():
        bench.expect(0, "build", "-q", bench.small(), "-o", "small.moup")
    bench.expect(0, "init", "-q", name, "--pack", "small.moup")
    bench.expect(0, "import", name, "--as", "主体", bench.small() / "units.csv")
    bench.file("fine.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},揭市监罚〔2024〕1号,2024-03-01,50000.00\n")
    bench.expect(0, "import", name, "--as", "行政处罚", "fine.csv", "--source", "市场监管局")
    bench.expect(0, "run", name, "--as-of", "2024-06-01")
    return name


def into_effect(bench: Bench, store: str, number=1):
    bench.expect(0, "decide", "notify", store, number, "--actor", "甲", "--on", "2024-06-03", "--note", "揭信告〔2024〕1号")
    bench.expect(0, "decide", "serve", store, number, "--actor", "甲", "--on", "2024-06-04", "--note", "直接送达")
    bench.expect(0, "decide", "confirm", store, number, "--actor", "乙", "--on", "2024-06-13")
    bench.expect(0, "decide", "execute", store, number, "--actor", "丙", "--on", "2024-06-14")


def test_a_whole_way(bench: Bench):
    store = fresh(bench)
    (line,) = measures(bench, store)
    assert (line["state"], line["day"], line["due"]) == ("proposed", "2024-06-01", "2024-06-17"), line  # ten working days, Dragon Boat Festival among them
    assert "状态：拟" in bench.expect(0, "query", store, SUBJECT, "--as-of", "2024-06-01")
    bench.expect(2, "decide", "notify", store, 1)
    bench.expect(2, "decide", "notify", store, 9, "--actor", "甲")
    bench.expect(2, "decide", "confirm", store, 1, "--actor", "乙", "--on", "2024-06-03")
    bench.expect(2, "decide", "notify", store, 1, "--actor", "甲", "--on", "2199-01-01")
    bench.expect(2, "decide", "notify", store, 1, "--actor", "甲", "--on", "2024-05-31")
    bench.expect(2, "decide", "reject", store, 1, "--actor", "甲", "--on", "2024-06-03")
    bench.expect(0, "decide", "notify", store, 1, "--actor", "甲", "--on", "2024-06-03", "--note", "揭信告〔2024〕1号")
    bench.expect(0, "decide", "serve", store, 1, "--actor", "甲", "--on", "2024-06-04")
    assert measures(bench, store)[0]["due"] == "2024-06-12"  # five working days
    assert "2024-06-12" in bench.run("decide", "confirm", store, 1, "--actor", "乙", "--on", "2024-06-12").stderr
    bench.expect(6, "decide", "confirm", store, 1, "--actor", "甲", "--on", "2024-06-13")
    bench.expect(0, "decide", "confirm", store, 1, "--actor", "乙", "--on", "2024-06-13")
    bench.expect(0, "run", store, "--as-of", "2024-06-13")
    assert state_of(bench, store) == "confirmed"
    with closing(sqlite3.connect(bench.folder / store)) as database:
        assert database.execute("SELECT * FROM measure_in_effect").fetchall() == []
    bench.expect(0, "decide", "execute", store, 1, "--actor", "丙", "--on", "2024-06-14")
    with closing(sqlite3.connect(bench.folder / store)) as database:
        assert database.execute("SELECT kind, item, decisions FROM measure_in_effect").fetchall() == [("sanction", "M18", 1)]
    assert "状态：执行" in bench.expect(0, "query", store, SUBJECT, "--as-of", "2024-06-14")
    # The fine of 1 March holds until 1 March of the next year.
    bench.expect(0, "run", store, "--as-of", "2025-02-28")
    assert state_of(bench, store) == "executing"
    bench.expect(0, "run", store, "--as-of", "2025-03-01")
    assert state_of(bench, store) == "expired"
    assert measures(bench, store) == []
    steps = [json.loads(line)["state"] for line in bench.expect(0, "decide", "show", store, 1, "--json").splitlines()]
    assert steps == ["proposed", "notified", "served", "confirmed", "executing", "expired"], steps
    assert "甲" in bench.expect(0, "decide", "show", store, 1)
    bench.expect(2, "decide", "lift", store, 1, "--actor", "丙", "--reason", "已届满")
    bench.expect(0, "verify", store, "--runs")


def test_what_is_gone_before_and_after(bench: Bench):
    for name, done, last in (("before.db", False, "withdrawn"), ("after.db", True, "lifted")):
        store = fresh(bench, name)
        if done:
            into_effect(bench, store)
        bench.expect(0, "withdraw", store, "行政处罚", SUBJECT, "揭市监罚〔2024〕1号", "--reason", "决定被撤销")
        bench.expect(0, "run", store, "--as-of", "2024-07-01")
        assert state_of(bench, store) == last, name
        bench.expect(0, "verify", store, "--runs")


def test_officers_end_a_measure(bench: Bench):
    store = fresh(bench)
    into_effect(bench, store)
    bench.expect(2, "decide", "annul", store, 1, "--actor", "丙")
    bench.expect(0, "decide", "annul", store, 1, "--actor", "丙", "--reason", "复议撤销")
    bench.expect(0, "run", store, "--as-of", "2024-08-01", "--full")
    assert state_of(bench, store) == "annulled", "a run does not bring back what was annulled"
    bench.expect(0, "verify", store, "--runs")


def test_an_objection_holds_it_and_its_end_takes_it_up_again(bench: Bench):
    store = fresh(bench)
    into_effect(bench, store)
    bench.file("o.csv", f"主体,记录,键,提出,办结\n{SUBJECT},行政处罚,揭市监罚〔2024〕1号,2024-07-01,2024-07-20\n")
    bench.expect(0, "import", store, "--as", "异议", "o.csv")
    bench.expect(0, "run", store, "--as-of", "2024-07-02")
    assert state_of(bench, store) == "held_executing"
    assert [one["decision"] for one in measures(bench, store, "--state", "暂停")] == [1]
    bench.expect(0, "run", store, "--as-of", "2024-07-20")
    assert state_of(bench, store) == "executing"


FINE = "揭市监罚〔2024〕1号"


def objection(bench: Bench, code: int, verb: str, store: str, *words) -> dict:
    said = bench.expect(code, "object", verb, store, "行政处罚", SUBJECT, FINE, "--json", *words)
    return json.loads(said) if code == 0 else {}


def test_an_objection_suspends_at_once(bench: Bench):
    store = fresh(bench)
    into_effect(bench, store)
    objection(bench, 2, "open", store, "--reason", "已经缴清")
    objection(bench, 2, "open", store, "--actor", "丁")
    bench.expect(4, "object", "open", store, "行政处罚", SUBJECT, "没有这一号", "--reason", "理由", "--actor", "丁")
    bench.expect(4, "object", "open", store, "没有这种", SUBJECT, FINE, "--reason", "理由", "--actor", "丁")
    said = objection(bench, 0, "open", store, "--reason", "已经缴清", "--actor", "丁", "--on", "2024-07-01")
    assert (said["suspended"], said["due"]) == (1, "2024-07-08"), said  # five working days, no run in between
    assert state_of(bench, store) == "held_executing"
    with closing(sqlite3.connect(bench.folder / store)) as database:
        assert database.execute("SELECT * FROM measure_in_effect").fetchall() == []
    objection(bench, 4, "open", store, "--reason", "又一次", "--actor", "丁", "--on", "2024-07-02")
    bench.expect(2, "decide", "execute", store, 1, "--actor", "丙", "--on", "2024-07-02")
    for full in ([], ["--full"]):
        bench.expect(0, "run", store, "--as-of", "2024-07-03", *full)
        assert state_of(bench, store) == "held_executing"
    (line,) = [json.loads(line) for line in bench.expect(0, "object", "list", store, "--json", "--on", "2024-07-09").splitlines()]
    assert line["overdue"] and line["outcome"] == "open" and line["reason"] == "已经缴清"
    assert "逾期" in bench.expect(0, "object", "list", store, "--on", "2024-07-09")
    objection(bench, 2, "close", store, "--outcome", "随便", "--reason", "核实无误", "--actor", "戊", "--on", "2024-07-05")
    objection(bench, 2, "close", store, "--outcome", "不成立", "--reason", "核实无误", "--actor", "戊", "--on", "2024-06-30")
    objection(bench, 4, "close", store, "--outcome", "成立", "--reason", "核实有误", "--actor", "戊", "--on", "2024-07-05")  # the record still stands as it was
    said = objection(bench, 0, "close", store, "--outcome", "不成立", "--reason", "核实无误", "--actor", "戊", "--on", "2024-07-05")
    assert said["resumed"] == 1 and state_of(bench, store) == "executing", said
    objection(bench, 4, "close", store, "--outcome", "不成立", "--reason", "核实无误", "--actor", "戊", "--on", "2024-07-05")
    assert bench.expect(0, "object", "list", store) == ""
    assert json.loads(bench.expect(0, "object", "list", store, "--all", "--json"))["outcome"] == "rejected"
    bench.expect(0, "run", store, "--as-of", "2024-07-10")
    assert state_of(bench, store) == "executing"
    bench.expect(0, "verify", store, "--runs")


def test_a_file_of_objections_suspends_at_once(bench: Bench):
    store = fresh(bench)
    bench.file("fine.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},新〔2026〕1号,2026-11-01,90000.00\n")
    bench.expect(0, "import", store, "--as", "行政处罚", "fine.csv")
    bench.expect(0, "run", store, "--as-of", "2026-11-20")
    numbers = [one["decision"] for one in measures(bench, store)]
    assert len(numbers) == 1
    bench.file("o.csv", f"主体,记录,键,提出,办结\n{SUBJECT},行政处罚,新〔2026〕1号,2026-11-20,\n")
    bench.expect(0, "import", store, "--as", "异议", "o.csv", "--dry-run")
    assert state_of(bench, store, numbers[0]) == "proposed"
    bench.expect(0, "import", store, "--as", "异议", "o.csv")
    assert state_of(bench, store, numbers[0]) == "held_proposed"
    bench.expect(2, "decide", "notify", store, numbers[0], "--actor", "甲")
    bench.expect(0, "verify", store, "--runs")


def test_an_objection_that_other_grounds_outweigh(bench: Bench):
    """Two fines carry the measure: with one of them contested it goes on."""
    store = fresh(bench)
    bench.file("two.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},揭市监罚〔2024〕8号,2024-03-05,70000.00\n")
    bench.expect(0, "import", store, "--as", "行政处罚", "two.csv")
    bench.expect(0, "run", store, "--as-of", "2024-06-02")
    into_effect(bench, store)
    said = objection(bench, 0, "open", store, "--reason", "已经缴清", "--actor", "丁", "--on", "2024-07-01")
    assert said["suspended"] == 0 and state_of(bench, store) == "executing", said


def test_a_correction_tells_what_it_changes_of_the_past(bench: Bench):
    store = fresh(bench)
    into_effect(bench, store)  # in effect from 14 June
    bench.expect(0, "run", store, "--as-of", "2024-06-15")
    bench.expect(0, "run", store, "--as-of", "2024-06-25")
    words = ("行政处罚", SUBJECT, FINE)
    bench.expect(2, "correct", store, *words, "罚款金额=40000.00", "--actor", "甲")
    bench.expect(2, "correct", store, *words, "--actor", "甲", "--reason", "录入有误")
    bench.expect(4, "correct", store, *words, "没有=1", "--actor", "甲", "--reason", "录入有误")
    bench.expect(4, "correct", store, *words, "决定书文号=另一号", "--actor", "甲", "--reason", "录入有误")
    bench.expect(4, "correct", store, *words, "罚款金额=不多", "--actor", "甲", "--reason", "录入有误")
    bench.expect(4, "correct", store, *words, "罚款金额=50000", "--actor", "甲", "--reason", "没有改")
    bench.expect(4, "correct", store, "行政处罚", SUBJECT, "没有这一号", "罚款金额=1", "--actor", "甲", "--reason", "录入有误")
    before = steps(bench, store)
    said = json.loads(bench.expect(0, "correct", store, *words, "罚款金额=40000.00", "--actor", "甲", "--reason", "录入有误", "--on", "2024-07-01", "--json"))
    (wrong,) = said["decisions"]
    # 1 June to 1 July; in effect from 14 June on.
    assert (wrong["before"], wrong["after"], wrong["since"], wrong["until"], wrong["days"], wrong["days_in_effect"]) == ("in_force", None, "2024-06-01", "2024-07-01", 30, 17), wrong
    assert wrong["tell"] == ["主体本人", "主管部门"] and said["runs"] == 3, said
    assert steps(bench, store) == before, "measures are moved by the next run"
    bench.expect(0, "run", store, "--as-of", "2024-07-01")
    assert state_of(bench, store) == "lifted"
    text = bench.expect(0, "correct", store)
    assert "30 日" in text and "恢复其信誉" in text, text
    bench.expect(0, "verify", store, "--runs")


def test_a_correction_of_the_interval_and_by_file(bench: Bench):
    store = fresh(bench)
    bench.expect(0, "run", store, "--as-of", "2024-06-11")
    bench.file("put_right.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},{FINE},2024-06-06,50000.00\n")
    said = json.loads(bench.expect(0, "correct", store, "行政处罚", "--file", "put_right.csv", "--actor", "甲", "--reason", "日期有误", "--on", "2024-06-21", "--json"))
    assert [(one["before"], one["after"], one["days"]) for one in said["decisions"]] == [("in_force", "pending", 10), ("in_force", "in_force", 10)], said
    bench.expect(4, "correct", store, "行政处罚", "--file", "put_right.csv", "--actor", "甲", "--reason", "再来一次")
    said = json.loads(bench.expect(0, "correct", store, "行政处罚", SUBJECT, FINE, "--withdraw", "--actor", "甲", "--reason", "决定被撤销", "--on", "2024-06-21", "--json"))
    assert [one["after"] for one in said["decisions"]] == [None, None], said
    objection(bench, 4, "open", store, "--reason", "已经撤回", "--actor", "丁")
    bench.expect(0, "verify", store, "--runs")


def test_an_objection_is_upheld_after_the_correction(bench: Bench):
    store = fresh(bench)
    into_effect(bench, store)
    objection(bench, 0, "open", store, "--reason", "罚款是四万", "--actor", "丁", "--on", "2024-07-01")
    bench.expect(0, "correct", store, "行政处罚", SUBJECT, FINE, "罚款金额=40000.00", "--actor", "甲", "--reason", "异议成立", "--on", "2024-07-03")
    objection(bench, 0, "close", store, "--outcome", "成立", "--reason", "已更正", "--actor", "戊", "--on", "2024-07-03")
    assert state_of(bench, store) == "held_executing", "nothing is taken up again that is not found"
    bench.expect(0, "run", store, "--as-of", "2024-07-04")
    assert state_of(bench, store) == "lifted"
    bench.expect(0, "verify", store, "--runs")


def lifting_rules(bench: Bench) -> str:
    """The small rules, whose repair lifts sanctions when it is granted."""
    shutil.copytree(bench.small(), bench.folder / "lifting")
    for path in (bench.folder / "lifting").glob("*.mou"):
        path.write_text(path.read_text("utf-8").replace("准予后 停止公示", "准予后 停止公示、解除 惩戒"), "utf-8")
    bench.expect(0, "build", "-q", "lifting", "-o", "small.moup")
    return fresh(bench)


def test_repairs(bench: Bench):
    store = lifting_rules(bench)
    into_effect(bench, store)
    (line,) = [json.loads(line) for line in bench.expect(0, "repair", "check", store, SUBJECT, "--on", "2024-05-31", "--json").splitlines()]
    assert (line["outcome"], line["earliest"]) == ("not_eligible", "2024-06-01"), line
    assert "2024-06-01" in bench.expect(0, "repair", "check", store, SUBJECT, "--on", "2024-05-31")
    bench.expect(1, "repair", "check", store, "没有这个主体")
    words = ("repair", "apply", store, SUBJECT, "提前移出", FINE)
    bench.expect(2, *words, "--actor", "甲")
    assert "2024-06-01" in bench.run(*words, "--actor", "甲", "--reason", "已缴清", "--on", "2024-05-31").stderr
    bench.expect(4, "repair", "apply", store, SUBJECT, "没有这项", FINE, "--actor", "甲", "--reason", "已缴清", "--on", "2024-06-20")
    bench.expect(4, "repair", "apply", store, SUBJECT, "提前移出", "没有这一号", "--actor", "甲", "--reason", "已缴清", "--on", "2024-06-20")
    said = json.loads(bench.expect(0, *words, "--actor", "甲", "--reason", "已缴清", "--on", "2024-06-20", "--json"))
    assert said["due"] == "2024-06-25", said  # three working days
    bench.expect(4, *words, "--actor", "甲", "--reason", "已缴清", "--on", "2024-06-20")
    assert json.loads(bench.expect(0, "repair", "list", store, "--json"))["due"] == "2024-06-25"
    bench.expect(2, "repair", "decide", store, 1, "--actor", "乙", "--reason", "材料齐全")
    bench.expect(6, "repair", "decide", store, 1, "--grant", "--actor", "甲", "--reason", "材料齐全", "--on", "2024-06-21")
    bench.expect(4, "repair", "decide", store, 9, "--grant", "--actor", "乙", "--reason", "材料齐全", "--on", "2024-06-21")
    assert state_of(bench, store) == "executing"
    said = json.loads(bench.expect(0, "repair", "decide", store, 1, "--grant", "--actor", "乙", "--reason", "材料齐全", "--on", "2024-06-21", "--json"))
    assert said["lifted"] == 1 and state_of(bench, store) == "lifted", said
    bench.expect(4, "repair", "decide", store, 1, "--refuse", "--actor", "乙", "--reason", "材料不全", "--on", "2024-06-21")
    bench.expect(0, "run", store, "--as-of", "2024-06-22")
    assert state_of(bench, store) == "lifted" and bench.expect(0, "repair", "list", store) == ""
    assert json.loads(bench.expect(0, "repair", "list", store, "--all", "--json"))["decision"] == "grant"
    # Two persons, for whoever writes to the database.
    with closing(sqlite3.connect(bench.folder / store)) as database:
        row = database.execute("SELECT subject, memorandum, rule, record, key, act FROM repair_act WHERE word = 'apply'").fetchone()
        try:
            database.execute("INSERT INTO repair_act(word, application, subject, memorandum, rule, record, key, act) VALUES('grant', 1, ?, ?, ?, ?, ?, ?)", row)
            raise AssertionError("the same person")
        except sqlite3.IntegrityError:
            pass
    bench.expect(0, "verify", store, "--runs")


def test_a_refused_repair_changes_nothing(bench: Bench):
    store = lifting_rules(bench)
    into_effect(bench, store)
    bench.expect(0, "repair", "apply", store, SUBJECT, "示例职责.提前移出", FINE, "--actor", "甲", "--reason", "已缴清", "--on", "2024-06-20")
    bench.expect(0, "repair", "decide", store, 1, "--refuse", "--actor", "乙", "--reason", "材料不全", "--on", "2024-06-21")
    assert state_of(bench, store) == "executing"
    bench.expect(0, "repair", "apply", store, SUBJECT, "提前移出", FINE, "--actor", "甲", "--reason", "补齐材料", "--on", "2024-06-22")


def own_rules(bench: Bench, store="own.db") -> str:
    bench.expect(0, "check", "--warnings-as-errors", ROOT / "tests/record/measures.mou")
    bench.expect(0, "build", "-q", ROOT / "tests/record/measures.mou", "-o", "own.moup")
    bench.expect(0, "init", "-q", store, "--pack", "own.moup")
    bench.file("own.csv", f"标识,主体类别,名称,成立日期\n{SUBJECT},单位,甲公司,2020-01-01\n")
    bench.expect(0, "import", store, "--as", "主体", "own.csv")
    return store


def by_rule(bench: Bench, store: str) -> dict:
    return {one["rule"]: one for one in measures(bench, store, "--all")}


def test_incentives(bench: Bench):
    """One takes effect at once, because its memorandum says so; the other one waits for confirmation, without notice. Terms begin on the day of effect."""
    store = own_rules(bench)
    bench.expect(0, "run", store, "--as-of", "2024-06-03")
    found = by_rule(bench, store)
    assert (found["绿色通道"]["state"], found["绿色通道"]["due"]) == ("executing", "2024-12-03"), found  # 6 months
    assert found["优先办理"]["state"] == "proposed", found
    number = found["优先办理"]["decision"]
    bench.expect(2, "decide", "notify", store, number, "--actor", "甲", "--on", "2024-06-04")
    bench.expect(0, "decide", "confirm", store, number, "--actor", "甲", "--on", "2024-06-04")
    bench.expect(0, "decide", "execute", store, number, "--actor", "甲", "--on", "2024-06-05")
    assert by_rule(bench, store)["优先办理"]["due"] == "2025-06-05"
    # An office that goes on finding it does not prolong it: the term of the first is over on 3 December.
    bench.expect(0, "run", store, "--as-of", "2024-12-02")
    assert by_rule(bench, store)["绿色通道"]["state"] == "executing"
    bench.expect(0, "run", store, "--as-of", "2024-12-03")
    assert by_rule(bench, store)["绿色通道"]["state"] == "expired"
    bench.expect(0, "run", store, "--as-of", "2025-01-01", "--full")
    found = by_rule(bench, store)
    assert found["绿色通道"]["state"] == "expired" and found["优先办理"]["state"] == "executing"
    # A fine ends what rests on having none.
    bench.file("f.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},{FINE},2025-01-10,100.00\n")
    bench.expect(0, "import", store, "--as", "行政处罚", "f.csv")
    bench.expect(0, "run", store, "--as-of", "2025-01-15")
    assert by_rule(bench, store)["优先办理"]["state"] == "lifted"
    bench.expect(0, "verify", store, "--runs")


def test_periods_of_the_memorandum(bench: Bench):
    store = own_rules(bench)
    bench.file("f.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},{FINE},2024-03-01,60000.00\n{SUBJECT},第二号,2024-03-01,20000.00\n")
    bench.expect(0, "import", store, "--as", "行政处罚", "f.csv")
    bench.expect(0, "run", store, "--as-of", "2024-06-03")
    found = by_rule(bench, store)
    number, other, warning = (found[rule]["decision"] for rule in ("重点监管", "照常监管", "提示风险"))
    bench.expect(0, "decide", "notify", store, number, other, warning, "--actor", "甲", "--on", "2024-06-03")
    bench.expect(0, "decide", "serve", store, number, "--actor", "甲", "--on", "2024-06-04")
    assert by_rule(bench, store)["重点监管"]["due"] == "2024-06-07"  # three working days, the memorandum's own
    assert "3 个工作日" in bench.expect(0, "notice", "print", store, warning, "--actor", "甲", "--on", "2024-06-04")
    bench.expect(0, "decide", "serve", store, other, warning, "--actor", "甲", "--on", "2024-07-01")
    found = by_rule(bench, store)
    # From July on ten, also for the memorandum that says nothing of its own.
    assert found["照常监管"]["due"] == found["提示风险"]["due"] == "2024-07-15", found
    bench.expect(0, "decide", "confirm", store, number, other, warning, "--actor", "乙", "--on", "2024-07-16")
    bench.expect(0, "decide", "execute", store, number, other, warning, "--actor", "丙", "--on", "2024-07-17")
    assert by_rule(bench, store)["提示风险"]["due"] == "2024-10-17"  # a finding without an interval: its own term
    # An objection stays what its memorandum does not except from that.
    objection(bench, 0, "open", store, "--reason", "已经缴清", "--actor", "丁", "--on", "2024-07-20")
    found = by_rule(bench, store)
    assert (found["重点监管"]["state"], found["照常监管"]["state"], found["提示风险"]["state"]) == ("held_executing", "executing", "held_executing"), found
    # A suspended measure keeps its term.
    assert found["提示风险"]["due"] == "2024-10-17"
    bench.expect(0, "run", store, "--as-of", "2024-10-17")
    assert by_rule(bench, store)["提示风险"]["state"] == "expired"
    with closing(sqlite3.connect(bench.folder / store)) as database:
        # One measure of the catalogue on two memoranda is carried out once.
        assert database.execute("SELECT item, decisions FROM measure_in_effect").fetchall() == [("M18", 1)]
    objection(bench, 0, "close", store, "--outcome", "撤回", "--reason", "本人撤回", "--actor", "丁", "--on", "2024-10-18")
    with closing(sqlite3.connect(bench.folder / store)) as database:
        assert database.execute("SELECT item, decisions FROM measure_in_effect").fetchall() == [("M18", 2)]
    bench.expect(0, "verify", store, "--runs")


def test_a_period_into_a_year_without_calendar(bench: Bench):
    """The end of a period in a year whose working days nobody has published is not guessed: it is not over."""
    store = own_rules(bench)
    bench.file("f.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},{FINE},2026-03-01,60000.00\n")
    bench.expect(0, "import", store, "--as", "行政处罚", "f.csv")
    bench.expect(0, "run", store, "--as-of", "2026-11-20")
    number = by_rule(bench, store)["重点监管"]["decision"]
    with closing(sqlite3.connect(bench.folder / store)) as database:
        # As it is recorded where the pack's calendar does not reach to the end of the period.
        database.execute("INSERT INTO act(word, actor, department, at, day, reason, salt) VALUES('x', '甲', '', 0, 46344, '', x'00')")
        act = database.execute("SELECT last_insert_rowid()").fetchone()[0]
        for event, state in (("notify", "notified"), ("serve", "served")):
            database.execute("INSERT INTO decision_step(decision, previous, event, state, day, note, act) SELECT ?, max(id), ?, ?, 46344, '', ? FROM decision_step WHERE decision = ?",
                             (number, event, state, act, number))
        database.commit()
    assert "工作日历" in bench.run("decide", "confirm", store, number, "--actor", "乙").stderr


def duties(bench: Bench, store: str, day: str, *words) -> list:
    return [json.loads(line) for line in bench.expect(0, "duty", store, "--as-of", day, "--json", *words).splitlines()]


def test_duties_by_department(bench: Bench):
    store = fresh(bench)
    found = [(one["authority"], one["duty"], one["outcome"], one["deadline"]) for one in duties(bench, store, "2024-06-03")]
    # The rule's own duty ended on 21 March; the proposal waits for notice until 17 June.
    assert found == [("主管部门", "公示处罚", "overdue", "2024-03-21"), ("主管部门", "告知或不予确认", "due", "2024-06-17")], found
    assert [one["outcome"] for one in duties(bench, store, "2024-06-18")] == ["overdue", "overdue"]
    bench.expect(0, "decide", "notify", store, 1, "--actor", "甲", "--on", "2024-06-03")
    bench.expect(0, "decide", "serve", store, 1, "--actor", "甲", "--on", "2024-06-04")
    assert [one["duty"] for one in duties(bench, store, "2024-06-12")] == ["公示处罚"], "the subject may still be heard"
    (confirm,) = [one for one in duties(bench, store, "2024-06-13") if one["duty"] != "公示处罚"]
    assert (confirm["duty"], confirm["deadline"], confirm["decision"]) == ("确认或不予确认", "2024-06-26", 1), confirm
    objection(bench, 0, "open", store, "--reason", "已经缴清", "--actor", "丁", "--department", "信用办", "--on", "2024-06-14")
    (answer,) = duties(bench, store, "2024-06-24", "--authority", "信用办")
    assert (answer["duty"], answer["outcome"], answer["deadline"]) == ("核实异议", "overdue", "2024-06-21"), answer
    assert not [one for one in duties(bench, store, "2024-06-24") if "确认" in one["duty"]], "what is suspended waits"
    text = bench.expect(0, "duty", store, "--as-of", "2024-06-24")
    assert "信用办：1 件，其中逾期 1 件" in text and "主管部门：1 件" in text, text
    assert len(duties(bench, store, "2024-06-24", "--all")) >= 2


def test_notices(bench: Bench):
    store = fresh(bench)
    words = ("notice", "print", store, 1)
    bench.expect(2, *words)
    bench.expect(1, "notice", "print", store, 9, "--actor", "甲")
    bench.expect(2, *words, "--actor", "甲", "--format", "doc")
    before = bench.expect(0, "head", store)
    text = bench.expect(0, *words, "--actor", "甲", "--on", "2024-06-03", "--document", "揭信告〔2024〕1号")
    assert bench.expect(0, "head", store) != before, "what is handed out leaves a receipt"
    flat = text.replace("\n", "").replace(" ", "")
    for said in ("拟采取失信惩戒措施告知书", "揭信告〔2024〕1号", "甲公司（统一社会信用代码：" + SUBJECT, "揭市监罚〔2024〕1号：罚款金额50000.00元，决定日期2024-03-01", "《行政处罚法》第六十三条",
                 "措施目录M18", "自2024年3月1日起至2025年3月1日止", "5个工作日内", "行政复议", "提出异议", "主管部门", "2024年6月3日"):
        assert said in flat, (said, text)
    assert all(sum(2 if ord(c) > 0x2e80 else 1 for c in line) <= 82 for line in text.splitlines()), text
    assert not re.search(r"^[，。；：、）》]|[“（《]$", text, re.M), text
    assert "Notice of an intended sanction" in bench.expect(0, *words, "--actor", "甲", "--lang", "en")
    html = bench.expect(0, *words, "--actor", "甲", "--on", "2024-06-03", "--format", "html")
    assert html.startswith("<!DOCTYPE html>") and "<h1>拟采取失信惩戒措施告知书</h1>" in html and "http" not in html
    for name in ("a.pdf", "b.pdf"):
        done = bench.run(*words, "--actor", "甲", "--on", "2024-06-03", "-o", name)
        assert (done.returncode, done.stdout) == (0, "") and f"已写入 {name}" in done.stderr, done
    assert bench.run(*words, "--actor", "甲", "--on", "2024-06-03", "-o", "b.pdf", "-q").stderr == ""
    pdf = (bench.folder / "a.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and pdf == (bench.folder / "b.pdf").read_bytes(), "the same notice, the same bytes"
    if shutil.which("pdftotext"):
        shown = subprocess.run(["pdftotext", bench.folder / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
        assert "拟采取失信惩戒措施告知书" in shown and "揭市监罚" in shown, shown
        pages = subprocess.run(["pdfinfo", bench.folder / "a.pdf"], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Pages:\s+1\n", pages) and "A4" in pages, pages
    bench.expect(2, "notice", "serve", store, 1, "--way", "直接送达", "--actor", "甲", "--on", "2024-06-03")  # nothing was put forward yet
    bench.expect(0, "decide", "notify", store, 1, "--actor", "甲", "--on", "2024-06-03")
    bench.expect(2, "notice", "serve", store, 1, "--actor", "甲", "--on", "2024-06-04")
    bench.expect(0, "notice", "serve", store, 1, "--way", "直接送达", "--document", "揭信告〔2024〕1号", "--actor", "甲", "--on", "2024-06-04")
    assert state_of(bench, store) == "served"
    assert "2024年6月12日" in bench.expect(0, *words, "--actor", "甲", "--on", "2024-06-04").replace("\n", "")
    bench.expect(0, "decide", "confirm", store, 1, "--actor", "乙", "--on", "2024-06-13")
    assert "决定书" in bench.expect(0, *words, "--actor", "甲")
    bench.expect(0, "decide", "execute", store, 1, "--actor", "丙", "--on", "2024-06-14")
    bench.expect(0, "decide", "lift", store, 1, "--actor", "丙", "--reason", "已经纠正", "--on", "2024-07-01")
    flat = bench.expect(0, *words, "--actor", "甲", "--on", "2024-07-01").replace("\n", "").replace(" ", "")
    assert "措施解除通知书" in flat and "自2024年7月1日起解除" in flat and "解除：已经纠正" in flat, flat
    bench.expect(0, "notice", "serve", store, 1, "--way", "邮寄送达", "--document", "揭信解〔2024〕1号", "--actor", "甲", "--on", "2024-07-02")
    served = [json.loads(line) for line in bench.expect(0, "notice", "list", store, "--json").splitlines()]
    assert [(one["state"], one["way"], one["day"]) for one in served] == [("served", "直接送达", "2024-06-04"), ("lifted", "邮寄送达", "2024-07-02")], served
    assert state_of(bench, store) == "lifted"
    bench.expect(0, "verify", store, "--runs")


def test_a_notice_explains_the_decision_as_it_was_found(bench: Bench):
    """A later correction that no run has seen yet changes nothing in the notice of what was found."""
    store = fresh(bench)
    before = bench.expect(0, "notice", "print", store, 1, "--actor", "甲", "--on", "2024-06-03")
    bench.expect(0, "correct", store, "行政处罚", SUBJECT, FINE, "罚款金额=99999.00", "--actor", "甲", "--reason", "录入有误", "--on", "2024-06-03")
    assert bench.expect(0, "notice", "print", store, 1, "--actor", "甲", "--on", "2024-06-03") == before
    bench.expect(0, "withdraw", store, "行政处罚", SUBJECT, FINE, "--reason", "撤销")
    bench.expect(0, "run", store, "--as-of", "2024-06-05")
    bench.expect(2, "notice", "print", store, 1, "--actor", "甲")


def test_every_byte_of_the_new_tables(bench: Bench):
    """Whatever cell or row of what officers did is altered behind the ledger's back, mou verify reports it."""
    store = lifting_rules(bench)
    into_effect(bench, store)
    objection(bench, 0, "open", store, "--reason", "已经缴清", "--actor", "丁", "--on", "2024-06-17")
    objection(bench, 0, "close", store, "--outcome", "不成立", "--reason", "核实无误", "--actor", "戊", "--on", "2024-06-18")
    bench.expect(0, "repair", "apply", store, SUBJECT, "提前移出", FINE, "--actor", "甲", "--reason", "已缴清", "--on", "2024-06-20")
    bench.expect(0, "repair", "decide", store, 1, "--grant", "--actor", "乙", "--reason", "材料齐全", "--on", "2024-06-21")
    bench.expect(0, "correct", store, "行政处罚", SUBJECT, FINE, "罚款金额=40000.00", "--actor", "甲", "--reason", "录入有误", "--on", "2024-06-25")
    bench.expect(0, "notice", "serve", store, 1, "--way", "邮寄送达", "--actor", "甲", "--on", "2024-06-25")
    bench.expect(0, "verify", store, "--runs")
    path = bench.folder / store
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cells, rows = [], []
        for table in ("act", "decision_step", "objection_act", "repair_act", "notice_service", "correction"):
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            found = database.execute(f"SELECT * FROM {table}").fetchall()
            assert found, table
            rows += [(table, row[0]) for row in found]
            cells += [(table, column, row[0], value) for row in found for column, value in zip(columns, row)]
            for sql in [f"DELETE FROM {table}"] + [f"UPDATE {table} SET {column} = {column}" for column in columns]:
                try:
                    database.execute(sql)
                except sqlite3.IntegrityError:
                    continue
                raise AssertionError(f"nothing stands against {sql}")
    missed = []
    for table, column, number, value in cells:
        try:
            if not tampered(bench, path, f'UPDATE {table} SET "{column}" = ? WHERE id = ?', (another(value), number)):
                missed.append((table, column, number))
        except sqlite3.IntegrityError:
            continue  # the database itself does not take it
    assert not missed and len(cells) > 120, (missed, len(cells))
    for table, number in rows:
        assert tampered(bench, path, f"DELETE FROM {table} WHERE id = ?", (number,)), (table, number)


def many(bench: Bench, store: str, count: int):
    bench.expect(0, "build", "-q", bench.small(), "-o", "small.moup")
    bench.expect(0, "init", "-q", store, "--pack", "small.moup")
    units = [f"9144520{number:011}" for number in range(count)]
    bench.file("units.csv", "标识,主体类别,名称\n" + "".join(f"{unit},单位,单位{unit}\n" for unit in units))
    bench.file("fines.csv", "主体,决定书文号,决定日期,罚款金额\n" + "".join(f"{unit},示例〔2024〕{n}号,2024-03-0{1 + n % 9},{40000 + 10000 * (n % 3)}.00\n" for n, unit in enumerate(units)))
    bench.expect(0, "import", store, "units.csv", "--as", "主体", "--accept-check-digit")
    bench.expect(0, "import", store, "fines.csv", "--as", "行政处罚")
    bench.expect(0, "run", store, "--as-of", "2024-06-01")


def review(bench: Bench, name: str, judge) -> str:
    path = bench.folder / name
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["处理"], row["理由"] = judge(number, row)
    with open(bench.folder / ("r" + name), "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return "r" + name


def test_a_reviewed_list(bench: Bench):
    many(bench, "many.db", 30)
    bench.expect(0, "decide", "list", "many.db", "--state", "拟", "-o", "list.csv")
    reviewed = review(bench, "list.csv", lambda n, row: ("不予确认", "证据不足") if n % 4 == 0 else ("告知", "") if n % 4 < 3 else ("", ""))
    said = json.loads(bench.expect(0, "decide", "notify", "many.db", "--list", reviewed, "--actor", "甲", "--on", "2024-06-03", "--json"))
    assert said["measures"] == 10, said
    said = json.loads(bench.expect(0, "decide", "reject", "many.db", "--list", reviewed, "--actor", "甲", "--on", "2024-06-03", "--json"))
    assert said["measures"] == 5, said
    counts = {state: len([one for one in measures(bench, "many.db", "--all") if one["state"] == state]) for state in ("notified", "rejected", "proposed")}
    assert counts == {"notified": 10, "rejected": 5, "proposed": 5}, counts
    # The same list again: the measures have moved, and nothing at all is done.
    bench.expect(4, "decide", "notify", "many.db", "--list", reviewed, "--actor", "甲", "--on", "2024-06-03")
    bench.expect(0, "decide", "list", "many.db", "--state", "告知", "-o", "two.csv")
    bench.expect(0, "decide", "serve", "many.db", 2, "--actor", "甲", "--on", "2024-06-04")
    reviewed = review(bench, "two.csv", lambda n, row: ("送达", ""))
    before = measures(bench, "many.db", "--all")
    done = bench.run("decide", "serve", "many.db", "--list", reviewed, "--actor", "甲", "--on", "2024-06-04")
    assert done.returncode == 4 and "变动" in done.stderr, done
    assert measures(bench, "many.db", "--all") == before
    bench.file("wrong.csv", "编号,版次,处理\n2,1,同意\n")
    assert "第 2 行" in bench.run("decide", "serve", "many.db", "--list", "wrong.csv", "--actor", "甲").stderr
    (bench.folder / "torn.csv").write_bytes("编号,版次,处理\n".encode("gb18030")[:-3])
    bench.expect(2, "decide", "serve", "many.db", "--list", "torn.csv", "--actor", "甲")
    # As an office program saves it.
    bench.expect(0, "decide", "list", "many.db", "--state", "告知", "-o", "three.csv")
    reviewed = review(bench, "three.csv", lambda n, row: ("送达", ""))
    path = bench.folder / reviewed
    path.write_bytes(path.read_text("utf-8-sig").replace('"', "").encode("gb18030"))
    said = json.loads(bench.expect(0, "decide", "serve", "many.db", "--list", reviewed, "--actor", "甲", "--on", "2024-06-04", "--json"))
    assert said["measures"] == 9, said
    bench.expect(0, "verify", "many.db")


def steps(bench: Bench, store: str) -> list:
    with closing(sqlite3.connect(bench.folder / store)) as database:
        return database.execute("SELECT u.identifier, d.rule, p.event, p.state, p.day, p.due FROM decision_step p JOIN decision d ON d.id = p.decision JOIN subject u ON u.id = d.subject "
                                "ORDER BY 1, 2, p.decision, p.id").fetchall()


def play_both(bench: Bench, seed: int, turns: int) -> set:
    """The same random events played twice, once with every run in full: every step of every measure is the same. The states that were reached."""
    chance = random.Random(seed)
    for store in ("some.db", "full.db"):
        many(bench, store, 12)
    day = 5
    for turn in range(turns):
        day += chance.randrange(1, 30)
        date = f"20{24 + (5 + day // 28) // 12}-{(5 + day // 28) % 12 + 1:02}-{day % 28 + 1:02}"
        number = chance.randrange(12)
        unit, key = f"9144520{number:011}", f"示例〔2024〕{number}号"
        what = chance.randrange(6)
        if what == 0:
            bench.file(f"f{turn}.csv", f"主体,决定书文号,决定日期,罚款金额\n{unit},{key},2024-03-0{1 + number % 9},{chance.choice(['', '30000.00', '90000.00'])}\n")
        elif what == 1:
            bench.file(f"f{turn}.csv", f"主体,记录,键,提出,办结\n{unit},行政处罚,{key},{date},{chance.choice(['', date[:4] + '-12-31'])}\n")
        amount = chance.choice(["45000.00", "55000.00"])
        moved = sorted({one["decision"]: one["state"] for one in measures(bench, "some.db")}.items())
        pick = chance.choice(moved) if moved else None
        acts = {"proposed": "notify", "notified": "serve", "served": "confirm", "confirmed": "execute", "executing": "lift"}
        for store, extra in (("some.db", []), ("full.db", ["--full"])):
            if what < 2:
                bench.expect(0, "import", store, f"f{turn}.csv", "--as", ("行政处罚", "异议")[what])
            elif what == 2:
                for verb, outcome in (("open", []), ("close", ["--outcome", "不成立"])):
                    if turn % 3 or verb == "open":
                        bench.run("object", verb, store, "行政处罚", unit, key, *outcome, "--actor", "丁", "--reason", "理由", "--on", date)
            elif what == 3:
                bench.run("correct", store, "行政处罚", unit, key, f"罚款金额={amount}", "--actor", "丁", "--reason", "理由", "--on", date)
            elif pick and pick[1] in acts:
                bench.run("decide", acts[pick[1]], store, pick[0], "--actor", acts[pick[1]], "--reason", "理由", "--on", date)
            bench.expect(0, "run", store, "--as-of", date, *extra)
        assert steps(bench, "some.db") == steps(bench, "full.db"), (seed, turn, date)
    for store in ("some.db", "full.db"):
        bench.expect(0, "verify", store, "--runs")
    return {row[3] for row in steps(bench, "some.db")}


def test_incremental_equals_full(bench: Bench):
    states = play_both(bench, 5, 12)
    assert len(states) >= 5, states


def campaign(options: dict) -> int:
    """Many histories, each of a seed of its own; started by hand."""
    failed, states = 0, set()
    for seed in range(int(options.get("--seed", 1)), int(options.get("--seed", 1)) + int(options["--histories"])):
        with tempfile.TemporaryDirectory() as folder:
            try:
                states |= play_both(Bench(options["--mou"], Path(options["--root"]), Path(folder)), seed, 25)
            except AssertionError as problem:
                failed += 1
                print(f"history {seed}: {problem}")
    print(f"states reached: {', '.join(sorted(states))}\n{int(options['--histories']) - failed} passed, {failed} failed")
    return failed != 0


def test_the_page_is_the_table(bench: Bench):
    text = (ROOT / "docs/store.md").read_text("utf-8")
    assert page(Table()) in text, "docs/store.md: put in what `python3 tests/record/measures.py --page` prints"


if __name__ == "__main__":
    if sys.argv[1:] == ["--page"]:
        print(page(Table()), end="")
        sys.exit(0)
    if "--histories" in sys.argv:
        sys.exit(campaign(dict(zip(sys.argv[1::2], sys.argv[2::2]))))
    sys.exit(main(__name__))
