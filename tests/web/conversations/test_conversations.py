"""A conversation can be replayed: what was looked at, each reading, what is not known, and the questions that came of it."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone

from plait.declare.needed import needed
from plait_web.audit.models import Event
from plait_web.conversations import actions, withheld
from plait_web.conversations.models import Conversation
from plait_web.permissions import Refused
from plait_web.picture import actions as picture
from plait_web.picture.access import folder_of, newest
from plait_web.picture.models import Raised
from plait_web.release.models import Release
from plait_web.roles import Role
from tests.web.picture.conftest import first_picture, home, made, made_once, set_up  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
BLAMING = "She is putting herself at risk by going back."


@pytest.fixture
def practitioner(made, person):  # noqa: F811 - the fixture
    return person(Role.PRACTITIONER)


@pytest.fixture
def figure(made) -> str:  # noqa: F811 - the fixture
    return next(iter(newest("partnership").index["figures"]))


@pytest.fixture
def begun(figure, practitioner):
    return actions.begin(newest("partnership"), about=figure, asked="Why so few?", by=practitioner)


def test_it_holds_the_figures_id_and_run_and_no_figure(begun, figure, made):  # noqa: F811
    assert (begun.about, begun.run) == (figure, made)
    assert not {"figure", "value", "shown"} & {f.name for f in Conversation._meta.get_fields()}


def test_readings_stand_side_by_side_with_whose_they_are(begun, practitioner, council, client_of):
    actions.read(begun.pk, text="Fewer are asked", whose="Return interviewers", by=practitioner)
    actions.read(begun.pk, text="Fewer answer", whose="Youth panel", agency=council, by=practitioner)
    actions.end(begun.pk, uncertain="Who never comes to notice", taken="", by=practitioner)
    page = client_of(practitioner).get(f"/conversations/{begun.pk}/").content.decode()
    said = (
        "Fewer are asked",
        "Return interviewers",
        "Fewer answer",
        "Youth panel, Marlshire Council",
        "Nothing is settled",
    )
    assert all(words in page for words in (*said, "Who never comes to notice"))


def test_a_question_that_came_of_it_is_raised_and_its_reply_stands_there(
    begun, figure, practitioner, person, client_of
):
    raised = actions.ask_next(begun.pk, text="Who asks them?", by=practitioner)
    assert Raised.objects.get() == raised and raised.about == figure
    picture.reply(raised.pk, text="The charity does", by=person(Role.ANALYST))
    assert "The charity does" in client_of(practitioner).get(f"/conversations/{begun.pk}/").content.decode()


def test_after_its_end_nothing_is_added(begun, practitioner):
    actions.end(begun.pk, uncertain="Much", taken="", by=practitioner)
    for act in (
        lambda: actions.read(begun.pk, text="?", whose="?", by=practitioner),
        lambda: actions.ask_next(begun.pk, text="?", by=practitioner),
        lambda: actions.end(begun.pk, uncertain="?", taken="", by=practitioner),
    ):
        with pytest.raises(Refused, match="This conversation has ended"):
            act()
    assert Event.objects.filter(act="conversation.ended").count() == 1


def test_what_was_shown_is_the_picture_of_then(begun, practitioner, client_of):
    reader = client_of(practitioner)
    assert "How it is counted" in reader.get(f"/conversations/{begun.pk}/shown/").content.decode()
    folder = folder_of(begun.run)
    folder.rename(folder.with_name("gone"))
    page = reader.get(f"/conversations/{begun.pk}/shown/")
    assert page.status_code == 200 and "no longer kept" in page.content.decode()
    assert reader.get(f"/conversations/{begun.pk}/").status_code == 200


@pytest.fixture
def since_shared(begun, figure, monkeypatch):
    """`since_shared(then, now)`: columns that an agreement let the council share when the picture was made, and lets it today."""
    indicator = withheld.partnership.pack().indicators[figure]
    (dataset, columns), *_ = needed(indicator).items()

    def make(then: bool, now: bool) -> None:
        @dataclass
        class Bound:
            on: date | None = None
            pack: object = None

            def covering(self, agency, name):
                covers = now if self.on is None else then
                return {"one": columns} if covers and (agency, name) == ("council", dataset) else {}

        monkeypatch.setattr(withheld.partnership, "bound", Bound)
        monkeypatch.setattr(withheld, "supplied_by", lambda moment: {("council", "Marlshire Council", dataset)})

    return make


def test_once_an_agreement_has_ended_the_figure_is_not_shown_and_the_talk_is(
    begun, practitioner, client_of, since_shared
):
    reader = client_of(practitioner)
    since_shared(then=True, now=True)
    assert "How it is counted" in reader.get(f"/conversations/{begun.pk}/shown/").content.decode()
    since_shared(then=True, now=False)
    actions.read(begun.pk, text="Fewer are asked", whose="Schools", by=practitioner)
    shown = reader.get(f"/conversations/{begun.pk}/shown/").content.decode()
    assert "No agreement in force lets Marlshire Council share" in shown and "How it is counted" not in shown
    page = reader.get(f"/conversations/{begun.pk}/").content.decode()
    assert "No agreement in force" in page and "Fewer are asked" in page and "Why so few?" in page


@pytest.mark.parametrize(("figures", "hidden"), [([], True), (["its own"], True), (["another"], False)])
def test_once_a_release_of_it_is_recalled_the_figure_is_not_shown(
    figures, hidden, begun, figure, practitioner, client_of
):
    now = timezone.now()
    Release.objects.create(
        title="Out", audience="public", run=begun.run, indicators=[figure if f == "its own" else f for f in figures],
        state="recalled", by=practitioner, published_by=practitioner, published_at=now, drawn_at=now,
        description="A", population="B", relation="C",
    )  # fmt: skip
    page = client_of(practitioner).get(f"/conversations/{begun.pk}/shown/").content.decode()
    assert ("was recalled" in page, "How it is counted" in page) == (hidden, not hidden)


def test_from_a_figure_and_an_answer_to_the_end_in_the_browser(figure, practitioner, client_of):
    reader = client_of(practitioner)
    question = newest("partnership").index["questions"][0]["id"]
    for kind, name in (("figures", figure), ("questions", question)):
        assert f"/conversations/about/{name}/" in reader.get(f"/{kind}/{name}/").content.decode()
        reader.post(f"/conversations/about/{name}/", {"asked": "Why?", "meeting": ""})
    first, second = Conversation.objects.order_by("pk")
    assert "as it was" in reader.get(f"/conversations/{second.pk}/").content.decode()
    reader.post(f"/conversations/{first.pk}/reading/", {"text": "Fewer are asked", "whose": "Schools", "agency": ""})
    reader.post(f"/conversations/{first.pk}/question/", {"text": "Who asks?"})
    reader.post(f"/conversations/{first.pk}/end/", {"uncertain": "Much", "taken": ""})
    first.refresh_from_db()
    assert (first.readings.count(), first.next.count(), bool(first.ended)) == (1, 1, True)
    page = reader.get("/conversations/").content.decode()
    assert "Ended" in page and "Open" in page


def test_a_reading_that_blames_is_looked_at_once(begun, practitioner, client_of):
    page = client_of(practitioner).post(f"/conversations/{begun.pk}/reading/", {"text": BLAMING, "whose": "Schools"})
    assert "Words to look at again" in page.content.decode() and not begun.readings.exists()


def test_what_the_picture_does_not_have_is_not_found(practitioner, client_of):
    assert client_of(practitioner).get("/conversations/about/none/").status_code == 404


def test_full_pages_take_few_queries(begun, practitioner, client_of, django_assert_max_num_queries):
    for number in range(3):
        actions.read(begun.pk, text=str(number), whose="?", by=practitioner)
        actions.ask_next(begun.pk, text=str(number), by=practitioner)
    reader = client_of(practitioner)
    for page in ("/conversations/", f"/conversations/{begun.pk}/", f"/conversations/{begun.pk}/shown/"):
        reader.get(page)
        with django_assert_max_num_queries(12):
            assert reader.get(page).status_code == 200
