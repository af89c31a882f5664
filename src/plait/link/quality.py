"""How often links are right and how many are found, judged by a number that the judged linking never saw."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from plait.engine import Engine
from plait.intervals import wilson_limits

LEAST_PAIRS = 30  # fewer say too little to be shown

Estimate = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuality:
    """Precision and recall in per cent, each with its 95 % limits, for one group; `by` and `group` are '' for everyone.

    `linked` pairs rest under precision and `known` pairs under recall. None: too few pairs to say.
    """

    by: str
    group: str
    precision: Estimate | None
    recall: Estimate | None
    linked: int
    known: int


@dataclass(frozen=True, slots=True)
class LinkQuality:
    """What the links are worth when names, dates and postcodes alone are used, by group: error falls unevenly.

    Where strong numbers were sent the links themselves are better than this. `judged_by` is the number used, or ''.
    """

    groups: tuple[GroupQuality, ...] = ()
    judged_by: str = ""

    def of(self, by: str = "", group: str = "") -> GroupQuality | None:
        """The estimate for one group, or None when there is none."""
        return next((g for g in self.groups if (g.by, g.group) == (by, group)), None)


def judge(engine: Engine, bit: int, clusters: pa.Table, ethnic_groups: pa.Table) -> tuple[GroupQuality, ...]:
    """Precision and recall of `clusters` (record, cluster), judged by the strong number of this bit.

    Reads link_person, link_record and link_kept. A pair counts for both its agencies, and for the sex and ethnic group
    that its first record with an answer gives.
    """
    engine.register("link_clusters", clusters)
    engine.register("link_ethnic", ethnic_groups)
    rows = engine.rows(
        f"""WITH number AS (SELECT id, list(token) AS tokens FROM link_kept WHERE bit = {bit} GROUP BY id),
        about AS (
            SELECT record AS id, min(place) AS place, min(agency) AS agency, min(sex) AS sex,
                min(coalesce("group", ethnicity)) AS ethnicity
            FROM link_person JOIN link_record USING (id) LEFT JOIN link_ethnic ON code = ethnicity GROUP BY record),
        borne AS (SELECT a.*, tokens, cluster FROM about a JOIN number USING (id) JOIN link_clusters ON id = record),
        linked AS (
            SELECT x.id AS a, y.id AS b, list_has_any(x.tokens, y.tokens) AS alike, true AS linked
            FROM borne x JOIN borne y ON x.cluster = y.cluster AND x.id < y.id AND x.place <> y.place),
        known AS (
            SELECT DISTINCT x.id AS a, y.id AS b, true AS alike, p.cluster = q.cluster AS linked
            FROM link_kept x JOIN link_kept y ON x.bit = {bit} AND y.bit = {bit} AND x.token = y.token
                AND x.id < y.id AND x.place <> y.place
            JOIN borne p ON p.id = x.id JOIN borne q ON q.id = y.id),
        pair AS (SELECT * FROM linked UNION SELECT * FROM known),
        told AS (
            SELECT alike, linked, unnest([{{'by': '', 'group': ''}}, {{'by': 'agency', 'group': p.agency}},
                {{'by': 'agency', 'group': q.agency}}, {{'by': 'sex', 'group': coalesce(p.sex, q.sex)}},
                {{'by': 'ethnicity', 'group': coalesce(p.ethnicity, q.ethnicity)}}]) AS g
            FROM pair JOIN borne p ON p.id = a JOIN borne q ON q.id = b)
        SELECT g.by, g."group", count(*) FILTER (linked AND alike), count(*) FILTER (linked), count(*) FILTER (alike)
        FROM told WHERE g."group" IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    )
    engine.run("DROP VIEW IF EXISTS link_clusters")
    engine.run("DROP VIEW IF EXISTS link_ethnic")
    return tuple(_group(*row) for row in rows)


def _group(by: str, group: str, both: int, linked: int, known: int) -> GroupQuality:
    return GroupQuality(
        by=by, group=group, precision=_estimate(both, linked), recall=_estimate(both, known), linked=linked, known=known
    )


def _estimate(count: int, whole: int) -> Estimate | None:
    if whole < LEAST_PAIRS:
        return None
    low, high = wilson_limits(count, whole)
    return 100 * count / whole, 100 * low, 100 * high
