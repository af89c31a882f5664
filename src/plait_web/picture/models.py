"""Runs, which make the picture from accepted returns, and the questions people raise about it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Run(models.Model):
    """One making of the picture. What it made lies in the workspace under `pictures`, never changed once it is there.

    Old pictures are removed in time. A row that needs one points at its run by a foreign key, and so keeps it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to start"
        RUNNING = "running", "Running"
        MADE = "made", "Finished"
        FAILED = "failed", "Failed"

    period = models.CharField(max_length=40, blank=True)  # '' until it starts: then the latest that returns are for
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
    asked = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    seen = models.DateTimeField(null=True, blank=True)  # when the worker last said that it is still at it
    stage = models.CharField(max_length=20, blank=True)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=64, blank=True)  # digest of all it rests on: the same basis is not run twice
    pack = models.CharField(max_length=64, blank=True)
    returns = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)  # in words, with what to do

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": (
            "id", "period", "state", "why", "asked", "started", "ended", "seen", "stage", "done", "of", "basis", "pack",
            "returns", "failure",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("state",), condition=Q(state="waiting"), name="one_run_waits"),
            models.UniqueConstraint(fields=("state",), condition=Q(state="running"), name="one_run_runs"),
        )

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def finished(self) -> bool:
        return self.state in (self.State.MADE, self.State.FAILED)

    @property
    def stage_words(self) -> str:
        """What it is doing, and how far it has come, in words."""
        if self.state == self.State.WAITING:
            return "It starts as soon as the worker is free"
        words = STAGES.get(self.stage, "Starting")
        return f"{words} ({self.done} of {self.of})" if self.of > 1 else words


STAGES = {
    "read": "Reading the returns",
    "link": "Linking records of the same person",
    "measure": "Counting",
    "protect": "Protecting people from being found",
    "publish": "Writing the profile",
}


class Verdict(models.Model):
    """What somebody said of one pair of records, shown only as how alike they are. `pair` is its mark, in every linking."""

    pair = models.BigIntegerField(unique=True)
    same = models.BooleanField(null=True)  # None: they could not tell
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="verdicts")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "pair", "same", "at")}

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"verdict {self.pk}"


class Raised(models.Model):
    """A question that somebody has about an answer or a figure, and what was replied."""

    about = models.CharField(
        max_length=80, blank=True
    )  # id of a question or an indicator of the pack; '' for the whole
    pack = models.CharField(max_length=64, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="raised")
    at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    replied_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar = {
        "personal": ("text", "by", "reply", "replied_by"),
        "plain": ("id", "about", "pack", "at", "replied_at"),
    }

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="a_reply_says_whose", condition=Q(reply="") | Q(replied_by__isnull=False, replied_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"question {self.pk}"
