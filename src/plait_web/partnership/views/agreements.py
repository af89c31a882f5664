"""Agreements: the register, drawing one up, and each party's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from plait.declare import Pack
from plait_web.accounts.models import User
from plait_web.partnership import access, actions, forms, policies
from plait_web.partnership.documents.flows import FORMS, columns_of, retention
from plait_web.partnership.journeys import Journey
from plait_web.partnership.models import Agreement, Party
from plait_web.partnership.standing import Standing, days_left
from plait_web.partnership.views.asking import ask, form_of, paged
from plait_web.permissions import permitted
from plait_web.roles import Permission


@dataclass(frozen=True, slots=True)
class Line:
    """An agreement in the register."""

    agreement: Agreement
    standing: Standing
    title: str
    days: int


@permitted(Permission.SEE_AGREEMENTS)
def listed(request: HttpRequest) -> HttpResponse:
    """The register: what needs somebody first, or only one standing."""
    today, pack = timezone.localdate(), access.pack()
    lines = [_line(a, pack, today) for a in access.agreements_for(request.user)]
    wanted = request.GET.get("standing", "")
    order = list(Standing)
    chosen = [line for line in lines if wanted in ("", line.standing.name)]
    chosen.sort(key=lambda line: (order.index(line.standing), line.agreement.until))
    adoption = access.adopted()
    context = {
        "page": paged(request, chosen),
        "total": len(lines),
        "standings": [s for s in order if any(line.standing is s for line in lines)],
        "wanted": wanted,
        "manages": request.user.may(Permission.MANAGE_AGREEMENTS),
        "cannot": policies.why_not(policies.check_can_draw_up, adoption),
    }
    return render(request, "partnership/agreements.html", context)


def _line(agreement: Agreement, pack: Pack, on: date) -> Line:
    terms = pack.agreements.get(agreement.terms)
    return Line(
        agreement,
        access.standing(agreement, on, pack),
        terms.title if terms else agreement.terms,
        days_left(agreement, on),
    )


def _drawn_up(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    agreement = actions.draw_up(**given, by=request.user)
    messages.success(request, f"The agreement {agreement} is drawn up. Each party can now read and sign it.")
    return redirect("partnership:agreement", agreement.code)


DRAWING_UP = Journey(
    name="agreement",
    route="partnership:draw_up_step",
    title="Draw up an agreement",
    button="Draw up this agreement",
    steps=(
        ("terms", forms.AgreementTermsChoice),
        ("parties", forms.AgreementParties),
        ("dates", forms.AgreementDates),
        ("owner", forms.AgreementOwner),
    ),
    done=_drawn_up,
    back="partnership:agreements",
)


@permitted(Permission.MANAGE_AGREEMENTS)
def draw_up(request: HttpRequest) -> HttpResponse:
    """To the first question; without a pack in force, back with the sentence why not."""
    if refusal := policies.why_not(policies.check_can_draw_up, access.adopted()):
        messages.error(request, refusal)
        return redirect("partnership:agreements")
    return DRAWING_UP.begin(request)


@permitted(Permission.MANAGE_AGREEMENTS)
def draw_up_step(request: HttpRequest, step: str) -> HttpResponse:
    return DRAWING_UP.page(request, step)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that could be done: the way to it, or why it may not be."""

    text: str
    href: str
    refusal: str


@permitted(Permission.SEE_AGREEMENTS)
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """The agreement: what it permits, who has answered, and what may be done with it."""
    found = get_object_or_404(access.agreements_for(request.user), code=code)
    today, pack, parties = timezone.localdate(), access.pack(), list(found.party_rows.all())
    again = access.to_sign_again(found, pack)
    terms = access.terms_read(found)
    read = access.pack_of(found.pack) if terms else pack
    context = {
        "agreement": found,
        "standing": access.standing(found, today, pack),
        "days": days_left(found, today),
        "terms": terms,
        "form_words": FORMS[terms.form] if terms else "",
        "kept": retention(terms) if terms else "",
        "datasets": [(d, columns_of(terms, d)) for name in terms.columns if (d := read.datasets.get(name))]
        if terms
        else [],
        "parties": [(p, _party_acts(p, request.user, today, again)) for p in parties],
        "acts": _acts(found, parties, today) if request.user.may(Permission.MANAGE_AGREEMENTS) else [],
        "renewal": _renewal(found),
        "today": today,
    }
    return render(request, "partnership/agreement.html", context)


def _acts(found: Agreement, parties: list[Party], today: date) -> list[Act]:
    renewal = _renewal(found)
    return [
        Act("Renew", _href("renew", found), policies.why_not(policies.check_can_renew, found, renewal)),
        Act("Change who looks after it", _href("agreement_owner", found), ""),
        Act("Withdraw", _href("withdraw", found), policies.why_not(policies.check_can_withdraw, found, today)),
        Act("Discard", _href("discard", found), policies.why_not(policies.check_can_discard, found, parties, renewal)),
    ]


def _renewal(found: Agreement) -> Agreement | None:
    return getattr(found, "renewal", None)


def _party_acts(party: Party, by: User, today: date, again: bool) -> list[Act]:
    """What the person may do for this party: nothing where it is not their agency."""
    if policies.why_not(policies.check_may_sign_for, party, by):
        return []
    answers = [
        ("Sign", "sign", policies.why_not(policies.check_can_sign, party, by, today, again=again)),
        ("Refuse", "refuse", policies.why_not(policies.check_can_refuse, party, by, today)),
        ("Leave", "leave", policies.why_not(policies.check_can_leave, party, by, today)),
    ]
    return [Act(text, reverse(f"partnership:{name}", args=[party.pk]), refusal) for text, name, refusal in answers]


def _href(name: str, found: Agreement) -> str:
    return reverse(f"partnership:{name}", args=[found.code])


@permitted(Permission.SIGN_AGREEMENTS)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """For the strategic lead's own agency; any other agency's place in an agreement is not found."""
    party, today = get_object_or_404(access.parties_for(request.user), pk=pk), timezone.localdate()
    again = access.to_sign_again(party.agreement, access.pack())
    form = form_of(
        forms.SignForm, request, initial={"name": request.user.name, "on": today}, asks=f"Sign for {party.agency}"
    )
    return ask(
        request,
        form,
        lambda given: actions.sign(party, name=given["name"], post=given["post"], on=given["on"], by=request.user),
        to=_href("agreement", party.agreement),
        told=f"{party.agency} has signed.",
        title=str(party.agreement),
        button="Sign this agreement",
        refusal=policies.why_not(policies.check_can_sign, party, request.user, today, again=again),
        more={"read_first": reverse("partnership:agreement_paper", args=[party.agreement.code])},
    )


@permitted(Permission.SIGN_AGREEMENTS)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    party, today = get_object_or_404(access.parties_for(request.user), pk=pk), timezone.localdate()
    return ask(
        request,
        form_of(forms.RefuseForm, request),
        lambda given: actions.refuse(party, why=given["why"], by=request.user),
        to=_href("agreement", party.agreement),
        told=f"It is recorded that {party.agency} does not sign.",
        title=f"{party.agreement}: {party.agency}",
        button="Refuse this agreement",
        refusal=policies.why_not(policies.check_can_refuse, party, request.user, today),
        warning="A refusal is kept with its reason. To sign after all, a new agreement has to be drawn up.",
    )


@permitted(Permission.SIGN_AGREEMENTS)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    party, today = get_object_or_404(access.parties_for(request.user), pk=pk), timezone.localdate()
    return ask(
        request,
        form_of(forms.StopForm, request, initial={"stops": today}, asks=f"{party.agency} leaves this agreement"),
        lambda given: actions.leave(party, **given, by=request.user),
        to=_href("agreement", party.agreement),
        told=f"It is recorded that {party.agency} leaves.",
        title=str(party.agreement),
        button="Leave this agreement",
        refusal=policies.why_not(policies.check_can_leave, party, request.user, today),
        warning="The other parties stay. Figures that rest on this agency's returns are no longer made from that day.",
    )


@permitted(Permission.MANAGE_AGREEMENTS)
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    found, today = get_object_or_404(access.agreements_for(request.user), code=code), timezone.localdate()
    return ask(
        request,
        form_of(forms.StopForm, request, initial={"stops": today}, asks="Withdraw this agreement"),
        lambda given: actions.withdraw(found, **given, by=request.user),
        to=_href("agreement", found),
        told=f"The agreement {found} is withdrawn.",
        title=str(found),
        button="Withdraw this agreement",
        refusal=policies.why_not(policies.check_can_withdraw, found, today),
        warning="It ends for every party. From that day no return rests on it and no figure is made from what did.",
    )


@permitted(Permission.MANAGE_AGREEMENTS)
def renew(request: HttpRequest, code: str) -> HttpResponse:
    """The dates of the new one; its terms are the pack's as they are now, and every party signs anew."""
    found = get_object_or_404(access.agreements_for(request.user), code=code)
    renewal = _renewal(found)
    return ask(
        request,
        form_of(forms.AgreementDates, request, asks="From when until when does the new agreement run?"),
        lambda given: actions.renew(found, **given, by=request.user),
        to=_href("agreement", found),
        told="The renewal is drawn up. Each party can now read and sign it.",
        title=f"Renew {found}",
        button="Draw up the renewal",
        refusal=policies.why_not(policies.check_can_renew, found, renewal),
    )


@permitted(Permission.MANAGE_AGREEMENTS)
def owner(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(access.agreements_for(request.user), code=code)
    return ask(
        request,
        form_of(forms.AgreementOwner, request, initial={"owner": found.owner_id, "deputy": found.deputy_id}),
        lambda given: actions.put_in_charge(found, **given, by=request.user),
        to=_href("agreement", found),
        told="It is recorded who looks after the agreement.",
        title=str(found),
    )


@permitted(Permission.MANAGE_AGREEMENTS)
def discard(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(access.agreements_for(request.user), code=code)
    refusal = policies.why_not(policies.check_can_discard, found, found.party_rows.all(), _renewal(found))
    return ask(
        request,
        form_of(forms.Sure, request, asks=f"Discard the agreement {found}?"),
        lambda given: actions.discard(found, by=request.user),
        to=_href("agreement", found) if refusal or request.method == "GET" else reverse("partnership:agreements"),
        told=f"The agreement {found} is discarded.",
        title=str(found),
        button="Discard this agreement",
        refusal=refusal,
        warning="Nobody has answered it yet, so nothing rests on it.",
    )
