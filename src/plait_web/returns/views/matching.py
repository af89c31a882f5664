"""The columns of a file whose layout is its agency's own, matched in the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted
from plait_web.returns import access, actions, policies, port, sketches
from plait_web.returns.views.shown import asked_for, tried, why_not
from plait_web.roles import Permission


@permitted(Permission.SEND_RETURNS)
def columns(request: HttpRequest, pk: Any) -> HttpResponse:
    """Which column is which, with what Plait thinks and why; codes too."""
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    if why_not(policies.check_can_map, found, request.user) or not found.maps:
        return redirect("returns:place", found.expected_id)
    pack, error = partnership.pack(), ""
    shown = sketches.sheets(port.file_maps(found.maps), pack, found.folder)
    if request.method == "POST":
        try:
            actions.match_columns(found, maps=sketches.said(shown, request.POST), by=request.user)
        except Refused as reason:
            error = str(reason)
        else:
            return redirect("returns:return", found.pk)
    said = {
        "submission": found,
        "title": asked_for(found.expected.point.datasets, pack),
        "sheets": shown,
        "posted": request.POST if error else None,
        "error": error,
        "datasets": [(d.id, d.title) for d in pack.datasets.values() if d.retired is None],
    }
    return render(request, "returns/columns.html", said, status=400 if error else 200)


@require_POST
@permitted(Permission.SEND_RETURNS)
def read_as(request: HttpRequest, pk: Any) -> HttpResponse:
    """The file holds another data set than Plait thought."""
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    tried(request, lambda: actions.read_as(found, dataset=request.POST.get("dataset", ""), by=request.user))
    return redirect("returns:return", found.pk)
