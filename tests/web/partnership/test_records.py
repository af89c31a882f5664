"""Decisions not to share and barriers: reasons, owners, ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plait_web.audit.models import Event
from plait_web.partnership import actions
from plait_web.permissions import Refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def decision(council, governor, today):
    return actions.decide_not_to_share(
        agency=council, dataset="events", what="Attendances.", why="More harm than good.", decided=today,
        decided_by="Caldicott guardian", review=today + 90 * DAY, by=governor,
    )  # fmt: skip


def test_a_decision_stands_until_the_day_it_ends(decision, governor, today):
    assert [decision.stands(today + days * DAY) for days in (-1, 0, 90)] == [False, True, True]
    ended = actions.end_decision(decision, on=today + DAY, why="Reviewed", by=governor)
    assert [ended.stands(today + days * DAY) for days in (0, 1)] == [True, False]
    with pytest.raises(Refused, match=r"This decision already ended, on"):
        actions.end_decision(decision, on=today, why="x", by=governor)
    assert [e.why for e in Event.objects.filter(act__startswith="not_shared.").order_by("id")] == [
        "More harm than good.",
        "Reviewed",
    ]


def test_a_decision_that_is_kept_is_looked_at_again(decision, governor, manager, today, recorded):
    actions.keep_decision(decision, review=today + 365 * DAY, owner=manager, by=governor)
    decision.refresh_from_db()
    assert (decision.review, decision.owner) == (today + 365 * DAY, manager)
    assert recorded()[-1] == "not_shared.kept"
    with pytest.raises(Refused, match=r"must be after the day it is decided"):
        actions.keep_decision(decision, review=today, owner=manager, by=governor)


def test_a_decision_is_looked_at_after_it_is_made(council, governor, today):
    with pytest.raises(Refused, match=r"The day to look at it again must be after the day it is decided."):
        actions.decide_not_to_share(
            agency=council, what="x", why="x", decided=today, decided_by="x", review=today, by=governor
        )


def test_a_barrier_is_moved_on_and_resolved(council, governor, manager, today, recorded):
    barrier = actions.raise_barrier(kind="technical", what="No export.", agency=council, step="Ask.", by=governor)
    assert barrier.owner == governor
    actions.change_barrier(barrier, step="Ask the supplier.", due=today, owner=manager, by=governor)
    actions.resolve_barrier(barrier, how="A report was written.", by=manager)
    barrier.refresh_from_db()
    assert (barrier.step, barrier.owner, barrier.resolved) == ("Ask the supplier.", manager, today)
    for act in (
        lambda: actions.change_barrier(barrier, step="x", due=None, owner=None, by=manager),
        lambda: actions.resolve_barrier(barrier, how="x", by=manager),
    ):
        with pytest.raises(Refused, match=r"This barrier was resolved on"):
            act()
    assert recorded()[-3:] == ["barrier.raised", "barrier.changed", "barrier.resolved"]
