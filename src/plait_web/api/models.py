"""What an agency's own systems show instead of a person: tokens."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait_web.roles import Permission

# What a token can be let do, and how that is said to whoever makes one.
SCOPES = {
    Permission.SEE_KNOWLEDGE: "Read packs: questions, definitions and data sets",
    Permission.SEE_PICTURE: "Read answers and released figures",
    Permission.SEND_RETURNS: "Send the agency's returns and ask how they stand",
}


class Token(models.Model):
    """Lets one agency's system in, for what it is for and until a day. Only its digest is kept."""

    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)  # of the system, not of a person
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar = {
        "personal": ("by",),
        "secret": ("digest",),
        "plain": ("id", "agency", "name", "scopes", "made", "expires", "used", "withdrawn"),
    }

    class Meta:
        ordering = ("-made", "-id")
        constraints = (
            models.CheckConstraint(name="a_token_expires_after_it_is_made", condition=Q(expires__gt=F("made"))),
        )

    def __str__(self) -> str:
        return f"{self.name} of {self.agency}"

    def good(self, at: datetime) -> bool:
        return self.withdrawn is None and at < self.expires

    @property
    def state(self) -> str:
        if self.withdrawn:
            return "Withdrawn"
        return "In use" if self.good(timezone.now()) else "Expired"

    @property
    def scope_words(self) -> list[str]:
        return [SCOPES[Permission(scope)] for scope in self.scopes]
