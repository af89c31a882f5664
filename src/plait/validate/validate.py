"""Received tables to usable ones, and findings for whoever can put the rest right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plait.declare import DataSet, Pack
from plait.engine import Engine
from plait.validate.aggregate import identifier_findings
from plait.validate.checked import Checked, Context, Tables, by_problem
from plait.validate.columns import code_joins, column_rules
from plait.validate.compared import table_findings
from plait.validate.declared import declared_rules
from plait.validate.places import locate
from plait.validate.rule import ACCEPTED, NEVER, Rule, Scene
from plait.validate.scan import failures, prepared, write_usable
from plait.validate.stored import rows_in, stored
from plait.validate.totals import total_rules
from plait.validate.wording import WORDINGS
from plait.values import Finding, Place, Severity

_WORST_FIRST = list(Severity)


@dataclass(frozen=True, slots=True)
class _Part:
    """One table, checked."""

    path: Path
    read: int
    usable: int
    findings: tuple[Finding, ...]


def validate(engine: Engine, received: Tables, pack: Pack, context: Context, into: Path) -> Checked:
    """The rows we can rely on, written to `into`, and findings about the rest.

    A row that breaks a rule of severity error is left out; a bad cell that is not required is emptied. A file of counts
    in which anything may name a person is refused whole. Raises PackError when a check names what is not declared.
    """
    into.mkdir(parents=True, exist_ok=True)
    scenes = [_scene(engine, pack.dataset(name), pack, context, received) for name in received]
    counts = {scene.dataset.id: scene.stored.rows for scene in scenes}
    refusals = [f for scene in scenes if scene.aggregate for f in identifier_findings(scene)]
    if refusals:
        rows = {name: (read, 0) for name, read in counts.items()}
        return Checked(file=context.file, tables={}, findings=worst_first(refusals), rows=rows, refused=True)
    parts = {scene.dataset.id: _check(scene, into, any(counts.values())) for scene in scenes}
    return _checked(context, parts)


def _scene(engine: Engine, dataset: DataSet, pack: Pack, context: Context, received: Tables) -> Scene:
    coded = [column.id for column in dataset.columns if column.codes or column.after_coding == "area"]
    return Scene(engine, dataset, pack, context, received, stored(received[dataset.id], coded))


def _checked(context: Context, parts: dict[str, _Part]) -> Checked:
    findings = [finding for part in parts.values() for finding in part.findings]
    if not any(part.read for part in parts.values()):
        findings.append(_nil(context))
    ordered = worst_first(findings)
    waived = tuple(problem.first for problem in by_problem(ordered) if problem.first.code in context.waived)
    return Checked(
        file=context.file,
        tables={name: part.path for name, part in parts.items()},
        findings=ordered,
        rows={name: (part.read, part.usable) for name, part in parts.items()},
        waived=waived,
    )


def _nil(context: Context) -> Finding:
    wording = WORDINGS["return.no-rows"]
    place = Place(file=context.file)
    return Finding(
        code="return.no-rows", where=place, problem=wording.problem, remedy=wording.remedy, severity=wording.severity
    )


def _check(scene: Scene, into: Path, return_has_rows: bool) -> _Part:
    rules = [_as_agreed(rule, scene) for rule in _rules(scene)]
    joins = code_joins(scene, rules)
    path = into / f"{scene.dataset.id}.parquet"
    if path == scene.received[scene.dataset.id]:
        raise ValueError("usable tables must not be written over received ones")
    with prepared(scene, rules) as tests:
        found = failures(scene, tests, joins=joins)
        write_usable(scene, list(found), path, joins=joins)
    listed = [finding for rule, at in found.items() for finding in locate(rule, at, scene)]
    read, usable = scene.stored.rows, rows_in(path)
    whole = table_findings(scene, read=read, usable=usable, usable_table=path, whole_return_empty=not return_has_rows)
    return _Part(path, read, usable, (*listed, *(_accepted(f, scene) for f in whole)))


def _rules(scene: Scene) -> Iterator[Rule]:
    """Every rule that a row of this table could break."""
    for rule in (*column_rules(scene), *declared_rules(scene), *total_rules(scene)):
        if rule.fails != NEVER and scene.stored.empty.isdisjoint(rule.needs):
            yield rule


def _as_agreed(rule: Rule, scene: Scene) -> Rule:
    return rule.waived() if rule.code in scene.context.waived else rule


def _accepted(finding: Finding, scene: Scene) -> Finding:
    if finding.code not in scene.context.waived:
        return finding
    return replace(finding, severity=Severity.NOTE, problem=f"{finding.problem} {ACCEPTED}")


def worst_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Worst first; within a severity as the tables, columns and rows go."""
    return tuple(sorted(findings, key=lambda finding: _WORST_FIRST.index(finding.severity)))
