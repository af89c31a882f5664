"""The picture in a real browser: in every state, by keyboard, enlarged, on paper, without motion, and left in haste."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from plait.publish import TOPICS
from plait_web.picture import actions
from plait_web.picture.models import Run
from plait_web.roles import Role
from tests.web.hands import browser, hands, page_of, picture  # noqa: F401 - fixtures

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.browser,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]
PAGES = (
    "/",
    "/?state=not_yet",
    "/questions/how-many-known/",
    "/figures/CN01/",
    "/raise/",
    "/raised/",
    "/runs/",
    "/runs/1/",
    "/across/",
    "/across/links/review/",
    *(f"/across/{topic.id}/" for topic in TOPICS),
)
WIDE = "document.documentElement.scrollWidth > window.innerWidth + 1"


@pytest.fixture
def page(page_of, live_server, made, person):  # noqa: F811
    """The first picture, in front of the partnership's manager."""
    held = person(Role.MANAGER)
    actions.raise_question(by=held, about="how-many-known", pack="", text="Does this hold children from elsewhere?")
    opened = page_of(held)
    opened.base = live_server.url
    return opened


def go(page, path):
    page.goto(page.base + path.replace("/runs/1/", f"/runs/{Run.objects.first().pk}/"))


@pytest.mark.parametrize("width", [1200, 320])
def test_no_page_has_a_fault(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    faults = {}
    for number, path in enumerate(PAGES):
        go(page, path)
        found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in Axe().run(page).response["violations"]]
        found += ["wider than the screen"] if page.evaluate(WIDE) else []
        faults |= {path: found} if found else {}
        picture(page, f"picture-{number}-{width}")
    assert faults == {}


@pytest.mark.parametrize(("state", "said"), [("waiting", "being made"), ("failed", "last good picture")])
def test_a_newer_run_is_told_on_the_home_page(page, state, said):
    Run.objects.create(state=state, why="x", ended=Run.objects.get().ended, failure="The disk is full. Make room.")
    go(page, "/")
    assert said in page.inner_text("main")
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("width", [1200, 320])
def test_a_run_is_followed_until_it_is_over(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    run = Run.objects.create(state="waiting", why="x")
    page.goto(f"{page.base}/runs/{run.pk}/")
    assert "as soon as the worker is free" in page.inner_text("[role=status]")
    assert Axe().run(page).response["violations"] == [] and not page.evaluate(WIDE)
    Run.objects.filter(pk=run.pk).update(state="running", stage="measure", done=3, of=12)
    page.wait_for_selector("progress[value='3'][max='12']")
    assert page.inner_text("[role=status]") == "Counting (3 of 12)"
    picture(page, f"run-{width}")
    Run.objects.filter(pk=run.pk).update(state="failed", failure="The disk is full. Make room.")
    page.wait_for_selector("text=The disk is full")


# A window of 1280 by 1024 enlarged to 200 and to 400 per cent has this much room.
@pytest.mark.parametrize("room", [{"width": 640, "height": 512}, {"width": 320, "height": 256}])
def test_enlarged_nothing_is_lost(page, room):
    go(page, "/questions/how-many-known/")
    whole = page.inner_text("main")
    page.set_viewport_size(room)
    assert not page.evaluate(WIDE)
    assert page.inner_text("main").split() == whole.split()


def test_letters_alone_can_be_made_twice_as_large(page):
    go(page, "/questions/how-many-known/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not page.evaluate(WIDE)


def test_an_answer_is_read_by_the_keyboard(hands, made, person):  # noqa: F811
    own = hands(person(Role.STRATEGIC_LEAD))
    own.open("/")
    own.follow("How many children")
    assert "How far data answers it" in own.said
    own.follow("Raise a question about this")
    own.type("What do you want to ask", "Does this hold children from elsewhere?")
    own.to("Send")
    with own.page.expect_navigation():
        own.page.keyboard.press("Space")
    assert "Does this hold children from elsewhere?" in own.said


def test_on_paper_there_are_figures_and_no_ways_to_go(page):
    for path in ("/", "/questions/how-many-known/", "/figures/CN01/"):
        go(page, path)
        page.emulate_media(media="print")
        shown = page.evaluate(
            """() => [...document.querySelectorAll('nav, .govuk-button, .govuk-exit-this-page, .govuk-skip-link, .plait-footer')]
               .filter((one) => one.getClientRects().length > 0).map((one) => one.className || one.tagName)"""
        )
        assert shown == [], path
        assert page.locator("h1").is_visible()
        assert all(one.is_visible() for one in page.locator("main table").all()), path
        cut = page.evaluate(
            "[...document.querySelectorAll('.plait-scroll')].filter((e) => getComputedStyle(e).overflowX !== 'visible').length"
        )
        assert cut == 0, "a table that scrolls would be cut off on paper"
        page.emulate_media(media="screen")


def test_who_wants_no_motion_sees_none(page):
    page.emulate_media(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll('*')].filter((one) => {
        const style = getComputedStyle(one)
        return [style.transitionDuration, style.animationDuration].join().split(',').some((s) => parseFloat(s) > 0.01)
      }).map((one) => one.className || one.tagName)"""
    for path in ("/", "/questions/how-many-known/"):
        go(page, path)
        assert page.evaluate(moving) == [], path


@pytest.mark.parametrize("how", ["click", "Shift"])
def test_the_page_is_left_in_haste(page, how):
    elsewhere = "https://www.bbc.co.uk/weather"
    page.route(f"{elsewhere}**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    go(page, "/questions/how-many-known/")
    if how == "click":
        page.get_by_role("button", name="Exit this page").first.click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(f"{elsewhere}**")
    assert page.inner_text("h1") == "Weather"
