"""Audits end in actions, roles without training are seen, so are agencies that never meet and processes that stopped."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from plait_web.audit.models import Event
from plait_web.learning import access, actions
from plait_web.learning.models import Audit, Need, Review, Together, year_before
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.response.models import Action
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
AUDIT = {"title": "Interviews", "sample": "Every tenth", "criterion": "Offered within three days", "result": "Seldom"}
REVIEW = {"process": "The long form", "purpose": "To refer", "benefit": "None", "why": "Nobody reads it"}


@pytest.fixture
def health(partnership):
    return Agency.objects.create(code="health", name="Marlshire Health", kind="health", areas=["X10000001"])


@pytest.fixture
def manager(person):
    return person(Role.MANAGER)


@pytest.fixture
def ours(person, council):
    return person(Role.CONTRIBUTOR, agency=council)


@pytest.fixture
def today():
    return timezone.localdate()


def day(of: date, name: str = "on") -> dict[str, str]:
    return {f"{name}_0": str(of.day), f"{name}_1": str(of.month), f"{name}_2": str(of.year)}


def test_an_audit_waits_until_an_action_with_a_day_comes_of_it(ours, council, today):
    audit = actions.keep_audit(on=today, agency=council, by=ours, **AUDIT)
    other = actions.keep_audit(on=today, agency=council, by=ours, **(AUDIT | {"title": "Later"}))
    due = today + timedelta(days=30)
    actions.act_on_audit(other.pk, what="Offer them", measure="Offered", due=due, owner=ours, by=ours)
    assert [a.title for a in access.audits()] == ["Interviews", "Later"]
    made = Action.objects.get()
    assert (made.due, made.agency, made.owner) == (due, council, ours)
    with pytest.raises(Refused, match="came of this audit already"):
        actions.act_on_audit(other.pk, what="Again", measure="Seen", due=due, owner=ours, by=ours)
    assert audit.action is None
    assert Event.objects.filter(act__startswith="case_audit.").count() == 3


def test_an_agencys_people_speak_for_it_and_nobody_else(ours, council, police, manager, today):
    with pytest.raises(Refused, match="Only people of"):
        actions.keep_audit(on=today, agency=police, by=ours, **AUDIT)
    with pytest.raises(Refused, match="Choose your agency"):
        actions.keep_audit(on=today, by=ours, **AUDIT)
    with pytest.raises(Refused, match="Only people of"):
        actions.need_training(agency=police, role="Desk", topic="Words", people=9, by=ours)
    with pytest.raises(Refused, match="Only people of"):
        actions.review(agency=police, verdict="stop", by=ours, **REVIEW)
    kept = actions.keep_audit(on=today, by=manager, **AUDIT)
    with pytest.raises(Refused, match="Choose your agency"):
        actions.act_on_audit(kept.pk, what="Do", measure="Seen", due=today, owner=ours, by=ours)


def test_a_day_to_come_has_no_audit_training_or_time_together(ours, council, police, today):
    later = today + timedelta(days=1)
    need = actions.need_training(agency=council, role="Desk", topic="Words", people=9, by=ours)
    with pytest.raises(Refused, match="not come yet"):
        actions.keep_audit(on=later, agency=council, by=ours, **AUDIT)
    with pytest.raises(Refused, match="not come yet"):
        actions.hold_training(need.pk, on=later, people=3, by=ours)
    with pytest.raises(Refused, match="not come yet"):
        actions.spend_time(kind="visit", what="W", on=later, agencies=[council, police], by=ours)


def test_roles_that_had_no_training_are_seen(ours, council, today):
    desk = actions.need_training(agency=council, role="Desk", topic="Words", people=9, by=ours)
    actions.need_training(agency=council, role="Panel", topic="Words", people=4, by=ours)
    actions.hold_training(desk.pk, on=today, people=5, by=ours)
    actions.hold_training(desk.pk, on=today, people=2, by=ours)
    assert [(n.role, n.had, n.times, n.last) for n in access.needs()] == [
        ("Desk", 7, 2, today),
        ("Panel", None, 0, None),
    ]
    assert [n.role for n in access.untrained()] == ["Panel"]
    with pytest.raises(Refused, match="There are 9 people"):
        actions.hold_training(desk.pk, on=today, people=10, by=ours)


def test_a_need_stands_once_until_it_ends(ours, council, today):
    need = actions.need_training(agency=council, role="Desk", topic="Words", people=9, by=ours)
    with pytest.raises(Refused, match="on the list already"):
        actions.need_training(agency=council, role="Desk", topic="Words", people=8, by=ours)
    actions.end_need(need.pk, by=ours)
    with pytest.raises(Refused, match="has ended"):
        actions.hold_training(need.pk, on=today, people=1, by=ours)
    actions.need_training(agency=council, role="Desk", topic="Words", people=8, by=ours)
    assert access.needs().count() == 1


def test_agencies_that_spent_no_time_together_are_seen(ours, council, police, health, today):
    actions.spend_time(kind="desk", what="Hub", on=today, agencies=[police, council], by=ours)
    actions.spend_time(kind="visit", what="Old", on=year_before(today), agencies=[police, council, health], by=ours)
    met = access.met(today)
    assert (met.of(council, police), met.of(police, council), met.of(council, health)) == (1, 1, 0)
    assert met.apart == 2
    assert access.met(today - timedelta(days=1)).apart == 0
    with pytest.raises(Refused, match="two agencies or more"):
        actions.spend_time(kind="desk", what="Alone", on=today, agencies=[council], by=ours)
    with pytest.raises(Refused, match="your own agency"):
        actions.spend_time(kind="desk", what="Theirs", on=today, agencies=[police, health], by=ours)


def test_a_year_before_a_leap_day_is_a_day():
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert year_before(date(2025, 3, 1)) == date(2024, 3, 1)


def test_a_process_is_stopped_once_it_has_been(manager, ours):
    stop = actions.review(verdict="stop", by=manager, **REVIEW)
    keep = actions.review(verdict="keep", by=manager, **REVIEW)
    assert (stop.waits, keep.waits) == (True, False)
    actions.carry_out(stop.pk, by=manager)
    for one in (stop, keep):
        with pytest.raises(Refused, match="nothing left"):
            actions.carry_out(one.pk, by=manager)


def test_things_are_done_in_the_browser(client_of, manager, council, police, today):
    keeper = client_of(manager)
    keeper.post("/learning/audits/new/", AUDIT | day(today))
    audit = Audit.objects.get()
    assert "1 has no action yet" in keeper.get("/learning/audits/").content.decode()
    done = {"what": "Offer", "measure": "Offered", "owner": manager.pk} | day(today, "due")
    keeper.post(f"/learning/audits/{audit.pk}/act/", done)
    assert "Offer" in keeper.get("/learning/audits/").content.decode()
    need = {"agency": council.pk, "role": "Desk", "topic": "Words", "people": "9"}
    keeper.post("/learning/training/new/", need)
    assert "1 of 1 has had none" in keeper.get("/learning/training/").content.decode()
    keeper.post(f"/learning/training/{Need.objects.get().pk}/held/", {"people": "3"} | day(today))
    assert "Desk" not in keeper.get("/learning/training/?view=none").content.decode()
    keeper.post(f"/learning/training/{Need.objects.get().pk}/end/")
    together = {"kind": "visit", "what": "Hub", "agencies": [council.pk, police.pk]} | day(today)
    keeper.post("/learning/together/new/", together)
    assert "Hub" in keeper.get("/learning/together/").content.decode()
    keeper.post("/learning/processes/new/", REVIEW | {"verdict": "stop"})
    keeper.post(f"/learning/processes/{Review.objects.get().pk}/done/")
    assert "1 process has been stopped" in keeper.get("/learning/processes/").content.decode()
    assert Audit.objects.get().action is not None and Need.objects.get().ended == today
    assert Together.objects.get().agencies.count() == 2 and Review.objects.get().done == today


def test_a_contributor_is_offered_only_their_own_agency(client_of, ours, council, police):
    page = client_of(ours).post(
        "/learning/training/new/", {"agency": police.pk, "role": "Desk", "topic": "W", "people": "0"}
    )
    text = page.content.decode()
    assert "Enter a whole number from 1 to 9999" in text and not Need.objects.exists()
    assert f'value="{council.pk}"' in text and f'value="{police.pk}"' not in text


@pytest.mark.parametrize("place", ["audits", "training", "together", "processes"])
def test_full_pages_take_few_queries(
    place, client_of, manager, council, police, health, today, django_assert_max_num_queries
):
    for number in range(3):
        audit = actions.keep_audit(on=today, agency=council, by=manager, **AUDIT)
        actions.act_on_audit(audit.pk, what="Do", measure="Seen", due=today, owner=manager, by=manager)
        need = actions.need_training(agency=council, role=f"Desk {number}", topic="Words", people=9, by=manager)
        actions.hold_training(need.pk, on=today, people=5, by=manager)
        actions.spend_time(kind="desk", what="Hub", on=today, agencies=[police, council, health], by=manager)
        actions.review(verdict="stop", agency=council, by=manager, **REVIEW)
    keeper = client_of(manager)
    keeper.get(f"/learning/{place}/")
    with django_assert_max_num_queries(12):
        assert keeper.get(f"/learning/{place}/").status_code == 200
