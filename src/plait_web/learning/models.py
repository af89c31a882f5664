"""How the agencies get better at it: records looked through, training, time spent with one another, processes looked at again."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from plait_web.partnership.models import Agency
from plait_web.response.models import Action

USER = settings.AUTH_USER_MODEL


class Audit(models.Model):
    """Records that somebody looked through: which, by what criterion, what was found. It ends in an action with a day."""

    title = models.CharField(max_length=200)
    agency = models.ForeignKey(  # several agencies' where there is none
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="case_audits"
    )
    on = models.DateField()
    sample = models.TextField()
    criterion = models.TextField()
    result = models.TextField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, blank=True, related_name="audits")

    privacy: ClassVar = {
        "personal": ("owner",),
        "plain": ("id", "title", "agency", "on", "sample", "criterion", "result", "action"),
    }

    class Meta:
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return self.title


class Need(models.Model):
    """What people in one role of one agency need to learn."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="training_needs")
    role = models.CharField(max_length=120)
    topic = models.CharField(max_length=200)
    people = models.PositiveSmallIntegerField()  # in that role
    since = models.DateField(default=timezone.localdate)
    ended = models.DateField(null=True, blank=True)

    privacy: ClassVar = {"plain": ("id", "agency", "role", "topic", "people", "since", "ended")}

    class Meta:
        ordering = ("agency__name", "role", "topic", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "role", "topic"), condition=Q(ended=None), name="a_need_for_training_stands_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic}: {self.role}, {self.agency}"


class Training(models.Model):
    """A day on which some of them had it."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="trainings")
    on = models.DateField()
    people = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)

    privacy: ClassVar = {"plain": ("id", "need", "on", "people", "note")}

    class Meta:
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return f"{self.need}, {self.on}"


class Together(models.Model):
    """People of two agencies or more spent time with one another."""

    class Kind(models.TextChoices):
        SHADOWING = "shadowing", "Shadowing"
        VISIT = "visit", "A visit"
        TRAINING = "training", "Training together"
        TALK = "talk", "An open talk, such as a coffee morning"
        DESK = "desk", "Working at one place"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    what = models.CharField(max_length=200)
    on = models.DateField()
    agencies = models.ManyToManyField(Agency, related_name="+")
    learnt = models.TextField(blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "kind", "what", "on", "agencies", "learnt")}

    class Meta:
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return self.what


class Review(models.Model):
    """A process looked at again: whom it serves, and whether it is kept, changed or stopped."""

    class Verdict(models.TextChoices):
        KEEP = "keep", "Keep it"
        CHANGE = "change", "Change it"
        STOP = "stop", "Stop it"

    process = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.TextField()
    benefit = models.TextField()  # to the young person
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    why = models.TextField()
    on = models.DateField(default=timezone.localdate)
    done = models.DateField(null=True, blank=True)  # it was changed, or stopped
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "process", "agency", "purpose", "benefit", "verdict", "why", "on", "done"),
    }

    class Meta:
        ordering = ("-on", "-id")
        constraints = (
            models.CheckConstraint(
                name="a_process_that_is_kept_is_not_changed", condition=~Q(verdict="keep") | Q(done=None)
            ),
        )

    def __str__(self) -> str:
        return self.process

    @property
    def waits(self) -> bool:
        """Whether it is to be changed or stopped, and has not been."""
        return self.verdict != self.Verdict.KEEP and self.done is None


def whose(agency: Agency | None) -> str:
    return str(agency or "Several agencies")


def year_before(on: date) -> date:
    """The same day a year ago; the 28th for the 29th of February."""
    return on.replace(year=on.year - 1, day=28 if (on.month, on.day) == (2, 29) else on.day)
