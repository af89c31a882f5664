"""What each person is shown of the picture, and what nobody is."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from plait_web.audit.models import Event
from plait_web.picture import access, actions
from plait_web.picture.models import Raised, Run
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
READERS = [Role.CONTRIBUTOR, Role.ANALYST, Role.STRATEGIC_LEAD, Role.MANAGER, Role.PARTICIPATION, Role.PRACTITIONER]


@pytest.fixture
def seen_by(person, client_of):
    def open_as(role, name, *given, **asked):
        return client_of(person(role)).get(reverse(name, args=given), asked)

    return open_as


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_before_anything_the_home_page_says_what_to_do_next(db, home, partnership, seen_by):
    said = words(seen_by(Role.MANAGER, "picture:home"))
    assert "There is no picture yet" in said
    assert "Set up the partnership" in said


def test_while_the_first_is_made_the_home_page_says_so(set_up, seen_by):
    Run.objects.create(state=Run.State.RUNNING, why="x", stage="measure", done=1, of=3)
    assert "Counting (1 of 3)" in words(seen_by(Role.MANAGER, "picture:home"))


@pytest.mark.parametrize("role", READERS)
def test_every_reader_sees_the_questions_and_their_state(made, seen_by, role):
    said = words(seen_by(role, "picture:home"))
    assert "Not answered yet" in said
    assert "Never by data alone" in said


def test_one_state_can_be_looked_at_alone(made, seen_by):
    said = words(seen_by(Role.ANALYST, "picture:home", state="never"))
    assert "Never by data alone (" in said
    questions = access.newest("partnership").index["questions"]
    assert [q["title"] in said for q in questions] == [q["standing"] == "never" for q in questions]


def test_every_question_and_every_figure_opens(made, person, client_of):
    client, shown = client_of(person(Role.STRATEGIC_LEAD)), access.newest("partnership")
    for kind, names in (("question", [q["id"] for q in shown.index["questions"]]), ("figure", shown.index["figures"])):
        for name in names:
            page = client.get(reverse(f"picture:{kind}", args=[name]))
            assert page.status_code == 200, name
            assert "style=" not in page.content.decode(), "the browser would refuse it"


def test_links_within_the_picture_lead_somewhere(made, person, client_of):
    client, shown = client_of(person(Role.ANALYST)), access.newest("partnership")
    pages = [shown.page("questions", q["id"]) for q in shown.index["questions"]]
    found = {link for page in pages for link in re.findall(r'href="(/[^"#?]*)', page)}
    assert found
    assert {link: client.get(link).status_code for link in found if client.get(link).status_code != 200} == {}


@pytest.mark.parametrize("path", ["", "index.html", "questions/index.html", "style.css", "profile.pdf", "figures.xlsx",
                                  "figures.csv"])  # fmt: skip
def test_the_profile_is_served_whole(made, person, client_of, path):
    page = client_of(person(Role.STRATEGIC_LEAD)).get(f"/profile/{path}")
    assert page.status_code == 200
    assert ("attachment" in page.headers.get("Content-Disposition", "")) == path.endswith((".pdf", ".xlsx", ".csv"))
    page.close()


@pytest.mark.parametrize(
    "path", ["../index.json", "../../../store/lock", "%2e%2e/index.json", "nothing.html", "questions"]
)
def test_nothing_beside_the_profile_is_reached(made, person, client_of, path):
    assert client_of(person(Role.MANAGER)).get(f"/profile/{path}").status_code == 404


def test_the_profile_leads_back(made, person, client_of):
    page = client_of(person(Role.MANAGER)).get("/profile/index.html")
    assert b"Back to questions and answers" in b"".join(page.streaming_content)


def test_those_who_look_in_from_the_region_see_no_picture_only_what_was_released(made, person, client_of):
    client, folder = client_of(person(Role.REGIONAL)), access.folder_of(made)
    titles = [q["title"] for q in json.loads((folder / "public" / "index.json").read_text())["questions"]]
    start = words(client.get("/"))
    assert "Releases" in start and not any(title in start for title in titles)
    for page in ("/profile/", "/profile/figures.csv", "/questions/how-many-known/"):
        assert client.get(page).status_code == 403


def test_who_reads_no_picture_is_told_where_they_may_go(made, seen_by):
    page = seen_by(Role.ADMINISTRATOR, "picture:home")
    assert page.status_code == 200
    assert "You can go to" in words(page)
    assert seen_by(Role.ADMINISTRATOR, "picture:profile").status_code == 403


def test_a_failed_run_is_said_beside_the_last_good_picture(made, seen_by):
    failed = Run.objects.create(state=Run.State.FAILED, why="x", failure="Why it failed.", ended=made.ended)
    assert "This is the last good picture" in words(seen_by(Role.MANAGER, "picture:home"))
    assert "Why it failed." in words(seen_by(Role.MANAGER, "picture:run", failed.pk))


def test_reading_an_answer_is_recorded(made, seen_by):
    seen_by(Role.STRATEGIC_LEAD, "picture:question", "how-many-known")
    event = Event.objects.get(act="read.picture:question")
    assert event.detail["address"] == "/questions/how-many-known/"


@pytest.mark.parametrize(
    ("name", "given"), [("home", ()), ("question", ("how-many-known",)), ("runs", ()), ("raised", ())]
)
def test_a_page_asks_little_of_the_database(made, person, client_of, django_assert_max_num_queries, name, given):
    user = person(Role.ANALYST)
    for n in range(60):
        Raised.objects.create(about="how-many-known", text=f"Question {n}", by=user)
    client = client_of(user)
    with django_assert_max_num_queries(12):
        assert client.get(reverse(f"picture:{name}", args=given)).status_code == 200


def test_starting_a_run_by_hand(made, person, client_of):
    client = client_of(person(Role.ANALYST))
    page = client.post(reverse("picture:start_run"), follow=True)
    assert "waiting to start" in words(page)
    assert "A run is waiting to start already" in words(client.post(reverse("picture:start_run"), follow=True))
    assert client_of(person(Role.STRATEGIC_LEAD)).post(reverse("picture:start_run")).status_code == 403


class TestRaisedQuestions:
    @pytest.fixture
    def asker(self, person):
        return person(Role.PRACTITIONER, email="asker@example.org")

    def test_a_question_about_an_answer_reaches_those_who_reply_and_the_reply_comes_back(
        self, made, asker, person, client_of
    ):
        client = client_of(asker)
        page = client.post(
            reverse("picture:raise_about", args=["how-many-known"]), {"text": "Why so few?"}, follow=True
        )
        assert "Why so few?" in words(page)
        analyst = client_of(person(Role.ANALYST))
        raised = Raised.objects.get()
        analyst.post(reverse("picture:reply", args=[raised.pk]), {"text": "Police records are missing."})
        assert "Police records are missing." in words(client.get(reverse("picture:raised")))
        acts = Event.objects.filter(act__startswith="question.").values_list("act", "detail")
        assert [act for act, _ in acts] == ["question.replied", "question.raised"]
        assert "Why so few" not in str(list(acts)), "the trail holds that it was asked, not what"

    def test_others_do_not_see_it(self, made, asker, person, client_of):
        actions.raise_question(by=asker, about="", pack="", text="Mine")
        assert "Mine" not in words(client_of(person(Role.PARTICIPATION)).get(reverse("picture:raised")))
        assert client_of(asker).get(reverse("picture:reply", args=[Raised.objects.get().pk])).status_code == 403

    def test_it_is_replied_to_once(self, made, asker, person, client_of):
        raised = actions.raise_question(by=asker, about="", pack="", text="Mine")
        for text in ("First", "Second"):
            client_of(person(Role.MANAGER)).post(reverse("picture:reply", args=[raised.pk]), {"text": text})
        raised.refresh_from_db()
        assert raised.reply == "First"

    def test_nothing_said_is_asked_for(self, made, asker, client_of):
        page = client_of(asker).post(reverse("picture:raise"), {"text": ""})
        assert "Enter your question" in words(page)
        assert "Error:" in page.content.decode()

    def test_there_must_be_something_to_ask_about(self, made, asker, client_of):
        assert client_of(asker).get(reverse("picture:raise_about", args=["no-such"])).status_code == 404
