"""The looked-after children return: one CSV a table, headings as published, days as 31/03/2025."""

from dataclasses import dataclass

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, day, pick, to_date, uk, words
from plait.invent.files import Table, write_csv
from plait.invent.sending import Sending, within
from plait.values import Period

HEADINGS = {
    "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
    "episodes": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
    "missing": "CHILD,DOB,MISSING,MIS_START,MIS_END",
    "oc2": "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,"
    "INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
    "oc3": "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM",
    "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE",
    "uasc": "CHILD,SEX,DOB,DUC",
    "prev_perm": "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
    "social_worker": "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
}
FOLDER = "ssda903"
_SEX_LETTERS_SINCE = 2025  # before then 1 and 2
_FOSTER = ("U1", "U3", "U4", "U6")


@dataclass(frozen=True)
class Looked:
    """What is settled once of each placement or record and is the same in every year's return."""

    filed: Column  # the record each placement is under
    legal: Column
    place: Column
    provider: Column
    placed_at: Column
    urn: Column
    over: Column  # how care ended
    why: Column  # why the placement changed


def settle(rng: Rng, sending: Sending) -> Looked:
    """Legal status, kind of placement and where, of every placement."""
    world = sending.world
    care = world.care
    n = len(care.person)
    first = sending.records.first[care.person]
    age = (care.start - world.people.born[care.person]) / YEAR
    older = pick(rng, ("U4", "U6", "U1", "K2", "K1", "S1", "P1", "R5"), n, (24, 22, 10, 28, 2, 4, 9, 1))
    younger = pick(rng, ("U6", "U1", "U3", "P1", "R3"), n, (50, 18, 16, 13, 3))
    place = np.where(age > 10, older, younger)
    postcodes = world.places.postcode
    home = np.isin(place, ("K2", "K1", "S1"))
    provider = np.where(place == "P1", "PR0", pick(rng, ("PR1", "PR4", "PR2", "PR5"), n, (55, 36, 4, 5)))
    settled = np.where(
        age > 5,
        pick(rng, ("C2", "V2", "C1"), n, (60, 28, 12)),
        pick(rng, ("C1", "C2", "V2", "E1"), n, (45, 30, 15, 10)),
    )
    return Looked(
        filed=first,
        legal=_as_first(settled, care.first),
        place=place,
        provider=provider,
        placed_at=postcodes[rng.choice(world.places.county_postcodes, n)],
        urn=np.where(home, words([f"SC{1_000_000 + i * 37 % 900:07d}" for i in range(n)]), "XXXXXXX"),
        over=np.where(
            care.end >= world.adult_on()[care.person] - 2,
            pick(rng, ("E5", "E6"), n),
            pick(rng, ("E4A", "E4B", "E8", "E47"), n),
        ),
        why=pick(rng, ("CARPL", "CREQB", "CREQO", "LAREQ", "OTHER"), n, (45, 20, 10, 15, 10)),
    )


def _as_first(column: Column, first: Column) -> Column:
    """Each placement has what the first of its period of care has."""
    starts = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    result: Column = column[starts]
    return result


def send_ssda903(rng: Rng, sending: Sending, looked: Looked, period: Period) -> Column:
    """The year's folder of tables; which records it names."""
    care, records = sending.world.care, sending.records
    start, end = day(period.start), day(period.end)
    rows = np.flatnonzero((care.start <= end) & (care.end >= start))
    child = np.unique(looked.filed[rows])
    leavers = _leavers(sending, end)
    tables = {
        "header": _header(sending, np.union1d(child, leavers), period),
        "episodes": _episodes(sending, looked, rows, end),
        "missing": _missing(sending, period),
        "oc2": _oc2(rng, sending, looked, rows, end),
        "oc3": _oc3(rng, sending, leavers),
        "reviews": _reviews(sending, child, period),
        "uasc": _uasc(rng, sending, child),
        "prev_perm": _prev_perm(rng, sending, child),
        "social_worker": _social_workers(rng, sending, child, period),
    }
    _plant(sending, tables, period)
    for name, table in tables.items():
        ordered = {heading: table[heading] for heading in HEADINGS[name].split(",")}
        write_csv(sending.path(period, f"{FOLDER}/{name}.csv"), ordered)
    sending.list_return(period, FOLDER)
    sending.expect(period, "children looked after", len(np.unique(records.person[child])))
    sending.expect(period, "events missing_care", int((tables["missing"]["MISSING"] == "M").sum()))
    return np.union1d(child, leavers)


def _who(sending: Sending, record: Column) -> Table:
    return {"CHILD": sending.records.ref[record], "DOB": uk(sending.records.born[record])}


def _blank(n: int) -> Column:
    return np.full(n, "", dtype=object)


def _header(sending: Sending, record: Column, period: Period) -> Table:
    records, n = sending.records, len(record)
    sex = records.sex[record]
    if period.end.year < _SEX_LETTERS_SINCE:
        sex = np.where(sex == "M", "1", "2").astype(object)
    upn = np.where(records.upn[record] != "", records.upn[record], "UN4")
    return {
        **_who(sending, record),
        "SEX": sex,
        "ETHNIC": records.ethnicity[record],
        "UPN": upn,
        "MOTHER": _blank(n),
        "MC_DOB": _blank(n),
    }


def _episodes(sending: Sending, looked: Looked, rows: Column, end: int) -> Table:
    world, care = sending.world, sending.world.care
    people = world.people
    over = care.end[rows] <= end
    last = care.last[rows]
    reason = np.where(over, np.where(last, looked.over[rows], "X1"), "")
    return {
        "CHILD": sending.records.ref[looked.filed[rows]],
        "DECOM": uk(care.start[rows]),
        "RNE": np.where(care.first[rows], "S", "P").astype(object),
        "LS": looked.legal[rows],
        "CIN": np.where(people.disability[care.person[rows]] == "MOB", "N2", "N1").astype(object),
        "PLACE": looked.place[rows],
        "PLACE_PROVIDER": looked.provider[rows],
        "DEC": uk(np.where(over, care.end[rows], NO_DAY)),
        "REC": reason.astype(object),
        "REASON_PLACE_CHANGE": np.where(over & ~last, looked.why[rows], "").astype(object),
        "HOME_POST": world.places.postcode[people.home[care.person[rows]]],
        "PL_POST": looked.placed_at[rows],
        "URN": looked.urn[rows],
    }


def _missing(sending: Sending, period: Period) -> Table:
    missing = sending.world.missing
    rows = np.flatnonzero(missing.from_care & within(missing.start, period))
    over = np.where(missing.end[rows] > day(period.end), NO_DAY, missing.end[rows])
    who = _who(sending, sending.records.first[missing.person[rows]])
    kind = np.where(missing.away[rows], "A", "M").astype(object)
    return {**who, "MISSING": kind, "MIS_START": uk(missing.start[rows]), "MIS_END": uk(over)}


def _oc2(rng: Rng, sending: Sending, looked: Looked, rows: Column, end: int) -> Table:
    """Those who have been in care for a year at the year's end."""
    care = sending.world.care
    person = care.person[rows]
    long = (care.since[person] <= end - 365) & (care.until[person] > end)
    record = np.unique(looked.filed[rows][long])
    n = len(record)
    age = (end - sending.records.born[record]) / YEAR
    scored = (age > 4) & (age < 17)
    yes = {heading: np.where(chance(rng, share, n), "1", "0").astype(object) for heading, share in _OC2_SHARES.items()}
    yes["CONVICTED"] = np.where((age >= 10) & chance(rng, 0.03, n), "1", "0").astype(object)
    treated = yes["SUBSTANCE_MISUSE"] == "1"
    received = np.where(treated, np.where(chance(rng, 0.5, n), "1", "0"), "").astype(object)
    return {
        **_who(sending, record),
        "SDQ_SCORE": np.where(scored, rng.integers(0, 33, n).astype(str), "").astype(object),
        "SDQ_REASON": np.where(scored, "", "SDQ5").astype(object),
        **yes,
        "INTERVENTION_RECEIVED": received,
        "INTERVENTION_OFFERED": np.where(received == "0", "1", "").astype(object),
    }


_OC2_SHARES = {
    "HEALTH_CHECK": 0.88,
    "IMMUNISATIONS": 0.82,
    "TEETH_CHECK": 0.79,
    "HEALTH_ASSESSMENT": 0.9,
    "SUBSTANCE_MISUSE": 0.03,
}


def _leavers(sending: Sending, end: int) -> Column:
    """Records of those aged 17 to 21 who have left care."""
    world = sending.world
    age = (end - world.people.born) / YEAR
    left = (world.care.until != NO_DAY) & (world.care.until <= end) & (age >= 17.5)
    adult = (
        world.known["council"]
        & (age >= 18)
        & (age < 21.9)
        & (world.care.since == NO_DAY)
        & (world.people.strain > -0.4)
    )
    result: Column = sending.records.first[np.flatnonzero((left & (age < 21.9)) | adult)]
    return np.sort(result)


def _oc3(rng: Rng, sending: Sending, record: Column) -> Table:
    n = len(record)
    return {
        **_who(sending, record),
        "IN_TOUCH": pick(rng, ("YES", "NO", "REFU", "NREQ", "RHOM"), n, (91, 5, 2, 1, 1)),
        "ACTIV": pick(rng, ("F2", "F4", "F5", "P4", "G4", "G5", "G6"), n, (20, 22, 8, 8, 10, 26, 6)),
        "ACCOM": pick(rng, ("B1", "K1", "U1", "V1", "E1", "W2", "X2", "S2"), n, (14, 18, 30, 10, 14, 6, 5, 3)),
    }


def _reviews(sending: Sending, record: Column, period: Period) -> Table:
    care = sending.world.care
    start, end = day(period.start), day(period.end)
    pairs = []
    for one, person in zip(record.tolist(), sending.records.person[record].tolist(), strict=True):
        until = min(int(care.until[person]), end + 1)
        pairs += [(one, on) for on in range(int(care.since[person]) + 20, until, 182) if on >= start]
    place = np.array([p[0] for p in pairs], dtype=np.int64)
    days = np.array([p[1] for p in pairs], dtype=np.int64)
    code = words([f"PN{(one + on) % 7 + 1}" for one, on in pairs])
    return {**_who(sending, place), "REVIEW": uk(days), "REVIEW_CODE": code}


def _uasc(rng: Rng, sending: Sending, record: Column) -> Table:
    """Some of the older boys and girls came alone to ask for asylum."""
    people = sending.world.people
    person = sending.records.person[record]
    born = sending.records.born[record]
    alone = (
        np.isin(people.ethnicity[person], ("AOTH", "OOTH", "BAFR")) & chance(rng, 0.3, len(record)) & (born != NO_DAY)
    )
    some = record[alone]
    return {**_who(sending, some), "SEX": _sexes(sending, some), "DUC": uk(born[alone] + int(18 * YEAR))}


def _sexes(sending: Sending, record: Column) -> Column:
    return sending.records.sex[record]


def _prev_perm(rng: Rng, sending: Sending, record: Column) -> Table:
    some = record[chance(rng, 0.04, len(record))]
    n = len(some)
    since = sending.world.care.since[sending.records.person[some]]
    before = [to_date(max(int(s) - 700, 0)).strftime("%d/%m/%Y") for s in since]
    return {
        **_who(sending, some),
        "PREV_PERM": pick(rng, ("P1", "P2", "P3"), n),
        "LA_PERM": _blank(n),
        "DATE_PERM": words(before),
    }


def _social_workers(rng: Rng, sending: Sending, record: Column, period: Period) -> Table:
    care = sending.world.care
    person = sending.records.person[record]
    until = care.until[person]
    ended = np.where(until <= day(period.end), until, NO_DAY)
    worker = words([f"SW{number:06d}" for number in rng.integers(1, 400, len(record)).tolist()])
    return {
        **_who(sending, record),
        "SW_ID": worker,
        "SW_DECOM": uk(np.maximum(care.since[person], day(period.start))),
        "SW_DEC": uk(ended),
        "SW_REASON": np.where(ended != NO_DAY, "FCONTA", "").astype(object),
    }


def _plant(sending: Sending, tables: dict[str, Table], period: Period) -> None:
    def source(name: str) -> tuple[Table, object]:
        return tables[name], sending.source(period, FOLDER, sheet=f"{name}.csv", key="CHILD")

    faults = sending.faults
    early = uk(np.full(len(tables["missing"]["CHILD"]), day(period.start) - 400))
    for name, heading, kind, wrong in (
        ("header", "ETHNIC", "unknown-code", "WBRT"),
        ("episodes", "PLACE", "unknown-code", "X9"),
        ("episodes", "PL_POST", "not-a-postcode", "UNKNOWN"),
        ("episodes", "DECOM", "not-given", ""),
        ("missing", "MIS_END", "end-before-start", early),
        ("reviews", "REVIEW", "not-a-date", "31/11/2024"),
    ):
        table, where = source(name)
        faults.plant(table, where, heading, kind, wrong=wrong)  # type: ignore[arg-type]
