"""One document of everything decided before any data: on screen, in Word and as a PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from plait_web.groundwork.access import groundwork
from plait_web.groundwork.paper import groundwork_paper
from plait_web.partnership.views.papers import answer, invented, shown
from plait_web.permissions import permitted
from plait_web.roles import Permission


@permitted(Permission.SEE_ACTIONS)
def paper(request: HttpRequest, form: str = "") -> HttpResponse:
    """As it stands today."""
    today = timezone.localdate()
    document = groundwork_paper(groundwork(today), on=today, invented=invented())
    if form:
        return answer(document, form, "before-any-data")
    return shown(request, document, "groundwork:paper_as", back="agreed:questions", forms=("docx", "pdf"))
