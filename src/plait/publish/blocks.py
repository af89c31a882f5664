"""Pieces of a page: a heading, words, a chart and its table. The website and the document are laid out from the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from plait.declare import Indicator
from plait.publish.charts import Bar, Chart, bars
from plait.publish.figures import Cell
from plait.publish.picture import Picture, href
from plait.publish.pieces import Block, Table, measured_in
from plait.publish.wording import DIMENSIONS, Said, and_so, interval, is_percent, lowered, rests_on, said

_MANY_ZEROS = 4  # from here on, groups that are 0 are named in a sentence
_LISTED = 8
_CHARTED = 14


def summary(picture: Picture, indicators: Sequence[Indicator], caption: str) -> Table:
    """One row a figure: for each area in the latest period, or for each period where there is one area."""
    columns = _columns(picture)
    rows = tuple(
        (
            Said(i.title, href=href(i), note=i.unit),
            *(_in_short(picture, i, area=area, period=period) for _, area, period in columns),
        )
        for i in indicators
    )
    headings = ("Figure", *(heading for heading, _, _ in columns))
    return Table(caption=caption, headings=headings, rows=rows)


def _in_short(picture: Picture, indicator: Indicator, *, area: str, period: str) -> Said:
    """The figure of everyone; where it was never sent and its groups were, that they are on its own page."""
    cell = picture.cell(indicator, area=area, period=period)
    if cell is not None and not (cell.missing and not cell.marked):
        return said(cell, indicator.unit)
    for by in picture.told_groups(indicator):
        own = [c for c in picture.figures.shared(indicator.id, period, by) if c.area == area]
        if any(c.told for c in own):
            return Said(f"by {DIMENSIONS.get(by, by).lower()} only")
        if marked := next((c for c in own if c.marked), None):
            return said(marked, indicator.unit)
    return said(cell, indicator.unit)


def breakdowns(picture: Picture, indicator: Indicator, *, among: Iterable[str], own_page: bool = False) -> list[Block]:
    """Every breakdown among these that has a figure to show, then a sentence on each kind of reason why others have none."""
    wanted = [by for by in among if by in indicator.breakdowns]
    cells = {by: picture.figures.shared(indicator.id, picture.period, by) for by in wanted}
    shown = [by for by in wanted if any(c.told for c in cells[by])]
    made = [_breakdown(picture, indicator, by, own_page=own_page) for by in shown]
    if len(shown) < len(wanted):
        made.append(_not_broken_down(indicator, {by: cells[by] for by in wanted if by not in shown}, own_page=own_page))
    return made


def _not_broken_down(indicator: Indicator, cells: Mapping[str, Sequence[Cell]], *, own_page: bool) -> Block:
    reasons: dict[str, list[str]] = {}
    for by, found in cells.items():
        reasons.setdefault(nothing_to_show(found), []).append(DIMENSIONS.get(by, by).lower())
    title = "Breakdowns that cannot be shown"
    return Block(
        anchor=f"{indicator.id}-not-shown".lower(),
        heading=title if own_page else f"{indicator.title}: {title.lower()}",
        words=tuple(f"By {and_so(names)}: {why}" for why, names in reasons.items()),
        links=() if own_page else (("About this figure", href(indicator)),),
    )


def _breakdown(picture: Picture, indicator: Indicator, by: str, *, own_page: bool) -> Block:
    """One breakdown for the latest period, 'not recorded' in a row of its own."""
    cells = picture.figures.shared(indicator.id, picture.period, by)
    groups = sorted({c.group for c in cells}, key=lambda g: picture.names.order(indicator, by, g))
    found = {(c.group, c.area): c for c in cells}
    title = DIMENSIONS.get(by, by)
    heading = f"By {title.lower()}" if own_page else _titled(indicator, title.lower())
    anchor, more = f"{indicator.id}-{by}".lower(), () if own_page else (("About this figure", href(indicator)),)
    zeros = [g for g in groups if _zero(found, picture, g)]
    empty = [g for g in groups if _not_sent(found, picture, g)]
    left = [*empty, *(zeros if len(zeros) >= _MANY_ZEROS else ())]
    kept = [g for g in groups if g not in left]
    words = [_zeros_said(picture, indicator, by, zeros)] if len(zeros) >= _MANY_ZEROS else []
    words += (
        [f"Not in what was sent: {and_so([lowered(picture.names.group(indicator, by, g)) for g in empty])}."]
        if empty
        else []
    )
    return Block(
        anchor=anchor,
        heading=heading,
        words=tuple(words),
        charts=_group_charts(picture, indicator, by, kept, found),
        table=_group_table(picture, indicator, by, kept, found) if kept else None,
        links=more,
    )


def by_area(picture: Picture, indicator: Indicator, *, own_page: bool = False) -> Block | None:
    """Every area within the profile's, by name and never by size; None when there are none or the figure has no place."""
    inside = [a for a in picture.areas if a.code not in picture.top]
    if not inside or indicator.residence == "none":
        return None
    cells = {c.area: c for c in picture.figures.shared(indicator.id, picture.period)}
    heading = "By area" if own_page else _titled(indicator, "area")
    anchor, more = f"{indicator.id}-area".lower(), () if own_page else (("About this figure", href(indicator)),)
    fine = picture.too_fine(indicator, groups=own_page)
    inside = [a for a in inside if a.code in cells or not fine]
    if not any(a.code in cells and cells[a.code].told for a in inside):
        some = [cells[a.code] for a in inside if a.code in cells]
        why = (f"For smaller areas: {nothing_to_show(some)}",) if some or not fine else ()
        return Block(anchor=anchor, heading=heading, words=(*why, *fine), links=more)
    rows = [
        (Said(a.name), Said(_kind(a.kind)), *told_of(indicator, cells.get(a.code)))
        for a in sorted(inside, key=lambda a: (a.kind, a.name))
    ]
    table = Table(
        caption=f"{indicator.title}, {picture.period}, by area",
        headings=("Area", "Kind of area", *detail(indicator)),
        rows=tuple(rows),
        note=measured_in(indicator),
    )
    return Block(anchor=anchor, heading=heading, words=fine, table=table, links=more)


def by_agency(picture: Picture, indicator: Indicator) -> Block | None:
    """What each agency's own records say; None when a single agency's records are all there is."""
    cells = picture.figures.agencies(indicator.id, picture.period)
    agencies = list(dict.fromkeys(c.supplier for c in cells))
    if not agencies:
        return None
    found = {(c.supplier, c.area): c for c in cells}
    rows = tuple(
        (Said(picture.names.agency(a)), *(said(found.get((a, area)), indicator.unit) for area in picture.top))
        for a in agencies
    )
    table = Table(
        caption=f"{indicator.title}, {picture.period}, by the agency whose records they are",
        headings=("Agency", *(picture.names.area(area) for area in picture.top)),
        rows=rows,
        note=measured_in(indicator),
    )
    words = "These are never added up: one person may be known to several agencies." if len(agencies) > 1 else ""
    return Block(
        anchor="by-agency", heading="What each agency's own records say", words=(words,) if words else (), table=table
    )


def nothing_to_show(cells: Sequence[Cell]) -> str:
    """Why none of these figures has a table, in the rest of a sentence."""
    if any(c.hidden for c in cells):
        return (
            "each figure is withheld [c], because the numbers are small or would let a small number be worked out. "
            "That does not mean none."
        )
    if any(c.missing for c in cells) or not cells:
        return "there is no figure, because what it needs was not sent for the latest period or is not recorded."
    return "no figure applies for the latest period, because there was nobody for it to be a part of."


def _columns(picture: Picture) -> list[tuple[str, str, str]]:
    """Heading, area and period of each column of a summary."""
    if len(picture.top) > 1:
        return [(picture.names.area(a), a, picture.period) for a in picture.top]
    return [(p, picture.top[0], p) for p in reversed(picture.periods[-5:])]


def detail(indicator: Indicator) -> list[str]:
    return [
        "Figure",
        *(["Rests on"] if is_percent(indicator.unit) else []),
        *(["95% interval"] if _has_ci(indicator) else []),
    ]


def _has_ci(indicator: Indicator) -> bool:
    return is_percent(indicator.unit) or indicator.measure.kind == "rate"


def told_of(indicator: Indicator, cell: Cell | None) -> list[Said]:
    """The cells under the headings of `_detail`."""
    found = [said(cell, indicator.unit)]
    if is_percent(indicator.unit):
        found.append(Said(rests_on(cell)))
    if _has_ci(indicator):
        found.append(Said(interval(cell)))
    return found


def where(picture: Picture) -> str:
    return picture.place if len(picture.top) == 1 else "side by side"


def _zero(found: dict[tuple[str, str], Cell], picture: Picture, group: str) -> bool:
    """A true nought in every area shown."""
    cells = [found.get((group, area)) for area in picture.top]
    return all(c is not None and c.known and c.low == 0 for c in cells)


def _not_sent(found: dict[tuple[str, str], Cell], picture: Picture, group: str) -> bool:
    """Not held in any area shown: a row that would only say so."""
    cells = [found.get((group, area)) for area in picture.top]
    return all(c is None or (c.missing and not c.marked) for c in cells)


def _zeros_said(picture: Picture, indicator: Indicator, by: str, zeros: Sequence[str]) -> str:
    if len(zeros) > _LISTED:
        return f"Each of the other {len(zeros)} groups of the list is recorded as 0."
    return f"Recorded as 0: {'; '.join(picture.names.group(indicator, by, g) for g in zeros)}."


def _titled(indicator: Indicator, by: str) -> str:
    """'Exploitation cohort by group' by sex as 'Exploitation cohort by sex'."""
    title = indicator.title.removesuffix(" by group").removesuffix(f" by {by}")
    return f"{title}, by {by}" if " by " in title else f"{title} by {by}"


def group_table(picture: Picture, indicator: Indicator, by: str) -> Table:
    """One breakdown for the latest period: groups that somebody sent, for each area side by side."""
    cells = picture.figures.shared(indicator.id, picture.period, by)
    found = {(c.group, c.area): c for c in cells}
    groups = sorted({c.group for c in cells}, key=lambda g: picture.names.order(indicator, by, g))
    return _group_table(picture, indicator, by, [g for g in groups if not _not_sent(found, picture, g)], found)


def _group_table(
    picture: Picture, indicator: Indicator, by: str, groups: Sequence[str], found: dict[tuple[str, str], Cell]
) -> Table:
    several = len(picture.top) > 1
    cells: Callable[[str], Iterable[Said]]
    if several:
        headings = tuple(picture.names.area(a) for a in picture.top)
        cells = lambda g: (said(found.get((g, a)), indicator.unit) for a in picture.top)  # noqa: E731
    else:
        headings = tuple(detail(indicator))
        cells = lambda g: told_of(indicator, found.get((g, picture.top[0])))  # noqa: E731
    return Table(
        caption=f"{indicator.title}, {where(picture)}, {picture.period}, by {DIMENSIONS.get(by, by).lower()}",
        headings=(DIMENSIONS.get(by, by), *headings),
        rows=tuple((Said(picture.names.group(indicator, by, g)), *cells(g)) for g in groups),
        note=f"{measured_in(indicator)}{_sums(by)}",
    )


def _sums(by: str) -> str:
    """Whether groups may be added up."""
    if by in ("harm", "setting", "method", "disability", "need", "agency", "list"):
        return " One person or record may be in several groups, so groups do not add up to everyone."
    return ""


def _group_charts(
    picture: Picture, indicator: Indicator, by: str, groups: Sequence[str], found: dict[tuple[str, str], Cell]
) -> tuple[Chart, ...]:
    """A bar chart where there is one area and few enough groups to read."""
    if len(picture.top) > 1 or len(groups) > _CHARTED:
        return ()
    area = picture.top[0]
    rows = []
    for group in groups:
        cell = found.get((group, area))
        rows.append(Bar(picture.names.group(indicator, by, group), cell, said(cell, indicator.unit)))
    title = f"{indicator.title}, {picture.place}, {picture.period}, by {DIMENSIONS.get(by, by).lower()}"
    chart = bars(f"b-{indicator.id}-{by}", title, rows)
    return (chart,) if chart else ()


def _kind(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
