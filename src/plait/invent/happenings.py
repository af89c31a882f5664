"""Things that happened to people, in our own codes, before an agency puts them in its words."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, words
from plait.invent.records import Records
from plait.invent.world import World


@dataclass(frozen=True)
class Happenings:
    """One entry of each column a thing. `person` is -1 where it is about a place; `record` is set once filed."""

    person: Column
    type: Column
    start: Column
    end: Column
    detail: Column
    outcome: Column
    role: Column
    harms: Column
    place: Column
    record: Column

    @classmethod
    def make(cls, person: Column, kind: Column, start: Column, *, end: Column | None = None, **columns: Column) -> Self:
        """Things with what is known of each; what is not given is empty."""
        n = len(person)
        named = {
            name: columns.get(name, np.full(n, "")).astype(object)
            for name in ("detail", "outcome", "role", "harms", "place")
        }
        last = np.full(n, NO_DAY) if end is None else end
        return cls(person=person, type=kind.astype(object), start=start, end=last, record=np.full(n, -1), **named)

    def __len__(self) -> int:
        return len(self.person)

    def rows(self, where: Column) -> "Happenings":
        """Those at these positions, or where true."""
        return Happenings(**{name: getattr(self, name)[where] for name in self.__dataclass_fields__})

    def filed(self, rng: Rng, records: Records) -> "Happenings":
        """The same things in order of day, each with the record it was filed under (-1 for none)."""
        record = np.where(self.person >= 0, records.of(rng, np.maximum(self.person, 0)), -1)
        order = np.lexsort((record, self.start))
        return replace(self, record=record).rows(order)

    def references(self, rng: Rng, letters: str) -> Column:
        """A reference for each."""
        numbers = 100_000 + rng.permutation(max(3 * len(self), 1))[: len(self)]
        return words([f"{letters}{number}" for number in numbers.tolist()])


def joined(*several: Happenings) -> Happenings:
    """All of them together."""
    return Happenings(
        **{name: np.concatenate([getattr(one, name) for one in several]) for name in Happenings.__dataclass_fields__}
    )


def active_days(
    rng: Rng, world: World, known: Column, rate: Column, *, from_age: float, to_age: float = 30, least: int = 0
) -> tuple[Column, Column]:
    """People and days: `least` things a person and about `rate` more, most of them, for those harmed, while it lasts."""
    people, harm = world.people, world.harm
    low = np.maximum(world.start, people.born + int(from_age * YEAR))
    high = np.minimum(world.end, people.born + int(to_age * YEAR))
    who = np.flatnonzero(known & (low < high - 10))
    person = np.repeat(who, least + rng.poisson(rate[who]))
    near = harm.harmed[person] & chance(rng, 0.7, len(person))
    first = np.where(near, np.clip(harm.onset[person], low[person], high[person] - 9), low[person])
    last = np.where(near, np.clip(harm.until[person], first + 1, high[person]), high[person])
    return person, first + (rng.random(len(person)) * (last - first)).astype(np.int64)
