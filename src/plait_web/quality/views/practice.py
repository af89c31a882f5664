"""Where figures and practice say different things, and what is done to find out."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from plait_web.knowledge.views.asking import ASK_AND_SEND, Asked, ask
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.quality import access, actions, forms
from plait_web.quality.models import Discrepancy
from plait_web.roles import Permission

P = Permission
PAGE = 50


@permitted(P.SEE_QUALITY)
def discrepancies(request: HttpRequest) -> HttpResponse:
    """Those to be tested first; with `?indicator=`, those about one figure."""
    pack, wanted = partnership.pack(), request.GET.get("indicator", "")
    rows = access.discrepancies_for(request.user)
    if wanted in pack.indicators:
        rows = rows.filter(indicator=wanted)
    ordered = sorted(rows, key=lambda one: (not one.open, one.due))
    page = {
        "rows": Paginator(ordered, PAGE).get_page(request.GET.get("page")),
        "indicators": pack.indicators,
        "wanted": wanted if wanted in pack.indicators else "",
        "today": timezone.localdate(),
        "manages": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "quality/discrepancies.html", page)


@ASK_AND_SEND
@permitted(P.SEE_QUALITY)
def new_discrepancy(request: HttpRequest) -> HttpResponse:
    """From any figure's page (`?indicator=`) or from the log itself."""
    pack, name = partnership.pack(), request.GET.get("indicator", "")
    indicator = pack.indicators.get(name)
    question = next((q for q in indicator.questions if q in pack.questions), "") if indicator else ""

    def act(**said: Any) -> HttpResponse:
        about = {"indicator": name if indicator else "", "question": question}
        actions.note_discrepancy(**said, **about, by=request.user)
        return redirect("quality:discrepancies")

    page = Asked(
        title="Practice says otherwise", button="Keep it", said="It is in the log, with what will be tested.",
        about=indicator.title if indicator else "Both sides are kept as they were said.", back="quality:discrepancies",
    )  # fmt: skip
    form = forms.DiscrepancyForm(request.POST or None, initial={"owner": request.user.pk})
    return ask(request, form, act, page)


def _noted(request: HttpRequest, pk: int) -> Discrepancy:
    return get_object_or_404(access.discrepancies_for(request.user), pk=pk)


@ASK_AND_SEND
@permitted(P.SEE_QUALITY)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    page = _page("What did the test show?", "Keep it", "What was found is kept beside both sides.", _noted(request, pk))
    act = partial(actions.settle_discrepancy, pk, by=request.user)
    return ask(request, forms.SettleForm(request.POST or None), act, page)


@ASK_AND_SEND
@permitted(P.SEE_QUALITY)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    found = _noted(request, pk)
    begun = {"what": found.test[:300], "owner": found.owner_id, "due": found.due}
    page = _page("Make an action of the test", "Keep the action", "The action is kept.", found)

    def act(**said: Any) -> HttpResponse:
        actions.plan_discrepancy(pk, by=request.user, **said)
        return redirect("quality:discrepancies")

    return ask(request, forms.ActionForm(request.POST or None, initial=begun), act, page)


def _page(title: str, button: str, said: str, about: Discrepancy) -> Asked:
    words = f"The figure says: {about.figure_says}\nPractice says: {about.practice_says}"
    return Asked(title=title, button=button, said=said, about=words, back="quality:discrepancies")
