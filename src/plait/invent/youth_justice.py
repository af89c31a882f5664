"""The youth justice service: one workbook a period, filled in on Plait's own template."""

import numpy as np

from plait.invent.draw import NO_DAY, Column, Rng, chance, day, iso, pick, spells, words
from plait.invent.files import Table, only, template, write_workbook
from plait.invent.happenings import Happenings, active_days, joined
from plait.invent.records import Habits
from plait.invent.sending import Sending, people_columns, plant_in_people, within
from plait.invent.social_care import seen_share
from plait.invent.world import World
from plait.values import Period

HABITS = Habits(
    letters="YJ",
    typo=0.02,
    short_name=0.06,
    no_postcode=0.05,
    no_ethnicity=0.06,
    second_record=0.01,
    has_nhs=0.1,
    has_upn=0.35,
    knows_disability=0.6,
)


def send_youth_justice(rng: Rng, sending: Sending) -> None:
    """People, services, events and concerns, each a sheet of one workbook."""
    world, records = sending.world, sending.records
    orders = _orders(rng, world)
    offences = joined(_offences(rng, world), _first_entries(orders)).filed(rng, records)
    numbers = offences.references(rng, "YO")
    concerns = _concerns(rng, world).filed(rng, records)
    concern_numbers = concerns.references(rng, "YC")
    status = pick(rng, ("concern", "at_risk", "suspected"), len(concerns))
    spell = orders.filed(rng, records)
    spell_numbers = spell.references(rng, "YS")
    for period in world.periods:
        running = (spell.start <= day(period.end)) & (spell.end >= day(period.start))
        now, raised = within(offences.start, period), within(concerns.start, period)
        named = np.unique(np.concatenate([spell.record[running], offences.record[now], concerns.record[raised]]))
        sheets = {
            "People": template("people", people_columns(sending, named)),
            "Services": template("services", only(_services(sending, spell, spell_numbers, period), running)),
            "Events": template("events", only(_events(sending, offences, numbers), now)),
            "Concerns": template("concerns", only(_raised(sending, concerns, concern_numbers, status), raised)),
        }
        sending.expect(period, "concerns", int(raised.sum()))
        sending.expect(period, "events first_time_entry", int((offences.type[now] == "first_time_entry").sum()))
        _write(sending, period, sheets)


def _orders(rng: Rng, world: World) -> Happenings:
    """Everybody the service works with has one spell at least."""
    known = world.known["youth_justice"]
    person, on = active_days(rng, world, known, np.full(len(known), 0.2), from_age=10.2, to_age=18, least=1)
    n = len(person)
    outcome = pick(rng, ("completed", "moved", "other"), n, (80, 5, 15))
    return Happenings.make(person, words(["youth_justice"] * n), on, end=on + spells(rng, n, 130, 60), outcome=outcome)


def _offences(rng: Rng, world: World) -> Happenings:
    harm = world.harm
    rate = 0.9 + 0.8 * harm.cce + 0.6 * harm.causes
    person, on = active_days(rng, world, world.known["youth_justice"], rate, from_age=10.1, to_age=18)
    n = len(person)
    usual = (
        "violence",
        "theft",
        "drug_possession",
        "weapons",
        "robbery",
        "drug_supply",
        "other_offence",
        "sexual_offence",
    )
    detail = pick(rng, usual, n, (34, 14, 10, 12, 7, 7, 14, 2))
    detail = np.where(harm.county_lines[person] & chance(rng, 0.5, n), "drug_supply", detail)
    serious = np.isin(detail, ("weapons", "robbery")) | ((detail == "violence") & chance(rng, 0.15, n))
    results = ("oc_informal", "diversion", "oc_formal", "charged", "not_yet")
    outcome = pick(rng, results, n, (25, 25, 18, 25, 7))
    role = np.where(harm.harmed[person] & chance(rng, 0.4, n), "both", "causing_harm")
    return Happenings.make(
        person,
        words(["youth_offence"] * n),
        on,
        detail=detail,
        outcome=outcome,
        role=role,
        harms=np.where(serious, "SYV", ""),
    )


def _first_entries(orders: Happenings) -> Happenings:
    """The first spell of about half of them is their first contact with the justice system."""
    rows = np.unique(orders.person, return_index=True)[1]
    first = orders.rows(rows[rows % 2 == 0])
    return Happenings.make(first.person, words(["first_time_entry"] * len(first)), first.start)


def _concerns(rng: Rng, world: World) -> Happenings:
    harm = world.harm
    chosen = world.known["youth_justice"] & harm.harmed
    person, on = active_days(rng, world, chosen, np.full(len(chosen), 0.3), from_age=10.5, to_age=18, least=1)
    seen = chance(rng, 0.4 + 0.5 * seen_share(world, person, "24A"))
    person, on = person[seen], on[seen]
    role = np.where(harm.causes[person], "both", "harmed")
    return Happenings.make(person, words(["concern"] * len(person)), on, harms=harm.codes()[person], role=role)


def _refs(sending: Sending, things: Happenings) -> Column:
    return sending.records.ref[things.record]


def _services(sending: Sending, spell: Happenings, numbers: Column, period: Period) -> Table:
    until = np.where(spell.end > day(period.end), NO_DAY, spell.end)
    return {
        "service": numbers,
        "person": _refs(sending, spell),
        "type": spell.type,
        "referred_on": iso(spell.start - 10),
        "started_on": iso(spell.start),
        "ended_on": iso(until),
        "outcome": np.where(until == NO_DAY, "", spell.outcome).astype(object),
    }


def _events(sending: Sending, offences: Happenings, numbers: Column) -> Table:
    return {
        "event": numbers,
        "person": _refs(sending, offences),
        "type": offences.type,
        "detail": offences.detail,
        "started_on": iso(offences.start),
        "outcome": offences.outcome,
        "role": offences.role,
        "harms": offences.harms,
    }


def _raised(sending: Sending, concerns: Happenings, numbers: Column, status: Column) -> Table:
    return {
        "concern": numbers,
        "person": _refs(sending, concerns),
        "recorded_on": iso(concerns.start),
        "harms": concerns.harms,
        "status": status,
        "role": concerns.role,
        "source": words(["5B"] * len(concerns)),
    }


def _write(sending: Sending, period: Period, sheets: dict[str, Table]) -> None:
    file = "youth_justice.xlsx"
    people = sending.source(period, file, sheet="People", key="Your reference")
    plant_in_people(sending.faults, sheets["People"], people, nhs="NHS number", upn="Unique pupil number")
    events = sending.source(period, file, sheet="Events", key="Event reference")
    sending.faults.plant(sheets["Events"], events, "Type", "unknown-code", wrong="YRO")
    sending.faults.plant(sheets["Events"], events, "Started on", "not-given", wrong="")
    services = sending.source(period, file, sheet="Services", key="Spell reference")
    early = iso(np.full(len(sheets["Services"]["Ended on"]), sending.world.start - 700))
    sending.faults.plant(sheets["Services"], services, "Ended on", "end-before-start", wrong=early)
    write_workbook(sending.path(period, file), sheets)
    sending.list_return(period, file)
