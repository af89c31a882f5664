"""A return is read, by one worker at a time. A worker that dies loses nothing: its lease runs out and another takes over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from plait.declare import FileMap
from plait.errors import UserError
from plait.pseudonymise import Key
from plait.values import Finding
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.returns import access, policies, port, reading
from plait_web.returns.actions.locking import locked
from plait_web.returns.actions.settling import send_for_sign_off
from plait_web.returns.models import AgencyMap, FindingRow, Submission, Waiver
from plait_web.returns.states import State
from plait_web.returns.tasks import read_again, read_later
from plait_web.ui.logs import reference

_log = logging.getLogger("plait.returns")
LEASE = timedelta(seconds=60)
BEAT = 15.0  # seconds between one sign of life and the next
TRIES = 3  # workers that may die over one return before it is told to be the cause


def read(pk: UUID) -> None:
    """The return is read and its state says how it went, if it was waiting and nobody else has it."""
    submission = _take_up(pk)
    if submission is None:
        return
    lease = submission.lease
    assert lease is not None
    try:
        with _alive(pk, lease):
            outcome = _read(submission)
    except UserError as problem:  # the service's own trouble, such as a key that is not there: the return waits
        _log.error("A return cannot be read yet: %s", problem)
        _put_back(pk, lease)
        read_again(pk)
        return
    except Exception:
        number = reference()
        _log.exception("A return could not be read", extra={"reference": number})
        outcome = reading.Outcome(state=State.REFUSED, refusal=_FAULT.format(number=number))
    except BaseException:  # the worker was told to stop
        _put_back(pk, lease)
        raise
    _settle(pk, lease, outcome)


_FAULT = (
    "Plait could not read this. It is a fault of the software and not of yours. Tell your administrator this number: "
    "{number}. Send the file again when they have answered."
)
_KILLED = (
    "Reading this stopped the service more than once, so it was not tried again. Check that it is the right file, or send "
    "it in smaller parts."
)


def _read(submission: Submission) -> reading.Outcome:
    saved = [port.file_maps(row.maps) for row in access.maps_of(submission.expected.agency_id)]
    key = Key.read(Path(settings.KEY_FILE))
    return reading.read(submission, saved, key=key, on=timezone.localdate())


def _take_up(pk: UUID) -> Submission | None:
    """The return, ours to read until the lease runs out; None when it is not there to be had."""
    now, lease = timezone.now(), uuid4()
    waiting = Q(state=State.RECEIVED) | Q(state=State.READING, lease_until__lt=now)
    with transaction.atomic():
        found = Submission.objects.select_for_update().filter(waiting, pk=pk).first()
        if found is None:
            return None
        found.state, found.lease, found.lease_until = State.READING, lease, now + LEASE
        found.tries, found.changed_at = found.tries + 1, now
        found.save(update_fields=["state", "lease", "lease_until", "tries", "changed_at"])
    if found.tries > TRIES:
        _settle(pk, lease, reading.Outcome(state=State.REFUSED, refusal=_KILLED))
        return None
    return Submission.objects.select_related("expected__point", "expected__agency").get(pk=pk)


@contextmanager
def _alive(pk: UUID, lease: UUID) -> Iterator[None]:
    """The lease is renewed for as long as the block takes."""
    done = threading.Event()
    beating = threading.Thread(target=_beat, args=(pk, lease, done), daemon=True)
    beating.start()
    try:
        yield
    finally:
        done.set()
        beating.join()


def _beat(pk: UUID, lease: UUID, done: threading.Event) -> None:
    """A sign of life that could not be written is made up for by the next; the lease lasts for four."""
    try:
        while not done.wait(BEAT):
            try:
                Submission.objects.filter(pk=pk, lease=lease).update(lease_until=timezone.now() + LEASE)
            except DatabaseError:
                _log.warning("A lease could not be renewed just now")
    finally:
        connection.close()


def _put_back(pk: UUID, lease: UUID) -> None:
    mine = Submission.objects.filter(pk=pk, lease=lease, state=State.READING)
    mine.update(state=State.RECEIVED, lease=None, lease_until=None, tries=0)


@transaction.atomic
def _settle(pk: UUID, lease: UUID, outcome: reading.Outcome) -> None:
    """What was found stands, unless the return was replaced or withdrawn meanwhile, or another worker has it."""
    found = Submission.objects.select_for_update().filter(pk=pk, lease=lease, state=State.READING).first()
    if found is None:
        return
    found.state, found.refusal, found.changed_at = outcome.state, outcome.refusal, timezone.now()
    found.kept, found.pack, found.summary = outcome.kept, outcome.pack, dict(outcome.summary)
    found.maps = [one.model_dump(mode="json") for one in outcome.maps]
    found.lease, found.lease_until, found.tries, found.back_why = None, None, 0, ""
    found.save()
    found.findings.all().delete()
    FindingRow.objects.bulk_create(list(_rows(found, outcome.findings)), batch_size=500)
    record("return.read", by=None, target=found, state=outcome.state.value)
    if found.route == Submission.Route.LINK and outcome.state == State.READY:
        send_for_sign_off(found, by=None)  # whoever typed it in checked their answers and has nothing left to do


def _rows(submission: Submission, findings: Sequence[Finding]) -> Iterator[FindingRow]:
    for order, finding in enumerate(findings):
        at = asdict(finding.where)
        yield FindingRow(
            submission=submission, order=order, severity=finding.severity.value, code=finding.code, dataset=finding.dataset,
            problem=finding.problem, remedy=finding.remedy, count=finding.count, row=at["row"], letter=at["letter"],
            **{part: at[part][:255] for part in ("sheet", "column", "path")},
        )  # fmt: skip


def read_waiting() -> bool:
    """Every return that waits is read now, before its task comes to it; whether there was one."""
    waiting = list(Submission.objects.filter(state=State.RECEIVED).order_by("sent_at").values_list("pk", flat=True))
    for pk in waiting:
        read(pk)
    return bool(waiting)


def resume() -> int:
    """Every return that waits is asked to be read, and each that a worker held once its lease has run out."""
    waiting = Submission.objects.filter(state__in=(State.RECEIVED, State.READING))
    asked = list(waiting.values_list("pk", "lease_until"))
    for pk, until in asked:
        read_later(pk, after=until)
    return len(asked)


# Read again


@transaction.atomic
def match_columns(submission: Submission, *, maps: Sequence[FileMap], by: User) -> None:
    """The columns are as this person says, now and the next time the agency sends a file like it."""
    found = locked(submission.pk)
    policies.check_can_map(found, by)
    if not maps:
        raise Refused("Match at least one column.")
    found.maps = [one.model_dump(mode="json") for one in maps]
    AgencyMap.objects.filter(agency=found.expected.agency, maps=found.maps).delete()
    AgencyMap.objects.create(agency=found.expected.agency, maps=found.maps, by=by)
    _again(found)
    record("return.columns_matched", by=by, target=found, datasets=sorted({m.dataset for m in maps}))


@transaction.atomic
def read_as(submission: Submission, *, dataset: str, by: User) -> None:
    """The file holds this data set: its columns are matched anew, to that."""
    found = locked(submission.pk)
    policies.check_can_map(found, by)
    if dataset not in partnership.pack().datasets:
        raise Refused("Choose one of the data sets.")
    found.dataset, found.maps = dataset, []
    found.save(update_fields=["dataset"])
    _again(found)
    record("return.read_as", by=by, target=found, dataset=dataset)


@transaction.atomic
def waive(submission: Submission, *, code: str, reason: str, by: User) -> Waiver:
    """The partnership accepts this failed check of this agency; the reason travels to every figure that rests on it."""
    found = locked(submission.pk)
    failed = found.findings.filter(code=code).first()
    if failed is None:
        raise Refused("There is no such check in this return.")
    policies.check_can_waive(found, by, failed.severity)
    if not reason.strip():
        raise Refused("Give the reason. It is shown beside every figure that rests on this return.")
    agency = found.expected.agency
    made = access.waivers_in_force().select_for_update().filter(agency=agency, code=code).first()
    made = made or Waiver(agency=agency, code=code)
    made.reason, made.by, made.acting_as = reason.strip(), by, _role_of(by)
    made.on, made.until = timezone.localdate(), None
    made.save()
    _again(found)
    record("return.check_waived", by=by, target=found, why=reason.strip(), code=code)
    return made


@transaction.atomic
def end_waiver(waiver: Waiver, *, until: date, by: User) -> None:
    """The check is waived up to that day, and from the next one returns are held to it again."""
    found = Waiver.objects.select_for_update(of=("self",)).select_related("agency").get(pk=waiver.pk)
    policies.check_can_end_waiver(found, by, until, timezone.localdate())
    found.until = until
    found.save(update_fields=["until"])
    record("return.waiver_ends", by=by, target=found, code=found.code, until=str(until))


def _role_of(by: User) -> str:
    return ", ".join(str(held) for held in by.held)[:120]


def _again(submission: Submission) -> None:
    """To be read anew. What was found before stands no longer."""
    submission.state, submission.changed_at, submission.tries = State.RECEIVED, timezone.now(), 0
    submission.save(update_fields=["state", "changed_at", "tries", "maps"])
    read_later(submission.pk)
