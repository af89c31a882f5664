"""Pages of the analyst network."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from plait_web.network import access, actions, forms
from plait_web.network.models import Section
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted
from plait_web.roles import Permission
from plait_web.ui.asking import ASK_AND_SEND, Asked, SureForm, ask

P = Permission
PAGE = 50
_ask = partial(ask, pack=partnership.pack)


@permitted(P.SEE_ACTIONS)
def home(request: HttpRequest) -> HttpResponse:
    """Who is in the network and when it meets; what each agency has to spare; what help waits."""
    today = timezone.localdate()
    groups = access.networks(today)
    page = {
        "networks": groups,
        "meetings": list(access.network_meetings(groups)[:5]) if groups else [],
        "capacity": access.capacity(today),
        "waiting": list(access.requests().filter(state="open")[:PAGE]),
        "untaken": access.untaken(),
        "today": today,
        "may_share": request.user.may(P.SHARE_WORK),
    }
    return render(request, "network/home.html", page)


@ASK_AND_SEND
@permitted(P.SHARE_WORK)
def offer(request: HttpRequest) -> HttpResponse:
    page = Asked("Offer help", "Offer it", "Your offer is kept.", back="network:home")
    form = forms.OfferForm(request.POST or None, user=request.user)
    return _ask(request, form, partial(actions.offer, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SHARE_WORK)
def end_offer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.offers(timezone.localdate()), pk=pk)
    page = Asked("End the offer", "End it", "The offer has ended.", back="network:home", about=found)
    form = SureForm(request.POST if request.method == "POST" else None)
    return _ask(request, form, partial(actions.end_offer, pk, by=request.user), page)


@permitted(P.SEE_ACTIONS)
def request_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.requests(), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "today": timezone.localdate(), "may_share": request.user.may(P.SHARE_WORK)}
    return render(request, "network/requests.html", page)


@ASK_AND_SEND
@permitted(P.SHARE_WORK)
def ask_for_help(request: HttpRequest) -> HttpResponse:
    page = Asked("Ask for help", "Ask", "Asked.", back="network:requests")
    form = forms.AskForm(request.POST or None, user=request.user)
    return _ask(request, form, partial(actions.ask, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SHARE_WORK)
def end_request(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.requests(), pk=pk)
    page = Asked("What came of it?", "Save", "Kept.", back="network:requests", about=found)

    def act(met: str, **said: Any) -> object:
        return actions.end(pk, met=met == "yes", by=request.user, **said)

    return _ask(request, forms.EndForm(request.POST or None), act, page)


@permitted(P.SEE_ACTIONS)
def section_list(request: HttpRequest) -> HttpResponse:
    """Each work with its sections, and those that nobody has taken."""
    works: dict[str, list[Section]] = {}
    for section in access.sections():
        works.setdefault(section.work, []).append(section)
    page = {
        "works": works,
        "today": timezone.localdate(),
        "may_share": request.user.may(P.SHARE_WORK),
        "may_manage": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "network/sections.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_section(request: HttpRequest) -> HttpResponse:
    page = Asked("Add a section", "Add it", "The section is added.", back="network:sections")
    form = forms.SectionForm(request.POST or None, initial={"work": request.GET.get("work", "")[:120]})
    return _ask(request, form, partial(actions.add_section, by=request.user), page)


@require_POST
@permitted(P.SHARE_WORK)
def take_section(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, actions.take, pk, "It is yours.")


@require_POST
@permitted(P.SHARE_WORK)
def finish_section(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, actions.finish, pk, "The section is done.")


def _done(request: HttpRequest, act: Any, pk: int, said: str) -> HttpResponse:
    get_object_or_404(access.sections(), pk=pk)
    try:
        act(pk, by=request.user)
        messages.success(request, said)
    except Refused as no:
        messages.error(request, str(no))
    return redirect("network:sections")


@permitted(P.SEE_ACTIONS)
def method_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.methods(), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "may_share": request.user.may(P.SHARE_WORK)}
    return render(request, "network/methods.html", page)


@ASK_AND_SEND
@permitted(P.SHARE_WORK)
def share_method(request: HttpRequest) -> HttpResponse:
    page = Asked("Share a method", "Share it", "The method is shared.", back="network:methods")

    def act(**said: Any) -> HttpResponse:
        return redirect("network:method", actions.share(**said, by=request.user).pk)

    return _ask(request, forms.MethodForm(request.POST or None), act, page)


@permitted(P.SEE_ACTIONS)
def method(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest text, those before it, and who used it."""
    found = get_object_or_404(access.methods(), pk=pk)
    indicator = partnership.pack().indicators.get(found.indicator)
    page = {
        "method": found,
        "notes": list(found.notes.all()),
        "indicator": indicator,
        "may_share": request.user.may(P.SHARE_WORK),
        "may_use": bool(request.user.agency_ids) and request.user.may(P.SHARE_WORK),
    }
    return render(request, "network/method.html", page)


@ASK_AND_SEND
@permitted(P.SHARE_WORK)
def rewrite_method(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.methods(), pk=pk)
    newest = next(iter(found.notes.all()), None)
    page = Asked(
        "Write a new version", "Keep it", "The new version is kept.", back="network:method", at=pk, about=found
    )
    form = forms.RewriteForm(request.POST or None, initial={"text": newest.text if newest else ""})
    return _ask(request, form, partial(actions.rewrite, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SHARE_WORK)
def use_method(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.methods(), pk=pk)
    page = Asked("We used it", "Keep it", "Kept.", back="network:method", at=pk, about=found)
    form = forms.UseForm(request.POST or None, user=request.user)
    return _ask(request, form, partial(actions.use, pk, by=request.user), page)
