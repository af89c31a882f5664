"""Versions of the pack that were adopted, each as it was, and any two side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from plait.declare import Pack
from plait_web.packs import access, forms, history, smaller
from plait_web.packs.differences import effect, in_words, parts_of
from plait_web.packs.opened import opened
from plait_web.packs.parts import FOLDER_WORDS
from plait_web.packs.versions import items_of
from plait_web.packs.views.common import found_in, may, paged, title_of, words_of
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Adoption
from plait_web.permissions import permitted
from plait_web.roles import Permission

P = Permission


@permitted(P.SEE_KNOWLEDGE)
def version(request: HttpRequest, digest: str) -> HttpResponse:
    """One version that was adopted: when, why, by whom, what it changed, and everything in it."""
    adoption = adoption_of(digest)
    pack, before = partnership.pack_of(digest), history.before(adoption)
    page = {
        "adoption": adoption,
        "pack": pack,
        "before": before,
        "changes": _changes(partnership.pack_of(before.digest), pack) if before else [],
        "drafts": [(d, title_of(d)) for d in adoption.drafts.select_related("by")],
        "folders": [(name, words[0], _titled(pack, name)) for name, words in FOLDER_WORDS.items()],
        "words": FOLDER_WORDS,
    }
    return render(request, "packs/version.html", page | may(request))


def adoption_of(digest: str) -> Adoption:
    """The last adoption of this version: it may have been taken up again."""
    found = partnership.adoptions().filter(digest=digest).first()
    if found is None:
        raise Http404
    return found


def _titled(pack: Pack, folder: str) -> list[tuple[str, str]]:
    return sorted(((i.id, i.title) for i in items_of(pack, folder).values()), key=lambda one: one[1].lower())


def _changes(old: Pack, new: Pack) -> list[tuple[str, str, str]]:
    return [in_words(change, (new, old)) for change in effect(old, new).changes]


@permitted(P.SEE_KNOWLEDGE)
def version_item(request: HttpRequest, digest: str, folder: str, name: str) -> HttpResponse:
    """One item as a version that was adopted says it."""
    adoption = adoption_of(digest)
    words = words_of(folder)
    found = found_in(partnership.pack_of(digest), folder, name)
    body = forms.body_of(found)
    things = smaller.listed(folder, body)
    page = {
        "adoption": adoption, "words": words, "item": found, "things": things,
        "lists": smaller.lists(folder, opened(folder, body)),
        "rows": paged(request, things.rows) if things else None,
        "parts": [d for d in parts_of(folder, found) if d.after],
    }  # fmt: skip
    return render(request, "packs/version_item.html", page)


@permitted(P.SEE_KNOWLEDGE)
def compare(request: HttpRequest) -> HttpResponse:
    """Any two versions, in words (`?old=&new=`)."""
    versions = access.versions()
    known = {a.digest: a for a in versions}
    old, new_one = (known.get(request.GET.get(name, "")) for name in ("old", "new"))
    page: dict[str, Any] = {"versions": versions, "old": old, "new": new_one, "effect": None}
    if old and new_one:
        packs = partnership.pack_of(old.digest), partnership.pack_of(new_one.digest)
        page["effect"] = effect(*packs)
        page["changes"] = [in_words(change, packs[::-1]) for change in page["effect"].changes]
    return render(request, "packs/compare.html", page)
