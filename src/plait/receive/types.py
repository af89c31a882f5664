"""What `receive` hands on: the tables of one return, what is wrong with it, and what its columns are called in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plait.values import Finding


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column is called in the person's own file: its heading and letter there, or its XML element."""

    text: str
    letter: str = ""
    sheet: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One return as canonical tables, a Parquet file each. `rows` counts them.

    `file` is the source's name without its folders, `digest` the SHA-256 of its bytes, and `authority` the sender's own
    code for itself where the format carries one.
    """

    format: str
    tables: Mapping[str, Path]
    findings: tuple[Finding, ...] = ()
    headings: Mapping[str, Mapping[str, Heading]]
    reference_date: date | None = None
    authority: str | None = None
    file: str
    digest: str
    rows: Mapping[str, int]
