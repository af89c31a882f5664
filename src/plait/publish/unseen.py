"""What one agency's records leave out: overlaps between agencies, and answers that nobody wrote down."""

from __future__ import annotations

from collections.abc import Sequence

from plait.declare import Indicator
from plait.publish.blocks import where
from plait.publish.charts import Bar, shares
from plait.publish.figures import Cell
from plait.publish.picture import Picture, href
from plait.publish.pieces import Block, Table
from plait.publish.wording import DIMENSIONS, Said, interval, is_percent, rests_on, said


def overlap(picture: Picture, indicators: Sequence[Indicator]) -> Block:
    """For each overlap, how much of one agency's group another also records, or does not."""
    rows = [Bar(i.title, picture.cell(i), _with_base(picture, i)) for i in indicators if is_percent(i.unit)]
    chart = shares("overlaps", f"Overlaps between agencies' records, {where(picture)}, {picture.period}", rows)
    table = Table(
        caption=f"Overlaps between agencies' records, {picture.place}, {picture.period}",
        headings=("Overlap", "Figure", "Rests on", "95% interval"),
        rows=tuple(
            (Said(i.title, href=href(i), note=i.unit), said(picture.cell(i), i.unit),
             Said(rests_on(picture.cell(i))), Said(interval(picture.cell(i))))
            for i in indicators
        ),
    )  # fmt: skip
    words = ("Solid: the people the row is about. Hatched: the rest of that group.",) if chart else ()
    return Block(
        anchor="overlap-table",
        heading="Known to one agency and not another",
        words=words,
        charts=(chart,) if chart else (),
        table=table,
    )


def not_recorded(picture: Picture) -> Block:
    """For each figure and breakdown, how many are in no group because nobody wrote it down, beside everyone."""
    rows = [
        (Said(i.title, href=href(i), note=i.unit), Said(DIMENSIONS.get(by, by)), said(cell, i.unit),
         said(picture.cell(i, area=cell.area), i.unit))
        for i in picture.indicators.values()
        if i.domain in ("harm", "missing_from_data", "perpetration") and i.measure.kind == "count"
        for by in i.breakdowns
        for cell in picture.figures.shared(i.id, picture.period, by)
        if cell.area == picture.top[0] and picture.names.not_known(i, by, cell.group) and _above_nought(cell)
    ]  # fmt: skip
    if not rows:
        words = "No count of those left out can be shown: nothing was sent, or every answer was filled in."
        return Block(anchor="not-recorded", heading="What was not written down", words=(words,))
    table = Table(
        caption=f"How many were not recorded or not known, {picture.names.area(picture.top[0])}, {picture.period}",
        headings=("Figure", "What was not recorded", "Not recorded or not known", "Everyone"),
        rows=tuple(rows),
    )
    return Block(anchor="not-recorded", heading="What was not written down", table=table)


def _above_nought(cell: Cell) -> bool:
    return cell.hidden or (cell.told and bool(cell.high))


def _with_base(picture: Picture, indicator: Indicator) -> Said:
    cell = picture.cell(indicator)
    shown, whole = said(cell, indicator.unit), rests_on(cell)
    return Said(f"{shown.text} ({whole})" if whole else shown.text, shown.mark)
