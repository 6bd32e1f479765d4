"""Random vocabularies: kinds, attributes, records, relations, codes, lists, catalogue."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Optional

from .words import Chance, Pools, Settings, Speller, date_literal, money_literal, months_literal

STEMS = {"text": "备注", "integer": "份数", "money": "款额", "ratio": "比率", "date": "日子",
         "months": "期长", "days": "天数", "yes-no": "已办", "code": "类型"}
TYPE_WORDS = {"text": "文本", "integer": "整数", "money": "金额", "ratio": "比例", "date": "日期",
              "months": "期间", "yes-no": "是否"}
SOFT_NAMES = {"date": "日期", "money": "金额", "text": "文号", "integer": "number"}
DEGREES = ("引导", "参考", "从严", "限制", "禁止")


@dataclass(eq=False)
class FieldMade:
    name: str
    type: str                     # as in STEMS
    table: Optional[str] = None
    required: bool = False
    default: Any = None           # literal text

    @property
    def kind(self):
        """The value type: a code's type includes its table."""
        return ("code", self.table) if self.type == "code" else self.type


@dataclass(eq=False)
class RecordMade:
    name: str
    parent: Any = None
    fields: list = field(default_factory=list)
    number: Optional[str] = None
    made: Optional[str] = None
    served: Optional[str] = None
    act: Optional[str] = None
    valid_from: Optional[str] = None
    valid_until: Optional[str] = None
    key: Optional[str] = None
    marked: bool = False          # the key is declared 主键

    @property
    def instrument(self) -> bool:
        return self.number is not None

    def year_field(self):
        return next((f.name for f in self.fields if f.name.startswith("年度")), None)


@dataclass(eq=False)
class RelationMade:
    name: str
    source: str
    target: str
    inverse: Optional[str]
    fields: list = field(default_factory=list)

DEGREE_TABLE = "「程度」"          # a code table of the language


class Vocabulary:
    """Builds and writes one vocabulary."""

    def __init__(self, chance: Chance, settings: Settings, pools: Pools, spell: Speller):
        self.chance, self.settings, self.pools, self.k = chance, settings, pools, spell
        self.count = 0
        self.name = "词表"
        self.codes = {f"表{i}": self.code_names(i) for i in range(chance.randint(1, 3))}
        if chance.likely(0.5):
            self.codes[DEGREE_TABLE] = ["引导", "参考", "从严", "限制", "「禁止」"]
        self.authorities = [f"机关{c}" for c in "甲乙丙"]
        self.kinds = ["自然人", "单位", "个体户"][:chance.between(settings.kinds)]
        self.attributes = self.make_attributes()
        self.records: list[RecordMade] = []
        for _ in range(chance.between(settings.records)):
            self.make_record(None, 0)
        if not any(r.instrument and r.parent is None for r in self.records):
            first = self.records[0]
            first.fields = [f for f in first.fields if f.name != first.key]
            self.make_instrument(first, always=True)
        self.relations = [self.make_relation(i) for i in range(chance.between(settings.relations))]
        self.lists = [f"名单{c}" for c in "甲乙丙"][:chance.randint(1, 3)]
        self.sets = {f"组{i}": (table, chance.some_of(self.codes[table], 1, 3))
                     for i, table in enumerate(chance.some_of(self.codes, 1)) if chance.likely(0.6)}
        self.marks = {word: chance.choice([t for t in self.codes if t != DEGREE_TABLE]) for word in ("领域", "层级", "辖区")
                      if chance.likely(0.6)}
        self.editions = self.make_editions()
        self.incentive_items = {f"I{i:02d}": ("优先", list(self.kinds)) for i in range(1, 4)}
        self.calendar = self.make_calendar() if chance.likely(settings.calendar) else []

    # -- parts ----------------------------------------------------------------

    def code_names(self, i: int) -> list[str]:
        return [f"码{i}{c}" for c in "甲乙丙丁"[:self.chance.randint(2, 4)]] + ["其他"]

    def make_field(self, type_: str) -> FieldMade:
        self.count += 1
        chance = self.chance
        table = chance.choice(list(self.codes)) if type_ == "code" else None
        made = FieldMade(f"{STEMS[type_]}{self.count}", type_, table, chance.likely(0.2))
        if not made.required and chance.likely(0.15):
            made.default = self.default(made)
        return made

    def default(self, made: FieldMade) -> str:
        chance, pools = self.chance, self.pools
        if made.type == "code":
            return chance.choice(self.codes[made.table])
        if made.type == "money":
            return money_literal(chance, chance.choice(pools.money))
        if made.type == "date":
            return date_literal(chance, chance.choice(pools.dates))
        if made.type == "months":
            return months_literal(chance, chance.choice(pools.months))
        return {"text": '"甲类"', "integer": "1", "ratio": "10%", "days": "30日",
                "yes-no": chance.choice(("是", "否"))}[made.type]

    def random_fields(self, n: int) -> list[FieldMade]:
        types = {"text": 1, "integer": 2, "money": 3, "ratio": 1, "date": 3, "months": 1, "days": 1,
                 "yes-no": 2, "code": 3}
        return [self.make_field(self.chance.weighted(types)) for _ in range(n)]

    def make_attributes(self) -> dict:
        chance = self.chance
        out = {kind: self.random_fields(chance.randint(1, 3)) + [self.make_field("date")]
               for kind in self.kinds}
        shared = self.make_field("code")
        for kind in chance.some_of(self.kinds, 0):
            out[kind].append(shared)
        return out

    def make_record(self, parent, level: int):
        chance = self.chance
        self.count += 1
        made = RecordMade(f"案件{self.count}" if parent is None else f"明细{self.count}", parent)
        made.fields = self.random_fields(chance.randint(2, 4))
        if parent is not None and chance.likely(0.3):       # a name that hides the parent's
            made.fields.append(chance.choice(parent.fields))
        if chance.likely(0.4):
            made.fields.append(FieldMade(f"年度{self.count}", "integer", None, True))
        if chance.likely(0.2):
            soft = chance.choice(list(SOFT_NAMES))
            if all(f.name != SOFT_NAMES[soft] for f in made.fields):
                made.fields.append(FieldMade(SOFT_NAMES[soft], soft))
        self.records.append(made)
        self.make_instrument(made)
        self.make_validity(made)
        while level < 2 and chance.likely(self.settings.nested / (level + 1)):
            self.make_record(made, level + 1)
            if chance.likely(0.6):
                break

    def make_instrument(self, made: RecordMade, always=False):
        chance = self.chance
        nested = made.parent is not None
        if always or chance.likely(0.15 if nested else 0.75):
            made.number, made.made = f"文书号{made.name}", f"作出日{made.name}"
            made.fields += [FieldMade(made.number, "text", None, True),
                            FieldMade(made.made, "date", None, chance.likely(0.5))]
            made.key, made.marked = made.number, chance.likely(0.7)
            if chance.likely(0.5):
                made.served = f"送达日{made.name}"
                made.fields.append(FieldMade(made.served, "date"))
            if chance.likely(0.5) and all(f.name != "决定机关" for f in made.fields):    # it may hide the parent's already
                made.fields.append(FieldMade("决定机关", "text", None, chance.likely(0.5)))
            if chance.likely(0.3):
                made.act = f"行为日{made.name}"
                made.fields.append(FieldMade(made.act, "date"))
            if chance.likely(0.15):                          # a key of its own beside the number
                self.own_key(made)
        elif chance.likely(0.3 if nested else 0.8):
            self.own_key(made)

    def make_validity(self, made: RecordMade):
        if not self.chance.likely(0.4):
            return
        bounds = self.chance.some_of(["自", "至"], 1, 2)
        if "自" in bounds:
            made.valid_from = f"起效日{made.name}"
            made.fields.append(FieldMade(made.valid_from, "date"))
        if "至" in bounds:
            made.valid_until = f"到期日{made.name}"
            made.fields.append(FieldMade(made.valid_until, "date"))

    def own_key(self, made: RecordMade):
        made.key, made.marked = f"编号{made.name}", True
        made.fields.append(FieldMade(made.key, "integer" if self.chance.likely(0.15) else "text", None, True))

    def make_relation(self, i: int) -> RelationMade:
        name = f"关系{'甲乙丙丁'[i]}"
        inverse = f"反向{'甲乙丙丁'[i]}" if self.chance.likely(0.7) else None
        fields = [self.make_field(self.chance.choice(("ratio", "money", "date", "code", "yes-no")))
                  for _ in range(self.chance.choice((0, 1, 2)))]
        return RelationMade(name, self.chance.choice(self.kinds), self.chance.choice(self.kinds), inverse,
                            fields)

    def make_editions(self) -> list:
        """(first day or None, items) of each edition of the catalogue of sanctions, in order."""
        chance = self.chance
        out = [(None if chance.likely(0.5) else date(2014, 6, 1), self.make_items())]
        for day in sorted(chance.some_of(self.pools.dates, 1, 2)) if chance.likely(0.4) else []:
            items = {code: (degree if chance.likely(0.7) else chance.choice(DEGREES),
                            covers if chance.likely(0.8) or code == "M00" else chance.some_of(covers))
                     for code, (degree, covers) in out[-1][1].items()
                     if code == "M00" or chance.likely(0.7)}
            if day > date(2014, 6, 1) and all(day != begun for begun, _ in out):
                out.append((day, items))
        return out

    def items_on(self, start: date) -> dict:
        """The items of the edition that a memorandum of this date is held against."""
        begun = [items for day, items in self.editions if day is None or day <= start]
        return begun[-1] if begun else self.editions[0][1]

    def make_items(self) -> dict:
        out = {"M00": ("禁止", list(self.kinds))}
        for i in range(1, self.chance.randint(2, 5)):
            covers = self.chance.some_of(self.kinds)
            out[f"M{i:02d}"] = (self.chance.choice(DEGREES), covers)
        return out

    def make_calendar(self) -> list[int]:
        years = [2022, 2023, 2024, 2025, 2026]
        if self.settings.faults and self.chance.likely(0.5):
            years.remove(self.chance.choice(years))
        return years

    # -- text -----------------------------------------------------------------

    def text(self) -> list[str]:
        """The declarations, one string each."""
        k = self.k
        out = [f'规则包 {self.name} 版本 "1"']
        out += [f"{k('代码表')} {name}\n    " + "、".join(f"{c} = {i + 1}" for i, c in enumerate(codes))
                for name, codes in self.codes.items() if name != DEGREE_TABLE]
        out += [f'{k("机关")} {name} "{name}全称"' for name in self.authorities]
        out += [f'{k("主体类别")} {kind} "{kind}" {k("标识")} 号码{kind}' for kind in self.kinds]
        for kind, fields in self.attributes.items():
            out.append("\n    ".join([f"{k('属性')} {kind}"] + [self.field_text(f, None) for f in fields]))
        out += [self.record_text(record) for record in self.records]
        out += [self.relation_text(relation) for relation in self.relations]
        out.append(f"{k('名单类别')} " + "、".join(self.lists))
        for day, items in self.chance.sample(self.editions, len(self.editions)):
            out.append(self.catalogue_text("惩戒目录", items, "减损权益", day))
        out.append(self.catalogue_text("激励目录", self.incentive_items, "便利服务", None))
        out += [f"{k('定义')} {name} {k('为')} {{{'、'.join(codes)}}}"
                for name, (_, codes) in self.sets.items()]
        return out + [calendar_text(year) for year in self.calendar]

    def field_text(self, made: FieldMade, record) -> str:
        k = self.k
        if made.type == "code":
            type_ = f"{k('代码')} {made.table}"
        elif made.type == "days":
            type_ = "期间 日"
        else:
            type_ = k(TYPE_WORDS[made.type])
        text = f"{made.name}： {type_}"
        if made.required:
            text += " " + k("必填")
        if record and record.marked and made.name == record.key:
            text += " " + k("主键")
        return text + (f" {k('默认')} {made.default}" if made.default else "")

    def record_text(self, made: RecordMade) -> str:
        k = self.k
        head = f"{k('记录')} {made.name}"
        if made.parent:
            head += f" {k('隶属')} {made.parent.name}"
        lines = [head + ("" if made.parent else f' "{made.name}全称"')]
        if not made.parent:
            lines.append(f"{k('来源')} {self.authorities[0]}")
        if made.instrument:
            text = f"{k('文书')} {made.number} {k('作出')} {made.made}"
            text += f" {k('送达')} {made.served}" if made.served else ""
            lines.append(text + (f" {k('行为')} {made.act}" if made.act else ""))
        if made.valid_from or made.valid_until:
            text = k("有效") + (f" {k('自')} {made.valid_from}" if made.valid_from else "")
            lines.append(text + (f" {k('至')} {made.valid_until}" if made.valid_until else ""))
        lines += [self.field_text(f, made) for f in made.fields]
        return "\n    ".join(lines)

    def relation_text(self, made: RelationMade) -> str:
        k = self.k
        text = f"{k('关系')} {made.name} {k('从')} {made.source} {k('到')} {made.target}"
        text += f" {k('反称')} {made.inverse}" if made.inverse else ""
        return "\n    ".join([text] + [self.field_text(f, None) for f in made.fields])

    def catalogue_text(self, name: str, items: dict, nature: str, day) -> str:
        k = self.k
        begun = f" {k('自')} {day.isoformat()}" if day else ""
        lines = [f'{k("措施目录")} {name} 版本 "1"{begun}']
        lines += [f"{item} 事项{item} {k('性质')} {nature} {k('程度')} {k(degree)} {k('适用')} "
                  + "、".join(covers) for item, (degree, covers) in items.items()]
        return "\n    ".join(lines)


def calendar_text(year: int) -> str:
    return (f"工作日历 {year}\n    依据 国办发明电〔{year - 1}〕7号\n"
            f"    放假 {year}-01-01 至 {year}-01-03、{year}-05-01 至 {year}-05-05、{year}-10-01 至 {year}-10-07\n"
            f"    上班 {year}-01-04、{year}-05-11、{year}-10-12")
