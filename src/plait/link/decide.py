"""From likely pairs to people: numbers first, then the likeliest pairs, and a person's look at what is not clear."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from plait.link.cluster import Bounds, Numbers, cluster, same_record
from plait.link.model import Judged, chances
from plait.link.records import Records, Tokens
from plait.link.weights import Bits, Flags, Scores, Weights

Decisions = npt.NDArray[np.int8]

DECISIONS = ("", "review", "likely", "strong")
NOTHING, REVIEW, LIKELY, STRONG = (np.int8(place) for place in range(4))
TWICE = 2.0  # log odds from which two rows of one agency are one person entered twice
_CONTRADICTED = 8  # keys that differ while none but the number agrees
_REST = (1, 2, 3)  # family name, birth and home among the fields
_FIRST = 1e6  # numbers before anything else


@dataclass(frozen=True)
class Told:
    """What tells two children born together apart: each record's given names with its birth, as one code, and how many.

    The code is the record itself where nothing does. Two rows of one child in one agency have the same.
    """

    code: Bits
    names: Bits

    @classmethod
    def of(cls, tokens: Tokens, record: Bits, weights: Weights) -> Told:
        rows, found = tokens.of(weights.telling_bit)
        code, names = np.zeros(len(record), dtype=np.int64), np.bincount(record[rows], minlength=len(record))
        np.bitwise_xor.at(code, record[rows], found)
        return cls(np.where(code == 0, np.arange(len(code)), code), names)

    def apart(self, a: Bits, b: Bits) -> Flags:
        """Pairs of whom each has a name that the other has not, as brothers called Mohammed Hamza and Mohammed Bilal."""
        apart: Flags = (self.names[a] > 1) & (self.names[b] > 1) & (self.code[a] != self.code[b])
        return apart


def merged(inside: Judged, told: Told, weights: Weights, rows: int) -> tuple[Bits, Decisions]:
    """The record each row of one agency is part of, and what was decided of each pair worth a look.

    Rows that share a number while their given names, or everything, differ are two children with one child's number until
    somebody has looked.
    """
    nothing = (inside.pairs.agree & ~weights.number_bits == 0) & (inside.differ & ~weights.number_bits != 0)
    alike = (inside.levels[:, 0] != _different(weights)) & ~nothing & ~told.apart(inside.pairs.a, inside.pairs.b)
    numbered = shares_number(inside, weights)
    strong = numbered & alike
    named = inside.levels[:, 0] < _different(weights)
    likely = ~numbered & alike & named & (inside.weight >= TWICE) & ~numbers_differ(inside, weights)
    same = strong | likely
    near = numbered | (alike & (inside.weight >= 0))
    decided = np.where(strong, STRONG, np.where(likely, LIKELY, np.where(near, REVIEW, NOTHING)))
    return same_record(inside.pairs.a[same], inside.pairs.b[same], rows), decided


@dataclass(frozen=True)
class Decider:
    """The pairs between agencies and what is needed to decide about them."""

    judged: Judged
    records: Records
    tokens: Tokens
    record: Bits
    weights: Weights
    beside: Bits | None = None  # agencies, as bits, that a record's person is known to besides its own, decided before

    def decide(self, cut: float) -> tuple[Bits, Decisions]:
        """Each record's cluster, and each pair's decision; nothing for a pair that nobody need look at."""
        linkable = self.strong | self._likely(self.judged.weight, cut)
        order = self._best_first(self.judged.weight + _FIRST * self.strong, linkable)
        a, b = self.judged.pairs.a[order], self.judged.pairs.b[order]
        root = cluster(a, b, Bounds(self.records.place, self._lifelong, self.records.born), self.strong[order])
        return root, self._decisions(root, cut)

    def blind(self, cut: float) -> Bits:
        """The clusters there would be without any number."""
        order = self._best_first(self.judged.blind, self._likely(self.judged.blind, cut))
        return cluster(
            self.judged.pairs.a[order], self.judged.pairs.b[order], Bounds(self.records.place, born=self.records.born)
        )

    def cut(self) -> float:
        """The lowest log odds, not below the weights' own, from which up as many links should hold as the weights ask for."""
        weight = np.sort(self.judged.weight[~self.strong & (self.judged.weight >= self.weights.cut)])[::-1]
        expected = np.cumsum(chances(weight)) / np.arange(1, len(weight) + 1)
        enough = np.flatnonzero(expected >= self.weights.precision)
        if not len(weight) or len(enough) == len(weight):
            return self.weights.cut
        return float(weight[enough[-1]]) if len(enough) else float(np.nextafter(weight[0], np.inf))

    @cached_property
    def strong(self) -> Flags:
        """Pairs that share a number, unless everything else contradicts it: then the number was written down wrongly."""
        others = self.judged.pairs.agree & ~self.weights.number_bits
        contradicted = (others == 0) & (np.bitwise_count(self.judged.differ) >= _CONTRADICTED)
        strong: Flags = shares_number(self.judged, self.weights) & ~contradicted
        return strong

    def _likely(self, weight: Scores, cut: float) -> Flags:
        """Pairs at or above the cut that no other child of either agency fits as well, as when twins' names were left out."""
        apart = self._told.apart(self.judged.pairs.a, self.judged.pairs.b)
        near = np.flatnonzero((weight >= cut) & ~self._nameless & ~apart)
        a, b, place, told = self.judged.pairs.a[near], self.judged.pairs.b[near], self.records.place, self._told.code
        torn = _torn(a, place[b], weight[near], told[b]) | _torn(b, place[a], weight[near], told[a])
        likely = np.zeros(len(weight), dtype=bool)
        likely[near[~torn]] = True
        return likely

    @cached_property
    def _told(self) -> Told:
        return Told.of(self.tokens, self.record, self.weights)

    @cached_property
    def _nameless(self) -> Flags:
        """Pairs of which nothing is known of a given name, unless family name, birth and home are all the same.

        A child not yet born or named is found by these. Twins not yet named fit each other equally, and are left alone for that.
        """
        fields = self.weights.fields
        given = self.judged.levels[:, 0] == len(fields[0].levels) + 1
        rest = [field.rough[self.judged.levels[:, n]] == 0 for n, field in enumerate(fields) if n in _REST]
        nameless: Flags = given & ~np.logical_and.reduce(rest)
        return nameless

    @cached_property
    def _lifelong(self) -> Numbers:
        """The numbers that a person has one of for life, by record."""
        found = [self.tokens.of(bit) for bit in self.weights.lifelong_bits]
        rows, tokens = (np.concatenate([f[i] for f in found] or [np.array([], dtype=np.int64)]) for i in (0, 1))
        return Numbers(self.record[rows], tokens)

    def near(self, cut: float, blind: float | None) -> Flags:
        """Pairs that can bear on who is linked with whom, with or without numbers. All others only come after."""
        near: Flags = shares_number(self.judged, self.weights) | (self.judged.weight >= cut)
        return near if blind is None else near | (self.judged.blind >= blind)

    def _best_first(self, weight: Scores, wanted: Flags) -> Bits:
        chosen = np.flatnonzero(wanted)
        order: Bits = chosen[np.argsort(-weight[chosen], kind="stable")]
        return order

    def _decisions(self, root: Bits, cut: float) -> Decisions:
        """Linked pairs are strong or likely. Unlinked ones are for review when they fit and nothing fits better."""
        linked = root[self.judged.pairs.a] == root[self.judged.pairs.b]
        look = (self.judged.weight >= self.weights.review) & ~self.taken(root) | (self.judged.weight >= cut)
        look |= shares_number(self.judged, self.weights)
        return np.where(linked, np.where(self.strong, STRONG, LIKELY), np.where(look, REVIEW, NOTHING))

    def taken(self, root: Bits) -> Flags:
        """Pairs whose people have a record in one agency both, so that they are not one person if these links hold."""
        bits = np.array(
            [1 << place for place in range(int(self.records.place.max(initial=0)) + 1)]
        )  # objects beyond 63
        agencies = np.zeros(len(root), dtype=bits.dtype)
        np.bitwise_or.at(agencies, root, bits[self.records.place])
        if self.beside is not None:
            agencies |= self.beside
        a, b = root[self.judged.pairs.a], root[self.judged.pairs.b]
        taken: Flags = (a != b) & (agencies[a] & agencies[b]).astype(bool)
        return taken


def shares_number(judged: Judged, weights: Weights) -> Flags:
    shared: Flags = (judged.pairs.agree & weights.number_bits) != 0
    return shared


def numbers_differ(judged: Judged, weights: Weights) -> Flags:
    differ: Flags = (judged.differ & weights.number_bits) != 0
    return differ


def _different(weights: Weights) -> int:
    """The level at which given names share nothing."""
    return len(weights.fields[0].levels)


def _torn(anchor: Bits, place: Bits, weight: Scores, told: Bits) -> Flags:
    """Pairs of an anchor with one agency that another of that agency's, told from it, fits equally."""
    torn = np.zeros(len(anchor), dtype=bool)
    some = _repeated(anchor * (int(place.max(initial=0)) + 1) + place)
    order = some[np.lexsort((told[some], weight[some], place[some], anchor[some]))]
    same = (anchor[order][1:] == anchor[order][:-1]) & (place[order][1:] == place[order][:-1])
    same &= weight[order][1:] == weight[order][:-1]
    run = np.concatenate([[0], np.cumsum(~same)]) if len(order) else np.array([], dtype=np.int64)
    other = same & (told[order][1:] != told[order][:-1])
    torn[order] = np.isin(run, run[1:][other])
    return torn


def _repeated(values: Bits) -> Bits:
    """The places of values that are there more than once."""
    order = np.argsort(values, kind="stable")
    same = values[order][1:] == values[order][:-1]
    found: Bits = order[np.concatenate([same, [False]]) | np.concatenate([[False], same])] if len(order) else order
    return found
