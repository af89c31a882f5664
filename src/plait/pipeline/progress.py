"""How far a run has come, told as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Progress = Callable[[str, int, int], None]  # a stage, how many of its things are done, of how many
_T = TypeVar("_T")


def silent(_stage: str, _done: int, _of: int) -> None:
    """Nobody is told."""


def each(items: Sequence[_T], stage: str, progress: Progress) -> Iterator[_T]:
    """The items one by one, telling the progress before each and after the last."""
    for number, item in enumerate(items):
        progress(stage, number, len(items))
        yield item
    progress(stage, len(items), len(items))
