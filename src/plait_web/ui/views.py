"""Pages that belong to no room: errors, health, accessibility, and what a person is told when something is refused."""

from __future__ import annotations

import logging

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from plait_web.permissions import public
from plait_web.ui.logs import reference

_log = logging.getLogger("plait.web")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/refused.html", {"title": "That could not be read", "why": ""}, status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The policy's sentence where there is one, and who can help."""
    why = str(exception) if exception else ""
    return render(request, "ui/refused.html", {"title": "You do not have access to this", "why": why}, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what does not exist and for what is another agency's."""
    return render(request, "ui/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A number to quote. The log has the same number and no data."""
    number = reference()
    _log.error("A page failed", extra={"reference": number, "path": request.path})
    return render(request, "ui/fault.html", {"reference": number}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    why = "The page had been open for too long, or cookies are switched off. Go back, load the page again and send it once more."
    return render(request, "ui/refused.html", {"title": "That was not sent", "why": why}, status=403)


@public("A load balancer asks; it says only that the process answers.")
def health(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@public("A load balancer asks; it says only whether the database answers.")
def ready(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        _log.exception("The database does not answer")
        return JsonResponse({"status": "not ready"}, status=503)
    return JsonResponse({"status": "ok"})


@public("Anybody may ask how accessible the service is.")
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/accessibility.html")
