"""Tables too fine to be worth showing are left out whole: mostly marks, they tell little and cost the rest dear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from plait.areas import Areas
from plait.declare import ZoneRule

Row = dict[str, Any]
_MOST = 0.5  # of the counts in a kind of table that are not nought may be withheld
_FEW = 4  # fewer counts than this say nothing about how fine a table is


def worth_showing(rows: Sequence[Row], areas: Areas, rule: ZoneRule) -> tuple[list[Row], tuple[str, ...]]:
    """The rows of tables worth showing, and the kinds of table left out, in words such as 'ethnicity by ward'.

    A kind of table is one breakdown over one kind of area. Areas with nothing larger shown, and an agency's whole, always stay.
    """
    present = {row["area"] for row in rows}
    top = {code for code in present if code not in areas or not present & set(areas[code].parents)}
    kinds: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["area"] not in top:
            kinds[row["by"], areas[row["area"]].kind].append(row)
    fine = {kind for kind, of in kinds.items() if _too_fine(of, rule)}
    kept = [row for row in rows if row["area"] in top or (row["by"], areas[row["area"]].kind) not in fine]
    return kept, tuple(sorted(f"{by} by {kind}" if by else f"by {kind}" for by, kind in fine))


def _too_fine(rows: Sequence[Row], rule: ZoneRule) -> bool:
    counts = [
        row["count_low"] for row in rows if row["count_high"] is not None and 0 < row["count_high"] < float("inf")
    ]
    return len(counts) >= _FEW and sum(count < rule.hide_below for count in counts) > _MOST * len(counts)
