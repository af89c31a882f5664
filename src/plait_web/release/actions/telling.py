"""Mails about releases: that one waits, is out, was corrected or recalled, and where. Never a figure."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction
from django.urls import reverse

from plait_web import mail
from plait_web.accounts.models import User
from plait_web.release.models import Release

_log = logging.getLogger("plait.releases")


def tell_later(to: Iterable[User | str], *, subject: str, lines: Sequence[str], link: str) -> None:
    """The mails leave once what they tell of is settled in the database."""
    addresses = (one if isinstance(one, str) else one.email for one in to)
    for address in dict.fromkeys(addresses):
        transaction.on_commit(partial(_send, address, subject, tuple(lines), link))


def _send(to: str, subject: str, lines: tuple[str, ...], link: str) -> None:
    try:
        mail.send(to, subject=subject, lines=lines, link=link)
    except mail.NotSent:
        _log.warning("A mail about a release could not be sent")


def page_of(release: Release) -> str:
    return reverse("release:release", args=[release.pk])
