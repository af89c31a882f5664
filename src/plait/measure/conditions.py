"""Declared conditions as SQL. Only declared ids and codes are written, each quoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plait.declare import ColumnType, Condition, DataSet, Pack, Rows
from plait.declare.holding import accepted
from plait.engine import identifier, literal
from plait.values import Period


def meets(pack: Pack, dataset: DataSet, conditions: Sequence[Condition]) -> str:
    """SQL that is true of rows that meet every condition and never NULL."""
    return " AND ".join(_meets(pack, dataset, c) for c in conditions) or "true"


def wants_answer(pack: Pack, dataset: DataSet, condition: Condition) -> bool:
    """True when rows meet the condition only by holding an answer, so that a column never filled makes no figure."""
    if condition.recorded is not None or condition.not_in is not None:
        return False
    return not accepted(pack, dataset, condition) & missing(pack, dataset, condition.column)


def missing(pack: Pack, dataset: DataSet, column: str) -> frozenset[str]:
    """The column's codes that mean the answer was not obtained or not recorded."""
    codes = dataset.column(column).codes
    return frozenset(pack.codelists[codes].missing) if codes and codes in pack.codelists else frozenset()


def answered(pack: Pack, dataset: DataSet, column: str, kind: ColumnType | None = None) -> str:
    """SQL that is true where the column holds an answer: not empty, and not a code that means not known."""
    name, absent = identifier(column), _listed(missing(pack, dataset, column))
    if (kind or dataset.column(column).type) is ColumnType.CODES:
        kept = f"list_filter({name}, lambda x: x NOT IN ({absent}))" if absent else name
        return f"coalesce(len({kept}), 0) > 0"
    return f"({name} IS NOT NULL" + (f" AND {name} NOT IN ({absent}))" if absent else ")")


def in_time(rows: Rows, period: Period, *, look_back: int = 0, born: str = "born") -> str:
    """SQL for rows that fall in the period as `rows.when` says, or up to `look_back` days before it.

    `born` is the column with the month of birth.
    """
    dated, start, end = identifier(rows.dated), f"DATE '{period.start}'", f"DATE '{period.end}'"
    if rows.when in ("before_18", "after_18"):
        return _about_18(rows, period, born)
    if rows.when == "in_period":
        return f"{dated} BETWEEN {start} - {int(look_back)} AND {end}"
    if rows.until is None:
        return f"{dated} <= {end}"
    until = identifier(rows.until)
    last = f"{until} > {end}" if rows.when == "open_at_end" else f"{until} >= {start}"
    return f"({dated} <= {end} AND ({until} IS NULL OR {last}))"


FOLLOWED = 91  # days in which help as an adult is looked for


def _about_18(rows: Rows, period: Period, born: str) -> str:
    """SQL for spells open just before the person's 18th birthday, or on any of the days after it that are followed.

    A birthday is known to its month, so everybody is surely 17 on the day before that month and 18 from the month after.
    """
    month, after = (f"({born} + INTERVAL {months} MONTH)::DATE" for months in (216, 217))
    dated = identifier(rows.dated)
    until = identifier(rows.until) if rows.until else f"{dated} + 1"
    first, last = (f"{month} - 1",) * 2 if rows.when == "before_18" else (after, f"{after} + {FOLLOWED - 1}")
    return (
        f"coalesce({month} >= DATE '{period.start}' AND {after} + {FOLLOWED} <= DATE '{period.end}' + 1 "
        f"AND {dated} <= {last} AND ({until} IS NULL OR {until} > {first}), false)"
    )


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(literal(code) for code in sorted(codes))


def _meets(pack: Pack, dataset: DataSet, condition: Condition) -> str:
    name = identifier(condition.column)
    if condition.recorded is not None:
        test = answered(pack, dataset, condition.column)
        return test if condition.recorded else f"NOT {test}" if test.startswith("(") else f"NOT ({test})"
    if condition.at_least is not None:
        return f"coalesce({name} >= {condition.at_least!r}, false)"
    if condition.at_most is not None:
        return f"coalesce({name} <= {condition.at_most!r}, false)"
    holds = _holds(pack, dataset, condition)
    return f"NOT {holds}" if condition.not_in is not None else holds


def _holds(pack: Pack, dataset: DataSet, condition: Condition) -> str:
    name, codes = identifier(condition.column), _listed(accepted(pack, dataset, condition))
    if not codes:
        return "false"
    if dataset.column(condition.column).type is ColumnType.CODES:
        return f"coalesce(list_has_any({name}, [{codes}]), false)"
    return f"coalesce(CAST({name} AS VARCHAR) IN ({codes}), false)"
