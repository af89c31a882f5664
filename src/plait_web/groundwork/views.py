"""One document of everything decided before any data: on screen, in Word and as a PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from plait_web.groundwork.access import Groundwork
from plait_web.groundwork.paper import CHAPTERS, groundwork_paper
from plait_web.partnership.views.papers import answer, invented, shown
from plait_web.permissions import permitted
from plait_web.roles import Permission

_PAGES = {"": "groundwork:paper", "data-map": "groundwork:paper_map", "plan": "groundwork:paper_plan"}


@permitted(Permission.SEE_ACTIONS)
def paper(request: HttpRequest, chapter: str = "", form: str = "") -> HttpResponse:
    """As it stands today: a chapter on screen, the whole as a file."""
    chapters = CHAPTERS.values() if form else [CHAPTERS[chapter]]
    document = groundwork_paper(Groundwork(timezone.localdate()), chapters, invented=invented())
    if form:
        return answer(document, form, "before-any-data")
    pages = [(CHAPTERS[name].title, page) for name, page in _PAGES.items()]
    return shown(request, document, "groundwork:paper_as", back="agreed:questions", forms=("docx", "pdf"), pages=pages)
