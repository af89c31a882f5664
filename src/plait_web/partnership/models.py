"""The partnership as it is decided here: its agencies, the pack it adopted, the agreements signed.

Rows refer to a pack by digest and item id and never copy what it says.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


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

    privacy: ClassVar = {"plain": ("id", "code", "name", "kind", "areas", "since", "until")}

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


class Adoption(models.Model):
    """The partnership uses this pack from a day on. The newest that has taken effect is in force; none is ever changed."""

    pack = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    effective = models.DateField()
    why = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
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
    since = models.DateField()
    until = models.DateField()
    withdrawn = models.DateField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True)
    parties = models.ManyToManyField(Agency, through="Party", related_name="agreements")

    privacy: ClassVar = {
        "plain": ("id", "code", "terms", "since", "until", "withdrawn", "withdrawn_why", "parties"),
    }

    class Meta:
        ordering = ("-until", "code")
        constraints = (
            models.CheckConstraint(name="an_agreement_ends_after_it_starts", condition=Q(until__gte=F("since"))),
        )

    def __str__(self) -> str:
        return self.code

    def ended(self, on: date) -> bool:
        """Whether it no longer permits anything on that day."""
        return on > self.until or (self.withdrawn is not None and on > self.withdrawn)


class Party(models.Model):
    """One agency's place in an agreement, and whether it signed."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="party_rows")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="party_rows")
    signed = models.DateField(null=True, blank=True)
    signed_by = models.CharField(max_length=200, blank=True)  # name and post, as on the paper

    privacy: ClassVar = {"personal": ("signed_by",), "plain": ("id", "agreement", "agency", "signed")}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agreement", "agency"), name="an_agency_is_a_party_once"),
            models.CheckConstraint(
                name="a_signature_says_whose",
                condition=Q(signed=None) | ~Q(signed_by=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency}, {self.agreement}"
