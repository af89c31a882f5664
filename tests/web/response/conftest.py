"""Two groups, somebody who keeps the list and somebody who owns an action."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.partnership.models import Group, Seat
from plait_web.response import actions
from plait_web.roles import Role


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def manager(person):
    return person(Role.MANAGER)


@pytest.fixture
def practitioner(person):
    return person(Role.PRACTITIONER)


@pytest.fixture
def board(db):
    return Group.objects.create(name="Board", kind="board", level="strategic")


@pytest.fixture
def panel(db, practitioner):
    made = Group.objects.create(name="Panel", kind="panel", level="operational")
    Seat.objects.create(group=made, lead=practitioner)
    return made


@pytest.fixture
def action(manager, practitioner, today):
    return actions.take_on(
        what="Ask health for attendance", measure="The return has come", due=today + timedelta(days=30),
        owner=practitioner, by=manager,
    )  # fmt: skip
