"""The education service: people on the template, and everything else from its pupil database under headings of its own."""

import numpy as np

from plait.declare.maps import FileMap
from plait.invent.draw import NO_DAY, Rng, chance, pick, spells, uk, words
from plait.invent.files import Table, only, write_csv
from plait.invent.happenings import Happenings, active_days, joined
from plait.invent.records import Habits
from plait.invent.sending import Sending, column_map, in_words, send_people, within
from plait.invent.world import World
from plait.values import Period

HABITS = Habits(
    letters="E",
    typo=0.008,
    short_name=0.02,
    no_postcode=0.01,
    old_postcode=0.2,
    no_ethnicity=0.03,
    second_record=0.005,
    has_upn=0.99,
    knows_disability=0.7,
)
_KINDS = {
    "PA": "persistent_absence", "SA": "severe_absence", "SUSP": "suspension", "PEX": "exclusion", "CME": "missing_education",
    "EHE": "home_education", "PTT": "part_time_timetable",
}  # fmt: skip
_REASONS = ("PP", "PA", "VP", "VA", "OW", "BU", "RA", "LG", "DS", "SM", "DA", "DM", "TH", "MT", "DB", "PH")
_REASON_WEIGHTS = (14, 4, 4, 11, 2, 1, 1, 0.5, 0.5, 1, 4, 2, 1, 2, 48, 0.5)
EVENTS = FileMap(
    id="education-pupil-events",
    dataset="events",
    columns=(
        column_map("event", "Event ID"),
        column_map("person", "Pupil ID"),
        column_map("type", "Category", _KINDS),
        column_map("detail", "Reason code"),
        column_map("started_on", "From", dates="dmy"),
        column_map("ended_on", "To", dates="dmy"),
    ),
    ignored=("School", "Year group"),
)


def send_education(rng: Rng, sending: Sending) -> None:
    """Pupils, and their absence, suspensions, exclusions and time out of school, of each period."""
    things = joined(_absence(rng, sending.world), _removals(rng, sending.world), _out_of_school(rng, sending.world))
    things = things.filed(rng, sending.records)
    numbers = things.references(rng, "PE")
    for period in sending.world.periods:
        now = within(things.start, period)
        _send_events(sending, period, only({"Event ID": numbers, **_columns(sending, things)}, now))
        send_people(sending, period, things.record[now])
        for kind in ("suspension", "exclusion", "persistent_absence"):
            sending.expect(period, f"events {kind}", int((now & (things.type == kind)).sum()))


def _absence(rng: Rng, world: World) -> Happenings:
    """Persistent absence, once a year at most for one pupil, on the day the year's figures are made."""
    people, harm = world.people, world.harm
    chosen = []
    for period in world.periods:
        on = int(np.datetime64(f"{period.start.year}-07-21").astype("datetime64[D]").astype(np.int64))
        age = people.age(on)
        likely = np.where((age > 5) & (age < 16.6), 0.62 + 0.1 * people.strain + 0.2 * harm.harmed, 0)
        who = np.flatnonzero(world.known["education"] & chance(rng, np.clip(likely, 0, 0.95)))
        severe = chance(rng, 0.06 + 0.25 * harm.harmed[who])
        kind = np.where(severe, "severe_absence", "persistent_absence")
        chosen.append(Happenings.make(who, kind, np.full(len(who), on)))
    return joined(*chosen)


def _removals(rng: Rng, world: World) -> Happenings:
    people, harm = world.people, world.harm
    rate = np.clip(0.18 + 0.15 * people.strain, 0.03, 2) * np.where(people.female, 0.6, 1.3) * (1 + 2 * harm.harmed)
    person, on = active_days(rng, world, world.known["education"], rate, from_age=5.5, to_age=16.7)
    n = len(person)
    for_good = chance(rng, np.where(harm.cce[person], 0.08, 0.015))
    kind = np.where(for_good, "exclusion", "suspension")
    length = np.where(for_good, NO_DAY, on + rng.integers(0, 5, n))
    return Happenings.make(person, kind, on, end=length, detail=pick(rng, _REASONS, n, _REASON_WEIGHTS))


def _out_of_school(rng: Rng, world: World) -> Happenings:
    people, harm = world.people, world.harm
    rate = np.clip(0.05 + 0.03 * people.strain, 0.01, 1) * (1 + 2.5 * harm.harmed)
    person, on = active_days(rng, world, world.known["education"], rate, from_age=5.5, to_age=16.7)
    n = len(person)
    kind = pick(rng, ("missing_education", "home_education", "part_time_timetable"), n, (40, 35, 25))
    until = np.where(chance(rng, 0.7, n), on + spells(rng, n, 90, 14), NO_DAY)
    return Happenings.make(person, kind, on, end=np.where(until > world.end, NO_DAY, until))


def _columns(sending: Sending, things: Happenings) -> Table:
    age = np.clip((things.start - sending.world.people.born[things.person]) // 365, 5, 18)
    return {
        "Pupil ID": sending.records.ref[things.record],
        "Category": in_words(things.type, _KINDS),
        "Reason code": things.detail,
        "From": uk(things.start),
        "To": uk(things.end),
        "School": words([f"School {(number * 31) % 60 + 1}" for number in things.person.tolist()]),
        "Year group": words([str(max(years - 5, 0)) for years in age.tolist()]),
    }


def _send_events(sending: Sending, period: Period, table: Table) -> None:
    source = sending.source(period, "pupil_events.csv", key="Event ID")
    sending.faults.plant(table, source, "Category", "unknown-code", wrong="SUSPD")
    sending.faults.plant(table, source, "Reason code", "unknown-code", wrong="QQ")
    sending.faults.plant(table, source, "From", "not-a-date", wrong="32/01/2025")
    sending.faults.plant(table, source, "Pupil ID", "person-not-in-file", wrong="E0000001")
    write_csv(sending.path(period, "pupil_events.csv"), table)
    sending.list_return(period, "pupil_events.csv", by_map=EVENTS)
