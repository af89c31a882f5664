"""True people to the age of 25, in families: who they are before any agency writes them down."""

from dataclasses import dataclass

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, pick, words
from plait.invent.names import HERITAGES, SHORT, Heritage
from plait.invent.places import Places

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
# Nobody's: no local authority has this number.
LOCAL_AUTHORITY = "990"
_FAMILY_SIZES, _FAMILY_WEIGHTS = np.arange(1, 6), (0.52, 0.29, 0.12, 0.05, 0.02)
# How many of the people whom agencies know are of each age when the last period ends.
_AGES = (*(3.0,) * 5, *(3.6,) * 5, *(4.6, 5.2, 6.0, 6.8, 7.6, 8.0, 8.0, 7.4), *(3.6, 3.0, 2.6, 2.3, 2.0, 1.8, 1.6, 1.4))
_GROUP = {"W": "white", "M": "mixed", "A": "asian", "B": "black", "C": "asian", "O": "other"}
GROUPS = ("white", "mixed", "asian", "black", "other")
DISABILITIES = ("LD", "AUT", "BEH", "MOB", "HEAR", "VIS", "COMM", "CON", "DDA")


@dataclass(frozen=True)
class People:
    """One entry of each column a person. Days are day numbers; homes are positions among the postcodes."""

    family: Column
    born: Column
    female: Column
    given: Column
    surname: Column
    old_surname: Column  # the name before a change, or ''
    short: Column  # what friends call them, or ''
    ethnicity: Column
    group: Column
    disability: Column
    home: Column
    old_home: Column  # the home before the last move, or -1
    moved: Column
    nhs: Column
    upn: Column  # '' before school age
    strain: Column  # how much the family and the person have to bear; about a standard normal

    def __len__(self) -> int:
        return len(self.born)

    def age(self, on: int | Column) -> Column:
        """Age in years, with its fraction."""
        years: Column = (on - self.born) / YEAR
        return years


def invent_people(rng: Rng, places: Places, size: int, *, start: int, end: int) -> People:
    """So many people, whole families first; nobody is born after `end` or is over 25 at `start`."""
    family, born = _births(rng, size, end)
    families = int(family.max()) + 1
    home, old_home, moved = _homes(rng, places, families, start, end)
    heritage = _heritage(rng, places, home)
    female = chance(rng, 0.49, size)
    given, surname, old_surname = _names(rng, heritage, family, female)
    ethnicity = _ethnicity(rng, heritage[family])
    shared = rng.normal(0, 0.6, families) + 1.2 * (places.hardship[places.postcode_small[home]] - 0.4)
    return People(
        family=family,
        born=born,
        female=female,
        given=given,
        surname=surname,
        old_surname=old_surname,
        short=words([SHORT.get(name, "") for name in given.tolist()]),
        ethnicity=ethnicity,
        group=words([_GROUP[code[0]] for code in ethnicity.tolist()]),
        disability=_disability(rng, size),
        home=home[family],
        old_home=old_home[family],
        moved=moved[family],
        nhs=_nhs_numbers(rng, size),
        upn=_upns(rng, born, end),
        strain=shared[family] + rng.normal(0, 0.8, size),
    )


def _births(rng: Rng, size: int, end: int) -> tuple[Column, Column]:
    """Each person's family and day of birth: brothers and sisters months apart, twins on one day."""
    weights = np.array(_FAMILY_WEIGHTS)
    sizes = rng.choice(_FAMILY_SIZES, size, p=weights / weights.sum())
    family = np.repeat(np.arange(size), sizes)[:size]
    ages = np.array(_AGES)
    age = rng.choice(len(ages), size, p=ages / ages.sum())
    first = end - (age * YEAR).astype(np.int64) - rng.integers(0, 365, size)
    gap = np.where(chance(rng, 0.04, size), 0, rng.integers(330, 1_600, size))
    later = np.arange(size) - np.searchsorted(family, family)
    since_first = np.cumsum(gap) - np.cumsum(gap)[np.searchsorted(family, family)]
    born = first[family] + np.where(later > 0, since_first, 0)
    # A brother or sister who would not yet be born came before the first child instead.
    return family, np.where(born > end - 20, np.maximum(2 * first[family] - born, end - int(25.9 * YEAR)), born)


def _homes(rng: Rng, places: Places, families: int, start: int, end: int) -> tuple[Column, Column, Column]:
    """Each family's postcode, the one before it or -1, and the day of the move. Hard-up areas are home to more of them."""
    ours = places.county_postcodes
    weight = 0.4 + 2.2 * places.hardship[places.postcode_small[ours]]
    steps = np.cumsum(weight) / weight.sum()
    home, before = (ours[np.searchsorted(steps, rng.random(families))] for _ in range(2))
    # Some live over the county's border: the force knows them.
    beyond = np.flatnonzero(~places.in_county[places.postcode_small])
    away = chance(rng, 0.03, families)
    home = np.where(away, rng.choice(beyond, families), home)
    moves = chance(rng, 0.22, families)
    moved = np.where(moves, rng.integers(start - 400, end, families), NO_DAY)
    return home, np.where(moves, before, -1), moved


def _heritage(rng: Rng, places: Places, home: Column) -> Column:
    """Position in HERITAGES of each family's heritage. Some districts are much more mixed than others."""
    base = np.array([heritage.weight for heritage in HERITAGES.values()])
    codes, place = np.unique(places.district[places.postcode_small[home]].astype(str), return_inverse=True)
    result = np.zeros(len(home), dtype=np.int64)
    for number in range(len(codes)):
        weight = base * np.append(1.0, rng.lognormal(-0.3, 0.7, len(base) - 1))
        where = np.flatnonzero(place == number)
        result[where] = rng.choice(len(base), len(where), p=weight / weight.sum())
    return result


def _names(rng: Rng, heritage: Column, family: Column, female: Column) -> tuple[Column, Column, Column]:
    """Given name, surname and any earlier surname of each person."""
    kinds = list(HERITAGES.values())
    size, families = len(family), len(heritage)
    surnames, others = (np.empty(families, dtype=object) for _ in range(2))
    given = np.empty(size, dtype=object)
    for number, kind in enumerate(kinds):
        of_family = np.flatnonzero(heritage == number)
        surnames[of_family] = _common(rng, kind.families, len(of_family))
        others[of_family] = _common(rng, kind.families, len(of_family))
        for girls in (True, False):
            of_person = np.flatnonzero((heritage[family] == number) & (female == girls))
            given[of_person] = _common(rng, kind.girls if girls else kind.boys, len(of_person))
    given = _apart(rng, given, family)
    surname = surnames[family]
    half = chance(rng, 0.12, size)  # a half-brother or half-sister may bear another name
    surname[half] = others[family[half]]
    both = chance(rng, 0.03, size) & ~half
    surname[both] = surname[both] + "-" + others[family[both]]
    changed = chance(rng, 0.05, size)
    return given, surname, np.where(changed, others[family], "")


def _common(rng: Rng, names: tuple[str, ...], n: int) -> Column:
    return pick(rng, names, n, [1 / (rank + 12) for rank in range(len(names))])


def _apart(rng: Rng, given: Column, family: Column) -> Column:
    """The names, with a second name added where a brother or sister has the same one."""
    seen: set[tuple[int, str]] = set()
    seconds = pick(rng, ("Lee", "Rose", "Ray", "May", "Jay", "Ann"), len(given)).tolist()
    result = []
    for name, number, second in zip(given.tolist(), family.tolist(), seconds, strict=True):
        chosen = f"{name}-{second}" if (number, name) in seen else name
        seen.add((number, name))
        result.append(chosen)
    return words(result)


def _ethnicity(rng: Rng, heritage: Column) -> Column:
    result = np.empty(len(heritage), dtype=object)
    for number, kind in enumerate(HERITAGES.values()):
        where = np.flatnonzero(heritage == number)
        result[where] = _codes_of(rng, kind, len(where))
    return result


def _codes_of(rng: Rng, kind: Heritage, n: int) -> Column:
    return pick(rng, [code for code, _ in kind.ethnicity], n, [weight for _, weight in kind.ethnicity])


def _disability(rng: Rng, size: int) -> Column:
    """'' or one or two codes parted by ';'."""
    first = pick(rng, DISABILITIES, size, (5, 5, 3, 1, 1, 1, 2, 1, 2))
    second = pick(rng, DISABILITIES, size)
    both = words([one if one == two else f"{one};{two}" for one, two in zip(first, second, strict=True)])
    share = rng.random(size)
    return np.where(share < 0.11, first, np.where(share < 0.14, both, ""))


def _nhs_numbers(rng: Rng, size: int) -> Column:
    """Different numbers from the range kept for tests, 999, each with its check digit."""
    # One in eleven has no check digit; a fifth more is enough.
    base = 999_000_000 + rng.permutation(1_000_000)[: size + size // 5 + 100]
    total = sum((base // 10 ** (9 - place)) % 10 * (11 - place) for place in range(1, 10))
    check = (11 - total % 11) % 11
    good = np.flatnonzero(check != 10)[:size]
    return words([str(number) for number in (base[good] * 10 + check[good]).tolist()])


def _upns(rng: Rng, born: Column, end: int) -> Column:
    """Different pupil numbers with their check letter, for those who are or have been of school age."""
    order = rng.permutation(len(born))
    joined = (born / YEAR + 1970 + 4.6).astype(np.int64) % 100
    middle = words(
        [
            f"{LOCAL_AUTHORITY}{2000 + number // 999}{year:02d}{number % 999 + 1:03d}"
            for number, year in zip(order.tolist(), joined.tolist(), strict=True)
        ]
    )
    digits = np.frombuffer("".join(middle.tolist()).encode(), dtype=np.uint8).reshape(-1, 12).astype(np.int64) - 48
    letters = words(list(_UPN_LETTERS))[(digits @ np.arange(2, 14)) % 23]
    return np.where(end - born > 4.4 * YEAR, letters + middle, "")
