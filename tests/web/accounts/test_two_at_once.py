"""Two people, or one person twice, at the same moment: one wins, and the other is told."""

import threading

import pytest
from django.db import connections

from plait_web.accounts import access, actions
from plait_web.accounts.models import User
from plait_web.permissions import Refused
from plait_web.roles import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("trail_that_can_be_emptied")]


def at_once(*acts):
    """What each came to, all begun together: None, or the sentence it was refused with."""
    start, told = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            act()
        except Refused as no:
            told[place] = str(no)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_two_managers_who_end_each_other_leave_one(person):
    one, other = person(Role.MANAGER), person(Role.MANAGER)
    told = at_once(
        lambda: actions.end_role(one.memberships.get().pk, by=other),
        lambda: actions.close_account(other.pk, by=one),
    )
    assert sorted(map(bool, told)) == [False, True]
    assert access.managers().count() == 1


def test_an_invitation_followed_twice_makes_one_account(council):
    invitation, _ = actions.invite(email="a@example.org", role=Role.CONTRIBUTOR, agency=council, by=None)
    told = at_once(*[lambda: actions.accept(invitation.pk, name="A", password="three random words")] * 2)
    assert told.count(None) == 1
    assert User.objects.count() == 1
