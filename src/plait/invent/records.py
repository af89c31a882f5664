"""How one agency writes down the people it knows: its own references, and errors as they are really made.

The kinds of error are those seen between agencies' records: slips of the finger, short names, days and months swapped,
names that have since changed, old addresses, second records of one person, and answers not obtained. What is left blank
is left blank more often for some groups than for others: that is a blind spot, and it is planted here on purpose.
"""

from dataclasses import dataclass, field

import numpy as np

from plait.invent.draw import NO_DAY, Column, Rng, chance, words
from plait.invent.people import People
from plait.invent.places import Places


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How often an agency's records go wrong, as shares of its records."""

    letters: str  # what its references start with
    typo: float = 0.02
    short_name: float = 0.04
    old_name: float = 0.3  # of those whose name changed
    names_swapped: float = 0.004
    day_swapped: float = 0.008
    day_wrong: float = 0.008
    no_birth: float = 0.002
    no_postcode: float = 0.04
    old_postcode: float = 0.25  # of those who moved
    no_ethnicity: float = 0.08
    second_record: float = 0.02
    has_nhs: float = 0.0
    has_upn: float = 0.0
    knows_disability: float = 0.3
    blank_more_for: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Records:
    """One entry of each column a record; somebody known twice has two. `first` leads from a person to a record, or -1."""

    person: Column
    ref: Column
    given: Column
    family: Column
    alias: Column
    born: Column
    sex: Column
    ethnicity: Column
    disability: Column
    nhs: Column
    upn: Column
    postcode: Column
    postcode_from: Column
    before: Column  # an earlier postcode, or ''
    first: Column
    second: Column

    def of(self, rng: Rng, person: Column) -> Column:
        """The record under which each thing that befell a person was filed: now and then under the second one."""
        first, second = self.first[person], self.second[person]
        return np.where((second >= 0) & chance(rng, 0.4, len(person)), second, first)


def write_down(rng: Rng, people: People, places: Places, known: Column, habits: Habits) -> Records:
    """The agency's records of the people it knows (`known` is one truth value a person)."""
    who = np.flatnonzero(known)
    again = who[chance(rng, habits.second_record, len(who))]
    person = rng.permutation(np.concatenate([who, again]))
    n = len(person)
    blank = words([str(g) for g in people.group[person]])
    more = np.array([habits.blank_more_for.get(group, 1.0) for group in blank.tolist()] or [1.0])[:n]
    given, family = _names(rng, people, person, habits)
    postcode, since, before = _homes(rng, people, places, person, habits.old_postcode)
    hidden = chance(rng, habits.no_postcode * more, n)
    first, second = _positions(person, len(people))
    return Records(
        person=person,
        ref=_references(rng, n, habits.letters),
        given=given,
        family=family,
        alias=_aliases(rng, people, person, given, family),
        born=_births(rng, people.born[person], habits, more),
        sex=np.where(people.female[person], "F", "M").astype(object),
        ethnicity=np.where(chance(rng, habits.no_ethnicity * more, n), "NOBT", people.ethnicity[person]),
        disability=np.where(chance(rng, habits.knows_disability / more, n), people.disability[person], ""),
        nhs=np.where(chance(rng, habits.has_nhs / more**0.1, n), people.nhs[person], ""),
        upn=np.where(chance(rng, habits.has_upn, n), people.upn[person], ""),
        postcode=np.where(hidden, "", postcode),
        postcode_from=np.where(hidden, NO_DAY, since),
        before=np.where(hidden, "", before),
        first=first,
        second=second,
    )


def _positions(person: Column, people: int) -> tuple[Column, Column]:
    first, second = np.full(people, -1), np.full(people, -1)
    order = np.arange(len(person))
    first[person] = order
    other = order != first[person]
    second[person[other]] = order[other]
    return first, second


def _references(rng: Rng, n: int, letters: str) -> Column:
    """Different references that tell nothing of the person or the order in which they came."""
    numbers = 100_000 + rng.permutation(max(4 * n, 1))[:n]
    return words([f"{letters}{number}" for number in numbers.tolist()])


def _names(rng: Rng, people: People, person: Column, habits: Habits) -> tuple[Column, Column]:
    n = len(person)
    given, family = people.given[person].copy(), people.surname[person].copy()
    short = chance(rng, habits.short_name, n) & (people.short[person] != "")
    given[short] = people.short[person][short]
    old = chance(rng, habits.old_name, n) & (people.old_surname[person] != "")
    family[old] = people.old_surname[person][old]
    for column in (given, family):
        wrong = np.flatnonzero(chance(rng, habits.typo, n))
        where = rng.integers(0, 1_000, (len(wrong), 2)).tolist()
        column[wrong] = [_slip(text, at, how) for text, (at, how) in zip(column[wrong], where, strict=True)]
    swapped = chance(rng, habits.names_swapped, n)
    return np.where(swapped, family, given), np.where(swapped, given, family)


def _slip(text: str, at: int, how: int) -> str:
    """The word with one slip of the finger: a letter changed, dropped, doubled, or two changed over."""
    place = at % max(len(text) - 1, 1)
    rest = text[place + 1 :]
    match how % 4:
        case 0:
            return text[:place] + "aeionrstl"[how % 9] + rest
        case 1:
            return text[:place] + rest if len(text) > 2 else text
        case 2:
            return text[: place + 1] + text[place:]
        case _:
            return text[:place] + rest[:1] + text[place] + rest[1:]


def _aliases(rng: Rng, people: People, person: Column, given: Column, family: Column) -> Column:
    """Another full name the agency has noted, or ''."""
    short = people.short[person]
    other = np.where(people.old_surname[person] != "", people.old_surname[person], family)
    known = chance(rng, 0.25, len(person)) & ((short != "") | (people.old_surname[person] != ""))
    alias = np.where(short != "", short, given) + " " + other
    return np.where(known, alias, "")


def _births(rng: Rng, born: Column, habits: Habits, more: Column) -> Column:
    n = len(born)
    days = born.astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    in_month = (days - month).astype(np.int64)
    year = days.astype("datetime64[Y]")
    swapped = (year.astype("datetime64[M]") + in_month % 12).astype("datetime64[D]") + (
        month - year.astype("datetime64[M]")
    ).astype(np.int64)
    result = np.where(chance(rng, habits.day_swapped, n) & (in_month < 12), swapped.astype(np.int64), born)
    off = rng.choice([-366, -365, -31, -30, -10, -1, 1, 2, 10, 30, 365], n)
    result = np.where(chance(rng, habits.day_wrong, n), result + off, result)
    return np.where(chance(rng, habits.no_birth * more, n), NO_DAY, result)


def _homes(rng: Rng, people: People, places: Places, person: Column, stale: float) -> tuple[Column, Column, Column]:
    """Postcode on the record, the day from which, and an earlier one where the record keeps it."""
    moved = people.old_home[person] >= 0
    behind = moved & chance(rng, stale, len(person))
    now = places.postcode[np.where(behind, people.old_home[person], people.home[person])]
    since = np.where(moved & ~behind, people.moved[person], NO_DAY)
    keeps = moved & ~behind & chance(rng, 0.5, len(person))
    return now, since, np.where(keeps, places.postcode[people.old_home[person]], "")
