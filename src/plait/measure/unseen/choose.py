"""Which lists depend on which: pairs added one at a time, or every model weighed by how well it fits.

Sources: Chan, Silverman and Vincent (2021), stepwise; Silverman, Chan and Vincent (2024), all hierarchical models by BIC.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy.special import gammainc, gammaincc

from plait.measure.unseen.fit import Fits, Flags, design, fit
from plait.measure.unseen.lists import Counts, Places

THRESHOLD = 0.02  # the chance below which a pair of lists is taken to depend on one another


def alone(lists: int, rows: int = 1) -> Flags:
    """The model in which no list depends on another, once a row."""
    return np.repeat(np.bitwise_count(np.arange(1 << lists))[None, :] <= 1, rows, axis=0)


@lru_cache(maxsize=8)
def pairs(lists: int) -> tuple[int, ...]:
    """Every two lists, as sets."""
    return tuple(1 << a | 1 << b for a, b in combinations(range(lists), 2))


def stepwise(counts: Counts) -> tuple[Flags, list[Places]]:
    """The model each row of counts comes to, and the pairs in the order in which they came, -1 for rows that were done."""
    lists = int(counts.shape[1]).bit_length() - 1
    models = alone(lists, len(counts))
    candidates = np.array(pairs(lists))
    overlap = (counts @ design(lists))[:, candidates]
    refused = np.zeros((len(counts), len(candidates)), dtype=bool)
    open_, steps = np.arange(len(counts)), []
    while len(open_):
        chance = _chance(counts[open_], models[open_], overlap[open_], candidates)
        chance[models[open_][:, candidates] | refused[open_]] = 1.0
        best = chance.argmin(axis=1)
        going = chance[np.arange(len(open_)), best] < THRESHOLD
        open_, best = open_[going], best[going]
        step = np.full(len(counts), -1)
        wider = models[open_].copy()
        wider[np.arange(len(open_)), candidates[best]] = True
        sound = fit(counts[open_], wider).sound if len(open_) else np.zeros(0, dtype=bool)
        models[open_[sound]] = wider[sound]
        refused[open_[~sound], best[~sound]] = True
        step[open_[sound]] = candidates[best[sound]]
        if sound.any():
            steps.append(step)
    return models, steps


def _chance(counts: Counts, models: Flags, overlap: Counts, candidates: Places) -> Counts:
    """How unlikely each pair's overlap is under the model so far: the smaller tail of a Poisson count."""
    lists = int(counts.shape[1]).bit_length() - 1
    mean = (fit(counts, models).expected @ design(lists))[:, candidates]
    fewer = gammaincc(overlap + 1, mean)
    more = np.where(overlap > 0, gammainc(np.maximum(overlap, 1), mean), 1.0)
    smaller: Counts = np.minimum(fewer, more)
    return smaller


@lru_cache(maxsize=4)
def hierarchical(lists: int, order: int) -> Flags:
    """Every hierarchical model with all lists and no set larger than `order`, a row each; never the saturated one."""
    layers = [frozenset(1 << place for place in range(lists)) | {0}]
    models: list[frozenset[int]] = [layers[0]]
    growing = [layers[0]]
    for size in range(2, min(order, lists - 1) + 1):
        sets = [sum(1 << p for p in chosen) for chosen in combinations(range(lists), size)]
        growing = [model | added for model in growing for added in _added(model, sets)]
        models += [model for model in growing if any(s.bit_count() == size for s in model)]
    table = np.zeros((len(set(models)), 1 << lists), dtype=bool)
    for row, model in enumerate(sorted(set(models), key=sorted)):
        table[row, list(model)] = True
    return table


def _added(model: frozenset[int], sets: list[int]) -> list[frozenset[int]]:
    """Every choice of these sets all of whose parts are in the model."""
    allowed = [s for s in sets if all(s & ~(1 << place) in model for place in range(s.bit_length()) if s >> place & 1)]
    return [frozenset(chosen) for n in range(len(allowed) + 1) for chosen in combinations(allowed, n)]


def weighed(counts: Counts, models: Flags) -> tuple[Fits, Counts]:
    """Every model fitted to one row of counts, and its share of belief by BIC; unsound models have none."""
    fits = fit(np.repeat(counts[None, :], len(models), axis=0), models)
    bic = fits.bic(counts.sum())
    belief = np.exp(-(bic - bic.min()) / 2) if np.isfinite(bic).any() else np.zeros(len(models))
    return fits, belief / max(belief.sum(), 1e-300)


def named(model: Flags, names: tuple[str, ...]) -> tuple[str, ...]:
    """The largest sets of a model, as names joined by ' and '."""
    sets = [int(s) for s in np.flatnonzero(model) if int(s).bit_count() > 1]
    whole = [s for s in sets if not any(s & t == s != t for t in sets)]
    return tuple(" and ".join(name for place, name in enumerate(names) if s >> place & 1) for s in whole)
