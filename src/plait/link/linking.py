"""Coded people of all agencies in; one number a person, the evidence, and how sure it is, out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from plait.engine import Engine
from plait.link import pairs as paired
from plait.link.decide import Decider, merged
from plait.link.pairs import Tables
from plait.link.quality import GroupQuality, LinkQuality
from plait.link.weights import Weights, load_weights
from plait.link.written import write_evidence, write_numbers


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
        groups = tuple(
            GroupQuality(**{**g, "precision": _limits(g["precision"]), "recall": _limits(g["recall"])})
            for g in said["groups"]
        )
        return cls(folder / "numbers.parquet", folder / "evidence.parquet", LinkQuality(groups, said["judged_by"]))


def link(
    engine: Engine,
    coded: Sequence[Tables],
    weights: Weights | None = None,
    into: Path = Path(),
    *,
    ethnic_groups: Mapping[str, str] | None = None,
) -> Linked:
    """One number for each person in the returns, the same whatever order the returns come in.

    A pair is linked when a strong number agrees, or when its keys' log odds pass the cut, its given names and its dates of
    birth share something and no other record of either agency fits as well; what falls short goes to a person for review,
    unlinked. `ethnic_groups` gathers ethnicity codes for the quality estimate. Source: Fellegi and Sunter (1969); greedy
    one-to-one assignment within agencies; weights in the pack's linkage folder.
    """
    weights = weights or _shipped()
    into.mkdir(parents=True, exist_ok=True)
    try:
        people = paired.load(engine, coded, weights)
        paired.merge(engine, np.arange(people))
        inside = paired.within_agencies(engine, weights, people)
        record, same = merged(inside, weights, people)
        paired.merge(engine, record)
        between = paired.between_agencies(engine, weights, people)
        decider = Decider(engine, weights, between, people)
        cut, quality = decider.judged(ethnic_groups or {})
        cluster, decisions = decider.decide(cut)
        write_numbers(engine, cluster[record], into / "numbers.parquet")
        write_evidence(engine, weights, [(inside, same), (between, decisions)], into / "evidence.parquet")
    finally:
        paired.tidy(engine)
    return Linked(into / "numbers.parquet", into / "evidence.parquet", quality)


@lru_cache(maxsize=1)
def _shipped() -> Weights:
    return load_weights()


def _limits(values: list[float] | None) -> tuple[float, float, float] | None:
    return (values[0], values[1], values[2]) if values else None
