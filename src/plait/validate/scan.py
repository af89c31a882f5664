"""Rules over a table, all at once: one pass that counts, one that lists, one that writes what is usable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

from plait.declare import Column, ColumnType
from plait.engine import identifier
from plait.validate.places import Located, Spot
from plait.validate.rule import NEVER, SAMPLE, Effect, Rule, Scene, cell


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
    any_found = scene.engine.rows(f"SELECT 1 FROM {table} LIMIT 1")
    return replace(rule, rows="", found=table, fails=f"t._n IN (SELECT _n FROM {table})" if any_found else NEVER)


def failures(scene: Scene, rules: Sequence[Rule], *, source: str = "", joins: str = "") -> dict[Rule, Located]:
    """What breaks each rule that is broken: how many rows in full, and the first places, in flat memory.

    One pass counts for all rules of a row at once; a second, over the rows that break any, lists for those rules only.
    """
    rules = [rule for rule in rules if rule.fails != NEVER]
    table = f"{source or scene.source} {joins}"
    alone = _seen(scene, [rule for rule in rules if not rule.found], table)
    located = {rule: _found(scene, rule) if rule.found else alone.get(rule) for rule in rules}
    return {rule: at for rule, at in located.items() if at}


def _found(scene: Scene, rule: Rule) -> Located:
    """Of a rule whose rows have been found already."""
    count, places = scene.engine.rows(
        f"SELECT count(*), {_first('true')} FROM (SELECT {_PLACE} FROM {rule.found} AS t)"
    )[0]
    return Located(int(count), _spots(places))


def _seen(scene: Scene, rules: Sequence[Rule], table: str) -> dict[Rule, Located]:
    if not rules:
        return {}
    counted = ", ".join(f"count(*) FILTER (WHERE {rule.fails})" for rule in rules)
    counts = dict(zip(rules, scene.engine.rows(f"SELECT {counted} FROM {table}")[0], strict=True))
    broken = [rule for rule, count in counts.items() if count]
    return {rule: Located(int(counts[rule]), places) for rule, places in _listed(scene, broken, table).items()}


def _listed(scene: Scene, rules: Sequence[Rule], table: str) -> dict[Rule, tuple[Spot, ...]]:
    if not rules:
        return {}
    numbers = range(len(rules))
    tests = ", ".join(f"coalesce({rule.fails}, false) AS f{n}" for n, rule in zip(numbers, rules, strict=True))
    some = " OR ".join(f"f{n}" for n in numbers)
    first = ", ".join(_first(f"f{n}") for n in numbers)
    found = scene.engine.rows(f"SELECT {first} FROM (SELECT {_PLACE}, {tests} FROM {table}) WHERE {some}")[0]
    return dict(zip(rules, map(_spots, found), strict=True))


_PLACE = "{'sheet': t._sheet, 'row': t._row, 'path': t._path} AS place"


def _first(test: str) -> str:
    return f"min(place, {SAMPLE}) FILTER (WHERE {test})"


def _spots(places: Iterable[Mapping[str, Any]]) -> tuple[Spot, ...]:
    return tuple((at["sheet"] or "", at["row"], at["path"] or "") for at in places)


def write_usable(scene: Scene, rules: Sequence[Rule], path: Path, *, joins: str = "") -> None:
    """The rows that no rule leaves out, with the cells that a rule empties NULL, and without the working columns.

    A table about people of which nothing is left out or emptied goes on as it stands, `_unread` and all: writing a large
    one again takes as long as checking it.
    """
    if _stands(scene, rules):
        copyfile(scene.received[scene.dataset.id], path)
        return
    lost = [f"coalesce({rule.fails}, false)" for rule in rules if rule.effect is Effect.LEAVE_OUT]
    where = f"WHERE NOT ({' OR '.join(lost)})" if lost else ""
    columns = ", ".join(f"{_usable(column, rules)} AS {identifier(column.id)}" for column in scene.dataset.columns)
    scene.engine.write(f"SELECT {columns}, t._row, t._sheet, t._path FROM {scene.source} {joins} {where}", path)


def _stands(scene: Scene, rules: Sequence[Rule]) -> bool:
    """True when every cell may stay just as it is. Counts lose their `_extra`, and figures the commas in them."""
    figures = any(column.type is ColumnType.VALUE for column in scene.dataset.columns)
    return not (scene.aggregate or figures or any(rule.effect is not Effect.KEEP for rule in rules))


def _usable(column: Column, rules: Sequence[Rule]) -> str:
    name = cell(column.id)
    if column.type is ColumnType.VALUE:
        name = f"replace({name}, ',', '')"  # 1,234 is a figure; every room after this one reads 1234
    bad = [f"coalesce({r.fails}, false)" for r in rules if r.effect is Effect.EMPTY and r.column == column.id]
    if not bad:
        return name
    nothing = "[]::VARCHAR[]" if column.type is ColumnType.CODES else "NULL"
    return f"CASE WHEN {' OR '.join(bad)} THEN {nothing} ELSE {name} END"
