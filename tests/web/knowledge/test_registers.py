"""Flags side by side, and what was asked to be changed in which system."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.audit.models import Event
from plait_web.knowledge import actions
from plait_web.knowledge.models import ChangeRequest, Flag, System
from plait_web.permissions import Refused

pytestmark = pytest.mark.django_db
FLAG = {"name": "CE flag", "meaning": "Known to the panel", "set_by": "Panel chair"}


@pytest.fixture
def flag(council, ours):
    return actions.add_flag(agency=council, by=ours, **FLAG)


@pytest.fixture
def system(council, ours):
    return actions.add_system(agency=council, name="Case system", supplier="A supplier", by=ours)


@pytest.fixture
def asked(system, ours):
    return actions.ask_for_change(
        system, what="A field for the form of harm", why="Forms run together", owner=ours, by=ours
    )


def test_two_agencies_flags_stand_side_by_side(flag, client_of, theirs, police):
    browser = client_of(theirs)
    browser.post("/flags/add/", {"agency": "police", "name": "Marker", "meaning": "Seen once", "set_by": "Any officer"})
    page = browser.get("/flags/?agency=council&agency=police").content.decode()
    assert "Known to the panel" in page and "Seen once" in page
    assert "Nobody: it stays" in page and "Not reviewed" in page


def test_an_agency_without_a_flag_is_named(flag, police, client_of, ours):
    assert "Marlshire Police" in client_of(ours).get("/flags/").content.decode().split("without a flag")[1]


@pytest.mark.parametrize("page", ["change", "end"])
def test_another_agencys_flag_is_not_found(page, flag, client_of, theirs):
    assert client_of(theirs).get(f"/flags/{flag.pk}/{page}/").status_code == 404


def test_an_agency_that_is_not_theirs_cannot_be_chosen(client_of, theirs, council):
    page = client_of(theirs).post("/flags/add/", {"agency": "council", **FLAG})
    assert page.status_code == 200 and not Flag.objects.exists()


def test_a_flag_is_changed_and_ended(flag, ours, client_of):
    browser = client_of(ours)
    browser.post(f"/flags/{flag.pk}/change/", {**FLAG, "ended_by": "The panel", "review_weeks": "12", "to_panel": "on"})
    flag.refresh_from_db()
    assert (flag.ended_by, flag.review_weeks, flag.to_panel) == ("The panel", 12, True)
    actions.end_flag(flag.pk, until=timezone.localdate(), by=ours)
    assert "No longer used" in browser.get("/flags/").content.decode()
    assert list(Event.objects.filter(act__startswith="flag.").values_list("act", flat=True).order_by("id")) == [
        "flag.added", "flag.changed", "flag.ended",
    ]  # fmt: skip


def test_a_system_is_listed_once_an_agency(system, council, ours):
    with pytest.raises(Refused, match="already"):
        actions.add_system(agency=council, name="case SYSTEM", by=ours)


def test_what_is_outstanding_is_listed_until_it_is_settled(asked, ours, client_of):
    browser = client_of(ours)
    assert asked.what in browser.get("/systems/").content.decode()
    actions.settle_request(asked.pk, state="agreed", outcome="In the spring release", by=ours)
    assert asked.what in browser.get("/systems/").content.decode()
    browser.post(f"/system-changes/{asked.pk}/", {"state": "done", "outcome": "It is there"})
    assert "Nothing is outstanding" in browser.get("/systems/").content.decode()
    with pytest.raises(Refused, match="settled: done"):
        actions.settle_request(asked.pk, state="refused", outcome="?", by=ours)


def test_a_change_wanted_yesterday_is_late_and_cannot_be_asked(asked, system, ours):
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(Refused, match="must not be before"):
        actions.ask_for_change(system, what="?", why="?", owner=ours, wanted_by=yesterday, by=ours)
    asked.wanted_by = timezone.localdate()
    assert not asked.late(timezone.localdate()) and asked.late(timezone.localdate() + timedelta(days=1))


def test_systems_in_the_browser(client_of, ours, theirs):
    browser = client_of(ours)
    browser.post("/systems/add/", {"agency": "council", "name": "Case system", "change": "supplier"})
    made = System.objects.get()
    browser.post(f"/systems/{made.pk}/change/", {"name": "Case system", "change": "no", "effort": "Ten days"})
    browser.post(f"/systems/{made.pk}/ask/", {"what": "A field", "why": "To count", "owner": ours.pk})
    page = browser.get(f"/systems/{made.pk}/").content.decode()
    assert "Ten days" in page and "A field" in page
    other = client_of(theirs)
    closed = [
        f"/systems/{made.pk}/change/",
        f"/systems/{made.pk}/ask/",
        f"/system-changes/{ChangeRequest.objects.get().pk}/",
    ]
    assert [other.get(page).status_code for page in closed] == [404] * 3
    assert other.get(f"/systems/{made.pk}/").status_code == 200
