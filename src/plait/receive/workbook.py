"""Workbooks (.xlsx, .xls, .ods) as grids, read with calamine a column at a time. Formulas give their stored result."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from plait.errors import FileRefused
from plait.receive.tabular import HEAD_ROWS, Note, Notes, numbers_from
from plait.values import Severity

_BLOCK_ROWS = 25_000
_VAST = 1e15  # from here a float is no longer sure of its last digit
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NO_RESULT = re.compile(rb"</f>(?:<v\s*/>|<v></v>)?</c>|<f[^>]*/>(?:<v\s*/>|<v></v>)?</c>")


class SheetGrid:
    """One sheet as a grid. Rows are numbered as the person sees them, whatever is empty above the first."""

    def __init__(self, sheet: CalamineSheet, notes: Notes, *, hidden: bool) -> None:
        self.file = notes.file
        self.sheet = notes.sheet
        self.notes = notes
        self.hidden = hidden
        self._sheet = sheet
        self._before = [""] * (sheet.start[1] if sheet.start else 0)
        self.head: Sequence[Sequence[str]] = [
            [_text(cell) or "" for cell in row] for row in islice(self._rows(), HEAD_ROWS)
        ]

    def batches(self, after: int, width: int) -> Iterator[tuple[pa.Array, list[pa.Array]]]:
        """Row numbers and columns of text, a block of rows at a time."""
        rows = islice(self._rows(), after, None)
        number = after + 1
        while block := list(islice(rows, _BLOCK_ROWS)):
            columns = [as_text(column) for column in islice(zip(*block, strict=True), width)]
            yield numbers_from(number, len(block)), columns
            number += len(block)

    def _rows(self) -> Iterator[list[Any]]:
        """Every row from the sheet's first. calamine gives the empty rows above what is filled, not the empty columns."""
        rows = self._sheet.iter_rows()
        return ([*self._before, *row] for row in rows) if self._before else rows


def as_text(cells: Sequence[Any]) -> pa.Array:
    """A column's cells as text: whole numbers without a point, days in ISO form."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return pa.array(cells, pa.string())
    if kinds <= {str, date} and (days := _alike(cells, pa.date32())) is not None:
        return days.cast(pa.string())
    if kinds <= {str, float} and (numbers := _alike(cells, pa.float64())) is not None and _all_whole(numbers):
        return numbers.cast(pa.int64()).cast(pa.string())
    return pa.array([_text(cell) for cell in cells], pa.string())


def _alike(cells: Sequence[Any], kind: pa.DataType) -> pa.Array | None:
    """The cells as one type, the empty ones NULL; None when a text stands among them."""
    try:
        return pa.array([None if cell == "" else cell for cell in cells], kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None


def _all_whole(numbers: pa.Array) -> bool:
    whole = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less(pc.abs(numbers), _VAST))
    return pc.all(whole).as_py() is not False


def _text(cell: Any) -> str | None:
    write = _WRITERS.get(type(cell))
    return write(cell) if write else None


def _number(cell: float) -> str:
    return str(int(cell)) if cell.is_integer() and abs(cell) < _VAST else repr(cell)


def _moment(cell: datetime) -> str:
    return cell.isoformat() if cell.time() != time() else cell.date().isoformat()


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: str,
    float: _number,
    int: str,
    bool: str,
    date: date.isoformat,
    datetime: _moment,
    time: time.isoformat,
    timedelta: str,
}


def read_workbook(path: Path, file: str) -> tuple[SheetGrid, ...]:
    """Every worksheet of the workbook as a grid, in the workbook's order. Raises FileRefused when it cannot be opened."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [m for m in book.sheets_metadata if m.typ is SheetTypeEnum.WorkSheet]
        grids = [
            SheetGrid(
                book.get_sheet_by_name(m.name), Notes(file, m.name), hidden=m.visible is not SheetVisibleEnum.Visible
            )
            for m in sheets
        ]
    except (CalamineError, OSError, ValueError):
        raise FileRefused(
            f"{file} could not be opened as a workbook: it is damaged, or not the kind its content says. "
            "Open it in a spreadsheet and save it as an Excel workbook (.xlsx)."
        ) from None
    return tuple(grids)


def note_formulas(path: Path, grids: Sequence[SheetGrid]) -> None:
    """The notes of these sheets say how many cells are formulas, and whether any was saved without its result."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        parts = _parts(archive)
        for grid in grids:
            if grid.sheet in parts:
                _note_formulas(archive, parts[grid.sheet], grid.notes)


def _note_formulas(archive: zipfile.ZipFile, part: str, notes: Notes) -> None:
    formulas = missing = 0
    tail = b""
    with archive.open(part) as handle:
        while block := handle.read(1 << 22):
            text = tail + block
            cut = text.rfind(b"</c>") + 4
            text, tail = text[:cut], text[cut:]
            found = text.count(b"<f>") + text.count(b"<f ") if b"<f" in text else 0
            formulas += found
            missing += len(_NO_RESULT.findall(text)) if found else 0
    if formulas:
        notes.add("file.formulas", Note(*_FORMULAS, Severity.NOTE), count=formulas)
    if missing:
        notes.add("file.formulas-unsaved", Note(*_UNSAVED, Severity.ERROR), count=missing)


_FORMULAS = (
    "Some cells are formulas. Each was read by the result saved with it.",
    "Nothing to do if the workbook was saved after its last change.",
)
_UNSAVED = (
    "Some formulas were saved without their results, so their cells were read as empty.",
    "Open the workbook in a spreadsheet, let it calculate, save it and send it again.",
)


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names to the workbook's own parts; empty for a workbook that is not kept as .xlsx keeps it."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {node.get("Id"): node.get("Target") for node in _tree(archive, "xl/_rels/workbook.xml.rels")}
    sheets = [node for node in _tree(archive, "xl/workbook.xml").iter() if str(node.tag).endswith("}sheet")]
    found = {str(node.get("name")): str(targets.get(node.get(_RELATION), "")) for node in sheets}
    placed = {name: part.lstrip("/") if part.startswith("/") else f"xl/{part}" for name, part in found.items()}
    return {name: part for name, part in placed.items() if part in names}


def _tree(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(name), parser)
