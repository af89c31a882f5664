"""Sums of areas: children to the area they lie in, and areas of another footprint or boundary that lie wholly inside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from plait.areas import Area, Areas
from plait.protect.cells import Key

_BEFORE = " before"

Above = Mapping[
    str, list[tuple[str, str]]
]  # each area, to the areas that hold it and the line of areas it stands in there
Inside = Mapping[str, list[str]]


@dataclass(frozen=True)
class Places:
    """Which areas lie in which: by what is declared, and by the smallest areas that two of them share."""

    areas: Areas
    _among: dict[frozenset[str], tuple[Above, Inside]] = field(default_factory=dict)
    _make_up: dict[tuple[str, frozenset[str], str], bool] = field(default_factory=dict)

    def among(self, shown: frozenset[str]) -> tuple[Above, Inside]:
        """For each of these areas, the nearest that hold it by what is declared, and those that hold it by smallest areas."""
        if shown not in self._among:
            inside: dict[str, list[str]] = defaultdict(list)
            for whole, part in self.inside(shown):
                inside[part].append(whole)
            self._among[shown] = {code: list(self.above(code, shown)) for code in shown}, inside
        return self._among[shown]

    def above(self, code: str, shown: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Each nearest shown area that holds this one, with the kind and edition of its child on the way."""
        edge, seen = [(code, code)] if code in self.areas else [], set()
        while edge:
            child, at = edge.pop()
            for parent in self.areas[at].parents if at in self.areas else ():
                step = at
                if parent in shown and (parent, step) not in seen:
                    seen.add((parent, step))
                    for kind in _lines(self.areas[step]):
                        yield parent, kind
                elif parent not in shown:
                    edge.append((child, parent))

    @cached_property
    def leaves(self) -> Mapping[str, frozenset[str]]:
        """Each area's smallest areas; areas that hold none are left out."""
        has_children = {parent for area in self.areas.all for parent in area.parents}
        found: dict[str, set[str]] = defaultdict(set)
        for area in self.areas.all:
            if area.code in has_children:
                continue
            edge = list(area.parents)
            while edge:
                parent = edge.pop()
                if area.code not in found[parent]:
                    found[parent].add(area.code)
                    edge += self.areas[parent].parents if parent in self.areas else ()
        return {code: frozenset(inside) for code, inside in found.items()}

    def inside(self, shown: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Pairs of shown areas of which the first holds the second, though neither is declared to lie in the other."""
        around: dict[str, list[str]] = defaultdict(list)
        for code in sorted(shown & self.leaves.keys()):
            around[min(self.leaves[code])].append(code)
            for leaf in self.leaves[code] - {min(self.leaves[code])}:
                around[leaf].append(code)
        pairs = {(a, b) for codes in around.values() for a in codes for b in codes if a != b}
        for whole, part in sorted(pairs):
            inside, same = self.leaves[part] <= self.leaves[whole], self.leaves[part] == self.leaves[whole]
            if inside and (part > whole or not same) and not self._declared(part, whole):
                yield whole, part

    def make_up(self, whole: str, parts: frozenset[str], line: str) -> bool:
        """True when the parts, of one kind and time, leave no smallest area of the whole out."""
        asked = (whole, parts, line)
        if asked not in self._make_up:
            before = line.endswith(_BEFORE)
            gone = (a.code for a in self.areas.all if (a.since if before else a.until))
            held = frozenset[str]().union(*(self.leaves.get(part, {part}) for part in parts))
            self._make_up[asked] = self.leaves.get(whole, frozenset()).difference(gone) <= held
        return self._make_up[asked]

    def _declared(self, part: str, whole: str) -> bool:
        edge = [part]
        while edge:
            at = edge.pop()
            if at == whole:
                return True
            edge += self.areas[at].parents if at in self.areas else ()
        return False


def _lines(area: Area) -> tuple[str, ...]:
    """Areas of one kind that stand at one time make one whole: those still standing, and those of before."""
    if area.until:
        return (area.kind + _BEFORE,)
    return (area.kind,) if area.since else (area.kind, area.kind + _BEFORE)


def sums_of_places(number: Mapping[Key, int], places: Places) -> Iterator[tuple[int, list[int], bool]]:
    """Whole and parts, as numbers of cells, for every area that is made of others or holds another; and whether they are all."""
    above, inside = places.among(frozenset(key.area for key in number))
    within: dict[tuple[Key, str], dict[int, str]] = defaultdict(dict)
    for key, i in number.items():
        for parent, line in above[key.area]:
            within[key._replace(area=parent), line][i] = key.area
        for whole in inside.get(key.area, ()):
            larger = number.get(key._replace(area=whole))
            if larger is not None:
                yield larger, [i], places.leaves[key.area] == places.leaves[whole]
    for (larger_key, line), parts in within.items():
        if larger_key in number:
            complete = places.make_up(larger_key.area, frozenset(parts.values()), line)
            yield number[larger_key], sorted(parts), complete
