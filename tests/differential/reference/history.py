"""曾 列入 and its kin, made into quantifiers and aggregates over the rows of the findings' sections.

What a section says of a row as a listing are definitions over its record, filled once all rules are
bound: arose and happened (conditions), entered and left (dates).
"""

from copy import deepcopy
from dataclasses import replace

from . import model, tree
from .dates import LAST_DAY
from .values import Date

OPEN_END = LAST_DAY + 1


class Histories:
    def __init__(self, binder):
        self.binder, self.pack = binder, binder.pack
        self.aspects: dict = {}       # (finding, section, aspect) -> Definition

    # -- forms ----------------------------------------------------------------

    def meant(self, node) -> list:
        if node.name in self.pack.lists:
            return [f for f in self.pack.findings if f.enters == node.name]
        return [self.binder.lookup(node.name, model.Finding) or self.binder.unknown(node.name, node.at)]

    def form(self, node, scope):
        findings = self.meant(node)
        begins_only = self.binder.own_end_of in findings
        asked = [self.rows(node, finding, section, scope, begins_only)
                 for finding in findings for section in finding.sections]
        each = [tree.Quantifier(node.at, "任一", source) for source, _ in asked]
        some = each[0] if len(each) == 1 else tree.Or(node.at, each)
        if node.form == "曾列入":
            return some if asked else tree.Literal(node.at, False)
        if node.form == "列入次数":
            return tree.CountSum(node.at, [tree.Count(node.at, source, None) for source, _ in asked])
        if not asked:
            return tree.AttributeOf(node.at, (), "")
        days = [tree.If(node.at, tree.Quantifier(node.at, "任一", source),
                        tree.Total(node.at, "最近", source, day), tree.Literal(node.at, Date(-10 ** 6)))
                for source, day in asked]
        return tree.If(node.at, some, tree.Function(node.at, "max", days),
                       tree.AttributeOf(node.at, (), ""))

    def rows(self, node, finding, section, scope, begins_only):
        """(source over the rows of a section that are asked for, the day of each)."""
        record, at, i = self.pack.records[section.record_name], node.at, len(scope)
        use = lambda aspect: tree.UseDefinition(at, self.aspect(finding, section, aspect), i)
        source = tree.Source(at, record.name, None, None, None, "all", self.binder.subject_index(scope), record)
        parts = [use("arose" if begins_only else "happened")]
        if node.form == "上次移出":
            parts.append(tree.Compare(at, "≤", use("left"), tree.Today(at)))
        if node.condition is not None:
            inner = [*scope, self.binder.listing_frame(record, (finding, section))]
            parts.append(self.binder.bind(deepcopy(node.condition), inner))
        source.condition = tree.And(at, parts)
        return source, use("left" if node.form == "上次移出" else "entered")

    def aspect(self, finding, section, aspect) -> model.Definition:
        key = (id(finding), id(section), aspect)
        if key not in self.aspects:
            record = self.pack.records[section.record_name]
            made = model.Definition(aspect, finding.memo, section.record_name, None, record)
            self.aspects[key] = (made, finding, section)
        return self.aspects[key][0]

    # -- bodies ---------------------------------------------------------------

    def fill(self):
        for made, finding, section in self.aspects.values():
            made.body = Listing(finding, section).body(made.name)


class Listing:
    """Expressions over the row of one section; frame 0 is the subject, frame 1 the row."""

    def __init__(self, finding, section):
        self.finding, self.section, self.at = finding, section, ("", 0, 0)
        self.end = section.end
        if section.end is None and section.term is not None:
            self.end = tree.Arith(section.begin.at, "+", section.begin, section.term)
        self.begin = self.begins()

    def body(self, aspect):
        if aspect == "arose":
            return tree.And(self.at, self.arose())
        if aspect == "happened":
            return tree.And(self.at, self.arose() + self.before(self.end))
        if aspect == "entered":
            return self.begin or tree.AttributeOf(self.at, (), "")
        return self.left()

    def date(self, day):
        return tree.Literal(self.at, Date(day))

    def compare(self, op, a, b):
        return tree.Compare(self.at, op, a, b)

    def begins(self):
        parts = [] if self.section.begin is None else [self.section.begin]
        if self.section.record.served:
            parts.append(tree.FieldOf(self.at, 1, self.section.record.served))
        if self.finding.memo.effective is not None:
            parts.append(self.date(self.finding.memo.effective))
        return tree.Function(self.at, "max", parts) if parts else None

    def before(self, end) -> list:
        return [self.compare("<", self.begin, end)] if self.begin and end is not None else []

    def arose(self) -> list:
        section, parts = self.section, []
        if section.condition is not None:
            parts.append(section.condition)
        parts += [tree.Not(self.at, node) for node in (section.unless, self.head()) if node is not None]
        if self.begin:
            parts += [tree.Not(self.at, self.over(e, lambda day: self.compare("≤", day, self.begin)))
                      for e in section.endings]
            parts.append(self.compare("<", self.begin, tree.Today(self.at)))
            if self.finding.memo.repealed is not None:
                parts += self.before(self.date(self.finding.memo.repealed))
        return parts

    def head(self):
        """The finding's own 除非, which sees the subject and not the row."""
        unless = self.finding.unless
        return unless and tree.UseDefinition(self.at, model.Definition("", self.finding.memo, None, unless), 0)

    def over(self, ending, test):
        """An event of 终止, with another test of its day."""
        come = ending.come
        if isinstance(come, tree.Quantifier):
            return replace(come, source=self.source(come.source, test))
        return self.tested(come, test)

    def tested(self, come, test):
        return replace(come, parts=[*come.parts[:-1], test(come.parts[-1].left)])

    def source(self, source, test):
        return replace(source, condition=self.tested(source.condition, test))

    def event(self, ending):
        """The day of an event that is there; the open end where none is."""
        there = lambda day: self.compare("=", day, day)
        come = ending.come
        if isinstance(come, tree.Quantifier):
            day = come.source.condition.parts[-1].left
            exact = tree.Total(self.at, "最早", self.source(come.source, there), day)
        else:
            exact = come.parts[-1].left
        return tree.If(self.at, self.over(ending, there), exact, self.date(OPEN_END))

    def left(self):
        parts = [] if self.end is None else [self.end]
        if self.finding.memo.repealed is not None:
            parts.append(self.date(self.finding.memo.repealed))
        closed = bool(parts)
        parts = (parts or [self.date(OPEN_END)]) + [self.event(e) for e in self.section.endings]
        left = tree.Function(self.at, "min", parts)
        if closed:
            return left
        return tree.If(self.at, self.compare("≤", left, self.date(LAST_DAY)), left,
                       tree.AttributeOf(self.at, (), ""))
