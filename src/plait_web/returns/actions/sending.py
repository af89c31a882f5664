"""A return arrives: checked against what may be sent, kept in quarantine, and read in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.returns import access, files, policies
from plait_web.returns.actions.telling import page_of, tell_later
from plait_web.returns.files import Incoming
from plait_web.returns.models import Expected, FormLink, Submission
from plait_web.returns.states import OPEN, State
from plait_web.returns.tasks import read_later


def submit(
    expected: Expected, sent: Sequence[Incoming], *, by: User | None, route: str = Submission.Route.FILES,
    dataset: str = "", link: FormLink | None = None,
) -> Submission:  # fmt: skip
    """What was sent is in quarantine and will be read. A return still being put right gives way to it.

    `by` is None for the agency's own system and for a mail link. Raises Refused, with nothing stored, when the collection
    is not open or no agreement in force covers anything it asks for.
    """
    today = timezone.localdate()
    policies.check_can_send(expected, by, today)
    check_covered(expected, today)
    if not sent:
        raise Refused("Choose at least one file.")
    made = Submission(pk=uuid4(), expected=expected, sent_by=by, link=link, route=route, dataset=dataset, number=0)
    try:
        made.names = files.take_in(made.folder, sent)
        with transaction.atomic():
            _add(made)
            record("return.sent", by=by, target=made, route=route)
            read_later(made.pk)
    except BaseException:
        files.erase(made.folder)
        raise
    return made


def check_covered(expected: Expected, on: date, bound: partnership.Bound | None = None) -> None:
    """Raises Refused, naming the agreement, when nothing that is asked for may be shared on the day."""
    bound, refused = bound or partnership.bound(on), []
    for dataset in expected.point.datasets:
        try:
            bound.check_covered(expected.agency, dataset)
        except Refused as reason:
            refused.append(reason)
        else:
            return
    if refused:
        raise refused[0]


def submit_nil(expected: Expected, *, by: User) -> Submission:
    """The agency says that it has nothing to report. A second person signs it off as any return."""
    today = timezone.localdate()
    policies.check_can_send(expected, by, today)
    check_covered(expected, today)
    made = Submission(
        pk=uuid4(), expected=expected, sent_by=by, route=Submission.Route.NIL, state=State.WAITING, number=0
    )
    with transaction.atomic():
        _add(made)
        record("return.nil", by=by, target=made)
        ask_for_sign_off(made)
    return made


def _add(made: Submission) -> None:
    """The next number of this agency at this point; what was open before it is replaced."""
    Expected.objects.select_for_update().get(pk=made.expected_id)  # one sender at a time
    before = Submission.objects.filter(expected=made.expected_id, state__in=sorted(OPEN)).first()
    policies.check_replaces(before)
    if before is not None:
        end(before, State.REPLACED)
    last = Submission.objects.filter(expected=made.expected_id).aggregate(n=Max("number"))["n"] or 0
    made.number = last + 1
    made.save(force_insert=True)


def end(submission: Submission, state: State) -> None:
    """The return is settled in this state, and what was sent is erased once that stands."""
    submission.state, submission.changed_at = state, timezone.now()
    submission.names, submission.refusal, submission.lease, submission.lease_until = [], "", None, None
    submission.save(update_fields=["state", "changed_at", "names", "refusal", "lease", "lease_until"])
    submission.findings.update(sheet="")  # a sheet may be a file's name, and places in what is gone help nobody
    folder = submission.folder
    transaction.on_commit(lambda: files.erase(folder))


def ask_for_sign_off(submission: Submission) -> None:
    """Those who may sign it off get a mail."""
    tell_later(
        [person.email for person in access.signers_of(submission)],
        subject="A return waits for your sign-off",
        lines=[f"{submission.expected.agency} has a return for {submission.expected.point.period} to sign off."],
        link=page_of(submission),
    )
