"""The end of what was accepted: a coded return goes when the time its agreement lets it be kept is over."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.returns.actions.locking import locked
from plait_web.returns.models import Submission
from plait_web.returns.states import OPEN, State


def keep_until(submission: Submission) -> date:
    """The last day on which the coded return may be kept, counted from the day it was sent.

    Of several agreements that cover a data set the one that lets it be kept longest counts, as each by itself lets it be
    kept; a return of several data sets goes whole, with the first of them.
    """
    bound, agency = partnership.bound(), submission.expected.agency.code
    known = bound.pack.agreements
    terms = {a.id: known[a.terms].retention_years for a in bound.agreements if a.terms in known}
    found = (bound.covering(agency, dataset) for dataset in submission.summary.get("rows", {}))
    years = [max(terms[code] for code in covering) for covering in found if covering]
    shortest = min(years or (one.retention_years for one in known.values()))
    return _years_later(timezone.localdate(submission.sent_at), shortest)


def _years_later(day: date, years: int) -> date:
    """29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def erase_ended(*, on: date) -> int:
    """Every coded return whose time is over is gone, with all that was worked out from it person by person; how many went.

    Their rows stay, and say that they were erased and when. What was released before stands: it names nobody. A killed
    erasure is finished by the next. Raises StoreError, and erases nothing, while a run uses the store.
    """
    with partnership.shelf().writing():
        ended = Submission.objects.exclude(kept="").filter(keep_until__lt=on, erased=None).exclude(signed_at=None)
        count = sum(_erase(pk, on) for pk in ended.values_list("pk", flat=True))
        _sweep()
    return count


@transaction.atomic
def _erase(pk: UUID, on: date) -> bool:
    found = locked(pk)
    snapshot, found.kept, found.erased = found.kept, "", on
    found.summary, found.maps, found.refusal = {}, [], ""
    if found.state == State.ACCEPTED:
        found.state, found.changed_at = State.ERASED, timezone.now()
    found.save(update_fields=["kept", "erased", "summary", "maps", "refusal", "state", "changed_at"])
    found.findings.all().delete()
    record("return.erased", by=None, target=found, snapshot=snapshot, kept_until=str(found.keep_until))
    return True


def _sweep() -> None:
    """The store holds no return that no row owns, and then no link or count made from one either: a run makes them anew."""
    store = partnership.shelf()
    own = ~Q(signed_at=None) | Q(state__in=sorted(OPEN))  # one of these may be on its way in just now
    owned = set(Submission.objects.exclude(kept="").filter(own).values_list("kept", flat=True))
    orphans = [folder.name for folder in store.all("returns") if folder.name not in owned]
    for name in orphans:
        store.drop("returns", name)
    for folder in store.all("steps") if orphans else ():
        store.drop("steps", folder.name)
