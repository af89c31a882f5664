"""The calendar: what is asked for when, who sees to it, and who is reminded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from plait.errors import UserError
from plait.values import Period
from plait_web import mail
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.returns import access, policies
from plait_web.returns.models import CollectionPoint, Expected, Reminder
from plait_web.returns.states import DONE, Standing
from plait_web.ui.jinja import day as said


@transaction.atomic
def add_point(
    *, datasets: Sequence[str], period: str, opens: date, due: date, agencies: Iterable[Agency], by: User,
    made_from: CollectionPoint | None = None,
) -> CollectionPoint:  # fmt: skip
    """A collection point, with what each agency is asked for."""
    policies.check_can_manage(by)
    _check_point(datasets, period, opens, due)
    label = Period.parse(period).label
    point = CollectionPoint.objects.create(
        datasets=list(datasets), period=label, opens=opens, due=due, made_from=made_from
    )
    for agency in agencies:
        Expected.objects.create(point=point, agency=agency)
    record("calendar.added", by=by, target=point, agencies=sorted(e.agency.code for e in point.expected.all()))
    return point


def _check_point(datasets: Sequence[str], period: str, opens: date, due: date) -> None:
    known = partnership.pack().datasets
    if not datasets or not set(datasets) <= set(known):
        raise Refused("Choose at least one data set of the pack in force.")
    try:
        Period.parse(period)
    except UserError as problem:
        raise Refused(str(problem)) from None
    if due < opens:
        raise Refused("A return cannot be due before the collection opens.")


@transaction.atomic
def change_days(point: CollectionPoint, *, opens: date, due: date, by: User) -> None:
    """The point opens and is due on these days."""
    policies.check_can_manage(by)
    _check_point(point.datasets, point.period, opens, due)
    locked = CollectionPoint.objects.select_for_update().get(pk=point.pk)
    locked.opens, locked.due = opens, due
    locked.save(update_fields=["opens", "due"])
    Reminder.objects.filter(expected__point=locked).delete()  # they told of other days
    record("calendar.days_changed", by=by, target=locked, opens=str(opens), due=str(due))


@transaction.atomic
def remove_point(point: CollectionPoint, *, by: User) -> None:
    """A point for which nothing was sent is gone."""
    policies.check_can_manage(by)
    locked = CollectionPoint.objects.select_for_update().get(pk=point.pk)
    policies.check_can_change_point(locked, has_returns=locked.expected.filter(submissions__isnull=False).exists())
    record("calendar.removed", by=by, target=locked)
    locked.delete()


@transaction.atomic
def set_people(expected: Expected, *, owner: User | None, deputy: User | None, by: User) -> None:
    """Who sees to this agency's return, and who does when they are away."""
    if not policies.sees_exact(by, expected.agency_id):
        policies.check_can_manage(by)
    locked = Expected.objects.select_for_update(of=("self",)).select_related("agency").get(pk=expected.pk)
    policies.check_owner(owner, locked)
    policies.check_owner(deputy, locked)
    policies.check_deputy(owner, deputy)
    locked.owner, locked.deputy = owner, deputy
    locked.save(update_fields=["owner", "deputy"])
    people = {"owner": str(owner.pk) if owner else "", "deputy": str(deputy.pk) if deputy else ""}
    record("return.people_set", by=by, target=locked, **people)


@transaction.atomic
def next_year(*, by: User) -> list[CollectionPoint]:
    """A point a year on for each one that has none yet, asking the same agencies and the same people."""
    policies.check_can_manage(by)
    points = list(CollectionPoint.objects.select_for_update())  # two who press the button make one calendar
    followed = {point.made_from_id for point in points}
    made = [_a_year_on(point, by) for point in points if point.pk not in followed]
    if not made:
        raise Refused("There is no collection to make a later one from.")
    return made


def _a_year_on(point: CollectionPoint, by: User) -> CollectionPoint:
    new = add_point(
        datasets=point.datasets, period=_period_after(point.period), opens=_year_later(point.opens),
        due=_year_later(point.due), agencies=[], by=by, made_from=point,
    )  # fmt: skip
    today = timezone.localdate()
    for old in point.expected.select_related("agency"):
        if old.agency.until is None or old.agency.until >= today:
            Expected.objects.create(point=new, agency=old.agency, owner=old.owner, deputy=old.deputy)
    return new


def _period_after(label: str) -> str:
    """The same kind of period, a year later."""
    period = Period.parse(label)
    return Period(_year_later(period.start), _year_later(period.end + timedelta(days=1)) - timedelta(days=1)).label


def _year_later(day: date) -> date:
    """29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


# Reminders


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that is due: which one, and what it says."""

    kind: str
    subject: str
    lines: tuple[str, ...]


_BEFORE = (14, 3)  # days before the due day
_EVERY = 7  # days, once it is late
_LAST = 28  # after so many days late the manager's list has it, and mails would only be noise


def remind(*, on: date) -> int:
    """Sends what is due and was not sent yet; how many mails left. Safe to call again: none is sent twice."""
    waiting = Expected.objects.filter(point__opens__lte=on, point__due__gte=on - timedelta(days=_LAST + _EVERY))
    rows = waiting.select_related("point", "agency", "owner", "deputy")
    return sum(_remind_once(place, due) for place in access.places(rows, on) for due in _due(place, on))


def _due(place: access.Place, on: date) -> Iterator[Due]:
    if place.standing in DONE or place.standing == Standing.WAITING or place.accepted is not None:
        return
    titles = partnership.pack().datasets
    what = ", ".join(titles[d].title.lower() if d in titles else d for d in place.expected.point.datasets)
    asked = f"{place.expected.agency} is asked for {what} for {place.expected.point.period}."
    due, left = place.expected.point.due, (place.expected.point.due - on).days
    if left < 0:
        late = min(-left, _LAST)
        kind = f"late-{late - late % _EVERY}"
        yield Due(kind, f"A return was due on {said(due)}", (asked, f"It was due on {said(due)} and is not complete."))
        return
    days = next((n for n in sorted(_BEFORE) if left <= n), None)
    if days is not None:
        yield Due(f"before-{days}", f"A return is due on {said(due)}", (asked, f"It is due on {said(due)}."))
    else:
        yield Due(
            "opens", "A collection has opened", (asked, f"You can send it from now on. It is due on {said(due)}.")
        )


def _remind_once(place: access.Place, due: Due) -> int:
    """The mail leaves and its record stands, or neither. The deputy is told too once a return is late."""
    expected = place.expected
    people = [expected.owner, expected.deputy if due.kind.startswith("late") or expected.owner is None else None]
    to = [person for person in people if person is not None and person.is_active]
    if not to or Reminder.objects.filter(expected=expected, kind=due.kind).exists():
        return 0
    try:
        with transaction.atomic():
            Reminder.objects.create(expected=expected, kind=due.kind)
            record("return.reminded", by=None, target=expected, kind=due.kind)
            for person in to:
                mail.send(person.email, subject=due.subject, lines=due.lines, link=_address(expected))
    except (IntegrityError, mail.NotSent):
        return 0  # another process sent it just now, or no mail leaves: the next call tries again
    return len(to)


def _address(expected: Expected) -> str:
    return reverse("returns:place", args=[expected.pk])
