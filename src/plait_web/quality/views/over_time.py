"""Pages of what accepted returns were like over time, beside what people say of the same data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from plait.declare import Pack, ZoneRule
from plait.publish.charts import Bar, Chart, trend
from plait.publish.figures import Cell
from plait.publish.wording import Said
from plait.values import State
from plait_web.accounts.models import User
from plait_web.knowledge import access as knowledge
from plait_web.knowledge.models import Asset
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.permissions import permitted
from plait_web.quality import access, over_time
from plait_web.quality.models import Measured
from plait_web.quality.over_time import Line
from plait_web.roles import Permission


@dataclass(frozen=True, slots=True)
class Latest:
    """One agency's latest return of one data set, beside the rating of the same data."""

    agency: Agency
    dataset: str
    row: Measured
    lines: tuple[Line, ...]
    rated: str


def _rule(user: User, agency: Agency, pack: Pack) -> ZoneRule | None:
    """None for people of the agency itself: they see their own data exactly."""
    return None if access.sees_exact(user, agency.pk) else pack.disclosure().partnership


@permitted(Permission.SEE_QUALITY)
def quality(request: HttpRequest) -> HttpResponse:
    """The latest return of each data set by each agency."""
    pack = partnership.pack()
    grouped: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for row in access.measured_for(request.user):
        grouped[row.submission.expected.agency.code, row.dataset].append(row)
    rated = _ratings(request.user)
    shown = []
    for (code, dataset), rows in grouped.items():
        agency = rows[-1].submission.expected.agency
        _, latest = over_time.by_period(rows)[-1]
        lines = over_time.by_dataset([latest], _rule(request.user, agency, pack))
        shown.append(Latest(agency, dataset, latest, lines, rated.get((code, dataset), "")))
    page = {"rows": shown, "datasets": pack.datasets, "measures": over_time.MEASURES}
    return render(request, "quality/quality.html", page)


def _ratings(user: User) -> dict[tuple[str, str], str]:
    """(agency, data set) to the weakest word its own people gave of a line they can count."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for asset in knowledge.assets_for(user).exclude(quality=""):
        found[asset.agency.code, asset.dataset].append(asset.quality)
    return {key: next(w for w in ("weak", "usable", "good") if w in words) for key, words in found.items()}


@permitted(Permission.SEE_QUALITY)
def one(request: HttpRequest, code: str, dataset: str) -> HttpResponse:
    """One agency's returns of one data set over the periods, as a whole and column by column."""
    agency = get_object_or_404(partnership.agencies(), code=code)
    pack = partnership.pack()
    found = access.measured_for(request.user).filter(submission__expected__agency=agency, dataset=dataset)
    whole_periods = over_time.by_period(found)
    if dataset not in pack.datasets or not whole_periods:
        raise Http404
    rule = _rule(request.user, agency, pack)
    periods, rows = [p for p, _ in whole_periods], [row for _, row in whole_periods]
    whole = over_time.by_dataset(rows, rule)
    page = {
        "agency": agency,
        "dataset": pack.dataset(dataset),
        "periods": periods,
        "rows": rows,
        "whole": whole,
        "charts": [c for n, line in enumerate(whole) if (c := chart(f"line{n}", periods, line))],
        "columns": over_time.by_column(rows, pack.dataset(dataset), rule),
        "measures": over_time.MEASURES,
        "exact": rule is None,
        "lines": _rated_lines(request.user, agency, dataset),
    }
    return render(request, "quality/one.html", page)


def _rated_lines(user: User, agency: Agency, dataset: str) -> list[Asset]:
    rows = knowledge.every_asset_for(user).filter(agency=agency, dataset=dataset, ended=None)
    return list(rows)


def chart(ident: str, periods: Sequence[str], line: Line) -> Chart | None:
    """The line over the periods; None where fewer than two of its shares may be drawn."""
    points = [Bar(p, _cell(p, s.value), Said(s.words)) for p, s in zip(periods, line.shares, strict=True)]
    return trend(ident, over_time.MEASURES[line.measure], points)


def _cell(period: str, value: float | None) -> Cell | None:
    if value is None:
        return None
    state = State.EXACT if value else State.ZERO
    return Cell("", period, "", "", "", "", state, value, value, None, None, None, None, None, None, (), "", "")
