"""An agency's place at a collection, sending to it, and a return as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from plait.declare import Pack
from plait.declare.templates import write_template
from plait.protect import shown_count
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted
from plait_web.returns import access, actions, policies
from plait_web.returns.actions.sending import check_covered
from plait_web.returns.files import marked_workbook
from plait_web.returns.models import Expected, FormLink, Submission
from plait_web.returns.states import OPEN, State
from plait_web.returns.views.shown import asked_for, tried, why_not
from plait_web.roles import Permission

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ORDER = ("refused", "error", "warning", "note")


@permitted(Permission.SEE_RETURNS)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """What one agency is asked for, how it stands, what to do next and what was sent before."""
    found = get_object_or_404(access.expected_for(request.user), pk=pk)
    today = timezone.localdate()
    bound, history = partnership.bound(today), list(access.history_of(found))
    said = {
        "place": access.place(found, today, sent=history),
        "expected": found,
        "title": asked_for(found.point.datasets, bound.pack),
        "own": policies.sees_exact(request.user, found.agency_id),
        "manages": request.user.may(Permission.MANAGE_PARTNERSHIP),
        "blocked": why_not(_check_can_send, found, today, bound),
        "history": history,
        "links": found.links.filter(purpose=FormLink.Purpose.COUNTS),
        "linkable": "counts" in found.point.datasets,
        "reasons": _why_we_may_share(found, bound),
        "now": timezone.now(),
    }
    return render(request, "returns/place.html", said)


def _check_can_send(expected: Expected, today: Any, bound: partnership.Bound | None = None) -> None:
    policies.check_point_open(expected.point, today)
    check_covered(expected, today, bound)


def _why_we_may_share(expected: Expected, bound: partnership.Bound) -> list[tuple[str, list[str]]]:
    """Why the law lets what is asked for be shared, with the agreements in force that rest on it."""
    terms = {a.id: a.terms for a in bound.agreements}
    covering = (bound.covering(expected.agency.code, dataset) for dataset in expected.point.datasets)
    found: dict[str, list[str]] = {}
    for agreement in dict.fromkeys(chain.from_iterable(covering)):
        found.setdefault(bound.pack.agreements[terms[agreement]].why_we_may_share, []).append(agreement)
    return list(found.items())


@permitted(Permission.SEND_RETURNS)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose files and send them."""
    found = get_object_or_404(access.own_expected_for(request.user), pk=pk)
    pack, today, error = partnership.pack(), timezone.localdate(), ""
    if request.method == "POST":
        sent, dataset = request.FILES.getlist("files"), request.POST.get("dataset", "")
        try:
            made = actions.submit(found, sent, by=request.user, dataset=dataset if dataset in pack.datasets else "")
        except Refused as reason:
            error = str(reason)
        else:
            return redirect("returns:return", made.pk)
    said = {
        "expected": found,
        "title": asked_for(found.point.datasets, pack),
        "datasets": [(name, pack.datasets[name].title) for name in found.point.datasets if name in pack.datasets],
        "blocked": why_not(_check_can_send, found, today),
        "error": error,
        "open": found.submissions.filter(state__in=sorted(OPEN)).first(),
    }
    return render(request, "returns/send.html", said, status=400 if error else 200)


@require_GET
@permitted(Permission.SEE_RETURNS)
def template(request: HttpRequest, dataset: str) -> HttpResponse:
    """The workbook an agency may fill in for a data set of the pack in force."""
    pack = partnership.pack()
    if dataset not in pack.datasets:
        raise Http404
    with TemporaryDirectory() as room:
        content = write_template(pack.dataset(dataset), pack, Path(room), kind="xlsx").read_bytes()
    named = {"Content-Disposition": f'attachment; filename="{dataset}-template.xlsx"'}
    return HttpResponse(content, content_type=_WORKBOOK, headers=named)


@permitted(Permission.SEND_RETURNS)
def nil(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that there is nothing to report."""
    found = get_object_or_404(access.own_expected_for(request.user), pk=pk)
    if request.method == "POST":
        made: list[Submission] = []
        if tried(request, lambda: made.append(actions.submit_nil(found, by=request.user))):
            return redirect("returns:return", made[0].pk)
        return redirect("returns:place", found.pk)
    blocked = why_not(_check_can_send, found, timezone.localdate())
    said = {"expected": found, "title": asked_for(found.point.datasets), "blocked": blocked}
    return render(request, "returns/nil.html", said)


@permitted(Permission.SEE_RETURNS)
def submission(request: HttpRequest, pk: Any) -> HttpResponse:
    """A return as it stands: to its own agency exactly, to others in protected words."""
    found = get_object_or_404(access.returns_for(request.user), pk=pk)
    own = policies.sees_exact(request.user, found.expected.agency_id)
    if found.state == State.NEEDS_MAP and own:
        return redirect("returns:columns", found.pk)
    pack = partnership.pack()
    said = {
        "submission": found,
        "expected": found.expected,
        "title": asked_for(found.expected.point.datasets, pack),
        "state": State(found.state),
        "own": own,
        "problems": list(_problems(found, pack, exact=own)),
        "rows": rows_of(found, exact=own),
        "signers": list(access.signers_of(found)[:10]) if found.state == State.WAITING else [],
        "waives": request.user.may(Permission.WAIVE_FINDINGS),
        "signs": not why_not(policies.check_can_sign_off, found, request.user),
        "marked": marked_workbook(found.folder) if own else None,
    }
    return render(request, "returns/return.html", said)


def _problems(found: Submission, pack: Pack, *, exact: bool) -> Iterator[dict[str, Any]]:
    """Each kind of problem, worst first, with how often: in protected words for those outside the agency."""
    rule = pack.disclosure().partnership
    kinds = found.summary.get("kinds", {}).items()
    for code, said in sorted(kinds, key=lambda one: (_ORDER.index(one[1]["severity"]), -one[1]["count"])):
        count = f"{said['count']:,}" if exact else shown_count(said["count"], rule)
        yield {
            **said,
            "code": code,
            "count": count,
            "title": asked_for([said["dataset"]], pack) if said["dataset"] else "",
        }


def rows_of(found: Submission, *, exact: bool = True) -> list[dict[str, str]]:
    """Rows read, usable and left out of each data set: exactly, or in the partnership's protected words."""
    pack = partnership.pack()
    rule, told = pack.disclosure().partnership, []
    for dataset, (read, usable) in found.summary.get("rows", {}).items():
        counts = (f"{n:,}" if exact else shown_count(n, rule) for n in (read, usable, read - usable))
        told.append({"title": asked_for([dataset], pack), **dict(zip(("read", "usable", "left"), counts, strict=True))})
    return told


@require_GET
@permitted(Permission.SEE_RETURNS)
def state(request: HttpRequest, pk: Any) -> HttpResponse:
    """Whether the return is still being read: 202 while it is, so that asking is not recorded as reading a page."""
    found = get_object_or_404(access.returns_for(request.user), pk=pk)
    reading = found.state in (State.RECEIVED, State.READING)
    return JsonResponse({"reading": reading, "label": State(found.state).label}, status=202 if reading else 200)
