"""What a run measures: the pack, the period, the areas, the agencies, and the indicators in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plait.areas import Areas
from plait.decided import Agency
from plait.declare import Indicator, Pack, Rows, rows_of
from plait.declare.indicators import (
    Count,
    Disparity,
    Journey,
    Lists,
    Mean,
    MedianDays,
    MedianWait,
    Overlap,
    Rate,
    Repeat,
    Reported,
    Share,
    Within,
)
from plait.declare.needed import counts_people
from plait.measure.groups import Groups, declared
from plait.measure.prepare import Places
from plait.values import Period


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything a stage of measuring asks about besides the data. An indicator's number is its place in `indicators`."""

    pack: Pack
    period: Period
    areas: Areas
    top: tuple[str, ...]
    agencies: tuple[Agency, ...]
    indicators: tuple[Indicator, ...]
    groups: Groups
    places: Places
    linked: bool

    def counted(self) -> Iterator[tuple[int, Indicator]]:
        """The indicators that Plait counts from rows, row by row, with their numbers."""
        return ((n, i) for n, i in enumerate(self.indicators) if rows_of(i) and not people_together(i))

    def together(self) -> Iterator[tuple[int, Indicator]]:
        """The indicators that Plait counts from all that agencies hold of a person, with their numbers."""
        return ((n, i) for n, i in enumerate(self.indicators) if people_together(i))

    def breakdowns(self, indicator: Indicator) -> list[tuple[str, str]]:
        """Every (breakdown, group) that the indicator always shows."""
        return [
            (by, group)
            for by in indicator.breakdowns
            for group in declared(self.pack, indicator, by, period=self.period, agencies=self.agencies)
        ]

    def number(self, agency: str) -> int:
        """An agency's number; 0 is the partnership."""
        return next(n for n, a in enumerate(self.agencies, start=1) if a.id == agency)


def people_together(indicator: Indicator) -> bool:
    """True for figures of people on several lists and of journeys, which only the partnership can have."""
    return isinstance(indicator.measure, Lists | Journey)


def shape(indicator: Indicator) -> str:
    """How an indicator's figure is made of its counts: count, hits, share, rate, mean, median, disparity or reported."""
    measure = indicator.measure
    match measure:
        case Count() | Lists() | Journey():
            return "count"
        case Rate():
            return "rate"
        case Share() | Within():
            return "share"
        case Overlap():
            return "share" if measure.share else "hits"
        case Repeat():
            return "hits"
        case Mean():
            return "mean"
        case MedianDays() | MedianWait():
            return "median"
        case Disparity():
            return "disparity"
        case Reported():
            return "reported"


def bounded_without_links(plan: Plan, indicator: Indicator) -> bool:
    """True when the partnership's figure cannot be exact because the run has no links between agencies."""
    return not plan.linked and bool(rows_of(indicator)) and counts_people(indicator)


def by_data_set(indicators: Sequence[Indicator]) -> Mapping[str, list[Rows]]:
    """Each data set the indicators read, with every use of it."""
    found: dict[str, list[Rows]] = {}
    for indicator in indicators:
        for rows in rows_of(indicator):
            found.setdefault(rows.of, []).append(rows)
    return found
