"""The pages of the self-assessment, for people of one agency and of another."""

import pytest
from django.utils import timezone

from plait_web.maturity import actions
from plait_web.maturity.models import Comment, Proposal, Rating, Round
from tests.web.maturity.conftest import MODEL

pytestmark = pytest.mark.django_db
HEADING = MODEL.headings[0]
ONE = HEADING.statements[0].id


def answers(level="1"):
    return {f"level-{s.id}": level for s in HEADING.statements} | {f"evidence-{s.id}": "" for s in HEADING.statements}


def test_a_round_is_opened_in_the_browser(client_of, manager):
    year = timezone.localdate().year + 1
    sent = {
        "model": "conditions",
        "title": "Autumn",
        "closes_0": "1",
        "closes_1": "5",
        "closes_2": str(year),
        "owner": manager.pk,
    }
    keeper = client_of(manager)
    keeper.post("/maturity/new/", sent)
    assert Round.objects.get().model == "conditions"
    assert "a round with this name already" in keeper.post("/maturity/new/", sent).content.decode()


def test_one_heading_after_another(client_of, ours, round_):
    browser = client_of(ours)
    where = f"/maturity/{round_.pk}/council/rate/"
    after = browser.post(f"{where}{HEADING.id}/", answers())
    assert after.url == f"{where}{MODEL.headings[1].id}/"
    assert Rating.objects.count() == len(HEADING.statements)


def test_evidence_is_asked_for_beside_the_statement(client_of, ours, round_):
    page = client_of(ours).post(f"/maturity/{round_.pk}/council/rate/{HEADING.id}/", answers("4")).content.decode()
    assert "Level 4 needs a line of evidence" in page and not Rating.objects.exists()


def test_do_not_know_is_an_answer(client_of, ours, round_):
    client_of(ours).post(f"/maturity/{round_.pk}/council/rate/{HEADING.id}/", answers("0"))
    assert set(Rating.objects.values_list("level", flat=True)) == {None}


def test_another_agencys_questions_are_not_found(client_of, theirs, council, round_):
    assert client_of(theirs).get(f"/maturity/{round_.pk}/council/rate/{HEADING.id}/").status_code == 404


def test_agencies_stand_in_the_order_of_their_names_whatever_they_said(
    client_of, ours, theirs, manager, council, police, round_
):
    actions.rate(round_, agency=council, said={ONE: (1, "")}, by=ours)
    actions.rate(round_, agency=police, said={ONE: (5, "Yes")}, by=theirs)
    page = client_of(manager).get(f"/maturity/{round_.pk}/").content.decode()
    table = page[page.index("<tbody") :]
    assert table.index("Marlshire Council") < table.index("Marlshire Police")
    assert "average" not in page.lower() and "Nobody is ranked" not in table


def test_a_proposal_is_taken_on_in_the_browser(client_of, ours, council, round_):
    actions.rate(round_, agency=council, said={ONE: (1, "")}, by=ours)
    browser, where = client_of(ours), f"/maturity/{round_.pk}/council/"
    assert HEADING.statements[0].action in browser.get(where).content.decode()
    sent = {"what": "Do it", "measure": "Done", "owner": ours.pk, "due_0": "1", "due_1": "5",
            "due_2": str(timezone.localdate().year + 1)}  # fmt: skip
    browser.post(f"{where}{ONE}/accept/", sent)
    assert Proposal.objects.get().action.agency == council
    assert "Taken on" in browser.get(where).content.decode()


def test_a_comment_from_another_agency(client_of, ours, theirs, council, round_):
    actions.rate(round_, agency=council, said={ONE: (1, "")}, by=ours)
    browser, where = client_of(theirs), f"/maturity/{round_.pk}/council/"
    browser.post(f"{where}{ONE}/comment/", {"text": "We see more"})
    assert Comment.objects.get().text == "We see more"
    assert "We see more" in browser.get(where).content.decode()


@pytest.mark.parametrize("where", ["", "council/"])
def test_few_queries(where, client_of, ours, council, police, round_, django_assert_max_num_queries):
    actions.rate(round_, agency=council, said={s.id: (1, "") for s in MODEL.statements}, by=ours)
    browser = client_of(ours)
    browser.get("/maturity/")
    with django_assert_max_num_queries(12):
        assert browser.get(f"/maturity/{round_.pk}/{where}").status_code == 200


def test_what_the_model_does_not_hold_is_not_found(client_of, ours, council, round_):
    browser, where = client_of(ours), f"/maturity/{round_.pk}/council/"
    assert [browser.get(f"{where}{part}").status_code for part in ("rate/none/", "none/accept/", "none/not-now/")] == [
        404
    ] * 3
