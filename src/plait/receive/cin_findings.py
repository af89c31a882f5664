"""What the sender of a census should know, and what its columns are called in the census's own terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from plait.receive.cin_blocks import Seen
from plait.receive.types import Heading
from plait.receive.xml_blocks import shown_name
from plait.values import Finding, Place, Severity

_CHILD = "Children/Child"
_PATHS = {
    "": "",
    "Children": "Children",
    "Child": _CHILD,
    "ChildIdentifiers": f"{_CHILD}/ChildIdentifiers",
    "ChildCharacteristics": f"{_CHILD}/ChildCharacteristics",
    "CINdetails": f"{_CHILD}/CINdetails",
    "Assessments": f"{_CHILD}/CINdetails/Assessments",
    "CINPlanDates": f"{_CHILD}/CINdetails/CINPlanDates",
    "Section47": f"{_CHILD}/CINdetails/Section47",
    "ChildProtectionPlans": f"{_CHILD}/CINdetails/ChildProtectionPlans",
}
_PARENTS = {
    "PersonBirthDate": "ChildIdentifiers",
    "PersonDeathDate": "ChildIdentifiers",
    "CINreferralDate": "CINdetails",
    "CINclosureDate": "CINdetails",
    "AssessmentActualStartDate": "Assessments",
    "AssessmentAuthorisationDate": "Assessments",
    "CINPlanStartDate": "CINPlanDates",
    "CINPlanEndDate": "CINPlanDates",
    "S47ActualStartDate": "Section47",
    "DateOfInitialCPC": "Section47",
    "CPPstartDate": "ChildProtectionPlans",
    "CPPendDate": "ChildProtectionPlans",
    "CPPreviewDate": "ChildProtectionPlans",
}


def findings_of(
    file: str, seen: Seen, collection: str, reference_date: date | None, authority: str | None
) -> Iterator[Finding]:
    """One finding for each kind of thing noticed, with how often and where first."""
    if reference_date is None:
        yield _of_header(file, "cin.no-reference-date")
    if authority is None:
        yield _of_header(file, "cin.no-authority")
    if collection.upper() not in ("", "CIN"):
        yield _of_header(file, "cin.collection")
    for (kind, path, name), count in sorted(seen.counts.items()):
        yield _seen(file, kind, path, name, count, seen.first[kind, path, name])
    if seen.not_kept:
        yield _not_kept(file, seen.not_kept)


def _of_header(file: str, code: str) -> Finding:
    problem, remedy = _OF_HEADER[code]
    where = Place(file=file, path="Header")
    return Finding(code=code, where=where, problem=problem, remedy=remedy, severity=Severity.WARNING)


_OF_HEADER = {
    "cin.no-reference-date": (
        "The header has no reference date (CollectionDetails/ReferenceDate) that can be read.",
        "Add it as YYYY-MM-DD. Until then the end of the return's period is used.",
    ),
    "cin.no-authority": (
        "The header does not say which authority sends the census (Source/LEA, three digits).",
        "Add it, so that nobody takes the file for another authority's.",
    ),
    "cin.collection": (
        "The header names another collection than CIN, yet the file holds children in need.",
        "Check that this is the file you meant to send.",
    ),
}


def _seen(file: str, kind: str, path: str, name: str, count: int, line: int) -> Finding:
    within, _, wrapper = path.partition("/")
    if kind == "date-form":
        within = _PARENTS[name]
    place = "/".join(part for part in (_PATHS.get(within, within), wrapper, shown_name(name)) if part)
    return Finding(
        code=f"cin.{_CODES[kind]}",
        where=Place(file=file, row=line, path=place),
        problem=_PROBLEMS[kind],
        remedy=_REMEDIES[kind],
        severity=Severity.WARNING,
        count=count,
    )


_CODES = {"unknown": "unknown-element", "repeated": "repeated-element", "date-form": "date-form"}
_PROBLEMS = {
    "unknown": "This element is not part of the census, or stands in the wrong block. What it holds was not read.",
    "repeated": "This element should occur once in its block and occurs again. The first was kept.",
    "date-form": "This date is not written YYYY-MM-DD. It was read as a UK date, the day first.",
}
_REMEDIES = {
    "unknown": "Check its name and place against the year's census guide. Nothing to do if it is your system's own.",
    "repeated": "Correct the record so that one is left, and export again.",
    "date-form": "Check that the day comes before the month, and export dates as YYYY-MM-DD.",
}


def _not_kept(file: str, names: Iterable[str]) -> Finding:
    listed = ", ".join(sorted(names))
    return Finding(
        code="cin.element-not-kept",
        where=Place(file=file, path=_CHILD),
        problem=f"The census holds parts that no data set asks for, so they were not kept: {listed}.",
        remedy="Nothing to do.",
        severity=Severity.NOTE,
    )


def headings_of() -> dict[str, dict[str, Heading]]:
    """The census element behind each column. A column filled from several blocks names each of its elements."""
    return {
        dataset: {column: Heading(text=text, path=path) for column, (text, path) in columns.items()}
        for dataset, columns in _HEADINGS.items()
    }


_DETAILS = f"{_CHILD}/CINdetails"
_WHO = {"person": ("LAchildID", f"{_CHILD}/ChildIdentifiers/LAchildID")}
_RECORDED = {"recorded_on": ("AssessmentAuthorisationDate or AssessmentActualStartDate", f"{_DETAILS}/Assessments")}
_FACTORS = ("AssessmentFactors", f"{_DETAILS}/Assessments/FactorsIdentifiedAtAssessment/AssessmentFactors")
_SOURCE = {"source": ("ReferralSource", f"{_DETAILS}/ReferralSource")}
_HEADINGS: dict[str, dict[str, tuple[str, str]]] = {
    "people": {
        **_WHO,
        "upn": ("UPN", f"{_CHILD}/ChildIdentifiers/UPN"),
        "date_of_birth": ("PersonBirthDate or ExpectedPersonBirthDate", f"{_CHILD}/ChildIdentifiers"),
        "sex": ("Sex or GenderCurrent", f"{_CHILD}/ChildIdentifiers"),
        "died_on": ("PersonDeathDate", f"{_CHILD}/ChildIdentifiers/PersonDeathDate"),
        "ethnicity": ("Ethnicity", f"{_CHILD}/ChildCharacteristics/Ethnicity"),
        "disability": ("Disability", f"{_CHILD}/ChildCharacteristics/Disabilities/Disability"),
    },
    "services": {
        **_WHO,
        **_SOURCE,
        "detail": ("LatestCategoryOfAbuse", f"{_DETAILS}/ChildProtectionPlans/LatestCategoryOfAbuse"),
        "referred_on": ("CINreferralDate", f"{_DETAILS}/CINreferralDate"),
        "started_on": ("CINreferralDate, CINPlanStartDate or CPPstartDate", _DETAILS),
        "ended_on": ("CINclosureDate, CINPlanEndDate or CPPendDate", _DETAILS),
        "need": ("PrimaryNeedCode", f"{_DETAILS}/PrimaryNeedCode"),
        "outcome": ("ReasonForClosure", f"{_DETAILS}/ReasonForClosure"),
    },
    "events": {
        **_WHO,
        **_SOURCE,
        "started_on": (
            "CINreferralDate, AssessmentActualStartDate, S47ActualStartDate, DateOfInitialCPC or CPPreviewDate",
            _DETAILS,
        ),
        "ended_on": ("AssessmentAuthorisationDate", f"{_DETAILS}/Assessments/AssessmentAuthorisationDate"),
        "outcome": ("ReferralNFA or ICPCnotRequired", _DETAILS),
    },
    "needs": {**_WHO, **_RECORDED, "need": _FACTORS},
    "concerns": {**_WHO, **_SOURCE, **_RECORDED, "harms": _FACTORS},
}
