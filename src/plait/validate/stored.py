"""What a table's file says of itself without being read: how many rows, and which columns hold nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of one Parquet file, and its columns without a single cell filled."""

    rows: int
    empty: frozenset[str]


def stored(path: Path) -> Stored:
    """A column counts as empty only when the file says so of all of it: a list column, when no list has an entry."""
    said = pq.read_metadata(path)
    filled = {
        chunk.path_in_schema.partition(".")[0]
        for group in map(said.row_group, range(said.num_row_groups))
        for chunk in map(group.column, range(said.num_columns))
        if not (chunk.statistics and chunk.statistics.has_null_count and _is_empty(chunk))
    }
    columns = {said.schema.column(index).path.partition(".")[0] for index in range(said.num_columns)}
    return Stored(said.num_rows, frozenset(columns - filled))


def _is_empty(chunk: pq.ColumnChunkMetaData) -> bool:
    """`num_values` counts the empty places of lists too."""
    return bool(chunk.statistics.null_count == chunk.num_values)
