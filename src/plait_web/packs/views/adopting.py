"""Adopting drafts as the next version of the pack, once everybody can see what that would do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from plait.errors import UserError
from plait_web.packs import access, actions, forms
from plait_web.packs.differences import effect, in_words
from plait_web.packs.models import Draft
from plait_web.packs.parts import FOLDER_WORDS
from plait_web.packs.versions import Standing, drafted, next_version, standing, tried
from plait_web.packs.views.common import ask, told
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.roles import Permission
from plait_web.ui.asking import ASK_AND_SEND, Asked

P = Permission


@ASK_AND_SEND
@permitted(P.ADOPT_PACK)
def adopt(request: HttpRequest) -> HttpResponse:
    """Which drafts (`?draft=`), then what they would change, and who agreed them from when."""
    now, asked = standing(), request.GET.getlist("draft")
    chosen = [d for d in access.open_drafts() if str(d.pk) in asked]
    if not chosen:
        return _choose(request)
    begun = {"version": next_version(now), "effective": timezone.localdate(), "approver": now.pack.cover.approver}
    begun |= {"approver": ""} if now.folder is None else {}
    form = forms.AdoptForm(request.POST or None, first=now.folder is None, initial=begun)

    def act(effective: date, why: str, **_: Any) -> HttpResponse:
        numbers = [d.pk for d in chosen]
        adoption = actions.adopt(numbers, effective=effective, why=why, by=request.user, **form.cover())
        messages.success(request, f"{adoption} is adopted.")
        return redirect("packs:version", adoption.digest)

    more = {"drafts": told(chosen), "effect": effect_of(now, chosen), "words": FOLDER_WORDS}
    page = Asked("Adopt a new version", "Adopt this version", back="packs:home", template="packs/adopt.html", more=more)
    return ask(request, form, act, page)


def _choose(request: HttpRequest) -> HttpResponse:
    return render(request, "packs/choose.html", {"drafts": told(list(access.open_drafts())), "words": FOLDER_WORDS})


def effect_of(now: Standing, drafts: list[Draft]) -> dict[str, Any]:
    """What adopting these would do, for a page: or, where it could not be, the library's reason."""
    try:
        after = tried(now, drafted(now, drafts))
    except UserError as problem:
        return {"refused": str(problem)}
    found = effect(now.pack, after)
    return {
        "refused": "",
        "changes": [in_words(change, (after, now.pack)) for change in found.changes],
        "broken": found.broken,
        "questions": found.questions,
        "again": partnership.agreements_to_sign_again(after),
    }
