"""Somebody of each of two agencies, somebody who keeps the whole map, and a line of it."""

import pytest

from plait_web.knowledge import actions
from plait_web.roles import Role


@pytest.fixture
def ours(person, council):
    return person(Role.CONTRIBUTOR, agency=council)


@pytest.fixture
def theirs(person, police):
    return person(Role.CONTRIBUTOR, agency=police)


@pytest.fixture
def manager(person):
    return person(Role.MANAGER)


@pytest.fixture
def line(council, ours):
    return actions.map_asset(
        agency=council, item="Exploitation tracker", dataset="concerns", columns=("person", "harms"), capture="spreadsheet",
        system="Workbook", succession="one", purposes=("disruption",), by=ours,
    )  # fmt: skip
