"""A Parquet file as a grid, its columns as text. Its rows are numbered from 1; it has no row of headings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.errors import FileRefused
from plait.receive.tabular import BATCH_ROWS, Keyed, Notes, numbers_from


def is_parquet(path: Path) -> bool:
    """True when the file begins as Parquet does."""
    with path.open("rb") as handle:
        return handle.read(4) == b"PAR1"


class ParquetGrid(Keyed):
    """The file's column names stand as its only row of headings."""

    hidden = False

    def __init__(self, file: pq.ParquetFile, notes: Notes) -> None:
        self.file = notes.file
        self.sheet = notes.sheet
        self.notes = notes
        self._file = file
        self.head = [list(file.schema_arrow.names)]

    def batches(
        self, after: int, width: int, repeated: Collection[int] = ()
    ) -> Iterator[tuple[pa.Array, list[pa.Array]]]:
        """Row numbers and columns of text."""
        number = 1
        for batch in self._file.iter_batches(BATCH_ROWS):
            yield numbers_from(number, batch.num_rows), [_text(column) for column in batch.columns[:width]]
            number += batch.num_rows


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_list(column.type):
        return pc.binary_join(column.cast(pa.list_(pa.string())), ";")
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.cast(pa.string())


def read_parquet(path: Path, notes: Notes) -> ParquetGrid:
    """The file as a grid. Raises FileRefused when it is damaged or holds columns that cannot be shown as text."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError):
        raise FileRefused(f"{path.name} is damaged and cannot be opened as Parquet. Export it again.") from None
    odd = [f.name for f in file.schema_arrow if pa.types.is_nested(f.type) and not pa.types.is_list(f.type)]
    if odd:
        raise FileRefused(f"{path.name} has columns that hold further columns: {', '.join(odd)}. Export them flat.")
    return ParquetGrid(file, notes)
