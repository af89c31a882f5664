"""The door to rounds of self-assessment. Everybody of the partnership sees where each agency starts from; nobody is ranked."""

from __future__ import annotations

from django.db.models import QuerySet

from plait.declare import MaturityModel
from plait_web.accounts.models import User
from plait_web.maturity.models import Comment, Proposal, Rating, Round
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency


def rounds() -> QuerySet[Round]:
    return Round.objects.select_related("owner")


def model_of(round_: Round) -> MaturityModel:
    """The model a round was opened with, from the pack as it was then."""
    shipped = partnership.shipped()
    pack = shipped if round_.pack == shipped.digest else partnership.pack_of(round_.pack)
    return pack.maturity[round_.model]


def ratings(round_: Round) -> QuerySet[Rating]:
    """Every rating of the round by agencies that take part."""
    return Rating.objects.filter(round=round_, agency__in=partnership.agencies())


def own_ratings(round_: Round, agency: Agency, user: User) -> dict[str, Rating]:
    """Statement to what this person said of it."""
    return {r.statement: r for r in Rating.objects.filter(round=round_, agency=agency, by=user)}


def comments(round_: Round, agency: Agency) -> QuerySet[Comment]:
    return Comment.objects.filter(round=round_, agency=agency).select_related("by")


def proposals(round_: Round) -> QuerySet[Proposal]:
    return Proposal.objects.filter(round=round_).select_related("action", "agency")


def before(round_: Round) -> Round | None:
    """The round before this one with the same model, if there was one."""
    return Round.objects.filter(model=round_.model, opens__lt=round_.opens).first()
