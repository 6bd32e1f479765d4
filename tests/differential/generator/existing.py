"""Random worlds for rule files that exist already: their vocabulary, and values near their literals."""

from datetime import date
from pathlib import Path

from reference.lexer import tokenize
from reference.model import Pack

from .vocabulary import FieldMade, RecordMade, RelationMade
from .words import Chance, Pools, make_pools

MONEY_UNITS = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}


class ExistingVocabulary:
    """A pack's vocabulary in the shape that the world generator reads."""

    numbered_codes = False

    def __init__(self, pack: Pack):
        self.codes = {name: list(table.values()) for name, table in pack.codes.items()}
        self.kinds = list(pack.kinds)
        self.attributes = {kind: fields_of(fields) for kind, fields in pack.kinds.items()}
        made = {record.name: RecordMade(record.name, None, fields_of(record.fields), record.number,
                                        record.made, record.served, record.act, record.key)
                for record in pack.records.values()}
        for record in pack.records.values():
            made[record.name].parent = made[record.parent.name] if record.parent else None
        self.records = list(made.values())
        self.relations = [RelationMade(r.name, r.source, r.target, r.inverse, fields_of(r.fields))
                          for r in pack.relations.values()]


def fields_of(fields: dict) -> list[FieldMade]:
    return [FieldMade(f.name, "days" if f.type == "workdays" else f.type, f.table, f.required)
            for f in fields.values()]


def pools_of(chance: Chance, files: list[Path]) -> Pools:
    """Pools that lean to the dates, amounts and counts that the rules mention."""
    pools = make_pools(chance)
    days, money, integers = set(), set(), set()
    for file in files:
        tokens = tokenize(file.read_text("utf-8"), file.name)
        for token, following in zip(tokens, tokens[1:]):
            if token.kind == "date":
                days.add(date.fromordinal(token.value))
            elif token.kind == "number" and "." not in token.value:
                if following.text in MONEY_UNITS:
                    money.add(int(token.value) * MONEY_UNITS[following.text])
                elif len(token.value) < 4:
                    integers.add(int(token.value))
    recent = sorted(d for d in days if d.year >= 2012)
    pools.dates = pools.dates[:4] + chance.sample(recent, min(3, len(recent)))
    pools.money += chance.sample(sorted(money), min(4, len(money)))
    pools.integers += chance.sample(sorted(integers), min(4, len(integers)))
    return pools
