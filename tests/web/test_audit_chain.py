"""The audit trail cannot be changed without being seen."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from plait_web.audit.models import Event, Head
from plait_web.audit.record import chained, record, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail():
    return [record("return.accepted", by=None, why=f"reason {n}", rows="many") for n in range(3)]


def test_a_whole_trail_is_whole(trail):
    assert verify().broken is None
    assert verify().count == 3


def test_each_event_follows_the_one_before(trail):
    assert [e.before for e in trail[1:]] == [e.digest for e in trail[:-1]]


@pytest.mark.parametrize("act", ["UPDATE audit_event SET why = 'other'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_an_event(trail, act):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_an_event_slipped_in_by_hand_is_seen(trail):
    forged = Event(at=trail[0].at, who="", act="return.accepted", before=trail[-1].digest)
    forged.digest = chained(forged)
    forged.save(force_insert=True)
    assert verify().broken == 0


def test_events_missing_at_the_end_are_seen(trail):
    Head.objects.update(count=4)
    assert verify().broken == 0


def test_what_is_rolled_back_leaves_no_event(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("return.accepted", by=None)
        raise ZeroDivisionError
    assert Event.objects.count() == 0
