"""Where a series stops being comparable with itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plait.declare import Indicator, Pack, rows_of
from plait.declare.holding import accepted
from plait.declare.indicators import Break
from plait.values import Period


def series_breaks(pack: Pack, indicator: Indicator, periods: Sequence[Period]) -> tuple[Break, ...]:
    """Every break after the first day of these periods and by their last, oldest first.

    A series breaks where the indicator says so, where a definition it rests on changed after the indicator began, and
    where a code it counts came into use or left it.
    """
    if not periods:
        return ()
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    found = {b.on: b for b in (*_codes(pack, indicator), *_definitions(pack, indicator), *indicator.breaks)}
    return tuple(found[day] for day in sorted(found) if first < day <= last)


def _definitions(pack: Pack, indicator: Indicator) -> Iterator[Break]:
    for name in indicator.definitions:
        definition = pack.definitions[name]
        if definition.since > indicator.since:
            yield Break(on=definition.since, why=f"The definition of '{definition.title}' changed.")


def _codes(pack: Pack, indicator: Indicator) -> Iterator[Break]:
    """What the indicator says itself wins where both fall on one day."""
    for rows in rows_of(indicator):
        dataset = pack.dataset(rows.of)
        for condition in rows.where:
            listed = pack.codelists.get(dataset.column(condition.column).codes or "")
            named = accepted(pack, dataset, condition)
            for code in listed.codes if listed else ():
                if code.code in named and code.since:
                    yield Break(on=code.since, why=f"Code {code.code}, {code.label}, came into use.")
                if code.code in named and code.until:
                    yield Break(on=code.until.fromordinal(code.until.toordinal() + 1), why=_left(code.code, code.label))


def _left(code: str, label: str) -> str:
    return f"Code {code}, {label}, is no longer used."
