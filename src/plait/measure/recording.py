"""How well one table of a return was recorded, column by column: empty, answered with 'not known', or with an unlisted code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plait.declare import Column, ColumnType, DataSet, Pack
from plait.declare.datasets import (
    AgreesCheck,
    BetweenAgenciesCheck,
    ChangeCheck,
    ForbiddenIfCheck,
    NoOverlapCheck,
    OrderCheck,
    ReferenceCheck,
    RequiredIfCheck,
)
from plait.engine import Engine, identifier, literal
from plait.values import Finding

UNLISTED = "unlisted:"  # what coding puts before the digest of a code its list does not hold
_AT_ODDS = (
    AgreesCheck, BetweenAgenciesCheck, ChangeCheck, ForbiddenIfCheck, NoOverlapCheck, OrderCheck, ReferenceCheck, RequiredIfCheck,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnRecording:
    """Of the rows of a table, those whose cell is empty, says 'not known' in a code, or holds a code of no list."""

    column: str
    rows: int
    empty: int
    unknown: int
    unlisted: int


def recording(engine: Engine, pack: Pack, dataset: str, path: Path) -> tuple[ColumnRecording, ...]:
    """Every declared column that the coded table still has, in one pass over it."""
    present = {name for (name, *_) in engine.rows(f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})")}
    columns = [c for c in pack.dataset(dataset).columns if c.id in present]
    if not columns:
        return ()
    parts = [f"count(*) FILTER (WHERE {test})" for c in columns for test in _tests(pack, c)]
    (found,) = engine.rows(f"SELECT count(*), {', '.join(parts)} FROM read_parquet({literal(str(path))})")
    return tuple(ColumnRecording(c.id, found[0], *found[1 + 3 * n : 4 + 3 * n]) for n, c in enumerate(columns))


def _tests(pack: Pack, column: Column) -> tuple[str, str, str]:
    """SQL for empty, for an answer that is not known, and for a code of no list."""
    name = identifier(column.id)
    missing = (
        ", ".join(literal(code) for code in (pack.codelist(column.codes).missing if column.codes else ())) or "NULL"
    )
    if column.type is ColumnType.CODES:
        empty = f"coalesce(len({name}), 0) = 0"
        return (
            empty,
            f"NOT ({empty}) AND len(list_filter({name}, lambda x: x NOT IN ({missing}))) = 0"
            if missing != "NULL"
            else "false",
            f"len(list_filter({name}, lambda x: starts_with(x, {literal(UNLISTED)}))) > 0",
        )
    coded = column.type is ColumnType.CODE
    return (
        f"{name} IS NULL",
        f"{name} IN ({missing})" if coded and missing != "NULL" else "false",
        f"starts_with({name}, {literal(UNLISTED)})" if coded else "false",
    )


def at_odds(dataset: DataSet, findings: Iterable[Finding]) -> int:
    """How often a row was at odds with another column, row, table, period or agency: once for each check that it failed."""
    codes = {check.code for check in dataset.checks if isinstance(check, _AT_ODDS)}
    counts: dict[str, int] = {}
    for finding in findings:
        if finding.dataset == dataset.id and finding.code in codes:
            counts[finding.code] = max(counts.get(finding.code, 0), finding.count)
    return sum(counts.values())
