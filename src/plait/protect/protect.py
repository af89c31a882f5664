"""Figures to what one zone may see. One indicator and period at a time; each is audited before anything leaves."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from plait.areas import Areas
from plait.declare import Indicator, Pack, Zone, ZoneRule
from plait.errors import NotSafe
from plait.protect.cells import Cells, Mask, build_cells
from plait.protect.choose import choose
from plait.protect.fine import worth_showing
from plait.protect.ledger import Ledger
from plait.protect.show import Row, show
from plait.released import Audit, Released, release

_AT_ONCE = 2


def protect(figures: pa.Table, pack: Pack, *, zone: Zone, areas: Areas, ledger: Ledger) -> Released:
    """What the zone may see of these figures, each table checked by solving. Raises NotSafe, with nothing released, if in doubt.

    The supplier's own zone is not a release: an agency sees its own figures as they are.
    """
    if zone == "supplier":
        raise NotSafe("A supplier's own figures are not released; they are shown to it alone as they are.")

    def one(table: list[Row]) -> tuple[list[Row], Audit]:
        indicator = pack.indicator(table[0]["indicator"])
        return _protect_table(table, indicator, _rule(pack, indicator, zone), areas, ledger)

    with ThreadPoolExecutor(_AT_ONCE) as pool:  # the solver lets go of the interpreter while it works
        done = list(pool.map(one, _tables(figures)))
    rows = [row for shown, _ in done for row in shown]
    return release(pa.Table.from_pylist(rows, schema=_schema(figures)), zone=zone, audit=tuple(a for _, a in done))


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
    rows, too_fine = worth_showing(rows, areas, rule)
    cells = build_cells(rows, areas, protect_base=indicator.measure.kind not in ("rate", "disparity"))
    choice = choose(cells, rule, _withheld_before(rows, cells, ledger))
    shown = [show(row, cells, choice.withheld, indicator, rule) for row in rows]
    return shown, Audit(
        indicator=indicator.id,
        period=rows[0]["period"],
        cells=len(rows),
        withheld=int(choice.primary.sum()),
        secondary=int((choice.withheld & ~choice.primary).sum()),
        rounded_to=rule.round_to,
        narrowest=choice.narrowest,
        attacker=_attacker_words(rule),
        too_fine=too_fine,
    )


def _withheld_before(rows: list[Row], cells: Cells, ledger: Ledger) -> Mask:
    before = np.zeros(len(cells.keys), dtype=bool)
    if ledger.withheld:
        numbers = {key: i for key, i in cells.number.items() if key.part == "count"}
        hidden = {(r["supplier"], r["area"], r["by"], r["group"]) for r in rows if ledger.was_withheld(r)}
        before[[i for k, i in numbers.items() if (k.supplier, k.area, k.by, k.group) in hidden]] = True
    return before


def _attacker_words(rule: ZoneRule) -> str:
    rounding = (
        "every number as it is" if rule.round_to == 1 else f"every number to within its rounding to {rule.round_to}"
    )
    return f"A reader who knows this rule, {rounding}, where a nought is a true nought, and every sum that holds."


def _schema(figures: pa.Table) -> pa.Schema:
    kept = [field for field in figures.schema if field.name != "rows"]
    return pa.schema([*kept, pa.field("mark", pa.string())])
