"""Small groups shown as one where the pack allows it and it loses less than withholding them.

Four ethnic groups of 3, 4, 2 and 6 are four marks, and often a fifth for the group beside them; as one group they are a number.
Only groups that nobody is in two of, with counts that are known: then the counts add up to that of all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plait.declare import Indicator
from plait.declare.disclosure import JOINED, OneEach
from plait.declare.indicators import Count, Overlap, Rate, Share, Within
from plait.values import State

Row = dict[str, Any]
Loss = Callable[[Sequence[Row]], float]  # how much of what these rows count would be withheld
_KNOWN = (State.EXACT, State.ZERO)


@dataclass(frozen=True)
class Combined:
    """The rows to be shown, and which groups stand in them as one: breakdown and groups."""

    rows: list[Row]
    groups: tuple[tuple[str, str], ...] = ()


def combine(
    rows: Sequence[Row],
    indicator: Indicator,
    allowed: Mapping[OneEach, Sequence[tuple[str, ...]]],
    below: int,
    loss: Loss,
) -> Combined:
    """The rows with each set of groups that the pack allows as one row, where less is then withheld. `below`: the threshold."""
    made = Combined(list(rows))
    if not isinstance(indicator.measure, Count | Rate | Share | Within | Overlap):
        return made
    for by, sets in allowed.items():
        for groups in sets:
            made = _tried(made, indicator, by, groups, below, loss)
    return made


def _tried(made: Combined, indicator: Indicator, by: str, groups: tuple[str, ...], below: int, loss: Loss) -> Combined:
    """As it was, or with these groups as one, whichever loses less."""
    inside = [row for row in made.rows if row["by"] == by and row["group"] in groups]
    if not any(0 < row["count_low"] < below for row in inside) or not _adds_up(made.rows, by, groups):
        return made
    places: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in inside:
        places[row["supplier"], row["area"]].append(row)
    others = [row for row in made.rows if row["by"] != by or row["group"] not in groups]
    rows = [*others, *(_as_one(of, indicator, groups) for of in places.values())]
    if loss(rows) >= loss(made.rows):
        return made
    return Combined(rows, (*made.groups, (by, JOINED.join(groups))))


def _adds_up(rows: Sequence[Row], by: str, groups: tuple[str, ...]) -> bool:
    """True where every place has all of these groups, each known exactly, and all groups there make up everyone."""
    everyone = {(row["supplier"], row["area"]): row for row in rows if not row["by"]}
    places: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["by"] == by:
            places[row["supplier"], row["area"]].append(row)
    return all(_makes_up(everyone.get(place), of, groups) for place, of in places.items())


def _makes_up(whole: Row | None, parts: Sequence[Row], groups: tuple[str, ...]) -> bool:
    to_join = [row for row in parts if row["group"] in groups]
    known = all(row["state"] in _KNOWN and row["base_low"] == row["base_high"] for row in to_join)
    if whole is None or len(to_join) != len(groups) or not known:
        return False
    total = sum(row["count_low"] for row in parts)
    return bool(whole["count_low"] == whole["count_high"] == total)


def _as_one(parts: Sequence[Row], indicator: Indicator, groups: tuple[str, ...]) -> Row:
    """One row for all of these groups in one place."""
    count = sum(row["count_low"] for row in parts)
    base = None if parts[0]["base_low"] is None else sum(row["base_low"] for row in parts)
    value = count if base is None else count / base * _scale(indicator) if base else 0.0
    return {
        **parts[0], "group": JOINED.join(groups), "state": (State.EXACT if count else State.ZERO).value,
        "low": value, "high": value, "count_low": count, "count_high": count, "base_low": base, "base_high": base,
        "ci_low": None, "ci_high": None, "rows": sum(row["rows"] for row in parts),
        "sources": sorted({source for row in parts for source in row["sources"] or ()}),
    }  # fmt: skip


def _scale(indicator: Indicator) -> float:
    return float(indicator.measure.per) if isinstance(indicator.measure, Rate) else 100.0
