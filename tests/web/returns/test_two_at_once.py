"""Two people, or two workers, at the same return at the same moment: one wins, and the other is told."""

import threading

import pytest
from django.db import connections

from plait_web.permissions import Refused
from plait_web.returns import actions
from plait_web.returns.models import Submission
from plait_web.returns.states import State
from tests.web.returns.conftest import fresh

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("trail_that_can_be_emptied")]


def _at_once(*acts):
    """What each act came to, all begun together: None, or the sentence it was refused with."""
    start, told = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            act()
        except Refused as reason:
            told[place] = str(reason)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_signing_off_and_withdrawing_never_both_win(waiting, second, sender):
    told = _at_once(
        lambda: actions.sign_off(waiting, by=second), lambda: actions.sign_off(waiting, by=second),
        lambda: actions.send_back(waiting, why="Wrong", by=second),
    )  # fmt: skip
    assert told.count(None) == 1
    assert fresh(waiting).state in (State.ACCEPTED, State.NEEDS_ATTENTION)


def test_two_who_send_at_once_leave_one_open_return(expected, sender, second, csv, no_worker):
    told = _at_once(
        lambda: actions.submit(expected, [csv()], by=sender), lambda: actions.submit(expected, [csv()], by=second)
    )
    assert told == [None, None]
    states = sorted(Submission.objects.values_list("number", "state"))
    assert states == [(1, State.REPLACED), (2, State.RECEIVED)]


def test_two_workers_read_a_return_once(expected, sender, csv, no_worker, monkeypatch):
    made = actions.submit(expected, [csv()], by=sender)
    from plait_web.returns import reading

    real, times = reading.read, []

    def counted(*args, **kwargs):
        times.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(reading, "read", counted)
    _at_once(lambda: actions.read(made.pk), lambda: actions.read(made.pk))
    assert times == [1]
    assert fresh(made).state == State.READY
