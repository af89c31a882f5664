"""Where records say more or less than expected: by area, by group, and by who raised it. Made of protected figures alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plait.declare import Indicator
from plait.intervals import poisson_limits
from plait.publish.figures import Cell
from plait.publish.picture import Picture, href
from plait.publish.pieces import Block, Table
from plait.publish.wording import DIMENSIONS, Said, number, said

_Line = tuple[str, Cell, float]  # whose count it is, the count, and how many were expected
_RATED = "how-many-known", "who-is-harmed", "where-harm-happens"
_RAISED, _SOURCE = "who-refers", "source"

_AT_THE_WHOLES_RATE = (
    "Expected is what it would be if the rate were that of the whole. Fewer than expected may be less harm, or harm "
    "that nobody sees; more may be more harm, or better sight. Work from published populations and protected counts."
)
_AS_OFTEN_AS_ANYTHING = (
    "Expected is what each would have raised if it raised exploitation as often, among all who did, as it refers children "
    "for any reason. Fewer than expected may be few such children met, or signs not seen, not asked about or not passed on. "
    "It does not say how well anybody works."
)


def expected_blocks(picture: Picture) -> Iterator[Block]:
    """Each area's, each group's and each source's count beside what it would be if it were like the whole."""
    rated = next((i for i in picture.asked(_RATED) if _rated(picture, i)), None)
    if rated is not None:
        yield from _block(picture, rated, "areas", "by area", "Area", _areas(picture, rated), _AT_THE_WHOLES_RATE)
        yield from _block(picture, rated, "groups", "by group", "Group", _groups(picture, rated), _AT_THE_WHOLES_RATE)
    for raised, widest in _raised(picture):
        lines = _sources(picture, raised, widest)
        yield from _block(
            picture, raised, "sources", "by who raised it", DIMENSIONS[_SOURCE], lines, _AS_OFTEN_AS_ANYTHING, widest
        )


def _block(
    picture: Picture, found: Indicator, anchor: str, by: str, who: str, lines: Iterable[_Line], words: str,
    beside: Indicator | None = None,
) -> Iterator[Block]:  # fmt: skip
    rows = tuple(_row(*line, unit=found.unit) for line in lines)
    if rows:
        table = Table(
            caption=f"{found.title}: recorded beside expected, {by}, {picture.period}",
            headings=(who, "Recorded", "Expected", "Recorded for each expected", "95% interval"), rows=rows,
        )  # fmt: skip
        links = [("About this figure", href(found)), *([(beside.title, href(beside))] if beside else [])]
        heading = f"Recorded and expected, {by}"
        yield Block(anchor=f"expected-{anchor}", heading=heading, words=(words,), table=table, links=tuple(links))


def _row(name: str, cell: Cell, expected: float, *, unit: str) -> tuple[Said, ...]:
    if not cell.known or cell.count_low is None:
        return Said(name), said(cell, unit), Said(f"{expected:.0f}"), Said(""), Said("")
    low, high = (limit / expected for limit in poisson_limits(cell.count_low))
    return (
        Said(name),
        Said(number(cell.count_low)),
        Said(f"{expected:.0f}"),
        Said(f"{cell.count_low / expected:.2f}"),
        Said(f"{low:.2f} to {high:.2f}"),
    )


def _rated(picture: Picture, indicator: Indicator) -> bool:
    cell = picture.cell(indicator)
    return (
        indicator.measure.kind == "rate" and cell is not None and cell.known and bool(cell.count_low and cell.base_low)
    )


def _areas(picture: Picture, rated: Indicator) -> Iterator[_Line]:
    for area in sorted(picture.areas, key=lambda a: (a.kind, a.name)):
        if area.code not in picture.top:
            yield from _at_the_wholes_rate(picture, rated, area.name, picture.cell(rated, area=area.code))


def _groups(picture: Picture, rated: Indicator) -> Iterator[_Line]:
    for by in rated.breakdowns:
        for cell in picture.figures.shared(rated.id, picture.period, by):
            if cell.area == picture.top[0]:
                name = f"{DIMENSIONS.get(by, by)}: {picture.names.group(rated, by, cell.group)}"
                yield from _at_the_wholes_rate(picture, rated, name, cell)


def _at_the_wholes_rate(picture: Picture, rated: Indicator, name: str, cell: Cell | None) -> Iterator[_Line]:
    whole = picture.cell(rated)
    if cell is not None and cell.known and cell.base_low and cell.count_low is not None and whole is not None:
        yield name, cell, cell.base_low * (whole.count_low or 0.0) / (whole.base_low or 1.0)


def _raised(picture: Picture) -> Iterator[tuple[Indicator, Indicator]]:
    """What is raised about exploitation with what is raised for any reason: of all counts by source the largest."""
    counted = {
        one.id: (cell.count_low, one)
        for one in picture.asked((_RAISED,))
        if one.measure.kind == "count" and _SOURCE in one.breakdowns
        if (cell := picture.cell(one)) and cell.known and cell.count_low
    }
    if len(counted) > 1:
        _, widest = max(counted.values(), key=lambda pair: pair[0])
        raised = next(one for _, one in counted.values() if one is not widest)
        yield raised, widest


def _sources(picture: Picture, raised: Indicator, widest: Indicator) -> Iterator[_Line]:
    """Sources of which it can be said how often they refer at all, the most expected first."""
    here = {c.group: c for c in picture.figures.shared(raised.id, picture.period, _SOURCE) if c.area == picture.top[0]}
    whole, every = picture.cell(raised), picture.cell(widest)
    assert whole is not None and every is not None and whole.count_low and every.count_low
    lines = [
        (
            picture.names.group(widest, _SOURCE, cell.group),
            here[cell.group],
            cell.count_low * whole.count_low / every.count_low,
        )
        for cell in picture.figures.shared(widest.id, picture.period, _SOURCE)
        if cell.area == picture.top[0] and cell.group in here and cell.known and cell.count_low
        if not picture.names.not_known(widest, _SOURCE, cell.group)
    ]
    yield from sorted(lines, key=lambda line: -line[2])
