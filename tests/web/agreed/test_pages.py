"""The pages of shared language."""

import pytest

from plait_web.agreed.models import Ranking, Stance
from plait_web.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(person, client_of, council):
    return client_of(person(Role.STRATEGIC_LEAD, agency=council))


@pytest.mark.parametrize("page", ["questions/", "questions/?view=open", "definitions/", "questions/order/",
                                  "questions/turning-eighteen/", "questions/turning-eighteen/specification/"])  # fmt: skip
def test_pages_open_in_few_queries(page, ours, police, django_assert_max_num_queries):
    ours.get("/agreed/questions/")
    with django_assert_max_num_queries(12):
        assert ours.get(f"/agreed/{page}").status_code == 200


def test_a_stance_is_given_in_the_browser(ours, council):
    page = ours.post("/agreed/questions/turning-eighteen/say/", {"agency": council.pk, "says": "shared"}, follow=True)
    assert "It is ours too" in page.content.decode()


def test_a_dissent_needs_words_and_keeps_what_was_chosen(ours, council):
    from plait.declare import load_pack

    name = next(iter(load_pack().definitions))
    page = ours.post(f"/agreed/definitions/{name}/say/", {"agency": council.pk, "says": "dissent"}).content.decode()
    assert "what you would have instead" in page and not Stance.objects.exists()


def test_another_agency_cannot_be_chosen(ours, police):
    ours.post("/agreed/questions/turning-eighteen/say/", {"agency": police.pk, "says": "shared"})
    assert not Stance.objects.exists()


def test_an_order_is_given_in_the_browser(ours, council):
    sent = {"agency": council.pk, "why": "Most urgent", "place-turning-eighteen": "1", "place-who-refers": "2"}
    ours.post("/agreed/questions/order/ours/", sent)
    assert Ranking.objects.get().questions == ["turning-eighteen", "who-refers"]


def test_a_place_is_given_once(ours, council):
    sent = {"agency": council.pk, "why": "…", "place-turning-eighteen": "1", "place-who-refers": "1"}
    page = ours.post("/agreed/questions/order/ours/", sent).content.decode()
    assert "Two questions have place 1" in page and not Ranking.objects.exists()


def test_a_practitioner_reads_and_does_not_speak(person, client_of, council):
    reader = client_of(person(Role.PRACTITIONER))
    assert reader.get("/agreed/questions/").status_code == 200
    assert reader.get("/agreed/questions/turning-eighteen/say/").status_code == 403


def test_what_the_pack_does_not_hold_is_not_found(ours):
    assert [ours.get(f"/agreed/{part}/none/").status_code for part in ("questions", "definitions")] == [404, 404]


def test_words_at_eighteen_and_over_are_found_without_those_of_child_law(ours):
    from plait.declare import load_pack

    words = load_pack().language["care"].by_age
    both, over = (ours.get(f"/agreed/words-by-age/{view}").content.decode() for view in ("", "?view=over_18"))
    table = over.split("<table")[1].split("</table")[0].lower()
    for word in words:
        assert word.over_18.lower().replace("'", "&#39;") in table
        assert word.under_18.lower().replace("'", "&#39;") in both.lower()
    for of_children in ("child ", "children act 1989, section 17", "section 47", "looked after", "working together"):
        assert of_children not in table, of_children
