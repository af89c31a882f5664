"""Pages of who answers for what, leave to try things, messages and the report map."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from plait_web.mandate import access, actions, forms
from plait_web.mandate.models import About
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.roles import Permission
from plait_web.ui.asking import ASK_AND_SEND, Asked, SureForm, ask

P = Permission
PAGE = 50
_ask = partial(ask, pack=partnership.pack)
_ABOUT = {about.value: about.label for about in About}


@permitted(P.SEE_PARTNERSHIP)
def matrix(request: HttpRequest, about: str = "question") -> HttpResponse:
    """Who has which part, a line a thing; `?view=holes` shows those that lack somebody."""
    if about not in _ABOUT:
        raise Http404
    every, some = access.lines(about), request.GET.get("view") == "holes"
    rows = Paginator([one for one in every if one.holes] if some else every, PAGE)
    page = {
        "rows": rows.get_page(request.GET.get("page")),
        "about": about,
        "abouts": _ABOUT,
        "parts": access.parts_of(about),
        "headings": [_ABOUT[about], *(part.label.partition(":")[0] for part in access.parts_of(about))],
        "some": some,
        "holes": sum(not one.whole for one in every),
        "total": len(every),
        "may_manage": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "mandate/matrix.html", page)


@permitted(P.SEE_PARTNERSHIP)
def one(request: HttpRequest, about: str, item: str) -> HttpResponse:
    found = access.line(about, item) if about in _ABOUT else None
    if found is None:
        raise Http404
    page = {
        "line": found,
        "about": about,
        "held": access.responsibilities().filter(about=about, item=item),
        "labels": {part.value: part.label for part in access.parts_of(about)},
        "may_manage": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "mandate/one.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def give(request: HttpRequest, about: str, item: str) -> HttpResponse:
    found = access.line(about, item) if about in _ABOUT else None
    if found is None:
        raise Http404
    page = Asked("Give a part", "Give it", "Kept.", back=f"mandate:{about}s", about=found.title)
    form = forms.GiveForm(request.POST or None, about=about)
    return _ask(request, form, partial(actions.give, about=about, item=item, by=request.user), page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def take_away(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.responsibilities(), pk=pk)
    words = ("Take it away", "Take it away", "It is theirs no longer.")
    about = f"{found.who}: {found.get_part_display()}"
    page = Asked(*words, back=f"mandate:{found.about}s", about=about)
    form = SureForm(request.POST if request.method == "POST" else None)
    return _ask(request, form, partial(actions.take_away, pk, by=request.user), page)


@permitted(P.SEE_PARTNERSHIP)
def leave_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.leaves(), PAGE).get_page(request.GET.get("page"))
    return render(request, "mandate/leaves.html", {"rows": rows, "may_manage": request.user.may(P.MANAGE_ACTIONS)})


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def ask_leave(request: HttpRequest) -> HttpResponse:
    page = Asked("Ask to try something", "Ask", "Asked.", back="mandate:leaves")
    return _ask(request, forms.LeaveForm(request.POST or None), partial(actions.ask_leave, by=request.user), page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def answer_leave(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.leaves(), pk=pk)
    page = Asked("What was the answer?", "Save", "Kept.", back="mandate:leaves", about=found)

    def act(granted: str, limits: str) -> object:
        return actions.answer_leave(pk, granted=granted == "yes", limits=limits, by=request.user)

    return _ask(request, forms.AnswerLeaveForm(request.POST or None), act, page)


@permitted(P.SEE_PARTNERSHIP)
def message_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.messages().prefetch_related("audiences"), PAGE).get_page(request.GET.get("page"))
    return render(request, "mandate/messages.html", {"rows": rows, "may_manage": request.user.may(P.MANAGE_ACTIONS)})


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_message(request: HttpRequest) -> HttpResponse:
    page = Asked("Write a message", "Keep it", "The message is kept.", back="mandate:messages")

    def act(audiences: str, to: list[str], **said: Any) -> object:
        return actions.say(audiences=to, by=request.user, **said)

    return _ask(request, forms.MessageForm(request.POST or None), act, page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def heard(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.audiences(), pk=pk)
    page = Asked("They have heard it", "Keep it", "Kept.", back="mandate:messages", about=f"{found.message}: {found}")
    return _ask(request, forms.HeardForm(request.POST or None), partial(actions.heard, pk, by=request.user), page)


@permitted(P.SEE_PARTNERSHIP)
def report_map(request: HttpRequest) -> HttpResponse:
    """Which body is told of what; what two bodies ask for stands out."""
    page = {
        "told": access.report_map(),
        "today": timezone.localdate(),
        "may_manage": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "mandate/reports.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_report(request: HttpRequest) -> HttpResponse:
    page = Asked("Add a report", "Add it", "The report is on the map.", back="mandate:reports")
    return _ask(request, forms.ReportForm(request.POST or None), partial(actions.map_report, by=request.user), page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def end_report(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.reports(), pk=pk)
    page = Asked("End the report", "End it", "They are told no longer.", back="mandate:reports", about=found)
    form = SureForm(request.POST if request.method == "POST" else None)
    return _ask(request, form, partial(actions.end_report, pk, by=request.user), page)
