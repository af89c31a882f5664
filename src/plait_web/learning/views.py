"""Pages of what the agencies learn: audits of records, training, time together, processes looked at again."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from plait_web.learning import access, actions, forms
from plait_web.learning.models import whose
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.roles import Permission
from plait_web.ui.asking import ASK_AND_SEND, Asked, SureForm, ask

P = Permission
PAGE = 50
_ask = partial(ask, pack=partnership.pack)


def _listed(request: HttpRequest, rows: QuerySet, name: str, **more: Any) -> HttpResponse:
    page = {
        "rows": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_keep": request.user.may(P.KEEP_LEARNING),
        "ours": request.user.agency_ids,
        "manages": request.user.may(P.MANAGE_ACTIONS),
        "today": timezone.localdate(),
        "whose": whose,
    }
    return render(request, f"learning/{name}.html", page | more)


@permitted(P.SEE_ACTIONS)
def audit_list(request: HttpRequest) -> HttpResponse:
    """Those of which no action has come first."""
    return _listed(request, access.audits(), "audits", waiting=access.audits().filter(action=None).count())


@ASK_AND_SEND
@permitted(P.KEEP_LEARNING)
def new_audit(request: HttpRequest) -> HttpResponse:
    page = Asked("Keep an audit", "Keep it", "The audit is kept. Say now what will be done.", back="learning:audits")
    form = forms.AuditForm(request.POST or None, user=request.user)
    return _ask(request, form, partial(actions.keep_audit, by=request.user), page)


@ASK_AND_SEND
@permitted(P.KEEP_LEARNING)
def act_on_audit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.audits(), pk=pk)
    page = Asked(
        "What will be done?", "Take it on", "It is on the list of actions.", back="learning:audits", about=found,
        lines=(found.result,),
    )  # fmt: skip
    return _ask(
        request, forms.ActOnAuditForm(request.POST or None), partial(actions.act_on_audit, pk, by=request.user), page
    )


@permitted(P.SEE_ACTIONS)
def training_list(request: HttpRequest) -> HttpResponse:
    """Who needs what, and who has had it; `?view=none` shows the roles that have had none."""
    some = request.GET.get("view") == "none"
    rows = access.untrained() if some else access.needs()
    counts = {"some": some, "without": access.untrained().count(), "total": access.needs().count()}
    return _listed(request, rows, "training", **counts)


@ASK_AND_SEND
@permitted(P.KEEP_LEARNING)
def new_need(request: HttpRequest) -> HttpResponse:
    page = Asked("Add a need for training", "Add it", "It is on the list.", back="learning:training")
    form = forms.NeedForm(request.POST or None, user=request.user)
    return _ask(request, form, partial(actions.need_training, by=request.user), page)


@ASK_AND_SEND
@permitted(P.KEEP_LEARNING)
def hold_training(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.needs(), pk=pk)
    page = Asked("They had training", "Keep it", "Kept.", back="learning:training", about=found)
    form = forms.TrainingForm(request.POST or None)
    return _ask(request, form, partial(actions.hold_training, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.KEEP_LEARNING)
def end_need(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.needs(), pk=pk)
    page = Asked("It is needed no longer", "End it", "It is off the list.", back="learning:training", about=found)
    form = SureForm(request.POST if request.method == "POST" else None)
    return _ask(request, form, partial(actions.end_need, pk, by=request.user), page)


@permitted(P.SEE_ACTIONS)
def together_list(request: HttpRequest) -> HttpResponse:
    """How often each two agencies met within a year, then each time."""
    return _listed(request, access.together(), "together", met=access.met(timezone.localdate()))


@ASK_AND_SEND
@permitted(P.KEEP_LEARNING)
def new_together(request: HttpRequest) -> HttpResponse:
    page = Asked("Agencies spent time together", "Keep it", "Kept.", back="learning:together")
    form = forms.TogetherForm(request.POST or None)
    return _ask(request, form, partial(actions.spend_time, by=request.user), page)


@permitted(P.SEE_ACTIONS)
def review_list(request: HttpRequest) -> HttpResponse:
    stopped = access.reviews().filter(verdict="stop").exclude(done=None).count()
    return _listed(request, access.reviews(), "reviews", stopped=stopped)


@ASK_AND_SEND
@permitted(P.KEEP_LEARNING)
def new_review(request: HttpRequest) -> HttpResponse:
    page = Asked("Look at a process again", "Keep it", "Kept.", back="learning:reviews")
    form = forms.ReviewForm(request.POST or None, user=request.user)
    return _ask(request, form, partial(actions.review, by=request.user), page)


@ASK_AND_SEND
@permitted(P.KEEP_LEARNING)
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.reviews(), pk=pk)
    page = Asked("It has been done", "It has been done", "Kept.", back="learning:reviews", about=found)
    form = SureForm(request.POST if request.method == "POST" else None)
    return _ask(request, form, partial(actions.carry_out, pk, by=request.user), page)
