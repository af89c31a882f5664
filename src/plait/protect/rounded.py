"""Counts that the rule rounds stay as unsure as it says: told to within 5, none may be worked out to within one.

Sums narrow a rounded count: four parts told as 10 and a whole told as 50 can only be four times 12. What the audit finds too
narrow is withheld, and then what still gives it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from plait.errors import NotSafe
from plait.protect.audit import ranges
from plait.protect.cells import Cells, Mask, Whole
from plait.protect.least import at_least_cost, small_enough
from plait.protect.reader import Seen, bounds, bounds_before, of_their_own


@dataclass(frozen=True)
class Rounded:
    """All that is withheld once every rounded count is as unsure as its rule says, and the narrowest range left of one."""

    withheld: Mask
    narrowest: float | None


def keep_rounded(cells: Cells, seen: Sequence[Seen], withheld: Mask) -> Rounded:
    """What is withheld once no reader can narrow a rounded count too far. Raises NotSafe when nothing will do.

    Withholding more never narrows another count, so what was safe stays so.
    """
    narrowest: list[float] = []
    for reader in seen:
        withheld, left = _unsure(cells, reader, withheld)
        narrowest += left
    return Rounded(withheld, min(narrowest, default=None))


def _unsure(cells: Cells, reader: Seen, withheld: Mask) -> tuple[Mask, list[float]]:
    """What is withheld once this reader is left unsure, and the ranges left to them."""
    wanted, width = _rounded(cells, reader)
    found = ranges(cells, wanted, width, *bounds(cells, withheld, reader))
    safe = found.safe
    exposed = _only(cells, found.exposed)
    if found.exposed:  # what earlier releases gave away, nothing withheld now takes back
        exposed &= ~_only(cells, ranges(cells, exposed, width, *bounds_before(cells, reader)).exposed)
    while exposed.any():
        withheld = _withhold_more(cells, reader, withheld, exposed, width)
        found = ranges(cells, exposed, width, *bounds(cells, withheld, reader))
        safe += found.safe
        exposed = _only(cells, found.exposed)
    return withheld, safe


def _rounded(cells: Cells, reader: Seen) -> tuple[Mask, Whole]:
    """Every count of this release that its rule rounds, shown or withheld, and how far apart its least and most must stay.

    Where what each release says of it alone leaves less (two zones that round to different bases), no sum is to blame.
    """
    width = cells.of_rules("blur")
    low, high = bounds(cells, np.zeros(len(cells.keys), dtype=bool), reader)
    large = (cells.low == cells.high) & (cells.low >= np.maximum(cells.of_rules("hide_below"), 1))
    counts = np.array([key.part == "count" for key in cells.keys]) & cells.of_rules("secondary").astype(bool)
    wanted = counts & large & cells.shown & (width > 0) & (high - low >= width)
    return (wanted & ~of_their_own(cells, reader.agency) if reader.agency else wanted), width


def _withhold_more(cells: Cells, reader: Seen, withheld: Mask, unsafe: Mask, width: Whole) -> Mask:
    """At least cost where the table is small; otherwise the smallest exposed counts that share no sum, then what touches them."""
    if small_enough(cells, unsafe):
        best = at_least_cost(cells, withheld, reader, unsafe, width)
        if best is not None and (best & ~withheld).any():
            return best
    more = withheld | _only(cells, _apart(cells, map(int, np.flatnonzero(unsafe & ~withheld))))
    if not (more & ~withheld).any():
        more = withheld | _only(cells, _apart(cells, _beside(cells, withheld, unsafe)))
    if not (more & ~withheld).any():
        raise NotSafe(
            "A rounded count could be worked out more closely than its rounding allows, so nothing was released. "
            "Show fewer areas or broader groups."
        )
    return more


def _beside(cells: Cells, withheld: Mask, unsafe: Mask) -> Iterator[int]:
    """Counts still shown that share a sum with an unsafe one."""
    may = cells.shown & ~withheld & cells.known & (cells.high > 0)
    for tie in cells.ties:
        inside = [tie.whole, *tie.parts]
        if unsafe[inside].any():
            yield from (i for i in inside if may[i])


def _apart(cells: Cells, chosen: Iterable[int]) -> Iterator[int]:
    """The smallest of these counts, leaving out any that shares a sum with one already taken."""
    sums: dict[int, set[int]] = {cell: set() for cell in chosen}
    for number, tie in enumerate(cells.ties):
        for cell in sums.keys() & {tie.whole, *tie.parts}:
            sums[cell].add(number)
    taken: set[int] = set()
    for cell in sorted(sums, key=lambda c: (cells.low[c], c)):
        if taken.isdisjoint(sums[cell]):
            taken |= sums[cell]
            yield cell


def _only(cells: Cells, chosen: Iterable[int]) -> Mask:
    mask = np.zeros(len(cells.keys), dtype=bool)
    mask[list(chosen)] = True
    return mask
