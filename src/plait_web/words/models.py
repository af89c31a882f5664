"""What people said, wrote or know from practice, on its way past the gate: read for what could point at a person, then signed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait_web.words.states import ASKED, Kind, Part, State, Whose

USER = settings.AUTH_USER_MODEL


class Passage(models.Model):
    """Words that may be shown beside figures. `findings` holds what the gate said of them: codes and places alone."""

    kind = models.CharField(max_length=12, choices=Kind.choices())
    whose = models.CharField(max_length=12, choices=Whose.choices())
    text = models.TextField()
    question = models.CharField(max_length=80, blank=True)  # id of a question of the pack
    heard = models.CharField(max_length=300)  # how they were heard: the method, the forum, the season
    consent = models.CharField(max_length=300, blank=True)  # to what, and how it was given; never by whom
    consent_until = models.DateField(null=True, blank=True)
    part = models.CharField(max_length=12, choices=Part.choices(), blank=True)
    state = models.CharField(max_length=12, choices=State.choices(), default=State.WAITING.value)
    findings = models.JSONField(default=list)
    stands = models.TextField(blank=True)  # why they may stand in spite of what was found, as their writer sees it
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="passages")
    at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="passages_signed")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_why = models.TextField(blank=True)
    back_why = models.TextField(blank=True)
    ended_why = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="later")
    did = models.TextField(blank=True)  # what came of it: what was done, or could not be, and why
    did_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="passages_answered")
    did_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar = {
        "special": ("text",),
        "personal": ("by", "signed_by", "did_by", "did", "stands", "signed_why", "back_why", "ended_why", "heard", "consent"),
        "plain": (
            "id", "kind", "whose", "question", "consent_until", "part", "state", "findings", "at", "signed_at", "ended_at",
            "replaces", "did_at",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="signed_words_say_by_whom_and_never_by_their_writer",
                condition=~Q(state="signed")
                | Q(signed_by__isnull=False, signed_at__isnull=False) & ~Q(signed_by=F("by")),
            ),
            models.CheckConstraint(
                name="words_of_families_have_consent",
                condition=~Q(whose__in=sorted(w.value for w in ASKED)) | ~Q(consent=""),
            ),
        )

    def __str__(self) -> str:
        return f"words {self.pk}"
