"""Plait's own template, filled in: known by its hidden `_plait` sheet, or by headings that are a data set's own."""

from __future__ import annotations

from collections.abc import Sequence

from plait.declare import ColumnMap, DataSet, FileMap, Pack
from plait.errors import NotRecognised
from plait.receive.mapped import Plan, plan
from plait.receive.tabular import Grid, Headed, headed, heading_key

MARK = "_plait"
_SHARE = 0.5  # of a sheet's headings that must be a data set's own, for it to be taken as one


def marked(grids: Sequence[Grid], pack: Pack) -> list[Plan]:
    """The sheets that the hidden sheet says are data sets; none when the workbook has no such sheet.

    The hidden sheet has a row for each: the sheet's name and the data set's id, in any two cells.
    """
    mark = next((grid for grid in grids if grid.sheet == MARK), None)
    if mark is None:
        return []
    sheets = {grid.sheet: grid for grid in grids if grid.sheet != MARK}
    found = []
    for row in mark.head:
        cells = [cell.strip() for cell in row]
        dataset = next((pack.datasets[cell] for cell in cells if cell in pack.datasets), None)
        sheet = next((sheets[cell] for cell in cells if cell in sheets), None)
        if dataset and sheet:
            found.append(own(sheet, dataset, pack))
    return found


def by_headings(grids: Sequence[Grid], pack: Pack, only: str | None = None) -> list[Plan]:
    """The sheets whose headings are a data set's titles or ids, each as that data set.

    Raises NotRecognised when a sheet fits two data sets equally well.
    """
    datasets = [pack.dataset(only)] if only else [d for d in pack.datasets.values() if d.retired is None]
    found = []
    for grid in grids:
        scored = sorted(((_fit(grid, d), d.id) for d in datasets), reverse=True)
        if grid.hidden or grid.sheet == MARK or scored[0][0] == 0:
            continue
        if len(scored) > 1 and scored[1][0] == scored[0][0]:
            raise NotRecognised(
                f"{grid.file}: the headings fit the data sets '{scored[1][1]}' and '{scored[0][1]}' equally well. "
                "Say which it is with --as."
            )
        found.append(own(grid, pack.dataset(scored[0][1]), pack))
    return found


def _fit(grid: Grid, dataset: DataSet) -> float:
    """How well the sheet's headings are the data set's own; 0 when a required one is missing or most are others."""
    found = _own_headings(grid, dataset)
    filled = [key for key in found.keys if key]
    here = [c for c in dataset.columns if _heading(found, dataset, c.id) is not None]
    if not here or any(c.required and c not in here for c in dataset.columns) or len(here) < _SHARE * len(filled):
        return 0
    return len(here) + len(here) / len(dataset.columns)


def _own_headings(grid: Grid, dataset: DataSet) -> Headed:
    return headed(grid, [text for c in dataset.columns for text in (c.id, c.title)])


def _heading(found: Headed, dataset: DataSet, column_id: str) -> str | None:
    """The heading the column has in the sheet: its title, or its id where no other column's title is the same word."""
    titles = {heading_key(c.title): c.id for c in dataset.columns}
    for text in (dataset.column(column_id).title, column_id):
        owner = titles.get(heading_key(text), column_id)
        if owner == column_id and (index := found.index(text)) is not None:
            return found.headings[index]
    return None


def own(grid: Grid, dataset: DataSet, pack: Pack) -> Plan:
    """The sheet as this data set, by the data set's own headings. Raises NotRecognised when a required one is missing."""
    found = _own_headings(grid, dataset)
    columns = [(c.id, _heading(found, dataset, c.id)) for c in dataset.columns]
    missing = [dataset.column(name).title for name, heading in columns if not heading and dataset.column(name).required]
    if missing:
        raise NotRecognised(
            f"{grid.file}{', sheet ' + grid.sheet if grid.sheet else ''} has no heading for: {', '.join(missing)}. "
            f"A return of '{dataset.id}' needs it. Use the template's headings, or run: plait map {grid.file}"
        )
    mapped = tuple(ColumnMap(column=name, heading=heading) for name, heading in columns if heading)
    return plan(found, FileMap(id=dataset.id, dataset=dataset.id, columns=mapped), pack)


def matched(grids: Sequence[Grid], dataset: DataSet) -> tuple[int, int]:
    """How many of the data set's columns the best sheet has a heading for, and how many there are."""
    here = [sum(_heading(_own_headings(g, dataset), dataset, c.id) is not None for c in dataset.columns) for g in grids]
    return max(here, default=0), len(dataset.columns)
