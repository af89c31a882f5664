"""Decisions not to share, and the barrier log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from plait_web.partnership import access, actions, forms, policies
from plait_web.partnership.views.asking import ask, form_of, paged
from plait_web.permissions import permitted
from plait_web.roles import Permission


@permitted(Permission.SEE_AGREEMENTS)
def not_shared(request: HttpRequest) -> HttpResponse:
    """What is not shared and why: those that stand first."""
    rows = access.not_shared_for(request.user).order_by("ended", "review", "id")
    context = {
        "page": paged(request, rows),
        "datasets": access.pack().datasets,
        "manages": request.user.may(Permission.MANAGE_AGREEMENTS),
        "today": timezone.localdate(),
    }
    return render(request, "partnership/not_shared.html", context)


@permitted(Permission.MANAGE_AGREEMENTS)
def decide(request: HttpRequest) -> HttpResponse:
    return ask(
        request,
        form_of(forms.NotSharedForm, request),
        lambda given: actions.decide_not_to_share(**given, by=request.user),
        to=reverse("partnership:not_shared"),
        told="The decision is recorded.",
        button="Record this decision",
    )


@permitted(Permission.MANAGE_AGREEMENTS)
def keep_decision(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.not_shared_for(request.user), pk=pk)
    return ask(
        request,
        form_of(forms.KeepDecision, request, initial={"owner": found.owner_id}),
        lambda given: actions.keep_decision(found, **given, by=request.user),
        to=reverse("partnership:not_shared"),
        told="It is recorded that the decision stands.",
        title=str(found.agency),
        button="Keep this decision",
        refusal=policies.why_not(policies.check_stands, found),
    )


@permitted(Permission.MANAGE_AGREEMENTS)
def end_decision(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.not_shared_for(request.user), pk=pk)
    return ask(
        request,
        form_of(forms.EndDecision, request, asks="End the decision not to share"),
        lambda given: actions.end_decision(found, **given, by=request.user),
        to=reverse("partnership:not_shared"),
        told="It is recorded that the decision has ended.",
        title=str(found.agency),
        button="End this decision",
        refusal=policies.why_not(policies.check_stands, found),
    )


@permitted(Permission.SEE_AGREEMENTS)
def barriers(request: HttpRequest) -> HttpResponse:
    """What stands in the way, open ones first; and what was got over, and how."""
    rows = access.barriers_for(request.user).order_by("resolved", "due", "id")
    context = {
        "page": paged(request, rows),
        "manages": request.user.may(Permission.MANAGE_AGREEMENTS),
        "today": timezone.localdate(),
    }
    return render(request, "partnership/barriers.html", context)


@permitted(Permission.MANAGE_AGREEMENTS)
def raise_barrier(request: HttpRequest) -> HttpResponse:
    return ask(
        request,
        form_of(forms.BarrierForm, request),
        lambda given: actions.raise_barrier(**given, by=request.user),
        to=reverse("partnership:barriers"),
        told="The barrier is logged.",
        button="Log this barrier",
    )


@permitted(Permission.MANAGE_AGREEMENTS)
def change_barrier(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.barriers_for(request.user), pk=pk)
    was = {"step": found.step, "owner": found.owner_id, "due": found.due}
    return ask(
        request,
        form_of(forms.BarrierStep, request, initial=was),
        lambda given: actions.change_barrier(found, **given, by=request.user),
        to=reverse("partnership:barriers"),
        told="The next step is changed.",
        refusal=policies.why_not(policies.check_unresolved, found),
    )


@permitted(Permission.MANAGE_AGREEMENTS)
def resolve_barrier(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.barriers_for(request.user), pk=pk)
    return ask(
        request,
        form_of(forms.BarrierResolved, request),
        lambda given: actions.resolve_barrier(found, **given, by=request.user),
        to=reverse("partnership:barriers"),
        told="The barrier is resolved.",
        button="Mark it resolved",
        refusal=policies.why_not(policies.check_unresolved, found),
    )
