"""Telling those in charge of an agreement that it ends: 90, 30 and 7 days before, each once."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from plait_web import mail
from plait_web.accounts.models import Membership, User
from plait_web.audit.record import record
from plait_web.partnership import access
from plait_web.partnership.models import Agreement, ExpiryWarning
from plait_web.partnership.standing import days_left
from plait_web.roles import Role
from plait_web.ui.jinja import day as said
from plait_web.ui.jinja import plural

TOLD = (7, 30, access.WARNED)  # days before the end


def warn_of_expiry(*, on: date) -> int:
    """How many agreements' ends were told. Run again on the same day it tells nobody anything."""
    return sum(_warn(agreement.pk, on, days_left(agreement, on)) for agreement in access.expiring(on))


@transaction.atomic
def _warn(pk: int, on: date, left: int) -> bool:
    """The row goes in first: if a mail cannot be sent both are undone, and told at the next attempt."""
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=pk)
    step = min(days for days in TOLD if left <= days)
    if agreement.warnings.filter(days__lte=step).exists():
        return False
    ExpiryWarning.objects.create(agreement=agreement, days=step, told=on)
    record("agreement.expiry_told", by=None, target=agreement, days_left=left)
    for person in _in_charge(agreement):
        _tell(person, agreement, left)
    return True


def _in_charge(agreement: Agreement) -> list[User]:
    """The owner and deputy; where there is neither, everybody who leads on information governance."""
    found = [p for p in (agreement.owner, agreement.deputy) if p is not None and p.is_active]
    held = Membership.objects.current().filter(role=Role.GOVERNANCE).select_related("user")
    return found or list({m.user.pk: m.user for m in held}.values())


def _tell(person: User, agreement: Agreement, left: int) -> None:
    mail.send(
        person.email,
        subject=f"A sharing agreement ends in {plural(left, 'day')}" if left else "A sharing agreement ends today",
        lines=(
            f"The agreement {agreement} ends on {said(agreement.until)}.",
            "After that day nothing it covers can be sent or used until it is renewed and signed.",
        ),
        link=reverse("partnership:agreement", args=[agreement.code]),
    )
