"""Releases: what is let out of the partnership, who checked it, who agreed, who received it.

A row holds no figure. The figures are in the files of the release, made from what protect let out to the public.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from plait_web.release.states import Audience, State

USER = settings.AUTH_USER_MODEL


class Release(models.Model):
    """A wish to let figures out, and what became of it. `turn` grows with each change: checks and agreements are of one turn."""

    title = models.CharField(max_length=120)
    audience = models.CharField(max_length=12, choices=Audience.choices())
    recipients = models.JSONField(default=list)  # mail addresses of those it is for, who are told when it is out
    description = models.TextField(blank=True)
    population = models.TextField(blank=True)
    relation = models.TextField(blank=True)
    run = models.ForeignKey("picture.Run", on_delete=models.PROTECT, related_name="releases")
    indicators = models.JSONField(default=list)  # ids of the pack's; empty: the whole profile
    latest_only = models.BooleanField(default=False)
    quotes = models.ManyToManyField("words.Passage", related_name="releases", blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    state = models.CharField(max_length=12, choices=State.choices(), default=State.DRAFT.value)
    turn = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="releases_asked")
    begun = models.DateTimeField(default=timezone.now)
    drawn_at = models.DateTimeField(null=True, blank=True)  # when the files of this turn were made
    failure = models.TextField(blank=True)  # why they could not be
    key = models.CharField(max_length=64, blank=True)  # under which the store and the ledger keep the figures behind it
    facts = models.JSONField(default=dict)  # of this turn: periods, areas, agencies, digests of files; never a figure
    changed = models.JSONField(default=list)  # what the author changed since the last turn that was checked, in words
    sent_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="releases_published"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="releases_ended")
    ended_why = models.TextField(blank=True)

    privacy: ClassVar = {
        "personal": ("recipients", "by", "published_by", "ended_by", "description", "population", "relation", "ended_why"),
        "plain": (
            "id", "title", "audience", "run", "indicators", "latest_only", "quotes", "corrects", "state", "turn",
            "begun", "drawn_at", "failure", "key", "facts", "changed", "sent_at", "published_at", "ended_at",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="what_is_checked_was_told_and_has_its_counts",
                condition=Q(state__in=("draft", "refused", "withdrawn"))
                | (Q(drawn_at__isnull=False) & ~Q(description="") & ~Q(population="") & ~Q(relation="")),
            ),
            models.CheckConstraint(
                name="what_is_out_says_who_let_it_out",
                condition=~Q(state__in=("published", "corrected", "recalled"))
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"release {self.pk}"

    @property
    def standing(self) -> Any:
        """One of `states.State`."""
        return State(self.state)

    @property
    def folder(self) -> Path:
        """Where the files of this turn lie."""
        return Path(settings.HOME) / "releases" / str(self.pk) / str(self.turn)


class Check(models.Model):
    """What one checker says of one turn of a release. Hidden until two have spoken: see `access.checks_for`."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="checks")
    turn = models.PositiveIntegerField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="releases_checked")
    approves = models.BooleanField()
    reasons = models.JSONField(default=list)  # of `states.Reason`
    said = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by", "said"), "plain": ("id", "release", "turn", "approves", "reasons", "at")}

    class Meta:
        ordering = ("turn", "id")
        constraints = (
            models.UniqueConstraint(fields=("release", "turn", "by"), name="a_checker_speaks_once_a_turn"),
            models.CheckConstraint(name="a_refusal_says_why", condition=Q(approves=True) | ~Q(said="")),
        )

    def __str__(self) -> str:
        return f"check of release {self.release_id}, turn {self.turn}"


class Agreement(models.Model):
    """What an agency whose records are in a release says to its leaving."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="agreements")
    turn = models.PositiveIntegerField()
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="release_agreements")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="release_agreements")
    agrees = models.BooleanField()
    why = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by", "why"), "plain": ("id", "release", "turn", "agency", "agrees", "at")}

    class Meta:
        ordering = ("turn", "id")
        constraints = (
            models.UniqueConstraint(fields=("release", "turn", "agency"), name="an_agency_speaks_once_a_turn"),
            models.CheckConstraint(name="an_objection_says_why", condition=Q(agrees=True) | ~Q(why="")),
        )

    def __str__(self) -> str:
        return f"{self.agency} on release {self.release_id}"


class Download(models.Model):
    """Somebody took a file of a release that was out."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="releases_taken")
    file = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "release", "file", "at")}

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.file} of release {self.release_id}"


class Attack(models.Model):
    """One attempt to work out what a release withholds. `told` says what was tried and learned; it holds no count."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Finished"
        FAILED = "failed", "Could not be finished"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="attacks")
    turn = models.PositiveIntegerField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="attacks")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)
    beside = models.JSONField(default=list)  # numbers of the earlier releases that it had in hand
    learned = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=list)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "release", "turn", "at", "state", "ended_at", "beside", "learned", "told"),
    }

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"attack on release {self.release_id}"
