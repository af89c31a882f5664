"""What may be kept of what the agencies learn, and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from plait_web.accounts.models import User
from plait_web.learning.models import Audit, Need, Review
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.roles import Permission


def check_speaks_for(agency: Agency | None, by: User) -> None:
    """People of an agency speak for it; those who keep the list of actions, for any and for all together."""
    if by.may(Permission.MANAGE_ACTIONS):
        return
    if agency is None:
        raise Refused("Choose your agency: only those who keep the list of actions speak for several.")
    if agency.pk not in by.agency_ids:
        raise Refused(f"Only people of {agency} can say this of it.")


def check_one_of(agencies: Collection[Agency], by: User) -> None:
    if len(agencies) < 2:
        raise Refused("Choose two agencies or more.")
    if not by.may(Permission.MANAGE_ACTIONS) and not any(agency.pk in by.agency_ids for agency in agencies):
        raise Refused("Choose your own agency among them.")


def check_has_been(on: date, today: date) -> None:
    if on > today:
        raise Refused("That day has not come yet.")


def check_has_no_action(audit: Audit) -> None:
    if audit.action_id is not None:
        raise Refused("An action came of this audit already.")


def check_new(same: bool) -> None:
    if same:
        raise Refused("This need is on the list already.")


def check_stands(need: Need) -> None:
    if need.ended is not None:
        raise Refused("This need has ended.")


def check_no_more_than(people: int, need: Need) -> None:
    if people > need.people:
        raise Refused(f"There are {need.people} people in this role.")


def check_waits(review: Review) -> None:
    if not review.waits:
        raise Refused("There is nothing left to be done about this.")
