"""Each agency's own words beside the shared ones: its codes, what becomes of them, and what it means by a term."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from plait_web.partnership.models import Agency

USER = settings.AUTH_USER_MODEL


class LocalCode(models.Model):
    """A code or word of an agency's own system, and the shared codes it stands for: none, one or several."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="local_codes")
    codelist = models.CharField(max_length=80)  # an id of the pack
    code = models.CharField(max_length=120)  # the agency's own
    meaning = models.CharField(max_length=300, blank=True)
    shared = models.JSONField(default=list)  # codes of the list; none while nothing shared says what it says
    loss = models.TextField(blank=True)  # what it says that the shared codes do not
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "agency", "codelist", "code", "meaning", "shared", "loss", "at"),
    }

    class Meta:
        ordering = ("agency__name", "code")
        constraints = (models.UniqueConstraint(name="one_line_a_local_code", fields=("agency", "codelist", "code")),)

    def __str__(self) -> str:
        return f"{self.agency}: {self.code}"


class OwnText(models.Model):
    """What an agency means by a term, in its own words. The newest counts; none is ever changed."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="own_texts")
    definition = models.CharField(max_length=80)  # an id of the pack
    text = models.TextField()
    includes = models.JSONField(default=list)  # forms of harm it includes, as codes of the shared list
    source = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "agency", "definition", "text", "includes", "source", "at"),
    }

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.agency}: {self.definition}"
