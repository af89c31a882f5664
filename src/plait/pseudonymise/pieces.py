"""A checked table a piece at a time, its references already tokens: memory stays flat however large the return is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from plait.declare import DataSet
from plait.engine import Engine, identifier
from plait.pseudonymise.columns import reference_family, references, token_name
from plait.pseudonymise.key import keyed

ROWS = 32_768  # in a piece, or a few more where rows share a number


def pieces(engine: Engine, dataset: DataSet, source: str, subkeys: Mapping[str, bytes]) -> Iterator[pa.Table]:
    """The rows of the view `source`, in pieces of ascending row numbers: every reference is `token_name`'s column instead.

    `subkeys` has the subkey of each family of references. A table without rows is one piece without rows.
    """
    tokened = {column.id: column for column in references(dataset)}
    cells = [
        f"CAST({identifier(c.id)} AS VARCHAR) AS {identifier(c.id)}" if c.id in tokened else identifier(c.id)
        for c in dataset.columns
    ]
    for rows in _ranges(engine, source):
        piece = engine.table(f"SELECT {', '.join(cells)}, _row FROM {identifier(source)} WHERE {rows}")
        for name, column in tokened.items():
            codes = _coded(piece[name], subkeys[reference_family(column)])
            piece = piece.set_column(piece.schema.get_field_index(name), token_name(column), codes)
        yield piece


def _coded(cells: pa.ChunkedArray, subkey: bytes) -> pa.Array:
    """One keyed hash for each distinct reference."""
    found = pa.chunked_array(cells, pa.string()).combine_chunks().dictionary_encode()
    return pa.array(keyed(subkey, found.dictionary.to_pylist())).take(found.indices)


def _ranges(engine: Engine, source: str) -> Iterator[str]:
    """Tests that part the rows by their numbers, lowest first. Rows of one number are never parted."""
    numbers = np.sort(engine.table(f"SELECT _row FROM {identifier(source)}")["_row"].to_numpy())
    starts = np.unique(numbers[ROWS::ROWS]).tolist()
    for start, end in zip([None, *starts], [*starts, None], strict=True):
        tests = [f"_row >= {start}" if start is not None else "", f"_row < {end}" if end is not None else ""]
        yield " AND ".join(test for test in tests if test) or "true"
