"""A conversation about a figure that may no longer be shown, in a real browser."""

import pytest
from django.utils import timezone

from plait_web.conversations import actions
from plait_web.picture.access import newest
from plait_web.release.models import Release
from plait_web.roles import Role
from tests.web.hands import browser  # noqa: F401 - fixtures
from tests.web.picture.conftest import first_picture, home, made, made_once, set_up  # noqa: F401
from tests.web.reader import PHONE, reader  # noqa: F401

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desk", "phone"])
def test_a_figure_of_a_recalled_release_is_not_shown_and_the_talk_is(reader, made, person, options):  # noqa: F811
    manager, now = person(Role.MANAGER), timezone.now()
    talk = actions.begin(newest("partnership"), about="how-many-known", asked="Why so few?", by=manager)
    here = reader(manager, **options)
    here.open("conversations:one", talk.pk)
    here.open("conversations:shown", talk.pk)
    assert "was recalled" not in here.page.inner_text("main")
    Release.objects.create(
        title="Out", audience="public", run=made, state="recalled", by=manager, published_by=manager, published_at=now,
        drawn_at=now, description="A", population="B", relation="C",
    )  # fmt: skip
    for page in ("one", "shown"):
        here.open(f"conversations:{page}", talk.pk)
        assert "was recalled" in here.page.inner_text("main")
    here.open("conversations:one", talk.pk)
    assert "Why so few?" in here.page.inner_text("main")
