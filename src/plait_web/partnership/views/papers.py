"""Documents on screen and as downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from plait.declare import AgreementTerms, Pack
from plait_web.partnership import access
from plait_web.partnership.documents import Document
from plait_web.partnership.documents.agreement import sharing_agreement
from plait_web.partnership.documents.flows import Flow, as_csv, flows, register
from plait_web.partnership.documents.impact import impact_assessment
from plait_web.partnership.documents.notice import privacy_notice
from plait_web.partnership.documents.paper import as_pdf
from plait_web.partnership.documents.word import as_word
from plait_web.partnership.models import Partnership
from plait_web.permissions import permitted
from plait_web.roles import Permission

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MADE: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "docx": (WORD, as_word),
    "pdf": ("application/pdf", as_pdf),
}
NAMES = {"docx": "Word", "pdf": "PDF", "csv": "CSV"}


def invented() -> bool:
    """Whether this installation shows a made-up partnership."""
    return bool(settings.INVENTED)


def answer(document: Document, form: str, name: str) -> HttpResponse:
    """The document as a file to keep."""
    if form not in _MADE:
        raise Http404
    kind, make = _MADE[form]
    return _file(make(document), kind, f"{name}.{form}")


def _file(content: bytes | str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def shown(
    request: HttpRequest,
    document: Document,
    route: str,
    *,
    back: str,
    forms: Sequence[str],
    of: Sequence[str] = (),
    pages: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """The document as a page, with links to its files: `route` takes what is `of` it and the form.

    A long one is on several `pages`, each a title and a route; its files hold the whole.
    """
    links = [(NAMES[form], reverse(route, args=[*of, form])) for form in forms]
    context = {"document": document, "links": links, "back": reverse(back, args=of if of else None)}
    context |= {"pages": [(title, reverse(name)) for title, name in pages]}
    return render(request, "partnership/document.html", context)


@permitted(Permission.SEE_AGREEMENTS)
def index(request: HttpRequest) -> HttpResponse:
    """What can be made from what is declared and signed."""
    return render(request, "partnership/documents.html", {"here": access.current()})


@permitted(Permission.SEE_AGREEMENTS)
def flow_register(request: HttpRequest, form: str = "") -> HttpResponse:
    """The register of data flows that this person may read."""
    ground = _ground(request)
    if form == "csv":
        return _file("\ufeff" + as_csv(ground.flows), "text/csv; charset=utf-8", "data-flows.csv")
    document = register(ground.flows, author=_partnership().name, on=ground.on, invented=invented())
    if form:
        return answer(document, form, "data-flows")
    return shown(request, document, "partnership:flows_as", back="partnership:documents", forms=("csv", "docx", "pdf"))


@permitted(Permission.SEE_AGREEMENTS)
def impact(request: HttpRequest, form: str = "") -> HttpResponse:
    """The draft assessment."""
    decisions = list(access.not_shared_for(request.user).filter(ended=None))
    ground = _ground(request)
    document = impact_assessment(
        _partnership(), ground.flows, ground.terms, decisions, ground.pack, on=ground.on, invented=invented()
    )
    if form:
        return answer(document, form, "impact-assessment")
    return shown(request, document, "partnership:impact_as", back="partnership:documents", forms=("docx", "pdf"))


@permitted(Permission.SEE_AGREEMENTS)
def notice(request: HttpRequest, form: str = "") -> HttpResponse:
    """The draft privacy notice."""
    ground = _ground(request)
    document = privacy_notice(
        _partnership(), ground.flows, ground.terms, ground.pack, on=ground.on, invented=invented()
    )
    if form:
        return answer(document, form, "privacy-notice")
    return shown(request, document, "partnership:notice_as", back="partnership:documents", forms=("docx", "pdf"))


@permitted(Permission.SEE_AGREEMENTS)
def agreement_paper(request: HttpRequest, code: str, form: str = "") -> HttpResponse:
    """The agreement as it is signed, on the terms its parties read."""
    agreement = get_object_or_404(access.agreements_for(request.user), code=code)
    document = sharing_agreement(
        agreement,
        list(agreement.party_rows.all()),
        access.pack_of(agreement.pack),
        author=_partnership().name,
        on=timezone.localdate(),
        invented=invented(),
    )
    if form:
        return answer(document, form, code)
    return shown(
        request, document, "partnership:agreement_as", back="partnership:agreement", forms=("docx", "pdf"), of=[code]
    )


def _partnership() -> Partnership:
    return access.current() or Partnership(name="The partnership")


@dataclass(frozen=True, slots=True)
class _Ground:
    """What today's documents rest on, as far as this person may read it."""

    on: date
    pack: Pack
    flows: tuple[Flow, ...]
    terms: tuple[AgreementTerms, ...]


def _ground(request: HttpRequest) -> _Ground:
    today, pack = timezone.localdate(), access.pack()
    rows = access.agreements_for(request.user).filter(since__lte=today, until__gte=today)
    standing = [a for a in rows if not a.ended(today) and not access.to_sign_again(a, pack)]
    signed = [a for a in standing if any(p.signed and not p.gone(today) for p in a.party_rows.all())]
    used = dict.fromkeys(a.terms for a in signed if a.terms in pack.agreements)
    return _Ground(today, pack, flows(signed, pack, today), tuple(pack.agreements[terms] for terms in used))
