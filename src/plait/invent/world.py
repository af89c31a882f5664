"""The true state of things: places, people, harm, and which agency would come to know of whom."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from plait.errors import UserError
from plait.invent.care import Care, invent_care
from plait.invent.draw import YEAR, Column, Rng, chance, day
from plait.invent.harm import Harm, Missing, invent_harm, invent_missing
from plait.invent.people import People, invent_people
from plait.invent.places import Places, invent_places
from plait.values import Period


@dataclass(frozen=True)
class World:
    """What is true between the first period's start and the last one's end."""

    periods: tuple[Period, ...]
    places: Places
    people: People
    harm: Harm
    missing: Missing
    care: Care
    known: dict[str, Column]  # agency to one truth value a person

    @property
    def start(self) -> int:
        return day(self.periods[0].start)

    @property
    def end(self) -> int:
        return day(self.periods[-1].end)

    def adult_on(self) -> Column:
        """The day each person turns 18."""
        birthday: Column = self.people.born + int(18 * YEAR)
        return birthday


def invent_world(rng: Rng, size: int, periods: tuple[str, ...]) -> World:
    """Everything true, for `size` people known to at least one of the agencies that send records of people."""
    years = _years(periods)
    start, end = day(years[0].start), day(years[-1].end)
    place_rng, people_rng, harm_rng, known_rng = rng.spawn(4)
    places = invent_places(place_rng, size)
    people = invent_people(people_rng, places, size, start=start, end=end)
    harm = invent_harm(harm_rng, people, start=start, end=end)
    known = _known(known_rng, people, harm, end)
    under = (people.age(start) < 17) & (people.age(end) > 0.4)
    in_care = (
        known["council"] & under & chance(known_rng, 0.05 + 0.03 * np.clip(people.strain, -1, 3) + 0.1 * harm.harmed)
    )
    care = invent_care(harm_rng, people, harm, in_care, start=start, end=end)
    missing = invent_missing(harm_rng, people, harm, (care.since, care.until), start=start, end=end)
    return World(years, places, people, harm, missing, care, known)


def _years(labels: tuple[str, ...]) -> tuple[Period, ...]:
    years = tuple(Period.parse(label) for label in labels)
    whole = all(year.label == f"{year.start.year}-{(year.start.year + 1) % 100:02d}" for year in years)
    joined = all(later.before() == earlier for earlier, later in pairwise(years))
    if not years or not whole or not joined or years[0].start < date(2021, 4, 1):
        raise UserError(
            "Periods must be years from April to March, one after another, from 2021-22 on: for example 2023-24 and 2024-25."
        )
    return years


def _known(rng: Rng, people: People, harm: Harm, end: int) -> dict[str, Column]:
    """Who comes to each agency's notice. Everybody is known to one at least."""
    age, strain, harmed = people.age(end), people.strain, harm.harmed
    child = age < 18.8
    likely = {
        "council": np.where(child, 0.36, 0.06) + 0.11 * strain + 0.34 * (harmed & child),
        "police": np.interp(age, [0, 8, 10, 13, 18, 25], [0.05, 0.06, 0.15, 0.26, 0.3, 0.3])
        + 0.07 * strain + 0.4 * harmed + 0.5 * harm.causes,
        "health": np.interp(age, [0, 5, 12, 25], [0.45, 0.3, 0.3, 0.4]) + 0.04 * strain + 0.12 * harmed,
        "youth_justice": np.where((age > 10.5) & (age < 19), 1.0, 0.0)
        * (0.03 + 0.03 * strain + 0.16 * harm.cce + 0.35 * harm.causes),
        "education": np.where((age > 5) & (age < 17.9), 0.4 + 0.08 * strain + 0.2 * harmed, 0.0),
    }  # fmt: skip
    known = {agency: chance(rng, np.clip(share, 0, 0.97)) for agency, share in likely.items()}
    nobody = ~np.logical_or.reduce(list(known.values()))
    draw = rng.random(len(people))
    known["education"] |= nobody & (age > 5) & (age < 17.9) & (draw < 0.45)
    known["council"] |= nobody & child & ~known["education"] & (draw < 0.6)
    known["health"] |= nobody & ~known["education"] & ~known["council"]
    return known
