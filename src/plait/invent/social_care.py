"""What the council's social workers did: referrals, assessments and what they noted, enquiries, plans, care."""

from dataclasses import dataclass

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, pick, scaled, spells, words
from plait.invent.world import World

# Shares of completed assessments, near those published for England in the year to March 2024.
ENGLAND = {"10A": 0.035, "11A": 0.027, "12A": 0.005, "13A": 0.020, "24A": 0.031}
_OTHER_FACTORS = {
    "1A": 0.02, "1B": 0.14, "1C": 0.04, "2A": 0.05, "2B": 0.16, "2C": 0.05, "3A": 0.2, "3B": 0.32, "3C": 0.05, "4A": 0.24,
    "4B": 0.32, "4C": 0.07, "5A": 0.09, "5B": 0.04, "5C": 0.03, "6A": 0.06, "6B": 0.07, "6C": 0.03, "7A": 0.04, "8F": 0.003,
    "9A": 0.006, "14A": 0.11, "15A": 0.07, "16A": 0.15, "17A": 0.2, "18B": 0.02, "18C": 0.12, "19B": 0.02, "19C": 0.05,
    "20": 0.12, "22A": 0.002, "23A": 0.003,
}  # fmt: skip
_ADOLESCENT = frozenset({"1A", "2A", "14A", "15A"})
_SOURCES = {
    "1A": 5, "1B": 1, "1C": 1, "1D": 2, "2A": 19, "2B": 2, "3A": 2, "3B": 2, "3C": 1, "3D": 2, "3E": 5, "3F": 3, "4": 2, "5A": 3,
    "5B": 5, "5C": 4, "5D": 4, "6": 29, "7": 3, "8": 3, "9": 2, "10": 1,
}  # fmt: skip
# How readily harm is seen for what it is. Less for some groups: the blind spots a profile should find.
SEEN = {"white": 1.0, "mixed": 0.75, "asian": 0.55, "black": 0.65, "other": 0.55}


@dataclass(frozen=True)
class Episodes:
    """One entry an episode of need, in order of person and referral."""

    person: Column
    referred: Column
    closed: Column
    no_action: Column
    source: Column
    need: Column
    reason: Column
    plan: Column  # start of a child in need plan
    section47: Column
    conference: Column
    protected: Column  # start of a child protection plan
    protected_to: Column
    category: Column


@dataclass(frozen=True)
class Assessments:
    """One entry an assessment; `factors` are codes parted by ';'."""

    episode: Column
    start: Column
    done: Column
    factors: Column


def social_work(rng: Rng, world: World) -> tuple[Episodes, Assessments]:
    """Episodes and their assessments of the people the council knows."""
    person, referred = _referrals(rng, world)
    n = len(person)
    harmed = world.harm.harmed[person] & (referred >= world.harm.onset[person] - 30)
    no_action = chance(rng, 0.1, n) & ~harmed
    section47 = np.where(
        ~no_action & chance(rng, np.where(harmed, 0.35, 0.18)), referred + rng.integers(0, 12, n), NO_DAY
    )
    conference = np.where((section47 != NO_DAY) & chance(rng, 0.38, n), section47 + rng.integers(9, 19, n), NO_DAY)
    protected = np.where((conference != NO_DAY) & chance(rng, 0.85, n), conference, NO_DAY)
    on_plan = protected != NO_DAY
    length = np.where(on_plan, spells(rng, n, 260, 90), spells(rng, n, 110, 14))
    following = np.append(np.where(person[1:] == person[:-1], referred[1:] - 1, world.end + 4_000), world.end + 4_000)[
        :n
    ]
    closed = np.minimum(referred + length, following)
    episodes = Episodes(
        person=person,
        referred=referred,
        closed=np.where(no_action, NO_DAY, closed),
        no_action=no_action,
        source=np.where(harmed & chance(rng, 0.4, n), "6", pick(rng, tuple(_SOURCES), n, tuple(_SOURCES.values()))),
        need=pick(rng, [f"N{i}" for i in range(10)], n, (1, 57, 9, 3, 9, 13, 4, 0.5, 3, 0.5)),
        reason=_reasons(rng, referred, closed, on_plan),
        plan=np.where(~no_action & ~on_plan & (length > 60) & chance(rng, 0.6, n), referred + 46, NO_DAY),
        section47=section47,
        conference=np.where(conference <= closed, conference, NO_DAY),
        protected=np.where(protected + 5 < closed, protected, NO_DAY),
        protected_to=np.where(on_plan, closed - 5, NO_DAY),
        category=pick(rng, ("NEG", "EMO", "PHY", "SAB", "MUL"), n, (49, 37, 7, 4, 3)),
    )
    return episodes, _assessments(rng, world, episodes)


def _referrals(rng: Rng, world: World) -> tuple[Column, Column]:
    people, harm = world.people, world.harm
    first = np.maximum(world.start - 300, people.born)
    last = np.minimum(world.end - 5, world.adult_on() - 20)
    who = np.flatnonzero(world.known["council"] & (last > first + 30))
    person = np.repeat(who, 1 + rng.poisson(0.25 + 0.45 * harm.harmed[who]))
    near = harm.harmed[person] & chance(rng, 0.65, len(person))
    low = np.where(near, np.clip(harm.onset[person], first[person], last[person] - 1), first[person])
    high = np.where(near, np.clip(harm.until[person], low + 1, last[person]), last[person])
    referred = low + (rng.random(len(person)) * (high - low)).astype(np.int64)
    order = np.lexsort((referred, person))
    person, referred = person[order], referred[order]
    # A second referral within a month joins the first.
    apart = np.append(True, (person[1:] != person[:-1]) | (referred[1:] - referred[:-1] > 30))[: len(person)]
    return person[apart], referred[apart]


def _reasons(rng: Rng, referred: Column, closed: Column, on_plan: Column) -> Column:
    n = len(referred)
    quick = (closed - referred < 70) & ~on_plan
    later = pick(rng, ("RC7", "RC5", "RC3", "RC4", "RC1", "RC6"), n, (86, 6, 3, 2, 1, 2))
    return np.where(quick, pick(rng, ("RC8", "RC9"), n, (75, 25)), later)


def _assessments(rng: Rng, world: World, episodes: Episodes) -> Assessments:
    again = (episodes.closed - episodes.referred > 200) & chance(rng, 0.3, len(episodes.person))
    held = np.flatnonzero(~episodes.no_action)
    episode = np.concatenate([held, np.flatnonzero(again)])
    later = np.arange(len(episode)) >= len(held)
    start = episodes.referred[episode] + np.where(later, 150, 0) + rng.integers(0, 6, len(episode))
    start = np.minimum(start, episodes.closed[episode])
    done = np.minimum(start + rng.integers(10, 62, len(episode)), episodes.closed[episode])
    order = np.lexsort((start, episode))
    episode, start, done = episode[order], start[order], done[order]
    return Assessments(episode, start, done, _factors(rng, world, episodes, episode, done))


def _factors(rng: Rng, world: World, episodes: Episodes, episode: Column, done: Column) -> Column:
    """Factor codes of each assessment. 21, none found, only where the case then closed at once."""
    person = episodes.person[episode]
    age = (done - world.people.born[person]) / YEAR
    codes = [*_OTHER_FACTORS, *ENGLAND]
    noted = np.zeros((len(episode), len(codes)), dtype=bool)
    for column, (code, share) in enumerate(_OTHER_FACTORS.items()):
        weight = np.interp(age, [0, 9, 13, 18], [0.02, 0.2, 2.0, 2.5]) if code in _ADOLESCENT else np.ones(len(age))
        noted[:, column] = chance(rng, np.minimum(0.9, share * weight))
    for column, (code, share) in enumerate(ENGLAND.items(), start=len(_OTHER_FACTORS)):
        noted[:, column] = chance(rng, scaled(_likely(world, person, code, done), share))
    closing = np.isin(episodes.reason[episode], ("RC8", "RC9"))
    texts = np.where(closing & chance(rng, 0.9, len(episode)), "21", "20").astype(object)
    lists: list[list[str]] = [[] for _ in range(len(episode))]
    for row, column in zip(*(axis.tolist() for axis in np.nonzero(noted)), strict=True):
        lists[row].append(codes[column])
    return words([";".join(found) if found else str(none) for found, none in zip(lists, texts, strict=True)])


def _likely(world: World, person: Column, code: str, on: Column) -> Column:
    """How likely each assessment is to note the factor, before scaling: true harm as far as it is seen."""
    harm, people = world.harm, world.people
    true = {"10A": harm.goes_missing, "11A": harm.cse, "12A": harm.trafficking, "13A": harm.gangs, "24A": harm.cce}[
        code
    ]
    seen = seen_share(world, person, code)
    now = (on >= harm.onset[person]) | (code == "10A")
    child = (on - people.born[person]) / YEAR
    result: Column = true[person] * now * seen + 0.003 * np.interp(child, [0, 9, 12, 18], [0, 0.1, 1, 1])
    return result


def seen_share(world: World, person: Column, code: str) -> Column:
    """How readily harm of this form (a factor code) is seen for what it is, from nought to one."""
    people = world.people
    group = np.array([SEEN[g] for g in people.group[person].tolist()] or [1.0])[: len(person)]
    female = people.female[person]
    boys_missed = np.where(female, 1.0, 0.5) if code == "11A" else np.where(female, 0.6, 1.0) if code == "24A" else 1.0
    disabled = np.where(people.disability[person] != "", 0.75, 1.0)
    result: Column = 0.8 * group * boys_missed * disabled
    return result
