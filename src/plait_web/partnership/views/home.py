"""The partnership's own page, its pack, and the handover pack."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from plait_web.partnership import access
from plait_web.partnership.documents import Document
from plait_web.partnership.documents.handover import SUBJECT, Holdings, added, handover
from plait_web.partnership.views.asking import paged
from plait_web.partnership.views.papers import answer, invented, shown
from plait_web.permissions import permitted
from plait_web.roles import Permission
from plait_web.ui.jinja import day


@permitted(Permission.SEE_PARTNERSHIP)
def home(request: HttpRequest) -> HttpResponse:
    """Who is in the partnership and what it uses. Before it has a name, whoever may is led to set it up."""
    here, manages = access.current(), request.user.may(Permission.MANAGE_PARTNERSHIP)
    if (here is None or not here.name) and manages:
        return redirect("partnership:set_up")
    adoption = access.adopted()
    pack = access.pack_of(adoption.digest) if adoption else access.shipped()
    context = {
        "here": here,
        "areas": access.areas(),
        "adoption": adoption,
        "pack": pack,
        "kinds": pack.codelist("agency_kind"),
        "agencies": paged(request, access.agencies()),
        "groups": list(access.groups()),
        "manages": manages,
        "agreements": request.user.may(Permission.SEE_AGREEMENTS),
        "people": reverse("accounts:people") if request.user.may(Permission.MANAGE_PEOPLE) else "",
        "data_map": reverse("knowledge:data_map") if request.user.may(Permission.SEE_KNOWLEDGE) else "",
        "overdue": bool(here and here.next_update and here.next_update < timezone.localdate()),
    }
    return render(request, "partnership/home.html", context)


@permitted(Permission.SEE_PARTNERSHIP)
def former(request: HttpRequest) -> HttpResponse:
    """Agencies that no longer take part, and what became of them."""
    context = {"agencies": paged(request, access.former_agencies().select_related("successor"))}
    return render(request, "partnership/former.html", context)


@permitted(Permission.MANAGE_PARTNERSHIP)
def hand_over(request: HttpRequest, form: str = "") -> HttpResponse:
    """The handover pack: as a file the whole of it, on screen what the partnership itself knows."""
    here, today = access.current(), timezone.localdate()
    if here is None or not here.name:
        return redirect("partnership:set_up")
    adoption = access.adopted()
    held = Holdings(
        here=here,
        adoption=f"{adoption}, from {day(adoption.effective)}" if adoption else "",
        roles=list(access.roles_held()),
        groups=list(access.groups()),
        tasks=access.open_tasks(today),
        **access.places(),
    )
    document = handover(held, on=today, invented=invented(), more=bool(form))
    return answer(document, form, "handover-pack") if form else _on_screen(request, document)


@permitted(Permission.MANAGE_PARTNERSHIP)
def hand_over_calendar(request: HttpRequest) -> HttpResponse:
    """What the handover pack says of returns, on a page of its own."""
    here, today = access.current(), timezone.localdate()
    if here is None or not here.name:
        return redirect("partnership:set_up")
    document = Document(
        title="Handover pack: the calendar",
        subject=SUBJECT,
        author=here.name,
        made=today,
        invented=invented(),
        lead="What is asked of agencies, and what they need not heed.",
        parts=added(today),
    )
    return _on_screen(request, document)


_PACK = (("People, groups and tasks", "partnership:handover"), ("The calendar", "partnership:handover_calendar"))


def _on_screen(request: HttpRequest, document: Document) -> HttpResponse:
    return shown(
        request, document, "partnership:handover_as", back="partnership:home", forms=("docx", "pdf"), pages=_PACK
    )
