"""How likely each pair is one person: the weights of the pack, and what this partnership's own records say against them.

Two records of one agency that are alike are almost always two people, for an agency seldom enters a child twice. So how often
each kind of likeness happens within agencies tells how many false pairs of that kind there are between them: twins, brothers,
namesakes, as many as there are here. The number the weights expect is corrected by the number seen, each weighed by how much it
rests on (a Poisson count under a gamma prior). Nothing is fitted by steps, so nothing can fail to converge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from plait.link.levels import levels
from plait.link.pairs import Pairs, patterns
from plait.link.records import Records
from plait.link.weights import Bits, Scores, Weights

_NEVER, _MOST = 1e-9, 0.999  # of a kind's pairs, the least and the most that may be taken to be false
_EACH = 0.001  # what each shared token adds: enough to tell brothers both called Mohammed apart by their second names
_NOTHING_ELSE = -10.0  # log odds, but for its number, of a pair that shares a number and nothing else
_TWICE = 0.5  # false pairs of a kind within agencies that are allowed for where many are seen and none is expected
_RARER = 30.0  # how much rarer a child entered twice by one agency is than one known to two


@dataclass(frozen=True)
class Judged:
    """Pairs with their log odds: `weight` with the numbers, `blind` as if no number had been sent; `levels` a column a field."""

    pairs: Pairs
    differ: Bits
    weight: Scores
    blind: Scores
    levels: Bits


def floor(weights: Weights, records: int) -> float:
    """Log odds, before the number of records, below which a pair is never looked at.

    It moves only when the number of records passes a power of four, so that a run that adds a few need not begin again.
    """
    band = 4.0 ** np.floor(np.log(max(records, weights.least_size)) / np.log(4))
    return weights.review - 3.5 - weights.shift(band)


def considered(pairs: Pairs, held: Bits, weights: Weights, least: float) -> Pairs:
    """The pairs that may be one person, by the weights alone, or that share a number."""
    differ = held[pairs.a] & held[pairs.b] & ~pairs.agree
    agree, other, place = patterns(pairs.agree, differ)
    keep = (weights.score(levels(agree, other, weights)) >= least) | ((agree & weights.number_bits) != 0)
    return pairs.where(keep[place])


@dataclass(frozen=True)
class Model:
    """The weights as this partnership's records correct them."""

    weights: Weights
    records: int
    seen: Bits  # kinds of likeness, in order
    correction: Scores  # of each kind's log odds between agencies
    inside: Scores  # the same within an agency

    def judge(self, pairs: Pairs, held: Bits, *, inside: bool = False) -> Judged:
        """Each pair's log odds of being one person."""
        differ = held[pairs.a] & held[pairs.b] & ~pairs.agree
        agree, other, place = patterns(pairs.agree, differ)
        found = levels(agree, other, self.weights)
        blind = self.weights.score(found) + self.weights.shift(self.records)
        blind += self._corrected(kinds(found, self.weights), self.inside if inside else self.correction)
        blind = np.where(agree & ~self.weights.number_bits == 0, _NOTHING_ELSE, blind)
        weight = blind + self.weights.number_score(agree, other)
        each = _EACH * pairs.shared
        return Judged(pairs, differ, weight[place] + each, blind[place] + each, found[place])

    def said(self) -> dict[str, Any]:
        """As JSON can hold it."""
        parts = {name: getattr(self, name).tolist() for name in ("seen", "correction", "inside")}
        return {"records": self.records, **parts}

    @classmethod
    def read(cls, said: Mapping[str, Any], weights: Weights) -> Model:
        """From what `said` gave."""
        seen = np.array(said["seen"], dtype=np.int64)
        return cls(weights, said["records"], seen, np.array(said["correction"]), np.array(said["inside"]))

    def _corrected(self, found: Bits, correction: Scores) -> Scores:
        if not len(self.seen):
            return np.zeros(len(found))
        place = np.minimum(np.searchsorted(self.seen, found), len(self.seen) - 1)
        return np.where(self.seen[place] == found, correction[place], 0.0)


def fitted(pairs: Pairs, held: Bits, records: Records, weights: Weights) -> Model:
    """The model for these records: the false pairs of each kind that were expected, corrected by those seen within agencies."""
    differ = held[pairs.a] & held[pairs.b] & ~pairs.agree
    agree, other, place = patterns(pairs.agree, differ)
    found = levels(agree, other, weights)
    false = 1 / (1 + np.exp(weights.score(found) + weights.shift(len(records))))
    seen, kind = np.unique(kinds(found, weights), return_inverse=True)
    inside = records.place[pairs.a] == records.place[pairs.b]
    within = np.bincount(kind[place[inside]], minlength=len(seen)).astype(float)
    between = np.bincount(kind[place[~inside]], minlength=len(seen)).astype(float)
    expected: Scores = np.bincount(kind[place[~inside]], false[place[~inside]], len(seen)).astype(float)
    unaided: Scores = np.bincount(kind[place[inside]], false[place[inside]], len(seen)).astype(float)
    chance = expected / records.between
    return Model(
        weights, len(records), seen, _correction(between, expected, _rate(within, chance, between, expected, weights)),
        _correction(within, unaided, np.maximum(chance, np.minimum(unaided + _TWICE, unaided * _RARER))),
    )  # fmt: skip


def kinds(found: Bits, weights: Weights) -> Bits:
    """One number for each combination of levels of all fields but the last, sex, which is often not known."""
    total = np.zeros(len(found), dtype=np.int64)
    for place, field in enumerate(weights.fields[:-1]):
        total = total * len(field.words) + found[:, place]
    return total


def _rate(within: Scores, chance: Scores, between: Scores, expected: Scores, weights: Weights) -> Scores:
    """The false pairs of each kind between agencies, as corrected.

    Where most pairs of a kind are right, those within agencies may be children entered twice: they never count against it.
    """
    rate = (weights.pool + within) / (weights.pool + chance)
    likely = expected < between / 2
    corrected: Scores = np.where(likely, np.minimum(rate, 1.0), rate) * expected
    return corrected


def _correction(pairs: Scores, expected: Scores, found: Scores) -> Scores:
    """What turns the expected share of false pairs of each kind into the share found, in log odds."""
    whole = np.maximum(pairs, _NEVER)
    moved: Scores = np.where(pairs > 0, _odds(found / whole) - _odds(expected / whole), 0.0)
    return moved


def _odds(false: Scores) -> Scores:
    share = np.clip(false, _NEVER, _MOST)
    odds: Scores = np.log((1 - share) / share)
    return odds


def chances(weight: Scores) -> Scores:
    """Log odds as probabilities."""
    chance: Scores = 1 / (1 + np.exp(-weight))
    return chance
