"""Who everybody is, in each agency's eyes and in the partnership's, and where they lived when.

A person has two numbers: `own`, as one agency knows them, and `linked`, the same for all agencies that know them. Own
numbers are even and linked ones odd, so one column, `sid`, says both whom and in whose eyes. What one agency sees of a
person comes from that agency alone; the partnership sees the best of what all agencies recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plait.declare import Pack
from plait.engine import Engine, literal
from plait.measure.conditions import missing
from plait.measure.groups import NOT_RECORDED, UNLISTED, Groups
from plait.measure.prepare import ROW_SETS, Tables, sources, union

_PERSONS = ("agency", "person", "birth_month", "sex", "ethnicity", "disability", "area")
_HOMES = ("agency", "person", "area", "from_month", "to_month")


def prepare_people(engine: Engine, coded: Sequence[Tables], numbers: Path | None, pack: Pack, groups: Groups) -> None:
    """`measure.who`, `measure.people` and `measure.home` hold everybody named by any table, in both numbers."""
    _who(engine, coded, numbers)
    _scoped_persons(engine, coded)
    _best_people(engine, pack, groups)
    _homes(engine, coded)


def _who(engine: Engine, coded: Sequence[Tables], numbers: Path | None) -> None:
    pair = {"agency": "VARCHAR", "person": "BIGINT"}
    everybody = " UNION ALL ".join(f"({union(sources(coded, name), pair)})" for name in ("persons", "homes", *ROW_SETS))
    linked = (
        f"SELECT agency, person, min(number) AS number FROM read_parquet({literal(str(numbers))}) GROUP BY ALL"
        if numbers
        else "SELECT NULL::VARCHAR AS agency, NULL::BIGINT AS person, NULL::BIGINT AS number WHERE false"
    )
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.who AS
        WITH seen AS (SELECT DISTINCT agency, person FROM ({everybody}) WHERE person IS NOT NULL),
        numbered AS (
            SELECT a.ag, s.person, n.number, row_number() OVER (ORDER BY a.ag, s.person) AS one
            FROM seen s JOIN measure.agency a ON a.id = s.agency
            LEFT JOIN ({linked}) n ON n.agency = s.agency AND n.person = s.person)
        SELECT ag, person, one * 2 AS own,
            1 + 2 * CASE WHEN number IS NULL THEN one ELSE min(one) OVER (PARTITION BY number) END AS linked
        FROM numbered""")


def _scoped_persons(engine: Engine, coded: Sequence[Tables]) -> None:
    kinds = {"birth_month": "DATE", "disability": "VARCHAR[]", "person": "BIGINT"}
    columns = {name: kinds.get(name, "VARCHAR") for name in _PERSONS}
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.described AS
        WITH known AS (
            SELECT w.own, w.linked, a.rank * 10000 + 9999 - p.file AS trust, p.birth_month, p.sex, p.ethnicity,
                p.disability, pl.place
            FROM ({union(sources(coded, "persons"), columns)}) p
            JOIN measure.agency a ON a.id = p.agency
            JOIN measure.who w ON w.ag = a.ag AND w.person = p.person
            LEFT JOIN measure.place pl ON pl.code = p.area)
        SELECT own AS sid, * EXCLUDE (own, linked) FROM known
        UNION ALL SELECT linked, * EXCLUDE (own, linked) FROM known""")


def _best_people(engine: Engine, pack: Pack, groups: Groups) -> None:
    """One row a person: of each attribute, the answer most often given; when equal, the first agency's, newest file's."""
    parts = {
        "birth_month": _best("birth_month", "birth_month IS NOT NULL"),
        "place": _best("place", "place IS NOT NULL"),
        "disability": _best("disability", "len(disability) > 0"),
        "sex": _best_code(pack, groups, "sex"),
        "ethnicity": _best_code(pack, groups, "ethnicity"),
    }
    joins = " ".join(f"LEFT JOIN ({sql}) {name}_t USING (sid)" for name, sql in parts.items())
    chosen = ", ".join(
        f"{name}_t.best AS {name}"
        if name not in ("sex", "ethnicity")
        else f"coalesce({name}_t.best, {groups.number(name, NOT_RECORDED)}) AS {name}"
        for name in parts
    )
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.people AS
        SELECT s.sid, {chosen} FROM (SELECT DISTINCT sid FROM measure.described) s {joins}""")


def _best(column: str, held: str) -> str:
    return f"""
        SELECT sid, arg_max({column}, votes * 1000000000 - trust) AS best FROM (
            SELECT sid, {column}, count(*) AS votes, min(trust) AS trust
            FROM measure.described WHERE {held} GROUP BY ALL)
        GROUP BY sid"""


def _best_code(pack: Pack, groups: Groups, by: str) -> str:
    """The group of the best code: an answer before a code that means not known. A code not listed is 'unlisted'."""
    people = pack.dataset("people")
    listed = people.column(by).codes or ""
    absent = ", ".join(literal(code) for code in ("", *sorted(missing(pack, people, by))))
    return f"""
        SELECT sid, arg_max(gid, answers * 1000000000000000 + votes * 1000000000 - trust) AS best FROM (
            SELECT sid, coalesce(c.gid, {groups.number(by, UNLISTED)}) AS gid, count(*) AS votes, min(trust) AS trust,
                max(CASE WHEN d.{by} IN ({absent}) THEN 0 ELSE 1 END) AS answers
            FROM measure.described d
            LEFT JOIN measure.code c ON c.dim = {literal(by)} AND c.listed = {literal(listed)} AND c.code = d.{by}
            WHERE d.{by} IS NOT NULL GROUP BY ALL)
        GROUP BY sid"""


def _homes(engine: Engine, coded: Sequence[Tables]) -> None:
    """One home for each person and starting month: the first agency's, of the newest file, where they differ."""
    kinds = {"from_month": "DATE", "to_month": "DATE", "person": "BIGINT"}
    columns = {name: kinds.get(name, "VARCHAR") for name in _HOMES}
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.home AS
        WITH known AS (
            SELECT w.own, w.linked, a.rank * 10000 + 9999 - h.file AS trust, pl.place,
                coalesce(h.from_month, DATE '0001-01-01') AS from_month, h.to_month
            FROM ({union(sources(coded, "homes"), columns)}) h
            JOIN measure.agency a ON a.id = h.agency
            JOIN measure.who w ON w.ag = a.ag AND w.person = h.person
            JOIN measure.place pl ON pl.code = h.area),
        scoped AS (SELECT own AS sid, * FROM known UNION ALL SELECT linked, * FROM known)
        SELECT sid, from_month, arg_min({{'place': place, 'to_month': to_month}}, trust::BIGINT * 10000000 + place) AS kept
        FROM scoped GROUP BY sid, from_month""")
