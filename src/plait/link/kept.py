"""Everybody compared with everybody, and what of that a run leaves for the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from plait.link.model import considered, floor
from plait.link.pairs import Pairs, held, shared_pairs
from plait.link.records import Records, Sent, Tokens
from plait.link.weights import Bits, Flags, Weights


@dataclass(frozen=True)
class Compared:
    """Everybody, the keys each has, the pairs worth considering, and the tokens that deciding needs."""

    records: Records
    held: Bits
    pairs: Pairs
    tokens: Tokens
    common: Bits  # tokens that too many hold

    def whole(self) -> Compared:
        """The same, with pairs as wide as deciding needs: a run is kept in half the room."""
        wide = (getattr(self.pairs, f.name).astype(np.int64, copy=False) for f in fields(Pairs))
        return replace(self, pairs=Pairs(*wide))

    def part(self, rows: Bits, pairs: Pairs) -> Compared:
        """Only these rows, which are in order, and these pairs of theirs, numbered anew."""
        place = np.full(len(self.records), -1)
        place[rows] = np.arange(len(rows))
        own = np.flatnonzero(place[self.tokens.row] >= 0)
        row = place[self.tokens.row[own]].astype(np.int32)
        tokens = Tokens(row, self.tokens.bit[own], self.tokens.token[own])
        wide = (values.astype(np.int64) for values in (pairs.agree, pairs.shared))
        mine = Pairs(place[pairs.a], place[pairs.b], *wide)
        return Compared(self.records.part(rows), self.held[rows], mine, tokens, self.common)


def compared(
    sent: Sent, weights: Weights, told: Callable[[Bits, Bits], None] | None = None, *, least: float | None = None
) -> Compared:
    """Everybody compared with everybody; pairs of log odds below `least` are left out.

    `told` hears of each kind its tokens, in order, and the rows that hold them.
    """
    records, tokens = sent.records(), sent.tokens()
    mine = held(tokens, len(records), weights)
    pairs, common = shared_pairs(tokens, weights, len(records), told)
    worth = considered(pairs, mine, weights, floor(weights, len(records)) if least is None else least)
    return Compared(records, mine, worth, tokens.where(deciding(tokens, weights, common)), common)


def deciding(tokens: Tokens, weights: Weights, common: Bits) -> Flags:
    """The tokens that deciding needs: those of numbers, and those that tell children born together apart.

    What too many hold is nobody's number.
    """
    own: Flags = (tokens.bit >= len(weights.keys)) | (tokens.bit == weights.telling_bit)
    if len(common):
        own &= (tokens.bit == weights.telling_bit) | ~np.isin(tokens.token, common)
    return own
