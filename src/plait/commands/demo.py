"""`plait demo`: an invented partnership from nothing to its profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plait.commands.run import told
from plait.errors import StoreError
from plait.invent import invent
from plait.partnership import open_workspace
from plait.pipeline import Outcome, Progress, run
from plait.pseudonymise import Key
from plait.values import Period

PERIODS = ("2023-24", "2024-25")


@dataclass(frozen=True)
class Demonstration:
    """Where the invented partnership, its profile, its key and the truth about it are."""

    folder: Path
    outcome: Outcome

    def told(self) -> str:
        """What was made and what to look at next, in words."""
        place, key = self.folder / "partnership", self.folder / "key" / "partnership.key"
        census = max((place / "returns" / "council").glob("*/CIN_Census_*.xml"))
        return (
            f"{told(self.outcome)}\n\n"
            f"Everything in it is invented. Its files are in {place}; what is true is in {self.folder / 'truth'}.\n"
            f"Look around:\n"
            f"  plait answer {place}\n"
            f"  plait check {census} --out {self.folder / 'findings'}\n"
            f"  plait run {place} --key {key} --out {self.folder / 'profile'}"
        )


def demonstrate(folder: Path, *, people: int, seed: int, on: date, progress: Progress) -> Demonstration:
    """An invented partnership under `folder`, run to its profile. Raises StoreError when something else is there."""
    place = folder / "partnership"
    if not (place / "partnership.yaml").is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise StoreError(f"{folder} holds something else. Choose a new or empty folder with --out.")
        progress("invent", 0, 1)
        invent(place, seed=seed, size=people, periods=PERIODS, keep_truth=folder / "truth")
    key = _key(folder / "key" / "partnership.key")
    outcome = run(
        open_workspace(place),
        period=Period.parse(PERIODS[-1]),
        on=on,
        key=key,
        into=folder / "profile",
        progress=progress,
    )
    return Demonstration(folder, outcome)


def _key(path: Path) -> Key:
    """The demonstration's key, made on the first run. A real partnership keeps its key with somebody else."""
    if path.is_file():
        return Key.read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return Key.create(path)
