"""Cells that nobody was shown and any reader can write down: they carry a sum from one figure that was shown to another.

Shown a half-year by district, a quarter by sex and a district by quarter, a reader lays them all over one grid: every elementary
time, by every area and its siblings, by every group and what the groups leave. Only where everything counted adds up exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, product

from plait.areas import Area, Areas
from plait.declare.disclosure import JOINED
from plait.protect.cells import Key
from plait.protect.times import period_of
from plait.values import Period

CELLS_AT_MOST = 4_000
_REST = "(the rest)"
_DAY = timedelta(days=1)

Sum = tuple[Key, tuple[Key, ...]]


@dataclass(frozen=True)
class _Grid:
    """Times, places and groups that anything of one kind was counted by, each with what it is made of."""

    times: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[tuple[str, ...], ...]]
    groups: Mapping[tuple[str, str], tuple[tuple[tuple[str, str], ...], ...]]

    @property
    def size(self) -> int:
        return len(self.times) * len(self.places) * len(self.groups)


def sums_over_the_unseen(number: Mapping[Key, int], areas: Areas, *, rest: bool) -> Iterator[Sum]:
    """Whole and parts, seen and unseen alike, of each grid that is not seen whole.

    `rest`: several groups may leave some out, and so may all the children of an area; a reader first tries that they do not.
    """
    kinds: dict[Key, list[Key]] = defaultdict(list)
    for key in number:
        if key.part == "count":
            kinds[key._replace(area="", by="", group="", period="")].append(key)
    for kind, seen in kinds.items():
        times, places = _times({k.period for k in seen}), _places({k.area for k in seen}, areas, rest)
        grid = _Grid(times, places, _groups({(k.by, k.group) for k in seen}, rest))
        if len(seen) < grid.size <= CELLS_AT_MOST:
            yield from _sums(kind, grid)


def _sums(kind: Key, grid: _Grid) -> Iterator[Sum]:
    for time, place, group in product(grid.times, grid.places, grid.groups):
        here = kind._replace(period=time, area=place, by=group[0], group=group[1])
        if inside := grid.times[time]:
            yield here, tuple(here._replace(period=one) for one in inside)
        for parts in grid.places[place]:
            yield here, tuple(here._replace(area=one) for one in parts)
        for split in grid.groups[group]:
            yield here, tuple(here._replace(by=by, group=one) for by, one in split)


def _times(labels: set[str]) -> dict[str, tuple[str, ...]]:
    """Each time with the elementary times inside it; an elementary time has none."""
    periods = {label: period for label in sorted(labels) if (period := period_of(label))}
    days = sorted({day for p in periods.values() for day in (p.start, p.end + _DAY)})
    elementary = [Period(start, end - _DAY) for start, end in pairwise(days)]
    of = {p: next((label for label, known in periods.items() if known == p), p.label) for p in elementary}
    covered = [p for p in elementary if any(q.start <= p.start and p.end <= q.end for q in periods.values())]
    found: dict[str, tuple[str, ...]] = {of[p]: () for p in covered}
    for label, whole in periods.items():
        inside = tuple(of[p] for p in covered if whole.start <= p.start and p.end <= whole.end)
        found[label] = () if len(inside) == 1 else inside
    return found | dict.fromkeys(sorted(labels - periods.keys()), ())


def _places(shown: set[str], areas: Areas, may_rest: bool) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Each area with all that lie in it of each kind that is shown there, and the rest of it."""
    found: dict[str, tuple[tuple[str, ...], ...]] = dict.fromkeys(sorted(shown), ())
    inside = {code: {a.code: a for a in areas.within(code) if a.code != code} for code in shown if code in areas}
    for code in sorted(inside):
        for line, children in _lines(code, inside):
            parts = (*children, f"{code} {line} {_REST}") if may_rest or len(children) < 2 else children
            found[code] = (*found[code], parts)
    for code, shares in _shares(inside).items():
        found[code] = (*found[code], (*shares, f"{code} shares {_REST}") if may_rest else shares)
    for one in sorted({part for splits in found.values() for parts in splits for part in parts} - found.keys()):
        found[one] = ()
    return found


def _lines(code: str, inside: Mapping[str, Mapping[str, Area]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """All areas of one kind inside this one that stand now, or that stood before, where some are shown with none between."""
    shown = inside[code].keys() & inside.keys()
    nearest = shown - {one for other in shown for one in inside[other]}
    for kind in sorted({inside[code][one].kind for one in nearest}):
        of = sorted((a for a in inside[code].values() if a.kind == kind), key=lambda area: area.code)
        now, before = tuple(a.code for a in of if not a.until), tuple(a.code for a in of if not a.since)
        yield from ((kind, now),) if now == before else ((kind, now), (f"{kind} before", before))


def _shares(inside: Mapping[str, Mapping[str, Area]]) -> dict[str, tuple[str, ...]]:
    """Of shown areas that cut across one another: each as the shares that its smallest areas make with every other."""
    parents = {parent for of in inside.values() for area in of.values() for parent in area.parents}
    held = {code: of.keys() - parents or {code} for code, of in inside.items()}
    cut = {a for a in held for b in held if held[a] & held[b] and not (held[a] <= held[b] or held[b] <= held[a])}
    across = set[str]().union(*(held[code] for code in cut))
    shares: dict[frozenset[str], set[str]] = defaultdict(set)
    for leaf in sorted(across):
        shares[frozenset(code for code, of in held.items() if leaf in of)].add(leaf)
    own = {frozenset(of): code for code, of in sorted(held.items())}
    name = {by: own.get(frozenset(of), f"{'+'.join(sorted(by))} share") for by, of in shares.items()}
    made = {
        code: tuple(sorted(name[by] for by in shares if code in by)) for code in sorted(held) if held[code] <= across
    }
    return {code: parts for code, parts in made.items() if code not in parts}


def _groups(
    shown: set[tuple[str, str]], may_rest: bool
) -> dict[tuple[str, str], tuple[tuple[tuple[str, str], ...], ...]]:
    """Everyone with each breakdown's groups, and what they leave; those crossed, or shown as one, stand as they are."""
    breakdowns: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for by, group in sorted(shown):
        if by and "+" not in by and JOINED not in group:
            breakdowns[by].append((by, group))
    splits = tuple((*g, (by, _REST)) if may_rest or len(g) < 2 else (*g,) for by, g in breakdowns.items())
    found = dict.fromkeys(sorted(shown), ()) | {one: () for split in splits for one in split}
    return {**found, ("", ""): splits}
