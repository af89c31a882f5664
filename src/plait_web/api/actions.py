"""The only writers of tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.api import policies
from plait_web.api.models import Token
from plait_web.audit.record import record
from plait_web.partnership.models import Agency

_NOTE_EVERY = timedelta(minutes=1)


@transaction.atomic
def make(*, agency: Agency, name: str, scopes: Collection[str], days: int, by: User | None) -> tuple[Token, str]:
    """A token and its secret, which is shown once and kept nowhere."""
    policies.check_can_make(scopes, days)
    secret = f"plait_{secrets.token_urlsafe(32)}"
    now = timezone.now()
    token = Token.objects.create(
        agency=agency, name=name, digest=digest(secret), scopes=sorted(scopes), by=by, made=now,
        expires=now + timedelta(days=days),
    )  # fmt: skip
    record("token.made", by=by, target=token, scopes=token.scopes, days=days)
    return token, secret


@transaction.atomic
def withdraw(token_id: int, *, by: User | None) -> Token:
    """The token lets nobody in from now on."""
    token = Token.objects.select_for_update(of=("self",)).select_related("agency").get(pk=token_id)
    policies.check_can_withdraw(token)
    token.withdrawn = timezone.now()
    token.save(update_fields=["withdrawn"])
    record("token.withdrawn", by=by, target=token)
    return token


@transaction.atomic
def used(token: Token, *, act: str, address: str) -> None:
    """What the token was used for is in the trail, and when it was last used on its row."""
    record(act, by=None, target=token, address=address, agency=token.agency.code)
    now = timezone.now()
    if token.used is None or now - token.used > _NOTE_EVERY:
        Token.objects.filter(pk=token.pk).update(used=now)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
