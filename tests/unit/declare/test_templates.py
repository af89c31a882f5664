"""A blank template, read back as an agency would open it."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from plait.declare import ColumnType, Pack, load_pack
from plait.declare.templates import CODES, GUIDANCE, LISTS, MARK, sheet_name, write_template
from plait.receive import receive

DATASETS = sorted(load_pack().datasets)


@cache
def core() -> Pack:
    return load_pack()


@pytest.fixture(params=DATASETS)
def workbook(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, openpyxl.Workbook]:
    path = write_template(core().dataset(request.param), core(), tmp_path, kind="xlsx")
    return request.param, openpyxl.load_workbook(path)


def test_it_opens_on_its_guidance_and_hides_what_is_not_for_reading(workbook: tuple[str, openpyxl.Workbook]) -> None:
    name, book = workbook
    dataset = core().dataset(name)
    assert book.sheetnames[:2] == [GUIDANCE, sheet_name(dataset)]
    assert book.active.title == GUIDANCE
    assert {s.title for s in book if s.sheet_state == "hidden"} == {LISTS, MARK}
    read = " ".join(str(cell.value) for row in book[GUIDANCE].rows for cell in row if cell.value)
    assert all(column.meaning in read for column in dataset.columns)
    assert dataset.guidance in read


def test_headings_are_titles_in_order_and_stay_in_sight(workbook: tuple[str, openpyxl.Workbook]) -> None:
    name, book = workbook
    sheet = book[sheet_name(core().dataset(name))]
    assert [cell.value for cell in sheet[1]] == [column.title for column in core().dataset(name).columns]
    assert sheet.max_row == 1
    assert sheet.freeze_panes == "A2"


def test_the_hidden_sheet_says_what_it_was_made_from(workbook: tuple[str, openpyxl.Workbook]) -> None:
    name, book = workbook
    said = {row[0].value: row[1].value for row in book[MARK].rows}
    assert said == {
        "pack": "core",
        "version": core().cover.version,
        "digest": core().digest,
        "dataset": name,
        "columns": " ".join(core().dataset(name).column_ids),
    }


def test_each_coded_column_has_a_drop_down_of_every_code(workbook: tuple[str, openpyxl.Workbook]) -> None:
    name, book = workbook
    sheet = book[sheet_name(core().dataset(name))]
    offered = {str(v.sqref).split(":")[0].rstrip("0123456789"): v for v in sheet.data_validations.dataValidation}
    for place, column in enumerate(core().dataset(name).columns):
        rule = offered[openpyxl.utils.get_column_letter(place + 1)]
        if column.codes:
            ((_, cells),) = book.defined_names[rule.formula1.lstrip("=")].destinations
            codes = [row[0].value for row in book[LISTS][cells]] if ":" in cells else []
            assert codes == [code.code for code in core().codelist(column.codes).codes]
            assert bool(rule.showErrorMessage) == (column.type is ColumnType.CODE)
        elif column.type is ColumnType.DATE:
            assert rule.type == "date"


def test_the_codes_are_explained(workbook: tuple[str, openpyxl.Workbook]) -> None:
    name, book = workbook
    listed = {c.codes for c in core().dataset(name).columns if c.codes}
    explained = {(row[1].value, row[2].value) for row in book[CODES].rows} if CODES in book else set()
    assert {(code.code, code.label) for item in listed for code in core().codelist(item).codes} <= explained


def test_cells_keep_what_is_written_in_them(workbook: tuple[str, openpyxl.Workbook]) -> None:
    """10-13 would become a day of October in a cell that is not text, and 0123456789 would lose its nought."""
    name, book = workbook
    sheet = book[sheet_name(core().dataset(name))]
    shapes = {ColumnType.DATE: "yyyy-mm-dd", ColumnType.INTEGER: "0", ColumnType.NUMBER: "General"}
    for place, column in enumerate(core().dataset(name).columns):
        letter = openpyxl.utils.get_column_letter(place + 1)
        assert sheet.column_dimensions[letter].number_format == shapes.get(column.type, "@")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_pack_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    made = []
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        made.append(write_template(core().dataset("events"), core(), tmp_path / folder, kind=kind).read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("name", DATASETS)
def test_the_csv_is_a_line_of_headings(name: str, tmp_path: Path) -> None:
    path = write_template(core().dataset(name), core(), tmp_path, kind="csv")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        assert list(csv.reader(handle)) == [[column.title for column in core().dataset(name).columns]]


def test_a_title_a_workbook_does_not_allow_is_made_one_it_does() -> None:
    long = core().dataset("events").model_copy(update={"title": "Events: seen [or not] in the whole of Mersea"})
    assert sheet_name(long) == "Events  seen  or not  in the wh"


FILLED = {
    "events": ({"event": "E1", "person": "A1", "type": "arrest", "started_on": date(2025, 6, 1)}, "Events"),
    "counts": (
        {"measure": "MI01", "period": "2025-26", "area": "E08000032", "age_band": "10-13", "value": "<5"},
        "Counts",
    ),
    "people": ({"person": "0042", "nhs_number": "9434765919", "sex": "F"}, "People"),
}


@pytest.mark.parametrize("name", FILLED)
def test_a_template_filled_in_is_received_as_its_data_set(name: str, tmp_path: Path) -> None:
    """The columns are moved about first, as people do."""
    cells, title = FILLED[name]
    path = write_template(core().dataset(name), core(), tmp_path, kind="xlsx")
    book = openpyxl.load_workbook(path)
    columns = list(reversed(core().dataset(name).columns))
    for place, column in enumerate(columns, start=1):
        book[title].cell(1, place).value = column.title
        book[title].cell(2, place).value = cells.get(column.id)
    book.save(path)
    received = receive(path, core(), tmp_path / "received")
    (row,) = pq.read_table(received.tables[name]).to_pylist()
    assert (received.format, received.rows) == ("template", {name: 1})
    assert {key: row[key] for key in cells} == cells


def test_a_csv_template_filled_in_is_received_as_its_data_set(tmp_path: Path) -> None:
    path = write_template(core().dataset("needs"), core(), tmp_path, kind="csv")
    with path.open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerow(["A1", "24A", "01/06/2025", ""])
    received = receive(path, core(), tmp_path / "received")
    (row,) = pq.read_table(received.tables["needs"]).to_pylist()
    assert (row["person"], row["need"], row["recorded_on"]) == ("A1", "24A", date(2025, 6, 1))
