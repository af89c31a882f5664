"""Rows of census blocks as the canonical tables, a batch of children at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from plait.declare import Pack
from plait.receive.cin_blocks import Blocks, Seen
from plait.receive.codes import Memo, declared_codes
from plait.receive.typed import looked_up, read_boolean, read_date, spread, tidy
from plait.receive.writer import TableWriters

_SEX = {"0": "U", "1": "M", "2": "F", "9": "U"}  # GenderCurrent, until 2024
_MOST_DAYS = 20_000  # texts remembered; a census holds about 7,000 different days
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?")


def _fields(texts: str, **others: pa.DataType) -> pa.StructType:
    """What a block's row holds: texts by these names, then others, then its line and path."""
    named = [(name, pa.string()) for name in texts.split()]
    return pa.struct([*named, *others.items(), ("_row", pa.int64()), ("_path", pa.string())])


_SET = pa.list_(pa.string())
_ROWS = {
    "people": _fields("person upn date_of_birth sex died_on ethnicity", disability=_SET),
    "episodes": _fields("service referral person referred source need closed reason nfa"),
    "assessments": _fields("event person started_on ended_on relates_to"),
    "plans": _fields("service person started_on ended_on relates_to"),
    "enquiries": _fields("event person started_on conference needless relates_to"),
    "protection": _fields("service person started_on ended_on detail relates_to"),
    "conferences": _fields("event person started_on relates_to"),
    "reviews": _fields("event person started_on relates_to"),
    "factors": _fields("person need recorded_on relates_to"),
    "concerns": pa.struct(
        [
            *((name, pa.string()) for name in ("concern", "person", "recorded_on")),
            ("harms", _SET),
            *((name, pa.string()) for name in ("source", "relates_to")),
            ("_row", pa.int64()),
            ("_path", pa.string()),
        ]
    ),
}

Columns = dict[str, Any]  # names to Arrow arrays, or to one text for all rows


class _Read(NamedTuple):
    """What a text was read as: no day where it is blank or `bad`; `odd` when a day is not written YYYY-MM-DD."""

    day: date | None
    bad: bool
    odd: bool


class _Reads(dict[str, _Read]):
    """Texts to what they are read as, remembered from batch to batch."""

    def __missing__(self, text: str) -> _Read:
        tidied = text.strip()
        try:
            day = read_date(tidied)
            read = _Read(day, bad=False, odd=_ISO.fullmatch(tidied) is None)
        except ValueError:
            read = _Read(None, bad=tidied != "", odd=False)
        if len(self) < _MOST_DAYS:
            self[text] = read
        return read


class Days:
    """Reads dates, and notes those not written YYYY-MM-DD by the element they stood in."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._reads = _Reads()

    def read(self, texts: pa.Array, element: str, rows: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The days, and which texts could not be read as one. Without an element, nothing is noted."""
        encoded = texts.dictionary_encode()
        reads = [self._reads[text] for text in encoded.dictionary.to_pylist()]
        if element and any(read.odd for read in reads):
            for row in rows.filter(spread([read.odd for read in reads], encoded)).to_pylist():
                self._seen.note("date-form", "", element, row)
        days = pa.array([read.day for read in reads], pa.date32()).take(encoded.indices)
        return days, spread([read.bad for read in reads], encoded)


class Tables:
    """Writes a batch's blocks to the tables of one return."""

    def __init__(self, writers: TableWriters, pack: Pack, seen: Seen) -> None:
        self._writers = writers
        self._days = Days(seen)
        names = ("ethnicity", "referral_source", "primary_need", "service_outcome", "service_detail")
        self._codes = {name: Memo(declared_codes(pack, name)) for name in names}
        self._codes["sex"] = Memo({**declared_codes(pack, "sex"), **_SEX})

    def write(self, blocks: Blocks) -> None:
        """Add what the blocks hold. Tables that get nothing are made all the same."""
        self._people(_columns(blocks, "people"))
        self._episodes(_columns(blocks, "episodes"))
        self._add("services", {**_columns(blocks, "plans"), "type": "cin_plan"}, _PLAN_DAYS)
        self._protection(_columns(blocks, "protection"))
        self._add("events", {**_columns(blocks, "assessments"), "type": "assessment"}, _ASSESSMENT_DAYS)
        self._enquiries(_columns(blocks, "enquiries"))
        self._add(
            "events", {**_columns(blocks, "conferences"), "type": "child_protection_conference"}, _CONFERENCE_DAYS
        )
        self._add("events", {**_columns(blocks, "reviews"), "type": "review_conference"}, _REVIEW_DAYS)
        self._add("needs", _columns(blocks, "factors"), _RECORDED_DAYS)
        concerns = {**_columns(blocks, "concerns"), "status": "concern", "role": "unknown"}
        self._add("concerns", self._coded(concerns, source="referral_source"), _RECORDED_DAYS)

    def _coded(self, columns: Columns, **lists: str) -> Columns:
        """The columns with some of them read as codes of a list."""
        coded = {column: looked_up(columns[column], self._codes[name].__getitem__) for column, name in lists.items()}
        return {**columns, **coded}

    def _add(self, dataset: str, columns: Columns, days: Mapping[str, str]) -> None:
        """Add rows to a table; `days` maps its date columns to the element each stood in."""
        rows, paths = columns.pop("_row"), columns.pop("_path")
        unread = {}
        for name, element in days.items():
            columns[name], unread[name] = self._days.read(columns[name], element, rows)
        self._writers[dataset].add(columns, rows=rows, paths=paths, unread=unread, tidied=True)

    def _people(self, c: Columns) -> None:
        columns = {**self._coded(c, sex="sex", ethnicity="ethnicity"), "upn": tidy(c["upn"])}
        self._add("people", columns, {"date_of_birth": "PersonBirthDate", "died_on": "PersonDeathDate"})

    def _episodes(self, c: Columns) -> None:
        where = {name: c[name] for name in ("person", "_row", "_path")}
        coded = self._coded(c, source="referral_source", need="primary_need", reason="service_outcome")
        service = {
            **where,
            **{name: coded[name] for name in ("service", "source", "need")},
            "type": "children_social_care",
            "outcome": coded["reason"],
            "referred_on": c["referred"],
            "started_on": c["referred"],
            "ended_on": c["closed"],
        }
        self._add("services", service, _EPISODE_DAYS)
        referral = {
            **where,
            "event": c["referral"],
            "type": "referral",
            "started_on": c["referred"],
            "outcome": looked_up(c["nfa"], _YesNo("no_further_action", "accepted").__getitem__),
            "source": coded["source"],
            "relates_to": c["service"],
        }
        self._add("events", referral, {"started_on": _NOTED})

    def _enquiries(self, c: Columns) -> None:
        needless = looked_up(c.pop("needless"), _YesNo("no_conference", None).__getitem__)
        outcome = pc.if_else(c.pop("conference").is_valid(), "conference", needless)
        self._add("events", {**c, "type": "section47", "outcome": outcome}, {"started_on": "S47ActualStartDate"})

    def _protection(self, c: Columns) -> None:
        columns = {**self._coded(c, detail="service_detail"), "type": "cp_plan"}
        self._add("services", columns, {"started_on": "CPPstartDate", "ended_on": "CPPendDate"})


_NOTED = ""  # the element's dates are in another table as well, and noted there
_EPISODE_DAYS = {"referred_on": "CINreferralDate", "started_on": _NOTED, "ended_on": "CINclosureDate"}
_PLAN_DAYS = {"started_on": "CINPlanStartDate", "ended_on": "CINPlanEndDate"}
_ASSESSMENT_DAYS = {"started_on": "AssessmentActualStartDate", "ended_on": "AssessmentAuthorisationDate"}
_CONFERENCE_DAYS = {"started_on": "DateOfInitialCPC"}
_REVIEW_DAYS = {"started_on": "CPPreviewDate"}
_RECORDED_DAYS = {"recorded_on": _NOTED}


class _YesNo(dict[str | None, str | None]):
    """A yes or no, in any of the ways files write it, as one of two codes; anything else stays as it is."""

    def __init__(self, yes: str, no: str | None) -> None:
        self._answers = (no, yes)

    def __missing__(self, text: str | None) -> str | None:
        tidied = (text or "").strip()
        try:
            return self._answers[read_boolean(tidied)]
        except ValueError:
            return tidied or None


def _columns(blocks: Blocks, kind: str) -> Columns:
    """A block's rows as a column for each of its fields."""
    struct = _ROWS[kind]
    return dict(zip(struct.names, pa.array(getattr(blocks, kind), struct).flatten(), strict=True))
