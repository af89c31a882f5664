"""Checks the partnership has waived: which, of whom, why and until when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from plait_web.permissions import permitted
from plait_web.returns import access, actions, forms, policies
from plait_web.returns.views.shown import paged, tried, why_not
from plait_web.roles import Permission


@permitted(Permission.SEE_RETURNS)
def waivers(request: HttpRequest) -> HttpResponse:
    """Every waiver this person may see, those in force first."""
    said = {
        "page": paged(request, access.waivers_for(request.user)),
        "today": timezone.localdate(),
        "ends": request.user.may(Permission.WAIVE_FINDINGS),
    }
    return render(request, "returns/waivers.html", said)


@permitted(Permission.WAIVE_FINDINGS)
def end_waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the last day of a waiver."""
    found, today = get_object_or_404(access.waivers_for(request.user), pk=pk), timezone.localdate()
    form = forms.LastDayForm(request.POST or None, initial={"until": found.until or today})
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        if tried(
            request, lambda: actions.end_waiver(found, until=until, by=request.user), done="The last day was set."
        ):
            return redirect("returns:waivers")
    blocked = why_not(policies.check_can_end_waiver, found, request.user, today, today)
    return render(request, "returns/end_waiver.html", {"form": form, "waiver": found, "blocked": blocked})
