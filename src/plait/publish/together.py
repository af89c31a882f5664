"""People by all that agencies together hold of them: who is on which lists, two lists side by side, and journeys to help.

Everything here is worked out from figures already released, and from how well people were linked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations as pairs_of
from itertools import pairwise

from plait.declare import Indicator
from plait.declare.indicators import Journey, Lists
from plait.declare.journeys import HOW, WAITS, parts, waited
from plait.intervals import linked_limits, people_limits
from plait.publish.diagrams import Combination, Flow, Point, combinations, flows, shares_over_time
from plait.publish.figures import Cell
from plait.publish.picture import Picture, href
from plait.publish.pieces import Block, Table
from plait.publish.wording import Said, lowered, number, said, span_of_wait, titles
from plait.waits import Waits

DRAWN_TOGETHER = ("lists", "steps", "waited")  # breakdowns whose tables stand here
_DRAWN = 10  # combinations that are drawn; the table has them all
_BEGIN, _STAY, _RARE = "(sign)", "(stay)", "(rare)"

Range = tuple[float, float]


def together(picture: Picture, indicator: Indicator) -> Iterator[Block]:
    """Every diagram of the figure, each with its table; nothing for a figure that is not of lists or journeys."""
    if isinstance(indicator.measure, Lists):
        yield from _of_lists(_Seen(picture, indicator))
    elif isinstance(indicator.measure, Journey):
        yield from _of_journeys(_Seen(picture, indicator))


@dataclass(frozen=True)
class _Seen:
    """What is released of one such figure in the profile's first area and latest period."""

    picture: Picture
    indicator: Indicator

    def cells(self, by: str) -> dict[str, Cell]:
        found = self.picture.figures.shared(self.indicator.id, self.picture.period, by)
        return {cell.group: cell for cell in found if cell.area == self.picture.top[0]}

    @cached_property
    def everyone(self) -> Cell | None:
        return self.picture.cell(self.indicator)

    @cached_property
    def names(self) -> dict[str, str]:
        """Lists, or steps, that somebody sent rows of."""
        held = self.cells("list")
        return {one: title for one, title in titles(self.indicator).items() if one not in held or not held[one].missing}

    @property
    def whole(self) -> float:
        return self.everyone.low or 0.0 if self.everyone and self.everyone.known else 0.0

    @cached_property
    def step(self) -> int:
        """The base counts are rounded to."""
        audits = self.picture.profile.released.audit
        return next((a.rounded_to for a in audits if a.indicator == self.indicator.id), 1)

    @cached_property
    def hidden_most(self) -> int:
        audits = self.picture.profile.released.audit
        return max(0, next((a.hidden_below for a in audits if a.indicator == self.indicator.id), 1) - 1)

    @cached_property
    def where(self) -> str:
        return f"{self.picture.names.area(self.picture.top[0])}, {self.picture.period}"

    def links(self) -> list[tuple[str, str]]:
        return [("About this figure", href(self.indicator))]


@dataclass(frozen=True)
class Worth:
    """The least and most that the shares of links right and links found may be, from 0 to 1."""

    precision: Range
    recall: Range

    @classmethod
    def of(cls, picture: Picture) -> Worth | None:
        """For everyone, as judged by a number kept back and by people; None where nobody could say."""
        fact = next((f for f in picture.profile.worth if not f.by), None)
        if fact is None or fact.precision is None or fact.recall is None:
            return None
        return cls((fact.precision[1] / 100, fact.precision[2] / 100), (fact.recall[1] / 100, fact.recall[2] / 100))

    def limits(self, count: float, links: int, rounding: float) -> Range:
        return linked_limits(count, links, precision=self.precision, recall=self.recall, rounding=rounding)


def people_allowing(picture: Picture, indicator: Indicator) -> tuple[str, ...]:
    """How many people there may be once links missed and wrong are allowed for; nothing where no link bears on the figure."""
    worth, cell = Worth.of(picture), picture.cell(indicator)
    own = [c for c in picture.figures.agencies(indicator.id, picture.period) if c.area == picture.top[0]]
    if worth is None or cell is None or not cell.known or not cell.count_low or not all(c.known for c in own):
        return ()
    people, off = cell.count_low, _Seen(picture, indicator).step / 2
    links = sum(c.count_low or 0.0 for c in own) - people
    if indicator.measure.kind not in ("count", "rate") or links <= off * (len(own) + 1):
        return ()
    low, high = people_limits(
        people, links, precision=worth.precision, recall=worth.recall, rounding=(off, off * (len(own) + 1))
    )
    rate = _as_rate(cell, low, high) if indicator.measure.kind == "rate" else ""
    return (
        f"From {number(round(low))} to {number(round(high))} people, where {number(people)} were counted{rate}. A missed link "
        "counts one person twice, and a wrong one two as one.",
    )


def _as_rate(cell: Cell, low: float, high: float) -> str:
    each = (cell.low or 0.0) / (cell.count_low or 1.0)
    return f": a rate from {low * each:.1f} to {high * each:.1f}"


def _of_lists(seen: _Seen) -> Iterator[Block]:
    cells = {g: c for g, c in seen.cells("lists").items() if set(parts(g)) <= set(seen.names)}
    if not cells or not any(c.known and c.low for c in cells.values()):
        return
    yield _combined(seen, cells)
    if len(seen.names) > 1:
        yield _reconciled(seen, cells)


def _combined(seen: _Seen, cells: dict[str, Cell]) -> Block:
    shown = sorted((c for c in cells.values() if c.known and c.low), key=lambda c: -(c.low or 0))
    hidden = [c for c in cells.values() if c.hidden]
    ids, totals = list(seen.names), seen.cells("list")
    drawn = [
        Combination(frozenset(ids.index(p) for p in parts(c.group)), c.low or 0.0, number(c.low or 0.0))
        for c in shown[:_DRAWN]
    ]
    title = f"{seen.indicator.title}, {seen.where}"
    said_of = [said(totals.get(one), seen.indicator.unit).brief if one in totals else "" for one in ids]
    chart = combinations(title, list(seen.names.values()), said_of, drawn)
    rows = tuple(
        (Said(seen.picture.names.group(seen.indicator, "lists", c.group)), said(c, seen.indicator.unit),
         Said(_allowing(seen, c)))
        for c in [*shown, *hidden]
    )  # fmt: skip
    table = Table(
        caption=f"{title}: people on exactly these lists",
        headings=("On exactly these", "People", "Allowing for links missed and wrong"),
        rows=rows,
        note="Each person is in one row. Combinations that nobody is in are left out.",
    )
    return Block(
        anchor=f"{seen.indicator.id}-together".lower(), heading=f"{seen.indicator.title}: together",
        words=(*_drawn_words(shown, hidden), *_link_words(seen.picture)), charts=(chart,) if chart else (), table=table,
        links=tuple(seen.links()),
    )  # fmt: skip


def _drawn_words(shown: Sequence[Cell], hidden: Sequence[Cell]) -> Iterator[str]:
    yield "Each bar is the people on exactly the lists that have a dark dot below it. Beside each list is everybody on it."
    if len(shown) > _DRAWN:
        yield f"The {_DRAWN} largest are drawn; the table has all."
    if hidden:
        yield f"{len(hidden)} further combinations have somebody in them and are withheld, as few people are in each."


def _link_words(picture: Picture) -> Iterator[str]:
    if Worth.of(picture) is None:
        yield "How well records were linked could not be judged, so no allowance is made for links missed or wrong."
    else:
        yield (
            "The allowance takes the lowest share of links right, and of links found, that the data quality page leaves open, "
            "and chance. A missed link makes one person on two lists look like two people on one."
        )


def _allowing(seen: _Seen, cell: Cell) -> str:
    """How many there may be on several lists, once links missed and wrong are allowed for; '' for one list or none."""
    worth, links = Worth.of(seen.picture), len(parts(cell.group)) - 1
    if worth is None or links < 1 or not cell.known:
        return ""
    low, high = worth.limits(cell.low or 0.0, links, seen.step / 2)
    return f"{number(round(low))} to {number(round(high))}"


def _reconciled(seen: _Seen, cells: dict[str, Cell]) -> Block:
    """Each two lists side by side: how many are on both, on one alone, and why their totals differ."""
    rows = [row for one, other in pairs_of(seen.names, 2) if (row := _pair(seen, cells, one, other))]
    table = Table(
        caption=f"{seen.indicator.title}, {seen.where}: each two lists side by side",
        headings=("Two lists", "On the first", "On the second", "On both", "On both, allowing for links", "First, not second",
                  "Second, not first"),
        rows=tuple(rows),
        note="Sums of rounded numbers; a range where some of what is added up is withheld.",
    )  # fmt: skip
    words = (
        "Two agencies that count the same thing and get totals as large may be counting different people. The totals differ by "
        "those on the first alone less those on the second alone; links that were missed make both of these too large alike.",
    )
    heading = f"{seen.indicator.title}: two lists side by side"
    return Block(anchor=f"{seen.indicator.id}-pairs".lower(), heading=heading, words=words, table=table)


def _pair(seen: _Seen, cells: dict[str, Cell], one: str, other: str) -> tuple[Said, ...] | None:
    totals = seen.cells("list")
    if one in totals and other in totals and not (totals[one].told and totals[other].told):
        return None
    where = {g: (one in parts(g), other in parts(g)) for g in cells}
    both, first, second = (
        _summed(seen, [cells[g] for g in cells if where[g] == on])
        for on in ((True, True), (True, False), (False, True))
    )
    worth = Worth.of(seen.picture)
    allowed = ""
    if worth is not None:
        low, high = worth.limits(both[0], 1, 0.0)[0], worth.limits(both[1], 1, 0.0)[1]
        allowed = f"{number(round(low))} to {number(round(high))}"
    unit, names = seen.indicator.unit, seen.names
    ends = (said(totals.get(one), unit), said(totals.get(other), unit)) if totals else (Said(""), Said(""))
    return (Said(f"{names[one]}; {lowered(names[other])}"), *ends, Said(_ranged(both)), Said(allowed), Said(_ranged(first)),
            Said(_ranged(second)))  # fmt: skip


def _summed(seen: _Seen, cells: Sequence[Cell]) -> Range:
    """At least and at most: what is shown, and for each that is withheld from one to the most a small count may be.

    More may be withheld than small counts, so the most is no more than is left of everyone once what is shown is taken.
    """
    known = sum(c.low or 0.0 for c in cells if c.known)
    hidden = sum(c.hidden for c in cells)
    left = max(0.0, seen.whole - sum(c.low or 0.0 for c in seen.cells("lists").values() if c.known))
    return known + hidden, known + (max(left, hidden * seen.hidden_most) if hidden else 0.0)


def _ranged(of: Range) -> str:
    return number(of[0]) if of[0] == of[1] else f"{number(of[0])} to {number(of[1])}"


def _of_journeys(seen: _Seen) -> Iterator[Block]:
    if not seen.whole:
        return
    if block := _waits(seen):
        yield block
    if block := _steps(seen):
        yield block


def _waits(seen: _Seen) -> Block | None:
    """The share for whom help has begun by each time, as those who left first or wait still allow."""
    least, most = (_banded(seen, generous=generous) for generous in (False, True))
    shares = [waits.incidence() for waits in (least, most)]
    ends = [span_of_wait(place) for place in range(len(WAITS))]
    last = max((n for n in range(len(WAITS)) if least.at_risk[n] >= _RISK_AT_LEAST), default=-1)
    if last < 1:
        return None
    points = [
        Point(_by(n), min(s[0][n] for s in shares), max(s[0][n] for s in shares), min(s[1][n] for s in shares),
              max(s[2][n] for s in shares))
        for n in range(last + 1)
    ]  # fmt: skip
    words = [_percents(p.low, p.high) for p in points]
    title = f"{seen.indicator.title}: share for whom help has begun, {seen.where}"
    cells = seen.cells("waited")
    rows = tuple(
        (Said(ends[n][0].upper() + ends[n][1:]), *(said(cells.get(waited(how, n)), seen.indicator.unit) for how in HOW),
         Said(words[n] if n <= last else "Too few left to say"),
         Said(_percents(points[n].least, points[n].most) if n <= last else ""))
        for n in range(len(WAITS))
        if n <= last or least.at_risk[n] > 0
    )  # fmt: skip
    table = Table(
        caption=f"{seen.indicator.title}: how each wait stood when last looked at, {seen.where}",
        headings=(
            "After",
            "Help began",
            "Turned 18 without help",
            "Waits still",
            "Help begun by the end of it",
            "95% interval",
        ),
        rows=rows,
    )
    chart = shares_over_time(title, points, words)
    about = (
        "The share (Aalen and Johansen) allows for those whose wait is not over and for those who turned 18 first. It is worked "
        "out from the protected numbers below, so a range stands where some are withheld. It stops where fewer than "
        f"{_RISK_AT_LEAST} are left to follow.",
    )
    return Block(anchor=f"{seen.indicator.id}-waits".lower(), heading="How long until help", words=about,
                 charts=(chart,) if chart else (), table=table, links=tuple(seen.links()))  # fmt: skip


_RISK_AT_LEAST = 10


def _banded(seen: _Seen, *, generous: bool) -> Waits:
    """The waits in bands. What is withheld is what is left of everyone: all helped if generous, else nobody helped."""
    cells = seen.cells("waited")
    counts = {how: [_known(cells.get(waited(how, n))) for n in range(len(WAITS))] for how in HOW}
    hidden = [(how, n) for how in HOW for n in range(len(WAITS)) if (c := cells.get(waited(how, n))) and c.hidden]
    left = max(0.0, seen.whole - sum(map(sum, counts.values())))
    kind = [(how, n) for how, n in hidden if (how == "helped") == generous] or hidden
    for how, n in kind:
        counts[how][n] += left / len(kind)
    ends = [*(end - 1.0 for end in WAITS[1:]), float("inf")]
    return Waits.banded(ends, counts["helped"], counts["left"], counts["waiting"])


def _known(cell: Cell | None) -> float:
    return cell.low or 0.0 if cell is not None and cell.known else 0.0


def _by(place: int) -> str:
    return f"{WAITS[place + 1] - 1} days" if place + 1 < len(WAITS) else "later"


def _percents(low: float, high: float) -> str:
    first, last = round(100 * low), round(100 * high)
    return f"{first}%" if first == last else f"{first}% to {last}%"


def _steps(seen: _Seen) -> Block | None:
    """The steps people went through, as flows and as a table of each way there was."""
    cells = seen.cells("steps")
    shown = sorted((c for c in cells.values() if c.known and c.low), key=lambda c: -(c.low or 0))
    hidden = [c for c in cells.values() if c.hidden]
    if not shown:
        return None
    ids = list(seen.names)
    rare = max(0.0, seen.whole - sum(c.low or 0.0 for c in shown)) if hidden else 0.0
    title = f"{seen.indicator.title}: the steps on the way, {seen.where}"
    names = {_BEGIN: "First sign", _STAY: "No step since", _RARE: "Rare ways, withheld", **seen.names}
    stages = [[_BEGIN], *([one] for one in ids[:-1]), [ids[-1], _STAY, _RARE]]
    chart = flows(title, stages, names, _flowing(shown, ids, rare))
    rows = tuple(
        (Said(seen.picture.names.group(seen.indicator, "steps", c.group)), said(c, seen.indicator.unit))
        for c in [*shown, *hidden]
    )
    table = Table(
        caption=f"{seen.indicator.title}: steps reached, {seen.where}", headings=("Steps reached, in order", "People"), rows=rows,
        note="Each person is in one row, by the steps reached before help, an 18th birthday or the end of the period.",
    )  # fmt: skip
    words = (
        "A band is as wide as the people who went that way. Whoever reached a step and none after it has stalled, or had no "
        "need of more: records cannot say which.",
        *((f"{len(hidden)} ways that few people went are withheld; together they are one band.",) if hidden else ()),
    )
    return Block(anchor=f"{seen.indicator.id}-steps".lower(), heading="The steps on the way", words=words,
                 charts=(chart,) if chart else (), table=table)  # fmt: skip


def _flowing(shown: Sequence[Cell], ids: Sequence[str], rare: float) -> list[Flow]:
    found: dict[tuple[str, str], float] = {}
    for cell in shown:
        reached = list(parts(cell.group))
        way = [_BEGIN, *reached, *([] if reached and reached[-1] == ids[-1] else [_STAY])]
        for pair in pairwise(way):
            found[pair] = found.get(pair, 0.0) + (cell.low or 0.0)
    if rare:
        found[_BEGIN, _RARE] = rare
    return [Flow(a, b, people) for (a, b), people in found.items()]
