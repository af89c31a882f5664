"""The door to tokens, and what a token's agency may reach."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.api.actions import digest
from plait_web.api.models import Token
from plait_web.returns.models import Expected, Submission
from plait_web.roles import Permission


def tokens_for(user: User) -> QuerySet[Token]:
    found = Token.objects.select_related("agency", "by")
    return found if user.may(Permission.ADMINISTER) else found.none()


def token_of(secret: str) -> Token | None:
    """The token with this secret, if it may still be used."""
    found = Token.objects.select_related("agency").filter(digest=digest(secret)).first()
    return found if found is not None and found.good(timezone.now()) else None


def expected_of(token: Token) -> QuerySet[Expected]:
    """What the token's own agency is asked for."""
    return Expected.objects.select_related("point", "agency").filter(agency=token.agency_id)


def returns_of(token: Token) -> QuerySet[Submission]:
    """What the token's own agency sent."""
    return Submission.objects.select_related("expected__point").filter(expected__agency=token.agency_id)
