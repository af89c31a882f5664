"""What each agency says of the partnership's questions and definitions. Their words are the pack's; the stances are here."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from plait_web.partnership.models import Agency

USER = settings.AUTH_USER_MODEL


BACKING = frozenset({"shared", "signed"})  # what an agency says that backs an item as it is worded


class Kind(StrEnum):
    """What a stance is about."""

    QUESTION = "question"
    DEFINITION = "definition"


class Stance(models.Model):
    """What an agency said of one item on a day. The newest counts; none is changed, so that one can see who said what when.

    `wording` is the digest of the item's words as they were: when they change, what was signed is known to be about others.
    """

    class Says(models.TextChoices):
        SHARED = "shared", "It is ours too"
        ADAPT = "adapt", "Ours, if it is worded otherwise"
        NOT_OURS = "not_ours", "Not ours"
        SIGNED = "signed", "We use this definition"
        DISSENT = "dissent", "We do not use this definition"

    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value.capitalize()) for kind in Kind])
    item = models.CharField(max_length=80)  # an id of the pack
    wording = models.CharField(max_length=64)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="stances")
    says = models.CharField(max_length=12, choices=Says.choices)
    comment = models.TextField(blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "kind", "item", "wording", "agency", "says", "comment", "at"),
    }

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("kind", "item", "agency")),)
        constraints = (
            models.CheckConstraint(
                name="who_would_have_it_otherwise_says_how",
                condition=~Q(says__in=("adapt", "not_ours", "dissent")) | ~Q(comment=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_says_display()}"


class Ranking(models.Model):
    """The questions an agency puts first, in its order: one list an agency, the newest counts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="rankings")
    questions = models.JSONField()  # ids of the pack, the most important first
    why = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "agency", "questions", "why", "at")}

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.agency}'s order"
