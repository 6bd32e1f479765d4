"""Binding: every name in every expression to what it means where it stands.

A scope is a list of frames, outermost first: a subject (its kind where that
is known) or a row of a record type. At run time the frames are the subjects
and rows themselves, in the same order.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Optional

from . import model, tree
from .expressions import MARKS
from . import law, model, tree
from .history import Histories
from .keywords import FUNCTIONS
from .lexer import ReadError
from .values import Money, Symbol


@dataclass(slots=True)
class Frame:
    record: Any = None            # RecordType of a row; None for a subject
    kind: Optional[str] = None    # of a subject, where known
    alias: Optional[str] = None
    relation: Any = None          # Relation whose row reaches the subject
    marks: bool = False           # a finding with its domain, tier and jurisdiction
    listing: Any = None           # (finding, section) of a row that lends no names


class Binder:
    def __init__(self, pack: model.Pack):
        self.pack = pack
        self.memos = {memo.name: memo for memo in pack.memoranda if memo.name}
        self.inverse = {r.inverse: r for r in pack.relations.values() if r.inverse}
        self.attribute_names = {name for fields in pack.kinds.values() for name in fields}
        self.codes = {name for table in pack.codes.values() for name in table.values()}
        self.memo: model.Memorandum = None
        self.own_end_of = None        # the finding whose 为期 or 至 is being bound
        self.law = None               # the date by which parameters without one of their own are read
        self.law_asked = False        # such a parameter was met
        self.histories = Histories(self)
        self.handlers = {
            tree.Name: self.name, tree.Member: self.member, tree.Call: self.call,
            tree.Dated: self.dated, tree.Quantifier: self.quantifier, tree.Count: self.count,
            tree.Total: self.total, tree.Streak: self.streak, tree.ListCount: self.list_count,
            tree.OnList: self.on_list, tree.OneOf: self.one_of, tree.InValidity: self.in_validity,
            tree.MeasureState: self.state,
            tree.EachMeasure: self.each_measure,
            tree.History: self.histories.form, tree.ListingDay: self.listing_day,
        }
        self.definite = False         # within an assertion
        self.each = None              # the measure that a quantifier over measures is at

    # -- rules ----------------------------------------------------------------

    def bind_all(self):
        for memo in self.pack.memoranda:
            self.memo = memo
            for thing in memo.members.values():
                self.rule(thing)
        for memo in self.pack.memoranda:
            self.memo = memo
            for thing in memo.others:
                self.other(thing)
        self.histories.fill()

    def rule(self, thing):
        if isinstance(thing, model.Definition):
            self.definition(thing)
        elif isinstance(thing, model.Parameter):
            thing.rows = [(day, self.constant(value)) for day, value in thing.rows]
        elif isinstance(thing, model.Finding):
            self.finding(thing)
        elif isinstance(thing, model.Measure):
            self.measure(thing)

    def constant(self, value):
        return self.bind(value, [])

    def definition(self, thing: model.Definition):
        scope = [Frame()]
        if thing.record_name:
            thing.record = self.pack.records[thing.record_name]
            scope.append(Frame(thing.record))
        if not isinstance(thing.body, list):            # a set is bound where it is used
            thing.body = self.bind(thing.body, scope)

    def finding(self, thing: model.Finding):
        self.publications(thing)
        thing.unless = self.bind(thing.unless, [Frame()])
        thing.condition = self.bind(thing.condition, [Frame()])
        for section in thing.sections:
            section.record = self.pack.records[section.record_name]
            scope = [Frame(), Frame(section.record, None, section.alias)]
            old, new = law.copied(section), law.copied(section)
            self.law_asked = False
            self.clauses(thing, section, scope)
            if thing.memo.lighter and self.law_asked:
                for copy, field in ((old, section.record.act), (new, section.record.made)):
                    self.law = tree.FieldOf(("", 0, 0), 1, field)
                    self.clauses(thing, copy, scope)
                self.law = None
                law.lighter(section, old, new)
            law.succession(self.pack, thing.memo, section)
            for ending in section.endings:
                ending.come = self.bind(ending.come, scope)

    def clauses(self, thing, section, scope):
        for part in law.PARTS:
            self.own_end_of = thing if part in ("term", "end") else None
            setattr(section, part, self.bind(getattr(section, part), scope))
        self.own_end_of = None

    def measure(self, thing: model.Measure):
        thing.because = [self.lookup(name, model.Finding) or self.unknown(name, None)
                         for name in thing.because]
        for part in ("unless", "only_if", "term", "end"):
            setattr(thing, part, self.bind(getattr(thing, part), [Frame()]))
        self.publications(thing)
        thing.grant = {name: self.bind(value, [Frame()]) for name, value in thing.grant.items()}
        for kind, ways in thing.targets.items():
            thing.targets[kind] = [way and self.way(way) for way in ways]
        self.authority(thing)

    def publications(self, thing):
        for made in thing.publications:
            made.every, made.lasting = self.bind(made.every, [Frame()]), self.bind(made.lasting, [Frame()])

    def way(self, way):
        """(relation, against its direction, what its row must satisfy)."""
        name, condition = way
        relation, inverse = self.relation_named(name)
        kind = relation.source if inverse else relation.target
        scope = [Frame(), Frame(None, kind, None, relation)]
        return (relation, inverse, self.bind(condition, scope))

    def authority(self, thing: model.Measure):
        """A name of 由 that is no declared authority is a field of the grounds' records."""
        fields = [name for name in thing.authorities if name not in self.pack.authorities]
        thing.authority_field = fields[0] if fields else None
        thing.authorities = [name for name in thing.authorities if name in self.pack.authorities]

    # -- repairs, duties, matters, assertions ---------------------------------

    def other(self, thing):
        if isinstance(thing, model.Repair):
            thing.record = self.pack.records[thing.record]
            scope = [Frame(), Frame(thing.record)]
            thing.eligible = self.bind(thing.eligible, scope)
            thing.refused = self.bind(thing.refused, scope)
            thing.handled = [self.handling(step) for step in thing.handled]
        elif isinstance(thing, model.Duty):
            self.duty(thing)
        elif isinstance(thing, model.Matter):
            self.matter(thing)
        else:
            self.definite = True
            thing.body = self.bind(thing.body, [Frame()])
            self.definite = False

    def handling(self, step):
        """`受理 受理期限`: what stands behind the name is a parameter that says how long, where there is one of that name."""
        name, thing, within = step
        parameter = self.lookup(thing, model.Parameter) if thing is not None and within is None else None
        return step if parameter is None else (name, None, parameter)

    def duty(self, thing: model.Duty):
        thing.record = self.pack.records[thing.record]
        scope = [Frame(), Frame(thing.record, None, thing.alias)]
        for part in ("condition", "begin", "within"):
            setattr(thing, part, self.bind(getattr(thing, part), scope))
        thing.done = [self.completion(node, scope) for node in thing.done]
        thing.deadline = tree.Arith(thing.within.at, "+", thing.begin, thing.within)
        if thing.roll:
            thing.deadline = tree.Function(thing.within.at, "当日或次一工作日", [thing.deadline])
        thing.begun = tree.Compare(thing.begin.at, "≤", thing.begin, tree.Today(thing.begin.at))
        thing.over = tree.Compare(thing.within.at, ">", tree.Today(thing.within.at), thing.deadline)
        if len(thing.authorities) == 1 and thing.authorities[0] not in self.pack.authorities:
            thing.authority_field = thing.authorities[0]

    def completion(self, node, scope):
        """完成 凭 R ranges over all the subject's rows of R, whatever the duty is about."""
        if not (isinstance(node, tree.Quantifier) and node.source.kind == "own"):
            return self.bind(node, scope)
        source = node.source
        source.kind, source.index, source.target = "all", 0, self.pack.records[source.name]
        source.condition = self.bind(source.condition,
                                     scope + [Frame(source.target, None, source.alias)])
        return node

    def matter(self, thing: model.Matter):
        self.definite = False
        thing.measures = [self.measure_named(name) for name in thing.measures]
        for part in ("prohibit", "advise"):
            setattr(thing, part, self.bind(getattr(thing, part), [Frame()]))
        for node in (thing.prohibit, thing.advise):
            for state in states_of(node):
                if state.measure not in thing.measures:
                    thing.measures.append(state.measure)
        unique = []
        for measure in thing.measures:
            if measure not in unique:
                unique.append(measure)
        thing.measures = unique

    def measure_named(self, name: str):
        return self.lookup(name, model.Measure) or self.unknown(name, None)

    def state(self, node, scope):
        node.measure = self.measure_named(node.name) if node.name else self.each
        node.definite = self.definite
        return node

    def each_measure(self, node, scope):
        for measure in self.pack.measures:
            if measure.kind == node.kind:
                self.each = measure
                node.parts.append(self.bind(deepcopy(node.condition), scope))
        node.condition = None
        return node

    def relation_named(self, name: str):
        """A relation walked forward, or by its inverse name against its direction."""
        if name in self.pack.relations:
            return (self.pack.relations[name], False)
        if name in self.inverse:
            return (self.inverse[name], True)
        raise ReadError(f"no relation {name}")

    # -- finding what a name means --------------------------------------------

    def unknown(self, name, at):
        place = ":".join(str(part) for part in at) if at else self.memo.name
        raise ReadError(f"{place}: unknown name {name}")

    def lookup(self, name: str, *types):
        """A member of this memorandum, of one that it uses, or of a qualified one."""
        if "." in name:
            memo, _, name = name.partition(".")
            found = self.memos[memo].members.get(name) if memo in self.memos else None
            return found if isinstance(found, types) else None
        used = [self.memos[n] for n in self.memo.uses if n in self.memos]
        for memo in [self.memo] + used + self.pack.memoranda:
            found = memo.members.get(name)
            if isinstance(found, types):
                return found
        return None

    def bind(self, node, scope):
        if node is None:
            return None
        handler = self.handlers.get(type(node))
        return handler(node, scope) if handler else self.descend(node, scope)

    def descend(self, node, scope):
        """Bind the parts of a node that is itself no name."""
        for slot in node.__slots__:
            value = getattr(node, slot)
            if isinstance(value, list):
                setattr(node, slot, [self.bind(item, scope) for item in value])
            elif type(value).__module__ == tree.__name__:
                setattr(node, slot, self.bind(value, scope))
        return node

    def one_of(self, node, scope):
        """属于: the items of a named set see the memorandum that declares it, and no scope."""
        node.operand = self.bind(node.operand, scope)
        if isinstance(node.items, tree.SetName):
            made = self.lookup(node.items.name, model.Definition)
            node.items = made.body if made and isinstance(made.body, list) \
                else self.unknown(node.items.name, node.at)
            own, self.memo = self.memo, made.memo
            node.items = [self.bind(deepcopy(item), [Frame()]) for item in node.items]
            self.memo = own
        else:
            node.items = [self.bind(item, scope) for item in node.items]
        return node

    def subject_index(self, scope) -> int:
        return max(i for i, frame in enumerate(scope) if frame.record is None)

    def name(self, node, scope):
        if scope and scope[0].marks and node.name in MARKS:
            return tree.MarkOf(node.at, MARKS[node.name])
        for i in reversed(range(len(scope))):
            record = scope[i].record
            if scope[i].listing:
                continue
            if record is not None and node.name in record.fields:
                return tree.FieldOf(node.at, i, node.name)
            if scope[i].relation is not None and node.name in scope[i].relation.fields:
                return tree.LinkFieldOf(node.at, i, node.name)
            if record is None and self.declares(scope[i], node.name):
                return self.attribute(node, scope, i)
        return self.global_name(node, scope)

    def declares(self, frame: Frame, name: str) -> bool:
        """Whether a subject of this frame may have the attribute."""
        if frame.kind is not None:
            return name in self.pack.kinds[frame.kind]
        return name in self.attribute_names

    def attribute(self, node, scope, innermost: int):
        subjects = tuple(i for i in reversed(range(innermost + 1))
                         if scope[i].record is None and self.declares(scope[i], node.name))
        return tree.AttributeOf(node.at, subjects, node.name)

    def global_name(self, node, scope):
        thing = self.lookup(node.name, model.Definition, model.Parameter, model.Finding)
        if thing is not None:
            return self.use(node, thing, scope)
        measure = self.lookup(node.name, model.Measure)
        if measure is not None:       # in matters and assertions
            return tree.MeasureState(node.at, node.name, "生效", measure, self.definite)
        if node.name in self.codes:
            return tree.Literal(node.at, Symbol(node.name))
        if node.name in self.attribute_names:
            return tree.AttributeOf(node.at, (), node.name)
        self.unknown(node.name, node.at)

    def use(self, node, thing, scope):
        subject = self.subject_index(scope)
        if isinstance(thing, model.Parameter):
            self.law_asked = True
            return tree.UseParameter(node.at, thing, subject, self.law)
        if isinstance(thing, model.Finding):
            return tree.UseFinding(node.at, thing, subject)
        return tree.UseDefinition(node.at, thing, self.definition_frame(thing, scope, node.at))

    def definition_frame(self, thing, scope, at) -> int:
        if not thing.record_name:
            return self.subject_index(scope)
        for i in reversed(range(len(scope))):
            if scope[i].record is not None and not scope[i].listing \
                    and scope[i].record.name == thing.record_name:
                return i
        self.unknown(f"{thing.name} without a row of {thing.record_name}", at)

    def member(self, node, scope):
        for i in reversed(range(len(scope))):
            frame = scope[i]
            if frame.alias == node.base or frame.record and frame.record.name == node.base \
                    and not frame.listing:
                return self.member_of(node, frame, i)
        thing = self.lookup(f"{node.base}.{node.name}", model.Definition, model.Parameter,
                            model.Finding)
        if thing:
            return self.use(node, thing, scope)
        measure = self.lookup(f"{node.base}.{node.name}", model.Measure)
        if measure is not None:
            return tree.MeasureState(node.at, None, "生效", measure, self.definite)
        self.unknown(node.base, node.at)

    def member_of(self, node, frame, i):
        if frame.record is not None:
            if node.name not in frame.record.fields:
                self.unknown(node.name, node.at)
            return tree.FieldOf(node.at, i, node.name)
        if frame.relation is not None and node.name in frame.relation.fields:
            return tree.LinkFieldOf(node.at, i, node.name)
        return tree.AttributeOf(node.at, (i,), node.name)

    def call(self, node, scope):
        table = self.lookup(node.name, model.Table)
        if table:
            return tree.UseTable(node.at, table, [self.bind(a, scope) for a in node.args])
        definition = self.lookup(node.name, model.Definition)
        if definition:
            return tree.UseDefinition(node.at, definition, self.row_argument(node, scope))
        if node.name not in FUNCTIONS:
            self.unknown(node.name, node.at)
        return tree.Function(node.at, FUNCTIONS[node.name], [self.bind(a, scope) for a in node.args])

    def row_argument(self, node, scope) -> int:
        name = node.args[0].name
        for i in reversed(range(len(scope))):
            if scope[i].alias == name or scope[i].record and scope[i].record.name == name \
                    and not scope[i].listing:
                return i
        self.unknown(name, node.at)

    def dated(self, node, scope):
        name = node.name.name if isinstance(node.name, tree.Name) \
            else f"{node.name.base}.{node.name.name}"
        parameter = self.lookup(name, model.Parameter) or self.unknown(name, node.at)
        return tree.UseParameter(node.at, parameter, self.subject_index(scope),
                                 self.bind(node.date, scope))

    # -- ranging --------------------------------------------------------------

    def source(self, source: tree.Source, scope):
        """Settle what a quantifier ranges over; the scope of its condition."""
        source.date = self.bind(source.date, scope)
        if source.name in self.pack.records:
            frame = self.records_source(source, scope)
        else:
            frame = self.relation_source(source, scope)
        inner = scope + [frame]
        source.condition = self.bind(source.condition, inner)
        return inner

    def records_source(self, source: tree.Source, scope) -> Frame:
        record = source.target = self.pack.records[source.name]
        subject = self.subject_index(scope)
        source.kind, source.index = "all", subject
        rows = [i for i in range(subject + 1, len(scope)) if not scope[i].listing]
        if rows and scope[rows[-1]].record is record:
            source.kind, source.index = "siblings", rows[-1]
        else:
            holders = list(record.lineage())[1:]                # the types that it is nested in
            for i in reversed(rows):
                if scope[i].record in holders:
                    source.kind, source.index = "nested", i
                    break
        return Frame(record, None, source.alias)

    def relation_source(self, source: tree.Source, scope) -> Frame:
        source.target, source.inverse = self.relation_named(source.name)
        source.kind, source.index = "relation", self.subject_index(scope)
        kind = source.target.source if source.inverse else source.target.target
        return Frame(None, kind, source.alias, source.target)

    def value_of(self, source: tree.Source, name: str, at, scope):
        """The aggregated field, as a reference into the innermost frame."""
        last = len(scope) - 1
        if source.kind == "relation":
            if name not in source.target.fields:
                self.unknown(name, at)
            return tree.LinkFieldOf(at, last, name)
        if name not in source.target.fields:
            self.unknown(name, at)
        return tree.FieldOf(at, last, name)

    def quantifier(self, node, scope):
        self.source(node.source, scope)
        return node

    def count(self, node, scope):
        inner = self.source(node.source, scope)
        if node.distinct:
            node.distinct = self.value_of(node.source, node.distinct, node.at, inner)
        return node

    def total(self, node, scope):
        inner = self.source(node.source, scope)
        field = node.value
        node.value = self.value_of(node.source, field, node.at, inner)
        if node.how == "合计":
            money = node.source.target.fields[field].type == "money"
            node.zero = Money(0) if money else 0
        return node

    def streak(self, node, scope):
        inner = self.source(node.source, scope)
        node.until = self.bind(node.until, scope)
        node.value = self.value_of(node.source, node.value, node.at, inner)
        return node

    def list_count(self, node, scope):
        node.subject = self.subject_index(scope)
        node.condition = self.bind(node.condition, [Frame(marks=True)])
        return node

    @staticmethod
    def listing_frame(record, listing) -> Frame:
        return Frame(record, listing=listing)

    def listing_day(self, node, scope):
        i = max(i for i, frame in enumerate(scope) if frame.listing)
        aspect = "entered" if node.which == "列入之日" else "left"
        return tree.UseDefinition(node.at, self.histories.aspect(*scope[i].listing, aspect), i)

    def in_validity(self, node, scope):
        """Of the innermost row so named, else of any row of the type."""
        for i in reversed(range(len(scope))):
            frame = scope[i]
            if frame.record and not frame.listing and node.name in (frame.alias, frame.record.name):
                return self.valid_today(node.at, frame.record, i)
        source = tree.Source(node.at, node.name, None, None, None)
        inner = self.source(source, scope)
        source.condition = self.valid_today(node.at, source.target, len(inner) - 1)
        return tree.Quantifier(node.at, "任一", source)

    def valid_today(self, at, record, i):
        parts = []
        if record.valid_from:
            parts.append(tree.Compare(at, "≤", tree.FieldOf(at, i, record.valid_from), tree.Today(at)))
        if record.valid_until:
            parts.append(tree.Compare(at, "≤", tree.Today(at), tree.FieldOf(at, i, record.valid_until)))
        return tree.And(at, parts)

    def on_list(self, node, scope):
        node.subject = self.subject_index(scope)
        return node


def states_of(node):
    """The states of measures in a condition."""
    if isinstance(node, tree.MeasureState):
        yield node
    elif node is not None:
        for slot in node.__slots__:
            value = getattr(node, slot)
            for part in value if isinstance(value, list) else [value]:
                if type(part).__module__ == tree.__name__ and not isinstance(part, tree.Source):
                    yield from states_of(part)
