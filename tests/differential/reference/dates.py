"""Civil dates as day numbers, month arithmetic, and working-day calendars."""

from datetime import date

FIRST_DAY = date(1900, 1, 1).toordinal()
LAST_DAY = date(2199, 12, 31).toordinal()


class Fault(Exception):
    """A fault of evaluation with its code: F001 overflow, F002 calendar, F003 zero, F004 date."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def valid_date(year: int, month: int, day: int) -> bool:
    return 1900 <= year <= 2199 and 1 <= month <= 12 and 1 <= day <= month_length(year, month)


def month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal()


def parse_iso(text: str) -> int:
    year, month, day = (int(part) for part in text.split("-"))
    return day_number(year, month, day)


def iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def year_of(day: int) -> int:
    return date.fromordinal(day).year


def checked(day: int) -> int:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Fault("F004")
    return day


def add_months(day: int, months: int) -> int:
    """The same day of the month, or that month's last day where it has none."""
    d = date.fromordinal(day)
    index = d.year * 12 + d.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    if not 1900 <= year <= 2199:
        raise Fault("F004")
    return day_number(year, month, min(d.day, month_length(year, month)))


def month_start(day: int) -> int:
    d = date.fromordinal(day)
    return day_number(d.year, d.month, 1)


def day_of_next_month(day: int, n: int) -> int:
    """The n-th day of the month after; its last day where there is no n-th."""
    d = date.fromordinal(add_months(month_start(day), 1))
    return day_number(d.year, d.month, max(1, min(n, month_length(d.year, d.month))))


def age(birth: int, today: int) -> int:
    """The largest n >= 0 with birth + n years <= today; -1 before birth."""
    if birth > today:
        return -1
    n = date.fromordinal(today).year - date.fromordinal(birth).year
    return n if add_months(birth, 12 * n) <= today else n - 1


class YearCalendar:
    """One declaration of a year's holidays and make-up working days."""

    def __init__(self, year: int, published=None):
        self.year, self.published = year, published
        self.holidays: set[int] = set()
        self.workdays: set[int] = set()

    def works(self, day: int) -> bool:
        if day in self.workdays:
            return True
        return day not in self.holidays and date.fromordinal(day).weekday() < 5


class Calendars:
    """The calendars known on an as-of date, by year."""

    def __init__(self, declared: list[YearCalendar], today: int):
        self.years: dict[int, YearCalendar] = {}
        self.asked = 0                # how often a calendar was consulted
        for calendar in declared:
            if calendar.published is not None and calendar.published > today:
                continue
            held = self.years.get(calendar.year)
            if held is None or (calendar.published or 0) >= (held.published or 0):
                self.years[calendar.year] = calendar

    def works(self, day: int) -> bool:
        self.asked += 1
        calendar = self.years.get(year_of(checked(day)))
        if calendar is None:
            raise Fault("F002")
        return calendar.works(day)

    def add(self, day: int, n: int) -> int:
        """The n-th working day after (before, for negative n) a day."""
        step = 1 if n >= 0 else -1
        left = abs(n)
        while left:
            day += step
            if self.works(day):
                left -= 1
        return day

    def same_or_next(self, day: int) -> int:
        while not self.works(day):
            day += 1
        return day

    def first_of_month(self, day: int) -> int:
        return self.same_or_next(month_start(day))
