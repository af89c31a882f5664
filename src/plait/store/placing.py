"""A whole profile put where somebody asked for it, in place of the last one and of nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from plait.errors import StoreError


def replace_folder(source: Path, into: Path) -> None:
    """A copy of `source` stands at `into`; the profile that stood there before is gone only once the copy is whole.

    Raises StoreError, and touches nothing, when what stands there is no profile.
    """
    check_replaceable(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = into.with_name(f".{into.name}.new"), into.with_name(f".{into.name}.old")
    if old.exists() and not into.exists():
        old.rename(into)  # a run was killed between the two renames below
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(source, fresh)
    if into.exists():
        into.rename(old)
    fresh.rename(into)
    shutil.rmtree(old, ignore_errors=True)


def check_replaceable(into: Path) -> None:
    """Nothing stands at `into`, or an empty folder, or a profile. Raises StoreError otherwise: it would be lost."""
    profile = (into / "index.html").is_file() and (into / "figures.csv").is_file()
    if into.is_file() or (into.is_dir() and any(into.iterdir()) and not profile):
        raise StoreError(f"{into} holds something else, which would be lost. Choose a new or empty folder with --out.")
