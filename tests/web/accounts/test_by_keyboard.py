"""Signing in by the keyboard alone, and what the keyboard finds on every page: the skip link and the summary of errors."""

import pytest

from plait_web.accounts import actions
from plait_web.roles import Role
from tests.web.conftest import PASSWORD
from tests.web.hands import browser, hands, page_of  # noqa: F401 - fixtures
from tests.web.signing_in import SECRET, code

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.browser,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]


def test_signing_in(hands, person):  # noqa: F811
    held, own = person(Role.ANALYST), hands()
    actions.add_authenticator_app(held, secret=SECRET)
    own.open("/sign-in/")
    own.type("Mail address", held.email)
    own.type("Password", PASSWORD)
    own.follow("^Sign in$", "Space")
    own.type("Code from your authenticator app", code())
    own.page.keyboard.press("Enter")
    own.page.wait_for_url("**/account/terms/")
    own.follow("I accept")
    own.follow(held.name)
    assert "Your account" in own.said


def test_the_first_tab_leads_past_the_menu(hands, person):  # noqa: F811
    own = hands(person(Role.MANAGER))
    for path in ("/", "/people/", "/returns/", "/account/"):
        own.open(path)
        own.page.keyboard.press("Tab")
        assert own.at == "Skip to main content"
        assert own.page.locator(".govuk-skip-link").bounding_box()["height"] > 20, "it can be seen"
        own.page.keyboard.press("Enter")
        assert own.page.evaluate("document.activeElement.id") == "main-content"


def test_errors_are_told_first_and_lead_to_their_fields(hands, person):  # noqa: F811
    own = hands(person(Role.MANAGER))
    own.open("/people/invite/")
    own.follow("Send the invitation")
    assert own.page.title().startswith("Error: ")
    assert own.page.evaluate("document.activeElement.classList.contains('govuk-error-summary')")
    own.to("Enter a mail address")
    own.page.keyboard.press("Enter")
    assert own.page.evaluate("document.activeElement.name") == "email"
    own.page.keyboard.type("new@example.org")
    own.to("Role")
    own.page.keyboard.press("Space")
    own.page.keyboard.press("ArrowDown")
    own.page.keyboard.press("ArrowUp")
    assert own.page.evaluate("document.activeElement.checked")
