"""Duties, repairs, matters and assertions of one group of related subjects on one date.

Duties and repairs see raw records: rows count whether or not they are served, and under objection.
"""

from . import model, tree
from .dates import LAST_DAY, day_number, iso, year_of
from .evaluate import Evaluator
from .findings import Findings
from .intervals import in_period, shown
from .measures import Measures
from .missing import Missing, sort_key
from .nextdate import NextDate, parameter_days_of, parts_of
from .output import duration, line
from .values import Symbol, any_of, is_known


class RawEvaluator(Evaluator):
    """Rows are there whatever their service dates; findings are those of the world given."""

    def present(self, row):
        return True


def raw_world(pack, day, normal) -> Measures:
    ev = RawEvaluator(pack, day, normal.ev.contested_absent)
    ev.findings = normal.findings
    measures = Measures(normal.findings, ev)
    measures.next_date = NextDate(measures, raw=True)
    return measures


def key_order(row):
    return (row.key is not None, row.key or "")


class Others:
    """What a run asks for besides decisions, in worlds F and D of one group."""

    def __init__(self, pack, subjects, full, rest, states, wanted):
        self.subjects = subjects      # by id
        self.pack, self.full, self.rest, self.wanted = pack, full, rest, wanted
        self.day = full.ev.as_of
        self.states = states          # (subject id, measure) -> decision
        for world in (full, rest):
            world.ev.states, world.ev.contested_decision = states, self.contested
        self.raw = raw_world(pack, self.day, full)
        self.raw_rest = self.raw if rest is full else raw_world(pack, self.day, rest)
        self.faults = False
        self.refuted = False

    def contested(self, decision) -> bool:
        """Whether a decision cites a record under objection."""
        subjects = self.subjects
        return any(row.key == key and row.contested(self.day)
                   for who, record, key, _ in decision.grounds
                   for row in subjects[who].rows.get(record, ()))

    def lines(self, subject) -> list[str]:
        out = []
        for kind, rules, method in (("duties", self.pack.duties, self.duty),
                                    ("repairs", self.pack.repairs, self.repair),
                                    ("matters", self.pack.matters, self.matter),
                                    ("assertions", self.pack.assertions, self.assertion)):
            if kind in self.wanted:
                for rule in sorted(rules, key=lambda r: (r.name, r.memo.name or "")):
                    if in_period(rule.memo, self.day):
                        out += [line(data) for data in method(subject, rule)]
        return out

    # -- lines ----------------------------------------------------------------

    @staticmethod
    def head(subject, rule, kind) -> dict:
        return {"subject": subject.id, "memorandum": rule.memo.name, "version": rule.memo.version,
                "rule": rule.name, "kind": kind}

    def missing(self, world, roots) -> list[dict]:
        collector = Missing(world)
        for root in roots:
            root(collector)
        out = []
        for entry in sorted(collector.entries, key=sort_key):
            data = dict(zip(("subject", "record", "key", "field"), entry))
            if entry[4]:
                data |= {"code": entry[4], "span": entry[5]}
                self.faults = True
            out.append(data)
        return out

    @staticmethod
    def date(value):
        return shown(value.n) if is_known(value) else None

    # -- duties ---------------------------------------------------------------

    def duty(self, subject, duty):
        for row in sorted(subject.rows.get(duty.record.name, ()), key=key_order):
            data = self.duty_of(subject, duty, row)
            if data is not None:
                yield data

    def duty_of(self, subject, duty, row):
        ev, scope = self.raw.ev, (subject, row)
        condition = True if duty.condition is None else ev.truth(duty.condition, scope)
        if condition is False:
            return None
        done = any_of(ev.truth(completion, scope) for completion in duty.done)
        begun, over = ev.truth(duty.begun, scope), ev.truth(duty.over, scope)
        outcome = duty_outcome(condition, done, begun, over)
        roots = []
        if outcome == "to_verify":
            unknown = [*duty.done] if done is None else []
            unknown += [n for n in (duty.condition, duty.begun, duty.over) if n is not None]
            roots = [lambda m, n=n: m.walk(n, scope) for n in unknown]
        by, on = self.evidence(duty, scope) if outcome == "done" else ([], None)
        return self.head(subject, duty, "duty") | {
            "outcome": outcome, "record": row.record.name, "key": row.key,
            "authority": self.authority(duty, row), "from": self.date(ev.value(duty.begin, scope)),
            "deadline": self.date(ev.value(duty.deadline, scope)), "done_by": by, "done_on": on,
            "basis": duty.basis, "missing": self.missing(self.raw, roots)}

    @staticmethod
    def authority(duty, row):
        if duty.authority_field is None:
            return "、".join(duty.authorities)
        value = row.values.get(duty.authority_field)
        return value.n if isinstance(value, Symbol) else value

    def evidence(self, duty, scope):
        """The records by which it is done, and the first of their dates of making."""
        found, days = set(), []
        for completion in duty.done:
            if not isinstance(completion, tree.Quantifier) or completion.word != "任一" \
                    or completion.source.kind == "relation":
                continue
            for inner, truth in self.raw.ev.parts(completion.source, scope):
                if truth is True:
                    row = inner[-1]
                    found.add((row.record.name, row.key))
                    made = row.values.get(row.record.made) if row.record.made else None
                    days += [made.n] if made is not None and is_known(made) else []
        ordered = sorted(found, key=lambda r: (r[0], r[1] is not None, r[1] or ""))
        return [{"record": r, "key": k} for r, k in ordered], iso(min(days)) if days else None

    # -- repairs --------------------------------------------------------------

    def repair(self, subject, repair):
        for row in sorted(subject.rows.get(repair.record.name, ()), key=key_order):
            scope = (subject, row)
            outcome = repair_outcome(repair, self.raw.ev, scope)
            roots = []
            if outcome == "to_verify":
                roots = [lambda m, n=n: m.walk(n, scope)
                         for n in (repair.eligible, repair.refused) if n is not None]
            day = self.earliest(repair, scope)
            yield self.head(subject, repair, "repair") | {
                "outcome": outcome, "record": row.record.name, "key": row.key,
                "earliest": None if day is None else iso(day),
                "handled": [step(self.timed(s)) for s in repair.handled],
                "once_granted": [step(s) for s in repair.granted],
                "basis": repair.basis, "missing": self.missing(self.raw, roots)}

    def timed(self, entry):
        """A step whose time a parameter says, with the value in force."""
        name, thing, within = entry
        if isinstance(within, model.Parameter):
            rows = [row for first, row in within.rows if first <= self.day]
            within = self.raw.ev.value(rows[-1], ()) if rows else None
        return name, thing, within

    def earliest(self, repair, scope):
        """From one day of change to the next until it is possible."""
        world, day = self.raw, self.day
        nodes = [n for n in (repair.eligible, repair.refused) if n is not None]
        while repair_outcome(repair, world.ev, scope) != "eligible":
            following = min([world.next_date.walk(n, scope) for n in nodes]
                            + [d for d in parameter_days_of(nodes, world.ev.by_list) if d > day], default=LAST_DAY + 1)
            if any(has_streak(n) for n in nodes):
                following = min(following, day_number(year_of(day) + 1, 1, 1))
            end = repair.memo.repealed
            if following > LAST_DAY or end is not None and following >= end:
                return None
            day = following
            normal = Measures(Findings(Evaluator(self.pack, day, False)))
            normal.next_date = NextDate(normal)
            world = raw_world(self.pack, day, normal)
        return day

    # -- matters --------------------------------------------------------------

    def answer(self, rule, node, subject):
        if node is None:
            return None
        rest = self.full if rule.memo.undisturbed else self.rest
        truth = self.full.ev.truth(node, (subject,))
        if truth is True:
            return "yes" if rest.ev.truth(node, (subject,)) is True else "suspended"
        return "no" if truth is False else "unknown"

    def matter(self, subject, matter):
        prohibit = self.answer(matter, matter.prohibit, subject)
        advise = self.answer(matter, matter.advise, subject)
        outcome = matter_outcome(prohibit, advise)
        roots, decisive = [], set()
        for node, said in ((matter.prohibit, prohibit), (matter.advise, advise)):
            if said not in (None, "no"):
                decisive |= self.decisive(node, subject)
            if said == "unknown" and outcome == "to_verify":
                roots.append(lambda m, n=node: m.walk(n, (subject,)))
        yield self.head(subject, matter, "matter") | {
            "outcome": outcome, "prohibit": prohibit, "advise": advise,
            "looked_up": [self.looked_up(subject, measure, measure in decisive)
                          for measure in matter.measures],
            "basis": matter.basis, "missing": self.missing(self.full, roots)}

    def looked_up(self, subject, measure, decisive) -> dict:
        decision = self.states.get((subject.id, measure))
        begin, end = decision.interval or (None, None) if decision else (None, None)
        return {"memorandum": measure.memo.name, "rule": measure.name, "kind": measure.kind,
                "outcome": decision.outcome if decision else None,
                "from": begin and shown(begin), "until": end and shown(end), "decisive": decisive}

    def decisive(self, node, subject) -> set:
        """The measures whose state makes a condition what it is."""
        truth = self.full.ev.truth(node, (subject,))
        if isinstance(node, tree.MeasureState):
            return {node.measure}
        if isinstance(node, tree.Not):
            return self.decisive(node.operand, subject)
        if isinstance(node, tree.EachMeasure):
            return self.decisive_each(node, subject, truth)
        if isinstance(node, tree.UseDefinition):
            return self.decisive(node.definition.body, subject) \
                if node.definition.record is None else set()
        if not isinstance(node, (tree.And, tree.Or)):
            return set()
        everything = truth is not None and isinstance(node, tree.And) == (truth is True)
        return self.decisive_parts(node.parts, subject, truth, everything)

    def decisive_parts(self, parts, subject, truth, everything):
        out = set()
        for part in parts:
            if everything or self.full.ev.truth(part, (subject,)) is truth:
                out |= self.decisive(part, subject)
        return out

    def decisive_each(self, node, subject, truth):
        inner = truth if node.word != "无" else None if truth is None else not truth
        conjunction = node.word == "每个"
        everything = inner is not None and conjunction == (inner is True)
        return self.decisive_parts(node.parts, subject, inner, everything)

    # -- assertions -----------------------------------------------------------

    def assertion(self, subject, assertion):
        if any(world.ev.truth(assertion.body, (subject,)) is not False
               for world in (self.full, self.rest)):
            return
        self.refuted = True
        decisive = self.decisive(assertion.body, subject)
        yield self.head(subject, assertion, "assertion") | {
            "outcome": "refuted",
            "measures": [{"memorandum": m.memo.name, "rule": m.name} for m in sorted(
                decisive, key=lambda m: (m.name, m.memo.name or ""))]}

    # -- next dates -----------------------------------------------------------

    def next(self, subject) -> int:
        least = LAST_DAY + 1
        for world, normal in {(self.raw, self.full), (self.raw_rest, self.rest)}:
            least = min(least, self.next_in(subject, world.next_date, normal.next_date))
        return least

    def next_in(self, subject, raw, normal) -> int:
        days = []
        for duty in self.pack.duties if "duties" in self.wanted else ():
            nodes = [duty.condition, duty.begun, duty.over, *duty.done]
            days += self.of_rule(normal, duty, nodes)
            for row in subject.rows.get(duty.record.name, ()):
                days += [raw.walk(n, (subject, row)) for n in nodes]
        for repair in self.pack.repairs if "repairs" in self.wanted else ():
            days += self.of_rule(normal, repair, [repair.eligible, repair.refused])
            for row in subject.rows.get(repair.record.name, ()):
                days += [raw.walk(n, (subject, row)) for n in (repair.eligible, repair.refused)]
        for matter in self.pack.matters if "matters" in self.wanted else ():
            nodes = [matter.prohibit, matter.advise]
            days += self.of_rule(normal, matter, nodes)
            days += [normal.walk(n, (subject,)) for n in nodes]
        for assertion in self.pack.assertions if "assertions" in self.wanted else ():
            days += self.of_rule(normal, assertion, [assertion.body])
            days.append(normal.walk(assertion.body, (subject,)))
        return min(days, default=LAST_DAY + 1)

    @staticmethod
    def of_rule(next_date, rule, nodes):
        """The days that count for everyone: the memorandum's period, parameters."""
        return [next_date.after(rule.memo.effective, rule.memo.repealed),
                next_date.after(*parameter_days_of([n for n in nodes if n is not None]))]


def duty_outcome(condition, done, begun, over) -> str:
    if condition is None:
        return "to_verify"
    if done is True:
        return "done"
    if begun is False:
        return "pending"
    if None in (done, begun, over):
        return "to_verify"
    return "overdue" if over else "due"


def repair_outcome(repair, ev, scope) -> str:
    eligible = True if repair.eligible is None else ev.truth(repair.eligible, scope)
    refused = False if repair.refused is None else ev.truth(repair.refused, scope)
    if refused is True:
        return "refused"
    if eligible is False:
        return "not_eligible"
    return "to_verify" if None in (eligible, refused) else "eligible"


def matter_outcome(prohibit, advise) -> str:
    if prohibit == "yes":
        return "deny"
    if prohibit == "unknown":
        return "to_verify"
    if advise == "yes":
        return "advise"
    return "to_verify" if advise == "unknown" else "allow"


def step(entry) -> dict:
    name, thing, within = entry
    return {"step": name, "object": thing, "within": None if within is None else duration(within)}


def has_streak(node, seen=None) -> bool:
    seen = set() if seen is None else seen
    if node is None or id(node) in seen:
        return False
    seen.add(id(node))
    if isinstance(node, tree.Streak) and node.until is None:
        return True
    parts = list(parts_of(node))
    source = getattr(node, "source", None)
    if source is not None:
        parts += [source.date, source.condition]
    if isinstance(node, tree.UseDefinition):
        parts.append(node.definition.body)
    return any(has_streak(part, seen) for part in parts)
