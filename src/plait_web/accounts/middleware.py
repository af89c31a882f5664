"""Nothing is served that did not say who may see it, and to nobody who has not come in the whole way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from plait_web.accounts import access, terms
from plait_web.accounts.sessions import SEEN
from plait_web.accounts.stages import vouched_for
from plait_web.permissions import PUBLIC

Respond = Callable[[HttpRequest], HttpResponse]

ADMITTED = "admitted"  # the version of the terms with which this session was let in
SETTING_UP = frozenset(
    {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_reauthenticate",
     "mfa_reauthenticate_webauthn", "account_reauthenticate"}
)  # fmt: skip
ACCEPTING = SETTING_UP | {"accounts:terms"}
_NOTE_EVERY, _IDLE = 300, 3_600  # seconds


class Permitted:
    """A page without a declared permission is a fault, not a page. The pages of the sign-in library are listed."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> None:
        if not hasattr(view, "permission"):
            raise ImproperlyConfigured(f"{request.resolver_match.view_name} does not say who may open it.")


class Admitted:
    """Somebody signed in sees nothing before they have a second factor and have accepted the terms; nor after an idle hour."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if view.permission == PUBLIC or not request.user.is_authenticated:  # type: ignore[attr-defined]
            return None
        if _idle(request):
            logout(request)
            return redirect_to_login(request.get_full_path())
        return _what_is_missing(request)


def _idle(request: HttpRequest) -> bool:
    """Whether nothing came from this browser for an hour; notes, now and then, that something did."""
    now = timezone.now().timestamp()
    quiet = now - request.session.get(SEEN, now)
    if SEEN not in request.session or quiet > _NOTE_EVERY:
        request.session[SEEN] = now
    return quiet > _IDLE


def _what_is_missing(request: HttpRequest) -> HttpResponse | None:
    """The page to go to first, if there is one. What was once found in order is not asked for again in this session."""
    page = request.resolver_match.view_name
    if request.session.get(ADMITTED) == terms.version():
        return None
    if not vouched_for(request, request.user) and not access.factors_of(request.user).exists():
        return None if page in SETTING_UP else HttpResponseRedirect(reverse("mfa_index"))
    if access.accepted(request.user, terms.version()) is None:
        return None if page in ACCEPTING else HttpResponseRedirect(reverse("accounts:terms"))
    request.session[ADMITTED] = terms.version()
    return None


class BehindProxy:
    """Where a proxy stands in front (PLAIT_BEHIND_PROXY), the address a request came from is the last the proxy wrote down."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if settings.BEHIND_PROXY and said:
            request.META["REMOTE_ADDR"] = said.rsplit(",", 1)[-1].strip()
        return self.get_response(request)
