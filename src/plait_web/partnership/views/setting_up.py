"""Setting up from nothing: a list of tasks whose state is worked out, one question a page, then the answers to check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from plait.declare import load_pack
from plait.declare.load import CORE
from plait.errors import UserError
from plait_web.partnership import access, actions, forms, setup
from plait_web.partnership.views.asking import ask, form_of
from plait_web.permissions import permitted
from plait_web.roles import Permission

LIST = "partnership:set_up"


@permitted(Permission.MANAGE_PARTNERSHIP)
def set_up(request: HttpRequest) -> HttpResponse:
    """The tasks and how far each has come."""
    tasks = setup.tasks()
    sections = [(name, [(t, reverse(t.page)) for t in group]) for name, group in groupby(tasks, lambda t: t.section)]
    context = {"sections": sections, "done": sum(t.done for t in tasks), "count": len(tasks)}
    return render(request, "partnership/set_up.html", context)


@permitted(Permission.MANAGE_PARTNERSHIP)
def check(request: HttpRequest) -> HttpResponse:
    """Everything that was answered, each with the way to change it."""
    here = access.current()
    context = {
        "here": here,
        "areas": access.areas(),
        "adoption": access.adopted() or setup.next_adoption(),
        "kinds": access.pack().codelist("agency_kind"),
        "agencies": list(access.agencies()),
        "groups": list(access.groups()),
    }
    return render(request, "partnership/set_up_check.html", context)


@permitted(Permission.MANAGE_PARTNERSHIP)
def name(request: HttpRequest) -> HttpResponse:
    here = access.current()
    form = form_of(forms.Name, request, initial={"name": here.name if here else ""})
    return ask(
        request,
        form,
        lambda given: actions.name_partnership(name=given["name"], by=request.user),
        to=reverse(LIST),
        told="The partnership's name is saved.",
    )


@permitted(Permission.MANAGE_PARTNERSHIP)
def areas(request: HttpRequest) -> HttpResponse:
    """The areas, with those known here to choose from and how to add more."""
    here = access.current()
    form = form_of(forms.PartnershipAreas, request, initial={"areas": here.areas if here else []})
    return ask(
        request,
        form,
        lambda given: actions.choose_areas(areas=given["areas"], by=request.user),
        to=reverse(LIST),
        told="The partnership's areas are saved.",
        more={"known": known_areas(), "areas_folder": str(Path(settings.HOME) / "areas")},
    )


COARSE = ("district", "authority", "county", "force", "icb", "icb_place", "csp", "fire", "region")
LISTED = 60


@dataclass(frozen=True, slots=True)
class Known:
    """The areas this installation knows: how many, and those worth listing."""

    count: int
    listed: tuple[tuple[str, str], ...]  # name and code


def known_areas() -> Known:
    """The coarser areas, where they are few enough to read."""
    known = access.areas().all
    coarse = tuple(sorted((a.name, a.code) for a in known if a.kind in COARSE))
    return Known(len(known), coarse if len(coarse) <= LISTED else ())


@permitted(Permission.MANAGE_PARTNERSHIP)
def next_update(request: HttpRequest) -> HttpResponse:
    here = access.current()
    form = form_of(forms.NextUpdate, request, initial={"next_update": here.next_update if here else None})
    return ask(
        request,
        form,
        lambda given: actions.plan_next_update(on=given["next_update"], by=request.user),
        to=reverse("partnership:home"),
        told="The day of the next update is saved.",
    )


@permitted(Permission.MANAGE_PARTNERSHIP)
def pack(request: HttpRequest) -> HttpResponse:
    """The pack to adopt: the core as it ships, one under HOME/packs, or one on the shelf."""
    found = {offer.key: offer for offer in offers()}
    form = form_of(
        forms.PackChoice,
        request,
        packs=[(key, offer.words) for key, offer in found.items()],
        initial={"effective": timezone.localdate()},
    )
    return ask(
        request,
        form,
        lambda given: _adopt(request, found[given["pack"]], given),
        to=reverse("partnership:pack"),
        told="The pack is adopted.",
        button="Adopt this pack",
        more={"packs_folder": str(Path(settings.HOME) / "packs")},
    )


def _adopt(request: HttpRequest, offer: Offer, given: dict[str, Any]) -> None:
    actions.adopt(folder=offer.folder, effective=given["effective"], why=given["why"], by=request.user)


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack that could be adopted."""

    key: str
    folder: Path
    words: str


def offers() -> Iterator[Offer]:
    """Every pack within reach that can be read, the core first, each once."""
    seen: set[str] = set()
    shelved = access.shelf().all("packs")
    for folder in (CORE, *access.own_pack_folders(), *shelved):
        try:
            found = access.pack_of(folder.name) if folder in shelved else load_pack(folder)
        except UserError:
            continue  # a pack that cannot be read is no choice yet: `plait pack check` says what is wrong with it
        if found.digest not in seen:
            seen.add(found.digest)
            cover = found.cover
            yield Offer(found.digest, folder, f"{cover.title}, version {cover.version}, approved by {cover.approver}")


@permitted(Permission.SEE_PARTNERSHIP)
def pack_in_force(request: HttpRequest) -> HttpResponse:
    """The pack in force, what it holds, and every adoption there has been."""
    found = access.pack()
    context = {
        "pack": found,
        "adoption": access.adopted(),
        "adoptions": access.adoptions(),
        "again": access.agreements_to_sign_again(found),
        "manages": request.user.may(Permission.MANAGE_PARTNERSHIP),
    }
    return render(request, "partnership/pack.html", context)
