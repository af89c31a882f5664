"""Counts made into figures: every cell that should be there is, each with its state, its bounds and its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from plait.declare import Indicator
from plait.declare.indicators import Disparity, Overlap, Rate, Repeat, Within
from plait.engine import Engine, literal
from plait.measure.groups import NOT_RECORDED
from plait.measure.held import Standing, coverage
from plait.measure.plan import Plan, bounded_without_links, shape
from plait.measure.prepare import keep

COLUMNS = pa.schema(
    [
        ("indicator", pa.string()), ("period", pa.string()), ("area", pa.string()), ("supplier", pa.string()),
        ("by", pa.string()), ("group", pa.string()), ("state", pa.string()), ("low", pa.float64()),
        ("high", pa.float64()), ("count_low", pa.float64()), ("count_high", pa.float64()), ("base_low", pa.float64()),
        ("base_high", pa.float64()), ("ci_low", pa.float64()), ("ci_high", pa.float64()), ("rows", pa.int64()),
        ("sources", pa.list_(pa.string())), ("origin", pa.string()),
    ]
)  # fmt: skip

# Breakdowns of a rate that are of the people living there; for any other, the base is everyone living there.
_OF_RESIDENTS = ("age_band", "sex", "ethnicity", "disability")


def finish(engine: Engine, plan: Plan, standings: Sequence[Standing]) -> pa.Table:
    """All figures that Plait counted, in the columns of `COLUMNS`, in a fixed order."""
    _keep_indicators(engine, plan)
    _keep_standings(engine, plan, standings)
    _make_frame(engine)
    _make_counted(engine, plan)
    engine.run(f"CREATE OR REPLACE TABLE measure.figure AS {_stated(_bounded())}")
    return engine.table(_FIGURES.format(period=literal(plan.period.label))).cast(COLUMNS)


def _keep_indicators(engine: Engine, plan: Plan) -> None:
    rows = [_facts(plan, i) for i in plan.indicators]
    names = ("shape", "per", "low_age", "high_age", "unlinked")
    kinds = (pa.string(), pa.float64(), pa.int64(), pa.int64(), pa.string())
    columns = {n: pa.array([r[k] for r in rows], t) for k, (n, t) in enumerate(zip(names, kinds, strict=True))}
    number = pa.array(range(len(rows)), pa.int16())
    keep(engine, "ind", pa.table({"ind": number, "id": [i.id for i in plan.indicators], **columns}))
    groups = [(n, 0) for n in range(len(rows))] + [
        (n, plan.groups.number(by, group)) for n, i in enumerate(plan.indicators) for by, group in plan.breakdowns(i)
    ]
    pairs = {"ind": pa.array([n for n, _ in groups], pa.int16()), "gid": pa.array([g for _, g in groups], pa.int32())}
    keep(engine, "shown_group", pa.table(pairs))


def _facts(plan: Plan, indicator: Indicator) -> tuple[str, float, int | None, int | None, str]:
    measure = indicator.measure
    low, high = measure.population_ages if isinstance(measure, Rate | Disparity) else (None, None)
    per = float(measure.per) if isinstance(measure, Rate) else 1.0
    unlinked = _bounding(indicator) if bounded_without_links(plan, indicator) else ""
    return shape(indicator), per, low, high, unlinked


def _bounding(indicator: Indicator) -> str:
    """Which way a figure is bounded when nobody is linked: 'most', 'seen', 'missed' or 'follow'."""
    measure = indicator.measure
    if isinstance(measure, Overlap):
        return "seen" if measure.present else "missed"
    if isinstance(measure, Repeat):
        return "seen"
    if isinstance(measure, Within):
        return "follow"
    return "median" if shape(indicator) == "median" else "most"


def _keep_standings(engine: Engine, plan: Plan, standings: Sequence[Standing]) -> None:
    covers: dict[tuple[str, ...], int] = {}
    for s in standings:
        covers.setdefault(s.sources, len(covers))
    keep(
        engine,
        "standing",
        pa.table(
            {
                "ind": pa.array([s.ind for s in standings], pa.int16()),
                "supplier": pa.array([s.supplier for s in standings], pa.int32()),
                "supplier_id": pa.array(["" if s.supplier == 0 else s.sources[0] for s in standings], pa.string()),
                "sources": pa.array([list(s.sources) for s in standings], pa.list_(pa.string())),
                "always": pa.array([s.state for s in standings], pa.string()),
                "if_none": pa.array([s.if_none for s in standings], pa.string()),
                "cover": pa.array([covers[s.sources] for s in standings], pa.int32()),
            }
        ),
    )
    _keep_covers(engine, plan, covers)
    groups = [
        (s.ind, s.supplier, plan.groups.number(*pair), state) for s in standings for pair, state in s.groups.items()
    ]
    keep(
        engine,
        "group_state",
        pa.table(
            {
                "ind": pa.array([g[0] for g in groups], pa.int16()),
                "supplier": pa.array([g[1] for g in groups], pa.int32()),
                "gid": pa.array([g[2] for g in groups], pa.int32()),
                "state": pa.array([g[3] for g in groups], pa.string()),
            }
        ),
    )


def _keep_covers(engine: Engine, plan: Plan, covers: Mapping[tuple[str, ...], int]) -> None:
    rows = [
        (number, plan.places.numbers[code], level)
        for sources, number in covers.items()
        for code, level in coverage(plan, sources).items()
    ]
    keep(
        engine,
        "cover",
        pa.table(
            {
                "cover": pa.array([r[0] for r in rows], pa.int32()),
                "area": pa.array([r[1] for r in rows], pa.int32()),
                "level": pa.array([r[2] for r in rows], pa.string()),
            }
        ),
    )


def _make_frame(engine: Engine) -> None:
    """`measure.frame`: every figure there should be, nought or not.

    The partnership has one for each shown area. An agency has one for each area its records cover at least in part.
    """
    engine.run("""
        CREATE OR REPLACE TABLE measure.frame AS
        WITH shown AS (SELECT area, bool_or(small) AS small FROM measure.inside GROUP BY area),
        wanted AS (
            SELECT s.ind, s.supplier, a.area, g.gid
            FROM measure.standing s JOIN measure.shown_group g USING (ind) CROSS JOIN shown a
            LEFT JOIN measure.cover c ON c.cover = s.cover AND c.area = a.area
            WHERE (g.gid = 0 OR NOT a.small) AND (s.supplier = 0 OR c.level IS NOT NULL)
                AND (s.supplier = 0 OR g.gid NOT IN (SELECT gid FROM measure.grp WHERE dim = 'agency'))
            UNION
            SELECT c.ind, c.supplier, c.area, c.gid FROM measure.cell c SEMI JOIN measure.standing s USING (ind, supplier))
        SELECT w.*, s.supplier_id, s.sources, s.always, s.if_none, coalesce(c.level, 'none') AS level, x.state AS group_state
        FROM wanted w JOIN measure.standing s USING (ind, supplier)
        LEFT JOIN measure.cover c ON c.cover = s.cover AND c.area = w.area
        LEFT JOIN measure.group_state x ON x.ind = w.ind AND x.supplier = w.supplier AND x.gid = w.gid""")


def _make_counted(engine: Engine, plan: Plan) -> None:
    """`measure.counted`: numerators and denominators of every cell, as bounds where nobody could be linked."""
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.counted AS
        WITH parts AS (
            SELECT c.ind, c.supplier, c.area, c.gid, i.unlinked, i.shape, c.n AS rows, c.middle,
                CASE i.shape WHEN 'share' THEN c.hits WHEN 'hits' THEN c.hits WHEN 'mean' THEN c.n ELSE c.units END AS n,
                c.units AS d
            FROM measure.cell c JOIN measure.ind i USING (ind)),
        plain AS (
            SELECT ind, supplier, area, gid, rows, middle, n AS n_low, n AS n_high, d AS d_low, d AS d_high
            FROM parts WHERE supplier <> 0 OR unlinked = ''),
        apart AS (
            SELECT ind, area, gid, max(n) AS n_most, sum(n) AS n_all, max(d) AS d_most, sum(d) AS d_all
            FROM parts WHERE unlinked <> '' AND supplier <> 0 GROUP BY ALL),
        whole AS (
            SELECT p.ind, 0 AS supplier, p.area, p.gid, p.rows, p.middle, p.n, p.d, p.unlinked, p.shape,
                coalesce(a.n_most, p.n) AS n_most, coalesce(a.n_all, p.n) AS n_all, coalesce(a.d_most, p.d) AS d_most,
                coalesce(a.d_all, p.d) AS d_all, s.crossing
            FROM parts p LEFT JOIN apart a USING (ind, area, gid)
            JOIN (SELECT ind, len(sources) > 1 AS crossing FROM measure.standing WHERE supplier = 0) s USING (ind)
            WHERE p.supplier = 0 AND p.unlinked <> '')
        FROM plain UNION ALL {_WITHOUT_LINKS}""")


# Without links a person known to two agencies may be one or two. People lie between the most one agency knows and all
# of them added up. Someone not seen again by one agency may have been seen by another, up to everyone counted.
_WITHOUT_LINKS = """
        SELECT ind, supplier, area, gid, rows,
            CASE WHEN unlinked = 'median' AND crossing THEN NULL ELSE middle END,
            CASE WHEN shape = 'mean' OR unlinked IN ('follow', 'median') THEN n
                WHEN unlinked = 'missed' AND crossing THEN 0 ELSE n_most END,
            CASE WHEN shape = 'mean' OR unlinked = 'median' THEN n WHEN unlinked = 'most' THEN n_all
                WHEN NOT crossing THEN n ELSE d_all END,
            CASE WHEN unlinked IN ('follow', 'median') THEN d ELSE d_most END,
            CASE WHEN unlinked IN ('follow', 'median') THEN d ELSE d_all END
        FROM whole"""


def _bounded() -> str:
    """Each wanted figure with its counts, its base and what its group's and everyone's population are."""
    residents = ", ".join(literal(by) for by in _OF_RESIDENTS)
    return f"""
        SELECT f.*, i.id, i.shape, i.per, i.unlinked, coalesce(c.rows, 0) AS rows, c.middle,
            coalesce(c.n_low, 0)::DOUBLE AS n_low, coalesce(c.n_high, 0)::DOUBLE AS n_high,
            coalesce(c.d_low, 0)::DOUBLE AS d_low, coalesce(c.d_high, 0)::DOUBLE AS d_high,
            CASE WHEN g.dim IN ({residents}) AND f.gid <> 0 THEN p.residents ELSE e.residents END AS residents,
            e.residents AS everyone, a.n_low::DOUBLE AS all_low, a.n_high::DOUBLE AS all_high,
            g.dim, g.label
        FROM measure.frame f JOIN measure.ind i USING (ind) JOIN measure.grp g USING (gid)
        LEFT JOIN measure.counted c ON c.ind = f.ind AND c.supplier = f.supplier AND c.area = f.area AND c.gid = f.gid
        LEFT JOIN measure.counted a ON a.ind = f.ind AND a.supplier = f.supplier AND a.area = f.area AND a.gid = 0
        LEFT JOIN measure.population p ON p.area = f.area AND p.gid = f.gid AND p.low = i.low_age AND p.high = i.high_age
        LEFT JOIN measure.population e ON e.area = f.area AND e.gid = 0 AND e.low = i.low_age AND e.high = i.high_age"""


def _stated(bounded: str) -> str:
    """Each figure's state first, then its number: a figure that is not known is never given one."""
    return f"""
        WITH b AS ({bounded}),
        known AS (SELECT *, CASE
                WHEN always IS NOT NULL THEN always
                WHEN level = 'none' THEN 'not_held'
                WHEN rows = 0 AND if_none IS NOT NULL THEN if_none
                WHEN rows = 0 AND group_state IS NOT NULL THEN group_state
                WHEN level = 'part' AND shape NOT IN ('count', 'hits') THEN 'not_held'
                WHEN shape = 'disparity' AND gid = 0 THEN 'not_applicable'
                WHEN shape IN ('rate', 'disparity') AND label = '{NOT_RECORDED}' AND residents IS NULL THEN 'not_applicable'
                WHEN shape IN ('rate', 'disparity') AND coalesce(residents, 0) = 0 THEN 'not_held'
                WHEN shape = 'disparity' AND coalesce(everyone, 0) = 0 THEN 'not_held'
                WHEN shape = 'disparity' AND coalesce(all_high, 0) = 0 THEN 'not_applicable'
                WHEN shape IN ('share', 'mean') AND d_high = 0 THEN 'not_applicable'
                WHEN shape = 'median' AND rows > 0 AND middle IS NULL THEN 'low_reliability'
                WHEN shape = 'median' AND middle IS NULL THEN 'not_applicable' END AS reason FROM b),
        made AS (SELECT *, CASE WHEN reason IS NOT NULL THEN 0 ELSE {_end("low", "high")} END AS low,
            CASE WHEN reason IS NOT NULL OR level = 'part' THEN 'inf'::DOUBLE ELSE {_end("high", "low")} END AS high
            FROM known)
        SELECT *, coalesce(reason, CASE WHEN low < high THEN 'between' WHEN high = 0 THEN 'zero' ELSE 'exact' END) AS state
        FROM made"""


def _end(this: str, other: str) -> str:
    """SQL for one bound of a figure from the bounds of its parts."""
    cap = "least(100.0, " if this == "high" else "("
    over = f"n_{this} / nullif(d_{other}, 0)"
    return f"""CASE shape
                WHEN 'rate' THEN n_{this} * per / residents
                WHEN 'share' THEN {cap}100 * coalesce({over}, 1))
                WHEN 'mean' THEN coalesce({over}, 'inf'::DOUBLE)
                WHEN 'median' THEN middle
                WHEN 'disparity' THEN coalesce((n_{this} / residents) / nullif(all_{other} / everyone, 0), 'inf'::DOUBLE)
                ELSE n_{this} END"""


# Poisson limits of the count over a base taken as certain; Wilson's of a share. A disparity is the group's count over
# the count it would have at everyone's rate.
_FIGURES = """
    SELECT id AS indicator, {period} AS period, p.code AS area, supplier_id AS supplier, dim AS "by", label AS "group", state,
        low, high,
        CASE WHEN counts THEN n_low ELSE 0 END AS count_low,
        CASE WHEN NOT counts OR level = 'part' THEN 'inf'::DOUBLE ELSE n_high END AS count_high,
        CASE WHEN shape IN ('rate', 'disparity') THEN residents WHEN shape IN ('share', 'mean') THEN
            CASE WHEN counts THEN d_low ELSE 0 END END AS base_low,
        CASE WHEN shape IN ('rate', 'disparity') THEN residents WHEN shape IN ('share', 'mean') THEN
            CASE WHEN counts THEN d_high ELSE 'inf'::DOUBLE END END AS base_high,
        CASE WHEN reason IS NOT NULL THEN NULL
            WHEN shape = 'rate' THEN poisson_low(n_low) * per / residents
            WHEN shape = 'disparity' THEN (poisson_low(n_low) / residents) / (all_high / everyone)
            WHEN shape = 'share' AND d_high > 0 THEN 100 * wilson_low(least(n_low, d_high), d_high) END AS ci_low,
        CASE WHEN reason IS NOT NULL THEN NULL
            WHEN shape = 'rate' THEN poisson_high(n_high) * per / residents
            WHEN shape = 'disparity' THEN coalesce(
                (poisson_high(n_high) / residents) / nullif(all_low / everyone, 0), 'inf'::DOUBLE)
            WHEN shape = 'share' AND d_low > 0 THEN 100 * wilson_high(least(n_high, d_low), d_low) END AS ci_high,
        rows, sources, 'rows' AS origin
    FROM (SELECT *, reason IS NULL OR rows > 0 AND always IS NULL AND level <> 'none' OR reason = 'not_applicable' AS counts
          FROM measure.figure) JOIN measure.place p ON p.place = area
    ORDER BY indicator, area, supplier, dim, label
"""
