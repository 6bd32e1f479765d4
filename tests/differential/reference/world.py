"""The world: subjects, their record rows, relations and objections, read from JSON."""

import json
import re
from fractions import Fraction

from . import model
from .dates import parse_iso
from .values import UNKNOWN, Date, Duration, Exact, Money, Symbol

DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)(WD|D))?$")


class Row:
    """A record, with its nested rows."""

    __slots__ = ("record", "subject", "parent", "values", "key", "children", "objections")

    def __init__(self, record, subject, parent, values):
        self.record, self.subject, self.parent, self.values = record, subject, parent, values
        self.children: dict[str, list[Row]] = {}
        self.objections: list[tuple] = []
        key = values.get(record.key, UNKNOWN) if record.key else UNKNOWN
        self.key = None if key is UNKNOWN else key_text(key)

    def lineage(self):
        row = self
        while row is not None:
            yield row
            row = row.parent

    def contested(self, today: int) -> bool:
        """Whether an objection to this row or to a parent of it is open."""
        return any(lodged <= today and (closed is None or today < closed)
                   for row in self.lineage() for lodged, closed in row.objections)


class Link:
    """One row of a relation: `source` stands at the `from` end, `target` at the `to` end."""

    __slots__ = ("relation", "source", "target", "begin", "end", "values")

    def __init__(self, relation, source, target, begin, end, values):
        self.relation, self.source, self.target, self.values = relation, source, target, values
        self.begin, self.end = begin, end     # Date or UNKNOWN; Date or None (open)


class Subject:
    __slots__ = ("id", "kind", "values", "rows", "links", "reverse", "component")

    def __init__(self, id: str, kind: str):
        self.id, self.kind = id, kind
        self.values: dict = {}
        self.rows: dict[str, list[Row]] = {}
        self.links: dict[str, list[Link]] = {}       # relation name -> rows from this subject
        self.reverse: dict[str, list[Link]] = {}     # relation name -> rows that point here


class Reached:
    """A subject as a row of a relation reaches it: the subject, and the row's own fields."""

    __slots__ = ("subject", "link")

    def __init__(self, subject, link):
        self.subject, self.link = subject, link

    def __getattr__(self, name):
        return getattr(self.subject, name)


class World:
    def __init__(self, pack: model.Pack):
        self.pack = pack
        self.subjects: dict[str, Subject] = {}

    def subject(self, id: str, kind: str) -> Subject:
        found = self.subjects.get(id)
        if found is None:
            found = self.subjects[id] = Subject(id, kind)
        return found


def key_text(value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Date):
        from .dates import iso
        return iso(value.n)
    return str(value.n if hasattr(value, "n") else value)


# -- reading values -----------------------------------------------------------

def read_ratio(text) -> Exact:
    text = str(text)
    for sign, scale in (("%", 100), ("‰", 1000)):
        if text.endswith(sign):
            return Exact("number", Fraction(text[:-1]) / scale)
    return Exact("number", Fraction(text))


def read_duration(text: str, unit: str) -> Duration:
    years, months, days, _ = DURATION.match(text).groups()
    if unit == "months":
        return Duration("months", int(years or 0) * 12 + int(months or 0))
    return Duration(unit, int(days or 0))


def read_code(value, table: dict) -> Symbol:
    return Symbol(table[value] if isinstance(value, int) else value, table)


def read_value(value, field: model.Field, pack: model.Pack):
    if field.type == "money":
        fen = Fraction(value) * 100
        return Money(int(fen))
    if field.type == "date":
        return Date(parse_iso(value))
    if field.type == "ratio":
        return read_ratio(value)
    if field.type == "code":
        return read_code(value, pack.codes[field.table])
    if field.type in ("months", "days", "workdays"):
        return read_duration(value, field.type)
    return value


def read_fields(data: dict, fields: dict, pack: model.Pack) -> dict:
    """The known values; a default fills absence."""
    values = {}
    for name, field in fields.items():
        raw = data.get(name)
        if raw is None and field.type == "money" and data.get(name + "_fen") is not None:
            values[name] = Money(data[name + "_fen"])
        elif raw is not None:
            values[name] = read_value(raw, field, pack)
        elif isinstance(field.default, Symbol):
            values[name] = Symbol(field.default.n, pack.codes[field.table])
        elif field.default is not None:
            values[name] = field.default
    return values


# -- reading subjects ---------------------------------------------------------

def read_rows(world: World, subject: Subject, record, data: list, parent):
    for entry in data:
        row = Row(record, subject, parent, read_fields(entry, record.fields, world.pack))
        subject.rows.setdefault(record.name, []).append(row)
        if parent is not None:
            parent.children.setdefault(record.name, []).append(row)
        for child in record.children:
            read_rows(world, subject, child, entry.get(child.name, ()), row)


def read_objections(subject: Subject, data: list):
    for entry in data:
        closed = entry.get("closed")
        period = (parse_iso(entry["lodged"]), parse_iso(closed) if closed else None)
        for row in subject.rows.get(entry["record"], ()):
            if row.key == str(entry["key"]):
                row.objections.append(period)


def read_subject(world: World, data: dict):
    subject = world.subjects[data["id"]]
    fields = world.pack.kinds.get(subject.kind, {})
    subject.values = read_fields(data.get("attributes", {}), fields, world.pack)
    for name, rows in data.get("records", {}).items():
        read_rows(world, subject, world.pack.records[name], rows, None)
    read_objections(subject, data.get("objections", ()))


def read_relations(world: World, data: dict):
    source = world.subjects[data["id"]]
    for name, rows in data.get("relations", {}).items():
        relation = world.pack.relations[name]
        for entry in rows:
            target = world.subject(entry["to"], relation.target)
            begin = Date(parse_iso(entry["from"])) if entry.get("from") else UNKNOWN
            end = Date(parse_iso(entry["until"])) if entry.get("until") else None
            values = read_fields(entry, relation.fields, world.pack)
            link = Link(relation, source, target, begin, end, values)
            source.links.setdefault(name, []).append(link)
            target.reverse.setdefault(name, []).append(link)


def read_world(text: str, pack: model.Pack) -> World:
    world = World(pack)
    entries = json.loads(text)["subjects"]
    for entry in entries:
        world.subject(entry["id"], entry["kind"])
    for entry in entries:
        read_subject(world, entry)
    for entry in entries:
        read_relations(world, entry)
    return world


def components(world: World):
    """Groups of subjects that relations connect; evaluation never looks across two of them."""
    seen = set()
    for start in world.subjects.values():
        if start.id in seen:
            continue
        seen.add(start.id)
        group, front = [], [start]
        while front:
            subject = front.pop()
            group.append(subject)
            for links in list(subject.links.values()) + list(subject.reverse.values()):
                for link in links:
                    for other in (link.source, link.target):
                        if other.id not in seen:
                            seen.add(other.id)
                            front.append(other)
        yield group
