"""Those in charge are told 90, 30 and 7 days before an agreement ends, each once, by a link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from plait_web.accounts.models import User
from plait_web.audit.models import Event
from plait_web.mail import NotSent
from plait_web.partnership import actions
from plait_web.partnership.actions import expiry
from plait_web.partnership.models import Agreement, ExpiryWarning
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told_on(agreement, *days_before):
    """How many mails each day's reminders sent."""
    sent = []
    for days in days_before:
        mail.outbox.clear()
        actions.warn_of_expiry(on=agreement.until - days * DAY)
        sent.append(len(mail.outbox))
    return sent


def test_each_step_is_told_once(agreement, signed):
    assert told_on(agreement, 91, 90, 90, 60, 30, 30, 8, 7, 1, 0, -1) == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]
    assert Event.objects.filter(act="agreement.expiry_told").count() == 3


def test_a_step_that_was_missed_is_told_late_and_only_the_nearest(agreement, signed):
    assert told_on(agreement, 20, 20, 3) == [1, 0, 1]


def test_the_mail_has_a_link_and_no_name(agreement, signed, governor):
    told_on(agreement, 30)
    found = mail.outbox[0]
    assert found.to == [governor.email]
    assert found.subject == "A sharing agreement ends in 30 days"
    assert f"/agreement/{agreement.code}/" in found.body
    assert "Carys" not in found.body


def test_owner_and_deputy_are_told_or_else_information_governance(agreement, signed, governor, manager, person):
    actions.put_in_charge(agreement, owner=governor, deputy=manager, by=governor)
    assert told_on(agreement, 90) == [2]
    other = person(Role.GOVERNANCE)
    Agreement.objects.update(owner=None, deputy=None)
    assert told_on(agreement, 30) == [2]
    assert {m.to[0] for m in mail.outbox} == {governor.email, other.email}
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert told_on(agreement, 7) == [1]


def test_nobody_is_told_of_what_nobody_signed(agreement):
    assert told_on(agreement, 30) == [0]


def test_nobody_is_told_of_what_was_withdrawn_or_renewed(
    agreement, signed, drawn_up, council, council_lead, governor, today
):
    actions.renew(agreement, since=agreement.until + DAY, until=agreement.until + 9 * DAY, by=governor)
    assert told_on(agreement, 30) == [0]
    other = drawn_up(council)
    actions.sign(other.party_rows.get(), name="A", post="B", on=today, by=council_lead)
    actions.withdraw(other, stops=today + DAY, why="x", by=governor)
    assert told_on(other, 30) == [0]


def test_a_mail_that_does_not_leave_is_tried_again(agreement, signed, monkeypatch):
    def fail(*to, **what):
        raise NotSent

    monkeypatch.setattr(expiry.mail, "send", fail)
    with pytest.raises(NotSent):
        told_on(agreement, 30)
    assert not ExpiryWarning.objects.exists()
    monkeypatch.undo()
    assert told_on(agreement, 30) == [1]
