"""Best pairs first, one record an agency: which records are one person. No pair joins two people whom a number keeps apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from plait.link.weights import Bits, Flags

# Months between births beyond which no chain joins people: A like B and B like C does not make a child of two one of nine.
APART = 24
UNBORN = -(2**31)  # no birth is known


@dataclass(frozen=True)
class Numbers:
    """Lifelong numbers by record: one entry a record and number."""

    record: Bits
    token: Bits


NO_NUMBERS = Numbers(np.array([], dtype=np.int64), np.array([], dtype=np.int64))


@dataclass(frozen=True)
class Bounds:
    """What keeps records apart: their agency, their lifelong numbers and, along a chain, the month they were born in."""

    places: Bits
    numbers: Numbers = NO_NUMBERS
    born: Bits | None = None


def cluster(a: Bits, b: Bits, bounds: Bounds, firm: Flags | None = None) -> Bits:
    """Each record's cluster, known by its first record, when the pairs (a, b) are joined in the order given.

    `firm` pairs share a number, so births do not part them. A group of pairs in which nothing clashes is joined whole: only the
    few others need the pair-by-pair walk, which would give the rest the same answer.
    """
    rows = len(bounds.places)
    if not len(a):
        return np.arange(rows)
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(rows, rows))
    groups, label = connected_components(graph, directed=False)
    clashing = _clashing(label.astype(np.int64), groups, bounds)
    first = np.full(groups, rows)
    np.minimum.at(first, label, np.arange(rows))
    root: Bits = np.where(clashing[label], np.arange(rows), first[label])
    walk = clashing[label[a]]
    if walk.any():
        sure = np.zeros(len(a), dtype=bool) if firm is None else firm
        _walk((a[walk], b[walk], sure[walk]), bounds, root)
    return root


def same_record(a: Bits, b: Bits, rows: int) -> Bits:
    """Each row's record, known by its first row, when the rows of each pair (a, b) are of one person in one agency."""
    return cluster(a, b, Bounds(np.arange(rows)))


def _clashing(label: Bits, groups: int, bounds: Bounds) -> Flags:
    """Groups that hold two records of one agency, two different lifelong numbers, or births too far apart."""
    clashing = np.zeros(groups, dtype=bool)
    group, same = _neighbours(label, bounds.places)
    clashing[group[same]] = True
    group, same = _neighbours(label[bounds.numbers.record], bounds.numbers.token)
    clashing[group[~same]] = True
    if bounds.born is not None:
        clashing |= _span(label, groups, bounds.born) > APART
    return clashing


def _span(label: Bits, groups: int, born: Bits) -> Bits:
    known = born != UNBORN
    first, last = np.full(groups, 2**31), np.full(groups, UNBORN)
    np.minimum.at(first, label[known], born[known])
    np.maximum.at(last, label[known], born[known])
    span: Bits = last - first
    return span


def _neighbours(group: Bits, value: Bits) -> tuple[Bits, Flags]:
    """Of entries of one group next to each other in order of value: the group, and whether their values are the same."""
    order = np.lexsort((value, group))
    group, value = group[order], value[order]
    inside = group[1:] == group[:-1]
    return group[1:][inside], (value[1:] == value[:-1])[inside]


@dataclass
class _Walk:
    """Union-find over the records of clashing groups, with what keeps each cluster apart from others."""

    parent: dict[int, int]
    agencies: dict[int, int]
    born: dict[int, tuple[int, int]]
    numbers: dict[int, frozenset[int]] = field(default_factory=dict)

    def find(self, record: int) -> int:
        parent = self.parent
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    def join(self, a: int, b: int, firm: bool) -> None:
        """The two records are one person now, unless an agency, a number or a birth keeps them apart."""
        first, second = sorted((self.find(a), self.find(b)))
        if first == second or self.agencies[first] & self.agencies[second] or self._kept_apart(first, second):
            return
        if not firm and self._chained_apart(first, second):
            return
        self.parent[second] = first
        self.agencies[first] |= self.agencies[second]
        if born := [self.born[r] for r in (first, second) if r in self.born]:
            self.born[first] = min(low for low, _ in born), max(high for _, high in born)
        if second in self.numbers:
            self.numbers[first] = self.numbers.get(first, frozenset()) | self.numbers[second]

    def _kept_apart(self, a: int, b: int) -> bool:
        ours, theirs = self.numbers.get(a), self.numbers.get(b)
        return bool(ours and theirs and ours.isdisjoint(theirs))

    def _chained_apart(self, a: int, b: int) -> bool:
        """Whether joining would put births too far apart together. Two lone records may be: their own likeness was weighed."""
        alone = all(self.agencies[r].bit_count() == 1 for r in (a, b))
        ours, theirs = self.born.get(a), self.born.get(b)
        if alone or not ours or not theirs:
            return False
        return max(ours[1], theirs[1]) - min(ours[0], theirs[0]) > APART


def _walk(pairs: tuple[Bits, Bits, Flags], bounds: Bounds, root: Bits) -> None:
    """`root` holds the clusters of these pairs' records, joined in order."""
    a, b, firm = pairs
    records = np.unique(np.concatenate([a, b])).tolist()
    births = {} if bounds.born is None else {r: int(bounds.born[r]) for r in records}
    born = {r: (month, month) for r, month in births.items() if month != UNBORN}
    walk = _Walk({r: r for r in records}, {r: 1 << int(bounds.places[r]) for r in records}, born)
    wanted = np.isin(bounds.numbers.record, records)
    for record, token in zip(
        bounds.numbers.record[wanted].tolist(), bounds.numbers.token[wanted].tolist(), strict=True
    ):
        walk.numbers[record] = walk.numbers.get(record, frozenset()) | {token}
    for first, second, sure in zip(a.tolist(), b.tolist(), firm.tolist(), strict=True):
        walk.join(first, second, sure)
    for record in records:
        root[record] = walk.find(record)
