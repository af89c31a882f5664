"""Pages of checking a release: the evidence, a checker's word, an agency's word, letting it out and calling it back."""

from __future__ import annotations

import mimetypes
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plait.errors import StoreError
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused, permitted
from plait_web.release import access, actions, evidence, forms, ledger, policies
from plait_web.release.models import Release
from plait_web.release.views.shown import release_of, sent
from plait_web.roles import Permission
from plait_web.ui.asking import Asked, ask
from plait_web.ui.wording import to_look_at_again

P = Permission
ASK_AND_SEND = require_http_methods(["GET", "POST"])
_ask = partial(ask, pack=partnership.pack)


@require_GET
@permitted(P.SEE_RELEASES)
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence: how each table was made safe, what is left out and why, what changed, and what it stands beside."""
    found = release_of(request, pk)
    if found.drawn_at is None:
        raise Http404
    try:
        shown = _evidence(found)
    except StoreError as problem:
        messages.error(request, str(problem))
        return redirect("release:release", pk)
    return render(request, "release/evidence.html", {"release": found, **shown})


def _evidence(release: Release) -> dict[str, Any]:
    tables = evidence.tables(release, partnership.pack())
    earlier = ledger.earlier_than(release)
    beside = [release.corrects] if release.corrects else earlier[:3]
    return {
        "tables": tables,
        "attackers": list(dict.fromkeys(table.audit.attacker for table in tables)),
        "marks": evidence.marks(release),
        "earlier": earlier,
        "changes": [evidence.changed_since(release, one) for one in beside if one.folder.is_dir()],
        "smallest": min((t.smallest for t in tables if t.smallest is not None), default=None),
        "left_out": {table.title: table.audit.too_fine for table in tables if table.audit.too_fine},
        "known": evidence.known_anyway(tables),
        "areas": {area.code: area.name for area in partnership.areas().all},
        "by_fractions": sum(table.audit.by_fractions for table in tables),
    }


@ASK_AND_SEND
@permitted(P.CHECK_RELEASES)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    form = forms.CheckForm(request.POST or None)
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        try:
            actions.check(pk, by=request.user, **form.cleaned_data)
        except Refused as no:
            messages.error(request, str(no))
        else:
            messages.success(request, "Your check is kept. Nobody reads it before both checkers have spoken.")
            return redirect("release:release", pk)
    return render(request, "release/check.html", {"release": found, "form": form, **_files(found)})


def _files(release: Release) -> dict[str, Any]:
    return {"files": sorted(release.facts.get("files", {}).items())}


@ASK_AND_SEND
@permitted(P.AGREE_RELEASES)
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """A strategic lead says for their agency whether it may leave."""
    found = release_of(request, pk)
    mine = [a for a in access.needed_agencies(found) if a.pk in policies.agencies_of(request.user)]
    form = forms.AgreeForm(request.POST or None, agencies=mine)

    def act(agency: Agency, *, agrees: bool, why: str) -> object:
        if agrees:
            return actions.agree(pk, agency=agency, by=request.user)
        return actions.object_to(pk, agency=agency, why=why, by=request.user)

    lines = (
        "It rests in part on your agency’s records. Two people have checked it. Once every agency in it has agreed, it may be "
        "published.",
    )
    page = Asked("Agree or object", "Send", "Kept.", back="release:release", at=pk, about=found.title, lines=lines)
    return _ask(request, form, act, page)


@ASK_AND_SEND
@permitted(P.PUBLISH_RELEASES)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    lines = (
        "It leaves the partnership for good: it can be recalled, but what was read stays known. It is kept in the ledger, and "
        "those it is for are told.",
    )
    page = Asked(
        "Publish the release", "Publish", "Published.", back="release:release", at=pk, about=found.title, lines=lines
    )
    return _ask(request, forms.NothingForm(sent(request)), partial(actions.publish, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.PUBLISH_RELEASES)
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)
    lines = ("Its files can no longer be taken, and all who received it are asked by mail to erase it.",)
    page = Asked("Recall the release", "Recall", "Recalled. All who received it are told.", back="release:release", at=pk,
                 about=found.title, lines=lines, warning=True)  # fmt: skip
    return _ask(request, forms.WhyForm(request.POST or None), partial(actions.recall, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.ASK_RELEASES)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    found = release_of(request, pk)

    def act() -> HttpResponse:
        return redirect("release:release", actions.begin_correction(pk, by=request.user).pk)

    lines = (
        "A new release begins with the same words and figures, made from the newest picture. When it is published it takes the "
        "place of this one, and those who received this one are told.",
    )
    page = Asked("Correct the release", "Begin the correction", "The correction has begun.", back="release:release", at=pk,
                 about=found.title, lines=lines)  # fmt: skip
    return _ask(request, forms.NothingForm(sent(request)), act, page)


@require_GET
@permitted(P.SEE_RELEASES)
def file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A file of the release, handed over; who took it is kept."""
    found = release_of(request, pk)
    try:
        path = actions.take(found, name, by=request.user)
    except FileNotFoundError:
        raise Http404 from None
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
    response["Content-Type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return response


@ASK_AND_SEND
@permitted(P.ATTACK_RELEASES)
def attack(request: HttpRequest, pk: int) -> HttpResponse:
    """What a reader could and could not work out, tried before they do; and a button to try it."""
    found = release_of(request, pk)
    if request.method == "POST":
        try:
            actions.ask_for_attack(pk, by=request.user)
        except Refused as no:
            messages.error(request, str(no))
        return redirect("release:attack", pk)
    attacks = access.attacks_for(request.user, found)
    waits = any(one.state == one.State.WAITING for one in attacks)
    return render(request, "release/attack.html", {"release": found, "attacks": attacks, "waits": waits})
