"""Mails that say that something waits, and where: a link, and never a figure, a cell or a child's name."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jwt
import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_ENGINES = "django.core.mail.backends."
_WAIT = 20  # seconds


class NotSent(Exception):
    """The mail did not leave. Says so to the person who caused it; the cause is in the log of the mail server."""

    def __init__(self) -> None:
        super().__init__(
            "The mail could not be sent, so nothing was changed. Try again; if it fails again, tell your administrator."
        )


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where mails are handed in."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    tls: bool = False


def post_office(said: str) -> PostOffice:
    """What `PLAIT_MAIL` means: `console`, `notify`, or `smtp://user@host:port` (`smtps://` for a server that speaks TLS
    from the first byte is not supported: port 587 upgrades with STARTTLS and is what mail services ask for)."""
    if said == "console":
        return PostOffice(_ENGINES + "console.EmailBackend")
    if said == "notify":
        return PostOffice("plait_web.mail.Notify")
    parts = urlsplit(said)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ValueError("PLAIT_MAIL must be console, notify, or smtp://user@host:587")
    port = parts.port or 25
    return PostOffice(_ENGINES + "smtp.EmailBackend", parts.hostname, port, unquote(parts.username or ""), port == 587)


def secret(path: str) -> str:
    """What a file of one secret holds; nothing where no file is named."""
    return Path(path).read_text(encoding="utf-8").strip() if path else ""


def send(to: str, *, subject: str, lines: Iterable[str], link: str) -> None:
    """One mail to one person: sentences, and the address of the page (a path of this service) that has the rest."""
    body = "\n\n".join([*lines, address(link), "This mail was sent by Plait. It cannot be answered."])
    try:
        EmailMessage(subject, body, to=[to]).send()
    except (OSError, requests.RequestException) as fault:
        raise NotSent from fault


def address(path: str) -> str:
    """The whole address of a page: built on the configured one, never on what a browser claims the host to be."""
    return settings.BASE_URL.rstrip("/") + path


class Notify(BaseEmailBackend):
    """Hands mails to GOV.UK Notify. Its template has two fields, ((subject)) and ((body))."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for to in message.to:
                self._hand_in(to, message)
        return len(email_messages)

    def _hand_in(self, to: str, message: EmailMessage) -> None:
        answer = requests.post(
            f"{settings.NOTIFY_URL}/v2/notifications/email",
            json={
                "email_address": to,
                "template_id": settings.NOTIFY_TEMPLATE,
                "personalisation": {"subject": message.subject, "body": message.body},
            },
            headers={"Authorization": f"Bearer {_pass(secret(settings.NOTIFY_KEY_FILE))}"},
            timeout=_WAIT,
            allow_redirects=False,
        )
        if answer.status_code != requests.codes.created:  # a redirect is no success either
            raise requests.HTTPError


def _pass(key: str) -> str:
    """A pass for one request: a key is a name, the service's id and a secret, both 36 characters long."""
    claims = {"iss": key[-73:-37], "iat": int(time.time())}
    return jwt.encode(claims, key[-36:], algorithm="HS256")
