#!/usr/bin/env python3
"""Checks stdlib-rules/工作日历.mou against figures that come from elsewhere: the number of working days of each
year and dates reached by adding working days. Reads the rule file by itself, without the compiler.

    python3 tests/oracles/working_days.py            exit code 0: all agree, 1: the differences are printed
"""
import datetime
import pathlib
import re
import sys

CALENDAR = pathlib.Path(__file__).resolve().parents[2] / "stdlib-rules" / "工作日历.mou"
DAY = datetime.timedelta(days=1)

WORKING_DAYS = {2016: 250, 2017: 249, 2018: 250, 2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251,
                2025: 248, 2026: 248}
MAKE_UP_DAYS = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
# from, number of working days, date reached
VECTORS = [
    ("2017-07-07", 7, "2017-07-18"), ("2018-02-09", 7, "2018-02-24"), ("2018-12-28", 7, "2019-01-09"),
    ("2020-01-20", 10, "2020-02-11"), ("2021-09-17", 7, "2021-09-28"), ("2023-09-26", 7, "2023-10-11"),
    ("2024-04-26", 3, "2024-04-30"), ("2025-04-30", 5, "2025-05-12"), ("2025-09-26", 7, "2025-10-13"),
    ("2026-02-13", 15, "2026-03-12"), ("2026-09-23", 7, "2026-10-10"),
]
# Seen before the second notice of the year was published, the first one still counts.
EARLIER_EDITIONS = [
    ("2015-09-02", 2, "2015-09-04", "2015-05-12"), ("2015-09-02", 2, "2015-09-07", "2015-05-13"),
    ("2019-04-30", 1, "2019-05-02", "2019-03-21"), ("2019-04-30", 1, "2019-05-05", "2019-03-22"),
    ("2020-01-23", 2, "2020-02-01", "2020-01-26"), ("2020-01-23", 2, "2020-02-04", "2020-01-27"),
]


def read_calendar(path):
    """year -> [(valid since, holidays, make-up working days)], oldest first"""
    years = {}
    for block in re.split(r"^工作日历 ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        block = "\n".join(line for line in block.splitlines() if not line.startswith("#"))
        since = re.search(r"\s自 +(\d+)[-年](\d+)[-月](\d+)", block)
        edition = (datetime.date(*map(int, since.groups())) if since else datetime.date.min, days_of(block, "放假"),
                   days_of(block, "上班"))
        years.setdefault(int(block[:4]), []).append(edition)
    return years


def days_of(block, keyword):
    clause = re.search(rf"^ +{keyword} +([-0-9至、\s]+)", block, flags=re.M)
    days = set()
    for span in clause[1].split("、") if clause else []:
        bounds = [datetime.date.fromisoformat(day) for day in re.findall(r"\d{4}-\d\d-\d\d", span)]
        first, last = bounds[0], bounds[-1]
        while first <= last:
            days.add(first)
            first += DAY
    return days


def is_working_day(years, day, seen_on):
    since, holidays, workdays = [edition for edition in years[day.year] if edition[0] <= seen_on][-1]
    return day in workdays or (day.weekday() < 5 and day not in holidays)


def add_working_days(years, day, count, seen_on):
    while count > 0:
        day += DAY
        count -= is_working_day(years, day, seen_on)
    return day


def main():
    years = read_calendar(CALENDAR)
    differences = []

    def expect(what, found, wanted):
        if found != wanted:
            differences.append(f"{what}: {found}, not {wanted}")

    expect("years", sorted(years), list(range(2004, 2027)))
    for year, editions in years.items():
        for since, holidays, workdays in editions:
            expect(f"{year}: days of another year", {day.year for day in holidays | workdays}, {year})
            expect(f"{year}: both holiday and working day", holidays & workdays, set())
            expect(f"{year}: make-up working days that are no weekend days", [day for day in workdays if day.weekday() < 5], [])
    for year, wanted in WORKING_DAYS.items():
        days = [datetime.date(year, 1, 1) + n * DAY for n in range(366)]
        expect(f"working days of {year}",
               sum(is_working_day(years, day, datetime.date.max) for day in days if day.year == year), wanted)
    for year, wanted in MAKE_UP_DAYS.items():
        expect(f"make-up days of {year}", sorted(f"{day:%m-%d}" for day in years[year][-1][2]), wanted.split())
    for start, count, wanted, *seen_on in VECTORS + EARLIER_EDITIONS:
        seen = datetime.date.fromisoformat(seen_on[0]) if seen_on else datetime.date.max
        found = add_working_days(years, datetime.date.fromisoformat(start), count, seen)
        expect(f"{start} + {count} working days", found.isoformat(), wanted)
    print("\n".join(differences) or f"{CALENDAR.name}: {len(years)} years agree")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
