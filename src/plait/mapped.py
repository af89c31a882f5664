"""What the data map says: item by item how each agency holds it, and which questions rest on what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plait.decided import Asset
from plait.declare import DataSet, Indicator, Pack, rows_of
from plait.declare.needed import needed

CAPTURES: dict[str, str] = {
    "coded": "Coded in a system",
    "spreadsheet": "In a spreadsheet",
    "free_text": "In words, in a system",
    "document": "In documents",
    "paper": "On paper",
    "not_recorded": "Not recorded",
}
GRAINS: dict[str, str] = {
    "person": "A person",
    "event": "Something that happened",
    "spell": "A time with a start and an end",
    "place": "A place",
    "total": "A total",
    "text": "A document or a note",
}
FREQUENCIES: dict[str, str] = {
    "live": "As things happen",
    "monthly": "Each month",
    "quarterly": "Each quarter",
    "yearly": "Each year",
    "seldom": "Now and then",
    "once": "It was done once",
}
SUCCESSION: dict[str, str] = {
    "team": "A team can",
    "two": "Two people can",
    "one": "Only one person can",
}
PURPOSES: dict[str, str] = {
    "disruption": "Disrupting those who cause harm",
    "prevention": "Prevention",
    "commissioning": "Commissioning help",
    "recognition": "Recognising harm",
    "help": "Seeing whether help works",
}
QUALITIES: dict[str, str] = {"good": "Good", "usable": "Usable", "weak": "Weak"}


class Held(StrEnum):
    """How something is held, the easiest to count first."""

    CODED = "coded"
    SPREADSHEET = "spreadsheet"
    STUCK = "stuck"  # recorded where it cannot be counted: in words, on paper, or in a system that gives no report
    NOT_RECORDED = "not_recorded"
    NOT_KNOWN = "not_known"  # the map has no line


_ORDER = tuple(Held)


@dataclass(frozen=True, slots=True)
class Holding:
    """How one agency holds one data set, or one item of it. `mixed`: some of it is held less well, or not mapped."""

    held: Held
    mixed: bool = False
    weak: bool = False  # judged weak by its own people


NOTHING = Holding(Held.NOT_KNOWN)


def held(asset: Asset) -> Held:
    """How what this line is about can be counted."""
    if asset.capture == "not_recorded":
        return Held.NOT_RECORDED
    if asset.capture in ("free_text", "document", "paper") or not asset.extractable:
        return Held.STUCK
    return Held.SPREADSHEET if asset.capture == "spreadsheet" else Held.CODED


def holding(dataset: DataSet, assets: Iterable[Asset], column: str = "") -> Holding:
    """How the lines of one agency hold the data set, or one of its columns: the best of them."""
    lines = [a for a in assets if a.dataset == dataset.id and (not column or _covers(a, column))]
    if not lines:
        return NOTHING
    ways = {held(a) for a in lines}
    best = min(ways, key=_ORDER.index)
    covered = {c for a in lines if held(a) is best for c in (dataset.column_ids if "*" in a.columns else a.columns)}
    whole = column or covered >= set(dataset.column_ids)
    return Holding(
        best, mixed=len(ways) > 1 or not whole, weak=any(a.quality == "weak" for a in lines if held(a) is best)
    )


def _covers(asset: Asset, column: str) -> bool:
    return "*" in asset.columns or column in asset.columns


@dataclass(frozen=True, slots=True)
class Use:
    """What rests on a line of the data map: figures, and the questions they answer."""

    indicators: tuple[Indicator, ...]
    questions: tuple[str, ...]


class Uses:
    """Which figures rest on what, worked out once for a pack."""

    def __init__(self, pack: Pack) -> None:
        self._needs = [(i, needed(i)) for i in pack.live_indicators]
        self._questions = pack.questions

    def of(self, asset: Asset, kind: str) -> Use:
        """The figures that need something this line holds, where agencies of this kind supply them."""
        found = tuple(i for i, wants in self._needs if kind in i.suppliers and _serves(asset, i, wants))
        return Use(found, tuple(dict.fromkeys(q for i in found for q in i.questions if q in self._questions)))

    def asked(self, kind: str, dataset: str, column: str = "") -> bool:
        """Whether some figure needs the data set, or the column, of agencies of this kind."""
        wanted = (wants.get(dataset, frozenset()) for i, wants in self._needs if kind in i.suppliers)
        return any(column in columns if column else columns for columns in wanted)


def _serves(asset: Asset, indicator: Indicator, wants: Mapping[str, frozenset[str]]) -> bool:
    if not any(_covers(asset, column) for column in wants.get(asset.dataset, ())):
        return False
    types = types_counted(indicator, asset.dataset)
    return not types or not asset.types or bool(types & set(asset.types))


def types_counted(indicator: Indicator, dataset: str) -> frozenset[str]:
    """The event or service types an indicator counts in the data set; empty for any."""
    tests = (c for rows in rows_of(indicator) if rows.of == dataset for c in rows.where if c.column == "type")
    return frozenset(code for c in tests for code in (c.is_in or ()))


@dataclass(frozen=True, slots=True)
class Reliance:
    """How much of what is answered rests on one agency: figures it is in, questions, and figures that only it supplies."""

    agency: str
    figures: int
    questions: int
    alone: int


MOST = 0.5  # an agency that is the only source of more than this share of the figures supplies most of the picture


def reliance(suppliers: Sequence[tuple[Indicator, Sequence[str]]]) -> tuple[Reliance, ...]:
    """For each agency in some figure, the one in most first. `suppliers` says who is in each figure that can be made."""
    agencies = dict.fromkeys(agency for _, found in suppliers for agency in found)
    rows = (_relied(agency, suppliers) for agency in agencies)
    return tuple(sorted(rows, key=lambda r: (-r.figures, -r.alone, r.agency)))


def _relied(agency: str, suppliers: Sequence[tuple[Indicator, Sequence[str]]]) -> Reliance:
    own = [(indicator, found) for indicator, found in suppliers if agency in found]
    questions = {q for indicator, _ in own for q in indicator.questions}
    return Reliance(agency, len(own), len(questions), sum(1 for _, found in own if len(found) == 1))
