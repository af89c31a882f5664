"""Figures, and what was released before, to one system of cells and sums that any reader could use against us."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from math import inf
from typing import Any

import numpy as np

from plait.areas import Areas
from plait.declare import Indicator, ZoneRule, journeys
from plait.declare.disclosure import JOINED
from plait.protect.cells import Cells, Key, Tie
from plait.protect.counted import Counted
from plait.protect.places import Places, sums_of_places
from plait.protect.program import can_hold
from plait.protect.times import sums_of_times
from plait.protect.unseen import sums_over_the_unseen

_FEW = 400  # cells: a larger table is shown whole, and has nothing unseen worth the time
_PARTS_OF_A_SHARE = 3  # the count, its base, and the rest of it
_ROW = ("release", "zone", "indicator", "period", "area", "supplier", "by", "group")

Row = Mapping[str, Any]
Bounds = tuple[float, float]


@dataclass(frozen=True)
class Figures:
    """The rows of one indicator and period, and the rule they are held to."""

    indicator: Indicator
    rule: ZoneRule
    names: Counted
    rows: Sequence[Row]

    @cached_property
    def keys(self) -> list[dict[str, Key]]:
        """The cells behind each row."""
        return [keys_of(row, self.names, self.indicator.id) for row in self.rows]

    @cached_property
    def everyone(self) -> dict[tuple[str, str], tuple[Row, Key]]:
        """The row of everyone for each supplier and area, with the cell of its count."""
        both = zip(self.rows, self.keys, strict=True)
        return {(row["supplier"], row["area"]): (row, keys["count"]) for row, keys in both if not row["by"]}

    @cached_property
    def truths(self) -> list[dict[str, Bounds]]:
        """What is truly known of the count, base and rest of each row."""
        return [truths_of(row) for row in self.rows]


def keys_of(row: Row, names: Counted, indicator: str) -> dict[str, Key]:
    """The cells behind one row: its count, and its base and the rest of it where those are counts that need protection."""
    where = (row["supplier"], row["area"], row["by"], row["group"])
    period = row["period"]
    keys = {"count": Key(*where, "count", names.count, period)}
    if not names.public_base and row["base_low"] is not None:
        keys["base"] = Key(*where, "count", names.base, period)
        keys["rest"] = Key(*where, "rest", indicator, period)
    return keys


def truths_of(row: Row) -> dict[str, Bounds]:
    """What is truly known of the row's count, its base and the rest."""
    count, base = _bounds(row, "count"), _bounds(row, "base")
    return {"count": count, "base": base, "rest": (max(0.0, base[0] - count[1]), max(0.0, base[1] - count[0]))}


def _bounds(row: Row, part: str) -> Bounds:
    low, high = row[f"{part}_low"], row[f"{part}_high"]
    return 0.0 if low is None else float(low), inf if high is None else float(high)


def owner_of(row: Row) -> str:
    """The one agency whose records alone the figure rests on, which therefore knows it exactly; '' when there is none."""
    sources = row["sources"] or []
    return str(row["supplier"]) or (str(sources[0]) if len(sources) == 1 else "")


def build_cells(
    figures: Iterable[Figures],
    places: Places,
    past: Sequence[Row] = (),
    rule_of: Callable[[str], ZoneRule] | None = None,
) -> Cells:
    """Cells and ties of figures that share counts, with the earlier released figures that bear on them."""
    every = list(figures)
    for unseen in (Unseen.NO_REST, Unseen.WITH_REST):
        cells = _built(every, places, past, rule_of, unseen)
        if cells.shown.all() or can_hold(cells):
            return cells
    return _built(every, places, past, rule_of, Unseen.LEFT_OUT)


class Unseen(Enum):
    """How a reader lays what was shown over one grid: groups leave nobody out, may leave some out, or there is no such grid."""

    NO_REST = "no rest"
    WITH_REST = "with a rest"
    LEFT_OUT = "left out"


def _built(
    figures: Sequence[Figures],
    places: Places,
    past: Sequence[Row],
    rule_of: Callable[[str], ZoneRule] | None,
    unseen: Unseen,
) -> Cells:
    builder = Builder(unseen)
    for one in figures:
        builder.add_figures(one)
    if rule_of is not None:
        builder.add_past(past, rule_of)
    return builder.finish(places)


class Builder:
    """Gathers cells, then finds every sum among them; a sum that is false in truth is never used."""

    def __init__(self, unseen: Unseen) -> None:
        self._unseen = unseen
        self._number: dict[Key, int] = {}
        self._adds_up = True  # as long as every sum found is exact, once what is left over is counted
        self._key: list[Key] = []
        self._truth: list[Bounds] = []
        self._rule: list[ZoneRule] = []
        self._owner: list[str] = []
        self._shown: set[int] = set()
        self._told: dict[str, dict[int, Bounds]] = defaultdict(dict)
        self._told_by: dict[int, set[str]] = defaultdict(set)
        self._ties: dict[tuple[int, tuple[int, ...]], Tie] = {}
        self._releases: dict[str, dict[Key, int]] = defaultdict(dict)  # what each earlier release called which cell

    def add_figures(self, figures: Figures) -> None:
        for row, keys, truths in zip(figures.rows, figures.keys, figures.truths, strict=True):
            owner = owner_of(row)
            for part, key in keys.items():
                self._shown.add(self._add(key, truths[part], figures.rule, owner))
            if "rest" in keys:
                self._sum(self._number[keys["base"]], [self._number[keys["count"]], self._number[keys["rest"]]])

    def add_past(self, past: Sequence[Row], rule_of: Callable[[str], ZoneRule]) -> None:
        """Figures released before, with the sum that each share was."""
        shares: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for entry in past:
            number = self._add_line(entry, rule_of(entry["indicator"]))
            shares[tuple(entry[name] for name in _ROW)].append(number)
        for numbers in shares.values():
            if len(numbers) == _PARTS_OF_A_SHARE:
                base = max(numbers, key=lambda n: self._truth[n])
                self._sum(base, [n for n in numbers if n != base])

    def _add_line(self, entry: Row, rule: ZoneRule) -> int:
        """One figure released before, with what its readers were told; counted otherwise since, it is a cell of its own."""
        plain = Key(
            entry["supplier"], entry["area"], entry["by"], entry["group"], entry["part"], entry["what"], entry["period"]
        )
        truth = (entry["low"], entry["high"])
        number = self._number.get(plain)
        key = plain if number is None or self._truth[number] == truth else plain._replace(edition=f"{entry['release']}")
        number = self._add(key, truth, rule, entry["owner"])
        if key is not plain:
            self._changed(self._number[plain], number)
        self._releases[entry["release"]][plain] = number
        if entry["told_high"] < inf:
            self._told_by[number].add(entry["release"])
        zone, told = self._told[entry["zone"]], (entry["told_low"], entry["told_high"])
        before = zone.get(number, (0.0, inf))
        zone[number] = (max(before[0], told[0]), min(before[1], told[1]))
        return number

    def _add(self, key: Key, truth: Bounds, rule: ZoneRule, owner: str = "") -> int:
        number = self._number.get(key)
        if number is None:
            self._number[key] = number = len(self._truth)
            self._key.append(key)
            self._truth.append(truth)
            self._rule.append(rule)
            self._owner.append(owner)
            return number
        self._rule[number] = self._rule[number].joined(rule)
        if self._owner[number] != owner:
            self._owner[number] = ""
        return number

    def _changed(self, now: int, then: int) -> None:
        """A correction: what it added or took away is itself a count of people."""
        more, less = (now, then) if self._truth[now][0] >= self._truth[then][0] else (then, now)
        if self._truth[more][1] < inf and self._truth[less][1] < inf:
            key = self._key[then]._replace(part="change")
            left = self._add(
                key, (self._truth[more][0] - self._truth[less][0],) * 2, self._rule[now], self._owned(now, then)
            )
            self._put(Tie(more, (less, left)))

    def finish(self, places: Places) -> Cells:
        current = {key: i for key, i in self._number.items() if not key.edition and key.part in ("count", "rest")}
        self._sums(current, places)
        if self._adds_up and not any(key.edition and key.part == "count" for key in self._key):
            self._over_the_unseen(current, places.areas)
        for seen in self._releases.values():
            if any(self._key[i].edition for i in seen.values()):
                self._sums({**current, **seen}, places)
        keys = tuple(self._number)
        told = {zone: self._as_arrays(found) for zone, found in self._told.items()}
        shown = np.zeros(len(keys), dtype=bool)
        shown[list(self._shown)] = True
        low, high = (np.array([t[side] for t in self._truth], dtype=float) for side in (0, 1))
        return Cells(
            keys,
            low,
            high,
            tuple(self._ties.values()),
            tuple(self._rule),
            shown,
            told,
            tuple(self._owner),
            self._number,
            {number: frozenset(releases) for number, releases in self._told_by.items()},
        )

    def _over_the_unseen(self, current: Mapping[Key, int], areas: Areas) -> None:
        """Sums through cells nobody was shown, where there is something earlier to set them against or the table is small."""
        if self._unseen is Unseen.LEFT_OUT or (not self._releases and len(current) > _FEW):
            return
        for whole, parts in sums_over_the_unseen(current, areas, rest=self._unseen is Unseen.WITH_REST):
            rule = self._rule[0]
            numbers = [
                self._add(key, self._truth_of(key) or (0.0, inf), rule, self._owner_of(key)) for key in (whole, *parts)
            ]
            self._put(Tie(numbers[0], tuple(numbers[1:])))

    def _owner_of(self, key: Key) -> str:
        return self._owner[self._number[key]] if key in self._number else ""

    def _as_arrays(self, found: Mapping[int, Bounds]) -> tuple[Any, Any]:
        low, high = np.zeros(len(self._truth)), np.full(len(self._truth), inf)
        for number, bounds in found.items():
            low[number], high[number] = bounds
        return low, high

    def _sums(self, number: Mapping[Key, int], places: Places) -> None:
        """Every sum a reader could try: groups, areas, agencies and times."""
        for whole, parts in _sums_of_groups(number):
            self._sum(whole, parts, complete=len(parts) > 1)
        for whole, parts, complete in sums_of_places(number, places):
            self._sum(whole, parts, complete=complete)
        for whole, parts, remainder in sums_of_times(number):
            self._sum(whole, parts, remainder, complete=remainder is None)

    def _sum(self, whole: int, parts: Sequence[int], remainder: Key | None = None, *, complete: bool = True) -> None:
        """The truth decides which tie holds: a reader who guesses that groups do not overlap would be right.

        `complete`: a reader takes it that the parts are all there are. Where they are not, that they leave nothing over is
        something to be worked out. No tie where a part is larger than the whole: then the two do not count the same thing and
        nobody can reason from them. A part that nobody holds is in what the others leave over.
        """
        truth, (of, high) = self._truth, self._truth[whole]
        held = [i for i in parts if truth[i][1] < inf]
        if 0 < len(held) < len(parts):
            self._adds_up = False
            parts, remainder, complete = held, None, False
        least = [truth[i][0] for i in parts]
        if max(least) > high:
            self._adds_up = False
            return
        total = sum(least)
        if high != of or any(truth[i][0] != truth[i][1] for i in parts):
            self._adds_up = False
            if sum(truth[i][1] for i in parts) <= of:
                self._put(Tie(whole, tuple(parts), "at_most"))
        elif total > of:
            self._adds_up = False
            self._put(Tie(whole, tuple(parts), "overlapping"))
        elif total == of and complete:
            self._put(Tie(whole, tuple(parts)))
        else:
            self._put(Tie(whole, (*parts, self._left(whole, parts, of - total, remainder))))

    def _left(self, whole: int, parts: Sequence[int], count: float, remainder: Key | None) -> int:
        """What the parts leave over is a count of people too, though nobody shows it."""
        if remainder is not None and self._truth_of(remainder) in (None, (count, count)):
            return self._add(remainder, (count, count), self._rule[whole], self._owned(whole, *parts))
        named = self._key[whole]._replace(part="left", edition=f"{whole}-{min(parts)}-{len(parts)}")
        return self._add(named, (count, count), self._rule[whole], self._owned(whole, *parts))

    def _owned(self, *numbers: int) -> str:
        """The agency that owns all of these, and so what they leave too."""
        owners = {self._owner[number] for number in numbers}
        return owners.pop() if len(owners) == 1 else ""

    def _truth_of(self, key: Key) -> Bounds | None:
        return self._truth[self._number[key]] if key in self._number else None

    def _put(self, tie: Tie) -> None:
        self._ties.setdefault((tie.whole, tie.parts), tie)


def _sums_of_lists(number: Mapping[Key, int]) -> Iterable[tuple[int, list[int]]]:
    """Combinations of lists add up to each list they are of, and to those on as many of them."""
    wholes: dict[Key, list[int]] = defaultdict(list)
    for key, i in number.items():
        if key.by == "lists":
            of = journeys.parts(key.group)
            for by, group in (*(("list", one) for one in of), ("how_many", str(len(of)))):
                wholes[key._replace(by=by, group=group)].append(i)
    for whole, parts in wholes.items():
        if whole in number:
            yield number[whole], parts


def _partitions(parts: Mapping[str, int]) -> Iterable[tuple[str, list[int]]]:
    """Every way in which groups of one breakdown make up everyone (''), and those inside a group that stands for several."""
    joined = {value: frozenset(value.split(JOINED)) for value in parts if JOINED in value}
    yield "", [i for value, i in parts.items() if value not in joined]
    for first, of in joined.items():
        taken, covered = [first], of
        for value in parts:
            groups = joined.get(value, frozenset((value,)))
            if groups.isdisjoint(covered):
                taken.append(value)
                covered |= groups
        yield "", [parts[value] for value in taken]
        yield first, [parts[value] for value in sorted(of) if value in parts]


def _sums_of_groups(number: Mapping[Key, int]) -> Iterable[tuple[int, list[int]]]:
    """Groups to everyone, one breakdown at a time where several are crossed ('sex+age_band'); agencies to the partnership."""
    agencies: dict[Key, list[int]] = defaultdict(list)
    which: dict[tuple[Key, str], dict[str, int]] = defaultdict(dict)
    for key, i in number.items():
        dimensions, values = (key.by.split("+"), key.group.split("+")) if key.by else ([], [])
        for place, dimension in enumerate(dimensions):
            by = "+".join(d for n, d in enumerate(dimensions) if n != place)
            group = "+".join(v for n, v in enumerate(values) if n != place)
            which[key._replace(by=by, group=group), dimension][values[place]] = i
        if key.supplier:
            agencies[key._replace(supplier="")].append(i)
    for (whole, _), groups in which.items():
        for joined, inside in _partitions(groups):
            if inside and (joined or whole in number):
                yield groups[joined] if joined else number[whole], inside
    yield from _sums_of_lists(number)
    for whole, parts in agencies.items():
        if whole in number:
            yield number[whole], parts
