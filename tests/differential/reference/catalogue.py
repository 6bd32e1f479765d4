"""Editions of catalogues: the one that a memorandum is held against, and the one that ends a measure."""

from .intervals import END, START

DEGREES = ("引导", "参考", "从严", "限制", "禁止")


def begin(edition) -> int:
    return START if edition.effective is None else edition.effective


def editions_of(pack, code: str) -> list:
    """All editions, in order, of the catalogue that has the item in any of them."""
    name = next((e.name for e in pack.editions if code in e.items), None)
    return sorted((e for e in pack.editions if e.name == name), key=begin)


def held_against(editions: list, memo):
    """In force on the effective date; else the first; without a date the last."""
    if memo.effective is None:
        return editions[-1]
    begun = [e for e in editions if begin(e) <= memo.effective]
    return begun[-1] if begun else editions[0]


def item_in_force(pack, measure):
    """(the item, the day on which a later edition no longer allows the measure or None)."""
    editions = editions_of(pack, measure.item)
    if not editions:
        return None, None
    held = held_against(editions, measure.memo)
    item = held.items[measure.item]
    for later in editions[editions.index(held) + 1:]:
        if measure.memo.repealed is not None and later.effective >= measure.memo.repealed:
            break
        found = later.items.get(measure.item)
        if found is None or not allows(pack, found, item, measure):
            return item, later.effective
    return item, None


def allows(pack, found, item, measure) -> bool:
    degree = measure.degree or item.degree
    if degree in DEGREES and found.degree in DEGREES \
            and DEGREES.index(degree) > DEGREES.index(found.degree):
        return False
    return not found.covers or all(kind in found.covers for kind in reached(measure))


def reached(measure):
    """The kinds of subject on which the measure falls."""
    for kind, ways in measure.targets.items():
        for way in ways:
            if way is None:
                yield kind
            else:
                relation, inverse = way[:2]
                yield relation.source if inverse else relation.target
