"""Coded people of all agencies in; one number a person, the evidence, and how sure it is, out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from plait.engine import Engine
from plait.link.added import added, members
from plait.link.index import NOBODY, write_merged, written
from plait.link.kept import Compared, compared
from plait.link.model import floor
from plait.link.quality import GroupQuality, LinkQuality
from plait.link.records import Tables, opened
from plait.link.settle import Rules, Settled, settled
from plait.link.standing import Members, Standing, digests, same
from plait.link.updated import updated
from plait.link.weights import Bits, Weights, load_weights
from plait.link.written import numbered, write_evidence, write_numbers

Kept = tuple[Bits, Members, str | None]  # ids in the index, who is in which return, the key's version
_TENTH = 10


@dataclass(frozen=True, slots=True)
class Linked:
    """Who is the same person across agencies, why, and how sure that is (docs/explanation/how-it-fits.md)."""

    numbers: Path
    evidence: Path
    quality: LinkQuality

    def save(self, folder: Path) -> None:
        """Everything `load` needs is now in the folder."""
        for path in (self.numbers, self.evidence):
            if path.parent.resolve() != folder.resolve():
                shutil.copyfile(path, folder / path.name)
        (folder / "quality.json").write_text(json.dumps(asdict(self.quality)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Linked:
        """What `save` left in the folder."""
        said = json.loads((folder / "quality.json").read_text(encoding="utf-8"))
        groups, expected = (tuple(_group(g) for g in said[name]) for name in ("groups", "expected"))
        quality = LinkQuality(groups, said["judged_by"], expected)
        return cls(folder / "numbers.parquet", folder / "evidence.parquet", quality)


def link(
    engine: Engine,
    coded: Sequence[Tables],
    weights: Weights | None = None,
    into: Path = Path(),
    *,
    ethnic_groups: Mapping[str, str] | None = None,
    before: Path | None = None,
    last: Path | None = None,
    resumable: bool = False,
    compare_all: bool = False,
) -> Linked:
    """One number for each person in the returns, the same whatever order the returns come in.

    A pair is linked when a number agrees, or when it is likely enough and no other record of either agency fits as well; what
    falls short goes to a person for review, unlinked. `before` is the last run's numbers: people keep them. `last` is the
    folder of a run that was `resumable`: what was fitted to everybody then stands until a tenth as many people have come or
    gone, and only who is touched by returns that came or went is looked at again. The result is that of comparing everybody by
    the same rules, which `compare_all` does. `ethnic_groups` gathers ethnicity codes for the quality estimate. Sources: Fellegi
    and Sunter (1969) for weights, which are in the pack's linkage folder; greedy one-to-one assignment between agencies.
    """
    weights = weights or _shipped()
    into.mkdir(parents=True, exist_ok=True)
    job = _Job(engine, digests(coded), weights, into, ethnic_groups or {}, before, resumable)
    standing = Standing.load(last, weights, same(weights, job.groups)) if last else None
    if standing is None or last is None:
        return job.everybody(None)
    if compare_all:
        return job.everybody(standing.rules)
    return job.brought_up(standing, last)


@dataclass(frozen=True)
class _Job:
    """What a run was asked for."""

    engine: Engine
    sent: Mapping[str, Tables]
    weights: Weights
    into: Path
    groups: Mapping[str, str]
    before: Path | None
    resumable: bool

    def everybody(self, rules: Rules | None) -> Linked:
        """Everybody compared, by these rules unless too many have come or gone since they were fitted."""
        with opened(self.engine, list(self.sent.values()), self.weights) as sent:
            rules = rules if rules and _stands(rules, sent.count()) else None
            least = floor(self.weights, rules.model.records) if rules else None
            if not self.resumable:
                return self._decided(compared(sent, self.weights, least=least), rules, None)
            with written(self.into, "index") as index:
                found = compared(sent, self.weights, index.add, least=least)
        write_merged([], [NOBODY] * len(self.weights.kinds), self.into, "later")
        ident = np.arange(len(found.records))
        return self._decided(found, rules, (ident, members(found.records, self.sent), sent.version))

    def brought_up(self, last: Standing, kept: Path) -> Linked:
        """The last run, which is kept in a folder, with what came and went since."""
        come = added(self.engine, self.sent, self.weights, last, kept, self.into)
        if come is None:
            return self.everybody(None)
        if not _stands(last.rules, len(come.found.records)):
            if floor(self.weights, last.rules.model.records) != floor(self.weights, len(come.found.records)):
                return self.everybody(None)
            return self._decided(come.found.whole(), None, (come.ident, come.members, last.key))
        if self.before != kept / "numbers.parquet" and (self.before or last.lasting):
            return self._decided(come.found.whole(), last.rules, (come.ident, come.members, last.key))
        done, number = updated(last, come, self.weights, self.groups, lasting=self.before is not None)
        return self._finished(come.found, done, number, last.rules, (come.ident, come.members, last.key))

    def _decided(self, found: Compared, rules: Rules | None, kept: Kept | None) -> Linked:
        """Everybody decided about, by these rules or by new ones."""
        rules, done = settled(found, self.weights, self.groups, rules)
        before = pq.read_table(self.before, columns=["agency", "person", "number"]) if self.before else None
        return self._finished(found, done, numbered(found.records, done.root, before), rules, kept)

    def _finished(self, found: Compared, done: Settled, number: Bits, rules: Rules, kept: Kept | None) -> Linked:
        """What was decided, written, with what the next run may go on from."""
        numbers, evidence = self.into / "numbers.parquet", self.into / "evidence.parquet"
        write_numbers(found.records, number, numbers)
        write_evidence(done.evidence, number, evidence)
        if kept:
            ident, of, key = kept
            Standing(
                found=found, near=done.near, ident=ident, root=done.root, record=done.record, number=number, members=of,
                evidence=done.evidence, tally=done.tally, rules=rules, about=same(self.weights, self.groups), key=key,
                lasting=self.before is not None, returns=tuple(self.sent),
            ).save(self.into)  # fmt: skip
        return Linked(numbers, evidence, rules.quality(done.tally))


def _stands(rules: Rules, records: int) -> bool:
    """Whether about as many people are there as when these rules were fitted."""
    return abs(records - rules.model.records) * _TENTH <= rules.model.records


@lru_cache(maxsize=1)
def _shipped() -> Weights:
    return load_weights()


def _group(said: Mapping[str, Any]) -> GroupQuality:
    return GroupQuality(**{**said, "precision": _limits(said["precision"]), "recall": _limits(said["recall"])})


def _limits(values: list[float] | None) -> tuple[float, float, float] | None:
    return (values[0], values[1], values[2]) if values else None
