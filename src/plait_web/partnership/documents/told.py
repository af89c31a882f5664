"""What a document says, before anything is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

BLANK = "To be filled in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose first row is its headings and whose first column names each row."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "Nothing yet."  # said in place of a table without rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading with sentences, points and tables, in that order."""

    heading: str
    words: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document. `draft` says what is still to be done with it; `author` is the partnership."""

    title: str
    subject: str
    author: str
    made: date
    lead: str
    parts: tuple[Part, ...]
    draft: str = ""
    invented: bool = False
    contents: bool = False  # a list of its headings, with pages where it has pages, stands before its parts


def blank(what: str) -> str:
    """A gap that a person has to fill, said so that it cannot be overlooked."""
    return f"[{BLANK}: {what}]"
