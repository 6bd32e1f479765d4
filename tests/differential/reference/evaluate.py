"""Evaluation of expressions in one world (F or D) on one as-of date.

`truth` gives True, False or None; `value` gives a value; `operand` is `value`
except that an unsettled count stays a range, for comparisons.
"""

from . import dates, model, tree
from .values import (
    FAULTS, INAPPLICABLE, UNKNOWN, Date, Duration, Exact, Money, Range, Span, Symbol, add, all_of,
    any_of, compare, divide, is_known, is_unknown, measure_of, multiply, negate,
    opposite, rounded, strict)

from .world import Reached

STATE_OUTCOMES = {"生效": "in_force", "暂停": "suspended", "待核实": "to_verify", "未生效": "pending"}
FROZEN = tree.CONDITIONS + tree.AGGREGATES


class Evaluator:
    """Values in one world. `today` moves only while a comparison is asked about another day."""

    def __init__(self, pack: model.Pack, as_of: int, contested_absent: bool):
        self.pack, self.as_of, self.contested_absent = pack, as_of, contested_absent
        self.today = as_of
        self.calendars = dates.Calendars(pack.calendars, as_of)
        self.findings = None          # set by findings.Findings
        self.by_list = {}
        for finding in pack.findings:
            self.by_list.setdefault(finding.enters, []).append(finding)
        self.truths = {
            tree.And: lambda n, s: all_of(self.truth(p, s) for p in n.parts),
            tree.Or: lambda n, s: any_of(self.truth(p, s) for p in n.parts),
            tree.Not: lambda n, s: negate(self.truth(n.operand, s)),
            tree.Compare: lambda n, s: compare(n.op, self.operand(n.left, s), self.operand(n.right, s)),
            tree.OneOf: self.one_of, tree.Between: self.between, tree.Filled: self.filled,
            tree.TimeForm: self.time_form, tree.Quantifier: self.quantifier,
            tree.OnList: self.on_list,
            tree.UseFinding: lambda n, s: self.findings.truth(s[n.subject], n.finding),
            tree.MeasureState: self.measure_state, tree.EachMeasure: self.each_measure,
        }
        self.states: dict = {}        # (subject id, measure) -> decision; set by others.Others
        self.contested_decision = None
        self.values = {
            tree.Literal: lambda n, s: n.value,
            tree.FieldOf: lambda n, s: s[n.row].values.get(n.name, UNKNOWN),
            tree.MarkOf: lambda n, s: s[0].marks.get(n.name, INAPPLICABLE),
            tree.LinkFieldOf: lambda n, s: s[n.row].link.values.get(n.name, UNKNOWN),
            tree.AttributeOf: self.attribute, tree.UseDefinition: self.definition,
            tree.UseParameter: self.parameter, tree.UseTable: self.table,
            tree.Function: self.function, tree.Arith: self.arithmetic,
            tree.Negative: lambda n, s: strict(opposite, self.value(n.operand, s)),
            tree.If: self.choice, tree.OrElse: self.or_else,
            tree.Today: lambda n, s: Date(self.today), tree.Total: self.total,
        }
        self.ranges = {tree.Count: self.count, tree.ListCount: self.list_count,
                       tree.Streak: self.streak, tree.CountSum: self.count_sum}

    # -- the three questions --------------------------------------------------

    def truth(self, node, scope):
        """A condition's truth; a yes-no value stands for `X 是 是`."""
        handler = self.truths.get(type(node))
        if handler:
            return handler(node, scope)
        return self.as_truth(self.value(node, scope))

    @staticmethod
    def as_truth(value):
        if value is INAPPLICABLE:
            return False
        return None if is_unknown(value) else value

    def value(self, node, scope):
        value = self.operand(node, scope)
        if isinstance(value, Range):
            return value.low if value.low == value.high else UNKNOWN
        return value

    def operand(self, node, scope):
        if self.today != self.as_of and isinstance(node, FROZEN):
            return self.frozen(self.operand, node, scope)
        handler = self.values.get(type(node)) or self.ranges.get(type(node))
        if handler:
            return handler(node, scope)
        truth = self.truth(node, scope)
        return UNKNOWN if truth is None else truth

    def frozen(self, method, node, scope):
        """Evaluate a part that keeps the value that it has on the as-of date."""
        moved, self.today = self.today, self.as_of
        try:
            return method(node, scope)
        finally:
            self.today = moved

    def on_day(self, day: int, node, scope):
        """The truth of a comparison if today were another day, all else unchanged."""
        self.today = day
        try:
            return self.truths[type(node)](node, scope)
        finally:
            self.today = self.as_of

    # -- what was decided -----------------------------------------------------

    def measure_state(self, node, scope):
        decision = self.states.get((scope[0].id, node.measure))
        if decision is None:
            return False
        if node.state == "有争议":
            return self.contested_decision(decision)
        if node.state == "生效" and decision.outcome == "to_verify" and not node.definite:
            return None
        return decision.outcome == STATE_OUTCOMES[node.state]

    def each_measure(self, node, scope):
        truths = [self.truth(part, scope) for part in node.parts]
        if node.word == "每个":
            return all_of(truths)
        return any_of(truths) if node.word == "任一" else negate(any_of(truths))

    # -- comparisons ----------------------------------------------------------

    def one_of(self, node, scope):
        left = self.operand(node.operand, scope)
        return any_of(compare("=", left, self.operand(item, scope)) for item in node.items)

    def between(self, node, scope):
        value = self.operand(node.operand, scope)
        return all_of((compare("≥", value, self.operand(node.low, scope)),
                       compare("≤", value, self.operand(node.high, scope))))

    def filled(self, node, scope):
        return is_known(self.value(node.operand, scope)) == node.wanted

    def time_form(self, node, scope):
        return all_of(compare(op, a, b) for op, a, b in self.time_parts(node, scope))

    def time_values(self, node, scope):
        """The date and the period that a time form speaks of."""
        return self.value(node.operand, scope), self.value(node.period, scope)

    def time_sum(self, form, day, period):
        """The bound that a time form computes: today less the period, or the date plus it."""
        if form == "recent":
            return self.plus(Date(self.today), period, -1)
        return self.plus(day, period, 1)

    def time_parts(self, node, scope, values=None):
        """The comparisons that a time form stands for, with their operands' values."""
        day, period = values or self.time_values(node, scope)
        today, bound = Date(self.today), self.time_sum(node.form, day, period)
        if node.form == "recent":
            return [("<", bound, day), ("≤", day, today)]
        if node.form == "elapsed":
            return [("≤", bound, today)]
        return [("≤", day, today), ("≤", today, bound)]

    def plus(self, a, b, sign=1):
        return strict(lambda x, y: add(x, y, sign, self.calendars), a, b)

    # -- names ----------------------------------------------------------------

    def attribute(self, node, scope):
        for i in node.subjects:
            subject = scope[i]
            if node.name in self.pack.kinds[subject.kind]:
                return subject.values.get(node.name, UNKNOWN)
        return INAPPLICABLE

    def definition_scope(self, node, scope):
        frame = scope[node.frame]
        return (frame.subject, frame) if node.definition.record else (frame,)

    def definition(self, node, scope):
        return self.value(node.definition.body, self.definition_scope(node, scope))

    def parameter(self, node, scope):
        day = Date(self.as_of) if node.date is None else self.value(node.date, scope)
        if not is_known(day):
            return INAPPLICABLE if day is INAPPLICABLE else UNKNOWN
        value = UNKNOWN
        for first, row in node.parameter.rows:
            if first <= day.n:
                value = self.value(row, ())
        return value

    def table(self, node, scope):
        return strict(lambda *args: self.look_up(node.table, args),
                      *[self.value(a, scope) for a in node.args])

    def look_up(self, table, args):
        for cells, result in table.rows:
            if all(self.cell_holds(cell, arg) for cell, arg in zip(cells, args)):
                return result
        return UNKNOWN

    @staticmethod
    def cell_holds(cell, arg) -> bool:
        if cell.op == "any":
            return True
        if cell.op == "in":
            return any(compare("=", arg, v) for v in cell.values)
        if cell.op == "between":
            return compare("≥", arg, cell.values[0]) and compare("≤", arg, cell.values[1])
        return compare(cell.op, arg, cell.values[0])

    # -- functions and arithmetic ---------------------------------------------

    def arithmetic(self, node, scope):
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if node.op == "+":
            return self.plus(left, right)
        if node.op == "-":
            return self.plus(left, right, -1)
        return strict(multiply if node.op == "*" else divide, left, right)

    def function(self, node, scope):
        args = [self.value(a, scope) for a in node.args]
        return strict(lambda *known: self.call(node.name, known), *args)

    def call(self, name, args):
        first = args[0]
        if name in ("min", "较早"):
            return min(args, key=measure_of)
        if name in ("max", "较晚"):
            return max(args, key=measure_of)
        if name == "周岁":
            return dates.age(first.n, self.today)
        if name == "年":
            return dates.year_of(first.n)
        if name == "月初":
            return Date(dates.month_start(first.n))
        if name == "次月":
            return Date(dates.day_of_next_month(first.n, args[1]))
        if name == "当日或次一工作日":
            return Date(self.calendars.same_or_next(first.n))
        if name == "首个工作日":
            return Date(self.calendars.first_of_month(first.n))
        return rounded(name, first)

    def choice(self, node, scope):
        condition = self.frozen(self.truth, node.condition, scope)
        if condition is None:
            return UNKNOWN
        return self.value(node.then if condition else node.otherwise, scope)

    def or_else(self, node, scope):
        value = self.value(node.operand, scope)
        return value if is_known(value) else self.value(node.default, scope)

    # -- presence and ranging -------------------------------------------------

    def present(self, row):
        """Whether a row has effect: its own and its parents' service dates are not ahead."""
        today = Date(self.as_of)
        return all_of(compare("≤", r.values.get(r.record.served, UNKNOWN), today)
                      for r in row.lineage() if r.record.served)

    def rows(self, source: tree.Source, scope):
        """The rows that a quantifier over records ranges over in this world."""
        rows = self.all_rows(source, scope)
        if self.contested_absent:
            return [row for row in rows if not row.contested(self.as_of)]
        return rows

    def all_rows(self, source: tree.Source, scope):
        """The same with the contested rows, whatever the world."""
        frame, name = scope[source.index], source.name
        if source.kind == "all":
            return frame.rows.get(name, ())
        if source.kind == "nested":
            return [row for row in frame.subject.rows.get(name, ()) if frame in row.lineage()]
        return frame.parent.children[name] if frame.parent else frame.subject.rows[name]

    def links(self, source: tree.Source, subject):
        """The relation rows with the related subject of each."""
        name = source.target.name
        if source.inverse:
            return [(link, Reached(link.source, link)) for link in subject.reverse.get(name, ())]
        return [(link, Reached(link.target, link)) for link in subject.links.get(name, ())]

    def held(self, link, day):
        """Whether a relation row holds on a day (a value)."""
        begun = compare("≤", link.begin, day)
        return begun if link.end is None else all_of((begun, compare("<", day, link.end)))

    def relation_day(self, source, scope):
        return Date(self.as_of) if source.date is None else self.value(source.date, scope)

    def ranged(self, source: tree.Source, scope):
        """(scope of the condition, presence) for everything a source ranges over."""
        if source.kind != "relation":
            return [(scope + (row,), self.present(row)) for row in self.rows(source, scope)]
        day = self.relation_day(source, scope)
        return [(scope + (other,), self.held(link, day))
                for link, other in self.links(source, scope[source.index])]

    def part(self, source, inner, presence):
        """Truth of (present 且 C) for one row."""
        if presence is False or source.condition is None:
            return presence
        return all_of((presence, self.truth(source.condition, inner)))

    def parts(self, source, scope):
        """(inner scope, truth of present 且 C), leaving out rows of `no`."""
        for inner, presence in self.ranged(source, scope):
            truth = self.part(source, inner, presence)
            if truth is not False:
                yield inner, truth

    def quantifier(self, node, scope):
        source = node.source
        if node.word == "每个":
            return all_of(any_of((negate(presence), self.condition_truth(source, inner)))
                          for inner, presence in self.ranged(source, scope))
        some = any_of(truth for _, truth in self.parts(source, scope))
        return some if node.word == "任一" else negate(some)

    def condition_truth(self, source, inner):
        return True if source.condition is None else self.truth(source.condition, inner)

    # -- aggregates -----------------------------------------------------------

    def count(self, node, scope):
        parts = list(self.parts(node.source, scope))
        if node.distinct is None:
            sure = sum(truth is True for _, truth in parts)
            return Range(sure, len(parts))
        return self.count_distinct(node, parts)

    def count_distinct(self, node, parts):
        sure, possible, unknown_sure, unknown_all = set(), set(), False, 0
        for inner, truth in parts:
            value = self.value(node.distinct, inner)
            if is_unknown(value):
                unknown_all += 1
                unknown_sure |= truth is True
                continue
            possible.add(value)
            if truth is True:
                sure.add(value)
        low = len(sure) or (1 if unknown_sure else 0)
        return Range(low, len(possible) + unknown_all)

    def total(self, node, scope):
        values = []
        for inner, truth in self.parts(node.source, scope):
            value = self.value(node.value, inner)
            if truth is None or not is_known(value):
                return UNKNOWN
            values.append(value)
        if node.how == "合计":
            return self.sum(values, node.zero)
        if not values:
            return INAPPLICABLE
        choose = min if node.how in ("最小", "最早") else max
        return choose(values, key=measure_of)

    @staticmethod
    def sum(values, zero):
        """The exact sum; only the final sum has to fit."""
        if not values:
            return zero
        n = sum(measure_of(v) for v in values)
        if not -2 ** 63 <= n < 2 ** 63:
            return FAULTS["F001"]
        first = values[0]
        if isinstance(first, (Money, Span)):
            return type(first)(n)
        if isinstance(first, (Duration, Exact)):
            return type(first)(first.unit, n)
        return n

    def years(self, node, scope):
        """(year, inner scope, presence) of the rows of a run of years that have a known year."""
        return [(year, inner, presence) for inner, presence in self.ranged(node.source, scope)
                if presence is not False and is_known(year := self.value(node.value, inner))]

    def last_year(self, node, scope):
        """The year that the run ends in: 截至, else the latest one not after this year."""
        if node.until is not None:
            return self.value(node.until, scope)
        this_year = dates.year_of(self.as_of)
        return max((year for year, _, _ in self.years(node, scope) if year <= this_year), default=None)

    def streak(self, node, scope):
        last = self.last_year(node, scope)
        if last is None:
            return Range(0, 0)
        if not is_known(last):
            return last
        sure, possible = set(), set()
        for year, inner, presence in self.years(node, scope):
            truth = self.part(node.source, inner, presence)
            if year <= last and truth is not False:
                possible.add(year)
                if truth:
                    sure.add(year)
        return Range(run_length(sure, last), run_length(possible, last))

    # -- lists ----------------------------------------------------------------

    def list_truths(self, node, scope):
        return [self.findings.truth(scope[node.subject], finding)
                for finding in self.by_list.get(node.list, ())]

    def on_list(self, node, scope):
        return any_of(self.list_truths(node, scope))

    def counted(self, node):
        """The findings of the list that count: with the mark that must differ, and as asked."""
        for finding in self.by_list.get(node.list, ()):
            if node.distinct is not None and node.distinct not in finding.marks:
                continue
            if node.condition is None or self.truth(node.condition, (finding,)):
                yield finding

    def list_groups(self, node):
        """The findings that count, together where they have one code of the mark."""
        groups: dict = {}
        for finding in self.counted(node):
            groups.setdefault(finding.marks[node.distinct] if node.distinct else finding, []).append(finding)
        return list(groups.values())

    def count_sum(self, node, scope):
        parts = [self.operand(count, scope) for count in node.counts]
        return Range(sum(part.low for part in parts), sum(part.high for part in parts))

    def list_count(self, node, scope):
        truths = [any_of(self.findings.truth(scope[node.subject], finding) for finding in group)
                  for group in self.list_groups(node)]
        sure = sum(truth is True for truth in truths)
        return Range(sure, sure + sum(truth is None for truth in truths))


def run_length(years: set, last: int) -> int:
    n = 0
    while last - n in years:
        n += 1
    return n
