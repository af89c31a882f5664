"""The health board: workbooks with a title above the headings, letters for ethnic groups and numbers for sex."""

import numpy as np

from plait.declare.maps import FileMap
from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, day, iso, pick, spells, words
from plait.invent.files import Table, only, write_workbook
from plait.invent.happenings import Happenings, active_days, joined
from plait.invent.records import Habits
from plait.invent.sending import Sending, column_map, in_words, people_columns, plant_in_people, within
from plait.invent.world import World
from plait.values import Period

HABITS = Habits(
    letters="H",
    typo=0.01,
    short_name=0.02,
    no_postcode=0.02,
    old_postcode=0.3,
    no_ethnicity=0.16,
    second_record=0.015,
    has_nhs=0.96,
    knows_disability=0.4,
    blank_more_for={"other": 1.7, "asian": 1.4, "black": 1.3},
)
_SEX = {"1": "M", "2": "F", "9": "U"}
_ETHNICITY = {
    "A": "WBRI", "B": "WIRI", "C": "WOTH", "D": "MWBC", "E": "MWBA", "F": "MWAS", "G": "MOTH", "H": "AIND", "J": "APKN",
    "K": "ABAN", "L": "AOTH", "M": "BCRB", "N": "BAFR", "P": "BOTH", "R": "CHNE", "S": "OOTH", "Z": "NOBT",
}  # fmt: skip
_GROUPED = {"WROM": "WOTH", "WIRT": "WIRI"}  # the letters have no place of their own for these: a blind spot
_REASONS = {
    "Assault": "attendance_assault", "Self-harm": "attendance_self_harm", "Overdose/intoxication": "attendance_overdose",
    "999 call-out": "ambulance_callout", "CP-IS alert": "care_alert",
}  # fmt: skip
_HOW = {
    "Knife / sharp object": "knife",
    "Other weapon": "other_weapon",
    "Body part": "body_part",
    "Other or not known": "other_method",
}
_HELP = {"CAMHS": "mental_health", "Young people's drug and alcohol": "substance_misuse"}
_ENDS = {
    "Treatment complete": "completed",
    "Moved away": "moved",
    "Closed by service": "disengaged_by_service",
    "Other": "other",
}
TITLE = ("Wen Valley Health Board: extract for the safeguarding partnership", "Official - sensitive")
_TOP = len(TITLE) + 1

PATIENTS = FileMap(
    id="health-patients",
    dataset="people",
    sheet="Patients",
    heading_row=_TOP,
    columns=(
        column_map("person", "Local Patient ID"),
        column_map("nhs_number", "NHS Number"),
        column_map("family_name", "Surname"),
        column_map("given_name", "First names"),
        column_map("date_of_birth", "Birth date", dates="ymd"),
        column_map("sex", "Stated gender", _SEX),
        column_map("ethnicity", "Ethnic category", _ETHNICITY),
        column_map("postcode", "Postcode of usual address"),
    ),
)
ATTENDANCES = FileMap(
    id="health-attendances",
    dataset="events",
    sheet="Attendances",
    heading_row=_TOP,
    columns=(
        column_map("event", "Attendance ID"),
        column_map("person", "Local Patient ID"),
        column_map("type", "Reason", _REASONS),
        column_map("detail", "Assault method", _HOW),
        column_map("started_on", "Arrival date", dates="ymd"),
        column_map("incident_postcode", "Incident postcode"),
    ),
    ignored=("Arrival mode",),
)
REFERRALS = FileMap(
    id="health-community-referrals",
    dataset="services",
    sheet="Referrals",
    heading_row=_TOP,
    columns=(
        column_map("service", "Referral ID"),
        column_map("person", "Local Patient ID"),
        column_map("type", "Team", _HELP),
        column_map("referred_on", "Date referred", dates="ymd"),
        column_map("started_on", "First contact", dates="ymd"),
        column_map("ended_on", "Date closed", dates="ymd"),
        column_map("outcome", "Closing reason", _ENDS),
    ),
)


def send_health(rng: Rng, sending: Sending) -> None:
    """Patients, attendances and community referrals of each period, with the maps that read them."""
    world, records = sending.world, sending.records
    visits = joined(_visits(rng, world), _alerts(rng, world)).filed(rng, records)
    numbers = visits.references(rng, "AE")
    spells_of_help = _help(rng, world).filed(rng, records)
    help_numbers = spells_of_help.references(rng, "RF")
    for period in world.periods:
        now = within(visits.start, period)
        _send_visits(sending, period, only({"Attendance ID": numbers, **_visit_columns(rng, sending, visits)}, now))
        running = _running(spells_of_help, period)
        _send_help(
            sending,
            period,
            only({"Referral ID": help_numbers, **_help_columns(sending, spells_of_help, period)}, running),
        )
        _send_patients(sending, period, np.unique(np.concatenate([visits.record[now], spells_of_help.record[running]])))
        for kind in ("attendance_assault", "attendance_self_harm"):
            sending.expect(period, f"events {kind}", int((now & (visits.type == kind)).sum()))


def _running(spell: Happenings, period: Period) -> Column:
    """Referred by the period's end, and not closed before its start."""
    running: Column = (spell.start <= day(period.end)) & ((spell.end == NO_DAY) | (spell.end >= day(period.start)))
    return running


def _visits(rng: Rng, world: World) -> Happenings:
    people, harm = world.people, world.harm
    rate = 0.25 + 0.3 * np.clip(people.strain, 0, 3) + 0.5 * harm.harmed
    person, on = active_days(rng, world, world.known["health"], rate, from_age=0, least=1)
    n = len(person)
    age = (on - people.born[person]) / YEAR
    kinds = ("attendance_assault", "attendance_self_harm", "attendance_overdose", "ambulance_callout")
    older = np.where(
        people.female[person], pick(rng, kinds, n, (22, 42, 14, 22)), pick(rng, kinds, n, (46, 17, 13, 24))
    )
    kind = np.where(age < 8, pick(rng, ("attendance_assault", "ambulance_callout"), n, (1, 6)), older)
    hurt = np.isin(kind, ("attendance_assault",))
    blade = np.where((harm.cce | harm.gangs)[person], 0.3, 0.07)
    how = np.where(
        chance(rng, blade), "knife", pick(rng, ("body_part", "other_weapon", "other_method"), n, (60, 12, 28))
    )
    near = world.places.postcode[rng.choice(world.places.county_postcodes, n)]
    place = np.where(hurt & chance(rng, 0.45, n), near, "")
    return Happenings.make(person, kind, on, detail=np.where(hurt, how, ""), place=place)


def _alerts(rng: Rng, world: World) -> Happenings:
    """An alert shows at a visit of somebody in care."""
    cared_for = world.known["health"] & (world.care.since != NO_DAY)
    person, on = active_days(rng, world, cared_for, np.full(len(cared_for), 0.6), from_age=0, to_age=18)
    inside = world.care.looks_after(person, on)
    return Happenings.make(person[inside], words(["care_alert"] * int(inside.sum())), on[inside])


def _help(rng: Rng, world: World) -> Happenings:
    """Referrals to community teams. Many wait long, and some end at 18."""
    people, harm = world.people, world.harm
    rate = np.clip(0.08 + 0.08 * people.strain + 0.3 * harm.harmed, 0, 1)
    person, on = active_days(rng, world, world.known["health"], rate, from_age=9, to_age=18)
    n = len(person)
    kind = pick(rng, ("mental_health", "substance_misuse"), n, (4, 1))
    until = np.minimum(on + 60 + spells(rng, n, 200, 30), world.adult_on()[person] + 30)
    outcome = pick(rng, tuple(_ENDS.values()), n, (55, 8, 22, 15))
    return Happenings.make(person, kind, on, end=np.maximum(until, on + 1), outcome=outcome)


def _refs(sending: Sending, things: Happenings) -> Column:
    return sending.records.ref[things.record]


def _visit_columns(rng: Rng, sending: Sending, visits: Happenings) -> Table:
    n = len(visits)
    return {
        "Local Patient ID": _refs(sending, visits),
        "Arrival date": iso(visits.start),
        "Arrival mode": pick(rng, ("Ambulance", "Walk-in", "Police"), n, (3, 6, 1)),
        "Reason": in_words(visits.type, _REASONS),
        "Assault method": in_words(visits.detail, _HOW),
        "Incident postcode": visits.place,
    }


def _help_columns(sending: Sending, spell: Happenings, period: Period) -> Table:
    end = day(period.end)
    first = spell.start + 20 + (spell.person * 37) % 150
    seen = np.where((first <= end) & (first < spell.end), first, NO_DAY)
    closed = np.where(spell.end <= end, spell.end, NO_DAY)
    return {
        "Local Patient ID": _refs(sending, spell),
        "Team": in_words(spell.type, _HELP),
        "Date referred": iso(spell.start),
        "First contact": iso(seen),
        "Date closed": iso(closed),
        "Closing reason": np.where(closed == NO_DAY, "", in_words(spell.outcome, _ENDS)).astype(object),
    }


def _send_visits(sending: Sending, period: Period, table: Table) -> None:
    source = sending.source(period, "attendances.xlsx", sheet="Attendances", top=_TOP + 1, key="Attendance ID")
    sending.faults.plant(table, source, "Reason", "unknown-word", wrong="Assult")
    sending.faults.plant(table, source, "Arrival date", "not-a-date", wrong="2024-02-31")
    sending.faults.plant(table, source, "Incident postcode", "not-a-postcode", wrong="ABROAD")
    _write(sending, period, "attendances.xlsx", "Attendances", table, ATTENDANCES)


def _send_help(sending: Sending, period: Period, table: Table) -> None:
    source = sending.source(period, "community_referrals.xlsx", sheet="Referrals", top=_TOP + 1, key="Referral ID")
    before = iso(np.full(len(table["Team"]), sending.world.start - 800))
    sending.faults.plant(table, source, "Date closed", "end-before-start", wrong=before)
    sending.faults.plant(table, source, "Team", "unknown-word", wrong="Camhs duty")
    _write(sending, period, "community_referrals.xlsx", "Referrals", table, REFERRALS)


def _send_patients(sending: Sending, period: Period, rows: Column) -> None:
    ours = people_columns(sending, rows)
    latest = only(ours, np.arange(len(rows)))  # the extract has one address a patient
    groups = words([_GROUPED.get(code, code) for code in latest["ethnicity"].tolist()])
    table = {
        "Local Patient ID": latest["person"],
        "NHS Number": latest["nhs_number"],
        "Surname": latest["family_name"],
        "First names": latest["given_name"],
        "Birth date": latest["date_of_birth"],
        "Stated gender": in_words(latest["sex"], _SEX, "9"),
        "Ethnic category": in_words(groups, _ETHNICITY, "Z"),
        "Postcode of usual address": latest["postcode"],
    }
    source = sending.source(period, "patients.xlsx", sheet="Patients", top=_TOP + 1, key="Local Patient ID")
    plant_in_people(sending.faults, table, source, nhs="NHS Number")
    sending.faults.plant(table, source, "Postcode of usual address", "pseudo-postcode", wrong="ZZ99 3WZ")
    sending.faults.plant(table, source, "Stated gender", "unknown-code", wrong="7")
    _write(sending, period, "patients.xlsx", "Patients", table, PATIENTS)


def _write(sending: Sending, period: Period, file: str, sheet: str, table: Table, by_map: FileMap) -> None:
    write_workbook(sending.path(period, file), {sheet: table}, above=TITLE)
    sending.list_return(period, file, by_map=by_map)
