"""A sheet, a text file or a Parquet file as one thing: rows of text below a row of headings, in batches of columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plait.receive.typed import tidy
from plait.values import Finding, Place, Severity

HEAD_ROWS = 40  # how far down a heading row is looked for
BATCH_ROWS = 1 << 16  # as many as a group of the Parquet files written from them


@dataclass(slots=True)
class Note:
    """One kind of problem in one sheet: how often it came up, and where first."""

    problem: str
    remedy: str
    severity: Severity
    row: int | None = None
    letter: str = ""
    count: int = 0


@dataclass
class Notes:
    """What was noticed while a sheet was read, each problem of each column once with its count. Holds no cell."""

    file: str
    sheet: str = ""
    _kept: dict[tuple[str, str, str], Note] = field(default_factory=dict)

    def add(self, code: str, note: Note, *, count: int = 1) -> None:
        self._kept.setdefault((code, note.letter, note.problem), note).count += count

    def findings(self) -> Iterator[Finding]:
        for (code, _, _), note in self._kept.items():
            yield Finding(
                code=code,
                where=Place(file=self.file, sheet=self.sheet, row=note.row, letter=note.letter),
                problem=note.problem,
                remedy=note.remedy,
                severity=note.severity,
                count=note.count,
            )


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a sheet: their own numbers, and a column of tidied text for each of its columns."""

    numbers: pa.Array
    cells: tuple[pa.Array, ...]

    def only(self, keep: pa.Array) -> Rows:
        """The rows for which `keep` is true."""
        return Rows(self.numbers.filter(keep), tuple(column.filter(keep) for column in self.cells))

    def __len__(self) -> int:
        return len(self.numbers)


class Grid(Protocol):
    """What every tabular file is read through. `head` is its first rows, as a spreadsheet numbers them from 1."""

    @property
    def file(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def head(self) -> Sequence[Sequence[str]]: ...
    @property
    def head_keys(self) -> Sequence[frozenset[str]]: ...
    @property
    def notes(self) -> Notes: ...
    def batches(
        self, after: int, width: int, repeated: Collection[int] = ()
    ) -> Iterator[tuple[pa.Array, list[pa.Array]]]:
        """Row numbers and `width` columns of text, for the rows below row `after`, in order.

        Of the columns `repeated` each distinct text matters rather than each cell: they may come dictionary-coded.
        """


class Keyed:
    """A grid that remembers how the cells of its first rows are compared: every format that is known looks at them."""

    head: Sequence[Sequence[str]]

    @cached_property
    def head_keys(self) -> Sequence[frozenset[str]]:
        return [frozenset(map(heading_key, row)) for row in self.head]


def rows_below(grid: Grid, after: int, width: int, repeated: Collection[int] = ()) -> Iterator[Rows]:
    """The rows that hold anything, their cells trimmed and the empty ones NULL."""
    for numbers, columns in grid.batches(after, width, repeated):
        rows = Rows(numbers, tuple(map(_tidied_cells, columns)))
        blank = _blank(rows)
        yield rows if blank is None else rows.only(pc.invert(blank))


def _tidied_cells(column: pa.Array) -> pa.Array:
    words = column.dictionary if pa.types.is_dictionary(column.type) else column
    return column if _is_tidy(words) else tidy(column.cast(pa.string()))


def _is_tidy(column: pa.Array) -> bool:
    """True when no cell needs trimming: plain ASCII that neither begins nor ends with a space, and no empty text.

    Looking at the first and last byte of each cell costs a tenth of trimming it.
    """
    shortest = pc.min(pc.binary_length(column)).as_py()
    if not shortest:
        return shortest is None
    _, where, content = column.buffers()
    bounds = np.frombuffer(where, np.int32)[column.offset : column.offset + len(column) + 1]
    text = np.frombuffer(content, np.uint8)
    starts, ends = bounds[:-1], bounds[1:]
    if column.null_count:
        starts, ends = starts[ends > starts], ends[ends > starts]
    first, last = text[starts], text[ends - 1]
    plain = text[bounds[0] : bounds[-1]].max() <= _LAST_ASCII
    return bool(plain and first.min() > _SPACE and last.min() > _SPACE)


_SPACE, _LAST_ASCII = ord(" "), 0x7F  # every white space of ASCII is a space or comes before it


def _blank(rows: Rows) -> pa.Array | None:
    """Which rows hold nothing at all; None when every row holds something."""
    blank: pa.Array | None = None
    for column in rows.cells:
        if column.null_count == 0:
            return None
        empty = column.is_null()
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return None
    return blank


@dataclass(frozen=True, slots=True)
class Headed:
    """A sheet whose headings have been found."""

    grid: Grid
    row: int
    headings: tuple[str, ...]
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(heading_key(heading) for heading in self.headings))

    def index(self, heading: str) -> int | None:
        """Where a heading is, counted from 0, whatever its case, spaces and punctuation."""
        key = heading_key(heading)
        return self.keys.index(key) if key in self.keys else None


def headed(grid: Grid, wanted: Iterable[str], row: int | None = None) -> Headed:
    """The sheet with its headings at the row that holds most of those wanted: the first such, or the row given."""
    keys = {heading_key(heading) for heading in wanted}
    here = [len(keys & held) for held in grid.head_keys]
    if row is None or row > len(here) or not here[row - 1]:
        row = here.index(max(here)) + 1 if here else 1
    return Headed(grid, row, _tidied(grid.head[row - 1]) if here else ())


def likely_headed(grid: Grid) -> Headed:
    """The sheet with its headings at the first row that is filled about as wide as the sheet gets."""
    widest = max((_filled(row) for row in grid.head), default=0)
    for number, row in enumerate(grid.head, start=1):
        if _filled(row) and _filled(row) >= 0.6 * widest:
            return Headed(grid, number, _tidied(row))
    return Headed(grid, 1, ())


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _tidied(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) for cell in row)


def joined(columns: Sequence[pa.Array]) -> pa.Array | None:
    """The cells of each row as one text, NULL where all are empty; None for no columns.

    pyarrow's own way to leave empty cells out loses the rows in which all are empty.
    """
    if not columns:
        return None
    texts = pc.binary_join_element_wise(*columns, " | ", null_handling="replace")
    empty = columns[0].is_null()
    for column in columns[1:]:
        empty = pc.and_(empty, column.is_null())
    return pc.if_else(empty, pa.scalar(None, pa.string()), texts)


def cells_where(cells: pa.Array, marks: pa.Array) -> pa.Array:
    """The cells that are marked; NULL for the others."""
    return pc.if_else(marks, cells, pa.scalar(None, cells.type))


def heading_key(text: str) -> str:
    """A heading as it is compared: its letters and digits only, whatever their case."""
    return "".join(filter(str.isalnum, text.replace("&", "and").casefold()))


def letter(index: int) -> str:
    """A column's letter in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def letters(indexes: Iterable[int]) -> str:
    """'column B' or 'columns B, D and F'; only the first twelve are named."""
    names = [letter(index) for index in indexes]
    if len(names) > 12:
        names = [*names[:12], f"{len(names) - 12} more"]
    return f"column {names[0]}" if len(names) == 1 else f"columns {', '.join(names[:-1])} and {names[-1]}"


def numbers_from(first: int, count: int) -> pa.Array:
    """Row numbers `first`, `first` + 1 and so on."""
    return pa.arange(first, first + count)


def as_columns(rows: Sequence[Sequence[str | None]], width: int) -> list[pa.Array]:
    """Rows of equal width as columns of text."""
    if not rows:
        return [pa.array([], pa.string()) for _ in range(width)]
    return [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
