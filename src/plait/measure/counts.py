"""Figures that agencies counted for themselves, read with their bounds and joined across agencies without guessing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

from plait.declare import CodeList, Indicator
from plait.engine import Engine
from plait.errors import UserError
from plait.measure.groups import UNLISTED
from plait.measure.plan import Plan, shape
from plait.measure.prepare import WIDE_KINDS, Tables, sources, union
from plait.values import UNKNOWN, Figure, Period, State

BREAKDOWNS = ("age_band", "sex", "ethnicity", "disability", "harm", "need", "source", "type")
_COUNTED = ("count", "hits", "reported")

# Rounded to nothing but not nothing: DfE rounds counts to ten and percentages to one, so less than half of that.
_HALF_OF_TEN, _HALF_OF_ONE = 5.0, 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a figure belongs."""

    ind: int
    area: str
    by: str
    group: str


@dataclass(frozen=True)
class Part:
    """What one supplier says of a cell: its value, and the counts it rests on where they were sent."""

    suppliers: tuple[str, ...]
    value: Figure | None = None
    numerator: Figure | None = None
    denominator: Figure | None = None
    rows: int = 0

    @cached_property
    def all(self) -> tuple[Figure, ...]:
        return tuple(f for f in (self.value, self.numerator, self.denominator) if f is not None)


def reading(text: str, symbols: CodeList | None, *, counted: bool) -> Figure:
    """What a published cell says: a number, a range, or why there is none. `counted`: a count rather than a percentage.

    A symbol nobody declared is read as withheld, the least that can be known.
    """
    cell = text.strip().replace(",", "")
    if re.fullmatch(r"-?\d+(\.\d+)?%?", cell):
        return Figure.exact(float(cell.removesuffix("%")))
    if found := re.fullmatch(r"<\s*(\d+)", cell):
        return Figure.between(1.0, max(1.0, float(found[1]) - 1)) if counted else Figure.between(0.0, float(found[1]))
    if cell in ("low", "k"):
        return Figure.between(1.0, _HALF_OF_TEN) if counted else Figure.between(0.0, _HALF_OF_ONE)
    state = _declared_state(cell, symbols) or _SYMBOLS.get(cell, State.WITHHELD)
    return Figure(state, 1.0 if counted and cell == "c" else 0.0)


_SYMBOLS = {
    "c": State.WITHHELD, "~": State.WITHHELD, "u": State.LOW_RELIABILITY, "x": State.NOT_HELD, ":": State.NOT_HELD,
    "z": State.NOT_APPLICABLE,
}  # fmt: skip


def _declared_state(cell: str, symbols: CodeList | None) -> State | None:
    """The state that the pack's own list gives a symbol, as its group."""
    group = next((code.group for code in symbols.codes if code.code == cell), "") if symbols else ""
    return State(group) if group in set(State) else None


def read_counts(engine: Engine, plan: Plan, coded: Sequence[Tables]) -> dict[Cell, dict[str, Part]]:
    """Every supplier's own figure for each cell of the period, rolled up to areas made of all that an agency covers."""
    cells: dict[Cell, dict[str, Part]] = {}
    symbols = plan.pack.codelists.get("value_symbol")
    known = {indicator.id: n for n, indicator in enumerate(plan.indicators)}
    for agency, measure, part, area, text, *broken_down in _rows(engine, plan, coded):
        place = _cell(plan, known[measure], area, broken_down)
        if place is None:
            continue
        counted = part != "value" or (shape(plan.indicators[place.ind]) in _COUNTED and _is_count(plan, place.ind))
        before = cells.setdefault(place, {}).get(agency, Part((agency,)))
        cells[place][agency] = _with(before, part, reading(text, symbols, counted=counted))
    _cap_by_total(cells)
    for place, agency, made in list(_rolled_up(plan, cells)):
        cells.setdefault(place, {}).setdefault(agency, made)
    shown = set(plan.places.shown)
    return {place: found for place, found in cells.items() if place.area in shown}


def _rows(engine: Engine, plan: Plan, coded: Sequence[Tables]) -> list[tuple[str, ...]]:
    """The newest row for each measure, part, area and breakdown of this period, from agencies we know."""
    kinds = dict.fromkeys(("agency", "measure", "part", "period", "area", *BREAKDOWNS, "value"), "VARCHAR")
    every = union(sources(coded, "counts"), kinds)
    labels = [label for (label,) in engine.rows(f"SELECT DISTINCT period FROM ({every})") if _is(label, plan.period)]
    parted = ", ".join(f"c.{by}" for by in BREAKDOWNS)
    key = f"c.agency, c.measure, coalesce(c.part, 'value'), c.area, {parted}"
    return engine.rows(
        f"""SELECT c.agency, c.measure, coalesce(c.part, 'value'), c.area, arg_max(c.value, c.file), {parted}
            FROM ({every}) c JOIN measure.agency a ON a.id = c.agency JOIN measure.ind i ON i.id = c.measure
            WHERE list_contains($1, c.period) AND c.value IS NOT NULL AND c.area IS NOT NULL
            GROUP BY {key} ORDER BY ALL""",
        [labels],
    )


def _is(label: str | None, period: Period) -> bool:
    try:
        return label is not None and Period.parse(label) == period
    except UserError:
        return False


def _is_count(plan: Plan, ind: int) -> bool:
    measure = plan.indicators[ind].measure
    return getattr(measure, "value", "count") == "count"


def _cell(plan: Plan, ind: int, area: str, broken_down: Sequence[str | None]) -> Cell | None:
    """None for a figure of two breakdowns at once, which no figure here is."""
    given = [(by, code) for by, code in zip(BREAKDOWNS, broken_down, strict=True) if code]
    if not given:
        return Cell(ind, area, "", "")
    if len(given) > 1:
        return None
    ((by, code),) = given
    listed = plan.pack.dataset("counts").column(by).codes or ""
    return Cell(ind, area, by, plan.groups.codes.get((by, listed), {}).get(code, UNLISTED))


def _with(part: Part, name: str, figure: Figure) -> Part:
    named = {"value": part.value, "numerator": part.numerator, "denominator": part.denominator}
    named[name if name in named else "value"] = figure
    return Part(part.suppliers, **named, rows=part.rows + 1)


def _cap_by_total(cells: dict[Cell, dict[str, Part]]) -> None:
    """No group is more than its supplier's own total for everyone, nor a numerator more than its denominator."""
    for place, found in cells.items():
        everyone = cells.get(Cell(place.ind, place.area, "", ""), {})
        for agency, part in found.items():
            whole = everyone.get(agency, part)
            top = part.denominator or whole.denominator
            counts = part.numerator is not None or part.denominator is not None
            value = part.value if counts or not place.by else _at_most(part.value, whole.value)
            numerator = _at_most(_at_most(part.numerator, whole.numerator if place.by else None), top)
            denominator = _at_most(part.denominator, whole.denominator if place.by else None)
            found[agency] = Part(part.suppliers, value, numerator, denominator, part.rows)


def _at_most(figure: Figure | None, whole: Figure | None) -> Figure | None:
    if figure is None or whole is None or figure.high <= whole.high or whole.high < figure.low:
        return figure
    return Figure(figure.state, figure.low, whole.high)


def _rolled_up(plan: Plan, cells: Mapping[Cell, Mapping[str, Part]]) -> Iterator[tuple[Cell, str, Part]]:
    """An agency's figure for a larger area that holds all it covers, added up where it covers several."""
    keys = {(place.ind, place.by, place.group, agency) for place, found in cells.items() for agency in found}
    covers = {agency.id: agency.areas for agency in plan.agencies}
    for ind, by, group, agency in sorted(keys):
        mine = [cells.get(Cell(ind, area, by, group), {}).get(agency) for area in covers[agency]]
        parts = [part for part in mine if part is not None]
        if len(parts) == len(mine):
            joined = join(plan, plan.indicators[ind], parts, apart=adds(plan.indicators[ind]))
            above = frozenset.intersection(*(plan.places.above[area] for area in covers[agency]))
            for area in sorted(above - set(covers[agency])):
                if plan.areas[area].kind not in WIDE_KINDS:
                    yield Cell(ind, area, by, group), agency, joined


def adds(indicator: Indicator) -> bool:
    """True when the indicator counts things, not people, so that two suppliers' records may be added."""
    return indicator.residence == "none" or getattr(indicator.measure, "unit", "people") != "people"


def disjoint(plan: Plan, indicator: Indicator, suppliers: Sequence[str]) -> bool:
    """True when these agencies cannot have counted the same thing.

    That is so when each counts its own work (residence none), or when they are of one kind and cover different areas.
    """
    if indicator.residence == "none":
        return True
    named = [agency for agency in plan.agencies if agency.id in suppliers]
    covered: set[str] = set()
    for agency in named:
        mine = {code for code, line in plan.places.above.items() if line & set(agency.areas)}
        if mine & covered:
            return False
        covered |= mine
    return len({agency.kind for agency in named}) == 1


def join(plan: Plan, indicator: Indicator, parts: Sequence[Part], *, apart: bool) -> Part:
    """One part from several. `apart`: they cannot overlap, so counts add; else the whole is between the most and the sum."""
    said = [p for p in parts if any(f.state not in (State.NOT_HELD, State.NOT_COLLECTED) for f in p.all)] or list(parts)
    if len(said) == 1:
        return said[0]
    suppliers = tuple(sorted({agency for part in said for agency in part.suppliers}))
    counts_only = shape(indicator) in _COUNTED and getattr(indicator.measure, "value", "count") == "count"
    return Part(
        suppliers,
        _join_values(indicator, [p.value for p in said], counted=counts_only, apart=apart),
        _join_counts([p.numerator for p in said], apart=apart),
        _join_counts([p.denominator for p in said], apart=apart),
        sum(p.rows for p in said),
    )


def _join_counts(figures: Sequence[Figure | None], *, apart: bool) -> Figure | None:
    held = [f for f in figures if f is not None and f.state is not State.NOT_APPLICABLE]
    if len(held) < len(figures) or not held:
        return None
    high = sum(f.high for f in held)
    low = sum(f.low for f in held) if apart else max(f.low for f in held)
    return _bounded(held, low, high)


def _join_values(
    indicator: Indicator, figures: Sequence[Figure | None], *, counted: bool, apart: bool
) -> Figure | None:
    """A pooled share, mean or median of different things lies between its parts'; of the same people it may not."""
    held = [f for f in figures if f is not None and f.state is not State.NOT_APPLICABLE]
    if not held:
        return next((f for f in figures if f is not None), None)
    if counted or shape(indicator) == "rate":
        return _join_counts(held, apart=apart and counted)
    if shape(indicator) == "share" and not (apart or adds(indicator)):
        return _bounded(held, 0.0, 100.0)
    return _bounded(held, min(f.low for f in held), max(f.high for f in held))


def _bounded(held: Iterable[Figure], low: float, high: float) -> Figure:
    unknown = next((f.state for f in held if f.state in UNKNOWN), None)
    return Figure(unknown, low, high) if unknown and high == inf else Figure.between(low, high)
