"""The looked-after children return (SSDA903), as a folder, a zip, one of its files or its XML form."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

from plait.declare import Pack
from plait.errors import FileRefused
from plait.receive.safety import Kind, digest_of, kind_of
from plait.receive.ssda903_parts import COLUMNS, READ, Part, name_of, table_of
from plait.receive.ssda903_rows import Rows
from plait.receive.ssda903_xml import XmlParts
from plait.receive.tabular import Grid, Headed, headed, letter, letters, rows_below
from plait.receive.types import Heading, Received
from plait.receive.writer import TableWriters
from plait.values import Finding, Place, Severity

_ALL_COLUMNS = tuple(dict.fromkeys(column for columns in COLUMNS.values() for column in columns))


def read_ssda903(source: Path, pack: Pack, into: Path) -> Received:
    """The return in `source`, written to `into` as people, services and events.

    Raises FileRefused for what is unsafe, damaged or no such return; nothing is then left in `into`.
    """
    existed = into.exists()
    into.mkdir(parents=True, exist_ok=True)
    scratch = Path(mkdtemp(prefix=".reading-", dir=into))
    try:
        with TableWriters(pack, into) as writers:
            parts = _parts_of(source, scratch)
            rows = Rows(writers, pack)
            for part in parts:
                rows.add(part)
            year_end = rows.finish()
            findings = (*parts.findings(), *_year_findings(source.name, rows, year_end))
            tables, counts = writers.close(), writers.rows
        shutil.rmtree(scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        if not existed:
            into.rmdir()
        raise
    return Received(
        format="ssda903",
        tables=tables,
        findings=findings,
        headings=parts.headings,
        file=source.name,
        digest=digest_of(source),
        rows=counts,
    )


def _parts_of(source: Path, scratch: Path) -> GridParts | XmlParts:
    if source.is_file() and kind_of(source) is Kind.XML:
        return XmlParts(source)
    return GridParts(source, scratch)


class GridParts:
    """The parts of a return sent as CSV files or sheets."""

    def __init__(self, source: Path, scratch: Path) -> None:
        from plait.receive.detect import open_grids  # only here: the XML form needs none of what reads tables

        self._file = source.name
        self._grids = open_grids(source, scratch)
        self._findings: list[Finding] = []
        self.headings: dict[str, dict[str, Heading]] = {}

    def __iter__(self) -> Iterator[Part]:
        """Raises FileRefused when no file has the columns of any table."""
        known = [(sheet, table) for grid in self._grids if (sheet := _headed(grid)) and (table := _table(sheet))]
        if not known:
            raise FileRefused(
                f"{self._file} holds no file of the looked-after children return. Each is told by its headings, such as "
                "CHILD, DECOM, RNE, LS, CIN, PLACE for episodes. Send the files as they were exported, headings included."
            )
        self._tell_unknown([sheet.grid for sheet, _ in known])
        for sheet, table in known:
            yield from self._read(sheet, table)

    def findings(self) -> tuple[Finding, ...]:
        """All that was noticed, once everything has been read."""
        return (*self._findings, *(finding for grid in self._grids for finding in grid.notes.findings()))

    def _read(self, sheet: Headed, table: str) -> Iterator[Part]:
        names = [name_of(heading) for heading in sheet.headings]
        indexes = {name: names.index(name) for name in COLUMNS[table] if name in names}
        self._tell_columns(sheet, table, names)
        if "CHILD" not in indexes:
            return
        self._learn_headings(sheet, table, indexes)
        yield Part(table, {}, pa.array([], pa.int64()), sheet.grid.sheet)  # a file of headings alone is an answer too
        for rows in rows_below(sheet.grid, sheet.row, len(sheet.headings)):
            cells = {name: rows.cells[index] for name, index in indexes.items()}
            yield Part(table, cells, rows.numbers, sheet.grid.sheet)

    def _learn_headings(self, sheet: Headed, table: str, indexes: dict[str, int]) -> None:
        for dataset, column, name in _BECOMES.get(table, ()):
            if name in indexes:
                heading = Heading(sheet.headings[indexes[name]], letter(indexes[name]), sheet.grid.sheet)
                self.headings.setdefault(dataset, {}).setdefault(column, heading)

    def _tell(self, sheet: Grid, code: str, said: tuple[str, str, Severity], **where: object) -> None:
        problem, remedy, severity = said
        place = replace(Place(file=self._file, sheet=sheet.sheet), **where)  # type: ignore[arg-type]
        self._findings.append(
            Finding(code=f"ssda903.{code}", where=place, problem=problem, remedy=remedy, severity=severity)
        )

    def _tell_columns(self, sheet: Headed, table: str, names: list[str]) -> None:
        for column in READ.get(table, ()):
            if column not in names:
                said = _NO_CHILD if column == "CHILD" else _MISSING_COLUMN
                self._tell(sheet.grid, "missing-column", said, row=sheet.row, column=column)
        if extra := [index for index, name in enumerate(names) if name and name not in COLUMNS[table]]:
            problem, remedy, severity = _EXTRA_COLUMN
            said = (f"{_upper_first(letters(extra))}: {problem}", remedy, severity)
            self._tell(sheet.grid, "extra-column", said, row=sheet.row)
        if again := [index for index, name in enumerate(names) if name and name in names[:index]]:
            problem, remedy, severity = _REPEATED_COLUMN
            self._tell(sheet.grid, "repeated-column", (f"{_upper_first(letters(again))}: {problem}", remedy, severity))
        if table not in READ:
            self._tell(sheet.grid, "table-not-kept", _TABLE_NOT_KEPT)

    def _tell_unknown(self, known: list[Grid]) -> None:
        for grid in self._grids:
            if grid not in known and any(any(cell.strip() for cell in row) for row in grid.head):
                self._tell(grid, "table-not-known", _TABLE_NOT_KNOWN)


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _headed(grid: Grid) -> Headed:
    return headed(grid, _ALL_COLUMNS)


def _table(sheet: Headed) -> str | None:
    return table_of(name_of(heading) for heading in sheet.headings)


_MISSING_COLUMN = (
    "This column of the return is missing, so what it would tell is not known.",
    "Add the column under its name in the guide, or say why it cannot be sent.",
    Severity.WARNING,
)
_NO_CHILD = (
    "This file has no column of child references, so none of its rows was read.",
    "Add the column CHILD with the same references as the other files.",
    Severity.ERROR,
)
_EXTRA_COLUMN = ("not part of this file of the return, and not read.", "Nothing to do.", Severity.NOTE)
_REPEATED_COLUMN = (
    "the heading stands further left already, and only that column was read.",
    "Leave each heading once.",
    Severity.WARNING,
)
_TABLE_NOT_KEPT = ("No data set asks for this file; only its children were noted.", "Nothing to do.", Severity.NOTE)
_TABLE_NOT_KNOWN = (
    "This file has not the columns of any file of the return, so it was not read.",
    "If it belongs to the return, give it the headings of the guide.",
    Severity.WARNING,
)


def _year_findings(file: str, rows: Rows, year_end: date | None) -> Iterator[Finding]:
    if not rows.dateless:
        return
    if year_end is None:
        problem = (
            "Health checks and care leavers carry no date of their own, and nothing else tells the year of the return."
        )
        remedy = "Send them together with the episodes of the same year. Until then they are left out."
        severity = Severity.WARNING
    else:
        problem = (
            "Health checks and care leavers carry no date. They were taken to be of the year to "
            f"{year_end:%d %B %Y}, in which most dates of the return fall."
        )
        remedy = "If that is another year, send the files of one year together."
        severity = Severity.NOTE
    yield Finding(
        code="ssda903.year-unknown" if year_end is None else "ssda903.year-assumed",
        where=Place(file=file),
        problem=problem,
        remedy=remedy,
        severity=severity,
        count=rows.dateless,
    )


# Table to (data set, its column, the file's column).
_BECOMES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "header": (
        ("people", "person", "CHILD"),
        ("people", "upn", "UPN"),
        ("people", "date_of_birth", "DOB"),
        ("people", "sex", "SEX"),
        ("people", "ethnicity", "ETHNIC"),
    ),
    "episodes": (
        ("people", "postcode", "HOME_POST"),
        ("services", "person", "CHILD"),
        ("services", "detail", "PLACE"),
        ("services", "need", "CIN"),
        ("services", "outcome", "REC"),
        ("services", "started_on", "DECOM"),
        ("services", "ended_on", "DEC"),
    ),
    "missing": (
        ("events", "person", "CHILD"),
        ("events", "type", "MISSING"),
        ("events", "started_on", "MIS_START"),
        ("events", "ended_on", "MIS_END"),
    ),
}
