"""From compared pairs to people, by rules that were fitted to everybody: for everybody, or for some and what touches them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from plait.link.decide import Decider, Told, merged
from plait.link.kept import Compared
from plait.link.model import Judged, Model, fitted
from plait.link.pairs import Pairs, contracted
from plait.link.quality import About, LinkQuality, Tally, chosen_cut, judging, tallied
from plait.link.weights import Bits, Flags, Weights
from plait.link.written import evidence_of


@dataclass(frozen=True)
class Rules:
    """What was fitted to everybody and stays until it is fitted anew: the model, the cut, and the number that judges."""

    model: Model
    cut: float  # no pair below it is linked
    judge: int | None  # bit of the number that is kept back; None where too few bear any

    def quality(self, tally: Tally) -> LinkQuality:
        if self.judge is None:
            return LinkQuality(expected=tally.expected())
        return LinkQuality(tally.judged(), self.model.weights.names[self.judge], tally.expected())

    def said(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"model": self.model.said(), "cut": self.cut, "judge": self.judge}

    @classmethod
    def read(cls, said: Mapping[str, Any], weights: Weights) -> Rules:
        """From what `said` gave."""
        return cls(Model.read(said["model"], weights), said["cut"], said["judge"])


@dataclass(frozen=True)
class Settled:
    """Who is one person with whom, and what that says of the worth of links."""

    root: Bits  # of each row, the first row of its person
    record: Bits  # of each row, the first row of its record
    near: Flags  # of each pair of rows, whether it can bear on who is linked with whom
    evidence: pa.Table  # with the rows, as row_a and row_b
    tally: Tally


def settled(
    found: Compared,
    weights: Weights,
    ethnic_groups: Mapping[str, str],
    rules: Rules | None = None,
    *,
    of: Flags | None = None,
    beside: Bits | None = None,
) -> tuple[Rules, Settled]:
    """The decisions by these rules, which are first fitted when none are given.

    Given only some rows and all pairs that touch them, the evidence and the tally are of those rows (`of`). Of each row beside
    them, `beside` has the agencies, as bits, that its person is known to.
    """
    records, tokens, rows = found.records, found.tokens, found.pairs
    model = rules.model if rules else fitted(rows, found.held, records, weights)
    own = records.place[rows.a] == records.place[rows.b]
    inside = model.judge(rows.where(own), found.held, inside=True)
    record, same = merged(inside, Told.of(tokens, np.arange(len(records)), weights), weights, len(records))
    between = model.judge(contracted(rows.where(~own), record), whole_of(found.held, record))
    decider = Decider(between, records, tokens, record, weights, beside)
    about = About.of(records, record, ethnic_groups)
    rules = rules or _fitted(model, decider, about)
    wanted = np.ones(len(records), dtype=bool) if of is None else of
    cluster, decided = decider.decide(rules.cut)
    blind = None if rules.judge is None else decider.blind(rules.cut)
    tally = tallied(decider, decided, cluster, about, judge=rules.judge, blind=blind, of=wanted)
    touching = wanted[inside.pairs.a] | wanted[inside.pairs.b]
    kept = [(_where(inside, touching), same[touching]), (between, decided)]
    near = np.zeros(len(rows), dtype=bool)
    near[own] = record[rows.a[own]] == record[rows.b[own]]
    near[~own] = _near_rows(
        rows.where(~own), record, between, decider.near(rules.cut, None if blind is None else rules.cut)
    )
    return rules, Settled(cluster[record], record, near, evidence_of(records, weights, kept, about), tally)


def whole_of(held: Bits, record: Bits) -> Bits:
    """The keys each record has, once rows of one person in one agency are one record."""
    whole = held.copy()
    apart = np.flatnonzero(record != np.arange(len(record)))
    np.bitwise_or.at(whole, record[apart], held[apart])
    return whole


def _fitted(model: Model, decider: Decider, about: About) -> Rules:
    judge = judging(decider)
    return Rules(model, chosen_cut(decider, about, judge), judge)


def _where(judged: Judged, wanted: Flags) -> Judged:
    return Judged(judged.pairs.where(wanted), judged.differ[wanted], judged.weight[wanted], judged.blind[wanted],
                  judged.levels[wanted])  # fmt: skip


def _near_rows(rows: Pairs, record: Bits, between: Judged, near: Flags) -> Flags:
    """Of pairs of rows, those whose records are a near pair."""
    a, b = record[rows.a], record[rows.b]
    pairs = between.pairs.a << 32 | between.pairs.b
    place = np.searchsorted(pairs, np.minimum(a, b) << 32 | np.maximum(a, b))
    found: Flags = near[np.minimum(place, max(len(near) - 1, 0))] if len(near) else np.zeros(len(a), dtype=bool)
    return found
