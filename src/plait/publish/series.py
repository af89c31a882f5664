"""A figure over the years: of everyone, or of each group where nobody sent it of everyone. Breaks are marked and said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from plait.declare import Indicator
from plait.publish.blocks import detail, told_of, where
from plait.publish.charts import Bar, Chart, trend
from plait.publish.figures import Cell
from plait.publish.picture import Picture
from plait.publish.pieces import Block, Table, measured_in
from plait.publish.wording import DIMENSIONS, Said, day, lowered, said, sentence

_AREAS_DRAWN = 4
Find = Callable[[str, str], Cell | None]  # the figure for an area and a period


def over_time(picture: Picture, indicator: Indicator) -> Block:
    """The figure in every period, with what it rests on, and a line where there are enough points to draw."""
    find: Find = lambda area, period: picture.cell(indicator, area=area, period=period)  # noqa: E731
    kept, words = _periods(picture, find)
    return Block(
        anchor="over-time",
        heading="Everyone, in each period" if len(picture.periods) > 1 else "Everyone",
        words=(*(breaks_said(picture, indicator) if len(kept) > 1 else ()), *words),
        charts=_charts(picture, indicator, find, f"t-{indicator.id}", indicator.title),
        table=_table(picture, indicator, find, kept, indicator.title),
    )


def groups_over_time(picture: Picture, indicator: Indicator, by: str, *, prefix: str = "") -> Iterator[Block]:
    """Each group of a breakdown in every period in which something was sent of it."""
    if len(picture.periods) < 2:
        return
    groups = {
        c.group for p in picture.periods for c in picture.figures.shared(indicator.id, p, by) if c.told and c.high
    }
    for group in sorted(groups, key=lambda g: picture.names.order(indicator, by, g)):
        yield _group_over_time(picture, indicator, by, group, prefix)


def _group_over_time(picture: Picture, indicator: Indicator, by: str, group: str, of: str) -> Block:
    find: Find = lambda area, period: picture.figures.one(indicator.id, period, area, by=by, group=group)  # noqa: E731
    name = picture.names.group(indicator, by, group)
    kept, words = _periods(picture, find)
    ident = f"{indicator.id}-{by}-{group}".lower()
    title = f"{indicator.title}: {lowered(name)}"
    return Block(
        anchor=f"{ident}-over-time",
        heading=f"{of}{name}, in each period",
        words=words,
        charts=_charts(picture, indicator, find, f"t-{ident}", title),
        table=_table(picture, indicator, find, kept, title),
    )


def only_by_group(picture: Picture, indicator: Indicator) -> Block:
    """Why there is no figure of everyone, in place of a table that would be empty."""
    names = " and ".join(DIMENSIONS.get(by, by).lower() for by in picture.told_groups(indicator))
    words = (
        f"No figure of everyone was sent for any period, only figures by {names}. They are not added up, because one "
        f"{indicator.unit} may be in several groups.",
        *breaks_said(picture, indicator),
    )
    return Block(anchor="over-time", heading="Everyone, and change over time", words=words)


def breaks_said(picture: Picture, indicator: Indicator) -> Iterator[str]:
    """Each break within the periods shown."""
    periods = picture.profile.periods
    for broken in indicator.breaks:
        if periods and periods[0].end < broken.on <= periods[-1].end:
            yield f"From {day(broken.on)} the series is not comparable with what came before. {sentence(broken.why)}"


def breaks_at(picture: Picture, indicator: Indicator) -> list[int]:
    """The places in the list of periods before which the series is not comparable."""
    ends = [p.end for p in picture.profile.periods]
    return [n for n in range(1, len(ends)) if any(ends[n - 1] < b.on <= ends[n] for b in indicator.breaks)]


def _periods(picture: Picture, find: Find) -> tuple[list[str], tuple[str, ...]]:
    """Periods worth a row, the latest first, and a sentence on earlier ones for which nothing was sent."""
    sent = [any(_sent(find(area, period)) for area in picture.top) for period in picture.periods]
    start = sent.index(True) if any(sent) else len(sent) - 1
    early = picture.periods[:start]
    if not early:
        return list(reversed(picture.periods)), ()
    words = f"Nothing was sent for {early[0]}" + (f" to {early[-1]}." if len(early) > 1 else ".")
    return list(reversed(picture.periods[start:])), (words,)


def _sent(cell: Cell | None) -> bool:
    return cell is not None and (not cell.missing or cell.marked)


def _table(picture: Picture, indicator: Indicator, find: Find, periods: Sequence[str], title: str) -> Table:
    if len(picture.top) > 1:
        headings = tuple(picture.names.area(a) for a in picture.top)
        rows = tuple((Said(p), *(said(find(a, p), indicator.unit) for a in picture.top)) for p in periods)
    else:
        headings = tuple(detail(indicator))
        rows = tuple((Said(p), *told_of(indicator, find(picture.top[0], p))) for p in periods)
    return Table(
        caption=f"{title}, {where(picture)}, by period",
        headings=("Period", *headings),
        rows=rows,
        note=measured_in(indicator),
    )


def _charts(picture: Picture, indicator: Indicator, find: Find, ident: str, title: str) -> tuple[Chart, ...]:
    made = (_chart(picture, indicator, find, area, f"{ident}-{area}", title) for area in picture.top[:_AREAS_DRAWN])
    return tuple(chart for chart in made if chart)


def _chart(picture: Picture, indicator: Indicator, find: Find, area: str, ident: str, title: str) -> Chart | None:
    rows = [Bar(p, c, said(c, indicator.unit)) for p in picture.periods for c in [find(area, p)]]
    start = next((n for n, row in enumerate(rows) if _sent(row.cell)), 0)
    breaks = [n - start for n in breaks_at(picture, indicator) if n > start]
    whole = f"{title}, {picture.names.area(area)}, {picture.periods[start]} to {picture.periods[-1]}"
    return trend(ident, whole, rows[start:], breaks)
