"""Half-open intervals of day numbers. Open ends are the two infinities."""

from .dates import iso

START, END = -10 ** 9, 10 ** 9


def pieces(intervals) -> list[tuple[int, int]]:
    """The connected pieces of a union, ascending; [a,b) and [b,c) connect."""
    out: list[tuple[int, int]] = []
    for begin, end in sorted(intervals):
        if out and begin <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((begin, end))
    return out


def piece_at(intervals, day: int):
    for begin, end in pieces(intervals):
        if begin <= day < end:
            return (begin, end)
    return None


def piece_around(intervals, part):
    """The connected piece that an interval of the union belongs to."""
    return next(p for p in pieces(intervals) if p[0] <= part[0] and part[1] <= p[1])


def cut(interval, memo):
    """The part of an interval within a memorandum's period, or None."""
    begin = max(interval[0], START if memo.effective is None else memo.effective)
    end = min(interval[1], END if memo.repealed is None else memo.repealed)
    return (begin, end) if begin < end else None


def shown(day: int):
    return None if day in (START, END) else iso(day)


def in_period(memo, day: int) -> bool:
    return (memo.effective is None or memo.effective <= day) and \
        (memo.repealed is None or day < memo.repealed)
