"""How many people live in each area, for the ages and groups that rates are worked out over."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from plait.declare import Pack
from plait.declare.indicators import GROUPED, Disparity, Rate
from plait.engine import Engine, literal
from plait.measure.groups import bands
from plait.measure.plan import Plan
from plait.measure.prepare import WIDE_KINDS, Tables, keep, sources, union

_COLUMNS = {
    "agency": "VARCHAR", "area": "VARCHAR", "year": "BIGINT", "age_from": "BIGINT", "age_to": "BIGINT", "sex": "VARCHAR",
    "ethnicity": "VARCHAR", "residents": "VARCHAR",
}  # fmt: skip


def prepare_populations(engine: Engine, plan: Plan, coded: Sequence[Tables]) -> None:
    """`measure.population`: residents by area, wanted ages and group, of the latest year not after the period.

    An estimate is for the end of June. Age ranges are used only if together they are exactly the ages wanted: one range,
    or single years, or ranges that add up. Everyone is the row for everyone, else the sum of the sexes, else of the
    ethnic groups. Where several agencies send the same row, the first agency's is used. An area sent without any is
    the sum of the areas of one kind within it, where every one of them has the row.
    """
    engine.run(f"CREATE OR REPLACE TABLE measure.residents AS {_sent(plan, coded)}")
    if any("populations" in tables for tables in coded):
        _roll_up(engine, plan)
    engine.run(f"CREATE OR REPLACE TABLE measure.counted_residents AS {_of_ages(_wanted_ages(plan))}")
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.population AS
        WITH everyone AS ({_EVERYONE}), every AS (FROM everyone UNION ALL FROM ({_GROUPED}))
        SELECT p.place AS area, e.low, e.high, g.gid, e.n AS residents
        FROM every e JOIN measure.place p ON p.code = e.area
        JOIN measure.grp g ON g.dim = e.dim AND g.label = e.grp
        WHERE e.n IS NOT NULL
        UNION ALL
        SELECT p.place, w.low, w.high, w.gid, e.n
        FROM ({_band_numbers(plan)}) w JOIN everyone e ON e.low = w.young AND e.high = w.old
        JOIN measure.place p ON p.code = e.area WHERE e.n IS NOT NULL""")


def _of_ages(ages: Sequence[tuple[int, int]]) -> str:
    """Residents of each range of ages wanted, where the ranges sent are exactly it; else NULL."""
    wanted = ", ".join(f"({low}, {high})" for low, high in ages) or "(NULL, NULL)"
    return f"""
        WITH latest AS (SELECT * FROM measure.residents QUALIFY year = max(year) OVER (PARTITION BY area)),
        ages(low, high) AS (VALUES {wanted}),
        inside AS (
            SELECT area, low, high, sex, ethnicity,
                max(residents) FILTER (age_from = low AND age_to = high) AS exactly,
                sum(residents) FILTER (age_from = age_to) AS singles,
                sum(1) FILTER (age_from = age_to) AS single_years,
                sum(residents) AS ranges, sum(age_to - age_from + 1) AS range_years
            FROM latest JOIN ages ON age_from >= low AND age_to <= high GROUP BY ALL)
        SELECT area, low, high, sex, ethnicity, CASE WHEN exactly IS NOT NULL THEN exactly
            WHEN single_years = high - low + 1 THEN singles WHEN range_years = high - low + 1 THEN ranges END AS n
        FROM inside"""


_EVERYONE = """
    SELECT area, low, high, '' AS dim, '' AS grp, coalesce(
        max(n) FILTER (sex = '' AND ethnicity = ''),
        CASE WHEN count(n) FILTER (sex <> '' AND ethnicity = '') > 1
            THEN sum(n) FILTER (sex <> '' AND ethnicity = '') END,
        CASE WHEN count(n) FILTER (sex = '' AND ethnicity <> '') > 1
            THEN sum(n) FILTER (sex = '' AND ethnicity <> '') END) AS n
    FROM measure.counted_residents GROUP BY ALL"""
_GROUPED = """
    SELECT area, low, high, 'sex' AS dim, sex AS grp, coalesce(
        max(n) FILTER (ethnicity = ''), sum(n) FILTER (ethnicity <> '')) AS n
    FROM measure.counted_residents WHERE sex <> '' GROUP BY ALL
    UNION ALL
    SELECT area, low, high, 'ethnicity', ethnicity, coalesce(max(n) FILTER (sex = ''), sum(n) FILTER (sex <> ''))
    FROM measure.counted_residents WHERE ethnicity <> '' GROUP BY ALL"""


def _roll_up(engine: Engine, plan: Plan) -> None:
    """`measure.residents` also holds areas made up of others, the smallest first."""
    parts = _made_of(plan)
    columns = ("parent", "kind", "child", "size", "depth")
    keep(engine, "made_of", pa.table({name: [part[i] for part in parts] for i, name in enumerate(columns)}))
    for depth in sorted({part[4] for part in parts}, reverse=True):
        engine.run(f"""
            INSERT INTO measure.residents
            SELECT * EXCLUDE (kind, parts, size) FROM (
                SELECT m.parent, r.year, r.age_from, r.age_to, r.sex, r.ethnicity, sum(r.residents) AS residents,
                    m.kind, count(*) AS parts, m.size
                FROM measure.made_of m JOIN measure.residents r ON r.area = m.child
                WHERE m.depth = {depth} AND m.parent NOT IN (SELECT area FROM measure.residents)
                GROUP BY ALL)
            WHERE parts = size QUALIFY kind = min(kind) OVER (PARTITION BY parent)""")


def _made_of(plan: Plan) -> list[tuple[str, str, str, int, int]]:
    """Each area shown with its parts of each kind: how many there are, and how far down the area is.

    A region or a country is never made up, nor an area of which one part is known: that is seldom all of it.
    """
    above = plan.places.above
    whole = {code for code in plan.places.shown if plan.areas[code].kind not in WIDE_KINDS}
    parts: dict[tuple[str, str], list[str]] = {}
    for area in plan.areas.all:
        if area.exists_on(plan.period.end):
            for parent in whole.intersection(area.parents):
                parts.setdefault((parent, area.kind), []).append(area.code)
    return [
        (parent, kind, child, len(children), len(above[parent]))
        for (parent, kind), children in parts.items()
        if len(children) > 1
        for child in children
    ]


def wanted_of(measure: Rate | Disparity) -> tuple[int, int]:
    return measure.population_ages


def _sent(plan: Plan, coded: Sequence[Tables]) -> str:
    last = plan.period.end.year if (plan.period.end.month, plan.period.end.day) >= (6, 30) else plan.period.end.year - 1
    groups = _group_of(plan.pack, "ethnicity")
    return f"""
        SELECT p.area, p.year, p.age_from, p.age_to, {_group_of(plan.pack, "sex")} AS sex, {groups} AS ethnicity,
            arg_min(TRY_CAST(p.residents AS DOUBLE), a.rank * 10000 + 9999 - p.file) AS residents
        FROM ({union(sources(coded, "populations"), _COLUMNS)}) p JOIN measure.agency a ON a.id = p.agency
        WHERE p.year <= {last} AND TRY_CAST(p.residents AS DOUBLE) IS NOT NULL
        GROUP BY ALL"""


def _group_of(pack: Pack, by: str) -> str:
    """The group a population row is for; '' for everyone. Populations already use the list of groups."""
    absent = pack.codelists[GROUPED.get(by, by)].missing if GROUPED.get(by, by) in pack.codelists else ()
    listed = ", ".join(literal(code) for code in absent)
    return (
        f"CASE WHEN p.{by} IN ({listed}) THEN 'not_recorded' ELSE coalesce(p.{by}, '') END"
        if listed
        else (f"coalesce(p.{by}, '')")
    )


def _wanted_ages(plan: Plan) -> list[tuple[int, int]]:
    """The ages of every rate, and the part of every age band that lies in them."""
    whole = {wanted_of(i.measure) for i in plan.indicators if isinstance(i.measure, Rate | Disparity)}
    return sorted(whole | {(young, old) for _, _, young, old, _ in _bands(plan)})


def _bands(plan: Plan) -> list[tuple[int, int, int, int, int]]:
    found = []
    for indicator in plan.indicators:
        if isinstance(indicator.measure, Rate | Disparity) and "age_band" in indicator.breakdowns:
            low, high = wanted_of(indicator.measure)
            for band, (young, old) in bands(plan.pack).items():
                if young <= high and low <= old:
                    gid = plan.groups.number("age_band", band)
                    found.append((low, high, max(low, young), min(high, old), gid))
    return sorted(set(found))


def _band_numbers(plan: Plan) -> str:
    rows = ", ".join(str(row) for row in _bands(plan))
    return f"SELECT * FROM (VALUES {rows or '(NULL, NULL, NULL, NULL, NULL)'}) t(low, high, young, old, gid)"
