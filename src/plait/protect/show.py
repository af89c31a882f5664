"""What each figure looks like to a zone once the cells to withhold are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, inf
from typing import Any

import numpy as np

from plait.declare import Indicator, ZoneRule
from plait.declare.indicators import Rate, Reported
from plait.intervals import poisson_limits, wilson_limits
from plait.protect.build import Figures
from plait.protect.cells import Cells, Key, Mask
from plait.protect.reader import round_to
from plait.values import UNKNOWN, State

Row = dict[str, Any]
Pair = tuple[float, float]

HIDDEN: Row = {
    "low": None, "high": None, "count_low": None, "count_high": None, "base_low": None, "base_high": None,
    "ci_low": None, "ci_high": None,
}  # fmt: skip


def shown_count(count: int, rule: ZoneRule) -> str:
    """A count of rows as words a zone may read: 'fewer than 8', 'about 1,235', or the number itself where nothing rounds."""
    if 0 < count < rule.hide_below:
        return f"fewer than {rule.hide_below}"
    if rule.round_to == 1 or count == 0:
        return f"{count:,}"
    return f"about {int(round_to(np.array([count]), rule.round_to)[0]):,}"


def show(row: Mapping[str, Any], keys: Mapping[str, Key], cells: Cells, withheld: Mask, figures: Figures) -> Row:
    """The row as the zone may see it: a number from protected counts, bounds, or withheld with a mark. `keys`: its cells."""
    kept = {name: row[name] for name in row if name != "rows"}
    state = State(row["state"])
    if state in UNKNOWN or state is State.NOT_APPLICABLE:
        return {**kept, **HIDDEN, "mark": "c" if state is State.WITHHELD else ""}
    indicator = figures.indicator
    rules = {part: cells.rules[cells.number[key]] for part, key in keys.items()}
    hidden = any(withheld[cells.number[key]] for key in keys.values())
    everyones = _everyones_rate(row, cells, withheld, figures)
    if (
        hidden
        or (indicator.measure.kind == "disparity" and everyones is None)
        or _refused(row, indicator, rules["count"].joined(figures.rule))
    ):
        return {**kept, **HIDDEN, "state": State.WITHHELD.value, "mark": "c"}
    return {
        **kept,
        **_numbers(row, indicator, rules["count"], rules.get("base", rules["count"]), everyones),
        "mark": "",
    }


def _everyones_rate(row: Mapping[str, Any], cells: Cells, withheld: Mask, figures: Figures) -> Pair | None:
    """How many of those living there everyone's protected count is, least and most; None where it may not be known.

    A group's rate set against everyone's true rate would tell the group's true count.
    """
    found = figures.everyone.get((row["supplier"], row["area"]))
    if found is None or withheld[cells.number[found[1]]] or not found[0]["base_low"]:
        return None
    whole, key = found
    low, high = _rounded(whole["count_low"], whole["count_high"], cells.rules[cells.number[key]])
    return (low / whole["base_low"], high / whole["base_low"]) if low and high else None


def _refused(row: Mapping[str, Any], indicator: Indicator, rule: ZoneRule) -> bool:
    """Too few to rest a share, rate, median or mean on, or a share that says the same of everyone."""
    kind, base, count = indicator.measure.kind, row["base_low"], row["count_low"]
    if base is not None and base < rule.minimum_denominator:
        return True
    if kind in ("median_days", "median_wait", "mean") and (count is None or count < rule.hide_below):
        return True
    everyone = base is not None and base > 0 and count == base
    return bool(rule.group_disclosure and everyone and kind in ("share", "within", "overlap"))


def _numbers(
    row: Mapping[str, Any], indicator: Indicator, rule: ZoneRule, base_rule: ZoneRule, everyones: Pair | None
) -> Row:
    count = _rounded(row["count_low"], row["count_high"], rule)
    public_base = indicator.measure.kind in ("rate", "disparity")
    base = (
        (row["base_low"], row["base_high"]) if public_base else _rounded(row["base_low"], row["base_high"], base_rule)
    )
    low, high = _value(row, indicator, count, base, rule, everyones)
    exact = State.ZERO if low == 0 and count[1] == 0 else State.EXACT
    state = exact if low is not None and low == high else State.BETWEEN
    ci = _interval(indicator, count, base, low == high)
    return {
        "state": state.value, "low": low, "high": high, "count_low": count[0], "count_high": count[1],
        "base_low": base[0], "base_high": base[1], "ci_low": ci[0], "ci_high": ci[1],
    }  # fmt: skip


def _rounded(low: float | None, high: float | None, rule: ZoneRule) -> tuple[float | None, float | None]:
    if low is None or high is None:
        return None, None
    if low == high:
        value = float(round_to(np.array([low]), rule.round_to)[0])
        return value, value
    base = rule.round_to
    return float(floor(low / base) * base), high if high == inf else float(ceil(high / base) * base)


def _value(
    row: Mapping[str, Any],
    indicator: Indicator,
    count: tuple[Any, Any],
    base: tuple[Any, Any],
    rule: ZoneRule,
    everyones: Pair | None,
) -> tuple[float | None, float | None]:
    """The figure itself, from the protected parts; medians, and means of which the base was not sent, as they were counted."""
    if base[0] is None:
        if row["count_low"] == row["low"] and row["count_high"] == row["high"]:
            return count
        return _coarse(row["low"]), _coarse(row["high"])
    factor = _factor(indicator)
    if factor is None or (factor == 1 and base[1] == inf):
        return _coarse(row["low"]), _coarse(row["high"])
    places = 1 if rule.round_to == 1 else 0 if factor == 100 else 1
    low = 0.0 if not base[1] or base[1] == inf else count[0] / base[1] * factor
    high = inf if not base[0] else count[1] / base[0] * factor
    if everyones and indicator.measure.kind == "disparity":
        low, high = low / everyones[1], high / everyones[0]
    return round(low, places), high if high == inf else round(high, places)


def _factor(indicator: Indicator) -> float | None:
    """What count over base is multiplied by, when the figure is that; a disparity is then set against everyone's rate."""
    measure = indicator.measure
    if isinstance(measure, Rate):
        return float(measure.per)
    if measure.kind in ("mean", "disparity") or (isinstance(measure, Reported) and measure.value == "mean"):
        return 1.0
    share = measure.kind in ("share", "within", "overlap") or (
        isinstance(measure, Reported) and measure.value == "share"
    )
    return 100.0 if share else None


def _coarse(value: float | None) -> float | None:
    return None if value is None else value if value == inf else round(value, 1)


def _interval(
    indicator: Indicator, count: tuple[Any, Any], base: tuple[Any, Any], exact: bool
) -> tuple[float | None, float | None]:
    """The interval a reader may see: worked out from the protected numbers, never from the true ones."""
    if not exact or not base[0] or count[0] is None:
        return None, None
    measure = indicator.measure
    if isinstance(measure, Rate):
        low, high = (limit / base[0] * measure.per for limit in poisson_limits(count[0]))
        return round(low, 1), round(high, 1)
    if measure.kind in ("share", "within", "overlap"):
        low, high = (limit * 100 for limit in wilson_limits(min(count[0], base[0]), base[0]))
        return round(low, 1), round(high, 1)
    return None, None
