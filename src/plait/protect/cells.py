"""The counts behind figures, as numbered cells with the sums that tie them together, in this release and in earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from plait.declare import ZoneRule

Whole = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

AGENCIES, PUBLIC = "partnership", "public"


class Key(NamedTuple):
    """Which count: of what, when, where, in whose eyes, in which group. `part` and `edition` part what only looks the same."""

    supplier: str
    area: str
    by: str = ""
    group: str = ""
    part: str = (
        "count"  # 'count'; 'rest', a base less its count; 'left', what a sum leaves over; 'change', by a correction
    )
    what: str = ""
    period: str = ""
    edition: str = ""  # '' as last counted; else the release that counted it otherwise


@dataclass(frozen=True, slots=True)
class Tie:
    """`parts` sum to `whole`: exactly, to no more, or to no less and each to no more (groups that overlap)."""

    whole: int
    parts: tuple[int, ...]
    kind: str = "equal"  # 'equal', 'at_most', 'overlapping'


@dataclass(frozen=True)
class Cells:
    """Numbered cells. `low` and `high` are what is truly known; `ties` what any reader knows of how they add up."""

    keys: tuple[Key, ...]
    low: Whole
    high: Whole
    ties: tuple[Tie, ...]
    rules: tuple[ZoneRule, ...]
    shown: Mask  # cells of this release; others were released before, or are only worked out
    told: Mapping[str, tuple[Whole, Whole]] = field(repr=False)  # zone: bounds that its readers have already
    owners: tuple[str, ...] = field(default=(), repr=False)  # the agency whose cases alone a cell holds, or ''
    number: Mapping[Key, int] = field(default_factory=dict, repr=False)
    told_by: Mapping[int, frozenset[str]] = field(
        default_factory=dict, repr=False
    )  # earlier releases that showed a number
    _of_rules: dict[str, Whole] = field(default_factory=dict, repr=False)

    @property
    def known(self) -> Mask:
        """Cells whose count is known to somebody: those that cannot be higher than infinity."""
        return np.asarray(self.high < inf)

    def of_rules(self, name: str) -> Whole:
        """One setting of each cell's rule."""
        if name not in self._of_rules:
            few, which = self._few_rules
            self._of_rules[name] = np.array([getattr(rule, name) for rule in few], dtype=float)[which]
        return self._of_rules[name]

    @cached_property
    def _few_rules(self) -> tuple[list[ZoneRule], Numbers]:
        """The different rules, and which of them each cell has: few rules, many cells."""
        few = {id(rule): rule for rule in self.rules}
        place = {one: i for i, one in enumerate(few)}
        return list(few.values()), np.array([place[id(rule)] for rule in self.rules], dtype=np.int64)

    @classmethod
    def plain(cls, values: Whole, ties: tuple[Tie, ...], rule: ZoneRule) -> Cells:
        """Cells of one table of whole counts, all under one rule and all to be shown."""
        keys = tuple(Key("", str(i)) for i in range(len(values)))
        return cls(
            keys, values, values, ties, (rule,) * len(keys), np.ones(len(keys), dtype=bool), {}, ("",) * len(keys)
        )
