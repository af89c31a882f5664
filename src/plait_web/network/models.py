"""What analysts of several agencies do for one another: help offered and asked for, sections of shared work, method notes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait_web.partnership.models import Agency

USER = settings.AUTH_USER_MODEL


class Offer(models.Model):
    """A skill, a tool or time that an agency can spare for the others."""

    class Kind(models.TextChoices):
        SKILL = "skill", "A skill"
        TOOL = "tool", "A tool"
        TIME = "time", "Time"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="offers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    what = models.CharField(max_length=200)
    days = models.PositiveSmallIntegerField(null=True, blank=True)  # in a quarter; empty where it cannot be said
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)

    privacy: ClassVar = {"personal": ("owner",), "plain": ("id", "agency", "kind", "what", "days", "since", "until")}

    class Meta:
        ordering = ("agency__name", "kind", "what", "id")
        constraints = (
            models.CheckConstraint(
                name="an_offer_ends_after_it_begins", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} ({self.agency})"

    def stands(self, on: date) -> bool:
        return self.until is None or on <= self.until


class Request(models.Model):
    """Help that an agency, or the partnership, asks for; met out of an offer, or by other means, or no longer needed."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        MET = "met", "Met"
        DROPPED = "dropped", "No longer needed"

    agency = models.ForeignKey(  # the partnership's when there is none
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    what = models.CharField(max_length=200)
    why = models.TextField()
    by_day = models.DateField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="met")
    days = models.PositiveSmallIntegerField(null=True, blank=True)  # that it took
    outcome = models.TextField(blank=True)
    ended = models.DateField(null=True, blank=True)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "agency", "what", "why", "by_day", "state", "offer", "days", "outcome", "ended"),
    }

    class Meta:
        ordering = ("by_day", "id")
        constraints = (
            models.CheckConstraint(
                name="help_that_ended_says_what_came_of_it", condition=Q(state="open") | ~Q(outcome="")
            ),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def whose(self) -> str:
        return str(self.agency or "The partnership")

    def late(self, on: date) -> bool:
        return self.state == self.State.OPEN and on > self.by_day


class Section(models.Model):
    """A part of work done together, such as a chapter of the profile. It may wait for somebody to take it."""

    work = models.CharField(max_length=120)  # what it is part of
    title = models.CharField(max_length=200)
    due = models.DateField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done = models.DateField(null=True, blank=True)

    privacy: ClassVar = {"personal": ("owner",), "plain": ("id", "work", "title", "due", "agency", "done")}

    class Meta:
        ordering = ("work", "due", "id")
        constraints = (
            models.UniqueConstraint(fields=("work", "title"), name="a_section_stands_once_in_its_work"),
            models.CheckConstraint(name="a_section_that_is_done_had_an_owner", condition=Q(done=None) | ~Q(owner=None)),
        )

    def __str__(self) -> str:
        return f"{self.work}: {self.title}"

    def late(self, on: date) -> bool:
        return self.done is None and on > self.due


class Method(models.Model):
    """A way of doing something that others can use. Its text is in its notes, the newest counts; none is changed."""

    title = models.CharField(max_length=200, unique=True)
    indicator = models.CharField(max_length=80, blank=True)  # an id of the pack
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="methods")

    privacy: ClassVar = {"plain": ("id", "title", "indicator", "agency")}

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Note(models.Model):
    """One version of a method's text, and why it was written."""

    method = models.ForeignKey(Method, on_delete=models.CASCADE, related_name="notes")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    why = models.CharField(max_length=300)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "method", "number", "text", "why", "at")}

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("method", "number"), name="a_version_of_a_note_stands_once"),)

    def __str__(self) -> str:
        return f"{self.method}, version {self.number}"


class Use(models.Model):
    """Another agency used a method, and how it went."""

    method = models.ForeignKey(Method, on_delete=models.CASCADE, related_name="uses")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()  # of the note that was used
    text = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "method", "agency", "number", "text", "at")}

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.agency}'s use of {self.method}"
