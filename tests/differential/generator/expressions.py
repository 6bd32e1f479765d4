"""Typed random expressions over a scope, as text.

Conditions and values carry how tightly they bind, so that parentheses are
written exactly where the language needs them (and sometimes elsewhere).
"""

from dataclasses import dataclass, field
from typing import Any, Optional

from .vocabulary import DEGREE_TABLE
from .words import (Chance, Pools, date_literal, money_literal, months_literal, near, ratio_literal)

OR, AND, NOT, COMPARISON, SUM, TERM, PRIMARY = range(7)

ORDER_WORDS = {
    "number": ["=", "≠", "<", "≤", ">", "≥", "大于", "超过", "小于", "低于", "不足", "不少于", "不低于",
               "达到", "不超过", "不高于", "是", "不是"],
    "date": ["=", "≠", "<", "≤", ">", "≥", "早于", "晚于", "不早于", "不晚于", "是", "不是"],
}
ORDERED = ("integer", "money", "ratio", "date", "months", "days")


@dataclass
class Text:
    """An expression's text and how tightly it binds."""

    text: str
    level: int = PRIMARY
    today: bool = False

    def at(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"


@dataclass(eq=False)
class Frame:
    record: Any = None            # RecordMade of a row
    kind: Optional[str] = None    # of a subject, where known
    alias: Optional[str] = None
    relation: Any = None          # RelationMade whose row reaches the subject


@dataclass(eq=False)
class Known:
    """A declared name that later expressions may use."""

    name: str
    memo: str
    type: Any                     # value type, or "truth"
    record: Any = None            # of a definition over a record
    safe: bool = True             # ranges over instruments only
    today: bool = False
    kind: str = "definition"      # definition, parameter, finding, table
    args: list = field(default_factory=list)
    results: list = field(default_factory=list)


class Expressions:
    """Writes expressions for one memorandum; `known` grows as names are declared."""

    def __init__(self, chance: Chance, vocabulary, pools: Pools, spell, settings):
        self.chance, self.voc, self.pools, self.k = chance, vocabulary, pools, spell
        self.settings = settings
        self.known: list[Known] = []
        self.visible: set[str] = set()        # memoranda whose names may be used
        self.memo = ""
        self.marks: dict[str, str] = {}       # what findings written so far state: word -> code table
        self.open_lists: set[str] = set()     # lists that findings may still enter
        self.entered: dict[str, bool] = {}    # list -> its findings range over instruments only
        self.dated_lists: set[str] = set()    # those that a finding with 凭 enters
        self.aliases = 0
        self.barred: set[str] = set()         # kinds of names that 从旧兼从轻 cannot read twice here
        self.start()

    def start(self, safe=False, timeless=False):
        """Begin a rule. safe: only instruments are ranged over; timeless: no word of today."""
        self.safe, self.timeless = safe, timeless
        self.safe_so_far, self.today_so_far, self.used = True, False, set()

    # -- scope ----------------------------------------------------------------

    def fields(self, scope, type_) -> list[Text]:
        """References to the visible fields and attributes of a value type."""
        out, hidden = [], set()
        for frame in reversed(scope):
            for name, kind in self.frame_fields(frame):
                if kind == type_:
                    if frame.alias and (name in hidden or self.chance.likely(0.4)):
                        out.append(Text(f"{frame.alias}.{name}"))
                    elif name not in hidden:
                        out.append(Text(name))
            hidden |= {name for name, _ in self.frame_fields(frame)}
        return out

    def frame_fields(self, frame):
        if frame.record:
            return [(f.name, f.kind) for f in frame.record.fields]
        kinds = [frame.kind] if frame.kind else self.voc.kinds
        pairs = {f.name: f.kind for kind in kinds for f in self.voc.attributes[kind]}
        pairs |= {f.name: f.kind for f in frame.relation.fields} if frame.relation else {}
        return list(pairs.items())

    def field(self, scope, type_) -> Text | None:
        """A field not used so far in this rule, so that no contradiction is written by chance."""
        found = [f for f in self.fields(scope, type_) if f.text not in self.used]
        if not found:
            return None
        chosen = self.chance.choice(found)
        self.used.add(chosen.text)
        return chosen

    def names(self, kind: str, type_, scope) -> list[Known]:
        if kind in self.barred:
            return []
        return [n for n in self.known if n.kind == kind and n.type == type_
                and (n.memo in self.visible or n.memo == self.memo)
                and (n.safe or not self.safe) and not (self.timeless and n.today)
                and (n.record is None or any(f.record is n.record for f in scope))]

    def spelled(self, known: Known) -> str:
        if known.memo != self.memo and self.chance.likely(0.3):
            return f"{known.memo}.{known.name}"
        return known.name

    def use(self, known: Known, scope) -> Text:
        self.safe_so_far &= known.safe
        self.today_so_far |= known.today or known.kind == "finding"
        text = self.spelled(known)
        if known.record is not None:
            aliases = [f.alias for f in scope if f.record is known.record and f.alias]
            if aliases and self.chance.likely(0.5):
                text = f"{known.name}({self.chance.choice(aliases)})"
        return Text(text, today=known.today)

    # -- literals and simple values -------------------------------------------

    def literal(self, type_) -> Text:
        chance, pools = self.chance, self.pools
        if type_ == "money":
            return Text(money_literal(chance, max(0, chance.choice(pools.money) + chance.choice((0, 0, 1)))))
        if type_ == "integer":
            return Text(str(chance.choice(pools.integers)))
        if type_ == "ratio":
            return Text(ratio_literal(chance, chance.choice(pools.ratios)))
        if type_ == "date":
            return Text(date_literal(chance, near(chance, chance.choice(pools.dates))))
        if type_ == "months":
            return Text(months_literal(chance, chance.choice(pools.months)))
        if type_ == "days":
            return Text(f"{chance.choice(pools.days)}{chance.choice(('日', '天'))}")
        if type_ == "text":
            return Text(f'"{chance.choice(pools.texts)}"')
        if type_ == "yes-no":
            return Text(chance.choice(("是", "否")))
        return Text(chance.choice(self.voc.codes[type_[1]]))

    def parameter(self, type_, scope) -> Text | None:
        found = self.names("parameter", type_, scope)
        if not found:
            return None
        known = self.chance.choice(found)
        text = self.spelled(known)
        if self.chance.likely(0.3):
            day = self.field(scope, "date")
            if day:
                return Text(f"{text} 于 {day.text}")
        return Text(text)

    def other(self, type_, scope, depth) -> Text:
        """The right-hand side of a comparison."""
        roll = self.chance.random()
        if roll < 0.25:
            found = self.parameter(type_, scope)
            if found:
                return found
        elif roll < 0.4:
            found = self.field(scope, type_)
            if found:
                return found
        elif roll < 0.5 and depth > 0 and type_ in ORDERED:
            return self.arithmetic(type_, scope, depth - 1, self.literal(type_))
        return self.literal(type_)

    def arithmetic(self, type_, scope, depth, base: Text) -> Text:
        """An expression of the type around a base of it."""
        chance = self.chance
        if type_ == "date":
            return self.date_arithmetic(scope, base)
        if type_ in ("months", "days", "money", "integer") and chance.likely(0.5):
            op = chance.choice("+-") if type_ in ("money", "integer") else "+"
            return Text(f"{base.at(SUM)} {op} {self.literal(type_).text}", SUM, base.today)
        if type_ in ("money", "integer") and chance.likely(0.6):
            return Text(f"{base.at(TERM)} {chance.choice('×*')} {chance.choice((2, 3))}", TERM, base.today)
        if chance.likely(0.4) and (type_ != "ratio" or self.settings.daring):
            word = chance.choice(("min", "max"))
            return Text(f"{word}({base.text}, {self.literal(type_).text})", today=base.today)
        if chance.likely(0.5) and depth >= 0:
            return self.choice(type_, scope, depth, base)
        return Text(f"取 {base.at(SUM)} 缺省 {self.literal(type_).text}", SUM - 1, base.today)

    def choice(self, type_, scope, depth, base: Text) -> Text:
        k = self.k
        condition = self.condition(scope, min(depth, 1))
        return Text(f"{k('若')} {condition.text} {k('则')} {base.text} {k('否则')} "
                    f"{self.literal(type_).text}", SUM - 1, base.today)

    def date_arithmetic(self, scope, base: Text) -> Text:
        chance = self.chance
        roll = chance.random()
        if roll < 0.35:
            return Text(f"{base.at(SUM)} {chance.choice('+-')} {self.period(scope)}", SUM, base.today)
        if roll < 0.45:
            return Text(f"{base.at(SUM)} + {self.period(scope)} + {self.literal('days').text}", SUM,
                        base.today)
        if roll < 0.55:
            return Text(f"月初({base.text})", today=base.today)
        if roll < 0.65:
            return Text(f"次月({base.text}, {chance.choice((1, 15, 31))})", today=base.today)
        if roll < 0.75:
            word = chance.choice(("较早", "较晚"))
            return Text(f"{word}({base.text}, {self.literal('date').text})", today=base.today)
        if roll < 0.9 and self.voc.calendar:
            return self.working_days(base)
        return Text(f"取 {base.at(SUM)} 缺省 {self.literal('date').text}", SUM - 1, base.today)

    def working_days(self, base: Text) -> Text:
        if self.chance.likely(0.5):
            return Text(f"{base.at(SUM)} + {self.chance.choice((0, 1, 3, 7))}个工作日", SUM, base.today)
        word = self.chance.choice(("当日或次一工作日", "首个工作日"))
        return Text(f"{word}({base.text})", today=base.today)

    def period(self, scope) -> str:
        """A positive duration in months or days."""
        type_ = self.chance.choice(("months", "months", "days"))
        found = self.parameter(type_, scope) if self.chance.likely(0.2) else None
        return (found or self.literal(type_)).at(TERM)

    # -- conditions -----------------------------------------------------------

    def condition(self, scope, depth: int) -> Text:
        """A condition of any shape."""
        roll = self.chance.random()
        k = self.k
        if depth > 0 and roll < 0.3:
            parts = [self.condition(scope, depth - 1) for _ in range(self.chance.choice((2, 2, 3)))]
            return Text(f" {k('且')} ".join(p.at(NOT) for p in parts), AND)
        if depth > 0 and roll < 0.5:
            parts = [self.condition(scope, depth - 1) for _ in range(self.chance.choice((2, 2, 3)))]
            return Text(f" {k('或')} ".join(p.at(AND) for p in parts), OR)
        if depth > 0 and roll < 0.58:
            return Text(f"{k('非')} {self.condition(scope, depth - 1).at(COMPARISON)}", NOT)
        return self.atom(scope, depth)

    def atom(self, scope, depth: int) -> Text:
        makers = {self.simple: 6, self.time: 2 if not self.timeless else 0, self.filled: 1,
                  self.in_validity: 1 if not self.timeless else 0}
        if depth > 0:
            makers |= {self.quantifier: 3, self.count: 2, self.total: 2, self.streak: 1,
                       self.listed: 1 if not self.timeless else 0,
                       self.history: 1 if not self.timeless else 0, self.referred: 2, self.table: 1,
                       self.ratio_test: 1, self.faulty: 1 if self.settings.faults else 0}
        for _ in range(6):
            made = self.chance.weighted(makers)(scope, depth)
            if made is not None:
                return made
        return self.fallback(scope)

    def fallback(self, scope) -> Text:
        """A comparison that is always possible."""
        n = self.chance.randint(1, 9)
        found = [f for t in ("date", "integer", "money") for f in self.fields(scope, t)]
        if found:
            return Text(f"{self.chance.choice(found).text} {self.k('已填')}", COMPARISON)
        return Text(f"{self.k('今日')} 晚于 200{n}-01-01", COMPARISON, True)

    def simple(self, scope, depth):
        """A field compared with something of its type."""
        type_ = self.chance.choice(("integer", "money", "ratio", "date", "months", "days", "yes-no",
                                    "text", "code", "code"))
        if type_ == "code":
            type_ = ("code", self.chance.choice(list(self.voc.codes)))
        left = self.field(scope, type_)
        if left is None:
            return None
        if type_ in ORDERED:
            if depth > 0 and self.chance.likely(0.3):
                left = self.arithmetic(type_, scope, depth - 1, left)
            return self.ordered(left, type_, scope, depth)
        return self.equality(left, type_, scope)

    def ordered(self, left: Text, type_, scope, depth) -> Text:
        words = ORDER_WORDS["date" if type_ == "date" else "number"]
        if type_ == "date" and self.chance.likely(0.15):
            day = self.field(scope, "date")
            if day:
                return Text(f"{left.at(SUM)} {self.k('介于')} {day.text} 和 {day.text} + "
                            f"{self.literal('months').text}", COMPARISON, left.today)
        if self.chance.likely(0.12):
            low, high = self.bounds(type_)
            return Text(f"{left.at(SUM)} {self.k('介于')} {low} 和 {high}", COMPARISON, left.today)
        word = self.k(self.chance.choice(words))
        return Text(f"{left.at(SUM)} {word} {self.other(type_, scope, depth).at(SUM)}", COMPARISON,
                    left.today)

    def bounds(self, type_) -> tuple[str, str]:
        """Two literals of a type, the lesser first."""
        chance, pools = self.chance, self.pools
        pool = {"money": pools.money, "integer": pools.integers, "ratio": pools.ratios,
                "date": pools.dates, "months": pools.months, "days": pools.days}[type_]
        write = {"money": money_literal, "ratio": ratio_literal, "date": date_literal,
                 "months": months_literal}.get(type_, lambda _, n: f"{n}日" if type_ == "days" else str(n))
        low, high = sorted(chance.choices(pool, k=2))
        return write(chance, low), write(chance, high)

    def equality(self, left: Text, type_, scope) -> Text:
        k, chance = self.k, self.chance
        if type_ == "yes-no" and chance.likely(0.5):
            return left
        sets = [n for n, (table, _) in self.voc.sets.items() if type_ == ("code", table)]
        if sets and chance.likely(0.3):
            return Text(f"{left.text} {k('属于')} {chance.choice(sets)}", COMPARISON)
        if type_ == ("code", DEGREE_TABLE) and chance.likely(0.6):
            word = k(chance.choice(ORDER_WORDS["number"]))      # degrees alone are in order
            return Text(f"{left.text} {word} {self.literal(type_).text}", COMPARISON)
        if type_ != "yes-no" and chance.likely(0.35):
            pool = self.pools.texts if type_ == "text" else self.voc.codes[type_[1]]
            items = chance.some_of(pool, 1, 3)
            written = [f'"{i}"' for i in items] if type_ == "text" else items
            return Text(f"{left.text} {k('属于')} {{{'、'.join(written)}}}", COMPARISON)
        word = k(chance.choice(("是", "不是", "=", "≠")))
        right = self.field(scope, type_) if chance.likely(0.2) else None
        return Text(f"{left.text} {word} {(right or self.literal(type_)).text}", COMPARISON)

    def filled(self, scope, _depth):
        type_ = self.chance.choice(("date", "money", "months", "integer", "yes-no"))
        left = self.field(scope, type_)
        word = self.k(self.chance.choice(("已填", "未填")))
        return left and Text(f"{left.text} {word}", COMPARISON)

    def time(self, scope, _depth):
        """A comparison with today."""
        day = self.field(scope, "date")
        if day is None:
            return None
        self.today_so_far = True
        chance, k, roll = self.chance, self.k, self.chance.random()
        if roll < 0.2:
            text = f"{day.text} 在 近 {self.period(scope)}"
        elif roll < 0.4:
            text = f"{day.text} 满 {self.period(scope)}"
        elif roll < 0.5:
            text = f"{day.text} 在 {self.period(scope)} 内"
        elif roll < 0.6:
            text = f"周岁({day.text}) {chance.choice(('小于', '≥', '不少于', '大于'))} {chance.choice((0, 1, 2, 18))}"
        elif roll < 0.7:
            op = chance.choice(("大于", "≤", "不少于", "小于"))
            text = f"{k('今日')} - {day.text} {op} {chance.choice(('30', '365', '30日', '60天'))}"
        elif roll < 0.8:
            text = f"年({k('今日')}) - 年({day.text}) {chance.choice(('≥', '<', '='))} {chance.choice((0, 1, 2))}"
        else:
            text = self.today_against(day)
        return Text(text, COMPARISON, True)

    def today_against(self, day: Text) -> str:
        chance, k = self.chance, self.k
        today = chance.choice((k("今日"), f"{k('今日')} + 3个月", f"{k('今日')} - 1年", f"月初({k('今日')})",
                               f"次月({k('今日')}, 15)", f"{k('今日')} + 30日"))
        if self.voc.calendar and chance.likely(0.25):
            today = chance.choice((f"{k('今日')} + 5个工作日", f"当日或次一工作日({k('今日')})"))
        if chance.likely(0.5):
            return f"{day.text} {chance.choice(('早于', '不晚于', '晚于', '不早于'))} {today}"
        return f"{today} {chance.choice(('早于', '≥', '<', '是', '≠'))} {day.text}"

    # -- ranging --------------------------------------------------------------

    def alias(self) -> str | None:
        if not self.chance.likely(0.3):
            return None
        self.aliases += 1
        return f"别名{self.aliases}"

    def source(self, scope, with_relation=True, with_alias=True):
        """(text of what is ranged over, scope of its condition, frame) or None."""
        records = [r for r in self.voc.records if r.instrument or not self.safe]
        inner = [r for r in records if any(f.record is r or f.record and r.parent is f.record for f in scope)]
        relations = self.ways(scope) if with_relation else []
        if relations and self.chance.likely(0.35):
            return self.relation_source(scope, relations)
        if not records:
            return None
        record = self.chance.choice(inner if inner and self.chance.likely(0.5) else records)
        self.safe_so_far &= record.instrument
        frame = Frame(record, None, self.alias() if with_alias else None)
        return record.name + (f" {frame.alias}" if frame.alias else ""), scope + [frame], frame

    def ways(self, scope):
        """(name, kind reached, relation) of the relations that the current subject's kind may have."""
        kind = next((f.kind for f in reversed(scope) if f.record is None), None)
        out = [(r.name, r.target, r) for r in self.voc.relations if kind in (None, r.source)]
        return out + [(r.inverse, r.source, r) for r in self.voc.relations
                      if r.inverse and kind in (None, r.target)]

    def relation_source(self, scope, relations):
        name, kind, relation = self.chance.choice(relations)
        frame = Frame(None, kind, self.alias(), relation)
        text = name + (f" {frame.alias}" if frame.alias else "")
        if self.chance.likely(0.25):
            day = self.field(scope, "date")
            text += f" 于 {day.text}" if day else ""
        return text, scope + [frame], frame

    def body(self, scope, depth, whole: bool) -> str:
        """` 满足 C`, or nothing; outside brackets one comparison or a parenthesis."""
        if self.chance.likely(0.12):
            return ""
        condition = self.condition(scope, depth - 1)
        nested = any(word in condition.text for word in ("满足", "where"))
        level = OR if whole else (PRIMARY if nested else COMPARISON)
        return f" {self.k('满足')} {condition.at(level)}"

    def quantifier(self, scope, depth):
        made = self.source(scope)
        if made is None:
            return None
        text, inner, _ = made
        word = self.k(self.chance.choice(("任一", "任一", "每个", "无")))
        return Text(f"{word} {text}{self.body(inner, depth, False)}", COMPARISON)

    def count(self, scope, depth):
        made = self.source(scope)
        if made is None:
            return None
        text, inner, frame = made
        k, chance = self.k, self.chance
        if frame.record and not frame.alias and chance.likely(0.45):
            name = chance.choice(frame.record.fields).name
            text = f"{k('不同')} {frame.record.name}.{name}"
        call = f"{k('计数')}({text}{self.body(inner, depth, True)})"
        word = k(chance.choice(ORDER_WORDS["number"]))
        if chance.likely(0.1):
            return Text(f"{call} {k('介于')} {chance.choice((0, 1))} 和 {chance.choice((1, 2, 3))}", COMPARISON)
        if chance.likely(0.1):
            return Text(f"{call} + 1 {word} {chance.choice((1, 2, 3))}", COMPARISON)
        return Text(f"{call} {word} {chance.choice((0, 1, 2, 3))}", COMPARISON)

    def total(self, scope, depth):
        made = self.source(scope, with_relation=False, with_alias=False)
        if made is None:
            return None
        _, inner, frame = made
        options = [f for f in frame.record.fields if f.type in ("money", "integer", "date")]
        if not options:
            return None
        chosen = self.chance.choice(options)
        words = {"money": ("合计", "最大", "最小"), "integer": ("合计", "最大", "最小"),
                 "date": ("最早", "最近")}[chosen.type]
        word = self.k(self.chance.choice(words))
        text = f"{frame.record.name}.{chosen.name}"
        call = Text(f"{word}({text}{self.body(inner, depth, True)})")
        if chosen.type == "date" and not self.timeless and self.chance.likely(0.3):
            self.today_so_far = True
            return Text(f"{call.text} 满 {self.literal('months').text}", COMPARISON, True)
        return self.ordered(call, chosen.type, scope, depth)

    def streak(self, scope, depth):
        found = [r for r in self.voc.records if r.year_field() and (r.instrument or not self.safe)]
        if not found or self.timeless:
            return None
        record = self.chance.choice(found)
        self.safe_so_far &= record.instrument
        self.today_so_far = True
        k = self.k
        inner = scope + [Frame(record)]
        until = self.chance.choice(("", "", f" 截至 年({k('今日')}) - 1", " 截至 2022"))
        call = f"{k('连续年数')}({record.name}.{record.year_field()}{self.body(inner, depth, True)}{until})"
        return Text(f"{call} {k(self.chance.choice(('不少于', '<', '=', '大于')))} {self.chance.choice((1, 2, 3))}",
                    COMPARISON)

    # -- other names ----------------------------------------------------------

    def listed(self, scope, _depth):
        usable = [name for name in self.entered if self.entered[name] or not self.safe]
        if not usable:
            return None
        name = self.chance.choice(usable)
        self.safe_so_far &= self.entered[name]
        self.today_so_far = True
        self.open_lists.discard(name)
        if self.chance.likely(0.6):
            return Text(f"在 {name}", COMPARISON, True)
        word = self.k(self.chance.choice(("不少于", "<", "=", "大于")))
        return Text(f"{self.k('名单数')}({self.counted_by_marks(name)}) {word} {self.chance.choice((1, 1, 2))}",
                    COMPARISON, True)

    def counted_by_marks(self, name: str) -> str:
        """A list, perhaps by different codes of a mark, perhaps of findings of some marks only."""
        chance, k = self.chance, self.k
        if not self.marks or chance.likely(0.4):
            return name
        distinct = f"{k('不同')} {k(chance.choice(list(self.marks)))} " if chance.likely(0.6) else ""
        word, table = chance.choice(list(self.marks.items()))
        codes = chance.some_of(self.voc.codes[table], 1, 2)
        asked = chance.choice((f"{k('是')} {codes[0]}", f"{k('不是')} {codes[0]}",
                               f"{k('属于')} {{{'、'.join(codes)}}}", k("已填"), k("未填")))
        negated = f"{k('非')} " if chance.likely(0.2) else ""
        return distinct + name + (f" {k('满足')} {negated}{k(word)} {asked}" if chance.likely(0.6) else "")

    def history(self, scope, _depth):
        """曾 列入 and its kin, of a list or of one finding."""
        chance, k = self.chance, self.k
        lists = [name for name in self.entered
                 if name in self.dated_lists and (self.entered[name] or not self.safe)]
        found = [n for n in self.names("finding", "truth", scope) if n.args]
        if found and (not lists or chance.likely(0.3)):
            known = chance.choice(found)
            self.safe_so_far &= known.safe
            name = self.spelled(known)
        elif lists:
            name = chance.choice(lists)
            self.safe_so_far &= self.entered[name]
            self.open_lists.discard(name)
        else:
            return None
        self.today_so_far = True
        roll = chance.random()
        if roll < 0.4:
            body = f" {k('满足')} {self.listing_test(scope)}" if chance.likely(0.7) else ""
            return Text(f"{k('曾列入').replace('曾列', '曾 列')} {name}{body}", COMPARISON, True)
        body = f" {k('满足')} {self.listing_test(scope)}" if chance.likely(0.5) else ""
        if roll < 0.6:
            return Text(f"{k('列入次数')}({name}{body}) {k(chance.choice(ORDER_WORDS['number']))} "
                        f"{chance.choice((0, 1, 1, 2))}", COMPARISON, True)
        call = Text(f"{k(chance.choice(('上次列入', '上次移出')))}({name}{body})")
        if chance.likely(0.4):
            return Text(f"{call.text} 满 {self.literal('months').text}", COMPARISON, True)
        return self.ordered(call, "date", scope, 0)

    def listing_test(self, scope, begins_only=False) -> str:
        """A comparison of the days of a listing."""
        chance, k = self.chance, self.k
        day = k(chance.choice(("列入之日",) if begins_only else ("列入之日", "移出之日")))
        roll = chance.random()
        if roll < 0.3 and not self.timeless:
            return f"{day} 在 近 {self.literal('months').text}"
        if roll < 0.4:
            return f"{day} {k('已填')}"
        other = self.field(scope, "date") or self.literal("date")
        return f"{day} {chance.choice(('早于', '不晚于', '晚于', '不早于'))} {other.text}"

    def referred(self, scope, depth):
        """A definition or a finding by its name."""
        found = [] if self.timeless else self.names("finding", "truth", scope)
        found += self.names("definition", "truth", scope)
        if found and self.chance.likely(0.8):
            return self.use(self.chance.choice(found), scope)
        for type_ in self.chance.sample(("integer", "money", "date"), 3):
            found = self.names("definition", type_, scope)
            if found:
                return self.ordered(self.use(self.chance.choice(found), scope), type_, scope, 0)
        return None

    def table(self, scope, depth):
        found = [n for n in self.known if n.kind == "table" and (n.memo in self.visible or n.memo == self.memo)]
        if not found:
            return None
        known = self.chance.choice(found)
        args = [self.table_argument(type_, scope, depth) for type_ in known.args]
        call = f"{self.spelled(known)}({', '.join(args)})"
        if isinstance(known.type, tuple) and self.chance.likely(0.3):
            items = "、".join(self.chance.some_of(known.results))
            return Text(f"{call} {self.k('属于')} {{{items}}}", COMPARISON)
        result = self.chance.choice(known.results)
        written = result if isinstance(known.type, tuple) else f'"{result}"'
        return Text(f"{call} {self.k(self.chance.choice(('是', '不是')))} {written}", COMPARISON)

    def table_argument(self, type_, scope, depth) -> str:
        if type_ == "integer" and self.chance.likely(0.5):
            made = self.source(scope)
            if made:
                return f"{self.k('计数')}({made[0]})"
        return (self.field(scope, type_) or self.literal_field(scope, type_)).text

    def literal_field(self, scope, type_) -> Text:
        found = self.fields(scope, type_)
        return self.chance.choice(found) if found else self.literal(type_)

    # -- ratios and faults ----------------------------------------------------

    def in_validity(self, scope, _depth):
        """Of the row of a frame, or of any row of a type."""
        found = [r for r in self.voc.records if (r.valid_from or r.valid_until)
                 and (r.instrument or not self.safe)]
        if not found:
            return None
        here = [f for f in scope if f.record in found]
        frame = self.chance.choice(here) if here and self.chance.likely(0.6) else None
        record = frame.record if frame else self.chance.choice(found)
        self.safe_so_far &= record.instrument
        self.today_so_far = True
        name = frame.alias if frame and frame.alias and self.chance.likely(0.5) else record.name
        words = self.k("在有效期")
        return Text(f"{name} {words if words != '在有效期' else '在 有效期'}", COMPARISON, True)

    def ratio_test(self, scope, _depth):
        """Money times a ratio, quotients, and rounding."""
        chance = self.chance
        a, b = self.field(scope, "money"), self.field(scope, "money")
        if a is None:
            return None
        op = chance.choice(("≥", "<", "不少于", "="))
        ratio = self.field(scope, "ratio") if chance.likely(0.3) else None
        ratio = (ratio or self.literal("ratio")).text
        if b is None:
            whole = chance.choice(("四舍五入", "舍去", "进位"))
            return Text(f"{whole}({a.text} × {ratio}) {op} {self.literal('money').text}", COMPARISON)
        if chance.likely(0.5):
            return Text(f"{a.text} {op} {b.text} × {ratio}", COMPARISON)
        return Text(f"{a.text} ÷ {b.text} {op} {ratio}", COMPARISON)

    def faulty(self, scope, _depth):
        """Something that overflows, divides by zero or leaves the calendar for some data."""
        money, day, n = (self.field(scope, t) for t in ("money", "date", "integer"))
        options = []
        if money:
            options += [f"{money.text} × 9_000_000_000_000 > 1元", f"{money.text} ÷ {n.text} > 1元" if n else ""]
        if day:
            options += [f"{day.text} + 180年 > 2150-01-01", f"{day.text} - 130年 < 1901-01-01"]
        if day and self.voc.calendar:
            options += [f"{day.text} + 400个工作日 > 2024-01-01"]
        options = [o for o in options if o]
        return Text(self.chance.choice(options), COMPARISON) if options else None
