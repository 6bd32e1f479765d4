"""The next date on which anything about a subject could change by the passing of time.

Every time comparison in the rules' syntactic cone counts, over all rows (also
those that a world leaves out as contested) and without short circuit; a comparison that contains today is followed with its
aggregates, conditions and parameters kept at their value on the as-of date.
"""

from . import model, tree
from .dates import LAST_DAY, day_number
from .values import Range, compare, is_known, measure_of

NEVER = LAST_DAY + 1


class NextDate:
    """Least dates of change in one world."""

    def __init__(self, measures, raw=False):
        """`raw`: rows count whether or not they are served (duties and repairs)."""
        self.measures, self.findings, self.raw = measures, measures.findings, raw
        self.ev = measures.ev
        self.day = self.ev.as_of
        self.found: dict = {}
        self.moving: dict = {}
        self.parameters = parameter_days(self.ev.pack)
        self.handlers = {
            tree.Quantifier: lambda n, s: self.ranged(n.source, s),
            tree.Count: lambda n, s: self.ranged(n.source, s),
            tree.Total: lambda n, s: self.ranged(n.source, s),
            tree.Streak: self.streak,
            tree.UseFinding: lambda n, s: self.finding(s[n.subject], n.finding),
            tree.OnList: self.on_list, tree.ListCount: self.on_list,
            tree.UseDefinition: lambda n, s: self.walk(n.definition.body,
                                                       self.ev.definition_scope(n, s)),
            tree.UseParameter: lambda n, s: self.walk(n.date, s),
            tree.Compare: self.comparison, tree.OneOf: self.comparison,
            tree.Between: self.comparison, tree.Filled: self.comparison,
            tree.TimeForm: self.comparison,
        }

    def after(self, *days) -> int:
        """The least of these days that lies ahead."""
        return min((d for d in days if d is not None and d > self.day), default=NEVER)

    def dated(self, *values) -> int:
        return self.after(*[v.n for v in values if v is not None and is_known(v)])

    # -- rules ----------------------------------------------------------------

    def subject(self, subject, pack) -> int:
        """Of everything that the rules ask of this subject and of those that reach it."""
        least = min((self.finding(subject, f) for f in pack.findings),
                    default=NEVER)
        least = min(least, self.after(*self.parameters))
        for measure in pack.measures:
            least = min(least, self.measure(subject, measure))
            for source, link in self.sources(subject, measure):
                least = min(least, self.measure(source, measure), self.link_of(measure, link))
        return least

    def sources(self, subject, measure):
        """Subjects from which the measure reaches this one through a relation."""
        for kind, ways in measure.targets.items():
            for relation, inverse, _ in filter(None, ways):
                links = (subject.links if inverse else subject.reverse).get(relation.name, ())
                for link in links:
                    source = link.target if inverse else link.source
                    if source.kind == kind:
                        yield source, link

    def link_of(self, measure, link) -> int:
        """The bounds of a relation row, where the measure tests it today."""
        return self.link_bounds(link) if self.tested_today(measure) else NEVER

    @staticmethod
    def tested_today(measure) -> bool:
        if measure.office == "当前":
            return True
        for finding in measure.because:
            dates = [s.record.act if measure.office == "行为时" else s.record.made
                     for s in finding.sections]
            if not dates or None in dates:
                return True
        return False

    def link_bounds(self, link) -> int:
        return self.dated(link.begin, link.end)

    def measure(self, subject, measure) -> int:
        key = (subject.id, measure)
        if key not in self.found:
            self.found[key] = self.measure_walk(subject, measure)
        return self.found[key]

    def measure_walk(self, subject, measure) -> int:
        scope = (subject,)
        least = self.after(measure.memo.effective, measure.memo.repealed, measure.dropped)
        for node in (measure.only_if, measure.unless, measure.term, measure.end,
                     *measure.grant.values()):
            least = min(least, self.walk(node, scope))
        for _, _, _, asked in self.measures.ways(measure, subject):
            if asked:
                least = min(least, self.walk(asked[0], asked[1]))
        for finding in measure.because:
            least = min(least, self.finding(subject, finding))
            for ground in self.findings.all_grounds(subject, finding):
                own = self.measures.own_end(measure, subject, ground)
                least = min(least, self.dated(own))
        return least

    def finding(self, subject, finding) -> int:
        if self.raw:                  # findings do not see raw records
            return self.findings.measures.next_date.finding(subject, finding)
        key = (subject.id, finding)
        if key not in self.found:
            self.found[key] = self.finding_walk(subject, finding)
        return self.found[key]

    def finding_walk(self, subject, finding) -> int:
        least = min(self.after(finding.memo.effective, finding.memo.repealed),
                    self.walk(finding.condition, (subject,)), self.walk(finding.unless, (subject,)))
        for ground in self.findings.all_grounds(subject, finding):
            section, scope = ground.section, (subject, ground.row)
            least = min(least, self.dated(ground.begin, ground.end), self.row(ground.row))
            for node in (section.condition, section.unless, section.begin, section.term, section.end):
                least = min(least, self.walk(node, scope))
            for ending in section.endings:
                least = min(least, self.walk(ending.come, scope))
        return least

    def row(self, row) -> int:
        """Service dates and objections of a row and of its parents."""
        least = NEVER
        for r in row.lineage():
            if r.record.served and not self.raw:
                least = min(least, self.dated(r.values.get(r.record.served)))
            for lodged, closed in r.objections:
                least = min(least, self.after(lodged, closed))
        return least

    # -- expressions ----------------------------------------------------------

    def walk(self, node, scope) -> int:
        if node is None:
            return NEVER
        handler = self.handlers.get(type(node))
        return handler(node, scope) if handler else self.descend(node, scope)

    def descend(self, node, scope) -> int:
        return min((self.walk(part, scope) for part in parts_of(node)), default=NEVER)

    def streak(self, node, scope) -> int:
        return min(self.ranged(node.source, scope), self.walk(node.until, scope))

    def on_list(self, node, scope) -> int:
        return min((self.finding(scope[node.subject], finding)
                    for finding in self.ev.by_list.get(node.list, ())
                    if getattr(node, "distinct", None) in (None, *finding.marks)), default=NEVER)

    def ranged(self, source, scope) -> int:
        least = self.walk(source.date, scope)
        if source.kind != "relation":
            for row in self.ev.all_rows(source, scope):
                least = min(least, self.row(row), self.walk(source.condition, scope + (row,)))
            return least
        for link, other in self.ev.links(source, scope[source.index]):
            if source.date is None:
                least = min(least, self.link_bounds(link))
            elif self.moves(source.date):
                least = min(least, self.moving_link(source, link, scope))
            least = min(least, self.walk(source.condition, scope + (other,)))
        return least

    # -- comparisons that move with today -------------------------------------

    def moves(self, node) -> bool:
        """Whether today occurs in an operand, outside aggregates and conditions."""
        key = id(node)
        if key not in self.moving:
            self.moving[key] = self.contains_today(node)
        return self.moving[key]

    def contains_today(self, node) -> bool:
        if isinstance(node, tree.Today):
            return True
        if isinstance(node, tree.Function) and node.name == "周岁":
            return True
        if isinstance(node, tree.CONDITIONS + tree.AGGREGATES + (tree.UseParameter,)):
            return False
        if isinstance(node, tree.UseDefinition):
            return self.moves(node.definition.body)
        if isinstance(node, tree.If):
            return self.moves(node.then) or self.moves(node.otherwise)
        return any(self.moves(part) for part in parts_of(node))

    def comparison(self, node, scope) -> int:
        least = self.descend(node, scope)
        if isinstance(node, tree.TimeForm) or any(self.moves(part) for part in parts_of(node)):
            for op, operands in self.atoms(node, scope):
                least = min(least, self.change(op, operands))
        return least

    def atoms(self, node, scope):
        """(operator, day -> operand values) for the comparisons that a node stands for."""
        def pair(left, right):
            return lambda day: (self.value_on(day, left, scope), self.value_on(day, right, scope))

        if isinstance(node, tree.Compare):
            return [(node.op, pair(node.left, node.right))]
        if isinstance(node, tree.OneOf):
            return [("=", pair(node.operand, item)) for item in node.items]
        if isinstance(node, tree.Between):
            return [("≥", pair(node.operand, node.low)), ("≤", pair(node.operand, node.high))]
        if isinstance(node, tree.Filled):
            return [("已填", lambda day: (self.value_on(day, node.operand, scope), 0))]
        return [(op, self.time_pair(node, scope, i))
                for i, (op, _, _) in enumerate(self.ev.time_parts(node, scope))]

    def time_pair(self, node, scope, i):
        moving = self.moves(node.operand) or self.moves(node.period)
        fixed = None if moving else self.ev.time_values(node, scope)

        def values(day):
            self.ev.today = day
            try:
                return self.ev.time_parts(node, scope, fixed)[i][1:]
            finally:
                self.ev.today = self.day
        return values

    def moving_link(self, source, link, scope) -> int:
        date = source.date
        least = self.change("≤", lambda day: (link.begin, self.value_on(day, date, scope)))
        if link.end is not None:
            least = min(least, self.change(
                "<", lambda day: (self.value_on(day, date, scope), link.end)))
        return least

    def value_on(self, day, node, scope):
        self.ev.today = day
        try:
            return self.ev.operand(node, scope)
        finally:
            self.ev.today = self.day

    def change(self, op, operands) -> int:
        """The first day after the as-of date on which the comparison's truth is another."""
        def truth(day):
            a, b = operands(day)
            return is_known(a) if op == "已填" else compare(op, a, b)

        asked = self.ev.calendars.asked
        now = truth(self.day)
        start = self.day
        if self.ev.calendars.asked != asked:         # working days: no order to rely on
            last = max((day_number(y, 12, 31) for y in self.ev.calendars.years), default=start)
            while start < min(last + 1, LAST_DAY):
                start += 1
                if truth(start) is not now:
                    return start
        return self.bisect(operands, truth, now, start, LAST_DAY)

    def bisect(self, operands, truth, now, low, high) -> int:
        """Operands move one way, so between two days of equal order nothing changes."""
        if low >= high or order(*operands(low)) == order(*operands(high)):
            return NEVER
        if high - low == 1:
            return high if truth(high) is not now else NEVER
        middle = (low + high) // 2
        found = self.bisect(operands, truth, now, low, middle)
        if found != NEVER:
            return found
        return self.bisect(operands, truth, now, middle, high)


def parameter_days(pack) -> set[int]:
    """The first days of the rows of every parameter that the rules use bare, rows or no rows."""
    return parameter_days_of([node for thing in pack.findings + pack.measures
                              for node in expressions_of(thing)])


def parameter_days_of(nodes, by_list=None) -> set[int]:
    """The same for some expressions and, where `by_list` has the findings of every list, for the findings that they refer to."""
    days, seen, front = set(), set(), list(nodes)
    while front:
        node = front.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        front += parts_of(node)
        if isinstance(node, tree.UseParameter) and node.date is None:
            days |= {first for first, _ in node.parameter.rows}
        elif isinstance(node, tree.UseDefinition):
            front.append(node.definition.body)
        elif by_list is not None and isinstance(node, tree.UseFinding):
            front += expressions_of(node.finding)
        elif by_list is not None and isinstance(node, (tree.OnList, tree.ListCount)):
            front += [part for finding in by_list.get(node.list, ()) for part in expressions_of(finding)]
        source = getattr(node, "source", None)
        if source is not None:
            front += [source.date, source.condition]
    return days


def expressions_of(thing) -> list:
    """The expressions that a finding or a measure is written with."""
    published = [part for made in thing.publications for part in (made.every, made.lasting)]
    if isinstance(thing, model.Finding):
        return published + [thing.condition, thing.unless] + [
            getattr(section, part) for section in thing.sections
            for part in ("condition", "unless", "begin", "term", "end")] + [
            ending.come for section in thing.sections for ending in section.endings]
    asked = [way[2] for ways in thing.targets.values() for way in ways if way]
    return published + [thing.only_if, thing.unless, thing.term, thing.end, *asked, *thing.grant.values()]


def parts_of(node):
    """The expressions that a node is made of."""
    for slot in node.__slots__:
        value = getattr(node, slot)
        for part in value if isinstance(value, list) else [value]:
            if type(part).__module__ == tree.__name__ and not isinstance(part, tree.Source):
                yield part


def order(a, b):
    """How two values stand to each other: None where a comparison is not settled by them."""
    if not (is_known(a) and is_known(b)):
        return None
    if isinstance(a, Range) or isinstance(b, Range):
        return tuple(compare(op, a, b) for op in ("<", "=", ">"))
    a, b = measure_of(a), measure_of(b)
    return (a > b) - (a < b)
