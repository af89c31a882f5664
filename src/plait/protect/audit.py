"""What a reader could work out, found by solving: the range of every small count over all that is shown and was shown.

Shares no code with choosing. Linear programs first: every solution found is a table the reader cannot rule out, so it widens the
range of every cell in it. Where it is not in whole counts an integer program settles the cell. Method: the attacker problem
of Fischetti and Salazar (docs/explanation/protect.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Any

import highspy
import numpy as np

from plait.errors import NotFinished
from plait.protect.cells import Cells, Mask, Numbers, Tie, Whole

_TOLERANCE = 1e-6
_FEW, _FEW_QUICKLY = 0.1, 0.3  # of the cells left: two rounds of moving many together that settle fewer are the last
_INTEGER_PROGRAMS = 400  # for one system; the cells after that are vouched for by fractions alone, and counted
_LARGE = 3_000  # in a system of more cells than this an integer program takes minutes, and none is tried
_VERY_LARGE = 10_000  # in one of more than this an interior point takes a twentieth of the time of the simplex method
_QUICKER_ALONE = 10  # cells left of a very large system: so few are tried one by one
_SO_FEW = (
    4  # cells of a very large system to be tried one by one: the way to a corner, from which each is a step, is too far
)
_ONE_BY_ONE = 40  # cells that a quick look still tries one by one
_NODES = 200  # of one integer program
_PARALLEL = (
    1 << 13
)  # HiGHS's rule for columns that are alike: it prints a line of its own when it undoes some, told to be quiet or not

# How HiGHS is to solve: on from its last solution, afresh, from within, from within and then to a corner, or in whole counts.
# 1 and 4 are its numbers for the dual and the primal simplex method.
_Way = Mapping[str, str | int]
_ON_FROM_HERE: _Way = {"solver": "simplex", "simplex_strategy": 4, "presolve": "off"}
_AFRESH: _Way = {"solver": "simplex", "simplex_strategy": 1, "presolve": "on"}
_INSIDE: _Way = {"solver": "ipm", "run_crossover": "off", "presolve": "off"}
_TO_A_CORNER: _Way = {"solver": "ipm", "run_crossover": "on", "presolve": "on"}
_WHOLE: _Way = {"solver": "choose", "simplex_strategy": 4, "presolve": "choose", "mip_max_nodes": _NODES}


@dataclass(frozen=True)
class Ranges:
    """For some small cells, how far apart two counts are that a reader cannot rule out. Wider is safer.

    Each is the true range, or at least the width it needed: the search stops once a cell is known to be safe. `by_fractions`
    of them rest on a solution that is not in whole counts.
    """

    cells: tuple[int, ...]
    apart: tuple[float, ...]
    needed: tuple[float, ...]
    by_fractions: int = 0
    thorough: bool = True  # each was looked at as closely as it takes, and not only to tell the wide from the narrow
    left: tuple[int, ...] = ()  # where it was not: those that are to be

    @property
    def exposed(self) -> list[int]:
        """Cells that a reader could narrow below what the rule allows."""
        return [c for c, apart, needed in zip(self.cells, self.apart, self.needed, strict=True) if apart < needed]

    @property
    def safe(self) -> list[float]:
        """How far apart the counts are for each cell that is not exposed, nor to be looked at again."""
        found, left = zip(self.cells, self.apart, self.needed, strict=True), set(self.left)
        return [apart for cell, apart, needed in found if apart >= needed and cell not in left]


def ranges(cells: Cells, targets: Mask, width: Whole, low: Whole, high: Whole, *, quick: bool = False) -> Ranges:
    """How wide a range the reader is left with for each target. Raises NotFinished when a solve does not finish.

    `quick` tells wide ranges from those that may not be, where there are too many to look at one by one.
    """
    wanted = np.flatnonzero(targets)
    if not len(wanted):
        return Ranges((), (), ())
    solver = _Solver(cells, low, high, width)
    solver.push_together(wanted, _FEW_QUICKLY if quick else _FEW)
    narrow = wanted[solver.apart[wanted] < width[wanted]]
    thorough = len(narrow) <= _ONE_BY_ONE or not quick
    for cell in narrow if thorough else ():
        solver.push_alone(int(cell), _INSIDE if len(narrow) <= _SO_FEW else _TO_A_CORNER)
    settles = thorough or len(cells.keys) > _LARGE
    by_fractions = solver.settle_in_whole_counts(wanted) if settles else 0
    left = () if settles else solver.not_in_whole_counts(wanted)
    apart = tuple(map(float, solver.apart[wanted]))
    return Ranges(tuple(map(int, wanted)), apart, tuple(map(float, width[wanted])), by_fractions, thorough, left)


class _Solver:
    """One persistent linear program; only its costs and the bounds of the cells looked at change."""

    def __init__(self, cells: Cells, low: Whole, high: Whole, width: Whole) -> None:
        self._truth, self._low, self._high, self._width = cells.low, low, high, width
        self._least, self._most = cells.low.copy(), cells.low.copy()
        self._whole_least, self._whole_most = cells.low.copy(), cells.low.copy()
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("presolve_rule_off", _PARALLEL)
        self._highs.passModel(_model(cells, low, high))
        self._very_large, self._at_a_corner = len(cells.low) > _VERY_LARGE, False

    @property
    def apart(self) -> Whole:
        """How many whole counts apart the most and the least found so far are."""
        return np.asarray(np.floor(self._most + _TOLERANCE) - np.ceil(self._least - _TOLERANCE))

    def push_together(self, wanted: Numbers, few: float) -> None:
        """Cells moved many at a time, each first one way and then the other, until two rounds settle few of those left."""
        draw = np.random.default_rng(0)
        ways, before = np.where(draw.random(len(self._truth)) < 0.5, 1.0, -1.0), [2 * len(wanted)] * 2
        left = wanted
        for number in count():
            if not len(left) or self._so_few(number, left) or len(left) > (1 - few) * before[0]:
                return
            before = [before[1], len(left)]
            by = _INSIDE if self._very_large else _AFRESH
            self._push(left, ways[left] * draw.uniform(0.5, 1.5, len(left)), self._width[left], by)
            ways = -ways
            left = left[self.apart[left] < self._width[left]]

    def _so_few(self, number: int, left: Numbers) -> bool:
        """True when, in a very large system and after the first round, the cells left are quicker tried one by one."""
        return self._very_large and number > 0 and len(left) <= _QUICKER_ALONE

    def push_alone(self, cell: int, start_of_very_large: _Way) -> None:
        """The exact range of one cell that is not yet known to be safe, or that it is as wide as it needs."""
        for way in (1.0, -1.0):
            if self.apart[cell] >= self._width[cell]:
                return
            start = start_of_very_large if self._very_large else _AFRESH
            by = _ON_FROM_HERE if self._at_a_corner else start
            self._push(np.array([cell]), np.array([way]), self._width[[cell]], by)

    def settle_in_whole_counts(self, wanted: Numbers) -> int:
        """Integer programs for cells whose range rests on fractions; how many still do at the end.

        A cell that whole counts leave narrower than it needs keeps that narrower range, and so is exposed.
        """
        apart, whole = self.apart, self._whole_apart
        resting = [int(c) for c in wanted if apart[c] >= self._width[c] > whole[c]]
        if not resting or len(self._truth) > _LARGE:
            return len(resting)
        self._highs.changeColsIntegrality(
            len(self._truth),
            np.arange(len(self._truth), dtype=np.int32),
            np.full(len(self._truth), highspy.HighsVarType.kInteger),
        )
        left = _INTEGER_PROGRAMS
        for cell in resting:
            left -= self._settle(cell, left)
        return int(
            (self._whole_apart[resting] < self._width[resting]).sum()
            - (self.apart[resting] < self._width[resting]).sum()
        )

    def not_in_whole_counts(self, wanted: Numbers) -> tuple[int, ...]:
        """Cells that no solutions in whole counts show to be wide."""
        return tuple(map(int, wanted[self._whole_apart[wanted] < self._width[wanted]]))

    def _settle(self, cell: int, left: int) -> int:
        """One cell's range in whole counts, if so many integer programs are enough; how many were spent."""
        spent, finished = 0, True
        for way in (1.0, -1.0):
            if spent < left and self._whole_apart[cell] < self._width[cell]:
                finished &= self._push(np.array([cell]), np.array([way]), self._width[[cell]], _WHOLE, may_stop=True)
                spent += 1
        if finished and spent < left and self._whole_apart[cell] < self._width[cell]:
            self._most[cell], self._least[cell] = self._whole_most[cell], self._whole_least[cell]
        return spent

    @property
    def _whole_apart(self) -> Whole:
        """How far apart the most and the least are of those solutions that are in whole counts."""
        return self._whole_most - self._whole_least

    def _push(self, cells: Numbers, ways: Whole, reach: Whole, by: _Way, *, may_stop: bool = False) -> bool:
        """True once the cells are moved as far as they go; False where an integer program stopped early and `may_stop`."""
        index, low, high = cells.astype(np.int32), self._low[cells], self._high[cells]
        near_low, near_high = np.maximum(low, self._truth[cells] - reach), np.minimum(high, self._truth[cells] + reach)
        self._highs.changeColsBounds(len(cells), index, near_low, near_high)
        self._highs.changeColsCost(len(cells), index, -ways)
        finished = self._runs(by) or (by in (_INSIDE, _TO_A_CORNER) and self._runs(_AFRESH))
        if not finished and not may_stop:
            raise NotFinished("The check that nothing can be worked out did not finish, so nothing was released.")
        if finished:
            self._learn()
        self._highs.changeColsCost(len(cells), index, np.zeros(len(cells)))
        self._highs.changeColsBounds(len(cells), index, low, high)
        return finished

    def _runs(self, by: _Way) -> bool:
        """True when it was solved to the end in this way."""
        if by not in (_ON_FROM_HERE, _WHOLE):
            self._highs.clearSolver()
        for option, value in by.items():
            self._highs.setOptionValue(option, value)
        self._highs.run()
        self._at_a_corner = by is not _INSIDE
        return bool(self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _learn(self) -> None:
        """The last solution widens the range of every cell in it."""
        values = np.array(self._highs.getSolution().col_value)
        np.maximum(self._most, values, out=self._most)
        np.minimum(self._least, values, out=self._least)
        whole = np.round(values)
        if np.abs(values - whole).max() < _TOLERANCE:
            np.maximum(self._whole_most, whole, out=self._whole_most)
            np.minimum(self._whole_least, whole, out=self._whole_least)


def _model(cells: Cells, low: Whole, high: Whole) -> highspy.HighsLp:
    """Columns are cells within what the reader knows of each; rows are the ties."""
    rows = [row for tie in cells.ties for row in _rows(tie)]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cells.keys), len(rows)
    model.col_cost_ = np.zeros(len(cells.keys))
    model.col_lower_, model.col_upper_ = low, high
    model.row_lower_, model.row_upper_ = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(r[0]) for r in rows)]).astype(np.int32)
    model.a_matrix_.index_ = np.array([i for r in rows for i in r[0]], dtype=np.int32)
    model.a_matrix_.value_ = np.array([v for r in rows for v in r[1]], dtype=float)
    return model


def _rows(tie: Tie) -> Iterator[tuple[tuple[int, ...], list[float], float, float]]:
    """The whole less its parts: nought, at least nought, or at most nought with every part at most the whole."""
    inside = ((tie.whole, *tie.parts), [1.0, *[-1.0] * len(tie.parts)])
    if tie.kind == "overlapping":
        yield *inside, -inf, 0.0
        for part in tie.parts:
            yield (tie.whole, part), [1.0, -1.0], 0.0, inf
    else:
        yield *inside, 0.0, inf if tie.kind == "at_most" else 0.0
