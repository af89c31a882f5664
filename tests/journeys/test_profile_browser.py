"""The profile in a browser, as somebody would read it: by keyboard, narrow, enlarged, with scripts off, and checked by axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from plait.publish import Published

pytestmark = pytest.mark.browser

READ = (
    "index.html", "questions/index.html", "questions/who-is-harmed.html", "figures/CE10.html", "figures/index.html", "where.html",
    "overlaps.html", "perpetration.html", "blind-spots.html", "unknown.html", "gaps.html", "quality.html", "method.html",
    "glossary.html", "accessibility.html",
)  # fmt: skip


def address(published: Published, path: str) -> str:
    return (published.folder / path).as_uri()


@pytest.mark.parametrize("path", READ)
def test_axe_finds_nothing(published: Published, page: Page, left: list[str], path: str) -> None:
    page.goto(address(published, path))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_cut_off_on_a_narrow_screen_or_enlarged(
    published: Published, page: Page, left: list[str], width: int
) -> None:
    """320 px is a small telephone, and a page enlarged to 400 % on a desk; 640 px is 200 %."""
    page.set_viewport_size({"width": width, "height": 800})
    for path in READ:
        page.goto(address(published, path))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_first_key_press_offers_the_way_to_the_content(published: Published, page: Page, left: list[str]) -> None:
    page.goto(address(published, "index.html"))
    skip = page.get_by_role("link", name="Skip to main content")
    box = skip.bounding_box()
    assert box is not None and box["x"] < 0
    page.keyboard.press("Tab")
    assert skip.evaluate("link => link === document.activeElement")
    box = skip.bounding_box()
    assert box is not None and box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_what_has_the_focus_can_be_seen(published: Published, page: Page, left: list[str]) -> None:
    page.goto(address(published, "figures/CE10.html"))
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_reader_goes_from_the_summary_to_a_question_to_a_figure(
    published: Published, page: Page, left: list[str]
) -> None:
    page.goto(address(published, "index.html"))
    page.get_by_role("link", name="Which children are recorded as harmed?").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Which children are recorded as harmed?"
    page.get_by_role("link", name="Exploitation cohort by group").first.click()
    assert page.get_by_role("heading", name="About this figure").is_visible()
    assert page.get_by_text("What makes two records one").is_visible()


def test_with_scripts_off_a_page_reads_the_same(published: Published, browser: Browser) -> None:
    words = []
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(address(published, "questions/who-is-harmed.html"))
        words.append(page.locator("body").inner_text())
        context.close()
    assert words[0] == words[1] and "Which children are recorded as harmed?" in words[0]


def test_on_paper_the_menus_are_gone_and_the_words_are_black(published: Published, page: Page, left: list[str]) -> None:
    page.goto(address(published, "figures/CE10.html"))
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
