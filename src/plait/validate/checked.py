"""What `validate` is told about a return and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from plait.values import Finding, Period, Severity

Tables = Mapping[str, Path]


class Heading(Protocol):
    """What a column is called in the person's own file, as `receive` says it."""

    @property
    def text(self) -> str: ...
    @property
    def letter(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a return besides its cells.

    `previous` and `others` are coded tables: this agency's return before, and other agencies' for the same period.
    `waived` holds codes of findings that the partnership agreed to accept, with a reason kept elsewhere.
    """

    agency: str
    kind: str
    file: str
    headings: Mapping[str, Mapping[str, Heading]] = field(default_factory=dict)
    period: Period | None = None
    reference_date: date | None = None
    received_on: date
    previous: Tables = field(default_factory=dict)
    others: Mapping[str, Tables] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()

    @property
    def as_at(self) -> date:
        """The day the return describes: its reference date, else the end of its period, else the day it came."""
        return self.reference_date or (self.period.end if self.period else self.received_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The rows that can be relied on, and what is wrong with the rest.

    `findings` lists a sample of each problem, worst first; each says in `count` how many there are in full. `rows` is
    (read, usable) by data set. `waived` holds one note for each problem that was waived: the caveat that must travel
    with every figure resting on these rows. When `refused`, nothing is usable.
    """

    file: str
    tables: Tables
    findings: tuple[Finding, ...]
    rows: Mapping[str, tuple[int, int]]
    refused: bool = False
    waived: tuple[Finding, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(finding.severity in (Severity.ERROR, Severity.REFUSED) for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one column, and the places listed for it, the first first. `count` is how many there are in full."""

    first: Finding
    places: tuple[Finding, ...]

    @property
    def count(self) -> int:
        return max(self.first.count, len(self.places))


def by_problem(findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """Findings gathered by what is wrong in which table, in the order first met. Each column has words of its own."""
    gathered: dict[tuple[str, str, str, bool], list[Finding]] = {}
    for finding in findings:
        key = (finding.dataset, finding.code, finding.problem, finding.where.row is None)
        gathered.setdefault(key, []).append(finding)
    return tuple(Problem(listed[0], tuple(listed)) for listed in gathered.values())
