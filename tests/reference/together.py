"""People by all that agencies together hold of them, worked out plainly: one person after another, with no SQL.

Only the partnership has such figures. It shares nothing with `plait.measure` but the declared types and their words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from plait.declare import Indicator, Rows, rows_of
from plait.declare.indicators import Journey, Listed, Lists
from tests.reference.engine import (
    SMALL,
    Cell,
    Eyes,
    Figure,
    Key,
    Row,
    World,
    bands,
    collected,
    cover,
    declared,
    holds,
    meets,
    open_on,
    turning_18,
    usable,
    wanted_columns,
)

Person = Hashable


@dataclass
class Found:
    """Somebody looked at: the first day of the rows that bring them in, who sent them, and their groups."""

    day: date
    agencies: set[str]
    groups: dict[str, set[str]]


def together(world: World, indicators: Sequence[Indicator]) -> dict[Key, Figure]:
    """Every figure of lists and of journeys."""
    return {key: made for indicator in indicators for key, made in _figures(world, indicator).items()}


def _figures(world: World, indicator: Indicator) -> dict[Key, Figure]:
    parts = [[a.id for a in world.agencies if holds(world, a.id, rows)] for rows in rows_of(indicator)]
    states = [_state(world, indicator, n, part) for n, part in enumerate(parts)]
    counted = _tally(world, indicator)
    covered = cover(world, {agency for part in parts for agency in part})
    whole = _whole(world, indicator, states)
    unsaid = {("list", one.id): state for one, state in zip(_lists(indicator)[::-1], states[::-1], strict=False)}
    return {
        (indicator.id, "", *cell): _figure(len(counted.get(cell, ())), whole or unsaid.get(cell[1:]), covered[cell[0]])
        for cell in set(counted) | _always_shown(world, indicator)
    }


def _lists(indicator: Indicator) -> tuple[Listed, ...]:
    return indicator.measure.lists if isinstance(indicator.measure, Lists) else ()


def _figure(people: int, state: str | None, level: str) -> Figure:
    """Where records cover a part of an area, there are at least so many."""
    if state or level == "none":
        return (state or "not_held", 0.0, inf, 0.0, inf, None, None)
    high = inf if level == "part" else float(people)
    return ("between" if people < high else "exact" if people else "zero", people, high, people, high, None, None)


# --- what can be said ----------------------------------------------------------------------------------------------


def _state(world: World, indicator: Indicator, n: int, part: Sequence[str]) -> str | None:
    """Why one list, one step or those looked for among cannot be told of: nobody sent such rows, or fills a column."""
    if not part:
        return "not_held"
    filled = collected(world, part, rows_of(indicator)[n], wanted_columns(world, indicator, n))
    return None if filled else "not_collected"


def _whole(world: World, indicator: Indicator, states: Sequence[str | None]) -> str | None:
    """Nobody is told from anybody without links; a journey needs its signs and its help; lists need one another."""
    if world.numbers is None:
        return "not_held"
    if isinstance(indicator.measure, Journey):
        return _worst([states[0], states[-1]])
    lists = states[-len(_lists(indicator)) :]
    if (reason := _worst(states[: -len(lists)])) or lists.count(None) > 1:
        return reason
    return "not_collected" if len(lists) - lists.count("not_held") > 1 else "not_held"


def _worst(states: Sequence[str | None]) -> str | None:
    return next((state for state in ("not_held", "not_collected") if state in states), None)


def _always_shown(world: World, indicator: Indicator) -> set[Cell]:
    """Each list and each wait is shown even when empty; a combination only where somebody is in it."""
    shown = {(area, "", "") for area in world.shown()}
    large = [a for a in world.shown() if world.areas[a].kind not in SMALL or a in world.top]
    waits = {f"{how}-{least}" for how in ("helped", "left", "waiting") for least in (0, 7, 28, 91, 182, 365)}
    for by in indicator.breakdowns:
        groups = {"list": {one.id for one in _lists(indicator)}, "waited": waits}.get(by, set())
        if by in ("sex", "ethnicity", "age_band"):
            groups = declared(world, indicator, by)
        shown |= {(area, by, group) for area in large for group in groups}
    return shown


# --- counting ------------------------------------------------------------------------------------------------------


def _tally(world: World, indicator: Indicator) -> dict[Cell, set[Person]]:
    eyes, cells = Eyes(world, ""), defaultdict(set)
    find = _on_lists if isinstance(indicator.measure, Lists) else _on_journeys
    for who, found in find(world, eyes, indicator.measure).items():
        age = _age(world, eyes, indicator, who, found.day)
        if indicator.age and (age is None or not indicator.age.low <= age <= indicator.age.high):
            continue
        band = next((b for b, holds_age in bands(world).items() if age is not None and holds_age(age)), "not_recorded")
        groups = {**found.groups, "age_band": {band}}
        groups |= {by: {eyes.group(who, by) or "not_recorded"} for by in ("sex", "ethnicity")}
        for area in _places(world, eyes, indicator, who, found):
            cells[area, "", ""].add(who)
            if world.areas[area].kind not in SMALL or area in world.top:
                for by in indicator.breakdowns:
                    for group in groups[by]:
                        cells[area, by, group].add(who)
    return cells


def _age(world: World, eyes: Eyes, indicator: Indicator, who: Person, first: date) -> int | None:
    """Their age on the first day, or on a day of the period."""
    at = indicator.age.at if indicator.age else "event"
    return eyes.age(who, {"period_start": world.period.start, "period_end": world.period.end}.get(at, first))


def _places(world: World, eyes: Eyes, indicator: Indicator, who: Person, found: Found) -> set[str]:
    """Where they lived on the last day of the period; else what the first agency that sent a row covers."""
    home = eyes.home(who, world.period.end) if indicator.residence == "home" else None
    if home is not None and home in world.areas:
        return world.above(home) & set(world.shown())
    sender = next(a for a in world.agencies if a.id in found.agencies)
    return set.intersection(*(world.above(code) for code in sender.areas)) & set(world.shown())


def _found(eyes: Eyes, dated: Iterable[tuple[Row, date]]) -> dict[Person, Found]:
    people: dict[Person, Found] = {}
    for row, day in dated:
        if (who := eyes.who(row)) is not None:
            one = people.setdefault(who, Found(day, set(), {}))
            one.day = min(one.day, day)
            one.agencies.add(row["agency"])
    return people


def _on_lists(world: World, eyes: Eyes, m: Lists) -> dict[Person, Found]:
    """Everybody on a list, or everybody looked for among, with exactly the lists they are on."""
    rows = {one.id: usable(world, eyes, one.rows) for one in m.lists}
    if m.among:
        people = _found(eyes, ((r, r[m.among.dated]) for r in usable(world, eyes, m.among)))
    else:
        people = _found(eyes, ((r, r[one.rows.dated]) for one in m.lists for r in rows[one.id]))
    for who, found in people.items():
        on = [one.id for one in m.lists if any(eyes.who(r) == who for r in rows[one.id])]
        found.groups = {"lists": {"&".join(on) or "none"}, "list": set(on), "how_many": {str(len(on))}}
    return people


def _on_journeys(world: World, eyes: Eyes, m: Journey) -> dict[Person, Found]:
    """Everybody whose first sign of all that were ever sent is in the period, with how their journey went."""
    sent = usable(world, eyes, m.rows, timely=False) + [
        r for r in world.earlier if meets(world, m.rows.of, r, m.rows.where)
    ]  # fmt: skip
    now = _found(eyes, ((r, r[m.rows.dated]) for r in usable(world, eyes, m.rows)))
    first = _found(eyes, ((r, r[m.rows.dated]) for r in sent if r[m.rows.dated]))
    people = {who: found for who, found in now.items() if first[who].day >= world.period.start}
    for who, found in people.items():
        found.groups = _journey(world, eyes, m, who, found.day)
    return people


def _journey(world: World, eyes: Eyes, m: Journey, who: Person, sign: date) -> dict[str, set[str]]:
    """It ends with help, with turning 18 or on the last day. Steps after its end were not on the way."""
    reached = {one.id: _reached(world, eyes, one.rows, who, sign) for one in m.steps}
    born18, end = turning_18(eyes, who), world.period.end
    gone = min(born18, end) if born18 else end
    helped = reached[m.steps[-1].id]
    if helped is not None and helped <= gone:
        how, over = "helped", helped
    else:
        how, over = ("left" if born18 and born18 <= end else "waiting"), gone
    least = max(days for days in (0, 7, 28, 91, 182, 365) if days <= (over - sign).days or not days)
    steps = [name for name, day in reached.items() if day is not None and day <= over]
    return {"waited": {f"{how}-{least}"}, "steps": {"&".join(steps) or "none"}}


def _reached(world: World, eyes: Eyes, rows: Rows, who: Person, sign: date) -> date | None:
    """The first day of such a row on or after the sign, or the sign's own where one had begun and not ended."""
    days = []
    for r in usable(world, eyes, rows, timely=False):
        began = r[rows.dated]
        if eyes.who(r) != who or began is None:
            continue
        if began >= sign:
            days.append(began)
        elif rows.until and open_on(rows, r, sign):
            days.append(sign)
    return min(days, default=None)
