"""A blank file for an agency to fill in: the headings, lists and guidance of one data set."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from plait.declare.codes import CodeList
from plait.declare.datasets import Column, ColumnType, DataSet
from plait.declare.pack import Pack

MARK = "_plait"
GUIDANCE, CODES, LISTS = "Read me first", "Codes", "_lists"
LAST_ROW = 1_048_575
_FORMATS = {ColumnType.DATE: "yyyy-mm-dd", ColumnType.INTEGER: "0", ColumnType.NUMBER: "General"}
_HOW = {
    ColumnType.TEXT: "Text.",
    ColumnType.CODE: "One code from the list.",
    ColumnType.CODES: "One or more codes from the list, parted by semicolons.",
    ColumnType.DATE: "A date, such as 2026-03-31.",
    ColumnType.INTEGER: "A whole number.",
    ColumnType.NUMBER: "A number.",
    ColumnType.BOOLEAN: "yes or no.",
    ColumnType.VALUE: "A number, or a symbol that says why there is none.",
}


def write_template(dataset: DataSet, pack: Pack, into: Path, *, kind: Literal["csv", "xlsx"]) -> Path:
    """The template's path, in the folder `into`: headings are the columns' titles, in declared order.

    A workbook opens on its guidance and has the data set's sheet second. Its hidden sheet `_plait` says in names and
    values which pack, version, digest and data set it is for, and the column ids. The same pack gives the same bytes.
    """
    path = into / f"{dataset.id}.{kind}"
    if kind == "csv":
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            csv.writer(handle).writerow([column.title for column in dataset.columns])
        return path
    day = pack.cover.approved_on
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{dataset.title}: template", "created": datetime(day.year, day.month, day.day)})  # noqa: DTZ001  xlsxwriter takes no zone
    _Template(book, dataset, pack).write()
    book.close()
    return path


def sheet_name(dataset: DataSet) -> str:
    """The name of the sheet to fill in: the data set's title as a workbook allows it."""
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in dataset.title)[:31].strip()


class _Template:
    """One workbook being written, in the order its sheets are shown."""

    def __init__(self, book: Any, dataset: DataSet, pack: Pack) -> None:
        self.book, self.dataset, self.pack = book, dataset, pack
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.needed = book.add_format({"bold": True, "bottom": 5, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 16})

    def write(self) -> None:
        self._guidance()
        data = self.book.add_worksheet(sheet_name(self.dataset))
        if self._lists():
            self._codes()
        self._hidden_lists()
        self._mark()
        self._data(data)

    def _lists(self) -> tuple[CodeList, ...]:
        """The code lists of the columns, each once."""
        return tuple(
            self.pack.codelist(name) for name in dict.fromkeys(c.codes for c in self.dataset.columns if c.codes)
        )

    def _guidance(self) -> None:
        sheet = self.book.add_worksheet(GUIDANCE)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 12)
        sheet.set_column(2, 3, 60)
        sheet.write_string(0, 0, self.dataset.title, self.title)
        for row, text in enumerate(_introduction(self.dataset, self.pack), start=1):
            sheet.merge_range(row, 0, row, 3, text, self.wrap)
            sheet.set_row(row, 15 * (1 + len(text) // 150))
        top = 2 + len(_introduction(self.dataset, self.pack))
        sheet.write_row(top, 0, ["Heading", "Needed", "What it holds", "How to write it"], self.head)
        for row, column in enumerate(self.dataset.columns, start=top + 1):
            sheet.write_row(row, 0, self._explained(column), self.wrap)

    def _explained(self, column: Column) -> list[str]:
        how = _HOW[column.type]
        if column.codes:
            how = f"{how} {self.pack.codelist(column.codes).title}: see the sheet {CODES}."
        if column.unit:
            how = f"{how} In {column.unit}."
        return [column.title, "Yes" if column.required else "", column.meaning, how]

    def _codes(self) -> None:
        sheet = self.book.add_worksheet(CODES)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 1, 26)
        sheet.set_column(2, 3, 60)
        sheet.write_row(0, 0, ["List", "Code", "Meaning", "Note"], self.head)
        for row, cells in enumerate((cells for codes in self._lists() for cells in _code_rows(codes)), start=1):
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text, self.wrap)

    def _hidden_lists(self) -> None:
        """Each list down a column of a hidden sheet, because a drop-down holds few characters of its own."""
        sheet = self.book.add_worksheet(LISTS)
        sheet.hide()
        for place, codes in enumerate(self._lists()):
            for row, code in enumerate(codes.codes):
                sheet.write_string(row, place, code.code)
            last = xlsxwriter.utility.xl_rowcol_to_cell(len(codes.codes) - 1, place, row_abs=True, col_abs=True)
            first = xlsxwriter.utility.xl_rowcol_to_cell(0, place, row_abs=True, col_abs=True)
            self.book.define_name(f"codes_{codes.id}", f"={LISTS}!{first}:{last}")

    def _mark(self) -> None:
        sheet = self.book.add_worksheet(MARK)
        sheet.hide()
        rows = (
            ("pack", self.pack.cover.id),
            ("version", self.pack.cover.version),
            ("digest", self.pack.digest),
            ("dataset", self.dataset.id, sheet_name(self.dataset)),
            ("columns", " ".join(self.dataset.column_ids)),
        )
        for row, cells in enumerate(rows):
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text)

    def _data(self, sheet: Any) -> None:
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self.dataset.columns):
            # Codes such as 4 or 10-13 stay as written only in cells that are text.
            shape = self.book.add_format({"num_format": _FORMATS.get(column.type, "@")})
            sheet.set_column(place, place, max(14, len(column.title) + 2), shape)
            sheet.write_string(0, place, column.title, self.needed if column.required else self.head)
            sheet.data_validation(1, place, LAST_ROW, place, _entry(column))


def _introduction(dataset: DataSet, pack: Pack) -> list[str]:
    parts = [
        f"One row is {dataset.row}.",
        dataset.guidance,
        "Keep the headings as they are; their order may change. Headings with a thick line below must be filled in.",
        f"Made from the pack {pack.cover.title}, version {pack.cover.version}.",
    ]
    return [part for part in parts if part]


def _code_rows(codes: CodeList) -> Iterator[tuple[str, str, str, str]]:
    for code in codes.codes:
        years = [f"From {code.since}."] if code.since else []
        years += [f"Until {code.until}."] if code.until else []
        yield codes.title, code.code, code.label, " ".join([*years, code.note]).strip()


def _entry(column: Column) -> dict[str, Any]:
    """What Excel says and allows in the column's cells. It never stops a set of codes, which a list cannot hold."""
    said = {"input_title": column.title[:32], "input_message": f"{column.meaning} {_HOW[column.type]}"[:255]}
    match column.type:
        case ColumnType.CODE | ColumnType.CODES:
            listed = {"validate": "list", "source": f"=codes_{column.codes}", "error_type": "warning"}
            return {**said, **listed, "show_error": column.type is ColumnType.CODE}
        case ColumnType.DATE:
            days = {"validate": "date", "criteria": ">=", "value": datetime(1900, 1, 1)}  # noqa: DTZ001  a sheet has no zone
            return {**said, **days, "error_type": "warning"}
        case ColumnType.BOOLEAN:
            return {**said, "validate": "list", "source": ["yes", "no"]}
        case _:
            return {**said, "validate": "any"}
