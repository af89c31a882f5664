"""The only writers of audits of records, training, time together and reviews of processes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.learning import policies
from plait_web.learning.models import Audit, Need, Review, Together, Training
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.response import actions as response


@transaction.atomic
def keep_audit(
    *, title: str, on: date, sample: str, criterion: str, result: str, by: User, agency: Agency | None = None
) -> Audit:
    """What was looked through and found. No action has come of it yet."""
    policies.check_speaks_for(agency, by)
    policies.check_has_been(on, timezone.localdate())
    made = Audit.objects.create(
        title=title, agency=agency, on=on, sample=sample, criterion=criterion, result=result, owner=by
    )
    record("case_audit.kept", by=by, target=made, agency=agency.code if agency else "")
    return made


@transaction.atomic
def act_on_audit(pk: int, *, what: str, measure: str, due: date, owner: User, by: User) -> Audit:
    """What will be done about it, by a day, in the plan of the audit's agency."""
    audit = Audit.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_speaks_for(audit.agency, by)
    policies.check_has_no_action(audit)
    audit.action = response.take_on(what=what, measure=measure, due=due, owner=owner, agency=audit.agency, by=by)
    audit.save(update_fields=["action"])
    record("case_audit.acted_on", by=by, target=audit, action=audit.action.pk)
    return audit


@transaction.atomic
def need_training(*, agency: Agency, role: str, topic: str, people: int, by: User) -> Need:
    """Raises Refused where the list has it."""
    policies.check_speaks_for(agency, by)
    policies.check_new(Need.objects.filter(agency=agency, role=role, topic=topic, ended=None).exists())
    try:
        with transaction.atomic():
            made = Need.objects.create(agency=agency, role=role, topic=topic, people=people)
    except IntegrityError:
        raise Refused("This need is on the list already.") from None
    record("training.needed", by=by, target=made, agency=agency.code)
    return made


@transaction.atomic
def hold_training(pk: int, *, on: date, people: int, by: User, note: str = "") -> Training:
    """So many of those in the role had it on the day."""
    need = Need.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_speaks_for(need.agency, by)
    policies.check_stands(need)
    policies.check_has_been(on, timezone.localdate())
    policies.check_no_more_than(people, need)
    made = Training.objects.create(need=need, on=on, people=people, note=note)
    record("training.held", by=by, target=made, need=need.pk)
    return made


@transaction.atomic
def end_need(pk: int, *, by: User) -> Need:
    """The role has gone, or needs this no longer. What was held stays."""
    need = Need.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_speaks_for(need.agency, by)
    policies.check_stands(need)
    need.ended = timezone.localdate()
    need.save(update_fields=["ended"])
    record("training.need_ended", by=by, target=need)
    return need


@transaction.atomic
def spend_time(*, kind: str, what: str, on: date, agencies: Sequence[Agency], by: User, learnt: str = "") -> Together:
    """People of these agencies spent time with one another."""
    policies.check_one_of(agencies, by)
    policies.check_has_been(on, timezone.localdate())
    made = Together.objects.create(kind=kind, what=what, on=on, learnt=learnt, by=by)
    made.agencies.set(agencies)
    record("time.spent_together", by=by, target=made, agencies=sorted(agency.code for agency in agencies))
    return made


@transaction.atomic
def review(
    *, process: str, purpose: str, benefit: str, verdict: str, why: str, by: User, agency: Agency | None = None
) -> Review:
    """A process was looked at again, and this is what is to become of it."""
    policies.check_speaks_for(agency, by)
    made = Review.objects.create(
        process=process, agency=agency, purpose=purpose, benefit=benefit, verdict=verdict, why=why, by=by
    )
    record("process.reviewed", by=by, target=made, verdict=verdict)
    return made


@transaction.atomic
def carry_out(pk: int, *, by: User) -> Review:
    """The process has been changed, or stopped."""
    found = Review.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_speaks_for(found.agency, by)
    policies.check_waits(found)
    found.done = timezone.localdate()
    found.save(update_fields=["done"])
    record("process.carried_out", by=by, target=found, verdict=found.verdict)
    return found
