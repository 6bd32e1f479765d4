"""Values of the language: their states, exact arithmetic, comparison.

A value is known, unknown (perhaps by a fault) or inapplicable. Truth is
True, False or None (unknown).
"""

from dataclasses import dataclass, field
from fractions import Fraction

from . import dates
from .dates import Fault

LIMIT = 2 ** 63


class Unknown:
    """An unknown value; `code` says that a fault made it, at the place where it arose."""

    __slots__ = ("code",)

    def __init__(self, code=None):
        self.code = code


class Inapplicable:
    __slots__ = ()


UNKNOWN = Unknown()
INAPPLICABLE = Inapplicable()
FAULTS = {code: Unknown(code) for code in ("F001", "F002", "F003", "F004")}


@dataclass(frozen=True, slots=True)
class Money:
    n: int              # fen


@dataclass(frozen=True, slots=True)
class Date:
    n: int              # day number


@dataclass(frozen=True, slots=True)
class Duration:
    unit: str           # months, days, workdays
    n: int


@dataclass(frozen=True, slots=True)
class Span:
    n: int              # days between two dates


@dataclass(frozen=True, slots=True)
class Exact:
    """An exact fraction: a ratio, a quotient, or a part of an amount of money (in fen)."""

    unit: str           # money, number
    n: Fraction


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code of a table, or a decision table's result, by its name."""

    n: str
    table: dict | None = field(default=None, compare=False, repr=False)     # number -> name, where known


def ranks(left: Symbol, right: Symbol) -> list[int]:
    """The numbers of two codes: a code that stands for itself is of the other one's table."""
    table = left.table or right.table
    numbers = {name: number for number, name in table.items()}
    return [numbers[left.n], numbers[right.n]]


@dataclass(frozen=True, slots=True)
class Range:
    """A count that is not settled: any integer from low to high."""

    low: int
    high: int


def is_unknown(value) -> bool:
    return isinstance(value, Unknown)


def is_known(value) -> bool:
    return not isinstance(value, (Unknown, Inapplicable))


def measure_of(value):
    """What comparison looks at, whatever the type."""
    return value if isinstance(value, (bool, int, str)) else value.n


# -- three-valued logic -------------------------------------------------------

def all_of(truths):
    """Kleene's and."""
    result = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def any_of(truths):
    """Kleene's or."""
    result = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def negate(truth):
    return None if truth is None else not truth


# -- comparison ---------------------------------------------------------------

def compare_known(op: str, a, b) -> bool:
    if op == "=":
        return a == b
    if op == "≠":
        return a != b
    if op == "<":
        return a < b
    if op == "≤":
        return a <= b
    return a > b if op == ">" else a >= b


def compare(op: str, left, right):
    """A comparison in three values; an inapplicable operand makes it no."""
    if left is INAPPLICABLE or right is INAPPLICABLE:
        return False
    if is_unknown(left) or is_unknown(right):
        return None
    if isinstance(left, Range) or isinstance(right, Range):
        return compare_ranges(op, as_range(left), as_range(right))
    if isinstance(left, Symbol) and isinstance(right, Symbol) and op not in ("=", "≠"):
        return compare_known(op, *ranks(left, right))
    return compare_known(op, measure_of(left), measure_of(right))


def as_range(value) -> Range:
    if isinstance(value, Range):
        return value
    n = measure_of(value)
    return Range(n, n)


def compare_ranges(op: str, a: Range, b: Range):
    """Yes where every choice of values satisfies it, no where none does."""
    if op == "≠":
        return negate(compare_ranges("=", a, b))
    if op == "=":
        if a.high < b.low or b.high < a.low:
            return False
        return True if a.low == a.high == b.low == b.high else None
    if op in (">", "≥"):
        a, b, op = b, a, {">": "<", "≥": "≤"}[op]
    if compare_known(op, a.high, b.low):
        return True
    return None if compare_known(op, a.low, b.high) else False


# -- arithmetic ---------------------------------------------------------------

def whole(n: int) -> int:
    if not -LIMIT <= n < LIMIT:
        raise Fault("F001")
    return n


def fraction(n: Fraction) -> Fraction:
    if not (-LIMIT <= n.numerator < LIMIT and n.denominator < LIMIT):
        raise Fault("F001")
    return n


def add(a, b, sign: int, calendars):
    """a + b, or a - b with sign -1."""
    if isinstance(a, Date):
        return add_to_date(a, b, sign, calendars)
    if isinstance(b, Date):
        return add_to_date(b, a, sign, calendars)
    n = measure_of(a) + sign * measure_of(b)
    if isinstance(a, Exact) or isinstance(b, Exact):
        unit = a.unit if isinstance(a, Exact) else b.unit
        return Exact(unit, fraction(Fraction(n)))
    if isinstance(a, Duration):
        return Duration(a.unit, whole(n))
    if isinstance(a, Money):
        return Money(whole(n))
    return Span(whole(n)) if isinstance(a, Span) or isinstance(b, Span) else whole(n)


def add_to_date(day: Date, other, sign: int, calendars):
    if isinstance(other, Date):
        return Span(day.n - other.n)
    n = sign * measure_of(other)
    if isinstance(other, Duration) and other.unit == "months":
        return Date(dates.add_months(day.n, n))
    if isinstance(other, Duration) and other.unit == "workdays":
        return Date(calendars.add(day.n, n))
    return Date(dates.checked(day.n + n))


def multiply(a, b):
    n = measure_of(a) * measure_of(b)
    money = isinstance(a, Money) or isinstance(b, Money)
    if isinstance(a, Exact) or isinstance(b, Exact):
        units = {v.unit for v in (a, b) if isinstance(v, Exact)}
        unit = "money" if money or "money" in units else "number"
        return Exact(unit, fraction(Fraction(n)))
    if money:
        return Money(whole(n))
    for value in (a, b):
        if isinstance(value, Duration):
            return Duration(value.unit, whole(n))
    return whole(n)


def divide(a, b):
    divisor = measure_of(b)
    if divisor == 0:
        raise Fault("F003")
    n = fraction(Fraction(measure_of(a)) / divisor)
    return Exact("money" if of_money(a) and not of_money(b) else "number", n)


def of_money(value) -> bool:
    return isinstance(value, Money) or isinstance(value, Exact) and value.unit == "money"


def opposite(a):
    n = -measure_of(a)
    if isinstance(a, Exact):
        return Exact(a.unit, fraction(n))
    whole(n)
    if isinstance(a, Money):
        return Money(n)
    if isinstance(a, Duration):
        return Duration(a.unit, n)
    return Span(n) if isinstance(a, Span) else n


def rounded(how: str, a):
    """Half up, toward zero, or away from zero, to a whole number or fen."""
    if not isinstance(a, Exact):
        return a
    size = abs(a.n)
    floor = size.numerator // size.denominator
    rest = size - floor
    if how == "四舍五入" and rest >= Fraction(1, 2) or how == "进位" and rest > 0:
        floor += 1
    n = whole(floor if a.n >= 0 else -floor)
    return Money(n) if a.unit == "money" else n


def strict(operation, *operands):
    """Apply an operation on known values; inapplicable dominates unknown, faults are unknown."""
    if any(v is INAPPLICABLE for v in operands):
        return INAPPLICABLE
    if any(is_unknown(v) for v in operands):
        return UNKNOWN
    try:
        return operation(*operands)
    except Fault as fault:
        return FAULTS[fault.code]
