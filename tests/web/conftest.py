"""A small partnership and its people, made through the models where a test is not about how they came to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client

from plait_web.accounts.models import Membership, User
from plait_web.audit.models import Event
from plait_web.partnership.models import Agency, Partnership
from plait_web.roles import OF_AN_AGENCY, Role

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture
def partnership(db: None) -> Partnership:
    made, _ = Partnership.objects.get_or_create(
        pk=1, defaults={"name": "Marlshire Partnership", "areas": ["X10000001"]}
    )
    return made


@pytest.fixture
def council(partnership: Partnership) -> Agency:
    return _agency("council", "Marlshire Council", "council")


@pytest.fixture
def police(partnership: Partnership) -> Agency:
    return _agency("police", "Marlshire Police", "police")


def _agency(code: str, name: str, kind: str) -> Agency:
    made, _ = Agency.objects.get_or_create(code=code, defaults={"name": name, "kind": kind, "areas": ["X10000001"]})
    return made


@pytest.fixture
def person(council: Agency) -> Callable[..., User]:
    """Somebody with a role: `person(Role.CONTRIBUTOR, agency=police)`; of the council where the role needs an agency."""

    def make(role: Role, *, agency: Agency | None = None, email: str = "", name: str = "") -> User:
        number = User.objects.count() + 1
        user = User(email=email or f"{role.value}{number}@example.org", name=name or f"{role.label} {number}")
        user.set_password(PASSWORD)
        user.save()
        given = agency or (council if role in OF_AN_AGENCY else None)
        Membership.objects.create(user=user, role=role, agency=given, since=date(2024, 4, 1))
        return user

    return make


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which this person has signed in, second factor and terms included."""
    from tests.web.signing_in import signed_in

    return signed_in


@pytest.fixture
def trail_that_can_be_emptied(transactional_db: None) -> Iterator[None]:
    """For a test whose acts are really committed: the audit trail refuses to be emptied, and afterwards it has to be."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for what in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER audit_no_{what}")
        Event.objects.all().delete()
        with connection.schema_editor() as editor:
            import_module("plait_web.audit.migrations.0002_append_only").forbid(None, editor)
