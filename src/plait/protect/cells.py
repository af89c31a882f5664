"""The counts behind one indicator's figures for one period, as numbered cells with the sums that tie them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
import numpy.typing as npt

from plait.areas import Areas

Whole = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Key:
    """Which cell: a count, the base of a share, or the rest of that base."""

    supplier: str
    area: str
    by: str
    group: str
    part: str = "count"


@dataclass(frozen=True, slots=True)
class Tie:
    """`parts` sum to `whole`: exactly, to no more, or to no less and each to no more (groups that overlap)."""

    whole: int
    parts: tuple[int, ...]
    kind: str  # 'equal', 'at_most', 'overlapping'


@dataclass(frozen=True)
class Cells:
    """Numbered cells. `low` and `high` are what is truly known; `ties` what any reader knows of how they add up."""

    keys: tuple[Key, ...]
    low: Whole
    high: Whole
    ties: tuple[Tie, ...]
    number: Mapping[Key, int] = field(repr=False)

    @property
    def known(self) -> Mask:
        """Cells whose count is known to somebody: those that cannot be higher than infinity."""
        return np.asarray(self.high < inf)


def build_cells(rows: Sequence[Mapping[str, object]], areas: Areas, *, protect_base: bool) -> Cells:
    """Cells and ties of one indicator's rows. `protect_base` when the denominator is itself a count of people or events."""
    values: dict[Key, tuple[float, float]] = {}
    for row in rows:
        key = Key(str(row["supplier"]), str(row["area"]), str(row["by"]), str(row["group"]))
        count = _bounds(row, "count")
        values[key] = count
        if protect_base and row["base_low"] is not None:
            base = _bounds(row, "base")
            values[_part(key, "base")] = base
            values[_part(key, "rest")] = (max(0.0, base[0] - count[1]), max(0.0, base[1] - count[0]))
    keys = tuple(values)
    number = {key: i for i, key in enumerate(keys)}
    low, high = [values[k][0] for k in keys], [values[k][1] for k in keys]
    found = (_tie(whole, parts, low, high) for whole, parts in _sums(number, areas))
    ties = tuple(tie for tie in found if tie)
    return Cells(keys, np.array(low, dtype=float), np.array(high, dtype=float), ties, number)


def _bounds(row: Mapping[str, object], part: str) -> tuple[float, float]:
    low, high = row[f"{part}_low"], row[f"{part}_high"]
    return (float(low) if isinstance(low, int | float) else 0.0, float(high) if isinstance(high, int | float) else inf)


def _part(key: Key, part: str) -> Key:
    return Key(key.supplier, key.area, key.by, key.group, part)


def _tie(whole: int, parts: tuple[int, ...], low: list[float], high: list[float]) -> Tie | None:
    """The truth decides which tie holds: a reader who guesses that groups do not overlap would be right.

    None where a part is larger than the whole: then the two do not count the same thing and nobody can reason from them.
    """
    if any(low[i] > high[whole] for i in parts):
        return None
    total, of = sum(low[i] for i in parts), low[whole]
    if high[whole] != of or any(low[i] != high[i] for i in parts):
        return Tie(whole, parts, "at_most") if sum(high[i] for i in parts) <= of else None
    return Tie(whole, parts, "equal" if total == of else "at_most" if total < of else "overlapping")


def _sums(number: Mapping[Key, int], areas: Areas) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every sum a reader could try: groups to everyone, areas to the larger area, agencies to the partnership, parts to base."""
    groups: dict[tuple[Key, str], list[int]] = defaultdict(list)
    suppliers: dict[Key, list[int]] = defaultdict(list)
    within: dict[tuple[Key, str], list[int]] = defaultdict(list)
    kinds = {area.code: area.kind for area in areas.all}
    for key, i in number.items():
        if key.by:
            groups[Key(key.supplier, key.area, "", "", key.part), key.by].append(i)
        if key.supplier:
            suppliers[Key("", key.area, key.by, key.group, key.part)].append(i)
        for parent in areas[key.area].parents if key.area in areas else ():
            within[Key(key.supplier, parent, key.by, key.group, key.part), kinds[key.area]].append(i)
        if key.part == "base":
            yield i, tuple(number[_part(key, part)] for part in ("count", "rest"))
    for found in (groups, within):
        for (whole, _), parts in found.items():
            if whole in number:
                yield number[whole], tuple(parts)
    for whole, parts in suppliers.items():
        if whole in number:
            yield number[whole], tuple(parts)
