"""The short form: by link, without an account, savable, once; and no link opens anything else."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from plait_web.audit.models import Event
from plait_web.knowledge import actions
from plait_web.knowledge.models import Asset, Confirmation, MapLink
from plait_web.permissions import Refused

pytestmark = pytest.mark.django_db
SAID = {
    "item-1": "Referral forms",
    "capture-1": "paper",
    "coverage-1": "Girls we work with, since 2021",
    "count": "yes",
}


@pytest.fixture
def link(council, ours, partnership):
    return actions.make_link(council, email="charity@example.org", by=ours)


@pytest.fixture
def guest(link):
    browser = Client()
    address = re.search(r"https?://\S+", mail.outbox[-1].body).group()
    assert browser.get(address[address.index("/data-map") :]).url == "/data-map/short/"
    return browser


def test_the_mail_asks_for_no_figure_and_names_nobody(link):
    body = mail.outbox[-1].body
    assert "no figure and no name" in body and "ten minutes" in body and "28 days" in body


def test_what_is_said_becomes_lines_of_the_map(guest, council):
    guest.post("/data-map/short/", SAID)
    page = guest.get("/data-map/short/check/").content.decode()
    assert "Referral forms" in page and not Asset.objects.exists()
    assert guest.post("/data-map/short/check/").url == "/data-map/short/done/"
    made, said = Asset.objects.get(), Confirmation.objects.get()
    assert (made.item, made.capture, made.origin, made.agency) == ("Referral forms", "paper", "link", council)
    assert not said.holds_nothing and guest.get("/data-map/short/done/").status_code == 200
    assert MapLink.objects.get().draft == {}


def test_half_of_it_can_be_kept_for_later(guest):
    guest.post("/data-map/short/", {"item-1": "Referral forms", "later": "yes"})
    assert "Referral forms" in guest.get("/data-map/short/").content.decode()


def test_words_that_blame_are_looked_at_once_and_stop_nobody(guest):
    said = SAID | {"item-1": "Notes on children putting themselves at risk"}
    shown = guest.post("/data-map/short/", said)
    assert "Words to look at again" in shown.content.decode() and MapLink.objects.get().draft == {}
    seen = re.findall(r'name="words_seen" value="(\w+)"', shown.content.decode())
    assert guest.post("/data-map/short/", said | {"words_seen": seen}).url == "/data-map/short/check/"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"contact": ""}, "Say what you keep, or that you keep nothing"),
        ({"item-1": "A list"}, "Choose how it is kept"),
        ({"capture-1": "paper"}, "Say what it is"),
        ({"item-1": "A list", "capture-1": "paper", "nothing": "on"}, "named records and said"),
    ],
)
def test_what_is_not_whole_says_what_is_missing(said, sentence, guest):
    assert sentence in guest.post("/data-map/short/", said).content.decode()


def test_nothing_is_an_answer(guest):
    guest.post("/data-map/short/", {"nothing": "on"})
    guest.post("/data-map/short/check/")
    assert Confirmation.objects.get().holds_nothing and not Asset.objects.exists()


def test_a_link_is_used_once(guest, link):
    guest.post("/data-map/short/", SAID)
    guest.post("/data-map/short/check/")
    assert guest.get("/data-map/short/").status_code == 403
    with pytest.raises(Refused, match="sent already"):
        actions.send_draft(link, lines=[])


def test_a_link_that_was_ended_or_is_old_opens_nothing(guest, link, ours):
    MapLink.objects.update(expires=timezone.now() - timedelta(days=1))
    assert "opens nothing any more" in guest.get("/data-map/short/").content.decode()
    MapLink.objects.update(expires=timezone.now() + timedelta(days=1))
    actions.end_link(link, by=ours)
    assert guest.post("/data-map/short/", SAID).status_code == 403
    assert Event.objects.latest("id").act == "data_map.link_ended"


def test_a_new_link_ends_the_one_before(link, council, ours):
    actions.make_link(council, email="other@example.org", by=ours)
    link.refresh_from_db()
    assert link.ended


@pytest.mark.parametrize("token", ["x", "MTIz:abc:def"])
def test_a_forged_link_opens_nothing(token):
    assert Client().get(f"/data-map/by-link/{token}/").status_code == 403


def test_without_a_link_there_is_no_form():
    pages = ("/data-map/short/", "/data-map/short/check/", "/data-map/short/done/")
    assert [Client().get(page).status_code for page in pages] == [403] * 3


def test_the_link_is_made_and_ended_in_the_browser(client_of, ours, theirs, council):
    browser = client_of(ours)
    browser.post("/data-map/agencies/council/link/", {"email": "charity@example.org"})
    made = MapLink.objects.get()
    assert client_of(theirs).post(f"/data-map/links/{made.pk}/end/").status_code == 404
    browser.post(f"/data-map/links/{made.pk}/end/")
    made.refresh_from_db()
    assert made.ended
