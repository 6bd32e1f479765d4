"""Chance, pools of values near which everything happens, and the spelling of keywords."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

ENGLISH = {
    "引用": "use", "代码表": "codes", "机关": "authority", "主体类别": "subject kind",
    "标识": "identified by", "属性": "attributes", "记录": "record", "来源": "source",
    "文书": "instrument", "作出": "made", "送达": "served", "行为": "act", "隶属": "part of",
    "必填": "required", "主键": "key", "默认": "default", "关系": "relation", "从": "from kind",
    "到": "to kind", "反称": "inverse", "名单类别": "list kinds", "措施目录": "catalogue",
    "性质": "nature", "适用": "covers", "备忘录": "memorandum", "标题": "title", "文号": "number",
    "牵头": "lead", "联签": "signed by", "施行": "effective", "废止": "repealed", "参数": "parameter",
    "定义": "define", "认定": "finding", "列入": "enters", "凭": "on", "当": "when", "自": "from",
    "至": "until", "为期": "for", "长期": "open-ended", "除非": "unless", "仅当": "only if",
    "惩戒": "sanction", "激励": "incentive", "措施": "measure", "因": "because", "对": "to",
    "领域": "domain", "层级": "tier", "辖区": "jurisdiction", "公示": "publish", "共享": "share", "每隔": "each", "期限": "lasting", "本人": "self", "由": "by", "依据": "under", "程度": "degree", "随认定": "follows finding",
    "解除": "lifted", "自动": "automatically", "救济": "remedy", "给予": "grant", "终止": "ended", "有效": "valid", "曾列入": "ever entered", "列入次数": "listings",
    "上次列入": "last_entered", "上次移出": "last_left", "列入之日": "day entered", "移出之日": "day left",
    "从旧兼从轻": "lighter law", "替代": "replaces", "在有效期": "in validity", "为": "as",
    "且": "and", "或": "or", "非": "not", "是": "is", "不是": "is not", "属于": "in",
    "介于": "between", "和": "and", "已填": "present", "未填": "absent", "任一": "some",
    "每个": "every", "无": "no", "满足": "where", "不同": "distinct", "计数": "count", "合计": "sum",
    "最大": "max", "最小": "min", "最早": "earliest", "最近": "latest", "连续年数": "streak",
    "名单数": "lists", "若": "if", "则": "then", "否则": "else", "今日": "today",
    "文本": "text", "整数": "integer", "金额": "money", "比例": "ratio", "日期": "date",
    "期间": "duration", "是否": "yes-no", "代码": "code", "裁量表": "table", "任意": "any",
    "禁止": "prohibit", "限制": "restrict", "从严": "strict", "参考": "consider", "引导": "encourage",
    "优先": "prefer",
}


@dataclass
class Settings:
    """How large and how daring the packs of a profile are."""

    kinds: tuple = (2, 2)
    records: tuple = (1, 2)
    nested: float = 0.4
    relations: tuple = (1, 1)
    memoranda: tuple = (1, 1)
    parameters: tuple = (0, 2)
    definitions: tuple = (0, 1)
    findings: tuple = (1, 2)
    measures: tuple = (1, 2)
    depth: int = 1
    english: float = 0.0
    faults: float = 0.0       # how likely a pack is to have overflows, lost calendars and the like
    tables: float = 0.0
    calendar: float = 0.35
    daring: bool = False      # also write what the texts leave open


PROFILES = {
    "simple": Settings(),
    "rich": Settings(kinds=(2, 3), records=(2, 4), nested=0.6, relations=(1, 4), memoranda=(1, 3),
                     parameters=(0, 3), definitions=(0, 3), findings=(1, 4), measures=(1, 4), depth=3,
                     english=0.15, faults=0.2, tables=0.5, calendar=0.5),
}

ANCHORS = ("2023-12-31", "2024-01-31", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-31",
           "2024-06-30", "2024-08-31", "2024-12-31", "2025-01-01", "2025-02-28", "2025-03-01",
           "2023-02-28", "2022-10-01", "2024-10-15")


@dataclass
class Pools:
    """The few values around which a pack's thresholds and a world's data lie."""

    dates: list = field(default_factory=list)
    money: list = field(default_factory=list)      # fen
    integers: list = field(default_factory=list)
    ratios: list = field(default_factory=list)     # parts of a thousand
    months: list = field(default_factory=list)
    days: list = field(default_factory=list)
    texts: list = field(default_factory=list)


class Chance(random.Random):
    """Random choices with the words that the generator uses."""

    def likely(self, p: float) -> bool:
        return self.random() < p

    def between(self, bounds: tuple) -> int:
        return self.randint(*bounds)

    def some_of(self, items, least=1, most=None) -> list:
        items = list(items)
        most = len(items) if most is None else min(most, len(items))
        return self.sample(items, self.randint(min(least, most), most))

    def weighted(self, table: dict):
        return self.choices(list(table), list(table.values()))[0]


def make_pools(chance: Chance) -> Pools:
    return Pools(
        dates=[date.fromisoformat(d) for d in chance.sample(ANCHORS, 6)],
        money=[chance.choice((1, 100, 999_99, 10_000_00, 100_000_00, 1_000_000_00)) for _ in range(4)],
        integers=chance.sample((0, 1, 2, 3, 5, 10, 18, 100), 4),
        ratios=chance.sample((5, 50, 100, 125, 300, 333, 500, 1000), 3),
        months=chance.sample((1, 2, 3, 6, 12, 24, 36), 3),
        days=chance.sample((1, 7, 30, 60, 90, 365), 3),
        texts=["甲类", "乙类", "x y"])


class Speller:
    """Writes keywords in Chinese, or in a pack of English keywords mostly in English."""

    def __init__(self, chance: Chance, english: bool):
        self.chance, self.english = chance, english

    def __call__(self, word: str) -> str:
        if self.english and self.chance.likely(0.8):
            return ENGLISH.get(word, word)
        return word


# -- literals -----------------------------------------------------------------

def money_literal(chance: Chance, fen: int) -> str:
    if fen % 1_000_000_00 == 0 and fen and chance.likely(0.7):
        return f"{fen // 1_000_000}万元"
    if fen % 100 == 0:
        text = str(fen // 100)
        if len(text) > 4 and chance.likely(0.3):
            text = f"{text[:-3]}_{text[-3:]}"
        return text + "元"
    return f"{fen // 100}.{fen % 100:02d}元"


def ratio_literal(chance: Chance, thousandths: int) -> str:
    if thousandths % 10 == 0 and chance.likely(0.6):
        return chance.choice((f"{thousandths // 10}%", f"百分之{thousandths // 10}"))
    return f"{thousandths}‰"


def date_literal(chance: Chance, day: date) -> str:
    return day.isoformat() if chance.likely(0.5) else f"{day.year}年{day.month}月{day.day}日"


def months_literal(chance: Chance, months: int) -> str:
    if months % 12 == 0 and chance.likely(0.7):
        return f"{months // 12}年"
    return f"{months}个月"


def near(chance: Chance, day: date) -> date:
    """A day at, or next to, a date of the pool."""
    return day + timedelta(days=chance.choice((0, 0, 0, -1, 1)))


def shifted(day: date, months: int) -> date:
    """The same day some months on, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for n in range(day.day, 27, -1):
        try:
            return date(year, month + 1, n)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
