"""Workbooks (.xlsx, .xls, .xlsb, .ods) as grids of text, a sheet at once. Formulas give their stored result."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from fastexcel import ExcelReader, ExcelSheet, FastExcelError, read_excel
from lxml import etree

from plait.errors import FileRefused
from plait.receive.safety import Kind, kind_of
from plait.receive.tabular import BATCH_ROWS, HEAD_ROWS, Keyed, Note, Notes, numbers_from
from plait.receive.xlsx_parts import Contents, look_through
from plait.values import Severity

_MIDNIGHT = " 00:00:00"
_NO_DAY = ("1899-12-30 ", "1899-12-31 ")  # the day a spreadsheet gives to a time of day alone
_DAY = 10  # letters of 2024-04-01


class SheetGrid(Keyed):
    """One sheet as a grid. Rows are numbered as the person sees them, whatever is empty above the first."""

    def __init__(self, sheet: ExcelSheet, notes: Notes, contents: Contents) -> None:
        self.file = notes.file
        self.sheet = notes.sheet
        self.notes = notes
        self.hidden = sheet.visible != "visible"
        self._contents = contents
        self._columns = _columns(sheet)
        head = [[cell or "" for cell in column.slice(0, HEAD_ROWS).to_pylist()] for column in self._columns]
        self.head = list(zip(*head, strict=True))

    def batches(
        self, after: int, width: int, repeated: Collection[int] = ()
    ) -> Iterator[tuple[pa.Array, list[pa.Array]]]:
        """Row numbers and columns of text, a block of rows at a time. The notes then tell of the sheet's formulas."""
        columns = self._columns[:width]
        for start in range(after, len(columns[0]) if columns else 0, BATCH_ROWS):
            block = [_block(column, start) for column in columns]
            yield numbers_from(start + 1, len(block[0])), block
        self._note_formulas()

    def _note_formulas(self) -> None:
        found, self._contents = self._contents, Contents()
        if found.formulas:
            self.notes.add("file.formulas", Note(*_FORMULAS, Severity.NOTE), count=found.formulas)
        if found.unsaved:
            self.notes.add("file.formulas-unsaved", Note(*_UNSAVED, Severity.ERROR), count=found.unsaved)


_FORMULAS = (
    "Some cells are formulas. Each was read by the result saved with it.",
    "Nothing to do if the workbook was saved after its last change.",
)
_UNSAVED = (
    "Some formulas were saved without their results, so their cells were read as empty.",
    "Open the workbook in a spreadsheet, let it calculate, save it and send it again.",
)


def _columns(sheet: ExcelSheet) -> list[pa.Array]:
    """The sheet's columns as text from its first row and column, though those be empty."""
    texts = [_days(column) for column in sheet.to_arrow().columns]
    known = sheet.available_columns()
    before = known[0].absolute_index if known else 0
    return [*([pa.nulls(len(texts[0]), pa.string())] * before if texts else []), *texts]


def _days(texts: pa.Array) -> pa.Array:
    """A day without the midnight that the reading gives it, and a time of day without a day."""
    content = texts.buffers()[2]
    raw = memoryview(content).tobytes() if content else b""
    if _MIDNIGHT.encode() in raw:
        day = pc.and_(pc.equal(pc.binary_length(texts), _DAY + len(_MIDNIGHT)), pc.ends_with(texts, _MIDNIGHT))
        texts = pc.if_else(day, pc.binary_slice(texts.cast(pa.binary()), 0, _DAY).cast(pa.string()), texts)
    for no_day in _NO_DAY:
        if no_day.encode() in raw:
            timed = pc.starts_with(texts, no_day)
            texts = pc.if_else(timed, pc.utf8_slice_codeunits(texts, len(no_day)), texts)
    return texts


def _block(column: pa.Array, start: int) -> pa.Array:
    """Some rows of a column, in bytes of their own: whoever looks through the bytes of a slice sees the whole column's."""
    block = column.slice(start, BATCH_ROWS)
    return block if len(block) == len(column) else pa.concat_arrays([block, column.slice(0, 0)])


def read_workbook(path: Path, file: str) -> tuple[SheetGrid, ...]:
    """Every worksheet of the workbook as a grid, in the workbook's order.

    Raises FileRefused when it cannot be opened, or would take more memory than it may.
    """
    try:
        contents = look_through(path) if kind_of(path) is Kind.XLSX else {}
        book = read_excel(path)
        names = [name for name in book.sheet_names if not contents or name in contents]
        return tuple(SheetGrid(_sheet(book, n), Notes(file, n), contents.get(n, Contents())) for n in names)
    except (FastExcelError, OSError, ValueError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError):
        raise FileRefused(
            f"{file} could not be opened as a workbook: it is damaged, or not the kind its content says. "
            "Open it in a spreadsheet and save it as an Excel workbook (.xlsx)."
        ) from None


def _sheet(book: ExcelReader, name: str) -> ExcelSheet:
    return book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
