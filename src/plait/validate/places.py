"""From a rule and the rows that break it to findings in the person's own terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plait.declare import DataSet
from plait.validate.checked import Context, Heading
from plait.validate.rule import Rule, Scene
from plait.values import Finding, Place, Severity

Spot = tuple[str, int | None, str]  # sheet, row, path of the block


@dataclass(frozen=True, slots=True)
class Located:
    """How many rows break a rule, and where the first of them are."""

    count: int
    places: tuple[Spot, ...]


def locate(rule: Rule, found: Located, scene: Scene) -> Iterator[Finding]:
    """A finding for each listed place; every one says the count in full."""
    for spot in found.places:
        yield Finding(
            code=rule.code,
            where=place_of(spot, rule.column, scene.dataset, scene.context),
            problem=rule.problem,
            remedy=rule.remedy,
            severity=rule.severity,
            count=found.count,
            dataset=scene.dataset.id,
        )


def of_table(scene: Scene, code: str, problem: str, remedy: str, severity: Severity) -> Finding:
    """A finding about a table as a whole."""
    place = Place(file=scene.context.file)
    return Finding(code=code, where=place, problem=problem, remedy=remedy, severity=severity, dataset=scene.dataset.id)


def place_of(spot: Spot, column: str, dataset: DataSet, context: Context) -> Place:
    """The place in the person's own file of a column's cell in that row."""
    sheet, row, path = spot
    heading = context.headings.get(dataset.id, {}).get(column)
    if heading is not None and heading.sheet not in ("", sheet):
        heading = None  # what the column is called on another sheet would send the person to the wrong place
    return Place(
        file=context.file,
        sheet=sheet,
        row=row,
        column=heading.text if heading else _title(dataset, column),
        letter=heading.letter if heading else "",
        path=_path(path, heading),
    )


def _title(dataset: DataSet, column: str) -> str:
    return next((c.title for c in dataset.columns if c.id == column), "")


def _path(block: str, heading: Heading | None) -> str:
    """The element's own path: below the block, unless the heading gives it whole."""
    element = heading.path if heading else ""
    if not block or not element:
        return element or block
    return element if element.startswith(block) or "/" in element else f"{block}/{element}"
