"""The law of the time: 从旧兼从轻 and 替代, made into plain expressions of a bound section."""

from copy import deepcopy
from types import SimpleNamespace

from . import tree
from .values import Date

PARTS = ("condition", "unless", "begin", "term", "end")


def copied(section):
    """The clauses of a section that is not bound yet, to be bound on their own."""
    return SimpleNamespace(**{part: deepcopy(getattr(section, part)) for part in PARTS})


def own_end(section, at):
    if section.end is not None or section.term is None:
        return section.end
    return tree.Arith(section.begin.at if section.begin else at, "+", section.begin, section.term)


def joined(make, a, b):
    return (b if a is None else a) if a is None or b is None else make(a, b)


def lighter(section, old, new):
    """Of two readings of a section the one lighter for the subject, part by part."""
    at = ("", 0, 0)
    section.condition = joined(lambda a, b: tree.And(at, [a, b]), old.condition, new.condition)
    section.unless = joined(lambda a, b: tree.Or(at, [a, b]), old.unless, new.unless)
    section.begin = joined(lambda a, b: tree.Function(at, "max", [a, b]), old.begin, new.begin)
    section.end = joined(lambda a, b: tree.Function(at, "min", [a, b]), own_end(old, at), own_end(new, at))
    section.term = None


def succeeds(new, old) -> bool:
    """The new memorandum replaces the old one, which does not say itself that it is over."""
    return new is not old and old.name in new.replaces and new.effective is not None and old.repealed is None


def succession(pack, memo, section):
    """Running grounds stay with the memorandum under which they were determined."""
    at, made = ("", 0, 0), section.record.made
    day = tree.FieldOf(at, 1, made) if made else section.begin
    if day is None:
        return
    tests = [tree.Compare(at, "<", day, tree.Literal(at, Date(m.effective)))
             for m in pack.memoranda if succeeds(m, memo)]
    if any(succeeds(memo, m) for m in pack.memoranda):
        tests.append(tree.Compare(at, "≥", day, tree.Literal(at, Date(memo.effective))))
    if tests:
        wanted = [] if section.condition is None else [section.condition]
        section.condition = tree.And(at, wanted + tests)
