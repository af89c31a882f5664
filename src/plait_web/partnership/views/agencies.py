"""Agencies: added by a few questions, read, changed a part at a time, and ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from plait_web.partnership import access, actions, forms, policies
from plait_web.partnership.journeys import Journey, Question
from plait_web.partnership.models import Agency
from plait_web.partnership.views.asking import ask, form_of, paged
from plait_web.permissions import permitted
from plait_web.roles import Permission


def _added(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    agency = actions.add_agency(**given, by=request.user)
    messages.success(request, f"{agency} is added.")
    return redirect("partnership:set_up_agencies")


ADDING = Journey(
    name="agency",
    route="partnership:add_agency_step",
    title="Add an agency",
    button="Add this agency",
    steps=(
        ("name", forms.AgencyName),
        ("kind", forms.AgencyKind),
        ("areas", forms.AgencyAreas),
        ("dates", forms.AgencyDates),
    ),
    done=_added,
    back="partnership:set_up_agencies",
)


@permitted(Permission.MANAGE_PARTNERSHIP)
def listed(request: HttpRequest) -> HttpResponse:
    """Agencies so far, and whether there is another to add."""
    context = {
        "agencies": paged(request, access.agencies()),
        "kinds": access.pack().codelist("agency_kind"),
        "areas": access.areas(),
    }
    return render(request, "partnership/agencies.html", context)


@permitted(Permission.MANAGE_PARTNERSHIP)
def add(request: HttpRequest) -> HttpResponse:
    return ADDING.begin(request)


@permitted(Permission.MANAGE_PARTNERSHIP)
def add_step(request: HttpRequest, step: str) -> HttpResponse:
    return ADDING.page(request, step)


@permitted(Permission.SEE_PARTNERSHIP)
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """What is decided about the agency, who acts for it, and what it has agreed."""
    found = get_object_or_404(Agency.objects.select_related("successor"), code=code)
    reads, manages = request.user.may(Permission.SEE_AGREEMENTS), request.user.may(Permission.MANAGE_PARTNERSHIP)
    today = timezone.localdate()
    context = {
        "agency": found,
        "kinds": access.pack().codelist("agency_kind"),
        "areas": access.areas(),
        "roles": access.roles_held().filter(agency=found),
        "agreements": access.agreements_for(request.user).filter(party_rows__agency=found) if reads else [],
        "manages": manages,
        "reads": reads,
        "today": today,
        "cannot_end": policies.why_not(policies.check_can_end_agency, found, today),
    }
    return render(request, "partnership/agency.html", context)


_PARTS: dict[str, type[Question]] = {
    "name": forms.AgencyRename,
    "kind": forms.AgencyKind,
    "areas": forms.AgencyAreas,
    "dates": forms.AgencyDates,
}


@permitted(Permission.MANAGE_PARTNERSHIP)
def change(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One part of an agency, asked again."""
    if part not in _PARTS:
        raise Http404
    found = get_object_or_404(Agency, code=code)
    was = {"name": found.name, "kind": found.kind, "areas": found.areas, "since": found.since}
    form = form_of(_PARTS[part], request, initial=was, so_far={"agency": found})
    return ask(
        request,
        form,
        lambda given: actions.change_agency(found, **given, by=request.user),
        to=reverse("partnership:agency", args=[code]),
        told=f"{found} is changed.",
        title=str(found),
    )


@permitted(Permission.MANAGE_PARTNERSHIP)
def end(request: HttpRequest, code: str) -> HttpResponse:
    """The agency's last day, why, and who carries on."""
    found = get_object_or_404(Agency, code=code)
    form = form_of(forms.AgencyEnd, request, so_far={"agency": found})
    return ask(
        request,
        form,
        lambda given: actions.end_agency(found, **given, by=request.user),
        to=reverse("partnership:agency", args=[code]),
        told=f"The end of {found} is recorded.",
        title=str(found),
        button="End its part",
        refusal=policies.why_not(policies.check_can_end_agency, found, timezone.localdate()),
        warning="What it sent before stays in the picture of those periods. Nothing is asked of it after its last day.",
    )
