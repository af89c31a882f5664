"""Pages of the ledger: everything that left, each time it left, and each figure of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plait.errors import StoreError
from plait.publish.wording import DIMENSIONS
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.release import forms, ledger
from plait_web.roles import Permission

P = Permission
PAGE = 50


def _asked(request: HttpRequest) -> ledger.Asked:
    """What is looked for; what the form does not know narrows nothing."""
    form = forms.LedgerForm(request.GET)
    form.is_valid()
    return ledger.Asked(**{name: form.cleaned_data.get(name, "") for name in ("zone", "indicator", "period", "area")})


def _form(asked: ledger.Asked) -> forms.LedgerForm:
    return forms.LedgerForm(initial={name: getattr(asked, name) for name in ("zone", "indicator", "period", "area")})


def _names() -> dict[str, Any]:
    pack, areas = partnership.pack(), partnership.areas()
    return {
        "titles": {one.id: one.title for one in pack.indicators.values()},
        "areas": {area.code: area.name for area in areas.all},
        "agencies": {agency.code: agency.name for agency in partnership.agencies()},
        "dimensions": DIMENSIONS,
    }


@require_GET
@permitted(P.SEE_RELEASES)
def left(request: HttpRequest) -> HttpResponse:
    """Each time that figures left, newest first, narrowed by zone, figure, period and area."""
    asked = _asked(request)
    try:
        found = ledger.entries_for(request.user, asked)
    except StoreError as problem:
        messages.error(request, str(problem))
        found = []
    rows = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "release/ledger.html", {"rows": rows, "form": _form(asked), "asked": asked, **_names()})


@require_GET
@permitted(P.SEE_RELEASES)
def entry(request: HttpRequest, key: str) -> HttpResponse:
    """One time that figures left: the figures, as their readers saw them."""
    found, asked = _entry(request, key), _asked(request)
    rows, count = ledger.figures(found, asked)
    page = {"entry": found, "rows": rows, "count": count, "form": _form(asked), "most": ledger.MOST}
    return render(request, "release/entry.html", page | _names())


@require_GET
@permitted(P.SEE_RELEASES)
def cell(request: HttpRequest, key: str) -> HttpResponse:
    """One figure: as it was shown, or why it was not and which released figure would expose it."""
    found = _entry(request, key)
    which = {
        name: request.GET.get(name, "")[:80] for name in ("indicator", "period", "area", "supplier", "by", "group")
    }
    row = ledger.figure(found, which)
    if row is None:
        raise Http404
    pack = partnership.pack()
    hidden = row["mark"] == "c"
    page = {
        "entry": found,
        "row": row,
        "reason": ledger.reason(row, pack, found.zone),
        "bearing": ledger.bearing_on(request.user, row, pack) if hidden else [],
        "hidden": hidden,
    }
    return render(request, "release/cell.html", page | _names())


def _entry(request: HttpRequest, key: str) -> ledger.Entry:
    found = ledger.entry_for(request.user, key)
    if found is None:
        raise Http404
    return found
