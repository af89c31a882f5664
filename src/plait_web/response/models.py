"""What the partnership does about what it learns: goals, actions, meetings, decisions, and words passed between groups.

Rows name what they rest on (a question, an indicator) by the pack's id, and a figure in the words its page showed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait_web.partnership.models import Agency, Group

USER = settings.AUTH_USER_MODEL
STALLED_AFTER = timedelta(days=60)  # an open action about which nobody has said anything for so long


class Goal(models.Model):
    """What the partnership wants of its data; each action may say which goal it serves."""

    title = models.CharField(max_length=200)
    why = models.TextField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(default=timezone.localdate)
    ended = models.DateField(null=True, blank=True)
    ended_why = models.TextField(blank=True)

    privacy: ClassVar = {"personal": ("owner",), "plain": ("id", "title", "why", "since", "ended", "ended_why")}

    class Meta:
        ordering = ("ended", "title")
        constraints = (
            models.CheckConstraint(name="a_goal_that_ended_says_why", condition=Q(ended=None) | ~Q(ended_why="")),
        )

    def __str__(self) -> str:
        return self.title


class Meeting(models.Model):
    """A group meets on a day: what it is to talk about, and what was said."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meetings")
    on = models.DateField()
    title = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    held = models.BooleanField(default=False)
    notes = models.TextField(blank=True)

    privacy: ClassVar = {"personal": ("owner",), "plain": ("id", "group", "on", "title", "held", "notes")}

    class Meta:
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return self.title or f"{self.group}, {self.on}"


class Action(models.Model):
    """Something somebody will do by a day, with how one will know. It cannot be kept without a measure."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Not to be done"

    what = models.CharField(max_length=300)
    measure = models.CharField("how we will know", max_length=300)
    due = models.DateField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(  # whose plan it is in; the partnership's when there is none
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    question = models.CharField(max_length=80, blank=True)  # ids of the pack
    indicator = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    made = models.DateField(default=timezone.localdate)
    moved = models.DateField(default=timezone.localdate)  # the day somebody last said something of it
    ended = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    privacy: ClassVar = {
        "personal": ("owner", "deputy"),
        "plain": (
            "id", "what", "measure", "due", "agency", "goal", "meeting", "question", "indicator", "state", "made", "moved",
            "ended", "outcome",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("due", "id")
        constraints = (
            models.CheckConstraint(name="an_action_says_how_one_will_know", condition=~Q(measure="")),
            models.CheckConstraint(
                name="an_action_that_ended_says_what_came_of_it", condition=Q(state="open") | ~Q(outcome="")
            ),
            models.CheckConstraint(name="an_action_is_due_after_it_is_made", condition=Q(due__gte=F("made"))),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def open(self) -> bool:
        return self.state == self.State.OPEN

    def overdue(self, on: date) -> bool:
        return self.open and on > self.due

    def stalled(self, on: date) -> bool:
        return self.open and on - self.moved >= STALLED_AFTER


class Note(models.Model):
    """How an action stands, in the words of somebody who knows."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "action", "at", "text")}

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"Note {self.pk} on action {self.action_id}"


class Captured(models.Model):
    """A thought written down from any page, until it is made an action or put aside."""

    text = models.TextField()
    page = models.CharField(max_length=200, blank=True)  # the address it was written on
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    action = models.ForeignKey(Action, on_delete=models.SET_NULL, null=True, blank=True, related_name="captured")
    put_aside = models.CharField(max_length=300, blank=True)  # why nothing comes of it

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "text", "page", "at", "action", "put_aside")}

    class Meta:
        ordering = ("-at", "-id")
        verbose_name_plural = "captured"

    def __str__(self) -> str:
        return f"Thought {self.pk}"

    @property
    def waits(self) -> bool:
        return self.action_id is None and not self.put_aside


class Decision(models.Model):
    """What a meeting decided, and the figure or the words it rested on."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    what = models.TextField()
    why = models.TextField()
    question = models.CharField(max_length=80, blank=True)
    figure = models.TextField(blank=True)  # the figure as its page showed it, with its caveat
    voice = models.TextField(blank=True)  # what young people said to it; '' is shown as 'none heard'
    doubts = models.TextField(blank=True)  # other readings that were offered, and what is not known
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")  # who wrote it down

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "meeting", "what", "why", "question", "figure", "voice", "doubts"),
    }

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Decision {self.pk} of {self.meeting}"


class Route(models.Model):
    """Something one group asks of another, up or down, which must reply by a day."""

    text = models.TextField()
    source = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="asked")
    to = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="asked_of")
    reply_by = models.DateField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar = {
        "personal": ("by", "replied_by"),
        "plain": ("id", "text", "source", "to", "reply_by", "at", "reply", "replied_at"),
    }

    class Meta:
        ordering = ("reply_by", "id")
        constraints = (models.CheckConstraint(name="a_group_does_not_ask_itself", condition=~Q(source=F("to"))),)

    def __str__(self) -> str:
        return f"{self.source} to {self.to}, {self.pk}"

    def late(self, on: date) -> bool:
        return not self.reply and on > self.reply_by
