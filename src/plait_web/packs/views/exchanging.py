"""Packs between partnerships: a version sent out as a file, a file taken in, and what is chosen from it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify

from plait_web.packs import access, actions, exchange, forms, history, policies
from plait_web.packs.differences import differences
from plait_web.packs.parts import FOLDER_WORDS
from plait_web.packs.versions import standing
from plait_web.packs.views.common import ask, found_in, may, paged, words_of
from plait_web.packs.views.versions import adoption_of
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.roles import Permission
from plait_web.ui.asking import ASK_AND_SEND, Asked

P = Permission


@permitted(P.ADOPT_PACK)
def send_out(request: HttpRequest, digest: str) -> HttpResponse:
    """A version of the partnership's own pack as a file. It holds what was agreed and no row of data."""
    adoption = adoption_of(digest)
    folder = partnership.shelf().kept("packs", digest)
    if folder is None:
        raise Http404
    answer = HttpResponse(exchange.packed(folder), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{adoption.pack}-{slugify(adoption.version)}.zip"'
    actions.sent_out(adoption, by=request.user)
    return answer


@ASK_AND_SEND
@permitted(P.ADOPT_PACK)
def receive(request: HttpRequest) -> HttpResponse:
    """A pack that another partnership sent, taken in to be looked through."""
    form = forms.ReceiveForm(request.POST or None, request.FILES or None)

    def act(file: Any, sender: str) -> HttpResponse:
        with tempfile.TemporaryDirectory() as room:
            path = Path(room) / "pack.zip"
            with path.open("wb") as out:
                out.writelines(file.chunks())
            made = actions.receive(path, sender=sender, by=request.user)
        messages.success(request, "The pack is here to be looked through. Nothing of it holds until it is adopted.")
        return redirect("packs:received", made.pk)

    page = Asked("Take in a pack", "Take it in", back="packs:exchange", template="packs/form.html")
    return ask(request, form, act, page)


@permitted(P.SEE_KNOWLEDGE)
def between(request: HttpRequest) -> HttpResponse:
    """Versions that can be sent, and packs that were received."""
    own = [a for a in access.versions() if a.pack != "core"]
    page = {"versions": own, "rows": paged(request, access.received())}
    return render(request, "packs/exchange.html", page | may(request))


@ASK_AND_SEND
@permitted(P.SEE_KNOWLEDGE)
def received(request: HttpRequest, pk: int) -> HttpResponse:
    """What a pack received says that ours does not, to be chosen from: what is chosen becomes drafts."""
    found = get_object_or_404(access.received(), pk=pk)
    now, theirs = standing(), access.received_pack(found.digest)
    offered = history.offered(now, theirs)
    if request.method == "POST":
        policies.check_may_take(request.user)
        wanted = [(o.folder, o.name) for o in offered if f"{o.folder}/{o.name}" in request.POST.getlist("item")]
        made, refused = actions.take(found, wanted, by=request.user)
        for sentence in refused:
            messages.error(request, sentence)
        if made:
            messages.success(request, f"{len(made)} {'draft is' if len(made) == 1 else 'drafts are'} begun.")
            return redirect("packs:home")
        if not wanted:
            messages.error(request, "Choose at least one item.")
        return redirect("packs:received", pk)
    taken = {(d.folder, d.item): d for d in found.drafts.all()}
    page = {
        "received": found, "pack": theirs, "words": FOLDER_WORDS,
        "offered": [(o, taken.get((o.folder, o.name))) for o in offered],
    }  # fmt: skip
    return render(request, "packs/received.html", page | may(request))


@permitted(P.SEE_KNOWLEDGE)
def received_item(request: HttpRequest, pk: int, folder: str, name: str) -> HttpResponse:
    """One item of a pack received beside ours."""
    found = get_object_or_404(access.received(), pk=pk)
    words, now = words_of(folder), standing()
    theirs = found_in(access.received_pack(found.digest), folder, name)
    page = {
        "received": found, "words": words, "item": theirs, "folder": folder, "name": name,
        "ours": now.item(folder, name), "differences": differences(folder, now.item(folder, name), theirs),
    }  # fmt: skip
    return render(request, "packs/received_item.html", page)
