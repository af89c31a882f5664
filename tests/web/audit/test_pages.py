"""The trail is searched, checked and taken away by those who may, and shows nobody else anything."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plait_web.audit.models import Event, Head
from plait_web.audit.record import record
from plait_web.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(person, client_of):
    return client_of(person(Role.GOVERNANCE))


@pytest.fixture
def trail(council, person):
    ann = person(Role.MANAGER, email="ann@example.org")
    record("return.accepted", by=ann, target=council, why="the board asked")
    record("return.refused", by=None, target=council)
    record("read.picture:home", by=ann, address="/")
    record("=cmd", by=ann, why="=1+1")


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ({"words": "ann@"}, "return.accepted", "return.refused"),
        ({"words": "the board asked"}, "return.accepted", "return.refused"),
        ({"act": "return.refused"}, "return.refused</td>", "return.accepted</td>"),
        ({"act": "read."}, "read.picture:home</td>", "return.accepted</td>"),
    ],
)
def test_a_search_finds_what_matches_and_nothing_else(reader, trail, asked, there, gone):
    page = reader.get(reverse("audit:list"), asked).content.decode()
    table = page[page.index("<tbody>") :]
    assert there in table
    assert gone not in table


def test_days_bound_the_search(reader, trail):
    day = timezone.localdate() + timedelta(days=1)
    parts = {"since_0": day.day, "since_1": day.month, "since_2": day.year}
    assert "No event matches" in reader.get(reverse("audit:list"), parts).content.decode()


def test_a_day_that_is_none_is_said_to_be_none(reader):
    page = reader.get(reverse("audit:list"), {"since_0": "31", "since_1": "2", "since_2": "2026"}).content.decode()
    assert "There is a problem" in page
    assert "Enter a real day" in page


def test_one_event_shows_all_that_is_known(reader, trail):
    event = Event.objects.get(act="return.accepted")
    page = reader.get(reverse("audit:event", args=[event.pk])).content.decode()
    assert "the board asked" in page
    assert event.digest in page
    assert event.before in page


def test_a_whole_trail_is_said_to_be_whole_and_the_check_is_recorded(reader, trail):
    assert "The trail is whole" in reader.post(reverse("audit:check")).content.decode()
    assert Event.objects.filter(act="audit.verified", detail__whole=True).count() == 1


def test_a_trail_that_was_changed_is_said_to_be(reader, trail):
    Head.objects.update(count=99)
    assert "The trail was changed" in reader.post(reverse("audit:check")).content.decode()


def test_the_file_has_every_event_found_and_no_formula(reader, trail):
    sent = b"".join(reader.get(reverse("audit:download"), {"words": "ann@"}).streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(sent)))
    assert [row["act"] for row in rows] == ["return.accepted", "read.picture:home", "'=cmd"]
    assert rows[2]["why"] == "'=1+1"


@pytest.mark.parametrize("name", ["audit:list", "audit:download"])
def test_others_are_refused(person, client_of, name):
    assert client_of(person(Role.CONTRIBUTOR)).get(reverse(name)).status_code == 403


def test_reading_the_trail_is_itself_recorded(reader, trail):
    reader.get(reverse("audit:list"))
    assert Event.objects.filter(act="read.audit:list").exists()


def test_a_long_trail_is_paged_and_asks_little_of_the_database(reader, django_assert_max_num_queries):
    for _ in range(120):
        record("a.thing", by=None)
    with django_assert_max_num_queries(12):
        page = reader.get(reverse("audit:list"), {"act": "a.thing"}).content.decode()
    assert "Page 1 of 3" in page
    assert "page=2&amp;act=a.thing" in page
