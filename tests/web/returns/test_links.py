"""A small agency without accounts types its counts in by a mail link; somebody else there signs them off."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.returns import access, actions, counts
from plait_web.returns.models import FormLink, Submission
from plait_web.returns.states import State
from tests.web.returns.conftest import fresh, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def measures(council):
    return [i.id for i in counts.askable(partnership.pack(), council.kind)][:3]


@pytest.fixture
def asked(counts_point, council):
    return counts_point.expected.get(agency=council)


@pytest.fixture
def link(asked, manager, measures):
    return actions.make_link(
        asked,
        email="ann@charity.example",
        second_email="bo@charity.example",
        measures=measures,
        area="X10000001",
        by=manager,
    )


def _address(message) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body).group(1)


@pytest.fixture
def browser(link) -> Client:
    """Somebody without an account who has opened the link in their mail."""
    client = Client()
    response = client.get(_address(mail.outbox[0]))
    assert response["Location"] == reverse("returns:counts")
    return client


def _typed(measures, *values) -> dict[str, str]:
    said = {}
    for name, value in zip(measures, values, strict=True):
        said[f"{'w' if value in counts.SYMBOLS else 'n'}-{name}"] = value
    return said


def test_the_mail_says_whose_and_no_figure(link, council):
    assert mail.outbox[0].to == ["ann@charity.example"]
    assert council.name in mail.outbox[0].body


def test_the_page_asks_its_own_counts_only(browser, measures):
    text = text_of(browser.get(reverse("returns:counts")))
    for name in measures:
        assert partnership.pack().indicator(name).title in text
    assert "Your counts for 1 April 2025 to 31 March 2026" in text


def test_the_whole_way_from_the_link_to_an_accepted_return(
    browser, measures, link, council, recorded, django_capture_on_commit_callbacks
):
    response = browser.post(reverse("returns:counts"), _typed(measures, "12", "0", "<5"))
    assert response["Location"] == reverse("returns:counts_check")
    text = text_of(browser.get(reverse("returns:counts_check")))
    assert " 12 " in text and "Fewer than 5" in text
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("returns:counts_check"))
    assert "Counts sent" in text_of(browser.get(reverse("returns:counts_done")))
    made = Submission.objects.get()
    assert (made.state, made.route, made.refusal) == (State.WAITING, "link", "")
    other = Client()
    response = other.get(_address(mail.outbox[1]), follow=True)
    assert mail.outbox[1].to == ["bo@charity.example"]
    assert "Sign off the counts" in text_of(response) and " 12 " in text_of(response)
    with django_capture_on_commit_callbacks(execute=True):
        response = other.post(reverse("returns:counts_sign_off"), {})
    assert "Signed off" in text_of(response)
    assert fresh(made).state == State.ACCEPTED
    (kept,) = [s.kept for s in access.accepted("2025-26")]
    assert partnership.shelf().kept("returns", kept) is not None
    assert not made.folder.exists()
    assert "return.accepted" in recorded()


def test_a_draft_is_there_when_the_link_is_opened_again(browser, measures, link):
    browser.post(reverse("returns:counts"), {**_typed(measures[:1], "41"), "later": "yes"})
    again = Client()
    again.get(_address(mail.outbox[0]))
    assert 'value="41"' in again.get(reverse("returns:counts")).content.decode()


def test_sending_needs_an_answer_to_each(browser, measures):
    response = browser.post(reverse("returns:counts"), _typed(measures[:1], "4"))
    text = text_of(response)
    assert (
        text.count("enter a number, or choose why there is none") == 4
    )  # two answers, in the summary and at the field


@pytest.mark.parametrize("value", ["-3", "3.5", "about 10", "ann", "99999999"])
def test_what_is_no_count_is_not_taken(browser, measures, value):
    assert "enter a whole number" in text_of(browser.post(reverse("returns:counts"), _typed(measures[:1], value)))


def test_a_number_and_a_reason_are_one_too_many(browser, measures):
    said = {f"n-{measures[0]}": "3", f"w-{measures[0]}": "x"}
    assert "not both" in text_of(browser.post(reverse("returns:counts"), said))


def test_counts_nobody_asked_for_are_not_taken(browser, measures, link):
    actions.save_draft(link, values={"NOT-ASKED": "4"})
    assert FormLink.objects.get(pk=link.pk).draft == {}


def test_no_page_opens_without_the_link(link):
    for name in ("counts", "counts_check", "counts_done", "counts_sign_off"):
        assert Client().get(reverse(f"returns:{name}")).status_code == 403


def test_a_link_somebody_changed_opens_nothing(link):
    address = _address(mail.outbox[0])
    for wrong in (address[:-3] + "x/", "/returns/by-link/nonsense/"):
        assert Client().get(wrong).status_code == 403


def test_the_counts_link_does_not_sign_off(browser, measures, link, django_capture_on_commit_callbacks):
    browser.post(reverse("returns:counts"), _typed(measures, "1", "2", "3"))
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("returns:counts_check"))
    assert browser.post(reverse("returns:counts_sign_off"), {}).status_code == 403
    with pytest.raises(Refused, match="does not let you sign this off"):
        actions.sign_off(Submission.objects.get(), by=None, link=link)


def test_a_link_works_until_it_ends(browser, link):
    FormLink.objects.update(expires=timezone.now() - timedelta(minutes=1))
    response = browser.get(reverse("returns:counts"))
    assert response.status_code == 403
    assert "This link ended on" in text_of(response)


def test_a_link_taken_back_opens_nothing_and_its_draft_is_gone(browser, link, measures, manager):
    actions.save_draft(link, values={measures[0]: "9"})
    actions.end_link(link, by=manager)
    assert FormLink.objects.get(pk=link.pk).draft == {}
    assert "taken back" in text_of(browser.get(reverse("returns:counts")))


def test_a_newer_link_ends_the_older(link, asked, manager, measures):
    actions.make_link(
        asked,
        email="c@charity.example",
        second_email="d@charity.example",
        measures=measures,
        area="X10000001",
        by=manager,
    )
    assert FormLink.objects.get(pk=link.pk).ended is not None


def test_sent_back_counts_can_be_typed_again(browser, measures, link, django_capture_on_commit_callbacks):
    browser.post(reverse("returns:counts"), _typed(measures, "1", "2", "3"))
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("returns:counts_check"))
    other = Client()
    other.get(_address(mail.outbox[1]))
    with django_capture_on_commit_callbacks(execute=True):
        response = other.post(reverse("returns:counts_sign_off"), {"back": "yes", "why": "The second is too high"})
    assert "Sent back" in text_of(response)
    assert mail.outbox[-1].to == ["ann@charity.example"]
    assert "Your counts" in text_of(browser.get(reverse("returns:counts")))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"measures": []}, "Choose at least one count"),
        ({"measures": ["NONSENSE"]}, "Choose at least one count"),
        ({"second_email": "Ann@charity.example"}, "somebody else's address"),
        ({"second_email": ""}, "Nobody of this agency has an account"),
    ],
)
def test_a_link_makes_sense(asked, manager, measures, change, sentence):
    said = {
        "email": "ann@charity.example",
        "second_email": "bo@charity.example",
        "measures": measures,
        "area": "X",
    } | change
    with pytest.raises(Refused, match=sentence):
        actions.make_link(asked, **said, by=manager)


def test_a_link_is_for_counts_and_by_the_manager(expected, asked, manager, analyst, measures):
    said = {"email": "a@b.example", "second_email": "c@b.example", "measures": measures, "area": "X"}
    with pytest.raises(Refused, match="asks for counts"):
        actions.make_link(expected, **said, by=manager)
    with pytest.raises(Refused, match="Only the partnership manager"):
        actions.make_link(asked, **said, by=analyst)


def test_the_link_is_made_in_the_page(client_of, asked, manager, measures):
    client = client_of(manager)
    assert client.get(reverse("returns:link", args=[asked.pk])).status_code == 200
    said = {
        "email": "ann@charity.example",
        "second_email": "bo@charity.example",
        "measures": measures,
        "area": "X10000001",
    }
    client.post(reverse("returns:link", args=[asked.pk]), said)
    assert "Mailed to ann@charity.example" in text_of(client.get(reverse("returns:place", args=[asked.pk])))
    client.post(reverse("returns:end_link", args=[FormLink.objects.get().pk]))
    assert FormLink.objects.get().ended is not None


def test_the_secret_of_a_link_is_in_no_later_address_and_not_in_the_database(browser, link):
    token = _address(mail.outbox[0]).split("/")[-2]
    assert token not in browser.get(reverse("returns:counts")).content.decode()
    assert link.nonce not in token
