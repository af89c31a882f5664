"""What the worker is asked to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django_tasks import task, task_backends


@task()
def read_return(pk: str) -> None:
    """Reads a return that waits; does nothing for one that another worker has, or that is read already."""
    from plait_web.returns.actions.reading import read  # the actions ask for this task

    read(UUID(pk))


def read_later(pk: UUID, *, after: datetime | None = None) -> None:
    """The return will be read, not before the given moment. Asked for within a transaction, it stands or falls with it."""
    wanted = read_return
    if after is not None and task_backends["default"].supports_defer:
        wanted = read_return.using(run_after=after)
    wanted.enqueue(str(pk))


def read_again(pk: UUID) -> None:
    """The return will be tried again in a minute where the queue can wait; else when a worker next starts."""
    if task_backends["default"].supports_defer:
        read_return.using(run_after=timezone.now() + timedelta(minutes=1)).enqueue(str(pk))
