"""A whole service as it is run: `plait serve` on a workspace of its own, and people who sign in to it with a browser."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page

from plait.pseudonymise import Key
from tests.web.operations.conftest import Service, new_service  # noqa: F401 - a fixture

LONG = 240_000  # milliseconds that a return or a run may take on a busy machine
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1200, "height": 900}
PASSWORD = "three words of somebody"
AREAS = "code,name,kind,parents,since,until\nX10000001,Marlshire,county,,,\nX10000002,Marl,district,X10000001,,\n"


@dataclass(frozen=True)
class Served(Service):
    """An installation that is running."""

    base: str = ""
    printed: Path = Path()

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "PLAIT_BASE_URL": self.base, "PLAIT_MAIL": "console", "PYTHONUNBUFFERED": "1"}

    def mailed(self, to: str) -> str:
        """The link in the last mail to somebody."""
        text = self.printed.read_text(encoding="utf-8", errors="replace").replace("=\n", "")
        mails = [part for part in re.split(r"(?m)^-{70,}$", text) if f"To: {to}" in part]
        assert mails, f"nobody mailed {to}"
        return re.findall(rf"{self.base}\S*", mails[-1])[-1]

    def people(self, *asked: tuple[str, str, str]) -> None:
        """People invited by mail address, role and agency's code, who have come in already as the first did on the pages."""
        self.python(
            f"""
from plait_web.accounts import actions, terms
from plait_web.partnership.models import Agency
for email, role, code in {asked!r}:
    agency = Agency.objects.filter(code=code).first()
    invited, _ = actions.invite(email=email, role=role, agency=agency, by=None)
    user = actions.accept(invited.pk, name=email.split("@")[0].title(), password={PASSWORD!r})
    actions.add_authenticator_app(user, secret={SECRET!r})
    actions.accept_terms(user, version=terms.version())
"""
        )


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def served(new_service: Callable[..., Service], tmp_path: Path) -> Iterator[Served]:  # noqa: F811 - the fixture
    empty = new_service()
    (empty.home / "areas").mkdir()
    (empty.home / "areas" / "areas.csv").write_text(AREAS)
    Key.create(empty.home.parent / "partnership.key")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = Served(empty.home, empty.database, base=f"http://127.0.0.1:{port}", printed=tmp_path / "printed.txt")
    service.plait("upgrade")
    command = [sys.executable, "-m", "plait.cli", "serve", "--bind", f"127.0.0.1:{port}", "--processes", "1"]
    with service.printed.open("w") as out:
        process = subprocess.Popen(command, env=service.environment, stdout=out, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert any("Booting worker" in line for line in process.stderr), "the web server came up"
    log = tmp_path / "logged.txt"  # read as it comes: a full pipe would hold the service up
    reading = threading.Thread(target=lambda: log.write_text("".join(process.stderr or ())))
    reading.start()
    yield service
    process.terminate()
    process.wait()
    reading.join()
    process.stderr.close()


class Person:
    """Somebody at a browser: every page they come to is looked at on a desk and on a telephone."""

    def __init__(self, page: Page, service: Served) -> None:
        self.page, self.service, self.faults = page, service, []
        page.set_default_timeout(60_000)

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.service.base + path)
        self.look()

    def follow(self, link: str) -> None:
        """Goes where the first link like this leads, by its CSS."""
        self.go(self.page.locator(f"main {link}").first.get_attribute("href") or "")

    def wait_for(self, link: str) -> None:
        """Loads the page again until a link like this is on it: the worker takes its time."""
        for _ in range(LONG // 1_000):
            if self.page.locator(f"main {link}").count():
                return
            self.page.wait_for_timeout(1_000)
            with suppress(Error):  # the page may be loading itself again just then
                self.page.goto(self.page.url)
        raise AssertionError(f"{link} never came: {self.said}")

    def answer(self, button: str = "", /, **given: Any) -> None:
        """Fills the fields of the page's form by their names, and sends it."""
        for name, value in given.items():
            self._fill(name.replace("__", "-"), value)
        form = self.page.locator("main form")
        sender = form.get_by_role("button", name=button, exact=True) if button else form.locator("button[type=submit]")
        with self.page.expect_navigation():
            sender.first.click()
        assert not self.page.locator(".govuk-error-summary").count(), self.said
        self.look()

    def _fill(self, name: str, value: Any) -> None:
        field = self.page.locator(f'main [name="{name}"]')
        kind = field.first.get_attribute("type") or field.first.evaluate("e => e.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            boxes = field if kind == "radio" or isinstance(value, list) else field.first
            for box in boxes.all():
                chosen = value is True or box.get_attribute("value") in (value if isinstance(value, list) else [value])
                if chosen:
                    box.check()
                elif kind == "checkbox":
                    box.uncheck()
        elif kind == "file":
            field.first.set_input_files(value)
        elif kind == "select":
            field.first.select_option(value)
        else:
            field.first.fill(str(value))

    def day(self, name: str, day: Any) -> dict[str, str]:
        return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}

    @property
    def said(self) -> str:
        return str(self.page.inner_text("main"))

    def look(self) -> None:
        """No fault of access, and nothing wider than a telephone."""
        self.page.set_viewport_size(PHONE)
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            self.faults.append((self.page.url, "wider than the screen"))
        self.page.set_viewport_size(DESK)
        found = Axe().run(self.page).response["violations"]
        self.faults += [(self.page.url, one["id"], one["nodes"][0]["html"][:120]) for one in found]

    def option(self, name: str, words: str) -> str:
        """The value of the choice that says these words."""
        return self.page.locator(f'main [name="{name}"] option', has_text=words).first.get_attribute("value") or ""

    def sign_in(self, email: str) -> None:
        self.page.goto(self.service.base + "/sign-in/")
        self.page.locator("[name=login]").fill(email)
        self.page.locator("[name=password]").fill(PASSWORD)
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").first.click()
        self.answer(code=code(SECRET))


def code(secret: str) -> str:
    """What an authenticator app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def at_browser(browser: Browser, served: Served) -> Iterator[Callable[..., Person]]:
    """`at_browser()` is a new person at a browser of their own; `at_browser(mail)` has signed in."""
    people: list[Person] = []

    def open_one(email: str = "") -> Person:
        context = browser.new_context(accept_downloads=True)
        person = Person(context.new_page(), served)
        people.append(person)
        if email:
            person.sign_in(email)
        return person

    yield open_one
    faults = [fault for person in people for fault in person.faults]
    for person in people:
        person.page.context.close()
    assert faults == []
