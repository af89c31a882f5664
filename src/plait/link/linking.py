"""Coded people of all agencies in; one number a person, the evidence, and how sure it is, out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from plait.engine import Engine
from plait.link.decide import Decider, Told, merged
from plait.link.kept import Compared, added, compared
from plait.link.model import Judged, Model, fitted
from plait.link.pairs import Pairs, contracted
from plait.link.quality import About, GroupQuality, LinkQuality, expected, judged
from plait.link.records import Tables, opened
from plait.link.weights import Bits, Weights, load_weights
from plait.link.written import numbered, write_evidence, write_numbers


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
) -> Linked:
    """One number for each person in the returns, the same whatever order the returns come in.

    A pair is linked when a number agrees, or when it is likely enough and no other record of either agency fits as well; what
    falls short goes to a person for review, unlinked. `before` is the last run's numbers: people keep them. `last` is the
    folder of a run that was `resumable`: when returns were only added since, nobody else is compared again, and the result is
    the same. `ethnic_groups` gathers ethnicity codes for the quality estimate. Sources: Fellegi and Sunter (1969) for weights,
    which are in the pack's linkage folder; greedy one-to-one assignment between agencies.
    """
    weights = weights or _shipped()
    into.mkdir(parents=True, exist_ok=True)
    with opened(engine, coded, weights) as sent:
        found = added(sent, coded, weights, last) if last else None
        found = found or compared(sent, weights)
    if resumable:
        found.save(coded, weights, into)
    return _linked(found, weights, into, ethnic_groups or {}, before)


def _linked(
    found: Compared, weights: Weights, into: Path, ethnic_groups: Mapping[str, str], before: Path | None
) -> Linked:
    """Everything that follows from the pairs of rows."""
    records, tokens, rows, mine = found.records, found.tokens, found.pairs, found.held
    model = fitted(rows, mine, records, weights)
    own = records.place[rows.a] == records.place[rows.b]
    inside = model.judge(rows.where(own), mine, inside=True)
    told = Told.of(tokens, np.arange(len(records)), weights)
    record, same = merged(inside, told, weights, len(records))
    between = _between(rows.where(~own), record, mine, model)
    decider = Decider(between, records, tokens, record, weights)
    about = About.of(records, record, ethnic_groups)
    cut, quality = judged(decider, about)
    cluster, decided = decider.decide(cut)
    number = numbered(records, cluster[record], before)
    write_numbers(records, number, into / "numbers.parquet")
    write_evidence(records, number, weights, [(inside, same), (between, decided)], into / "evidence.parquet",
                   about=about)  # fmt: skip
    quality = replace(quality, expected=expected(decider, decided, cluster, about))
    return Linked(into / "numbers.parquet", into / "evidence.parquet", quality)


def _between(rows: Pairs, record: Bits, mine: Bits, model: Model) -> Judged:
    """The pairs of records of two agencies, once rows of one person in one agency are one record."""
    if np.array_equal(record, np.arange(len(record))):
        return model.judge(rows, mine)
    whole = mine.copy()
    np.bitwise_or.at(whole, record, mine)
    return model.judge(contracted(rows, record), whole)


@lru_cache(maxsize=1)
def _shipped() -> Weights:
    return load_weights()


def _group(said: Mapping[str, Any]) -> GroupQuality:
    return GroupQuality(**{**said, "precision": _limits(said["precision"]), "recall": _limits(said["recall"])})


def _limits(values: list[float] | None) -> tuple[float, float, float] | None:
    return (values[0], values[1], values[2]) if values else None
