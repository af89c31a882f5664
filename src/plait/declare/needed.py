"""What an indicator rests on: which columns of which data sets. Measuring and answerability read the same list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plait.declare.indicators import (
    Count,
    Dimension,
    Disparity,
    Indicator,
    Mean,
    MedianDays,
    Rate,
    Repeat,
    Reported,
    Rows,
    Share,
)
from plait.declare.journeys import TOGETHER
from plait.declare.links import rows_of

# The column of the counted data set that a breakdown reads; the others come from `people`, or from who sent the row.
ROW_COLUMNS: Mapping[str, str] = {
    "harm": "harms", "status": "status", "role": "role", "need": "need", "type": "type", "detail": "detail",
    "outcome": "outcome", "source": "source", "setting": "setting", "method": "method",
}  # fmt: skip
PERSON_COLUMNS: Mapping[str, str] = {
    "age_band": "date_of_birth", "sex": "sex", "ethnicity": "ethnicity", "disability": "disability",
}  # fmt: skip
# Breakdowns read from no column: who sent the row, which lists somebody is on, and how a journey went.
FROM_LISTS = ("agency", *TOGETHER)
_PLACE_COLUMNS = {"home": ("people", "postcode"), "incident": ("", "incident_postcode")}


def needed(indicator: Indicator) -> Mapping[str, frozenset[str]]:
    """Data set to the columns without which the indicator cannot be counted at all; breakdowns need more."""
    return _gathered(_needs(indicator))


def needed_by(indicator: Indicator, dimension: Dimension) -> Mapping[str, frozenset[str]]:
    """Data set to the columns that one breakdown of the indicator reads."""
    if dimension in FROM_LISTS:
        return {}
    if isinstance(indicator.measure, Reported):
        return {"counts": frozenset({dimension})}
    if dimension in PERSON_COLUMNS:
        return {"people": frozenset({PERSON_COLUMNS[dimension]})}
    return {rows_of(indicator)[0].of: frozenset({ROW_COLUMNS[dimension]})}


def _gathered(pairs: Iterator[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for dataset, column in pairs:
        found.setdefault(dataset, set()).add(column)
    return {dataset: frozenset(columns) for dataset, columns in found.items()}


def _needs(indicator: Indicator) -> Iterator[tuple[str, str]]:
    measure = indicator.measure
    if isinstance(measure, Reported):
        yield from (("counts", column) for column in ("measure", "period", "area", "value"))
        return
    for rows in rows_of(indicator):
        yield from _rows_needs(rows)
    first = rows_of(indicator)[0].of
    yield from ((first, column) for column in _own_columns(indicator))
    if indicator.age:
        yield "people", "date_of_birth"
    yield from _place_needs(indicator, first)
    if isinstance(measure, Rate | Disparity):
        yield from (("populations", c) for c in ("area", "year", "age_from", "age_to", "residents"))


def _rows_needs(rows: Rows) -> Iterator[tuple[str, str]]:
    yield rows.of, rows.dated
    if rows.until:
        yield rows.of, rows.until
    yield from ((rows.of, condition.column) for condition in rows.where)


def _own_columns(indicator: Indicator) -> Iterator[str]:
    measure = indicator.measure
    match measure:
        case Count() | Rate() | Share():
            distinct = measure.unit
        case Mean():
            distinct = measure.over
        case MedianDays():
            yield from (measure.start, measure.end)
            return
        case _:
            distinct = "people"
    if isinstance(measure, Share):
        yield from (condition.column for condition in measure.subset)
    if distinct != "rows":
        yield "person" if distinct == "people" else distinct


def _place_needs(indicator: Indicator, dataset: str) -> Iterator[tuple[str, str]]:
    if indicator.residence in _PLACE_COLUMNS:
        where, column = _PLACE_COLUMNS[indicator.residence]
        yield where or dataset, column
    if indicator.residence == "responsible" and dataset == "services":
        yield dataset, "responsible_area"


def counts_people(indicator: Indicator) -> bool:
    """True when a person known to two agencies must be seen to be one person for the figure to be right."""
    measure = indicator.measure
    match measure:
        case Count() | Rate() | Share():
            return measure.unit == "people"
        case Mean():
            return measure.over == "people"
        case MedianDays() | Reported():
            return False
        case Repeat():
            return True
        case _:
            return True
