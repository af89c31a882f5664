"""Each page of the data map and its registers, empty and full, in a real browser: no accessibility fault, nothing too wide."""

import re

import pytest
from django.core import mail

from plait_web.knowledge import actions
from tests.web.hands import browser  # noqa: F401 - fixtures
from tests.web.reader import PHONE, reader  # noqa: F401

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]
SIZES = pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desk", "phone"])


@pytest.fixture
def full(line, council, police, ours, theirs, partnership):
    """Something of each kind, in more than one state."""
    actions.map_asset(agency=police, item="Notices", dataset="events", columns=("*",), capture="paper", by=theirs)
    actions.rate(line.pk, evidence="A sample of forty", complete="good", timely="weak", by=ours)
    actions.change_asset(line.pk, capture="coded", by=ours)
    actions.confirm(agency=police, by=theirs)
    flag = actions.add_flag(agency=council, name="Flag", meaning="Known to the panel", set_by="The panel", by=ours)
    actions.add_flag(agency=police, name="Marker", meaning="Seen", set_by="Any officer", harms=["CSE"], by=theirs)
    system = actions.add_system(agency=council, name="Workbook", by=ours)
    asked = actions.ask_for_change(system, what="A field", why="To count", owner=ours, by=ours)
    actions.settle_request(asked.pk, state="done", outcome="It is there", by=ours)
    waiting = actions.ask_for_change(system, what="A report", why="To bring it out", owner=ours, by=ours)
    actions.make_link(council, email="a@example.org", by=ours)
    rows = [(2, ("Marlshire Council", "Book", "On paper")), (3, ("Nobody", "Book", "On stone"))]
    headings = ("Agency", "What it is called", "How it is recorded")
    file = actions.take_file(kind="template", headings=headings, rows=rows, agency=council, by=ours)
    return {"line": line, "flag": flag, "system": system, "request": waiting, "file": file}


@SIZES
def test_every_page_full(reader, full, ours, options):  # noqa: F811
    here = reader(ours, **options)
    pk = full["line"].pk
    for name, *args in (
        ("data_map",), ("coverage",), ("flags",), ("systems",), ("add",), ("asset", pk), ("change", pk), ("move", pk),
        ("rate", pk), ("end", pk), ("agency", "council"), ("confirm", "council"), ("link", "council"), ("new_flag",),
        ("change_flag", full["flag"].pk), ("end_flag", full["flag"].pk), ("new_system",), ("system", full["system"].pk),
        ("change_system", full["system"].pk), ("ask_for_change", full["system"].pk), ("settle_request", full["request"].pk),
        ("send_file",), ("look", full["file"].pk),
    ):  # fmt: skip
        here.open(f"knowledge:{name}", *args)
    here.open("knowledge:coverage", query="?dataset=concerns&only=gaps")
    here.open("knowledge:data_map", query="?words=nothing-like-it")
    here.open("knowledge:flags", query="?agency=council&agency=police")
    here.open("knowledge:rate", pk)
    here.send("Keep the rating")  # without evidence: the page with its error summary


def test_every_page_empty(reader, partnership, manager):  # noqa: F811
    here = reader(manager)
    for name in ("data_map", "coverage", "flags", "systems"):
        here.open(f"knowledge:{name}")


@SIZES
def test_the_short_form_from_link_to_receipt(reader, full, ours, options):  # noqa: F811
    here = reader(ours, **options)
    address = re.search(r"/data-map/by-link/\S+", mail.outbox[-1].body).group()
    here.page.goto(here.base + address)
    here.look()
    here.send("Continue")  # nothing is filled in: the page with its error summary
    here.page.get_by_label("Record 1: what is it?").fill("Referral forms")
    here.page.get_by_label("Record 1: how is it kept?").select_option("paper")
    here.send("Keep it for later")
    here.page.goto(here.base + "/data-map/short/")
    here.send("Continue")
    here.send("Send")
    assert "Thank you" in here.page.content()


def test_a_catalogue_is_mapped_by_hand(reader, full, ours, council):  # noqa: F811
    rows = [(2, ("Missing log", "Reports"))]
    file = actions.take_file(kind="catalogue", headings=("title", "notes"), rows=rows, agency=council, by=ours)
    here = reader(ours)
    here.open("knowledge:headings", file.pk)
    here.send("Continue")
    here.send("Save 1 line")
    assert "Missing log" in here.page.content()
