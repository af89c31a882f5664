"""Sessions in a table that knows whose they are. Named by the setting SESSION_ENGINE."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from plait_web.accounts.models import Session

SINCE, SEEN, SOURCE, BROWSER = "since", "seen", "source", "browser"  # what a session holds about itself


class SessionStore(DatabaseStore):
    """Django's own store, whose rows also carry the person, the browser and the times, for the page that lists them."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.since, row.seen = moment(data.get(SINCE)), moment(data.get(SEEN))
        row.source, row.browser = data.get(SOURCE, ""), data.get(BROWSER, "")
        return row


def moment(seconds: float | None) -> datetime:
    return datetime.fromtimestamp(seconds, UTC) if seconds else timezone.now()


def begin(request: HttpRequest) -> None:
    """Writes into the session where it is and since when."""
    now = timezone.now().timestamp()
    request.session.update({SINCE: now, SEEN: now, SOURCE: source(request), BROWSER: browser(request)})


def source(request: HttpRequest) -> str:
    """The address a request came from."""
    return request.META.get("REMOTE_ADDR", "")[:45]


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "Mac"))


def browser(request: HttpRequest) -> str:
    """'Firefox on Windows': enough to know one's own, and no more of the browser's long description is kept."""
    said = request.META.get("HTTP_USER_AGENT", "")
    name = next((name for sign, name in _BROWSERS if sign in said), "A browser")
    system = next((name for sign, name in _SYSTEMS if sign in said), "Linux" if "Linux" in said else "")
    return f"{name} on {system}" if system else name
