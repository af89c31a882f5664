"""DuckDB, set up the same way everywhere: two threads or so, a memory limit, spilling beside the work, no network."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import duckdb


class Engine:
    """One DuckDB connection, opened by the first question. Tables are views over Parquet or Arrow; nothing is kept in a
    database file.
    """

    def __init__(self, *, threads: int = 2, memory: str = "2GB", spill: Path | None = None) -> None:
        config: dict[str, Any] = {"threads": threads, "memory_limit": memory, "autoinstall_known_extensions": "false"}
        if spill is not None:
            config["temp_directory"] = str(spill)
        self._config = config

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """Opened late: a file that is read holds its rows twice for a moment, and 40 MB of DuckDB need not stand beside."""
        import duckdb

        return duckdb.connect(":memory:", config=self._config)

    def run(self, sql: str, parameters: list[Any] | None = None) -> None:
        """Carry out a statement that gives no rows back."""
        self._connection.execute(sql, parameters or [])

    def rows(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows, as tuples: for small results. (A half-read DuckDB result blocks the connection, so all are read.)"""
        return self._connection.execute(sql, parameters or []).fetchall()

    def table(self, sql: str, parameters: list[Any] | None = None) -> pa.Table:
        """All rows, as one Arrow table."""
        relation = self._connection.sql(sql, params=parameters) if parameters else self._connection.sql(sql)
        return relation.to_arrow_table()

    def register(self, name: str, source: pa.Table | Path | list[Path]) -> None:
        """Make an Arrow table, a Parquet file or several alike readable as `name`."""
        if isinstance(source, pa.Table):
            self._connection.register(name, source)
            return
        paths = [source] if isinstance(source, Path) else source
        listed = ", ".join(literal(str(path)) for path in paths)
        self.run(
            f"CREATE OR REPLACE VIEW {identifier(name)} AS SELECT * FROM read_parquet([{listed}], union_by_name=true)"
        )

    def write(self, sql: str, path: Path) -> None:
        """Write the query's rows to a Parquet file, compressed, in flat memory."""
        self.run(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")

    def close(self) -> None:
        if "_connection" in vars(self):
            self._connection.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def identifier(name: str) -> str:
    """A declared name as a quoted SQL identifier. Raises ValueError for a name no pack could declare."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", name):
        raise ValueError("not a declared name")
    return f'"{name}"'


def literal(text: str) -> str:
    """Text as a quoted SQL literal."""
    return "'" + text.replace("'", "''") + "'"
