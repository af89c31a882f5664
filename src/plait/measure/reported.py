"""Agencies' own counts laid over the figures Plait counted: where rows made a figure, rows win."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isinf
from typing import Any

import pyarrow as pa

from plait.declare import Indicator
from plait.declare.indicators import Disparity, Rate
from plait.engine import Engine
from plait.intervals import poisson_limits, wilson_limits
from plait.measure.counts import Cell, Part, adds, disjoint, join, read_counts
from plait.measure.finish import COLUMNS
from plait.measure.held import coverage
from plait.measure.plan import Plan, shape
from plait.measure.prepare import Tables
from plait.values import UNKNOWN, Figure, State

_NOT_MADE = ("not_held", "not_collected")


@dataclass(frozen=True)
class _Known:
    """What the run already knows: the figures made from rows, and residents by area, group and ages."""

    figures: Mapping[tuple[Cell, str], Mapping[str, Any]]
    residents: Mapping[tuple[str, str, str, int, int], float]


def lay_over(engine: Engine, plan: Plan, coded: Sequence[Tables], made: pa.Table) -> pa.Table:
    """The figures with each supplier's own counts where it sent no rows, and the partnership's of both together."""
    cells = read_counts(engine, plan, coded) if any("counts" in tables for tables in coded) else {}
    if not cells:
        return made
    engine.register("measure_made", made)
    known = _Known(_figures(engine, plan, cells), _residents(engine))
    laid = pa.Table.from_pylist(
        [row for place, found in cells.items() for row in _laid(plan, known, place, found)], COLUMNS
    )
    engine.register("measure_laid", laid)
    both = engine.table("""
        FROM (SELECT m.* FROM measure_made m ANTI JOIN measure_laid l
              USING (indicator, area, supplier, "by", "group") UNION ALL FROM measure_laid)
        ORDER BY indicator, area, supplier, "by", "group" """)
    for name in ("measure_made", "measure_laid"):
        engine.register(name, made.slice(0, 0))
    return both.cast(COLUMNS)


def _figures(engine: Engine, plan: Plan, cells: Mapping[Cell, object]) -> dict[tuple[Cell, str], dict[str, Any]]:
    """The figures made from rows for cells that somebody also counted."""
    keys = [(plan.indicators[c.ind].id, c.area, c.by, c.group) for c in cells]
    names = ("indicator", "area", "by", "group")
    columns = {name: pa.array(column, pa.string()) for name, column in zip(names, zip(*keys, strict=True), strict=True)}
    engine.register("measure_laid", pa.table(columns))
    rows = engine.table('SELECT m.* FROM measure_made m SEMI JOIN measure_laid USING (indicator, area, "by", "group")')
    number = {indicator.id: n for n, indicator in enumerate(plan.indicators)}
    return {(Cell(number[r["indicator"]], r["area"], r["by"], r["group"]), r["supplier"]): r for r in rows.to_pylist()}


def _residents(engine: Engine) -> dict[tuple[str, str, str, int, int], float]:
    rows = engine.rows("""
        SELECT p.code, g.dim, g.label, r.low, r.high, r.residents FROM measure.population r
        JOIN measure.place p ON p.place = r.area JOIN measure.grp g USING (gid)""")
    return {(area, by, group, low, high): n for area, by, group, low, high, n in rows}


def _laid(plan: Plan, known: _Known, place: Cell, found: Mapping[str, Part]) -> Iterator[dict[str, Any]]:
    """Each supplier's counted figure where its rows made none, then the partnership's."""
    used = {agency: part for agency, part in found.items() if not _from_rows(known, place, agency)}
    for agency, part in used.items():
        yield _row(plan, known, place, agency, part)
    if used:
        yield _row(plan, known, place, "", _together(plan, known, place, used))


def _from_rows(known: _Known, place: Cell, supplier: str) -> bool:
    row = known.figures.get((place, supplier))
    return row is not None and row["state"] not in _NOT_MADE


def _together(plan: Plan, known: _Known, place: Cell, used: Mapping[str, Part]) -> Part:
    parts, indicator = list(used.values()), plan.indicators[place.ind]
    if _from_rows(known, place, ""):
        parts.append(_part_of(known.figures[place, ""]))
    suppliers = sorted({agency for part in parts for agency in part.suppliers})
    return join(plan, indicator, parts, apart=adds(indicator) and disjoint(plan, indicator, suppliers))


def _part_of(row: Mapping[str, Any]) -> Part:
    base = None if row["base_low"] is None else _figure(row["base_low"], row["base_high"])
    value = Figure(State(row["state"]), row["low"], row["high"])
    return Part(tuple(row["sources"]), value, _figure(row["count_low"], row["count_high"]), base, row["rows"])


def _figure(low: float, high: float) -> Figure:
    return Figure(State.NOT_HELD, low, high) if isinf(high) else Figure.between(low, high)


def _row(plan: Plan, known: _Known, place: Cell, supplier: str, part: Part) -> dict[str, Any]:
    indicator = plan.indicators[place.ind]
    base = _base(known, indicator, place, part)
    count = part.numerator or (part.value if _is_count(indicator) else None)
    figure = _partly(plan, place, indicator, part, _value(indicator, part, count, base))
    low, high = _interval(indicator, count, base) if figure.state not in UNKNOWN else (None, None)
    has_base = base is not None or shape(indicator) in ("rate", "share", "mean", "disparity")
    return {
        "indicator": indicator.id, "period": plan.period.label, "area": place.area, "supplier": supplier,
        "by": place.by, "group": place.group, "state": str(figure.state), "low": figure.low, "high": figure.high,
        "count_low": count.low if count else 0.0, "count_high": count.high if count else inf,
        "base_low": base.low if base else 0.0 if has_base else None,
        "base_high": base.high if base else inf if has_base else None,
        "ci_low": low, "ci_high": high, "rows": part.rows, "sources": list(part.suppliers), "origin": "counts",
    }  # fmt: skip


def _is_count(indicator: Indicator) -> bool:
    return shape(indicator) in ("count", "hits", "reported") and getattr(indicator.measure, "value", "count") == "count"


def _base(known: _Known, indicator: Indicator, place: Cell, part: Part) -> Figure | None:
    if part.denominator is not None or not isinstance(indicator.measure, Rate | Disparity):
        return part.denominator
    low, high = indicator.measure.population_ages
    residents = known.residents.get((place.area, place.by, place.group, low, high))
    return None if residents is None else Figure.exact(residents)


def _value(indicator: Indicator, part: Part, count: Figure | None, base: Figure | None) -> Figure:
    """The figure itself: worked out from its parts where they were sent, else as the agency gave it."""
    if _is_count(indicator):
        return count or Figure(State.NOT_HELD)
    if part.numerator is not None and base is not None and (scale := _scale(indicator)):
        over = part.numerator.over(base)
        return _capped(over.times(scale)) if scale == _PERCENT else over.times(scale)
    return part.value or Figure(State.NOT_HELD)


_PERCENT = 100.0


def _scale(indicator: Indicator) -> float | None:
    if isinstance(indicator.measure, Rate):
        return float(indicator.measure.per)
    kind = shape(indicator) if shape(indicator) != "reported" else getattr(indicator.measure, "value", "")
    return {"share": _PERCENT, "mean": 1.0}.get(kind)


def _capped(share: Figure) -> Figure:
    if share.state is State.NOT_APPLICABLE or share.high <= _PERCENT:
        return share
    return Figure.between(min(share.low, _PERCENT), _PERCENT)


def _partly(plan: Plan, place: Cell, indicator: Indicator, part: Part, figure: Figure) -> Figure:
    """A figure from agencies that cover only part of the area is the least it can be, and no share of it is known."""
    if figure.state in UNKNOWN or figure.state is State.NOT_APPLICABLE:
        return figure
    if coverage(plan, part.suppliers).get(place.area) != "part" or plan.areas[place.area].kind in ("country", "region"):
        return figure
    return Figure(State.BETWEEN, figure.low, inf) if _is_count(indicator) else Figure(State.NOT_HELD)


def _interval(indicator: Indicator, count: Figure | None, base: Figure | None) -> tuple[float | None, float | None]:
    """The same intervals as for figures counted from rows, from the least to the most the parts allow."""
    if count is None or base is None or isinf(count.high) or isinf(base.high) or not base.low:
        return None, None
    scale = _scale(indicator)
    if isinstance(indicator.measure, Rate) and scale:
        return poisson_limits(count.low)[0] * scale / base.high, poisson_limits(count.high)[1] * scale / base.low
    if scale != _PERCENT:
        return None, None
    low = wilson_limits(min(count.low, base.high), base.high)[0]
    return scale * low, scale * wilson_limits(min(count.high, base.low), base.low)[1]
