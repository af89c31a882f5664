"""Pages of releases: the list, one release, and what its author says of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.picture import access as picture
from plait_web.release import access, actions, forms, ledger, policies
from plait_web.release.models import Release
from plait_web.release.states import UNDER_WAY, Reason, State
from plait_web.release.views.shown import Stands, acts_for, release_of, sent
from plait_web.roles import Permission
from plait_web.ui.asking import Asked, ask

P = Permission
PAGE = 50
_INSIDE = (P.ASK_RELEASES, P.CHECK_RELEASES, P.PUBLISH_RELEASES, P.AGREE_RELEASES)
ASK_AND_SEND = require_http_methods(["GET", "POST"])
_ask = partial(ask, pack=partnership.pack)


@require_GET
@permitted(P.SEE_RELEASES)
def release_list(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("view", "out")
    view = view if view in access.VIEWS else "out"
    rows = Paginator(access.releases_for(request.user, view), PAGE).get_page(request.GET.get("page"))
    waiting = [r for r in access.releases_for(request.user, "under-way")[:PAGE] if _waits_for(request, r)]
    page = {"rows": rows, "view": view, "views": access.VIEWS, "waiting": waiting}
    return render(request, "release/list.html", page | {"may_ask": request.user.may(P.ASK_RELEASES)})


def _waits_for(request: HttpRequest, release: Release) -> bool:
    """Whether it stands with those whom this person is one of. The page of the release says what is left to do."""
    asked = {
        State.CHECKING: request.user.may(P.CHECK_RELEASES) and release.by_id != request.user.pk,
        State.AGREEING: bool(policies.agencies_of(request.user)),
        State.READY: request.user.may(P.PUBLISH_RELEASES),
        State.REFUSED: release.by_id == request.user.pk,
    }
    return bool(asked.get(release.standing, False))


@ASK_AND_SEND
@permitted(P.ASK_RELEASES)
def begin(request: HttpRequest) -> HttpResponse:
    """The first question: what it is called and whom it is for. Figures may come from where one was (?figure=)."""
    shown = picture.newest("public")
    figure = request.GET.get("figure", "")
    chosen = [figure] if shown and figure in shown.index["figures"] else []

    def act(**said: Any) -> HttpResponse:
        return redirect("release:release", actions.begin(**said, indicators=chosen, by=request.user).pk)

    lines = (
        "Figures leave the partnership only after two people have checked them, and every agency whose records are in them has "
        "agreed. The figures are those of the newest picture, as the public may see them.",
    )
    page = Asked("Ask for a release", "Continue", "The release has begun. Its files are being made.", back="release:list",
                 lines=lines)  # fmt: skip
    return _ask(request, forms.WhoForm(request.POST or None), act, page)


@require_GET
@permitted(P.SEE_RELEASES)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    titles = {one.id: one.title for one in partnership.pack().indicators.values()}
    areas = partnership.areas()
    checks, agreed = access.checks_for(request.user, found), access.agreements(found)
    needed = access.needed_agencies(found)
    stands = Stands(checks.checkers, tuple(needed), frozenset(one.agency_id for one in agreed))
    quoted = list(found.quotes.all())
    page = {
        "release": found,
        "acts": acts_for(request.user, found, stands),
        "author": found.by_id == request.user.pk and found.standing in UNDER_WAY,
        "checks": checks,
        "needed": needed,
        "agreements": {one.agency_id: one for one in agreed},
        "chosen": [titles.get(name, name) for name in found.indicators],
        "areas": [areas[code].name for code in found.facts.get("areas", ()) if code in areas],
        "quotes": quoted,
        "lost": access.quotes_lost(found, timezone.localdate()) if quoted else 0,
        "inside": any(request.user.may(one) for one in _INSIDE),
        "reasons": dict(Reason.choices()),
    }
    return render(request, "release/release.html", page)


@require_GET
@permitted(P.PUBLISH_RELEASES)
def taken(request: HttpRequest, pk: int) -> HttpResponse:
    """Who took which file of a release, and when."""
    found = release_of(request, pk)
    rows = Paginator(access.downloads(found), PAGE).get_page(request.GET.get("page"))
    return render(request, "release/taken.html", {"release": found, "rows": rows})


def _page(title: str, pk: int, **more: Any) -> Asked:
    said = "Kept. The files of the release are made again."
    return Asked(title, "Save", said, back="release:release", at=pk, **more)


@ASK_AND_SEND
@permitted(P.ASK_RELEASES)
def who(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    begun = {"title": found.title, "audience": found.audience, "recipients": "\n".join(found.recipients)}
    form = forms.WhoForm(request.POST or None, initial=begun)
    return _ask(
        request, form, partial(actions.change, pk, by=request.user), _page("What it is called and whom it is for", pk)
    )


@ASK_AND_SEND
@permitted(P.ASK_RELEASES)
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """What a checker must be told, beside what was given outside before of the same figures."""
    found = release_of(request, pk)
    begun = {part: getattr(found, part) for part in policies.TOLD}
    earlier = ledger.earlier_than(found)
    before = [f"Release {one.pk}: {one.title} ({', '.join(one.facts.get('periods', ()))})" for one in earlier[:20]]
    said = (
        "\n".join(["Given outside before, of the same figures:", *before])
        if before
        else "Nothing of these figures was given outside before."
    )
    form = forms.AboutForm(request.POST or None, initial=begun)
    return _ask(
        request, form, partial(actions.change, pk, by=request.user), _page("What checkers need to know", pk, about=said)
    )


@ASK_AND_SEND
@permitted(P.ASK_RELEASES)
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    begun = {"extent": "chosen" if found.indicators else "whole", "indicators": found.indicators,
             "periods": "latest" if found.latest_only else "all"}  # fmt: skip
    form = forms.FiguresForm(request.POST or None, initial=begun, shown=picture.newest("public"))

    def act(**said: Any) -> Release:
        return actions.change(pk, by=request.user, **form.told())

    return _ask(request, form, act, _page("Which figures", pk))


@ASK_AND_SEND
@permitted(P.ASK_RELEASES)
def quotes(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    form = forms.QuotesForm(request.POST or None, initial={"quotes": [one.pk for one in found.quotes.all()]})
    return _ask(request, form, partial(actions.change, pk, by=request.user), _page("Words beside the figures", pk))


@ASK_AND_SEND
@permitted(P.ASK_RELEASES)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    lines = (
        "Two people other than you are asked to check it. Neither sees what the other says, and nor do you, until both have "
        "spoken. If you change anything, both begin again.",
    )
    page = Asked("Send it to be checked", "Send", "Sent. Two people are asked to check it.", back="release:release", at=pk,
                 about=found.title, lines=lines)  # fmt: skip
    return _ask(request, forms.NothingForm(sent(request)), partial(actions.send, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.ASK_RELEASES)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    page = Asked("Withdraw the release", "Withdraw", "Withdrawn.", back="release:release", at=pk, about=found.title,
                 warning=True)  # fmt: skip
    return _ask(request, forms.WhyForm(request.POST or None), partial(actions.withdraw, pk, by=request.user), page)
