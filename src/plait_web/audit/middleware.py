"""Every reading of a page that is not public is recorded, with who read it and from where."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from plait_web.audit.record import Origin, coming_from, record
from plait_web.permissions import PUBLIC


class ReadsRecorded:
    """What happens in a request carries where it came from; a page that was shown is recorded as read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(_origin(request)):
            response = self.get_response(request)
            if _was_read(request, response):
                match = request.resolver_match
                record(f"read.{match.view_name}"[:60], by=request.user, address=request.path[:300])
        return response


def _was_read(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    return (
        request.method == "GET"
        and response.status_code == 200
        and match is not None
        and getattr(match.func, "permission", PUBLIC) != PUBLIC
        and request.user.is_authenticated
    )


def _origin(request: HttpRequest) -> Origin:
    roles = ", ".join(str(m) for m in request.user.held) if request.user.is_authenticated else ""
    return Origin(source=request.META.get("REMOTE_ADDR", ""), acting_as=roles[:120])
