"""Agencies join, change and end. None is ever deleted: returns and agreements rest on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import policies
from plait_web.partnership.actions.partnership import the_partnership
from plait_web.partnership.models import Agency


@transaction.atomic
def add_agency(
    *,
    name: str,
    kind: str,
    areas: Sequence[str],
    code: str = "",
    since: date | None = None,
    until: date | None = None,
    by: User | None,
) -> Agency:
    """A new agency. Its code, made from its name when none is given, stands for it in files for ever."""
    the_partnership()
    code = code or slugify(name)[:40].strip("-_")
    policies.check_new_code(code, Agency.objects.values_list("code", flat=True))
    policies.check_new_name(name, Agency.objects.values_list("name", flat=True))
    agency = Agency.objects.create(code=code, name=name, kind=kind, areas=list(areas), since=since, until=until)
    record("agency.added", by=by, target=agency, code=code, kind=kind, areas=list(areas))
    return agency


@transaction.atomic
def change_agency(agency: Agency, *, by: User | None, **changes: Any) -> Agency:
    """The agency with another name, kind, areas or first day. Its code never changes."""
    if unknown := changes.keys() - {"name", "kind", "areas", "since"}:
        raise TypeError(f"An agency's {', '.join(sorted(unknown))} cannot be changed.")
    the_partnership()
    agency = Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
    if "name" in changes:
        policies.check_new_name(changes["name"], Agency.objects.exclude(pk=agency.pk).values_list("name", flat=True))
    for part, value in changes.items():
        setattr(agency, part, value)
    agency.save(update_fields=list(changes))
    record("agency.changed", by=by, target=agency, changed=sorted(changes))
    return agency


@transaction.atomic
def end_agency(agency: Agency, *, until: date, why: str, successor: Agency | None = None, by: User | None) -> Agency:
    """The agency takes part no longer after that day; with a successor, that one carries on what it did."""
    agency = Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
    policies.check_can_end_agency(agency, until, successor)
    agency.until, agency.ended_why, agency.successor = until, why, successor
    agency.save(update_fields=["until", "ended_why", "successor"])
    record(
        "agency.ended", by=by, target=agency, why=why, until=str(until), successor=successor.code if successor else ""
    )
    return agency
