"""Somebody who uses the keyboard alone: fixtures for tests in a real browser that press keys and never click."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.signing_in import signed_in

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
MOST = 120  # times that Tab may have to be pressed to reach anything on a page

# What a person would be told is focused, and whether they could see that it is: an outline, a shadow or a ground of its own,
# on something that lies within the window and that nothing covers.
_FOCUSED = """() => {
  const at = document.activeElement
  if (!at || at === document.body) return ['', true]
  const labels = [...(at.labels ?? [])].map((l) => l.innerText).join(' ')
  const said = at.getAttribute('aria-label') || labels || at.innerText || at.value || at.name || at.id || ''
  const style = getComputedStyle(at), before = at.labels?.[0] ? getComputedStyle(at.labels[0], '::before') : style
  const marked = [style, before].some((s) => (s.outlineStyle !== 'none' && s.outlineWidth !== '0px') || s.boxShadow !== 'none')
  const box = at.getBoundingClientRect()
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0
  return [`${at.closest('fieldset')?.querySelector('legend')?.innerText ?? ''} ${said}`.trim(), marked && inside]
}"""


class Hands:
    """Presses Tab, Enter, Space and arrows, and types. Whatever is passed on the way must be seen to have the focus."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        page.on(
            "filechooser", lambda _: None
        )  # listened for from the start: begun as Enter is pressed, it may come too late

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    @property
    def at(self) -> str:
        return str(self.page.evaluate(_FOCUSED)[0])

    def to(self, words: str) -> None:
        """Tab until something whose words match this pattern has the focus."""
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            said, seen = self.page.evaluate(_FOCUSED)
            assert seen, f"the focus cannot be seen on {said!r} of {self.page.url}"
            if re.search(words, said):
                return
        raise AssertionError(f"{words!r} was never reached on {self.page.url}")

    def follow(self, words: str, key: str = "Enter") -> None:
        """To the link or button whose words match, and where it leads."""
        self.to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def type(self, into: str, words: str) -> None:
        self.to(into)
        self.page.keyboard.type(words)

    def day(self, asked: str, day: object) -> None:
        """Three fields of one question, one Tab apart."""
        for words, value in zip(("Day", "Month", "Year"), (day.day, day.month, day.year), strict=True):
            self.to(f"{asked} {words}$" if words == "Day" else f"{words}$")
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(str(value))

    def attach(self, words: str, file: Path) -> None:
        """Files are chosen in the system's own window, which the keyboard opens."""
        self.to(words)
        with self.page.expect_file_chooser() as chosen:
            self.page.keyboard.press("Enter")
        chosen.value.set_files(file)

    @property
    def said(self) -> str:
        return str(self.page.inner_text("main"))


@contextmanager
def launched() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture
def page_of(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`page_of(user)` is a page of a browser in which this person, or nobody, has signed in."""
    opened = []

    def start(user: object = None, **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        opened.append(context)
        if user is not None:
            cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        return context.new_page()

    yield start
    for context in opened:
        context.close()


@pytest.fixture
def hands(page_of, live_server) -> Callable[..., Hands]:
    return lambda user=None: Hands(page_of(user), live_server.url)


def picture(page: Page, name: str) -> None:
    """Keeps what the page looks like in the folder that `PLAIT_PICTURES` names, to be looked at by a person."""
    if folder := os.environ.get("PLAIT_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
