"""Delimited text in any common dialect. Arrow reads what is regular; what is not is read again with care, row by row."""

from __future__ import annotations

import codecs
import csv
import io
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from plait.errors import FileRefused
from plait.receive.tabular import BATCH_ROWS, HEAD_ROWS, Keyed, Note, Notes, as_columns, numbers_from
from plait.receive.typed import WORDS
from plait.values import Severity

_BLOCK = 1 << 22
_SAMPLE = 1 << 16  # less than the largest cell the csv module reads
_VAST = 2_000_000  # bytes of one cell
_EVEN = 0.9
_DELIMITERS = (",", ";", "\t", "|")
_TWO_FEEDS = 0x0A0A  # two bytes alike: the same number whichever comes first
_BEFORE_EQUALS = (b",=", b"\n=", b'"=', b";=", b"\t=", b"|=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a text file is written. `regular`: each line, or quoted run of them, is one row as a spreadsheet numbers it."""

    encoding: str
    delimiter: str
    preface: int = 0  # characters of an Excel 'sep=' line, which no spreadsheet counts as a row
    regular: bool = True
    quotes: bool = True
    formulas: bool = False


@dataclass(slots=True)
class _Seen:
    """What one pass over the bytes noticed."""

    utf8: bool = True
    nul: bool = False
    blank_line: bool = False
    quotes: bool = False
    bare_return: bool = False
    newline: bool = False
    formulas: bool = False


class TextGrid(Keyed):
    """A text file as a grid. `path` is UTF-8; a file in another encoding has been rewritten beside the work first."""

    hidden = False

    def __init__(self, path: Path, dialect: Dialect, notes: Notes) -> None:
        self.file = notes.file
        self.sheet = notes.sheet
        self.notes = notes
        self._path = path
        self._dialect = dialect
        self.head = list(islice(self._records(strict=False), HEAD_ROWS))

    def batches(
        self, after: int, width: int, repeated: Collection[int] = ()
    ) -> Iterator[tuple[pa.Array, list[pa.Array]]]:
        """Row numbers and columns of text. Raises FileRefused at a quote that is never closed, or a vast cell."""
        last = after
        if self._dialect.regular and self._plain_above(after):
            try:
                for batch in self._fast(after, width, repeated):
                    if any(map(_has_vast, batch.columns)):
                        break
                    yield numbers_from(last + 1, batch.num_rows), batch.columns
                    last += batch.num_rows
                else:
                    return
            except pa.ArrowInvalid:
                pass  # something irregular from here on; its message may quote a row, so it is not kept
        yield from self._careful(last, width)

    def _plain_above(self, after: int) -> bool:
        """True when each row down to the headings is one line, so that lines may be skipped instead of rows."""
        return not any("\n" in cell or "\r" in cell for row in self.head[:after] for cell in row)

    def _fast(self, after: int, width: int, repeated: Collection[int]) -> Iterator[pa.RecordBatch]:
        """Batches from Arrow, which stops with an error at a row of another width or one longer than a block.

        One thread reads while another writes what was read before; more would only hold more in memory.
        """
        names = [f"c{i}" for i in range(width)]
        skipped = after + (1 if self._dialect.preface else 0)
        yield from arrow_csv.open_csv(
            self._path,
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=_BLOCK, column_names=names, skip_rows=skipped
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._dialect.delimiter,
                quote_char='"' if self._dialect.quotes else False,
                newlines_in_values=self._dialect.quotes,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: WORDS if i in repeated else pa.string() for i, name in enumerate(names)},
                null_values=[""],
                strings_can_be_null=True,
            ),
        )

    def _careful(self, after: int, width: int) -> Iterator[tuple[pa.Array, list[pa.Array]]]:
        records = enumerate(self._records(strict=True), start=1)
        for block in iter(lambda: list(islice(records, BATCH_ROWS // 4)), []):
            numbers, rows = [], []
            for number, raw in (one for one in block if one[0] > after):
                row = raw if len(raw) == width else self._squared(number, raw, width)
                if row is not None:
                    numbers.append(number)
                    rows.append(row)
            if rows:
                yield pa.array(numbers, pa.int64()), as_columns(rows, width)

    def _squared(self, number: int, row: list[str], width: int) -> list[str | None] | None:
        """The row with exactly `width` cells; None when it holds more than there are headings for."""
        if any(cell.strip() for cell in row[width:]):
            self.notes.add("file.long-row", Note(*_LONG, Severity.ERROR, row=number))
            return None
        if 0 < len(row) < width and any(row):
            self.notes.add("file.short-row", Note(*_SHORT, Severity.NOTE, row=number))
        return [*row[:width], *([None] * (width - len(row)))]

    def _records(self, *, strict: bool) -> Iterator[list[str]]:
        with self._path.open(encoding="utf-8-sig", newline="") as handle:
            if self._dialect.preface:
                handle.readline()
            yield from _records(handle, self._dialect, self.file, strict=strict)


def _has_vast(column: pa.Array) -> bool:
    """True when a cell holds so much that a quote may not have been closed: the careful reading says where."""
    words = column.dictionary if pa.types.is_dictionary(column.type) else column
    return (pc.max(pc.binary_length(words)).as_py() or 0) > _VAST


_LONG = (
    "This row has more cells than there are headings, so its cells may stand under the wrong ones. It was left out.",
    "Look for a comma or other separator inside a cell; put the cell in double quotes, or save from a spreadsheet.",
)
_SHORT = (
    "This row stops before the last heading. The missing cells were read as empty.",
    "Nothing to do if the cells are meant to be empty.",
)


def _records(handle: io.TextIOBase, dialect: Dialect, file: str, *, strict: bool) -> Iterator[list[str]]:
    """The records of an open file. When not strict, stops at the first that cannot be read."""
    lines = _Lines(handle, 2 if dialect.preface else 1)
    reader = csv.reader(lines, delimiter=dialect.delimiter, strict=strict)
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            if not strict:
                return
            raise _refused(file, lines, vast="field larger" in str(problem)) from None
        lines.forget()
        yield record


class _Lines:
    """The lines of a file, remembering those of the record being read."""

    def __init__(self, handle: io.TextIOBase, first: int) -> None:
        self._handle = handle
        self.first = first
        self.pending: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._handle:
            self.pending.append(line)
            yield line

    def forget(self) -> None:
        self.first += len(self.pending)
        self.pending.clear()

    def opened(self) -> int:
        """The line on which the last quote of the pending record opened."""
        inside, line = False, self.first
        for number, text in enumerate(self.pending, start=self.first):
            for _ in range(text.count('"')):
                inside = not inside
                line = number if inside else line
        return line


def _refused(file: str, lines: _Lines, *, vast: bool) -> FileRefused:
    if vast:
        return FileRefused(
            f"{file}: a cell of the row on line {lines.first} holds more than {csv.field_size_limit():,} characters. "
            "A spreadsheet cell holds 32,767 at most, so a quote may not be closed. Close it, or leave that column out."
        )
    return FileRefused(
        f"{file}: a double quote opens on line {lines.opened()} and is not closed as it should be. Every cell that "
        "starts with a double quote must end with one, and a quote inside it must be written twice. "
        "Correct that line, or open the file in a spreadsheet and save it as CSV UTF-8."
    )


def read_delimited(path: Path, notes: Notes, scratch: Path) -> TextGrid:
    """The text file as a grid. Raises FileRefused when it is no text, or in no encoding that is read."""
    file = notes.sheet or notes.file
    encoding, seen = _encoding(path, file)
    if encoding == "cp1252":
        notes.add("file.encoding", Note(*_CP1252, Severity.NOTE))
    if encoding not in ("utf-8", "utf-8-sig") or (seen.bare_return and seen.newline):
        path = _rewritten(path, encoding, scratch, file)
        seen = _scan(path)
    dialect = _dialect(path, seen)
    if dialect.formulas:
        notes.add("file.formula-text", Note(*_FORMULA_TEXT, Severity.NOTE))
    return TextGrid(path, dialect, notes)


_CP1252 = (
    "The file is not in UTF-8, so it was read as Windows text (code page 1252).",
    "Check that accented letters and apostrophes look right, or save it as CSV UTF-8.",
)
_FORMULA_TEXT = (
    "Some cells begin with an equals sign, as a formula does. They were kept as text and never worked out.",
    "Nothing to do if the text is meant. If it is a formula, send its result.",
)


def _encoding(path: Path, file: str) -> tuple[str, _Seen]:
    with path.open("rb") as handle:
        start = handle.read(4096)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", _Seen()
    if b"\0" in start:
        return _utf16_without_mark(start, file), _Seen()
    seen = _scan(path)
    if seen.nul:
        raise FileRefused(_not_text(file))
    return ("utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8") if seen.utf8 else "cp1252", seen


def _utf16_without_mark(start: bytes, file: str) -> str:
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) // 4 or min(even, odd) > len(start) // 100:
        raise FileRefused(_not_text(file))
    return "utf-16-be" if even > odd else "utf-16-le"


def _not_text(file: str) -> str:
    return (
        f"{file} holds characters that no text file has (NUL), so it is damaged or is not text. "
        "Open it in the system it came from and export it again as CSV UTF-8 or as an Excel workbook."
    )


def _scan(path: Path) -> _Seen:
    """What the bytes hold that would make a regular reader stumble. One pass, in flat memory."""
    seen, decoder, tail = _Seen(), codecs.getincrementaldecoder("utf-8")(), b""
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            _notice(seen, tail + block)
            seen.utf8 = seen.utf8 and _decodes(decoder, block)
            tail = block[-3:]
    seen.utf8 = seen.utf8 and _decodes(decoder, b"", final=True)
    return seen


def _notice(seen: _Seen, block: bytes) -> None:
    """One byte is looked for before any pair: the search for a single byte is many times faster."""
    text = block.rstrip(b"\r\n") if len(block) < _BLOCK else block
    returns = b"\r" in block
    seen.nul |= b"\0" in block
    seen.newline |= b"\n" in block
    seen.quotes |= b'"' in block
    seen.bare_return |= returns and block.count(b"\r") > block.count(b"\r\n") + block.endswith(b"\r")
    seen.blank_line |= _has_empty_line(text) or (returns and (b"\n\r\n" in text or b"\r\r" in text))
    seen.formulas |= b"=" in block and any(mark in block for mark in _BEFORE_EQUALS)


def _has_empty_line(text: bytes) -> bool:
    """True where two line feeds stand together: every pair is looked at as one number, those that begin at even places
    and then those at odd ones. Bytes' own search for a pair takes eight times as long.
    """
    evens = np.frombuffer(text, np.uint16, len(text) // 2)
    odds = np.frombuffer(text, np.uint16, (len(text) - 1) // 2, 1) if len(text) > 1 else evens
    return bool((evens == _TWO_FEEDS).any() or (odds == _TWO_FEEDS).any())


def _quotes_in_place(path: Path, delimiter: str) -> bool:
    """True when each quote opens or closes a whole cell, or is one of two that stand for one, and all are closed.

    Arrow reads on past a quote that is not, where a row must be refused or its quote kept as text.
    """
    edge = np.zeros(256, bool)
    edge[[ord(mark) for mark in f'{delimiter}\r\n"']] = True  # a quote beside another stands for one within the cell
    seen = 0
    with path.open("rb") as handle:
        held = b"\n" if handle.read(3) == codecs.BOM_UTF8 else _from_start(handle)
        while block := handle.read(_BLOCK):
            seen, good = _in_place(held + block, edge, seen)
            if not good:
                return False
            held = (held + block)[-2:]
    seen, good = _in_place(held + b"\n", edge, seen)
    return good and seen % 2 == 0


def _from_start(handle: io.BufferedReader) -> bytes:
    """What stands before a file that begins with no mark: a line's end, as before any line."""
    handle.seek(0)
    return b"\n"


def _in_place(text: bytes, edge: np.ndarray[Any, np.dtype[np.bool_]], seen: int) -> tuple[int, bool]:
    """How many quotes there are up to the last byte but one, and whether those between the first and last are in place."""
    around = np.frombuffer(text, np.uint8)
    quotes = np.flatnonzero(around[1:-1] == ord('"')) + 1
    opening, closing = (quotes[seen % 2 :: 2], quotes[1 - seen % 2 :: 2])
    good = bool(edge[around[opening - 1]].all() and edge[around[closing + 1]].all())
    return seen + len(quotes), good


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    if block.isascii() and not decoder.getstate()[0] and not final:
        return True
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _rewritten(path: Path, encoding: str, scratch: Path, file: str) -> Path:
    """A copy in UTF-8 with one kind of line end."""
    target = scratch / f"{len(list(scratch.iterdir()))}.csv"
    try:
        with path.open(encoding=encoding) as source, target.open("w", encoding="utf-8", newline="\n") as copy:
            shutil.copyfileobj(source, copy, _BLOCK)
    except UnicodeError:
        raise FileRefused(
            f"{file} is in no encoding that Plait reads (UTF-8, UTF-16 or Windows-1252). "
            "Open it in a spreadsheet and save it as CSV UTF-8."
        ) from None
    return target


def _dialect(path: Path, seen: _Seen) -> Dialect:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        sample = handle.read(_SAMPLE)
    first = sample.splitlines()[0] if sample.strip() else ""
    told = first.removeprefix("sep=") if first.lower().startswith("sep=") and len(first) == 5 else ""
    delimiter = told if told in _DELIMITERS else max(_DELIMITERS, key=lambda mark: _regularity(sample, mark))
    plain = not (seen.blank_line or sample.startswith(("\n", "\r")))
    return Dialect(
        encoding="utf-8",
        delimiter=delimiter,
        preface=len(first) if told else 0,
        regular=plain and (not seen.quotes or _quotes_in_place(path, delimiter)),
        quotes=seen.quotes,
        formulas=seen.formulas,
    )


def _regularity(sample: str, delimiter: str) -> tuple[bool, float]:
    """How well a delimiter parts the sample: evenly first, then into how many."""
    rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), 60))
    widths = [len(row) for row in rows if row][: -1 if len(rows) > 2 else None]
    commonest = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
    share = widths.count(commonest) / len(widths) if commonest > 1 else 0.0
    return (True, commonest) if share >= _EVEN else (False, share * commonest)
