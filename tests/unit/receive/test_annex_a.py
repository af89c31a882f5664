"""Ofsted's Annex A, as issued, as councils rename it, and as one file a list."""

import zipfile
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from plait.declare import Pack
from plait.receive import receive
from plait.receive.annex_a import lists
from tests.unit.receive.core import CORE

CHILD = {"Child Unique ID": "C1", "Gender": "a) Male", "Ethnicity": "a) WBRI", "Date of Birth": date(2009, 5, 6)}
DISABLED = {"Does the Child have a Disability": "b) No"}
ROWS: dict[str, list[dict]] = {
    "List_1": [CHILD | {"Date of Contact": date(2024, 1, 2), "Contact Source": "e) 2A: Schools"}],
    "List_2": [CHILD | {"Assessment start date": date(2024, 1, 3), "Assessment completion date": date(2024, 2, 3)}],
    "List_3": [
        CHILD | {"Date of referral": date(2024, 1, 4), "Referral Source": "q) 6: Police", "Referral NFA?": "b) No"},
        {"Child Unique ID": "C2", "Gender": "c) Not stated/recorded", "Date of referral": "05/01/2024",
         "Referral Source": "Passer-by", "Referral NFA?": "a) Yes"},
    ],
    "List_4": [CHILD | DISABLED | {"Continuous Assessment Start Date": date(2024, 1, 5),
                                   "Continuous Assessment Date of Authorisation": date(2024, 2, 5)}],
    "List_5": [
        CHILD | {"Strategy discussion initiating Section 47 Enquiry Start Date": date(2024, 1, 6),
                 "Was an Initial Child Protection Conference deemed unnecessary?": "b) No",
                 "Date of Initial Child Protection Conference": date(2024, 1, 20)},
        CHILD | {"Strategy discussion initiating Section 47 Enquiry Start Date": date(2024, 3, 6),
                 "Was an Initial Child Protection Conference deemed unnecessary?": "a) Yes"},
    ],
    "List_6": [CHILD | {"CIN Start Date": date(2024, 1, 7), "CIN Closure Date": date(2024, 6, 7),
                        "Primary Need Code": "N1 - Abuse or neglect",
                        "Reason for Closure": "RC8 - Case closed after assessment, no further action"}],
    "List_7": [CHILD | {"Child Protection Plan Start Date": date(2024, 1, 8),
                        "Latest Category of Abuse": "e) Multiple/not recommended"}],
    "List_8": [CHILD | {"Date Started to be Looked After": date(2024, 1, 9), "Placement Type": "zz) T4: Temporary",
                        "Date Ceased to be Looked After": date(2024, 6, 9),
                        "Reason Ceased to be Looked After": "a) E11: Adopted - application unopposed",
                        "Child's Category of Need": "N1 - Abuse or neglect"}],
    "List_9": [CHILD | {"LA In Touch": "a) In touch"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE


def headings(pack: Pack, name: str) -> list[str]:
    return list(next(one.headings for one in lists(pack) if one.name == name))


def workbook(path: Path, pack: Pack, *, names=lambda name: name, top: int = 2, rename=lambda heading: heading) -> Path:
    """The workbook with every list, as Ofsted lays it out unless told otherwise."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as made:
        made.add_worksheet("Front_Sheet").write(0, 0, "Annex A")
        made.add_worksheet("Codes_used").write_row(0, 0, ["Gender", "a) Male"])
        for name, rows in ROWS.items():
            sheet = made.add_worksheet(names(name))
            if top > 1:
                sheet.write(0, 0, f"{name.replace('_', ' ')}: title")
            wanted = headings(pack, name)
            sheet.write_row(top - 1, 0, [rename(heading) for heading in wanted])
            for number, row in enumerate(rows, start=top):
                for column, heading in enumerate(wanted):
                    sheet.write(number, column, row.get(heading, ""))
        made.add_worksheet("List_10").write_row(1, 0, ["Child Unique ID", "Family identifier"])
    return path


def rows(received, *columns, table):
    return [tuple(row[c] for c in columns) for row in pq.read_table(received.tables[table]).to_pylist()]


EVENTS = [
    ("C1", "contact", "2A", None, date(2024, 1, 2), None),
    ("C1", "referral", "6", "accepted", date(2024, 1, 4), None),
    ("C2", "referral", "Passer-by", "no_further_action", date(2024, 1, 5), None),
    ("C1", "assessment", None, None, date(2024, 1, 5), date(2024, 2, 5)),
    ("C1", "section47", None, "conference", date(2024, 1, 6), None),
    ("C1", "section47", None, "no_conference", date(2024, 3, 6), None),
    ("C1", "child_protection_conference", None, None, date(2024, 1, 20), None),
]
SERVICES = [
    ("C1", "early_help", None, None, None, date(2024, 1, 3), date(2024, 2, 3)),
    ("C1", "children_social_care", None, "N1", "RC8", date(2024, 1, 7), date(2024, 6, 7)),
    ("C1", "cp_plan", "MUL", None, None, date(2024, 1, 8), None),
    ("C1", "looked_after", "T4", "N1", "E11", date(2024, 1, 9), date(2024, 6, 9)),
    ("C1", "care_leaving", "in_touch", None, None, None, None),
]
PEOPLE = [("C1", "M", "WBRI", date(2009, 5, 6), ["NONE"]), ("C2", "U", None, None, [])]


def check(received) -> None:
    assert received.format == "annex_a"
    events = rows(received, "person", "type", "source", "outcome", "started_on", "ended_on", table="events")
    assert sorted(events, key=str) == sorted(EVENTS, key=str)
    services = rows(received, "person", "type", "detail", "need", "outcome", "started_on", "ended_on", table="services")
    assert sorted(services, key=str) == sorted(SERVICES, key=str)
    assert rows(received, "person", "sex", "ethnicity", "date_of_birth", "disability", table="people") == PEOPLE
    assert received.rows["people"] == 2


def test_as_ofsted_issues_it(pack, tmp_path):
    received = receive(workbook(tmp_path / "annex.xlsx", pack), pack, tmp_path / "into")
    check(received)
    assert rows(received, "_sheet", "_row", table="events")[0] == ("List_1", 3)
    assert [(f.code, f.where.sheet) for f in received.findings] == [("annex-a.adoption", "List_10")]


def test_with_sheets_named_by_number_and_headings_first(pack, tmp_path):
    made = workbook(tmp_path / "annex.xlsx", pack, names=lambda name: name.replace("_", " "), top=1)
    check(receive(made, pack, tmp_path / "into"))


def test_with_sheets_named_by_subject_and_columns_renamed(pack, tmp_path):
    """The headings tell the list; other names for a heading are known, and one nearly right is taken and told."""
    subjects = dict(zip(ROWS, ["Contacts", "EH", "Referrals", "Assess", "S47", "CIN", "CP", "CLA", "CL"], strict=True))
    other = {
        "Child Unique ID": "Child ID",
        "Date of Birth": "DOB",
        "Gender": "Sex",
        "Date of referral": "Date of referal",
    }
    made = workbook(
        tmp_path / "annex.xlsx",
        pack,
        names=lambda name: subjects[name],
        rename=lambda heading: other.get(heading, heading),
    )
    received = receive(made, pack, tmp_path / "into")
    check(received)
    guessed = [f for f in received.findings if f.code == "annex-a.heading-guessed"]
    assert [(f.where.sheet, f.where.letter) for f in guessed] == [("Referrals", "G")]
    assert received.headings["people"]["date_of_birth"].text == "DOB"


def test_one_file_a_list(pack, tmp_path):
    folder = tmp_path / "annex"
    folder.mkdir()
    for name, listed in ROWS.items():
        wanted = headings(pack, name)
        lines = [",".join(f'"{row.get(h, "")}"' for h in wanted) for row in listed]
        (folder / f"{name.replace('_', ' ')}.csv").write_text("\n".join([",".join(f'"{h}"' for h in wanted), *lines]))
    received = receive(folder, pack, tmp_path / "into")
    check(received)
    assert rows(received, "_sheet", "_row", table="events")[0] == ("List 1.csv", 2)
    with zipfile.ZipFile(tmp_path / "annex.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"annex a/{path.name}")
    check(receive(tmp_path / "annex.zip", pack, tmp_path / "again"))


def test_lists_that_disagree_about_a_child_are_told(pack, tmp_path, monkeypatch):
    changed = {**ROWS, "List_3": [ROWS["List_3"][0] | {"Gender": "b) Female"}, ROWS["List_3"][1]]}
    monkeypatch.setitem(globals(), "ROWS", changed)
    received = receive(workbook(tmp_path / "annex.xlsx", pack), pack, tmp_path / "into")
    assert [(f.code, f.count) for f in received.findings if f.dataset == "people"] == [("annex-a.people-differ", 1)]
    assert rows(received, "person", "sex", table="people") == [("C1", "M"), ("C2", "U")]


def test_a_child_whose_birth_cannot_be_read_stays_to_be_put_right(pack, tmp_path, monkeypatch):
    """Merging must not hide a cell that the sender has to correct."""
    changed = {**ROWS, "List_3": [ROWS["List_3"][0] | {"Date of Birth": "not known"}, ROWS["List_3"][1]]}
    monkeypatch.setitem(globals(), "ROWS", changed)
    received = receive(workbook(tmp_path / "annex.xlsx", pack), pack, tmp_path / "into")
    assert rows(received, "person", "_sheet", "_unread", table="people") == [
        ("C1", "List_1", []),
        ("C1", "List_3", ["date_of_birth"]),
        ("C2", "List_3", []),
    ]


def test_start_is_never_taken_for_end(pack, tmp_path, monkeypatch):
    """With the start column renamed past knowing, the end column, itself nearly right, is not guessed to be it."""
    names = {
        "Child Protection Plan Start Date": "Opened",
        "Child Protection Plan End Date": "Child Protection Plan Ending Date",
    }
    ended = ROWS["List_7"][0] | {"Child Protection Plan End Date": date(2024, 6, 8)}
    monkeypatch.setitem(globals(), "ROWS", {**ROWS, "List_7": [ended]})
    made = workbook(tmp_path / "annex.xlsx", pack, rename=lambda heading: names.get(heading, heading))
    received = receive(made, pack, tmp_path / "into")
    plans = [row for row in rows(received, "type", "started_on", "ended_on", table="services") if row[0] == "cp_plan"]
    assert plans == [("cp_plan", None, date(2024, 6, 8))]
    said = [(f.code, f.where.sheet) for f in received.findings if f.where.sheet == "List_7"]
    assert ("annex-a.heading-missing", "List_7") in said
    assert ("annex-a.heading-guessed", "List_7") in said


def test_each_row_of_a_list_with_two_kinds_of_event_is_for_the_days_it_gives(pack, tmp_path, monkeypatch):
    """A day that cannot be read still counts as given, and a row without any is not lost but left to be put right."""
    enquiry, conference = (
        "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Date of Initial Child Protection Conference",
    )
    listed = [
        CHILD | {enquiry: date(2024, 1, 6)},
        CHILD | {conference: date(2024, 1, 7)},
        CHILD | {enquiry: date(2024, 1, 8), conference: "soon"},
        CHILD,
    ]
    monkeypatch.setitem(globals(), "ROWS", {"List_5": listed})
    received = receive(workbook(tmp_path / "annex.xlsx", pack), pack, tmp_path / "into")
    assert sorted(rows(received, "_row", "type", "started_on", table="events"), key=str) == [
        (3, "section47", date(2024, 1, 6)),
        (4, "child_protection_conference", date(2024, 1, 7)),
        (5, "child_protection_conference", None),
        (5, "section47", date(2024, 1, 8)),
        (6, "child_protection_conference", None),
        (6, "section47", None),
    ]
