"""Gaps have an owner and a next step; those that are worked out come and go by themselves; what practice says is kept."""

from datetime import timedelta

import pytest

from plait_web.audit.models import Event
from plait_web.knowledge.actions import map_asset
from plait_web.permissions import Refused
from plait_web.quality import actions
from plait_web.quality.models import Discrepancy, Gap
from plait_web.quality.standing import standing
from plait_web.response.models import Action

pytestmark = pytest.mark.django_db


def days(n, today):
    then = today + timedelta(days=n)
    return {"due_0": str(then.day), "due_1": str(then.month), "due_2": str(then.year)}


def not_known(agency):
    return [
        f for f in standing().gaps if f.gap.agency == agency and f.gap.kind == "not_known" and f.gap.dataset == "events"
    ]


def test_the_map_closes_a_gap_at_once(setting, council, manager):
    assert not_known("council")
    map_asset(agency=council, dataset="events", columns=("*",), by=manager)
    assert not not_known("council")


def test_those_before_most_questions_come_first(setting):
    counts = [len(found.questions) for found in standing().gaps]
    assert counts == sorted(counts, reverse=True) and counts[0] > 1


def test_a_gap_that_is_worked_out_is_taken_on_once(setting, keeper, manager, today):
    found = standing().gaps[0]
    page = f"/gaps/found/{found.key}/"
    keeper.post(page, {"step": "Ask them", "owner": manager.pk, "decisions": "Where to commission", **days(9, today)})
    gap = Gap.objects.get()
    assert (gap.what, gap.questions, gap.decisions) == (found.gap.reason, list(found.questions), "Where to commission")
    again = keeper.post(page, {"step": "Ask them", "owner": manager.pk, **days(9, today)}).content.decode()
    assert "taken this gap on already" in again and Gap.objects.count() == 1


def test_a_gap_that_is_no_longer_found_says_so(setting, keeper, council, manager, today):
    found = not_known("council")[0]
    keeper.post(f"/gaps/found/{found.key}/", {"step": "Ask", "owner": manager.pk, **days(9, today)})
    assert "Plait still finds it" in keeper.get(f"/gaps/{Gap.objects.get().pk}/").content.decode()
    map_asset(agency=council, dataset="events", columns=("*",), by=manager)
    assert "no longer finds it" in keeper.get(f"/gaps/{Gap.objects.get().pk}/").content.decode()
    assert "No longer found" in keeper.get("/gaps/?view=taken").content.decode()


@pytest.fixture
def gap(manager, practitioner, today):
    return actions.take_on_gap(
        kind="not_recorded", what="No form of harm", step="Ask", owner=practitioner, due=today, by=manager
    )


def test_people_add_gaps_of_their_own(setting, keeper, manager, today):
    sent = {
        "kind": "not_analysed",
        "what": "Nobody looked",
        "step": "Look",
        "owner": manager.pk,
        "agency": "",
        **days(3, today),
    }
    keeper.post("/gaps/new/", sent)
    assert Gap.objects.get().key == "" and "Nobody looked" in keeper.get("/gaps/?kind=not_analysed").content.decode()


def test_the_owner_ends_it_and_others_do_not(gap, practitioner, stranger):
    with pytest.raises(Refused, match="Only the person who owns"):
        actions.end_gap(gap.pk, state="closed", outcome="?", by=stranger)
    actions.end_gap(gap.pk, state="left", outcome="The supplier cannot", by=practitioner)
    with pytest.raises(Refused, match="settled: left open"):
        actions.end_gap(gap.pk, state="closed", outcome="?", by=practitioner)
    assert Event.objects.latest("id").act == "gap.left"


def test_its_step_becomes_an_action(gap, keeper, practitioner, today):
    keeper.post(
        f"/gaps/{gap.pk}/action/", {"what": "Ask", "measure": "It came", "owner": practitioner.pk, **days(3, today)}
    )
    gap.refresh_from_db()
    assert gap.action == Action.objects.get() and "Ask" in keeper.get(f"/gaps/{gap.pk}/").content.decode()


def test_a_day_that_has_passed_is_refused(manager, today):
    with pytest.raises(Refused, match="not passed"):
        actions.take_on_gap(kind="not_known", what="?", step="?", owner=manager, due=today - timedelta(1), by=manager)


@pytest.mark.parametrize("page", ["/gaps/", "/gaps/?view=free", "/gaps/?view=late", "/gaps/relied-on/"])
def test_pages_take_few_queries(page, setting, gap, keeper, django_assert_max_num_queries):
    keeper.get(page)
    with django_assert_max_num_queries(12):
        assert keeper.get(page).status_code == 200


# Figures and practice


@pytest.fixture
def noted(manager, practitioner, today):
    said = {"figure_says": "Fewer each year", "practice_says": "More than ever", "heard_from": "Street team"}
    return actions.note_discrepancy(
        **said, test="Read forty cases", owner=practitioner, due=today, indicator="MI01", by=manager
    )


def test_both_sides_are_kept_and_the_figure_leads_there(client_of, practitioner, today, partnership):
    browser = client_of(practitioner)
    sent = {"figure_says": "Fewer", "practice_says": "More", "heard_from": "Street team", "test": "Read cases"}
    browser.post("/figures-and-practice/new/?indicator=MI01", {**sent, "owner": practitioner.pk, **days(9, today)})
    made = Discrepancy.objects.get()
    assert (made.indicator, made.question) == ("MI01", "missing-and-harm")
    page = browser.get("/figures-and-practice/?indicator=MI01").content.decode()
    assert "Street team" in page and "Read cases" in page


def test_what_was_found_changes_neither_side(noted, practitioner, client_of):
    browser = client_of(practitioner)
    browser.post(f"/figures-and-practice/{noted.pk}/settle/", {"state": "both", "found": "Reports fell, harm did not"})
    noted.refresh_from_db()
    assert (noted.state, noted.figure_says, noted.practice_says) == ("both", "Fewer each year", "More than ever")
    with pytest.raises(Refused, match="settled"):
        actions.settle_discrepancy(noted.pk, state="figure", found="?", by=practitioner)


def test_a_stranger_does_not_settle_it(noted, stranger):
    with pytest.raises(Refused, match="Only the person who owns"):
        actions.settle_discrepancy(noted.pk, state="figure", found="?", by=stranger)


def test_the_test_becomes_an_action(noted, practitioner, client_of, today):
    sent = {"what": "Read forty cases", "measure": "They are read", "owner": practitioner.pk, **days(3, today)}
    client_of(practitioner).post(f"/figures-and-practice/{noted.pk}/action/", sent)
    assert Action.objects.get().indicator == "MI01"


def test_the_trail_holds_no_figure(noted):
    event = Event.objects.latest("id")
    assert event.act == "discrepancy.noted" and "Fewer" not in f"{event.label}{event.detail}{event.why}"
