"""The worker: what takes too long for a page. It reads what was sent, then makes the picture anew when something changed."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from django.core.cache import cache
from django.utils import timezone

SEEN = "worker-seen"  # in the cache that all processes share: when the worker last looked for work
PAUSE = 1.0  # seconds between looks for work
LOOK = 15.0  # and between looks whether the picture should be made anew
_log = logging.getLogger("plait.worker")


class Stopped(BaseException):
    """The worker was told to stop: what it was doing is taken up by the next one."""


class _Stop:
    """What is told to stop: this worker, and the task library's, which would go on to the next task."""

    def __init__(self) -> None:
        self.asked = False
        self.tasks: Any = None

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        if self.tasks is not None:
            self.tasks.running = False
        raise Stopped


def work(*, until_idle: bool = False) -> None:
    """Does what waits, for ever or until nothing waits. Killed at any moment, the next worker takes up what it held."""
    from django_tasks_db.management.commands.db_worker import Worker

    from plait_web.picture import actions as picture
    from plait_web.quality import actions as quality
    from plait_web.release import actions as release
    from plait_web.returns import actions as returns

    stop = _Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    returns.resume()
    picture.put_back()
    release.resume()
    looked = -LOOK
    try:
        _log.info("The worker is at work")
        while not stop.asked:
            cache.set(SEEN, timezone.now(), 3600)
            stop.tasks = _tasks(Worker)
            stop.tasks.run()
            busy = _did(partial(picture.work, between=partial(_did, returns.read_waiting)))
            busy = busy or _did(quality.measure_next)
            if not busy and (until_idle or time.monotonic() - looked > LOOK):
                looked, busy = time.monotonic(), _did(picture.want)
            if until_idle and not busy:
                return
            time.sleep(0 if busy else PAUSE)
    except Stopped:
        pass
    _log.info("The worker stopped")


def _tasks(worker: type) -> Any:
    """The task library's worker, for every task that waits, one after another."""
    return worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"plait-{os.getpid()}",
        excluded_queue_names=[],
    )


def _did(step: Callable[[], bool]) -> bool:
    """Whether the step found something to do. What goes wrong in it is logged, and the worker goes on."""
    try:
        return step()
    except Exception:
        _log.exception("The worker could not finish a step")
        return False


if __name__ == "__main__":
    from plait_web.commands import ready

    ready()
    work()
    sys.exit(0)
