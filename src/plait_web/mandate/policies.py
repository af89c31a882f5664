"""What may be said of who answers for what, and the sentence when it may not."""

from __future__ import annotations

from plait_web.mandate.models import About, Audience, Leave, Part, Responsibility
from plait_web.permissions import Refused


def check_one_answers(part: str, held: Responsibility | None) -> None:
    if part == Part.ACCOUNTABLE and held is not None:
        raise Refused(
            f"{held.who} answers for this. Take that away first: one person, group or agency answers for a thing."
        )


def check_paired(about: str, part: str) -> None:
    if part in (Part.PRACTICE, Part.DATA) and about != About.INDICATOR:
        raise Refused("Practice leads and data leads are paired on indicators.")


def check_new(same: bool) -> None:
    if same:
        raise Refused("This part is theirs already.")


def check_unanswered(leave: Leave) -> None:
    if leave.granted is not None:
        raise Refused("There is an answer to this already.")


def check_has_not_heard(audience: Audience) -> None:
    if audience.heard is not None:
        raise Refused("They have heard it already.")
