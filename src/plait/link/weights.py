"""How much each agreeing or differing key says, shipped in the pack and trained by bench/train_weights.py."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import Field, ValidationError

from plait.declare.item import Declared, Text
from plait.declare.load import CORE
from plait.errors import PackError

SHIPPED = CORE / "linkage" / "weights.yaml"
_DECLARED_FROM = 1000  # token kinds from here on are numbers that a pack's own people columns declare
_DECLARED_BIT = 62

Bits = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


class KeyWeight(Declared):
    """One token kind: what it adds to a pair's log odds when it agrees and when both hold it and it differs."""

    kind: int = Field(ge=1, le=60)
    name: Text
    agree: float
    differ: float
    given: bool = Field(False, description="Agreement means that the given names share something.")
    initial: bool = Field(False, description="Agreement means that the given names begin alike.")
    born: bool = Field(False, description="Agreement means that the dates of birth share something.")
    strong: bool = Field(False, description="A number that one person alone bears.")
    unchanging: bool = Field(False, description="Two different numbers are two people: they are never linked.")


class Weights(Declared):
    """Log odds of two records being one person, for a partnership of `size` records in all."""

    source: Text
    keys: tuple[KeyWeight, ...] = Field(min_length=1)
    declared: KeyWeight = Field(description="Any further number that a pack declares.")
    telling: int = Field(description="The kind of which two children born together have different tokens.")
    start: float = Field(description="Log odds before any key is looked at.")
    size: float = Field(gt=0, description="Records the log odds are for; more records make more chance agreements.")
    least_size: float = Field(gt=0, description="Fewer records than this count as this many.")
    cut: float = Field(description="Pairs from here up are linked.")
    review: float = Field(description="Pairs from here up to the cut are worth a person's look.")
    precision: float = Field(gt=0, lt=1, description="The cut rises until this share of links holds on strong numbers.")
    most_seen: int = Field(gt=1, description="A token held by more records than this says too little to be used.")

    @cached_property
    def names(self) -> dict[int, str]:
        """Bit to key name, in order of kind."""
        return {key.kind: key.name for key in self.keys} | {_DECLARED_BIT: self.declared.name}

    @cached_property
    def strong_bits(self) -> int:
        return _mask(key.kind for key in self.keys if key.strong) | 1 << _DECLARED_BIT

    @cached_property
    def given_bits(self) -> int:
        return _mask(key.kind for key in self.keys if key.given)

    @cached_property
    def initial_bits(self) -> int:
        return _mask(key.kind for key in self.keys if key.initial)

    @cached_property
    def born_bits(self) -> int:
        return _mask(key.kind for key in self.keys if key.born)

    @cached_property
    def unchanging(self) -> tuple[int, ...]:
        """Kinds of which a person has one for life."""
        return tuple(key.kind for key in self.keys if key.unchanging)

    @property
    def known_kinds(self) -> tuple[int, ...]:
        return tuple(key.kind for key in self.keys)

    def bit_sql(self, column: str) -> str:
        """SQL for the bit that a token kind has in a pattern."""
        return f"CASE WHEN {column} >= {_DECLARED_FROM} THEN {_DECLARED_BIT} ELSE {column} END"

    def score(self, agree: Bits, differ: Bits, *, records: int, strong: bool = True) -> Scores:
        """Each pattern's log odds. Without `strong`, as if the strong numbers had not been sent."""
        total = np.full(len(agree), self.start - np.log(max(records, self.least_size) / self.size))
        for bit, key in [(key.kind, key) for key in self.keys] + [(_DECLARED_BIT, self.declared)]:
            if strong or not key.strong:
                total += np.where(agree >> bit & 1, key.agree, 0.0) + np.where(differ >> bit & 1, key.differ, 0.0)
        return total


def load_weights(path: Path = SHIPPED) -> Weights:
    """The weights in a YAML file. Raises PackError when they cannot be read."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Weights.model_validate(raw)
    except (OSError, yaml.YAMLError, ValidationError):
        raise PackError(f"{path} does not hold linkage weights that Plait can read.") from None


def _mask(bits: Any) -> int:
    total = 0
    for bit in bits:
        total |= 1 << bit
    return total
