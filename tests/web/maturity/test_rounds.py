"""A self-assessment keeps every voice, asks for evidence, and proposes; it never ranks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.maturity import access, actions
from plait_web.maturity.models import Proposal, Rating, Round
from plait_web.maturity.spread import Spread, by_statement, proposed
from plait_web.permissions import Refused
from tests.web.maturity.conftest import MODEL

pytestmark = pytest.mark.django_db
FIRST = MODEL.headings[0]
ONE = FIRST.statements[0].id


def act(today):
    return {"what": "Do it", "measure": "It is done", "due": today}


@pytest.mark.parametrize(
    ("levels", "words", "low"),
    [
        ([], "", False),
        ([None], "Do not know", False),
        ([2], "2", True),
        ([1, 4], "1 to 4", True),
        ([2, 3, 4], "2 to 4", False),
        ([3, None], "3; 1 did not know", False),
    ],
)
def test_answers_together_are_a_spread(levels, words, low):
    spread = Spread.of([Rating(level=level) for level in levels])
    assert (spread.words, spread.low(2)) == (words, low)


def test_each_persons_answer_stands_beside_the_others(round_, council, ours, person):
    from plait_web.roles import Role

    other = person(Role.CONTRIBUTOR, agency=council)
    actions.rate(round_, agency=council, said={ONE: (1, "")}, by=ours)
    actions.rate(round_, agency=council, said={ONE: (4, "The report of May")}, by=other)
    assert by_statement(MODEL, access.ratings(round_))[ONE].words == "1 to 4"


def test_a_second_answer_takes_the_place_of_the_first(round_, council, ours):
    actions.rate(round_, agency=council, said={ONE: (1, "")}, by=ours)
    actions.rate(round_, agency=council, said={ONE: (None, "")}, by=ours)
    assert Rating.objects.get().level is None


def test_a_high_level_needs_evidence_and_nothing_is_half_kept(round_, council, ours):
    two = FIRST.statements[1].id
    with pytest.raises(Refused, match="Level 3 needs a line of evidence"):
        actions.rate(round_, agency=council, said={ONE: (2, ""), two: (3, " ")}, by=ours)
    assert not Rating.objects.exists()


def test_nobody_answers_for_another_agency(round_, police, ours):
    with pytest.raises(Refused, match="Only people of Marlshire Police"):
        actions.rate(round_, agency=police, said={ONE: (1, "")}, by=ours)


def test_a_closed_round_takes_no_answers(round_, council, ours):
    yesterday = timezone.localdate() - timedelta(days=1)
    Round.objects.filter(pk=round_.pk).update(opens=yesterday, closes=yesterday)
    round_.refresh_from_db()
    with pytest.raises(Refused, match="closed on"):
        actions.rate(round_, agency=council, said={ONE: (1, "")}, by=ours)


def test_scores_are_tested_by_another_agency(round_, council, ours, theirs):
    actions.comment(round_, agency=council, statement=ONE, text="We see more than that", by=theirs)
    with pytest.raises(Refused, match="another agency"):
        actions.comment(round_, agency=council, statement=ONE, text="So do we", by=ours)


def test_what_two_agencies_need_stands_once(round_, council, police, ours, theirs):
    actions.rate(round_, agency=council, said={ONE: (1, "")}, by=ours)
    actions.rate(round_, agency=police, said={ONE: (2, "")}, by=theirs)
    (line,) = proposed(MODEL, access.ratings(round_))
    assert line.joint and line.agencies == tuple(sorted((council.pk, police.pk)))


def test_a_low_level_becomes_an_action_in_the_agencys_plan_once(round_, council, ours):
    said = act(timezone.localdate())
    taken = actions.accept(round_, agency=council, statement=ONE, by=ours, owner=ours, **said)
    assert taken.action.agency == council
    with pytest.raises(Refused, match="answered this proposal already"):
        actions.not_now(round_, agency=council, statement=ONE, why="No time", by=ours)


def test_not_now_says_why(round_, council, ours):
    assert actions.not_now(round_, agency=council, statement=ONE, why="A new system comes", by=ours).not_now


def test_the_partnerships_plan_is_its_keepers(round_, ours, manager):
    said = act(timezone.localdate())
    with pytest.raises(Refused, match="Only those who keep"):
        actions.accept(round_, agency=None, statement=ONE, by=ours, owner=ours, **said)
    assert actions.accept(round_, agency=None, statement=ONE, by=manager, owner=manager, **said).agency is None


def test_nobody_answers_for_another_agencys_plan(round_, council, theirs):
    with pytest.raises(Refused, match="Only people of Marlshire Council"):
        actions.not_now(round_, agency=council, statement=ONE, why="…", by=theirs)
    assert not Proposal.objects.exists()
