"""What may happen to words, by this person; and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from plait.values import Finding
from plait_web.accounts.models import User
from plait_web.permissions import Refused, check_state
from plait_web.words.models import Passage
from plait_web.words.states import ASKED, STEPS, State, Whose

# Nobody's judgement lets these stand: they name one person.
NEVER = frozenset({"words.identifier"})


def check_step(passage: Passage, act: str) -> None:
    check_state(STEPS[act], State(passage.state))


def check_told(whose: str, consent: str, heard: str) -> None:
    if not heard.strip():
        raise Refused("Say how these words were heard: by what method or in what forum, and in which season.")
    if Whose(whose) in ASKED and not consent.strip():
        raise Refused("Say to what use they consented, and how. Without consent these words cannot be kept.")


def check_gate(findings: Sequence[Finding], stands: str) -> None:
    """Words that name somebody by number or postcode are never kept; with other findings their writer says why they may stand."""
    if any(finding.code in NEVER for finding in findings):
        raise Refused("A postcode or an identifying number is in these words. Take it out: they were not kept.")
    if findings and not stands.strip():
        raise Refused(
            "Change the words, or say why they may stand in spite of what was found. They are not kept until then."
        )


def check_writer(passage: Passage, by: User) -> None:
    if passage.by_id != by.pk:
        raise Refused("Only the person who wrote these words down can change them.")


def check_replaced(earlier: Passage) -> None:
    if earlier.state != State.SIGNED:
        raise Refused("Only signed words have a new version. Change these while they wait.")


def check_second(passage: Passage, by: User) -> None:
    if passage.by_id == by.pk:
        raise Refused("Words are signed by somebody other than who wrote them down.")


def check_consent_stands(passage: Passage, today: date) -> None:
    if passage.consent_until is not None and passage.consent_until < today:
        raise Refused("The consent to use these words has ended. Ask again, or withdraw them.")


def check_may_withdraw(passage: Passage, by: User, *, may_sign: bool) -> None:
    if passage.by_id != by.pk and not may_sign:
        raise Refused("Only the person who wrote these words down, or somebody who signs words, can withdraw them.")
