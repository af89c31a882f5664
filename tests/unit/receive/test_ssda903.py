"""What the looked-after children return becomes, in each form it is sent in. Each table is a small worked example."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.engine import Engine
from plait.errors import FileRefused
from plait.receive.ssda903 import read_ssda903
from plait.receive.ssda903_parts import COLUMNS, table_of
from plait.receive.types import Received
from plait.validate import Context, validate
from plait.values import Severity
from tests.unit.receive.core import CORE as PACK

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END\n"


def read(folder: Path, **files: str) -> Received:
    """A return sent as a folder of these CSV files."""
    source = folder / "sent"
    source.mkdir()
    for name, text in files.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_ssda903(source, PACK, folder / "into")


def rows(received: Received, table: str, *columns: str) -> list[tuple[object, ...]]:
    if table not in received.tables:
        return []
    return [tuple(row[column] for column in columns) for row in pq.read_table(received.tables[table]).to_pylist()]


def codes(received: Received) -> set[str]:
    return {finding.code for finding in received.findings}


@pytest.mark.parametrize("table", COLUMNS)
def test_every_table_is_told_by_its_columns(table: str) -> None:
    assert table_of(COLUMNS[table]) == table


@pytest.mark.parametrize("names", [(), ("CHILD", "DOB"), ("CHILD", "UPN"), ("Name", "URN", "CIN")])
def test_shared_columns_tell_no_table(names: tuple[str, ...]) -> None:
    assert table_of(names) is None


def test_children(tmp_path: Path) -> None:
    header = (
        HEADER
        + " c 1 ,1,06/05/2010,wbri,A123456789012,,\nC2,F,2011-03-04,MWBC,,0,\nC3,2,40304,ZZZZ,,,\nC4,3,soon,,,,\n"
    )
    received = read(tmp_path, any_name=header)
    columns = ("person", "sex", "date_of_birth", "ethnicity", "upn", "_row", "_sheet", "_unread")
    assert rows(received, "people", *columns) == [
        ("C1", "M", date(2010, 5, 6), "WBRI", "A123456789012", 2, "any_name.csv", []),
        ("C2", "F", date(2011, 3, 4), "MWBC", None, 3, "any_name.csv", []),
        ("C3", "F", date(2010, 5, 6), "ZZZZ", None, 4, "any_name.csv", []),
        ("C4", "3", None, None, None, 5, "any_name.csv", ["date_of_birth"]),
    ]
    assert (received.format, received.file, received.reference_date) == ("ssda903", "sent", None)


def test_why_a_child_has_no_pupil_number_is_no_pupil_number(tmp_path: Path) -> None:
    reasons = [*(f"UN{n}" for n in range(1, 8)), "un1", " UN4 "]
    header = HEADER + "".join(f"C{n},M,06/05/2010,WBRI,{why},,\n" for n, why in enumerate(reasons))
    received = read(tmp_path, h=header + "D,M,06/05/2010,WBRI,UN8,,\nE,M,06/05/2010,WBRI,A123456789012,,\n")
    assert [upn for (upn,) in rows(received, "people", "upn")] == [None] * 9 + ["UN8", "A123456789012"]
    assert "UN1" not in repr([pq.read_table(path).to_pylist() for path in received.tables.values()])
    context = Context(agency="a", kind="council", file="sent", received_on=date(2026, 4, 20))
    with Engine(threads=1) as engine:
        checked = validate(engine, received.tables, PACK, context, tmp_path / "usable")
    assert [f.where.row for f in checked.findings if f.code == "shape.upn"] == [11]


def test_episodes_are_care_and_the_first_of_them_an_entry(tmp_path: Path) -> None:
    episodes = EPISODES + (
        "C1,01/05/2024,S,C2,N1,U1,PR1,01/06/2024,X1,CARPL,AB1 2CD,,\nC1,01/06/2024,P,C2,N1,K2,PR1,,,,AB1 2CD,,\n"
    )
    received = read(tmp_path, x=episodes)
    assert rows(
        received, "services", "service", "person", "type", "detail", "started_on", "ended_on", "need", "outcome"
    ) == [
        ("C1/CLA/2024-05-01", "C1", "looked_after", "U1", date(2024, 5, 1), date(2024, 6, 1), "N1", "X1"),
        ("C1/CLA/2024-06-01", "C1", "looked_after", "K2", date(2024, 6, 1), None, "N1", None),
    ]
    assert rows(received, "events", "event", "type", "started_on", "relates_to") == [
        ("C1/ENTRY/2024-05-01", "care_entry", date(2024, 5, 1), "C1/CLA/2024-05-01")
    ]


def test_homes_join_the_child_whatever_the_order_of_files(tmp_path: Path) -> None:
    """One row for each home; when the first began is not in the return."""
    episodes = EPISODES + (
        "C1,01/05/2020,S,,,U1,,01/06/2021,E4A,,ab1  2cd,,\n"
        "C1,01/02/2024,S,,,U1,,,,,AB1 3CD,,\nC1,01/03/2024,P,,,U1,,,,,AB1 3CD,,\n"
    )
    for name, files in {"a": ("a_header", "b_episodes"), "b": ("b_header", "a_episodes")}.items():
        (tmp_path / name).mkdir()
        received = read(tmp_path / name, **{files[0]: HEADER + "C1,F,06/05/2010,WBRI,,,\n", files[1]: episodes})
        assert rows(received, "people", "person", "date_of_birth", "postcode", "postcode_from") == [
            ("C1", date(2010, 5, 6), "AB1 2CD", None),
            ("C1", date(2010, 5, 6), "AB1 3CD", date(2024, 2, 1)),
        ]


def test_missing_and_away(tmp_path: Path) -> None:
    text = "C1,06/05/2010,M,05/05/2024,06/05/2024\nC1,06/05/2010,a,07/06/2024,\nC2,,Q,1/1/2025,\n"
    received = read(tmp_path, m=MISSING + text)
    assert rows(received, "events", "event", "type", "started_on", "ended_on") == [
        ("C1/MISSING/2024-05-05", "missing_care", date(2024, 5, 5), date(2024, 5, 6)),
        ("C1/MISSING/2024-06-07", "away_unauthorised", date(2024, 6, 7), None),
        ("C2/MISSING/2025-01-01", "Q", date(2025, 1, 1), None),
    ]
    assert rows(received, "people", "person", "date_of_birth") == [("C1", date(2010, 5, 6)), ("C2", None)]


def test_a_file_of_headings_alone_says_there_were_none(tmp_path: Path) -> None:
    """An empty table is an answer; no table would say that nobody holds it."""
    received = read(tmp_path, m=MISSING, h=HEADER + "C1,F,06/05/2010,WBRI,,,\n")
    assert received.rows == {"events": 0, "people": 1}


def test_one_file_of_the_set_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "just this.csv"
    path.write_text(MISSING + "C1,06/05/2010,M,05/05/2024,06/05/2024\n")
    received = read_ssda903(path, PACK, tmp_path / "into")
    assert received.rows == {"events": 1, "people": 1}
    assert rows(received, "events", "_row", "_sheet", "_path") == [(2, "", "")]


def test_a_zip_of_the_set(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "sent.zip", "w") as archive:
        archive.writestr("2025/m.csv", MISSING + "C1,06/05/2010,M,05/05/2024,06/05/2024\n")
        archive.writestr("2025/h.csv", HEADER + "C1,F,06/05/2010,WBRI,,,\n")
    received = read_ssda903(tmp_path / "sent.zip", PACK, tmp_path / "into")
    assert received.rows == {"events": 1, "people": 1}
    assert sorted(path.name for path in (tmp_path / "into").iterdir()) == ["events.parquet", "people.parquet"]


def test_reviews_and_deprivation_of_liberty(tmp_path: Path) -> None:
    received = read(
        tmp_path,
        r="CHILD,DOB,REVIEW,REVIEW_CODE\nC1,06/05/2010,05/05/2024,PN1\n",
        d="CHILD,DOB,DOLO_START,DOLO_END\nC1,06/05/2010,05/06/2026,06/07/2026\n",
    )
    assert set(rows(received, "events", "event", "type", "started_on", "ended_on")) == {
        ("C1/REVIEWS/2024-05-05", "care_review", date(2024, 5, 5), None),
        ("C1/DOLO/2026-06-05", "deprivation_of_liberty", date(2026, 6, 5), date(2026, 7, 6)),
    }


OC3 = "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\nC8,06/05/2005,YES,F1,U1\nC9,06/05/2005,NO,0,S2\nC7,06/05/2005,DIED,0,0\n"
OC2 = "CHILD,DOB,SDQ_SCORE,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK\nC1,06/05/2010,3,0,1,1,1\n"


def test_checks_and_care_leavers_are_dated_by_the_year_of_the_rest(tmp_path: Path) -> None:
    missing = MISSING + "C1,,M,05/05/2024,06/05/2024\nC1,,M,05/01/2025,06/01/2025\nC1,,M,05/01/2019,\n"
    received = read(tmp_path, a=OC3, b=OC2, c=missing)
    year = (date(2024, 4, 1), date(2025, 3, 31))
    assert rows(received, "services", "service", "type", "detail", "started_on", "ended_on") == [
        ("C8/IN_TOUCH/2025-03-31", "care_leaving", "in_touch", *year),
        ("C9/IN_TOUCH/2025-03-31", "care_leaving", "not_in_touch", *year),
        ("C8/ACCOM/2025-03-31", "care_leaving", "suitable", *year),
        ("C9/ACCOM/2025-03-31", "care_leaving", "unsuitable", *year),
    ]
    assert ("oc2_check", date(2025, 3, 31)) in rows(received, "events", "type", "started_on")
    [note] = [f for f in received.findings if f.code == "ssda903.year-assumed"]
    assert (note.severity, note.count) == (Severity.NOTE, 4)
    assert "31 March 2025" in note.problem


def test_with_nothing_to_tell_the_year_they_are_left_out_and_told_of(tmp_path: Path) -> None:
    received = read(tmp_path, a=OC3, b=OC2)
    assert received.rows == {"people": 4}
    assert "ssda903.year-unknown" in codes(received)


def test_headings_in_any_case_with_spaces_and_in_any_order(tmp_path: Path) -> None:
    received = read(tmp_path, m="Mis Start, mis_end ,Missing,Dob,Child ID\n05/05/2024,,M,06/05/2010,C1\n")
    assert rows(received, "events", "person", "type", "started_on") == [("C1", "missing_care", date(2024, 5, 5))]
    heading = received.headings["events"]["started_on"]
    assert (heading.text, heading.letter, heading.sheet) == ("Mis Start", "A", "m.csv")


def test_extra_and_missing_columns_are_told_of(tmp_path: Path) -> None:
    received = read(tmp_path, m="CHILD,MISSING,MIS_START,NOTE,NOTE\nC1,M,05/05/2024,ΑΒΓ,ΔΕ\n")
    told = {(f.code, f.where.column, f.severity) for f in received.findings}
    assert told == {
        ("ssda903.missing-column", "DOB", Severity.WARNING),
        ("ssda903.missing-column", "MIS_END", Severity.WARNING),
        ("ssda903.extra-column", "", Severity.NOTE),
        ("ssda903.repeated-column", "", Severity.WARNING),
    }
    assert received.rows["events"] == 1


def test_a_file_without_children_is_not_read(tmp_path: Path) -> None:
    received = read(
        tmp_path, m="DOB,MISSING,MIS_START,MIS_END\n06/05/2010,M,05/05/2024,\n", h=HEADER + "C1,F,06/05/2010,WBRI,,,\n"
    )
    assert received.rows == {"people": 1}
    [told] = [f for f in received.findings if f.where.column == "CHILD"]
    assert told.severity is Severity.ERROR


def test_files_that_are_kept_out(tmp_path: Path) -> None:
    received = read(
        tmp_path,
        a="CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM\nC1,06/05/2010,P1,,\n",
        b="Site,Visitors\nx,3\n",
    )
    assert codes(received) == {"ssda903.table-not-kept", "ssda903.table-not-known"}
    assert received.rows == {"people": 1}


def test_nothing_of_the_return_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="looked-after children return"):
        read(tmp_path, b="Site,Visitors\nx,3\n")
    assert not (tmp_path / "into").exists()


XML = """<EXPSSDA903>
<CHILD>
<HEADER>
<CHILDID>c1</CHILDID><SEX>1</SEX><DOB>06/05/2010</DOB><ETHNIC>WBRI</ETHNIC><UASC>0</UASC><IN_TOUCH>YES</IN_TOUCH><ACCOM>U1</ACCOM>
<AMISSING><MISSING>M</MISSING><MIS_START>05/05/2024</MIS_START><MIS_END>06/05/2024</MIS_END></AMISSING>
<AMISSING><MISSING>A</MISSING><MIS_START>2024-06-07</MIS_START></AMISSING>
<AREVIEW><REVIEW>05/07/2024</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
<OC2><SDQ_SCORE>3</SDQ_SCORE><HEALTH_CHECK>1</HEALTH_CHECK><TEETH_CHECK>1</TEETH_CHECK><CONVICTED>0</CONVICTED></OC2>
</HEADER>
<EPISODE><DECOM>01/05/2024</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U1</PL><HOME_POST>AB1 2CD</HOME_POST>
<HUE>ΑΒΓ</HUE></EPISODE>
</CHILD>
</EXPSSDA903>
"""


def test_the_xml_form_gives_the_same_tables(tmp_path: Path) -> None:
    (tmp_path / "return.xml").write_text(XML)
    received = read_ssda903(tmp_path / "return.xml", PACK, tmp_path / "into")
    assert rows(received, "people", "person", "sex", "date_of_birth", "postcode") == [
        ("C1", "M", date(2010, 5, 6), "AB1 2CD")
    ]
    assert [kind for (kind,) in rows(received, "services", "type")] == ["looked_after", "care_leaving", "care_leaving"]
    events = {kind: (line, path) for kind, line, path in rows(received, "events", "type", "_row", "_path")}
    assert events == {
        "missing_care": (5, "CHILD[1]/HEADER/AMISSING[1]"),
        "away_unauthorised": (6, "CHILD[1]/HEADER/AMISSING[2]"),
        "care_review": (7, "CHILD[1]/HEADER/AREVIEW[1]"),
        "care_entry": (10, "CHILD[1]/EPISODE[1]"),
        "oc2_check": (8, "CHILD[1]/HEADER/OC2[1]"),
    }
    told = {f.code: f.where.path for f in received.findings}
    assert told["ssda903.unknown-element"] == "CHILD/HUE"


@pytest.mark.parametrize(
    "text", [XML[:-30], "<Message/>", "<EXPSSDA903/>", "<!DOCTYPE EXPSSDA903>" + XML, XML.replace("</PL>", "</PX>")]
)
def test_xml_that_is_no_whole_return_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "return.xml").write_text(text)
    with pytest.raises(FileRefused):
        read_ssda903(tmp_path / "return.xml", PACK, tmp_path / "into")
    assert not (tmp_path / "into").exists()


def test_no_finding_repeats_a_cell(tmp_path: Path) -> None:
    greek = {
        name: ",".join(columns) + "\n" + ",".join("ΑΒΓΔ" for _ in columns) + "\n" for name, columns in COLUMNS.items()
    }
    received = read(tmp_path, **greek)
    assert received.findings
    assert not set("".join(map(str, received.findings))) & set("ΑΒΓΔ")


def test_a_return_large_enough_for_several_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait.receive.ssda903_rows._BATCH", 200)
    lines = "".join(f"C{n},06/05/2010,M,05/05/2024,06/05/2024\n" for n in range(500))
    received = read(tmp_path, m=MISSING + lines)
    assert received.rows == {"events": 500, "people": 500}
    assert rows(received, "events", "person", "_row")[-1] == ("C499", 501)
    assert [n for (n,) in rows(received, "people", "_row")] == list(range(2, 502))
