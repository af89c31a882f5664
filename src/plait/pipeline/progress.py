"""How far a run has come, told as it goes, and work done two at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from plait.engine import Engine

Progress = Callable[[str, int, int], None]  # a stage, how many of its things are done, of how many
_T = TypeVar("_T")
AT_ONCE = 2  # whatever the machine: each more would hold one more return, or period, in memory


def silent(_stage: str, _done: int, _of: int) -> None:
    """Nobody is told."""


@contextmanager
def two_at_once() -> Iterator[Executor]:
    """Two jobs are worked at a time, begun in the order they are given, so that one may wait for another given before it.

    When the block ends badly no further one is begun, and those that were have ended. Threads, since DuckDB and Arrow work
    outside Python's lock: a process would have to be started, given the key, and ended when this one is killed.
    """
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def engine_for(spill: Path, *, jobs: int) -> Engine:
    """An engine for one of so many jobs: a whole one where it is alone, else half the threads and half the memory of one."""
    return Engine(spill=spill) if jobs < AT_ONCE else Engine(spill=spill, threads=1, memory="1GB")


def each(jobs: Sequence[Future[_T]], stage: str, progress: Progress) -> Iterator[_T]:
    """What each job gives back, in their order, telling the progress before each and after the last. Raises what it raised."""
    for number, job in enumerate(jobs):
        progress(stage, number, len(jobs))
        yield job.result()
    progress(stage, len(jobs), len(jobs))
