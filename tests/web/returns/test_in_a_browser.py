"""Each page of returns in each state in a real browser: no accessibility fault, nothing wider than a phone."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, sync_playwright

from plait_web.partnership import access as partnership
from plait_web.returns import actions, counts
from plait_web.returns.models import CollectionPoint, Submission
from plait_web.returns.states import State
from tests.web.returns.conftest import GOOD, fresh
from tests.web.returns.test_reading import OWN, OWN_LINES
from tests.web.signing_in import signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]
WIDTHS = ({"width": 1200, "height": 900}, {"width": 320, "height": 640})
PICTURES = os.environ.get("PLAIT_PICTURES")  # a folder for what each page looks like, to be looked at by a person


@pytest.fixture(scope="module", autouse=True)
def _in_one_process():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with sync_playwright() as playwright:
        options = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
        ]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield browser
        browser.close()


class Reader:
    """Somebody going from page to page; each is looked at on a desk and on a phone."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.faults = page, base, {}

    def open(self, name: str, *args: object, query: str = "", called: str = "") -> None:
        self.go(reverse(f"returns:{name}", args=args) + query, called or name)

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
    """`reader(user)` opens a browser as that person, or as nobody; at the end nothing may have been found wrong."""
    opened, asked = [], []

    def start(user=None) -> Reader:
        context = browser.new_context()
        if user is not None:
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


BAD = [f"A{n},,CSE,known" for n in range(3)] + GOOD


def test_the_calendar(reader, sent, sender, manager, expected, today, agreement, council, police, counts_point):
    from datetime import timedelta

    actions.add_point(
        datasets=["concerns", "events"], period="2024-25", opens=today - timedelta(days=90), due=today - timedelta(days=40),
        agencies=[council, police], by=manager,
    )  # fmt: skip
    actions.add_point(
        datasets=["events"], period="2026-27", opens=today + timedelta(days=90), due=today + timedelta(days=140),
        agencies=[council], by=manager,
    )  # fmt: skip
    actions.set_people(expected, owner=sender, deputy=None, by=manager)
    sent(*BAD)
    them, own = reader(manager), reader(sender)
    for one, name in ((them, "manager"), (own, "sender")):
        one.open("calendar", called=f"calendar-{name}")
    them.open("point", expected.point_id)
    them.open("place", expected.pk, called="place-manager")
    own.open("place", expected.pk, called="place-sender")
    them.open("place", counts_point.expected.get().pk, called="place-counts")
    them.open("days", expected.point_id)
    them.open("people", expected.pk)
    them.open("remove", expected.point_id, called="remove-blocked")
    them.open("next_year")
    them.open("link", counts_point.expected.get().pk, called="link")
    them.open("add", called="add-datasets")
    them.press("Continue", "add-datasets-error")
    them.page.get_by_label("Concerns", exact=True).check()
    them.press("Continue", "add-period")
    them.page.get_by_role("textbox").fill("2023-24")
    them.press("Continue", "add-days")
    them.press("Continue", "add-days-error")
    for name, value in (("opens_0", 1), ("opens_1", 4), ("opens_2", 2026), ("due_0", 1), ("due_1", 6), ("due_2", 2026)):
        them.page.locator(f"[name={name}]").fill(str(value))
    them.press("Continue", "add-agencies")
    them.press("Continue", "add-check")
    them.press("Add the collection", "point-new")
    assert CollectionPoint.objects.count() == 5


def test_an_empty_calendar(reader, sender, manager, partnership):
    for user in (sender, manager):
        reader(user).open("calendar", called=f"calendar-empty-{user.name.split()[0]}")


def test_sending_by_hand(reader, expected, sender, tmp_path):
    own = reader(sender)
    own.open("nil", expected.pk)
    own.open("send", expected.pk)
    own.press("Send", "send-error")
    path = tmp_path / "concerns.csv"
    path.write_text("\n".join(["person,recorded_on,harms,status", *BAD]))
    own.page.locator("input[type=file]").set_input_files(path)
    own.page.get_by_role("button", name="Send", exact=True).click()
    own.page.wait_for_url(re.compile(r"/returns/[0-9a-f-]{36}/$"))
    own.look("return-needs-attention")
    made = Submission.objects.get()
    for name in ("findings", "changes", "check", "withdraw"):
        own.open(name, made.pk)
    own.open("findings", made.pk, query="?severity=note&kind=none", called="findings-none")
    own.open("withdraw", made.pk)
    own.press("Withdraw", "withdraw-error")
    own.open("check", made.pk)
    own.press("Send for sign-off", "return-waiting")


def test_a_page_that_waits_follows_the_reading(reader, sent, no_worker, sender):
    made = sent()
    own = reader(sender)
    own.open("return", made.pk, called="return-reading")
    Submission.objects.filter(pk=made.pk).update(state=State.REFUSED, refusal="The file is locked.")
    own.page.wait_for_selector("text=This return could not be used")


@pytest.mark.parametrize("state", [s for s in State if s not in ("needs_map", "received", "reading")])
def test_a_return_in_each_state(reader, sent, sender, manager, state):
    made = sent(*BAD)
    Submission.objects.filter(pk=made.pk).update(
        state=state, back_why="Row 4 is of another year" * (state == "needs_attention")
    )
    reader(sender).open("return", made.pk, called=f"return-{state}-own")
    reader(manager).open("return", made.pk, called=f"return-{state}-other")


def test_matching_columns(reader, sent, sender):
    made = sent(*OWN_LINES, columns=OWN)
    own = reader(sender)
    own.open("columns", made.pk)
    own.page.locator("[name='0-harms']").select_option("")
    own.press("Save and read the file", "columns-error")
    own.page.locator("[name='0-harms']").select_option("Exploitation type")
    own.press("Save and read the file", "return-mapped")


def test_signing_off(reader, waiting, second, analyst):
    other = reader(second)
    other.open("sign_off", waiting.pk)
    other.open("send_back", waiting.pk)
    other.open("sign_off", waiting.pk)
    other.press("Sign off", "receipt")
    assert fresh(waiting).state == State.ACCEPTED


def test_waiving(reader, sent, analyst):
    made = sent(*BAD)
    them = reader(analyst)
    them.open("return", made.pk, called="return-analyst")
    them.open("waive", made.pk, next(iter(made.summary["kinds"])))
    them.press("Waive this check", "waive-error")


def test_what_is_blocked(reader, expected, sender, agreement, today):
    from datetime import timedelta

    agreement.until = today - timedelta(days=1)
    agreement.save()
    own = reader(sender)
    own.open("place", expected.pk, called="place-blocked")
    own.open("send", expected.pk, called="send-blocked")


def test_counts_by_a_link(reader, counts_point, council, manager, live_server):
    expected = counts_point.expected.get()
    measures = [i.id for i in counts.askable(partnership.pack(), council.kind)][:3]
    actions.make_link(
        expected,
        email="a@charity.example",
        second_email="b@charity.example",
        measures=measures,
        area="X10000001",
        by=manager,
    )
    typing, signing = reader(), reader()
    typing.open("counts", called="counts-closed")
    typing.go(_address(mail.outbox[0]), "counts")
    typing.press("Continue", "counts-error")
    typing.press("Keep it for later", "counts-kept")
    typing.open("counts")
    for name, value in zip(measures, ("12", "0", ""), strict=True):
        typing.page.locator(f"[name='n-{name}']").fill(value)
    typing.page.locator(f"[name='w-{measures[2]}']").select_option("<5")
    typing.press("Continue", "counts-check")
    typing.press("Send", "counts-done")
    signing.go(_address(mail.outbox[1]), "counts-sign-off")
    signing.press("Sign off", "counts-signed")


def _address(message) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body).group(1)
