"""The pack as it stands, kind by kind and item by item."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from plait_web.packs import access, forms, history, smaller
from plait_web.packs.differences import parts_of
from plait_web.packs.opened import opened
from plait_web.packs.parts import FOLDER_WORDS
from plait_web.packs.versions import items_of, standing
from plait_web.packs.views.common import found_in, may, paged, told, words_of
from plait_web.permissions import permitted
from plait_web.roles import Permission

P = Permission


@permitted(P.SEE_KNOWLEDGE)
def home(request: HttpRequest) -> HttpResponse:
    """The pack in force and the one to come, what is drafted, and the way to each part."""
    now = standing()
    rows = paged(request, access.open_drafts())
    versions, today = access.versions(), timezone.localdate()
    page = {
        "now": now,
        "adoption": next((a for a in versions if a.effective <= today), None),
        "versions": versions,
        "today": today,
        "rows": rows,
        "drafts": told(list(rows)),
        "folders": [(name, words[0], len(items_of(now.pack, name))) for name, words in FOLDER_WORDS.items()],
        "words": FOLDER_WORDS,
    }
    return render(request, "packs/home.html", page | may(request))


@permitted(P.SEE_KNOWLEDGE)
def item_list(request: HttpRequest, folder: str) -> HttpResponse:
    """Everything of one kind, those in use first, with what is drafted."""
    now, words = standing(), words_of(folder)
    found = sorted(items_of(now.pack, folder).values(), key=lambda i: (i.retired is not None, str(i.title).lower()))
    rows = paged(request, found)
    page = {
        "folder": folder,
        "words": words,
        "rows": rows,
        "drafted": {d.item: d.pk for d in access.open_drafts().filter(folder=folder)},
        "ours": set(items_of(now.pack, folder)) - set(items_of(now.base, folder)),
    }
    return render(request, "packs/items.html", page | may(request))


@permitted(P.SEE_KNOWLEDGE)
def item(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """One item as it was adopted last, each version of it, and the way to change it."""
    words, now = words_of(folder), standing()
    found = found_in(now.pack, folder, name)
    body, draft = forms.body_of(found), access.open_drafts().filter(folder=folder, item=name).first()
    things = smaller.listed(folder, body)
    page = {
        "folder": folder,
        "words": words,
        "item": found,
        "parts": [d for d in parts_of(folder, found) if d.after],
        "things": things,
        "rows": paged(request, things.rows) if things else None,
        "lists": smaller.lists(folder, opened(folder, body)),
        "draft": draft,
        "edition": draft.edition if draft else 0,
        "history": history.of_item(folder, name),
        "ways": smaller.WAYS.get(folder, {}),
    }
    return render(request, "packs/item.html", page | may(request))
