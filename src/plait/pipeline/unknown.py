"""How many may be on no list at all, from the released counts of who is on which: a range with what it rests on, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow.compute as pc

from plait.areas import Areas
from plait.declare import Indicator, Pack
from plait.declare.indicators import Lists
from plait.declare.journeys import parts
from plait.profile import LinkFact, UnseenShown
from plait.released import Released
from plait.values import Period, State

_HIDDEN_AT_MOST = 0.1  # of everybody may be in combinations that are withheld
_TO = 10  # nothing of an estimate is shown finer than this


def unseen_of(
    released: Released, pack: Pack, linkage: Sequence[LinkFact], *, areas: Areas, top: Sequence[str], period: Period
) -> tuple[UnseenShown, ...]:
    """One answer for each of the profile's areas and each figure whose lists are of people harmed, first lists first.

    Only released counts are used, so nothing is said here that could not be worked out from what is shown.
    """
    return tuple(
        _of(released, indicator, linkage, area=area, kind=areas[area].kind, period=period)
        for indicator in pack.live_indicators
        if isinstance(indicator.measure, Lists) and indicator.measure.among is None and indicator.domain != "perpetration"
        for area in top
        if area in areas
    )  # fmt: skip


def _of(
    released: Released, indicator: Indicator, linkage: Sequence[LinkFact], *, area: str, kind: str, period: Period
) -> UnseenShown:  # fmt: skip
    from plait.measure.unseen import LinkWorth, refusals, unseen
    from plait.measure.unseen import Lists as Seen

    rows = _rows(released, indicator, area, period)
    ids = [one for one in _ids(indicator) if any(one in parts(group) for group in rows if rows[group] is not None)]
    counts, hidden = _counts(rows, ids)
    titles = {one.id: one.title for one in indicator.measure.lists} if isinstance(indicator.measure, Lists) else {}
    lists = Seen(tuple(titles[one] for one in ids), counts)
    fact = next((f for f in linkage if not f.by and f.precision and f.recall), None)
    worth = None
    if fact and fact.recall and fact.precision:
        recall, precision = (tuple(min(1.0, part / 100) for part in of) for of in (fact.recall, fact.precision))
        worth = LinkWorth(recall=_three(recall), precision=_three(precision))
    shown = UnseenShown(area=area, indicator=indicator.id, lists=lists.names)
    reasons = (*_own_refusals(lists.counts.sum(), hidden, worth is not None), *refusals(lists, area=kind, links=worth))
    found = None if reasons else unseen(lists, area=kind, links=worth)
    if found is None or found.refused or found.range is None:
        return _with(shown, refused=reasons or (found.refused if found else ()))
    low, high = found.range
    tried = tuple(
        (t.what, None if t.people is None else _coarse(t.people))
        for t in (*found.dropping, *found.merging, *found.missing_links)
    )
    return _with(shown, range=(_coarse(low), _coarse(high)), tried=tried, caveats=found.caveats)


def _with(shown: UnseenShown, **more: object) -> UnseenShown:
    from dataclasses import replace

    return replace(shown, **more)  # type: ignore[arg-type]


def _three(of: tuple[float, ...]) -> tuple[float, float, float]:
    return of[0], of[1], of[2]


def _own_refusals(whole: float, hidden: float, judged: bool) -> Iterator[str]:
    if not whole:
        yield "No count of who is on which lists can be shown, so there is nothing to estimate from."
    elif hidden > _HIDDEN_AT_MOST * whole:
        yield "Too many of the combinations of lists are withheld to protect people, so the overlaps cannot be read."
    if not judged:
        yield "How well records were linked could not be judged, and missed links alone would make people seem unseen."


def _ids(indicator: Indicator) -> list[str]:
    measure = indicator.measure
    return [one.id for one in measure.lists] if isinstance(measure, Lists) else []


def _rows(released: Released, indicator: Indicator, area: str, period: Period) -> dict[str, float | None]:
    """Combination to its released count, '' for everybody; None where it is withheld."""
    table = released.figures
    wanted = {"indicator": indicator.id, "area": area, "period": period.label, "supplier": ""}
    for column, value in wanted.items():
        table = table.filter(pc.equal(table[column], value))
    table = table.filter(pc.is_in(table["by"], value_set=pc.cast(["", "lists"], "string")))
    known = (State.EXACT.value, State.ZERO.value, State.WITHHELD.value)
    return {
        r["group"]: r["low"] if r["state"] != State.WITHHELD.value else None for r in table.to_pylist() if r["state"] in known
    }  # fmt: skip


def _counts(rows: dict[str, float | None], ids: Sequence[str]) -> tuple[np.ndarray, float]:
    """People by combination, as bits; what is withheld shares evenly what is left of everybody. And how many that is."""
    counts = np.zeros(1 << len(ids))
    shown = {group: people for group, people in rows.items() if group}
    left = max(0.0, (rows.get("") or 0.0) - sum(p for p in shown.values() if p is not None))
    hidden = [group for group, people in shown.items() if people is None]
    for group, people in shown.items():
        bits = sum(1 << ids.index(one) for one in parts(group) if one in ids)
        counts[bits] += left / len(hidden) if people is None else people
    counts[0] = 0.0
    return counts, left if hidden else 0.0


def _coarse(people: float) -> int:
    return int(round(people / _TO) * _TO)
