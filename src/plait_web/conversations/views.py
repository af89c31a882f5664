"""Pages of conversations about figures."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from plait_web.conversations import access, actions, forms
from plait_web.conversations.models import Conversation
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.picture.access import shown_to
from plait_web.roles import Permission
from plait_web.ui.asking import Asked, ask

P = Permission
PAGE = 50
ASK_AND_SEND = require_http_methods(["GET", "POST"])
_ask = partial(ask, pack=partnership.pack)


@permitted(P.SEE_ACTIONS)
def conversation_list(request: HttpRequest) -> HttpResponse:
    """The latest first; `?about=` shows those about one figure."""
    found, about = access.conversations(), request.GET.get("about", "")
    rows = Paginator(found.filter(about=about) if about else found, PAGE).get_page(request.GET.get("page"))
    shown = shown_to(request.user)
    titles = {c.about: (access.title_in(shown, c.about) if shown else None) or c.about for c in rows}
    return render(request, "conversations/list.html", {"rows": rows, "titles": titles, "about": about})


@ASK_AND_SEND
@permitted(P.RAISE_QUESTION)
def begin(request: HttpRequest, about: str) -> HttpResponse:
    """From a figure's or an answer's own page."""
    shown = shown_to(request.user)
    title = access.title_in(shown, about) if shown else None
    if shown is None or title is None:
        raise Http404

    def act(**said: Any) -> HttpResponse:
        return redirect("conversations:one", actions.begin(shown, about=about, by=request.user, **said).pk)

    words = ("Record a conversation", "Begin", "Begun. Add each reading as it is offered.")
    page = Asked(*words, back="conversations:list", about=title)
    return _ask(request, forms.BeginForm(request.POST or None), act, page)


def _conversation(pk: int) -> Conversation:
    return get_object_or_404(access.whole(), pk=pk)


@permitted(P.SEE_ACTIONS)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, the readings side by side, what is not known, and what came of it."""
    found = _conversation(pk)
    page = {
        "conversation": found,
        "sight": access.sight(found),
        "may_add": found.ended is None and request.user.may(P.RAISE_QUESTION),
    }
    return render(request, "conversations/one.html", page)


@permitted(P.SEE_ACTIONS)
def what_was_shown(request: HttpRequest, pk: int) -> HttpResponse:
    """The figure as its page said then, as the partnership may see it."""
    found = _conversation(pk)
    sight = access.sight(found)
    inner = sight.shown.page(sight.kind, found.about) if sight.shown and not sight.withheld else None
    page = {"conversation": found, "sight": sight, "inner": inner}
    return render(request, "conversations/shown.html", page)


@ASK_AND_SEND
@permitted(P.RAISE_QUESTION)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    found = _conversation(pk)
    page = Asked("Add a reading", "Keep the reading", "Kept.", back="conversations:one", at=pk, about=found.asked)
    return _ask(request, forms.ReadingForm(request.POST or None), partial(actions.read, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.RAISE_QUESTION)
def ask_next(request: HttpRequest, pk: int) -> HttpResponse:
    found = _conversation(pk)
    words = ("Raise a question", "Raise it", "Raised. The reply will stand with the conversation.")
    page = Asked(*words, back="conversations:one", at=pk, about=found.asked)
    return _ask(request, forms.NextForm(request.POST or None), partial(actions.ask_next, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.RAISE_QUESTION)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = _conversation(pk)
    page = Asked("End the conversation", "End it", "Kept.", back="conversations:one", at=pk, about=found.asked)
    return _ask(request, forms.EndForm(request.POST or None), partial(actions.end, pk, by=request.user), page)
