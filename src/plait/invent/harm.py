"""What truly happened: who is harmed by exploitation, in what form and when; who causes harm; who goes missing.

No agency sees all of it. Rates are set so that what agencies record comes near what is recorded for England.
"""

from dataclasses import dataclass

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, spells
from plait.invent.people import People

Spans = tuple[Column, Column]


@dataclass(frozen=True)
class Harm:
    """One entry of each column a person. `onset` and `until` bound the time in which the person is harmed."""

    cse: Column
    cce: Column
    county_lines: Column
    trafficking: Column
    gangs: Column
    online: Column
    onset: Column
    until: Column
    causes: Column
    goes_missing: Column

    @property
    def harmed(self) -> Column:
        either: Column = self.cse | self.cce | self.trafficking | self.gangs
        return either

    def codes(self) -> Column:
        """True forms of harm of each person, parted by ';'; '' for none."""
        parts = {
            "CSE": self.cse,
            "CCE-COUNTY-LINES": self.cce & self.county_lines,
            "CCE": self.cce & ~self.county_lines,
            "TRAFFICKING-MS": self.trafficking,
            "SYV": self.gangs,
            "ONLINE": self.online,
        }
        joined = np.full(len(self.cse), "", dtype=object)
        for code, where in parts.items():
            joined[where] = joined[where] + (code + ";")
        trimmed: Column = np.array([text.rstrip(";") for text in joined.tolist()] or [""], dtype=object)[: len(joined)]
        return trimmed


@dataclass(frozen=True)
class Missing:
    """True missing episodes, one entry each."""

    person: Column
    start: Column
    end: Column
    from_care: Column
    away: Column  # whereabouts known, but away without leave


def invent_harm(rng: Rng, people: People, *, start: int, end: int) -> Harm:
    """Exploitation as it truly is among these people between two days."""
    n, female = len(people), people.female
    age = people.age((start + end) // 2)
    bump = np.interp(age, [0, 8.5, 10.5, 13.5, 16.8, 18.2, 25], [0, 0, 0.3, 1, 1, 0.35, 0.1])
    push = bump * np.exp(0.5 * people.strain)
    cse = chance(rng, 0.052 * push * np.where(female, 1.45, 0.5))
    cce = chance(rng, 0.058 * push * np.where(female, 0.5, 1.5))
    gangs = chance(rng, 0.022 * push * np.where(female, 0.4, 1.6)) | (cce & chance(rng, 0.3, n))
    trafficking = (cse | cce) & chance(rng, 0.13, n)
    harmed = cse | cce | gangs | trafficking
    onset, until = _when(rng, people, harmed, (start, end))
    return Harm(
        cse=cse,
        cce=cce,
        county_lines=cce & chance(rng, 0.45, n),
        trafficking=trafficking,
        gangs=gangs,
        online=cse & chance(rng, 0.5, n),
        onset=onset,
        until=until,
        causes=chance(
            rng,
            np.interp(age, [0, 12, 15, 18, 25], [0, 0, 0.02, 0.06, 0.07]) * np.where(female, 0.3, 1.2) * (1 + harmed),
        ),
        goes_missing=chance(rng, np.where(harmed, 0.5, 0.03) * (age > 8)),
    )


def _when(rng: Rng, people: People, harmed: Column, window: tuple[int, int]) -> tuple[Column, Column]:
    earliest = np.maximum(window[0] - 365, people.born + int(9.5 * YEAR))
    latest = np.maximum(np.minimum(window[1] - 30, people.born + int(22 * YEAR)), earliest + 1)
    onset = earliest + (rng.random(len(people)) * (latest - earliest)).astype(np.int64)
    until = onset + spells(rng, len(people), 300, 60)
    return np.where(harmed, onset, NO_DAY), np.where(harmed, until, NO_DAY)


def invent_missing(rng: Rng, people: People, harm: Harm, care: Spans, *, start: int, end: int) -> Missing:
    """Missing episodes between two days: few for most, many for some who are being exploited.

    `care` is since and until when each person was in care. No episode starts before the one before it has ended.
    """
    since, until = care
    prone = harm.goes_missing | ((since != NO_DAY) & chance(rng, 0.2, len(people)) & (people.age(end) > 10))
    who = np.flatnonzero(prone)
    cared_for = since[who] != NO_DAY
    often = np.where(harm.harmed[who], 2.2, 0.5) + np.where(cared_for, 2.0, 0)
    times = 1 + rng.poisson(often * rng.gamma(0.7, 1.4, len(who)))
    person, begun = _begun(rng, people, harm, np.repeat(who, times), (start, end), care)
    length = np.where(chance(rng, 0.62, len(person)), 0, spells(rng, len(person), 2.5))
    from_care = (begun >= since[person]) & (begun < until[person])
    over = np.where(from_care, np.minimum(begun + length, until[person]), begun + length)
    following = np.append(np.where(person[1:] == person[:-1], begun[1:] - 1, over[:-1]), over[-1:])
    away = from_care & chance(rng, 0.25, len(person))
    return Missing(person, begun, np.maximum(begun, np.minimum(over, following)), from_care, away)


def _begun(
    rng: Rng, people: People, harm: Harm, person: Column, window: tuple[int, int], care: Spans
) -> tuple[Column, Column]:
    """People and the days they went missing, in order; one a day at most, and none as adults."""
    start, end = window
    since, until = care
    harmed = harm.harmed[person] & chance(rng, 0.75, len(person))
    cared_for = (since[person] != NO_DAY) & chance(rng, 0.75, len(person))
    low = np.where(cared_for, since[person], np.where(harmed, harm.onset[person], start - 60))
    high = np.where(cared_for, until[person], np.where(harmed, harm.until[person], end))
    day_of = low + (rng.random(len(person)) * (high - low)).astype(np.int64)
    born = people.born[person]
    keep = (
        (day_of >= start - 60) & (day_of <= end) & (day_of >= born + int(8 * YEAR)) & (day_of < born + int(17.9 * YEAR))
    )
    person, day_of = person[keep], day_of[keep]
    order = np.lexsort((day_of, person))
    person, day_of = person[order], day_of[order]
    fresh = np.append(True, (person[1:] != person[:-1]) | (day_of[1:] > day_of[:-1] + 1))[: len(person)]
    return person[fresh], day_of[fresh]
