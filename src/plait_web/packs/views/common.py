"""What pages of the pack share: whom they let do what, words for folders, and one page that asks."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from plait.declare import Pack
from plait_web.packs import access
from plait_web.packs.models import Draft
from plait_web.packs.parts import FOLDER_WORDS
from plait_web.packs.versions import items_of
from plait_web.partnership import access as partnership
from plait_web.roles import Permission
from plait_web.ui import asking

PAGE = 50
ask = partial(asking.ask, pack=partnership.pack)


def paged(request: HttpRequest, rows: Any) -> Page:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def may(request: HttpRequest) -> dict[str, bool]:
    """What this person may do with the pack, for a page."""
    return {"may_draft": request.user.may(Permission.DRAFT_PACK), "may_adopt": request.user.may(Permission.ADOPT_PACK)}


def title_of(draft: Draft) -> str:
    return str(draft.body.get("title") or draft.item)


def words_of(folder: str) -> tuple[str, str]:
    """What things of the folder are called, many and one. Raises Http404 for what is no folder."""
    if folder not in FOLDER_WORDS:
        raise Http404
    return FOLDER_WORDS[folder]


def found_in(pack: Pack, folder: str, name: str) -> Any:
    """The item of the pack. Raises Http404 where it has none."""
    found = items_of(pack, folder).get(name)
    if found is None:
        raise Http404
    return found


def kept(request: HttpRequest, draft: Draft) -> HttpResponse:
    messages.success(request, "The draft is kept. Nothing changes until it is adopted.")
    return redirect("packs:draft", draft.pk)


def told(drafts: list[Draft]) -> list[tuple[Draft, str, str]]:
    """Each draft with its title and what the agencies say of it."""
    agencies, opinions = list(partnership.agencies()), list(access.opinions_of(drafts))
    return [(d, title_of(d), access.told(access.views_of(d, agencies, opinions))) for d in drafts]
