"""The way in and the pages of people, in a real browser with a real (virtual) security key: no fault of access in any state,
nothing wider than a telephone, nothing asked from elsewhere. `PLAIT_SHOTS=folder` keeps a picture of each state."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from plait_web.accounts import actions
from plait_web.accounts.models import SignIn
from plait_web.roles import Role
from tests.web.signing_in import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket, pytest.mark.browser]
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1100, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        yield launched
        launched.close()


class Eyes:
    """Looks at each state of each page, on a desk and on a telephone."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.faults, self.seen = page, base, [], 0

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.look()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).click()

    def look(self) -> None:
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)
            found = Axe().run(self.page).response["violations"]
            self.faults += [(self.where, one["id"], one["nodes"][0]["html"][:160]) for one in found]
            if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                self.faults.append((self.where, "wider than the screen"))
            self._keep(size)
        self.page.set_viewport_size(DESK)

    @property
    def where(self) -> str:
        return urlsplit(self.page.url).path

    def _keep(self, size: dict[str, int]) -> None:
        if folder := os.environ.get("PLAIT_SHOTS"):
            self.seen += 1
            name = re.sub(r"\W+", "-", self.where).strip("-")
            self.page.screenshot(path=Path(folder) / f"{self.seen:02}-{size['width']}-{name}.png", full_page=True)


@pytest.fixture
def eyes(browser, live_server, trail_that_can_be_emptied):
    context = browser.new_context()
    page = context.new_page()
    wrong = []
    page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else wrong.append(r.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    made = Eyes(page, live_server.url)
    yield made
    assert made.faults == []
    assert wrong == []
    context.close()


def come(eyes, user):
    cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    eyes.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": eyes.base}])


def with_a_key(page):
    """A security key that answers by itself."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def test_from_the_link_to_the_account_with_an_app(eyes, council):
    _, path = actions.invite(email="new@example.org", role=Role.CONTRIBUTOR, agency=council, by=None)
    page = eyes.page
    eyes.open(path)
    page.get_by_role("button", name="Continue with a password").click()
    eyes.look()
    eyes.press("Continue")
    eyes.look()  # with what is missing
    page.get_by_label("Your name").fill("New Person")
    page.get_by_label("A password").fill("three random words here")
    eyes.press("Continue")
    eyes.look()
    page.get_by_role("button", name="Set up an authenticator app").click()
    page.get_by_text("I cannot scan it").click()
    eyes.look()
    secret = page.locator(".plait-secret").inner_text().replace(" ", "")
    page.get_by_label("Code that your app shows now").fill(
        format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    )
    eyes.press("Continue")
    assert page.locator(".plait-codes code").count() == 10
    eyes.look()
    page.goto(eyes.base + "/account/")
    eyes.look()
    eyes.press("I accept")
    eyes.open("/account/")
    assert page.get_by_text("Agency contributor (Marlshire Council)").is_visible()


def test_a_security_key_as_the_only_second_factor(eyes, person):
    held, page = person(Role.ANALYST), eyes.page
    with_a_key(page)
    eyes.open("/sign-in/")
    for way in ("set up", "used"):
        page.goto(eyes.base + "/sign-in/")
        page.get_by_label("Mail address").fill(held.email)
        page.get_by_role("textbox", name="Password").fill("correct horse battery staple")
        eyes.press("Sign in")
        eyes.look()
        if way == "set up":
            page.get_by_role("button", name="Add a security key").click()
            eyes.look()
            assert not page.get_by_text("The key did not answer").is_visible()
            page.get_by_label("Name for this key").fill("blue key")
            eyes.press("Add the key")
            page.wait_for_url("**/codes/")
            eyes.press("Sign out")
    eyes.press("Use your security key")
    page.wait_for_url("**/account/terms/")
    assert SignIn.objects.filter(user=held, result="success").count() == 2
    eyes.open("/account/second-factor/")
    assert page.get_by_text("blue key").first.is_visible()


def test_pages_of_ones_own_account(eyes, person):
    held = person(Role.ANALYST)
    come(eyes, held)
    for path in ("", "name/", "sessions/", "sign-ins/", "terms/", "password/", "second-factor/", "second-factor/codes/new/",
                 "again/password/", "again/code/"):  # fmt: skip
        eyes.open(f"/account/{path}")
    eyes.open("/account/password/")
    eyes.press("Change password")
    eyes.look()


def test_pages_of_people(eyes, person, council):
    manager = person(Role.ADMINISTRATOR, name="Ada Administrator")
    other = person(Role.ANALYST, name="Somebody with a long name and a longer surname than most")
    actions.give_role(other.pk, role=Role.CONTRIBUTOR, agency=council, by=manager)
    actions.invite(
        email="waiting.with.a.very.long.mail.address@safeguarding.example.org", role=Role.MANAGER, by=manager
    )
    actions.refused_sign_in(
        other, result=SignIn.Result.LOCKED, way="password", source="192.0.2.1", browser="Edge on Windows"
    )
    come(eyes, manager)
    role = other.memberships.first().pk
    for path in ("", "?q=nobody", "invite/", f"{other.pk}/", f"{manager.pk}/", f"{other.pk}/give-role/",
                 f"{other.pk}/hand-over/", f"{other.pk}/close/", f"{manager.pk}/close/", f"{other.pk}/sign-ins/",
                 f"roles/{role}/change/", f"roles/{role}/end/", f"roles/{role}/deputy/"):  # fmt: skip
        eyes.open(f"/people/{path}")
    eyes.open("/people/invite/")
    eyes.press("Send the invitation")
    eyes.look()


def test_pages_before_signing_in(eyes, person):
    held = person(Role.ANALYST)
    for path in ("/sign-in/", "/sign-in/closed/", "/password/", "/password/sent/", "/password/changed/", "/join/made-up/",
                 "/password/new/1-made-up/"):  # fmt: skip
        eyes.open(path)
    eyes.open("/sign-in/")
    eyes.page.get_by_label("Mail address").fill(held.email)
    eyes.page.get_by_role("textbox", name="Password").fill("wrong")
    eyes.press("Sign in")
    eyes.look()
    assert eyes.page.get_by_text("is not right").first.is_visible()
