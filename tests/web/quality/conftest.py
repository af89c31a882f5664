"""A partnership with a pack in force, somebody who keeps the list, somebody who owns things, and a stranger to both."""

import pytest
from django.utils import timezone

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
def stranger(person):
    return person(Role.PRACTITIONER)


@pytest.fixture
def keeper(client_of, manager):
    return client_of(manager)


@pytest.fixture
def setting(partnership, council, police):
    """Two agencies and the pack that ships: enough for gaps to be worked out."""
    return partnership
