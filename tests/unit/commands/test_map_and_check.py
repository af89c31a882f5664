"""A drafted map is used as it was written, however many sheets the file has."""

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from plait.cli import main
from plait.commands.check import read_maps
from plait.errors import PackError

SHEETS = {
    "Young people": [
        ["Child ID", "Date of birth", "Sex", "Ethnicity"],
        ["P1", "2010-05-06", "F", "WBRI"],
        ["P2", "2011-01-02", "M", "MWBC"],
    ],
    "Missing": [
        ["Child ID", "Event type", "Start date", "End date"],
        ["P1", "missing_home", "2024-05-01", "2024-05-02"],
    ],
}


@pytest.fixture
def workbook(tmp_path):
    book = Workbook()
    book.remove(book.active)
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "tracker.xlsx"
    book.save(path)
    return path


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_a_draft_for_several_sheets_reads_them_all(workbook, tmp_path):
    draft = tmp_path / "draft.yaml"
    assert run("map", workbook, "--out", draft).exit_code == 0
    assert {m.sheet for m in read_maps(draft)} == set(SHEETS)
    checked = run("check", workbook, "--map", draft)
    assert "people: 2 rows read" in checked.output
    assert "events: 1 row read" in checked.output
    assert "Traceback" not in checked.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no map"),
        ("# nothing yet\n---\n", "holds no map"),
        ("id: [", "not YAML"),
        ("id: a\ndataset: people\ncolumns: [{column: person, heading: X}]\n---\nid: b\n", "dataset: Field required"),
    ],
)
def test_what_is_no_map_is_said_to_be_none(tmp_path, text, said):
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=said):
        read_maps(path)
