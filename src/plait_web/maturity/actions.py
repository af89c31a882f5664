"""The only writers of rounds, ratings, comments and answers to proposals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from plait.declare import Pack
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.maturity import policies
from plait_web.maturity.access import model_of
from plait_web.maturity.models import Comment, Proposal, Rating, Round
from plait_web.partnership.models import Agency
from plait_web.response.actions import take_on


@transaction.atomic
def open_round(*, title: str, pack: Pack, model: str, closes: date, owner: User, by: User) -> Round:
    """A round that agencies may answer from today."""
    policies.check_can_open(closes, timezone.localdate())
    made = Round.objects.create(title=title, pack=pack.digest, model=model, closes=closes, owner=owner)
    record("maturity.opened", by=by, target=made, closes=str(closes))
    return made


@transaction.atomic
def rate(round_: Round, *, agency: Agency, said: Mapping[str, tuple[int | None, str]], by: User) -> None:
    """What this person says of each statement, in place of what they said before: a level and its evidence."""
    policies.check_takes_answers(round_, timezone.localdate())
    policies.check_may_answer_for(agency, by)
    model = model_of(round_)
    for level, evidence in said.values():
        policies.check_evidence(model, level, evidence)
    for statement, (level, evidence) in said.items():
        Rating.objects.update_or_create(
            round=round_, agency=agency, by=by, statement=statement,
            defaults={"level": level, "evidence": evidence, "at": timezone.now()},
        )  # fmt: skip
    record("maturity.rated", by=by, target=round_, agency=agency.code, statements=len(said))


@transaction.atomic
def comment(round_: Round, *, agency: Agency, statement: str, text: str, by: User) -> Comment:
    """Somebody of another agency says what they see."""
    policies.check_may_comment_on(agency, by)
    made = Comment.objects.create(round=round_, agency=agency, statement=statement, text=text, by=by)
    record("maturity.commented", by=by, target=made, agency=agency.code, statement=statement)
    return made


@transaction.atomic
def accept(round_: Round, *, agency: Agency | None, statement: str, by: User, **action: Any) -> Proposal:
    """The proposed action is taken on, in the words given, in the agency's plan or the partnership's."""
    _check_open(round_, agency, statement, by)
    taken = take_on(agency=agency, by=by, **action)
    return _answer(round_, agency, statement, by, action=taken)


@transaction.atomic
def not_now(round_: Round, *, agency: Agency | None, statement: str, why: str, by: User) -> Proposal:
    """The proposed action is not taken on, and why."""
    _check_open(round_, agency, statement, by)
    return _answer(round_, agency, statement, by, not_now=why)


def _check_open(round_: Round, agency: Agency | None, statement: str, by: User) -> None:
    Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)  # two people answering at once wait for one another
    policies.check_may_plan_for(agency, by)
    policies.check_unanswered(Proposal.objects.filter(round=round_, agency=agency, statement=statement).first())


def _answer(round_: Round, agency: Agency | None, statement: str, by: User, **answer: Any) -> Proposal:
    made = Proposal.objects.create(round=round_, agency=agency, statement=statement, by=by, **answer)
    record("maturity.answered", by=by, target=made, statement=statement, taken_on=made.action_id)
    return made
