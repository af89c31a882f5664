"""Boards, subgroups, panels and the seats on them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from plait_web.partnership import access, actions, forms, policies
from plait_web.partnership.journeys import Journey, Question
from plait_web.partnership.models import Group, Seat
from plait_web.partnership.views.asking import ask, form_of, paged
from plait_web.permissions import permitted
from plait_web.roles import Permission


def _added(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    group = actions.add_group(**given, by=request.user)
    messages.success(request, f"{group} is added. Now say who sits on it.")
    return redirect("partnership:group", group.pk)


ADDING = Journey(
    name="group",
    route="partnership:add_group_step",
    title="Add a group",
    button="Add this group",
    steps=(("name", forms.GroupName), ("kind", forms.GroupKind), ("reports", forms.GroupReports)),
    done=_added,
    back="partnership:set_up_groups",
)


@permitted(Permission.MANAGE_PARTNERSHIP)
def listed(request: HttpRequest) -> HttpResponse:
    """Groups so far, and whether there is another to add."""
    return render(request, "partnership/groups.html", {"groups": paged(request, access.groups())})


@permitted(Permission.MANAGE_PARTNERSHIP)
def add(request: HttpRequest) -> HttpResponse:
    return ADDING.begin(request)


@permitted(Permission.MANAGE_PARTNERSHIP)
def add_step(request: HttpRequest, step: str) -> HttpResponse:
    return ADDING.page(request, step)


@permitted(Permission.SEE_PARTNERSHIP)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """What the group is for and who sits on it."""
    found = get_object_or_404(Group.objects.select_related("reports_to"), pk=pk)
    below = list(found.below.all())
    context = {
        "group": found,
        "below": below,
        "seats": list(found.seats.select_related("lead", "deputy", "agency")),
        "manages": request.user.may(Permission.MANAGE_PARTNERSHIP),
        "cannot_end": policies.why_not(policies.check_can_end_group, found, below),
    }
    return render(request, "partnership/group.html", context)


_PARTS: dict[str, type[Question]] = {
    "name": forms.GroupName,
    "kind": forms.GroupKind,
    "reports": forms.GroupReports,
}


@permitted(Permission.MANAGE_PARTNERSHIP)
def change(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One part of a group, asked again."""
    if part not in _PARTS:
        raise Http404
    found = get_object_or_404(Group, pk=pk)
    was = {
        "name": found.name,
        "remit": found.remit,
        "kind": found.kind,
        "level": found.level,
        "reports_to": found.reports_to_id,
    }
    form = form_of(_PARTS[part], request, initial=was, so_far={"group": found})
    return ask(
        request,
        form,
        lambda given: actions.change_group(found, **given, by=request.user),
        to=reverse("partnership:group", args=[pk]),
        told=f"{found} is changed.",
        title=str(found),
    )


@permitted(Permission.MANAGE_PARTNERSHIP)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group, pk=pk)
    form = form_of(forms.GroupEnd, request)
    return ask(
        request,
        form,
        lambda given: actions.end_group(found, **given, by=request.user),
        to=reverse("partnership:group", args=[pk]),
        told=f"The end of {found} is recorded.",
        title=str(found),
        button="End this group",
        refusal=policies.why_not(policies.check_can_end_group, found, found.below.all()),
    )


@permitted(Permission.MANAGE_PARTNERSHIP)
def add_seat(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group, pk=pk)
    form = form_of(forms.SeatForm, request)
    return ask(
        request,
        form,
        lambda given: actions.add_seat(found, **given, by=request.user),
        to=reverse("partnership:group", args=[pk]),
        told="The seat is added.",
        title=str(found),
        button="Add this seat",
    )


@permitted(Permission.MANAGE_PARTNERSHIP)
def change_seat(request: HttpRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(Seat.objects.select_related("group"), pk=pk)
    was = {"lead": seat.lead_id, "deputy": seat.deputy_id, "agency": seat.agency_id, "chairs": seat.chairs}
    return ask(
        request,
        form_of(forms.SeatForm, request, initial=was),
        lambda given: actions.change_seat(seat, **given, by=request.user),
        to=reverse("partnership:group", args=[seat.group_id]),
        told="The seat is changed.",
        title=str(seat.group),
    )


@permitted(Permission.MANAGE_PARTNERSHIP)
def give_up_seat(request: HttpRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(Seat.objects.select_related("group", "lead"), pk=pk)
    return ask(
        request,
        form_of(forms.Sure, request, asks=f"Remove the seat of {seat.lead}?"),
        lambda given: actions.give_up_seat(seat, by=request.user),
        to=reverse("partnership:group", args=[seat.group_id]),
        told="The seat is removed.",
        title=str(seat.group),
        button="Remove this seat",
        warning="The audit trail keeps whose it was.",
    )
