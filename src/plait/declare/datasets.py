"""Data sets: declared tables that agencies' files become, column by column."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plait.declare.item import Declared, Id, Item, Text


class Privacy(StrEnum):
    """How a column may harm. `identifier` never passes `pseudonymise`."""

    IDENTIFIER = "identifier"
    PERSONAL = "personal"
    SPECIAL = "special"
    PLAIN = "plain"


class ColumnType(StrEnum):
    TEXT = "text"
    CODE = "code"
    CODES = "codes"  # a set of codes, in files parted by ';'
    DATE = "date"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    VALUE = "value"  # a number or a symbol that says why there is none, such as <5, c, z, x, u, low


class Column(Declared):
    id: Id
    title: Text
    type: ColumnType
    privacy: Privacy
    meaning: Text
    codes: Id | None = Field(None, description="The code list, for code and codes columns.")
    required: bool = False
    unit: str = ""
    after_coding: Literal["keep", "token", "month", "area", "drop"] = Field(
        "keep", description="What pseudonymise does: keep, a keyed token, the first of the month, an area, or drop it."
    )
    free_text: bool = Field(
        False, description="Sentences in somebody's own words: looked over with the language guides, and never kept."
    )

    @model_validator(mode="after")
    def _words_go_no_further(self) -> Self:
        dropped = self.privacy is Privacy.IDENTIFIER and self.after_coding == "drop"
        if self.free_text and not (dropped and self.type is ColumnType.TEXT):
            raise ValueError(
                "Free text may name anybody: its type is text, its privacy identifier, and after coding it is dropped."
            )
        return self


class _Check(Declared):
    """`code` is the finding's code, for ever. `remedy` says what to do; `problem` what is wrong. Neither shows a cell."""

    code: Text
    problem: Text
    remedy: Text
    severity: Literal["error", "warning", "note"] = "error"
    source: str = ""
    when: tuple["Condition", ...] = Field((), description="Only rows that meet all of these are checked.")


class Condition(Declared):
    """One test of one column. Exactly one of the tests is given; a row meets it or does not."""

    column: Id
    is_in: tuple[str, ...] | None = None
    not_in: tuple[str, ...] | None = None
    has_any: tuple[str, ...] | None = Field(None, description="A set column holds at least one of these.")
    in_group: tuple[str, ...] | None = Field(None, description="The code's group, in its code list, is one of these.")
    in_set: str | None = Field(None, description="The code carries this tag in its code list.")
    recorded: bool | None = Field(
        None, description="True: holds an answer. False: empty, or a code that means not known."
    )
    at_least: float | None = None
    at_most: float | None = None


class UniqueCheck(_Check):
    kind: Literal["unique"]
    columns: tuple[Id, ...]


class RangeCheck(_Check):
    kind: Literal["range"]
    column: Id
    low: float | None = None
    high: float | None = None


class DateRangeCheck(_Check):
    """The date is not before `earliest` nor after the given day: the return's reference date, or a fixed one."""

    kind: Literal["date_range"]
    column: Id
    earliest: str | None = None
    latest: Literal["reference_date", "receipt"] | str | None = None


class OrderCheck(_Check):
    """`later` is not before `earlier`, where both are given."""

    kind: Literal["order"]
    earlier: Id
    later: Id


class RequiredIfCheck(_Check):
    """Rows that meet `when` must hold `column`."""

    kind: Literal["required_if"]
    column: Id


class ForbiddenIfCheck(_Check):
    """Rows that meet `when` must not hold `column`, or must not exist at all when no column is named."""

    kind: Literal["forbidden_if"]
    column: Id | None = None


class PatternCheck(_Check):
    """The text has a declared shape. `shape` is one of a closed list, so that no user text becomes an expression."""

    kind: Literal["pattern"]
    column: Id
    shape: Literal["upn", "nhs_number", "postcode", "alphanumeric", "reference"]


class ReferenceCheck(_Check):
    """Each row's `columns` are found in `to_columns` of the same agency's `to` data set."""

    kind: Literal["reference"]
    columns: tuple[Id, ...]
    to: Id
    to_columns: tuple[Id, ...]
    to_when: tuple[Condition, ...] = ()


class Beside(Declared):
    """A row of the same agency's `to` data set whose `to_columns` hold what this row's `columns` do, and that meets `when`."""

    columns: tuple[Id, ...] = Field(min_length=1)
    to: Id
    to_columns: tuple[Id, ...] = Field(min_length=1)
    when: tuple[Condition, ...] = ()


class ForbiddenBesideCheck(_Check):
    """Rows that meet `when` must not stand beside such rows: where several are named, beside one of each."""

    kind: Literal["forbidden_beside"]
    column: Id = Field(description="Where the person is sent to look.")
    beside: tuple[Beside, ...] = Field(min_length=1)


class NoOverlapCheck(_Check):
    """Spells of the same `by` columns do not overlap."""

    kind: Literal["no_overlap"]
    by: tuple[Id, ...]
    start: Id
    end: Id


class AgreesCheck(_Check):
    """A column here and a column of the same person in another data set keep the given order."""

    kind: Literal["person_order"]
    column: Id
    relation: Literal["not_before", "not_after"]
    other: Id
    other_column: Id
    other_when: tuple[Condition, ...] = Field((), description="Only these rows of the other data set count.")
    open_ended: bool = Field(False, description="An empty day, here and there, is one that has not come yet.")


class ChangeCheck(_Check):
    """The number of rows is within a factor of the same agency's return for the period before."""

    kind: Literal["change"]
    factor: float = Field(gt=1)
    at_least: int = Field(20, description="Smaller returns are not compared.")


class BetweenAgenciesCheck(_Check):
    """Two agencies that count the same thing for the same period and area differ by no more than a factor."""

    kind: Literal["between_agencies"]
    factor: float = Field(gt=1)
    at_least: int = 20


Check = Annotated[
    UniqueCheck
    | RangeCheck
    | DateRangeCheck
    | OrderCheck
    | RequiredIfCheck
    | ForbiddenIfCheck
    | PatternCheck
    | ReferenceCheck
    | ForbiddenBesideCheck
    | NoOverlapCheck
    | AgreesCheck
    | ChangeCheck
    | BetweenAgenciesCheck,
    Field(discriminator="kind"),
]


class Holds(Declared):
    """The only codes that one format of file can hold in a column: none of another is no nought, for nobody was asked."""

    format: Literal["cin", "ssda903", "annex_a"] = Field(description="As `receive` tells it.")
    column: Id
    codes: tuple[str, ...] = Field(min_length=1)


class DataSet(Item):
    """A table an agency may send. Types, codes, required columns and shapes are checked without being declared twice."""

    row: Text = Field(description="What one row is.")
    tier: Literal["aggregate", "identity", "person"]
    columns: tuple[Column, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    holds: tuple[Holds, ...] = Field((), description="What formats can hold; one that is not named can hold any code.")
    guidance: str = ""

    def column(self, column_id: str) -> Column:
        """The column with this id. Raises KeyError when there is none."""
        for column in self.columns:
            if column.id == column_id:
                return column
        raise KeyError(column_id)

    @property
    def column_ids(self) -> tuple[str, ...]:
        return tuple(column.id for column in self.columns)
