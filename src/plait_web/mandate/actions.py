"""The only writers of who answers for what, of leave, messages and the report map."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.mandate import policies
from plait_web.mandate.models import Audience, Leave, Message, Report, Responsibility
from plait_web.partnership.models import Agency, Group
from plait_web.permissions import Refused


@transaction.atomic
def give(*, about: str, item: str, part: str, to: User | Group | Agency, by: User) -> Responsibility:
    """Somebody has a part in it. Raises Refused where somebody else answers for it, or the part is theirs."""
    holder = {"lead": None, "group": None, "agency": None} | {_column(to): to}
    same = Responsibility.objects.filter(about=about, item=item, part=part)
    policies.check_paired(about, part)
    policies.check_new(same.filter(**{_column(to): to}).exists())
    policies.check_one_answers(part, same.first())
    try:
        with transaction.atomic():
            made = Responsibility.objects.create(about=about, item=item, part=part, **holder)
    except IntegrityError:
        raise Refused("Somebody else was given this just now. Load the page again.") from None
    record("part.given", by=by, target=made, about=about, item=item, part=part, **{_column(to): to.pk})
    return made


def _column(to: User | Group | Agency) -> str:
    return "group" if isinstance(to, Group) else "agency" if isinstance(to, Agency) else "lead"


@transaction.atomic
def take_away(pk: int, *, by: User) -> None:
    """The part is nobody's, or one holder's fewer."""
    part = Responsibility.objects.select_for_update(of=("self",)).get(pk=pk)
    record("part.taken_away", by=by, target=part, about=part.about, item=part.item, part=part.part)
    part.delete()


@transaction.atomic
def ask_leave(*, what: str, asked_by: str, of: Group, by: User) -> Leave:
    made = Leave.objects.create(what=what, asked_by=asked_by, of=of, by=by)
    record("leave.asked", by=by, target=made)
    return made


@transaction.atomic
def answer_leave(pk: int, *, granted: bool, limits: str, by: User) -> Leave:
    """The group said yes, within limits, or no, and why."""
    leave = Leave.objects.select_for_update(of=("self",)).get(pk=pk)
    policies.check_unanswered(leave)
    leave.granted, leave.limits, leave.answered = granted, limits, timezone.localdate()
    leave.save(update_fields=["granted", "limits", "answered"])
    record("leave.answered", by=by, target=leave, granted=granted)
    return leave


@transaction.atomic
def say(*, title: str, text: str, audiences: Iterable[str], owner: User, by: User) -> Message:
    """A message, and for whom it is."""
    made = Message.objects.create(title=title, text=text, owner=owner)
    Audience.objects.bulk_create(Audience(message=made, who=who) for who in dict.fromkeys(audiences))
    record("message.written", by=by, target=made)
    return made


@transaction.atomic
def heard(pk: int, *, how: str, said: str, by: User) -> Audience:
    """They have heard it, and what they said to it."""
    audience = Audience.objects.select_for_update().get(pk=pk)
    policies.check_has_not_heard(audience)
    audience.heard, audience.how, audience.said = timezone.localdate(), how, said
    audience.save(update_fields=["heard", "how", "said"])
    record("message.heard", by=by, target=audience)
    return audience


@transaction.atomic
def map_report(
    *, body: str, often: str, due: date, owner: User, by: User, question: str = "", group: Group | None = None
) -> Report:
    """A body is told something from now on."""
    made = Report.objects.create(body=body, group=group, question=question, often=often, due=due, owner=owner)
    record("report.mapped", by=by, target=made, question=question)
    return made


@transaction.atomic
def end_report(pk: int, *, by: User) -> None:
    """The body is no longer told of this."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=pk)
    record("report.ended", by=by, target=report, question=report.question)
    report.delete()
