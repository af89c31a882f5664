"""Each class of declared check, and each rule that follows from the columns, as a table of rows and what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.engine import Engine
from plait.validate import Checked
from tests.unit.validate.checking import checked, codes_by_row, column, counted, dataset, pack_of, read, table_of, write

Expect = Callable[..., Checked]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as opened:
        yield opened


@pytest.fixture
def expect(engine: Engine, tmp_path: Path) -> Expect:
    """Check the text table as a data set; the rows' last column says which findings each must have, and no others."""

    def run(of, text, *, beside=(), indicators=(), **more):
        rows = read(text)
        tables = {of.id: table_of(rows, of)} | {other.id: table_of(read(theirs), other) for other, theirs in beside}
        pack = pack_of(of, *(other for other, _ in beside), indicators=indicators)
        result = checked(engine, pack, tables, tmp_path, **more)
        found = codes_by_row(result, of.id)
        for number, row in enumerate(rows, start=2):
            assert found.get(number, set()) == set(row["finding"].split()), f"row {number}"
        return result

    return run


PLAN = (column("person"), column("start", "date"), column("end", "date"))


def test_a_required_cell_must_be_filled(expect):
    """A row without a required cell cannot be used. A cell that could not be read is said once, as unreadable."""
    of = dataset(
        "plans",
        column("person", required=True),
        column("on", "date", required=True),
        column("harms", "codes", codes="need", required=True),
    )
    result = expect(of, """
        person | on         | harms   | finding
        A1     | 2026-01-05 | 11A;18B |
               | 2026-01-05 | 11A     | column.required-empty
        A2     |            | 11A     | column.required-empty
        A3     | ?          | 11A     | column.unreadable
        A4     | 2026-01-05 |         | column.required-empty
    """)  # fmt: skip
    assert result.rows["plans"] == (5, 1)


def test_an_optional_cell_that_cannot_be_read_does_not_lose_its_row(expect):
    of = dataset("plans", column("person", required=True), column("on", "date"), column("age", "integer"))
    result = expect(of, """
        person | on         | age | finding
        A1     | 2026-01-05 | 12  |
        A2     | ?          | 12  | column.unreadable
        A3     |            | ?   | column.unreadable
    """)  # fmt: skip
    assert result.rows["plans"] == (3, 3)
    assert not result.has_errors


def test_a_code_that_is_not_in_its_list_is_told_and_kept(expect):
    """An unknown code is never dropped in silence, nor is the row: coding later hides what it says."""
    of = dataset("needs", column("need", "code", codes="need", required=True), column("more", "codes", codes="need"))
    result = expect(of, """
        need | more    | finding
        11A  |         |
        99Z  |         | code.unlisted
        11A  | 11A;99Z | code.unlisted
        11A  | 11A;U   |
    """)  # fmt: skip
    assert pq.read_table(result.tables["needs"])["need"].to_pylist() == ["11A", "99Z", "11A", "11A"]


def test_a_code_must_have_been_in_use_at_the_date_of_the_row(expect):
    """A row without dates of its own is held to the day the return describes."""
    of = dataset(
        "needs", column("need", "code", codes="need"), column("on", "date"), column("more", "codes", codes="need")
    )
    result = expect(of, """
        need | on         | more | finding
        18A  | 2020-03-31 |      |
        18A  | 2020-04-01 |      | code.out-of-date
        18B  | 2020-03-31 |      | code.out-of-date
        18B  | 2020-04-01 |      |
        18A  |            |      | code.out-of-date
        18B  |            |      |
             | 2020-04-01 | 18A  | code.out-of-date
             | 2020-03-31 | 18A  |
             | 2020-03-31 | 18B  | code.out-of-date
        11A  | 1999-01-01 |      |
    """, reference_date=date(2026, 3, 31))  # fmt: skip
    assert {f.severity.value for f in result.findings} == {"warning"}
    assert "18A: Split into 18B and 18C." in result.findings[0].remedy


def test_a_spell_may_hold_a_code_that_was_in_use_on_any_of_its_days(expect):
    """A reason for closing belongs to the last day, a source to the first: neither is out of date."""
    expect(dataset("spells", column("need", "code", codes="need"), column("start", "date"), column("end", "date")), """
        need | start      | end        | finding
        18B  | 2019-01-01 | 2021-01-01 |
        18A  | 2019-01-01 | 2021-01-01 |
        18B  | 2019-01-01 | 2019-06-01 | code.out-of-date
        18A  | 2020-06-01 | 2021-01-01 | code.out-of-date
    """)  # fmt: skip


def test_a_code_in_counts_must_have_been_in_use_in_the_period(expect):
    """A series goes back years, and a symbol may say that a code was not collected yet."""
    of = dataset(
        "figures", column("need", "code", codes="need"), column("period"), column("value", "value"), tier="aggregate"
    )
    expect(of, """
        need | period  | value | finding
        18A  | 2019-20 | 12    |
        18A  | 2020-21 | 12    | code.out-of-date
        18A  | 2020-Q2 | 12    | code.out-of-date
        18A  | 2020    | 12    |
        18B  | 2019-20 | 12    | code.out-of-date
        18B  | 2019-20 | z     |
        18B  | 2019-20 | 0     |
        18B  | 2020-03 | <5    | code.out-of-date
        18B  | 2020-04 | <5    |
    """)  # fmt: skip


def test_identifiers_in_people_have_their_shape(expect):
    """A number that cannot be right links a person to nobody, or to somebody else: the cell goes, the row stays."""
    of = dataset(
        "people",
        column("person", required=True),
        column("nhs_number"),
        column("upn"),
        column("postcode", after_coding="area"),
        tier="identity",
    )
    result = expect(of, """
        person | nhs_number   | upn           | postcode | finding
        A1     | 943 476 5919 | A123456789012 | sw1a1aa  |
        A2     | 9434765918   |               |          | shape.nhs-number
        A3     |              | B123456789012 |          | shape.upn
        A4     |              |               | SW1A     | shape.postcode
        A5     |              |               | ZZ99 3VZ |
        A6     |              |               |          |
    """)  # fmt: skip
    kept = pq.read_table(result.tables["people"]).to_pylist()
    assert [row["nhs_number"] for row in kept] == ["943 476 5919", None, None, None, None, None]
    assert len(kept) == 6


def test_a_figure_is_a_number_or_says_why_there_is_none(expect):
    of = dataset("figures", column("value", "value", required=True), tier="aggregate")
    result = expect(of, """
        value | finding
        12    |
        12.5  |
        1,234 |
        <5    |
        z     |
        few   | figure.unreadable
        <n    | figure.unreadable
        nan   | figure.unreadable
        -1    | figure.unreadable
              | column.required-empty
    """)  # fmt: skip
    assert pq.read_table(result.tables["figures"])["value"].to_pylist() == ["12", "12.5", "1234", "<5", "z"]


COUNTS = dataset(
    "counts",
    column("measure", required=True), column("part", "code", codes="part"), column("period", required=True),
    column("area", required=True), column("sex", "code", codes="sex"), column("value", "value", required=True),
    tier="aggregate",
)  # fmt: skip


def test_counts_are_for_a_known_measure_and_a_period_that_can_be_read(expect, monkeypatch):
    """An empty breakdown means everyone, so in counts a code that is not listed loses the row."""
    of = dataset("counts", *(c.model_dump() for c in COUNTS.columns if c.id != "part"), tier="aggregate")
    expect(of, """
        measure | period                | area | sex | value | finding
        HH01    | 2024-25               | E06  |     | 12    |
        HH01    | 2024-04-01/2025-03-31 | E06  |     | 12    |
        HH01    | 2024-26               | E06  |     | 12    | period.unreadable
        HH01    | last year             | E06  |     | 12    | period.unreadable
        HH99    | 2024                  | E06  |     | 12    | measure.unknown
        HH01    | 2024                  | E06  | X   | 12    | code.unlisted
    """, indicators=(counted("HH01"),))  # fmt: skip


@pytest.mark.parametrize(
    ("everyone", "girls", "boys", "unknown", "finding"),
    [
        ("100", "60", "40", "", ""),
        ("100", "60", "41", "", "figure.total"),
        ("100", "60", "c", "", ""),
        ("50", "61", "c", "", "figure.total"),
        ("100", "51", "41", "", ""),  # those of unknown sex may be the rest
        ("101", "51", "41", "1", "figure.total"),  # every group is there, and something is missing
        ("101", "51", "41", "<5", "figure.total"),
        ("<5", "1", "3", "", ""),
        ("<5", "1", "4", "", "figure.total"),
        ("100", "60", "50", "", ""),  # all rounded to ten: each may be five off
        ("100", "80", "50", "", "figure.total"),
    ],
)
def test_a_total_must_be_what_its_parts_can_add_up_to(engine, tmp_path, everyone, girls, boys, unknown, finding):
    """Symbols and small numbers count with all that they may mean; figures that look rounded may be off by half a step."""
    of = dataset(
        "counts",
        *(c.model_dump() | ({"codes": "sex"} if c.id == "part" else {}) for c in COUNTS.columns),
        tier="aggregate",
    )
    rows = [
        {"measure": "HH01", "period": "2024-25", "area": "E06", "sex": s, "value": v}
        for s, v in zip(("", "F", "M", "U"), (everyone, girls, boys, unknown), strict=True)
        if v
    ]
    result = checked(engine, pack_of(of, indicators=(counted("HH01"),)), {"counts": table_of(rows, of)}, tmp_path)
    assert codes_by_row(result, "counts").get(2, set()) == ({finding} if finding else set())
    assert result.rows["counts"] == (len(rows), len(rows))


def test_unique(expect):
    """The first row of the file is kept; later ones with the same key are not. Empty cells are not the same."""
    expect(dataset("plans", *PLAN, checks=[{"kind": "unique", "columns": ["person", "start"]}]), """
        person | start      | end        | finding
        A1     | 2026-01-05 |            |
        A1     | 2026-01-05 | 2026-03-01 | plans.rule
        A1     | 2026-01-06 |            |
        A1     | 2026-01-05 |            | plans.rule
               | 2026-01-05 |            |
               | 2026-01-05 |            |
    """)  # fmt: skip


def test_unique_in_counts(expect):
    """There an empty breakdown is everyone together, once."""
    of = dataset(
        "figures",
        column("area", required=True),
        column("sex", "code", codes="sex"),
        tier="aggregate",
        checks=[{"kind": "unique", "columns": ["area", "sex"]}],
    )
    expect(of, """
        area | sex | finding
        E06  |     |
        E06  | F   |
        E06  |     | figures.rule
        E07  |     |
    """)  # fmt: skip


def test_range(expect):
    """An optional cell out of range is emptied, with a warning; a required one loses its row."""
    checks = [
        {"kind": "range", "column": "age", "low": 0, "high": 25},
        {"kind": "range", "column": "size", "low": 1, "code": "ages.size"},
    ]
    result = expect(dataset("ages", column("age", "integer"), column("size", "number", required=True), checks=checks), """
        age | size | finding
        0   | 1    |
        25  | 2    |
        26  | 1    | ages.rule
        -1  | 1    | ages.rule
            | 1    |
        3   | 0.5  | ages.size
    """)  # fmt: skip
    assert pq.read_table(result.tables["ages"])["age"].to_pylist() == [0, 25, None, None, None]


def test_range_in_counts(expect):
    """An emptied cell there would say something else, so any bad cell loses its row."""
    of = dataset(
        "ages", column("age", "integer"), tier="aggregate", checks=[{"kind": "range", "column": "age", "low": 0}]
    )
    result = expect(of, """
        age | finding
        0   |
        -1  | ages.rule
    """)  # fmt: skip
    assert pq.read_table(result.tables["ages"])["age"].to_pylist() == [0]


def test_date_range(expect):
    checks = [
        {"kind": "date_range", "column": "start", "earliest": "2000-01-01", "latest": "reference_date"},
        {"kind": "date_range", "column": "end", "latest": "receipt", "code": "plans.future"},
    ]
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start      | end        | finding
        A1     | 2000-01-01 | 2026-04-20 |
        A2     | 1999-12-31 |            | plans.rule
        A3     | 2026-04-01 |            | plans.rule
        A4     |            | 2026-04-21 | plans.future
        A5     |            |            |
    """, reference_date=date(2026, 3, 31))  # fmt: skip


def test_order(expect):
    """A plan may be open, or dated at both ends; it cannot end before it starts."""
    expect(dataset("plans", *PLAN, checks=[{"kind": "order", "earlier": "start", "later": "end"}]), """
        person | start      | end        | finding
        A1     | 2026-01-05 | 2026-03-01 |
        A2     | 2026-01-05 | 2026-01-05 |
        A3     | 2026-01-05 |            |
        A4     |            | 2026-03-01 |
        A5     | 2026-03-01 | 2026-01-05 | plans.rule
    """)  # fmt: skip


def test_required_if(expect):
    """A plan that ended must have started."""
    checks = [{"kind": "required_if", "column": "start", "when": [{"column": "end", "recorded": True}]}]
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start      | end        | finding
        A1     | 2026-01-05 | 2026-03-01 |
        A2     | 2026-01-05 |            |
        A3     |            | 2026-03-01 | plans.rule
        A4     |            |            |
    """)  # fmt: skip


def test_forbidden_if(expect):
    checks = [
        {"kind": "forbidden_if", "column": "end", "when": [{"column": "person", "is_in": ["OPEN"]}]},
        {
            "kind": "forbidden_if",
            "when": [{"column": "person", "is_in": ["TEST"]}],
            "code": "plans.test",
            "severity": "warning",
        },
    ]
    result = expect(dataset("plans", *PLAN, checks=checks), """
        person | start | end        | finding
        OPEN   |       |            |
        OPEN   |       | 2026-03-01 | plans.rule
        A1     |       | 2026-03-01 |
        TEST   |       |            | plans.test
               |       | 2026-03-01 |
    """)  # fmt: skip
    assert result.rows["plans"] == (5, 4)


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        ("upn", "A123456789012", "B123456789012"),
        ("nhs_number", "9434765919", "9434765918"),
        ("postcode", "SW1A 1AA", "SW1A"),
        ("alphanumeric", "A1", "A 1"),
        ("reference", "LA-1/CIN/2", "=A1"),
    ],
)
def test_pattern(engine, tmp_path, shape, right, wrong):
    of = dataset("texts", column("text"), checks=[{"kind": "pattern", "column": "text", "shape": shape}])
    rows = [{"text": right}, {"text": wrong}, {"text": ""}]
    result = checked(engine, pack_of(of), {"texts": table_of(rows, of)}, tmp_path)
    assert codes_by_row(result, "texts") == {3: {"texts.rule"}}


PEOPLE = dataset("people", column("person"), column("born", "date", privacy="identifier"), tier="identity")


def test_reference(expect):
    """Each row's person is in the people of the same return."""
    checks = [{"kind": "reference", "columns": ["person"], "to": "people", "to_columns": ["person"]}]
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start | end | finding
        A1     |       |     |
        A9     |       |     | plans.rule
               |       |     |
    """, beside=[(PEOPLE, "person | born\nA1 |\nA2 |")])  # fmt: skip


def test_reference_to_rows_that_meet_a_condition(expect):
    when = [{"column": "born", "recorded": True}]
    checks = [{"kind": "reference", "columns": ["person"], "to": "people", "to_columns": ["person"], "to_when": when}]
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start | end | finding
        A1     |       |     | plans.rule
        A2     |       |     |
    """, beside=[(PEOPLE, "person | born\nA1 |\nA2 | 2010-05-01")])  # fmt: skip


def test_a_comparison_with_a_table_that_was_not_sent_is_said_and_not_passed(engine, tmp_path):
    checks = [{"kind": "reference", "columns": ["person"], "to": "people", "to_columns": ["person"]}]
    of = dataset("plans", *PLAN, checks=checks)
    result = checked(engine, pack_of(of, PEOPLE), {"plans": table_of([{"person": "A1"}], of)}, tmp_path)
    assert codes_by_row(result, "plans") == {None: {"table.not-compared"}}


def test_no_overlap(expect):
    """One plan may start the day another ends. An open plan has no end."""
    checks = [{"kind": "no_overlap", "by": ["person"], "start": "start", "end": "end"}]
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start      | end        | finding
        A1     | 2026-01-01 | 2026-02-01 |
        A1     | 2026-02-01 | 2026-03-01 |
        A2     | 2026-01-01 | 2026-06-01 |
        A2     | 2026-02-01 | 2026-03-01 | plans.rule
        A2     | 2026-05-01 |            | plans.rule
        A3     | 2026-01-01 |            |
        A3     | 2026-09-01 |            | plans.rule
        A4     | 2026-01-01 | 2026-02-01 |
               | 2026-01-01 | 2026-02-01 |
               | 2026-01-01 | 2026-02-01 |
        A5     |            | 2026-02-01 |
        A5     | 2026-01-01 | 2026-02-01 |
        A6     | 2026-01-01 |            | plans.rule
        A6     | 2026-01-01 | 2026-02-01 |
    """)  # fmt: skip


def test_person_order(expect):
    """Nothing is recorded before the birth; where two births are recorded, the earlier is used."""
    checks = [
        {"kind": "person_order", "column": "start", "relation": "not_before", "other": "people", "other_column": "born"}
    ]
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start      | end | finding
        A1     | 2010-05-01 |     |
        A1     | 2010-04-30 |     | plans.rule
        A2     | 2010-04-30 |     |
        A3     | 2000-01-01 |     |
        A9     | 2000-01-01 |     |
        A1     |            |     |
    """, beside=[(PEOPLE, "person | born\nA1 | 2010-05-01\nA2 | 2010-05-01\nA2 | 2009-05-01\nA3 |")])  # fmt: skip


def test_person_order_the_other_way(expect):
    checks = [
        {"kind": "person_order", "column": "start", "relation": "not_after", "other": "people", "other_column": "born"}
    ]
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start      | end | finding
        A1     | 2010-05-01 |     |
        A1     | 2010-05-02 |     | plans.rule
    """, beside=[(PEOPLE, "person | born\nA1 | 2010-05-01")])  # fmt: skip


def test_person_order_of_days_that_have_not_come(expect):
    """Nothing goes on after the last of the person's days there has ended. An open spell has no last day yet."""
    checks = [{
        "kind": "person_order", "column": "end", "relation": "not_after", "other": "care", "other_column": "end",
        "open_ended": True, "other_when": [{"column": "in_care", "is_in": ["yes"]}],
    }]  # fmt: skip
    care = dataset("care", column("person"), column("in_care"), column("end", "date"))
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start | end        | finding
        A1     |       | 2026-03-01 |
        A1     |       | 2026-03-02 | plans.rule
        A1     |       |            | plans.rule
        A2     |       | 2026-03-02 |
        A2     |       |            |
        A3     |       |            |
               |       |            |
    """, beside=[(care, """
        person | in_care | end
        A1     | yes     | 2026-01-01
        A1     | yes     | 2026-03-01
        A1     | no      | 2026-09-01
        A2     | yes     | 2026-03-01
        A2     | yes     |
    """)])  # fmt: skip


def test_forbidden_beside(expect):
    """Each row named must be there, and meet its conditions, before the row is at fault. An empty cell is beside nothing."""
    checks = [{
        "kind": "forbidden_beside", "column": "person",
        "beside": [
            {"columns": ["person"], "to": "people", "to_columns": ["person"],
             "when": [{"column": "born", "recorded": False}]},
            {"columns": ["start"], "to": "days", "to_columns": ["day"]},
        ],
    }]  # fmt: skip
    expect(dataset("plans", *PLAN, checks=checks), """
        person | start      | end | finding
        A1     | 2026-01-01 |     | plans.rule
        A1     | 2026-01-02 |     |
        A2     | 2026-01-01 |     |
               | 2026-01-01 |     |
        A1     |            |     |
    """, beside=[
        (PEOPLE, "person | born\nA1 |\nA2 | 2010-05-01\n |"),
        (dataset("days", column("day", "date")), "day\n2026-01-01\n2026-01-01"),
    ])  # fmt: skip


CONDITIONS = [
    ("is_in", ["11A"], {"11A"}),
    ("not_in", ["11A"], {"18B", "U"}),
    ("in_group", ["harm"], {"11A", "18B"}),
    ("in_set", "exploitation", {"11A"}),
    ("recorded", True, {"11A", "18B"}),
    ("recorded", False, {"U", ""}),
]


@pytest.mark.parametrize(("test", "value", "met"), CONDITIONS)
@pytest.mark.parametrize("kind", ["code", "codes"])
def test_conditions(engine, tmp_path, kind, test, value, met):
    """A check looks only at rows that meet its conditions. An empty cell meets nothing but being not recorded."""
    of = dataset(
        "needs",
        column("need", kind, codes="need"),
        checks=[{"kind": "forbidden_if", "when": [{"column": "need", test: value}]}],
    )
    cells = ["11A", "18B", "U", ""]
    result = checked(engine, pack_of(of), {"needs": table_of([{"need": c} for c in cells], of)}, tmp_path)
    assert {
        cells[row - 2] for row, codes in codes_by_row(result, "needs").items() if row and "needs.rule" in codes
    } == met


def test_conditions_on_sets_and_numbers(expect):
    checks = [
        {"kind": "forbidden_if", "when": [{"column": "needs", "has_any": ["11A", "18B"]}], "code": "n.any"},
        {"kind": "forbidden_if", "when": [{"column": "age", "at_least": 18}], "code": "n.old"},
        {"kind": "forbidden_if", "when": [{"column": "age", "at_most": 2}], "code": "n.young"},
    ]
    expect(dataset("needs", column("needs", "codes", codes="need"), column("age", "integer"), checks=checks), """
        needs | age | finding
        11A;U | 3   | n.any
        U     | 18  | n.old
        U     | 17  |
              | 2   | n.young
              |     |
    """)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "finding"), [(40, 20, False), (41, 20, True), (20, 41, True), (19, 0, False), (20, 0, True)]
)
def test_change_since_the_period_before(engine, tmp_path, before, now, finding):
    """A return half or twice as long as the last is worth a look, unless both are short."""
    of = dataset("plans", *PLAN, checks=[{"kind": "change", "factor": 2, "severity": "warning"}])
    previous = write({"plans": table_of([{"person": "A"}] * before, of)}, tmp_path / "before")
    tables = {"plans": table_of([{"person": "A"}] * now, of)}
    result = checked(engine, pack_of(of), tables, tmp_path, previous=previous)
    assert ("plans.rule" in codes_by_row(result, "plans").get(None, set())) is finding


@pytest.mark.parametrize(
    ("mine", "theirs", "finding"),
    [("40", "20", False), ("41", "20", True), ("20", "41", True), ("90", "3", False), ("90", "c", False)],
)
def test_between_agencies_in_counts(engine, tmp_path, mine, theirs, finding):
    """Two agencies' figures for the same thing. A small figure is never told by comparing it."""
    of = dataset(
        "figures",
        column("area"),
        column("sex", "code", codes="sex"),
        column("value", "value"),
        tier="aggregate",
        checks=[{"kind": "between_agencies", "factor": 2, "severity": "warning"}],
    )
    others = {
        "ic": write(
            {"figures": table_of([{"area": "E06", "value": theirs}, {"area": "E07", "value": "999"}], of)},
            tmp_path / "ic",
        )
    }
    result = checked(
        engine, pack_of(of), {"figures": table_of([{"area": "E06", "value": mine}], of)}, tmp_path, others=others
    )
    assert codes_by_row(result, "figures") == ({2: {"figures.rule"}} if finding else {})


@pytest.mark.parametrize(("mine", "theirs", "finding"), [(40, 20, False), (41, 20, True), (90, 19, False)])
def test_between_agencies_in_rows(engine, tmp_path, mine, theirs, finding):
    when = [{"column": "person", "recorded": True}]
    of = dataset(
        "plans", *PLAN, checks=[{"kind": "between_agencies", "factor": 2, "severity": "warning", "when": when}]
    )
    others = {"ic": write({"plans": table_of([{"person": "A"}] * theirs + [{}] * 99, of)}, tmp_path / "ic")}
    result = checked(engine, pack_of(of), {"plans": table_of([{"person": "A"}] * mine, of)}, tmp_path, others=others)
    assert codes_by_row(result, "plans") == ({None: {"plans.rule"}} if finding else {})


def test_an_empty_table_a_nil_return_and_one_with_nothing_usable(engine, tmp_path):
    plans, notes = dataset("plans", column("person", required=True)), dataset("notes", column("person"))
    pack = pack_of(plans, notes)

    def found(*counts):
        tables = {d.id: table_of(rows, d) for d, rows in zip((plans, notes), counts, strict=True)}
        return [f.code for f in checked(engine, pack, tables, tmp_path).findings]

    assert found([{"person": "A"}], []) == ["table.no-rows"]
    assert found([], []) == ["return.no-rows"]
    assert found([{"person": ""}], [{"person": "A"}]) == ["column.required-empty", "table.nothing-usable"]
