"""What each indicator counts, by name, so that two indicators that count the same people or rows share their cells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from plait.declare import Condition, Indicator, Rows
from plait.declare.indicators import Count, Disparity, Overlap, Rate, Share


@dataclass(frozen=True, slots=True)
class Counted:
    """Names of what an indicator's count and its base are counts of; the same name is the same population."""

    count: str
    base: str
    public_base: bool  # the base is a published population, and needs no protection


def counted(indicator: Indicator) -> Counted:
    """The populations behind an indicator's figures; a name of its own where nothing else can count the same."""
    measure = indicator.measure
    public = measure.kind in ("rate", "disparity")
    own = alone(indicator, public_base=public)
    if isinstance(measure, Count | Rate):
        return Counted(_named(indicator, measure.rows, measure.unit), own.base, public)
    if isinstance(measure, Disparity):
        return Counted(_named(indicator, measure.rows, "people"), own.base, public)
    if isinstance(measure, Share):
        count = _named(indicator, measure.rows, measure.unit, measure.subset)
        return Counted(count, _named(indicator, measure.rows, measure.unit), public)
    if isinstance(measure, Overlap):
        return Counted(own.count, _named(indicator, measure.rows, "people"), public)
    return own


def alone(indicator: Indicator, *, public_base: bool) -> Counted:
    """Names that no other indicator shares."""
    return Counted(indicator.id, f"{indicator.id} base", public_base)


def _named(indicator: Indicator, rows: Rows, unit: str, more: Sequence[Condition] = ()) -> str:
    conditions = sorted(json.dumps(c.model_dump(mode="json"), sort_keys=True) for c in (*rows.where, *more))
    age = indicator.age.model_dump(mode="json") if indicator.age else None
    rest = (rows.of, rows.dated, rows.until, rows.when, sorted(rows.agencies), unit, age, indicator.residence)
    return json.dumps([*rest, conditions], sort_keys=True)
