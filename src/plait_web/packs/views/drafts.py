"""Pages of drafts: what each would change, what agencies and people say of it, and its withdrawal."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from plait_web.agreed.access import spoken_for
from plait_web.packs import access, actions, forms, smaller
from plait_web.packs.differences import differences, parts_of
from plait_web.packs.models import Draft
from plait_web.packs.opened import opened
from plait_web.packs.parts import FOLDER_WORDS
from plait_web.packs.versions import item_of, standing
from plait_web.packs.views.adopting import effect_of
from plait_web.packs.views.common import ask, may, paged, title_of, words_of
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.roles import Permission
from plait_web.ui.asking import ASK_AND_SEND, Asked

P = Permission


@permitted(P.SEE_KNOWLEDGE)
def draft_list(request: HttpRequest) -> HttpResponse:
    """Drafts that were adopted or withdrawn, the last first."""
    rows = paged(request, access.drafts().exclude(state=Draft.State.OPEN).order_by("-changed", "-id"))
    page = {"rows": rows, "drafts": [(d, title_of(d)) for d in rows], "words": FOLDER_WORDS}
    return render(request, "packs/drafts.html", page)


@permitted(P.SEE_KNOWLEDGE)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would change, what would break, what each agency says, and what people comment."""
    found = get_object_or_404(access.drafts(), pk=pk)
    now, agencies, opinions = standing(), list(partnership.agencies()), list(found.opinions.select_related("agency"))
    before, said = now.item(found.folder, found.item), item_of(found.folder, found.body)
    views = access.views_of(found, agencies, opinions)
    page = {
        "draft": found,
        "title": title_of(found),
        "words": words_of(found.folder),
        "new": not found.was,
        "differences": differences(found.folder, before if found.was else None, said) if found.open else (),
        "parts": [d for d in parts_of(found.folder, said) if d.after],
        "lists": smaller.lists(found.folder, opened(found.folder, forms.body_of(said))) if found.open else (),
        "things": smaller.listed(found.folder, forms.body_of(said)) if found.open and not found.was else None,
        "ways": smaller.WAYS[found.folder],
        "effect": effect_of(now, [found]) if found.open else None,
        "views": views,
        "told": access.told(views),
        "opinions": opinions,
        "comments": found.comments.select_related("by"),
        "stale": found.open and found.was != access.digest_now(now, found),
        "may_speak": found.open and bool(spoken_for(request.user, agencies)),
        "may_change": found.open and (found.by_id == request.user.pk or request.user.may(P.ADOPT_PACK)),
    }
    return render(request, "packs/draft.html", page | may(request))


def _page(draft: Draft, title: str, button: str, said: str) -> Asked:
    return Asked(
        title, button, said, back="packs:draft", at=draft.pk, about=title_of(draft), template="packs/form.html"
    )


@ASK_AND_SEND
@permitted(P.SPEAK)
def say(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.drafts(), pk=pk)
    form = forms.OpinionForm(request.POST or None, agencies=spoken_for(request.user))
    page = _page(found, "What your agency says", "Save", "What your agency says is kept.")
    return ask(request, form, partial(actions.say, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.drafts(), pk=pk)
    page = _page(found, "Comment", "Keep the comment", "Your comment is kept.")
    return ask(request, forms.CommentForm(request.POST or None), partial(actions.comment, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.drafts(), pk=pk)
    page = _page(found, "Withdraw the draft", "Withdraw", "The draft is withdrawn.")
    return ask(request, forms.WithdrawForm(request.POST or None), partial(actions.withdraw, pk, by=request.user), page)
