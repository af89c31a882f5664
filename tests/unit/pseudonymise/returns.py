"""Small checked tables to code, as `validate` leaves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plait.declare import Pack, load_pack
from plait.engine import Engine
from plait.pseudonymise import Coded, Key, pseudonymise

KEY = Key("test", b"0123456789abcdef0123456789abcdef")
OTHER_KEY = Key("test", b"another secret, another secret, a")
Rows = Sequence[Mapping[str, Any]]

_TYPES = {
    "date": pa.date32(), "codes": pa.list_(pa.string()), "integer": pa.int64(), "number": pa.float64(),
    "boolean": pa.bool_(),
}  # fmt: skip


@cache
def core() -> Pack:
    return load_pack()


def checked(pack: Pack, dataset: str, rows: Rows, folder: Path) -> Path:
    """The data set's columns, then the places in the person's own file."""
    columns = {
        c.id: pa.array([row.get(c.id) for row in rows], _TYPES.get(c.type, pa.string()))
        for c in pack.dataset(dataset).columns
    }
    places = {
        "_row": pa.array(range(2, len(rows) + 2), pa.int64()),
        "_sheet": pa.array(["Smith"] * len(rows), pa.string()),
    }
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns | places), folder / f"{dataset}.parquet")
    return folder / f"{dataset}.parquet"


def code(
    into: Path, *, agency: str = "council", key: Key = KEY, postcodes: Mapping[str, str] | None = None, **datasets: Rows
) -> Coded:
    """These rows, coded."""
    tables = {name: checked(core(), name, rows, into / "checked") for name, rows in datasets.items()}
    found = None
    if postcodes is not None:
        found = into / "postcodes.parquet"
        pq.write_table(
            pa.table({"postcode": list(postcodes) or ["AB11AB"], "area": list(postcodes.values()) or ["E01000009"]}),
            found,
        )
    with Engine() as engine:
        coded = pseudonymise(engine, tables, core(), agency=agency, key=key, postcodes=found, into=into / "coded")
        left = engine.rows(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal UNION SELECT table_name FROM duckdb_tables()"
        )
        assert left == [], "something of the return stayed in the engine"
    return coded


def rows(coded: Coded, table: str) -> list[dict[str, Any]]:
    return pq.read_table(coded.tables[table]).to_pylist()


def tokens(coded: Coded) -> set[tuple[int, int]]:
    """Token kinds with their tokens, whoever holds them."""
    return {(row["token_kind"], row["token"]) for row in rows(coded, "tokens")}
