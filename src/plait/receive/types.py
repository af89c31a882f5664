"""What `receive` hands on: the tables of one return, what is wrong with it, and what its columns are called in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plait.declare import FileMap
from plait.values import Finding


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column is called in the person's own file: its heading and letter there, or its XML element."""

    text: str
    letter: str = ""
    sheet: str = ""
    path: str = ""


def numbered(extra: Sequence[Heading], *, after: Iterable[str] = ()) -> dict[str, Heading]:
    """The headings that no column takes as `_extra_1` and on, past those that are numbered already."""
    first = sum(1 for name in after if name.startswith("_extra_")) + 1
    return {f"_extra_{number}": heading for number, heading in enumerate(extra, start=first)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One return as canonical tables, a Parquet file each. `rows` counts them.

    `file` is the source's name without its folders, `digest` the SHA-256 of its bytes, and `authority` the sender's own
    code for itself where the format carries one. `headings` of an aggregate also name, as `_extra_1` and on, the columns
    that nothing was read from.
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


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a person needs beside a drafted map to correct it, from the sheet it was drafted from.

    `reasons` says of each column taken how sure its heading is and why; `words` of each coded column the file's own words
    and why each has its code. A word no code was found for is among them.
    """

    headings: tuple[str, ...]
    reasons: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """One drafted map for each sheet that looks like a data set, and by map id the file to write and the sketch of it.

    They hold the file's headings and its words for coded columns; no other cell.
    """

    maps: tuple[FileMap, ...]
    texts: Mapping[str, str]
    sketches: Mapping[str, Sketch]

    @property
    def text(self) -> str:
        """All the drafts, one after the other."""
        return "---\n".join(self.texts.values())
