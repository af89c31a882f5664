"""The door to words. Signed ones are read by everybody who reads the picture; others by their writer and those who sign."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from plait.profile import Quote
from plait_web.accounts.models import User
from plait_web.partnership import access as partnership
from plait_web.roles import Permission
from plait_web.words.models import Passage
from plait_web.words.states import Kind, State, Whose

VIEWS = {"signed": "Signed", "waiting": "Waiting", "mine": "Yours", "ended": "Withdrawn or replaced"}


def passages_for(user: User, view: str = "") -> QuerySet[Passage]:
    """Words this person may read, newest first; `view` is a key of VIEWS."""
    found = Passage.objects.select_related("by", "signed_by", "did_by", "replaces")
    if not user.may(Permission.SIGN_WORDS):
        found = found.filter(Q(state=State.SIGNED) | Q(by=user))
    if view == "mine":
        return found.filter(by=user)
    states = {
        "signed": (State.SIGNED,),
        "waiting": (State.WAITING, State.RETURNED),
        "ended": (State.WITHDRAWN, State.REPLACED),
    }
    return found.filter(state__in=states[view]) if view in states else found


def usable(on: date) -> QuerySet[Passage]:
    """Signed words whose consent stands on the day."""
    signed = Passage.objects.filter(Q(consent_until=None) | Q(consent_until__gte=on), state=State.SIGNED)
    return signed.select_related("by", "signed_by")


def quotes(passages: QuerySet[Passage]) -> tuple[Quote, ...]:
    """Words as a profile shows them: whose kind of person, what about, never who wrote them down."""
    titles = question_titles()
    return tuple(
        Quote(text=p.text, whose=f"{Whose(p.whose).label}. {_heading(p)}", about=titles.get(p.question, ""))
        for p in passages.order_by("question", "pk")
    )


def _heading(passage: Passage) -> str:
    return Kind(passage.kind).label.partition(":")[0]


def question_titles() -> dict[str, str]:
    """Titles of the questions of the pack in force."""
    return {q.id: q.title for q in partnership.pack().questions.values() if q.retired is None}


def counts() -> dict[Whose, int]:
    """How many signed words there are of each kind of person: who has not been heard stands at nought."""
    held = list(Passage.objects.filter(state=State.SIGNED).values_list("whose", flat=True))
    return {whose: held.count(whose.value) for whose in Whose}
