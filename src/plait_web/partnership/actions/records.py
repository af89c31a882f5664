"""Decisions not to share, and what stands in the way of sharing."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import policies
from plait_web.partnership.models import Agency, Barrier, NotShared


@transaction.atomic
def decide_not_to_share(
    *,
    agency: Agency,
    what: str,
    why: str,
    decided: date,
    decided_by: str,
    review: date,
    dataset: str = "",
    owner: User | None = None,
    by: User | None,
) -> NotShared:
    """The agency does not share this, for the reason given, until the decision is looked at again."""
    policies.check_review(review, decided)
    decision = NotShared.objects.create(
        agency=agency,
        dataset=dataset,
        what=what,
        why=why,
        decided=decided,
        decided_by=decided_by,
        review=review,
        owner=owner or by,
    )
    record("not_shared.decided", by=by, target=decision, why=why, dataset=dataset)
    return decision


@transaction.atomic
def keep_decision(decision: NotShared, *, review: date, owner: User, by: User | None) -> NotShared:
    """The decision was looked at and stands; it is looked at again on another day, perhaps by somebody else."""
    decision = NotShared.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    policies.check_stands(decision)
    policies.check_review(review, timezone.localdate())
    decision.review, decision.owner = review, owner
    decision.save(update_fields=["review", "owner"])
    record("not_shared.kept", by=by, target=decision, review=str(review), owner=owner.pk)
    return decision


@transaction.atomic
def end_decision(decision: NotShared, *, on: date, why: str, by: User | None) -> NotShared:
    """The decision not to share stands no longer from that day."""
    decision = NotShared.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    policies.check_stands(decision)
    decision.ended, decision.ended_why = on, why
    decision.save(update_fields=["ended", "ended_why"])
    record("not_shared.ended", by=by, target=decision, why=why, on=str(on))
    return decision


@transaction.atomic
def raise_barrier(
    *,
    kind: str,
    what: str,
    agency: Agency | None = None,
    step: str = "",
    due: date | None = None,
    owner: User | None = None,
    by: User | None,
) -> Barrier:
    """Something stands in the way, and somebody has the next step."""
    barrier = Barrier.objects.create(kind=kind, what=what, agency=agency, step=step, due=due, owner=owner or by)
    record("barrier.raised", by=by, target=barrier, kind=kind)
    return barrier


@transaction.atomic
def change_barrier(barrier: Barrier, *, step: str, due: date | None, owner: User | None, by: User | None) -> Barrier:
    """Another next step, or somebody else has it."""
    barrier = _held(barrier)
    barrier.step, barrier.due, barrier.owner = step, due, owner
    barrier.save(update_fields=["step", "due", "owner"])
    record("barrier.changed", by=by, target=barrier, owner=owner.pk if owner else None)
    return barrier


@transaction.atomic
def resolve_barrier(barrier: Barrier, *, how: str, by: User | None) -> Barrier:
    """It stands in the way no longer, and how that came about is kept for others."""
    barrier = _held(barrier)
    barrier.resolved, barrier.how = timezone.localdate(), how
    barrier.save(update_fields=["resolved", "how"])
    record("barrier.resolved", by=by, target=barrier, why=how)
    return barrier


def _held(barrier: Barrier) -> Barrier:
    barrier = Barrier.objects.select_for_update(of=("self",)).get(pk=barrier.pk)
    policies.check_unresolved(barrier)
    return barrier
