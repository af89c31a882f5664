"""Who did or read what, when, from where and why: written once, chained, and free of ties to anything that may go."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """One act or one reading. Rows point at nothing, so that nothing that is deleted can take its history along.

    `digest` is the SHA-256 of this row's words and the digest of the row before: a row changed, removed or slipped in
    breaks the chain from there on. A database trigger refuses changes as well.
    """

    at = models.DateTimeField()
    who = models.CharField(max_length=254)  # the account's number and mail address as they were then; '' for the system
    acting_as = models.CharField(max_length=120, blank=True)
    act = models.CharField(max_length=60, db_index=True)  # 'return.accepted', 'read.answer' …
    kind = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=80, blank=True, db_index=True)
    label = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=45, blank=True)  # the address the request came from
    why = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    before = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    privacy: ClassVar = {
        "personal": ("who", "source"),
        "plain": ("id", "at", "acting_as", "act", "kind", "key", "label", "why", "detail", "before", "digest"),
    }

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act}"


class Head(models.Model):
    """The chain's last digest: one row, locked while an event is added, so that two never follow the same one."""

    digest = models.CharField(max_length=64)
    count = models.BigIntegerField(default=0)

    privacy: ClassVar = {"plain": ("id", "digest", "count")}

    def __str__(self) -> str:
        return f"{self.count} events"
