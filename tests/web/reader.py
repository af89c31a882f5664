"""Somebody who goes from page to page in a real browser, where each page is looked at: a fixture."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

from tests.web.signing_in import signed_in

PHONE = {"width": 320, "height": 640}


class Reader:
    """Somebody signed in, going from page to page and looking at each."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.faults = page, base, {}

    def open(self, name: str, *args: object, query: str = "") -> None:
        self.page.goto(self.base + reverse(name, args=args) + query)
        self.look()

    def look(self) -> None:
        """Notes what is wrong with the page as it stands now."""
        found = Axe().run(self.page).response["violations"]
        faults = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            faults.append("wider than the screen")
        if faults:
            self.faults[urlsplit(self.page.url).path] = faults

    def send(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()
        self.look()


@pytest.fixture
def reader(browser, live_server):
    """`reader(user)` opens a browser as that person; at the end nothing may have been found wrong or asked from outside."""
    opened, asked = [], []

    def sign_in(user, **options) -> Reader:
        client = signed_in(user)
        context = browser.new_context(**options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else asked.append(r.url))
        page.on("pageerror", lambda error: asked.append(str(error)))
        opened.append(Reader(page, live_server.url))
        return opened[-1]

    yield sign_in
    assert [one.faults for one in opened if one.faults] == []
    assert asked == []
    for one in opened:
        one.page.context.close()
