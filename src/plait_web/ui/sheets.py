"""Cells of files that people open in a spreadsheet: what would be taken for a formula is text, and is read back as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one line of somebody's file cannot be used, and what to do: its number in the file and the heading of the cell.

    Never says what stands in the cell.
    """

    row: int
    heading: str
    problem: str
    remedy: str


def harmless(text: str) -> str:
    """The cell so that no spreadsheet works it out."""
    return f"'{text}" if text[:1] in _FORMULA else text


def as_written(cell: str) -> str:
    """What a cell made harmless said before."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell


def written_csv(table: Sequence[Sequence[str]]) -> bytes:
    """The table as a CSV that spreadsheets read rightly, each cell harmless."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[harmless(cell) for cell in row] for row in table])
    return out.getvalue().encode("utf-8-sig")
