"""The register of flags for exploitation, and of recording systems with what was asked to be changed in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from plait_web.knowledge import access, actions, forms
from plait_web.knowledge.models import Flag, System
from plait_web.knowledge.views.asking import ASK_AND_SEND, Asked, ask
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.roles import Permission

P = Permission
PAGE = 50


# Flags


@permitted(P.SEE_KNOWLEDGE)
def flags(request: HttpRequest) -> HttpResponse:
    """Every flag in use, or two agencies' side by side; and the agencies that have said of none."""
    chosen = [code for code in request.GET.getlist("agency") if code][:4]
    rows = access.flags().filter(until=None)
    agencies, listed = list(partnership.agencies()), list(rows)
    having = {flag.agency_id for flag in listed}
    harms = partnership.pack().codelists.get("harm")
    page = {
        "flags": [flag for flag in listed if not chosen or flag.agency.code in chosen],
        "former": access.flags().exclude(until=None),
        "agencies": agencies,
        "chosen": chosen,
        "without": [agency for agency in agencies if agency.pk not in having],
        "harms": {code.code: code.label for code in harms.codes} if harms else {},
        "kept": {agency.pk for agency in access.agencies_kept_by(request.user)},
    }
    return render(request, "knowledge/flags.html", page)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def new_flag(request: HttpRequest) -> HttpResponse:
    form = _flag_form(request, {"agency": request.GET.get("agency", "")})
    page = Asked(title="Add a flag", button="Add it", said="The flag is in the register.", back="knowledge:flags")
    return ask(request, form, _for_agency(request, actions.add_flag), page)


def _flag_form(request: HttpRequest, begun: dict[str, Any]) -> forms.FlagForm:
    agencies = access.agencies_kept_by(request.user)
    return forms.FlagForm(request.POST or None, initial=begun, agencies=agencies, pack=partnership.pack())


def _for_agency(request: HttpRequest, act: Callable[..., Any]) -> Callable[..., Any]:
    """The action, with the agency that was chosen among those this person keeps the map of."""

    def acted(agency: str, **said: Any) -> Any:
        chosen = next((a for a in access.agencies_kept_by(request.user) if a.code == agency), None)
        if chosen is None:
            raise Http404
        return act(agency=chosen, by=request.user, **said)

    return acted


def _flag(request: HttpRequest, pk: int) -> Flag:
    return get_object_or_404(access.own_flags_for(request.user), pk=pk)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def change_flag(request: HttpRequest, pk: int) -> HttpResponse:
    found = _flag(request, pk)
    names = [name for name in forms.FlagForm.base_fields if name != "agency"]
    form = _flag_form(request, {name: getattr(found, name) for name in names})
    del form.fields["agency"]
    page = Asked(title="Change a flag", button="Save", said="Changed.", back="knowledge:flags", about=found)
    return ask(request, form, partial(actions.change_flag, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def end_flag(request: HttpRequest, pk: int) -> HttpResponse:
    about = _flag(request, pk)
    page = Asked(title="A flag is no longer used", button="End it", said="Kept.", back="knowledge:flags", about=about)
    form = forms.UntilForm(request.POST or None, initial={"until": timezone.localdate()})
    return ask(request, form, partial(actions.end_flag, pk, by=request.user), page)


# Systems


@permitted(P.SEE_KNOWLEDGE)
def systems(request: HttpRequest) -> HttpResponse:
    """Recording systems, and first what was asked to be changed in them and is not settled."""
    page = {
        "systems": access.systems(),
        "waiting": Paginator(access.waiting_requests(), PAGE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
        "may_add": bool(access.agencies_kept_by(request.user)),
    }
    return render(request, "knowledge/systems.html", page)


@permitted(P.SEE_KNOWLEDGE)
def system(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.systems(), pk=pk)
    page = {
        "system": found,
        "lines": access.assets_for(request.user).filter(agency=found.agency, system__iexact=found.name),
        "pack": partnership.pack(),
        "today": timezone.localdate(),
        "may_change": request.user.may(P.KEEP_MAP, found.agency_id),
    }
    return render(request, "knowledge/system.html", page)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def new_system(request: HttpRequest) -> HttpResponse:
    begun = {"change": "unknown", "name": request.GET.get("name", ""), "agency": request.GET.get("agency", "")}
    form = forms.SystemForm(request.POST or None, initial=begun, agencies=access.agencies_kept_by(request.user))
    page = Asked(title="Add a system", button="Add it", said="The system is listed.", back="knowledge:systems")
    return ask(request, form, _for_agency(request, actions.add_system), page)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def change_system(request: HttpRequest, pk: int) -> HttpResponse:
    found = _system(request, pk)
    names = [name for name in forms.SystemForm.base_fields if name != "agency"]
    begun = {name: getattr(found, name) for name in names}
    form = forms.SystemForm(request.POST or None, initial=begun, agencies=())
    del form.fields["agency"]
    page = Asked(title="Change a system", button="Save", said="Changed.", back="knowledge:system", at=pk, about=found)
    return ask(request, form, partial(actions.change_system, pk, by=request.user), page)


def _system(request: HttpRequest, pk: int) -> System:
    return get_object_or_404(access.own_systems_for(request.user), pk=pk)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def ask_for_change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _system(request, pk)
    form = forms.ChangeForm(request.POST or None, initial={"owner": request.user.pk})
    page = Asked(
        title="Ask for a change",
        button="Keep the request",
        said="The request is kept.",
        back="knowledge:system",
        at=pk,
        about=found,
    )
    return ask(request, form, partial(actions.ask_for_change, found, by=request.user), page)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def settle_request(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.own_requests_for(request.user), pk=pk)
    page = Asked(
        title="How does the change stand?",
        button="Save",
        said="Kept.",
        back="knowledge:system",
        at=found.system_id,
        about=found.what,
    )

    def act(**said: Any) -> HttpResponse:
        actions.settle_request(pk, by=request.user, **said)
        return redirect("knowledge:system", found.system_id)

    return ask(request, forms.SettleForm(request.POST or None), act, page)
