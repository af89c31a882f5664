"""Tables too fine to be worth showing are left out whole: mostly marks, they tell little and cost the rest dear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plait.areas import Areas
from plait.declare import ZoneRule

Row = dict[str, Any]
_MOST = 0.5  # of the counts in a kind of table that are not nought may be withheld
_FEW = 4  # fewer counts than this say nothing about how fine a table is


@dataclass(frozen=True)
class Worth:
    """The rows worth showing; kinds of table left out, such as 'ethnicity by ward'; and for each what is shown instead."""

    rows: list[Row]
    too_fine: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()  # the nearest coarser kind that is shown, or ''


def worth_showing(rows: Sequence[Row], areas: Areas, rule: ZoneRule) -> Worth:
    """The rows of tables worth showing.

    A kind of table is one breakdown over one kind of area. Areas with nothing larger shown, and an agency's whole, always stay.
    """
    present = {row["area"] for row in rows}
    top = {code for code in present if code not in areas or present.isdisjoint(areas[code].parents)}
    kind_of = {code: areas[code].kind for code in present if code in areas}
    kinds: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["area"] not in top:
            kinds[row["by"], kind_of[row["area"]]].append(row)
    fine = {kind for kind, of in kinds.items() if _too_fine(of, rule)}
    if not fine:
        return Worth(list(rows))
    kept = [row for row in rows if row["area"] in top or (row["by"], kind_of[row["area"]]) not in fine]
    shown = {(row["by"], kind_of[row["area"]]) for row in kept if row["area"] in kind_of}
    named = sorted((_named(*kind), _coarser(kinds[kind], areas, shown)) for kind in fine)
    return Worth(kept, tuple(name for name, _ in named), tuple(instead for _, instead in named))


def _coarser(rows: Sequence[Row], areas: Areas, shown: set[tuple[str, str]]) -> str:
    """The same breakdown over the nearest larger areas, or the same areas with no breakdown, whichever is shown."""
    by, edge = rows[0]["by"], [rows[0]["area"]]
    own = areas[rows[0]["area"]].kind
    while edge:
        edge = [parent for code in edge if code in areas for parent in areas[code].parents if parent in areas]
        for kind in sorted({areas[code].kind for code in edge}):
            if (by, kind) in shown:
                return _named(by, kind)
    return _named("", own) if ("", own) in shown else ""


def _named(by: str, kind: str) -> str:
    return f"{by} by {kind}" if by else f"by {kind}"


def _too_fine(rows: Sequence[Row], rule: ZoneRule) -> bool:
    counts = [
        row["count_low"] for row in rows if row["count_high"] is not None and 0 < row["count_high"] < float("inf")
    ]
    return len(counts) >= _FEW and sum(count < rule.hide_below for count in counts) > _MOST * len(counts)
