"""From a return that was read to one the partnership uses, or one that was taken back."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.returns import files, policies
from plait_web.returns.actions.erasing import keep_until
from plait_web.returns.actions.links import ask_second_person
from plait_web.returns.actions.locking import locked
from plait_web.returns.actions.sending import ask_for_sign_off, check_covered, end
from plait_web.returns.actions.telling import page_of, tell_later
from plait_web.returns.models import Expected, FormLink, Submission
from plait_web.returns.states import CORRECTABLE, State

KEEP_DAYS = 30  # how long a file waits to be put right before it is erased


@transaction.atomic
def send_for_sign_off(submission: Submission, *, by: User | None) -> None:
    """A second person of the agency is asked to sign it off. `by` is None for counts that came by a mail link."""
    found = locked(submission.pk)
    policies.check_can_send_for_sign_off(found, by)
    check_covered(found.expected, timezone.localdate())
    _move(found, State.WAITING)
    record("return.sent_for_sign_off", by=by, target=found)
    ask_for_sign_off(found)
    ask_second_person(found)


@transaction.atomic
def send_back(submission: Submission, *, why: str, by: User | None, link: FormLink | None = None) -> None:
    """The second person wants something put right first."""
    found = locked(submission.pk)
    policies.check_can_sign_off(found, by, link)
    if not why.strip():
        raise Refused("Say what is to be put right.")
    found.back_why = why.strip()
    if found.is_nil:
        end(found, State.WITHDRAWN)
        found.save(update_fields=["back_why"])
    else:
        _move(found, State.NEEDS_ATTENTION, "back_why")
    record("return.sent_back", by=by, target=found, why=found.back_why)
    _tell_sender(
        found, "A return was sent back to you", "It was not signed off. The page says what is to be put right."
    )


@transaction.atomic
def sign_off(submission: Submission, *, by: User | None, link: FormLink | None = None) -> None:
    """The partnership may use it from now on. Its file is erased; its coded form is in the store and never changed.

    An accepted return it takes the place of is superseded, and stays in the history.
    """
    Expected.objects.select_for_update().get(pk=submission.expected_id)
    found = locked(submission.pk)
    policies.check_can_sign_off(found, by, link)
    check_covered(found.expected, timezone.localdate())
    before = Submission.objects.select_for_update().filter(expected=found.expected_id, state=State.ACCEPTED).first()
    if before is not None:
        _move(before, State.SUPERSEDED)
        record("return.superseded", by=by, target=before)
    if found.kept:
        files.place_snapshot(found.folder, found.kept, partnership.shelf().folder)
    found.signed_by, found.signed_link, found.signed_at = by, link, timezone.now()
    found.keep_until = keep_until(found) if found.kept else None
    found.save(update_fields=["signed_by", "signed_link", "signed_at", "keep_until"])
    end(found, State.ACCEPTED)
    FormLink.objects.filter(expected=found.expected_id, ended=None).update(ended=timezone.now(), draft={})
    record("return.accepted", by=by, target=found, snapshot=found.kept)
    _tell_sender(found, "A return was accepted", "It was signed off. The page is its receipt.")


@transaction.atomic
def withdraw(submission: Submission, *, why: str, by: User) -> None:
    """The agency takes it back. What was sent is erased; a coded form that was accepted is no longer used."""
    found = locked(submission.pk)
    policies.check_can_withdraw(found, by)
    if not why.strip():
        raise Refused("Say why it is withdrawn.")
    found.ended_why = why.strip()
    found.save(update_fields=["ended_why"])
    end(found, State.WITHDRAWN)
    record("return.withdrawn", by=by, target=found, why=found.ended_why)


def _move(found: Submission, state: State, *also: str) -> None:
    found.state, found.changed_at = state, timezone.now()
    found.save(update_fields=["state", "changed_at", *also])


def _tell_sender(found: Submission, subject: str, line: str) -> None:
    """The sender, by the page of the return; somebody who came by a link has no page, and is told by words alone."""
    asked = f"{found.expected.agency}, {found.expected.point.period}."
    if found.sent_by is not None:
        tell_later([found.sent_by.email], subject=subject, lines=[asked, line], link=page_of(found))
    elif found.link is not None:
        tell_later([found.link.email], subject=subject, lines=[asked, line], link="/")


def tidy(*, on: date) -> int:
    """Files nobody finished within 30 days are erased, and so are those whose sending was cut off; how many there were."""
    stale = Submission.objects.filter(
        state__in=sorted(CORRECTABLE | {State.WAITING}), changed_at__date__lt=on - timedelta(days=KEEP_DAYS)
    )
    count = sum(_expire(submission) for submission in stale)
    FormLink.objects.filter(ended=None, expires__date__lt=on).exclude(draft={}).update(draft={})
    known = {str(pk) for pk in Submission.objects.exclude(names=[]).values_list("pk", flat=True)}
    left, arrived_in_part = files.forgotten(known), files.cut_off()
    for folder in left:
        files.erase(folder)
    for path in arrived_in_part:
        path.unlink(missing_ok=True)
    return count + len(left) + len(arrived_in_part)


@transaction.atomic
def _expire(submission: Submission) -> bool:
    found = locked(submission.pk)
    try:
        policies.check_step(found, "expire")
    except Refused:
        return False  # somebody has just finished with it
    end(found, State.EXPIRED)
    record("return.expired", by=None, target=found)
    _tell_sender(found, "A return was erased", f"Nobody had finished it within {KEEP_DAYS} days. Send it again.")
    return True
