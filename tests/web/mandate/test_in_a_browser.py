"""Each page about who answers for what, of the network, of conversations and of the one document, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.conversations import actions as conversations
from plait_web.mandate import actions as mandate
from plait_web.network import actions as network
from plait_web.partnership.models import Group
from plait_web.picture.models import Run
from plait_web.response.actions import take_on
from plait_web.roles import Role
from tests.web.hands import browser  # noqa: F401 - fixtures
from tests.web.reader import PHONE, reader  # noqa: F401

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]
LONG = "Children who move between placements out of the county and whose records stay behind for many months"


@pytest.fixture
def full(person, council, police):
    """One of each thing, in more than one state."""
    today, manager = timezone.localdate(), person(Role.MANAGER)
    ours = person(Role.CONTRIBUTOR, agency=council)
    board = Group.objects.create(name="Board", kind="board", level="strategic")
    Group.objects.create(name="Marl analysts", kind="network", level="operational")
    offer = network.offer(agency=council, kind="time", what=LONG, days=5, by=ours)
    asked = network.ask(agency=council, what=LONG, why=LONG, by_day=today + timedelta(days=9), by=ours)
    done = network.ask(agency=council, what="R", why="Maps", by_day=today + timedelta(days=9), by=ours)
    network.end(done.pk, met=True, outcome=LONG, given=offer, days=2, by=ours)
    for title in ("Homes", LONG):
        section = network.add_section(work="Profile", title=title, due=today, by=manager)
    network.take(section.pk, by=ours)
    method = network.share(title=LONG, text="Take the start day\nthen the end day", by=ours)
    network.rewrite(method.pk, text="Take the day it was reported", why=LONG, by=ours)
    network.use(method.pk, agency=council, text=LONG, by=ours)
    part = mandate.give(about="question", item="turning-eighteen", part="accountable", to=board, by=manager)
    leave = mandate.ask_leave(what=LONG, asked_by="Analysts", of=board, by=manager)
    message = mandate.say(title="The vision", text=LONG, audiences=["Schools", LONG[:110]], owner=manager, by=manager)
    mandate.heard(message.audiences.first().pk, how="A visit", said=LONG, by=manager)
    for body in ("Board", "Adults' board"):
        report = mandate.map_report(body=body, often="year", due=today, owner=manager, by=manager)
    take_on(what=LONG, measure="It came", due=today + timedelta(9), owner=manager, by=manager)
    run = Run.objects.create(state="made", why="Asked for", period="2024-25")
    talk = conversations.Conversation.objects.create(about="MI01", run=run, asked=LONG, by=manager)
    conversations.read(talk.pk, text=LONG, whose="School leads", agency=council, by=ours)
    conversations.ask_next(talk.pk, text=LONG, by=ours)
    return {"manager": manager, "offer": offer.pk, "asked": asked.pk, "method": method.pk, "part": part.pk, "leave": leave.pk,
            "audience": message.audiences.last().pk, "report": report.pk, "talk": talk.pk}  # fmt: skip


def pages(full):
    """Every page with what its address needs."""
    yield from (
        (f"network:{name}", ()) for name in ("home", "offer", "requests", "ask", "sections", "new_section", "methods")
    )
    yield from ((f"network:{name}", (full["method"],)) for name in ("method", "rewrite_method", "use_method"))
    yield from (
        ("network:share_method", ()),
        ("network:end_offer", (full["offer"],)),
        ("network:end_request", (full["asked"],)),
    )
    lists = (
        "questions",
        "indicators",
        "actions",
        "leaves",
        "ask_leave",
        "messages",
        "new_message",
        "reports",
        "new_report",
    )
    yield from ((f"mandate:{name}", ()) for name in lists)
    yield from ((f"mandate:{name}", ("question", "turning-eighteen")) for name in ("one", "give"))
    yield from (("mandate:take_away", (full["part"],)), ("mandate:answer_leave", (full["leave"],)))
    yield from (("mandate:heard", (full["audience"],)), ("mandate:end_report", (full["report"],)))
    yield ("conversations:list", ())
    yield from ((f"conversations:{name}", (full["talk"],)) for name in ("one", "shown", "read", "ask_next", "end"))
    yield ("groundwork:paper", ())
    yield ("groundwork:paper_map", ())
    yield ("groundwork:paper_plan", ())


@pytest.mark.parametrize("screen", [{"width": 1200, "height": 900}, PHONE], ids=["desk", "phone"])
def test_every_page(full, reader, screen):  # noqa: F811 - the fixture
    looking = reader(full["manager"], viewport=screen)
    for name, args in pages(full):
        looking.open(name, *args)


def test_a_form_with_faults_and_one_with_words_to_look_at_again(full, reader):  # noqa: F811 - the fixture
    looking = reader(full["manager"], viewport=PHONE)
    looking.open("mandate:new_message")
    looking.send("Keep it")
    assert looking.page.locator(".govuk-error-summary").count()
    looking.open("conversations:ask_next", full["talk"])
    looking.page.locator("[name=text]").fill("Why does she put herself at risk?")
    looking.send("Raise it")
    assert looking.page.get_by_role("heading", name="Words to look at again").count()
