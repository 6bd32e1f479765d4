"""Random worlds for a vocabulary, heavy on boundaries, and dates to judge them on."""

from datetime import date, timedelta

from .words import Chance, Pools, near, shifted

ID_STEMS = ("A", "a", "主体", "é", "z9-", "B")


class Worlds:
    """Writes the subjects of one world; `complete`: nothing that is required is left out, so that a store takes the rows."""

    def __init__(self, chance: Chance, vocabulary, pools: Pools, large_amounts: bool, complete: bool = False):
        self.chance, self.voc, self.pools, self.complete = chance, vocabulary, pools, complete
        self.absent = chance.choice((0.0, 0.1, 0.3, 0.5))
        self.contested = chance.choice((0.0, 0.2, 0.5))
        self.large = large_amounts
        self.numbered = getattr(vocabulary, "numbered_codes", True)    # codes count from 1
        self.serial = 0

    def world(self, subjects: int) -> dict:
        ids = {kind: [self.identity(kind) for _ in range(max(1, subjects // len(self.voc.kinds) + 1))]
               for kind in self.voc.kinds}
        strangers = {kind: [self.identity(kind) for _ in range(2)] for kind in self.voc.kinds}
        entries = [(kind, id_) for kind in ids for id_ in ids[kind]]
        self.chance.shuffle(entries)
        return {"subjects": [self.subject(kind, id_, ids, strangers) for kind, id_ in entries[:subjects]]}

    def identity(self, kind: str) -> str:
        self.serial += 1
        return f"{self.chance.choice(ID_STEMS)}{self.voc.kinds.index(kind)}{self.serial}"

    def subject(self, kind, id_, ids, strangers) -> dict:
        chance = self.chance
        entry = {"id": id_, "kind": kind, "attributes": self.values(self.voc.attributes[kind], None)}
        records = {}
        for record in (r for r in self.voc.records if r.parent is None):
            rows = self.rows(record, chance.choice((0, 0, 1, 1, 2, 3)))
            if rows or chance.likely(0.2):
                records[record.name] = rows
        entry["records"] = records
        entry["relations"] = self.relations(kind, ids, strangers)
        entry["objections"] = self.objections(records)
        return entry

    # -- values ---------------------------------------------------------------

    def values(self, fields, key) -> dict:
        out = {}
        for f in fields:
            if f.name != key and self.chance.likely(self.absent) and not (self.complete and f.required):
                if self.chance.likely(0.1):
                    out[f.name] = None
                continue
            if f.type == "money" and key is not None and self.chance.likely(0.2):
                out[f.name + "_fen"] = self.fen()
            else:
                out[f.name] = self.value(f)
        return out

    def fen(self) -> int:
        if self.large and self.chance.likely(0.05):
            return 2 ** 63 - 1 - self.chance.randint(0, 5)
        return max(0, self.chance.choice(self.pools.money) + self.chance.choice((0, 0, 0, 1, -1, 12345)))

    def value(self, made):
        chance, pools = self.chance, self.pools
        if made.type == "integer" and made.name.startswith("年度"):
            return chance.choice((2021, 2022, 2023, 2023, 2024, 2024, 2025))
        if made.type == "text":
            self.serial += 1
            return chance.choice(pools.texts)
        if made.type == "integer":
            return max(0, chance.choice(pools.integers) + chance.choice((0, 0, 1, -1)))
        if made.type == "money":
            fen = self.fen()
            return f"{fen // 100}.{fen % 100:02d}"
        if made.type == "ratio":
            n = chance.choice(pools.ratios)
            return chance.choice((f"{n}‰", f"{n // 10}.{n % 10}%", f"{n // 1000}.{n % 1000:03d}"))
        if made.type == "date":
            return self.day().isoformat()
        if made.type == "months":
            n = chance.choice(pools.months)
            return f"P{n // 12}Y" if n % 12 == 0 else f"P{n}M"
        if made.type == "days":
            return f"P{chance.choice(pools.days)}D"
        if made.type == "yes-no":
            return chance.likely(0.5)
        codes = [code.strip("「」") for code in self.voc.codes[made.table]]
        n = chance.randrange(len(codes))
        return n + 1 if self.numbered and chance.likely(0.2) else codes[n]

    def day(self) -> date:
        day = near(self.chance, self.chance.choice(self.pools.dates))
        if self.chance.likely(0.3):
            day = shifted(day, -self.chance.choice(self.pools.months))
        return day

    # -- records, relations, objections ---------------------------------------

    def rows(self, record, count: int) -> list[dict]:
        out = []
        for i in range(count):
            row = self.values(record.fields, record.key)
            if record.key:
                row[record.key] = self.key(record, i)
            for child in (r for r in self.voc.records if r.parent is record):
                rows = self.rows(child, self.chance.choice((0, 1, 1, 2, 3)))
                if rows:
                    row[child.name] = rows
            out.append(row)
        return out

    def key(self, record, i: int):
        """A key that no other row of the subject has."""
        self.serial += 1
        if next(f.type for f in record.fields if f.name == record.key) == "integer":
            years = record.key.startswith("年度") and record.parent is None
            return 2024 - i if years else self.serial
        return f"（{2020 + self.serial % 5}）{self.serial}号"

    def relations(self, kind, ids, strangers) -> dict:
        out: dict[str, list] = {}
        for relation in self.voc.relations:
            if relation.source != kind:
                continue
            for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
                pool = strangers if self.chance.likely(0.15) else ids
                row = self.link(self.chance.choice(pool[relation.target]))
                out.setdefault(relation.name, []).append(row | self.values(relation.fields, None))
        return out

    def link(self, to: str) -> dict:
        chance = self.chance
        row = {"to": to}
        start = self.day()
        if not chance.likely(0.15):
            start = shifted(start, -chance.choice((0, 12, 36)))
            row["from"] = start.isoformat()
        if chance.likely(0.4):
            row["until"] = (start + timedelta(days=chance.choice((1, 30, 366, 800)))).isoformat()
        elif chance.likely(0.2):
            row["until"] = None
        return row

    def objections(self, records: dict) -> list[dict]:
        out: list[dict] = []
        for name, rows in records.items():
            self.object_to(name, rows, out)
        return out

    def object_to(self, name, rows, out):
        record = next(r for r in self.voc.records if r.name == name)
        for row in rows:
            if record.key and self.chance.likely(self.contested):
                lodged = self.day()
                closed = lodged + timedelta(days=self.chance.choice((1, 15, 60, 400)))
                out.append({"record": name, "key": row[record.key], "lodged": lodged.isoformat(),
                            "closed": closed.isoformat() if self.chance.likely(0.4) else None})
            for child in (r for r in self.voc.records if r.parent is record):
                self.object_to(child.name, row.get(child.name, ()), out)


def judging_dates(chance: Chance, pools: Pools, count: int) -> list[str]:
    """Days on which periods of the pack begin and end, and the days beside them."""
    out = set()
    while len(out) < count:
        day = chance.choice(pools.dates)
        roll = chance.random()
        if roll < 0.4:
            day = shifted(day, chance.choice(pools.months))
        elif roll < 0.6:
            day += timedelta(days=chance.choice(pools.days))
        out.add(near(chance, day).isoformat())
    return sorted(out)
