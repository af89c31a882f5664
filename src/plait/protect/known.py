"""Small counts that no withholding can keep: which, why, and which earlier releases to think of recalling."""

from __future__ import annotations

from functools import partial

from plait.protect.cells import Cells
from plait.protect.choose import Known
from plait.released import KnownAnyway

_STEPS = 3  # sums between a count and the earlier figures it is looked for in


def known_anyway(cells: Cells, known: Known) -> KnownAnyway:
    """One such count by its place, without the count."""
    key = cells.keys[known.cell]
    at = partial(KnownAnyway, supplier=key.supplier, area=key.area, by=key.by, group=key.group, period=key.period)
    if known.agency:
        return at(why=f"The agency {known.agency} can work it out from its own counts, whatever is withheld.")
    recall = _told_near(cells, known.cell)
    why = (
        "Figures released before give it away, whatever is withheld now. What touches it is withheld here. "
        "Think of recalling those releases: what was read stays known, but nobody need read it again."
    )
    return at(why=why, recall=recall)


def _told_near(cells: Cells, cell: int) -> tuple[str, ...]:
    """The earlier releases that showed a number in a sum with this count, or in the fewest sums from it."""
    near = {cell}
    for _ in range(_STEPS):
        near |= {i for tie in cells.ties if near & {tie.whole, *tie.parts} for i in (tie.whole, *tie.parts)}
        if told := {release for i in near for release in cells.told_by.get(i, ())}:
            return tuple(sorted(told))
    return ()
