"""Who answers for what, and what was permitted, asked for and told: the conditions under which the work can be done."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait_web.partnership.models import Agency, Group
from plait_web.roles import Named

USER = settings.AUTH_USER_MODEL
ONE_OF = (  # exactly one of a person, a group and an agency
    Q(lead__isnull=False, group=None, agency=None)
    | Q(lead=None, group__isnull=False, agency=None)
    | Q(lead=None, group=None, agency__isnull=False)
)


class About(Named):
    """What somebody can have a part in."""

    QUESTION = "question", "Questions"
    INDICATOR = "indicator", "Indicators"
    ACTION = "action", "Actions"


class Part(Named):
    """What one has to do with it."""

    RESPONSIBLE = "responsible", "Responsible: does it"
    ACCOUNTABLE = "accountable", "Accountable: answers for it"
    CONSULTED = "consulted", "Consulted: is asked before"
    INFORMED = "informed", "Informed: is told after"
    PRACTICE = "practice", "Practice lead: knows what it means"
    DATA = "data", "Data lead: knows how it is made"


class Responsibility(models.Model):
    """Somebody's part in one question, indicator or action. A part that is given up is removed; the trail keeps it."""

    about = models.CharField(max_length=10, choices=About.choices())
    item = models.CharField(max_length=80)  # an id of the pack, or an action's number
    part = models.CharField(max_length=12, choices=Part.choices())
    lead = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    privacy: ClassVar = {"personal": ("lead",), "plain": ("id", "about", "item", "part", "group", "agency")}

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "responsibilities"
        indexes = (models.Index(fields=("about", "item")),)
        constraints = (
            models.CheckConstraint(name="a_part_is_one_persons_groups_or_agencys", condition=ONE_OF),
            models.UniqueConstraint(
                fields=("about", "item"), condition=Q(part="accountable"), name="one_answers_for_each_thing"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.about} {self.item}"

    @property
    def who(self) -> str:
        return str(self.lead or self.group or self.agency)


class Leave(models.Model):
    """Something new that somebody asked to be let try: who asked whom, what was said, and within which limits."""

    what = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=120)  # a role or a group
    of = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="leaves")
    asked = models.DateField(default=timezone.localdate)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    granted = models.BooleanField(null=True, blank=True)  # not answered yet when empty
    limits = models.TextField(blank=True)  # or why it was not granted
    answered = models.DateField(null=True, blank=True)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "what", "asked_by", "of", "asked", "granted", "limits", "answered"),
    }

    class Meta:
        ordering = (F("answered").asc(nulls_first=True), "-asked", "-id")
        constraints = (
            models.CheckConstraint(
                name="leave_that_was_answered_has_its_limits", condition=Q(granted=None) | ~Q(limits="")
            ),
        )

    def __str__(self) -> str:
        return self.what


class Message(models.Model):
    """Something everybody should hear, such as the vision, and to whom it is to go."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateField(default=timezone.localdate)

    privacy: ClassVar = {"personal": ("owner",), "plain": ("id", "title", "text", "at")}

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.title


class Audience(models.Model):
    """Some people a message is for, and whether they have heard it: how, when, and what they said."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="audiences")
    who = models.CharField(max_length=120)
    heard = models.DateField(null=True, blank=True)
    how = models.CharField(max_length=200, blank=True)
    said = models.TextField(blank=True)

    privacy: ClassVar = {"plain": ("id", "message", "who", "heard", "how", "said")}

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("message", "who"), name="an_audience_stands_once"),
            models.CheckConstraint(name="who_has_heard_heard_it_somehow", condition=Q(heard=None) | ~Q(how="")),
        )

    def __str__(self) -> str:
        return self.who


class Report(models.Model):
    """What a body is told, how often and by whom."""

    class Often(models.TextChoices):
        MONTH = "month", "Each month"
        QUARTER = "quarter", "Each quarter"
        HALF = "half", "Twice a year"
        YEAR = "year", "Once a year"

    body = models.CharField(max_length=120)  # one of the partnership's groups, or another body
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    question = models.CharField(max_length=80, blank=True)  # an id of the pack; '' for the whole profile
    often = models.CharField(max_length=10, choices=Often.choices)
    due = models.DateField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    privacy: ClassVar = {"personal": ("owner",), "plain": ("id", "body", "group", "question", "often", "due")}

    class Meta:
        ordering = ("question", "body", "id")

    def __str__(self) -> str:
        return f"{self.body}, {self.get_often_display().lower()}"

    def late(self, on: date) -> bool:
        return on > self.due
