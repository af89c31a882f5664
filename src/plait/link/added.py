"""The comparing of the last run, brought up to date: only people of returns that came or went are compared anew.

A person who changed is read again from every return that holds them, as is whoever holds a token that has become too common or
is so no longer. All other pairs stand as they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from plait.engine import Engine
from plait.link.index import NOBODY, Ids, Index, same_index, write_merged
from plait.link.kept import Compared, deciding
from plait.link.model import considered, floor
from plait.link.pairs import Pairs, held, shared_pairs
from plait.link.records import Records, Tables, Tokens, opened
from plait.link.standing import Members, Standing
from plait.link.weights import Bits, Flags, Weights

_MOST = 4  # a part of everybody: when more than one in so many changed, all are compared


@dataclass(frozen=True)
class Added:
    """Everybody as compared now, and how that came from the last run."""

    found: Compared
    again: Flags  # rows of the last run that are gone or were read again
    now: Bits  # where each other row of the last run stands, or -1
    fresh: Flags  # rows that are new, or were read again
    fresh_pairs: Bits  # places of their pairs
    old_pairs: Bits  # the last run's places of all other pairs, in order
    ident: Bits
    members: Members
    returns: tuple[str, ...]


def added(
    engine: Engine, sent: Mapping[str, Tables], weights: Weights, last: Standing, kept: Path, into: Path
) -> Added | None:
    """What `compared` would find, from the last run, which is kept in a folder; None where too much has changed.

    The index for the next run is now in `into`.
    """
    indexes = [Index.load(kept, name) for name in ("index", "later")]
    gone = np.array([n for n, digest in enumerate(last.returns) if digest not in sent], dtype=np.int64)
    came = [sent[digest] for digest in sent if digest not in last.returns]
    theirs = _people(came)
    rows = last.found.records.rows_of(theirs)
    again = np.zeros(len(last.found.records), dtype=bool)
    again[rows[rows >= 0]] = True
    again[last.members.row[np.isin(last.members.sent, gone)]] = True
    while again.sum() + len(theirs) <= max(len(again), 1) / _MOST:
        read = _read_again(engine, sent, weights, last, again, theirs)
        if read is None:
            return None
        whole = _Whole.of(last, again, read[0])
        around, many = _around(whole, read[1], indexes, weights)
        rare = _rarer(last.found.common, whole, indexes, weights)
        turned = np.union1d(np.setdiff1d(many, last.found.common), rare)
        holders = whole.before[np.unique(around.row[np.isin(around.token, turned)])]
        holders = np.union1d(holders[holders >= 0], whole.holding(rare, indexes, weights))
        if again[holders].all():
            common = np.union1d(np.setdiff1d(last.found.common, rare), many)
            _index(whole, read[1], indexes, kept, into, anew=bool(len(gone)))
            return _joined(whole, read[1], around, common, weights, last, again, sent, came)
        again[holders] = True
    return None


@dataclass(frozen=True)
class _Whole:
    """Everybody as they are now: those who stayed as they were and those read, and who was who."""

    records: Records
    now: Bits  # where each row of the last run stands, or -1
    before: Bits  # the last run's row of each row that stayed, or -1
    read: Bits  # where each row that was read stands
    ident: Bits
    of_ident: Bits  # the row of each id, or -1

    @classmethod
    def of(cls, last: Standing, again: Flags, read: Records) -> _Whole:
        stayed = np.flatnonzero(~again)
        records, order = last.found.records.part(stayed).joined(read)
        stands = np.empty(len(order), dtype=np.int64)
        stands[order] = np.arange(len(order))
        now = np.full(len(again), -1)
        now[stayed] = stands[: len(stayed)]
        before = np.concatenate([stayed, np.full(len(read), -1)])[order]
        next_id = int(last.ident.max(initial=-1)) + 1
        ident = np.concatenate([last.ident[stayed], next_id + np.arange(len(read))])[order]
        of_ident = np.full(next_id + len(read), -1)
        of_ident[ident] = np.arange(len(order))
        return cls(records, now, before, stands[len(stayed) :], ident, of_ident)

    def live(self) -> Flags:
        """Of each id in the last run's index, whether somebody who stayed has it."""
        live: Flags = self.of_ident >= 0
        live[self.ident[self.read]] = False
        return live

    def holding(self, tokens: Bits, indexes: Sequence[Index], weights: Weights) -> Bits:
        """The last run's rows of those who stayed and hold one of these tokens."""
        if not len(tokens):
            return tokens
        rows = self.of_ident[np.concatenate([
            index.holders(bit, tokens)[0] for index in indexes for bit in range(len(weights.kinds))
        ])]  # fmt: skip
        found = self.before[rows[rows >= 0]]
        return np.unique(found[found >= 0])


def _people(sent: Sequence[Tables]) -> pa.Table:
    """Everybody in these returns, maybe more than once."""
    parts = [pq.read_table(t[name], columns=["agency", "person"]) for t in sent for name in ("persons", "tokens")]
    return pa.concat_tables(parts).group_by(["agency", "person"]).aggregate([]) if parts else _NOBODY


def _read_again(
    engine: Engine, sent: Mapping[str, Tables], weights: Weights, last: Standing, again: Flags, theirs: pa.Table
) -> tuple[Records, Tokens] | None:
    """Everybody who came or must be read again, from all returns that hold them; None when the key is another."""
    holding = np.unique(last.members.sent[again[last.members.row]])
    wanted = {last.returns[n] for n in holding} | (set(sent) - set(last.returns))
    people = last.found.records.about.select(["agency", "person"]).filter(pa.array(again))
    people = pa.table({"agency": people["agency"].cast(pa.string()), "person": people["person"]})
    people = pa.concat_tables([people, theirs.cast(people.schema)]).group_by(["agency", "person"]).aggregate([])
    with opened(engine, [sent[digest] for digest in sent if digest in wanted], weights, of=people) as found:
        other = found.version is not None and last.key is not None and found.version != last.key
        return None if other else (found.records(), found.tokens())


def _around(whole: _Whole, tokens: Tokens, indexes: Sequence[Index], weights: Weights) -> tuple[Tokens, Bits]:
    """Every token of those who were read, with everybody who holds it; and those that too many hold."""
    live, rows, bits, found = whole.live(), [whole.read[tokens.row]], [tokens.bit], [tokens.token]
    for bit in range(len(weights.kinds)):
        mine = np.unique(tokens.token[tokens.bit == bit])
        for index in indexes:
            ident, token = index.holders(bit, mine)
            stayed = live[ident]
            rows.append(whole.of_ident[ident[stayed]])
            bits.append(np.full(int(stayed.sum()), bit, dtype=np.int8))
            found.append(token[stayed])
    around = Tokens(np.concatenate(rows).astype(np.int32), np.concatenate(bits), np.concatenate(found))
    return around, _too_common(around, weights)


def _too_common(tokens: Tokens, weights: Weights) -> Bits:
    many = [
        found[counts > weights.most_seen]
        for bit in range(len(weights.kinds))
        for found, counts in [np.unique(tokens.of(bit)[1], return_counts=True)]
    ]
    return np.unique(np.concatenate(many))


def _rarer(common: Bits, whole: _Whole, indexes: Sequence[Index], weights: Weights) -> Bits:
    """Tokens that were too common and that few enough hold now, as far as those who stayed can tell."""
    if not len(common):
        return common
    live, most = whole.live(), np.zeros(len(common), dtype=np.int64)
    for bit in range(len(weights.kinds)):
        of_kind = np.zeros(len(common), dtype=np.int64)
        for index in indexes:
            ident, token = index.holders(bit, common)
            np.add.at(of_kind, np.searchsorted(common, token[live[ident]]), 1)
        most = np.maximum(most, of_kind)
    return common[most <= weights.most_seen]


def _index(whole: _Whole, tokens: Tokens, indexes: Sequence[Index], kept: Path, into: Path, *, anew: bool) -> None:
    """The index for the next run. When a return is gone nothing of it stays: then the index is written anew."""
    live = whole.live()
    base, later = indexes
    fresh: list[tuple[Ids, Bits]] = []
    for bit in range(len(base.starts) - 1):
        rows, mine = tokens.of(bit)
        fresh.append((whole.ident[whole.read[rows]].astype(np.int32), mine))
    if anew:
        write_merged([(base, live), (later, live)], fresh, into, "index")
        write_merged([], [NOBODY] * len(fresh), into, "later")
    else:
        same_index(kept, "index", into)
        write_merged([(later, live)], fresh, into, "later")


def _joined(
    whole: _Whole, tokens: Tokens, around: Tokens, common: Bits, weights: Weights, last: Standing, again: Flags,
    sent: Mapping[str, Tables], came: Sequence[Tables],
) -> Added:  # fmt: skip
    """The last run's pairs of people who are as they were, and the new pairs of the others."""
    records, now = whole.records, whole.now
    fresh = np.zeros(len(records), dtype=bool)
    fresh[whole.read] = True
    mine = np.zeros(len(records), dtype=np.int64)
    mine[now[~again]] = last.found.held[~again]
    tokens = Tokens(whole.read[tokens.row].astype(np.int32), tokens.bit, tokens.token)
    mine[whole.read] = held(tokens, len(records), weights)[whole.read]
    pairs, _ = shared_pairs(around, weights, len(records))
    pairs = pairs.where(fresh[pairs.a] | fresh[pairs.b])
    pairs = considered(pairs, mine, weights, floor(weights, last.rules.model.records))
    was = last.found.pairs
    stayed = np.flatnonzero(~again[was.a] & ~again[was.b])
    narrow: npt.NDArray[Any] = now.astype(np.int32)
    old = Pairs(narrow[was.a[stayed]], narrow[was.b[stayed]], was.agree[stayed], was.shared[stayed])
    both, places = old.merged(pairs)
    own = last.found.tokens
    kept = np.flatnonzero(~again[own.row])
    also = tokens.where(deciding(tokens, weights, common))
    deciding_now = Tokens(
        np.concatenate([now[own.row[kept]].astype(np.int32), also.row]), np.concatenate([own.bit[kept], also.bit]),
        np.concatenate([own.token[kept], also.token]),
    )  # fmt: skip
    return Added(
        found=Compared(records, mine, both, deciding_now, common), again=again, now=now, fresh=fresh, fresh_pairs=places,
        old_pairs=stayed, ident=whole.ident, members=_members(whole, last, again, sent, came), returns=tuple(sent),
    )  # fmt: skip


def _members(
    whole: _Whole, last: Standing, again: Flags, sent: Mapping[str, Tables], came: Sequence[Tables]
) -> Members:
    """Who is in which return now."""
    where = whole.now.copy()
    read = np.flatnonzero(again)
    where[read] = whole.records.rows_of(last.found.records.about.select(["agency", "person"]).take(pa.array(read)))
    place = {digest: n for n, digest in enumerate(sent)}
    moved = np.array([place.get(digest, -1) for digest in last.returns], dtype=np.int64)
    here = moved[last.members.sent] >= 0
    found = [Members(moved[last.members.sent[here]], where[last.members.row[here]])]
    for digest, n in place.items():
        if any(sent[digest] is one for one in came):
            rows = whole.records.rows_of(_people([sent[digest]]))
            found.append(Members(np.full(int((rows >= 0).sum()), n), rows[rows >= 0]))
    return Members(np.concatenate([m.sent for m in found]), np.concatenate([m.row for m in found]))


def members(records: Records, sent: Mapping[str, Tables]) -> Members:
    """Who is in which return."""
    found = [records.rows_of(_people([tables])) for tables in sent.values()]
    found = [rows[rows >= 0] for rows in found]
    none = [np.array([], dtype=np.int64)]
    return Members(np.repeat(np.arange(len(found)), [len(rows) for rows in found]), np.concatenate(found or none))


_NOBODY = pa.table({"agency": pa.array([], pa.string()), "person": pa.array([], pa.int64())})
