"""Released figures, found by what they count, when, where, of whom and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from plait.released import Released
from plait.values import UNKNOWN, State


class Cell(NamedTuple):
    """One released figure. Bounds are None where nothing may be known."""

    indicator: str
    period: str
    area: str
    supplier: str
    by: str
    group: str
    state: State
    low: float | None
    high: float | None
    count_low: float | None
    count_high: float | None
    base_low: float | None
    base_high: float | None
    ci_low: float | None
    ci_high: float | None
    sources: tuple[str, ...]
    origin: str
    mark: str

    @property
    def known(self) -> bool:
        """A single number may be shown."""
        return self.state in (State.ZERO, State.EXACT)

    @property
    def bounded(self) -> bool:
        """A range that says something may be shown."""
        return self.state is State.BETWEEN and self.low is not None and (self.low > 0 or self.high != inf)

    @property
    def told(self) -> bool:
        return self.known or self.bounded

    @property
    def hidden(self) -> bool:
        return self.state is State.WITHHELD

    @property
    def marked(self) -> bool:
        """Not a number, for a reason of its own rather than for want of being sent."""
        return self.state in (State.WITHHELD, State.LOW_RELIABILITY, State.NOT_COLLECTED)

    @property
    def missing(self) -> bool:
        """Not there to be counted, rather than hidden."""
        return self.state in UNKNOWN and not self.hidden


class Figures:
    """The released figures that pages show, by indicator, period and whose they are. The open tables hold them all."""

    def __init__(self, released: Released, *, top: Sequence[str], areas: Sequence[str]) -> None:
        """`top` are the areas shown by every breakdown; `areas` those shown for everyone."""
        self._cells: dict[tuple[str, str, str, str], list[Cell]] = {}
        self._periods: dict[str, dict[str, None]] = {}
        for cell in _cells(_shown(released.figures, top, areas)):
            key = (cell.indicator, cell.period, "" if not cell.supplier else "each", cell.by)
            self._cells.setdefault(key, []).append(cell)
            self._periods.setdefault(cell.indicator, {})[cell.period] = None

    @property
    def indicators(self) -> tuple[str, ...]:
        return tuple(self._periods)

    def periods(self, indicator: str) -> tuple[str, ...]:
        return tuple(self._periods.get(indicator, ()))

    def shared(self, indicator: str, period: str, by: str = "") -> list[Cell]:
        """The partnership's own figures: everyone's, or those of one breakdown, for every area."""
        return self._cells.get((indicator, period, "", by), [])

    def agencies(self, indicator: str, period: str, by: str = "") -> list[Cell]:
        """What each agency's own records say, never to be added up."""
        return self._cells.get((indicator, period, "each", by), [])

    def one(self, indicator: str, period: str, area: str, *, by: str = "", group: str = "") -> Cell | None:
        cells = self.shared(indicator, period, by)
        return next((c for c in cells if c.area == area and c.group == group), None)


def told(cells: Iterable[Cell | None]) -> list[Cell]:
    """Those of which something can be said."""
    return [cell for cell in cells if cell is not None and cell.told]


def _shown(table: pa.Table, top: Sequence[str], areas: Sequence[str]) -> pa.Table:
    """Everyone's figures for every area shown, those of a group for the whole, and each agency's own for the whole."""
    everyone = pc.equal(table["by"], "")
    shared = pc.equal(table["supplier"], "")
    whole = pc.is_in(table["area"], pa.array(top, pa.string()))
    inside = pc.is_in(table["area"], pa.array(areas, pa.string()))
    return table.filter(pc.or_(pc.and_(whole, pc.or_(shared, everyone)), pc.and_(inside, pc.and_(shared, everyone))))


def _cells(table: pa.Table) -> Iterator[Cell]:
    columns = [table.column(name).to_pylist() for name in Cell._fields]
    columns[_STATE] = [_STATES[state] for state in columns[_STATE]]
    columns[_SOURCES] = [tuple(sources or ()) for sources in columns[_SOURCES]]
    return map(Cell._make, zip(*columns, strict=True))


_STATES = {state.value: state for state in State}
_STATE, _SOURCES = Cell._fields.index("state"), Cell._fields.index("sources")
