"""Everything that left: what protect let out to any zone, and which of it was given outside the partnership, when and to whom.

The counts behind it stay in the store, for protect alone. Here are only the figures as their readers saw them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.declare import Pack
from plait.errors import UserError
from plait.protect import Ledger, Left, left
from plait.publish.wording import MARKS
from plait.values import Period, State
from plait_web.accounts.models import User
from plait_web.partnership import access as partnership
from plait_web.release.access import OPEN
from plait_web.release.models import Release
from plait_web.release.states import OUT
from plait_web.roles import Permission

_WHICH = ("indicator", "period", "area", "supplier", "by", "group")
_COLUMNS = (*_WHICH, "state", "low", "high", "mark")
MOST = 200  # figures on one page of the ledger
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One time that figures left, and the releases that gave them, or a part of them, to somebody outside."""

    key: str
    zone: str
    on: date | None
    indicators: tuple[str, ...]
    periods: tuple[str, ...]
    figures: int
    withheld: int
    releases: tuple[Release, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the ledger; '' does not narrow."""

    zone: str = ""
    indicator: str = ""
    period: str = ""
    area: str = ""


def entries_for(user: User, asked: Asked) -> list[Entry]:
    """What left, newest first. Those who look in from outside are told only of what was published for them."""
    inside = user.may(Permission.SEE_PICTURE)
    given = _given(None if inside else OPEN)
    kept = (folder for folder in partnership.shelf().all("runs") if (folder / "withheld.parquet").is_file())
    found = (_entry(folder, given) for folder in kept)
    seen = [e for e in found if (inside or e.releases) and _asked_for(e, asked)]
    return sorted(seen, key=lambda e: (e.on or date.min, e.key), reverse=True)


def entry_for(user: User, key: str) -> Entry | None:
    """One time that figures left, or None where this person may not know of it."""
    return next((entry for entry in entries_for(user, Asked()) if entry.key == key), None)


def _given(audiences: Sequence[str] | None) -> dict[str, list[Release]]:
    given: dict[str, list[Release]] = {}
    told = Release.objects.filter(state__in=[s.value for s in OUT]).order_by("pk")
    for release in told if audiences is None else told.filter(audience__in=audiences):
        given.setdefault(release.key, []).append(release)
    return given


def _entry(folder: Path, given: dict[str, list[Release]]) -> Entry:
    about, held = _left(folder), _held(folder)
    on = date.fromisoformat(about.on) if about.on else None
    releases = tuple(given.get(folder.name, ()))
    return Entry(folder.name, about.zone, on, held.indicators, about.periods, held.figures, held.withheld, releases)


def _asked_for(entry: Entry, asked: Asked) -> bool:
    return (
        asked.zone in ("", entry.zone)
        and (not asked.period or asked.period in entry.periods)
        and (not asked.indicator or asked.indicator in entry.indicators)
        and (not asked.area or asked.area in _held(_folder(entry.key)).areas)
    )


@dataclass(frozen=True, slots=True)
class _Held:
    indicators: tuple[str, ...]
    areas: frozenset[str]
    figures: int
    withheld: int


@lru_cache(maxsize=20_000)  # what is in the store is written once
def _left(folder: Path) -> Left:
    return left(folder / "withheld.parquet")


@lru_cache(maxsize=20_000)
def _held(folder: Path) -> _Held:
    table = pq.read_table(folder / "released.parquet", columns=["indicator", "area", "mark"])
    indicators = tuple(sorted(pc.unique(table["indicator"]).to_pylist()))
    hidden = pc.sum(pc.equal(table["mark"], "c")).as_py() or 0
    return _Held(indicators, frozenset(pc.unique(table["area"]).to_pylist()), table.num_rows, hidden)


def _folder(key: str) -> Path:
    return partnership.shelf().folder / "runs" / key


def figures(entry: Entry, asked: Asked) -> tuple[list[Row], int]:
    """The figures of an entry as their readers saw them, the first of them, and how many there are."""
    table = pq.read_table(_folder(entry.key) / "released.parquet", columns=list(_COLUMNS))
    for name in ("indicator", "period", "area"):
        if wanted := getattr(asked, name):
            table = table.filter(pc.equal(table[name], wanted))
    return [row | {"said": said(row)} for row in table.slice(0, MOST).to_pylist()], table.num_rows


def said(row: Row) -> str:
    """The figure as its readers saw it: a number, a range, or why there is none."""
    low, high = row["low"], row["high"]
    if marked := MARKS.get(State(row["state"])):
        return f"{marked[1].capitalize()} [{marked[0]}]"
    if low is None:
        return "Not known"
    if low == high:
        return _number(low)
    return f"At least {_number(low)}" if high is None or high == inf else f"Between {_number(low)} and {_number(high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def figure(entry: Entry, which: dict[str, str]) -> Row | None:
    """One figure as its readers saw it, or None when the entry has no such figure."""
    table = pq.read_table(_folder(entry.key) / "released.parquet", columns=list(_COLUMNS))
    for name in _WHICH:
        table = table.filter(pc.equal(table[name], which.get(name, "")))
    return next((row | {"said": said(row)} for row in table.to_pylist()), None)


def reason(row: Row, pack: Pack, zone: str) -> list[str]:
    """Why a figure is not shown, as it was kept with it, and what the rule in force says of it."""
    marked = MARKS.get(State(row["state"]))
    if marked is None:
        return []
    _, text, why = marked
    lines = [f"{text.capitalize()}. {why}"]
    if row["state"] == State.WITHHELD.value:
        disclosure = pack.disclosure()
        rule = disclosure.partnership if zone == "partnership" else disclosure.public
        lines.append(
            f"Counts from 1 to {rule.hide_below - 1} are withheld, and others where a withheld count could be worked out from "
            "them. Both carry one mark, so that nobody can tell which this is."
        )
    return lines


@dataclass(frozen=True, slots=True)
class Bearing:
    """A figure that was shown elsewhere and counts some of the same people: beside it this one could be worked out."""

    key: str
    on: date | None
    title: str
    period: str
    area: str
    by: str
    group: str


def bearing_on(user: User, row: Row, pack: Pack) -> list[Bearing]:
    """The figures shown elsewhere that would expose this one if it were shown, as far as this person may see them. No count."""
    found = _lines_near(row)
    seen = {entry.key: entry.on for entry in entries_for(user, Asked())}
    near = (line for line in found if line["told_high"] < inf and line["release"] in seen and _touches(line, row))
    return list(dict.fromkeys(_bearing(line, pack, seen[line["release"]]) for line in near))[:50]


def _lines_near(row: Row) -> Iterable[Row]:
    """What the ledger remembers of the same people over the same days."""
    kept = [path for folder in partnership.shelf().all("runs") if (path := folder / "withheld.parquet").is_file()]
    periods = {p for path in kept for p in left(path).periods if _overlap(p, row["period"])}
    counts = frozenset((what, period) for what in _whats(kept, row["indicator"]) for period in periods)
    return Ledger.read(kept).bearing_on(counts)


def _overlap(one: str, other: str) -> bool:
    """True when two periods, by their labels, share a day."""
    try:
        first, second = Period.parse(one), Period.parse(other)
    except UserError:
        return one == other
    return first.start <= second.end and second.start <= first.end


def _whats(kept: Sequence[Path], indicator: str) -> frozenset[str]:
    """The names of what the indicator counts, as the ledger wrote them down."""
    found = set()
    for path in kept:
        table = pq.read_table(path, columns=["indicator", "what"])
        found |= set(pc.unique(table.filter(pc.equal(table["indicator"], indicator))["what"]).to_pylist())
    return frozenset(found)


def _touches(line: Row, row: Row) -> bool:
    """The line is the same count elsewhere, or a sum that this one is part of, or a part of it: alike in all but one thing."""
    alike = (
        line["area"] == row["area"],
        (line["by"], line["group"]) == (row["by"], row["group"]),
        line["period"] == row["period"],
    )
    return sum(alike) >= 2 and line["supplier"] == row["supplier"]


def _bearing(line: Row, pack: Pack, on: date | None) -> Bearing:
    known = pack.indicators.get(line["indicator"])
    title = known.title if known else line["indicator"]
    return Bearing(line["release"], on, title, line["period"], line["area"], line["by"], line["group"])


def earlier_than(release: Release) -> list[Release]:
    """What was given outside before, of the same figures over a period that is also in this release."""
    facts = release.facts
    before = Release.objects.filter(state__in=[s.value for s in OUT]).exclude(pk=release.pk).order_by("-published_at")
    return [
        one
        for one in before[:500]
        if set(facts.get("indicators", ())) & set(one.facts.get("indicators", ()))
        and set(facts.get("periods", ())) & set(one.facts.get("periods", ()))
    ]
