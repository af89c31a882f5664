"""Best pairs first, one record an agency: which records are one person. No pair joins two people whom a number keeps apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from plait.link.weights import Bits

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Numbers:
    """Lifelong numbers by record: one entry a record and number."""

    record: Bits
    token: Bits


NO_NUMBERS = Numbers(np.array([], dtype=np.int64), np.array([], dtype=np.int64))


def cluster(a: Bits, b: Bits, places: Bits, numbers: Numbers = NO_NUMBERS) -> Bits:
    """Each record's cluster, known by its first record, when the pairs (a, b) are joined in the order given.

    `places` is each record's agency. A group of pairs in which nothing clashes is joined whole: only the few others need
    the pair-by-pair walk, which would give the rest the same answer.
    """
    if not len(a):
        return np.arange(len(places))
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(places), len(places)))
    groups, label = connected_components(graph, directed=False)
    clashing = _clashing(label.astype(np.int64), groups, places, numbers)
    first = np.full(groups, len(places))
    np.minimum.at(first, label, np.arange(len(places)))
    root: Bits = np.where(clashing[label], np.arange(len(places)), first[label])
    walk = clashing[label[a]]
    if walk.any():
        _walk(a[walk], b[walk], places, numbers, root)
    return root


def same_record(a: Bits, b: Bits, rows: int) -> Bits:
    """Each row's record, known by its first row, when the rows of each pair (a, b) are of one person in one agency."""
    return cluster(a, b, np.arange(rows))


def _clashing(label: Bits, groups: int, places: Bits, numbers: Numbers) -> Flags:
    """Groups that hold two records of one agency, or two different lifelong numbers."""
    clashing = np.zeros(groups, dtype=bool)
    group, same = _neighbours(label, places)
    clashing[group[same]] = True
    group, same = _neighbours(label[numbers.record], numbers.token)
    clashing[group[~same]] = True
    return clashing


def _neighbours(group: Bits, value: Bits) -> tuple[Bits, Flags]:
    """Of entries of one group next to each other in order of value: the group, and whether their values are the same."""
    order = np.lexsort((value, group))
    group, value = group[order], value[order]
    inside = group[1:] == group[:-1]
    return group[1:][inside], (value[1:] == value[:-1])[inside]


@dataclass
class _Walk:
    """Union-find over the records of clashing groups, with each cluster's agencies as bits and its lifelong numbers."""

    parent: dict[int, int]
    agencies: dict[int, int]
    numbers: dict[int, frozenset[int]] = field(default_factory=dict)

    def find(self, record: int) -> int:
        parent = self.parent
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    def join(self, a: int, b: int) -> None:
        """The two records are one person now, unless an agency or a number keeps them apart."""
        first, second = sorted((self.find(a), self.find(b)))
        if first == second or self.agencies[first] & self.agencies[second] or self._kept_apart(first, second):
            return
        self.parent[second] = first
        self.agencies[first] |= self.agencies[second]
        if second in self.numbers:
            self.numbers[first] = self.numbers.get(first, frozenset()) | self.numbers[second]

    def _kept_apart(self, a: int, b: int) -> bool:
        ours, theirs = self.numbers.get(a), self.numbers.get(b)
        return bool(ours and theirs and ours.isdisjoint(theirs))


def _walk(a: Bits, b: Bits, places: Bits, numbers: Numbers, root: Bits) -> None:
    """`root` holds the clusters of these pairs' records, joined in order."""
    records = np.unique(np.concatenate([a, b])).tolist()
    walk = _Walk({r: r for r in records}, {r: 1 << int(places[r]) for r in records})
    wanted = np.isin(numbers.record, records)
    for record, token in zip(numbers.record[wanted].tolist(), numbers.token[wanted].tolist(), strict=True):
        walk.numbers[record] = walk.numbers.get(record, frozenset()) | {token}
    for first, second in zip(a.tolist(), b.tolist(), strict=True):
        walk.join(first, second)
    for record in records:
        root[record] = walk.find(record)
