"""Which column of a data set each heading of a file is most like, by its words and by what stands below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from rapidfuzz import fuzz

from plait.declare import CodeList, Column, ColumnType, DataSet, Pack
from plait.identifiers import is_nhs_number, is_postcode, is_upn
from plait.receive.tabular import Headed, heading_key, rows_below
from plait.receive.typed import read_date
from plait.receive.words import resolver

_ROWS = 50_000  # how many rows are looked at
_HEADING_ALIKE = 80
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "person": (
        "person id", "child id", "client id", "unique id", "nominal id", "nominal ref", "patient id", "case number",
        "reference", "ref", "urn", "id",
    ),
    "nhs_number": ("nhs no", "nhs"),
    "upn": ("pupil number",),
    "given_name": ("forename", "first name", "forenames", "christian name"),
    "family_name": ("surname", "last name"),
    "aliases": ("alias", "known as", "other names"),
    "date_of_birth": ("dob", "birth date", "d o b"),
    "sex": ("gender",),
    "ethnicity": ("ethnic origin", "ethnic group", "self defined ethnicity", "ethnic code"),
    "postcode": ("home postcode", "post code", "address postcode"),
    "recorded_on": ("date recorded", "date identified", "assessment date", "date"),
    "started_on": ("start date", "date started", "date from", "event date", "date of incident", "occurred on", "date"),
    "ended_on": ("end date", "date ended", "date to", "closed on", "date closed", "date returned"),
    "referred_on": ("referral date", "date of referral", "date referred"),
    "harms": ("exploitation type", "type of exploitation", "form of harm", "harm type", "concern type"),
    "status": ("risk level", "concern level", "level of concern"),
    "role": ("victim or suspect", "involvement"),
    "type": ("event type", "incident type", "category", "crime type", "service type"),
    "outcome": ("result", "disposal", "closure reason"),
    "source": ("referral source", "referrer", "referred by", "source of referral"),
    "incident_postcode": ("location postcode", "incident postcode", "venue postcode"),
    "event": ("event id", "incident id", "crime ref", "crime number", "occurrence number", "episode id"),
    "service": ("service id", "case id", "spell id"),
    "concern": ("concern id", "flag id"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looks:
    """What the cells of one column look like, in shares of those that are filled."""

    filled: int
    date: float
    nhs: float
    upn: float
    postcode: float
    words: Counter[str]

    def shape(self) -> str:
        shapes = {"dates": self.date, "NHS numbers": self.nhs, "UPNs": self.upn, "postcodes": self.postcode}
        name, share = max(shapes.items(), key=lambda item: item[1])
        return name if share >= 0.8 else ""


@dataclass(frozen=True, slots=True)
class Match:
    """A column of the data set, the heading it is drafted from, how sure that is of 1, and why."""

    column: Column
    index: int
    sure: float
    why: str


def looked_at(found: Headed) -> list[Looks]:
    """What each column's cells look like, over the first rows of the file."""
    columns: list[Counter[str]] = [Counter() for _ in found.headings]
    seen = 0
    for rows in rows_below(found.grid, found.row, len(found.headings)):
        for counts, cells in zip(columns, rows.cells, strict=True):
            counts.update({word: n for word, n in _counted(cells) if word is not None})
        seen += len(rows)
        if seen >= _ROWS:
            break
    return [_look(counts) for counts in columns]


def _counted(cells: pa.Array) -> Iterator[tuple[str | None, int]]:
    counted = cells.value_counts()
    yield from zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)


def _look(counts: Counter[str]) -> Looks:
    filled = counts.total()
    sample = list(counts)[:500]
    return Looks(
        filled,
        _share(sample, _is_date),
        _share(sample, is_nhs_number),
        _share(sample, is_upn),
        _share(sample, is_postcode),
        counts,
    )


def _share(sample: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, sample)) / len(sample) if sample else 0.0


def _is_date(text: str) -> bool:
    try:
        read_date(text)
    except ValueError:
        return False
    return True


def matches_in(found: Headed, looks: Sequence[Looks], dataset: DataSet, pack: Pack) -> list[Match]:
    """The best heading for each column, each heading used once, in the data set's order."""
    scored = [
        match
        for column in dataset.columns
        for index, heading in enumerate(found.headings)
        if heading and (match := _scored(column, index, heading, (looks[index], pack))) is not None
    ]
    taken: dict[str, Match] = {}
    used: set[int] = set()
    for match in sorted(scored, key=lambda m: -m.sure):
        if match.column.id not in taken and match.index not in used:
            taken[match.column.id] = match
            used.add(match.index)
    return [taken[c.id] for c in dataset.columns if c.id in taken]


def _scored(column: Column, index: int, heading: str, seen: tuple[Looks, Pack]) -> Match | None:
    """How like the column this heading is, by its words and by what is below it; None when it is not."""
    looks, pack = seen
    sure, why = _by_heading(column, heading)
    shape = looks.shape()
    wanted = _shape_of(column)
    if shape and wanted == shape:
        # Without a heading to say so, a date could be any day and a postcode anywhere.
        alone = 0.5 if shape in ("NHS numbers", "UPNs") or (shape == "dates" and column.required) else 0.0
        sure, why = sure + 0.2 if sure else alone, f"{why}; its cells look like {shape}"
    elif looks.filled and (shape or wanted) and shape != wanted:
        sure, why = sure - 0.45, f"{why}, but its cells look like {shape or 'something else'}"
    codes = pack.codelists.get(column.codes or "")
    if codes is not None and looks.filled:
        known = _known_share(looks, codes)
        sure, why = sure + 0.4 * known, why + ("; its words are the list's codes" if known > 0.5 else "")
    if column.type is ColumnType.DATE and not shape and looks.filled:
        return None
    return Match(column, index, min(sure, 1.0), why.lstrip("; ")) if sure >= 0.5 else None


def _by_heading(column: Column, heading: str) -> tuple[float, str]:
    key = heading_key(heading)
    if key in (heading_key(column.title), heading_key(column.id)):
        return 1.0, "the heading is the column's own"
    if key in map(heading_key, _OTHER_NAMES.get(column.id, ())):
        return 0.85, "the heading is another name for it"
    names = [column.title, column.id.replace("_", " "), *_OTHER_NAMES.get(column.id, ())]
    score = max(fuzz.token_sort_ratio(heading.casefold(), name.casefold()) for name in names if len(name) > 3)
    return (score / 125, "the heading is much like its name") if score >= _HEADING_ALIKE else (0.0, "")


def _shape_of(column: Column) -> str:
    by_id = {"nhs_number": "NHS numbers", "upn": "UPNs", "postcode": "postcodes", "incident_postcode": "postcodes"}
    return "dates" if column.type is ColumnType.DATE else by_id.get(column.id, "")


def _known_share(looks: Looks, codes: CodeList) -> float:
    resolve, listed = resolver(codes), {code.code for code in codes.codes}
    return sum(n for word, n in looks.words.items() if resolve(word) in listed) / looks.filled


def is_private(word: str) -> bool:
    """True for a word that may be an identifier, whatever column it stands in."""
    return _is_date(word) or is_nhs_number(word) or is_upn(word) or is_postcode(word) or "@" in word
