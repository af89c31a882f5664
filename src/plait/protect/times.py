"""Sums of times: quarters to their year, and what a longer period leaves when a shorter one is taken from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache

from plait.errors import UserError
from plait.protect.cells import Key
from plait.values import Period

_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def period_of(label: str) -> Period | None:
    """The period a label names, or nothing when it names none."""
    try:
        return Period.parse(label)
    except UserError:
        return None


def sums_of_times(number: Mapping[Key, int]) -> Iterator[tuple[int, list[int], Key | None]]:
    """Whole, parts, and the cell of what is left over where that is itself a period."""
    series: dict[Key, dict[Period, int]] = defaultdict(dict)
    if len({key.period for key in number}) < 2:
        return
    for key, i in number.items():
        if period := period_of(key.period):
            series[key._replace(period="")][period] = i
    for at, found in series.items():
        if len(found) > 1:
            for whole, parts, left in _nested(tuple(sorted(found))):
                remainder = at._replace(period=left.label) if left else None
                yield found[whole], [found[p] for p in parts], remainder


@lru_cache(maxsize=1024)
def _nested(periods: tuple[Period, ...]) -> list[tuple[Period, list[Period], Period | None]]:
    """Each period with those inside it: one at an end of it, and each run of equal ones that do not overlap."""
    found: list[tuple[Period, list[Period], Period | None]] = []
    for whole in periods:
        inside = [p for p in periods if p != whole and whole.start <= p.start and p.end <= whole.end]
        for part in inside:
            if left := _left(whole, part):
                found.append((whole, [part], left))
        for months in {_months(p) for p in inside}:
            parts: list[Period] = []
            for part in (p for p in inside if _months(p) == months):
                if not parts or parts[-1].end < part.start:
                    parts.append(part)
            if len(parts) > 1 or not _left(whole, parts[0]):
                found.append((whole, parts, None))
    return found


def _left(whole: Period, part: Period) -> Period | None:
    if part.start == whole.start:
        return Period(part.end + _DAY, whole.end)
    if part.end == whole.end:
        return Period(whole.start, part.start - _DAY)
    return None


def _months(period: Period) -> int:
    return round(period.days / 30.44)
