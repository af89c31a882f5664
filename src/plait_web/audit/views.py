"""The audit trail: searched, read one event at a time, checked, and taken away as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from plait_web.audit.access import acts, events
from plait_web.audit.forms import SearchForm
from plait_web.audit.models import Event
from plait_web.audit.record import record, verify
from plait_web.permissions import permitted
from plait_web.roles import Permission

_COLUMNS = (
    "id",
    "at",
    "who",
    "acting_as",
    "act",
    "kind",
    "key",
    "label",
    "source",
    "why",
    "detail",
    "before",
    "digest",
)


@require_GET
@permitted(Permission.SEE_AUDIT)
def listed(request: HttpRequest) -> HttpResponse:
    """Events that match the search, newest first, 50 a page."""
    form, found = _found(request)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    given = {"form": form, "page": page, "asked": _asked(request), "searched": bool(_asked(request))}
    return render(request, "audit/list.html", given)


@require_GET
@permitted(Permission.SEE_AUDIT)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(events(), pk=pk)
    return render(request, "audit/event.html", {"event": found})


@require_POST
@permitted(Permission.SEE_AUDIT)
def check(request: HttpRequest) -> HttpResponse:
    """Reads the whole trail and says whether it is as it was written."""
    verdict = verify()
    record("audit.verified", by=request.user, count=verdict.count, whole=verdict.broken is None)
    return render(request, "audit/verdict.html", {"verdict": verdict})


@require_GET
@permitted(Permission.SEE_AUDIT)
def download(request: HttpRequest) -> StreamingHttpResponse:
    """The events that match the search as a CSV, oldest first."""
    _, found = _found(request)
    response = StreamingHttpResponse(_lines(found.order_by("id")), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _found(request: HttpRequest) -> tuple[SearchForm, QuerySet[Event]]:
    form = SearchForm(request.GET or None, acts=acts())
    if not form.is_bound:
        return form, events()
    return form, events(**form.cleaned_data) if form.is_valid() else Event.objects.none()


def _asked(request: HttpRequest) -> str:
    """The search as it stands in an address, without the number of the page."""
    return urlencode([(name, value) for name, value in request.GET.items() if value and name != "page"])


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(found: QuerySet[Event]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(_COLUMNS)
    for row in found.iterator(chunk_size=2_000):
        yield writer.writerow([_cell(getattr(row, column)) for column in _COLUMNS])


def _cell(value: Any) -> str:
    """The value as a spreadsheet may hold it: what would be read as a formula is marked as text."""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
