"""The pattern that withholds least, for systems small enough: Benders' cuts, each from the range a reader would be left with.

Method: Fischetti and Salazar's exact method, with the distance between the most and the least as the requirement. A master
program picks cells; each small count that is still narrow adds a cut from the duals of its two linear programs.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from plait.protect.cells import Cells, Mask, Numbers, Whole
from plait.protect.program import program, quiet, sums
from plait.protect.reader import Seen, bounds

CELLS_AT_MOST = 1_500
_SMALL_AT_MOST = 60  # small counts to protect at once: beyond this the cuts take minutes
_ROUNDS = 60
_NODES = 2_000
_TOLERANCE = 1e-6
_FAR = 1e4


def small_enough(cells: Cells, unsafe: Mask) -> bool:
    """True when the optimum is found in a moment."""
    return len(cells.keys) <= CELLS_AT_MOST and int(unsafe.sum()) <= _SMALL_AT_MOST


def at_least_cost(cells: Cells, withheld: Mask, reader: Seen, unsafe: Mask, width: Whole) -> Mask | None:
    """The pattern of least cost (the counts withheld, added up) that leaves the reader unsure; None where it was not found."""
    search = _Search(cells, withheld, reader)
    for _ in range(_ROUNDS):
        pattern = search.cheapest()
        if pattern is None:
            return None
        narrow = search.cut(pattern, np.flatnonzero(unsafe), width)
        if not narrow:
            return pattern
    return None


class _Search:
    """The master program over cells that may be withheld, and the reader's program that finds its cuts."""

    def __init__(self, cells: Cells, withheld: Mask, reader: Seen) -> None:
        self._cells, self._withheld, self._reader = cells, withheld, reader
        self._may = np.flatnonzero(cells.shown & ~withheld & cells.known & (cells.high > 0))
        self._shown = self._capped(withheld)
        self._hidden = self._capped(np.ones_like(withheld))
        self._master = quiet()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._may), 0
        model.col_cost_ = np.maximum(cells.low[self._may], 1.0)
        model.col_lower_, model.col_upper_ = np.zeros(len(self._may)), np.ones(len(self._may))
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(self._may)
        model.row_lower_, model.row_upper_ = np.array([]), np.array([])
        model.a_matrix_.start_ = np.zeros(len(self._may) + 1, dtype=np.int32)
        self._master.passModel(model)
        self._master.setOptionValue("mip_max_nodes", _NODES)
        self._master.setOptionValue("mip_rel_gap", 0.0)

    def _capped(self, withheld: Mask) -> tuple[Whole, Whole]:
        low, high = bounds(self._cells, withheld, self._reader)
        return low, np.minimum(high, self._cells.low + _FAR)

    def cheapest(self) -> Mask | None:
        """The cheapest pattern that meets every cut so far."""
        self._master.run()
        if self._master.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        pattern = self._withheld.copy()
        pattern[self._may] |= np.array(self._master.getSolution().col_value[: len(self._may)]) > 0.5
        return pattern

    def cut(self, pattern: Mask, unsafe: Numbers, width: Whole) -> bool:
        """True when some small count was still narrow; the master then holds a cut for each that was."""
        low, high = (np.where(pattern, h, s) for h, s in zip(self._hidden, self._shown, strict=True))
        reader = quiet()
        reader.setOptionValue("presolve", "off")
        reader.passModel(program(sums(self._cells), np.zeros(len(low)), low, high))
        narrow = False
        for cell in (int(c) for c in unsafe):
            most, up = _extreme(reader, cell, 1.0)
            least, down = _extreme(reader, cell, -1.0)
            if np.floor(most + _TOLERANCE) - np.ceil(least - _TOLERANCE) < width[cell]:
                narrow = True
                self._add(up, down, width[cell])
        return narrow

    def _add(self, up: Whole, down: Whole, width: float) -> None:
        """The reader's range is at most this weighted sum of what is withheld: it must reach the width."""
        (shown_low, shown_high), (hidden_low, hidden_high) = self._shown, self._hidden
        gain, reach = np.zeros(len(up)), 0.0
        for duals in (up, down):
            positive, negative = np.maximum(duals, 0), np.minimum(duals, 0)
            start_high, start_low = (
                np.where(self._withheld, hidden_high, shown_high),
                np.where(self._withheld, hidden_low, shown_low),
            )
            reach += float(positive @ start_high + negative @ start_low)
            gain += positive * (hidden_high - start_high) + negative * (hidden_low - start_low)
        needed = width - reach
        weights = np.minimum(gain[self._may], needed)
        index = np.flatnonzero(weights > _TOLERANCE).astype(np.int32)
        self._master.addRow(needed - _TOLERANCE, highspy.kHighsInf, len(index), index, weights[index])


def _extreme(reader: Any, cell: int, way: float) -> tuple[float, Whole]:
    """The most (or least) the cell could be, and how much each bound would move that: duals of the most of way × cell."""
    reader.changeColCost(cell, -way)
    reader.run()
    solution = reader.getSolution()
    value, duals = solution.col_value[cell], -np.array(solution.col_dual)
    reader.changeColCost(cell, 0.0)
    return float(value), duals
