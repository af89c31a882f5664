"""What agencies say of their own data work, round by round. The model they answer is the pack's; what they said is here."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait_web.partnership.models import Agency

USER = settings.AUTH_USER_MODEL


class Round(models.Model):
    """A time at which agencies assess themselves, with one version of one model."""

    title = models.CharField(max_length=120, unique=True)
    pack = models.CharField(max_length=64)  # digest of the pack the model is in
    model = models.CharField(max_length=80)
    opens = models.DateField(default=timezone.localdate)
    closes = models.DateField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    privacy: ClassVar = {"personal": ("owner",), "plain": ("id", "title", "pack", "model", "opens", "closes")}

    class Meta:
        ordering = ("-opens", "-id")
        constraints = (
            models.CheckConstraint(name="a_round_closes_after_it_opens", condition=Q(closes__gte=F("opens"))),
        )

    def __str__(self) -> str:
        return self.title

    def takes(self, on: date) -> bool:
        """Whether it takes answers on that day."""
        return self.opens <= on <= self.closes


class Rating(models.Model):
    """What one person of an agency says of one statement: a level, or that they do not know."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="ratings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="ratings")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    statement = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(null=True, blank=True)  # empty: does not know
    evidence = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "round", "agency", "statement", "level", "evidence", "at"),
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("round", "agency", "by", "statement"), name="a_person_rates_a_statement_once"
            ),
            models.CheckConstraint(name="a_level_is_one_to_five", condition=Q(level=None) | Q(level__range=(1, 5))),
        )

    def __str__(self) -> str:
        return f"{self.agency}, {self.statement}"


class Comment(models.Model):
    """What somebody of another agency says of a score, in support or as a challenge."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="comments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")  # whose score it is about
    statement = models.CharField(max_length=80)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "round", "agency", "statement", "at", "text")}

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"Comment {self.pk}"


class Proposal(models.Model):
    """What was done with an action that a low score proposed: taken on, or not now, with the reason."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="proposals")
    agency = models.ForeignKey(  # whose plan; the partnership's when there is none
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    statement = models.CharField(max_length=80)
    action = models.ForeignKey("response.Action", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    not_now = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "round", "agency", "statement", "action", "not_now")}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "agency", "statement"), name="an_agency_answers_a_proposal_once"),
            models.UniqueConstraint(
                fields=("round", "statement"), condition=Q(agency=None), name="the_partnership_answers_a_proposal_once"
            ),
            models.CheckConstraint(name="a_proposal_is_taken_on_or_not_now", condition=Q(action=None) ^ Q(not_now="")),
        )

    def __str__(self) -> str:
        return f"{self.agency or 'The partnership'}, {self.statement}"
