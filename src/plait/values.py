"""The words every room shares: a place in a file, a finding, a period, and a figure with its state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import inf

from plait.errors import UserError


class Severity(StrEnum):
    """How much a finding matters. An error keeps the row out; a warning and a note do not."""

    REFUSED = "refused"  # the whole file is kept out
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to look, in the person's own file and in its own terms. `row` is the file's own row or line number."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    letter: str = ""
    path: str = ""

    def __str__(self) -> str:
        named = f" ({self.column})" if self.letter and self.column else self.column and f" {self.column}"
        column = f"column {self.letter}{named}" if self.letter else f"column{named}" if named else ""
        line = "line" if self.path else "row"
        parts = [
            self.file,
            self.sheet and f"sheet {self.sheet}",
            f"{line} {self.row}" if self.row is not None else "",
            self.path or column,
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem in a return, worded for the person who can put it right.

    Says where to look and what to do. Never repeats the cell: it may name a child. `count` is how many cells or rows
    have this problem; `where` is the first of them, or one of a listed sample.
    """

    code: str
    where: Place
    problem: str
    remedy: str
    severity: Severity = Severity.ERROR
    count: int = 1
    dataset: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.problem} {self.remedy} [{self.code}]"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` to `end`, both days included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise UserError(f"A period cannot end ({self.end}) before it starts ({self.start}).")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read '2024-25' (April to March), '2024', '2024-Q3' (July to September), '2024-07' or '2024-04-01/2025-03-31'.

        Raises UserError for anything else, naming the forms that are read.
        """
        text = text.strip()
        for pattern, build in _PERIOD_FORMS:
            if found := re.fullmatch(pattern, text):
                try:
                    return build(*found.groups())
                except ValueError:
                    break
        raise UserError(
            "That is not a period Plait can read. Write a year as 2024-25 (April to March) or 2024 (January to December), "
            "a quarter as 2024-Q3, a month as 2024-07, or two dates as 2024-04-01/2025-03-31."
        )

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def label(self) -> str:
        """'2024-25' for April to March, the year, quarter or month where it is one, else the two dates.

        `parse` reads every label back: a year to March that would look like a month, 2009-10, is its two dates.
        """
        return _label(self)

    def before(self) -> Period:
        """The period of the same kind that ends the day before this one starts."""
        end = self.start - timedelta(days=1)
        if months := _whole_months(self):
            return Period(_add_months(self.start, -months), end)
        return Period(self.start - timedelta(days=self.days), end)

    def __str__(self) -> str:
        return self.label


def _add_months(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _span(start: date, months: int) -> Period:
    return Period(start, _add_months(start, months) - timedelta(days=1))


def _financial(first: str, second: str) -> Period:
    if (int(first) + 1) % 100 != int(second[-2:]):
        raise ValueError
    return _span(date(int(first), 4, 1), 12)


# A year and a month win over a financial year: 2009-10 is October 2009.
_PERIOD_FORMS = (
    (
        r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})",
        lambda a, b: Period(date.fromisoformat(a), date.fromisoformat(b)),
    ),
    (r"(\d{4})-Q([1-4])", lambda y, q: _span(date(int(y), int(q) * 3 - 2, 1), 3)),
    (r"(\d{4})-(0[1-9]|1[0-2])", lambda y, m: _span(date(int(y), int(m), 1), 1)),
    (r"(\d{4})[-/](\d{2}|\d{4})", _financial),
    (r"(\d{4})", lambda y: _span(date(int(y), 1, 1), 12)),
)


def _label(period: Period) -> str:
    start, months = period.start, _whole_months(period)
    second = (start.year + 1) % 100
    if months == 12 and start.month == 4 and not 1 <= second <= 12:  # 2009-10 is October 2009
        return f"{start.year}-{second:02d}"
    if months == 12 and start.month == 1:
        return f"{start.year}"
    if months == 3 and start.month % 3 == 1:
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if months == 1:
        return f"{start:%Y-%m}"
    return f"{start}/{period.end}"


def _whole_months(period: Period) -> int:
    """How many whole calendar months the period is, or 0 when it does not start and end with one."""
    after = period.end + timedelta(days=1)
    if period.start.day != 1 or after.day != 1:
        return 0
    return (after.year - period.start.year) * 12 + after.month - period.start.month


class State(StrEnum):
    """What a figure is. A figure that is not known is never a number."""

    ZERO = "zero"  # a true nought
    EXACT = "exact"
    BETWEEN = "between"  # known to lie between two bounds
    WITHHELD = "withheld"  # known to somebody and hidden, to protect people
    LOW_RELIABILITY = "low_reliability"  # the supplier would not stand by it
    NOT_COLLECTED = "not_collected"  # nobody asks
    NOT_HELD = "not_held"  # asked for, and not sent or not there
    NOT_APPLICABLE = "not_applicable"


UNKNOWN = frozenset({State.WITHHELD, State.LOW_RELIABILITY, State.NOT_COLLECTED, State.NOT_HELD})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that knows its state: all that is known is that it lies in [low, high]; high may be infinite.

    Sums, differences, scalings and quotients carry the bounds, so a result never claims more than its parts know.
    """

    state: State
    low: float = 0.0
    high: float = inf

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise ValueError("a figure's upper bound is below its lower bound")

    @classmethod
    def exact(cls, value: float) -> Figure:
        return cls(State.EXACT if value else State.ZERO, value, value)

    @classmethod
    def between(cls, low: float, high: float) -> Figure:
        return cls.exact(low) if low == high else cls(State.BETWEEN, low, high)

    @property
    def known(self) -> bool:
        return self.low == self.high and self.state in (State.ZERO, State.EXACT)

    def __add__(self, other: Figure) -> Figure:
        if State.NOT_APPLICABLE in (self.state, other.state):
            return other if self.state is State.NOT_APPLICABLE else self
        return _with_state((self, other), self.low + other.low, self.high + other.high)

    def __sub__(self, other: Figure) -> Figure:
        """What is left of this figure when a part of it is taken away: never below nought."""
        if State.NOT_APPLICABLE in (self.state, other.state):
            return self
        high = inf if self.high == inf else self.high - other.low
        low = max(0.0, self.low - other.high) if other.high < inf else 0.0
        return _with_state((self, other), low, max(low, high))

    def times(self, factor: float) -> Figure:
        """This figure scaled by a number above nought that is itself certain, such as 10,000."""
        return Figure(self.state, self.low * factor, self.high * factor)

    def over(self, whole: Figure) -> Figure:
        """This figure divided by another: not applicable when the other is a true nought, or either is."""
        if State.NOT_APPLICABLE in (self.state, whole.state) or whole.high == 0:
            return Figure(State.NOT_APPLICABLE)
        low = 0.0 if whole.high == inf else self.low / whole.high
        high = inf if whole.low == 0 else self.high / whole.low
        return _with_state((self, whole), low, high)


def total(figures: Iterable[Figure]) -> Figure:
    """The sum of the figures with its bounds; a true nought when there are none."""
    result = Figure.exact(0)
    for figure in figures:
        result = result + figure
    return result


def _with_state(parts: tuple[Figure, Figure], low: float, high: float) -> Figure:
    """What two figures make together: unknown if one is wholly unknown, exact only if both are."""
    for part in parts:
        if part.state in UNKNOWN and high == inf:
            return Figure(part.state, low, high)
    return Figure.between(low, high)
