"""Tables of text as the files agencies send. A table is its headings in order, each with a column."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter
import yaml
from pydantic import BaseModel

from plait.declare.datasets import DataSet
from plait.declare.load import CORE
from plait.invent.draw import Column

Table = dict[str, Column]


def write_csv(path: Path, table: Table, *, lines: str = "\r\n") -> Path:
    """The table as CSV, in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator=lines)
        writer.writerow(table)
        writer.writerows(zip(*(column.tolist() for column in table.values()), strict=True))
    return path


def write_workbook(path: Path, sheets: Mapping[str, Table], *, above: Sequence[str] = ()) -> Path:
    """Each table as a sheet of a workbook, under any lines `above` the headings. Every cell is text, as extracts are."""
    return write_titled(path, {name: (above, table) for name, table in sheets.items()})


def write_titled(path: Path, sheets: Mapping[str, tuple[Sequence[str], Table]]) -> Path:
    """Each table as a sheet of a workbook, under its own lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        # The only day in the file; without it the same seed would not give the same bytes.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        for name, (above, table) in sheets.items():
            _write_sheet(book.add_worksheet(name), above, table)
    return path


def _write_sheet(sheet: Any, above: Sequence[str], table: Table) -> None:
    for number, line in enumerate(above):
        sheet.write_string(number, 0, line)
    for place, heading in enumerate(table):
        sheet.write_string(len(above), place, heading)
    rows = zip(*(column.tolist() for column in table.values()), strict=True)
    for number, row in enumerate(rows, start=len(above) + 1):
        for place, cell in enumerate(row):
            if cell != "":
                sheet.write_string(number, place, cell)


def write_yaml(path: Path, content: object, *, note: str = "") -> Path:
    """The content as plain YAML, in the order given, under a note."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = content.model_dump(mode="json", exclude_defaults=True) if isinstance(content, BaseModel) else content
    text = yaml.dump(plain, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)
    path.write_text((f"# {note}\n" if note else "") + text, encoding="utf-8")
    return path


def template(dataset: str, columns: Mapping[str, Column]) -> Table:
    """The columns under the headings of Plait's own template for the data set: all of them, empty where not given."""
    rows = len(next(iter(columns.values())))
    blank = np.full(rows, "", dtype=object)
    return {title: columns.get(column, blank) for column, title in _titles(dataset)}


@cache
def _titles(dataset: str) -> tuple[tuple[str, str], ...]:
    text = (CORE / "datasets" / f"{dataset}.yaml").read_text(encoding="utf-8")
    declared = DataSet.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    return tuple((column.id, column.title) for column in declared.columns)


def only(table: Table, rows: Column) -> Table:
    """The table's rows at these positions, or where true."""
    return {heading: column[rows] for heading, column in table.items()}


def stacked(tables: Sequence[Table]) -> Table:
    """Tables with the same headings, one above the other."""
    return {heading: np.concatenate([table[heading] for table in tables]) for heading in tables[0]}
