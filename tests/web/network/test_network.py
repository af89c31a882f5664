"""Help is offered and asked for, shared work is taken, and a method can be used by another agency."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.audit.models import Event
from plait_web.network import access, actions
from plait_web.network.models import Method, Offer, Request, Section
from plait_web.partnership.models import Group
from plait_web.permissions import Refused
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
BLAMING = "She is putting herself at risk by going back."


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def ours(person, council):
    return person(Role.CONTRIBUTOR, agency=council)


@pytest.fixture
def theirs(person, police):
    return person(Role.CONTRIBUTOR, agency=police)


@pytest.fixture
def analyst(person):
    return person(Role.ANALYST)


@pytest.fixture
def offered(council, ours):
    return actions.offer(agency=council, kind="time", what="Maps of small areas", days=5, by=ours)


@pytest.fixture
def asked(police, theirs, today):
    return actions.ask(agency=police, what="A map", why="The profile", by_day=today + timedelta(days=9), by=theirs)


@pytest.fixture
def section(today, analyst):
    return actions.add_section(work="Profile", title="Journeys to help", due=today, by=analyst)


@pytest.fixture
def method(ours, council):
    return actions.share(title="Count days missing", text="Take the start day", agency=council, by=ours)


def test_capacity_shows_every_agency_and_what_was_used(offered, asked, theirs, council, police, today):
    actions.end(asked.pk, met=True, outcome="Made", given=offered, days=2, by=theirs)
    found = {line.agency: line for line in access.capacity(today)}
    assert (found[council].days, found[council].used, found[council].spare) == (5, 2, False)
    assert found[police].offers == []


def test_an_offer_that_ended_can_be_had_no_longer(offered, ours, council, today):
    actions.end_offer(offered.pk, by=ours)
    assert next(line for line in access.capacity(today + timedelta(days=1)) if line.agency == council).offers == []
    Offer.objects.filter(pk=offered.pk).update(since=today - timedelta(3), until=today - timedelta(1))
    with pytest.raises(Refused, match="has ended"):
        actions.end_offer(offered.pk, by=ours)


def test_nobody_offers_what_another_agency_has(police, ours):
    with pytest.raises(Refused, match="Only people of Marlshire Police"):
        actions.offer(agency=police, kind="skill", what="R", by=ours)


def test_an_analyst_of_the_partnership_asks_for_it_and_others_for_their_agency(ours, police, analyst, today):
    assert actions.ask(what="R", why="Maps", by_day=today, by=analyst).whose == "The partnership"
    with pytest.raises(Refused, match="Choose your agency"):
        actions.ask(what="R", why="Maps", by_day=today, by=ours)
    with pytest.raises(Refused, match="Only people of Marlshire Police"):
        actions.ask(what="R", why="Maps", by_day=today, agency=police, by=ours)


def test_only_those_who_asked_say_what_came_of_it_and_once(asked, ours, theirs):
    with pytest.raises(Refused, match="Only those who asked"):
        actions.end(asked.pk, met=True, outcome="Made", by=ours)
    actions.end(asked.pk, met=False, outcome="The profile waits", by=theirs)
    with pytest.raises(Refused, match="closed already: no longer needed"):
        actions.end(asked.pk, met=True, outcome="Made", by=theirs)
    assert Event.objects.filter(act="help.dropped").count() == 1


def test_a_section_waits_until_somebody_takes_it(section, ours, theirs):
    assert access.untaken() == 1
    actions.take(section.pk, by=ours)
    with pytest.raises(Refused, match="has taken this section"):
        actions.take(section.pk, by=theirs)
    with pytest.raises(Refused, match="Only the person who has taken"):
        actions.finish(section.pk, by=theirs)
    assert actions.finish(section.pk, by=ours).done and access.untaken() == 0
    with pytest.raises(Refused, match="done already"):
        actions.finish(section.pk, by=ours)


def test_a_section_nobody_took_is_not_done_and_none_stands_twice(section, analyst, today):
    with pytest.raises(Refused, match="Nobody has taken"):
        actions.finish(section.pk, by=analyst)
    with pytest.raises(Refused, match="a section with this title"):
        actions.add_section(work="Profile", title="Journeys to help", due=today, by=analyst)


def test_a_method_keeps_every_version_and_says_who_used_which(method, ours, theirs, police, client_of):
    actions.rewrite(method.pk, text="Take the day it was reported", why="Start days are guessed", by=ours)
    actions.use(method.pk, agency=police, text="Ours is reported by phone", by=theirs)
    page = client_of(theirs).get(f"/network/methods/{method.pk}/").content.decode()
    assert all(words in page for words in ("Take the day it was reported", "Take the start day", "version 2"))


def test_a_method_has_a_title_of_its_own_and_only_an_agency_says_that_it_used_it(method, ours, police):
    with pytest.raises(Refused, match="with this title already"):
        actions.share(title="Count days missing", text="Another", by=ours)
    with pytest.raises(Refused, match="Only people of Marlshire Police"):
        actions.use(method.pk, agency=police, text="Fine", by=ours)


def test_the_network_is_the_groups_of_that_kind_and_their_meetings(analyst, client_of, person, today):
    from plait_web.response.actions import call_meeting

    group = Group.objects.create(name="Marl analysts", kind="network", level="operational")
    Group.objects.create(name="Some board", kind="board", level="strategic")
    call_meeting(group=group, on=today, owner=analyst, title="Maps", by=analyst)
    page = client_of(analyst).get("/network/").content.decode()
    assert "Marl analysts" in page and "Maps" in page and "Some board" not in page


def test_things_are_done_in_the_browser(client_of, ours, council, today, analyst):
    browser = client_of(ours)
    browser.post("/network/offers/new/", {"agency": council.pk, "kind": "skill", "what": "R", "days": ""})
    due = {"by_day_0": "1", "by_day_1": "4", "by_day_2": str(today.year + 1)}
    browser.post("/network/requests/new/", {"agency": council.pk, "what": "R", "why": "Maps", **due})
    asked = Request.objects.get()
    browser.post(
        f"/network/requests/{asked.pk}/end/", {"met": "yes", "given": Offer.objects.get().pk, "outcome": "Done"}
    )
    due = {"due_0": "1", "due_1": "4", "due_2": str(today.year + 1)}
    client_of(analyst).post("/network/sections/new/", {"work": "Profile", "title": "Homes", **due})
    section = Section.objects.get()
    for step in ("take", "done"):
        browser.post(f"/network/sections/{section.pk}/{step}/")
    browser.post("/network/methods/new/", {"title": "Count", "text": "Steps", "indicator": "", "agency": ""})
    method = Method.objects.get()
    browser.post(f"/network/methods/{method.pk}/version/", {"text": "Other steps", "why": "Wrong before"})
    browser.post(f"/network/methods/{method.pk}/use/", {"agency": council.pk, "text": "Well"})
    browser.post(f"/network/offers/{Offer.objects.get().pk}/end/")
    asked.refresh_from_db()
    section.refresh_from_db()
    assert (asked.state, bool(section.done), method.notes.count(), method.uses.count()) == ("met", True, 2, 1)
    assert Offer.objects.get().until == today


def test_blaming_words_in_a_method_are_looked_at_once(client_of, ours):
    sent = {"title": "Count", "text": BLAMING, "indicator": "", "agency": ""}
    page = client_of(ours).post("/network/methods/new/", sent).content.decode()
    assert "Words to look at again" in page and not Method.objects.exists()
    client_of(ours).post(
        "/network/methods/new/", {**sent, "words_seen": page.split('name="words_seen" value="')[1][:16]}
    )
    assert Method.objects.get().notes.get().text == BLAMING


@pytest.mark.parametrize("place", ["", "requests/", "sections/", "methods/"])
def test_full_pages_take_few_queries(
    place, client_of, analyst, offered, asked, section, method, django_assert_max_num_queries
):
    browser = client_of(analyst)
    browser.get(f"/network/{place}")
    with django_assert_max_num_queries(12):
        assert browser.get(f"/network/{place}").status_code == 200
