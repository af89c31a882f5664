"""What no agency sees alone, as each person may see it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from plait.publish import TOPICS
from plait_web.roles import Role

pytestmark = pytest.mark.django_db


def test_every_page_across_agencies_opens_with_its_caution_and_its_tables(made, person, client_of):
    client = client_of(person(Role.STRATEGIC_LEAD))
    listed = client.get(reverse("picture:across")).content.decode()
    for topic in TOPICS:
        assert reverse("picture:topic", args=[topic.id]) in listed
        page = client.get(reverse("picture:topic", args=[topic.id]))
        said = page.content.decode()
        assert page.status_code == 200
        assert topic.caution[:40].replace("'", "&#39;") in said
        assert "style=" not in said, "the browser would refuse it"
        tables = client.get(reverse("picture:topic_tables", args=[topic.id]))
        assert "attachment" in tables.headers["Content-Disposition"]


def test_the_unknown_is_refused_in_plain_words_below_a_force_or_a_region(made, person, client_of):
    said = client_of(person(Role.ANALYST)).get(reverse("picture:topic", args=["the-unknown"])).content.decode()
    assert "Experimental" in said
    assert "never for a smaller area" in said


def test_a_page_that_is_not_there_is_not_found(made, person, client_of):
    client = client_of(person(Role.ANALYST))
    assert client.get(reverse("picture:topic", args=["nothing"])).status_code == 404
    assert client.get(reverse("picture:topic_tables", args=["nothing"])).status_code == 404


def test_before_the_first_picture_the_list_says_so(set_up, person, client_of):
    said = client_of(person(Role.ANALYST)).get(reverse("picture:across")).content.decode()
    assert "There is no picture yet" in said
