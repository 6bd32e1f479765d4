"""Evaluation of a whole world: all decision lines on one date."""

from . import output
from .dates import LAST_DAY, iso
from .evaluate import Evaluator
from .findings import Findings
from .measures import Decider, Measures
from .nextdate import NextDate
from .others import Others
from .world import components


class Run:
    """One pack on one as-of date over one world."""

    def __init__(self, pack, world, as_of: int, findings=False, next_dates=False, wanted=()):
        """`wanted`: of duties, repairs, matters, assertions."""
        self.pack, self.world, self.as_of = pack, world, as_of
        self.findings, self.next_dates = findings, next_dates
        self.wanted = set(wanted)
        self.faults = self.refuted = False

    def lines(self) -> list[str]:
        told: dict[str, list] = {}
        for group in components(self.world):
            for subject, lines in self.group(group):
                told[subject] = lines
        return [text for subject in sorted(told) for text in told[subject]]

    def group(self, subjects):
        """Decide one group of related subjects: (subject id, its lines)."""
        full, rest = self.worlds(subjects)
        decider = Decider(full, rest)
        decisions = {subject.id: [] for subject in subjects}
        for measure in self.pack.measures:
            for decision in self.decide(decider, measure, subjects):
                decisions[decision.subject.id].append(decision)
        others = self.others(full, rest, decisions)
        if self.findings:
            for subject in subjects:
                decisions[subject.id] += filter(None, (decider.finding(subject, finding)
                                                       for finding in self.pack.findings))
        for subject in subjects:
            yield subject.id, self.subject_lines(subject, decisions[subject.id], full, rest, others)

    def others(self, full, rest, decisions):
        if not self.wanted:
            return None
        states = {(id, d.rule): d for id, made in decisions.items() for d in made}
        return Others(self.pack, self.world.subjects, full, rest, states, self.wanted)

    def worlds(self, subjects):
        """World F, and world D where anything is contested (else the same)."""
        full = self.world_of(contested_absent=False)
        contested = any(row.contested(self.as_of) for subject in subjects
                        for rows in subject.rows.values() for row in rows)
        if not contested:
            return full, full
        rest = self.world_of(contested_absent=True)
        rest.findings.undisputed = full.findings
        return full, rest

    def world_of(self, contested_absent: bool) -> Measures:
        measures = Measures(Findings(Evaluator(self.pack, self.as_of, contested_absent)))
        measures.next_date = NextDate(measures)
        return measures

    def decide(self, decider, measure, subjects):
        by_target: dict[str, tuple] = {}
        worlds = [decider.full, decider.full if measure.memo.undisturbed else decider.undisputed]
        for i, world in enumerate(worlds):
            for subject in subjects:
                for triple in world.triples(measure, subject):
                    entry = by_target.setdefault(triple.target.id, (triple.target, [], []))
                    entry[1 + i].append(triple)
        for target, in_full, in_rest in by_target.values():
            decision = decider.measure(measure, target, in_full, in_rest)
            if decision is not None:
                yield decision

    def subject_lines(self, subject, decisions, full, rest, others) -> list[str]:
        decisions.sort(key=lambda d: (d.rule.name, d.rule.memo.name or ""))
        lines = []
        for decision in decisions:
            text, fault = output.decision_line(decision, full.ev, self.pack)
            self.faults |= fault
            lines.append(text)
        if others is not None:
            lines += others.lines(subject)
            self.faults |= others.faults
            self.refuted |= others.refuted
        if self.next_dates:
            lines.append(output.next_line(subject, self.next_of(subject, full, rest, others)))
        return lines

    def next_of(self, subject, full, rest, others):
        day = min(world.next_date.subject(subject, self.pack) for world in {full, rest})
        if others is not None:
            day = min(day, others.next(subject))
        return iso(day) if day <= LAST_DAY else None
