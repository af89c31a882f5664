"""Who answers for what, with the holes shown; leave, messages and reports."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.audit.models import Event
from plait_web.mandate import access, actions
from plait_web.mandate.models import Audience, Leave, Message, Report, Responsibility
from plait_web.partnership.models import Group
from plait_web.permissions import Refused
from plait_web.response.actions import take_on
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
QUESTION = "turning-eighteen"


@pytest.fixture
def manager(person):
    return person(Role.MANAGER)


@pytest.fixture
def keeper(client_of, manager, partnership):
    return client_of(manager)


@pytest.fixture
def board(db):
    return Group.objects.create(name="Board", kind="board", level="strategic")


@pytest.fixture
def today():
    return timezone.localdate()


def give(part, to, by, about="question", item=QUESTION):
    return actions.give(about=about, item=item, part=part, to=to, by=by)


def test_holes_are_seen_until_somebody_has_the_part(board, council, manager):
    assert access.line("question", QUESTION).holes == ("responsible", "accountable")
    give("accountable", board, manager)
    give("responsible", council, manager)
    found = access.line("question", QUESTION)
    assert found.whole and found.holders["accountable"] == ("Board",)
    assert Event.objects.filter(act="part.given").count() == 2


def test_one_answers_for_a_thing_and_nobody_has_a_part_twice(board, council, manager):
    give("accountable", board, manager)
    with pytest.raises(Refused, match="Board answers for this"):
        give("accountable", council, manager)
    give("consulted", council, manager)
    with pytest.raises(Refused, match="theirs already"):
        give("consulted", council, manager)


def test_an_indicator_has_a_practice_lead_and_a_data_lead(manager, person, board):
    assert set(access.line("indicator", "MI01").holes) == {"accountable", "practice", "data"}
    give("practice", manager, manager, about="indicator", item="MI01")
    give("data", person(Role.ANALYST), manager, about="indicator", item="MI01")
    assert access.line("indicator", "MI01").holes == ("accountable",)
    with pytest.raises(Refused, match="paired on indicators"):
        give("practice", board, manager)


def test_an_action_is_its_owners(manager, today):
    action = take_on(what="Ask", measure="It came", due=today + timedelta(9), owner=manager, by=manager)
    found = access.line("action", str(action.pk))
    assert found.holders["responsible"] == (str(manager),) and found.holes == ("accountable",)


def test_a_part_that_is_taken_away_is_a_hole_again_and_the_trail_keeps_it(board, manager):
    part = give("accountable", board, manager)
    actions.take_away(part.pk, by=manager)
    assert "accountable" in access.line("question", QUESTION).holes
    assert Event.objects.filter(act="part.taken_away").count() == 1


def test_leave_is_answered_once_with_its_limits(board, manager):
    leave = actions.ask_leave(what="A shared desk", asked_by="Analysts", of=board, by=manager)
    actions.answer_leave(leave.pk, granted=True, limits="Until spring", by=manager)
    with pytest.raises(Refused, match="an answer to this already"):
        actions.answer_leave(leave.pk, granted=False, limits="No", by=manager)


def test_who_has_not_heard_is_seen(manager):
    message = actions.say(
        title="Vision", text="Seen", audiences=["Schools", "Police", "Schools"], owner=manager, by=manager
    )
    schools = message.audiences.get(who="Schools")
    actions.heard(schools.pk, how="A visit", said="", by=manager)
    found = access.messages().get()
    assert (found.unheard, found.all) == (1, 2)
    with pytest.raises(Refused, match="heard it already"):
        actions.heard(schools.pk, how="A letter", said="", by=manager)


def test_two_bodies_that_are_told_the_same_stand_out(board, manager, today):
    given = {"often": "year", "due": today, "owner": manager, "by": manager}
    first = actions.map_report(body="Board", group=board, question=QUESTION, **given)
    actions.map_report(body="Board", question="", **given)
    assert not any(told.twice for told in access.report_map())
    actions.map_report(body="Adults' board", question=QUESTION, **given)
    assert [told.twice for told in access.report_map()] == [False, True]
    actions.end_report(first.pk, by=manager)
    assert not any(told.twice for told in access.report_map())


def test_things_are_done_in_the_browser(keeper, board, manager, today):
    keeper.post(f"/mandate/parts/question/{QUESTION}/give/", {"part": "accountable", "to": f"group-{board.pk}"})
    part = Responsibility.objects.get()
    keeper.post(f"/mandate/parts/{part.pk}/take-away/")
    keeper.post("/mandate/leave/ask/", {"what": "A desk", "asked_by": "Analysts", "of": board.pk})
    keeper.post(f"/mandate/leave/{Leave.objects.get().pk}/answer/", {"granted": "no", "limits": "No room"})
    keeper.post("/mandate/messages/new/", {"title": "V", "text": "Seen", "audiences": "A\n\nB\nA", "owner": manager.pk})
    keeper.post(f"/mandate/messages/audiences/{Audience.objects.get(who='A').pk}/heard/", {"how": "A visit"})
    due = {"due_0": "1", "due_1": "4", "due_2": str(today.year + 1)}
    keeper.post(
        "/mandate/reports/new/", {"group": board.pk, "question": "", "often": "year", "owner": manager.pk, **due}
    )
    assert not Responsibility.objects.exists()
    assert Leave.objects.get().granted is False
    assert list(Message.objects.get().audiences.filter(heard=None).values_list("who", flat=True)) == ["B"]
    assert Report.objects.get().body == "Board"
    keeper.post(f"/mandate/reports/{Report.objects.get().pk}/end/")
    assert not Report.objects.exists()


def test_a_report_names_its_body(keeper, manager, today):
    due = {"due_0": "1", "due_1": "4", "due_2": str(today.year + 1)}
    page = keeper.post("/mandate/reports/new/", {"question": "", "often": "year", "owner": manager.pk, **due})
    assert "say which body" in page.content.decode() and not Report.objects.exists()


@pytest.mark.parametrize("to", ["person-0", "group-x", "nobody-1", ""])
def test_a_part_goes_to_somebody_who_is_there(keeper, to):
    keeper.post(f"/mandate/parts/question/{QUESTION}/give/", {"part": "accountable", "to": to})
    assert not Responsibility.objects.exists()


@pytest.mark.parametrize(
    "place", ["questions/", "indicators/", "actions/", "leave/", "messages/", "reports/", f"parts/question/{QUESTION}/"]
)
def test_full_pages_take_few_queries(place, keeper, board, manager, today, django_assert_max_num_queries):
    give("accountable", board, manager)
    take_on(what="Ask", measure="It came", due=today + timedelta(9), owner=manager, by=manager)
    actions.ask_leave(what="A desk", asked_by="Analysts", of=board, by=manager)
    actions.say(title="Vision", text="Seen", audiences=["Schools"], owner=manager, by=manager)
    actions.map_report(body="Board", often="year", due=today, owner=manager, by=manager)
    keeper.get(f"/mandate/{place}")
    with django_assert_max_num_queries(12):
        assert keeper.get(f"/mandate/{place}").status_code == 200


def test_only_holes_are_shown_when_asked_for(keeper, board, council, manager):
    give("accountable", board, manager)
    give("responsible", council, manager)
    title = access.line("question", QUESTION).title
    assert title in keeper.get("/mandate/questions/").content.decode()
    assert title not in keeper.get("/mandate/questions/?view=holes").content.decode()


def test_what_does_not_exist_is_not_found(keeper):
    assert [keeper.get(f"/mandate/parts/{at}/").status_code for at in ("question/none", "nothing/none")] == [404, 404]
