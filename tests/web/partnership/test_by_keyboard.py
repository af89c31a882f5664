"""An agreement read and signed by the keyboard alone."""

import pytest

from tests.web.hands import browser, hands, page_of  # noqa: F401 - fixtures

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.browser,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]


def test_an_agreement_is_signed(hands, party, council_lead, today):  # noqa: F811
    own = hands(council_lead)
    own.open("/agreements/")
    own.follow(party.agreement.code)
    own.follow("^Sign$")
    own.type("Name of the person who signs", "Carys Council")
    own.type("Their post", "Director")
    own.day("Day of signing", today)
    own.to("They have read the whole agreement")
    own.page.keyboard.press("Space")
    own.follow("^Sign this agreement$", "Space")
    party.refresh_from_db()
    assert (party.signed, party.signed_by) == (today, "Carys Council, Director")
