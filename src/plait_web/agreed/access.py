"""The door to what agencies say of questions and definitions. Everybody of the partnership sees every agency's view."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from plait.declare import Definition, Question
from plait_web.accounts.models import User
from plait_web.agreed.models import Kind, Ranking, Stance
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.roles import Permission


def questions() -> dict[str, Question]:
    """The questions in use, in the pack's order."""
    found = (q for q in partnership.pack().questions.values() if q.retired is None)
    return {q.id: q for q in sorted(found, key=lambda q: (q.rank, q.id))}


def definitions() -> dict[str, Definition]:
    """The definitions in use, by title."""
    found = (d for d in partnership.pack().definitions.values() if d.retired is None)
    return {d.id: d for d in sorted(found, key=lambda d: d.title.lower())}


def stances(kind: Kind, item: str = "") -> QuerySet[Stance]:
    """What agencies said, the newest first, of one item or of all."""
    found = Stance.objects.filter(kind=kind).select_related("agency", "by")
    return found.filter(item=item) if item else found


def spoken() -> QuerySet[Stance]:
    """What agencies said of every question and definition, the newest first."""
    return Stance.objects.select_related("agency")


def rankings() -> QuerySet[Ranking]:
    return Ranking.objects.select_related("agency")


def spoken_for(user: User, among: Iterable[Agency] | None = None) -> list[Agency]:
    """The agencies this person speaks for, among those given or all."""
    agencies = partnership.agencies() if among is None else among
    return [a for a in agencies if a.pk in user.agency_ids and user.may(Permission.SPEAK, a.pk)]
