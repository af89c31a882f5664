"""The force: names of its own for everything, days as 31/03/2025, and no NHS or pupil numbers."""

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, pick, spells, uk, words
from plait.invent.files import Table, only, write_csv
from plait.invent.happenings import Happenings, active_days, joined
from plait.invent.police_words import (
    CLASSES,
    ETHNICITY,
    KINDS,
    NOTICES,
    OCCURRENCES,
    PARTS,
    PEOPLE,
    PLACES,
    RAISED_BY,
    RESULTS,
    SEX,
    STATUS,
    STRANDS,
)
from plait.invent.records import Habits
from plait.invent.sending import Sending, in_words, people_columns, within
from plait.invent.social_care import seen_share
from plait.invent.world import World
from plait.values import Period

HABITS = Habits(
    letters="N",
    typo=0.03,
    short_name=0.08,
    day_swapped=0.012,
    no_birth=0.02,
    no_postcode=0.12,
    old_postcode=0.4,
    no_ethnicity=0.22,
    second_record=0.04,
    knows_disability=0.0,
    blank_more_for={"black": 1.4, "asian": 1.5, "mixed": 1.2, "other": 1.6},
)


def send_police(rng: Rng, sending: Sending) -> None:
    """Nominals, occurrences and vulnerability notices of each period, with the maps that read them."""
    world, records = sending.world, sending.records
    things = joined(_crimes(rng, world), _contacts(rng, world), _missing(rng, world), _referrals(rng, world))
    things = things.filed(rng, records)
    notices = _notices(rng, world).filed(rng, records)
    numbers, notice_numbers = things.references(rng, "OC"), notices.references(rng, "VN")
    for period in world.periods:
        now, raised = within(things.start, period), within(notices.start, period)
        _send_occurrences(sending, period, only({"ref": numbers, **_occurrence_columns(sending, things)}, now))
        _send_notices(sending, period, only(_notice_columns(rng, sending, notices, notice_numbers), raised))
        rows = np.concatenate([things.record[now], notices.record[raised]])
        _send_nominals(sending, period, np.unique(rows[rows >= 0]))
        for kind in ("missing_home", "missing_care", "offence", "arrest"):
            sending.expect(period, f"events {kind}", int((now & (things.type == kind)).sum()))
        sending.expect(period, "concerns", int(raised.sum()))


def _place(rng: Rng, world: World, person: Column, here: float = 0.6) -> Column:
    """A postcode for what happened: often unknown, else near home or anywhere in the county."""
    near = world.places.postcode[world.people.home[person]]
    far = world.places.postcode[rng.choice(world.places.county_postcodes, len(person))]
    known = chance(rng, 0.75, len(person))
    result: Column = np.where(known, np.where(chance(rng, here, len(person)), near, far), "")
    return result


def _crimes(rng: Rng, world: World) -> Happenings:
    """Crimes and arrests, of those harmed and of those who cause harm. Many that should carry a flag do not."""
    people, harm = world.people, world.harm
    rate = 0.25 + 0.5 * harm.harmed + 1.3 * harm.causes
    person, on = active_days(rng, world, world.known["police"], rate, from_age=0, least=1)
    n = len(person)
    exploited = harm.harmed[person] & (on >= harm.onset[person]) & (on <= harm.until[person]) & chance(rng, 0.6, n)
    sexual = exploited & harm.cse[person] & (~harm.cce[person] | chance(rng, 0.5, n))
    code = np.where(sexual, "11A", "24A")
    seen = np.where(code == "11A", seen_share(world, person, "11A"), seen_share(world, person, "24A"))
    flagged = exploited & chance(rng, 0.75 * seen)
    usual = (
        "violence",
        "theft",
        "drug_possession",
        "weapons",
        "drug_supply",
        "robbery",
        "sexual_offence",
        "other_offence",
    )
    detail = pick(rng, usual, n, (40, 17, 8, 7, 5, 6, 5, 12))
    detail = np.where(
        flagged, np.where(sexual, "cse_flagged", "cce_flagged"), np.where(sexual, "sexual_offence", detail)
    )
    suspect = (harm.causes[person] & chance(rng, 0.6, n)) | (harm.cce[person] & chance(rng, 0.35, n))
    old_enough = on >= people.born[person] + 10 * YEAR
    suspect = suspect & old_enough
    role = np.where(suspect, np.where(exploited, "both", "causing_harm"), "harmed")
    arrest = suspect & chance(rng, 0.45, n)
    supply = arrest & harm.cce[person] & chance(rng, 0.5, n)
    detail = np.where(supply, pick(rng, ("drug_supply", "weapons"), n, (2, 1)), detail)
    results = ("charged", "oc_formal", "oc_informal", "diversion", "evidential_victim_supports",
        "evidential_victim_does_not_support", "no_suspect", "not_yet")  # fmt: skip
    outcome = np.where(
        arrest,
        pick(rng, ("safeguarding_response", "none"), n, (3, 7)),
        pick(rng, results, n, (9, 5, 8, 6, 12, 28, 24, 8)),
    )
    harms = np.where(
        flagged, np.where(sexual, "CSE", np.where(harm.county_lines[person], "CCE-COUNTY-LINES", "CCE")), ""
    )
    columns = {"detail": detail, "outcome": outcome, "role": role, "harms": harms, "place": _place(rng, world, person)}
    return Happenings.make(person, np.where(arrest, "arrest", "offence"), on, **columns)


def _contacts(rng: Rng, world: World) -> Happenings:
    """Stop and search, and warning notices to those who cause harm. Some groups are stopped far more than others."""
    people, harm = world.people, world.harm
    more = np.array(
        [{"white": 1.0, "black": 3.6, "mixed": 2.0, "asian": 1.5, "other": 1.5}[g] for g in people.group.tolist()]
    )
    rate = np.where(people.female, 0.02, 0.13) * more * (1 + 1.5 * harm.cce + 2 * harm.causes)
    person, on = active_days(rng, world, world.known["police"], rate, from_age=11)
    outcome = pick(rng, ("none", "safeguarding_response"), len(person), (9, 1))
    where = _place(rng, world, person, 0.4)
    stops = Happenings.make(person, words(["stop_search"] * len(person)), on, outcome=outcome, place=where)
    person, on = active_days(rng, world, world.known["police"], 0.1 * harm.causes, from_age=17)
    notices = Happenings.make(
        person, words(["warning_notice"] * len(person)), on, role=words(["causing_harm"] * len(person))
    )
    return joined(stops, notices)


def _missing(rng: Rng, world: World) -> Happenings:
    """The missing episodes that were reported to the force. Away without leave is seldom reported."""
    missing = world.missing
    told = (
        chance(rng, np.where(missing.away, 0.25, np.where(missing.from_care, 0.95, 0.88)))
        & world.known["police"][missing.person]
    )
    person = missing.person[told]
    kind = np.where(
        missing.from_care[told], np.where(missing.away[told], "away_unauthorised", "missing_care"), "missing_home"
    )
    found = pick(rng, ("found_in_area", "found_out_of_area"), len(person), (7, 3))
    return Happenings.make(
        person, kind, missing.start[told], end=missing.end[told], outcome=found, role=words(["harmed"] * len(person))
    )


def _referrals(rng: Rng, world: World) -> Happenings:
    """National referrals, and what is recorded about a place and nobody in particular."""
    harm = world.harm
    person, on = active_days(
        rng, world, world.known["police"] & harm.trafficking, np.full(len(harm.cse), 0.35), from_age=9
    )
    sexual = harm.cse[person] & ~harm.cce[person]
    n = len(person)
    sent = Happenings.make(person, words(["nrm_referral"] * n), on, detail=np.where(sexual, "sexual", "criminal"),
        outcome=words(["pending"] * n), role=words(["harmed"] * n), harms=words(["TRAFFICKING-MS"] * n))  # fmt: skip
    places = max(6, len(harm.cse) // 60)
    kind = pick(rng, ("intelligence", "disruption", "cuckooed_address", "county_line_closed"), places, (75, 15, 7, 3))
    detail = np.where(kind == "disruption", pick(rng, ("enforcement", "civil_order", "licensing", "place"), places), "")
    day_of = rng.integers(world.start, world.end + 1, places)
    where = world.places.postcode[rng.choice(world.places.county_postcodes, places)]
    harms = np.where(kind == "intelligence", pick(rng, ("CSE", "CCE", "CCE-COUNTY-LINES"), places), "")
    return joined(sent, Happenings.make(np.full(places, -1), kind, day_of, detail=detail, harms=harms, place=where))


def _notices(rng: Rng, world: World) -> Happenings:
    """Vulnerability notices about exploitation: from true harm, as far as officers see it, and a few where there is none."""
    harm = world.harm
    rate = np.where(harm.harmed, 0.9, 0.012) + 0.5 * harm.causes
    person, on = active_days(rng, world, world.known["police"], rate, from_age=9)
    seen = np.maximum(
        seen_share(world, person, "11A") * harm.cse[person],
        seen_share(world, person, "24A") * (harm.cce | harm.gangs)[person],
    )
    kept = chance(rng, np.where(harm.harmed[person], np.maximum(seen, 0.15), 0.9))
    person, on = person[kept], on[kept]
    codes = harm.codes()[person]
    stated = (codes != "") & chance(rng, 0.7, len(person))
    harms = np.where(stated, [text.replace("ONLINE", "").strip(";") for text in codes.tolist()], "UNSPECIFIED")
    role = np.where(harm.causes[person], np.where(harm.harmed[person], "both", "causing_harm"), "harmed")
    flagged = chance(rng, 0.5, len(person))
    until = np.where(flagged & chance(rng, 0.6, len(person)), on + spells(rng, len(person), 120, 30), NO_DAY)
    until = np.where(until > world.end, NO_DAY, until)
    columns = {
        "harms": harms,
        "role": role,
        "outcome": np.where(flagged, "flag", ""),
        "place": _place(rng, world, person),
    }
    return Happenings.make(person, words(["notice"] * len(person)), on, end=until, **columns)


def _refs(sending: Sending, record: Column) -> Column:
    found: Column = np.where(record >= 0, sending.records.ref[record], "")
    return found


def _strands(harms: Column) -> Column:
    said = {code: word for word, code in STRANDS.items()}
    return words(["/".join(said[code] for code in text.split(";") if code in said) for text in harms.tolist()])


def _occurrence_columns(sending: Sending, things: Happenings) -> Table:
    return {
        "Nominal Ref": _refs(sending, things.record),
        "Record type": in_words(things.type, KINDS),
        "Classification": in_words(things.detail, CLASSES),
        "Date from": uk(things.start),
        "Date to": uk(things.end),
        "Result": in_words(things.outcome, RESULTS),
        "Involvement": in_words(things.role, PARTS),
        "CE flags": _strands(things.harms),
        "Location postcode": things.place,
        "Beat": words([f"B{(start * 7) % 40:02d}" for start in things.start.tolist()]),
    }


def _send_occurrences(sending: Sending, period: Period, columns: Table) -> None:
    table = {"Occurrence No": columns.pop("ref"), **columns}
    source = sending.source(period, "occurrences.csv", key="Occurrence No")
    sending.faults.plant(table, source, "Record type", "unknown-word", wrong="Safeguarding occ.")
    sending.faults.plant(table, source, "Date from", "not-a-date", wrong="31/06/2024")
    sending.faults.plant(
        table,
        source,
        "Date to",
        "end-before-start",
        wrong=uk(np.full(len(table["Date to"]), sending.world.start - 900)),
    )
    sending.faults.plant(table, source, "Nominal Ref", "person-not-in-file", wrong="N0000001")
    sending.faults.plant(table, source, "Location postcode", "not-a-postcode", wrong="NFA")
    table = sending.faults.repeat(table, source, "reference-twice")
    write_csv(sending.path(period, "occurrences.csv"), table)
    sending.list_return(period, "occurrences.csv", by_map=OCCURRENCES)


def _notice_columns(rng: Rng, sending: Sending, notices: Happenings, numbers: Column) -> Table:
    n = len(numbers)
    return {
        "Notice No": numbers,
        "Nominal Ref": _refs(sending, notices.record),
        "Submitted": uk(notices.start),
        "CE strand": _strands(notices.harms),
        "Assessed as": pick(rng, tuple(STATUS), n, (5, 4, 2)),
        "Subject is": in_words(notices.role, PARTS),
        "Raised by": pick(rng, tuple(RAISED_BY), n, (50, 12, 12, 14, 8, 4)),
        "Where": np.where(chance(rng, 0.55, n), pick(rng, tuple(PLACES), n), ""),
        "Location postcode": notices.place,
        "Marker on": np.where(notices.outcome == "flag", uk(notices.start), ""),
        "Marker off": uk(notices.end),
    }


def _send_notices(sending: Sending, period: Period, table: Table) -> None:
    source = sending.source(period, "vulnerability_notices.csv", key="Notice No")
    sending.faults.plant(table, source, "CE strand", "unknown-word", wrong="Cse?")
    sending.faults.plant(table, source, "Submitted", "not-given", wrong="")
    write_csv(sending.path(period, "vulnerability_notices.csv"), table)
    sending.list_return(period, "vulnerability_notices.csv", by_map=NOTICES)


def _send_nominals(sending: Sending, period: Period, rows: Column) -> None:
    ours = people_columns(sending, rows)
    birth = words(["/".join(reversed(text.split("-"))) for text in ours["date_of_birth"].tolist()])
    table = {
        "Nominal Ref": ours["person"],
        "Surname": words([text.upper() for text in ours["family_name"].tolist()]),
        "Forename": ours["given_name"],
        "AKA": ours["aliases"],
        "DOB": birth,
        "Gender": in_words(ours["sex"], SEX, "Unknown"),
        "Self-defined ethnicity": in_words(
            np.where(ours["ethnicity"] == "WIRT", "WROM", ours["ethnicity"]), ETHNICITY, "NS"
        ),
        "Home postcode": ours["postcode"],
        "At address from": words(["/".join(reversed(text.split("-"))) for text in ours["postcode_from"].tolist()]),
        "At address to": words(["/".join(reversed(text.split("-"))) for text in ours["postcode_to"].tolist()]),
    }
    source = sending.source(period, "nominals.csv", key="Nominal Ref")
    sending.faults.plant(table, source, "DOB", "stand-in-date", wrong="01/01/1900")
    sending.faults.plant(table, source, "Gender", "unknown-word", wrong="X?")
    sending.faults.plant(table, source, "Home postcode", "not-a-postcode", wrong="UNKNOWN")
    write_csv(sending.path(period, "nominals.csv"), table)
    sending.list_return(period, "nominals.csv", by_map=PEOPLE)
