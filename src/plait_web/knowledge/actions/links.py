"""Links by mail, for an agency that has no accounts: somebody says in ten minutes what it holds."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from plait_web import mail
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.knowledge import policies
from plait_web.knowledge.actions.assets import confirm, map_asset
from plait_web.knowledge.models import Asset, MapLink
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency

DAYS = 28
_SALT = "plait.knowledge.link"


def opened(token: str) -> MapLink | None:
    """The link this token belongs to, if it was signed here and names the secret its row has the digest of."""
    try:
        pk, nonce = signing.loads(token, salt=_SALT, max_age=timedelta(days=DAYS + 1))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return MapLink.objects.select_related("agency").filter(pk=pk, nonce=_digest(str(nonce))).first()


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()


@transaction.atomic
def make_link(agency: Agency, *, email: str, by: User) -> MapLink:
    """A link is on its way to this address. It asks what this agency holds, and opens nothing else."""
    policies.check_may_map(agency, by)
    _close(MapLink.objects.select_for_update().filter(agency=agency, ended=None))
    nonce = secrets.token_urlsafe(24)
    expires = timezone.now() + timedelta(days=DAYS)
    link = MapLink.objects.create(agency=agency, email=email, nonce=_digest(nonce), made_by=by, expires=expires)
    record("data_map.link_made", by=by, target=link)
    lines = [
        f"{partnership.current() or 'The partnership'} asks what records {agency} keeps. It asks for no figure and no name.",
        "It takes about ten minutes. You can stop and come back.",
        f"The link is for you alone and works for {DAYS} days. Do not pass it on.",
    ]
    address = reverse("knowledge:by_link", args=[signing.dumps((link.pk, nonce), salt=_SALT)])
    mail.send(email, subject="What records do you keep?", lines=lines, link=address)
    return link


@transaction.atomic
def end_link(link: MapLink, *, by: User) -> None:
    """The link opens nothing any more, and what was typed so far is erased."""
    policies.check_may_map(link.agency, by)
    _close(MapLink.objects.select_for_update().filter(pk=link.pk))
    record("data_map.link_ended", by=by, target=link)


def _close(links: Any) -> None:
    links.filter(ended=None).update(ended=timezone.now(), draft={})


@transaction.atomic
def save_draft(link: MapLink, *, draft: Mapping[str, Any]) -> None:
    """What was typed so far is there when the link is opened again."""
    found = _open(link)
    found.draft = dict(draft)
    found.save(update_fields=["draft"])
    record("data_map.draft_saved", by=None, target=found)


@transaction.atomic
def send_draft(link: MapLink, *, lines: Sequence[Mapping[str, Any]]) -> list[Asset]:
    """What was said becomes lines of the map, and the agency's word that there is no more. The link is used up."""
    found = _open(link)
    made = [map_asset(agency=found.agency, by=None, origin="link", **line) for line in lines]
    already = Asset.objects.filter(agency=found.agency, ended=None).exists()
    confirm(agency=found.agency, by=None, holds_nothing=not already)
    found.used, found.ended, found.draft = True, timezone.now(), {}
    found.save(update_fields=["used", "ended", "draft"])
    record("data_map.link_used", by=None, target=found, lines=len(made))
    return made


def _open(link: MapLink) -> MapLink:
    found = MapLink.objects.select_for_update(of=("self",)).select_related("agency").get(pk=link.pk)
    policies.check_link_open(found, timezone.now())
    return found
