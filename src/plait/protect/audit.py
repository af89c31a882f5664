"""What a reader could work out, found by solving: the range of every withheld count over all that is shown.

The reader is assumed to know the rule, every shown number and how it was rounded, that nought is shown as nought, and every
sum that holds. `exposed` uses linear programs, so it finds at least what arithmetic could. Method: Fischetti and Salazar's
attacker problem, with many cells certified by one solution (docs/explanation/protection.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any

import highspy
import numpy as np

from plait.declare import ZoneRule
from plait.errors import NotSafe
from plait.protect.cells import Cells, Mask, Whole

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Attacker:
    """What the reader knows of each cell before any arithmetic."""

    low: Whole
    high: Whole

    @classmethod
    def of(cls, cells: Cells, withheld: Mask, rule: ZoneRule) -> Attacker:
        """A withheld count is at least 1 when noughts are shown; a shown one is known to within its rounding."""
        rounded = round_to(cells.low, rule.round_to)
        down, up = (rule.round_to - 1) // 2, rule.round_to // 2
        zero = (cells.high == 0) & (not rule.hide_zero)
        floor = 0.0 if rule.hide_zero else 1.0
        low = np.where(withheld, floor, np.maximum(rounded - up, min(rule.hide_below, 1)))
        high = np.where(withheld, inf, rounded + down)
        between = ~withheld & (cells.low != cells.high) & cells.known
        low = np.where(between, np.floor(cells.low / rule.round_to) * rule.round_to, low)
        high = np.where(between, np.ceil(cells.high / rule.round_to) * rule.round_to, high)
        unknown = ~cells.known
        low, high = np.where(unknown, 0.0, low), np.where(unknown, inf, high)
        return cls(np.where(zero, 0.0, low), np.where(zero, 0.0, high))


def round_to(values: Whole, base: int) -> Whole:
    """Each to the nearest multiple of the base; halves go up."""
    return np.asarray(np.floor(values / base + 0.5) * base)


def exposed(cells: Cells, targets: Mask, attacker: Attacker, *, width: int) -> list[int]:
    """Target cells whose possible range is narrower than `width` to this reader."""
    pending = [int(i) for i in np.flatnonzero(targets & cells.known)]
    if not pending:
        return []
    solver = _Solver(cells, attacker)
    highs = solver.reach(pending, +1.0, width)
    lows = solver.reach([i for i in pending if highs[i] - cells.low[i] < width], -1.0, width)
    narrow = [i for i in pending if highs[i] - lows.get(i, cells.low[i]) < width]
    return [i for i in narrow if solver.range(i) < width]


def narrowest(cells: Cells, targets: Mask, attacker: Attacker) -> float | None:
    """The narrowest possible range among the target cells, capped at 20 for speed; None when there is none."""
    pending = [int(i) for i in np.flatnonzero(targets & cells.known)]
    if not pending:
        return None
    solver = _Solver(cells, attacker)
    highs, lows = solver.reach(pending, +1.0, 20), solver.reach(pending, -1.0, 20)
    return float(min(highs[i] - lows[i] for i in pending))


class _Solver:
    """One persistent linear program; only its costs and the bounds of the cells looked at change."""

    def __init__(self, cells: Cells, attacker: Attacker) -> None:
        self._cells, self._attacker = cells, attacker
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("simplex_strategy", 4), ("presolve", "off")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(_model(cells, attacker))

    def reach(self, wanted: Iterable[int], sign: float, width: int) -> dict[int, float]:
        """How far up (+1) or down (-1) each wanted cell can be shown to go at once, no further than `width` from the truth.

        One solution that moves many cells at once certifies them all; each not moved far enough is then tried alone.
        """
        cells = list(wanted)
        best = {i: float(self._cells.low[i]) for i in cells}
        left = cells
        while left:
            solution = self._solve(left, sign, width)
            moved = [i for i in left if sign * (solution[i] - best[i]) > _TOLERANCE]
            for i in moved:
                best[i] = float(solution[i])
            if not moved:
                break
            left = [i for i in left if abs(best[i] - self._cells.low[i]) < width - _TOLERANCE and i not in moved]
        return best

    def range(self, cell: int) -> float:
        """How many whole counts apart the most and the least possible for one cell are."""
        high = self._solve([cell], +1.0, None)[cell]
        low = self._solve([cell], -1.0, None)[cell]
        return float(np.floor(high + _TOLERANCE) - np.ceil(low - _TOLERANCE))

    def _solve(self, cells: list[int], sign: float, width: int | None) -> Whole:
        """Values of all cells in a solution that pushes these as far as it goes; bounds and costs are put back after."""
        index = np.array(cells, dtype=np.int32)
        low, high = self._attacker.low[index], self._attacker.high[index]
        truth = self._cells.low[index]
        reach = 1_000.0 if width is None else float(width)
        self._highs.changeColsBounds(len(cells), index, np.maximum(low, truth - reach), np.minimum(high, truth + reach))
        self._highs.changeColsCost(len(cells), index, np.full(len(cells), -sign))
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise NotSafe("The check that nothing can be worked out did not finish, so nothing was released.")
        values = np.array(self._highs.getSolution().col_value)
        self._highs.changeColsCost(len(cells), index, np.zeros(len(cells)))
        self._highs.changeColsBounds(len(cells), index, low, high)
        return values


def _model(cells: Cells, attacker: Attacker) -> highspy.HighsLp:
    """Columns are cells within what the reader knows of each; rows are the ties."""
    starts, index, value, lower, upper = [0], [], [], [], []
    for tie in cells.ties:
        index += [tie.whole, *tie.parts]
        value += [1.0, *[-1.0] * len(tie.parts)]
        starts.append(len(index))
        lower.append(-inf if tie.kind == "overlapping" else 0.0)
        upper.append(inf if tie.kind == "at_most" else 0.0)
        for part in tie.parts if tie.kind == "overlapping" else ():
            index += [tie.whole, part]
            value += [1.0, -1.0]
            starts.append(len(index))
            lower.append(0.0)
            upper.append(inf)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cells.keys), len(lower)
    model.col_cost_ = np.zeros(len(cells.keys))
    model.col_lower_, model.col_upper_ = attacker.low, attacker.high
    model.row_lower_, model.row_upper_ = np.array(lower), np.array(upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    model.a_matrix_.index_ = np.array(index, dtype=np.int32)
    model.a_matrix_.value_ = np.array(value)
    return model
