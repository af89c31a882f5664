"""A first pattern for large systems: shown are the largest counts that, with all that is known, give no small one exactly.

Method: sparse Gaussian elimination as in GaussSuppression (Langsrud, PSD 2024), over a prime field. No small count is then
exactly known by adding up; the ranges that a reader is left with are widened afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from plait.protect.cells import Cells, Mask, Whole

_PRIME = 2**31 - 1
Column = dict[int, int]  # of a cell: how often each independent count is in it


def none_exactly_known(cells: Cells, withheld: Mask, unsafe: Mask, low: Whole, high: Whole) -> Mask:
    """What is withheld once no unsafe cell is a sum and difference of cells shown exactly. `low`, `high`: of the reader."""
    exact, may = low == high, cells.shown & ~withheld & cells.known & (cells.high > 0)
    pattern, guarded = withheld.copy(), set(map(int, np.flatnonzero(unsafe)))
    wanted = np.flatnonzero(exact & may)
    if not len(wanted):  # where all is rounded, nothing is shown exactly
        return pattern
    columns = _Columns(cells)
    for cell in map(int, np.flatnonzero(exact & ~may)):
        columns.show(cell)
    for cell in map(int, wanted[np.argsort(-cells.low[wanted], kind="stable")]):
        if columns.tells(cell, guarded):
            pattern[cell] = True
        else:
            columns.show(cell)
    return pattern


class _Columns:
    """Each cell over independent counts, less what is known already: a cell whose column is empty is known."""

    def __init__(self, cells: Cells) -> None:
        written = _written(cells)
        self._of = [*written.of, *written.nought]
        self._holding: dict[int, set[int]] = defaultdict(set)
        for cell, column in enumerate(self._of):
            for count in column:
                self._holding[count].add(cell)
        for nought in range(len(written.of), len(self._of)):
            self.show(nought)

    def tells(self, cell: int, guarded: set[int]) -> bool:
        """True where showing the cell would give a guarded one exactly: its column is a multiple of that one's."""
        column = self._of[cell]
        if not column:
            return False
        count = self._rarest(column)
        near = (self._of[other] for other in self._holding[count] & guarded)
        return any(_parallel(other, column, count) for other in near)

    def show(self, cell: int) -> None:
        """The cell is known from here on: every column is written without the count of it that the fewest hold."""
        column = self._of[cell]
        if not column:
            return
        count = self._rarest(column)
        inverse = pow(column[count], -1, _PRIME)
        known = [(one, times * inverse % _PRIME) for one, times in column.items()]
        for other in list(self._holding[count]):
            self._take(other, known, self._of[other][count])

    def _rarest(self, column: Column) -> int:
        return min(column, key=lambda count: len(self._holding[count]))

    def _take(self, cell: int, known: list[tuple[int, int]], times: int) -> None:
        column, holding = self._of[cell], self._holding
        for count, share in known:
            left = (column.get(count, 0) - times * share) % _PRIME
            if left:
                column[count] = left
                holding[count].add(cell)
            elif column.pop(count, 0):
                holding[count].discard(cell)


@dataclass(frozen=True)
class _Written:
    """Each cell's column, and columns that are nought because one cell is the sum of two things."""

    of: list[Column]
    nought: list[Column]


def _written(cells: Cells) -> _Written:
    """Every cell over independent counts: parts before wholes."""
    left, made = list(cells.ties), _Written([{} for _ in cells.keys], [])
    done = set(range(len(cells.keys))) - {tie.whole for tie in left}
    for cell in done:
        made.of[cell] = {cell: 1}
    over = iter(
        range(len(cells.keys), len(cells.keys) + len(left))
    )  # what parts that are not all there is leave over counts too
    while left:
        ready = [tie for tie in left if done.issuperset(tie.parts)]
        left = [tie for tie in left if not done.issuperset(tie.parts)]
        for tie in ready:
            column = _sum([made.of[part] for part in tie.parts])
            if tie.kind != "equal":
                column[next(over)] = 1
            if tie.whole in done:
                made.nought.append(_less(column, made.of[tie.whole]))
            else:
                made.of[tie.whole] = column
            done.add(tie.whole)
        if not ready:  # sums that go round in a circle: one part is taken to be independent
            cell = next(part for part in left[0].parts if part not in done)
            made.of[cell] = {cell: 1}
            done.add(cell)
    return made


def _sum(columns: Sequence[Column]) -> Column:
    made: Column = defaultdict(int)
    for column in columns:
        for count, times in column.items():
            made[count] += times
    return dict(made)


def _less(column: Column, other: Column) -> Column:
    every = {count: (column.get(count, 0) - other.get(count, 0)) % _PRIME for count in {*column, *other}}
    return {count: times for count, times in every.items() if times}


def _parallel(one: Column, other: Column, shared: int) -> bool:
    """True when one is a multiple of the other; both hold the shared count."""
    if one.keys() != other.keys():
        return False
    factor = one[shared] * pow(other[shared], -1, _PRIME)
    return all(times == factor * other[count] % _PRIME for count, times in one.items())
