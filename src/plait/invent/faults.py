"""Mistakes put into returns on purpose, a few rows in a thousand, with a list of where each one is."""

from dataclasses import dataclass

import numpy as np

from plait.invent.draw import Column, Rng
from plait.invent.files import Table

SHARE = 0.002


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted mistake. `row` is the row of the file as a spreadsheet shows it, or 0 where it has none (XML)."""

    agency: str
    period: str
    file: str
    sheet: str
    row: int
    column: str
    reference: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file in which faults are planted. `top` is the row of the first record."""

    agency: str
    period: str
    file: str
    sheet: str = ""
    top: int = 2
    key: str = ""  # heading of the reference that tells rows apart


class Faults:
    """Plants mistakes and remembers them. No row of a file gets two."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._used: dict[Source, set[int]] = {}
        self.planted: list[Fault] = []

    def plant(self, table: Table, source: Source, heading: str, kind: str, *, wrong: str | Column) -> None:
        """In a few rows that hold something under the heading, what was there is now `wrong` (a text, or one a row)."""
        used = self._used.setdefault(source, set())
        filled = [row for row in np.flatnonzero(table[heading] != "").tolist() if row not in used]
        rows = self._some(filled, len(table[heading]))
        table[heading] = table[heading].copy()
        for row in rows:
            table[heading][row] = wrong if isinstance(wrong, str) else wrong[row]
            self._note(table, source, heading, kind, row)

    def repeat(self, table: Table, source: Source, kind: str) -> Table:
        """The table with a few of its rows there a second time, at the end."""
        length = len(table[source.key])
        used = self._used.setdefault(source, set())
        rows = self._some([row for row in range(length) if row not in used], length)
        longer = {heading: np.concatenate([column, column[rows]]) for heading, column in table.items()}
        for row in range(length, length + len(rows)):
            self._note(longer, source, source.key, kind, row)
        return longer

    def _some(self, rows: list[int], of: int) -> list[int]:
        wanted = min(len(rows), max(1, round(of * SHARE)))
        return sorted(self._rng.choice(rows, wanted, replace=False).tolist()) if wanted else []

    def _note(self, table: Table, source: Source, heading: str, kind: str, row: int) -> None:
        self._used[source].add(row)
        reference = str(table[source.key][row]) if source.key else ""
        where = row + source.top if source.top else 0
        self.planted.append(
            Fault(source.agency, source.period, source.file, source.sheet, where, heading, reference, kind)
        )
