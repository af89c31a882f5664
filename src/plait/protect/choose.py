"""Which cells to withhold: those under the threshold, then as few and as small others as make them safe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plait.declare import ZoneRule
from plait.errors import NotSafe
from plait.protect.audit import Attacker, ranges
from plait.protect.cells import Cells, Mask

# Where one group holds everyone, saying so tells something of each of them; in a larger crowd it tells little.
CROWD = 20


@dataclass(frozen=True)
class Choice:
    """Cells under the threshold, all cells to withhold, and how narrow the narrowest range is that a reader is left with."""

    primary: Mask
    withheld: Mask
    narrowest: float | None


def choose(cells: Cells, rule: ZoneRule, before: Mask) -> Choice:
    """What to withhold so that the audit passes; cells withheld `before` stay so. Raises NotSafe when nothing will do."""
    primary = small(cells, rule) | _whole_groups(cells, rule)
    withheld = primary | before
    if not rule.secondary or not primary.any():
        return Choice(primary, withheld, None)
    touching, width, narrowest = _ties_of(cells), safe_width(rule), None
    unsafe = primary.copy()
    while unsafe.any():
        found = ranges(cells, unsafe, Attacker.of(cells, withheld, rule), width=width)
        exposed = found.under(width)
        narrowest = min((a for a in (narrowest, *found.apart) if a is not None and a >= width), default=None)
        more = [i for p in exposed if (i := _cheapest(cells, p, withheld, touching)) is not None]
        if exposed and not more:
            raise NotSafe(
                "A withheld count could still be worked out from what would be shown, so nothing was released. "
                "Show fewer areas or broader groups."
            )
        withheld[more] = True
        unsafe[:] = False  # what is safe stays safe: withholding more only widens what a reader must allow for
        unsafe[exposed] = True
    return Choice(primary, withheld, narrowest)


def small(cells: Cells, rule: ZoneRule) -> Mask:
    """Counts from 1 to one less than the threshold, and those that may be; zeros too where the rule hides them."""
    might_be = (cells.low < rule.hide_below) & (cells.high > 0)
    return np.asarray((might_be & cells.known) | (rule.hide_zero & (cells.high == 0)))


def safe_width(rule: ZoneRule) -> int:
    """How many counts apart the highest and lowest a reader could think possible must be, for a withheld small count."""
    return max(1, (rule.hide_below - 1) // 2)


def _whole_groups(cells: Cells, rule: ZoneRule) -> Mask:
    found = np.zeros(len(cells.keys), dtype=bool)
    if not rule.group_disclosure:
        return found
    for tie in cells.ties:
        whole = cells.low[tie.whole]
        if cells.keys[tie.parts[0]].by and not cells.keys[tie.whole].by and 0 < whole < CROWD:
            found[[i for i in tie.parts if cells.low[i] == whole and len(tie.parts) > 1]] = True
    return found


def _ties_of(cells: Cells) -> list[list[int]]:
    touching: list[list[int]] = [[] for _ in cells.keys]
    for number, tie in enumerate(cells.ties):
        for i in (tie.whole, *tie.parts):
            touching[i].append(number)
    return touching


def _cheapest(cells: Cells, cell: int, withheld: Mask, touching: list[list[int]]) -> int | None:
    """The smallest shown cell that shares a sum with this one; failing that, one that shares a sum with its withheld kin."""
    seen, edge = {cell}, [cell]
    while edge:
        near = {i for c in edge for t in touching[c] for i in (cells.ties[t].whole, *cells.ties[t].parts)} - seen
        shown = [i for i in near if not withheld[i] and cells.high[i] > 0 and cells.known[i]]
        if shown:
            return min(shown, key=lambda i: (cells.low[i], cells.keys[i].by == "", i))
        seen |= near
        edge = [i for i in near if withheld[i]]
    return None
