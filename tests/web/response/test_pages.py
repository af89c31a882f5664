"""Each page opens for those who may, in few queries, and says what to do when it is empty."""

import pytest
from django.utils import timezone

from plait_web.response import actions
from plait_web.response.models import Action, Captured, Goal, Meeting, Route

pytestmark = pytest.mark.django_db
DAY = {"due_0": "1", "due_1": "4", "due_2": str(timezone.localdate().year + 1)}


@pytest.fixture
def keeper(client_of, manager):
    return client_of(manager)


@pytest.mark.parametrize(
    "page",
    ["/actions/", "/actions/?view=overdue", "/actions/?view=nonsense", "/actions/new/", "/inbox/", "/goals/", "/goals/new/",
     "/meetings/", "/meetings/new/", "/between-groups/", "/between-groups/new/"],
)  # fmt: skip
def test_pages_open_empty(page, keeper, partnership):
    assert keeper.get(page).status_code == 200


def test_a_full_list_takes_few_queries(keeper, action, django_assert_max_num_queries):
    keeper.get("/actions/")
    with django_assert_max_num_queries(12):
        keeper.get("/actions/")


def test_a_full_meeting_takes_few_queries(keeper, board, panel, manager, action, today, django_assert_max_num_queries):
    meeting = actions.call_meeting(group=board, on=today, owner=manager, by=manager)
    actions.decide(meeting, what="A", why="B", by=manager)
    actions.ask(text="…", source=panel, to=board, reply_by=today, by=manager)
    keeper.get("/actions/")
    with django_assert_max_num_queries(12):
        assert keeper.get(f"/meetings/{meeting.pk}/").status_code == 200


def test_an_action_is_made_in_the_browser(keeper, practitioner):
    sent = {"what": "Ask health", "measure": "It came", "owner": practitioner.pk, "question": "", **DAY}
    keeper.post("/actions/new/", sent)
    assert Action.objects.get().owner == practitioner


def test_without_a_measure_the_page_says_so_and_keeps_what_was_typed(keeper, practitioner):
    page = keeper.post("/actions/new/", {"what": "Ask health", "owner": practitioner.pk, **DAY}).content.decode()
    assert "an action without a measure cannot be kept" in page and "Ask health" in page
    assert not Action.objects.exists()


def test_a_thought_keeps_the_page_it_was_written_on(client_of, practitioner):
    client_of(practitioner).post("/inbox/", {"text": "Why so few?", "page": "/questions/a/"})
    assert Captured.objects.get().page == "/questions/a/"


def test_a_thought_is_made_an_action_in_the_browser(keeper, practitioner):
    thought = actions.capture(text="Why so few?", page="", by=practitioner)
    assert "Why so few?" in keeper.get(f"/actions/new/?thought={thought.pk}").content.decode()
    sent = {"what": "Find out", "measure": "We know", "owner": practitioner.pk, **DAY}
    keeper.post(f"/actions/new/?thought={thought.pk}", sent)
    assert Captured.objects.get().action == Action.objects.get()


@pytest.mark.parametrize("step", ["note", "close", "change"])
def test_a_refusal_is_a_sentence_on_the_page(step, action, client_of, person, partnership):
    from plait_web.roles import Role

    other = client_of(person(Role.PRACTITIONER))
    sent = {"text": "?", "done": "yes", "outcome": "?", "what": "?", "measure": "?", "owner": action.owner_id, **DAY}
    page = other.post(f"/actions/{action.pk}/{step}/", sent).content.decode()
    assert "Only the person who owns an action" in page


def test_the_owner_closes_it_in_the_browser(action, client_of, practitioner):
    client_of(practitioner).post(f"/actions/{action.pk}/close/", {"done": "yes", "outcome": "It came"})
    assert not Action.objects.get().open


def test_goals_meetings_and_questions_between_groups_are_made_in_the_browser(keeper, manager, board, panel):
    keeper.post("/goals/new/", {"title": "Reach everyone", "why": "They are here", "owner": manager.pk})
    year = str(timezone.localdate().year)
    keeper.post("/meetings/new/", {"group": board.pk, "on_0": "1", "on_1": "1", "on_2": year, "owner": manager.pk})
    sent = {"source": board.pk, "to": panel.pk, "text": "?", "reply_by_0": "1", "reply_by_1": "1", "reply_by_2": year}
    keeper.post("/between-groups/new/", sent)
    assert [Goal.objects.count(), Meeting.objects.count(), Route.objects.count()] == [1, 1, 1]


@pytest.mark.parametrize("page", ["/actions/new/", "/goals/new/", "/meetings/new/", "/between-groups/new/"])
def test_a_practitioner_keeps_no_list(page, client_of, practitioner):
    assert client_of(practitioner).get(page).status_code == 403


def test_what_does_not_exist_is_not_found(keeper):
    assert [keeper.get(f"/{part}/9/").status_code for part in ("actions", "meetings")] == [404, 404]
