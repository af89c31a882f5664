"""One pass over the picked rows: every indicator, supplier, area and group counted together."""

from __future__ import annotations

from plait.engine import Engine, literal
from plait.measure.groups import DIMENSIONS, NOT_RECORDED, SETS, UNLISTED, code_list
from plait.measure.plan import Plan

_KEPT = "ind, supplier, rid, unit, hit, value, place"


def count_cells(engine: Engine, plan: Plan) -> None:
    """`measure.cell`: for each indicator, supplier, area and group the units, hits, rows, and the middle value.

    Small areas are counted for everyone together only: a ward by ethnic group is nobody's business but the child's.
    """
    parts = [f"SELECT {_KEPT}, 0 AS gid FROM measure.picked"]
    used = {by for indicator in plan.indicators for by in indicator.breakdowns}
    for by in DIMENSIONS:
        if by in used:
            parts.append(_set_part(plan, by) if by in SETS else _single_part(by))
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.cell AS
        WITH long AS ({" UNION ALL ".join(parts)}),
        once AS (
            SELECT ind, supplier, area, gid, unit, max(hit) AS hit, count(*) AS n, any_value(value) AS value
            FROM long JOIN measure.inside i ON i.place = long.place AND (gid = 0 OR NOT i.small)
            GROUP BY ALL)
        SELECT ind, supplier, area, gid, count(*) AS units, sum(hit) AS hits, sum(n) AS n, median(value) AS middle
        FROM once GROUP BY ALL""")


def _single_part(by: str) -> str:
    return f"SELECT {_KEPT}, by_{by} FROM measure.picked WHERE by_{by} IS NOT NULL"


def _set_part(plan: Plan, by: str) -> str:
    """A row is once in each group it holds a code of, and in 'not_recorded' when it holds none."""
    listed = code_list(plan.pack, by, plan.pack.dataset("people" if by == "disability" else "concerns"))
    absent, unlisted = plan.groups.number(by, NOT_RECORDED), plan.groups.number(by, UNLISTED)
    return f"""
        SELECT DISTINCT {_KEPT}, CASE WHEN u.code IS NULL THEN {absent} ELSE coalesce(c.gid, {unlisted}) END
        FROM (SELECT {_KEPT}, unnest(CASE WHEN len(by_{by}) = 0 THEN [NULL] ELSE by_{by} END) AS code
              FROM measure.picked WHERE by_{by} IS NOT NULL) u
        LEFT JOIN measure.code c ON c.dim = {literal(by)} AND c.listed = {literal(listed)} AND c.code = u.code"""
