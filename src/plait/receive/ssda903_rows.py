"""Rows of the looked-after children return as the canonical tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from plait.declare import Pack
from plait.receive.codes import Memo, declared_codes
from plait.receive.ssda903_parts import Part
from plait.receive.typed import convert, looked_up, read_date
from plait.receive.writer import TableWriters

_SEX = {"1": "M", "2": "F", "1.0": "M", "2.0": "F"}  # as written before 2024-25
_MISSING = {"M": "missing_care", "A": "away_unauthorised"}
_IN_TOUCH = {"YES": "in_touch", "NO": "not_in_touch", "DIED": "", "REFU": "", "NREQ": "", "RHOM": ""}
_BATCH = 20_000


class _Person(NamedTuple):
    """Where a child stands in the file, and what stands there."""

    child: str | None
    born: str | None
    sex: str | None
    ethnicity: str | None
    upn: str | None
    row: int
    sheet: str
    path: str


class People:
    """Every child of the return: as its header has them, else as the first other file that names them."""

    def __init__(self) -> None:
        self._header: list[_Person] = []
        self._others: dict[str, _Person] = {}
        self._homes: dict[str, dict[str, date | None]] = {}

    def meet(self, part: Part, children: pa.Array) -> None:
        named = children.to_pylist()
        if part.table == "header":
            self._header += self._persons(part, named, list(range(len(named))))
            return
        new: dict[str, int] = {}
        for index, child in enumerate(named):
            if child is not None and (child not in self._others or self._others[child].born is None):
                new.setdefault(child, index)
        for person in self._persons(part, list(new), list(new.values())):
            known = self._others.get(str(person.child))
            if known is None or person.born is not None:
                self._others[str(person.child)] = person

    def _persons(self, part: Part, named: list[str | None], indexes: list[int]) -> list[_Person]:
        taken = pa.array(indexes, pa.int64())
        columns = [part.get(name).take(taken).to_pylist() for name in ("DOB", "SEX", "ETHNIC", "UPN")]
        rows = part.rows.take(taken).to_pylist()
        paths = [part.paths] * len(rows) if isinstance(part.paths, str) else [part.paths[i] for i in indexes]
        return [
            _Person(child, born, sex, ethnicity, upn, row, part.sheet, path)
            for child, born, sex, ethnicity, upn, row, path in zip(named, *columns, rows, paths, strict=True)
        ]

    def meet_homes(self, children: pa.Array, homes: pa.Array, since: pa.Array) -> None:
        """Note each child's home postcode at each entry to care, with the first day the return gives it."""
        for child, home, day in zip(children.to_pylist(), homes.to_pylist(), since.to_pylist(), strict=True):
            if child is None or not home or not home.strip():
                continue
            known = self._homes.setdefault(child, {})
            postcode = " ".join(home.upper().split())
            if postcode not in known or (day and (known[postcode] is None or day < known[postcode])):
                known[postcode] = day

    def rows(self) -> Iterable[tuple[_Person, str | None, date | None]]:
        """Each child with each home. The day a home began is given only for the second and later: the first is open."""
        in_header = {person.child for person in self._header}
        others = [person for child, person in self._others.items() if child not in in_header]
        for person in (*self._header, *others):
            homes = self._homes.get(person.child or "", {})
            if not homes:
                yield person, None, None
            ordered = sorted(homes.items(), key=lambda home: (home[1] or date.max, home[0]))
            for number, (postcode, day) in enumerate(ordered):
                yield person, postcode, day if number else None


class Rows:
    """Writes parts of a return to its tables, and remembers what must wait for the whole of it."""

    def __init__(self, writers: TableWriters, pack: Pack) -> None:
        self._writers = writers
        self._people = People()
        self._waiting: list[tuple[Part, pa.Array]] = []
        self._years: Counter[int] = Counter()
        names = ("ethnicity", "primary_need", "service_outcome", "service_detail")
        self._codes: dict[str, Mapping[str | None, str | None]] = {n: Memo(declared_codes(pack, n)) for n in names}
        self._codes |= {
            "upn": Memo(dict.fromkeys(declared_codes(pack, "upn_unknown"), "")),  # why there is none is no identifier
            "sex": Memo({**declared_codes(pack, "sex"), **_SEX}),
            "missing": Memo(_MISSING),
            "in_touch": Memo(_IN_TOUCH),
            "home": Memo(
                {code.code: code.group for code in pack.codelist("ssda903_accommodation").codes if code.group}
                | {"0": ""}
            ),
        }
        self._adders: dict[str, Callable[[Part, pa.Array], None]] = {
            "episodes": self._add_episodes,
            "missing": lambda part, who: self._add_events(part, who, ("MIS_START", "MIS_END"), "missing"),
            "reviews": lambda part, who: self._add_events(part, who, ("REVIEW", ""), "care_review"),
            "dolo": lambda part, who: self._add_events(part, who, ("DOLO_START", "DOLO_END"), "deprivation_of_liberty"),
            "oc2": self._wait,
            "oc3": self._wait,
        }

    def add(self, part: Part) -> None:
        """Add what the part's table becomes, and the children it names."""
        children = looked_up(part.get("CHILD"), _tidy_child)
        self._people.meet(part, children)
        if adder := self._adders.get(part.table):
            adder(part, children)

    def finish(self) -> date | None:
        """Add what waited. The 31 March the return seems to be for comes back: most of its dates fall in that year."""
        year = max(self._years, key=lambda y: (self._years[y], y), default=None)
        end = date(year, 3, 31) if year else None
        for part, children in self._waiting:
            self._add_dateless(part, children, end)
        self._add_people()
        return end

    @property
    def dateless(self) -> int:
        """How many rows have no date of their own."""
        return sum(len(part.rows) for part, _ in self._waiting)

    def _add_episodes(self, part: Part, children: pa.Array) -> None:
        days, unread = self._days(part, {"started_on": "DECOM", "ended_on": "DEC"})
        refs = _ref(children, "CLA", days["started_on"])
        self._people.meet_homes(children, part.get("HOME_POST"), days["started_on"])
        columns = {
            "service": refs,
            "person": children,
            "type": "looked_after",
            "detail": self._coded(part, "PLACE", "service_detail"),
            "need": self._coded(part, "CIN", "primary_need"),
            "outcome": self._coded(part, "REC", "service_outcome"),
            **days,
        }
        self._write("services", part, columns, unread)
        entered = pc.fill_null(pc.equal(pc.utf8_upper(pc.utf8_trim_whitespace(part.get("RNE"))), "S"), False)
        columns = {
            "event": _ref(children, "ENTRY", days["started_on"]),
            "person": children,
            "type": pa.repeat(pa.scalar("care_entry"), len(children)),
            "started_on": days["started_on"],
            "relates_to": refs,
        }
        self._write("events", part, columns, {"started_on": unread["started_on"]}, entered)

    def _add_events(self, part: Part, children: pa.Array, dates: tuple[str, str], kind: str) -> None:
        start, end = dates
        days, unread = self._days(part, {"started_on": start, **({"ended_on": end} if end else {})})
        type_ = self._coded(part, "MISSING", "missing") if kind == "missing" else kind
        ref = _ref(children, part.table.upper(), days["started_on"])
        self._write("events", part, {"event": ref, "person": children, "type": type_, **days}, unread)

    def _wait(self, part: Part, children: pa.Array) -> None:
        self._waiting.append((part, children))

    def _add_dateless(self, part: Part, children: pa.Array, end: date | None) -> None:
        """Add rows the return dates only by its year. Without a year none can be added."""
        if end is None:
            return
        whole = pa.repeat(pa.scalar(end, pa.date32()), len(children))
        if part.table == "oc2":
            columns = {"event": _ref(children, "OC2", whole), "person": children, "type": "oc2_check"}
            self._write("events", part, {**columns, "started_on": whole}, {})
            return
        first = pa.repeat(pa.scalar(date(end.year - 1, 4, 1), pa.date32()), len(children))
        for column, name in (("IN_TOUCH", "in_touch"), ("ACCOM", "home")):
            detail = self._coded(part, column, name)
            columns = {
                "service": _ref(children, column, whole),
                "person": children,
                "type": pa.repeat(pa.scalar("care_leaving"), len(children)),
                "detail": detail,
                "started_on": first,
                "ended_on": whole,
            }
            self._write("services", part, columns, {}, detail.is_valid())

    def _add_people(self) -> None:
        rows = iter(self._people.rows())
        self._write_people([])
        while batch := list(islice(rows, _BATCH)):
            self._write_people(batch)

    def _write_people(self, batch: list[tuple[_Person, str | None, date | None]]) -> None:
        people = [person for person, _, _ in batch]
        born, bad = _read_days(pa.array([p.born for p in people], pa.string()))
        columns = {
            "person": pa.array([p.child for p in people], pa.string()),
            "upn": looked_up(pa.array([p.upn for p in people], pa.string()), self._codes["upn"].__getitem__),
            "date_of_birth": born,
            "sex": looked_up(pa.array([p.sex for p in people], pa.string()), self._codes["sex"].__getitem__),
            "ethnicity": looked_up(
                pa.array([p.ethnicity for p in people], pa.string()), self._codes["ethnicity"].__getitem__
            ),
            "postcode": pa.array([postcode for _, postcode, _ in batch], pa.string()),
            "postcode_from": pa.array([day for _, _, day in batch], pa.date32()),
        }
        self._writers["people"].add(
            columns,
            rows=[p.row for p in people],
            sheets=[p.sheet for p in people],
            paths=[p.path for p in people],
            unread={"date_of_birth": bad},
        )

    def _coded(self, part: Part, column: str, name: str) -> pa.Array:
        return looked_up(part.get(column), self._codes[name].__getitem__)

    def _days(self, part: Part, wanted: Mapping[str, str]) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
        """Date columns of a part, and which of their cells could not be read. Counts the years they fall in."""
        days, unread = {}, {}
        for name, column in wanted.items():
            days[name], unread[name] = _read_days(part.get(column))
            for counted in pc.value_counts(days[name].drop_null()).to_pylist():
                day: date = counted["values"]
                self._years[day.year + (day.month > 3)] += counted["counts"]
        return days, unread

    def _write(
        self,
        dataset: str,
        part: Part,
        columns: Mapping[str, Any],
        unread: Mapping[str, pa.Array],
        only: pa.Array | None = None,
    ) -> None:
        rows, paths = part.rows, part.paths if isinstance(part.paths, str) else pa.array(part.paths, pa.string())
        if only is not None:
            columns = {name: array.filter(only) for name, array in columns.items()}
            unread = {name: array.filter(only) for name, array in unread.items()}
            rows, paths = rows.filter(only), paths if isinstance(paths, str) else paths.filter(only)
        self._writers[dataset].add(columns, rows=rows, sheets=part.sheet, paths=paths, unread=unread)


def _tidy_child(text: str | None) -> str | None:
    return "".join((text or "").split()).upper() or None


def _read_days(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The days, and which cells hold something that is none."""
    tidied = looked_up(texts, lambda text: (text or "").strip() or None)
    return convert(tidied, lambda text: read_date(text, "excel"), pa.date32())


def _ref(children: pa.Array, kind: str, days: pa.Array) -> pa.Array:
    """A reference of the child, what it is and its day; NULL where any is not known."""
    return pc.binary_join_element_wise(children, kind, days.cast(pa.string()), "/")
