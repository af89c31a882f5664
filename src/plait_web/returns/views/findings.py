"""What was found in a return: where, what to do, and files to take away. For people of its own agency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.returns import access, actions, compare, forms, policies
from plait_web.returns.files import findings_list, marked_workbook
from plait_web.returns.models import FindingRow, Submission
from plait_web.returns.views.shown import asked_for, paged, tried, why_not
from plait_web.roles import Permission
from plait_web.ui.wording import to_look_at_again

SEVERITIES = {
    "refused": "Refused",
    "error": "Row left out",
    "warning": "Worth putting right",
    "note": "For information",
}


@permitted(Permission.SEND_RETURNS)
def findings(request: HttpRequest, pk: Any) -> HttpResponse:
    """Each place to look at, in the person's own rows and columns, filtered and paged."""
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    rows, chosen = access.findings_of(found), _chosen(request)
    page = paged(request, _filtered(rows, chosen))
    said = {
        "submission": found,
        "title": asked_for(found.expected.point.datasets),
        "page": page,
        "groups": list(_grouped(page.object_list)),
        "chosen": chosen,
        "severities": SEVERITIES,
        "columns": sorted(c for c in set(rows.values_list("column", flat=True)) if c),
        "kinds": [(code, said["problem"]) for code, said in found.summary.get("kinds", {}).items()],
        "marked": marked_workbook(found.folder),
        "query": urlencode({name: value for name, value in chosen.items() if value}),
    }
    return render(request, "returns/findings.html", said)


def _grouped(rows: Iterable[FindingRow]) -> Iterator[dict[str, Any]]:
    """Places that stand under one another and have the same thing wrong with them, with their rows in one line."""
    same = attrgetter("severity", "code", "problem", "sheet", "letter", "column")
    for _, group in groupby(rows, same):
        places = list(group)
        numbers = [f"{one.row:,}" for one in places if one.row is not None]
        lines = bool(places[0].path)
        word = ("Lines" if lines else "Rows") if len(numbers) > 1 else ("Line" if lines else "Row")
        yield {"first": places[0], "rows": numbers, "word": word}


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:255] for name in ("severity", "column", "kind")}


def _filtered(rows: QuerySet[FindingRow], chosen: dict[str, str]) -> QuerySet[FindingRow]:
    fields = {"severity": "severity", "column": "column", "kind": "code"}
    return rows.filter(**{fields[name]: value for name, value in chosen.items() if value})


@require_GET
@permitted(Permission.SEND_RETURNS)
def listing(request: HttpRequest, pk: Any) -> HttpResponse:
    """The findings for a spreadsheet."""
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    return _file(findings_list(found.folder), f"findings-return-{found.number}.csv")


@require_GET
@permitted(Permission.SEND_RETURNS)
def marked(request: HttpRequest, pk: Any) -> HttpResponse:
    """The sender's own workbook with the cells marked. It holds their cells, so it goes to nobody else."""
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    path = marked_workbook(found.folder)
    name = Path(found.names[0]).stem if found.names else ""
    return _file(path, f"{name}-marked.xlsx")


def _file(path: Path | None, name: str) -> HttpResponse:
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)  # type: ignore[return-value]


@permitted(Permission.SEND_RETURNS)
def changes(request: HttpRequest, pk: Any) -> HttpResponse:
    """What changed since the last submission, and since the last period."""
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    pack = partnership.pack()
    compared = [
        (words, other, compare.changes(other.summary, found.summary, pack))
        for words, other in (
            ("Since your last submission", access.before(found)),
            ("Since the period before", access.last_period(found)),
        )
        if other is not None
    ]
    said = {"submission": found, "title": asked_for(found.expected.point.datasets, pack), "compared": compared}
    return render(request, "returns/changes.html", said)


@permitted(Permission.WAIVE_FINDINGS)
def waive(request: HttpRequest, pk: Any, code: str) -> HttpResponse:
    """Accept a failed check, with the reason that will stand beside every figure."""
    found = get_object_or_404(access.returns_for(request.user), pk=pk)
    kind = found.summary.get("kinds", {}).get(code)
    if kind is None:
        raise Http404
    form = forms.ReasonForm(
        request.POST or None,
        label="Why can this be accepted?",
        hint="The reason is shown beside every figure that rests on this return. Do not name a child or a family.",
    )
    if request.method == "POST" and form.is_valid() and not to_look_at_again(form, partnership.pack()):
        why = form.cleaned_data["why"]
        tried(
            request,
            lambda: actions.waive(found, code=code, reason=why, by=request.user),
            done="The check was waived. The return is being read again.",
        )
        return redirect("returns:return", found.pk)
    said = {
        "form": form,
        "submission": found,
        "kind": kind,
        "title": asked_for(found.expected.point.datasets),
        "blocked": _blocked(found, request, kind["severity"]),
    }
    return render(request, "returns/waive.html", said)


def _blocked(found: Submission, request: HttpRequest, severity: str) -> str:
    return why_not(policies.check_can_waive, found, request.user, severity)
