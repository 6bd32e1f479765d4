"""Test blocks (测试) of rule files, run by the reference: an oracle for `mou test`."""

import json
import sys

from . import output
from .dates import iso
from .expressions import ExpressionReader
from .lexer import ReadError, Token
from .pack import load_pack
from .run import Run
from .values import Symbol
from .world import read_world

OUTCOMES = {"生效": "in_force", "暂停": "suspended", "待核实": "to_verify", "未生效": "pending"}
# Outcomes of duties, matters and repairs, by their words: one of them is no keyword elsewhere.
OTHERS = {"待办": "due", "due": "due", "完成": "done", "done": "done", "逾期": "overdue",
          "overdue": "overdue", "允许": "allow", "allow": "allow", "禁止": "deny",
          "prohibit": "deny", "提示": "advise", "advise": "advise", "可申请": "eligible",
          "eligible": "eligible", "不予": "refused", "refused": "refused"}
UNSTATED = {"duty": "due", "repair": "eligible"}


class ScenarioReader(ExpressionReader):
    """Reads the tokens of one block into a world and expectations by date."""

    def __init__(self, pack, file, tokens, world=None):
        last = tokens[-1] if tokens else Token("end", "", 0, 0)
        super().__init__(tokens + [Token("end", "", last.line, last.column)], file)
        self.pack = pack
        self.world: dict[str, dict] = {} if world is None else world
        self.dates: list[tuple[int, list]] = []
        self.open: dict[str, list] = {}       # rows that nested rows may follow, by subject

    def read(self):
        subject = None
        while self.token.kind != "end":
            if self.take_word("主体"):
                subject = self.subject()
            elif self.take_word("用"):
                for name in self.names():
                    file, tokens = self.pack.fixtures[name]
                    ScenarioReader(self.pack, file, tokens, self.world).read()
            elif self.take_word("异议"):
                self.objection()
            elif self.take_word("于"):
                self.dates.append((self.need("date").value, []))
            elif self.at_word("应有", "应无"):
                self.dates[-1][1].append(self.expectation(self.next().keyword == "应有"))
            elif self.take_word("原文"):
                self.need("text")
            else:
                self.fact(subject)
        return self

    def names(self):
        out = [self.any_word()]
        while self.take_punct("、", ","):
            out.append(self.any_word())
        return out

    # -- facts ----------------------------------------------------------------

    def subject(self) -> dict:
        kind, name = self.any_word(), self.any_word()
        return self.world.setdefault(name, {"id": name, "kind": kind, "attributes": {}, "records": {},
                                            "relations": {}, "objections": []})

    def fact(self, subject: dict):
        name = self.any_word()
        if self.take_punct(":"):
            self.record(subject, self.pack.records[name])
        elif name in self.pack.relations:
            self.relation(subject, name)
        else:
            subject["attributes"][name] = self.json_value()
        self.take_punct("、", ",")

    def record(self, subject: dict, record):
        """A row under its nearest open parent: facts `field value` joined by separators."""
        row: dict = {}
        stack = self.open.setdefault(subject["id"], [])
        while stack and stack[-1][0] is not record.parent:
            stack.pop()
        holder = stack[-1][1] if stack else subject["records"]
        holder.setdefault(record.name, []).append(row)
        stack.append((record, row))
        while self.token.kind == "word" and self.token.text in record.fields:
            field = self.any_word()
            row[field] = self.json_value()
            if not self.take_punct("、", ","):
                break

    def relation(self, subject: dict, name: str):
        row = {"to": self.any_word()}
        if self.take_word("自"):
            row["from"] = iso(self.need("date").value)
        if self.take_word("至"):
            row["until"] = iso(self.need("date").value)
        fields = self.pack.relations[name].fields
        while self.at_punct("、", ",") and self.ahead().text in fields:
            self.next()
            field = self.any_word()
            row[field] = self.json_value()
        subject["relations"].setdefault(name, []).append(row)

    def json_value(self):
        token = self.token
        if token.kind == "word" and token.text not in ("是", "否", "yes", "no"):
            return self.any_word()
        if token.text in ("yes", "no"):
            return self.any_word() == "yes"
        value = self.arithmetic().value
        return value.n if isinstance(value, Symbol) else output.plain(value)

    def objection(self):
        who = self.any_word() if self.token.text in self.world else None
        record, key = self.any_word(), self.need("text").value
        self.need_word("提出")
        entry = {"record": record, "key": key, "lodged": iso(self.need("date").value), "closed": None}
        if self.take_word("办结"):
            entry["closed"] = iso(self.need("date").value)
        for name, subject in self.world.items():
            if who in (None, name):
                subject["objections"].append(entry)

    # -- expectations ---------------------------------------------------------

    def expectation(self, wanted: bool) -> dict:
        words = [self.any_word()]
        if self.at_name() and self.token.keyword is None and self.token.text not in OTHERS:
            words.append(self.any_word())
        out = {"wanted": wanted, "rule": words[-1], "subject": words[0] if len(words) > 1 else None,
               "outcome": None, "line": self.token.line}
        while self.at_word(*OUTCOMES, "自", "至", "凭", "经", "缺") or self.token.text in OTHERS:
            other = OTHERS.get(self.token.text)
            word = self.next().keyword
            if other:
                out["outcome"] = other
            elif word in OUTCOMES:
                out["outcome"] = OUTCOMES[word]
            elif word in ("自", "至"):
                out[word] = None if self.take_word("长期") else iso(self.need("date").value)
            elif word == "凭":
                out["凭"] = self.texts()
            else:
                out[word] = self.names() if word == "缺" else [self.any_word(), self.any_word()]
        return out

    def texts(self):
        out = [self.need("text").value]
        while self.take_punct("、", ","):
            out.append(self.need("text").value)
        return out


def satisfied(expected: dict, lines: list[dict]) -> bool:
    found = [d for d in lines if d.get("rule") == expected["rule"]
             and expected["subject"] in (None, d["subject"]) and is_meant(expected, d)]
    if not expected["wanted"]:
        return not [d for d in found if expected["outcome"] in (None, outcome_of(d))]
    return any(matches(expected, d) for d in found)


def is_meant(expected: dict, d: dict) -> bool:
    """Of duties and repairs, 凭 says which records are meant."""
    return d["kind"] not in UNSTATED or "凭" not in expected or d["key"] in expected["凭"]


def outcome_of(d: dict) -> str:
    """A repair that is not eligible yet is called pending."""
    return "pending" if d["outcome"] == "not_eligible" else d["outcome"]


def matches(expected: dict, d: dict) -> bool:
    wanted = expected["outcome"] or UNSTATED.get(d["kind"], "in_force")
    if d["kind"] in ("duty", "repair", "matter"):
        begin, end = d.get("from", d.get("earliest")), d.get("deadline")
        return (outcome_of(d) == wanted and ("自" not in expected or begin == expected["自"])
                and ("至" not in expected or end == expected["至"])
                and set(expected.get("缺", ())) <= {m["field"] for m in d["missing"]})
    keys = {g["key"] for g in d["grounds"]}
    reached = [[via, g["subject"]] for g in d["grounds"] for via in g["via"]]
    return (d["outcome"] == wanted
            and ("自" not in expected or d["from"] == expected["自"])
            and ("至" not in expected or d["until"] == expected["至"])
            and ("凭" not in expected or set(expected["凭"]) <= keys)
            and ("经" not in expected or expected["经"] in reached)
            and set(expected.get("缺", ())) <= {m["field"] for m in d["missing"]})


def run_scenario(pack, title, file, tokens) -> list[str]:
    """The failed expectations of one test."""
    reader = ScenarioReader(pack, file, tokens).read()
    world = json.dumps({"subjects": list(reader.world.values())})
    failed = []
    first = next(iter(reader.world), None)      # whom an expectation without a subject means
    for day, expectations in reader.dates:
        for expected in expectations:
            expected["subject"] = expected["subject"] or first
        lines = [json.loads(text) for text in
                 Run(pack, read_world(world, pack), day, findings=True,
                     wanted=("duties", "repairs", "matters", "assertions")).lines()]
        failed += [f"{file}: {title}: {d['rule']} refuted on {iso(day)}"
                   for d in lines if d.get("kind") == "assertion"]
        failed += [f"{file}:{e['line']}: {title}: {e['rule']} on {iso(day)}"
                   for e in expectations if not satisfied(e, lines)]
    return failed


def run_tests(paths, library) -> int:
    passed = failed = 0
    for path in paths:
        pack = load_pack([path], library)
        given = {path.name} if path.is_file() else {p.name for p in path.glob("*.mou")}
        for _, title, (file, tokens) in pack.scenarios:
            if file not in given:
                continue
            try:
                faults = run_scenario(pack, title, file, tokens)
            except ReadError as error:
                faults = [str(error)]
            passed, failed = passed + (not faults), failed + bool(faults)
            for fault in faults:
                print(fault, file=sys.stderr)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
