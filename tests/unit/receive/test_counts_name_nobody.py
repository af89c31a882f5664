"""From file to refusal: a file of counts in which anything names a child is of no use to anybody, and no message repeats it."""

from datetime import date
from itertools import product

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from plait.declare import FileMap, Pack
from plait.engine import Engine
from plait.receive import receive
from plait.validate import Context, validate
from plait.values import Severity
from tests.unit.receive.core import CORE

HEADINGS = ["Measure", "Period", "Area", "Sex", "Figure", "Note"]
ROWS = [
    ["CN03", "2024-25", "E06000019", "F", "12", "from our own system"],
    ["CN03", "2024-25", "E06000019", "M", "<5", ""],
    ["CN03", "2024-25", "E06000019", "", "15", "checked"],
]
PLANTED = {
    "identifier.nhs-number": "943 476 5919",
    "identifier.upn": "A123456789012",
    "identifier.postcode": "SW1A 1AA",
    "identifier.birth-date": "03/04/2011",
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE


@pytest.fixture(scope="module")
def engine():
    with Engine(threads=1) as opened:
        yield opened


@pytest.fixture(params=["csv", pytest.param("xlsx", marks=pytest.mark.deep)])
def check(request, tmp_path, pack, engine):
    """Write the cells as a file, receive it and validate it."""

    def _check(cells, *, name="counts", **more):
        return _checked(tmp_path, pack, engine, f"{name}.{request.param}", cells, **more)

    return _check


def _checked(tmp_path, pack, engine, name, cells, **more):
    path = tmp_path / name
    _write(path, cells)
    received = receive(path, pack, tmp_path / "received", **more)
    context = Context(
        agency="a", kind="council", file=received.file, headings=received.headings, received_on=date(2026, 4, 20)
    )
    return received, validate(engine, received.tables, pack, context, tmp_path / "usable")


def _write(path, cells):
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(row) for row in cells) + "\n", encoding="utf-8")
        return
    book = Workbook()
    for row in cells:
        book.active.append([cell or None for cell in row])
    book.save(path)


def refused(found, *codes):
    """Nothing is usable, these are among the reasons, and nothing that was planted is repeated."""
    received, checked = found
    assert checked.refused
    assert not checked.tables
    assert all(usable == 0 for _, usable in checked.rows.values())
    assert set(codes) <= {f.code for f in checked.findings if f.severity is Severity.REFUSED}
    said = " ".join(f"{f!r} {f}" for f in (*received.findings, *checked.findings))
    for cell in (*PLANTED.values(), "Ann Lee"):
        assert cell not in said
        assert cell.replace(" ", "") not in said
    return checked


def planted(headings, row, columns, words="{}"):
    """A table of that row, and from row 3 on the row with each identifier in each of the columns in turn."""
    rows = [[*row[:at], words.format(cell), *row[at + 1 :]] for at in columns for cell in PLANTED.values()]
    return [headings, row, *rows]


def every_one_is_found(checked, columns):
    found = {(f.code, f.where.row) for f in checked.findings}
    wanted = {(code, row) for row, (_, code) in enumerate(product(columns, PLANTED), start=3)}
    assert wanted <= found


def test_counts_alone_are_used(check):
    received, checked = check([HEADINGS, *ROWS])
    assert received.headings["counts"]["_extra_1"].text == "Note"
    assert received.headings["counts"]["_extra_1"].letter == "F"
    assert not checked.refused
    assert checked.rows["counts"] == (3, 3)


def test_an_identifier_in_any_cell_of_a_workbook(tmp_path, pack, engine):
    """Period, sex, figure and note, beside a column of names. The other tests take workbooks only with the deep ones."""
    cells = [[*row, "Ann Lee"] for row in planted(HEADINGS, ROWS[0], (1, 3, 4, 5))]
    cells[0][-1] = "Child name"
    found = _checked(tmp_path, pack, engine, "counts.xlsx", cells)
    every_one_is_found(refused(found, *PLANTED, "identifier.name"), (1, 3, 4, 5))


@pytest.mark.parametrize("columns", [(1, 3, 4, 5), (4,)], ids=["any", "value"])
def test_an_identifier_in_any_cell(check, columns):
    every_one_is_found(refused(check(planted(HEADINGS, ROWS[0], columns)), *PLANTED), columns)


def test_an_identifier_among_the_words_of_a_note(check):
    every_one_is_found(refused(check(planted(HEADINGS, ROWS[0], (5,), "spoke about {} twice")), *PLANTED), (5,))


@pytest.mark.parametrize(
    ("heading", "code"),
    [("Child name", "identifier.name"), ("Surname", "identifier.name"), ("DOB", "identifier.birth-date")],
)
def test_a_column_headed_as_a_name_or_a_birth(check, heading, code):
    """Plain names look like any other words, so it is the heading that tells."""
    cells = [
        [*HEADINGS[:5], heading],
        *([*row[:5], name] for row, name in zip(ROWS, ("Ann Lee", "Bo", ""), strict=True)),
    ]
    checked = refused(check(cells), code)
    assert {f.where.letter for f in checked.findings} == {"F"}


@pytest.mark.parametrize(("code", "cell"), [one for one in PLANTED.items() if one[0] != "identifier.birth-date"])
def test_an_identifier_for_a_heading(check, code, cell):
    """As in a table with a column a child."""
    refused(check([[*HEADINGS[:5], cell], *ROWS]), code)


def test_through_a_map_the_columns_it_leaves_out_count_too(check):
    mapped = FileMap.model_validate({
        "id": "ours", "dataset": "counts", "ignored": ["Child name"],
        "columns": [
            {"column": "measure", "value": "CN03"}, {"column": "period", "heading": "Year"},
            {"column": "area", "heading": "District"}, {"column": "value", "heading": "Number"},
        ],
    })  # fmt: skip
    cells = [["Year", "District", "Number", "Child name"], ["2024-25", "E06000019", "4", "Ann Lee"]]
    refused(check(cells, maps=[mapped]), "identifier.name")


RESIDENTS = ["Area", "Year", "Age from", "Age to", "Residents"]


def test_a_cell_that_could_not_be_read_is_searched_all_the_same(check):
    """A year and an age are numbers: what is no number there becomes nothing, but not before it was looked at."""
    cells = planted(RESIDENTS, ["E06000019", "2024", "10", "17", "40000"], (1, 2, 4))
    every_one_is_found(refused(check(cells, name="residents"), *PLANTED), (1, 2, 4))


PUBLISHED = [
    line.split(",")
    for line in (
        "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,new_la_code,la_name,"
        "Anypoint_child,Started_child,Ended_child,At31_episodes,Awaiting_assessment,memo",
        "2024,Reporting year,National,E92000001,England,,,,,600,300,200,400,20,",
        "2024,Reporting year,Local authority,E92000001,England,E12000005,West,E06000019,Here,,30,20,40,2,",
    )
]


def test_a_published_table_is_used(check):
    _, checked = check(PUBLISHED)
    assert not checked.refused
    assert checked.rows["counts"] == (9, 9)


def test_a_published_table_that_somebody_wrote_in(check):
    """In period, its kind, a place's name, a figure and a column of their own. The first figure is empty, so what
    nothing was read from must go with the second."""
    headings, _, row = PUBLISHED
    columns = (0, 1, 8, 10, 14)
    every_one_is_found(refused(check(planted(headings, row, columns)), *PLANTED), columns)


def test_a_published_table_with_a_column_of_names(check):
    headings, *rows = PUBLISHED
    named = [[*headings[:-1], "Child name"], *([*row[:-1], "Ann Lee"] for row in rows)]
    refused(check(named), "identifier.name")


def test_person_level_returns_keep_no_such_cells(check, pack, tmp_path):
    received, _ = check([["Person", "Date of birth", "Child name"], ["P1", "2011-04-03", "Ann Lee"]], dataset="people")
    assert not [name for name in received.headings["people"] if name.startswith("_extra")]
    assert "_extra" not in pq.read_schema(received.tables["people"]).names
