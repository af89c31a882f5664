"""The same cases: blind until all are in, agreement as the library works it out, and never a score of people."""

from datetime import timedelta

import pytest

from plait.measure.agreement import coding_agreement
from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.quality import access, actions
from plait_web.quality.models import Exercise
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
SAID = [(["CSE"], ["CSE"]), (["CCE-COUNTY-LINES"], ["CSE", "CCE-COUNTY-LINES"]), ([], ["LABOUR-SERVITUDE"])]


@pytest.fixture
def exercise(manager, practitioner, stranger, today, partnership):
    made = actions.make_exercise(
        title="Before training", codelist="harm", closes=today + timedelta(days=30), owner=manager, by=manager
    )
    for n in range(len(SAID)):
        actions.add_case(made, text=f"An invented case {n}", by=manager)
    actions.ask_coders(made, people=[practitioner, stranger], by=manager)
    return actions.open_exercise(made, by=manager)


def coded(exercise, user, side):
    actions.code_cases(exercise, said={n: (pair[side], "") for n, pair in enumerate(SAID, start=1)}, by=user)
    return actions.hand_in(exercise, by=user)


def test_it_closes_when_all_are_in_and_agrees_as_the_library_says(exercise, practitioner, stranger, client_of):
    coded(exercise, practitioner, 0)
    assert Exercise.objects.get().closed is None
    coded(exercise, stranger, 1)
    assert Exercise.objects.get().closed
    alpha = coding_agreement([[frozenset(a), frozenset(b)] for a, b in SAID]).alpha
    page = client_of(stranger).get(f"/same-cases/{exercise.pk}/").content.decode()
    assert f"{alpha:.2f}" in page and "Where they differ most" in page
    assert page.index("Case 3") < page.index("Case 1")


def test_nobody_sees_an_answer_before(exercise, practitioner, keeper, client_of, stranger):
    coded(exercise, practitioner, 0)
    for browser in (keeper, client_of(stranger)):
        page = browser.get(f"/same-cases/{exercise.pk}/").content.decode()
        assert "1 of 2 have handed in" in page and "Chosen by" not in page and "Sexual exploitation" not in page


def test_no_name_stands_by_an_answer(exercise, practitioner, stranger, keeper):
    coded(exercise, practitioner, 0)
    coded(exercise, stranger, 1)
    page = keeper.get(f"/same-cases/{exercise.pk}/").content.decode().split("<main")[1]
    assert practitioner.name not in page and stranger.name not in page
    assert not [e for e in Event.objects.filter(act="exercise.coded") if "CSE" in f"{e.label}{e.detail}"]


def test_answers_that_are_in_stay(exercise, practitioner):
    coded(exercise, practitioner, 0)
    with pytest.raises(Refused, match="handed your answers in"):
        actions.code_cases(exercise, said={1: (["CSE"], "")}, by=practitioner)


def test_each_case_is_coded_before_they_are_in(exercise, practitioner):
    actions.code_cases(exercise, said={1: ([], "The age")}, by=practitioner)
    with pytest.raises(Refused, match="2 are left"):
        actions.hand_in(exercise, by=practitioner)


def test_who_was_not_asked_finds_nothing_to_code(exercise, manager, keeper):
    with pytest.raises(Refused, match="not asked"):
        actions.code_cases(exercise, said={1: ([], "")}, by=manager)
    assert keeper.get(f"/same-cases/{exercise.pk}/1/").status_code == 404


def test_it_is_closed_early_with_two_at_least(exercise, practitioner, manager):
    coded(exercise, practitioner, 0)
    with pytest.raises(Refused, match="At least 2"):
        actions.close_exercise(exercise, by=manager)


def test_cases_and_people_stay_once_it_is_open(exercise, manager):
    with pytest.raises(Refused, match="stay as they are"):
        actions.add_case(exercise, text="One more", by=manager)
    with pytest.raises(Refused, match="stay as they are"):
        actions.ask_coders(exercise, people=[manager], by=manager)


def test_it_does_not_open_with_nothing_in_it(manager, today, partnership):
    made = actions.make_exercise(title="Empty", codelist="harm", closes=today, owner=manager, by=manager)
    with pytest.raises(Refused, match="at least 2 cases"):
        actions.open_exercise(made, by=manager)


def test_one_that_is_being_written_is_seen_by_who_keeps_the_list(manager, practitioner, today, partnership):
    actions.make_exercise(title="Draft", codelist="harm", closes=today, owner=manager, by=manager)
    assert [access.exercises_for(user).count() for user in (manager, practitioner)] == [1, 0]


def test_from_beginning_to_end_in_the_browser(keeper, client_of, person, manager, today, partnership):
    then = today + timedelta(days=9)
    day = {"closes_0": str(then.day), "closes_1": str(then.month), "closes_2": str(then.year)}
    keeper.post("/same-cases/new/", {"title": "Round one", "codelist": "harm", "owner": manager.pk, **day})
    pk = Exercise.objects.get().pk
    again = keeper.post("/same-cases/new/", {"title": "Round one", "codelist": "harm", "owner": manager.pk, **day})
    assert "with this name already" in again.content.decode()
    for n in range(2):
        keeper.post(f"/same-cases/{pk}/case/", {"text": f"An invented case {n}"})
    users = [person(Role.PRACTITIONER), person(Role.PRACTITIONER)]
    keeper.post(f"/same-cases/{pk}/people/", {"people": [u.pk for u in users]})
    keeper.post(f"/same-cases/{pk}/open/")
    for user in users:
        browser = client_of(user)
        browser.post(f"/same-cases/{pk}/1/", {"codes": ["CSE"], "unsure": ""})
        last = browser.post(f"/same-cases/{pk}/2/", {"unsure": "Who raised it"})
        assert last.url == f"/same-cases/{pk}/"
        browser.post(f"/same-cases/{pk}/hand-in/")
    page = keeper.get(f"/same-cases/{pk}/").content.decode()
    assert "all alike" in page and "Who raised it" in page and "1.00" in page
    assert "1.00" in keeper.get("/same-cases/").content.decode()


def test_a_list_of_many_takes_few_queries(
    manager, practitioner, stranger, keeper, today, partnership, django_assert_max_num_queries
):
    for n in range(4):
        made = actions.make_exercise(title=f"Round {n}", codelist="harm", closes=today, owner=manager, by=manager)
        for case in range(2):
            actions.add_case(made, text=f"An invented case {case}", by=manager)
        actions.ask_coders(made, people=[practitioner, stranger, manager], by=manager)
        actions.open_exercise(made, by=manager)
        if n:
            for user in (practitioner, stranger):
                actions.code_cases(made, said={1: (["CSE"], ""), 2: ([], "")}, by=user)
                actions.hand_in(made, by=user)
            actions.close_exercise(made, by=manager)
    for page in ("/same-cases/", f"/same-cases/{made.pk}/"):
        keeper.get(page)
        with django_assert_max_num_queries(12):
            assert keeper.get(page).status_code == 200
