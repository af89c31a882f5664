"""How far several people code the same cases alike: Krippendorff's alpha, with an interval.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): any number of coders, gaps allowed. A case may be
given a set of codes, and two sets differ by how much of them is not shared (Jaccard's distance). The interval is by
drawing cases again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_CASES = 5  # below this an interval says nothing

Coding = frozenset[str] | None  # what one person coded one case as; None: they did not


@dataclass(frozen=True, slots=True)
class CodingAgreement:
    """Alpha: 1 is perfect, 0 is what chance would give. None where nothing varies or fewer than two coded any case."""

    alpha: float | None
    low: float | None
    high: float | None
    cases: int  # coded by two people or more
    coders: int


def coding_agreement(codings: Sequence[Sequence[Coding]], *, draws: int = 2_000, seed: int = 0) -> CodingAgreement:
    """Agreement over cases: `codings[case][coder]`. The same seed gives the same interval."""
    paired = [[c for c in case if c is not None] for case in codings]
    paired = [case for case in paired if len(case) >= 2]
    coders = max((len(case) for case in codings), default=0)
    if not paired:
        return CodingAgreement(None, None, None, 0, coders)
    values = sorted({c for case in paired for c in case}, key=sorted)
    pairs = np.stack([_coincidences(case, values) for case in paired])
    distance = _distances(values)
    alpha = _alpha(pairs.sum(axis=0), distance)
    low, high = _interval(pairs, distance, draws, seed) if len(paired) >= LEAST_CASES else (None, None)
    return CodingAgreement(alpha, low, high, len(paired), coders)


def _coincidences(case: Sequence[frozenset[str]], values: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    """How often each value meets each other within a case, each coder counting once however many there are."""
    counts = np.array([case.count(value) for value in values], float)
    return (np.outer(counts, counts) - np.diag(counts)) / (len(case) - 1)


def _distances(values: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    return np.array([[1 - len(a & b) / len(a | b) if a | b else 0.0 for b in values] for a in values])


def _alpha(coincidences: NDArray[np.float64], distance: NDArray[np.float64]) -> float | None:
    totals = coincidences.sum(axis=0)
    whole = float(totals.sum())
    expected = float(totals @ distance @ totals) / (whole - 1)
    if expected == 0:
        return None
    return 1 - float((coincidences * distance).sum()) / expected


def _interval(
    pairs: NDArray[np.float64], distance: NDArray[np.float64], draws: int, seed: int
) -> tuple[float | None, float | None]:
    cases = len(pairs)
    times = np.random.default_rng(seed).multinomial(cases, np.full(cases, 1 / cases), size=draws)
    drawn = np.tensordot(times, pairs, axes=1)
    alphas = [alpha for one in drawn if (alpha := _alpha(one, distance)) is not None]
    if not alphas:
        return None, None
    low, high = np.percentile(alphas, [2.5, 97.5])
    return float(low), float(high)
