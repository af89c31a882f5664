"""The memory of every figure that left: to which zone, over which period, area and group, and what its readers were told.

Each release keeps one file beside the data, with true counts, shown to nobody. A new release reads only the files, and of them
only the lines, that could bear on it (reach.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, TypedDict

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.errors import StoreError
from plait.protect.build import keys_of, owner_of, truths_of
from plait.protect.counted import Counted
from plait.protect.reach import Node, Reach
from plait.released import Audit, KnownAnyway, Released

Row = dict[str, Any]

_WHICH = ("indicator", "period", "area", "supplier", "by", "group")
_BOUNDS = ("count_low", "count_high", "base_low", "base_high")
_CELL = ("what", "period", "area", "supplier", "by", "group", "part")  # what makes two lines the same count
LINES = pa.schema(
    [
        *((name, pa.string()) for name in (*_WHICH, "part", "what", "owner", "zone", "release")),
        *((name, pa.float64()) for name in ("low", "high", "told_low", "told_high")),
        ("withheld", pa.bool_()),
    ]
)
_ABOUT = b"plait.release"


class About(TypedDict):
    """What a release says of itself: what it counted over which periods, and which counts a share of its ties together."""

    zone: str
    on: str
    counted: dict[str, list[str]]
    shares: list[tuple[str, str, str, str]]  # period; names of a count, of its base, and of the rest of it
    known: list[dict[str, Any]]  # counts given away whatever is withheld: where, why, what to recall; never a count


@dataclass(frozen=True)
class Left:
    """What left at one time: to which zone, on which day, of what and over which periods. Holds no count."""

    zone: str
    on: str
    whats: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """Every release ever made, as the files it left; `recalled` releases still count, since what was read stays known."""

    files: tuple[Path, ...] = ()

    @classmethod
    def read(cls, kept: Sequence[Path]) -> Ledger:
        """The ledger of every release whose `withheld_counts` were kept in these files. Nothing is read until it is needed."""
        return cls(tuple(kept))

    def reach(self) -> Reach:
        """Which counts any release could set against which others. Raises StoreError for a damaged file."""
        reach = Reach()
        for _, about in self._abouts:
            for what, periods in about["counted"].items():
                reach.add(((what, period) for period in periods), together=False)
            for period, *names in about["shares"]:
                reach.add((name, period) for name in names)
        return reach

    def bearing_on(self, counts: frozenset[Node]) -> list[Row]:
        """Released figures of these counts. Raises StoreError for a damaged file."""
        found = [_alike(_read(path), counts) for path, about in self._abouts if _may_bear(about, counts)]
        return list(_once(pa.concat_tables(found)).to_pylist()) if found else []

    def known_anyway(self) -> Iterator[tuple[Path, KnownAnyway]]:
        """Small counts that no withholding could keep, with the file of the release in which each was found."""
        for path, about in self._abouts:
            for one in about["known"]:
                yield path, KnownAnyway(**{**one, "recall": tuple(one["recall"])})

    @cached_property
    def _abouts(self) -> tuple[tuple[Path, About], ...]:
        return tuple((path, _about(path)) for path in self.files)


def _about(path: Path) -> About:
    try:
        # Reading the schema as well would take five times as long, and there are thousands of files.
        about: About = json.loads((pq.read_metadata(path).metadata or {})[_ABOUT])
        return about
    except (OSError, pa.ArrowException, KeyError, ValueError):
        raise _damaged(path) from None


def _read(path: Path) -> pa.Table:
    """The lines of a file; one that does not name its release is named for its folder."""
    try:
        table = pq.read_table(path).select(LINES.names)
    except (OSError, pa.ArrowException, KeyError):
        raise _damaged(path) from None
    named = pc.if_else(pc.equal(table["release"], ""), path.parent.name, table["release"])
    return table.set_column(LINES.names.index("release"), "release", named)


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"{path} cannot be read. It remembers what was released; without it nothing new may be released safely. "
        "Put it back from a backup."
    )


def _may_bear(about: About, counts: frozenset[Node]) -> bool:
    return any((what, period) in counts for what, periods in about["counted"].items() for period in periods)


def _alike(table: pa.Table, counts: frozenset[Node]) -> pa.Table:
    whats, periods = ({count[side] for count in counts} for side in (0, 1))
    same = pc.is_in(table["what"], pa.array(sorted(whats), pa.string()))
    return table.filter(pc.and_(same, pc.is_in(table["period"], pa.array(sorted(periods), pa.string()))))


def _once(table: pa.Table) -> pa.Table:
    """What several releases said alike is kept once."""
    names = [name for name in LINES.names if name != "release"]
    return table.group_by(names).aggregate([("release", "min")]).rename_columns([*names, "release"]).select(LINES.names)


def withheld_counts(figures: pa.Table, released: Released, on: date | None = None, release: str = "") -> pa.Table:
    """What the ledger keeps of a release: every count behind it, true and as told. To be kept with the data, shown to nobody."""
    lines = _told_nowhere(_told(figures, released, release))
    counted: dict[str, set[str]] = defaultdict(set)
    for what, period in set(_each(lines, ("what", "period"))):
        counted[what].add(period)
    shares = ((a.period, a.counts[0], a.counts[1], a.indicator) for a in released.audit if a.counts and not a.counts[2])
    about = About(
        zone=released.zone,
        on=str(on) if on else "",
        counted={what: sorted(periods) for what, periods in sorted(counted.items())},
        shares=sorted(shares),
        known=[asdict(one) for a in released.audit for one in a.known],
    )
    return lines.replace_schema_metadata({_ABOUT: json.dumps(about).encode()})


def _each(table: pa.Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The row's values of these columns, in that order; whole rows by name would take several times as long."""
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def _told_nowhere(lines: pa.Table) -> pa.Table:
    """Only a count that no figure tells is withheld, whichever of the figures that rest on it are."""
    elsewhere = set(_each(lines.filter(pc.less(lines["told_high"], inf)), _CELL))
    withheld = [own and tuple(cell) not in elsewhere for own, *cell in _each(lines, ("withheld", *_CELL))]
    return lines.set_column(LINES.names.index("withheld"), LINES.field("withheld"), pa.array(withheld, pa.bool_()))


def _told(figures: pa.Table, released: Released, release: str) -> pa.Table:
    """A line for each count behind each figure that was released, in the order of the figures."""
    audits = {a.indicator: (a, _names_of(a)) for a in released.audit}
    lines = [
        line
        for row, seen in _both(figures, released.figures)
        for line in _lines_of(row, seen, *audits[row["indicator"]], released.zone, release)
    ]
    return pa.table(list(zip(*lines, strict=True)) or [()] * len(LINES), schema=LINES)


def _names_of(audit: Audit) -> Counted:
    if audit.counts:
        return Counted(*audit.counts)
    return Counted(audit.indicator, f"{audit.indicator} base", public_base=True)


def _both(figures: pa.Table, shown: pa.Table) -> Iterator[tuple[Row, Row]]:
    """Each figure that was shown, as counted and as shown; of both no more than the ledger looks at."""
    seen = dict(zip(_each(shown, _WHICH), _rows(shown, ("mark", *_BOUNDS)), strict=True))
    counted = zip(_each(figures, _WHICH), _rows(figures, (*_WHICH, "sources", *_BOUNDS)), strict=True)
    return ((row, seen[which]) for which, row in counted if which in seen)


def _rows(table: pa.Table, names: Sequence[str]) -> Iterator[Row]:
    return (dict(zip(names, values, strict=True)) for values in _each(table, names))


def _lines_of(row: Row, seen: Row, audit: Audit, names: Counted, zone: str, release: str) -> Iterator[tuple[Any, ...]]:
    """Values in the order of LINES."""
    which, owner = [row[name] for name in _WHICH], owner_of(row)
    truths, told, hidden = truths_of(row), _bounds_told(seen, audit), seen["mark"] == "c"
    for part, key in keys_of(row, names, row["indicator"]).items():
        low, high = truths[part]
        told_low, told_high = told[part]
        true_and_told = (low, high, min(told_low, low), max(told_high, low))
        yield (*which, key.part, key.what, owner, zone, release, *true_and_told, hidden and high < inf)


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


def left(path: Path) -> Left:
    """What the release whose `withheld_counts` lie there let out. Raises StoreError for a damaged file."""
    about = _about(path)
    periods = sorted({period for found in about["counted"].values() for period in found})
    return Left(about["zone"], about["on"], tuple(sorted(about["counted"])), tuple(periods))
