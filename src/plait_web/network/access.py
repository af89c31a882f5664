"""The door to the network. Everybody who takes part sees what is offered and asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from plait_web.accounts.models import User
from plait_web.network.models import Method, Note, Offer, Request, Section, Use
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency, Group
from plait_web.response.access import meetings
from plait_web.response.models import Meeting
from plait_web.roles import Permission


def offers(on: date) -> QuerySet[Offer]:
    """What can be had today, by agency, with the days that requests took out of each."""
    found = Offer.objects.exclude(until__lt=on).select_related("agency", "owner")
    return found.annotate(used=Sum("met__days"), helped=Count("met")).order_by("agency__name", "kind", "what", "id")


def requests() -> QuerySet[Request]:
    """What was asked for, what waits first."""
    return Request.objects.select_related("agency", "by", "offer__agency").order_by("ended", "by_day", "id")


def sections() -> QuerySet[Section]:
    return Section.objects.select_related("owner", "agency")


def methods() -> QuerySet[Method]:
    """Each with its newest note first, and who else used it."""
    return Method.objects.select_related("agency").prefetch_related(
        Prefetch("notes", Note.objects.select_related("by")),
        Prefetch("uses", Use.objects.select_related("agency", "by")),
    )


@dataclass(frozen=True, slots=True)
class Network:
    """A body that is a network, and who has a seat in it: names, each with the agency in brackets."""

    group: int
    name: str
    members: tuple[str, ...]


def networks(on: date) -> list[Network]:
    """The bodies that are networks, by name, with their seats; in one query."""
    found = Group.objects.exclude(until__lt=on).filter(kind=Group.Kind.NETWORK).order_by("name", "pk", "seats__pk")
    rows = found.values_list("pk", "name", "seats__lead__name", "seats__lead__email", "seats__agency__name")
    return [
        Network(pk, name, tuple(_member(*seat) for _, _, *seat in its if any(seat)))
        for (pk, name), its in groupby(rows, key=lambda row: row[:2])
    ]


def _member(name: str, mail: str, agency: str | None) -> str:
    return f"{name or mail} ({agency})" if agency else name or mail


def network_meetings(networks: Iterable[Network]) -> QuerySet[Meeting]:
    return meetings().filter(group__in=[network.group for network in networks])


def own_agencies(user: User) -> QuerySet[Agency]:
    """The agencies this person may offer and ask for: their own, or all for those who keep the list."""
    every = partnership.agencies()
    return every if user.may(Permission.MANAGE_ACTIONS) else every.filter(pk__in=user.agency_ids)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one agency has to spare, and how much of it was used."""

    agency: Agency
    offers: list[Offer]
    days: int  # offered in a quarter
    used: int

    @property
    def spare(self) -> bool:
        """Whether there is something that nobody has used yet."""
        return any(not offer.helped for offer in self.offers)


def capacity(on: date) -> list[Capacity]:
    """Every agency in the order of their names, those with nothing to spare too."""
    found: dict[int, list[Offer]] = {}
    for offer in offers(on):
        found.setdefault(offer.agency_id, []).append(offer)
    return [_of(agency, found.get(agency.pk, [])) for agency in partnership.agencies(on)]


def _of(agency: Agency, its: list[Offer]) -> Capacity:
    return Capacity(agency, its, sum(o.days or 0 for o in its), sum(o.used or 0 for o in its))


def untaken() -> int:
    """How many sections wait for somebody."""
    return Section.objects.filter(Q(owner=None), done=None).count()
