"""Periods of care, as one placement after another."""

from dataclasses import dataclass

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, spells
from plait.invent.harm import Harm
from plait.invent.people import People


@dataclass(frozen=True)
class Care:
    """One entry a placement, in order of person and start. `first` and `last` mark the ends of a period of care.

    `since` and `until` have one entry a person: when they were in care, if they were.
    """

    person: Column
    start: Column
    end: Column
    first: Column
    last: Column
    since: Column
    until: Column

    def looks_after(self, person: Column, on: Column) -> Column:
        """True for each person who was in care on the day."""
        inside: Column = (on >= self.since[person]) & (on < self.until[person])
        return inside


def invent_care(rng: Rng, people: People, harm: Harm, in_care: Column, *, start: int, end: int) -> Care:
    """Placements of those who are in care at some time between two days. Nobody is in care at 18."""
    who = np.flatnonzero(in_care)
    adult = people.born[who] + int(18 * YEAR)
    low = np.maximum(people.born[who] + 5, start - 900)
    high = np.maximum(np.minimum(end - 40, adult - 40), low + 1)
    begun = low + (rng.random(len(who)) * (high - low)).astype(np.int64)
    ended = np.maximum(np.minimum(begun + spells(rng, len(who), 900, 30), adult), begun + 2)
    since, until = np.full(len(people), NO_DAY), np.full(len(people), NO_DAY)
    since[who], until[who] = begun, ended
    moves = 1 + rng.poisson(0.8 + harm.harmed[who])
    index = np.repeat(np.arange(len(who)), moves)
    step = np.arange(len(index)) - np.searchsorted(index, index)
    part = (ended - begun)[index] / moves[index]
    start_of = begun[index] + (part * step).astype(np.int64)
    last = step == moves[index] - 1
    end_of = np.where(last, ended[index], begun[index] + (part * (step + 1)).astype(np.int64))
    keep = end_of > start_of
    return Care(who[index][keep], start_of[keep], end_of[keep], (step == 0)[keep], last[keep], since, until)
