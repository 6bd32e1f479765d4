"""Measures: the ways in which grounds reach targets, and the decisions that follow."""

from dataclasses import dataclass, field
from typing import Any

from .cite import Citer, sorted_grounds
from .intervals import END, cut, in_period, piece_around, piece_at, pieces
from .values import UNKNOWN, Date, all_of, compare, is_known, negate
from .world import Reached


@dataclass(slots=True, eq=False)
class Triple:
    """A subject of a finding, a ground of it, and the way by which it reaches the target."""

    subject: Any
    finding: Any
    ground: Any               # None for a finding without 凭
    link: Any                 # relation row, None for the subject itself
    inverse: bool
    target: Any
    truth: Any
    interval: Any             # where the triple is yes apart from time
    checks: list              # (what, truth) of the parts, for `missing`
    asked: Any                # what is asked of the relation row: (condition, scope, truth), or nothing


@dataclass(slots=True, eq=False)
class Decision:
    subject: Any
    rule: Any                 # Measure or Finding
    outcome: str
    interval: Any = None
    term: Any = None
    grounds: list = field(default_factory=list)
    unknown: list = field(default_factory=list)      # triples or grounds to name as missing
    world: Any = None                                # Measures of the world to look at
    authorities: list = field(default_factory=list)


class Measures:
    """Triples of measures in the world of one evaluator."""

    def __init__(self, findings, ev=None):
        """`ev`: an evaluator of its own for what is asked besides findings."""
        self.findings, self.ev = findings, ev or findings.ev
        if ev is None:
            findings.measures = self
        self.today = Date(self.ev.as_of)
        self.citer = Citer(findings)
        self.guards: dict = {}
        self.next_date = None         # set by run.Run

    def triples(self, measure, subject) -> list[Triple]:
        """Everything by which a measure reaches anyone because of this subject."""
        if not in_period(measure, self.ev.as_of):
            return []
        ways = self.ways(measure, subject)
        if not ways:
            return []
        guards = self.guard_checks(measure, subject)
        out = []
        for finding in measure.because:
            held = self.findings.held(subject, finding)
            for ground in held.grounds if finding.sections else [None]:
                own = self.own_end(measure, subject, ground)
                for way in ways:
                    out.append(self.triple(measure, subject, finding, held, ground, way, guards, own))
        return out

    def ways(self, measure, subject):
        """(relation row, against its direction, target, its condition's truth) for each way."""
        out = []
        for way in measure.targets.get(subject.kind, ()):
            if way is None:
                out.append((None, False, subject, None))
                continue
            relation, inverse, condition = way
            links = (subject.reverse if inverse else subject.links).get(relation.name, ())
            for link in links:
                target = link.source if inverse else link.target
                scope = (subject, Reached(target, link))
                asked = () if condition is None else (condition, scope, self.ev.truth(condition, scope))
                out.append((link, inverse, target, asked))
        return out

    def guard_checks(self, measure, subject):
        key = (measure, subject.id)
        if key not in self.guards:
            scope, checks = (subject,), []
            if measure.only_if is not None:
                checks.append(("only_if", self.ev.truth(measure.only_if, scope)))
            if measure.unless is not None:
                checks.append(("unless", negate(self.ev.truth(measure.unless, scope))))
            self.guards[key] = checks
        return self.guards[key]

    def own_end(self, measure, subject, ground):
        """The end that the measure itself sets, None where it follows the finding."""
        if ground is None:
            return None
        if measure.end is not None:
            return self.ev.value(measure.end, (subject,))
        if measure.term is None or ground.begin is None:
            return None
        return self.ev.plus(ground.begin, self.ev.value(measure.term, (subject,)))

    def office_day(self, measure, ground):
        """The day on which the relation must hold."""
        if measure.office == "当前" or ground is None:
            return self.today
        record = ground.row.record
        field = record.act if measure.office == "行为时" else record.made
        if field is None:
            return self.today
        return ground.row.values.get(field, UNKNOWN)

    def triple(self, measure, subject, finding, held, ground, way, guards, own) -> Triple:
        link, inverse, target, asked = way
        if ground is None:
            checks = [("finding", held.truth)]
            interval = None
        else:
            checks = [("ground", ground.truth)]
            interval = self.own_interval(held, ground, own)
            if own is not None:
                checks.append(("own_end", compare("<", self.today, own)))
        relation = None
        if link is not None:
            relation = self.ev.held(link, self.office_day(measure, ground))
            checks.append(("relation", relation))
        if measure.authority_field:
            known = is_known(ground.row.values.get(measure.authority_field, UNKNOWN))
            checks.append(("authority", True if known else None))
            interval = interval if known else None
        if asked:
            guards = guards + [("asked", asked[2])]
        checks += guards
        truth = all_of(t for _, t in checks)
        if interval and not self.yes_apart_from_time(measure, link, relation, guards):
            interval = None
        if interval and link is not None and measure.office == "当前":
            interval = within_link(interval, link)
        return Triple(subject, finding, ground, link, inverse, target, truth, interval, checks, asked)

    def own_interval(self, held, ground, own):
        """The ground's interval, under the measure's own end where it has one."""
        if ground.interval is None or own is None:
            return ground.interval
        if not is_known(own):
            return None
        end = piece_around(held.intervals, ground.interval)[1]
        interval = (ground.interval[0], min(end, own.n))
        return interval if interval[0] < interval[1] else None

    @staticmethod
    def yes_apart_from_time(measure, link, relation, guards) -> bool:
        if any(truth is not True for _, truth in guards):
            return False
        if link is None:
            return True
        return is_known(link.begin) if measure.office == "当前" else relation is True


def acting(measure, triples) -> list[str]:
    """Who carries a measure out: the authorities named, then what the cited grounds say."""
    said = {t.ground.row.values.get(measure.authority_field, UNKNOWN)
            for t in triples if measure.authority_field and t.ground is not None}
    words = {getattr(value, "n", value) for value in said if is_known(value)}
    return measure.authorities + sorted(words, key=lambda word: word.encode())


def within_link(interval, link):
    begin = max(interval[0], link.begin.n)
    end = min(interval[1], END if link.end is None else link.end.n)
    return (begin, end) if begin < end else None


# -- decisions ----------------------------------------------------------------

class Decider:
    """Turns triples in both worlds into the decision of one measure for one target."""

    def __init__(self, full: Measures, undisputed: Measures):
        self.full, self.undisputed = full, undisputed
        self.day = full.ev.as_of

    def measure(self, measure, target, in_full, in_rest) -> Decision | None:
        """in_full and in_rest: the triples with all records, and without the contested."""
        rest = self.full if measure.memo.undisturbed else self.undisputed
        f, d = truth_of(in_full), truth_of(in_rest)
        if measure.kind == "sanction":
            decided = self.sanction(f, d, in_full, in_rest, rest)
        else:
            decided = self.incentive(f, d, in_full, in_rest, rest)
        if decided is None:
            return self.pending(measure, target, in_full)
        outcome, triples, world = decided
        if outcome == "to_verify":
            return self.to_verify(measure, target, triples, world)
        return self.standing(measure, target, outcome, triples, world)

    def sanction(self, f, d, in_full, in_rest, rest):
        if f is True and d is True:
            return "in_force", in_rest, rest
        if f is True:
            return "suspended", in_full, self.full
        return ("to_verify", in_full, self.full) if f is None else None

    def incentive(self, f, d, in_full, in_rest, rest):
        if f is True:
            return "in_force", in_full, self.full
        if d is True:
            return "in_force", in_rest, rest
        if f is None:
            return "to_verify", in_full, self.full
        return ("to_verify", in_rest, rest) if d is None else None

    def standing(self, measure, target, outcome, triples, world) -> Decision:
        holding = [t for t in triples if t.truth is True]
        decision = Decision(target, measure, outcome, grounds=self.cited(holding, world))
        decision.authorities = acting(measure, holding)
        plain = [t.subject for t in holding if t.ground is None]
        if plain:
            if measure.term is not None:
                first = min(plain, key=lambda subject: subject.id)
                decision.term = world.ev.value(measure.term, (first,))
            return decision
        whole = piece_at([t.interval for t in triples if t.interval], self.day)
        decision.interval = cut(whole, measure)
        return decision

    def to_verify(self, measure, target, triples, world) -> Decision:
        unknown = [t for t in triples if t.truth is None]
        return Decision(target, measure, "to_verify", grounds=self.cited(unknown, world),
                        unknown=unknown, world=world, authorities=acting(measure, unknown))

    def pending(self, measure, target, triples) -> Decision | None:
        ahead = [t for t in triples if t.interval and t.interval[0] > self.day]
        if not ahead:
            return None
        first = pieces(t.interval for t in ahead)[0]
        interval = cut(first, measure)
        if interval is None:
            return None
        beginning = [t for t in ahead if t.interval[0] == first[0]]
        return Decision(target, measure, "pending", interval, authorities=acting(measure, beginning),
                        grounds=self.cited(beginning, self.full))

    @staticmethod
    def cited(triples, world) -> list:
        out = []
        for t in triples:
            out += world.citer.of_triple(t)
        return sorted_grounds(out)

    # -- findings as lines of their own ---------------------------------------

    def finding(self, subject, finding) -> Decision | None:
        full = self.full.findings.held(subject, finding)
        rest = self.undisputed.findings.held(subject, finding)
        if full.truth is True:
            held, world = (rest, self.undisputed) if rest.truth is True else (full, self.full)
            outcome = "in_force" if rest.truth is True else "suspended"
            decision = Decision(subject, finding, outcome)
            decision.grounds = sorted_grounds(world.citer.of_finding(subject, finding, []))
            if finding.sections:
                decision.interval = cut(piece_at(held.intervals, self.day), finding.memo)
            return decision
        if full.truth is None:
            return self.unsettled_finding(subject, finding, full)
        return self.pending_finding(subject, finding, full)

    def unsettled_finding(self, subject, finding, held) -> Decision:
        grounds = [g for g in held.grounds if g.truth is None]
        return Decision(subject, finding, "to_verify", world=self.full,
                        grounds=sorted_grounds(self.full.citer.row(g.row, []) for g in grounds))

    def pending_finding(self, subject, finding, held) -> Decision | None:
        ahead = [g for g in held.grounds if g.interval and g.interval[0] > self.day]
        if not ahead:
            return None
        first = pieces(g.interval for g in ahead)[0]
        interval = cut(first, finding.memo)
        if interval is None:
            return None
        grounds = [self.full.citer.row(g.row, []) for g in ahead if g.interval[0] == first[0]]
        return Decision(subject, finding, "pending", interval, grounds=sorted_grounds(grounds))


def truth_of(triples):
    result = False
    for t in triples:
        if t.truth is True:
            return True
        if t.truth is None:
            result = None
    return result
