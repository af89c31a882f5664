"""Pages of the maturity self-assessment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from plait.declare import MaturityModel
from plait.declare.maturity import Statement
from plait_web.maturity import access, actions, forms, policies
from plait_web.maturity.models import Round
from plait_web.maturity.spread import by_heading, by_statement, proposed
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.partnership.policies import why_not
from plait_web.permissions import Refused, permitted
from plait_web.response.forms import ActionForm
from plait_web.roles import Permission
from plait_web.ui.wording import to_look_at_again

P = Permission
PAGE = 50
ASK_AND_SEND = require_http_methods(["GET", "POST"])


@permitted(P.SEE_MATURITY)
def round_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.rounds(), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "today": timezone.localdate(), "may_manage": request.user.may(P.MANAGE_PARTNERSHIP)}
    return render(request, "maturity/rounds.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_PARTNERSHIP)
def new_round(request: HttpRequest) -> HttpResponse:
    pack = partnership.pack()
    models = [m for m in sorted(pack.maturity.values(), key=lambda m: m.title) if m.retired is None]
    if not models:
        raise Http404
    form = forms.RoundForm(request.POST or None, models=models)
    if form.is_valid():
        try:
            with transaction.atomic():
                made = actions.open_round(**form.cleaned_data, pack=pack, by=request.user)
            return redirect("maturity:round", made.pk)
        except IntegrityError:
            form.add_error("title", "There is a round with this name already. Choose another.")
        except Refused as no:
            form.add_error("closes", str(no))
    return _form(request, form, "Open a round", "Open it")


def _form(request: HttpRequest, form: Any, title: str, button: str, **more: Any) -> HttpResponse:
    return render(request, "maturity/form.html", {"form": form, "title": title, "button": button, **more})


def _round(pk: int) -> Round:
    return get_object_or_404(access.rounds(), pk=pk)


def _agency(code: str) -> Agency:
    return get_object_or_404(partnership.agencies(), code=code)


@permitted(P.SEE_MATURITY)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where each agency starts from, side by side in the order of their names; and what low scores propose."""
    found = _round(pk)
    model, said = access.model_of(found), list(access.ratings(found))
    agencies = list(partnership.agencies())
    rows = [(agency, by_heading(model, [r for r in said if r.agency_id == agency.pk])) for agency in agencies]
    answered = {(p.agency_id, p.statement): p for p in access.proposals(found)}
    page = {
        "round": found,
        "model": model,
        "rows": rows,
        "names": {a.pk: a.name for a in agencies},
        "plan": proposed(model, said),
        "answered": answered,
        "own": [a for a in agencies if a.pk in request.user.agency_ids],
        "takes": found.takes(timezone.localdate()),
        "may_plan": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "maturity/round.html", page)


@permitted(P.SEE_MATURITY)
def agency_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What one agency says, statement by statement, what others say to it, and what it does about it."""
    found, agency = _round(pk), _agency(code)
    model = access.model_of(found)
    said = [r for r in access.ratings(found) if r.agency_id == agency.pk]
    earlier = access.before(found)
    before = [r for r in access.ratings(earlier) if r.agency_id == agency.pk] if earlier else []
    own = agency.pk in request.user.agency_ids
    page = {
        "round": found,
        "agency": agency,
        "model": model,
        "spreads": by_statement(model, said),
        "earlier": earlier,
        "before": by_statement(model, before),
        "evidence": {s.id: [r.evidence for r in said if r.statement == s.id and r.evidence] for s in model.statements},
        "comments": _by_statement(access.comments(found, agency)),
        "answered": {p.statement: p for p in access.proposals(found) if p.agency_id == agency.pk},
        "own": own,
        "takes": found.takes(timezone.localdate()),
        "may_comment": not own and request.user.may(P.ASSESS),
        "may_plan": own or request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "maturity/agency.html", page)


def _by_statement(comments: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for comment in comments:
        found.setdefault(comment.statement, []).append(comment)
    return found


@ASK_AND_SEND
@permitted(P.ASSESS)
def rate(request: HttpRequest, pk: int, code: str, heading: str) -> HttpResponse:
    """One heading a page. Another agency's is not found."""
    found, agency = _round(pk), _agency(code)
    if agency.pk not in request.user.agency_ids:
        raise Http404
    model = access.model_of(found)
    part = next((h for h in model.headings if h.id == heading), None)
    if part is None:
        raise Http404
    said = access.own_ratings(found, agency, request.user)
    refused = why_not(policies.check_takes_answers, found, timezone.localdate())
    form = forms.HeadingForm(request.POST or None, model=model, heading=part, said=said)
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        try:
            actions.rate(found, agency=agency, said=form.said(), by=request.user)
        except Refused as no:
            messages.error(request, str(no))
            return redirect("maturity:agency", pk, code)
        return _next(model, heading, pk, code)
    page = {"form": form, "round": found, "agency": agency, "model": model, "heading": part, "refused": refused}
    return render(request, "maturity/rate.html", page)


def _next(model: MaturityModel, heading: str, pk: int, code: str) -> HttpResponse:
    """The heading after this one, or the agency's page after the last."""
    ids = [h.id for h in model.headings]
    after = ids[ids.index(heading) + 1 :]
    return redirect("maturity:rate", pk, code, after[0]) if after else redirect("maturity:agency", pk, code)


def _statement(round_: Round, name: str) -> Statement:
    found = next((s for s in access.model_of(round_).statements if s.id == name), None)
    if found is None:
        raise Http404
    return found


@ASK_AND_SEND
@permitted(P.ASSESS)
def comment(request: HttpRequest, pk: int, code: str, statement: str) -> HttpResponse:
    found, agency = _round(pk), _agency(code)
    said = _statement(found, statement)
    form = forms.CommentForm(request.POST or None)
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        try:
            actions.comment(found, agency=agency, statement=said.id, text=form.cleaned_data["text"], by=request.user)
            messages.success(request, "Your comment is kept.")
        except Refused as no:
            messages.error(request, str(no))
        return redirect("maturity:agency", pk, code)
    return _form(request, form, "Comment on a score", "Keep the comment", about=f"{agency}: {said.title}")


@ASK_AND_SEND
@permitted(P.SEE_MATURITY)
def accept(request: HttpRequest, pk: int, statement: str, code: str = "") -> HttpResponse:
    """The proposed action, in the words of whoever takes it on; without a code, in the partnership's plan."""
    found, agency = _round(pk), _agency(code) if code else None
    said = _statement(found, statement)
    form = ActionForm(request.POST or None, initial={"what": said.action})
    del form.fields["agency"]
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        try:
            actions.accept(found, agency=agency, statement=said.id, by=request.user, **form.cleaned_data)
            messages.success(request, "The action is kept.")
        except Refused as no:
            messages.error(request, str(no))
        return _back(pk, code)
    return _form(request, form, "Take it on", "Keep the action", about=said.title)


@ASK_AND_SEND
@permitted(P.SEE_MATURITY)
def not_now(request: HttpRequest, pk: int, statement: str, code: str = "") -> HttpResponse:
    found, agency = _round(pk), _agency(code) if code else None
    said = _statement(found, statement)
    form = forms.NotNowForm(request.POST or None)
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        why = form.cleaned_data["why"]
        try:
            actions.not_now(found, agency=agency, statement=said.id, why=why, by=request.user)
        except Refused as no:
            messages.error(request, str(no))
        return _back(pk, code)
    return _form(request, form, "Not now", "Save", about=said.action)


def _back(pk: int, code: str) -> HttpResponse:
    return redirect("maturity:agency", pk, code) if code else redirect("maturity:round", pk)
