"""The data map at a glance: how each agency holds each data set of the pack, or each item of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from plait import decided, mapped
from plait.declare import DataSet
from plait.mapped import Held, Holding
from plait_web.knowledge import access
from plait_web.knowledge.models import Confirmation
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.permissions import permitted
from plait_web.roles import Permission

WORDS = {
    Held.CODED: ("●", "Coded"),
    Held.SPREADSHEET: ("◐", "Spreadsheet"),
    Held.STUCK: ("▤", "Not countable"),
    Held.NOT_RECORDED: ("✕", "Not recorded"),
    Held.NOT_KNOWN: ("?", "Not mapped"),
}
ONLY = {
    "": "Everything",
    "gaps": "Only rows with something that cannot be counted",
    "alone": "Only rows that one agency holds",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How one agency holds one thing. `asked`: some figure needs it of agencies of this kind."""

    agency: Agency
    holding: Holding
    asked: bool

    @property
    def open(self) -> bool:
        return self.asked and self.holding.held not in (Held.CODED, Held.SPREADSHEET)

    @property
    def shown(self) -> bool:
        return self.asked or self.holding.held is not Held.NOT_KNOWN

    @property
    def held(self) -> bool:
        return self.holding.held in (Held.CODED, Held.SPREADSHEET)


@dataclass(frozen=True, slots=True)
class Row:
    """A data set, or a column of one."""

    ident: str
    title: str
    cells: tuple[Cell, ...]


@permitted(Permission.SEE_KNOWLEDGE)
def coverage(request: HttpRequest) -> HttpResponse:
    """Data sets by agencies; with `?dataset=`, its items by agencies."""
    pack, everybody = partnership.pack(), list(partnership.agencies())
    dataset = pack.datasets.get(request.GET.get("dataset", ""))
    chosen = request.GET.getlist("agency")
    agencies = [a for a in everybody if a.code in chosen] or everybody
    lines: dict[str, list[decided.Asset]] = defaultdict(list)
    for asset in access.assets_for(request.user):
        lines[asset.agency.code].append(access.decided_asset(asset))
    uses, only = mapped.Uses(pack), request.GET.get("only", "")
    rows = _items(dataset, agencies, lines, uses) if dataset else _sets(pack.datasets.values(), agencies, lines, uses)
    said = access.confirmations(timezone.localdate())
    page = {
        "pack": pack,
        "dataset": dataset,
        "agencies": agencies,
        "everybody": everybody,
        "chosen": chosen,
        "rows": [row for row in rows if _wanted(row, only)],
        "only": only,
        "words": WORDS,
        "views": ONLY,
        "presence": [Presence(a, len(lines[a.code]), said.get(a.pk)) for a in everybody],
        "today": timezone.localdate(),
    }
    return render(request, "knowledge/coverage.html", page)


def _sets(
    datasets: Iterable[DataSet], agencies: list[Agency], lines: dict[str, list[decided.Asset]], uses: mapped.Uses
) -> list[Row]:
    return [
        Row(d.id, d.title, tuple(Cell(a, mapped.holding(d, lines[a.code]), uses.asked(a.kind, d.id)) for a in agencies))
        for d in datasets
    ]


def _items(
    dataset: DataSet, agencies: list[Agency], lines: dict[str, list[decided.Asset]], uses: mapped.Uses
) -> list[Row]:
    return [
        Row(
            c.id,
            c.title,
            tuple(
                Cell(a, mapped.holding(dataset, lines[a.code], c.id), uses.asked(a.kind, dataset.id, c.id))
                for a in agencies
            ),
        )
        for c in dataset.columns
    ]


def _wanted(row: Row, only: str) -> bool:
    if only == "gaps":
        return any(cell.open for cell in row.cells)
    return only != "alone" or sum(1 for cell in row.cells if cell.held) == 1


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether an agency is on the map: with lines, or with its word that it holds nothing."""

    agency: Agency
    lines: int
    said: Confirmation | None

    @property
    def present(self) -> bool:
        return bool(self.lines) or (self.said is not None and self.said.holds_nothing)
