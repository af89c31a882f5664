"""Plait's own template: by its hidden sheet, or by the headings alone."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from plait.declare import Pack
from plait.errors import FileRefused
from plait.receive import receive
from tests.unit.receive.core import CORE


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE


def filled(path: Path, sheets: dict[str, list[list]], marks: list[list[str]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        mark = made.add_worksheet("_plait")
        mark.very_hidden()
        for number, row in enumerate(marks):
            mark.write_row(number, 0, row)
    return path


def test_the_hidden_sheet_says_what_each_sheet_is(pack, tmp_path):
    """A sheet of instructions, a title and guidance above the headings do not matter."""
    sheets = {
        "Start here": [["Fill in the next sheets."]],
        "Counts": [
            ["Counts"],
            ["Measure", "Period", "Area", "Form of harm", "Figure"],
            ["EX01", "2024-25", "E06000019", "CSE", "1,204"],
            ["EX01", "2024-25", "E06000019", "CCE", "<5"],
            ["EX01", "2024-25", "E06000019", "", "c"],
        ],
    }
    path = filled(tmp_path / "filled.xlsx", sheets, [["plait", "1"], ["Counts", "counts"]])
    received = receive(path, pack, tmp_path / "into")
    assert received.format == "template"
    table = pq.read_table(received.tables["counts"]).to_pylist()
    assert [(r["measure"], r["period"], r["harm"], r["value"], r["_row"]) for r in table] == [
        ("EX01", "2024-25", "CSE", "1204", 3),
        ("EX01", "2024-25", "CCE", "<5", 4),
        ("EX01", "2024-25", None, "c", 5),
    ]
    assert received.findings == ()


def test_a_marked_sheet_without_a_required_heading_is_refused(pack, tmp_path):
    path = filled(tmp_path / "filled.xlsx", {"Needs": [["Your reference"], ["P1"]]}, [["Needs", "needs"]])
    with pytest.raises(FileRefused, match="Need, Recorded on"):
        receive(path, pack, tmp_path / "into")


def test_cells_of_an_aggregate_that_no_column_takes_are_kept_for_the_search_for_identifiers(pack, tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(
        "measure,period,area,value,comment\nEX01,2024-25,E06000019,3,see her file\nEX01,2024,E06000019,4,\n"
    )
    table = pq.read_table(receive(path, pack, tmp_path / "into").tables["counts"])
    assert table.column("_extra").to_pylist() == ["see her file", None]


def test_two_data_sets_that_fit_alike_are_asked_about(pack, tmp_path):
    """Without --as a guess could file a return as the wrong thing."""
    twins = {name: pack.datasets["needs"].model_copy(update={"id": name}) for name in ("needs", "needs_again")}
    two = pack.model_copy(update={"datasets": {**pack.datasets, **twins}})
    path = tmp_path / "needs.csv"
    path.write_text("Your reference,Need,Recorded on\nP1,3A,2024-04-01\n")
    with pytest.raises(FileRefused, match="--as"):
        receive(path, two, tmp_path / "into")
    assert receive(path, two, tmp_path / "into", dataset="needs_again").rows == {"needs_again": 1}
