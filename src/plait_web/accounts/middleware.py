"""Nothing is served that did not say who may see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse


class Permitted:
    """A page without a declared permission is a fault, not a page. The pages of the sign-in library are listed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> None:
        if not hasattr(view, "permission"):
            raise ImproperlyConfigured(f"{request.resolver_match.view_name} does not say who may open it.")
