"""Two people at the same agreement, agency or pack at the same moment: one wins, and the other is told why not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections

from plait_web.audit.models import Event
from plait_web.partnership import actions
from plait_web.partnership.models import Agency, Agreement, ExpiryWarning, Party
from plait_web.permissions import Refused
from plait_web.roles import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("trail_that_can_be_emptied")]


def at_once(*acts: Callable[[], object]) -> list[str | None]:
    """What each act came to, all begun together: None, or the sentence it was refused with."""
    start, told = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
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


def test_two_leads_of_an_agency_sign_once(party, council, council_lead, person, today):
    other = person(Role.STRATEGIC_LEAD, agency=council)
    told = at_once(
        lambda: actions.sign(party, name="One", post="x", on=today, by=council_lead),
        lambda: actions.sign(party, name="Two", post="x", on=today, by=other),
    )
    assert told.count(None) == 1
    assert any(words and "Marlshire Council signed this on" in words for words in told)
    assert Event.objects.filter(act="agreement.signed").count() == 1


def test_signing_and_refusing_never_both_win(party, council, council_lead, person, today):
    other = person(Role.STRATEGIC_LEAD, agency=council)
    told = at_once(
        lambda: actions.sign(party, name="One", post="x", on=today, by=council_lead),
        lambda: actions.refuse(party, why="x", by=other),
    )
    assert told.count(None) == 1
    answered = Party.objects.get(pk=party.pk)
    assert bool(answered.signed) != bool(answered.refused)


def test_one_renewal_wins(agreement, signed, governor):
    since, until = agreement.until + timedelta(days=1), agreement.until + timedelta(days=9)
    told = at_once(*[lambda: actions.renew(agreement, since=since, until=until, by=governor)] * 2)
    assert told.count(None) == 1
    assert Agreement.objects.filter(renews=agreement).count() == 1


def test_one_agency_takes_a_code(partnership, manager):
    told = at_once(
        *[
            lambda name=name: actions.add_agency(name=name, kind="fire", areas=["X1"], code="fire", by=manager)
            for name in "AB"
        ]
    )
    assert told.count(None) == 1
    assert Agency.objects.filter(code="fire").count() == 1


def test_two_reminders_tell_an_end_once(agreement, signed):
    on = agreement.until - timedelta(days=30)
    at_once(*[lambda: actions.warn_of_expiry(on=on)] * 2)
    assert len(mail.outbox) == 1
    assert ExpiryWarning.objects.count() == 1
