"""Counts whose parts cannot add up to their total."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plait.declare import ColumnType
from plait.engine import literal
from plait.validate.columns import implied
from plait.validate.rule import NUMBERED, Effect, Rule, Scene, cell
from plait.values import Severity

# Breakdowns of which a person or record has one. Forms of harm, needs and disabilities overlap, so they need not add up.
EXCLUSIVE = ("sex", "ethnicity", "age_band", "source")
_KEY = ("measure", "part", "period", "area")
_FIGURE = "value"


def total_rules(scene: Scene) -> Iterator[Rule]:
    """For each breakdown whose groups are apart: the groups' bounds must meet the total's."""
    if not scene.aggregate or not {*_KEY, _FIGURE} <= set(scene.dataset.column_ids):
        return
    for name in EXCLUSIVE:
        if name in scene.dataset.column_ids:
            column = scene.column(name)
            rule = implied("figure.total", column, Severity.WARNING, Effect.KEEP)
            yield replace(rule, column=_FIGURE, rows=_apart(scene, name))


def _apart(scene: Scene, name: str) -> str:
    key = " AND ".join(f"t.{part} IS NOT DISTINCT FROM parts.{part}" for part in _KEY)
    column = scene.column(name)
    codes = len(scene.pack.codelist(column.codes).codes) if column.codes else 0
    return f"""
        WITH counted AS ({_counted(scene)}),
        whole AS (SELECT * FROM counted WHERE {_only(scene, None)}),
        parts AS (
            SELECT measure, part, period, area, sum(low) AS low, sum(high) AS high,
                count(DISTINCT {cell(name, "counted")}) AS groups,
                bool_and(coalesce(low % 10 = 0, true)) AS by_ten, bool_and(coalesce(low % 5 = 0, true)) AS by_five
            FROM counted WHERE {_only(scene, name)} GROUP BY measure, part, period, area
        )
        SELECT {NUMBERED} FROM whole AS t JOIN parts ON {key}
        WHERE parts.low > t.high + (groups + 1) * {_ROUNDING}
            OR (groups = {codes} AND parts.high < t.low - (groups + 1) * {_ROUNDING})
    """


# Figures that are all multiples of ten, or of five, may have been rounded so: each may then be off by half of that.
_ROUNDING = "CASE WHEN by_ten AND t.low % 10 = 0 THEN 5 WHEN by_five AND t.low % 5 = 0 THEN 2.5 ELSE 0 END"


def _counted(scene: Scene) -> str:
    """Rows of counts, each with what is known of its figure: between `low` and `high`."""
    figure = cell(_FIGURE)
    plain = f"try_cast(replace({figure}, ',', '') AS DOUBLE)"
    below = f"try_cast(regexp_extract({figure}, '^< ?([0-9]+)$', 1) AS DOUBLE) - 1"
    return f"""
        SELECT t.*, coalesce({plain}, 0) AS low, coalesce({plain}, {below}, 'infinity') AS high
        FROM {scene.source} WHERE {figure} IS NOT NULL AND {_is_count(scene)}
    """


def _is_count(scene: Scene) -> str:
    """Percentages, rates and medians do not add up; the numbers they are made from do."""
    counts = [
        i.id
        for i in scene.pack.indicators.values()
        if i.measure.kind == "count" or (i.measure.kind == "reported" and i.measure.value == "count")
    ]
    listed = ", ".join(literal(name) for name in counts) or "''"
    return f"(coalesce(t.part IN ('numerator', 'denominator'), false) OR t.measure IN ({listed}))"


def _only(scene: Scene, name: str | None) -> str:
    """SQL: broken down by this alone, or by nothing."""
    breakdowns = [c.id for c in scene.dataset.columns if c.type is ColumnType.CODE and c.id not in _KEY]
    return " AND ".join(f"{cell(b, 'counted')} IS {'NOT ' if b == name else ''}NULL" for b in breakdowns)
