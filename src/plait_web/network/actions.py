"""The only writers of the network."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.network import policies
from plait_web.network.models import Method, Note, Offer, Request, Section, Use
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused


@transaction.atomic
def offer(
    *, agency: Agency, kind: str, what: str, by: User, days: int | None = None, until: date | None = None
) -> Offer:
    """An agency has something to spare; who says so is whom to ask."""
    policies.check_may_offer_for(agency, by)
    made = Offer.objects.create(agency=agency, kind=kind, what=what, days=days, until=until, owner=by)
    record("offer.made", by=by, target=made, agency=agency.code, kind=kind)
    return made


@transaction.atomic
def end_offer(pk: int, *, by: User) -> Offer:
    """It can be had no longer."""
    found = Offer.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_may_offer_for(found.agency, by)
    policies.check_offer_stands(found, timezone.localdate())
    found.until = max(found.since, timezone.localdate())
    found.save(update_fields=["until"])
    record("offer.ended", by=by, target=found)
    return found


@transaction.atomic
def ask(*, what: str, why: str, by_day: date, by: User, agency: Agency | None = None) -> Request:
    """Help is asked for."""
    policies.check_may_ask_for(agency, by)
    made = Request.objects.create(agency=agency, what=what, why=why, by_day=by_day, by=by)
    record("help.asked", by=by, target=made, agency=agency.code if agency else "")
    return made


@transaction.atomic
def end(pk: int, *, met: bool, outcome: str, by: User, given: Offer | None = None, days: int | None = None) -> Request:
    """What came of it: met, out of which offer and with how many days, or no longer needed."""
    found = Request.objects.select_for_update(of=("self",)).get(pk=pk)
    policies.check_may_end(found, by)
    policies.check_waits(found)
    found.state = Request.State.MET if met else Request.State.DROPPED
    found.offer, found.days = (given, days) if met else (None, None)
    found.outcome, found.ended = outcome, timezone.localdate()
    found.save(update_fields=["state", "offer", "days", "outcome", "ended"])
    record(f"help.{found.state}", by=by, target=found, offer=found.offer_id, days=found.days)
    return found


@transaction.atomic
def add_section(
    *, work: str, title: str, due: date, by: User, owner: User | None = None, agency: Agency | None = None
) -> Section:
    """A part of work done together; without an owner it waits for one. Raises Refused when it stands there already."""
    if Section.objects.filter(work=work, title=title).exists():
        raise Refused("This work has a section with this title already.")
    made = Section.objects.create(work=work, title=title, due=due, owner=owner, agency=agency)
    record("section.added", by=by, target=made, owner=owner.pk if owner else None, due=str(due))
    return made


@transaction.atomic
def take(pk: int, *, by: User) -> Section:
    """Somebody takes a section that waits."""
    section = Section.objects.select_for_update(of=("self",)).select_related("owner").get(pk=pk)
    policies.check_can_take(section)
    section.owner = by
    section.save(update_fields=["owner"])
    record("section.taken", by=by, target=section)
    return section


@transaction.atomic
def finish(pk: int, *, by: User) -> Section:
    section = Section.objects.select_for_update(of=("self",)).get(pk=pk)
    policies.check_can_finish(section, by)
    section.done = timezone.localdate()
    section.save(update_fields=["done"])
    record("section.done", by=by, target=section)
    return section


@transaction.atomic
def share(*, title: str, text: str, by: User, indicator: str = "", agency: Agency | None = None) -> Method:
    """A method, with the first version of its text. Raises Refused when there is one of this title."""
    if Method.objects.filter(title=title).exists():
        raise Refused("There is a method with this title already. Write a new version of it, or choose another title.")
    method = Method.objects.create(title=title, indicator=indicator, agency=agency)
    Note.objects.create(method=method, number=1, text=text, why="First version", by=by)
    record("method.shared", by=by, target=method)
    return method


@transaction.atomic
def rewrite(pk: int, *, text: str, why: str, by: User) -> Note:
    """A new version; those before it stay."""
    method = Method.objects.select_for_update().get(pk=pk)
    newest = method.notes.first()
    made = Note.objects.create(method=method, number=newest.number + 1 if newest else 1, text=text, why=why, by=by)
    record("method.rewritten", by=by, target=method, number=made.number)
    return made


@transaction.atomic
def use(pk: int, *, agency: Agency, text: str, by: User) -> Use:
    """An agency used the newest version, and how it went."""
    policies.check_used_by_another(agency, by)
    method = Method.objects.get(pk=pk)
    newest = method.notes.first()
    made = Use.objects.create(method=method, agency=agency, number=newest.number if newest else 1, text=text, by=by)
    record("method.used", by=by, target=method, agency=agency.code)
    return made
