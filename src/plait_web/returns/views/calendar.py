"""The calendar, and the steps by which a collection is added to it."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date

from plait_web.accounts.models import User
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.returns import access, actions, forms, policies
from plait_web.returns.models import CollectionPoint, Expected
from plait_web.returns.views.shown import asked_for, paged, tried, why_not
from plait_web.roles import Permission

_STEPS = ("datasets", "period", "days", "agencies", "check")
_DRAFT = "collection"


@permitted(Permission.SEE_RETURNS)
def calendar(request: HttpRequest) -> HttpResponse:
    """What is asked for, and how each agency this person may see stands; what is late first."""
    today, pack = timezone.localdate(), partnership.pack()
    rows = paged(request, access.expected_for(request.user).order_by("-point__due", "agency__name", "pk"))
    found = access.calendar(request.user, list(rows.object_list), today)
    said = {
        "page": rows,
        "places": found.places,
        "late": found.late,
        "upcoming": found.upcoming,
        "manages": request.user.may(Permission.MANAGE_PARTNERSHIP),
        "several": len({place.expected.agency_id for place in found.places}) > 1,
        "asked_for": lambda datasets: asked_for(datasets, pack),
    }
    return render(request, "returns/calendar.html", said)


@permitted(Permission.MANAGE_PARTNERSHIP)
def add(request: HttpRequest, step: str = "datasets") -> HttpResponse:
    """One question a page; what was answered waits in the session until the answers are checked."""
    if step not in _STEPS:
        return redirect("returns:add")
    draft = request.session.get(_DRAFT, {})
    missing = next((s for s in _STEPS[: _STEPS.index(step)] if s not in draft), None)
    if missing:
        return redirect("returns:add_step", missing)
    if step == "check":
        return _check_added(request, draft)
    form = _form(step, request.POST if request.method == "POST" else None, draft)
    if request.method == "POST" and form.is_valid():
        said = {name: str(v) if hasattr(v, "year") else v for name, v in form.cleaned_data.items()}
        request.session[_DRAFT] = draft | {step: said}
        done = all(s in request.session[_DRAFT] for s in _STEPS[:-1])
        return redirect("returns:add_step", "check" if done else _STEPS[_STEPS.index(step) + 1])
    back = _STEPS[_STEPS.index(step) - 1] if step != _STEPS[0] else ""
    return render(
        request, "returns/add.html", {"form": form, "step": step, "back": back, "number": _STEPS.index(step) + 1}
    )


def _form(step: str, data: Any, draft: dict[str, Any]) -> django_forms.Form:
    said = draft.get(step, {})
    if step == "datasets":
        choices = [(d.id, d.title) for d in partnership.pack().datasets.values() if d.retired is None]
        return forms.DatasetsForm(data, initial=said, choices=choices)
    if step == "agencies":
        choices = [(a.code, a.name) for a in partnership.agencies()]
        initial = said or {"agencies": [code for code, _ in choices]}
        return forms.AgenciesForm(data, initial=initial, choices=choices)
    if step == "days":
        return forms.DaysForm(data, initial={name: parse_date(day) for name, day in said.items()})
    return forms.PeriodForm(data, initial=said)


def _check_added(request: HttpRequest, draft: dict[str, Any]) -> HttpResponse:
    agencies = [a for a in partnership.agencies() if a.code in draft["agencies"]["agencies"]]
    opens, due = (parse_date(draft["days"][name]) for name in ("opens", "due"))
    assert opens is not None and due is not None, "the form gave days"
    datasets, period = draft["datasets"]["datasets"], draft["period"]["period"]
    if request.method == "POST":
        asked = {"datasets": datasets, "period": period, "opens": opens, "due": due, "agencies": agencies}
        made: list[CollectionPoint] = []
        if tried(request, lambda: made.append(actions.add_point(**asked, by=request.user)), done="Collection added."):
            del request.session[_DRAFT]
            return redirect("returns:point", made[0].pk)
    said = {"datasets": asked_for(datasets), "period": period, "opens": opens, "due": due, "agencies": agencies}
    return render(request, "returns/add_check.html", said)


@permitted(Permission.MANAGE_PARTNERSHIP)
def next_year(request: HttpRequest) -> HttpResponse:
    """The same collections a year later, shown before they are made."""
    if request.method == "POST":
        tried(request, lambda: actions.next_year(by=request.user), done="Next year's calendar was made.")
        return redirect("returns:calendar")
    rows = CollectionPoint.objects.filter(next_ones=None)
    pack = partnership.pack()
    said = {"points": rows, "asked_for": lambda datasets: asked_for(datasets, pack)}
    return render(request, "returns/next_year.html", said)


@permitted(Permission.SEE_RETURNS)
def point(request: HttpRequest, pk: int) -> HttpResponse:
    """One collection, and how each agency stands."""
    found = get_object_or_404(access.points_for(request.user).annotate(answered=access.answered()), pk=pk)
    rows = paged(request, access.expected_for(request.user).filter(point=found))
    said = {
        "point": found,
        "title": asked_for(found.datasets),
        "page": rows,
        "places": access.places(rows.object_list),
        "manages": request.user.may(Permission.MANAGE_PARTNERSHIP),
        "removable": not found.answered,
    }
    return render(request, "returns/point.html", said)


@permitted(Permission.MANAGE_PARTNERSHIP)
def days(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.points_for(request.user), pk=pk)
    form = forms.DaysForm(request.POST or None, initial={"opens": found.opens, "due": found.due})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if tried(request, lambda: actions.change_days(found, **said, by=request.user), done="The days were changed."):
            return redirect("returns:point", found.pk)
    return render(request, "returns/days.html", {"form": form, "point": found, "title": asked_for(found.datasets)})


@permitted(Permission.MANAGE_PARTNERSHIP)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.points_for(request.user), pk=pk)
    if request.method == "POST":
        if tried(request, lambda: actions.remove_point(found, by=request.user), done="The collection was removed."):
            return redirect("returns:calendar")
        return redirect("returns:point", found.pk)
    sent = found.expected.filter(submissions__isnull=False).exists()
    blocked = why_not(policies.check_can_change_point, found, has_returns=sent)
    said = {"point": found, "title": asked_for(found.datasets), "blocked": blocked}
    return render(request, "returns/remove.html", said)


@permitted(Permission.SEE_RETURNS)
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who owns an agency's return, and who stands in."""
    found = get_object_or_404(access.expected_for(request.user), pk=pk)
    _check_sets_people(request.user, found)
    form = forms.PeopleForm(
        request.POST or None,
        people=access.contributors_of(found.agency_id),
        initial={"owner": found.owner_id, "deputy": found.deputy_id},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if tried(request, lambda: actions.set_people(found, **said, by=request.user), done="Owner and deputy set."):
            return redirect("returns:place", found.pk)
    said = {"form": form, "expected": found, "title": asked_for(found.point.datasets)}
    return render(request, "returns/people.html", said)


def _check_sets_people(user: User, expected: Expected) -> None:
    if not policies.sees_exact(user, expected.agency_id):
        policies.check_can_manage(user)
