"""From scored pairs to people: strong numbers first, then the likeliest pairs, and a person's look at what is not clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plait.engine import Engine
from plait.link.cluster import Flags, Numbers, cluster, same_record
from plait.link.pairs import Pairs
from plait.link.quality import LEAST_PAIRS, GroupQuality, LinkQuality, judge
from plait.link.weights import Bits, KeyWeight, Scores, Weights

Words = npt.NDArray[np.str_]

STRONG, LIKELY, REVIEW, NOTHING = "strong", "likely", "review", ""
_STEP, _STEPS = 0.5, 12  # how finely and how far the cut may rise
_ENOUGH = 200  # links judged before the cut is moved
_CONTRADICTED = 8  # keys that differ while none but the number agrees


def merged(inside: Pairs, weights: Weights, people: int) -> tuple[Bits, Words]:
    """The record each row of one agency is part of, and what was decided of each pair that shares a strong number.

    Rows whose given names share nothing are two children with one child's number until somebody has looked.
    """
    same = _strong(inside, weights) & ~_names_differ(inside, weights)
    return same_record(inside.a[same], inside.b[same], people), np.where(same, STRONG, REVIEW)


@dataclass(frozen=True)
class Decider:
    """The pairs between agencies and what is needed to decide about them. Reads link_person and link_kept."""

    engine: Engine
    weights: Weights
    pairs: Pairs
    people: int

    def judged(self, ethnic_groups: Mapping[str, str]) -> tuple[float, LinkQuality]:
        """The cut in force and how good links are at it when no strong number is used, judged by one that was kept back.

        The cut is raised, never lowered, until the share of links that hold is what the weights ask for.
        """
        cut, key = self.weights.cut, self._judge()
        if key is None:
            return cut, LinkQuality()
        named = {"code": list(ethnic_groups), "group": list(ethnic_groups.values())}
        groups = pa.table({name: pa.array(values, pa.string()) for name, values in named.items()})
        for step in range(_STEPS):
            cut = self.weights.cut + step * _STEP
            found = judge(self.engine, key.kind, self._blind(cut), groups)
            if _precise_enough(found, self.weights.precision):
                break
        return cut, LinkQuality(found, key.name)

    def decide(self, cut: float) -> tuple[Bits, Words]:
        """Each record's cluster, and each pair's decision; '' for a pair that nobody need look at."""
        strong = _strong(self.pairs, self.weights)
        linkable = strong | ((self.pairs.weight >= cut) & self._alike & ~self._doubtful(self.pairs.weight, cut))
        order = _best_first(self.pairs, self.pairs.weight + 1e6 * strong, linkable)
        root = cluster(self.pairs.a[order], self.pairs.b[order], self._places, self._lifelong())
        return root, self._decisions(root, strong, cut)

    def _judge(self) -> KeyWeight | None:
        """The strong key that most pairs between agencies share, when enough do."""
        keys = [key for key in self.weights.keys if key.strong]
        shared = [int(np.count_nonzero(self.pairs.agree >> key.kind & 1)) for key in keys]
        best = int(np.argmax(shared)) if shared else 0
        return keys[best] if shared and shared[best] >= LEAST_PAIRS else None

    def _blind(self, cut: float) -> pa.Table:
        """Columns record and cluster: the linking there would be without any strong number."""
        linkable = (self.pairs.blind >= cut) & self._alike & ~self._doubtful(self.pairs.blind, cut)
        order = _best_first(self.pairs, self.pairs.blind, linkable)
        root = cluster(self.pairs.a[order], self.pairs.b[order], self._places)
        return pa.table({"record": np.arange(self.people), "cluster": root})

    @cached_property
    def _alike(self) -> Flags:
        """Pairs whose given names share something and whose dates of birth, where both have one, do too.

        Beginning alike is enough where an agency has no more than an initial.
        """
        agree, differ, weights = self.pairs.agree, self.pairs.differ, self.weights
        initials = ((agree & weights.initial_bits) != 0) & ((differ & weights.given_bits) == 0)
        names: Flags = ((agree & weights.given_bits) != 0) | initials
        births: Flags = ((agree & weights.born_bits) != 0) | ((differ & weights.born_bits) == 0)
        return names & births

    def _doubtful(self, weight: Scores, cut: float) -> Flags:
        """Pairs that fit no better than another child of the same agency does, as when twins' names were left out.

        Two rows of one child in one agency fit equally too; their telling tokens are the same, so they cast no doubt.
        """
        place = np.arange(len(self.pairs))
        edges = {"n": place, "a": self.pairs.a, "b": self.pairs.b, "w": weight}
        self.engine.register("link_edge", pa.table(edges))
        rows = self.engine.table(
            f"""WITH told AS (SELECT id, bit_xor(token) AS told FROM link_kept WHERE bit = {self.weights.telling} GROUP BY id),
            edge AS (
                SELECT n, a, b, w, p.place AS pa, q.place AS pb, coalesce(s.told, a) AS ta, coalesce(t.told, b) AS tb
                FROM link_edge JOIN link_person p ON p.id = a JOIN link_person q ON q.id = b
                LEFT JOIN told s ON s.id = a LEFT JOIN told t ON t.id = b WHERE w >= {cut})
            SELECT n FROM edge
            QUALIFY min(tb) OVER (PARTITION BY a, pb, w) <> max(tb) OVER (PARTITION BY a, pb, w)
                OR min(ta) OVER (PARTITION BY b, pa, w) <> max(ta) OVER (PARTITION BY b, pa, w)"""
        )
        doubtful: Flags = np.isin(place, rows["n"].to_numpy())
        return doubtful

    @cached_property
    def _places(self) -> Bits:
        places: Bits = self.engine.table("SELECT place FROM link_person ORDER BY id")["place"].to_numpy()
        return places

    def _lifelong(self) -> Numbers:
        """The numbers that a person has one of for life, by record."""
        kinds = list(self.weights.unchanging)
        found = self.engine.table("SELECT id, token FROM link_kept WHERE list_contains($1, bit) ORDER BY ALL", [kinds])
        return Numbers(found["id"].to_numpy(), found["token"].to_numpy())

    def _decisions(self, root: Bits, strong: Flags, cut: float) -> Words:
        """Linked pairs are strong or likely. Unlinked ones are for review when they fit and nothing fits better."""
        agencies = np.zeros(self.people, dtype=object)
        np.bitwise_or.at(agencies, root, np.array([1 << place for place in self._places.tolist()], dtype=object))
        a, b = root[self.pairs.a], root[self.pairs.b]
        taken = (agencies[a] & agencies[b]).astype(bool)
        near = self.pairs.weight >= self.weights.review
        look = near & ~taken | (self.pairs.weight >= cut) & self._alike | _shares_number(self.pairs, self.weights)
        return np.where(a == b, np.where(strong, STRONG, LIKELY), np.where(look, REVIEW, NOTHING))


def _shares_number(pairs: Pairs, weights: Weights) -> Flags:
    shared: Flags = (pairs.agree & weights.strong_bits) != 0
    return shared


def _names_differ(pairs: Pairs, weights: Weights) -> Flags:
    given = weights.given_bits
    differ: Flags = ((pairs.agree & given) == 0) & ((pairs.differ & given) != 0)
    return differ


def _strong(pairs: Pairs, weights: Weights) -> Flags:
    """Pairs that share a strong number, unless everything else contradicts it: then the number was written down wrongly."""
    others = pairs.agree & ~weights.strong_bits
    contradicted = (others == 0) & (np.bitwise_count(pairs.differ) >= _CONTRADICTED)
    strong: Flags = _shares_number(pairs, weights) & ~contradicted
    return strong


def _best_first(pairs: Pairs, weight: Scores, wanted: Flags) -> Bits:
    order = np.lexsort((pairs.b, pairs.a, -weight))
    found: Bits = order[wanted[order]]
    return found


def _precise_enough(found: tuple[GroupQuality, ...], wanted: float) -> bool:
    """True when the links hold often enough, or too few can be judged to say that they do not."""
    overall = next((g for g in found if not g.by), None)
    if overall is None or overall.precision is None or overall.linked < _ENOUGH:
        return True
    return overall.precision[0] >= 100 * wanted
