"""What the handover pack says of returns: the collections to come, and whose each is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from plait.declare import Pack
from plait_web.partnership import access as partnership
from plait_web.partnership.documents.handover import include
from plait_web.partnership.documents.told import Part, Table
from plait_web.returns import access
from plait_web.returns.models import Expected
from plait_web.returns.states import DONE
from plait_web.returns.views.shown import asked_for
from plait_web.ui.jinja import day as said

AHEAD = timedelta(days=366)


@include
def calendar(on: date) -> Sequence[Part]:
    """What is asked for within a year and what is still owed, by the day it is due; and the checks that are waived."""
    rows = Expected.objects.filter(point__due__lte=on + AHEAD).order_by("point__due", "agency__name")
    rows = rows.select_related("point", "agency", "owner", "deputy")
    pack = partnership.pack()
    owed = [place for place in access.places(rows, on) if place.standing not in DONE or place.expected.point.due >= on]
    return (_collections(owed, pack), _waivers(on))


def _collections(owed: Sequence[access.Place], pack: Pack) -> Part:
    table = Table(
        caption="Returns that are owed, and those due within a year",
        headings=("What", "From", "Due", "State", "Owner", "Deputy"),
        rows=tuple(_row(place, pack) for place in owed),
        empty="Nothing is owed or due within a year: make next year\u2019s calendar.",
    )
    return Part(heading="The calendar", tables=(table,))


def _row(place: access.Place, pack: Pack) -> tuple[str, ...]:
    asked, point = place.expected, place.expected.point
    return (
        f"{asked_for(point.datasets, pack)}, {point.period}",
        str(asked.agency),
        said(point.due),
        place.standing.label + (f", {place.days_late} days late" if place.late else ""),
        str(asked.owner or "Nobody"),
        str(asked.deputy or "Nobody"),
    )


def _waivers(on: date) -> Part:
    waived = access.waivers_in_force(on).select_related("agency")
    rows = tuple((str(w.agency), w.code, w.reason, w.acting_as, said(w.until) or "No day set") for w in waived)
    table = Table(
        caption="Checks that are waived",
        headings=("Agency", "Check", "Why", "Decided by", "Until"),
        rows=rows,
        empty="No check is waived.",
    )
    return Part(heading="Waived checks", tables=(table,))
