"""Work done two at a time gives what it would give one by one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Event, current_thread, main_thread

import pytest

from plait.pipeline.progress import each, engine_for, silent, two_at_once

LONG = 60  # seconds: never reached unless what is tested is broken


def waiting(for_it: Event, then: int) -> int:
    assert for_it.wait(LONG)
    return then


def test_results_come_in_the_order_of_the_jobs_whichever_ends_first() -> None:
    second_done = Event()
    with two_at_once() as pool:
        jobs = [pool.submit(waiting, second_done, 1), pool.submit(second_done.set), pool.submit(int, 3)]
        assert list(each(jobs, "read", silent)) == [1, None, 3]


def test_a_job_may_wait_for_one_before_it() -> None:
    with two_at_once() as pool:
        first = pool.submit(int, 1)
        chain: list[Future[int]] = [first]
        for _ in range(5):
            before: Callable[[], int] = chain[-1].result
            chain.append(pool.submit(lambda before=before: before() + 1))
        assert list(each(chain, "read", silent)) == [1, 2, 3, 4, 5, 6]


def test_progress_is_told_in_order_by_the_caller() -> None:
    told = []
    with two_at_once() as pool:
        jobs = [pool.submit(int) for _ in range(3)]
        list(each(jobs, "read", lambda *said: told.append((*said, current_thread() is main_thread()))))
    assert told == [("read", done, 3, True) for done in range(4)]


def test_the_first_that_fails_ends_it_and_no_further_one_is_begun() -> None:
    last_given_up = Event()
    with pytest.raises(ZeroDivisionError), two_at_once() as pool:
        jobs = [
            pool.submit(lambda: 1 // 0),
            pool.submit(waiting, last_given_up, 1),
            pool.submit(waiting, last_given_up, 2),
        ]
        jobs.append(pool.submit(int))
        jobs[-1].add_done_callback(lambda _: last_given_up.set())
        list(each(jobs, "read", silent))
    assert jobs[-1].cancelled()


@pytest.mark.parametrize(("jobs", "threads", "memory"), [(1, 2, "1.8 GiB"), (2, 1, "953.6 MiB"), (9, 1, "953.6 MiB")])
def test_two_engines_at_work_take_together_what_one_alone_takes(
    tmp_path: Path, jobs: int, threads: int, memory: str
) -> None:
    with engine_for(tmp_path, jobs=jobs) as engine:
        assert engine.rows("SELECT current_setting('threads'), current_setting('memory_limit')") == [(threads, memory)]
