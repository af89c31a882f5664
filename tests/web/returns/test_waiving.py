"""A waiver has a last day, and from the day after returns are held to the check again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html

from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.returns import access, actions, port
from plait_web.returns.models import Waiver
from tests.web.returns.conftest import fresh, text_of

pytestmark = pytest.mark.django_db
LATE = (*(f"A{n},2025-06-01,CSE,known" for n in range(9)), "A2,2031-01-01,CSE,known")


@pytest.fixture
def waiver(sent, analyst):
    made = sent(*LATE)
    code = made.findings.exclude(severity="note").first().code
    return actions.waive(made, code=code, reason="Dates are of review", by=analyst)


def day(value):
    return {"until_0": value.day, "until_1": value.month, "until_2": value.year}


def test_on_its_last_day_it_counts_and_the_day_after_it_does_not(waiver, analyst, today):
    actions.end_waiver(waiver, until=today, by=analyst)
    assert [w.code for w in port.decided_waivers(today)] == [waiver.code]
    assert port.decided_waivers(today + timedelta(days=1)) == ()
    (event,) = Event.objects.filter(act="return.waiver_ends")
    assert event.detail == {"code": waiver.code, "until": str(today)}


def test_a_return_read_after_it_is_held_to_the_check(waiver, sent, analyst, today):
    Waiver.objects.update(until=today - timedelta(days=1))
    again = sent(*LATE, by=None)
    assert fresh(again).findings.get(code=waiver.code).severity != "note"


def test_waiving_again_gives_it_no_last_day_and_makes_no_second(waiver, sent, analyst, today):
    actions.end_waiver(waiver, until=today + timedelta(days=9), by=analyst)
    made = sent(*LATE)
    actions.waive(made, code=waiver.code, reason="Still the old system", by=analyst)
    assert Waiver.objects.get().until is None


def test_a_waiver_that_ended_stays_in_the_history_when_there_is_a_new_one(waiver, sent, analyst, today):
    Waiver.objects.update(until=today - timedelta(days=1))
    actions.waive(sent(*LATE), code=waiver.code, reason="Again", by=analyst)
    assert [w.until is None for w in access.waivers_for(analyst)] == [True, False]


@pytest.mark.parametrize(("back", "sentence"), [(1, "today or later"), (9, "today or later")])
def test_its_last_day_is_not_in_the_past(waiver, analyst, today, back, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.end_waiver(waiver, until=today - timedelta(days=back), by=analyst)


def test_what_ended_is_not_ended_again(waiver, analyst, today):
    Waiver.objects.update(until=today - timedelta(days=1))
    with pytest.raises(Refused, match="This waiver ended on"):
        actions.end_waiver(waiver, until=today, by=analyst)


def test_only_the_analyst_or_manager_ends_it(waiver, sender, today):
    with pytest.raises(Refused, match="analyst or manager"):
        actions.end_waiver(waiver, until=today, by=sender)


def test_the_page_lists_it_and_takes_its_last_day(waiver, analyst, client_of, today):
    browser = client_of(analyst)
    assert "Dates are of review" in text_of(browser.get(reverse("returns:waivers")))
    browser.post(reverse("returns:end_waiver", args=[waiver.pk]), day(today))
    assert Waiver.objects.get().until == today
    assert f"{today.day} {today:%B %Y}" in text_of(browser.get(reverse("returns:waivers")))


def test_the_page_says_what_is_wrong_with_a_day(waiver, analyst, client_of, today):
    path = reverse("returns:end_waiver", args=[waiver.pk])
    assert "Enter the last day" in text_of(client_of(analyst).post(path, {"until_0": ""}))
    refused = client_of(analyst).post(path, day(today - timedelta(days=1)))
    assert "today or later" in text_of(refused)


def test_another_agencys_are_not_there(waiver, stranger, client_of):
    page = text_of(client_of(stranger).get(reverse("returns:waivers")))
    assert waiver.reason not in page and "No check is waived" in page
    assert client_of(stranger).get(reverse("returns:end_waiver", args=[waiver.pk])).status_code == 403


BLAMING = "She was putting herself at risk when it was recorded."


@pytest.mark.parametrize("page", ["waive", "withdraw"])
def test_a_reason_that_blames_is_looked_at_once_and_then_kept(page, sent, analyst, sender, client_of):
    made = sent(*LATE)
    code = made.findings.exclude(severity="note").first().code
    path = (
        reverse("returns:waive", args=[made.pk, code])
        if page == "waive"
        else reverse("returns:withdraw", args=[made.pk])
    )
    browser, state = client_of(analyst if page == "waive" else sender), made.state
    shown = browser.post(path, {"why": BLAMING})
    assert "Words to look at again" in text_of(shown)
    assert not Waiver.objects.exists() and fresh(made).state == state
    seen = html.fromstring(shown.content).xpath("//input[@name='words_seen']/@value")
    browser.post(path, {"why": BLAMING, "words_seen": seen})
    kept = Waiver.objects.get().reason if page == "waive" else fresh(made).ended_why
    assert kept == BLAMING
