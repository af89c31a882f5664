"""The core pack's own checks, as tables: what each says of a row of a return at 31 March 2026, and what it lets pass."""

# ruff: noqa: E501  a table is read down its columns, so a row stays on one line

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plait.declare import ColumnType, DataSet, Pack, load_pack
from plait.engine import Engine
from plait.validate import Context, validate
from plait.values import Period

ARROW = {
    ColumnType.DATE: pa.date32(),
    ColumnType.CODES: pa.list_(pa.string()),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
}
ORDINARY = {"person": "A1", "recorded_on": "2025-06-01", "started_on": "2025-06-01", "area": "E08000032"}


@cache
def core() -> Pack:
    return load_pack()


def value(text: str, kind: ColumnType) -> object:
    if kind is ColumnType.CODES:
        return text.split(";") if text else []
    if not text:
        return None
    return date.fromisoformat(text) if kind is ColumnType.DATE else int(text) if kind is ColumnType.INTEGER else text


def table(dataset: DataSet, text: str, path: Path) -> tuple[Path, list[set[str]]]:
    """A received table from lines of cells parted by '|', and the findings each line's last cell asks for."""
    heading, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    rows = [dict(zip(heading, line, strict=True)) for line in lines]
    asked = [set(row.pop("finding").split()) for row in rows]
    columns = {
        c.id: pa.array(
            [value(row.get(c.id, ORDINARY.get(c.id, "") if c.required else ""), c.type) for row in rows],
            ARROW.get(c.type, pa.string()),
        )
        for c in dataset.columns
    }
    columns["_row"] = pa.array(range(2, len(rows) + 2), pa.int64())
    columns["_sheet"] = columns["_path"] = pa.array([""] * len(rows), pa.string())
    columns["_unread"] = pa.array([[]] * len(rows), pa.list_(pa.string()))
    if dataset.tier == "aggregate":
        columns["_extra"] = pa.array([None] * len(rows), pa.string())
    pq.write_table(pa.table(columns), path)
    return path, asked


class Return:
    """A return checked: codes of findings by the row they are on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def found(self, tables: Mapping[str, str]) -> tuple[dict[str, list[set[str]]], dict[str, list[set[str]]]]:
        """What each row of each table was found to break, of the declared checks, and what it was asked to."""
        paths, asked = {}, {}
        for name, text in tables.items():
            paths[name], asked[name] = table(core().dataset(name), text, self.folder / f"{name}.parquet")
        context = Context(
            agency="mersea", kind="council", file="return.xlsx", period=Period.parse("2025-26"),
            reference_date=date(2026, 3, 31), received_on=date(2026, 5, 1),
        )  # fmt: skip
        into = self.folder / "checked"
        into.mkdir()
        checked = validate(Engine(), paths, core(), context, into)
        declared = {check.code for dataset in core().datasets.values() for check in dataset.checks}
        got = {name: [set() for _ in rows] for name, rows in asked.items()}
        for finding in checked.findings:
            if finding.code in declared and finding.where.row:
                got[finding.dataset][finding.where.row - 2].add(finding.code)
        return got, asked


SPEC: dict[str, dict[str, str]] = {
    "people": {
        "people": """
        person | date_of_birth | died_on    | postcode | postcode_from | postcode_to | disability | finding
        A1     | 2010-01-01    |            | BD1 1HQ  | 2015-01-01    |             |            |
        A2     |               |            |          |               |             |            | people.no-date-of-birth
        A3     | 1810-01-01    |            |          |               |             |            | people.born-too-early
        A4     | 2026-07-01    |            |          |               |             |            | people.birth-ahead
        A5     | 2010-01-01    | 2009-01-01 |          |               |             |            | people.died-before-birth
        A6     | 2010-01-01    | 2026-04-30 |          |               |             |            | people.death-ahead
        A7     | 2010-01-01    |            | BD1 1HQ  | 2015-01-01    | 2014-01-01  |            | people.left-before-arriving
        A8     | 2010-01-01    |            | BD1 1HQ  | 2015-01-01    | 2016-01-01  |            |
        A8     | 2010-01-01    |            | BD1 1HA  | 2016-01-01    |             |            |
        A9     | 2010-01-01    |            | BD1 1HQ  | 2015-01-01    | 2016-01-01  |            |
        A9     | 2010-01-01    |            | BD1 1HA  | 2015-06-01    |             |            | people.addresses-overlap
        B1     | 2010-01-01    |            |          |               |             | NONE;LD    | people.no-disability-and-some
        B2     | 2010-01-01    |            |          |               |             | NONE       |
        B3     | 2010-01-01    |            |          |               |             | LD;AUT     |
        B4     | 2010-01-01    |            | BD1 1HQ  | 2015-01-01    | 2016-01-01  |            |
        B4     | 2010-01-01    |            | BD1 1HQ  | 2015-01-01    | 2016-01-01  |            | people.same-row-twice people.addresses-overlap
        """,
    },
    "concerns": {
        "people": """
        person | date_of_birth | finding
        A1     | 2010-01-01    |
        """,
        "concerns": """
        concern | person | recorded_on | harms           | status  | role    | flag_from  | flag_to    | finding
        C1      | A1     | 2025-06-01  | CSE;CCE         | concern | harmed  | 2025-06-02 |            |
        C1      | A1     | 2025-06-02  | CSE             | concern | harmed  |            |            | concerns.same-reference-twice
        C2      | A1     | 2026-04-01  | CSE             | concern | harmed  |            |            | concerns.recorded-ahead
        C3      | A1     | 1999-12-31  | CSE             | concern | harmed  |            |            | concerns.recorded-long-ago concerns.before-birth
        C4      | A1     | 2025-06-01  | CSE             | concern | harmed  | 2025-06-02 | 2025-06-01 | concerns.flag-ends-first
        C5      | A1     | 2025-06-01  | CSE             | concern | harmed  |            | 2025-06-01 | concerns.flag-never-began
        C6      | A1     | 2025-06-01  | CSE             | concern | harmed  | 2026-06-02 |            | concerns.flag-ahead
        C7      | A1     | 2025-06-01  | CSE;UNSPECIFIED | concern | harmed  |            |            | concerns.unspecified-and-named
        C8      | A1     | 2025-06-01  | UNSPECIFIED     | concern | harmed  |            |            |
        C9      | A1     | 2025-06-01  | CSE             |         |         |            |            | concerns.no-status concerns.no-role
        D1      | A1     | 2025-06-01  | CSE             | unknown | unknown |            |            |
        D2      | A2     | 2025-06-01  | CSE             | concern | both    |            |            | concerns.person-not-listed
        """,
    },
    "missing from care (SSDA903)": {
        "people": """
        person | date_of_birth | finding
        A1     | 2010-01-01    |
        A2     | 2010-01-01    |
        A3     | 2010-01-01    |
        """,
        "services": """
        service | person | type         | started_on | finding
        S1      | A1     | looked_after | 2025-05-01 |
        S2      | A2     | looked_after | 2025-05-01 |
        S3      | A3     | looked_after | 2008-05-01 | services.care-before-birth
        """,
        "events": """
        event | person | type              | started_on | ended_on   | finding
        M1    | A1     | missing_care      | 2025-06-01 | 2025-06-03 |
        M2    | A1     | away_unauthorised | 2025-06-02 | 2025-06-04 | ssda903.574
        M3    | A1     | missing_care      | 2025-06-04 | 2025-06-04 |
        M4    | A1     | missing_care      | 2025-07-02 | 2025-07-01 | ssda903.567
        M5    | A1     | missing_care      | 2026-04-02 |            | ssda903.570
        M6    | A2     | missing_care      | 2025-04-02 | 2025-04-03 | ssda903.581
        M7    | A3     | missing_care      | 2009-04-02 | 2009-04-03 | events.before-birth
        M8    | A2     | missing_home      | 2025-04-02 | 2025-04-05 |
        M9    | A2     | missing_home      | 2025-04-04 | 2025-04-05 | events.missing-home-overlaps
        N1    | A2     | missing_home      | 2025-04-04 | 2025-04-04 | events.missing-home-overlaps events.missing-twice
        """,
    },
    "children in need census": {
        "people": """
        person | date_of_birth | finding
        A1     | 2025-08-01    |
        """,
        "services": """
        service | person | type                | referred_on | started_on | ended_on   | outcome | detail | finding
        S1      | A1     | children_social_care | 2025-05-01 | 2025-05-01 |            |         |        |
        S1      | A1     | children_social_care | 2025-05-01 | 2025-05-01 |            |         |        | services.same-spell-twice
        S2      | A1     | children_social_care | 2025-05-02 | 2025-05-02 | 2025-05-01 | RC7     |        | services.ends-first
        S3      | A1     | children_social_care | 2025-05-01 | 2025-05-01 | 2025-06-01 |         |        | services.closed-no-reason
        S4      | A1     | children_social_care | 2025-05-01 | 2025-05-01 |            | RC8     |        | services.reason-while-open
        S5      | A1     | cp_plan              |            | 2025-05-01 | 2025-09-01 |         | NEG    |
        S6      | A1     | cp_plan              |            | 2025-08-01 |            |         | NEG    | services.plans-overlap
        S7      | A1     | cin_plan             |            | 2025-08-01 |            |         | U1     | services.placement-elsewhere
        S8      | A1     | early_help           |            |            |            |         |        | services.no-date
        S9      | A1     | early_help           | 2025-08-01 |            |            | waiting |        |
        T1      | A1     | early_help           | 2025-08-03 | 2025-08-01 |            |         |        | services.started-before-referral
        T2      | A1     | early_help           | 2026-08-03 |            |            |         |        | services.referred-ahead
        T3      | A1     | early_help           | 2025-08-03 | 2026-08-03 |            |         |        | services.starts-ahead
        T4      | A1     | early_help           | 2025-08-03 | 2025-08-03 | 2026-08-03 |         |        | services.ends-ahead
        T5      | A1     | early_help           |            | 1985-08-03 | 1985-09-03 |         |        | services.started-long-ago
        T6      | B1     | early_help           |            | 2025-08-03 |            |         |        | services.person-not-listed
        T7      | A1     | early_help           | 2025-08-03 |            | 2025-08-01 |         |        | services.closed-before-referral
        """,
        "events": """
        event | person | type       | started_on | ended_on   | outcome             | finding
        R1    | A1     | referral   | 2025-05-01 |            | no_further_action   |
        F1    | A1     | assessment | 2025-05-02 | 2025-06-01 |                     |
        F2    | A1     | assessment | 2025-05-02 | 2025-06-01 |                     | cin.8897Q
        F3    | A1     | assessment | 2025-05-02 |            |                     |
        """,
        "needs": """
        person | need | recorded_on | relates_to | finding
        A1     | 24A  | 2025-06-01  | F1         |
        A1     | 11A  | 2025-06-01  | F1         |
        A1     | 24A  | 2025-06-01  | F1         | cin.8898
        A1     | 24A  | 2025-06-01  | F9         | needs.event-not-listed
        A1     | SEN  | 2026-06-01  |            | needs.recorded-ahead
        A1     | SEN  | 1986-06-01  |            | needs.recorded-long-ago
        B1     | SEN  | 2025-06-01  |            | needs.person-not-listed
        """,
    },
    "factors of assessments": {
        "services": """
        service | person | type                 | started_on | ended_on   | outcome | finding
        S1      | A1     | children_social_care | 2025-05-01 | 2025-06-01 | RC8     |
        S2      | A2     | children_social_care | 2025-05-01 | 2025-06-01 | RC7     |
        """,
        "events": """
        event | person | type       | started_on | ended_on   | relates_to | finding
        F1    | A1     | assessment | 2025-05-02 | 2025-05-20 | S1         |
        F2    | A2     | assessment | 2025-05-02 | 2025-05-20 | S2         | cin.8873Q
        F3    | A3     | assessment | 2025-05-02 |            |            |
        """,
        "needs": """
        person | need | recorded_on | relates_to | finding
        A1     | 21   | 2025-05-20  | F1         |
        A2     | 21   | 2025-05-20  | F2         |
        A3     | 24A  | 2025-05-20  | F3         | cin.8614
        """,
    },
    "missing after care has ended": {
        "services": """
        service | person | type         | started_on | ended_on   | finding
        S1      | A1     | looked_after | 2025-05-01 | 2025-06-01 |
        S2      | A2     | looked_after | 2025-05-01 | 2025-06-01 |
        S3      | A3     | looked_after | 2025-05-01 | 2025-06-01 |
        """,
        "events": """
        event | person | type         | started_on | ended_on   | finding
        M1    | A1     | missing_care | 2025-05-30 | 2025-06-01 |
        M2    | A2     | missing_care | 2025-05-30 | 2025-06-03 | ssda903.577
        M3    | A3     | missing_care | 2025-06-02 | 2025-06-03 | ssda903.577 ssda903.578
        """,
    },
    "a child's care, placement by placement": {
        "services": """
        service | person | type         | detail | started_on | ended_on   | finding
        S1      | A1     | looked_after | U1     | 2025-05-01 | 2025-06-01 |
        S2      | A1     | looked_after | T1     | 2025-05-10 | 2025-05-12 |
        S3      | A1     | looked_after | K2     | 2025-06-01 |            |
        S4      | A1     | looked_after | U6     | 2025-07-01 |            | services.care-overlaps
        """,
    },
    "events": {
        "people": """
        person | date_of_birth | finding
        A1     | 2010-01-01    |
        """,
        "events": """
        event | person | type             | started_on | ended_on   | detail    | outcome     | harms           | relates_to | finding
        M1    | A1     | missing_home     | 2025-06-01 | 2025-06-02 |           |             |                 |            |
        M1    | A1     | return_interview | 2025-06-02 | 2025-06-03 |           | done        |                 | M1         |
        M1    | A1     | missing_home     | 2025-07-01 | 2025-07-02 |           |             |                 |            | events.same-reference-twice
        R2    | A1     | return_interview | 2025-06-02 | 2025-06-03 |           | done        |                 | M9         | events.interview-without-episode
        R3    | A1     | return_interview | 2025-06-02 |            |           |             |                 |            | events.interview-no-outcome
        R4    | A1     | return_interview | 2025-06-02 |            |           | done        |                 |            | events.interview-no-date
        R5    | A1     | return_interview | 2025-06-02 |            |           | not_offered |                 |            |
        P1    |        | panel            | 2025-06-02 |            |           |             |                 |            | events.no-person
        P2    |        | disruption       | 2025-06-02 |            | licensing |             |                 |            |
        E1    | A1     | exclusion        | 2025-06-02 |            |           |             |                 |            | events.exclusion-no-reason
        E2    | A1     | suspension       | 2025-06-02 |            | DA        |             |                 |            |
        E3    | A1     | offence          | 2025-06-02 |            | DA        |             |                 |            | events.school-reason-elsewhere
        E4    | A1     | offence          | 2025-06-02 |            | robbery   | charged     | CCE             |            |
        E5    | A1     | referral         | 2025-06-02 |            |           | charged     |                 |            | events.crime-outcome-elsewhere
        E6    | A1     | offence          | 2025-06-02 |            |           |             | CCE;UNSPECIFIED |            | events.unspecified-and-named
        E7    | A1     | arrest           | 2025-06-02 | 2025-06-01 |           |             |                 |            | events.ends-first
        E8    | A1     | arrest           | 2026-06-02 |            |           |             |                 |            | events.starts-ahead
        E9    | A1     | arrest           | 2025-06-02 | 2026-06-02 |           |             |                 |            | events.ends-ahead
        G1    | A1     | intelligence     | 1985-06-02 |            |           |             |                 |            | events.started-long-ago
        G2    | B1     | arrest           | 2025-06-02 |            |           |             |                 |            | events.person-not-listed
        """,
    },
    "counts": {
        "counts": """
        measure | part      | period  | area      | sex | value | finding
        MI01    |           | 2025-26 | E08000032 |     | 120   |
        MI01    |           | 2025-26 | E08000032 | F   | <5    |
        MI01    |           | 2025-26 | E08000032 | F   | c     | counts.same-figure-twice
        MI01    | numerator | 2025-26 | E08000032 | F   | 12    |
        """,
    },
    "populations": {
        "populations": """
        area      | year | age_from | age_to | sex | residents | finding
        E08000032 | 2024 | 10       | 17     |     | 63000     |
        E08000032 | 2024 | 10       | 17     | F   | 31000     |
        E08000032 | 2024 | 10       | 17     | F   | 31000     | populations.same-count-twice
        E08000032 | 24   | 10       | 17     |     | 63000     | populations.year-unlikely
        E08000033 | 2024 | -1       | 17     |     | 63000     | populations.age-from-unlikely
        E08000033 | 2024 | 10       | 170    |     | 63000     | populations.age-to-unlikely
        E08000033 | 2024 | 17       | 10     |     | 63000     | populations.ages-turned-round
        """,
    },
}
# Seen only beside another return or another agency's, or already refused as no figure.
NOT_BY_ROW = {"counts.agencies-differ", "counts.below-zero", "populations.below-zero"}


@pytest.mark.parametrize("case", SPEC, ids=str)
def test_each_row_is_told_what_is_wrong_with_it_and_nothing_else(case: str, tmp_path: Path) -> None:
    got, asked = Return(tmp_path).found(SPEC[case])
    assert got == asked


def test_every_check_is_seen_to_fail() -> None:
    declared = {c.code for d in core().datasets.values() for c in d.checks if c.kind != "change"}
    asked = {word for tables in SPEC.values() for text in tables.values() for word in text.split() if "." in word}
    assert declared - NOT_BY_ROW <= asked
