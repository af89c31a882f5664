"""What accepted returns were like, period by period, beside what the agency's own people say of the same data.

People of the agency see exact shares. Others see them in protected words: nothing of a table of few rows, and no share that would
tell a count too small to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plait.declare import DataSet, ZoneRule
from plait.protect.shares import ENOUGH, TOO_FEW, Share, shown_share
from plait_web.quality.models import Measured

MEASURES = {
    "filled": "Cells with an answer",
    "empty": "Left empty",
    "unknown": "Answered with not known or not specified",
    "valid": "Codes that are on the list",
    "usable": "Rows that could be used",
    "agreeing": "Rows in line with other columns, tables and returns",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of one data set or column over the periods, in their order."""

    title: str
    measure: str
    shares: tuple[Share, ...]


def by_period(rows: Iterable[Measured]) -> list[tuple[str, Measured]]:
    """One agency's returns of one data set, those of a period taken together: (period, what they were like), oldest first."""
    found: dict[str, Measured] = {}
    for row in rows:
        period = row.submission.expected.point.period
        found[period] = _together(found[period], row) if period in found else row
    return sorted(found.items())


def _together(one: Measured, other: Measured) -> Measured:
    """Two parts of a period as one; the later of the two days counts. Never saved."""
    columns = {
        name: [a + b for a, b in zip(one.columns[name], other.columns[name], strict=True)]
        for name in one.columns
        if name in other.columns
    }
    return Measured(
        submission=other.submission,
        dataset=one.dataset,
        read=one.read + other.read,
        usable=one.usable + other.usable,
        conflicting=one.conflicting + other.conflicting,
        days_late=max(one.days_late, other.days_late),
        columns=columns,
    )


def by_dataset(rows: Sequence[Measured], rule: ZoneRule | None) -> tuple[Line, ...]:
    """The measures of a data set as a whole; `rows` are one agency's returns of it, oldest period first."""
    return (
        Line("", "usable", tuple(shown_share(row.usable, row.read, rule) for row in rows)),
        Line("", "filled", tuple(_filled(row, rule) for row in rows)),
        Line(
            "",
            "agreeing",
            tuple(shown_share(row.read - min(row.conflicting, row.read), row.read, rule) for row in rows),
        ),
    )


def _filled(row: Measured, rule: ZoneRule | None) -> Share:
    """Over all columns together; the threshold is held against cells, which are more than rows."""
    cells = row.usable * len(row.columns)
    lost = sum(empty + unknown for empty, unknown, _ in row.columns.values())
    if rule is not None and row.usable < ENOUGH:
        return Share(TOO_FEW)
    return shown_share(cells - lost, cells, rule)


def by_column(rows: Sequence[Measured], dataset: DataSet, rule: ZoneRule | None) -> tuple[Line, ...]:
    """For each column that came at all: left empty, answered with not known, and of coded ones how many are on the list."""
    found: list[Line] = []
    for column in dataset.columns:
        if not any(column.id in row.columns for row in rows):
            continue
        found.append(_line(rows, column.id, column.title, "empty", rule))
        if column.codes:
            found += [_line(rows, column.id, column.title, measure, rule) for measure in ("unknown", "valid")]
    return tuple(found)


def _line(rows: Sequence[Measured], column: str, title: str, measure: str, rule: ZoneRule | None) -> Line:
    return Line(title, measure, tuple(_share(row, column, measure, rule) for row in rows))


def _share(row: Measured, column: str, measure: str, rule: ZoneRule | None) -> Share:
    if column not in row.columns:
        return Share("Not in the return")
    if rule is not None and row.usable < ENOUGH:
        return Share(TOO_FEW)  # whether such a column is empty throughout would be told by there being nothing to check
    empty, unknown, unlisted = row.columns[column]
    if measure == "valid":
        return shown_share(row.usable - empty - unlisted, row.usable - empty, rule)
    return shown_share({"empty": empty, "unknown": unknown}[measure], row.usable, rule)
