"""What a children in need census becomes, and what the sender is told. Each table is a small worked example."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.receive.cin import read_cin
from plait.receive.types import Received
from plait.values import Severity
from tests.unit.receive.cin_files import HEADER, assessment, child, details, message
from tests.unit.receive.core import CORE as PACK


def read(folder: Path, text: str | bytes) -> Received:
    source = folder / "census.xml"
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_cin(source, PACK, folder / "into")


def rows(received: Received, table: str, *columns: str) -> list[tuple[object, ...]]:
    records = pq.read_table(received.tables[table]).to_pylist()
    return [tuple(record[column] for column in columns) for record in records]


def codes(received: Received) -> dict[str, int]:
    return {finding.code: finding.count for finding in received.findings}


def test_a_child_becomes_a_person(tmp_path: Path) -> None:
    nature = "<Ethnicity>mwbc</Ethnicity><Disabilities><Disability>AUT</Disability><Disability> ld </Disability></Disabilities>"
    received = read(tmp_path, message(child(" a 1\n", nature=nature)))
    assert rows(received, "people", "person", "upn", "date_of_birth", "sex", "ethnicity", "disability") == [
        ("A1", "A123456789012", date(2010, 5, 6), "F", "MWBC", ["AUT", "LD"])
    ]
    assert (received.reference_date, received.authority) == (date(2025, 3, 31), "301")
    assert (received.format, received.file, received.rows["people"]) == ("cin", "census.xml", 1)


@pytest.mark.parametrize(
    ("element", "sex"),
    [
        ("<GenderCurrent>1</GenderCurrent>", "M"),
        ("<GenderCurrent>2</GenderCurrent>", "F"),
        ("<GenderCurrent>0</GenderCurrent>", "U"),
        ("<GenderCurrent>9</GenderCurrent>", "U"),
        ("<Sex>m</Sex>", "M"),
        ("<Sex>F</Sex><GenderCurrent>1</GenderCurrent>", "F"),
        ("<Sex> </Sex><GenderCurrent>1</GenderCurrent>", "M"),
        ("<Sex>X</Sex>", "X"),
        ("", None),
    ],
)
def test_sex_in_every_schema_year(tmp_path: Path, element: str, sex: str | None) -> None:
    assert rows(read(tmp_path, message(child(identity=element or "<UPN/>"))), "people", "sex") == [(sex,)]


def test_an_unborn_child_has_the_expected_date(tmp_path: Path) -> None:
    expected = "<PersonBirthDate/><ExpectedPersonBirthDate>2025-06-01</ExpectedPersonBirthDate>"
    assert rows(read(tmp_path, message(child(identity=expected))), "people", "date_of_birth") == [(date(2025, 6, 1),)]


def test_an_episode_is_a_service_and_a_referral(tmp_path: Path) -> None:
    fields = (
        "<ReferralSource>1a</ReferralSource><PrimaryNeedCode>N4</PrimaryNeedCode><CINclosureDate>2024-09-01</CINclosureDate>"
        "<ReasonForClosure>RC8</ReasonForClosure><ReferralNFA>1</ReferralNFA>"
    )
    received = read(tmp_path, message(child("A1", details(fields=fields))))
    columns = ("service", "type", "referred_on", "started_on", "ended_on", "source", "need", "outcome")
    assert rows(received, "services", *columns) == [
        ("A1/CIN/1", "children_social_care", date(2024, 4, 10), date(2024, 4, 10), date(2024, 9, 1), "1A", "N4", "RC8")
    ]
    assert rows(received, "events", "event", "person", "type", "started_on", "outcome", "source", "relates_to") == [
        ("A1/CIN/1/R", "A1", "referral", date(2024, 4, 10), "no_further_action", "1A", "A1/CIN/1")
    ]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("0", "accepted"), ("false", "accepted"), ("1", "no_further_action"), ("TRUE", "no_further_action"), ("", None)],
)
def test_booleans_as_digits_or_words(tmp_path: Path, text: str, outcome: str | None) -> None:
    received = read(tmp_path, message(child("A1", details(fields=f"<ReferralNFA>{text}</ReferralNFA>"))))
    assert rows(received, "events", "outcome") == [(outcome,)]


def test_an_assessment_gives_needs_and_a_concern(tmp_path: Path) -> None:
    received = read(tmp_path, message(child("A1", details(assessment("2A", "11a", "24A", "19B")))))
    ref = "A1/CIN/1/A/1"
    assert rows(received, "needs", "person", "need", "recorded_on", "relates_to") == [
        ("A1", need, date(2024, 5, 20), ref) for need in ("2A", "11A", "24A", "19B")
    ]
    assert rows(received, "concerns", "concern", "harms", "status", "role", "recorded_on", "source", "relates_to") == [
        (ref + "/H", ["CSE", "CCE", "PEER-HSB"], "concern", "unknown", date(2024, 5, 20), "6", ref)
    ]


@pytest.mark.parametrize(
    ("factor", "harms"),
    [
        ("11A", ["CSE"]), ("12A", ["TRAFFICKING-MS"]), ("13A", ["EFH-OTHER"]), ("24A", ["CCE"]), ("18B", ["SYV"]),
        ("19B", ["PEER-HSB"]), ("10A", None), ("18A", None), ("19C", None), ("21", None),
    ],
)  # fmt: skip
def test_which_factors_are_concerns(tmp_path: Path, factor: str, harms: list[str] | None) -> None:
    received = read(tmp_path, message(child("A1", details(assessment(factor)))))
    assert rows(received, "concerns", "harms") == ([(harms,)] if harms else [])
    assert rows(received, "needs", "need") == [(factor,)]


def test_an_assessment_not_yet_authorised_is_recorded_on_its_start(tmp_path: Path) -> None:
    received = read(tmp_path, message(child("A1", details(assessment("11A", end=" ")))))
    assert rows(received, "needs", "recorded_on") == rows(received, "concerns", "recorded_on") == [(date(2024, 4, 11),)]
    assert rows(received, "events", "type", "ended_on")[1] == ("assessment", None)


def test_enquiry_conferences_and_plans(tmp_path: Path) -> None:
    enquiry = (
        "<Section47><S47ActualStartDate>2024-05-01</S47ActualStartDate><DateOfInitialCPC>2024-05-15</DateOfInitialCPC>"
        "<ICPCnotRequired>0</ICPCnotRequired></Section47>"
        "<Section47><S47ActualStartDate>2024-06-01</S47ActualStartDate><ICPCnotRequired>true</ICPCnotRequired></Section47>"
    )
    plan = (
        "<CINPlanDates><CINPlanStartDate>2024-05-02</CINPlanStartDate></CINPlanDates>"
        "<ChildProtectionPlans><CPPstartDate>2024-05-15</CPPstartDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>"
        "<LatestCategoryOfAbuse>SAB</LatestCategoryOfAbuse><Reviews><CPPreviewDate>2024-08-01</CPPreviewDate>"
        "<CPPreviewDate>2024-11-01</CPPreviewDate></Reviews><Reviews><CPPreviewDate>2025-02-01</CPPreviewDate></Reviews>"
        "</ChildProtectionPlans>"
    )
    received = read(
        tmp_path, message(child("A1", details(enquiry, plan, fields="<DateOfInitialCPC>2024-05-15</DateOfInitialCPC>")))
    )
    assert set(rows(received, "events", "event", "type", "started_on", "outcome", "relates_to")) == {
        ("A1/CIN/1/R", "referral", date(2024, 4, 10), None, "A1/CIN/1"),
        ("A1/CIN/1/S/1", "section47", date(2024, 5, 1), "conference", "A1/CIN/1"),
        ("A1/CIN/1/S/2", "section47", date(2024, 6, 1), "no_conference", "A1/CIN/1"),
        ("A1/CIN/1/S/1/C", "child_protection_conference", date(2024, 5, 15), None, "A1/CIN/1/S/1"),
        ("A1/CIN/1/CP/1/V/1", "review_conference", date(2024, 8, 1), None, "A1/CIN/1/CP/1"),
        ("A1/CIN/1/CP/1/V/2", "review_conference", date(2024, 11, 1), None, "A1/CIN/1/CP/1"),
        ("A1/CIN/1/CP/1/V/3", "review_conference", date(2025, 2, 1), None, "A1/CIN/1/CP/1"),
    }
    assert rows(received, "services", "service", "type", "started_on", "detail")[1:] == [
        ("A1/CIN/1/P/1", "cin_plan", date(2024, 5, 2), None),
        ("A1/CIN/1/CP/1", "cp_plan", date(2024, 5, 15), "SAB"),
    ]


def test_a_conference_on_another_day_than_any_enquirys_counts_by_itself(tmp_path: Path) -> None:
    received = read(tmp_path, message(child("A1", details(fields="<DateOfInitialCPC>2024-05-15</DateOfInitialCPC>"))))
    assert ("A1/CIN/1/C", "child_protection_conference") in rows(received, "events", "event", "type")


def test_rows_lead_back_to_the_line_and_the_block(tmp_path: Path) -> None:
    text = message(child("A1"), child("A2", details(), details(assessment("1A"), assessment("11A"))))
    received = read(tmp_path, text)
    [(line, path)] = rows(received, "concerns", "_row", "_path")
    assert path == "Children/Child[2]/CINdetails[2]/Assessments[2]"
    assert text.splitlines()[line - 1].startswith("<Assessments>")
    assert "11A" in text.splitlines()[line - 1]


def test_lines_are_right_past_the_65535_that_libxml2_counts(tmp_path: Path) -> None:
    text = message(child("A1"), "\n" * 70_000, child("A2", details("\n" + assessment("11A"))))
    received = read(tmp_path, text)
    lines = text.splitlines()
    assert lines[rows(received, "people", "_row")[1][0] - 1] == "<Child>"
    assert lines[rows(received, "services", "_row")[0][0] - 1] == "<CINdetails>"
    assert lines[rows(received, "concerns", "_row")[0][0] - 1].startswith("<Assessments>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = message(child("A1", nature="<Ethnicity>é</Ethnicity>"))
    declared = "utf-8" if "utf-8" in encoding else encoding.removesuffix("-le")
    received = read(tmp_path, text.replace('"utf-8"', f'"{declared}"').encode(encoding))
    assert rows(received, "people", "person", "ethnicity") == [("A1", "é")]


@pytest.mark.parametrize("attributes", [' xmlns="urn:dfe"', ' xmlns:x="urn:x" x:at="1"'])
def test_a_namespace_changes_nothing(tmp_path: Path, attributes: str) -> None:
    received = read(tmp_path, message(child("A1", details(assessment("11A"))), attributes=attributes))
    assert received.rows == {"people": 1, "services": 1, "events": 2, "needs": 1, "concerns": 1}
    assert received.reference_date == date(2025, 3, 31)
    assert codes(received) == {}


def test_a_prefix_on_every_element_changes_nothing(tmp_path: Path) -> None:
    text = message(child("A1", details())).replace("</", "</d:").replace("<", "<d:").replace("<d:/d:", "</d:")
    text = text.replace("<d:?xml", "<?xml").replace("<d:Message>", '<d:Message xmlns:d="urn:dfe">')
    assert read(tmp_path, text).rows["services"] == 1


def test_no_header(tmp_path: Path) -> None:
    received = read(tmp_path, message(child(), header=""))
    assert (received.reference_date, received.authority) == (None, None)
    assert codes(received) == {"cin.no-reference-date": 1, "cin.no-authority": 1}


def test_a_header_after_the_children_is_read(tmp_path: Path) -> None:
    text = message(child(), header="").replace("</Children>", "</Children>" + HEADER)
    assert read(tmp_path, text).authority == "301"


def test_tables_without_rows_are_there(tmp_path: Path) -> None:
    """No concern in a census is an answer; no table would say nobody asked."""
    received = read(tmp_path, message(child()))
    assert received.rows == {"people": 1, "services": 0, "events": 0, "needs": 0, "concerns": 0}
    assert set(received.tables) == set(received.rows)
    schema = pq.read_schema(received.tables["concerns"])
    assert schema.names == [*PACK.dataset("concerns").column_ids, "_row", "_sheet", "_path", "_unread"]


def test_dates_in_uk_form_are_read_and_told_of(tmp_path: Path) -> None:
    identity = "<PersonBirthDate>06/05/2010</PersonBirthDate><Sex>F</Sex>"
    text = message(child("A1", details(assessment("11A", end="3 June 2024"), referred="10.04.2024"), identity=identity))
    received = read(tmp_path, text)
    assert rows(received, "people", "date_of_birth") == [(date(2010, 5, 6),)]
    assert rows(received, "services", "started_on") == [(date(2024, 4, 10),)]
    assert rows(received, "needs", "recorded_on") == [(date(2024, 6, 3),)]
    told = {finding.where.path.rpartition("/")[2]: finding for finding in received.findings}
    assert set(told) == {"PersonBirthDate", "CINreferralDate", "AssessmentAuthorisationDate"}
    assert {(f.code, f.severity, f.count) for f in told.values()} == {("cin.date-form", Severity.WARNING, 1)}
    assert text.splitlines()[told["CINreferralDate"].where.row - 1] == "<CINdetails>"


@pytest.mark.parametrize("text", ["2024-04-10T09:30:00", "2024-04-10T00:00:00Z", " 2024-04-10 "])
def test_a_time_of_day_is_left_off(tmp_path: Path, text: str) -> None:
    received = read(tmp_path, message(child("A1", details(referred=text))))
    assert rows(received, "services", "started_on") == [(date(2024, 4, 10),)]
    assert codes(received) == {}


@pytest.mark.parametrize("text", ["31/02/2024", "2024-13-01", "soon", "20240", "0024-04-10", "2024-4"])
def test_what_is_no_date_is_marked_and_left_empty(tmp_path: Path, text: str) -> None:
    received = read(tmp_path, message(child("A1", details(assessment("11A", end=text), referred=text))))
    assert rows(received, "services", "started_on", "_unread") == [(None, ["referred_on", "started_on"])]
    assert rows(received, "concerns", "recorded_on", "_unread") == [(None, ["recorded_on"])]


def test_unknown_codes_are_kept(tmp_path: Path) -> None:
    fields = "<ReferralSource>99Z</ReferralSource><PrimaryNeedCode>n1</PrimaryNeedCode><ReferralNFA>maybe</ReferralNFA>"
    received = read(
        tmp_path, message(child("A1", details(assessment("99A"), fields=fields), nature="<Ethnicity>?</Ethnicity>"))
    )
    assert rows(received, "people", "ethnicity") == [("?",)]
    assert rows(received, "services", "source", "need") == [("99Z", "N1")]
    assert rows(received, "events", "outcome")[0] == ("maybe",)
    assert rows(received, "needs", "need") == [("99A",)]


def test_unknown_elements_are_counted_where_they_stand(tmp_path: Path) -> None:
    start = "<S47ActualStartDate>2024-05-01</S47ActualStartDate>"
    odd = f"<CINdetails><Colour>x</Colour><Section47>{start}<Hue/><Hue/></Section47></CINdetails>"
    text = message(
        child("A1", odd), "<Guest/>", child("A2", odd, nature="<Disabilities><Shade/></Disabilities>"), "<Guest/>"
    )
    received = read(tmp_path, text.replace("</Message>", "<Footer/></Message>"))
    told = {f.where.path: f.count for f in received.findings if f.code == "cin.unknown-element"}
    assert told == {
        "Children/Child/CINdetails/Colour": 2,
        "Children/Child/CINdetails/Section47/Hue": 4,
        "Children/Child/ChildCharacteristics/Disabilities/Shade": 1,
        "Children/Guest": 2,
        "Footer": 1,
    }
    assert received.rows["events"] == 4


def test_a_known_element_in_the_wrong_block_is_not_read(tmp_path: Path) -> None:
    wrong = "<Section47><S47ActualStartDate>2024-05-01</S47ActualStartDate><Mother><UPN>B</UPN></Mother></Section47>"
    received = read(tmp_path, message(child("A1", details(wrong), identity="<Mother><UPN>B</UPN></Mother>")))
    assert rows(received, "people", "upn") == [(None,)]
    assert codes(received) == {"cin.unknown-element": 1}
    assert len(received.findings) == 2


def test_a_repeated_element_keeps_the_first_and_is_told_of(tmp_path: Path) -> None:
    received = read(tmp_path, message(child(identity="<UPN>A1</UPN><UPN>A2</UPN><Sex>F</Sex>")))
    assert rows(received, "people", "upn") == [("A1",)]
    assert codes(received) == {"cin.repeated-element": 1}


def test_lists_without_their_wrapper_are_read(tmp_path: Path) -> None:
    bare = (
        assessment("11A").replace("<FactorsIdentifiedAtAssessment>", "").replace("</FactorsIdentifiedAtAssessment>", "")
    )
    received = read(
        tmp_path, message(child("A1", details(bare), nature="<Disability>LD</Disability><Disability>LD</Disability>"))
    )
    assert rows(received, "needs", "need") == [("11A",)]
    assert rows(received, "people", "disability") == [(["LD"],)]


def test_what_nobody_asks_for_is_told_once(tmp_path: Path) -> None:
    """The pre-proceedings block, new in 2026-27, has no code that would hold it."""
    block = "<PreProceedingsandFGDM><PPStartDate>2026-05-01</PPStartDate></PreProceedingsandFGDM>"
    received = read(tmp_path, message(child("A1", details(block, block)), child("A2", details(block))))
    [note] = received.findings
    assert (note.code, note.severity) == ("cin.element-not-kept", Severity.NOTE)
    assert "PreProceedingsandFGDM" in note.problem


def test_blocks_missing_altogether(tmp_path: Path) -> None:
    received = read(tmp_path, message("<Child/>", "<Child><CINdetails/></Child>", child("A3")))
    assert rows(received, "people", "person") == [(None,), (None,), ("A3",)]
    assert rows(received, "services", "service", "person") == [(None, None)]


def test_cdata_comments_and_references_in_text(tmp_path: Path) -> None:
    identity = "<UPN><![CDATA[A1]]><!-- not this -->2&#51;&amp;</UPN><Sex>F</Sex>"
    assert rows(read(tmp_path, message(child(identity=identity))), "people", "upn") == [("A123&",)]


def test_another_collection_with_children_in_need_is_read_and_told_of(tmp_path: Path) -> None:
    received = read(tmp_path, message(child(), header=HEADER.replace(">CIN<", ">XYZ<")))
    assert codes(received) == {"cin.collection": 1}


def test_headings_name_the_elements(tmp_path: Path) -> None:
    received = read(tmp_path, message(child()))
    assert received.headings["people"]["person"].text == "LAchildID"
    for table, columns in received.headings.items():
        assert set(columns) <= set(PACK.dataset(table).column_ids)
