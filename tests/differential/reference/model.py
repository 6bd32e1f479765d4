"""What a pack declares: vocabulary, memoranda and their rules."""

from dataclasses import dataclass, field
from typing import Any, Optional


@dataclass(slots=True, eq=False)
class Field:
    name: str
    type: str                 # text integer money ratio date months days workdays yes-no code
    table: Optional[str] = None
    required: bool = False
    key: bool = False
    default: Any = None


@dataclass(slots=True, eq=False)
class RecordType:
    name: str
    fields: dict = field(default_factory=dict)
    parent_name: Optional[str] = None
    parent: Any = None
    number: Optional[str] = None      # the fields of the legal instrument
    made: Optional[str] = None
    served: Optional[str] = None
    act: Optional[str] = None
    valid_from: Optional[str] = None  # of 有效 自 … 至 …
    valid_until: Optional[str] = None
    key: Optional[str] = None
    children: list = field(default_factory=list)

    def lineage(self):
        """This type and the types that it is nested in."""
        kind = self
        while kind is not None:
            yield kind
            kind = kind.parent


@dataclass(slots=True, eq=False)
class Relation:
    name: str
    source: str               # kind at the `from` end
    target: str               # kind at the `to` end
    inverse: Optional[str] = None
    fields: dict = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Memorandum:
    name: Optional[str]
    file: str
    version: str
    effective: Optional[int] = None
    repealed: Optional[int] = None
    undisturbed: bool = False         # 异议 不停止执行
    lighter: bool = False             # 从旧兼从轻
    replaces: list = field(default_factory=list)      # names of memoranda
    uses: list = field(default_factory=list)
    members: dict = field(default_factory=dict)
    others: list = field(default_factory=list)        # repairs, duties, matters, assertions


@dataclass(slots=True, eq=False)
class Parameter:
    name: str
    memo: Memorandum
    rows: list = field(default_factory=list)      # (first day, value), ascending


@dataclass(slots=True, eq=False)
class Definition:
    name: str
    memo: Memorandum
    record_name: Optional[str]
    body: Any
    record: Any = None


@dataclass(slots=True, eq=False)
class Table:
    name: str
    memo: Memorandum
    width: int
    rows: list = field(default_factory=list)      # (cells, result)


@dataclass(slots=True, eq=False)
class Ending:
    """One 终止 of a section: whether its event has come, as a condition over the ground's row."""
    come: Any                 # And(C, D ≤ 今日), or 任一 R 满足 that


@dataclass(slots=True, eq=False)
class Section:
    record_name: str
    alias: Optional[str] = None
    condition: Any = None
    unless: Any = None
    begin: Any = None
    term: Any = None
    end: Any = None
    record: Any = None
    endings: list = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Publication:
    kind: str                 # publish, share
    places: list
    every: Any = None
    lasting: Any = None


@dataclass(slots=True, eq=False)
class Finding:
    name: str
    memo: Memorandum
    enters: Optional[str] = None      # the list kind that it puts the subject on
    marks: dict = field(default_factory=dict)     # 领域, 层级, 辖区 -> Symbol
    unless: Any = None
    condition: Any = None
    sections: list = field(default_factory=list)
    publications: list = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Item:
    degree: Optional[str] = None
    covers: list = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Edition:
    name: str                 # of the catalogue
    effective: Optional[int] = None
    items: dict = field(default_factory=dict)     # code -> Item


@dataclass(slots=True, eq=False)
class Measure:
    name: str
    memo: Memorandum
    kind: str                 # sanction, incentive
    item: Optional[str] = None
    because: list = field(default_factory=list)
    targets: dict = field(default_factory=dict)   # kind -> list of (relation, condition), None for self
    office: str = "认定时"
    authorities: list = field(default_factory=list)
    authority_field: Optional[str] = None     # 由 FIELD: read off the grounds
    basis: list = field(default_factory=list)
    degree: Optional[str] = None
    unless: Any = None
    only_if: Any = None
    term: Any = None          # own 为期
    end: Any = None           # own 至
    remedy: Optional[str] = None
    grant: dict = field(default_factory=dict)
    publications: list = field(default_factory=list)
    item_entry: Optional[Item] = None
    dropped: Optional[int] = None     # the day on which its catalogue item no longer allows it

    @property
    def effective(self):
        return self.memo.effective

    @property
    def repealed(self):
        """The end of its period: the memorandum's, or earlier where the catalogue ends it."""
        ends = [day for day in (self.memo.repealed, self.dropped) if day is not None]
        return min(ends, default=None)


@dataclass(slots=True, eq=False)
class Repair:
    name: str
    memo: Memorandum
    record: Any = None
    eligible: Any = None
    refused: Any = None
    handled: list = field(default_factory=list)   # (step, object, duration)
    granted: list = field(default_factory=list)
    basis: list = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Duty:
    name: str
    memo: Memorandum
    record: Any = None
    alias: Optional[str] = None
    condition: Any = None
    begin: Any = None
    within: Any = None
    roll: bool = False
    done: list = field(default_factory=list)
    authorities: list = field(default_factory=list)
    authority_field: Optional[str] = None
    basis: list = field(default_factory=list)
    # bound:
    deadline: Any = None      # the last day
    begun: Any = None
    over: Any = None


@dataclass(slots=True, eq=False)
class Matter:
    name: str
    memo: Memorandum
    measures: list = field(default_factory=list)
    prohibit: Any = None
    advise: Any = None
    basis: list = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Assertion:
    name: str
    memo: Memorandum
    body: Any


@dataclass(slots=True, eq=False)
class Pack:
    codes: dict = field(default_factory=dict)         # table -> {number: name}
    kinds: dict = field(default_factory=dict)         # kind -> {attribute: Field}
    records: dict = field(default_factory=dict)
    relations: dict = field(default_factory=dict)
    lists: list = field(default_factory=list)
    authorities: list = field(default_factory=list)
    editions: list = field(default_factory=list)      # of catalogues
    memoranda: list = field(default_factory=list)
    calendars: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    measures: list = field(default_factory=list)
    duties: list = field(default_factory=list)
    repairs: list = field(default_factory=list)
    matters: list = field(default_factory=list)
    assertions: list = field(default_factory=list)
    scenarios: list = field(default_factory=list)     # 测试 blocks
    fixtures: dict = field(default_factory=dict)      # 样例 blocks
