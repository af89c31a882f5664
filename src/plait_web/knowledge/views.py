"""The data map, to read."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plait_web.knowledge import access
from plait_web.partnership.access import pack
from plait_web.permissions import permitted
from plait_web.roles import Permission

PAGE = 50  # lines


@permitted(Permission.SEE_KNOWLEDGE)
def data_map(request: HttpRequest) -> HttpResponse:
    """Every line, or those of one data set: what is recorded as words on paper cannot be counted, and says so."""
    found, wanted = pack(), request.GET.get("dataset", "")
    rows = access.assets_for(request.user)
    chosen = rows.filter(dataset=wanted) if wanted in found.datasets else rows
    context = {
        "page": Paginator(chosen, PAGE).get_page(request.GET.get("page")),
        "datasets": found.datasets,
        "wanted": wanted,
        "captures": CAPTURES,
        "qualities": QUALITIES,
    }
    return render(request, "knowledge/data_map.html", context)


CAPTURES = {
    "coded": "Coded in the system",
    "free_text": "In words, in the system",
    "document": "In documents",
    "spreadsheet": "In a spreadsheet",
    "paper": "On paper",
    "not_recorded": "Not recorded",
}
QUALITIES = {"good": "Good", "usable": "Usable", "weak": "Weak", "": "Not judged"}
