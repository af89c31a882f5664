"""Rules over a table, all at once: one pass that counts and lists, one that writes what is usable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from plait.declare import Column, ColumnType
from plait.engine import identifier
from plait.validate.places import Located, Spot
from plait.validate.rule import SAMPLE, Effect, Rule, Scene, cell

PLACED = ("_row", "_sheet", "_path")


@dataclass(frozen=True, slots=True)
class Failures:
    """How many rows the table has, and what each rule found, in the order of the rules."""

    rows: int
    of_rules: tuple[Located, ...]


@contextmanager
def prepared(scene: Scene, rules: Sequence[Rule]) -> Iterator[tuple[Rule, ...]]:
    """The rules, each now a test of a row alone: what needed other rows is worked out, and forgotten afterwards."""
    tables = {rule: f"validate_rows_{number}" for number, rule in enumerate(rules) if rule.rows}
    try:
        yield tuple(_worked_out(scene, rule, tables[rule]) if rule.rows else rule for rule in rules)
    finally:
        for table in tables.values():
            scene.engine.run(f"DROP TABLE IF EXISTS {table}")


def _worked_out(scene: Scene, rule: Rule, table: str) -> Rule:
    scene.engine.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {rule.rows}")
    return replace(rule, rows="", fails=f"t._n IN (SELECT _n FROM {table})")


def failures(scene: Scene, rules: Sequence[Rule], *, source: str = "", joins: str = "") -> Failures:
    """Every rule's count in full and its first places, in flat memory.

    One pass counts for all rules at once; a second, over the rows that break any, lists for those rules only.
    """
    table = f"{source or scene.source} {joins}"
    counted = "".join(f", count(*) FILTER (WHERE {rule.fails})" for rule in rules)
    rows, *counts = scene.engine.rows(f"SELECT count(*){counted} FROM {table}")[0]
    broken = [rule for rule, count in zip(rules, counts, strict=True) if count]
    listed = iter(_listed(scene, broken, table))
    return Failures(int(rows), tuple(Located(int(n), next(listed) if n else ()) for n in counts))


def _listed(scene: Scene, rules: Sequence[Rule], table: str) -> list[tuple[Spot, ...]]:
    if not rules:
        return []
    numbers = range(len(rules))
    tests = ", ".join(f"coalesce({rule.fails}, false) AS f{n}" for n, rule in zip(numbers, rules, strict=True))
    some = " OR ".join(f"f{n}" for n in numbers)
    first = ", ".join(f"min(place, {SAMPLE}) FILTER (WHERE f{n})" for n in numbers)
    place = "{'sheet': t._sheet, 'row': t._row, 'path': t._path} AS place"
    found = scene.engine.rows(f"SELECT {first} FROM (SELECT {place}, {tests} FROM {table}) WHERE {some}")[0]
    return [tuple((at["sheet"] or "", at["row"], at["path"] or "") for at in places) for places in found]


def write_usable(scene: Scene, rules: Sequence[Rule], path: Path, *, joins: str = "") -> None:
    """The rows that no rule leaves out, with the cells that a rule empties NULL, and without the working columns."""
    if not any(rule.effect in (Effect.LEAVE_OUT, Effect.EMPTY) for rule in rules) and not _figures(scene):
        _copy(scene.received[scene.dataset.id], [*scene.dataset.column_ids, *PLACED], path)
        return
    lost = [f"coalesce({rule.fails}, false)" for rule in rules if rule.effect is Effect.LEAVE_OUT]
    where = f"WHERE NOT ({' OR '.join(lost)})" if lost else ""
    columns = ", ".join(f"{_usable(column, rules)} AS {identifier(column.id)}" for column in scene.dataset.columns)
    scene.engine.write(f"SELECT {columns}, t._row, t._sheet, t._path FROM {scene.source} {joins} {where}", path)


def _figures(scene: Scene) -> bool:
    return any(column.type is ColumnType.VALUE for column in scene.dataset.columns)


def _copy(source: Path, columns: Sequence[str], target: Path) -> None:
    """The columns as they stand, a group of rows at a time: cheaper than a query where nothing is to be changed."""
    received = pq.ParquetFile(source)
    schema = pa.schema([received.schema_arrow.field(name) for name in columns])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for number in range(received.num_row_groups):
            writer.write_table(received.read_row_group(number, columns=columns, use_threads=False).select(columns))


def _usable(column: Column, rules: Sequence[Rule]) -> str:
    name = cell(column.id)
    if column.type is ColumnType.VALUE:
        name = f"replace({name}, ',', '')"  # 1,234 is a figure; every room after this one reads 1234
    bad = [f"coalesce({r.fails}, false)" for r in rules if r.effect is Effect.EMPTY and r.column == column.id]
    if not bad:
        return name
    nothing = "[]::VARCHAR[]" if column.type is ColumnType.CODES else "NULL"
    return f"CASE WHEN {' OR '.join(bad)} THEN {nothing} ELSE {name} END"
