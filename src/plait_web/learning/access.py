"""The door to what the agencies learn. Everybody who sees actions sees it: it holds nothing of a child."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from django.db.models import Count, Max, Q, QuerySet, Sum

from plait_web.accounts.models import User
from plait_web.learning.models import Audit, Need, Review, Together, year_before
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.roles import Permission


def speaks_for(user: User) -> QuerySet[Agency]:
    """The agencies somebody may say things of."""
    every = partnership.agencies()
    return every if user.may(Permission.MANAGE_ACTIONS) else every.filter(pk__in=user.agency_ids)


def audits() -> QuerySet[Audit]:
    """Those without an action first."""
    every = Audit.objects.select_related("agency", "owner", "action", "action__owner")
    return every.annotate(waits=Q(action=None)).order_by("-waits", "-on", "-id")


def needs() -> QuerySet[Need]:
    """What is needed now, with the places taken, how often and when last."""
    return (
        Need.objects.filter(ended=None)
        .select_related("agency")
        .annotate(had=Sum("trainings__people"), times=Count("trainings"), last=Max("trainings__on"))
        .order_by("agency__name", "role", "topic", "id")
    )


def untrained() -> QuerySet[Need]:
    """Roles that have had none of it."""
    return needs().filter(trainings=None)


def together() -> QuerySet[Together]:
    return Together.objects.select_related("by").prefetch_related("agencies")


def reviews() -> QuerySet[Review]:
    return Review.objects.select_related("agency", "by")


@dataclass(frozen=True, slots=True)
class Meetings:
    """How often the people of each two agencies spent time together in a year; `apart` are pairs that never did."""

    agencies: tuple[Agency, ...]
    times: dict[tuple[int, int], int]

    @property
    def apart(self) -> int:
        return sum(not self.of(a, b) for a, b in combinations(self.agencies, 2))

    def of(self, one: Agency, other: Agency) -> int:
        return self.times.get((min(one.pk, other.pk), max(one.pk, other.pk)), 0)


def met(on: date) -> Meetings:
    """Who met whom in the year up to the day."""
    held: dict[int, list[int]] = {}
    within = Together.objects.filter(on__gt=year_before(on), on__lte=on)
    for pk, agency in within.order_by("pk").values_list("pk", "agencies"):
        held.setdefault(pk, []).append(agency)
    times = Counter(pair for agencies in held.values() for pair in combinations(sorted(agencies), 2))
    return Meetings(tuple(partnership.agencies()), dict(times))
