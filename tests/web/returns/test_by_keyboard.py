"""A return sent, put right and signed off by the keyboard alone."""

import re

import pytest

from plait_web.returns.models import Submission
from plait_web.returns.states import State
from tests.web.hands import browser, hands, page_of  # noqa: F401 - fixtures
from tests.web.returns.conftest import COLUMNS, GOOD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.browser,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]
RETURN = re.compile(r"/returns/[0-9a-f-]{36}/$")


def test_a_return_is_sent_and_signed_off(hands, expected, sender, second, tmp_path):  # noqa: F811
    own = hands(sender)
    own.open("/returns/")
    own.follow("Concerns")
    own.follow("Send a return")
    _send(own, tmp_path, ["A1,,CSE,known"])
    assert "There is something to put right" in own.said
    own.follow("See each place to look at")
    own.follow("Back")
    own.follow("Upload again")
    _send(own, tmp_path, [])
    own.follow("Check and send for sign-off")
    own.follow("^Send for sign-off$", "Space")
    made = Submission.objects.get(state=State.WAITING)
    other = hands(second)
    other.open(f"/returns/{made.pk}/")
    other.follow("Check and sign off")
    other.follow("^Sign off$", "Space")
    assert Submission.objects.get(pk=made.pk).state == State.ACCEPTED


def _send(own, folder, more):
    path = folder / "concerns.csv"
    path.write_text("\n".join([COLUMNS, *more, *GOOD]))
    own.attach("Files", path)
    own.to("^Send$")
    own.page.keyboard.press("Enter")
    own.page.wait_for_url(RETURN)
    own.page.wait_for_selector("text=Return")
