"""Poisson log-linear models of many lists, fitted many at a time, with the checks that an estimate exists and can be told.

Sources: Fienberg (1972); Fienberg and Rinaldo (2012) on existence; Chan, Silverman and Vincent (2021) on pairs of lists that
share nobody, whose parameter is minus infinity: the histories that hold such a pair are left out, and the parameter still counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.special import gammaln

from plait.measure.unseen.lists import Counts, Places

Flags = npt.NDArray[np.bool_]
_STEPS, _CLOSE = 60, 1e-9
_VANISHED = 1e-7  # a fitted count so small that the parameters are on their way to infinity
_FAR = 30.0  # the largest log count a step may reach
_RIDGE = 1e-10
_UNKNOWN = 25.0  # a standard error of the log so large that nothing is known


@dataclass(frozen=True)
class Fits:
    """One entry a model: the unseen, its log's standard error, what the fit says of every history, and how well it fits."""

    unseen: Counts
    error: Counts
    expected: Counts
    loglik: Counts
    terms: Places
    sound: Flags

    def bic(self, seen: Counts) -> Counts:
        """Small is good; unsound models are infinitely bad."""
        found: Counts = np.where(self.sound, -2 * self.loglik + np.log(seen) * self.terms, np.inf)
        return found

    @property
    def aic(self) -> Counts:
        found: Counts = -2 * self.loglik + 2 * self.terms
        return found


@lru_cache(maxsize=8)
def design(lists: int) -> Flags:
    """A row a history from 0, a column a set of lists from the empty one: whether the history holds the set."""
    history = np.arange(1 << lists)
    holds: Flags = (history[:, None] & history[None, :]) == history[None, :]
    return holds


def fit(counts: Counts, models: Flags) -> Fits:
    """Each row of counts with the model of the same row: which sets of lists have a parameter, the empty set among them."""
    used = np.flatnonzero(models.any(axis=0))
    holds = design(int(counts.shape[1]).bit_length() - 1)[:, used].astype(float)
    empty = models[:, used] & (counts @ holds == 0)
    cells = empty @ holds.T == 0
    cells[:, 0] = False
    active = models[:, used] & ~empty
    beta = _newton(counts * cells, cells, active, holds)
    expected = _expected(beta, holds)
    fitted = np.where(cells, expected, 0.0)
    error = np.sqrt(np.abs(np.linalg.inv(_information(fitted, active, holds))[:, 0, 0]))
    sound = (error < _UNKNOWN) & (np.where(cells, expected, 1.0).min(axis=1) > _VANISHED)
    return Fits(expected[:, 0], error, fitted, _loglik(counts, fitted, cells), models.sum(axis=1), sound)


def _newton(counts: Counts, cells: Flags, active: Flags, holds: Counts) -> Counts:
    """The parameters, by Newton's steps for all rows together, beginning from the counts themselves."""
    weight = np.where(cells, counts + 0.5, 0.0)
    first = weight * np.log(counts + 0.5)
    beta = _solved(_information(weight, active, holds), first @ holds * active)
    moving = np.arange(len(counts))
    for _ in range(_STEPS):
        fitted = np.where(cells[moving], _expected(beta[moving], holds), 0.0)
        left = (counts[moving] - fitted) @ holds * active[moving]
        step = _solved(_information(fitted, active[moving], holds), left)
        beta[moving] += np.clip(step, -2.0, 2.0)
        moving = moving[np.abs(step).max(axis=1) > _CLOSE]
        if not len(moving):
            break
    return beta


def _expected(beta: Counts, holds: Counts) -> Counts:
    expected: Counts = np.exp(np.clip(beta @ holds.T, -_FAR, _FAR))
    return expected


def _information(fitted: Counts, active: Flags, holds: Counts) -> Counts:
    """Each row's information matrix; parameters that are not in the model stand on the diagonal alone."""
    size = holds.shape[1]
    products = (holds[:, :, None] * holds[:, None, :]).reshape(len(holds), size * size)
    matrix: Counts = (fitted @ products).reshape(-1, size, size)
    matrix *= active[:, :, None] & active[:, None, :]
    place = np.arange(size)
    matrix[:, place, place] = np.where(active, matrix[:, place, place] * (1 + _RIDGE) + _RIDGE, 1.0)
    return matrix


def _solved(matrix: Counts, side: Counts) -> Counts:
    return np.linalg.solve(matrix, side[:, :, None])[:, :, 0].astype(np.float64)


def _loglik(counts: Counts, fitted: Counts, cells: Flags) -> Counts:
    safe = np.where(cells, np.maximum(fitted, 1e-300), 1.0)
    each: Counts = np.where(cells, counts * np.log(safe) - fitted - gammaln(counts + 1), 0.0)
    found: Counts = each.sum(axis=1)
    return found


def exists(counts: Counts, model: Flags) -> str:
    """'' when the model's estimate exists and is the only one for these counts, else what is wrong, for the analyst.

    It exists when some table with the same sums has no empty history (a linear program finds the fullest).
    """
    holds = design(len(counts).bit_length() - 1)
    empty = model & (counts[1:] @ holds[1:] == 0)
    cells = ~(holds @ empty)
    cells[0] = False
    active = model & ~empty
    matrix = holds[np.ix_(cells, active)].astype(float)
    if np.linalg.matrix_rank(matrix) < active.sum():
        return "not identified"
    sums = matrix.T @ counts[cells]
    goal = np.zeros(len(matrix) + 1)
    goal[-1] = -1.0
    least = np.hstack([-np.eye(len(matrix)), np.ones((len(matrix), 1))])
    found = linprog(
        goal, A_ub=least, b_ub=np.zeros(len(matrix)), A_eq=np.hstack([matrix.T, np.zeros((len(sums), 1))]), b_eq=sums,
        bounds=[(0, None)] * len(goal), method="highs",
    )  # fmt: skip
    return "" if found.status == 0 and -found.fun > 1e-7 else "does not exist"
