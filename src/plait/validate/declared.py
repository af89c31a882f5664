"""Each class of declared check as a rule. What a check class means is said once, here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from plait.declare import Check, Column, ColumnType
from plait.declare.datasets import (
    AgreesCheck,
    Beside,
    BetweenAgenciesCheck,
    ChangeCheck,
    DateRangeCheck,
    ForbiddenBesideCheck,
    ForbiddenIfCheck,
    NoOverlapCheck,
    OrderCheck,
    PatternCheck,
    RangeCheck,
    ReferenceCheck,
    RequiredIfCheck,
    UniqueCheck,
)
from plait.engine import identifier
from plait.errors import PackError
from plait.validate import shapes
from plait.validate.conditions import all_met, held, not_held, number
from plait.validate.rule import (
    NEVER,
    NUMBERED,
    Effect,
    Rule,
    Scene,
    both,
    cell,
    column_of,
    one_cell,
    parquet,
    whole_row,
)
from plait.values import Severity

_NOT_YET = "9999-12-31"
PERSON = "person"  # the column that says whose row it is, in every data set about people


def declared_rules(scene: Scene) -> Iterator[Rule]:
    """The declared checks that look at rows; those of whole tables are in `compared`."""
    for check in scene.dataset.checks:
        if not scene.received.keys() >= set(other_tables(check)):
            continue  # `compared.not_compared` says so
        if not isinstance(check, ChangeCheck) and not (isinstance(check, BetweenAgenciesCheck) and not scene.aggregate):
            yield _rule(check, scene)


def other_tables(check: Check) -> tuple[str, ...]:
    """The data sets of the same return that the check compares its own with."""
    match check:
        case ReferenceCheck():
            return (check.to,)
        case AgreesCheck():
            return (check.other,)
        case ForbiddenBesideCheck():
            return tuple(beside.to for beside in check.beside)
    return ()


def _rule(check: Check, scene: Scene) -> Rule:
    match check:
        case RangeCheck():
            return _on_cell(check, scene, check.column, _out_of_range(check, scene.column(check.column)))
        case DateRangeCheck():
            return _on_cell(check, scene, check.column, _out_of_dates(check, scene))
        case PatternCheck():
            return _on_cell(check, scene, check.column, _not_shaped(check))
        case OrderCheck():
            scene.column(check.earlier)
            return _on_row(
                check, scene, check.later, f"{cell(check.later)} < {cell(check.earlier)}", check.earlier, check.later
            )
        case RequiredIfCheck():
            return _on_row(check, scene, check.column, not_held(scene, scene.column(check.column)))
        case ForbiddenIfCheck():
            column = check.column or (check.when[0].column if check.when else scene.dataset.column_ids[0])
            given = held(scene.column(check.column)) if check.column else "true"
            return _on_row(check, scene, column, given, *filter(None, [check.column]))
        case UniqueCheck():
            return _on_rows(check, scene, check.columns[0], _repeated(check, scene), *_keyed(scene, check.columns))
        case NoOverlapCheck():
            needed = (check.start, *_keyed(scene, check.by))
            return _on_rows(check, scene, check.start, _overlapping(check, scene), *needed)
    return _between_tables(check, scene)


def _between_tables(check: Check, scene: Scene) -> Rule:
    match check:
        case ReferenceCheck():
            return _on_rows(check, scene, check.columns[0], _unfound(check, scene), *check.columns)
        case ForbiddenBesideCheck():
            needed = {name for beside in check.beside for name in beside.columns}
            return _on_rows(check, scene, check.column, _beside(check, scene), *needed)
        case AgreesCheck():
            needed = {PERSON} if check.open_ended else {PERSON, check.column}
            return _on_rows(check, scene, check.column, _out_of_order(check, scene), *needed)
        case BetweenAgenciesCheck():
            return _on_rows(check, scene, _figure_column(scene).id, _far_apart(check, scene))
    raise AssertionError(f"no rule is written for the check class of '{check.code}'")


def _base(check: Check, scene: Scene, column: str, outcome: tuple[Severity, Effect]) -> Rule:
    severity, effect = outcome
    return Rule(
        code=check.code,
        problem=check.problem,
        remedy=check.remedy,
        severity=severity,
        effect=effect,
        column=scene.column(column).id,
    )


def _on_cell(check: Check, scene: Scene, column: str, fails: str) -> Rule:
    rule = _base(check, scene, column, one_cell(scene, Severity(check.severity), scene.column(column)))
    return replace(rule, fails=both(_when(check, scene), fails), needs=_needs(check, column))


def _on_row(check: Check, scene: Scene, column: str, fails: str, *needed: str) -> Rule:
    rule = _base(check, scene, column, whole_row(Severity(check.severity)))
    return replace(rule, fails=both(_when(check, scene), fails), needs=_needs(check, *needed))


def _on_rows(check: Check, scene: Scene, column: str, rows: str, *needed: str) -> Rule:
    """`rows` is '' where it is known that no row breaks the rule."""
    rule = _base(check, scene, column, whole_row(Severity(check.severity)))
    met = rows and _when(check, scene) != NEVER
    return replace(rule, rows=rows if met else "", fails="" if met else NEVER, needs=_needs(check, *needed))


def _needs(check: Check, *columns: str) -> frozenset[str]:
    """These columns and those of the conditions: an empty cell meets none but `recorded: false`."""
    return frozenset((*columns, *(c.column for c in check.when if c.recorded is not False)))


def _when(check: Check, scene: Scene) -> str:
    return all_met(check.when, scene.dataset, scene.pack, words=scene.stored.words)


def _out_of_range(check: RangeCheck, column: Column) -> str:
    value = number(column)
    low = [f"{value} < {check.low!r}"] if check.low is not None else []
    high = [f"{value} > {check.high!r}"] if check.high is not None else []
    return " OR ".join([*low, *high]) or NEVER


def _out_of_dates(check: DateRangeCheck, scene: Scene) -> str:
    """No return can hold a day after it came, so a return without a reference date is held to that."""
    name, (first, last) = cell(scene.column(check.column).id), scene.stored.spans.get(check.column, (None, None))
    latest = {
        "reference_date": scene.context.reference_date or scene.context.received_on,
        "receipt": scene.context.received_on,
    }
    low = _day(check, check.earliest) if check.earliest else None
    high = latest.get(check.latest) or _day(check, check.latest) if check.latest else None
    tests = [f"{name} < DATE '{low}'"] if low and not (isinstance(first, date) and first >= low) else []
    tests += [f"{name} > DATE '{high}'"] if high and not (isinstance(last, date) and last <= high) else []
    return " OR ".join(tests) or NEVER


def _day(check: DateRangeCheck, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PackError(
            f"Check {check.code} needs a date written as 2026-03-31, 'reference_date' or 'receipt'."
        ) from None


def _not_shaped(check: PatternCheck) -> str:
    name = cell(check.column)
    match check.shape:
        case "upn":
            return f"NOT {shapes.is_upn(name)}"
        case "nhs_number":
            return f"NOT {shapes.is_nhs_number(name)}"
        case "postcode":
            return f"NOT {shapes.is_postcode(name)}"
        case "alphanumeric":
            return f"NOT regexp_full_match({name}, '[A-Za-z0-9]+')"
        case "reference":
            return f"NOT regexp_full_match({name}, '[A-Za-z0-9][A-Za-z0-9 ._:/-]{{0,99}}')"


def _key(scene: Scene, columns: tuple[str, ...]) -> str:
    """SQL: the row has all of these. An empty breakdown of counts means everyone together, and is a value like others."""
    return " AND ".join(f"{cell(name)} IS NOT NULL" for name in _keyed(scene, columns)) or "true"


def _keyed(scene: Scene, columns: tuple[str, ...]) -> list[str]:
    """Those of the columns that a row must have to be told apart by them."""
    found = [scene.column(name) for name in columns]
    return [column.id for column in found if not scene.aggregate or column.required]


def _repeated(check: UniqueCheck, scene: Scene) -> str:
    """Rows whose key an earlier row of the file has. Only keys that may be met twice are put in order."""
    where = f"{_key(scene, check.columns)} AND {_when(check, scene)}"
    keys = ", ".join(cell(name) for name in check.columns)
    alike = _alike(scene, keys, where, f"validate_alike_{re.sub('[^a-z0-9]', '_', check.code)}")
    if not alike:
        return ""
    order = f"row_number() OVER (PARTITION BY {keys} ORDER BY {scene.placed()})"
    rows = f"SELECT {NUMBERED}, {order} AS turn FROM {scene.source} SEMI JOIN {alike} ON alike = hash({keys}) WHERE {where}"
    return f"SELECT {NUMBERED} FROM ({rows}) AS t WHERE turn > 1"


def _alike(scene: Scene, keys: str, where: str, name: str) -> str:
    """A table of the hashes that several rows' keys have; '' when there are none, so that no key is met twice.

    Sorting hashes takes a third of the time that gathering the keys themselves does. Keys that differ may share a hash,
    so which rows are alike is for the caller to say.
    """
    hashes = np.sort(scene.engine.table(f"SELECT hash({keys}) AS alike FROM {scene.source} WHERE {where}")["alike"])
    again = hashes[1:][hashes[1:] == hashes[:-1]]
    if len(again):
        twice = pa.chunked_array(pa.array(again)).unique()
        scene.engine.register(name, pa.table({"alike": twice}))
    return identifier(name) if len(again) else ""


def _overlapping(check: NoOverlapCheck, scene: Scene) -> str:
    """Spells that start before an earlier one ends. One may start the day another ends; an open one has no end."""
    for name in (check.start, check.end):
        scene.column(name)
    start, end = cell(check.start), cell(check.end)
    by = ", ".join(cell(name) for name in check.by)
    where = f"{_key(scene, check.by)} AND {start} IS NOT NULL AND {_when(check, scene)} AND coalesce({end} >= {start}, true)"
    earlier = f"PARTITION BY {by} ORDER BY {start}, {end} NULLS LAST, {scene.placed()}"
    before = (
        f"max(coalesce({end}, DATE '{_NOT_YET}')) OVER ({earlier} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    spells = f"SELECT {NUMBERED}, {start} AS start, {before} AS before FROM {scene.source} WHERE {where}"
    return f"SELECT {NUMBERED} FROM ({spells}) AS t WHERE start < before"


def _unfound(check: ReferenceCheck, scene: Scene) -> str:
    to = scene.pack.dataset(check.to)
    pairs = zip(check.columns, check.to_columns, strict=True)
    same = " AND ".join(f"{cell(mine)} = {cell(column_of(to, theirs).id, 'o')}" for mine, theirs in pairs)
    given = " AND ".join(f"{cell(scene.column(name).id)} IS NOT NULL" for name in check.columns)
    found = f"(SELECT * FROM {parquet(scene.received[check.to])} AS o WHERE {all_met(check.to_when, to, scene.pack, 'o')}) AS o"
    return f"SELECT {NUMBERED} FROM {scene.source} ANTI JOIN {found} ON {same} WHERE {given} AND {_when(check, scene)}"


def _beside(check: ForbiddenBesideCheck, scene: Scene) -> str:
    found = " ".join(f"SEMI JOIN {_such(beside, scene, n)}" for n, beside in enumerate(check.beside))
    return f"SELECT {NUMBERED} FROM {scene.source} {found} WHERE {_when(check, scene)}"


def _such(beside: Beside, scene: Scene, number: int) -> str:
    """SQL for the rows of another table that stand beside this one's. An empty cell is beside nothing."""
    to, name = scene.pack.dataset(beside.to), f"o{number}"
    keys = [column_of(to, column).id for column in beside.to_columns]
    same = " AND ".join(
        f"{cell(scene.column(mine).id)} = {cell(theirs, name)}"
        for mine, theirs in zip(beside.columns, keys, strict=True)
    )
    met = all_met(beside.when, to, scene.pack, "o")
    listed = ", ".join(cell(key, "o") for key in keys)
    return f"(SELECT {listed} FROM {parquet(scene.received[beside.to])} AS o WHERE {met}) AS {name} ON {same}"


def _out_of_order(check: AgreesCheck, scene: Scene) -> str:
    """Against the most lenient of the person's rows there: with two births recorded, the earlier."""
    other = scene.pack.dataset(check.other)
    theirs, person = cell(column_of(other, check.other_column).id, "o"), cell(column_of(other, PERSON).id, "o")
    kept, sign = ("min", "<") if check.relation == "not_before" else ("max", ">")
    table = parquet(scene.received[check.other])
    mine, whose = cell(scene.column(check.column).id), cell(scene.column(PERSON).id)
    if check.open_ended:
        mine, theirs = (f"coalesce({day}, DATE '{_NOT_YET}')" for day in (mine, theirs))
    counted = all_met(check.other_when, other, scene.pack, "o")
    bounds = f"(SELECT {person} AS who, {kept}({theirs}) AS bound FROM {table} AS o WHERE {counted} GROUP BY 1) AS o"
    broken = f"{mine} {sign} o.bound AND {_when(check, scene)}"
    return f"SELECT {NUMBERED} FROM {scene.source} JOIN {bounds} ON o.who = {whose} WHERE {broken}"


def _figure_column(scene: Scene) -> Column:
    for column in scene.dataset.columns:
        if column.type is ColumnType.VALUE:
            return column
    raise PackError(f"Data set '{scene.dataset.id}' has no figure to compare between agencies.")


def _far_apart(check: BetweenAgenciesCheck, scene: Scene) -> str:
    """Counts far from another agency's of the same thing. Both are large: a small one must not be told by comparing."""
    figure = _figure_column(scene)
    same = " AND ".join(
        f"{cell(c.id)} IS NOT DISTINCT FROM {cell(c.id, 'o')}" for c in scene.dataset.columns if c is not figure
    )
    others = _tables_of_others(scene)
    if not others:
        return ""
    mine, theirs = number(figure), number(figure, "o")
    return (
        f"SELECT {NUMBERED} FROM {scene.source} JOIN {parquet(*others)} AS o ON {same} WHERE least({mine}, {theirs}) >= "
        f"{check.at_least} AND greatest({mine}, {theirs}) > {check.factor!r} * least({mine}, {theirs}) "
        f"AND {mine} IS NOT NULL AND {theirs} IS NOT NULL AND {_when(check, scene)}"
    )


def _tables_of_others(scene: Scene) -> list[Path]:
    theirs = (tables.get(scene.dataset.id) for tables in scene.context.others.values())
    return [path for path in theirs if path is not None]
