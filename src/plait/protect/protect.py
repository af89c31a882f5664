"""Figures to what one zone may see. One indicator and period at a time; each is audited before anything leaves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from plait.areas import Areas
from plait.declare import Indicator, Pack, Zone, ZoneRule
from plait.errors import NotSafe
from plait.protect.audit import Attacker, ranges
from plait.protect.cells import Cells, Mask, build_cells
from plait.protect.choose import choose, safe_width
from plait.protect.ledger import Ledger
from plait.protect.show import Row, show
from plait.released import Audit, Released, release


def protect(figures: pa.Table, pack: Pack, *, zone: Zone, areas: Areas, ledger: Ledger) -> Released:
    """What the zone may see of these figures, each table checked by solving. Raises NotSafe, with nothing released, if in doubt.

    The supplier's own zone is not a release: an agency sees its own figures as they are.
    """
    if zone == "supplier":
        raise NotSafe("A supplier's own figures are not released; they are shown to it alone as they are.")
    rows: list[Row] = []
    audits: list[Audit] = []
    for table in _tables(figures):
        indicator = pack.indicator(table[0]["indicator"])
        shown, audit = _protect_table(table, indicator, _rule(pack, indicator, zone), areas, ledger)
        rows += shown
        audits.append(audit)
    return release(pa.Table.from_pylist(rows, schema=_schema(figures)), zone=zone, audit=tuple(audits))


def _tables(figures: pa.Table) -> Iterator[list[Row]]:
    """The rows of each indicator and period together."""
    ordered = figures.sort_by([("indicator", "ascending"), ("period", "ascending")])
    rows, start = ordered.to_pylist(), 0
    for end in range(1, len(rows) + 1):
        last = end == len(rows)
        if last or (rows[end]["indicator"], rows[end]["period"]) != (rows[start]["indicator"], rows[start]["period"]):
            yield rows[start:end]
            start = end


def _rule(pack: Pack, indicator: Indicator, zone: Zone) -> ZoneRule:
    """The rule in force, or the indicator's own stricter one, for this zone."""
    disclosure = pack.disclosure(indicator.zone_rule)
    return disclosure.partnership if zone == "partnership" else disclosure.public


def _protect_table(
    rows: list[Row], indicator: Indicator, rule: ZoneRule, areas: Areas, ledger: Ledger
) -> tuple[list[Row], Audit]:
    cells = build_cells(rows, areas, protect_base=indicator.measure.kind not in ("rate", "disparity"))
    primary, withheld = choose(cells, rule, _withheld_before(rows, cells, ledger))
    narrow = _audit(cells, primary, withheld, rule)
    shown = [show(row, cells, withheld, indicator, rule) for row in rows]
    return shown, Audit(
        indicator=indicator.id,
        period=rows[0]["period"],
        cells=len(rows),
        withheld=int(primary.sum()),
        secondary=int((withheld & ~primary).sum()),
        rounded_to=rule.round_to,
        narrowest=narrow,
        attacker=_attacker_words(rule),
    )


def _withheld_before(rows: list[Row], cells: Cells, ledger: Ledger) -> Mask:
    before = np.zeros(len(cells.keys), dtype=bool)
    if ledger.withheld:
        numbers = {key: i for key, i in cells.number.items() if key.part == "count"}
        hidden = {(r["supplier"], r["area"], r["by"], r["group"]) for r in rows if ledger.was_withheld(r)}
        before[[i for k, i in numbers.items() if (k.supplier, k.area, k.by, k.group) in hidden]] = True
    return before


def _audit(cells: Cells, primary: Mask, withheld: Mask, rule: ZoneRule) -> float | None:
    """The narrowest range a reader is left with, as far as it was searched. Raises NotSafe when one is too narrow."""
    if not rule.secondary or not primary.any():
        return None
    width = safe_width(rule)
    found = ranges(cells, primary, Attacker.of(cells, withheld, rule), width=width)
    if found.under(width):
        raise NotSafe(
            "A withheld count could still be worked out from what would be shown, so nothing was released. "
            "Show fewer areas or broader groups."
        )
    return found.narrowest


def _attacker_words(rule: ZoneRule) -> str:
    rounding = (
        "every number as it is" if rule.round_to == 1 else f"every number to within its rounding to {rule.round_to}"
    )
    return f"A reader who knows this rule, {rounding}, where a nought is a true nought, and every sum that holds."


def _schema(figures: pa.Table) -> pa.Schema:
    kept = [field for field in figures.schema if field.name != "rows"]
    return pa.schema([*kept, pa.field("mark", pa.string())])
