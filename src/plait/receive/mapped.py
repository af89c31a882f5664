"""A file of an agency's own shape, through column-and-code maps, as tables of declared data sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from plait.declare import Column, ColumnMap, ColumnType, DataSet, FileMap, Pack
from plait.errors import FileRefused
from plait.receive.tabular import (
    Grid,
    Headed,
    Note,
    Rows,
    cells_where,
    headed,
    heading_key,
    joined,
    letter,
    letters,
    rows_below,
)
from plait.receive.typed import ARROW_TYPES, WORDS, read_date, read_set, reader_for
from plait.receive.types import Heading
from plait.receive.words import resolver
from plait.receive.writer import TableWriters
from plait.values import Finding, Place, Severity

Keep = Callable[[Rows], pa.Array]


@dataclass(frozen=True, slots=True)
class Filled:
    """One column of a data set, where it comes from in the sheet, and how its texts are read."""

    column: Column
    index: int | None
    value: str | None
    read: Callable[[str], Any]

    def cells(self, rows: Rows) -> tuple[pa.Array, pa.Array | None]:
        """The column for these rows, and which of its cells held something that could not be read."""
        wanted = ARROW_TYPES[self.column.type]
        if self.index is None:
            constant = self.read(self.value.strip()) if self.value and self.value.strip() else None
            return pa.array([constant], wanted).take(pa.repeat(pa.scalar(0), len(rows))), None
        texts = rows.cells[self.index]
        if self.read is str:
            return texts, None
        return converted(texts, self.read, WORDS if self.column.type is ColumnType.CODE else wanted)


def converted(texts: pa.Array, read: Callable[[str], Any], wanted: pa.DataType) -> tuple[pa.Array, pa.Array | None]:
    """The texts read, each distinct one once, and which of them could not be. A text may be read as nothing."""
    encoded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
    indices = encoded.indices
    values: list[Any] = []
    bad: list[bool] = []
    for text in encoded.dictionary.to_pylist():
        try:
            values.append(read(text))
            bad.append(False)
        except ValueError:
            values.append(None)
            bad.append(True)
    marks = pc.fill_null(pa.array(bad, pa.bool_()).take(indices), False) if any(bad) else None
    if pa.types.is_list(wanted) and indices.null_count:  # an empty cell is an empty set
        indices = pc.fill_null(indices, len(values))
        values.append([])
    if wanted == WORDS:
        words = pa.array(values, pa.string()).dictionary_encode()
        return pa.DictionaryArray.from_arrays(words.indices.take(indices), words.dictionary), marks
    return pa.array(values, wanted).take(indices), marks


@dataclass(frozen=True, slots=True)
class Plan:
    """One map laid on one sheet. `keep`, where given, marks the sheet's rows that the map is for."""

    dataset: DataSet
    headed: Headed
    filled: tuple[Filled, ...]
    keep: Keep | None = None

    def add(self, rows: Rows, writers: TableWriters) -> None:
        """The rows are in the data set's table."""
        if self.keep is not None:
            rows = rows.only(self.keep(rows))
        columns: dict[str, pa.Array] = {}
        unread: dict[str, pa.Array] = {}
        for filled in self.filled:
            columns[filled.column.id], bad = filled.cells(rows)
            if bad is not None:
                unread[filled.column.id] = bad
        sheet, extra = self.headed.grid.sheet, self._extra(rows, unread)
        writer = writers[self.dataset.id]
        writer.add(columns, rows=rows.numbers, sheets=sheet, unread=unread, extra=extra, tidied=True)

    def _extra(self, rows: Rows, unread: Mapping[str, pa.Array]) -> pa.Array | None:
        """For an aggregate, the cells that no column takes or could read, so that identifiers are looked for in them."""
        if self.dataset.tier != "aggregate":
            return None
        lost = [
            cells_where(rows.cells[f.index], unread[f.column.id])
            for f in self.filled
            if f.index is not None and f.column.id in unread
        ]
        return joined([*(rows.cells[i] for i in self._unmapped()), *lost])

    @property
    def repeated(self) -> frozenset[int]:
        """The sheet's columns of which only each distinct text is asked for. Of counts any cell may be asked for."""
        if self.dataset.tier == "aggregate":
            return frozenset()
        whole = {f.index for f in self.filled if f.read is str}
        return frozenset(f.index for f in self.filled if f.index is not None and f.index not in whole)

    def _unmapped(self) -> list[int]:
        used = {filled.index for filled in self.filled}
        return [i for i in range(len(self.headed.headings)) if i not in used]

    def headings(self) -> dict[str, Heading]:
        """What each column is called in the file."""
        return {
            f.column.id: Heading(self.headed.headings[f.index], letter(f.index), self.headed.grid.sheet)
            for f in self.filled
            if f.index is not None
        }

    def extra_headings(self) -> list[Heading]:
        """For an aggregate, what the columns are called that no declared column takes: one may be a child's name."""
        if self.dataset.tier != "aggregate":
            return []
        named = [(i, self.headed.headings[i]) for i in self._unmapped() if self.headed.headings[i]]
        return [Heading(text, letter(i), self.headed.grid.sheet) for i, text in named]


def plan(found: Headed, file_map: FileMap, pack: Pack, keep: Keep | None = None) -> Plan:
    """The map laid on the sheet: columns whose heading is not there hold nothing.

    Raises FileRefused when a heading the map takes stands twice.
    """
    dataset = pack.dataset(file_map.dataset)
    filled = []
    for mapped in file_map.columns:
        index = found.index(mapped.heading) if mapped.heading else None
        if index is not None and found.keys.count(found.keys[index]) > 1:
            raise _twice(found, index)
        if index is not None or mapped.heading is None:
            column = dataset.column(mapped.column)
            filled.append(Filled(column, index, mapped.value, reading(column, mapped, pack)))
    return Plan(dataset, found, tuple(filled), keep)


def _twice(found: Headed, index: int) -> FileRefused:
    same = [i for i, key in enumerate(found.keys) if key == found.keys[index]]
    return FileRefused(
        f"{_named(found.grid)}: {letters(same)} have the same heading, and Plait cannot tell which is meant. "
        "Rename or remove all but one."
    )


def reading(column: Column, mapped: ColumnMap, pack: Pack) -> Callable[[str], Any]:
    """What reads one tidied text as this column; it raises ValueError for what it cannot read."""
    if column.type in (ColumnType.CODE, ColumnType.CODES):
        resolve = resolver(pack.codelists.get(column.codes or ""), mapped.codes)
        if column.type is ColumnType.CODES:
            return lambda text: _set(text, mapped.parted_by, resolve)
        return lambda text: resolve(text).strip() or None
    if column.type is ColumnType.DATE:
        return lambda text: _day(text, mapped.dates)
    if column.type is ColumnType.VALUE:
        return _value
    if mapped.codes:
        resolve = resolver(None, mapped.codes)
        return lambda text: resolve(text).strip() or None
    return reader_for(column.type)


def _set(text: str, parted_by: str, resolve: Callable[[str], str]) -> list[str]:
    return list(dict.fromkeys(code for word in read_set(text, parted_by) if (code := resolve(word))))


def _day(text: str, form: str) -> Any:
    if form == "" and re.fullmatch(r"[2-7]\d{4}(\.\d+)?", text):
        form = "excel"  # a day number from 1954 on, left when a sheet's cells lost their date format
    return read_date(text, form)


def _value(text: str) -> str:
    """A figure without the commas that part its thousands; a symbol as it is."""
    return text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text) else text


def lay(grids: Sequence[Grid], file_map: FileMap, pack: Pack) -> Plan:
    """The map laid on the sheet it is for: the one it names, else the one with most of its headings.

    Raises FileRefused, naming the sheets there are or the headings looked for, when none will do.
    """
    wanted = [mapped.heading for mapped in file_map.columns if mapped.heading]
    named = [grid for grid in grids if heading_key(grid.sheet) == heading_key(file_map.sheet or "")]
    if file_map.sheet and not named and any(grid.sheet for grid in grids):
        raise FileRefused(
            f"{grids[0].file} has no sheet '{file_map.sheet}', which the map '{file_map.id}' reads. It has: "
            f"{', '.join(grid.sheet for grid in grids)}. Name the right sheet in the map, or rename the sheet."
        )
    found = [
        headed(grid, wanted, file_map.heading_row) for grid in named or [g for g in grids if not g.hidden] or grids
    ]
    best = max(found, key=lambda one: sum(one.index(heading) is not None for heading in wanted))
    result = plan(best, file_map, pack)
    missing = [heading for heading in wanted if best.index(heading) is None]
    if wanted and (2 * len(missing) > len(wanted) or set(missing) & set(_needed(file_map, result.dataset))):
        raise FileRefused(
            f"{_named(best.grid)} does not have the headings that the map '{file_map.id}' reads. Not found: "
            f"{', '.join(missing)}. Check that it is the right file, or run: plait map {best.grid.file}"
        )
    if missing:
        found_not = Note(*_heading_missing(missing), Severity.WARNING, row=best.row)
        best.grid.notes.add("file.heading-missing", found_not, count=len(missing))
    return result


def _heading_missing(missing: Sequence[str]) -> tuple[str, str]:
    return (
        f"The map reads headings that are not here: {', '.join(missing)}. Their columns were left empty.",
        "Add them to the export, or take them out of the map.",
    )


def _needed(file_map: FileMap, dataset: DataSet) -> Iterator[str]:
    for mapped in file_map.columns:
        if mapped.heading and dataset.column(mapped.column).required:
            yield mapped.heading


def _named(grid: Grid) -> str:
    return f"{grid.file}, sheet {grid.sheet}" if grid.sheet else grid.file


def fill(plans: Iterable[Plan], writers: TableWriters) -> None:
    """Every plan's rows are in its table. A sheet that several plans read is read once."""
    by_sheet: dict[tuple[int, int], list[Plan]] = {}
    for one in plans:
        by_sheet.setdefault((id(one.headed.grid), one.headed.row), []).append(one)
    with ThreadPoolExecutor(max_workers=1) as worker:
        for shared in by_sheet.values():
            _fill_from(shared, writers, worker)


def _fill_from(shared: Sequence[Plan], writers: TableWriters, worker: ThreadPoolExecutor) -> None:
    """The rows of one sheet are in the plans' tables. While some are written, the next are read."""
    found = shared[0].headed
    count = 0
    writing: Future[None] | None = None
    repeated = frozenset.intersection(*(one.repeated for one in shared))
    for rows in rows_below(found.grid, found.row, len(found.headings), repeated):
        count += len(rows)
        _note_unheaded(found, rows)
        if writing:
            writing.result()  # one batch in hand at a time keeps the order, and the memory flat
        writing = worker.submit(_write, shared, rows, writers)
    if writing:
        writing.result()
    if count == 0:
        found.grid.notes.add("file.no-rows", Note(*_NO_ROWS, Severity.WARNING, row=found.row))
        for one in shared:
            _add_none(one, writers)


def _write(plans: Sequence[Plan], rows: Rows, writers: TableWriters) -> None:
    for one in plans:
        one.add(rows, writers)


_NO_ROWS = (
    "There are headings here and no rows below them.",
    "If there was nothing to report, say so when you send it; otherwise export it again.",
)


def _add_none(one: Plan, writers: TableWriters) -> None:
    writers[one.dataset.id].add({}, rows=pa.array([], pa.int64()))


def _note_unheaded(found: Headed, rows: Rows) -> None:
    for index, heading in enumerate(found.headings):
        if not heading and rows.cells[index].null_count < len(rows):
            first = rows.numbers.filter(rows.cells[index].is_valid())[0].as_py()
            note = Note(*_UNHEADED, Severity.WARNING, row=first, letter=letter(index))
            found.grid.notes.add("file.no-heading", note)


_UNHEADED = (
    "There are cells in a column that has no heading. They were not read.",
    "Give the column a heading, or clear it.",
)


def findings(plans: Sequence[Plan], ignored: Iterable[str] = ()) -> list[Finding]:
    """What was noticed in the sheets the plans read, and which of their columns nothing was read from."""
    listed: list[Finding] = []
    grids = {id(one.headed.grid): one.headed for one in plans}
    passed = {heading_key(heading) for heading in ignored}
    for key, found in grids.items():
        listed += found.grid.notes.findings()
        used = {f.index for one in plans if id(one.headed.grid) == key for f in one.filled}
        extra = [i for i, k in enumerate(found.keys) if k and i not in used and k not in passed]
        if extra:
            listed.append(_extra_columns(found, extra))
    return listed


def _extra_columns(found: Headed, extra: Sequence[int]) -> Finding:
    return Finding(
        code="file.extra-columns",
        where=Place(file=found.grid.file, sheet=found.grid.sheet, row=found.row, letter=letter(extra[0])),
        problem=f"Nothing was read from {letters(extra)}, as no declared column takes it."
        if len(extra) == 1
        else f"Nothing was read from {letters(extra)}, as no declared columns take them.",
        remedy="Nothing to do. If it holds something that is asked for, give it the heading of the template.",
        severity=Severity.NOTE,
        count=len(extra),
    )
