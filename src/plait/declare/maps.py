"""Column-and-code maps: how one agency's own file becomes a declared data set. Drafted by `plait map`, corrected once."""

from datetime import date
from typing import Literal

from pydantic import Field

from plait.declare.item import Declared, Id, Text


class ColumnMap(Declared):
    """One column of the data set, and where it comes from in the file."""

    column: Id = Field(description="The data set's column.")
    heading: str | None = Field(None, description="The file's own heading; none when a fixed value is given.")
    value: str | None = Field(None, description="The same value on every row.")
    codes: dict[str, str] = Field({}, description="The file's own words to the data set's codes.")
    dates: Literal["", "dmy", "mdy", "ymd", "excel"] = Field("", description="How dates are written; empty: ISO or UK.")
    parted_by: str = Field(";", description="What parts the words of a set.")


class FileMap(Declared):
    """How a file of this shape becomes rows of one data set. One file may have several maps, one a sheet or data set."""

    id: Id
    dataset: Id
    sheet: str | None = None
    heading_row: int = Field(1, ge=1, description="The row, counted from 1, that holds the headings.")
    columns: tuple[ColumnMap, ...] = Field(min_length=1)
    ignored: tuple[str, ...] = Field((), description="Headings looked at and left out on purpose.")
    note: str = ""
    retired: date | None = Field(None, description="The day from which no file is read by it.")

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.note or self.id


class WideCounts(Declared):
    """A published table with a column a measure, in DfE's tidy layout, as rows of `counts`."""

    id: Id
    title: Text
    source: Text
    recognised_by: tuple[str, ...] = Field(min_length=1, description="Headings that together tell this table.")
    measures: dict[str, "CountColumn"]
    filters: dict[str, str] = Field({}, description="Heading of a filter column to the counts column it fills.")
    filter_values: dict[str, dict[str, str]] = Field({}, description="Heading to its words to our codes.")
    retired: date | None = Field(None, description="The day from which no table is read by it.")


class CountColumn(Declared):
    """What one column of a published table counts."""

    measure: Id
    part: Literal["value", "numerator", "denominator"] = "value"
    breakdown: dict[str, str] = Field({}, description="Counts columns fixed by this heading, such as need: 11A.")
