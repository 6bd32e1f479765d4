"""Decision lines as JSON, in the documented order of keys."""

import json
from fractions import Fraction

from . import model
from .intervals import END, START, shown
from .missing import Missing, sort_key
from .values import Date, Duration, Exact, Money, Span, Symbol, is_known


MARK_KEYS = {"领域": "domain", "层级": "tier", "辖区": "jurisdiction"}


def line(data: dict) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(", ", ": "))


def decimal(n: Fraction) -> str:
    """A fraction of at most eight decimals without trailing zeros."""
    scaled = abs(n) * 10 ** 8
    digits = f"{scaled.numerator // scaled.denominator:09d}"
    text = (digits[:-8] + "." + digits[-8:]).rstrip("0").rstrip(".")
    return "-" + text if n < 0 else text


def money(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def duration(value: Duration) -> str:
    if value.unit == "months":
        years, months = divmod(value.n, 12)
        return "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"P{value.n}D" if value.unit == "days" else f"P{value.n}WD"


def plain(value):
    """A value as JSON shows it."""
    if isinstance(value, Money):
        return money(value.n)
    if isinstance(value, Date):
        return shown(value.n)
    if isinstance(value, Duration):
        return duration(value)
    if isinstance(value, Exact):
        return decimal(value.n)
    if isinstance(value, (Symbol, Span)):
        return value.n
    return value if isinstance(value, (bool, int, str)) else None


def missing_entries(decision) -> list[dict]:
    if decision.outcome != "to_verify":
        return []
    collector = Missing(decision.world)
    for triple in decision.unknown:
        collector.triple(triple, decision.rule)
    if isinstance(decision.rule, model.Finding):
        collector.finding(decision.subject, decision.rule)
    out = []
    for entry in sorted(collector.entries, key=sort_key):
        data = dict(zip(("subject", "record", "key", "field"), entry))
        if entry[4]:
            data |= {"code": entry[4], "span": entry[5]}
        out.append(data)
    return out


def ground(entry) -> dict:
    subject, record, key, via = entry
    return {"subject": subject, "record": record, "key": key, "via": list(via)}


def head(decision, kind: str, item, **listed) -> dict:
    rule = decision.rule
    return {"subject": decision.subject.id, "memorandum": rule.memo.name,
            "version": rule.memo.version, "rule": rule.name, "item": item, "kind": kind, **listed}


def published(decision, ev) -> dict:
    """Where a decision in force is published and shared; nothing for a rule that does not say."""
    if not decision.rule.publications:
        return {}
    out = []
    for made in decision.rule.publications if decision.outcome == "in_force" else ():
        every, lasting = [None if node is None else ev.value(node, ()) for node in (made.every, made.lasting)]
        if made.lasting is None or is_known(lasting):
            begin, end = [None if day in (START, END) else day for day in decision.interval or (None, None)]
            if lasting is not None:
                end = None if begin is None else ev.plus(Date(begin), lasting)
                end = end.n if end is not None and is_known(end) else None
            out.append({"kind": made.kind, "places": made.places,
                        "every": plain(every), "term": plain(lasting),
                        "from": begin and shown(begin), "until": end and shown(end)})
    return {"publication": out}


def tail(decision, ev, degree, authority, basis, remedy, grant) -> dict:
    begin, end = decision.interval or (None, None)
    return {"degree": degree, "outcome": decision.outcome,
            "from": begin and shown(begin), "until": end and shown(end),
            "term": None if decision.term is None else plain(decision.term),
            "authority": authority, "basis": basis, "remedy": remedy, "grant": grant, **published(decision, ev),
            "grounds": [ground(g) for g in decision.grounds], "missing": missing_entries(decision)}


def decision_line(decision, ev, pack: model.Pack) -> tuple[str, bool]:
    """The line, and whether a fault is named in it."""
    rule = decision.rule
    if isinstance(rule, model.Finding):
        marks = {key: rule.marks[word].n for word, key in MARK_KEYS.items() if word in rule.marks}
        data = head(decision, "finding", None, list=rule.enters, **marks)
        data |= tail(decision, ev, None, None, [], None, {})
    else:
        grant = {name: plain(ev.value(node, (decision.subject,))) for name, node in rule.grant.items()}
        data = head(decision, rule.kind, rule.item)
        data |= tail(decision, ev, rule.degree or rule.item_entry and rule.item_entry.degree, "、".join(decision.authorities) or None,
                     rule.basis, rule.remedy, grant)
    return line(data), any("code" in entry for entry in data["missing"])


def next_line(subject, day) -> str:
    return line({"subject": subject.id, "next": day})
