"""Each page of what the agencies learn, empty and full, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.learning import actions
from plait_web.partnership.models import Agency
from plait_web.roles import Role
from tests.web.hands import browser  # noqa: F401 - fixtures
from tests.web.reader import PHONE, reader  # noqa: F401

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]
LONG = "Children who move between placements out of the county and whose records stay behind for many months"
LISTS = ("audits", "training", "together", "reviews")
FORMS = ("new_audit", "new_need", "new_together", "new_review")
SCREENS = pytest.mark.parametrize("screen", [{"width": 1200, "height": 900}, PHONE], ids=["desk", "phone"])


@pytest.fixture
def health(partnership):
    return Agency.objects.create(code="health", name="Marlshire Health", kind="health", areas=["X10000001"])


@pytest.fixture
def full(person, council, police, health):
    """One of each thing, in more than one state."""
    today, manager = timezone.localdate(), person(Role.MANAGER)
    said = {"title": LONG, "sample": LONG, "criterion": "One\nTwo", "result": LONG, "by": manager}
    waiting, done = (actions.keep_audit(on=today, agency=agency, **said) for agency in (None, council))
    actions.act_on_audit(done.pk, what=LONG, measure="Seen", due=today + timedelta(days=9), owner=manager, by=manager)
    none, some = (
        actions.need_training(agency=council, role=role, topic=LONG, people=9, by=manager) for role in ("Desk", LONG)
    )
    actions.hold_training(some.pk, on=today, people=5, note=LONG, by=manager)
    actions.spend_time(kind="talk", what=LONG, on=today, agencies=[council, police], learnt=LONG, by=manager)
    process = {"process": LONG, "purpose": LONG, "benefit": LONG, "why": LONG, "by": manager}
    stop, _ = (actions.review(verdict=verdict, **process) for verdict in ("stop", "keep"))
    actions.carry_out(actions.review(verdict="change", **process).pk, by=manager)
    return {
        "manager": manager,
        "act_on_audit": waiting.pk,
        "hold_training": none.pk,
        "end_need": none.pk,
        "carry_out": stop.pk,
    }


@SCREENS
def test_every_page(full, reader, screen):  # noqa: F811 - the fixture
    looking = reader(full["manager"], viewport=screen)
    for name in (*LISTS, *FORMS):
        looking.open(f"learning:{name}")
    looking.open("learning:training", query="?view=none")
    for name in ("act_on_audit", "hold_training", "end_need", "carry_out"):
        looking.open(f"learning:{name}", full[name])


@SCREENS
def test_before_there_is_anything_and_with_faults(person, council, reader, screen):  # noqa: F811 - the fixture
    looking = reader(person(Role.CONTRIBUTOR, agency=council), viewport=screen)
    for name in LISTS:
        looking.open(f"learning:{name}")
        assert looking.page.locator(".plait-empty").count()
    for name, button in zip(FORMS, ("Keep it", "Add it", "Keep it", "Keep it"), strict=True):
        looking.open(f"learning:{name}")
        looking.send(button)
        assert looking.page.locator(".govuk-error-summary").count()
