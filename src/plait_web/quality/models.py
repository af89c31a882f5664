"""How far the data can be trusted: gaps with an owner, figures against practice, the same cases coded by several people, and
what accepted returns were like. Rows name items of the pack by id."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait.answers import GapKind
from plait_web.partnership.models import Agency

USER = settings.AUTH_USER_MODEL
KINDS = {
    GapKind.NOT_KNOWN: "Not known whether it is held",
    GapKind.NOT_RECORDED: "Not recorded",
    GapKind.NOT_EXTRACTABLE: "Recorded, and cannot be got out",
    GapKind.NOT_SHARED: "Not shared",
    GapKind.NOT_ANALYSED: "Not analysed",
}
_ACTION = "response.Action"


class Gap(models.Model):
    """A gap somebody has taken on. `key` ties it to one that Plait works out; without it, people found it themselves."""

    class State(models.TextChoices):
        OPEN = "open", "Being closed"
        CLOSED = "closed", "Closed"
        LEFT = "left", "Left open for now"

    key = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=20, choices=[(kind.value, words) for kind, words in KINDS.items()])
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="gaps")
    dataset = models.CharField(max_length=60, blank=True)
    columns = models.JSONField(default=list)
    what = models.TextField()
    questions = models.JSONField(default=list)  # ids of the questions it stands before
    decisions = models.TextField(blank=True)  # what cannot be decided while it is open
    step = models.CharField(max_length=300)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    raised = models.DateField(default=timezone.localdate)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    action = models.ForeignKey(_ACTION, on_delete=models.PROTECT, null=True, blank=True, related_name="gaps")

    privacy: ClassVar = {
        "personal": ("owner",),
        "plain": (
            "id", "key", "kind", "agency", "dataset", "columns", "what", "questions", "decisions", "step", "due", "raised",
            "state", "ended", "outcome", "action",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("due", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("key",), condition=Q(state="open") & ~Q(key=""), name="a_gap_is_taken_on_once"
            ),
            models.CheckConstraint(name="a_gap_has_a_next_step", condition=~Q(step="")),
            models.CheckConstraint(name="a_gap_that_ended_says_why", condition=Q(state="open") | ~Q(outcome="")),
        )

    def __str__(self) -> str:
        return f"gap {self.pk}: {self.get_kind_display()}"

    @property
    def open(self) -> bool:
        return self.state == self.State.OPEN

    def late(self, on: date) -> bool:
        return self.open and on > self.due


class Discrepancy(models.Model):
    """A figure says one thing and people who do the work say another. Kept, and tested; never smoothed over."""

    class State(models.TextChoices):
        OPEN = "open", "To be tested"
        FIGURE = "figure", "The figure was right"
        PRACTICE = "practice", "Practice was right"
        BOTH = "both", "Both were right, of different things"
        UNKNOWN = "unknown", "It could not be told"

    indicator = models.CharField(max_length=80, blank=True)  # ids of the pack
    question = models.CharField(max_length=80, blank=True)
    figure_says = models.TextField()  # as its page shows it, protected
    practice_says = models.TextField()
    heard_from = models.CharField(max_length=200)  # a team or a post
    test = models.TextField()  # what will be done to find out
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=timezone.localdate)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended = models.DateField(null=True, blank=True)
    found = models.TextField(blank=True)
    action = models.ForeignKey(_ACTION, on_delete=models.PROTECT, null=True, blank=True, related_name="discrepancies")

    privacy: ClassVar = {
        "personal": ("owner", "by", "heard_from"),
        "plain": (
            "id", "indicator", "question", "figure_says", "practice_says", "test", "due", "on", "state", "ended", "found",
            "action",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("ended", "due", "id")
        verbose_name_plural = "discrepancies"
        constraints = (
            models.CheckConstraint(
                name="a_test_that_was_made_says_what_it_found", condition=Q(state="open") | ~Q(found="")
            ),
        )

    def __str__(self) -> str:
        return f"discrepancy {self.pk}"

    @property
    def open(self) -> bool:
        return self.state == self.State.OPEN

    def late(self, on: date) -> bool:
        return self.open and on > self.due


class Exercise(models.Model):
    """The same invented cases, coded by several people who do not see one another's answers until all are in."""

    title = models.CharField(max_length=120, unique=True)
    codelist = models.CharField(max_length=80)  # an id of the pack: what each case is coded with
    pack = models.CharField(max_length=64)  # digest of the pack whose codes and definitions were used
    why = models.TextField(blank=True)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made = models.DateField(default=timezone.localdate)
    opened = models.DateField(null=True, blank=True)
    closes = models.DateField()
    closed = models.DateField(null=True, blank=True)  # all are in, or somebody closed it: the answers can be read

    privacy: ClassVar = {
        "personal": ("owner",),
        "plain": ("id", "title", "codelist", "pack", "why", "made", "opened", "closes", "closed"),
    }

    class Meta:
        ordering = ("-made", "-id")
        constraints = (
            models.CheckConstraint(name="an_exercise_closes_after_it_is_made", condition=Q(closes__gte=F("made"))),
            models.CheckConstraint(
                name="an_exercise_opens_before_it_closes", condition=Q(closed=None) | Q(opened__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.title


class Vignette(models.Model):
    """One invented case of an exercise."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="cases")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()

    privacy: ClassVar = {"plain": ("id", "exercise", "number", "text")}

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("exercise", "number"), name="cases_are_numbered"),)

    def __str__(self) -> str:
        return f"case {self.number} of {self.exercise}"


class Coder(models.Model):
    """Somebody who was asked to code the cases. `done` when they have handed their answers in: they stand from then on."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="coders")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    done = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar = {"personal": ("user", "done"), "plain": ("id", "exercise")}

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("exercise", "user"), name="a_person_is_asked_once"),)

    def __str__(self) -> str:
        return f"coder {self.pk} of {self.exercise}"


class Coding(models.Model):
    """What one person coded one case as. Read only together with everybody else's, and by nobody as a score of people."""

    coder = models.ForeignKey(Coder, on_delete=models.CASCADE, related_name="codings")
    case = models.ForeignKey(Vignette, on_delete=models.CASCADE, related_name="codings")
    codes = models.JSONField(default=list)
    unsure = models.CharField(max_length=300, blank=True)  # what was missing to decide

    privacy: ClassVar = {"personal": ("coder", "codes", "unsure"), "plain": ("id", "case")}

    class Meta:
        ordering = ("case__number",)
        constraints = (models.UniqueConstraint(fields=("coder", "case"), name="a_person_codes_a_case_once"),)

    def __str__(self) -> str:
        return f"coding {self.pk}"


class Measured(models.Model):
    """What one data set of one accepted return was like: exact counts, for its own agency alone. Others see protected shares."""

    submission = models.ForeignKey("returns.Submission", on_delete=models.CASCADE, related_name="measured")
    dataset = models.CharField(max_length=60)
    read = models.PositiveBigIntegerField()  # rows that came, and of those the usable
    usable = models.PositiveBigIntegerField()
    conflicting = models.PositiveBigIntegerField()  # rows at odds with another column, table or return
    days_late = models.IntegerField()  # after the day it was due; less than 0 when it was early
    columns = models.JSONField()  # column to [empty, not known, unlisted] among the usable rows

    privacy: ClassVar = {
        "special": ("read", "usable", "conflicting", "columns"),
        "plain": ("id", "submission", "dataset", "days_late"),
    }

    class Meta:
        ordering = ("dataset", "id")
        constraints = (models.UniqueConstraint(fields=("submission", "dataset"), name="a_return_is_measured_once"),)

    def __str__(self) -> str:
        return f"{self.dataset} of {self.submission_id}"
