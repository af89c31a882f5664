"""What becomes of a checked return: severity, waivers, places, refusals."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from plait.declare import load_pack
from plait.engine import Engine
from plait.errors import PackError
from plait.validate import by_problem, finding_codes
from plait.validate.wording import WORDINGS
from plait.values import Severity
from tests.unit.validate.checking import Named, checked, column, dataset, pack_of, table_of

PLANS = dataset(
    "plans",
    column("person", required=True),
    column("start", "date"),
    column("end", "date"),
    checks=[{"kind": "order", "earlier": "start", "later": "end"}],
)


@pytest.fixture(scope="module")
def engine():
    with Engine() as opened:
        yield opened


def run(engine, into, rows, of=PLANS, **more):
    return checked(engine, pack_of(of), {of.id: table_of(rows, of)}, into, **more)


def test_usable_rows_keep_their_place_and_lose_the_working_columns(engine, tmp_path):
    result = run(engine, tmp_path, [{"person": "A1"}, {"person": ""}, {"person": "A2"}])
    kept = pq.read_table(result.tables["plans"])
    assert kept.column_names == ["person", "start", "end", "_row", "_sheet", "_path"]
    assert kept["_row"].to_pylist() == [2, 4]
    assert result.rows == {"plans": (3, 2)}


def test_a_waived_problem_is_a_note_that_keeps_the_row_and_says_so(engine, tmp_path):
    rows = [{"person": "A1", "start": "2026-02-01", "end": "2026-01-01"}]
    result = run(engine, tmp_path, rows, waived=frozenset({"plans.rule"}))
    assert result.rows == {"plans": (1, 1)}
    (finding,) = result.findings
    assert finding.severity is Severity.NOTE
    assert "agreed to accept" in finding.problem
    assert result.waived == (finding,)


def test_waiving_does_not_let_through_a_cell_nothing_could_use(engine, tmp_path):
    of = dataset("people", column("person"), column("nhs_number"), tier="identity")
    result = run(engine, tmp_path, [{"person": "A", "nhs_number": "123"}], of, waived=frozenset({"shape.nhs-number"}))
    assert pq.read_table(result.tables["people"])["nhs_number"].to_pylist() == [None]


def test_a_place_is_in_the_words_of_the_persons_own_file(engine, tmp_path):
    headings = {"plans": {"person": Named("Child ref", "C", "Plans")}}
    rows = [{"person": "", "_sheet": "Plans", "_row": "7"}, {"person": "", "_sheet": "Old plans", "_row": "3"}]
    result = run(engine, tmp_path, rows, headings=headings)
    places = [str(f.where) for f in result.findings if f.code == "column.required-empty"]
    # What the column is called on one sheet says nothing of another.
    assert places == [
        "return.csv, sheet Old plans, row 3, column Person",
        "return.csv, sheet Plans, row 7, column C (Child ref)",
    ]


def test_a_place_in_xml_is_its_line_and_element(engine, tmp_path):
    headings = {"plans": {"person": Named("LAchildID", path="LAchildID")}}
    rows = [{"person": "", "_path": "Message/Child", "_row": "41"}]
    (finding, *_) = run(engine, tmp_path, rows, headings=headings).findings
    assert str(finding.where) == "return.csv, line 41, Message/Child/LAchildID"


def test_problems_are_counted_in_full_and_listed_in_part(engine, tmp_path):
    result = run(engine, tmp_path, [{"person": ""} for _ in range(80)])
    problem = by_problem(result.findings)[0]
    assert (problem.count, len(problem.places)) == (80, 50)
    assert [f.where.row for f in problem.places] == list(range(2, 52))


def test_a_check_of_a_column_that_is_not_there_is_an_error_in_the_pack_and_never_a_pass(engine, tmp_path):
    of = dataset("plans", column("person"), checks=[{"kind": "order", "earlier": "started", "later": "person"}])
    with pytest.raises(PackError, match="started"):
        run(engine, tmp_path, [{"person": "A"}], of)


def test_the_received_tables_are_never_written_over(engine, tmp_path):
    from plait.validate import validate
    from tests.unit.validate.checking import context, write

    received = write({"plans": table_of([{"person": "A"}], PLANS)}, tmp_path)
    with pytest.raises(ValueError, match="written over"):
        validate(engine, received, pack_of(PLANS), context(), tmp_path)


def test_every_finding_code_is_one_rules_alone():
    codes = finding_codes(load_pack())
    assert set(WORDINGS) < set(codes)
    assert all(codes.values())


def test_a_code_declared_twice_is_refused():
    with pytest.raises(PackError, match=r"plans\.rule"):
        finding_codes(
            pack_of(
                PLANS,
                dataset(
                    "plans2", column("person"), checks=[{"kind": "range", "column": "person", "code": "plans.rule"}]
                ),
            )
        )


COUNTS = dataset("counts", column("area"), column("period"), column("value", "value"), tier="aggregate")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("943 476 5919", "identifier.nhs-number"),
        ("see NHS no. 9434765919.", "identifier.nhs-number"),
        ("A123456789012", "identifier.upn"),
        ("lives at sw1a  1aa now", "identifier.postcode"),
        ("a.person@example.org", "identifier.email"),
        ("03/04/2011", "identifier.birth-date"),
        ("born 3 April 2011", "identifier.birth-date"),
        ("2011-04-03 00:00:00", "identifier.birth-date"),
        ("2011-04-03/2012-01-01 and", "identifier.birth-date"),
        ("word " * 60, "identifier.long-text"),
    ],
)
@pytest.mark.parametrize("where", ["area", "period", "_extra"])
def test_a_file_of_counts_that_may_name_a_person_is_refused_whole(engine, tmp_path, where, cell, code):
    rows = [{"area": "E06000019", "period": "2024-25", "value": "12"} for _ in range(3)]
    rows[1][where] = cell if where != "_extra" else f"Herefordshire | {cell}"
    result = run(engine, tmp_path, rows, COUNTS)
    assert result.refused
    assert not result.tables
    assert [(f.code, f.where.row, f.severity) for f in result.findings] == [(code, 3, Severity.REFUSED)]
    assert result.rows == {"counts": (3, 0)}


@pytest.mark.parametrize(
    "heading",
    ["Child name", "Surname", "First_Name", "child's name", "Known as", "Name", "DOB", "Date of birth", "D.O.B."],
)
def test_a_column_of_a_file_of_counts_headed_as_a_name_or_a_birth_is_refused(engine, tmp_path, heading):
    headings = {"counts": {"area": Named("Area", "A"), "_extra_1": Named(heading, "F")}}
    result = run(engine, tmp_path, [{"area": "E06", "period": "2024", "value": "1"}], COUNTS, headings=headings)
    assert result.refused
    assert result.findings[0].where.letter == "F"


@pytest.mark.parametrize(
    "heading", ["la_name", "Area name", "region_name", "Measure", "Births", "Ward name", "Agency name", "School name"]
)
def test_names_of_places_and_things_are_no_reason_to_refuse(engine, tmp_path, heading):
    headings = {"counts": {"area": Named(heading, "A")}}
    rows = [
        {
            "area": "Herefordshire, County of",
            "period": "2024-04-01/2025-03-31",
            "value": "1",
            "_extra": "202425 | E06000019 | 884 | 0.1234567891",
        }
    ]
    result = run(engine, tmp_path, rows, COUNTS, headings=headings)
    assert not result.findings
    assert result.rows == {"counts": (1, 1)}


def test_person_level_returns_are_not_searched(engine, tmp_path):
    assert not run(engine, tmp_path, [{"person": "A123456789012"}]).refused


def test_rules_leave_nothing_behind_in_the_engine(engine, tmp_path):
    of = dataset("plans", column("person"), checks=[{"kind": "unique", "columns": ["person"]}])
    run(engine, tmp_path, [{"person": "A"}, {"person": "A"}], of)
    assert not engine.rows("SELECT 1 FROM duckdb_tables() WHERE table_name LIKE 'validate_rows%'")
