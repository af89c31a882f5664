"""What people made of a figure when they looked at it together: readings, doubts and the questions that came of it.

A conversation names the figure and the run whose picture was looked at. It never copies a figure: what was shown is read from
that picture, as each person's zone may see it.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from plait_web.partnership.models import Agency
from plait_web.picture.models import Raised, Run
from plait_web.response.models import Meeting

USER = settings.AUTH_USER_MODEL


class Conversation(models.Model):
    """One figure or answer, looked at together on a day."""

    about = models.CharField(max_length=80)  # id of a question or an indicator of the pack
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="conversations")  # whose picture was looked at
    on = models.DateField(default=timezone.localdate)
    asked = models.CharField(max_length=300)  # what people wanted to understand
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="conversations")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    uncertain = models.TextField(blank=True)  # what is not known; told when it ends
    taken = models.TextField(blank=True)  # what is taken from it; told when it ends
    ended = models.DateField(null=True, blank=True)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "about", "run", "on", "asked", "meeting", "uncertain", "taken", "ended"),
    }

    class Meta:
        ordering = ("-on", "-id")
        constraints = (
            models.CheckConstraint(
                name="a_conversation_that_ended_says_what_is_not_known", condition=Q(ended=None) | ~Q(uncertain="")
            ),
        )

    def __str__(self) -> str:
        return f"Conversation {self.pk}"


class Reading(models.Model):
    """What the figure may mean, as somebody sees it. Several stand side by side; none is struck out."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="readings")
    text = models.TextField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    whose = models.CharField(max_length=120)  # a role or a group: 'school leads', 'young people's panel'
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "conversation", "text", "agency", "whose", "at")}

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"Reading {self.pk}"


class Next(models.Model):
    """A question that came of a conversation; it waits for a reply with the others that were raised."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="next")
    raised = models.OneToOneField(Raised, on_delete=models.PROTECT, related_name="came_of")

    privacy: ClassVar = {"plain": ("id", "conversation", "raised")}

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Question {self.raised_id} of conversation {self.conversation_id}"
