"""How the partnership's own pack comes to be: drafts of its items, what agencies say of them, packs that others sent.

What is adopted lies on the shelf and is read from there. Only a draft holds words of its own: they are in no pack yet.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from plait_web.partnership.models import Adoption, Agency

USER = settings.AUTH_USER_MODEL


class Received(models.Model):
    """A pack that another partnership sent. It lies apart from the shelf; nothing of it holds here until it is drafted."""

    digest = models.CharField(max_length=64, unique=True)
    pack = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    sender = models.CharField(max_length=200)  # the partnership it came from
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "digest", "pack", "version", "title", "sender", "at"),
    }

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Draft(models.Model):
    """One item of the pack as somebody would have it. `was` is the digest of the item it would replace, '' for a new one.

    `edition` grows with each change of the words, so that what an agency said of the words before is known to be about those.
    """

    class State(models.TextChoices):
        OPEN = "open", "Draft"
        ADOPTED = "adopted", "Adopted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    folder = models.CharField(max_length=20)  # of the pack
    item = models.CharField(max_length=80)
    body = models.JSONField()  # the whole item, as its file in the pack would hold it
    was = models.CharField(max_length=64, blank=True)
    edition = models.PositiveIntegerField(default=1)
    why = models.TextField()
    received = models.ForeignKey(Received, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended_why = models.TextField(blank=True)  # why it was withdrawn
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts")

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": (
            "id", "folder", "item", "body", "was", "edition", "why", "received", "at", "changed", "state", "ended_why",
            "adoption",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("folder", "item", "-id")
        constraints = (
            models.UniqueConstraint(
                name="one_open_draft_an_item", fields=("folder", "item"), condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="what_was_adopted_says_when", condition=Q(state="adopted") ^ Q(adoption__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.folder}/{self.item}"

    @property
    def open(self) -> bool:
        return self.state == Draft.State.OPEN


class Opinion(models.Model):
    """What an agency said of a draft as it was worded. The newest counts; none is ever changed."""

    class Says(models.TextChoices):
        ADOPT = "adopt", "Adopt it as it is"
        ADAPT = "adapt", "Adopt it, worded otherwise"
        DISSENT = "dissent", "Do not adopt it"

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="opinions")
    edition = models.PositiveIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=10, choices=Says.choices)
    words = models.TextField(blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "draft", "edition", "agency", "says", "words", "at")}

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                name="who_would_not_adopt_it_as_it_is_says_why", condition=Q(says="adopt") | ~Q(words="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_says_display()}"


class Comment(models.Model):
    """What somebody has to say of a draft, for themselves."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "draft", "text", "at")}

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"comment on {self.draft}"
