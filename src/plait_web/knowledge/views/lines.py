"""The data map line by line: to read, to filter, to add to and to change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from plait import mapped
from plait.declare import Pack
from plait_web.knowledge import access, actions, forms
from plait_web.knowledge.models import Asset
from plait_web.knowledge.views.asking import ASK_AND_SEND, Asked, ask
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.permissions import permitted
from plait_web.roles import Permission

P = Permission
PAGE = 50  # lines
UNCOUNTABLE = ("free_text", "document", "paper", "not_recorded")
SORTS = {"": "Agency", "use": "Most used first"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with what rests on it."""

    asset: Asset
    use: mapped.Use


@permitted(P.SEE_KNOWLEDGE)
def data_map(request: HttpRequest) -> HttpResponse:
    """Every line in force, or those that are asked for; what is kept in words or on paper cannot be counted, and says so."""
    pack, asked = partnership.pack(), _asked(request)
    rows = list(_narrowed(request, asked))
    uses = mapped.Uses(pack)
    shown = [Shown(row, uses.of(access.decided_asset(row), row.agency.kind)) for row in rows]
    if asked["sort"] == "use":
        shown.sort(key=lambda one: (-len(one.use.questions), -len(one.use.indicators), one.asset.agency.name))
    query = "".join(f"{name}={value}&" for name, value in asked.items() if value)
    context = {
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "total": len(shown),
        "asked": asked,
        "query": query,
        "pack": pack,
        "agencies": partnership.agencies(),
        "choices": _choices(pack),
        "may_add": bool(access.agencies_kept_by(request.user)),
        "file": access.files_of(request.user).first(),
    }
    return render(request, "knowledge/data_map.html", context)


_EXACT = ("dataset", "system", "succession", "quality")


def _asked(request: HttpRequest) -> dict[str, str]:
    names = ("agency", "dataset", "capture", "quality", "succession", "purpose", "system", "words", "sort")
    return {name: request.GET.get(name, "")[:120] for name in names}


def _narrowed(request: HttpRequest, asked: dict[str, str]) -> Any:
    exactly = {name: asked[name] for name in _EXACT}
    rows = access.found_by(
        access.assets_for(request.user), words=asked["words"], agency__code=asked["agency"], **exactly
    )  # fmt: skip
    if asked["capture"] == "uncountable":
        rows = rows.filter(capture__in=UNCOUNTABLE) | rows.filter(extractable=False)
    elif asked["capture"]:
        rows = rows.filter(capture=asked["capture"])
    return access.with_purpose(rows, asked["purpose"]) if asked["purpose"] else rows


def _choices(pack: Pack) -> dict[str, dict[str, str]]:
    """What each way of narrowing the list offers."""
    return {
        "dataset": {d.id: d.title for d in pack.datasets.values()},
        "capture": {"uncountable": "Cannot be counted", **mapped.CAPTURES},
        "quality": mapped.QUALITIES,
        "succession": mapped.SUCCESSION,
        "purpose": mapped.PURPOSES,
        "sort": SORTS,
    }


@permitted(P.SEE_KNOWLEDGE)
def asset(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what it is, how good, what rests on it, and what was changed in it."""
    found = get_object_or_404(access.every_asset_for(request.user), pk=pk)
    pack, areas = partnership.pack(), partnership.areas()
    page = {
        "asset": found,
        "pack": pack,
        "columns": _titles(found, pack),
        "types": _type_titles(found, pack),
        "areas": [areas.name(code) for code in found.footprint],
        "purposes": [mapped.PURPOSES.get(one, one) for one in found.purposes],
        "use": mapped.Uses(pack).of(access.decided_asset(found), found.agency.kind),
        "may_change": found.ended is None and request.user.may(P.KEEP_MAP, found.agency_id),
        "history": [(change, _in_words(change.fields)) for change in found.changes.all()],
    }
    return render(request, "knowledge/asset.html", page)


def _titles(asset: Asset, pack: Pack) -> list[str]:
    dataset = pack.datasets.get(asset.dataset)
    titles = {c.id: c.title for c in dataset.columns} if dataset else {}
    return ["All of them"] if "*" in asset.columns else [titles.get(one, one) for one in asset.columns]


def _type_titles(asset: Asset, pack: Pack) -> list[str]:
    dataset = pack.datasets.get(asset.dataset)
    labels = dict(forms.types_of(dataset, pack)) if dataset else {}
    return [labels.get(one, one) for one in asset.types]


_FIELDS = {
    "item": "What it is called", "meaning": "Meaning", "columns": "Items", "types": "Types", "capture": "How it is recorded",
    "extractable": "Can be got out", "system": "System", "recorded_by": "Who records it", "grain": "One record is",
    "coverage": "Who is in it", "frequency": "How often", "footprint": "Areas", "since": "Since", "quality": "How good",
    "contact": "Whom to ask", "succession": "Who could bring it out", "purposes": "Useful for", "note": "Note",
    "dataset": "Data set",
}  # fmt: skip


def _in_words(fields: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(_FIELDS.get(name, name), _said(was), _said(now)) for name, (was, now) in fields.items()]


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join("all" if one == "*" else str(one).replace("_", " ") for one in value) or "nothing"
    words: dict[Any, str] = {True: "yes", False: "no", None: "nothing", "": "nothing"}
    known = mapped.CAPTURES | mapped.GRAINS | mapped.FREQUENCIES | mapped.SUCCESSION | mapped.QUALITIES
    return words[value] if value in words else known.get(value, str(value))


# Adding and changing


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def add(request: HttpRequest) -> HttpResponse:
    """A new line: first whose, then towards which data set, then what it is. One question a page until the last."""
    agencies, pack = access.agencies_kept_by(request.user), partnership.pack()
    chosen = request.GET.get("agency") or (agencies[0].code if len(agencies) == 1 else "")
    if not chosen:
        form = forms.AgencyForm(request.POST or None, agencies=agencies)
        return _step(request, form, "Whose line is it?", lambda agency: _on(agency=agency))
    agency = next((a for a in agencies if a.code == chosen), None)
    if agency is None:
        raise Http404
    dataset = request.GET.get("dataset", "")
    if dataset not in (*pack.datasets, forms.ELSEWHERE):
        form = forms.DataSetForm(request.POST or None, pack=pack)
        return _step(request, form, f"A line of {agency}", lambda dataset: _on(agency=agency.code, dataset=dataset))
    return _new(request, agency, "" if dataset == forms.ELSEWHERE else dataset, pack)


def _step(request: HttpRequest, form: Any, title: str, act: Any) -> HttpResponse:
    page = Asked(title=title, button="Continue", back="knowledge:data_map")
    return ask(request, form, act, page)


def _on(**chosen: str) -> HttpResponse:
    return redirect(f"{reverse('knowledge:add')}?" + "&".join(f"{name}={value}" for name, value in chosen.items()))


def _new(request: HttpRequest, agency: Agency, name: str, pack: Pack) -> HttpResponse:
    dataset = pack.datasets.get(name)
    begun = {"capture": "coded", "extractable": "yes", "columns": ["*"]}
    form = forms.AssetForm(request.POST or None, initial=begun, dataset=dataset, pack=pack, agency=agency)

    def act(**said: Any) -> HttpResponse:
        made = actions.map_asset(agency=agency, by=request.user, dataset=name, **said)
        return redirect("knowledge:asset", made.pk)

    page = Asked(
        title=f"What {agency} holds", button="Add it to the data map", said="The line is on the data map.",
        about=f"Towards: {dataset.title if dataset else 'no data set of the pack'}", back="knowledge:data_map",
    )  # fmt: skip
    return ask(request, form, act, page)


def _own(request: HttpRequest, pk: int) -> Asset:
    return get_object_or_404(access.own_assets_for(request.user), pk=pk)


def _page(pk: int, title: str, button: str, said: str, about: object) -> Asked:
    return Asked(title=title, button=button, said=said, about=about, back="knowledge:asset", at=pk)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found, pack = _own(request, pk), partnership.pack()
    dataset = pack.datasets.get(found.dataset)
    begun = {name: getattr(found, name) for name in forms.AssetForm.base_fields}
    begun["extractable"] = "yes" if found.extractable else "no"
    form = forms.AssetForm(request.POST or None, initial=begun, dataset=dataset, pack=pack, agency=found.agency)
    page = _page(pk, "Change a line", "Save", "The line has been changed. Answers use it from the next run.", found)
    return ask(request, form, partial(actions.change_asset, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """The line is towards another data set from now on: of its items all, until somebody chooses."""
    found, pack = _own(request, pk), partnership.pack()
    form = forms.DataSetForm(request.POST or None, pack=pack, initial={"dataset": found.dataset or forms.ELSEWHERE})

    def act(dataset: str) -> HttpResponse:
        elsewhere = dataset == forms.ELSEWHERE
        said = {"dataset": "" if elsewhere else dataset, "columns": () if elsewhere else ("*",), "types": ()}
        actions.change_asset(pk, by=request.user, **said)
        return redirect("knowledge:change", pk)

    return ask(request, form, act, _page(pk, "Move a line to another data set", "Continue", "", found))


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    page = _page(pk, "How good is it?", "Keep the rating", "The rating is kept, with its evidence.", _own(request, pk))
    return ask(request, forms.RateForm(request.POST or None), partial(actions.rate, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    page = _page(pk, "End this line", "End it", "The line has ended. It stays in the history.", _own(request, pk))
    return ask(request, forms.EndForm(request.POST or None), partial(actions.end_asset, pk, by=request.user), page)


# An agency's part


@permitted(P.SEE_KNOWLEDGE)
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """What one agency holds, when it last said that this is all, and its flags and systems."""
    found = get_object_or_404(partnership.agencies(), code=code)
    may = request.user.may(P.KEEP_MAP, found.pk)
    page = {
        "agency": found,
        "lines": access.assets_for(request.user).filter(agency=found),
        "pack": partnership.pack(),
        "confirmation": access.confirmations(timezone.localdate()).get(found.pk),
        "today": timezone.localdate(),
        "named": access.flags_and_systems_of(found),
        "links": access.links_of(found)[:5] if may else [],
        "may_change": may,
    }
    return render(request, "knowledge/agency.html", page)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    found = kept_agency(request, code)
    page = Asked(
        title=f"Is the data map of {found} whole?", button="Say so", said="Kept, with today's date.",
        back="knowledge:agency", at=code,
    )  # fmt: skip
    return ask(
        request, forms.ConfirmForm(request.POST or None), partial(actions.confirm, agency=found, by=request.user), page
    )


def kept_agency(request: HttpRequest, code: str) -> Agency:
    """The agency, when this person keeps its part of the map; not found otherwise."""
    found = next((a for a in access.agencies_kept_by(request.user) if a.code == code), None)
    if found is None:
        raise Http404
    return found
