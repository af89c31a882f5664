"""The short form for a small agency: its link is mailed, and whoever has it says in ten minutes what they hold."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from plait import mapped
from plait_web import mail
from plait_web.knowledge import access, actions, forms, policies
from plait_web.knowledge.actions.links import DAYS
from plait_web.knowledge.models import MapLink
from plait_web.knowledge.views.asking import ASK_AND_SEND, Asked, ask
from plait_web.knowledge.views.lines import kept_agency
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted, public
from plait_web.roles import Permission
from plait_web.ui.wording import to_look_at_again

_SESSION = "data-map-link"
_WHY = "A small agency has no accounts. Only who has the link that was mailed to them gets past this page."


@ASK_AND_SEND
@permitted(Permission.KEEP_MAP)
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Mail somebody of the agency a link to the short form."""
    found = kept_agency(request, code)

    def act(email: str) -> None:
        try:
            actions.make_link(found, email=email, by=request.user)
        except mail.NotSent as problem:
            raise Refused(str(problem)) from None

    page = Asked(
        title="Ask by a mail link", button="Mail the link", said="The link was mailed.",
        about=f"The link opens one short form for {found}, without an account. It works for {DAYS} days. "
        "A link mailed before ends.",
        back="knowledge:agency", at=code,
    )  # fmt: skip
    return ask(request, forms.LinkForm(request.POST or None), act, page)


@require_POST
@permitted(Permission.KEEP_MAP)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    kept = access.agencies_kept_by(request.user)
    found = get_object_or_404(MapLink.objects.select_related("agency").filter(agency__in=kept), pk=pk)
    actions.end_link(found, by=request.user)
    return redirect("knowledge:agency", found.agency.code)


# Without an account


@public(_WHY)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link as it was mailed. Its secret goes into the session at once, so that no later address holds it."""
    link = actions.opened(token)
    if link is None:
        return _closed(
            request, "This link is not one of ours, or it is too old. Ask the person who sent it for a new one."
        )
    request.session.cycle_key()
    request.session[_SESSION] = link.pk
    return redirect("knowledge:short")


def _closed(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "knowledge/link_closed.html", {"why": why}, status=403)


def _link(request: HttpRequest) -> MapLink:
    """The link this browser opened. Raises Refused when there is none, or it works no longer."""
    link = MapLink.objects.select_related("agency").filter(pk=request.session.get(_SESSION)).first()
    if link is None:
        raise Refused("Open the link in your mail again.")
    policies.check_link_open(link, timezone.now())
    return link


@public(_WHY)
def short(request: HttpRequest) -> HttpResponse:
    """The form on one page; what is typed can be kept for later, whole or not."""
    try:
        link = _link(request)
    except Refused as reason:
        return _closed(request, str(reason))
    form = forms.ShortForm(request.POST or None, initial=link.draft)
    if request.method == "POST":
        whole = form.is_valid()
        if "later" in request.POST:
            actions.save_draft(link, draft=_typed(form))
            return render(request, "knowledge/short_kept.html", _about(link))
        if whole and not to_look_at_again(form, partnership.pack()):
            actions.save_draft(link, draft=_typed(form))
            return redirect("knowledge:short_check")
    return render(request, "knowledge/short.html", {**_about(link), "form": form, "numbers": range(1, forms.SHORT + 1)})


def _typed(form: forms.ShortForm) -> dict[str, Any]:
    """What was typed in fields that are in order by themselves."""
    return {name: value for name, value in form.cleaned_data.items() if value}


def _about(link: MapLink) -> dict[str, Any]:
    return {"link": link, "agency": link.agency, "partnership": partnership.current()}


@public(_WHY)
def short_check(request: HttpRequest) -> HttpResponse:
    """Check your answers, then send."""
    try:
        link = _link(request)
    except Refused as reason:
        return _closed(request, str(reason))
    if not link.draft:
        return redirect("knowledge:short")
    lines = forms.short_lines(link.draft)
    if request.method == "POST":
        actions.send_draft(link, lines=lines)
        return redirect("knowledge:short_done")
    shown = {"lines": lines, "captures": mapped.CAPTURES, "successions": mapped.SUCCESSION}
    return render(request, "knowledge/short_check.html", {**_about(link), **shown})


@public(_WHY)
def short_done(request: HttpRequest) -> HttpResponse:
    link = MapLink.objects.select_related("agency").filter(pk=request.session.get(_SESSION), used=True).first()
    if link is None:
        return _closed(request, "Open the link in your mail again.")
    return render(request, "knowledge/short_done.html", _about(link))
