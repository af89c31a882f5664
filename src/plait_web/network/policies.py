"""What may happen in the network, and the sentence when it may not."""

from __future__ import annotations

from datetime import date

from plait_web.accounts.models import User
from plait_web.network.models import Offer, Request, Section
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.roles import Permission


def check_may_offer_for(agency: Agency, by: User) -> None:
    if agency.pk not in by.agency_ids and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused(f"Only people of {agency} can say what it has to spare.")


def check_may_ask_for(agency: Agency | None, by: User) -> None:
    if agency is None and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused("Choose your agency: only those who keep the list of actions ask for the partnership.")
    if agency is not None and agency.pk not in by.agency_ids and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused(f"Only people of {agency} can ask for it.")


def check_offer_stands(offer: Offer, on: date) -> None:
    if not offer.stands(on):
        raise Refused("This offer has ended.")


def check_waits(request: Request) -> None:
    if request.state != Request.State.OPEN:
        raise Refused(f"This request is closed already: {request.get_state_display().lower()}.")


def check_may_end(request: Request, by: User) -> None:
    """Who asked says whether it came, or those who keep the list."""
    ours = request.agency_id in by.agency_ids if request.agency_id else False
    if by.pk != request.by_id and not ours and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused("Only those who asked can say what came of it.")


def check_can_take(section: Section) -> None:
    if section.owner_id is not None:
        raise Refused(f"{section.owner} has taken this section.")


def check_can_finish(section: Section, by: User) -> None:
    if section.done is not None:
        raise Refused("This section is done already.")
    if section.owner_id is None:
        raise Refused("Nobody has taken this section yet.")
    if by.pk != section.owner_id and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused("Only the person who has taken a section can say that it is done.")


def check_used_by_another(agency: Agency, by: User) -> None:
    if agency.pk not in by.agency_ids:
        raise Refused(f"Only people of {agency} can say that it used this.")
