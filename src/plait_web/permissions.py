"""What a page asks of the person who opens it. A page that asks for nothing cannot be reached: see `middleware.Permitted`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from plait_web.roles import Named, Permission
from plait_web.steps import Step

View = TypeVar("View", bound=Callable[..., HttpResponse])

PUBLIC = "public"


class Refused(PermissionDenied):
    """A policy says no, in a sentence: the same that disables the button and answers the request."""


def check_state(step: Step, state: Named) -> None:
    """It can happen from this state. Raises Refused with the step's sentence and how things stand."""
    if state not in step.before:
        raise Refused(f"{step.refusal} Now: {state.label[:1].lower()}{state.label[1:]}.")


def permitted(permission: Permission) -> Callable[[View], View]:
    """The page opens only for people with the permission; others are asked to sign in, or told whom to ask."""

    def hold(view: View) -> View:
        @wraps(view)
        def held(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.held:
                raise Refused("You hold no role in the partnership today.")
            if not request.user.may(permission):
                raise Refused(f"Your role does not let you do this: {Permission(permission).label.lower()}.")
            return view(request, *args, **kwargs)

        held.permission = permission  # type: ignore[attr-defined]
        return held  # type: ignore[return-value]

    return hold


def public(why: str) -> Callable[[View], View]:
    """Anybody may open the page, for the reason given."""
    assert why, "a public page says why it is public"

    def mark(view: View) -> View:
        @wraps(view)
        def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs)

        open_to_all.permission = PUBLIC  # type: ignore[attr-defined]
        open_to_all.why_public = why  # type: ignore[attr-defined]
        return open_to_all  # type: ignore[return-value]

    return mark
