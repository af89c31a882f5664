"""`plait attack`: what a reader could work out from a release folder alone, before somebody does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plait.areas import load_areas
from plait.protect import Attack, Rule, attack

LEARNED = 7  # the exit code when something could be worked out, as when protect refuses


def attack_folders(
    folders: Sequence[Path],
    *,
    areas: Path | None = None,
    knows: Path | None = None,
    hidden_below: int | None = None,
    rounded_to: int = 1,
) -> Attack:
    """What could be learned from the open tables in these folders. Raises UserError where there are none."""
    rule = Rule(hidden_below, rounded_to) if hidden_below else None
    return attack(folders, areas=load_areas(areas) if areas else None, rule=rule, knows=knows)
