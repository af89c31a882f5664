"""What a checker sees of a release, so that the common reasons to refuse cannot arise unseen.

All of it is made from the release itself, as the public would see it: no count that is withheld is known here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from plait.declare import Pack
from plait.protect import load_released
from plait.publish.wording import MARKS
from plait.released import Audit, KnownAnyway, Released
from plait_web.release.models import Release

Row = Mapping[str, Any]
_WHICH = ("indicator", "period", "area", "supplier", "by", "group")
_SHOWN = ("state", "low", "high", "count_low", "count_high", "base_low", "base_high")


@dataclass(frozen=True, slots=True)
class Table:
    """How one table of the release was made safe, and what a reader is left with."""

    title: str
    audit: Audit
    shown: int
    withheld: int
    smallest: int | None  # the smallest count shown that is not nought
    widest_gap: str  # the narrowest range of a withheld count that a reader is left with, in words


@dataclass(frozen=True, slots=True)
class Known:
    """A small count that earlier releases, or an agency's own counts, give away whatever is withheld. Holds no count."""

    title: str
    cell: KnownAnyway
    recall: tuple[Release, ...]  # given outside, and to be thought of recalling


def known_anyway(tables: Sequence[Table]) -> list[Known]:
    """Where a person should look before the release leaves: at most 50 of them."""
    found = [(table.title, cell) for table in tables for cell in table.audit.known][:50]
    keys = {key for _, cell in found for key in cell.recall}
    out = list(Release.objects.filter(key__in=keys, state="published")) if keys else []
    return [Known(title, cell, tuple(one for one in out if one.key in cell.recall)) for title, cell in found]


@dataclass(frozen=True, slots=True)
class Changed:
    """How the figures differ from those of an earlier release."""

    earlier: Release
    new: int
    gone: int
    different: int

    @property
    def same(self) -> bool:
        return not (self.new or self.gone or self.different)


def released_in(folder: Path) -> Released:
    """The figures of a release as they lie in its folder: sealed, or not at all. Raises StoreError when they were altered."""
    path = folder / "released.parquet"
    return _read(folder, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(folder: Path, changed: int) -> Released:
    return load_released(folder)


def tables(release: Release, pack: Pack) -> list[Table]:
    """Each table of the release, by figure and period."""
    released = released_in(release.folder)
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in released.figures.to_pylist():
        rows[row["indicator"], row["period"]].append(row)
    return [_table(audit, rows[audit.indicator, audit.period], pack) for audit in released.audit]


def _table(audit: Audit, rows: list[Row], pack: Pack) -> Table:
    counts = [row["count_low"] for row in rows if row["count_low"] and row["count_low"] == row["count_high"]]
    known = pack.indicators.get(audit.indicator)
    return Table(
        title=known.title if known else audit.indicator,
        audit=audit,
        shown=sum(row["state"] in ("zero", "exact", "between") for row in rows),
        withheld=sum(row["mark"] == "c" for row in rows),
        smallest=int(min(counts)) if counts else None,
        widest_gap=_range(audit.narrowest),
    )


def _range(apart: float | None) -> str:
    if apart is None:
        return "Nothing small is in it"
    return "No end" if apart > 1e6 else f"{int(apart) + 1} counts" if apart >= 1 else "1 count"


def marks(release: Release) -> list[tuple[str, int, str]]:
    """Why figures of the release are not shown: the reason as it is kept with each, how many, and what the reason means."""
    states = Counter(row["state"] for row in released_in(release.folder).figures.to_pylist())
    return [(text, states[state.value], why) for state, (_, text, why) in MARKS.items() if states[state.value]]


def changed_since(release: Release, earlier: Release) -> Changed:
    """What a reader with both in hand sees change: figures that are new, gone, or other than they were."""
    now, then = _values(release), _values(earlier)
    return Changed(
        earlier=earlier,
        new=len(now.keys() - then.keys()),
        gone=len(then.keys() - now.keys()),
        different=sum(now[key] != then[key] for key in now.keys() & then.keys()),
    )


def _values(release: Release) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    figures = released_in(release.folder).figures.to_pylist()
    return {tuple(row[name] for name in _WHICH): tuple(row[name] for name in _SHOWN) for row in figures}
