"""What a page is laid out from: tables, and blocks of a heading with words, charts and a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plait.declare import Indicator
from plait.publish.charts import Chart
from plait.publish.wording import Said, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its first column names each row. `key` explains the marks used in it."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Said, ...], ...]
    note: str = ""

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        return key_of(cell for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    anchor: str
    heading: str
    words: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    table: Table | None = None
    links: tuple[tuple[str, str], ...] = ()  # words and address from the front page


def plain(texts: Iterable[str]) -> tuple[Said, ...]:
    return tuple(Said(text) for text in texts)


def measured_in(indicator: Indicator) -> str:
    return f"Counted in: {indicator.unit}."
