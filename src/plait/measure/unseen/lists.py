"""Who is on which lists, as counts: the only thing an estimate of the unseen rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lists:
    """How many people are on each combination of lists. `counts[h]` is for the lists whose bits are in `h`; nobody is at 0."""

    names: tuple[str, ...]
    counts: Counts

    @classmethod
    def of(cls, names: tuple[str, ...], seen: Mapping[str, int]) -> Lists:
        """From histories such as '0110', a digit a list in the order of the names, to people."""
        counts = np.zeros(1 << len(names))
        for history, people in seen.items():
            counts[sum(1 << place for place, digit in enumerate(history) if digit == "1")] += people
        return cls(names, counts)

    @classmethod
    def joined(cls, people: Places, lists: Places, names: tuple[str, ...]) -> Lists:
        """From one entry a linked person and list they are on; a person may be entered twice."""
        _, place = np.unique(people, return_inverse=True)
        history = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.int64)
        np.bitwise_or.at(history, place, 1 << lists)
        return cls(names, np.bincount(history, minlength=1 << len(names)).astype(float))

    @property
    def seen(self) -> int:
        return round(float(self.counts.sum()))

    @cached_property
    def size(self) -> Places:
        """How many lists each combination has."""
        return np.bitwise_count(np.arange(len(self.counts))).astype(np.int64)

    @property
    def on_several(self) -> int:
        """People on more than one list."""
        return round(float(self.counts[self.size > 1].sum()))

    @property
    def apart(self) -> tuple[str, ...]:
        """Lists that share nobody with any other."""
        history = np.arange(len(self.counts))
        shared = [self.counts[(history >> place & 1 == 1) & (self.size > 1)].sum() for place in range(len(self.names))]
        return tuple(name for name, people in zip(self.names, shared, strict=True) if not people)

    def without(self, place: int) -> Lists:
        """The lists but one; people on that one alone are then seen by nobody."""
        history = np.arange(len(self.counts))
        rest = history & (1 << place) - 1 | history >> place + 1 << place
        counts = np.bincount(rest, self.counts, len(self.counts) // 2).astype(float)
        counts[0] = 0.0
        return Lists(self.names[:place] + self.names[place + 1 :], counts)

    def merged(self, first: int, second: int) -> Lists:
        """The two lists as one, as when each mostly repeats the other."""
        history = np.arange(len(self.counts))
        both = history | (history >> second & 1) << first
        counts = np.bincount(both, self.counts, len(self.counts)).astype(float)
        kept = history & (1 << second) - 1 | history >> second + 1 << second
        names = list(self.names)
        names[first] = f"{names[first]} or {names.pop(second)}" if second > first else names[first]
        return Lists(tuple(names), np.bincount(kept, counts, len(counts) // 2).astype(float))

    def relinked(self, missed: float, wrong: float) -> Lists:
        """The counts there would be had no link been missed and none been wrong.

        `missed` of the links between two lists were not made, which leaves one person as two, each on fewer lists; `wrong` of
        those made join two people. Source: Ding and Fienberg (1994) for two lists; for more, roughly and in the same spirit.
        """
        return Lists(self.names, relinked(self.counts[None, :], np.array([missed]), np.array([wrong]))[0])


def relinked(counts: Counts, missed: Counts, wrong: Counts) -> Counts:
    """`Lists.relinked` for many counts at once: a row each, with its own shares."""
    lists = int(counts.shape[1]).bit_length() - 1
    found = counts.copy()
    for history in sorted(range(1, 1 << lists), key=lambda h: -h.bit_count()):
        if history.bit_count() < 2:
            continue
        people = found[:, history] * (1 - wrong)
        false = found[:, history] - people
        links = history.bit_count() - 1
        right = people / (1 - missed) ** links
        found[:, history] = right
        for place in range(lists):  # a person found whole is no longer one more on each list alone
            if history >> place & 1:
                found[:, 1 << place] += false - (right - people) * (1 if links == 1 else 1 / links)
    return np.maximum(found, 0.0)
