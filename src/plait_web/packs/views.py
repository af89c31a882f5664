"""Pages of the partnership's own pack: what it says, drafts of what it could say, its versions, and packs of others."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from plait.declare import Pack
from plait.errors import UserError
from plait_web.agreed.access import spoken_for
from plait_web.packs import access, actions, exchange, forms, history, policies, smaller
from plait_web.packs.differences import differences, effect, in_words, parts_of
from plait_web.packs.models import Draft
from plait_web.packs.parts import FOLDER_WORDS, NEW, WHY_FIXED, fixed_parts
from plait_web.packs.versions import Standing, drafted, item_of, items_of, next_version, standing, tried
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Adoption
from plait_web.permissions import Refused, permitted
from plait_web.roles import Permission
from plait_web.ui.wording import to_look_at_again

P = Permission
PAGE = 50
ASK_AND_SEND = require_http_methods(["GET", "POST"])


def _paged(request: HttpRequest, rows: Any) -> Page:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _ask(
    request: HttpRequest,
    form: django_forms.Form,
    act: Callable[[], HttpResponse],
    page: Mapping[str, Any],
    *,
    spared: tuple[str, ...] = (),
) -> HttpResponse:
    """The page until what was sent is good, its words were looked at, and `act` went through; then where that leads."""
    if form.is_valid() and not to_look_at_again(form, partnership.pack(), spared=spared):
        try:
            return act()
        except (Refused, UserError) as no:
            form.add_error(None, str(no))
    return render(request, "packs/form.html", {"form": form, **page})


# The pack as it stands


@permitted(P.SEE_KNOWLEDGE)
def home(request: HttpRequest) -> HttpResponse:
    """The pack in force and the one to come, what is drafted, and the way to each part."""
    now = standing()
    rows = _paged(request, access.open_drafts())
    versions, today = access.versions(), timezone.localdate()
    page = {
        "now": now,
        "adoption": next((a for a in versions if a.effective <= today), None),
        "versions": versions,
        "today": today,
        "rows": rows,
        "drafts": _told(list(rows)),
        "folders": [(name, words[0], len(items_of(now.pack, name))) for name, words in FOLDER_WORDS.items()],
        "words": FOLDER_WORDS,
        "new": NEW,
    }
    return render(request, "packs/home.html", page | _may(request))


def _may(request: HttpRequest) -> dict[str, bool]:
    return {"may_draft": request.user.may(P.DRAFT_PACK), "may_adopt": request.user.may(P.ADOPT_PACK)}


def _title(draft: Draft) -> str:
    return str(draft.body.get("title") or draft.item)


@permitted(P.SEE_KNOWLEDGE)
def item_list(request: HttpRequest, folder: str) -> HttpResponse:
    """Everything of one kind, those in use first, with what is drafted."""
    now, words = standing(), _words(folder)
    found = sorted(items_of(now.pack, folder).values(), key=lambda i: (i.retired is not None, str(i.title).lower()))
    rows = _paged(request, found)
    page = {
        "folder": folder,
        "words": words,
        "rows": rows,
        "drafted": {d.item: d.pk for d in access.open_drafts().filter(folder=folder)},
        "ours": set(items_of(now.pack, folder)) - set(items_of(now.base, folder)),
        "can_add": folder in NEW,
    }
    return render(request, "packs/items.html", page | _may(request))


def _words(folder: str) -> tuple[str, str]:
    if folder not in FOLDER_WORDS:
        raise Http404
    return FOLDER_WORDS[folder]


@permitted(P.SEE_KNOWLEDGE)
def item(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """One item as it was adopted last, each version of it, and the way to change it."""
    words, now = _words(folder), standing()
    found = _found(now.pack, folder, name)
    things = smaller.listed(folder, forms.body_of(found))
    page = {
        "folder": folder,
        "words": words,
        "item": found,
        "parts": [d for d in parts_of(folder, found) if d.after],
        "things": things,
        "rows": _paged(request, things.rows) if things else None,
        "draft": access.open_drafts().filter(folder=folder, item=name).first(),
        "history": history.of_item(folder, name),
        "ways": smaller.WAYS.get(folder, {}),
    }
    return render(request, "packs/item.html", page | _may(request))


def _found(pack: Pack, folder: str, name: str) -> Any:
    found = items_of(pack, folder).get(name)
    if found is None:
        raise Http404
    return found


# Drafting


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def new(request: HttpRequest, folder: str) -> HttpResponse:
    """A draft of something the pack does not have."""
    words, now = _words(folder), standing()
    if folder not in NEW:
        raise Http404
    form = forms.ItemForm(request.POST or None, folder=folder, body={}, fixed=(), pack=now.pack)

    def act() -> HttpResponse:
        made = form.item(slugify(form.cleaned_data["title"])[:80] or folder)
        kept = actions.draft(folder, made, why=form.cleaned_data["reason"], by=request.user, new=True)
        return _kept(request, kept)

    back = reverse("packs:items", args=[folder])
    return _ask(request, form, act, {"title": f"A new {words[1]}", "button": "Keep the draft", "back": back})


def _kept(request: HttpRequest, draft: Draft) -> HttpResponse:
    messages.success(request, "The draft is kept. Nothing changes until it is adopted.")
    return redirect("packs:draft", draft.pk)


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def change(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """The parts of an item that may be said afresh, and why the others stay."""
    words, now = _words(folder), standing()
    body, draft = _body(now, folder, name)
    begun = {"reason": draft.why} if draft else {}
    fixed = now.fixed(folder, name)
    form = forms.ItemForm(request.POST or None, folder=folder, body=body, fixed=fixed, pack=now.pack, initial=begun)

    def act() -> HttpResponse:
        return _kept(request, actions.draft(folder, form.item(name), why=form.cleaned_data["reason"], by=request.user))

    why, others = fixed_parts(now, folder, name, body)
    page = {
        "title": f"Change this {words[1]}", "about": body["title"], "button": "Keep the draft",
        "back": reverse("packs:item", args=[folder, name]) if draft is None else reverse("packs:draft", args=[draft.pk]),
        "why_fixed": why, "fixed": others,
    }  # fmt: skip
    return _ask(request, form, act, page)


def _body(now: Standing, folder: str, name: str) -> tuple[dict[str, Any], Draft | None]:
    """The item as its open draft has it, or as it was adopted; the partnership's own guide of words can be begun."""
    draft = access.open_drafts().filter(folder=folder, item=name).first()
    if draft is not None:
        return forms.body_of(item_of(folder, draft.body)), draft
    found = now.item(folder, name)
    if found is None and (folder, name) == ("language", smaller.OWN_GUIDE["id"]):
        return dict(smaller.OWN_GUIDE), None
    if found is None:
        raise Http404
    return forms.body_of(found), None


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def change_part(request: HttpRequest, folder: str, name: str, way: str) -> HttpResponse:
    """One smaller thing of an item, added or changed (`?of=` says which), in a draft of the item."""
    now, key = standing(), request.GET.get("of", "")
    body, draft = _body(now, folder, name)
    found = smaller.WAYS.get(folder, {}).get(way)
    if found is None or not smaller.known(folder, way, body, key):
        raise Http404
    begun = smaller.begun(folder, way, body, key)
    form: Any = found.form(request.POST or None, body=body, key=key, pack=now.pack, initial=begun)

    def act() -> HttpResponse:
        form.change(body)
        return _kept(
            request, actions.draft(folder, item_of(folder, body), why=form.cleaned_data["reason"], by=request.user)
        )

    fixed = WHY_FIXED if name in items_of(now.base, folder) else ""
    page = {
        "title": found.title, "about": f"{body['title']}{': ' if key else ''}{key}", "button": "Keep the draft",
        "back": reverse("packs:draft", args=[draft.pk]) if draft else reverse("packs:items", args=[folder]),
        "why_fixed": fixed, "fixed": [],
    }  # fmt: skip
    return _ask(request, form, act, page, spared=found.spared)


@permitted(P.SEE_KNOWLEDGE)
def draft_list(request: HttpRequest) -> HttpResponse:
    """Drafts that were adopted or withdrawn, the last first."""
    rows = _paged(request, access.drafts().exclude(state=Draft.State.OPEN).order_by("-changed", "-id"))
    page = {"rows": rows, "drafts": [(d, _title(d)) for d in rows], "words": FOLDER_WORDS}
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
        "title": _title(found),
        "words": _words(found.folder),
        "new": not found.was,
        "differences": differences(found.folder, before if found.was else None, said) if found.open else (),
        "parts": [d for d in parts_of(found.folder, said) if d.after],
        "effect": _effect(now, [found]) if found.open else None,
        "views": views,
        "told": access.told(views),
        "opinions": opinions,
        "comments": found.comments.select_related("by"),
        "stale": found.open and found.was != access.digest_now(now, found),
        "may_speak": found.open and bool(spoken_for(request.user, agencies)),
        "may_change": found.open and (found.by_id == request.user.pk or request.user.may(P.ADOPT_PACK)),
    }
    return render(request, "packs/draft.html", page | _may(request))


def _effect(now: Standing, drafts: list[Draft]) -> dict[str, Any]:
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


@ASK_AND_SEND
@permitted(P.SPEAK)
def say(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.drafts(), pk=pk)
    form = forms.OpinionForm(request.POST or None, agencies=spoken_for(request.user))

    def act() -> HttpResponse:
        actions.say(pk, **form.cleaned_data, by=request.user)
        return _done(request, found, "What your agency says is kept.")

    return _ask(request, form, act, _page_of(found, "What your agency says", "Save"))


def _page_of(draft: Draft, title: str, button: str) -> dict[str, Any]:
    return {"title": title, "about": _title(draft), "button": button, "back": reverse("packs:draft", args=[draft.pk])}


def _done(request: HttpRequest, draft: Draft, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("packs:draft", draft.pk)


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.drafts(), pk=pk)
    form = forms.CommentForm(request.POST or None)

    def act() -> HttpResponse:
        actions.comment(pk, text=form.cleaned_data["text"], by=request.user)
        return _done(request, found, "Your comment is kept.")

    return _ask(request, form, act, _page_of(found, "Comment", "Keep the comment"))


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.drafts(), pk=pk)
    form = forms.WithdrawForm(request.POST or None)

    def act() -> HttpResponse:
        actions.withdraw(pk, why=form.cleaned_data["why"], by=request.user)
        return _done(request, found, "The draft is withdrawn.")

    return _ask(request, form, act, _page_of(found, "Withdraw the draft", "Withdraw"))


# Adopting


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
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        said = form.cleaned_data
        dated = {"effective": said["effective"], "why": said["why"]}
        try:
            adoption = actions.adopt([d.pk for d in chosen], **dated, by=request.user, **form.cover())
        except (Refused, UserError) as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, f"{adoption} is adopted.")
            return redirect("packs:version", adoption.digest)
    page = {
        "form": form,
        "drafts": _told(chosen),
        "effect": _effect(now, chosen),
        "words": FOLDER_WORDS,
    }
    return render(request, "packs/adopt.html", page)


def _choose(request: HttpRequest) -> HttpResponse:
    return render(request, "packs/choose.html", {"drafts": _told(list(access.open_drafts())), "words": FOLDER_WORDS})


def _told(drafts: list[Draft]) -> list[tuple[Draft, str, str]]:
    """Each draft with its title and what the agencies say of it."""
    agencies, opinions = list(partnership.agencies()), list(access.opinions_of(drafts))
    return [(d, _title(d), access.told(access.views_of(d, agencies, opinions))) for d in drafts]


# Versions


@permitted(P.SEE_KNOWLEDGE)
def version(request: HttpRequest, digest: str) -> HttpResponse:
    """One version that was adopted: when, why, by whom, what it changed, and everything in it."""
    adoption = _adoption(digest)
    pack, before = partnership.pack_of(digest), history.before(adoption)
    page = {
        "adoption": adoption,
        "pack": pack,
        "before": before,
        "changes": _changes(partnership.pack_of(before.digest), pack) if before else [],
        "drafts": [(d, _title(d)) for d in adoption.drafts.select_related("by")],
        "folders": [(name, words[0], _titled(pack, name)) for name, words in FOLDER_WORDS.items()],
        "words": FOLDER_WORDS,
    }
    return render(request, "packs/version.html", page | _may(request))


def _adoption(digest: str) -> Adoption:
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
    adoption = _adoption(digest)
    words = _words(folder)
    found = _found(partnership.pack_of(digest), folder, name)
    things = smaller.listed(folder, forms.body_of(found))
    page = {
        "adoption": adoption, "words": words, "item": found, "things": things,
        "rows": _paged(request, things.rows) if things else None,
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


# Between partnerships


@permitted(P.ADOPT_PACK)
def send_out(request: HttpRequest, digest: str) -> HttpResponse:
    """A version of the partnership's own pack as a file. It holds what was agreed and no row of data."""
    adoption = _adoption(digest)
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

    def act() -> HttpResponse:
        with tempfile.TemporaryDirectory() as room:
            file = Path(room) / "pack.zip"
            with file.open("wb") as out:
                out.writelines(form.cleaned_data["file"].chunks())
            made = actions.receive(file, sender=form.cleaned_data["sender"], by=request.user)
        messages.success(request, "The pack is here to be looked through. Nothing of it holds until it is adopted.")
        return redirect("packs:received", made.pk)

    page = {"title": "Take in a pack", "button": "Take it in", "back": reverse("packs:exchange")}
    return _ask(request, form, act, page)


@permitted(P.SEE_KNOWLEDGE)
def between(request: HttpRequest) -> HttpResponse:
    """Versions that can be sent, and packs that were received."""
    own = [a for a in access.versions() if a.pack != "core"]
    page = {"versions": own, "rows": _paged(request, access.received())}
    return render(request, "packs/exchange.html", page | _may(request))


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
    return render(request, "packs/received.html", page | _may(request))


@permitted(P.SEE_KNOWLEDGE)
def received_item(request: HttpRequest, pk: int, folder: str, name: str) -> HttpResponse:
    """One item of a pack received beside ours."""
    found = get_object_or_404(access.received(), pk=pk)
    words, now = _words(folder), standing()
    theirs = _found(access.received_pack(found.digest), folder, name)
    page = {
        "received": found, "words": words, "item": theirs, "folder": folder, "name": name,
        "ours": now.item(folder, name), "differences": differences(folder, now.item(folder, name), theirs),
    }  # fmt: skip
    return render(request, "packs/received_item.html", page)
