"""`plait bench`: how long each stage takes on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

from plait.commands.demo import demonstrate


def time_stages(folder: Path, *, people: int, on: date) -> Iterator[str]:
    """A line a stage with its seconds, then the whole from files to profile; the inventing is not counted."""
    started: list[tuple[str, float]] = []

    def note(stage: str, _done: int, _of: int) -> None:
        if not started or started[-1][0] != stage:
            started.append((stage, perf_counter()))

    demonstrate(folder / "demo", people=people, seed=1, on=on, progress=note)
    ends = [*(when for _, when in started[1:]), perf_counter()]
    for (stage, begun), ended in zip(started, ends, strict=True):
        yield f"{stage:<10}{ended - begun:7.1f} s"
    counted = ends[-1] - next(when for stage, when in started if stage != "invent")
    yield f"{'in all':<10}{counted:7.1f} s from files to profile, {people:,} people"
