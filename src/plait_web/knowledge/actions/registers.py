"""The only writers of the registers of flags and of recording systems."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.knowledge import policies
from plait_web.knowledge.models import ChangeRequest, Flag, System
from plait_web.partnership.models import Agency


@transaction.atomic
def add_flag(*, agency: Agency, by: User | None, **said: Any) -> Flag:
    policies.check_may_map(agency, by)
    flag = Flag.objects.create(agency=agency, **said)
    record("flag.added", by=by, target=flag)
    return flag


@transaction.atomic
def change_flag(pk: int, *, by: User, **said: Any) -> Flag:
    flag = Flag.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_may_map(flag.agency, by)
    changed = _set(flag, said)
    record("flag.changed", by=by, target=flag, changed=changed)
    return flag


@transaction.atomic
def end_flag(pk: int, *, until: date, by: User) -> Flag:
    """The agency uses the flag until that day. It stays in the register, for figures rest on it."""
    flag = Flag.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_may_map(flag.agency, by)
    flag.until = until
    flag.save(update_fields=["until"])
    record("flag.ended", by=by, target=flag, until=str(until))
    return flag


@transaction.atomic
def add_system(*, agency: Agency, by: User | None, **said: Any) -> System:
    policies.check_may_map(agency, by)
    policies.check_new_system(agency, said["name"], System.objects.filter(agency=agency).values_list("name", flat=True))
    system = System.objects.create(agency=agency, **said)
    record("system.added", by=by, target=system)
    return system


@transaction.atomic
def change_system(pk: int, *, by: User, **said: Any) -> System:
    system = System.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_may_map(system.agency, by)
    others = System.objects.filter(agency=system.agency).exclude(pk=pk).values_list("name", flat=True)
    policies.check_new_system(system.agency, said["name"], others)
    record("system.changed", by=by, target=system, changed=_set(system, said))
    return system


def _set(row: Flag | System, said: dict[str, Any]) -> list[str]:
    """The fields that became something else, saved."""
    changed = sorted(part for part, value in said.items() if getattr(row, part) != value)
    for part in changed:
        setattr(row, part, said[part])
    row.save(update_fields=changed)
    return changed


@transaction.atomic
def ask_for_change(
    system: System, *, what: str, why: str, owner: User, by: User, wanted_by: date | None = None
) -> ChangeRequest:
    """Somebody asked to have the system changed; who sees to it, and by when it is wanted."""
    policies.check_may_map(system.agency, by)
    policies.check_wanted(timezone.localdate(), wanted_by)
    asked = ChangeRequest.objects.create(system=system, what=what, why=why, owner=owner, wanted_by=wanted_by)
    record("system_change.asked", by=by, target=asked)
    return asked


@transaction.atomic
def settle_request(pk: int, *, state: str, outcome: str, by: User) -> ChangeRequest:
    """What came of it. Agreed is not done: it stays on the list until it is."""
    asked = ChangeRequest.objects.select_for_update(of=("self",)).select_related("system__agency").get(pk=pk)
    policies.check_may_map(asked.system.agency, by)
    policies.check_waits(asked)
    asked.state, asked.outcome = state, outcome
    asked.settled = None if asked.waits else timezone.localdate()
    asked.save(update_fields=["state", "outcome", "settled"])
    record(f"system_change.{state}", by=by, target=asked)
    return asked
