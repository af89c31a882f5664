"""What a reader could work out, found by solving: the range of every withheld count over all that is shown.

The reader is assumed to know the rule, every shown number and how it was rounded, that nought is shown as nought, and every
sum that holds. `ranges` uses linear programs, so it finds at least what arithmetic could. Method: Fischetti and Salazar's
attacker problem, with many cells certified by one solution (docs/explanation/protection.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from plait.declare import ZoneRule
from plait.errors import NotSafe
from plait.protect.cells import Cells, Mask, Whole

_TOLERANCE = 1e-6
_FEW = 0.02  # of the cells: a round of moving many together that settles fewer is the last
_FAR = 1_000.0  # from the truth: as far as a cell is ever pushed


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


@dataclass(frozen=True)
class Ranges:
    """For some withheld cells, how far apart two counts are that a reader cannot rule out. Wider is safer.

    Each is the true range, or at least `width` of it: the search stops once a cell is known to be safe.
    """

    cells: tuple[int, ...]
    apart: tuple[float, ...]

    def under(self, width: int) -> list[int]:
        return [cell for cell, apart in zip(self.cells, self.apart, strict=True) if apart < width]

    @property
    def narrowest(self) -> float | None:
        return min(self.apart, default=None)


def ranges(cells: Cells, targets: Mask, attacker: Attacker, *, width: int) -> Ranges:
    """How wide a range the reader is left with for each target cell. Raises NotSafe when a solve does not finish."""
    wanted = np.flatnonzero(targets & cells.known)
    if not len(wanted):
        return Ranges((), ())
    solver = _Solver(cells, attacker, width)
    solver.push_together(wanted)
    for cell in wanted:
        solver.push_alone(int(cell))
    return Ranges(tuple(int(i) for i in wanted), tuple(float(a) for a in solver.apart[wanted]))


class _Solver:
    """One persistent linear program; only its costs and the bounds of the cells looked at change.

    Every solution it finds is a table the reader cannot rule out, so each widens the range of every cell in it.
    """

    def __init__(self, cells: Cells, attacker: Attacker, width: int) -> None:
        self._truth, self._attacker, self._width = cells.low, attacker, width
        self._least, self._most = cells.low.copy(), cells.low.copy()
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("simplex_strategy", 4), ("presolve", "off")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(_model(cells, attacker))

    @property
    def apart(self) -> Whole:
        """How many whole counts apart the most and the least found so far are."""
        return np.asarray(np.floor(self._most + _TOLERANCE) - np.ceil(self._least - _TOLERANCE))

    def push_together(self, wanted: npt.NDArray[np.int64]) -> None:
        """Cells moved many at a time, up, down and some each way in turn, until three rounds settle few of them."""
        draw = np.random.default_rng(0)
        left, settled = wanted, [len(wanted)] * 3
        for number in count():
            if not len(left) or max(settled) <= _FEW * len(wanted):
                return
            each_way = np.where(draw.random(len(left)) < 0.5, 1.0, -1.0)
            ways = (np.ones(len(left)), each_way, -np.ones(len(left)))[number % 3]
            self._push(left, ways * draw.uniform(0.5, 1.5, len(left)), self._width)
            still = left[self.apart[left] < self._width]
            settled = [*settled[-2:], len(left) - len(still)]
            left = still

    def push_alone(self, cell: int) -> None:
        """The exact range of one cell that is not yet known to be safe."""
        for way in (1.0, -1.0):
            if self.apart[cell] >= self._width:
                return
            self._push(np.array([cell]), np.array([way]), _FAR)

    def _push(self, cells: npt.NDArray[np.int64], ways: Whole, reach: float) -> None:
        index, low, high = cells.astype(np.int32), self._attacker.low[cells], self._attacker.high[cells]
        near_low, near_high = np.maximum(low, self._truth[cells] - reach), np.minimum(high, self._truth[cells] + reach)
        self._highs.changeColsBounds(len(cells), index, near_low, near_high)
        self._highs.changeColsCost(len(cells), index, -ways)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise NotSafe("The check that nothing can be worked out did not finish, so nothing was released.")
        values = np.array(self._highs.getSolution().col_value)
        np.maximum(self._most, values, out=self._most)
        np.minimum(self._least, values, out=self._least)
        self._highs.changeColsCost(len(cells), index, np.zeros(len(cells)))
        self._highs.changeColsBounds(len(cells), index, low, high)


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
