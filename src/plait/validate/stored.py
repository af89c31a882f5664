"""What a table's file says of itself before any row is read: how many there are, and what no row of it can hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Words = Mapping[str, frozenset[str]]
Span = tuple[date, date]
_Chunks = list[pq.ColumnChunkMetaData]

_SMALL = 1 << 14  # bytes: any column this small is looked through
_SHORT = 60  # letters: what a file tells of its least and most is the whole of any text this short
_CODED = 3  # bytes a row: text takes more, unless a few words stand for themselves by number


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of one Parquet file. What is not known of a column is left out; what is here is so of every row.

    `empty` columns hold nothing, `full` ones leave no cell empty, and `same` ones hold one text all through. No day of a
    column lies outside its span, and no cell or list of a column holds any but its words.
    """

    rows: int
    empty: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()
    spans: Mapping[str, Span] = field(default_factory=dict)
    words: Words = field(default_factory=dict, repr=False)  # a word out of place may be anybody's name


def stored(path: Path, coded: Iterable[str] = ()) -> Stored:
    """What the file says; the words of those of the `coded` columns that have few."""
    said = pq.read_metadata(path)
    columns = _columns(said)
    few = [name for name in coded if name in columns and all(_has_few_words(chunk) for chunk in columns[name])]
    return Stored(
        rows=said.num_rows,
        empty=frozenset(name for name, chunks in columns.items() if all(map(_is_empty, chunks))),
        full=frozenset(name for name, chunks in columns.items() if all(_is_full(name, chunk) for chunk in chunks)),
        same=frozenset(name for name, chunks in columns.items() if _is_same(name, chunks)),
        spans={name: span for name, chunks in columns.items() if (span := _span(chunks))},
        words=_words(path, {name: columns[name][0].path_in_schema for name in few if columns[name]}),
    )


def rows_in(path: Path) -> int:
    """How many rows the file has."""
    return int(pq.read_metadata(path).num_rows)


def _columns(said: pq.FileMetaData) -> dict[str, _Chunks]:
    names = [said.schema.column(index).path.partition(".")[0] for index in range(said.num_columns)]
    groups = [said.row_group(number) for number in range(said.num_row_groups)]
    return {name: [group.column(index) for group in groups] for index, name in enumerate(names)}


def _is_empty(chunk: pq.ColumnChunkMetaData) -> bool:
    """A list column is when no list has an entry: `num_values` counts the empty places of lists too."""
    said = chunk.statistics
    return bool(said and said.has_null_count and said.null_count == chunk.num_values)


def _is_full(name: str, chunk: pq.ColumnChunkMetaData) -> bool:
    said = chunk.statistics
    return bool(said and said.has_null_count and said.null_count == 0 and chunk.path_in_schema == name)


def _is_same(name: str, chunks: _Chunks) -> bool:
    """A long text may be cut short where a file tells its least and most."""
    if not all(_is_full(name, chunk) and chunk.statistics.has_min_max for chunk in chunks):
        return False
    texts = {text for chunk in chunks for text in (chunk.statistics.min, chunk.statistics.max)}
    return len(texts) == 1 and all(isinstance(text, str) and len(text) <= _SHORT for text in texts)


def _span(chunks: _Chunks) -> Span | None:
    filled = [chunk.statistics for chunk in chunks if not _is_empty(chunk)]
    if not filled or not all(said and said.has_min_max for said in filled):
        return None
    least, most = min(said.min for said in filled), max(said.max for said in filled)
    return (least, most) if isinstance(least, date) and isinstance(most, date) else None


def _has_few_words(chunk: pq.ColumnChunkMetaData) -> bool:
    return bool(chunk.total_uncompressed_size <= _SMALL + _CODED * chunk.num_values)


def _words(path: Path, leaves: Mapping[str, str]) -> Words:
    """Each column's words, which the file lists apart from its rows."""
    if not leaves:
        return {}
    found: dict[str, set[str]] = {name: set() for name in leaves}
    with pq.ParquetFile(path, read_dictionary=list(leaves.values())) as file:
        for group in range(file.num_row_groups):
            columns = file.read_row_group(group, columns=list(leaves.values()), use_threads=False)
            for name in leaves:
                found[name].update(*map(_listed, columns[name].chunks))
    return {name: frozenset(words) for name, words in found.items()}


def _listed(column: pa.Array) -> list[str]:
    texts = column.values if pa.types.is_list(column.type) else column
    return [word for word in texts.dictionary.to_pylist() if word is not None]
