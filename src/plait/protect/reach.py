"""Which counts a reader could set against one another: one thing counted over periods that overlap, however many steps apart.

A quarter bears on the next through the half-year that holds both; a count bears on another through the share made of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from plait.protect.times import period_of

Node = tuple[str, str]  # what is counted, and over which period


class Reach:
    """Counts that were released or are to be, and what ties them together."""

    def __init__(self) -> None:
        self._periods: dict[str, set[str]] = defaultdict(set)
        self._together: dict[Node, set[Node]] = defaultdict(set)

    def add(self, counts: Iterable[Node], *, together: bool = True) -> None:
        """These counts are there; `together`: a figure or a share is made of all of them."""
        known = set(counts)
        for what, period in known:
            self._periods[what].add(period)
        if together:
            for count in known:
                self._together[count] |= known

    def of(self, counts: Iterable[Node]) -> frozenset[Node]:
        """All counts that bear on these, these among them."""
        edge = list(counts)
        found = set(edge)
        while edge:
            what, period = edge.pop()
            near = {(what, other) for other in self._periods[what] if overlap(period, other)}
            new = (near | self._together[what, period]) - found
            found |= new
            edge += new
        return frozenset(found)


def overlap(one: str, other: str) -> bool:
    """True when two periods, by their labels, share a day; labels that name no period overlap when they are the same."""
    first, second = period_of(one), period_of(other)
    if first is None or second is None:
        return one == other
    return first.start <= second.end and second.start <= first.end
