"""What changed from one return to another: rows, filled shares and kinds of problem, from their summaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plait.declare import Pack

Summary = Mapping[str, Any]
_SHARE = 0.05  # a filled share that moves by less is not worth a line


@dataclass(frozen=True, slots=True)
class RowsChange:
    """Rows of one data set, before and now; None where it was not sent."""

    dataset: str
    before: int | None
    now: int | None

    @property
    def told(self) -> str:
        if self.before is None:
            return "Not sent before"
        if self.now is None:
            return "Not in this return"
        if self.before == self.now:
            return "The same"
        more = "more" if self.now > self.before else "fewer"
        share = f" ({abs(self.now - self.before) / self.before:.0%})" if self.before else ""
        return f"{abs(self.now - self.before):,} {more}{share}"


@dataclass(frozen=True, slots=True)
class FilledChange:
    """The share of rows in which a column holds an answer, before and now."""

    dataset: str
    column: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class KindChange:
    """A kind of problem: new, gone or still there, and how often."""

    problem: str
    before: int
    now: int

    @property
    def told(self) -> str:
        if not self.before:
            return "New"
        if not self.now:
            return "Gone"
        return "The same" if self.now == self.before else "More often" if self.now > self.before else "Less often"


@dataclass(frozen=True, slots=True)
class Changes:
    """All that is worth telling between two returns."""

    rows: tuple[RowsChange, ...]
    filled: tuple[FilledChange, ...]
    kinds: tuple[KindChange, ...]


def changes(before: Summary, now: Summary, pack: Pack) -> Changes:
    """From one return's summary to another's, in the pack's words."""
    return Changes(tuple(_rows(before, now, pack)), tuple(_filled(before, now, pack)), tuple(_kinds(before, now)))


def _rows(before: Summary, now: Summary, pack: Pack) -> Iterator[RowsChange]:
    was, is_now = before.get("rows", {}), now.get("rows", {})
    for dataset in dict.fromkeys((*is_now, *was)):
        yield RowsChange(_title(pack, dataset), _read(was, dataset), _read(is_now, dataset))


def _read(rows: Mapping[str, list[int]], dataset: str) -> int | None:
    return rows[dataset][0] if dataset in rows else None


def _filled(before: Summary, now: Summary, pack: Pack) -> Iterator[FilledChange]:
    was = before.get("filled", {})
    for dataset, columns in now.get("filled", {}).items():
        for column, share in columns.items():
            earlier = was.get(dataset, {}).get(column)
            if earlier is not None and abs(share - earlier) >= _SHARE:
                yield FilledChange(_title(pack, dataset), _column(pack, dataset, column), earlier, share)


def _kinds(before: Summary, now: Summary) -> Iterator[KindChange]:
    was, is_now = before.get("kinds", {}), now.get("kinds", {})
    for code in dict.fromkeys((*is_now, *was)):
        said = is_now.get(code) or was[code]
        yield KindChange(said["problem"], was.get(code, {}).get("count", 0), is_now.get(code, {}).get("count", 0))


def _title(pack: Pack, dataset: str) -> str:
    return pack.datasets[dataset].title if dataset in pack.datasets else dataset


def _column(pack: Pack, dataset: str, column: str) -> str:
    try:
        return pack.datasets[dataset].column(column).title
    except KeyError:
        return column
