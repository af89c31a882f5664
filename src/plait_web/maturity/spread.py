"""What an agency's answers say together: a spread, never an average and never a rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plait.declare import MaturityModel
from plait.declare.maturity import Heading, Statement
from plait_web.maturity.models import Rating


@dataclass(frozen=True, slots=True)
class Spread:
    """The levels several people gave, and how many did not know."""

    levels: tuple[int, ...]
    unsure: int

    @classmethod
    def of(cls, ratings: Iterable[Rating]) -> Spread:
        given = [r.level for r in ratings]
        return cls(tuple(sorted(level for level in given if level)), sum(level is None for level in given))

    @property
    def answered(self) -> bool:
        return bool(self.levels) or self.unsure > 0

    @property
    def words(self) -> str:
        """'2 to 4', '3', 'Do not know', or '' where nobody answered."""
        if not self.levels:
            return "Do not know" if self.unsure else ""
        low, high = self.levels[0], self.levels[-1]
        said = str(low) if low == high else f"{low} to {high}"
        return f"{said}; {self.unsure} did not know" if self.unsure else said

    def low(self, most: int) -> bool:
        """Whether half of those who know, or more, gave a level up to `most`."""
        return bool(self.levels) and 2 * sum(level <= most for level in self.levels) >= len(self.levels)


def by_statement(model: MaturityModel, ratings: Iterable[Rating]) -> dict[str, Spread]:
    """Each statement of the model to its spread."""
    found: dict[str, list[Rating]] = {s.id: [] for s in model.statements}
    for rating in ratings:
        if rating.statement in found:
            found[rating.statement].append(rating)
    return {name: Spread.of(said) for name, said in found.items()}


def by_heading(model: MaturityModel, ratings: Iterable[Rating]) -> dict[str, Spread]:
    """Each heading of the model to the spread of everything said under it."""
    of = {s.id: heading.id for heading in model.headings for s in heading.statements}
    found: dict[str, list[Rating]] = {heading.id: [] for heading in model.headings}
    for rating in ratings:
        if rating.statement in of:
            found[of[rating.statement]].append(rating)
    return {name: Spread.of(said) for name, said in found.items()}


@dataclass(frozen=True, slots=True)
class Proposed:
    """An action that low scores propose, and the agencies whose scores they are."""

    statement: Statement
    heading: Heading
    agencies: tuple[int, ...]

    @property
    def joint(self) -> bool:
        """Better done once for all: the model says so, or several agencies need the same."""
        return self.statement.together or len(self.agencies) > 1


def proposed(model: MaturityModel, ratings: Iterable[Rating]) -> tuple[Proposed, ...]:
    """One line for each statement some agency is low on, in the order of the model: what several need stands once."""
    said = list(ratings)
    spreads = {
        a: by_statement(model, [r for r in said if r.agency_id == a]) for a in sorted({r.agency_id for r in said})
    }
    lines = (
        Proposed(statement, heading, tuple(a for a, found in spreads.items() if found[statement.id].low(model.low)))
        for heading in model.headings
        for statement in heading.statements
    )
    return tuple(line for line in lines if line.agencies)
