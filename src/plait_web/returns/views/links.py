"""Links by mail: made by the manager; opened by somebody of a small agency who has no account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from plait_web import mail
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted, public
from plait_web.returns import access, actions, counts, forms, policies
from plait_web.returns.actions.links import waiting_for
from plait_web.returns.files import source_in
from plait_web.returns.models import FormLink, Submission
from plait_web.returns.views.shown import asked_for, tried, why_not
from plait_web.roles import Permission

_SESSION = "returns-link"
_WHY = "A small agency has no accounts. Only who has the link that was mailed to them gets past this page."


@permitted(Permission.MANAGE_PARTNERSHIP)
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail somebody a link that asks for a few counts."""
    found = get_object_or_404(access.expected_for(request.user), pk=pk)
    pack, row = partnership.pack(), partnership.current()
    askable = counts.askable(pack, found.agency.kind)
    codes = dict.fromkeys((*(row.areas if row else ()), *found.agency.areas))
    form = forms.LinkForm(
        request.POST or None,
        measures=[(i.id, f"{i.title}") for i in askable],
        areas=[(code, partnership.areas().name(code)) for code in codes],
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.make_link(found, **form.cleaned_data, by=request.user)
        except (Refused, mail.NotSent) as reason:
            form.add_error(None, str(reason))
        else:
            tried(request, lambda: None, done="The link was mailed.")
            return redirect("returns:place", found.pk)
    blocked = why_not(policies.check_can_link, found, request.user, timezone.localdate())
    said = {
        "form": form,
        "expected": found,
        "title": asked_for(found.point.datasets),
        "askable": askable,
        "blocked": blocked,
    }
    return render(request, "returns/link.html", said)


@require_POST
@permitted(Permission.MANAGE_PARTNERSHIP)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(FormLink.objects.filter(expected__in=access.expected_for(request.user)), pk=pk)
    tried(request, lambda: actions.end_link(found, by=request.user), done="The link opens nothing any more.")
    return redirect("returns:place", found.expected_id)


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
    return redirect("returns:counts_sign_off" if link.purpose == FormLink.Purpose.SIGN_OFF else "returns:counts")


def _closed(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "returns/link_closed.html", {"why": why}, status=403)


def _link(request: HttpRequest, purpose: str) -> FormLink:
    """The link this browser opened. Raises Refused when there is none for this, or it works no longer."""
    rows = FormLink.objects.select_related("expected__point", "expected__agency")
    link = rows.filter(pk=request.session.get(_SESSION), purpose=purpose).first()
    if link is None:
        raise Refused("Open the link in your mail again.")
    policies.check_link_open(link, timezone.now())
    return link


@public(_WHY)
def counts_page(request: HttpRequest) -> HttpResponse:
    """The counts that are asked for, on one page; what is typed can be kept for later."""
    try:
        link = _link(request, FormLink.Purpose.COUNTS)
    except Refused as reason:
        return _closed(request, str(reason))
    if _sent(link) is not None:
        return redirect("returns:counts_done")
    form = forms.CountsForm(
        request.POST or None, asked=counts.asked(partnership.pack(), link.measures), draft=link.draft
    )
    if request.method == "POST" and form.is_valid():
        later = "later" in request.POST
        if not later:
            for one in form.unanswered():
                form.add_error(f"n-{one.id}", f"{one.title}: enter a number, or choose why there is none")
        if later or form.is_valid():
            actions.save_draft(link, values=form.values)
            return _kept(request, link) if later else redirect("returns:counts_check")
    return render(request, "returns/counts.html", {**_about(link), "form": form})


def _kept(request: HttpRequest, link: FormLink) -> HttpResponse:
    return render(request, "returns/counts_kept.html", _about(link))


def _about(link: FormLink) -> dict[str, Any]:
    point = link.expected.point
    return {
        "link": link,
        "agency": link.expected.agency,
        "partnership": partnership.current(),
        "period": counts.period_in_words(point.period),
        "area": partnership.areas().name(link.area),
    }


def _sent(link: FormLink) -> Submission | None:
    """What was sent by this link and has not come back."""
    rows = link.returns.exclude(state__in=("needs_attention", "refused", "withdrawn", "replaced", "expired"))
    return rows.order_by("-number").first()


@public(_WHY)
def counts_check(request: HttpRequest) -> HttpResponse:
    """Check your answers, then send."""
    try:
        link = _link(request, FormLink.Purpose.COUNTS)
        if request.method == "POST":
            actions.send_counts(link)
            return redirect("returns:counts_done")
    except Refused as reason:
        return _closed(request, str(reason))
    pack = partnership.pack()
    if any(name not in link.draft for name in link.measures):
        return redirect("returns:counts")
    answers = counts.answered(pack, {name: link.draft[name] for name in link.measures})
    return render(request, "returns/counts_check.html", {**_about(link), "answers": answers})


@public(_WHY)
def counts_done(request: HttpRequest) -> HttpResponse:
    """The receipt."""
    rows = FormLink.objects.select_related("expected__point", "expected__agency")
    link = rows.filter(pk=request.session.get(_SESSION)).first()
    sent = _sent(link) if link is not None and link.purpose == FormLink.Purpose.COUNTS else None
    if link is None or sent is None:
        return _closed(request, "Open the link in your mail again.")
    return render(request, "returns/counts_done.html", {**_about(link), "submission": sent})


@public(_WHY)
def counts_sign_off(request: HttpRequest) -> HttpResponse:
    """A second person without an account sees what was typed in, and signs it off or sends it back."""
    try:
        link = _link(request, FormLink.Purpose.SIGN_OFF)
        found = waiting_for(link)
        if found is None:
            raise Refused("There is nothing to sign off: the counts were signed off, sent back or withdrawn.")
        form = forms.ReasonForm(request.POST if "back" in request.POST else None, label="What is to be put right?")
        if request.method == "POST" and (done := _signed(request, link, found, form)):
            return done
    except Refused as reason:
        return _closed(request, str(reason))
    answers = counts.read_back(partnership.pack(), source_in(found.folder, found.names))
    return render(request, "returns/counts_sign_off.html", {**_about(link), "answers": answers, "form": form})


def _signed(request: HttpRequest, link: FormLink, found: Submission, form: forms.ReasonForm) -> HttpResponse | None:
    if "back" not in request.POST:
        actions.sign_off(found, by=None, link=link)
        return render(request, "returns/counts_signed.html", {**_about(link), "accepted": True})
    if not form.is_valid():
        return None
    actions.send_back(found, why=form.cleaned_data["why"], by=None, link=link)
    return render(request, "returns/counts_signed.html", {**_about(link), "accepted": False})
