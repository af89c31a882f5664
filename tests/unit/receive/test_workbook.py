"""Workbooks as spreadsheets save them: dates, numbers, titles, hidden sheets, formulas, and those that are refused."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from plait.declare import FileMap, Pack
from plait.errors import FileRefused
from plait.receive import receive
from tests.unit.receive.core import CORE

HEADINGS = ["Your reference", "Need", "Recorded on"]
DAY = {"num_format": "dd/mm/yyyy"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE


@pytest.fixture
def book(tmp_path: Path):
    """Makes a workbook: sheets as lists of rows, with options, and days written as Excel writes them."""

    def _book(sheets: dict[str, list[list]], *, hidden: tuple[str, ...] = (), **options) -> Path:
        path = tmp_path / "return.xlsx"
        with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy", **options}) as made:
            for name, rows in sheets.items():
                sheet = made.add_worksheet(name)
                if name in hidden:
                    sheet.hide()
                for number, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        sheet.write(number, column, cell)
        return path

    return _book


def rows(received, *columns, table="needs"):
    return [tuple(row[c] for c in columns) for row in pq.read_table(received.tables[table]).to_pylist()]


def codes(received):
    return {f.code: (f.severity.value, f.where.sheet, f.count) for f in received.findings}


def test_cells_as_excel_keeps_them(book, pack, tmp_path):
    """Numbers lose the point Excel gives them; days come from day numbers, dates with a time, or text."""
    made = book(
        {
            "Needs": [
                HEADINGS,
                [1001, "3A", date(2024, 4, 1)],
                [" 1002 ", "11A", datetime.fromisoformat("2024-05-02T09:30")],
                ["1003", "24A", "3 Jun 2024"],
                [4857773456, "24A", 45383],
                ["", "", ""],
                [1006.5, True, "soon"],
                ["", "  ", None],
            ]
        }
    )
    received = receive(made, pack, tmp_path / "into")
    assert rows(received, "person", "need", "recorded_on", "_row", "_unread") == [
        ("1001", "3A", date(2024, 4, 1), 2, []),
        ("1002", "11A", date(2024, 5, 2), 3, []),
        ("1003", "24A", date(2024, 6, 3), 4, []),
        ("4857773456", "24A", date(2024, 4, 1), 5, []),
        ("1006.5", "true", None, 7, ["recorded_on"]),
    ]
    assert rows(received, "_sheet")[0] == ("Needs",)


def test_days_of_a_1904_workbook(book, pack, tmp_path):
    made = book({"Needs": [HEADINGS, ["P1", "3A", date(2024, 4, 1)]]}, date_1904=True)
    assert rows(receive(made, pack, tmp_path / "into"), "recorded_on") == [(date(2024, 4, 1),)]


def test_titles_above_and_empty_edges(pack, tmp_path):
    """A merged title, an empty row and an empty first column move the headings, not the row numbers."""
    path = tmp_path / "return.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("Return")
        sheet.merge_range("B2:D2", "Needs, April 2024")
        for column, heading in enumerate(HEADINGS, start=1):
            sheet.write(3, column, heading)
        sheet.write_row(5, 1, ["P1", "3A", "2024-04-01"])
    received = receive(path, pack, tmp_path / "into")
    assert rows(received, "person", "_row") == [("P1", 6)]
    assert received.headings["needs"]["person"].letter == "B"


def test_each_sheet_is_the_data_set_its_headings_say(book, pack, tmp_path):
    made = book(
        {
            "Sheet1": [["Your reference", "Date of birth", "Sex"], ["P1", date(2010, 1, 2), "Female"]],
            "Sheet2": [HEADINGS, ["P1", "3A", date(2024, 4, 1)]],
            "Sheet3": [["Notes"], ["Call us first"]],
            "Old": [HEADINGS, ["P9", "3A", date(2020, 4, 1)]],
        },
        hidden=("Old",),
    )
    received = receive(made, pack, tmp_path / "into")
    assert dict(received.rows) == {"people": 1, "needs": 1}
    assert rows(received, "sex", table="people") == [("F",)]
    assert codes(received) == {
        "file.sheet-not-read": ("note", "Sheet3", 1),
        "file.sheet-hidden": ("note", "Old", 1),
    }


def test_formulas_give_their_saved_result_and_are_noted(pack, tmp_path):
    path = tmp_path / "return.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("Needs")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_formula(1, 0, '="P"&"1"', None, "P1")
        sheet.write_row(1, 1, ["3A", "2024-04-01"])
    received = receive(path, pack, tmp_path / "into")
    assert rows(received, "person") == [("P1",)]
    assert codes(received) == {"file.formulas": ("note", "Needs", 1)}


def test_formulas_saved_without_a_result_are_an_error(pack, tmp_path):
    path = tmp_path / "return.xlsx"
    made = openpyxl.Workbook()
    made.active.append(HEADINGS)
    made.active.append(["P1", "3A", "=DATE(2024,4,1)"])
    made.save(path)
    received = receive(path, pack, tmp_path / "into")
    assert codes(received)["file.formulas-unsaved"] == ("error", "Sheet", 1)


def test_formulas_are_noted_once_in_a_sheet_read_in_several_blocks(pack, tmp_path, monkeypatch):
    monkeypatch.setattr("plait.receive.workbook.BATCH_ROWS", 2)
    path = tmp_path / "return.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("Needs")
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, 8):
            sheet.write_formula(row, 0, f'="P"&"{row}"', None, f"P{row}")
            sheet.write_row(row, 1, ["3A", "2024-04-01"])
    received = receive(path, pack, tmp_path / "into")
    assert rows(received, "person", "_row") == [(f"P{row}", row + 1) for row in range(1, 8)]
    assert codes(received)["file.formulas"] == ("note", "Needs", 7)


def test_a_time_of_day_has_no_day(pack, tmp_path):
    path = tmp_path / "return.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("Needs")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 1, ["3A", "2024-04-01"])
        sheet.write_number(1, 0, 0.5, made.add_format({"num_format": "hh:mm"}))
    assert rows(receive(path, pack, tmp_path / "into"), "person") == [("12:00:00",)]


def test_a_sheet_that_is_a_chart_is_passed_over(pack, tmp_path):
    path = tmp_path / "return.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("Needs")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["P1", "3A", "2024-04-01"])
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "=Needs!$A$2:$A$2"})
        made.add_chartsheet("Picture").set_chart(chart)
    received = receive(path, pack, tmp_path / "into")
    assert rows(received, "person") == [("P1",)]
    assert codes(received) == {}


@pytest.mark.parametrize("far", ['r="XFD1048576"', 'r="xfd1048576"', "r='XFD1048576'", 's="0" r = "XFD1048576"'])
def test_a_cell_in_the_far_corner_is_refused_and_ends_nothing(book, pack, tmp_path, far):
    """Laid out whole, such a sheet would take half a terabyte, and the process would be ended for it."""
    made = book({"Needs": [HEADINGS, ["P1", "3A", "2024-04-01"]]})
    rewritten(made, lambda sheet: sheet.replace(b'r="C2"', far.encode()))
    with pytest.raises(FileRefused, match="far from the others"):
        receive(made, pack, tmp_path / "into")


def test_a_long_sheet_and_a_wide_one_are_read(book, pack, tmp_path):
    """Each reaches far one way only."""
    made = book({"Needs": [HEADINGS, ["P1", "3A", "2024-04-01"]], "Wide": [["x"] * 600]})
    rewritten(made, lambda sheet: sheet.replace(b'<row r="2"', b'<row r="900000"').replace(b'2"', b'900000"'))
    assert rows(receive(made, pack, tmp_path / "into"), "person", "_row") == [("P1", 900_000)]


def test_a_sheet_that_unpacks_to_more_than_it_declares(book, pack, tmp_path):
    made = book({"Needs": [HEADINGS, *[[f"P{n}", "3A", "2024-04-01"] for n in range(500)]]})
    content = bytearray(made.read_bytes())
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    content[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    made.write_bytes(content)
    with pytest.raises(FileRefused, match="more than it declares"):
        receive(made, pack, tmp_path / "into")


def rewritten(path: Path, change) -> None:
    """The workbook again, its first sheet changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def test_macros_are_refused(book, pack, tmp_path):
    made = book({"Needs": [HEADINGS, ["P1", "3A", "2024-04-01"]]})
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    with pytest.raises(FileRefused, match=r"\.xlsx"):
        receive(made, pack, tmp_path / "into")


def test_a_damaged_workbook_is_refused(book, pack, tmp_path):
    made = book({"Needs": [HEADINGS, ["P1", "3A", "2024-04-01"]]})
    made.write_bytes(made.read_bytes()[:-200])
    with pytest.raises(FileRefused, match="damaged"):
        receive(made, pack, tmp_path / "into")


def test_a_wrong_sheet_is_told_with_the_sheets_there_are(book, pack, tmp_path):
    made = book({"April": [HEADINGS, ["P1", "3A", "2024-04-01"]], "May": [HEADINGS]})
    wrong = FileMap.model_validate(
        {"id": "ours", "dataset": "needs", "sheet": "Needs", "columns": [{"column": "need", "heading": "Need"}]}
    )
    with pytest.raises(FileRefused, match="April, May"):
        receive(made, pack, tmp_path / "into", maps=[wrong])


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>
<table:table table:name="Needs">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""
ODS_DAY = '<table:table-cell office:value-type="date" office:date-value="2024-04-01"><text:p>01/04/24</text:p></table:table-cell>'


def test_an_open_document_workbook(pack, tmp_path):
    def text(word: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>'

    first = "".join(map(text, HEADINGS))
    content = "".join(f"<table:table-row>{row}</table:table-row>" for row in (first, text("P1") + text("3A") + ODS_DAY))
    path = tmp_path / "return.ods"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", kind)
        made.writestr("content.xml", ODS.format(rows=content))
        made.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}">{entry}</manifest:manifest>'
        )
    received = receive(path, pack, tmp_path / "into")
    assert rows(received, "person", "need", "recorded_on", "_row") == [("P1", "3A", date(2024, 4, 1), 2)]
