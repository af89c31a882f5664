"""Rules over a table, all at once: one pass that counts and lists, one that writes what is usable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from plait.declare import Column, ColumnType
from plait.engine import identifier
from plait.validate.places import Located, Spot
from plait.validate.rule import SAMPLE, Effect, Rule, Scene, cell


@dataclass(frozen=True, slots=True)
class Failures:
    """How many rows the table has, and what each rule found, in the order of the rules."""

    rows: int
    of_rules: tuple[Located, ...]


@contextmanager
def prepared(scene: Scene, rules: Sequence[Rule]) -> Iterator[tuple[Rule, ...]]:
    """The rules, each now a test of a row alone: what needed other rows is worked out, and forgotten afterwards."""
    tables = [f"validate_rows_{number}" for number in range(len(rules))]
    try:
        yield tuple(
            _worked_out(scene, rule, table) if rule.rows else rule for rule, table in zip(rules, tables, strict=True)
        )
    finally:
        for table in tables:
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
    lost = [f"coalesce({rule.fails}, false)" for rule in rules if rule.effect is Effect.LEAVE_OUT]
    where = f"WHERE NOT ({' OR '.join(lost)})" if lost else ""
    columns = ", ".join(f"{_usable(column, rules)} AS {identifier(column.id)}" for column in scene.dataset.columns)
    scene.engine.write(f"SELECT {columns}, t._row, t._sheet, t._path FROM {scene.source} {joins} {where}", path)


def _usable(column: Column, rules: Sequence[Rule]) -> str:
    name = cell(column.id)
    if column.type is ColumnType.VALUE:
        name = f"replace({name}, ',', '')"  # 1,234 is a figure; every room after this one reads 1234
    bad = [f"coalesce({r.fails}, false)" for r in rules if r.effect is Effect.EMPTY and r.column == column.id]
    if not bad:
        return name
    nothing = "[]::VARCHAR[]" if column.type is ColumnType.CODES else "NULL"
    return f"CASE WHEN {' OR '.join(bad)} THEN {nothing} ELSE {name} END"
