"""Declared conditions as SQL. A row meets one or does not: an empty cell meets only `recorded: false`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plait.declare import CodeList, Column, ColumnType, Condition, DataSet, Pack
from plait.engine import literal
from plait.validate.rule import NEVER, Scene, cell, column_of
from plait.validate.stored import Words


def all_met(
    conditions: Iterable[Condition], dataset: DataSet, pack: Pack, table: str = "t", words: Words | None = None
) -> str:
    """SQL that is true or false, never NULL: the row meets every condition.

    NEVER when, by the `words` that the table is known to hold, none of its rows does.
    """
    tests = [met(condition, dataset, pack, table, words) for condition in conditions]
    return NEVER if NEVER in tests else " AND ".join(tests) or "true"


def met(condition: Condition, dataset: DataSet, pack: Pack, table: str = "t", words: Words | None = None) -> str:
    """SQL, as in `all_met`, for one condition."""
    column = column_of(dataset, condition.column)
    codes = pack.codelist(column.codes) if column.codes else None
    tests = list(_tests(condition, column, codes, cell(column.id, table), (words or {}).get(column.id)))
    return NEVER if NEVER in tests else "(" + " AND ".join(f"coalesce({test}, false)" for test in tests) + ")"


def held(column: Column, table: str = "t") -> str:
    """SQL, never NULL: the cell holds something, if only a code that means not known."""
    name = cell(column.id, table)
    return f"coalesce(len({name}) > 0, false)" if column.type is ColumnType.CODES else f"({name} IS NOT NULL)"


def not_held(scene: Scene, column: Column) -> str:
    """SQL, never NULL: the cell holds nothing."""
    return NEVER if column.id in scene.stored.full else f"NOT {held(column)}"


def number(column: Column, table: str = "t") -> str:
    """SQL for the cell as a number; NULL when it is none."""
    name = cell(column.id, table)
    return f"try_cast({name} AS DOUBLE)" if column.type in (ColumnType.VALUE, ColumnType.TEXT) else name


def texts(values: Iterable[str]) -> str:
    return "[" + ", ".join(literal(value) for value in values) + "]::VARCHAR[]"


def _tests(
    condition: Condition, column: Column, codes: CodeList | None, name: str, words: frozenset[str] | None
) -> Iterator[str]:
    for wanted in (condition.is_in, condition.has_any, _grouped(condition, codes), _tagged(condition, codes)):
        if wanted is not None:
            yield _any_of(column, name, [word for word in wanted if words is None or word in words])
    if condition.not_in is not None:
        yield f"{held(column, name.partition('.')[0])} AND NOT {_any_of(column, name, condition.not_in)}"
    if condition.recorded is not None:
        answered = f"coalesce({_answered(column, codes, name)}, false)"
        yield answered if condition.recorded else f"NOT {answered}"
    if condition.at_least is not None:
        yield f"{number(column, name.partition('.')[0])} >= {condition.at_least!r}"
    if condition.at_most is not None:
        yield f"{number(column, name.partition('.')[0])} <= {condition.at_most!r}"


def _grouped(condition: Condition, codes: CodeList | None) -> tuple[str, ...] | None:
    if condition.in_group is None:
        return None
    return tuple(code.code for code in codes.codes if code.group in condition.in_group) if codes else ()


def _tagged(condition: Condition, codes: CodeList | None) -> tuple[str, ...] | None:
    if condition.in_set is None:
        return None
    return tuple(code.code for code in codes.codes if condition.in_set in code.sets) if codes else ()


def _any_of(column: Column, name: str, wanted: Iterable[str]) -> str:
    listed = tuple(wanted)
    if not listed:
        return NEVER
    if column.type is ColumnType.CODES:
        return some(name, f"IN ({_quoted(listed)})")
    plain = name if column.type in (ColumnType.CODE, ColumnType.TEXT, ColumnType.VALUE) else f"CAST({name} AS VARCHAR)"
    return f"{plain} IN ({_quoted(listed)})"


def _answered(column: Column, codes: CodeList | None, name: str) -> str:
    missing = codes.missing if codes else ()
    if column.type is ColumnType.CODES:
        return some(name, f"NOT IN ({_quoted(missing)})") if missing else f"len({name}) > 0"
    return f"{name} NOT IN ({_quoted(missing)})" if missing else f"{name} IS NOT NULL"


def some(name: str, test: str) -> str:
    """SQL: a code of the set meets the test. (DuckDB's list_has_any and list_has_all take ten times as long.)"""
    return f"len(list_filter({name}, lambda code: code {test})) > 0"


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values)
