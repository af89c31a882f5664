"""The doors to the data map and its registers. Everybody who takes part reads them: they hold what is recorded where, and
nothing about anybody. What may be changed is narrower."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet, TextField, Value

from plait import decided
from plait_web.accounts.models import User
from plait_web.knowledge.models import (
    Asset,
    AssetChange,
    ChangeRequest,
    Confirmation,
    Flag,
    MapFile,
    MapLink,
    Rating,
    System,
)
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.roles import Permission


def assets_for(user: User) -> QuerySet[Asset]:
    """The lines of the data map in force."""
    return Asset.objects.filter(ended=None).select_related("agency")


def every_asset_for(user: User) -> QuerySet[Asset]:
    """Lines that ended as well, each with its history and its ratings."""
    changes, ratings = AssetChange.objects.select_related("by"), Rating.objects.select_related("by")
    rows = Asset.objects.select_related("agency")
    return rows.prefetch_related(Prefetch("changes", changes), Prefetch("ratings", ratings))


def own_assets_for(user: User) -> QuerySet[Asset]:
    """The lines this person may change."""
    return Asset.objects.select_related("agency").filter(agency__in=agencies_kept_by(user))


def agencies_kept_by(user: User) -> list[Agency]:
    """The agencies whose part of the map this person may change, by name."""
    return [agency for agency in partnership.agencies() if user.may(Permission.KEEP_MAP, agency.pk)]


def found_by(rows: QuerySet[Asset], *, words: str = "", **exactly: str) -> QuerySet[Asset]:
    """The lines with these words in them and these values exactly; '' asks for nothing."""
    rows = rows.filter(**{name: value for name, value in exactly.items() if value})
    said = ("item", "meaning", "system", "note")
    wanted = Q(*((f"{name}__icontains", words) for name in said), _connector=Q.OR)
    return rows.filter(wanted) if words else rows


def with_purpose(rows: Iterable[Asset], purpose: str) -> list[Asset]:
    """Those that are useful for it: JSON lists are looked through here, as SQLite and PostgreSQL search them differently."""
    return [row for row in rows if purpose in row.purposes]


def decided_asset(asset: Asset) -> decided.Asset:
    """The line as the library knows it, with no more than answers rest on: who to ask changes no figure."""
    return decided.Asset(
        agency=asset.agency.code,
        dataset=asset.dataset,
        columns=tuple(asset.columns),
        types=tuple(asset.types),
        capture=asset.capture,
        extractable=asset.extractable,
        system=asset.system,
        since=asset.since,
        quality=asset.quality,
        note=asset.note,
    )


def confirmations(on: date) -> dict[int, Confirmation]:
    """The newest word of each agency that has given one."""
    found: dict[int, Confirmation] = {}
    for said in Confirmation.objects.filter(on__lte=on).select_related("by"):
        found.setdefault(said.agency_id, said)
    return found


def links_of(agency: Agency) -> QuerySet[MapLink]:
    return MapLink.objects.filter(agency=agency)


def files_of(user: User) -> QuerySet[MapFile]:
    """The file this person sent and has not dealt with yet."""
    return MapFile.objects.filter(by=user, saved=None).select_related("agency")


def flags() -> QuerySet[Flag]:
    return Flag.objects.select_related("agency")


@dataclass(frozen=True, slots=True)
class Named:
    """A flag or a system by its name. `kind` is flag or system."""

    kind: str
    pk: int
    name: str


def flags_and_systems_of(agency: Agency) -> list[Named]:
    """The agency's flags in use, then its systems, each by name; in one query."""
    rows = (
        rows.order_by().annotate(sort=Value(kind, output_field=TextField())).values_list("sort", "pk", "name")
        for kind, rows in (("flag", agency.flags.filter(until=None)), ("system", agency.systems.all()))
    )
    return sorted((Named(*row) for row in next(rows).union(*rows, all=True)), key=lambda n: (n.kind, n.name, n.pk))


def own_flags_for(user: User) -> QuerySet[Flag]:
    return flags().filter(agency__in=agencies_kept_by(user))


def systems() -> QuerySet[System]:
    """Systems, each with what was asked to be changed in it."""
    asked = ChangeRequest.objects.select_related("owner")
    return System.objects.select_related("agency").prefetch_related(Prefetch("requests", asked))


def own_systems_for(user: User) -> QuerySet[System]:
    return System.objects.select_related("agency").filter(agency__in=agencies_kept_by(user))


def own_requests_for(user: User) -> QuerySet[ChangeRequest]:
    rows = ChangeRequest.objects.select_related("system__agency", "owner")
    return rows.filter(system__agency__in=agencies_kept_by(user))


def waiting_requests() -> QuerySet[ChangeRequest]:
    """Changes that were asked for and are not settled, the soonest wanted first."""
    rows = ChangeRequest.objects.select_related("system__agency", "owner")
    return rows.filter(state__in=(ChangeRequest.State.ASKED, ChangeRequest.State.AGREED))
