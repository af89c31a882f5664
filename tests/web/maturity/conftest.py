"""A round that is open, and somebody of each of two agencies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait.declare import load_pack
from plait_web.maturity import actions
from plait_web.roles import Role

PACK = load_pack()
MODEL = PACK.maturity["strategic_data"]


@pytest.fixture
def manager(person):
    return person(Role.MANAGER)


@pytest.fixture
def ours(person, council):
    return person(Role.CONTRIBUTOR, agency=council)


@pytest.fixture
def theirs(person, police):
    return person(Role.CONTRIBUTOR, agency=police)


@pytest.fixture
def round_(manager):
    closes = timezone.localdate() + timedelta(days=30)
    return actions.open_round(title="Autumn", pack=PACK, model=MODEL.id, closes=closes, owner=manager, by=manager)
