"""Canonical tables written to Parquet a batch of columns at a time, in flat memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.declare import ColumnType, DataSet, Pack
from plait.receive.tabular import cells_where, joined
from plait.receive.typed import ARROW_TYPES, WORDS, as_declared, no_lists, nothing

Cells = Sequence[Any]  # an Arrow array, or any sequence of cells
_GROUP_ROWS = 65_536
_PAGE_BYTES = 1 << 14
_CELLS_AT_ONCE = 1 << 13  # eight times the usual: what is said of each page is then worked out in fewer goes

# Arrow's own allocator keeps what it frees: a 10,000-child census then peaks 40 MB higher.
pa.set_memory_pool(pa.system_memory_pool())

# Columns whose few values are worth a dictionary; in the others (references, paths) building one only costs.
_REPEATED = frozenset({ColumnType.CODE, ColumnType.CODES, ColumnType.DATE, ColumnType.BOOLEAN})
_LEAF = ".list.element"  # what Parquet calls the words within a column of lists


def schema_of(dataset: DataSet) -> pa.Schema:
    """The columns of a received table: the declared ones in order, then where each row came from."""
    fields = [(column.id, ARROW_TYPES[column.type]) for column in dataset.columns]
    fields += [
        ("_row", pa.int64()),
        ("_sheet", pa.string()),
        ("_path", pa.string()),
        ("_unread", pa.list_(pa.string())),
    ]
    if dataset.tier == "aggregate":
        fields.append(("_extra", pa.string()))
    return pa.schema(fields)


def _coded(schema: pa.Schema, dataset: DataSet) -> pa.Schema:
    """The schema as the file is written: codes by number, as the file then holds them."""
    for column in dataset.columns:
        if column.type is ColumnType.CODE:
            at = schema.get_field_index(column.id)
            schema = schema.set(at, schema.field(at).with_type(WORDS))
    return schema


def _as_stored(array: pa.Array, stored: pa.DataType) -> pa.Array:
    """The column as it is written, its texts by number where they are to be."""
    if stored != WORDS or array.type == WORDS:
        return array
    return pa.nulls(len(array), WORDS) if array.null_count == len(array) else array.dictionary_encode()


class TableWriter:
    """One data set's table, on its way to `<into>/<data set>.parquet`."""

    def __init__(self, dataset: DataSet, into: Path) -> None:
        self.dataset = dataset
        self.path = into / f"{dataset.id}.parquet"
        self.rows = 0
        self._schema = _coded(schema_of(dataset), dataset)
        self._types = {column.id: column.type for column in dataset.columns}
        self._writer: pq.ParquetWriter | None = None

    def add(
        self,
        columns: Mapping[str, Cells],
        *,
        rows: Cells,
        sheets: Cells = "",
        paths: Cells = "",
        unread: Mapping[str, Cells] | None = None,
        extra: Cells | None = None,
        tidied: bool = False,
    ) -> None:
        """Append as many rows as `rows` has numbers. A batch of none still makes an (empty) table.

        `columns` maps column ids to cells: text, which is trimmed and read as the declared type, or values that have
        it already; a set's cells may be lists; a single text fills the whole column; codes may come dictionary-coded.
        Columns left out hold no answers.
        `unread` marks cells (True) that the caller could not read and passed as NULL; texts that are not of their
        column's type are marked here and, for an aggregate, kept beside `extra`. `tidied` says that texts are trimmed
        already and none is ''.
        """
        numbers = _column(rows, pa.int64())
        length = len(numbers)
        marks = {name: _column(mask, pa.bool_()) for name, mask in (unread or {}).items()}
        arrays: list[pa.Array] = []
        lost: list[pa.Array] = []
        for name, kind in self._types.items():
            cells = columns.get(name)
            array, bad = (
                (nothing(kind, length), None) if cells is None else _declared(cells, kind, length, tidied=tidied)
            )
            arrays.append(array)
            if bad is not None:
                marks[name] = pc.or_(marks[name], bad) if name in marks else bad
            if bad is not None and cells is not None and self.dataset.tier == "aggregate":
                lost.append(cells_where(_texts(cells, length), bad))
        arrays += [numbers, _texts(sheets, length), _texts(paths, length), _unread_names(marks, length)]
        if self.dataset.tier == "aggregate":
            told = [] if extra is None else [_column(extra, pa.string())]
            arrays.append(_texts_together([*told, *lost], length))
        stored = [_as_stored(array, field.type) for array, field in zip(arrays, self._schema, strict=True)]
        self._keep(pa.record_batch(stored, schema=self._schema))

    def _keep(self, batch: pa.RecordBatch) -> None:
        self._writer = self._writer or self._open()
        self._writer.write_batch(batch, row_group_size=_GROUP_ROWS)
        self.rows += batch.num_rows

    def _open(self) -> pq.ParquetWriter:
        counts = self.dataset.tier == "aggregate"
        columns = self.dataset.columns
        repeated = [c for c in columns if counts or c.type in _REPEATED or c.after_coding == "area"]
        leaves = [c.id + _LEAF if c.type is ColumnType.CODES else c.id for c in repeated]
        return pq.ParquetWriter(
            self.path,
            self._schema,
            compression="snappy",  # gone when the return is coded: making it smaller would cost more than it saves
            use_dictionary=[*leaves, "_sheet"],
            data_page_size=_PAGE_BYTES,
            write_batch_size=_CELLS_AT_ONCE,
            store_schema=False,  # a reader is given texts, not how they were held here
        )

    def close(self) -> Path | None:
        """Where the finished table is; None when nothing was ever added."""
        if self._writer is None:
            return None
        self._writer.close()
        return self.path

    def abandon(self) -> None:
        """Nothing of the table is left on disk."""
        if self._writer is not None:
            self._writer.close()
            self.path.unlink(missing_ok=True)


class TableWriters:
    """The writers of one return. On leaving after an error, nothing of any table is left on disk."""

    def __init__(self, pack: Pack, into: Path) -> None:
        self._pack = pack
        self._into = into
        self._writers: dict[str, TableWriter] = {}

    def __getitem__(self, dataset: str) -> TableWriter:
        if dataset not in self._writers:
            self._into.mkdir(parents=True, exist_ok=True)
            self._writers[dataset] = TableWriter(self._pack.dataset(dataset), self._into)
        return self._writers[dataset]

    def close(self) -> dict[str, Path]:
        """Data set ids to their finished tables, of those to which anything was added."""
        closed = {name: writer.close() for name, writer in self._writers.items()}
        return {name: path for name, path in closed.items() if path is not None}

    @property
    def rows(self) -> dict[str, int]:
        return {name: writer.rows for name, writer in self._writers.items()}

    def __enter__(self) -> TableWriters:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            for writer in self._writers.values():
                writer.abandon()


def _declared(cells: Cells, kind: ColumnType, length: int, *, tidied: bool) -> tuple[pa.Array, pa.Array | None]:
    if isinstance(cells, str):
        cells = pa.repeat(pa.scalar(cells), length)
    return as_declared(cells, kind, tidied=tidied)


def _column(cells: Cells, arrow_type: pa.DataType) -> pa.Array:
    return cells if isinstance(cells, pa.Array) else pa.array(cells, arrow_type)


def _texts(cells: Cells, length: int) -> pa.Array:
    if isinstance(cells, str):
        return pa.repeat(pa.scalar(cells), length)
    return _column(cells, pa.string())


def _texts_together(texts: Sequence[pa.Array], length: int) -> pa.Array:
    together = joined(texts)
    return pa.nulls(length, pa.string()) if together is None else together


def _unread_names(marks: Mapping[str, pa.Array], length: int) -> pa.Array:
    """For each row the ids of the columns marked in it."""
    marked = {name: mask for name, mask in marks.items() if pc.any(mask).as_py()}
    if not marked:
        return no_lists(length)
    told: list[list[str]] = [[] for _ in range(length)]
    for name, mask in marked.items():
        for index in pc.indices_nonzero(mask).to_pylist():
            told[index].append(name)
    return pa.array(told, pa.list_(pa.string()))
