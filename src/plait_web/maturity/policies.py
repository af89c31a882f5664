"""What may happen to a round of self-assessment, and the sentence when it may not."""

from __future__ import annotations

from datetime import date

from plait.declare import MaturityModel
from plait_web.accounts.models import User
from plait_web.maturity.models import Proposal, Round
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.roles import Permission
from plait_web.ui.jinja import day as said


def check_can_open(closes: date, today: date) -> None:
    if closes < today:
        raise Refused("A round must close on a day that has not passed.")


def check_takes_answers(round_: Round, on: date) -> None:
    if on < round_.opens:
        raise Refused(f"This round opens on {said(round_.opens)}.")
    if on > round_.closes:
        raise Refused(f"This round closed on {said(round_.closes)}.")


def check_may_answer_for(agency: Agency, by: User) -> None:
    if agency.pk not in by.agency_ids or not by.may(Permission.ASSESS, agency.pk):
        raise Refused(f"Only people of {agency} can say this of it.")


def check_evidence(model: MaturityModel, level: int | None, evidence: str) -> None:
    if level is not None and level >= model.evidence_from and not evidence.strip():
        raise Refused(f"Level {level} needs a line of evidence: what would somebody else see?")


def check_may_comment_on(agency: Agency, by: User) -> None:
    if agency.pk in by.agency_ids:
        raise Refused("Scores are tested by somebody of another agency.")


def check_unanswered(answered: Proposal | None) -> None:
    if answered is not None:
        raise Refused("Somebody has answered this proposal already.")


def check_may_plan_for(agency: Agency | None, by: User) -> None:
    if agency is None and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused("Only those who keep the partnership's list of actions can answer for it.")
    if agency is not None and agency.pk not in by.agency_ids and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused(f"Only people of {agency} can answer for it.")
