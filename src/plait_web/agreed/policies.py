"""What an agency may say of a question or a definition, and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from plait_web.accounts.models import User
from plait_web.agreed.models import BACKING, Kind, Stance
from plait_web.agreed.together import FIRST
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.roles import Permission

OF: dict[Kind, tuple[Any, ...]] = {
    Kind.QUESTION: (Stance.Says.SHARED, Stance.Says.ADAPT, Stance.Says.NOT_OURS),
    Kind.DEFINITION: (Stance.Says.SIGNED, Stance.Says.DISSENT),
}


def check_may_speak_for(agency: Agency, by: User) -> None:
    if agency.pk not in by.agency_ids or not by.may(Permission.SPEAK, agency.pk):
        raise Refused(f"Only those who speak for {agency} can say this.")


def check_says(kind: Kind, says: str, comment: str) -> None:
    if says not in OF[kind]:
        raise Refused(f"That cannot be said of a {kind}.")
    if says not in BACKING and not comment.strip():
        raise Refused("Say what you would have instead, or why: others need it to find common words.")


def check_order(order: Sequence[str], known: Collection[str]) -> None:
    if not order:
        raise Refused("Put at least one question in order.")
    if len(order) > FIRST:
        raise Refused(f"Put at most {FIRST} questions in order: what comes first is what matters.")
    if len(set(order)) != len(order):
        raise Refused("A question can have one place only.")
    if set(order) - set(known):
        raise Refused("One of these questions is no longer in use. Load the page again.")
