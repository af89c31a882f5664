"""The decisions of the last run, brought up to date by the same rules: only people whom a change touches are decided again.

Who is linked with whom hangs together along near pairs alone (`Decider.near`). So whoever a changed record reaches along them,
before or now, is taken out of what was decided, tally included, decided again, and put back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from plait.link.added import Added
from plait.link.kept import Compared
from plait.link.pairs import Pairs
from plait.link.settle import Rules, Settled, settled
from plait.link.standing import Standing
from plait.link.weights import Bits, Flags, Weights
from plait.link.written import numbered


@dataclass(frozen=True)
class _Stand:
    """Everybody at one time, and what was decided of them; who is new is a record and a person alone."""

    found: Compared
    near: Flags
    record: Bits
    root: Bits


@dataclass(frozen=True)
class _Part:
    """Some rows decided again, with those that share a pair with them."""

    rows: Bits  # of everybody's
    pairs: Bits  # of everybody's, by place
    of: Flags  # which of the rows it is about
    done: Settled  # numbered as in this part

    def settled_rows(self) -> Bits:
        """The rows it is about, as everybody's are numbered."""
        return self.rows[self.of]


def updated(
    last: Standing, come: Added, weights: Weights, ethnic_groups: Mapping[str, str], *, lasting: bool
) -> tuple[Settled, Bits]:
    """What deciding about everybody by the last run's rules gives, and each row's number, kept from it if they are `lasting`."""
    then = _Stand(last.found, last.near, last.record, last.root)
    now = _brought(then, come)
    near = np.flatnonzero(then.near)
    a, b = then.found.pairs.a[near], then.found.pairs.b[near]
    touched = come.again.copy()
    touched[_near_fresh(come, last.rules)] = True
    touched = _reached(touched, a, b)
    while True:
        part, beyond = _decided(now, _now(touched, come), last.rules, weights, ethnic_groups)
        if not len(beyond):
            break
        touched[_before(come)[beyond]] = True
        touched = _reached(touched, a, b)
    undone, _ = _decided(then, touched, last.rules, weights, ethnic_groups)
    tally = last.tally - undone.done.tally + part.done.tally
    whole = _put_back(now, part, replace(part.done, evidence=_evidence(last, come, touched, part), tally=tally))
    return whole, _numbers(last, come, touched, part, lasting=lasting)


def _near_fresh(come: Added, rules: Rules) -> Bits:
    """The last run's rows that a fresh row is near to, as far as the two alone can tell. Who else is, deciding shows."""
    pairs = come.found.pairs.where(come.fresh_pairs)
    pairs = Pairs(pairs.a, pairs.b, pairs.agree.astype(np.int64), pairs.shared)
    judged = rules.model.judge(pairs, come.found.held)
    near = np.maximum(judged.weight, judged.blind) >= rules.cut
    before = _before(come)[np.concatenate([pairs.a[near], pairs.b[near]])]
    theirs: Bits = before[before >= 0]
    return theirs


def _brought(then: _Stand, come: Added) -> _Stand:
    """What was decided, with rows and pairs numbered as they are now."""
    rows = np.arange(len(come.found.records))
    before = _before(come)
    stayed = before >= 0
    record, root = rows.copy(), rows.copy()
    record[stayed], root[stayed] = come.now[then.record[before[stayed]]], come.now[then.root[before[stayed]]]
    near = np.zeros(len(come.found.pairs), dtype=bool)
    old = np.ones(len(near), dtype=bool)
    old[come.fresh_pairs] = False
    near[old] = then.near[come.old_pairs]
    return _Stand(come.found, near, record, root)


def _reached(rows: Flags, a: Bits, b: Bits) -> Flags:
    """These rows and all that hang together with them along the pairs (a, b)."""
    while len(across := np.flatnonzero(rows[a] != rows[b])):
        rows[a[across]] = True
        rows[b[across]] = True
    return rows


def _now(touched: Flags, come: Added) -> Flags:
    """The rows that are to be decided about, as they are numbered now."""
    rows = come.fresh.copy()
    rows[come.now[touched & (come.now >= 0)]] = True
    return rows


def _before(come: Added) -> Bits:
    """The last run's row of each row, or -1."""
    before = np.full(len(come.found.records), -1)
    stayed = np.flatnonzero(come.now >= 0)
    before[come.now[stayed]] = stayed
    return before


def _decided(
    stand: _Stand, rows: Flags, rules: Rules, weights: Weights, ethnic_groups: Mapping[str, str]
) -> tuple[_Part, Bits]:
    """These rows decided about, and rows beside them that hang together with them after all."""
    pairs = stand.found.pairs
    touching = rows[pairs.a] | rows[pairs.b]
    beside = np.zeros(len(rows), dtype=bool)
    beside[stand.record[pairs.a[touching]]] = True
    beside[stand.record[pairs.b[touching]]] = True
    beside = beside[stand.record] & ~rows  # whole records
    touching |= stand.near & beside[pairs.a] & beside[pairs.b] & (stand.record[pairs.a] == stand.record[pairs.b])
    mine, wanted = np.flatnonzero(rows | beside), np.flatnonzero(touching)
    found, of = stand.found.part(mine, pairs.where(wanted)), rows[mine]
    _, done = settled(found, weights, ethnic_groups, rules, of=of, beside=_agencies(stand, mine, of))
    part = _Part(mine, wanted, of, done)
    across = done.near & (of[found.pairs.a] != of[found.pairs.b])
    ends = np.concatenate([found.pairs.a[across], found.pairs.b[across]])
    return part, mine[np.unique(ends[~of[ends]])]


def _agencies(stand: _Stand, mine: Bits, of: Flags) -> Bits:
    """The agencies, as bits, that the person of each row beside is known to; none for the rows that are decided."""
    place, beside = stand.found.records.place, mine[~of]
    bits = np.array([1 << n for n in range(int(place.max(initial=0)) + 1)])  # objects beyond 63
    people = np.zeros(len(place), dtype=bool)
    people[stand.root[beside]] = True
    theirs = np.flatnonzero(people[stand.root])
    first = np.flatnonzero(people)
    known = np.zeros(len(first), dtype=bits.dtype)
    np.bitwise_or.at(known, np.searchsorted(first, stand.root[theirs]), bits[place[theirs]])
    found = np.zeros(len(mine), dtype=bits.dtype)
    found[~of] = known[np.searchsorted(first, stand.root[beside])]
    return found


def _put_back(now: _Stand, part: _Part, done: Settled) -> Settled:
    """Everybody's decisions, with those of this part in place of what was decided before."""
    mine = part.settled_rows()
    root, record, near = now.root.copy(), now.record.copy(), now.near.copy()
    root[mine], record[mine] = part.rows[part.done.root[part.of]], part.rows[part.done.record[part.of]]
    near[part.pairs] = part.done.near
    return Settled(root, record, near, done.evidence, done.tally)


def _evidence(last: Standing, come: Added, touched: Flags, part: _Part) -> pa.Table:
    """The last run's evidence, less that of the rows touched, and that of this part."""
    a, b = (last.evidence[name].to_numpy() for name in ("row_a", "row_b"))
    old = _with_rows(last.evidence.filter(pa.array(~touched[a] & ~touched[b])), come.now)
    return pa.concat_tables([old, _with_rows(part.done.evidence, part.rows)]).unify_dictionaries()


def _with_rows(evidence: pa.Table, rows: Bits) -> pa.Table:
    for n, name in enumerate(("row_a", "row_b")):
        evidence = evidence.set_column(n, name, pa.array(rows[evidence[name].to_numpy()]))
    return evidence


def _numbers(last: Standing, come: Added, touched: Flags, part: _Part, *, lasting: bool) -> Bits:
    """Each row's number: that of the last run but for the people of this part, who are numbered again."""
    number = np.zeros(len(come.found.records), dtype=np.int64)
    stayed = np.flatnonzero(come.now >= 0)
    number[come.now[stayed]] = last.number[stayed]
    mine, of = part.settled_rows(), np.flatnonzero(part.of)
    number[mine] = 0
    people = last.found.records.about.select(["agency", "person"]).append_column("number", pa.array(last.number))
    before = people.filter(pa.array(touched)) if lasting else None
    cluster = np.searchsorted(of, part.done.root[of])
    number[mine] = numbered(come.found.records.part(mine), cluster, before, number)
    return number
