"""Nothing withheld is written anywhere, and no table can run in a spreadsheet."""

import csv
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from plait.publish import Published, publish
from plait.publish.open_tables import safe_text, write_csv
from plait.publish.picture import Picture
from tests.unit.publish.conftest import all_words
from tests.unit.publish.making import core, made_up, profile, row

PLANTED = 7654321.0
SAID = ("7654321", "7,654,321", "7654")


def test_a_number_planted_behind_a_withheld_figure_is_in_no_file(tmp_path: Path) -> None:
    """Even if the number were still there, the words, charts, document, workbook and open table would not hold it."""
    numbers = dict.fromkeys(
        ("low", "high", "count_low", "count_high", "base_low", "base_high", "ci_low", "ci_high"), PLANTED
    )
    states = ("withheld", "not_held", "low_reliability", "not_collected", "not_applicable")
    planted = [
        row("CE10", state=state, period=period, area=area, by=by, group=group, supplier=supplier, **numbers)
        for state in states
        for period, area, by, group, supplier in (
            ("2024-25", "XC01", "", "", ""), ("2023-24", "XC01", "", "", ""), ("2024-25", "XD01", "", "", ""),
            ("2024-25", "XC01", "sex", "F", ""), ("2024-25", "XC01", "", "", "police"),
        )
    ]  # fmt: skip
    rest = [r for r in made_up(core()) if r["indicator"] != "CE10"]
    made = publish(profile([*planted, *rest]), tmp_path / "p")
    words = all_words(made.folder)
    assert "withheld" in words
    assert not any(number in words for number in SAID)


def test_the_open_table_has_every_figure_once_with_its_state_and_mark(published: Published) -> None:
    with published.csv.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == profile().released.figures.num_rows
    hidden = [r for r in rows if r["state"] == "withheld"]
    assert hidden and all(r["mark"] == "c" and not r["low"] and not r["high"] for r in hidden)
    zero = [r for r in rows if r["state"] == "zero"]
    assert zero and all(float(r["low"]) == 0 and not r["mark"] for r in zero)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_as_a_formula(tmp_path: Path, start: str) -> None:
    spoiled = row("CE10", by="agency", group=f"{start}HYPERLINK", low=10.0, high=10.0)
    written = write_csv(Picture(profile([spoiled])), tmp_path / "figures.csv")
    with written.open(encoding="utf-8", newline="") as handle:
        cells = [cell for line in csv.reader(handle) for cell in line]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    assert safe_text(f"{start}x") == f"'{start}x" and safe_text("plain") == "plain"


def test_the_workbook_has_one_table_a_sheet_and_nothing_merged_or_computed(published: Published) -> None:
    book = load_workbook(published.workbook)
    assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    for name in book.sheetnames[3:]:
        sheet = book[name]
        assert not sheet.merged_cells.ranges and sheet.freeze_panes, name
        assert not any(c.data_type == "f" for line in sheet.iter_rows() for c in line), name
    shown = list(book["Everyone"].iter_rows(min_row=5, values_only=True))
    assert shown and any(isinstance(line[7], int | float) for line in shown)
    assert any(line[7] == "[c]" for line in book["By group"].iter_rows(min_row=5, values_only=True))
    with zipfile.ZipFile(published.workbook) as archive:
        assert not any("externalLink" in name for name in archive.namelist())


def test_the_document_is_tagged_and_has_a_title_and_a_language(published: Published) -> None:
    document = PdfReader(published.pdf)
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert document.metadata is not None and document.metadata.title == profile().title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode("utf-8")
    assert 10 <= len(document.pages) <= 25


def test_tables_and_charts_in_the_document_are_tagged(published: Published) -> None:
    """Header cells are header cells, and every picture has words that stand in for it."""
    kinds: dict[str, int] = {}
    silent = 0
    waiting = [PdfReader(published.pdf).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            kind = str(element.get("/S", ""))
            kinds[kind] = kinds.get(kind, 0) + 1
            silent += kind == "/Figure" and not element.get("/Alt")
            if "/K" in element:
                waiting.append(element["/K"])
    assert kinds["/TH"] > 20 and kinds["/Figure"] > 3 and kinds["/H1"] > 5
    assert silent == 0
