"""Each indicator as a query that picks the rows it counts, all of one shape so that one pass can count them all.

`measure.picked`: ind, supplier (0 for the partnership), ag, rid, unit (what counts once), hit (0 or 1), value (days),
place, and one column a breakdown: a group's number, or codes where a row may be in several groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plait.declare import DataSet, Indicator, Rows, rows_of
from plait.declare.holding import out_of_reach
from plait.declare.indicators import (
    Count,
    Mean,
    MedianDays,
    MedianWait,
    Overlap,
    Rate,
    Repeat,
    Share,
    Within,
)
from plait.declare.journeys import TOGETHER
from plait.declare.needed import ROW_COLUMNS
from plait.engine import Engine, identifier, literal
from plait.measure.conditions import in_time, meets
from plait.measure.groups import DIMENSIONS, NOT_RECORDED, SETS, UNLISTED, code_list
from plait.measure.plan import Plan

_PERSON_GROUPS = ("sex", "ethnicity")


@dataclass(frozen=True)
class _Base:
    """Rows of one data set in the period, in each agency's eyes and the partnership's, with their people and homes."""

    of: str
    dated: str
    until: str | None
    when: str
    look_back: int


def pick(engine: Engine, plan: Plan, formats: Sequence[str] = ()) -> None:
    """`measure.picked` holds the rows of every counted indicator. `formats` says of each return what kind of file it was."""
    engine.run(f"CREATE OR REPLACE TABLE measure.picked AS {_NOTHING}")
    for base, users in _bases(plan).items():
        _make_base(engine, plan, base, users)
        picks = [_pick(plan, number, indicator, formats) for number, indicator in users]
        engine.run(f"INSERT INTO measure.picked {' UNION ALL '.join(picks)}")


def _bases(plan: Plan) -> dict[_Base, list[tuple[int, Indicator]]]:
    found: dict[_Base, list[tuple[int, Indicator]]] = {}
    for number, indicator in plan.counted():
        found.setdefault(_base_of(indicator), []).append((number, indicator))
    return found


_NOTHING = (
    "SELECT 0::SMALLINT AS ind, 0::INTEGER AS supplier, 0::INTEGER AS ag, 0::BIGINT AS rid, 0::UBIGINT AS unit, 0 AS hit, "
    "0::DOUBLE AS value, 0 AS place, "
    + ", ".join(f"NULL::{'VARCHAR[]' if by in SETS else 'INTEGER'} AS by_{by}" for by in DIMENSIONS)
    + " WHERE false"
)


def _base_of(indicator: Indicator) -> _Base:
    rows, measure = rows_of(indicator)[0], indicator.measure
    back = measure.within_days - 1 if isinstance(measure, Repeat) else 0
    return _Base(rows.of, rows.dated, rows.until, rows.when, back)


def _make_base(engine: Engine, plan: Plan, base: _Base, users: list[tuple[int, Indicator]]) -> None:
    """`measure.base`: the rows any of these indicators may count.

    The home is the one that began last on or before the day, unless it had ended; else the latest home known.
    """
    rows = rows_of(users[0][1])[0]
    eyes = "own, linked, born_own, born_linked"
    wanted = " OR ".join(sorted({_may_count(plan, rows_of(indicator)[0]) for _, indicator in users}))
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.base AS
        WITH wanted AS (SELECT * FROM measure.{identifier("u_" + rows.of)} WHERE {wanted}),
        seen AS (
            SELECT ag AS supplier, own AS sid, born_own AS born, * EXCLUDE ({eyes}) FROM wanted
            UNION ALL SELECT 0, linked, born_linked, * EXCLUDE ({eyes}) FROM wanted),
        scoped AS (
            SELECT *, {_seen_on(plan, rows)} AS seen_on FROM seen
            WHERE {in_time(rows, plan.period, look_back=base.look_back)})
        SELECT s.*, p.birth_month, p.sex AS by_sex, p.ethnicity AS by_ethnicity, p.disability AS by_disability,
            coalesce(CASE WHEN h.kept.to_month IS NULL OR h.kept.to_month >= date_trunc('month', s.seen_on)
                THEN h.kept.place END, p.place) AS home
        FROM scoped s LEFT JOIN measure.people p ON p.sid = s.sid
        ASOF LEFT JOIN measure.home h ON h.sid = s.sid AND s.seen_on >= h.from_month""")


def _may_count(plan: Plan, rows: Rows) -> str:
    """The cheap part of an indicator's conditions, so that rows of types nobody counts are not looked up."""
    dataset = plan.pack.dataset(rows.of)
    types = [c for c in rows.where if c.column == "type"]
    return f"({meets(plan.pack, dataset, types)} AND {from_kinds(rows)})"


def _seen_on(plan: Plan, rows: Rows) -> str:
    """The day on which a row's home is looked up: the row's own, or for an open spell the day it is looked at."""
    if rows.when == "open_at_end":
        return f"DATE '{plan.period.end}'"
    if rows.when in ("before_18", "after_18"):
        return "(born + INTERVAL 18 YEAR)::DATE"
    if rows.when == "open_in_period":
        return f"greatest({identifier(rows.dated)}, DATE '{plan.period.start}')"
    return identifier(rows.dated)


def _pick(plan: Plan, number: int, indicator: Indicator, formats: Sequence[str]) -> str:
    rows = rows_of(indicator)[0]
    dataset = plan.pack.dataset(rows.of)
    joins, columns = _breakdown_parts(plan, indicator, dataset)
    hit, value, extra = _hit_and_value(plan, indicator)
    unit = _unit(indicator)
    tests = [
        meets(plan.pack, dataset, rows.where),
        from_kinds(rows),
        *_age_test(plan, indicator),
        *_reach_test(plan, indicator, formats),
        f"{unit} IS NOT NULL",
    ]
    return f"""
        SELECT {number}::SMALLINT AS ind, b.supplier, b.ag, b.rid, ({unit})::UBIGINT AS unit, ({hit})::INTEGER AS hit,
            ({value})::DOUBLE AS value, coalesce({_place(indicator)}, -b.ag) AS place, {columns}
        FROM (SELECT x.*{extra} FROM (SELECT * FROM measure.base WHERE {" AND ".join(tests)}) x) b {joins}
        {_only(plan, indicator, value)}"""


def _only(plan: Plan, indicator: Indicator, value: str) -> str:
    """Rows looked back at are only looked at; rows without a number of days have none to take the middle of."""
    measure = indicator.measure
    if isinstance(measure, Repeat):
        return f"WHERE b.{identifier(measure.rows.dated)} >= DATE '{plan.period.start}'"
    return f"WHERE {value} IS NOT NULL" if isinstance(measure, MedianDays | MedianWait) else ""


def from_kinds(rows: Rows) -> str:
    """SQL that is true of rows from the kinds of agency these are taken from."""
    if not rows.agencies:
        return "true"
    kinds = ", ".join(literal(kind) for kind in rows.agencies)
    return f"ag IN (SELECT ag FROM measure.agency WHERE kind IN ({kinds}))"


def _age(plan: Plan, indicator: Indicator) -> str:
    """Whole years from the first of the month of birth to the day the indicator names."""
    at = indicator.age.at if indicator.age else "event"
    days = {"period_start": f"DATE '{plan.period.start}'", "period_end": f"DATE '{plan.period.end}'"}
    return f"date_sub('year', birth_month, {days.get(at, identifier(rows_of(indicator)[0].dated))})"


def _age_test(plan: Plan, indicator: Indicator) -> Iterator[str]:
    if indicator.age:
        yield f"coalesce({_age(plan, indicator)} BETWEEN {indicator.age.low} AND {indicator.age.high}, false)"


def _reach_test(plan: Plan, indicator: Indicator, formats: Sequence[str]) -> Iterator[str]:
    """A share is of the rows of files that have a code for its subset: in the others nobody could have said so."""
    measure = indicator.measure
    if isinstance(measure, Share):
        dataset = plan.pack.dataset(measure.rows.of)
        cannot = [n for n, form in enumerate(formats) if any(out_of_reach(plan.pack, dataset, measure.subset, (form,)))]
        if cannot:
            yield f"file NOT IN ({', '.join(map(str, cannot))})"


def _unit(indicator: Indicator) -> str:
    measure = indicator.measure
    match measure:
        case Count() | Rate() | Share():
            unit = measure.unit
        case Mean():
            unit = measure.over
        case Within() | MedianDays() | MedianWait():
            unit = "rows"
        case _:
            unit = "people"
    if unit == "people":
        return "sid"
    return (
        "rid" if unit == "rows" else f"CASE WHEN {identifier(unit)} IS NOT NULL THEN hash(ag, {identifier(unit)}) END"
    )


def _place(indicator: Indicator) -> str:
    """The row's place by the indicator's residence rule; no data set says where a placement is."""
    match indicator.residence:
        case "home" | "incident" | "responsible":
            return f"b.{indicator.residence}"
        case _:
            return "NULL::INTEGER"


def _hit_and_value(plan: Plan, indicator: Indicator) -> tuple[str, str, str]:
    """SQL for what makes a row a hit, for its number of days, and columns to add first."""
    measure = indicator.measure
    match measure:
        case Share():
            return meets(plan.pack, plan.pack.dataset(measure.rows.of), measure.subset), "NULL", ""
        case MedianDays():
            start, end = identifier(measure.start), identifier(measure.end)
            return "true", f"{end} - {start}", ""
        case Within():
            return f"coalesce(wait <= {measure.days}, false)", "NULL", f", {_wait(plan, measure)} AS wait"
        case MedianWait():
            return "true", "wait", f", {_wait(plan, measure)} AS wait"
        case Repeat():
            dated = identifier(measure.rows.dated)
            lately = (
                f", count(*) OVER (PARTITION BY sid ORDER BY {dated} "
                f"RANGE BETWEEN INTERVAL {measure.within_days - 1} DAYS PRECEDING AND CURRENT ROW) AS lately"
            )
            return f"lately >= {measure.at_least}", "NULL", lately
        case Overlap():
            there = f"sid IN ({_sids(plan, measure.others)})"
            return there if measure.present else f"NOT ({there})", "NULL", ""
        case _:
            return "true", "NULL", ""


def _wait(plan: Plan, measure: Within | MedianWait) -> str:
    """Days to the same person's first other row of `then` on or after the row's day, whatever the period."""
    then, dated = measure.then, identifier(measure.rows.dated)
    other = "AND t.rid <> x.rid" if then.of == measure.rows.of else ""
    return f"""(SELECT min(t.{identifier(then.dated)}) FROM ({_followers(plan, then)}) t
        WHERE t.sid = x.sid AND t.{identifier(then.dated)} >= x.{dated} {other}) - x.{dated}"""


def _followers(plan: Plan, then: Rows) -> str:
    dataset = plan.pack.dataset(then.of)
    tests = f"{meets(plan.pack, dataset, then.where)} AND {from_kinds(then)}"
    table = f"measure.{identifier('u_' + then.of)}"
    dated = identifier(then.dated)
    return " UNION ALL ".join(
        f"SELECT rid, {sid} AS sid, {dated} FROM {table} WHERE {tests}" for sid in ("own", "linked")
    )


def _sids(plan: Plan, others: Rows) -> str:
    dataset = plan.pack.dataset(others.of)
    tests = f"{meets(plan.pack, dataset, others.where)} AND {from_kinds(others)} AND own IS NOT NULL"
    table = f"measure.{identifier('u_' + others.of)}"
    return " UNION ALL ".join(
        f"SELECT {sid} FROM {table} WHERE {tests} AND {in_time(others, plan.period, born=f'born_{sid}')}"
        for sid in ("own", "linked")
    )


def _breakdown_parts(plan: Plan, indicator: Indicator, dataset: DataSet) -> tuple[str, str]:
    """Joins from codes to groups, and the breakdown columns in their order; NULL where the indicator has none."""
    joins, columns = [], []
    for by in DIMENSIONS:
        join, column = _breakdown(plan, indicator, dataset, by) if by in indicator.breakdowns else ("", "NULL")
        joins.append(join)
        columns.append(f"({column})::{'VARCHAR[]' if by in SETS else 'INTEGER'} AS by_{by}")
    return " ".join(joins), ", ".join(columns)


def _breakdown(plan: Plan, indicator: Indicator, dataset: DataSet, by: str) -> tuple[str, str]:
    absent = plan.groups.number(by, NOT_RECORDED)
    if by == "agency":
        return _agency_group(plan)
    if by in TOGETHER:
        raise AssertionError(f"'{by}' is a breakdown of people on several lists and of journeys alone")
    if by == "age_band":
        return f"LEFT JOIN measure.age ab ON ab.age = {_age(plan, indicator)}", f"coalesce(ab.gid, {absent})"
    if by in _PERSON_GROUPS:
        return "", f"coalesce(b.by_{by}, {absent})"
    if by == "disability":
        return "", "coalesce(b.by_disability, [])"
    column, listed = ROW_COLUMNS[by], code_list(plan.pack, by, dataset)
    if not listed:
        return "", "[]" if by in SETS else str(absent)
    if by in SETS:
        return "", f"coalesce(b.{identifier(column)}, [])"
    alias = f"c_{by}"
    join = (
        f"LEFT JOIN measure.code {alias} ON {alias}.dim = {literal(by)} AND {alias}.listed = {literal(listed)} "
        f"AND {alias}.code = b.{identifier(column)}"
    )
    unlisted = plan.groups.number(by, UNLISTED)
    return join, f"coalesce({alias}.gid, CASE WHEN b.{identifier(column)} IS NULL THEN {absent} ELSE {unlisted} END)"


def _agency_group(plan: Plan) -> tuple[str, str]:
    whens = " ".join(
        f"WHEN {n} THEN {plan.groups.number('agency', a.id)}" for n, a in enumerate(plan.agencies, start=1)
    )
    # An agency's own figures say nothing of other agencies, so this breakdown is the partnership's alone.
    return "", f"CASE WHEN b.supplier = 0 THEN CASE b.ag {whens} END END"
