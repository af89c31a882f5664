"""Which adversities each agency's records hold at all: a figure of adversity is only as wide as what anybody asks about."""

from __future__ import annotations

from plait.publish.figures import Cell
from plait.publish.picture import Picture, href
from plait.publish.pieces import Block, Table
from plait.publish.wording import Said

_SET = "standard10"  # the adversities most studies count


def adversity_recorded(picture: Picture) -> Block | None:
    """A row an adversity, a column an agency: recorded, none recorded, or not in what was sent."""
    needs = picture.profile.pack.codelists.get("need")
    indicator = next((i for i in picture.indicators.values() if i.measure.kind == "count" and "need" in i.breakdowns
                      and "agency" in i.breakdowns), None)  # fmt: skip
    if needs is None or indicator is None:
        return None
    cells = {(c.supplier, c.group): c for c in picture.figures.agencies(indicator.id, picture.period, "need")}
    agencies = sorted({supplier for supplier, _ in cells})
    codes = [c for c in needs.codes if _SET in c.sets]
    if not agencies or not codes:
        return None
    rows = tuple((Said(c.label), *(_held(cells.get((a, c.code))) for a in agencies)) for c in codes)
    table = Table(
        caption=f"Adversities in each agency's records, {picture.place}, {picture.period}",
        headings=("Adversity", *(picture.names.agency(a) for a in agencies)), rows=rows,
    )  # fmt: skip
    words = (
        "An adversity that nobody records cannot be in any figure. Agencies that sent no needs have no column. Withheld means "
        "that some are recorded and few.",
    )
    return Block(anchor="adversity", heading="Which adversities are recorded where", words=words, table=table,
                 links=(("About this figure", href(indicator)),))  # fmt: skip


def _held(cell: Cell | None) -> Said:
    if cell is None or (cell.missing and not cell.hidden):
        return Said("Not in what was sent")
    if cell.hidden:
        return Said("Withheld", "c")
    return Said("Recorded" if cell.high else "None recorded")
