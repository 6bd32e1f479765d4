"""Nodes of expressions. `at` is the place (file, line, column) of the first character.

The first group is what the parser makes and the binder may replace; the second
group exists only after names are bound. An index counts frames of the scope:
a scope is a tuple of subjects and record rows, outermost first.
"""

from dataclasses import dataclass, field
from typing import Any, Optional, Optional


def node(cls):
    return dataclass(slots=True, eq=False)(cls)


@node
class Literal:
    at: Any
    value: Any


@node
class Name:
    at: Any
    name: str


@node
class Member:
    at: Any
    base: str
    name: str


@node
class Call:
    at: Any
    name: str
    args: list


@node
class Dated:
    """A parameter on another date: NAME 于 DATE."""
    at: Any
    name: Any
    date: Any


@node
class Arith:
    at: Any
    op: str               # + - * /
    left: Any
    right: Any


@node
class CountSum:
    """Counts added bound by bound; over none it is 0."""

    at: Any
    counts: Any           # list of Count


@node
class Negative:
    at: Any
    operand: Any


@node
class Compare:
    at: Any
    op: str
    left: Any
    right: Any


@node
class OneOf:
    at: Any
    operand: Any
    items: list


@node
class SetName:
    at: Any
    name: str


@node
class Between:
    at: Any
    operand: Any
    low: Any
    high: Any


@node
class Filled:
    at: Any
    operand: Any
    wanted: bool


@node
class TimeForm:
    """recent: 在 近 P; elapsed: 满 P; inside: 在 P 内."""
    at: Any
    form: str
    operand: Any
    period: Any


@node
class And:
    at: Any
    parts: list


@node
class Or:
    at: Any
    parts: list


@node
class Not:
    at: Any
    operand: Any


@node
class Source:
    """What a quantifier ranges over: a record type or a relation."""
    at: Any
    name: str
    alias: Optional[str]
    date: Any                 # 于 D of a relation, or None
    condition: Any            # of 满足, or None
    # bound:
    kind: str = ""            # all, nested, siblings, relation
    index: int = -1           # frame of the subject, parent or sibling
    target: Any = None        # RecordType or Relation
    inverse: bool = False


@node
class Quantifier:
    at: Any
    word: str                 # 任一 每个 无
    source: Source


@node
class History:
    """曾 列入 K and its kin; binding makes quantifiers and aggregates of it."""
    at: Any
    form: str                 # 曾列入, 列入次数, 上次列入, 上次移出
    name: str                 # list or finding
    condition: Any


@node
class ListingDay:
    """列入之日, 移出之日."""
    at: Any
    which: str


@node
class InValidity:
    """X 在 有效期; binding makes comparisons of it, or a quantifier over them."""
    at: Any
    name: str


@node
class Count:
    at: Any
    source: Source
    distinct: Any             # field name, later a bound reference in the row, or None


@node
class Total:
    """合计 最大 最小 最早 最近 of a field."""
    at: Any
    how: str
    source: Source
    value: Any                # field name, later a bound reference
    zero: Any = None


@node
class Streak:
    at: Any
    source: Source
    value: Any
    until: Any


@node
class ListCount:
    at: Any
    list: str
    subject: int = -1
    distinct: Optional[str] = None        # 领域, 层级 or 辖区
    condition: Any = None                 # over the marks of the finding


@node
class MarkOf:
    """领域, 层级 or 辖区 of the finding that is counted: the frame is the finding itself."""
    at: Any
    name: str


@node
class OnList:
    at: Any
    list: str
    subject: int = -1


@node
class If:
    at: Any
    condition: Any
    then: Any
    otherwise: Any


@node
class OrElse:
    at: Any
    operand: Any
    default: Any


@node
class Today:
    at: Any


@node
class MeasureState:
    """A measure's state (生效, 暂停, 待核实, 未生效, 有争议) for the rule's own subject."""
    at: Any
    name: Optional[str]       # None: the measure that a quantifier over measures is at
    state: str
    measure: Any = None
    definite: bool = False    # in assertions: to verify is not in force


@node
class EachMeasure:
    """A quantifier over all measures of a kind; one part per measure once bound."""
    at: Any
    word: str
    kind: str                 # sanction, incentive
    condition: Any
    parts: list = field(default_factory=list)


# -- after binding ------------------------------------------------------------

@node
class FieldOf:
    at: Any
    row: int
    name: str


@node
class LinkFieldOf:
    """A field of the relation row in a frame."""
    at: Any
    row: int
    name: str


@node
class AttributeOf:
    """An attribute of the innermost of these subjects whose kind declares it."""
    at: Any
    subjects: tuple
    name: str


@node
class UseDefinition:
    at: Any
    definition: Any
    frame: int                # subject, or row for a definition over a record


@node
class UseParameter:
    at: Any
    parameter: Any
    subject: int
    date: Any = None


@node
class UseFinding:
    at: Any
    finding: Any
    subject: int


@node
class UseTable:
    at: Any
    table: Any
    args: list


@node
class Function:
    at: Any
    name: str
    args: list


CONDITIONS = (Compare, OneOf, Between, Filled, TimeForm, And, Or, Not, Quantifier, OnList, UseFinding,
              MeasureState, EachMeasure)
AGGREGATES = (Count, Total, Streak, ListCount)


@dataclass(slots=True, eq=False)
class Cell:
    """A cell of a decision table: any value, or one that satisfies a comparison."""
    op: str                   # any, =, <, ..., in, between
    values: list = field(default_factory=list)
