"""Pairs of records that share a token, with which keys agree and which differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import pyarrow as pa

from plait.link.records import Tokens
from plait.link.weights import Bits, Flags, Weights

_ROW_BITS = 32  # a pair is one number: the first row's above the second's
_PARTS = 4  # blocks of rows that are gathered one after the other, so that memory stays low


@dataclass(frozen=True)
class Pairs:
    """One entry a pair, in order of `a` then `b`, `a` before `b`: the keys that agree, and how many tokens they share.

    As kept from run to run they are half as wide as here (see `Compared.whole`).
    """

    a: Bits
    b: Bits
    agree: Bits
    shared: Bits

    def __len__(self) -> int:
        return len(self.a)

    def where(self, wanted: Flags | Bits) -> Pairs:
        return Pairs(*(getattr(self, part.name)[wanted] for part in fields(self)))

    def key(self) -> Bits:
        """Each pair as one number, in order."""
        key: Bits = self.a.astype(np.int64) << _ROW_BITS | self.b
        return key

    def merged(self, others: Pairs) -> tuple[Pairs, Bits]:
        """These and others, in order, and where each of the others came to stand. No pair may be in both."""
        before = np.searchsorted(self.key(), others.key())
        whole = (np.insert(getattr(self, f.name), before, getattr(others, f.name)) for f in fields(Pairs))
        return Pairs(*whole), before + np.arange(len(others))


_NONE = np.array([], dtype=np.int64)


def held(tokens: Tokens, rows: int, weights: Weights) -> Bits:
    """The keys each record has at least one token of, as bits."""
    found = np.zeros(rows, dtype=np.int64)
    for bit in range(len(weights.kinds)):
        found[tokens.row[tokens.bit == bit]] |= 1 << bit
    return found


def shared_pairs(
    tokens: Tokens, weights: Weights, rows: int, told: Callable[[Bits, Bits], None] | None = None
) -> tuple[Pairs, Bits]:
    """Every pair of records that share a token which few enough hold, and the tokens that more do, in order.

    `told` hears of each kind its tokens, in order, and the rows that hold them.
    """
    found, common = [], [_NONE]
    for bit in range(len(weights.kinds)):
        mine, held_by = in_order(*tokens.of(bit))
        if told:
            told(held_by, mine)
        mine, held_by, many = _few(mine, held_by, weights.most_seen)
        common.append(many)
        found += [(bit, pairs) for pairs in _alike(mine, held_by)]
    edges = [round(rows * n / _PARTS) << _ROW_BITS for n in range(_PARTS + 1)]
    parts = [_gathered([(bit, _between(p, low, high)) for bit, p in found]) for low, high in pairwise(edges)]
    whole = Pairs(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Pairs)))
    return whole, np.unique(np.concatenate(common))


def in_order(rows: Bits, tokens: Bits) -> tuple[Bits, Bits]:
    """Rows and tokens in order of token."""
    order = np.argsort(tokens)
    return rows[order], tokens[order]


def _few(rows: Bits, tokens: Bits, most: int) -> tuple[Bits, Bits, Bits]:
    """Rows and tokens without the tokens that too many hold; and those tokens."""
    few = _seen(tokens) <= most
    return (rows, tokens, _NONE) if few.all() else (rows[few], tokens[few], np.unique(tokens[~few]))


def _alike(rows: Bits, tokens: Bits) -> Iterator[Bits]:
    """Pairs of rows that hold the same token, the tokens being in order: each with its neighbour, then with the one after."""
    first, apart = np.arange(len(tokens)), 1
    while len(first):
        first = first[: np.searchsorted(first, len(tokens) - apart)]
        first = first[tokens[first] == tokens[first + apart]]
        x, y = rows[first], rows[first + apart]
        yield np.minimum(x, y) << _ROW_BITS | np.maximum(x, y)
        apart += 1


def same_value(rows: Bits, values: Bits) -> Bits:
    """Every pair of different rows that have the same value, each once: the first row above the second, as `a << 32 | b`."""
    order = np.argsort(values)
    found = np.unique(np.concatenate([_NONE, *_alike(rows[order], values[order])]))
    kept: Bits = found[found >> _ROW_BITS != found & (1 << _ROW_BITS) - 1]
    return kept


def _seen(tokens: Bits) -> Bits:
    """How often each of these tokens, which are in order, is there."""
    starts = np.flatnonzero(np.concatenate([[True], tokens[1:] != tokens[:-1]])) if len(tokens) else _NONE
    counts = np.diff(np.append(starts, len(tokens)))
    return np.repeat(counts, counts)


def _between(pairs: Bits, low: int, high: int) -> Bits:
    return pairs[(pairs >= low) & (pairs < high)]


def _gathered(found: list[tuple[int, Bits]]) -> Pairs:
    """One entry a pair from an entry for each token it shares."""
    pairs = np.concatenate([_NONE, *(pairs for _, pairs in found)])
    bits = np.repeat([1 << bit for bit, _ in found], [len(pairs) for _, pairs in found]).astype(np.int64)
    order = np.argsort(pairs)
    pairs = pairs[order]
    starts = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])) if len(pairs) else _NONE
    agree = np.bitwise_or.reduceat(bits[order], starts) if len(pairs) else _NONE
    shared = np.diff(np.append(starts, len(pairs)))
    pairs = pairs[starts]
    return Pairs(pairs >> _ROW_BITS, pairs & (1 << _ROW_BITS) - 1, agree, shared)


def patterns(agree: Bits, differ: Bits) -> tuple[Bits, Bits, Bits]:
    """The distinct agree and differ patterns, and the place of each pair's: a million pairs have a few thousand."""
    both = pa.array(agree << _ROW_BITS | differ).dictionary_encode()
    found = both.dictionary.to_numpy()
    return found >> _ROW_BITS, found & (1 << _ROW_BITS) - 1, both.indices.to_numpy()


def contracted(pairs: Pairs, record: Bits) -> Pairs:
    """The pairs of records when rows of one person in one agency are one record, known by its first row."""
    if not len(pairs):
        return pairs
    a, b = record[pairs.a], record[pairs.b]
    order = np.lexsort((np.maximum(a, b), np.minimum(a, b)))
    low, high = np.minimum(a, b)[order], np.maximum(a, b)[order]
    starts = np.flatnonzero(np.concatenate([[True], (low[1:] != low[:-1]) | (high[1:] != high[:-1])]))
    agree = np.bitwise_or.reduceat(pairs.agree[order], starts)
    shared = np.maximum.reduceat(pairs.shared[order], starts)
    whole = Pairs(low[starts], high[starts], agree, shared)
    return whole.where(whole.a != whole.b)
