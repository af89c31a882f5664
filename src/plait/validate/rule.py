"""A rule compiled: what SQL says a row breaks it, and what becomes of such a row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from plait.declare import Column, DataSet, Pack
from plait.engine import Engine, identifier, literal
from plait.errors import PackError, nearest
from plait.validate.checked import Context, Tables
from plait.validate.stored import Stored
from plait.values import Severity

SAMPLE = 50  # how many places of one problem are listed
NUMBERED = (
    "t._n, t._sheet, t._row, t._path"  # which row of the table it is, and where it stands in the person's own file
)
NEVER = "false"  # the test of a rule that no row of this table can break
ACCEPTED = "The partnership agreed to accept this; the caveat goes with every figure that rests on it."


class Effect(Enum):
    LEAVE_OUT = auto()  # the row is not usable
    EMPTY = auto()  # the row is, without the cell
    KEEP = auto()  # the row is, as it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule over the rows of one table.

    `fails` is SQL that is true of a row `t` that breaks it; NULL is not. A rule that needs other rows has `rows`
    instead: a query for the `NUMBERED` of the rows that break it, which are then in the table `found`. No row can break it
    that has nothing in a column of `needs`, and none of this table can when `fails` is NEVER.
    """

    code: str
    problem: str
    remedy: str
    severity: Severity
    effect: Effect
    column: str = ""
    fails: str = ""
    rows: str = ""
    found: str = ""
    needs: frozenset[str] = frozenset()

    def waived(self) -> Rule:
        """The same rule as a note that keeps the row. A cell that nothing could use is still emptied."""
        effect = Effect.KEEP if self.effect is Effect.LEAVE_OUT else self.effect
        problem = f"{self.problem} {ACCEPTED}"
        return replace(self, severity=Severity.NOTE, effect=effect, problem=problem)


@dataclass(frozen=True, slots=True)
class Scene:
    """One table to be checked, and all that its rules may look at."""

    engine: Engine
    dataset: DataSet
    pack: Pack
    context: Context
    received: Tables
    stored: Stored

    @property
    def aggregate(self) -> bool:
        return self.dataset.tier == "aggregate"

    @property
    def source(self) -> str:
        """SQL for the table as `t`, with `_n`, the number of the row in the Parquet file."""
        return f"(SELECT *, file_row_number AS _n FROM {parquet(self.received[self.dataset.id])}) AS t"

    def placed(self, table: str = "t") -> str:
        """SQL that puts rows in the order they stand in the person's own file, by what differs between them."""
        differ = [name for name in ("_sheet", "_row", "_path", "_n") if name not in self.stored.same]
        return ", ".join(f"{table}.{name}" for name in differ)

    def column(self, name: str) -> Column:
        return column_of(self.dataset, name)


def parquet(*paths: Path) -> str:
    """SQL that reads these Parquet files, with their rows numbered."""
    listed = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{listed}], union_by_name=true, file_row_number=true)"


def column_of(dataset: DataSet, name: str) -> Column:
    """The declared column. Raises PackError when a check names one that is not there."""
    if name not in dataset.column_ids:
        raise PackError(
            f"A check of data set '{dataset.id}' names the column '{name}', which is not there."
            f"{nearest(name, dataset.column_ids)}"
        )
    return dataset.column(name)


def cell(name: str, table: str = "t") -> str:
    """SQL for a declared column."""
    return f"{table}.{identifier(name)}"


def one_cell(scene: Scene, severity: Severity, column: Column) -> tuple[Severity, Effect]:
    """What a problem with a single cell leads to: an optional cell is emptied with a warning, and its row kept.

    In counts an empty breakdown means everyone together, so there a bad cell always loses the row.
    """
    if severity is not Severity.ERROR:
        return severity, Effect.KEEP
    if column.required or scene.aggregate:
        return Severity.ERROR, Effect.LEAVE_OUT
    return Severity.WARNING, Effect.EMPTY


def both(when: str, fails: str) -> str:
    """SQL: the row meets the conditions, and fails the test."""
    return NEVER if NEVER in (when, fails) else f"{when} AND ({fails})"


def whole_row(severity: Severity) -> tuple[Severity, Effect]:
    return severity, Effect.LEAVE_OUT if severity is Severity.ERROR else Effect.KEEP
