"""Boards, subgroups and panels, and who sits on them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import policies
from plait_web.partnership.actions.partnership import the_partnership
from plait_web.partnership.models import Agency, Group, Seat


@transaction.atomic
def add_group(
    *, name: str, kind: str, level: str, remit: str = "", reports_to: Group | None = None, by: User | None
) -> Group:
    """A new group, with no seats yet."""
    the_partnership()
    policies.check_new_name(name, Group.objects.values_list("name", flat=True))
    group = Group.objects.create(name=name, kind=kind, level=level, remit=remit, reports_to=reports_to)
    record("group.added", by=by, target=group, kind=kind, level=level)
    return group


@transaction.atomic
def change_group(group: Group, *, by: User | None, **changes: Any) -> Group:
    """The group with another name, kind, level, remit, or body it reports to."""
    if unknown := changes.keys() - {"name", "kind", "level", "remit", "reports_to"}:
        raise TypeError(f"A group's {', '.join(sorted(unknown))} cannot be changed.")
    the_partnership()
    group = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if "name" in changes:
        policies.check_new_name(changes["name"], Group.objects.exclude(pk=group.pk).values_list("name", flat=True))
    policies.check_can_report_to(group, changes.get("reports_to"), lambda one: one.reports_to)
    for part, value in changes.items():
        setattr(group, part, value)
    group.save(update_fields=list(changes))
    record("group.changed", by=by, target=group, changed=sorted(changes))
    return group


@transaction.atomic
def end_group(group: Group, *, until: date, why: str, by: User | None) -> Group:
    """The group meets no longer after that day."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    policies.check_can_end_group(group, group.below.all())
    group.until = until
    group.save(update_fields=["until"])
    record("group.ended", by=by, target=group, why=why, until=str(until))
    return group


@transaction.atomic
def add_seat(
    group: Group,
    *,
    lead: User,
    deputy: User | None = None,
    agency: Agency | None = None,
    chairs: bool = False,
    by: User | None,
) -> Seat:
    """Somebody sits on the group, for an agency or for nobody in particular, and somebody may stand in."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    policies.check_can_sit(lead, deputy, group.seats.values_list("lead", flat=True))
    seat = Seat.objects.create(group=group, lead=lead, deputy=deputy, agency=agency, chairs=chairs)
    record("seat.given", by=by, target=seat, lead=lead.pk, deputy=deputy.pk if deputy else None)
    return seat


@transaction.atomic
def change_seat(
    seat: Seat, *, lead: User, deputy: User | None, agency: Agency | None, chairs: bool, by: User | None
) -> Seat:
    """The seat is somebody else's, or somebody else stands in."""
    seat = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    others = Seat.objects.filter(group=seat.group_id).exclude(pk=seat.pk)
    policies.check_can_sit(lead, deputy, others.values_list("lead", flat=True))
    seat.lead, seat.deputy, seat.agency, seat.chairs = lead, deputy, agency, chairs
    seat.save(update_fields=["lead", "deputy", "agency", "chairs"])
    record("seat.changed", by=by, target=seat, lead=lead.pk, deputy=deputy.pk if deputy else None)
    return seat


@transaction.atomic
def give_up_seat(seat: Seat, *, by: User | None) -> None:
    """The seat is there no longer; the audit trail says whose it was."""
    seat = Seat.objects.select_for_update(of=("self",)).select_related("group", "agency").get(pk=seat.pk)
    record("seat.given_up", by=by, target=seat, lead=seat.lead_id)
    seat.delete()
