"""The checks that Plait makes of a file of events, as frictionless makes them. Run by the rivals' own Python.

What its constraints can say is said so. The rest is said in one of two ways: `row_constraints`, with the formulas its manual
gives for checks across cells (two checks across rows cannot be said so, and are left out); or as an `OwnCheck`, in Python written
for it here, which is the fastest that it does them all. https://framework.frictionlessdata.io
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import ClassVar

import yaml
from frictionless import Check, Checklist, Dialect, Resource, Schema, checks, errors

CORE = Path(__file__).parents[1] / "src" / "plait" / "packs" / "core"
RECEIVED = date(2025, 5, 1)
COLUMNS = (
    "event", "person", "type", "detail", "started_on", "ended_on", "outcome", "source", "role", "harms", "relates_to",
    "incident_postcode",
)  # fmt: skip
CODED = {
    "type": "event_type",
    "detail": "event_detail",
    "outcome": "event_outcome",
    "source": "referral_source",
    "role": "role",
}
MISSING_FROM_CARE = {"missing_care", "away_unauthorised"}
MISSING = MISSING_FROM_CARE | {"missing_home"}


CHECKS = {one["code"]: one for one in yaml.safe_load((CORE / "datasets" / "events.yaml").read_text("utf-8"))["checks"]}


def declared(check: str, column: str, test: str) -> set[str]:
    """The codes that a condition of one of the pack's checks names."""
    return {code for when in CHECKS[check]["when"] if when["column"] == column for code in when.get(test, [])}


def codes(name: str) -> list[dict[str, str]]:
    with (CORE / "codelists" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def grouped(name: str, group: str) -> set[str]:
    return {code["code"] for code in codes(name) if code["group"] == group}


DATED = {
    column: {c["code"]: (c.get("since") or "", c.get("until") or "9999") for c in codes(name) if c.get("since") or c.get("until")}
    for column, name in CODED.items()
}  # fmt: skip
ABOUT_A_PERSON = declared("events.no-person", "type", "is_in")
EXCLUDED = declared("events.exclusion-no-reason", "type", "is_in")
OF_CRIME = declared("events.crime-outcome-elsewhere", "type", "not_in")
SCHOOL_REASONS, CRIME_OUTCOMES = grouped("event_detail", "school_reason"), grouped("event_outcome", "crime")


def schema() -> Schema:
    """Types, lists of codes, bounds of dates, shapes of text, and what must be there or be there once."""
    day = {"type": "date", "format": "%d/%m/%Y"}
    harm = "|".join(sorted((re.escape(c["code"]) for c in codes("harm")), key=len, reverse=True))
    fields = {name: {"name": name, "type": "string"} for name in COLUMNS}
    for name, listed in CODED.items():
        fields[name]["constraints"] = {"enum": [c["code"] for c in codes(listed)]}
    fields["type"]["constraints"]["required"] = True
    fields["started_on"] |= day | {
        "constraints": {"required": True, "minimum": "01/01/1990", "maximum": f"{RECEIVED:%d/%m/%Y}"}
    }
    fields["ended_on"] |= day | {"constraints": {"maximum": f"{RECEIVED:%d/%m/%Y}"}}
    fields["harms"]["constraints"] = {"pattern": f"({harm})(; ({harm}))*"}
    fields["incident_postcode"]["constraints"] = {"pattern": "ZZ99.*|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}"}
    return Schema.from_descriptor({"fields": [*fields.values()], "primaryKey": ["event", "type"]})


def row_constraints() -> list[Check]:
    """Each check across the cells of a row as a formula."""
    formulas = [
        f"person or type not in {sorted(ABOUT_A_PERSON)}",
        "not ended_on or not started_on or ended_on >= started_on",
        "type != 'return_interview' or outcome",
        "type != 'return_interview' or outcome != 'done' or ended_on",
        f"type not in {sorted(EXCLUDED)} or detail",
        f"type in {sorted(EXCLUDED)} or detail not in {sorted(SCHOOL_REASONS)}",
        f"type in {sorted(OF_CRIME)} or outcome not in {sorted(CRIME_OUTCOMES)}",
        "not harms or 'UNSPECIFIED' not in harms or harms == 'UNSPECIFIED'",
    ]
    return [checks.row_constraint(formula=formula) for formula in formulas]


class OwnCheck(Check):
    """The checks across cells and rows, in one pass."""

    type = "own-check"
    Errors: ClassVar = [errors.RowError, errors.TableError]

    def connect(self, resource: Resource) -> None:
        super().connect(resource)
        self.episodes: set[str] = set()
        self.interviews: list[str] = []
        self.begun: set[tuple[str, str, date]] = set()
        self.spells: dict[tuple[str, bool], list[tuple[date, date]]] = defaultdict(list)

    def validate_row(self, row):
        for broken in (*self.in_the_row(row), *self.out_of_date(row), *self.beside_other_rows(row)):
            yield errors.RowError(note=broken, cells=[], row_number=row.row_number)

    def in_the_row(self, row):
        kind, detail, outcome, ended = row["type"], row["detail"], row["outcome"], row["ended_on"]
        if kind in ABOUT_A_PERSON and not row["person"]:
            yield "no-person"
        if ended and row["started_on"] and ended < row["started_on"]:
            yield "ends-first"
        if kind == "return_interview":
            if not outcome:
                yield "interview-no-outcome"
            if outcome == "done" and not ended:
                yield "interview-no-date"
        if kind in EXCLUDED and not detail:
            yield "exclusion-no-reason"
        if detail in SCHOOL_REASONS and kind not in EXCLUDED:
            yield "school-reason-elsewhere"
        if outcome in CRIME_OUTCOMES and kind not in OF_CRIME:
            yield "crime-outcome-elsewhere"
        if row["harms"] and "UNSPECIFIED" in row["harms"] and row["harms"] != "UNSPECIFIED":
            yield "unspecified-and-named"

    def out_of_date(self, row):
        days = [day for day in (row["started_on"], row["ended_on"]) if day]
        for column, dated in DATED.items():
            if row[column] in dated and days:
                since, until = dated[row[column]]
                if until < min(days).isoformat() or since > max(days).isoformat():
                    yield "out-of-date"

    def beside_other_rows(self, row):
        kind, person, start = row["type"], row["person"], row["started_on"]
        if kind == "return_interview" and row["relates_to"]:
            self.interviews.append(row["relates_to"])
        if kind in MISSING:
            self.episodes.add(row["event"])
            if person and start:
                if (person, kind, start) in self.begun:
                    yield "missing-twice"
                self.begun.add((person, kind, start))
                self.spells[person, kind in MISSING_FROM_CARE].append((start, row["ended_on"] or date.max))

    def validate_end(self):
        for spells in self.spells.values():
            latest = date.min
            for start, end in sorted(spells):
                if start < latest:
                    yield errors.TableError(note="overlaps")
                latest = max(latest, end)
        for episode in self.interviews:
            if episode not in self.episodes:
                yield errors.TableError(note="interview-without-episode")


def errors_in(source: Path, *, formulas: bool) -> int:
    """How many errors frictionless finds in the file; it lists them all."""
    listed = Checklist(checks=row_constraints() if formulas else [OwnCheck()])
    dialect = Dialect(
        header=False, comment_rows=[1]
    )  # formulas need names without spaces, so the file's own are skipped
    resource = Resource(path=source.name, basepath=str(source.parent), schema=schema(), dialect=dialect)
    return int(resource.validate(listed, limit_errors=10_000_000).stats["errors"])
