"""The only writers of what agencies say."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from plait.declare import Definition, Question
from plait_web.accounts.models import User
from plait_web.agreed import policies
from plait_web.agreed.access import questions
from plait_web.agreed.models import Kind, Ranking, Stance
from plait_web.agreed.together import wording
from plait_web.audit.record import record
from plait_web.partnership.models import Agency


@transaction.atomic
def say(item: Question | Definition, *, agency: Agency, says: str, by: User, comment: str = "") -> Stance:
    """The agency's stance on the item as it is worded now, in place of what it said before."""
    kind = Kind.QUESTION if isinstance(item, Question) else Kind.DEFINITION
    policies.check_may_speak_for(agency, by)
    policies.check_says(kind, says, comment)
    made = Stance.objects.create(
        kind=kind, item=item.id, wording=wording(item), agency=agency, says=says, comment=comment.strip(), by=by
    )
    record(f"{kind.value}.{says}", by=by, target=made, item=item.id, agency=agency.code)
    return made


@transaction.atomic
def rank(*, agency: Agency, order: Sequence[str], why: str, by: User) -> Ranking:
    """The questions the agency puts first, in its order."""
    policies.check_may_speak_for(agency, by)
    policies.check_order(order, questions().keys())
    made = Ranking.objects.create(agency=agency, questions=list(order), why=why, by=by)
    record("questions.ranked", by=by, target=made, agency=agency.code)
    return made
