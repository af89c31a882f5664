"""The memory of every figure that left: to which zone, over which period, area and group, and what its readers were told.

Each release keeps one file beside the data, with true counts, shown to nobody. A new release reads only the files, and of them
only the lines, that could bear on it: the same thing counted, over a period that overlaps.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.errors import StoreError
from plait.protect.build import keys_of, owner_of, truths_of
from plait.protect.counted import Counted
from plait.protect.times import period_of
from plait.released import Audit, Released

Row = dict[str, Any]

_WHICH = ("indicator", "period", "area", "supplier", "by", "group")
LINES = pa.schema(
    [
        *((name, pa.string()) for name in (*_WHICH, "part", "what", "owner", "zone", "release")),
        *((name, pa.float64()) for name in ("low", "high", "told_low", "told_high")),
        ("withheld", pa.bool_()),
    ]
)
_ABOUT = b"plait.release"


@dataclass(frozen=True)
class Ledger:
    """Every release ever made, as the files it left; `recalled` releases still count, since what was read stays known."""

    files: tuple[Path, ...] = ()
    lines: pa.Table | None = None

    @classmethod
    def read(cls, kept: Sequence[Path]) -> Ledger:
        """The ledger of every release whose `withheld_counts` were kept in these files. Nothing is read until it is needed."""
        return cls(tuple(kept))

    def bearing_on(self, whats: frozenset[str], names: Mapping[str, str], periods: frozenset[str]) -> list[Row]:
        """Released figures of the same populations, over periods that overlap these. Raises StoreError for a damaged file.

        `names` says what each indicator counts, for releases that remembered only the indicator.
        """
        found = [*self._from_files(whats, names, periods)]
        if self.lines is not None:
            found.append(_alike(self.lines, whats, periods))
        if not found:
            return []
        return list(_once(pa.concat_tables(found)).to_pylist())

    def _from_files(
        self, whats: frozenset[str], names: Mapping[str, str], periods: frozenset[str]
    ) -> Iterator[pa.Table]:
        for path in self.files:
            try:
                about = (pq.read_schema(path).metadata or {}).get(_ABOUT)
                if about is None or _may_bear(json.loads(about), whats, periods):
                    yield _alike(_lines(pq.read_table(path), path, None if about else names), whats, periods)
            except (OSError, pa.ArrowException):
                raise StoreError(
                    f"{path} cannot be read. It remembers what was released; without it nothing new may be released safely. "
                    "Put it back from a backup."
                ) from None


def _lines(table: pa.Table, path: Path, names: Mapping[str, str] | None) -> pa.Table:
    """The lines of a file; one written before the ledger kept everything holds only what was withheld."""
    if names is None:
        unnamed = pc.equal(table["release"], "")
        named = pc.if_else(unnamed, path.parent.name, table["release"])
        return table.select(LINES.names).set_column(LINES.names.index("release"), "release", named)
    rows = [
        {**{name: row[name] for name in _WHICH}, "part": "count", "owner": "",
         "what": names.get(row["indicator"], ""), "zone": "partnership",
         "release": path.parent.name, "low": row["count_low"], "high": row["count_high"], "told_low": 1.0, "told_high": inf,
         "withheld": True}
        for row in table.to_pylist()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=LINES)


def _may_bear(about: Mapping[str, Any], whats: frozenset[str], periods: frozenset[str]) -> bool:
    return not whats.isdisjoint(about["whats"]) and any(
        overlap(one, other) for one in about["periods"] for other in periods
    )


def overlap(one: str, other: str) -> bool:
    """True when two periods, by their labels, share a day; labels that name no period overlap when they are the same."""
    first, second = period_of(one), period_of(other)
    if first is None or second is None:
        return one == other
    return first.start <= second.end and second.start <= first.end


def _alike(table: pa.Table, whats: frozenset[str], periods: frozenset[str]) -> pa.Table:
    near = [p for p in pc.unique(table["period"]).to_pylist() if any(overlap(p, other) for other in periods)]
    same = pc.is_in(table["what"], pa.array(sorted(whats), pa.string()))
    return table.filter(pc.and_(same, pc.is_in(table["period"], pa.array(near, pa.string()))))


def _once(table: pa.Table) -> pa.Table:
    """What several releases said alike is kept once."""
    names = [name for name in LINES.names if name != "release"]
    return table.group_by(names).aggregate([("release", "min")]).rename_columns([*names, "release"]).select(LINES.names)


def withheld_counts(figures: pa.Table, released: Released, on: date | None = None, release: str = "") -> pa.Table:
    """What the ledger keeps of a release: every count behind it, true and as told. To be kept with the data, shown to nobody."""
    rows = list(_told(figures, released, release))
    elsewhere = {_cell(line) for line in rows if line["told_high"] < inf}
    for line in rows:
        line["withheld"] &= _cell(line) not in elsewhere
    about = {
        "zone": released.zone,
        "on": str(on) if on else "",
        "whats": sorted({line["what"] for line in rows}),
        "periods": sorted({line["period"] for line in rows}),
    }
    return pa.Table.from_pylist(rows, schema=LINES.with_metadata({_ABOUT: json.dumps(about).encode()}))


def _cell(line: Row) -> tuple[str, ...]:
    """What makes two lines the same count."""
    return tuple(line[name] for name in ("what", "period", "area", "supplier", "by", "group", "part"))


def _told(figures: pa.Table, released: Released, release: str) -> Iterator[Row]:
    names = {a.indicator: a for a in released.audit}
    shown = {tuple(row[n] for n in _WHICH): row for row in released.figures.to_pylist()}
    for row in figures.to_pylist():
        seen = shown.get(tuple(row[n] for n in _WHICH))
        if seen is not None:
            yield from _lines_of(row, seen, names[row["indicator"]], released, release)


def _lines_of(row: Row, seen: Row, audit: Audit, released: Released, release: str) -> Iterator[Row]:
    names = (
        Counted(*audit.counts)
        if audit.counts
        else Counted(row["indicator"], f"{row['indicator']} base", public_base=True)
    )
    truths, told = truths_of(row), _bounds_told(seen, audit)
    for part, key in keys_of(row, names, row["indicator"]).items():
        low, high = truths[part]
        told_low, told_high = told[part]
        yield {
            **{name: row[name] for name in _WHICH}, "part": key.part, "what": key.what, "owner": owner_of(row),
            "zone": released.zone, "release": release, "low": low, "high": high,
            "told_low": min(told_low, low), "told_high": max(told_high, low),
            "withheld": seen["mark"] == "c" and high < inf,
        }  # fmt: skip


def _bounds_told(seen: Row, audit: Audit) -> dict[str, tuple[float, float]]:
    """What a reader of the release knows of the row's count, base and rest: its rounding, or that it is hidden."""
    hidden = (0.0 if audit.hides_nought else 1.0, inf)
    if seen["mark"] == "c":
        return {part: hidden if part != "rest" else (0.0, inf) for part in ("count", "base", "rest")}
    return {part: _within(seen, part, audit) for part in ("count", "base")} | {"rest": (0.0, inf)}


def _within(seen: Row, part: str, audit: Audit) -> tuple[float, float]:
    low, high = seen[f"{part}_low"], seen[f"{part}_high"]
    if low is None or high is None:
        return 0.0, inf
    if low != high or low == 0:
        return low, high
    base = audit.rounded_to
    return max(low - base // 2, audit.hidden_below, 1.0), high + (base - 1) // 2
