"""A table of what can happen to something: it drives the checks, and the page of reference that is made from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plait_web.roles import Named, Permission


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can happen: from which states, to which, by whom, with what permission, and what is said when it may not."""

    act: str
    before: frozenset[Named]
    after: tuple[Named, ...]
    who: str
    permission: Permission | None  # None: the service does it
    what: str
    refusal: str


def table(steps: Iterable[Step], states: Iterable[Named]) -> list[tuple[str, str, str, str]]:
    """What happens, from which states, to which, and who does it: a line a step, for people to read."""
    order = list(states)
    return [
        (step.what, ", ".join(_short(s) for s in order if s in step.before) or "nothing", _or(step.after), step.who)
        for step in steps
    ]


def _or(states: Iterable[Named]) -> str:
    return " or ".join(_short(state) for state in states)


def _short(state: Named) -> str:
    words = state.label.partition(":")[0]
    return words[:1].lower() + words[1:]
