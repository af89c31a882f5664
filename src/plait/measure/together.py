"""People by all that agencies together hold of them: which lists they are on, and how they came to help.

Only the partnership's own eyes see this, so the rows picked here have no supplier. What a person is counted under is worked
out once a person; a row is picked for each list they are on, and the one pass of `cells` counts each person once a group.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from plait.declare import ColumnType, Indicator, Rows
from plait.declare.indicators import Journey, Lists
from plait.declare.journeys import HOW, WAITS, named, waited
from plait.engine import Engine, identifier, literal
from plait.measure.conditions import in_time, meets
from plait.measure.groups import DIMENSIONS, NOT_RECORDED, SETS
from plait.measure.pick import from_kinds
from plait.measure.plan import Plan
from plait.measure.prepare import Tables, keep, sources, union


def pick_together(engine: Engine, plan: Plan, *, before: Sequence[Tables] = ()) -> None:
    """`measure.picked` also holds the people of every figure of lists and of journeys."""
    for number, indicator in plan.together():
        measure = indicator.measure
        if isinstance(measure, Lists):
            _keep_patterns(engine, plan, [one.id for one in measure.lists], ("lists", "list", "how_many"))
            engine.run(f"INSERT INTO measure.picked {_of_lists(plan, number, indicator, measure)}")
        elif isinstance(measure, Journey):
            _keep_patterns(engine, plan, [one.id for one in measure.steps], ("steps",))
            _keep_signs_before(engine, plan, measure, before)
            engine.run(f"INSERT INTO measure.picked {_of_journeys(plan, number, indicator, measure)}")


def _keep_patterns(engine: Engine, plan: Plan, ids: Sequence[str], dimensions: Sequence[str]) -> None:
    """`measure.pattern`: every set of lists, as bits, with the group it is in each breakdown."""
    rows = [(by, n, plan.groups.number(by, named(ids, n))) for by in dimensions if by in ("lists", "steps")
            for n in range(1 << len(ids))]  # fmt: skip
    if "list" in dimensions:
        rows += [("list", 1 << place, plan.groups.number("list", one)) for place, one in enumerate(ids)]
        rows += [("how_many", n, plan.groups.number("how_many", str(n))) for n in range(len(ids) + 1)]
    columns = {"dim": pa.string(), "bits": pa.int64(), "gid": pa.int32()}
    keep(engine, "pattern", pa.table({name: pa.array([row[k] for row in rows], kind)
                                      for k, (name, kind) in enumerate(columns.items())}))  # fmt: skip


def _of_lists(plan: Plan, number: int, indicator: Indicator, measure: Lists) -> str:
    lists = " UNION ALL ".join(
        f"SELECT sid, {1 << place}::BIGINT AS bit, ag, day FROM ({_people(plan, one.rows)})"
        for place, one in enumerate(measure.lists)
    )
    everybody = f"({_people(plan, measure.among)})" if measure.among else "(SELECT sid, ag, day FROM entry)"
    found = f"""
        entry AS ({lists}),
        entered AS (SELECT sid, bit_or(bit) AS bits FROM entry GROUP BY sid),
        looked AS (
            SELECT e.sid, min(e.ag) AS ag, min(e.day) AS day, any_value(coalesce(x.bits, 0)) AS bits
            FROM {everybody} e LEFT JOIN entered x USING (sid) GROUP BY e.sid)"""
    groups = {"lists": "l.gid", "list": "o.gid", "how_many": "m.gid"}
    joins = """
        JOIN measure.pattern l ON l.dim = 'lists' AND l.bits = c.bits
        JOIN measure.pattern m ON m.dim = 'how_many' AND m.bits = bit_count(c.bits)
        LEFT JOIN measure.pattern o ON o.dim = 'list' AND o.bits & c.bits <> 0"""
    return f"WITH {found}, {_who(plan, indicator)} {_picked(plan, number, indicator, groups, joins)}"


def _of_journeys(plan: Plan, number: int, indicator: Indicator, measure: Journey) -> str:
    """Each first sign with the day each step was first reached, until help, an 18th birthday or the end of the period."""
    end = f"DATE '{plan.period.end}'"
    reached = ", ".join(f"s{place}.day AS day{place}" for place in range(len(measure.steps)))
    joins = " ".join(
        f"LEFT JOIN ({_first(plan, one.rows)}) s{place} USING (sid)" for place, one in enumerate(measure.steps)
    )
    last = len(measure.steps) - 1
    bits = " + ".join(
        f"CASE WHEN day{place} <= over THEN {1 << place} ELSE 0 END" for place in range(len(measure.steps))
    )
    found = f"""
        begun AS (
            SELECT f.* FROM ({_people(plan, measure.rows)}) f
            WHERE NOT EXISTS (SELECT 1 FROM measure.sign_before b WHERE b.sid = f.sid)),
        gone AS (
            SELECT b.*, {reached}, (p.birth_month + INTERVAL 18 YEAR)::DATE AS turned
            FROM begun b LEFT JOIN measure.people p USING (sid) {joins}),
        ended AS (SELECT *, least(day{last}, turned, {end}) AS over FROM gone),
        looked AS (
            SELECT sid, ag, day, ({bits})::BIGINT AS bits, over - day AS days,
                CASE WHEN day{last} <= over THEN 'helped' WHEN turned <= {end} THEN 'left' ELSE 'waiting' END AS how
            FROM ended)"""
    groups = {"steps": "l.gid", "waited": _waited(plan)}
    pattern = "JOIN measure.pattern l ON l.dim = 'steps' AND l.bits = c.bits"
    return f"WITH {found}, {_who(plan, indicator)} {_picked(plan, number, indicator, groups, pattern)}"


def _waited(plan: Plan) -> str:
    whens = " ".join(
        f"WHEN c.how = {literal(how)} AND c.days >= {WAITS[place]} THEN {plan.groups.number('waited', waited(how, place))}"
        for how in HOW
        for place in reversed(range(len(WAITS)))
    )
    return f"CASE {whens} END"


def _people(plan: Plan, rows: Rows) -> str:
    """Everybody linked who has such a row, the first day of one, and an agency that sent one."""
    return f"""SELECT linked AS sid, min(ag) AS ag, min({identifier(rows.dated)}) AS day
        FROM measure.{identifier("u_" + rows.of)}
        WHERE linked IS NOT NULL AND {in_time(rows, plan.period, born="born_linked")} AND {_tests(plan, rows)} GROUP BY linked"""


def _first(plan: Plan, rows: Rows) -> str:
    """The first day on or after the sign on which each person had such a row, or the day of the sign where one was open."""
    dated = identifier(rows.dated)
    open_ = (
        f"OR r.{dated} < b.day AND ({identifier(rows.until)} IS NULL OR {identifier(rows.until)} > b.day)"
        if rows.until
        else ""
    )
    return f"""SELECT b.sid, min(greatest(r.{dated}, b.day)) AS day
        FROM begun b JOIN (SELECT linked, {dated} {", " + identifier(rows.until) if rows.until else ""}
            FROM measure.{identifier("u_" + rows.of)} WHERE {_tests(plan, rows)}) r ON r.linked = b.sid
        WHERE r.{dated} >= b.day {open_} GROUP BY b.sid"""


def _tests(plan: Plan, rows: Rows) -> str:
    return f"{meets(plan.pack, plan.pack.dataset(rows.of), rows.where)} AND {from_kinds(rows)}"


def _keep_signs_before(engine: Engine, plan: Plan, measure: Journey, before: Sequence[Tables]) -> None:
    """`measure.sign_before`: everybody with a sign before the period, sent now or in a return of a period before."""
    dataset = plan.pack.dataset(measure.rows.of)
    read = {c.column for c in measure.rows.where} | {measure.rows.dated, "agency", "person"}
    kinds = dict.fromkeys(sorted(read), "VARCHAR") | {"person": "BIGINT", measure.rows.dated: "DATE"}
    kinds |= {c.id: "VARCHAR[]" for c in dataset.columns if c.id in read and c.type is ColumnType.CODES}
    early = f"{_tests(plan, measure.rows)} AND {identifier(measure.rows.dated)} < DATE '{plan.period.start}'"
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.sign_before AS
        WITH sent AS (SELECT s.*, a.ag FROM ({union(sources(before, measure.rows.of), kinds)}) s
                      JOIN measure.agency a ON a.id = s.agency),
        signs AS (SELECT ag, person FROM sent WHERE {early})
        SELECT w.linked AS sid FROM signs s JOIN measure.who w ON w.ag = s.ag AND w.person = s.person
        UNION SELECT linked FROM measure.{identifier("u_" + dataset.id)} WHERE linked IS NOT NULL AND {early}""")


def _who(plan: Plan, indicator: Indicator) -> str:
    """Everybody looked at who is of the age, with their groups and their home on the last day of the period."""
    age = _age(plan, indicator)
    wanted = (
        f"WHERE coalesce({age} BETWEEN {indicator.age.low} AND {indicator.age.high}, false)" if indicator.age else ""
    )
    return f"""
        counted AS (
            SELECT s.*, p.sex, p.ethnicity, {age} AS age, coalesce(
                CASE WHEN h.kept.to_month IS NULL OR h.kept.to_month >= date_trunc('month', s.on_day)
                THEN h.kept.place END, p.place) AS home
            FROM (SELECT *, DATE '{plan.period.end}' AS on_day FROM looked) s LEFT JOIN measure.people p ON p.sid = s.sid
            ASOF LEFT JOIN measure.home h ON h.sid = s.sid AND s.on_day >= h.from_month {wanted})"""


def _age(plan: Plan, indicator: Indicator) -> str:
    at = indicator.age.at if indicator.age else "event"
    days = {"period_start": f"DATE '{plan.period.start}'", "period_end": f"DATE '{plan.period.end}'"}
    return f"date_sub('year', p.birth_month, {days.get(at, 's.day')})"


def _picked(plan: Plan, number: int, indicator: Indicator, groups: dict[str, str], joins: str) -> str:
    """One row a person and list, in the columns of `measure.picked`."""
    people = {
        "sex": "coalesce(c.sex, {})",
        "ethnicity": "coalesce(c.ethnicity, {})",
        "age_band": "coalesce(ab.gid, {})",
    }
    columns = []
    for by in DIMENSIONS:
        column = groups.get(by, "NULL")
        if by in people and by in indicator.breakdowns:
            column = people[by].format(plan.groups.number(by, NOT_RECORDED))
        shown = by in indicator.breakdowns
        columns.append(f"({column if shown else 'NULL'})::{'VARCHAR[]' if by in SETS else 'INTEGER'} AS by_{by}")
    place = "coalesce(c.home, -c.ag)" if indicator.residence == "home" else "-c.ag"
    return f"""
        SELECT {number}::SMALLINT AS ind, 0 AS supplier, c.ag, 0::BIGINT AS rid, c.sid::UBIGINT AS unit, 1 AS hit,
            NULL::DOUBLE AS value, {place} AS place, {", ".join(columns)}
        FROM counted c LEFT JOIN measure.age ab ON ab.age = c.age {joins}"""
