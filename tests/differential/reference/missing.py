"""Which facts a decision lacks: from an unknown root down to the unknown leaves.

An entry is (subject, record, key, field, code, span); code and span are None
except for faults.
"""

from . import tree
from .values import all_of, any_of, compare, Date, is_known, is_unknown, negate


def sort_key(entry):
    return tuple(("" if part is None else "\x01" + part) for part in entry)


class Missing:
    """Collects the entries for the unknowns of one world."""

    def __init__(self, measures):
        self.measures = measures
        self.findings, self.ev = measures.findings, measures.ev
        self.entries: set[tuple] = set()
        self.handlers = {
            tree.FieldOf: self.field, tree.LinkFieldOf: self.link_field, tree.AttributeOf: self.attribute,
            tree.UseParameter: self.parameter, tree.UseDefinition: self.definition,
            tree.UseFinding: lambda n, s: self.finding(s[n.subject], n.finding),
            tree.OnList: self.on_list, tree.ListCount: self.list_count,
            tree.If: self.choice, tree.OrElse: lambda n, s: self.walk(n.default, s),
            tree.Quantifier: lambda n, s: self.ranged(n, n.source, s),
            tree.Count: self.count, tree.Total: self.total, tree.Streak: self.streak,
            tree.TimeForm: self.time_form,
            tree.MeasureState: lambda n, s: self.decision(self.ev.states[(s[0].id, n.measure)]),
        }

    # -- entries --------------------------------------------------------------

    def add(self, subject, record, key, field):
        self.entries.add((subject, record, key, field, None, None))

    def add_fault(self, node, scope, code):
        """A fault names the row in scope and the place of the operation."""
        frame = scope[-1]
        subject, record, key = (frame.id, None, None) if not hasattr(frame, "record") \
            else (frame.subject.id, frame.record.name, frame.key)
        span = ":".join(str(part) for part in node.at)
        self.entries.add((subject, record, key, None, code, span))

    def row_field(self, row, field):
        self.add(row.subject.id, row.record.name, row.key, field)

    def link_begin(self, link):
        self.add(link.source.id, link.relation.name, link.target.id, "自")

    def link_field(self, node, scope):
        link = scope[node.row].link
        self.add(link.source.id, link.relation.name, link.target.id, node.name)

    def presence(self, row):
        for r in row.lineage():
            if r.record.served and r.record.served not in r.values:
                self.row_field(r, r.record.served)

    # -- roots ----------------------------------------------------------------

    def triple(self, t, measure):
        for what, truth in t.checks:
            if truth is not None:
                continue
            if what in ("only_if", "unless"):
                self.walk(getattr(measure, what), (t.subject,))
            elif what == "asked":
                self.walk(t.asked[0], t.asked[1])
            elif what == "authority":
                self.row_field(t.ground.row, measure.authority_field)
            elif what == "relation":
                self.relation_of_triple(t, measure)
            elif what == "own_end":
                self.own_end(t, measure)
            elif what == "ground":
                self.ground(t.finding, t.ground)
            else:
                self.finding(t.subject, t.finding)

    def decision(self, decision):
        """What a decision that is asked for, and is to be verified, waits for."""
        other = Missing(decision.world)
        for t in decision.unknown:
            other.triple(t, decision.rule)
        self.entries |= other.entries

    def relation_of_triple(self, t, measure):
        day = self.measures.office_day(measure, t.ground)
        self.link(t.link, day)
        if is_unknown(day):
            record = t.ground.row.record
            self.row_field(t.ground.row, record.act if measure.office == "行为时" else record.made)

    def link(self, link, day):
        if compare("≤", link.begin, day) is None and is_unknown(link.begin):
            self.link_begin(link)

    def own_end(self, t, measure):
        if measure.end is not None:
            self.walk(measure.end, (t.subject,))
            return
        scope = (t.ground.row.subject, t.ground.row)
        begin, term = t.ground.begin, self.ev.value(measure.term, (t.subject,))
        self.sum(t.ground.section.begin, begin, scope, measure.term, term, (t.subject,))

    def sum(self, left, a, left_scope, right, b, right_scope):
        """An unknown 自 + 为期: what is unknown in it, or its own fault."""
        if is_unknown(a):
            self.walk(left, left_scope)
        if is_unknown(b):
            self.walk(right, right_scope)
        total = self.ev.plus(a, b)
        if is_unknown(total) and total.code:
            self.add_fault(left, left_scope, total.code)

    def finding(self, subject, finding):
        world = self.findings.world_of(finding.memo)
        if world is not self.findings or self.ev is not world.ev:
            other = Missing(world.measures)
            other.finding(subject, finding)
            self.entries |= other.entries
            return
        held = self.findings.held(subject, finding)
        if held.truth is not None:
            return
        if finding.sections:
            for ground in held.grounds:
                if ground.truth is None:
                    self.ground(finding, ground)
        else:
            self.conditions(finding.condition, None, finding.unless, (subject,))

    def conditions(self, wanted, section_unless, unless, scope):
        for node, at in ((wanted, scope), (section_unless, scope), (unless, scope[:1])):
            if node is not None:
                self.walk(node, at)

    def ground(self, finding, g):
        section, scope = g.section, (g.row.subject, g.row)
        if g.condition is None:
            self.conditions(section.condition, section.unless, finding.unless, scope)
        today = Date(self.ev.as_of)
        if g.begin is not None and compare("≤", g.begin, today) is None:
            self.walk(section.begin, scope)
        if g.presence is None:
            self.presence(g.row)
        for ending in section.endings:
            self.walk(ending.come, scope)
        if g.end is not None and compare("<", today, g.end) is None:
            if section.end is not None:
                self.walk(section.end, scope)
            else:
                term = self.ev.value(section.term, scope)
                self.sum(section.begin, g.begin, scope, section.term, term, scope)

    # -- expressions ----------------------------------------------------------

    def unknown(self, node, scope) -> bool:
        """Whether a node is unknown where it stands; an unsettled count is."""
        return is_unknown(self.ev.value(node, scope))

    def walk(self, node, scope):
        """Descend into a node that is unknown; nothing where it is not."""
        if not self.unknown(node, scope):
            return
        handler = self.handlers.get(type(node))
        if handler:
            handler(node, scope)
            return
        value = self.ev.operand(node, scope)
        if is_unknown(value) and value.code:
            self.add_fault(node, scope, value.code)
            return
        for slot in node.__slots__:
            part = getattr(node, slot)
            for operand in part if isinstance(part, list) else [part]:
                if type(operand).__module__ == tree.__name__:
                    self.walk(operand, scope)

    def field(self, node, scope):
        self.row_field(scope[node.row], node.name)

    def attribute(self, node, scope):
        for i in node.subjects:
            if node.name in self.ev.pack.kinds[scope[i].kind]:
                self.add(scope[i].id, None, None, node.name)
                return

    def parameter(self, node, scope):
        if node.date is not None and is_unknown(self.ev.value(node.date, scope)):
            self.walk(node.date, scope)
        else:
            self.add(None, None, None, node.parameter.name)

    def definition(self, node, scope):
        self.walk(node.definition.body, self.ev.definition_scope(node, scope))

    def list_count(self, node, scope):
        """Of the findings, or of those of one code, whose truth together is unknown."""
        subject = scope[node.subject]
        for group in self.ev.list_groups(node):
            if any_of(self.findings.truth(subject, finding) for finding in group) is None:
                for finding in group:
                    self.finding(subject, finding)

    def on_list(self, node, scope):
        for finding in self.ev.by_list.get(node.list, ()):
            self.finding(scope[node.subject], finding)

    def choice(self, node, scope):
        condition = self.ev.truth(node.condition, scope)
        if condition is None:
            self.walk(node.condition, scope)
        else:
            self.walk(node.then if condition else node.otherwise, scope)

    def time_form(self, node, scope):
        """The unknown operands, or the fault of the date arithmetic inside the form."""
        self.walk(node.operand, scope)
        self.walk(node.period, scope)
        total = self.ev.time_sum(node.form, *self.ev.time_values(node, scope))
        if is_unknown(total) and total.code:
            self.add_fault(node, scope, total.code)

    # -- quantifiers and aggregates -------------------------------------------

    def ranged(self, node, source, scope, keep=None):
        """What is unknown in the rows whose part is unknown: presence, condition."""
        every = isinstance(node, tree.Quantifier) and node.word == "每个"
        for inner, presence in self.ev.ranged(source, scope):
            if keep and not keep(inner):
                continue
            condition = self.ev.condition_truth(source, inner)
            part = self.every_part(presence, condition) if every else all_of((presence, condition))
            if part is not None:
                continue
            if presence is None:
                self.range_presence(source, inner, scope)
            if condition is None:
                self.walk(source.condition, inner)

    @staticmethod
    def every_part(presence, condition):
        return negate(all_of((presence, negate(condition))))

    def range_presence(self, source, inner, scope):
        if source.kind != "relation":
            self.presence(inner[-1])
            return
        day = self.ev.relation_day(source, scope)
        if self.ev.held(inner[-1].link, day) is None:
            self.link(inner[-1].link, day)
        if is_unknown(day):
            self.walk(source.date, scope)

    def count(self, node, scope):
        self.ranged(node, node.source, scope)
        if node.distinct is not None:
            self.values(node.source, node.distinct, scope)

    def total(self, node, scope):
        value = self.ev.operand(node, scope)
        if value.code:
            self.add_fault(node, scope, value.code)
            return
        self.ranged(node, node.source, scope)
        self.values(node.source, node.value, scope)

    def values(self, source, value, scope):
        """The unknown aggregated values of the rows that are not excluded."""
        for inner, _ in self.ev.parts(source, scope):
            self.walk(value, inner)

    def streak(self, node, scope):
        last = self.ev.last_year(node, scope)
        if last is not None and is_unknown(last):
            self.walk(node.until, scope)
            return

        def keep(inner):
            year = self.ev.value(node.value, inner)
            return is_known(year) and year <= last
        self.ranged(node, node.source, scope, keep)
