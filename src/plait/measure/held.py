"""Who has sent what an indicator counts, for which areas, and whether its columns were ever filled.

An agency holds an indicator's rows when it has sent that data set and, where the indicator names types of event or
service, at least one row of such a type. Otherwise none found would read as none happened, when nobody looked. Nor does it
hold what its format of file has no code for (`DataSet.holds`): a census in which nobody is LGBTQ+ was never asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plait.declare import ColumnType, Condition, DataSet, Indicator, Rows, rows_of
from plait.declare.holding import accepted, holdable, out_of_reach
from plait.declare.indicators import Lists, MedianDays, Share
from plait.declare.needed import PERSON_COLUMNS, ROW_COLUMNS
from plait.engine import Engine, identifier
from plait.measure.conditions import answered, wants_answer
from plait.measure.groups import NOT_RECORDED, code_list
from plait.measure.plan import Plan
from plait.measure.prepare import WIDE_KINDS, Tables, agency_of
from plait.values import State

_PERSON_TESTS = {
    "age_band": "birth_month IS NOT NULL", "sex": "sex IS NOT NULL", "ethnicity": "ethnicity IS NOT NULL",
    "disability": "len(disability) > 0",
}  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """What each agency sent: by data set and agency, each type of row with the columns that hold any answer."""

    rows: Mapping[str, Mapping[int, Mapping[str, frozenset[str]]]]
    people: Mapping[int, frozenset[str]]  # breakdowns of people that an agency ever fills
    formats: Mapping[tuple[str, int], tuple[str, ...]] = field(
        default_factory=dict
    )  # of the files, by data set and agency


@dataclass(frozen=True)
class Standing:
    """How an indicator stands for one supplier: who it rests on, and the state when it cannot be made."""

    ind: int
    supplier: int
    sources: tuple[str, ...]
    state: State | None = None  # overrides every figure
    if_none: State | None = None  # the state when nothing was counted
    groups: Mapping[tuple[str, str], State] = field(default_factory=dict)  # the same for one group


def what_was_sent(
    engine: Engine, plan: Plan, coded: Sequence[Tables], used: Mapping[str, list[Rows]], formats: Sequence[str] = ()
) -> Sent:
    """Which types and columns came from whom. `formats` says of each return what `receive` called it; '' holds any code."""
    rows = {name: _sent_rows(engine, plan, coded, plan.pack.dataset(name)) for name in used}
    tests = ", ".join(f"bool_or(coalesce({test}, false))" for test in _PERSON_TESTS.values())
    people = engine.rows(f"""
        SELECT w.ag, {tests} FROM measure.described d JOIN measure.who w ON w.own = d.sid GROUP BY ALL""")
    fills = {ag: _true(_PERSON_TESTS, found) for ag, *found in people}
    return Sent(rows, fills, _formats(plan, coded, formats or [""] * len(coded)))


def _formats(plan: Plan, coded: Sequence[Tables], formats: Sequence[str]) -> dict[tuple[str, int], tuple[str, ...]]:
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for tables, form in zip(coded, formats, strict=True):
        if agency := agency_of(tables, plan.agencies):
            for name in tables:
                key = name, plan.number(agency)
                found[key] = (*found.get(key, ()), form)
    return found


def _true(names: Mapping[str, str], found: Sequence[bool]) -> frozenset[str]:
    return frozenset(name for name, there in zip(names, found, strict=True) if there)


def _sent_rows(
    engine: Engine, plan: Plan, coded: Sequence[Tables], dataset: DataSet
) -> dict[int, dict[str, frozenset[str]]]:
    columns = {c.id: c.id for c in dataset.columns if c.after_coding in ("keep", "token") and c.id != "type"}
    tests = [f"bool_or({answered(plan.pack, dataset, column)})" for column in columns]
    tests += [f"bool_or({_there(dataset, column)})" for column in columns]
    columns |= {_there_name(column): column for column in list(columns)}
    kind = "type" if "type" in dataset.column_ids else "''"
    found: dict[int, dict[str, frozenset[str]]] = {
        plan.number(agency): {}
        for tables in coded
        if dataset.id in tables and (agency := agency_of(tables, plan.agencies))
    }
    for ag, of, *filled in engine.rows(
        f"SELECT ag, coalesce({kind}, ''), {', '.join(tests)} FROM measure.{identifier('u_' + dataset.id)} GROUP BY ALL"
    ):
        found.setdefault(ag, {})[of] = _true(columns, filled) | {"type"}
    return found


def _there(dataset: DataSet, column: str) -> str:
    """SQL that is true where the cell holds anything, if only a code that says it is not known."""
    name = identifier(column)
    return f"coalesce(len({name}), 0) > 0" if dataset.column(column).type is ColumnType.CODES else f"{name} IS NOT NULL"


def _there_name(column: str) -> str:
    return f"{column} there"


def holders(plan: Plan, sent: Sent, rows: Rows) -> dict[int, frozenset[str]]:
    """Agencies that have sent such rows, each with the columns it fills on rows of the types named."""
    types = _types(plan, rows)
    found = {}
    for ag, by_type in sent.rows[rows.of].items():
        if rows.agencies and plan.agencies[ag - 1].kind not in rows.agencies:
            continue
        mine = {t: filled for t, filled in by_type.items() if types is None or t in types}
        held = mine or (types is None and not by_type)
        if held and not _cannot(plan, sent, ag, rows.of, rows.where):
            found[ag] = frozenset[str]().union(*mine.values())
    return found


def _cannot(plan: Plan, sent: Sent, ag: int, of: str, conditions: Sequence[Condition]) -> bool:
    """True when no row of the agency's could meet a condition, as its files have no such code."""
    return any(out_of_reach(plan.pack, plan.pack.dataset(of), conditions, sent.formats.get((of, ag), ("",))))


def _types(plan: Plan, rows: Rows) -> frozenset[str] | None:
    named = [c for c in rows.where if c.column == "type" and c.recorded is None and c.not_in is None]
    sets = [accepted(plan.pack, plan.pack.dataset(rows.of), c) for c in named]
    return frozenset.intersection(*sets) if sets else None


def standings(plan: Plan, sent: Sent) -> list[Standing]:
    """How each indicator stands for the partnership, and for each agency that holds all its parts."""
    together = [_together(plan, sent, n, indicator) for n, indicator in plan.together()]
    found = [*together, *(Standing(n, 0, ()) for n, indicator in enumerate(plan.indicators) if not rows_of(indicator))]
    for n, indicator in plan.counted():
        parts = [holders(plan, sent, rows) for rows in rows_of(indicator)]
        found.append(
            _partnership(plan, sent, n, indicator, [_with_subset(plan, sent, indicator, parts[0]), *parts[1:]])
        )
        for ag in sorted(frozenset.intersection(*(frozenset(part) for part in parts))):
            found.append(_agency(plan, sent, n, indicator, ag, parts))
    return found


def _together(plan: Plan, sent: Sent, n: int, indicator: Indicator) -> Standing:
    """Told where people are linked, and the rows they are looked for among and two lists, or the signs and the help, are.

    A list whose rows nobody sent is not held, and one that rests on a column nobody fills is not collected: never nought.
    """
    every, measure = rows_of(indicator), indicator.measure
    parts = [holders(plan, sent, rows) for rows in every]
    states = [_part_state(plan, indicator, rows, part) for rows, part in zip(every, parts, strict=True)]
    sources = tuple(plan.agencies[ag - 1].id for ag in sorted({ag for part in parts for ag in part}))
    if not isinstance(measure, Lists):
        return Standing(n, 0, sources, _first_state([states[0], states[-1]]) if plan.linked else State.NOT_HELD)
    among, lists = states[: -len(measure.lists)], states[-len(measure.lists) :]
    state = (_first_state(among) or _too_few(lists)) if plan.linked else State.NOT_HELD
    groups = {("list", one.id): why for one, why in zip(measure.lists, lists, strict=True) if why}
    return Standing(n, 0, sources, state, groups=groups)


def _part_state(plan: Plan, indicator: Indicator, rows: Rows, part: Mapping[int, frozenset[str]]) -> State | None:
    if not part:
        return State.NOT_HELD
    return State.NOT_COLLECTED if _unfilled(plan, indicator, rows, part) else None


def _first_state(states: Sequence[State | None]) -> State | None:
    """Not held before not collected; None when all can be told."""
    return next((state for state in (State.NOT_HELD, State.NOT_COLLECTED) if state in states), None)


def _too_few(lists: Sequence[State | None]) -> State | None:
    """One list alone says nothing of who is on several."""
    if lists.count(None) > 1:
        return None
    return State.NOT_COLLECTED if len(lists) - lists.count(State.NOT_HELD) > 1 else State.NOT_HELD


def _partnership(
    plan: Plan, sent: Sent, n: int, indicator: Indicator, parts: Sequence[Mapping[int, frozenset[str]]]
) -> Standing:
    kinds = rows_of(indicator)[0].agencies or indicator.suppliers
    expected = [ag for ag in parts[0] if plan.agencies[ag - 1].kind in kinds]
    state = None if all(parts[1:]) else State.NOT_HELD
    return Standing(
        n,
        0,
        tuple(plan.agencies[ag - 1].id for ag in sorted({ag for part in parts for ag in part})),
        state or _uncollected(plan, indicator, parts) or _no_subset(plan, sent, indicator, parts[0]),
        None if expected else State.NOT_HELD,
        _group_states(plan, sent, indicator, parts[0]),
    )


def _agency(
    plan: Plan, sent: Sent, n: int, indicator: Indicator, ag: int, parts: Sequence[Mapping[int, frozenset[str]]]
) -> Standing:
    mine = [{ag: part[ag]} for part in parts]
    state = _uncollected(plan, indicator, mine) or _no_subset(plan, sent, indicator, mine[0])
    return Standing(n, ag, (plan.agencies[ag - 1].id,), state, None, _group_states(plan, sent, indicator, mine[0]))


def _uncollected(plan: Plan, indicator: Indicator, parts: Sequence[Mapping[int, frozenset[str]]]) -> State | None:
    """Not collected when a column the figure cannot do without is never filled by anyone who sent the rows."""
    every = zip(rows_of(indicator), parts, strict=True)
    return State.NOT_COLLECTED if any(_unfilled(plan, indicator, rows, part) for rows, part in every) else None


def _unfilled(plan: Plan, indicator: Indicator, rows: Rows, part: Mapping[int, frozenset[str]]) -> bool:
    filled = frozenset[str]().union(*part.values())
    return any(part.values()) and not _wanted(plan, indicator, rows) <= filled


def _with_subset(
    plan: Plan, sent: Sent, indicator: Indicator, part: Mapping[int, frozenset[str]]
) -> Mapping[int, frozenset[str]]:
    """Those whose rows a share is of: who could have sent one of its subset, or everybody where nobody could."""
    measure = indicator.measure
    if not isinstance(measure, Share):
        return part
    able = {ag: filled for ag, filled in part.items() if not _cannot(plan, sent, ag, measure.rows.of, measure.subset)}
    return able or part


def _no_subset(plan: Plan, sent: Sent, indicator: Indicator, part: Mapping[int, frozenset[str]]) -> State | None:
    """Not held when nobody who sent the rows of a share could have sent one of its subset."""
    if not isinstance(indicator.measure, Share) or not part:
        return None
    of = indicator.measure.rows.of
    cannot = (_cannot(plan, sent, ag, of, indicator.measure.subset) for ag in part)
    return State.NOT_HELD if all(cannot) else None


def _wanted(plan: Plan, indicator: Indicator, rows: Rows) -> set[str]:
    dataset, measure = plan.pack.dataset(rows.of), indicator.measure
    conditions: tuple[Condition, ...] = rows.where
    wanted = {rows.dated}
    if rows is rows_of(indicator)[0]:
        conditions += measure.subset if isinstance(measure, Share) else ()
        wanted |= {measure.start, measure.end} if isinstance(measure, MedianDays) else set()
    told = [c for c in conditions if c.recorded is None and c.not_in is None]
    return wanted | {
        c.column if wants_answer(plan.pack, dataset, c) else _there_name(c.column) for c in told if c.column != "type"
    }


def _group_states(
    plan: Plan, sent: Sent, indicator: Indicator, part: Mapping[int, frozenset[str]]
) -> dict[tuple[str, str], State]:
    """Groups of a breakdown nobody fills are not collected; agencies that sent nothing are not held."""
    states = {}
    for by, group in plan.breakdowns(indicator):
        if by == "agency" and plan.number(group) not in part:
            states[by, group] = State.NOT_HELD
        elif by != "agency" and group != NOT_RECORDED and not _fills(sent, by, part):
            states[by, group] = State.NOT_COLLECTED
        elif by in ROW_COLUMNS and group != NOT_RECORDED and not _reaches(plan, sent, indicator, (by, group), part):
            states[by, group] = State.NOT_HELD
    return states


def _reaches(
    plan: Plan, sent: Sent, indicator: Indicator, of: tuple[str, str], part: Mapping[int, frozenset[str]]
) -> bool:
    """True when some agency's files have a code of the group; also when nobody sent any."""
    (by, group), dataset = of, plan.pack.dataset(rows_of(indicator)[0].of)
    known = plan.groups.codes.get((by, code_list(plan.pack, by, dataset)), {})
    codes = {code for code, its in known.items() if its == group}
    held = [holdable(dataset, ROW_COLUMNS[by], sent.formats.get((dataset.id, ag), ("",))) for ag in part]
    return not held or any(can is None or can & codes for can in held)


def _fills(sent: Sent, by: str, part: Mapping[int, frozenset[str]]) -> bool:
    if by in PERSON_COLUMNS:
        return any(by in sent.people.get(ag, ()) for ag in part)
    return any(ROW_COLUMNS[by] in filled for filled in part.values())


def coverage(plan: Plan, sources: Sequence[str]) -> dict[str, str]:
    """Each shown area these agencies' records cover: 'whole' or 'part'; an area left out is not covered at all.

    An area is covered whole when it lies in an area an agency covers, or is made up of areas that are. A region or a
    country is never made up: the places known here are seldom all of it.
    """
    mine = {code for agency in plan.agencies if agency.id in sources for code in agency.areas}
    above = plan.places.above
    whole = {code for code, line in above.items() if line & mine}
    for code in sorted(plan.places.shown, key=lambda c: -len(above[c])):
        if code not in whole and plan.areas[code].kind not in WIDE_KINDS and _made_up(plan, code, whole):
            whole.add(code)
    part = frozenset[str]().union(*(above[code] for code in whole))
    return {c: "whole" if c in whole else "part" for c in plan.places.shown if c in whole or c in part}


def _made_up(plan: Plan, code: str, whole: set[str]) -> bool:
    by_kind: dict[str, list[bool]] = {}
    for child in plan.areas.children(code):
        by_kind.setdefault(child.kind, []).append(child.code in whole)
    return any(all(found) for found in by_kind.values())
