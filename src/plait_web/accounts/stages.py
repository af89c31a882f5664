"""The one step between a password, or an organisation's word, and being signed in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest

from plait_web.accounts.adapters import way_in
from plait_web.accounts.models import User


class SecondFactor(AuthenticateStage):
    """Asks everybody who has a second factor for it, except those whose organisation always asks for its own.

    Who has none yet is signed in, and `middleware.Admitted` lets them open nothing but the page that sets one up.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        return not vouched_for(request, self.login.user) and super()._should_handle(request)


def vouched_for(request: HttpRequest, user: User) -> bool:
    """Whether this person signed in with an organisation whose own sign-in always asks for a second factor."""
    way = way_in(request, user)
    return any(
        tenant["provider_id"] == way and tenant["settings"].get("second_factor") == "theirs" for tenant in tenants()
    )


def tenants() -> list[dict[str, Any]]:
    """The organisations people may sign in with."""
    found: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return found
