"""Each page of releases, the ledger and words, in each state, in a real browser: no fault, nothing wider than a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from plait_web.release import actions
from plait_web.release.models import Release
from plait_web.roles import Role
from plait_web.words import actions as words
from tests.unit.publish import making as profiles
from tests.web.release.conftest import TOLD, fresh
from tests.web.release.test_ledger import left
from tests.web.signing_in import signed_in
from tests.web.words.test_words import GOOD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]
WIDTHS = ({"width": 1200, "height": 900}, {"width": 320, "height": 640})
PICTURES = os.environ.get("PLAIT_PICTURES")  # a folder for what each page looks like, to be looked at by a person


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Reader:
    """Somebody going from page to page; each is looked at on a desk and on a phone."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.faults = page, base, {}

    def go(self, address: str, called: str) -> None:
        self.page.goto(self.base + address)
        self.look(called)

    def look(self, called: str) -> None:
        for size in WIDTHS:
            self.page.set_viewport_size(size)
            found = Axe().run(self.page).response["violations"]
            faults = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
            if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                faults.append("wider than the screen")
            if faults:
                self.faults[f"{called} {urlsplit(self.page.url).path} {size['width']}"] = faults
            if PICTURES:
                self.page.screenshot(path=str(Path(PICTURES) / f"{called}-{size['width']}.png"), full_page=True)
        self.page.set_viewport_size(WIDTHS[0])

    def press(self, button: str, called: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()
        self.look(called)


@pytest.fixture
def reader(browser, live_server):
    """`reader(user)` opens a browser as that person; at the end nothing may have been found wrong."""
    opened, asked = [], []

    def start(user) -> Reader:
        context = browser.new_context()
        cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else asked.append(r.url))
        page.on("pageerror", lambda error: asked.append(str(error)))
        opened.append(Reader(page, live_server.url))
        return opened[-1]

    yield start
    assert [one.faults for one in opened if one.faults] == []
    assert asked == []
    for one in opened:
        one.page.context.close()


def test_preparing_a_release(reader, picture, author):
    own = reader(author)
    own.go("/releases/", "list-empty")
    own.go("/releases/new/", "begin")
    own.press("Continue", "begin-error")
    own.page.locator("[name=title]").fill("Figures for the board")
    own.page.get_by_label("The public").check()
    own.press("Continue", "release-draft")
    at = urlsplit(own.page.url).path
    own.go(f"{at}figures/", "figures")
    own.page.get_by_label("Only the figures chosen below").check()
    own.press("Save", "figures-error")
    own.go(f"{at}about/", "about")
    own.press("Save", "about-error")
    for name, text in TOLD.items():
        own.page.locator(f"[name={name}]").fill(text)
    own.press("Save", "release-told")
    own.go(f"{at}quotes/", "quotes-none")
    own.go(f"{at}who/", "who")
    own.go(f"{at}withdraw/", "withdraw")
    own.press("Withdraw", "withdraw-error")
    own.go(f"{at}send/", "send")
    own.press("Send", "release-checking-author")
    assert Release.objects.get().state == "checking"


def test_checking_a_release(reader, checking, author, first, second):
    one, other = reader(first), reader(second)
    one.go("/releases/?view=under-way", "list-waiting")
    one.go(f"/releases/{checking.pk}/evidence/", "evidence")
    one.go(f"/releases/{checking.pk}/check/", "check")
    one.press("Keep my check", "check-error")
    one.page.get_by_label("No", exact=True).check()
    one.page.get_by_label("A figure rests on too few people").check()
    one.page.locator("[name=said]").fill("Leave the district out")
    one.press("Keep my check", "release-half-checked")
    other.go(f"/releases/{checking.pk}/", "release-checking-other")
    actions.check(checking.pk, approves=True, by=second)
    reader(author).go(f"/releases/{checking.pk}/", "release-refused")


def test_agreeing_publishing_and_recalling(reader, approved, leads, council, police, manager, first):
    lead, them = reader(leads["council"]), reader(manager)
    lead.go(f"/releases/{approved.pk}/", "release-agreeing")
    lead.go(f"/releases/{approved.pk}/agree/", "agree")
    lead.press("Send", "agree-error")
    for agency in (council, police):
        actions.agree(approved.pk, agency=agency, by=leads[agency.code])
    them.go(f"/releases/{approved.pk}/", "release-ready")
    them.go(f"/releases/{approved.pk}/publish/", "publish")
    them.press("Publish", "release-published")
    actions.take(fresh(approved), f"release-{approved.pk}.csv", by=leads["council"])
    them.go(f"/releases/{approved.pk}/taken/", "taken")
    them.go(f"/releases/{approved.pk}/correct/", "correct")
    reader(first).go(f"/releases/{approved.pk}/attack/", "attack-none")
    them.go("/releases/", "list-out")
    them.go(f"/releases/{approved.pk}/recall/", "recall")
    them.page.locator("[name=why]").fill("A wrong year")
    them.press("Recall", "release-recalled")


def test_an_attack(reader, really_published, draft, first):
    own = reader(first)
    actions.ask_for_attack(draft.pk, by=first)
    own.go(f"/releases/{draft.pk}/attack/", "attack")


def test_the_ledger(reader, set_up, manager, regional):
    one = profiles.core().indicator("CE01")
    hidden = profiles.row("CE01", area="XD01", state="withheld", mark="c")
    left("a" * 64, "public", [profiles.number(one, 40.0), profiles.number(one, 20.0, area="XD02"), hidden])
    them = reader(manager)
    them.go("/ledger/", "ledger")
    them.go("/ledger/?indicator=MI01", "ledger-none")
    them.go(f"/ledger/{'a' * 64}/", "entry")
    them.go(f"/ledger/{'a' * 64}/figure/?indicator=CE01&period=2024-25&area=XD01", "cell")
    reader(regional).go("/ledger/", "ledger-region")


def test_words(reader, picture, person, author):
    writer, signer = person(Role.PRACTITIONER, name="Pat Practitioner"), person(Role.PARTICIPATION, name="Sam Signer")
    own, other = reader(writer), reader(signer)
    own.go("/words/", "words-empty")
    own.go("/words/new/", "words-write")
    own.press("Pass them on", "words-error")
    for label in ("A quote: somebody’s own words", "A young person"):
        own.page.get_by_label(label, exact=True).check()
    for name in ("text", "heard", "consent"):
        own.page.locator(f"[name={name}]").fill(GOOD[name] if name != "text" else "It came to light on 14 March.")
    own.press("Pass them on", "words-found")
    own.page.locator("[name=text]").fill(GOOD["text"])
    own.press("Pass them on", "words-waiting")
    at = urlsplit(own.page.url).path
    other.go(f"{at}send-back/", "words-send-back")
    other.go(f"{at}sign/", "words-sign")
    other.press("Sign", "words-signed")
    other.go(f"{at}answer/", "words-answer")
    other.go("/words/", "words-list")
    drafted = actions.begin(title="Figures", audience="public", by=author)
    reader(author).go(f"/releases/{drafted.pk}/quotes/", "quotes")
    words.withdraw(int(at.split("/")[2]), why="She asked", by=writer)
    own.go(at, "words-withdrawn")
