"""The linear programs of choosing: rows of sums, and a solver that says nothing. The audit builds its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

import highspy
import numpy as np

from plait.protect.cells import Cells, Whole

Line = tuple[list[int], list[float], float, float]  # columns, their weights, the least and the most of their sum


def sums(cells: Cells) -> Iterator[Line]:
    """What holds of the counts themselves: the whole less its parts."""
    for tie in cells.ties:
        columns, weights = [tie.whole, *tie.parts], [1.0, *[-1.0] * len(tie.parts)]
        least, most = (-inf, 0.0) if tie.kind == "overlapping" else (0.0, inf if tie.kind == "at_most" else 0.0)
        yield columns, weights, least, most
        for part in tie.parts if tie.kind == "overlapping" else ():
            yield [tie.whole, part], [1.0, -1.0], 0.0, inf


def program(lines: Iterator[Line], cost: Whole, low: Whole, high: Whole) -> highspy.HighsLp:
    """The least cost of columns within their bounds for which every line holds."""
    rows: Sequence[Line] = list(lines)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_, model.row_upper_ = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(r[0]) for r in rows)]).astype(np.int32)
    model.a_matrix_.index_ = np.array([i for r in rows for i in r[0]], dtype=np.int32)
    model.a_matrix_.value_ = np.array([v for r in rows for v in r[1]], dtype=float)
    return model


def can_hold(cells: Cells) -> bool:
    """True where every sum can hold with each known count as it truly is: a sum that cannot is no use to a reader."""
    solver = quiet()
    high = np.where(cells.known, cells.low, inf)
    solver.passModel(program(sums(cells), np.zeros(len(high)), cells.low, high))
    solver.run()
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def quiet() -> Any:
    """A solver on one thread. Two with different numbers of threads in one process read each other's old solutions."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs
