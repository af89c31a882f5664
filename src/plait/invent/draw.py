"""Draws from a seeded generator, and days as text: columns in, columns out. A day is a count from 1 January 1970."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Rng = np.random.Generator

NO_DAY = -(10**6)
YEAR = 365.25


def day(of: date) -> int:
    """The date as a day number."""
    return of.toordinal() - date(1970, 1, 1).toordinal()


def to_date(number: int) -> date:
    """The day number as a date."""
    return date.fromordinal(int(number) + date(1970, 1, 1).toordinal())


def chance(rng: Rng, probability: Column | float, n: int | None = None) -> Column:
    """True with the given probability, once for each entry."""
    size = n if n is not None else len(np.atleast_1d(probability))
    return rng.random(size) < probability


def pick(rng: Rng, values: Sequence[str], n: int, weights: Sequence[float] | None = None) -> Column:
    """`n` of the values, with the given weights or all alike."""
    if weights is None:
        return words(values)[rng.integers(0, len(values), n)]
    steps = np.cumsum(np.asarray(weights, float))
    return words(values)[np.searchsorted(steps / steps[-1], rng.random(n), side="right")]


def words(values: Sequence[str]) -> Column:
    """Texts as a column whose entries share their text."""
    column = np.empty(len(values), dtype=object)
    column[:] = list(values)
    return column


def each(column: Column, change: Callable[[str], str]) -> Column:
    """The column with every entry changed."""
    return words([change(text) for text in column.tolist()])


def spells(rng: Rng, n: int, mean: float, least: int = 1) -> Column:
    """Lengths in days, most of them short and a few very long."""
    return (least + rng.exponential(mean, n)).astype(np.int64)


def iso(days: Column) -> Column:
    """Days as 2025-03-31; '' where there is none."""
    return _written(days, "{2}-{1}-{0}")


def uk(days: Column) -> Column:
    """Days as 31/03/2025; '' where there is none."""
    return _written(days, "{0}/{1}/{2}")


def _written(days: Column, form: str) -> Column:
    known, place = np.unique(days, return_inverse=True)
    texts = np.datetime_as_string(known.astype("datetime64[D]")).tolist()
    parts = [
        ("" if number == NO_DAY else form.format(*reversed(text.split("-"))))
        for number, text in zip(known, texts, strict=True)
    ]
    return words(parts)[place.reshape(-1)] if len(parts) else words([])


def scaled(probability: Column, share: float) -> Column:
    """The probabilities in the same proportions, with `share` as their mean; none above 0.97."""
    result = probability.astype(float)
    for _ in range(4):
        result = np.minimum(0.97, result * (share / max(float(result.mean()), 1e-9))) if len(result) else result
    return result
