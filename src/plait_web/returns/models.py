"""The calendar of collection points, what agencies sent, and what was found in it.

A return's names live in its quarantine folder only. Its row holds states, places in the sender's own file and, once
it is accepted, the digest of the coded snapshot in the store. Packs are referred to by id and digest.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait_web.returns.states import OPEN, State
from plait_web.roles import Named


class CollectionPoint(models.Model):
    """A moment at which agencies are asked for some data sets about a period."""

    datasets = models.JSONField(default=list)  # ids of the pack's data sets
    period = models.CharField(max_length=40)  # a label such as 2024-25
    opens = models.DateField()
    due = models.DateField()
    made_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="next_ones")

    privacy: ClassVar = {"plain": ("id", "datasets", "period", "opens", "due", "made_from")}

    class Meta:
        ordering = ("due", "id")
        constraints = (models.CheckConstraint(name="a_point_is_due_after_it_opens", condition=Q(due__gte=F("opens"))),)

    def __str__(self) -> str:
        return f"{', '.join(self.datasets)} for {self.period}"


class Expected(models.Model):
    """What one agency is asked for at one collection point, and who sees to it."""

    point = models.ForeignKey(CollectionPoint, on_delete=models.CASCADE, related_name="expected")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="expected")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="returns_owned"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="returns_deputised"
    )

    privacy: ClassVar = {"personal": ("owner", "deputy"), "plain": ("id", "point", "agency")}

    class Meta:
        ordering = ("point__due", "agency__name", "id")
        constraints = (models.UniqueConstraint(fields=("point", "agency"), name="an_agency_is_asked_once_a_point"),)

    def __str__(self) -> str:
        return f"{self.agency}: {self.point}"


class Submission(models.Model):
    """One return as it was sent. `kept` is the digest of the coded snapshot: set when it is read, in the store once accepted."""

    class Route(Named):
        FILES = "files", "Files sent here"
        LINK = "link", "Counts typed in by a mail link"
        API = "api", "Sent by the agency's own system"
        NIL = "nil", "Nil return"

    id = models.UUIDField(primary_key=True, editable=False)
    expected = models.ForeignKey(Expected, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()  # of this agency's returns at this point, from 1
    route = models.CharField(max_length=10, choices=Route.choices(), default=Route.FILES.value)
    state = models.CharField(max_length=20, choices=State.choices(), default=State.RECEIVED.value)
    names = models.JSONField(default=list)  # of the files as stored; erased with them
    dataset = models.CharField(max_length=60, blank=True)  # as the sender said; '' when the file tells by itself
    maps = models.JSONField(default=list)  # how its columns are read, as file maps; empty when the format is known
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="returns_sent"
    )
    link = models.ForeignKey("FormLink", on_delete=models.PROTECT, null=True, blank=True, related_name="returns")
    sent_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)  # when it came into its state
    lease = models.UUIDField(null=True, blank=True)  # of the worker that reads it
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    refusal = models.TextField(blank=True)  # why it cannot be used, in the library's words
    back_why = models.TextField(blank=True)  # why the second person sent it back
    pack = models.CharField(max_length=64, blank=True)  # digest of the pack it was read with
    kept = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict)  # rows and filled shares by data set: the agency's own exact figures
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="returns_signed"
    )
    signed_link = models.ForeignKey("FormLink", on_delete=models.PROTECT, null=True, blank=True, related_name="signed")
    signed_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True)  # why it was withdrawn
    keep_until = models.DateField(null=True, blank=True)  # the last day its agreement lets the coded form be kept
    erased = models.DateField(null=True, blank=True)  # the day the coded form was erased

    privacy: ClassVar = {
        "personal": ("names", "sent_by", "link", "signed_by", "signed_link", "refusal", "maps"),
        "special": ("summary",),
        "plain": (
            "id", "expected", "number", "route", "state", "dataset", "sent_at", "changed_at", "lease", "lease_until",
            "tries", "back_why", "pack", "kept", "signed_at", "ended_why", "keep_until", "erased",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("expected", "number"), name="returns_are_numbered"),
            models.UniqueConstraint(
                fields=("expected",),
                condition=Q(state__in=sorted(s.value for s in OPEN)),
                name="one_open_return_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("expected",), condition=Q(state=State.ACCEPTED.value), name="one_accepted_return_at_a_time"
            ),
            models.CheckConstraint(
                name="nobody_signs_off_what_they_sent",
                condition=Q(signed_by=None) | Q(sent_by=None) | ~Q(signed_by=F("sent_by")),
            ),
        )

    def __str__(self) -> str:
        return f"return {self.number} of {self.expected}"

    @property
    def folder(self) -> Path:
        """The quarantine: the only place where this return's names are, while it is being put right."""
        return Path(settings.HOME) / "uploads" / str(self.pk)

    @property
    def is_nil(self) -> bool:
        return self.route == self.Route.NIL


class FindingRow(models.Model):
    """One place in a return to put right, as the library words it. It never holds a cell."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="findings")
    order = models.PositiveIntegerField()
    severity = models.CharField(max_length=10)
    code = models.CharField(max_length=80)
    dataset = models.CharField(max_length=60, blank=True)
    sheet = models.CharField(max_length=255, blank=True)
    row = models.BigIntegerField(null=True, blank=True)
    column = models.CharField(max_length=255, blank=True)
    letter = models.CharField(max_length=10, blank=True)
    path = models.CharField(max_length=255, blank=True)
    problem = models.TextField()
    remedy = models.TextField()
    count = models.BigIntegerField(default=1)

    privacy: ClassVar = {
        "personal": ("sheet", "column"),  # what a sheet, a file or a column is called is the sender's own choice
        "plain": (
            "id", "submission", "order", "severity", "code", "dataset", "row", "letter", "path", "problem", "remedy",
            "count",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("order",)
        constraints = (models.UniqueConstraint(fields=("submission", "order"), name="findings_keep_their_order"),)

    def __str__(self) -> str:
        return self.code


class AgencyMap(models.Model):
    """How an agency's own files become data sets, corrected once by its people and used again."""

    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="maps")
    maps = models.JSONField()  # file maps of the library, one a sheet and data set
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("maps", "by"), "plain": ("id", "agency", "at")}

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.agency}: {', '.join(one['dataset'] for one in self.maps)}"


class Waiver(models.Model):
    """A failed check the partnership accepts of one agency, with the reason; the caveat travels to every figure."""

    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="waivers")
    code = models.CharField(max_length=80)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_as = models.CharField(
        max_length=120
    )  # the role in which it was decided: figures name the role, not the person
    on = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)  # the last day; None while nobody has set one

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "agency", "code", "reason", "acting_as", "on", "until"),
    }

    class Meta:
        ordering = ("-on", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "code"), condition=Q(until=None), name="a_check_is_waived_once_an_agency"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency}: {self.code}"


class Reminder(models.Model):
    """A reminder that was sent, so that it is not sent twice."""

    expected = models.ForeignKey(Expected, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"plain": ("id", "expected", "kind", "at")}

    class Meta:
        constraints = (models.UniqueConstraint(fields=("expected", "kind"), name="each_reminder_is_sent_once"),)

    def __str__(self) -> str:
        return self.kind


class FormLink(models.Model):
    """A link by mail that lets one person of an agency without accounts type counts in, or sign them off."""

    class Purpose(Named):
        COUNTS = "counts", "Type the counts in"
        SIGN_OFF = "sign_off", "Sign the counts off"

    expected = models.ForeignKey(Expected, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=10, choices=Purpose.choices(), default=Purpose.COUNTS.value)
    email = models.EmailField()
    second_email = models.EmailField(blank=True)  # who signs off, where the agency has nobody with an account
    nonce = models.CharField(max_length=64)  # digest of the secret part of the link
    measures = models.JSONField(default=list)  # ids of the indicators asked for
    area = models.CharField(max_length=20)
    draft = models.JSONField(default=dict)  # what was typed so far; erased once it is accepted
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)  # used up, or taken back

    privacy: ClassVar = {
        "personal": ("email", "second_email", "made_by"),
        "special": ("draft",),
        "secret": ("nonce",),
        "plain": ("id", "expected", "purpose", "measures", "area", "made_at", "expires", "ended"),
    }

    class Meta:
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"link for {self.expected}"
