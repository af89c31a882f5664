"""The children in need census as the council's system writes it: XML, in the element order of the year's schema."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, day, iso, to_date, words
from plait.invent.faults import Faults, Source
from plait.invent.files import Table
from plait.invent.people import LOCAL_AUTHORITY
from plait.invent.records import Records
from plait.invent.social_care import Assessments, Episodes
from plait.values import Period

SEX_SINCE = 2025  # before then the schema has GenderCurrent
_GENDER = {"M": "1", "F": "2", "U": "0"}


@dataclass(frozen=True)
class Census:
    """What one year's file will hold, as text: faults are planted here before it is written."""

    record: Column  # of each child
    children: Table
    episodes: Table
    assessments: Table


def census(work: tuple[Episodes, Assessments], filed: Column, records: Records, period: Period) -> Census:
    """The year's children, their episodes and assessments. `filed` is the record each episode is under."""
    episodes, assessments = work
    start, end = day(period.start), day(period.end)
    running = np.where(episodes.no_action, episodes.referred >= start, episodes.closed >= start)
    rows = np.flatnonzero((episodes.referred <= end) & running)
    rows = rows[np.lexsort((episodes.referred[rows], filed[rows]))]
    record, child = np.unique(filed[rows], return_inverse=True)
    wanted = np.flatnonzero(np.isin(assessments.episode, rows) & (assessments.start <= end))
    place = np.zeros(len(episodes.person), dtype=np.int64)
    place[rows] = np.arange(len(rows))
    return Census(
        record,
        _children(records, record, period),
        {**_episodes(episodes, rows, start, end), "child": child},
        _assessments(assessments, wanted, place, start, end),
    )


def _children(records: Records, record: Column, period: Period) -> Table:
    sex = records.sex[record]
    if period.end.year < SEX_SINCE:
        sex = words([_GENDER[code] for code in sex.tolist()])
    upn = records.upn[record]
    infant = records.born[record] > day(period.end) - 5 * YEAR
    return {
        "LAchildID": records.ref[record],
        "UPN": upn,
        "UPNunknown": np.where(upn != "", "", np.where(infant, "UN1", "UN4")),
        "PersonBirthDate": iso(records.born[record]),
        "Sex": sex,
        "Ethnicity": records.ethnicity[record],
        "Disability": records.disability[record],
    }


def _by(days: Column, end: int) -> Column:
    """The days as text, without those that had not yet come when the year ended."""
    return iso(np.where(days <= end, days, NO_DAY))


def _episodes(episodes: Episodes, rows: Column, start: int, end: int) -> Table:
    closed = _by(episodes.closed[rows], end)
    planned = np.where(episodes.plan[rows] >= episodes.closed[rows], NO_DAY, episodes.plan[rows])
    protected = _by(episodes.protected[rows], end)
    return {
        "CINreferralDate": iso(episodes.referred[rows]),
        "ReferralSource": episodes.source[rows],
        "PrimaryNeedCode": np.where(episodes.no_action[rows], "", episodes.need[rows]),
        "CINclosureDate": closed,
        "ReasonForClosure": np.where(closed == "", "", episodes.reason[rows]),
        "plan": _by(planned, end),
        "section47": _by(episodes.section47[rows], end),
        "conference": _by(episodes.conference[rows], end),
        "ReferralNFA": np.where(episodes.no_action[rows], "1", "0").astype(object),
        "protected": protected,
        "protected_to": np.where(protected == "", "", _by(episodes.protected_to[rows], end)),
        "category": episodes.category[rows],
        "reviews": _reviews(episodes.protected[rows], np.minimum(episodes.protected_to[rows], end)),
    }


def _reviews(start: Column, end: Column) -> Column:
    """Days of the review conferences, parted by ';': the first within three months, then every six."""
    result = []
    for begun, over in zip(start.tolist(), end.tolist(), strict=True):
        days = range(begun + 85, over, 178) if begun != NO_DAY else range(0)
        result.append(";".join(to_date(d).isoformat() for d in days))
    return words(result)


def _assessments(assessments: Assessments, rows: Column, place: Column, start: int, end: int) -> Table:
    done = _by(assessments.done[rows], end)
    return {
        "episode": place[assessments.episode[rows]],
        "AssessmentActualStartDate": iso(assessments.start[rows]),
        "AssessmentAuthorisationDate": done,
        "AssessmentFactors": np.where(done == "", "", assessments.factors[rows]),
    }


def plant(year: Census, faults: Faults, source: Source, period: Period) -> None:
    """The mistakes councils really send: each of these is one a national rule looks for."""
    after = (period.end + timedelta(days=40)).isoformat()
    keyed = {**year.episodes, "LAchildID": year.children["LAchildID"][year.episodes["child"]]}
    upn = year.children["UPN"]
    wrong_letter = words([("B" if text[:1] == "A" else "A") + text[1:] for text in upn.tolist()])
    faults.plant(year.children, source, "UPN", "wrong-check-letter", wrong=wrong_letter)
    faults.plant(year.children, source, "Ethnicity", "unknown-code", wrong="WBRT")
    faults.plant(year.children, source, "PersonBirthDate", "not-given", wrong="")
    episode = replace(source, sheet="CINdetails")
    faults.plant(keyed, episode, "CINclosureDate", "before-referral", wrong=_earlier(keyed["CINreferralDate"]))
    faults.plant(keyed, episode, "ReferralSource", "unknown-code", wrong="6A")
    faults.plant(keyed, episode, "CINreferralDate", "after-the-year", wrong=after)
    year.episodes.update({heading: column for heading, column in keyed.items() if heading != "LAchildID"})
    assessed = replace(source, sheet="Assessments", key="")
    faults.plant(year.assessments, assessed, "AssessmentFactors", "withdrawn-code", wrong="18A")
    faults.plant(year.assessments, assessed, "AssessmentFactors", "not-given", wrong="")


def _earlier(texts: Column) -> Column:
    days = np.array([day(date.fromisoformat(text)) for text in texts.tolist()] or [0])[: len(texts)]
    return iso(days - 3)


def write_census(path: Path, year: Census, period: Period, *, sent: str) -> Path:
    """The file, one element a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(_header(period, sent))
        handle.writelines(_child_blocks(year, "Sex" if period.end.year >= SEX_SINCE else "GenderCurrent"))
        handle.write("</Children>\n</Message>\n")
    return path


def _header(period: Period, sent: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n<Header>\n<CollectionDetails>\n<Collection>CIN</Collection>\n'
        f"<Year>{period.end.year}</Year>\n<ReferenceDate>{period.end}</ReferenceDate>\n</CollectionDetails>\n<Source>\n"
        f"<SourceLevel>L</SourceLevel>\n<LEA>{LOCAL_AUTHORITY}</LEA>\n<SoftwareCode>Invented</SoftwareCode>\n"
        f"<Release>1</Release>\n<SerialNo>001</SerialNo>\n<DateTime>{sent}T09:00:00</DateTime>\n</Source>\n</Header>\n<Children>\n"
    )


def _child_blocks(year: Census, sex: str) -> Iterator[str]:
    blocks: list[list[str]] = [[] for _ in year.children["LAchildID"]]
    for child, block in zip(year.episodes["child"].tolist(), _episode_blocks(year), strict=True):
        blocks[child].append(block)
    for ref, upn, unknown, born, code, ethnicity, disability, details in zip(
        *(column.tolist() for column in year.children.values()), blocks, strict=True
    ):
        known_by = _one("UPN", upn) + _one("UPNunknown", unknown) + _one("PersonBirthDate", born) + _one(sex, code)
        yield (
            f"<Child>\n<ChildIdentifiers>\n<LAchildID>{ref}</LAchildID>\n{known_by}</ChildIdentifiers>\n"
            f"<ChildCharacteristics>\n{_one('Ethnicity', ethnicity)}{_disabilities(disability)}</ChildCharacteristics>\n"
            f"{''.join(details)}</Child>\n"
        )


def _one(element: str, text: str) -> str:
    return f"<{element}>{text}</{element}>\n" if text else ""


def _disabilities(codes: str) -> str:
    inside = "".join(_one("Disability", code) for code in codes.split(";")) if codes else _one("Disability", "NONE")
    return f"<Disabilities>\n{inside}</Disabilities>\n"


def _episode_blocks(year: Census) -> Iterator[str]:
    assessed: list[list[str]] = [[] for _ in year.episodes["child"]]
    for episode, start, done, factors in zip(*(column.tolist() for column in year.assessments.values()), strict=True):
        inside = "".join(_one("AssessmentFactors", code) for code in factors.split(";") if code)
        noted = f"<FactorsIdentifiedAtAssessment>\n{inside}</FactorsIdentifiedAtAssessment>\n" if inside else ""
        dates = _one("AssessmentActualStartDate", start) + _one("AssessmentAuthorisationDate", done)
        assessed[episode].append(f"<Assessments>\n{dates}{noted}</Assessments>\n")
    headings = [heading for heading in year.episodes if heading != "child"]
    for *cells, blocks in zip(*(year.episodes[heading].tolist() for heading in headings), assessed, strict=True):
        yield _episode(dict(zip(headings, cells, strict=True)), "".join(blocks))


def _episode(cell: dict[str, str], assessed: str) -> str:
    first = ("CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate", "ReasonForClosure")
    dates = _one("CINPlanStartDate", cell["plan"]) + _one("CINPlanEndDate", cell["CINclosureDate"])
    plan = f"<CINPlanDates>\n{dates}</CINPlanDates>\n" if cell["plan"] else ""
    return (
        f"<CINdetails>\n{''.join(_one(element, cell[element]) for element in first)}{assessed}{plan}{_section47(cell)}"
        f"{_one('ReferralNFA', cell['ReferralNFA'])}{_protection(cell)}</CINdetails>\n"
    )


def _section47(cell: dict[str, str]) -> str:
    if not cell["section47"]:
        return ""
    not_needed = _one("ICPCnotRequired", "0" if cell["conference"] else "1")
    begun = _one("S47ActualStartDate", cell["section47"])
    return f"<Section47>\n{begun}{_one('DateOfInitialCPC', cell['conference'])}{not_needed}</Section47>\n"


def _protection(cell: dict[str, str]) -> str:
    if not cell["protected"]:
        return ""
    reviews = "".join(_one("CPPreviewDate", on) for on in cell["reviews"].split(";") if on)
    return (
        f"<ChildProtectionPlans>\n{_one('CPPstartDate', cell['protected'])}{_one('CPPendDate', cell['protected_to'])}"
        f"{_one('InitialCategoryOfAbuse', cell['category'])}{_one('LatestCategoryOfAbuse', cell['category'])}"
        f"<NumberOfPreviousCPP>0</NumberOfPreviousCPP>\n"
        f"{f'<Reviews>{chr(10)}{reviews}</Reviews>{chr(10)}' if reviews else ''}</ChildProtectionPlans>\n"
    )
