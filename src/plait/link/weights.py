"""How much each agreement says: shipped in the pack, trained by bench/train_weights.py, read and reviewed as a file."""

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
DECLARED_FROM = 1000  # token kinds from here on are numbers that a pack's own people columns declare

Bits = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
Table = tuple[tuple[float, ...], ...]


class KeyUse(Declared):
    """One token kind that linking uses: two to four fields hashed together."""

    kind: int = Field(ge=1, lt=DECLARED_FROM)
    name: Text


class Number(Declared):
    """A number that one person alone bears."""

    kind: int = Field(ge=1)
    name: Text
    agree: float = Field(ge=0)
    differ: float = Field(le=0)
    lifelong: bool = Field(False, description="Two different numbers are two people: they are never linked.")


class Level(Declared):
    """One way in which a field of two records can be alike; `part` is the part of it that must agree."""

    part: Text
    words: Text
    weight: float
    like: int = Field(ge=0, le=1, description="0 as good as the same, 1 alike.")


class Compared(Declared):
    """One field of two records compared: its levels from the closest down, then different, then not known."""

    id: Text
    levels: tuple[Level, ...] = Field(min_length=1)
    different: float
    different_words: Text
    unknown: float
    unknown_words: Text

    @property
    def words(self) -> tuple[str, ...]:
        return (*(level.words for level in self.levels), self.different_words, self.unknown_words)

    @cached_property
    def weights(self) -> Scores:
        return np.array([*(level.weight for level in self.levels), self.different, self.unknown])

    @cached_property
    def rough(self) -> Bits:
        """Each level as one of four: the same 0, alike 1, different 2, not known 3."""
        return np.array([*(level.like for level in self.levels), 2, 3])


class Together(Declared):
    """What two fields say beyond what each says alone, by how alike each is: brothers share a home and a name."""

    first: Text
    second: Text
    weights: Table


class Weights(Declared):
    """Log odds of two records being one person, for a partnership of `size` records in all."""

    source: Text
    keys: tuple[KeyUse, ...] = Field(min_length=1, max_length=24)
    numbers: tuple[Number, ...]
    declared: Number = Field(description="Any further number that a pack declares.")
    fields: tuple[Compared, ...]
    together: tuple[Together, ...]
    telling: int = Field(description="The kind of which two children born together have different tokens.")
    start: float = Field(description="Log odds before any field is looked at.")
    size: float = Field(gt=0, description="Records the log odds are for; more records make more chance agreements.")
    least_size: float = Field(gt=0, description="Fewer records than this count as this many.")
    cut: float = Field(description="No pair below this is linked.")
    precision: float = Field(gt=0, lt=1, description="The cut rises until this share of links is expected to hold.")
    review: float = Field(description="Pairs from here up to the cut are worth a person's look.")
    pool: float = Field(
        gt=0, description="False pairs of a kind that must be seen here to weigh as much as the weights do."
    )
    most_seen: int = Field(gt=1, description="A token held by more records than this says too little to be used.")

    @cached_property
    def all_numbers(self) -> tuple[Number, ...]:
        return (*self.numbers, self.declared)

    @cached_property
    def kinds(self) -> tuple[int, ...]:
        """The token kinds used, in order of their bits; the numbers come last."""
        return (*(key.kind for key in self.keys), *(number.kind for number in self.all_numbers))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Bit to key name."""
        return (*(key.name for key in self.keys), *(number.name for number in self.all_numbers))

    @cached_property
    def number_bits(self) -> int:
        return sum(1 << bit for bit in range(len(self.keys), len(self.kinds)))

    @cached_property
    def lifelong_bits(self) -> tuple[int, ...]:
        return tuple(len(self.keys) + i for i, number in enumerate(self.all_numbers) if number.lifelong)

    @property
    def telling_bit(self) -> int:
        return self.kinds.index(self.telling)

    def shift(self, records: float) -> float:
        """What the number of records adds to the log odds of every pair."""
        return float(-np.log(max(records, self.least_size) / self.size))

    def score(self, levels: Bits) -> Scores:
        """Log odds of each row of levels, one column a field, before numbers and the number of records."""
        total = np.full(len(levels), self.start)
        rough = {}
        for place, field in enumerate(self.fields):
            total += field.weights[levels[:, place]]
            rough[field.id] = field.rough[levels[:, place]]
        for pair in self.together:
            total += np.array(pair.weights)[rough[pair.first], rough[pair.second]]
        return total

    def number_score(self, agree: Bits, differ: Bits) -> Scores:
        """What the numbers add to each pair's log odds."""
        total = np.zeros(len(agree))
        for bit, number in enumerate(self.all_numbers, len(self.keys)):
            total += np.where(agree >> bit & 1, number.agree, 0.0) + np.where(differ >> bit & 1, number.differ, 0.0)
        return total


def load_weights(path: Path = SHIPPED) -> Weights:
    """The weights in a YAML file. Raises PackError when they cannot be read."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Weights.model_validate(raw)
    except (OSError, yaml.YAMLError, ValidationError):
        raise PackError(f"{path} does not hold linkage weights that Plait can read.") from None
