"""Adding to the audit trail, and checking that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from plait_web.audit.models import Event, Head

START = "0" * 64
_PARTS = ("at", "who", "acting_as", "act", "kind", "key", "label", "source", "why", "detail")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where what happens now comes from."""

    source: str = ""
    acting_as: str = ""


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Everything recorded inside carries this origin."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


@transaction.atomic(savepoint=False)
def record(act: str, *, by: Any, target: models.Model | None = None, why: str = "", **detail: Any) -> Event:
    """One event at the end of the chain, in the transaction of what it records: both are kept or neither.

    `by` is the person, or None for the system. `detail` holds plain facts and never a cell or a figure.
    """
    head, _ = Head.objects.select_for_update().get_or_create(pk=1, defaults={"digest": START})
    origin = _origin.get() or Origin()
    event = Event(
        at=timezone.now(),
        who=f"{by.pk} {by.email}" if by is not None else "",
        acting_as=origin.acting_as,
        act=act,
        kind=target._meta.label if target is not None else "",
        key=str(target.pk) if target is not None else "",
        label=str(target)[:200] if target is not None else "",
        source=origin.source,
        why=why,
        detail=detail,
        before=head.digest,
    )
    event.digest = chained(event)
    event.save(force_insert=True)
    head.digest, head.count = event.digest, head.count + 1
    head.save(update_fields=["digest", "count"])
    return event


def chained(event: Event) -> str:
    """What the event's digest must be, from its words and the digest before it."""
    words = {part: getattr(event, part) for part in _PARTS} | {"at": event.at.isoformat(timespec="microseconds")}
    said = json.dumps([words, event.before], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many events were read, and the first that is not as it was written; None when all are."""

    count: int
    broken: int | None
    why: str = ""


def verify() -> Verdict:
    """Reads the whole chain from its first event to its head."""
    last, count = START, 0
    for event in Event.objects.order_by("id").iterator(chunk_size=2_000):
        if event.before != last:
            return Verdict(count, event.pk, "an event before it was removed or added")
        if chained(event) != event.digest:
            return Verdict(count, event.pk, "its words were changed")
        last, count = event.digest, count + 1
    head = Head.objects.filter(pk=1).first()
    if head and (head.digest, head.count) != (last, count):
        return Verdict(count, 0, "events at the end were removed")
    return Verdict(count, None)
