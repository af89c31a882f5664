"""Findings about whole tables: empty ones, ones not compared, and counts of rows far from what they are compared with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plait.declare import Check, DataSet
from plait.declare.datasets import BetweenAgenciesCheck, ChangeCheck
from plait.validate.conditions import all_met
from plait.validate.declared import other_tables
from plait.validate.places import of_table
from plait.validate.rule import Scene, parquet
from plait.validate.wording import WORDINGS
from plait.values import Finding, Severity


def table_findings(
    scene: Scene, *, read: int, usable: int, usable_table: Path, whole_return_empty: bool
) -> Iterator[Finding]:
    """What is to be said of the table as a whole once its rows are checked."""
    if not read and not whole_return_empty:
        yield _worded("table.no-rows", scene)
    if read and not usable:
        yield _worded("table.nothing-usable", scene)
    yield from _not_compared(scene)
    for check in scene.dataset.checks:
        if isinstance(check, ChangeCheck) and scene.dataset.id in scene.context.previous:
            yield from _compared(check, scene, usable_table, scene.context.previous[scene.dataset.id])
        if isinstance(check, BetweenAgenciesCheck) and not scene.aggregate:
            for tables in scene.context.others.values():
                if scene.dataset.id in tables:
                    yield from _compared(check, scene, usable_table, tables[scene.dataset.id])


def _worded(code: str, scene: Scene, **words: str) -> Finding:
    wording = WORDINGS[code]
    problem = wording.problem.format(dataset=_title(scene.dataset), **words)
    return of_table(scene, code, problem, wording.remedy, wording.severity)


def _title(dataset: DataSet) -> str:
    return f"‘{dataset.title}’"


def _not_compared(scene: Scene) -> Iterator[Finding]:
    """Said once for each table that is not there, so that a check not made is never taken for one passed."""
    for name in dict.fromkeys(name for check in scene.dataset.checks for name in other_tables(check)):
        if name not in scene.received:
            yield _worded("table.not-compared", scene, other=_title(scene.pack.dataset(name)))


def _compared(check: ChangeCheck | BetweenAgenciesCheck, scene: Scene, mine: Path, theirs: Path) -> Iterator[Finding]:
    """A finding when the two tables' numbers of rows are further apart than the factor.

    For the same agency's last return the larger must be large; for another agency both must, so that comparing never
    tells that one of them is small.
    """
    counts = sorted((_rows(check, scene, mine), _rows(check, scene, theirs)))
    enough = counts[0] if isinstance(check, BetweenAgenciesCheck) else counts[1]
    if enough >= check.at_least and counts[1] > check.factor * counts[0]:
        yield of_table(scene, check.code, check.problem, check.remedy, Severity(check.severity))


def _rows(check: Check, scene: Scene, path: Path) -> int:
    where = all_met(check.when, scene.dataset, scene.pack)
    return int(scene.engine.rows(f"SELECT count(*) FROM {parquet(path)} AS t WHERE {where}")[0][0])
