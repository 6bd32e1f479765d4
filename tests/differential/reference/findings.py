"""Findings: their grounds, truth and intervals, for one subject in one world."""

from dataclasses import dataclass
from typing import Any

from .intervals import END, START, in_period
from . import tree
from .values import INAPPLICABLE, Date, UNKNOWN, all_of, any_of, compare, is_known, negate


@dataclass(slots=True, eq=False)
class Ground:
    """One record under one section of a finding, with the truths that make it hold."""

    section: Any
    row: Any
    condition: Any            # 当, without either 除非
    begin: Any                # value of 自, or None where the section has none
    presence: Any
    end: Any                  # value of the end, or None where open
    truth: Any
    interval: Any             # (first day, end) where the condition is yes and the dates known


@dataclass(slots=True, eq=False)
class Held:
    """A finding of one subject."""

    truth: Any
    grounds: list             # of findings with 凭
    intervals: list


class Findings:
    """Memo of the findings of the subjects, in the world of one evaluator."""

    def __init__(self, evaluator):
        self.ev = evaluator
        self.undisputed = self        # the one of world F, for 异议 不停止执行
        self.measures = None          # set by measures.Measures
        self.memo: dict = {}
        self.made_grounds: dict = {}
        evaluator.findings = self

    def truth(self, subject, finding):
        return self.held(subject, finding).truth

    def world_of(self, memo) -> "Findings":
        return self.undisputed if memo.undisturbed else self

    def held(self, subject, finding) -> Held:
        world = self.world_of(finding.memo)
        if world is not self:
            return world.held(subject, finding)
        key = (subject.id, finding)
        if key not in self.memo:
            self.memo[key] = self.judge(subject, finding)
        return self.memo[key]

    def judge(self, subject, finding) -> Held:
        if not in_period(finding.memo, self.ev.as_of):
            return Held(False, [], [])
        if not finding.sections:
            return Held(self.condition(subject, finding), [], [])
        grounds = self.grounds(subject, finding)
        return Held(any_of(g.truth for g in grounds), grounds,
                    [g.interval for g in grounds if g.interval])

    def grounds(self, subject, finding) -> list[Ground]:
        """A ground for every row of every section that this world has, whether or not it holds."""
        return [g for g in self.all_grounds(subject, finding)
                if not (self.ev.contested_absent and g.row.contested(self.ev.as_of))]

    def all_grounds(self, subject, finding) -> list[Ground]:
        """The same with the contested rows, whatever the world."""
        key = (subject.id, finding)
        if key not in self.made_grounds:
            self.made_grounds[key] = [self.ground(finding, section, row)
                                      for section in finding.sections
                                      for row in subject.rows.get(section.record.name, ())]
        return self.made_grounds[key]

    def condition(self, subject, finding):
        scope = (subject,)
        return all_of((self.optional(finding.condition, scope),
                       negate(self.optional(finding.unless, scope, False))))

    def optional(self, node, scope, absent=True):
        return absent if node is None else self.ev.truth(node, scope)

    def ground(self, finding, section, row) -> Ground:
        scope = (row.subject, row)
        condition = all_of((self.optional(section.condition, scope),
                            negate(self.optional(section.unless, scope, False)),
                            negate(self.optional(finding.unless, scope[:1], False))))
        begin = None if section.begin is None else self.ev.value(section.begin, scope)
        end = self.end(section, begin, scope)
        presence = self.ev.present(row)
        today = Date(self.ev.as_of)
        truth = all_of((condition, begin is None or compare("≤", begin, today), presence,
                        end is None or compare("<", today, end),
                        *[negate(self.ev.truth(e.come, scope)) for e in section.endings]))
        interval = interval_of(begin, [end, *self.event_days(section, scope)], row) \
            if condition is True else None
        return Ground(section, row, condition, begin, presence, end, truth, interval)

    def event_days(self, section, scope) -> list:
        """The days of the events of 终止 that are or may be there, come or still to come."""
        days = []
        for ending in section.endings:
            come, places = ending.come, [(scope, True)]
            if isinstance(come, tree.Quantifier):
                places, come = self.ev.ranged(come.source, scope), come.source.condition
            *conditions, last = come.parts
            for inner, presence in places:
                there = all_of([presence, *[self.ev.truth(c, inner) for c in conditions]])
                day = self.ev.value(last.left, inner)
                if there is not False and day is not INAPPLICABLE:
                    days.append(day)
        return days

    def end(self, section, begin, scope):
        """The value of 至, or of 自 + 为期; None where the ground is open-ended."""
        if section.end is not None:
            return self.ev.value(section.end, scope)
        if section.term is None:
            return None
        return self.ev.plus(begin, self.ev.value(section.term, scope))


def service_dates(row) -> list:
    """The service dates that a row waits for: its own and its parents'."""
    return [r.values.get(r.record.served, UNKNOWN) for r in row.lineage() if r.record.served]


def interval_of(begin, ends, row):
    """[later of 自 and service, earliest end) where every date is known and it is not empty."""
    served = service_dates(row)
    dated = [d for d in [begin, *ends, *served] if d is not None]
    if not all(is_known(d) for d in dated):
        return None
    starts = [d.n for d in [begin, *served] if d is not None]
    interval = (max(starts, default=START), min((d.n for d in ends if d is not None), default=END))
    return interval if interval[0] < interval[1] else None
