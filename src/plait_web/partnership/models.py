"""The partnership as it is decided here: its agencies and groups, the pack it adopted, the agreements signed.

Rows refer to a pack by digest and item id and never copy what it says.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

USER = settings.AUTH_USER_MODEL


class Partnership(models.Model):
    """The one partnership this installation serves."""

    name = models.CharField(max_length=120)
    areas = models.JSONField(default=list)  # codes of the areas the profile is about, largest first
    next_update = models.DateField(null=True, blank=True)

    privacy: ClassVar = {"plain": ("id", "name", "areas", "next_update")}

    class Meta:
        constraints = (models.CheckConstraint(name="one_partnership", condition=Q(pk=1)),)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """An organisation that holds a strand. `code` is its id in packs, files and tables: given once, never reused."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)  # a code of the pack's agency_kind list
    areas = models.JSONField(default=list)  # codes of the areas its records cover
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    ended_why = models.TextField(blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")

    privacy: ClassVar = {
        "plain": ("id", "code", "name", "kind", "areas", "since", "until", "ended_why", "successor"),
    }

    class Meta:
        verbose_name_plural = "agencies"
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="an_agency_ends_after_it_starts",
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def takes_part(self, on: date) -> bool:
        """Whether it is one of the partnership's agencies on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class Group(models.Model):
    """A body of the partnership: what it decides, and to whom it reports. Its seats say who sits on it."""

    class Kind(models.TextChoices):
        BOARD = "board", "Board"
        SUBGROUP = "subgroup", "Subgroup"
        PANEL = "panel", "Panel"
        TASK = "task", "Task and finish group"
        NETWORK = "network", "Network"

    class Level(models.TextChoices):
        STRATEGIC = "strategic", "Strategic: it plans, commissions and decides"
        OPERATIONAL = "operational", "Operational: it works with children, families and places"

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    level = models.CharField(max_length=20, choices=Level.choices)
    remit = models.TextField(blank=True)
    reports_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="below")
    until = models.DateField(null=True, blank=True)

    privacy: ClassVar = {"plain": ("id", "name", "kind", "level", "remit", "reports_to", "until")}

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def level_word(self) -> str:
        """'Strategic' or 'Operational'."""
        return self.level.capitalize()


class Seat(models.Model):
    """A place in a group: who leads it there, for which agency, and who stands in. A seat given up is removed."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="seats")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="seats")
    lead = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chairs = models.BooleanField(default=False)

    privacy: ClassVar = {"personal": ("lead", "deputy"), "plain": ("id", "group", "agency", "chairs")}

    class Meta:
        ordering = ("-chairs", "id")

    def __str__(self) -> str:
        return f"{self.agency or 'The partnership'} in {self.group}"


class Adoption(models.Model):
    """The partnership uses this pack from a day on. The newest that has taken effect is in force; none is ever changed."""

    pack = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    effective = models.DateField()
    why = models.TextField(blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "pack", "version", "digest", "effective", "why", "at")}

    class Meta:
        ordering = ("-effective", "-id")

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


class Agreement(models.Model):
    """Terms of the pack, between parties, from a day until a day. What it permits is in the pack; who signed is here."""

    code = models.SlugField(max_length=60, unique=True)
    terms = models.CharField(max_length=60)  # an id among the agreement terms of the pack
    pack = models.CharField(max_length=64)  # digest of the pack whose terms the parties read
    since = models.DateField()
    until = models.DateField()
    withdrawn = models.DateField(null=True, blank=True)  # the last day it permits anything
    withdrawn_why = models.TextField(blank=True)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    deputy = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    renews = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewal")
    parties = models.ManyToManyField(Agency, through="Party", related_name="agreements")

    privacy: ClassVar = {
        "personal": ("owner", "deputy"),
        "plain": (
            "id", "code", "terms", "pack", "since", "until", "withdrawn", "withdrawn_why", "renews", "parties",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("-until", "code")
        constraints = (
            models.CheckConstraint(name="an_agreement_ends_after_it_starts", condition=Q(until__gte=F("since"))),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def last_day(self) -> date:
        """The last day it permits anything."""
        return min(self.until, self.withdrawn) if self.withdrawn else self.until

    @property
    def stopped_from(self) -> date | None:
        """The first day after it was withdrawn; None when it was not."""
        return self.withdrawn + timedelta(days=1) if self.withdrawn else None

    def ended(self, on: date) -> bool:
        """Whether it no longer permits anything on that day."""
        return on > self.last_day


class Party(models.Model):
    """One agency's place in an agreement: whether it signed or refused, and from when it left."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="party_rows")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="party_rows")
    signed = models.DateField(null=True, blank=True)
    signed_by = models.CharField(max_length=200, blank=True)  # name and post, as on the paper
    refused = models.DateField(null=True, blank=True)
    left = models.DateField(null=True, blank=True)  # the last day it is a party
    why = models.TextField(blank=True)  # of a refusal or of leaving

    privacy: ClassVar = {
        "personal": ("signed_by",),
        "plain": ("id", "agreement", "agency", "signed", "refused", "left", "why"),
    }

    class Meta:
        ordering = ("agency__name",)
        verbose_name_plural = "parties"
        constraints = (
            models.UniqueConstraint(fields=("agreement", "agency"), name="an_agency_is_a_party_once"),
            models.CheckConstraint(
                name="a_signature_says_whose",
                condition=Q(signed=None) | ~Q(signed_by=""),
            ),
            models.CheckConstraint(
                name="a_party_signs_or_refuses",
                condition=Q(signed=None) | Q(refused=None),
            ),
            models.CheckConstraint(
                name="a_refusal_says_why",
                condition=Q(refused=None, left=None) | ~Q(why=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency}, {self.agreement}"

    def gone(self, on: date) -> bool:
        """Whether it has left by that day."""
        return self.left is not None and on > self.left

    @property
    def left_from(self) -> date | None:
        """The first day it is no longer a party; None while it has not left."""
        return self.left + timedelta(days=1) if self.left else None


class ExpiryWarning(models.Model):
    """That an agreement's end was told, so many days before it: each is told once."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="warnings")
    days = models.PositiveSmallIntegerField()
    told = models.DateField()

    privacy: ClassVar = {"plain": ("id", "agreement", "days", "told")}

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agreement", "days"), name="an_end_is_told_once"),)

    def __str__(self) -> str:
        return f"{self.agreement}, {self.days} days"


class NotShared(models.Model):
    """A decision not to share, with its reason: as much a decision as an agreement, and looked at again on a day."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="not_shared")
    dataset = models.CharField(max_length=60, blank=True)  # an id of the pack; '' for every data set
    what = models.TextField()
    why = models.TextField()
    decided = models.DateField()
    decided_by = models.CharField(max_length=200)  # the post or body that decided
    review = models.DateField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended = models.DateField(null=True, blank=True)
    ended_why = models.TextField(blank=True)

    privacy: ClassVar = {
        "personal": ("owner",),
        "plain": (
            "id", "agency", "dataset", "what", "why", "decided", "decided_by", "review", "ended", "ended_why",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = "decision not to share"
        verbose_name_plural = "decisions not to share"
        ordering = ("-decided", "-id")

    def __str__(self) -> str:
        return f"{self.agency} does not share ({self.decided})"

    def stands(self, on: date) -> bool:
        """Whether the decision holds on that day."""
        return self.decided <= on and (self.ended is None or on < self.ended)


class Barrier(models.Model):
    """What stands in the way of sharing, whose it is, the next step, and in the end how it was got over."""

    class Kind(models.TextChoices):
        LEGAL = "legal", "Legal: we are not sure we may"
        TECHNICAL = "technical", "Technical: the system cannot give it"
        CAPACITY = "capacity", "Capacity: nobody has the time or the skill"
        TRUST = "trust", "Trust: somebody fears how it would be used"
        OTHER = "other", "Something else"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    what = models.TextField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="barriers")
    step = models.TextField(blank=True)
    due = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    raised = models.DateField(default=timezone.localdate)
    resolved = models.DateField(null=True, blank=True)
    how = models.TextField(blank=True)

    privacy: ClassVar = {
        "personal": ("owner",),
        "plain": ("id", "kind", "what", "agency", "step", "due", "raised", "resolved", "how"),
    }

    class Meta:
        ordering = ("-raised", "-id")
        constraints = (
            models.CheckConstraint(name="what_was_resolved_says_how", condition=Q(resolved=None) | ~Q(how="")),
        )

    def __str__(self) -> str:
        return f"Barrier {self.pk}: {self.kind}"

    @property
    def kind_word(self) -> str:
        """'Legal', 'Technical' …"""
        return str(self.get_kind_display()).partition(":")[0]
