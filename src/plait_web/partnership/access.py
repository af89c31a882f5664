"""The door to the partnership's rows, and what the library is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Prefetch, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from plait import decided
from plait.areas import Areas, load_areas
from plait.declare import AgreementTerms, Pack, load_pack
from plait.errors import StoreError, UserError
from plait.store import Store
from plait_web.accounts.models import Membership, User
from plait_web.partnership import policies
from plait_web.partnership.documents.handover import Task
from plait_web.partnership.models import (
    Adoption,
    Agency,
    Agreement,
    Barrier,
    Group,
    NotShared,
    Partnership,
    Party,
    Seat,
)
from plait_web.partnership.standing import Standing, standing_of, widened
from plait_web.roles import MAY, Permission, Role


def current() -> Partnership | None:
    """The partnership, once it has a name."""
    return Partnership.objects.filter(pk=1).first()


# The pack and the areas


def shelf() -> Store:
    """Where packs, coded returns and runs are kept."""
    return Store(Path(settings.HOME) / "store")


def adopted(on: date | None = None) -> Adoption | None:
    """The adoption in force on the day; None before the first."""
    return Adoption.objects.filter(effective__lte=on or timezone.localdate()).first()


def pack(on: date | None = None) -> Pack:
    """The pack in force on the day, from the shelf; before any is adopted, the core pack as it ships.

    Raises StoreError when the shelf has lost it or it was altered.
    """
    adoption = adopted(on)
    return pack_of(adoption.digest) if adoption else shipped()


def pack_of(digest: str) -> Pack:
    """The pack with this digest. Raises StoreError when it is not on the shelf or was altered."""
    return _from_shelf(digest, str(shelf().folder))


@lru_cache(maxsize=16)
def _from_shelf(digest: str, folder: str) -> Pack:
    return Store(Path(folder)).pack(digest)


@lru_cache(maxsize=1)
def shipped() -> Pack:
    """The core pack that comes with Plait."""
    return load_pack()


def adoptions() -> QuerySet[Adoption]:
    """Every adoption, the one that takes effect last first."""
    return Adoption.objects.select_related("by")


def own_pack_folders() -> tuple[Path, ...]:
    """Folders under HOME/packs, where an administrator puts packs to be adopted."""
    return tuple(sorted(p.parent for p in (Path(settings.HOME) / "packs").glob("*/pack.yaml")))


def areas() -> Areas:
    """The areas this installation knows; none when nobody has added any."""
    folder = Path(settings.HOME) / "areas"
    table = folder / "areas.csv"
    return _areas_of(str(folder), table.stat().st_mtime_ns) if table.is_file() else Areas(())


@lru_cache(maxsize=2)
def _areas_of(folder: str, changed: int) -> Areas:
    return load_areas(Path(folder))


def places() -> dict[str, str]:
    """Where the workspace and the key lie on this machine."""
    return {"home": str(settings.HOME), "key_file": str(settings.KEY_FILE)}


# Agencies, groups and people


def agencies(on: date | None = None) -> QuerySet[Agency]:
    """Those that take part on the day, or are still to begin."""
    day = on or timezone.localdate()
    return Agency.objects.exclude(until__lt=day)


def former_agencies(on: date | None = None) -> QuerySet[Agency]:
    """Those that no longer take part on the day."""
    return Agency.objects.filter(until__lt=on or timezone.localdate())


def groups(on: date | None = None) -> QuerySet[Group]:
    """Bodies that have not ended, each with its seats."""
    seats = Prefetch("seats", Seat.objects.select_related("lead", "deputy", "agency"))
    day = on or timezone.localdate()
    return Group.objects.exclude(until__lt=day).select_related("reports_to").prefetch_related(seats)


def people() -> QuerySet[User]:
    """People with an open account, by name."""
    return User.objects.filter(is_active=True).order_by("name", "email")


def roles_held() -> QuerySet[Membership]:
    """Who holds which role today, partnership-wide roles first."""
    held = Membership.objects.current().select_related("user", "agency")
    return held.order_by("agency__name", "role", "user__name")


# Agreements, decisions not to share, barriers


def agreements_for(user: User) -> QuerySet[Agreement]:
    """The agreements this person may read: all, or those of the agencies they contribute for."""
    parties = Prefetch("party_rows", Party.objects.select_related("agency"))
    rows = Agreement.objects.select_related("owner", "deputy", "renews", "renewal").prefetch_related(parties)
    return rows if _reads_all(user) else rows.filter(party_rows__agency__in=user.agency_ids).distinct()


def parties_for(user: User) -> QuerySet[Party]:
    """The places in agreements that this person may sign for."""
    theirs = [m.agency_id for m in user.held if Permission.SIGN_AGREEMENTS in MAY[Role(m.role)]]
    return Party.objects.filter(agency__in=theirs).select_related("agreement", "agency")


def not_shared_for(user: User) -> QuerySet[NotShared]:
    """Decisions not to share that this person may read."""
    rows = NotShared.objects.select_related("agency", "owner")
    return rows if _reads_all(user) else rows.filter(agency__in=user.agency_ids)


def barriers_for(user: User) -> QuerySet[Barrier]:
    """Barriers this person may read: an agency's contributor sees their agency's, and those of nobody in particular."""
    rows = Barrier.objects.select_related("agency", "owner")
    return rows if _reads_all(user) else rows.filter(agency__in=user.agency_ids) | rows.filter(agency=None)


def _reads_all(user: User) -> bool:
    """Boards and those who act for the whole partnership read the whole register; a contributor their agency's part."""
    for held in user.held:
        may = MAY[Role(held.role)]
        if Permission.SEE_AGREEMENTS in may and (held.agency_id is None or Permission.SIGN_AGREEMENTS in may):
            return True
    return False


WARNED = 90  # days before an agreement's end from which somebody is told


def expiring(on: date) -> QuerySet[Agreement]:
    """Agreements that somebody signed, that end within 90 days and have no renewal, the soonest first."""
    soon = Agreement.objects.filter(until__gte=on, until__lte=on + timedelta(days=WARNED), withdrawn=None, renewal=None)
    return soon.filter(party_rows__signed__isnull=False).distinct().order_by("until")


def open_tasks(on: date) -> list[Task]:
    """Barriers, decisions to look at again and agreements that end soon, by the day each is due; in one query."""
    step = Case(When(step="", then=F("what")), default=F("step"), output_field=TextField())
    review = Concat(F("agency__name"), Value(" does not share: "), F("what"), output_field=TextField())
    found = (
        _tasks("barrier", Barrier.objects.filter(resolved=None), step, "due"),
        _tasks("review", NotShared.objects.filter(ended=None), review, "review"),
        _tasks("agreement", expiring(on), Cast("code", TextField()), "until"),
    )
    rows = found[0].union(*found[1:], all=True)
    tasks = [Task(kind=kind, what=what, whose=name or mail or "", by=day) for kind, what, name, mail, day in rows]
    return sorted(tasks, key=lambda task: task.by or date.max)


def _tasks(kind: str, rows: QuerySet, what: Any, due: str) -> QuerySet:
    said = rows.order_by().annotate(task=Value(kind, output_field=TextField()), said=what)
    return said.values_list("task", "said", "owner__name", "owner__email", due)


def to_sign_again(agreement: Agreement, now: Pack) -> bool:
    """Whether the pack in force lets the terms cover more than the parties read, or what they read cannot be found."""
    if agreement.pack == now.digest:
        return False
    try:
        read = pack_of(agreement.pack)
    except UserError:
        return True
    return bool(widened(agreement.terms, read, now))


def agreements_to_sign_again(now: Pack) -> list[Agreement]:
    """Agreements that permit nothing because their terms have come to cover more than was signed."""
    rows = Agreement.objects.exclude(pack=now.digest).filter(until__gte=timezone.localdate(), withdrawn=None)
    return [agreement for agreement in rows if to_sign_again(agreement, now)]


def standing(agreement: Agreement, on: date, now: Pack) -> Standing:
    """How the agreement stands on the day."""
    return standing_of(agreement, list(agreement.party_rows.all()), on, again=to_sign_again(agreement, now))


def terms_read(agreement: Agreement) -> AgreementTerms | None:
    """The terms as the parties read them; None when their pack is no longer on the shelf or has no such terms."""
    try:
        return pack_of(agreement.pack).agreements.get(agreement.terms)
    except StoreError:
        return None


# What the library is told


def decided_agencies() -> tuple[decided.Agency, ...]:
    """Every agency there has been, as the library knows them."""
    return tuple(
        decided.Agency(id=a.code, name=a.name, kind=a.kind, areas=tuple(a.areas), since=a.since, until=a.until)
        for a in Agency.objects.all()
    )


@dataclass(frozen=True)
class Bound:
    """The agreements as they bind on a day, read once and asked as often as is needed."""

    on: date
    pack: Pack
    parties: tuple[Party, ...]  # of every agreement there has been, each with its agreement and its agency

    @cached_property
    def agreements(self) -> tuple[decided.Agreement, ...]:
        """A party that has left by the day is left out.

        An agreement whose terms have come to cover more than was signed carries no signatures: it permits nothing until it
        is signed again.
        """
        staying = (p for p in self.parties if not p.gone(self.on))
        groups = groupby(staying, attrgetter("agreement"))
        return tuple(_decided(agreement, list(parties), self.pack) for agreement, parties in groups)

    def covering(self, agency: str, dataset: str) -> dict[str, frozenset[str]]:
        """Agreement to the columns of the data set it lets the agency (its code) share; empty when none does."""
        here = decided.Partnership(
            name="The partnership",
            areas=("all",),
            agencies=(),
            agreements=self.agreements,
            pack_digest=self.pack.digest,
        )
        return decided.permitted(self.pack, here, agency=agency, dataset=dataset, on=self.on)

    def check_covered(self, agency: Agency, dataset: str) -> None:
        """Raises Refused, naming the agreement and what is wrong with it, when nothing lets the agency share the data set."""
        if not self.covering(agency.code, dataset):
            own = [p for p in self.parties if p.agency_id == agency.pk]
            policies.refuse_uncovered(agency, dataset, own, self.pack, self.on)


def bound(on: date | None = None) -> Bound:
    """Agreements as they bind on the day, today when none is given."""
    rows = Party.objects.select_related("agreement", "agency")
    parties = rows.order_by("-agreement__until", "agreement__code", "agency__name", "pk")
    return Bound(on=on or timezone.localdate(), pack=pack(on), parties=tuple(parties))


def _decided(agreement: Agreement, parties: Sequence[Party], now: Pack) -> decided.Agreement:
    again = to_sign_again(agreement, now)
    signed = {} if again else {p.agency.code: p.signed for p in parties if p.signed}
    return decided.Agreement(
        id=agreement.code,
        terms=agreement.terms,
        parties=tuple(p.agency.code for p in parties),
        signed=signed,
        since=agreement.since,
        until=agreement.until,
        withdrawn=agreement.withdrawn,
    )
