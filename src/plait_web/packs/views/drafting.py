"""Pages on which the pack is written: a new item, an item said afresh, and one thing of a list in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from plait_web.packs import access, actions, forms, policies, smaller
from plait_web.packs.choices import Ground
from plait_web.packs.item_forms import ItemForm, ThingForm
from plait_web.packs.models import Draft
from plait_web.packs.opened import closed, opened
from plait_web.packs.parts import WHY_FIXED, fixed_parts, put, read
from plait_web.packs.shapes import MEASURES, Things, begun_with, kind_of, kinds_told, lists_of, things_at
from plait_web.packs.versions import Standing, item_of, items_of, standing
from plait_web.packs.views.common import ask, kept, words_of
from plait_web.permissions import permitted
from plait_web.roles import Permission
from plait_web.ui.asking import ASK_AND_SEND, Asked

P = Permission
_KEEP, _FORM = "Keep the draft", "packs/form.html"


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def new(request: HttpRequest, folder: str) -> HttpResponse:
    """A draft of something the pack does not have; of an indicator, once its measure and what it counts are chosen."""
    words, now = words_of(folder), standing()
    title, back = f"A new {words[1]}", reverse("packs:items", args=[folder])
    if folder == "indicators" and not _settled(request, now):
        return _choose_measure(request, now, title, back)
    body = begun_with(folder, request.GET.get("kind", ""), request.GET.get("rows", ""))
    ground = Ground(now.pack, folder, body, beginning=True)
    form = ItemForm(request.POST or None, ground=ground, fixed=())

    def act(reason: str, **_: Any) -> HttpResponse:
        return kept(request, actions.draft(folder, form.item(form.name), why=reason, by=request.user, new=True))

    lines = ("More can be added to its lists once the draft is kept.",) if lists_of(folder, body) else ()
    return ask(request, form, act, Asked(title, _KEEP, back=back, lines=lines, template=_FORM))


def _settled(request: HttpRequest, now: Standing) -> bool:
    kind = request.GET.get("kind")
    if kind not in {kind_of(one) for one in MEASURES}:
        return False
    return "rows" not in _measure(kind).model_fields or request.GET.get("rows") in now.pack.datasets


def _measure(kind: str | None) -> Any:
    return next(one for one in MEASURES if kind_of(one) == kind)


def _choose_measure(request: HttpRequest, now: Standing, title: str, back: str) -> HttpResponse:
    """First what kind of measure it is, then which rows it counts."""
    kind = request.GET.get("kind", "")
    if kind in {kind_of(one) for one in MEASURES}:
        asks = "Which rows does it count?"
        choices = [
            (f"?{urlencode({'kind': kind, 'rows': d.id})}", f"{d.title}: {d.row}") for d in now.pack.datasets.values()
        ]
    else:
        asks, choices = "What kind of figure is it?", [(f"?kind={name}", said) for name, said in kinds_told(MEASURES)]
    page = {"title": title, "asks": asks, "choices": choices, "back": back}
    return render(request, "packs/choose_kind.html", page)


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def change(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """The parts of an item that may be said afresh, and why the others stay."""
    words, now = words_of(folder), standing()
    body, draft = _body(now, folder, name)
    begun = {"reason": draft.why} if draft else {}
    fixed = now.fixed(folder, name)
    form = ItemForm(request.POST or None, ground=Ground(now.pack, folder, body), fixed=fixed, initial=begun)

    def act(reason: str, **_: Any) -> HttpResponse:
        return kept(request, actions.draft(folder, form.item(name), why=reason, by=request.user))

    why, others = fixed_parts(now, folder, name, body)
    page = Asked(
        f"Change this {words[1]}", _KEEP, back=_back(folder, name, draft), about=body.get("title") or name, template=_FORM,
        more={"why_fixed": why, "fixed": others},
    )  # fmt: skip
    return ask(request, form, act, page)


def _back(folder: str, name: str, draft: Draft | None) -> str:
    return reverse("packs:draft", args=[draft.pk]) if draft else reverse("packs:item", args=[folder, name])


def _body(now: Standing, folder: str, name: str) -> tuple[dict[str, Any], Draft | None]:
    """The item as forms write it, from its open draft or as it was adopted; the partnership's own guide can be begun."""
    draft = access.open_drafts().filter(folder=folder, item=name).first()
    if draft is not None:
        return opened(folder, forms.body_of(item_of(folder, draft.body))), draft
    found = now.item(folder, name)
    if found is None and (folder, name) == ("language", smaller.OWN_GUIDE["id"]):
        return dict(smaller.OWN_GUIDE), None
    if found is None:
        raise Http404
    return opened(folder, forms.body_of(found)), None


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def change_part(request: HttpRequest, folder: str, name: str, way: str) -> HttpResponse:
    """One smaller thing of an item, added or changed (`?of=` says which), in a draft of the item."""
    words_of(folder)
    now, key = standing(), request.GET.get("of", "")
    body, draft = _body(now, folder, name)
    found = smaller.WAYS.get(folder, {}).get(way)
    if found is None or not smaller.known(folder, way, body, key):
        raise Http404
    begun = smaller.begun(folder, way, body, key)
    form: Any = found.form(request.POST or None, body=body, key=key, pack=now.pack, initial=begun)

    def act(reason: str, **_: Any) -> HttpResponse:
        form.change(body)
        return _kept(request, folder, body, reason)

    back = reverse("packs:draft", args=[draft.pk]) if draft else reverse("packs:items", args=[folder])
    page = Asked(
        found.title, _KEEP, back=back, about=f"{body.get('title') or name}{': ' if key else ''}{key}", template=_FORM,
        more={
            "why_fixed": WHY_FIXED if name in items_of(now.base, folder) else "",
            "take_out": _take_out(now, folder, body, key, draft) if way == "code" else "",
        },
    )  # fmt: skip
    return ask(request, form, act, page, spared=found.spared)


def _take_out(now: Standing, folder: str, body: Mapping[str, Any], key: str, draft: Draft | None) -> str:
    """The address at which a code that came in with this draft is taken out of it; '' for any other."""
    if draft is None or not key or key in _adopted_codes(now, folder, draft.item):
        return ""
    place = next(number for number, code in enumerate(body["codes"]) if code["code"] == key)
    asked = urlencode({"at": f"codes.{place}", "edition": _edition(draft), "remove": "yes"})
    return f"{reverse('packs:thing', args=[folder, draft.item])}?{asked}"


def _adopted_codes(now: Standing, folder: str, name: str) -> set[str]:
    """The codes of a code list as it was adopted; none of anything else."""
    return {code.code for code in getattr(now.item(folder, name), "codes", ())} if folder == "codelists" else set()


def _kept(request: HttpRequest, folder: str, body: Mapping[str, Any], reason: str) -> HttpResponse:
    item = item_of(folder, closed(folder, body))
    return kept(request, actions.draft(folder, item, why=reason, by=request.user))


@ASK_AND_SEND
@permitted(P.DRAFT_PACK)
def thing(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """One thing of a list in an item: a new one (`?in=` the list), or one that is there (`?at=` its place)."""
    words_of(folder)
    now = standing()
    body, draft = _body(now, folder, name)
    if request.GET.get("edition", _edition(draft)) != _edition(draft):
        messages.error(request, "This draft was changed meanwhile. Look at it as it is now, and choose again.")
        return redirect(_back(folder, name, draft))
    if "in" in request.GET:
        return _add(request, Ground(now.pack, folder, body, beginning=True), name, draft)
    return _change_thing(request, now, Ground(now.pack, folder, body), name, draft)


def _edition(draft: Draft | None) -> str:
    """What links into a list carry, so that a place in it means what it meant when the page was read."""
    return str(draft.edition) if draft else "0"


def _add(request: HttpRequest, ground: Ground, name: str, draft: Draft | None) -> HttpResponse:
    things = things_at(ground.folder, ground.body, request.GET["in"])
    if things is None:
        raise Http404
    title, back = f"{things.title}: add one", _back(ground.folder, name, draft)
    kinds, kind = things.kind_names, request.GET.get("kind", "")
    if kinds and kind not in dict(kinds):
        said = {"in": things.path, "edition": _edition(draft)}
        choices = [(f"?{urlencode(said | {'kind': one})}", words) for one, words in kinds]
        page = {"title": title, "asks": "What kind is it?", "choices": choices, "back": back}
        return render(request, "packs/choose_kind.html", page)
    path = f"{things.path}.{len(read(ground.body, things.path) or ())}"
    put(ground.body, path, {"kind": kind} if kinds else {})
    form = ThingForm(request.POST or None, ground=ground, path=path, initial={"reason": draft.why if draft else ""})
    return _ask_thing(request, form, title, back)


def _ask_thing(request: HttpRequest, form: ThingForm, title: str, back: str, **more: Any) -> HttpResponse:
    folder, body = form.ground.folder, form.ground.body

    def act(reason: str, **_: Any) -> HttpResponse:
        return kept(request, actions.draft(folder, item_of(folder, form.body), why=reason, by=request.user))

    page = Asked(title, _KEEP, back=back, about=body.get("title") or body["id"], template=_FORM, more=more)
    return ask(request, form, act, page, spared=tuple(form.fields) if folder == "language" else ())


def _change_thing(request: HttpRequest, now: Standing, ground: Ground, name: str, draft: Draft | None) -> HttpResponse:
    path = request.GET.get("at", "")
    held = things_at(ground.folder, ground.body, path.rpartition(".")[0])
    if held is None or read(ground.body, path) is None:
        raise Http404
    back = _back(ground.folder, name, draft)
    if request.GET.get("remove"):
        return _remove(request, ground, held, path, back, _adopted_codes(now, ground.folder, name))
    form = ThingForm(request.POST or None, ground=ground, path=path, based=_is_based(now, ground, name, path),
                     initial={"reason": draft.why if draft else ""})  # fmt: skip
    more = {
        "lists": smaller.lists(ground.folder, ground.body, path), "edition": _edition(draft), "name": name,
        "folder": ground.folder, "path": path,
    }  # fmt: skip
    return _ask_thing(request, form, held.title, back, **more)


def _is_based(now: Standing, ground: Ground, name: str, path: str) -> bool:
    """Whether the pack that ours rests on declares this thing: then only its words may be said afresh."""
    base = items_of(now.base, ground.folder).get(name)
    held, _, number = path.partition(".")
    code = (read(ground.body, path) or {}).get("code")
    return bool(
        base and number.isdecimal() and code in {getattr(one, "code", None) for one in getattr(base, held, ())} - {None}
    )


def _remove(
    request: HttpRequest, ground: Ground, held: Things, path: str, back: str, in_use: Collection[str]
) -> HttpResponse:
    """A draft without this thing. What the pack below declares cannot be taken out: the library says so."""
    form = forms.WhyForm(request.POST or None)
    above, _, number = path.rpartition(".")

    def act(reason: str) -> HttpResponse:
        policies.check_may_take_out(read(ground.body, f"{path}.code") in in_use)
        read(ground.body, above).pop(int(number))
        return _kept(request, ground.folder, ground.body, reason)

    told = smaller.named(read(ground.body, path))
    page = Asked(f"{held.title}: take one out", "Take it out", back=back, about=told, warning=True, template=_FORM)
    return ask(request, form, act, page)
