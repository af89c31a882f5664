"""Mails to the people of an agency about their return: a link, and never a figure. One that fails stops nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction
from django.urls import reverse

from plait_web import mail
from plait_web.returns.models import Submission

_log = logging.getLogger("plait.returns")


def tell_later(to: Iterable[str], *, subject: str, lines: Sequence[str], link: str) -> None:
    """The mails leave once what they tell of is settled in the database."""
    for address in dict.fromkeys(to):
        transaction.on_commit(partial(_send, address, subject, tuple(lines), link))


def _send(to: str, subject: str, lines: tuple[str, ...], link: str) -> None:
    try:
        mail.send(to, subject=subject, lines=lines, link=link)
    except mail.NotSent:
        _log.warning("A mail about a return could not be sent")


def page_of(submission: Submission) -> str:
    return reverse("returns:return", args=[submission.pk])
