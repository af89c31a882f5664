"""What agencies say of questions and definitions, together and each for itself."""

import pytest

from plait.declare import load_pack
from plait_web.agreed import access, actions
from plait_web.agreed.models import Kind, Ranking, Stance
from plait_web.agreed.specification import specification
from plait_web.agreed.together import Agreement, combined, views
from plait_web.audit.models import Event
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
PACK = load_pack()
QUESTION = PACK.questions["turning-eighteen"]
DEFINITION = next(iter(PACK.definitions.values()))


@pytest.fixture
def ours(person, council):
    return person(Role.STRATEGIC_LEAD, agency=council)


@pytest.fixture
def theirs(person, police):
    return person(Role.CONTRIBUTOR, agency=police)


def standing(item, kind=Kind.QUESTION):
    return [view.standing for view in views(item, partnership.agencies(), access.stances(kind))]


def test_each_agencys_view_stands_beside_the_others(council, police, ours, theirs):
    actions.say(QUESTION, agency=council, says="shared", by=ours)
    actions.say(QUESTION, agency=police, says="adapt", comment="Say from 17", by=theirs)
    assert standing(QUESTION) == ["It is ours too", "Ours, if it is worded otherwise"]
    found = Agreement.of(views(QUESTION, partnership.agencies(), access.stances(Kind.QUESTION)))
    assert found.words == "1 back it, 1 would have it otherwise, 0 have not said"


def test_the_newest_counts_and_the_one_before_is_kept(council, ours):
    actions.say(QUESTION, agency=council, says="not_ours", comment="We have no such cases", by=ours)
    actions.say(QUESTION, agency=council, says="shared", by=ours)
    assert standing(QUESTION) == ["It is ours too"]
    assert Stance.objects.count() == 2
    assert Event.objects.filter(act="question.shared").count() == 1


def test_a_signature_is_of_the_words_as_they_were(council, ours):
    actions.say(DEFINITION, agency=council, says="signed", by=ours)
    reworded = DEFINITION.model_copy(update={"text": "Something else"})
    assert standing(reworded, Kind.DEFINITION) == ["We use this definition (of an earlier wording)"]
    assert Agreement.of(views(reworded, partnership.agencies(), access.stances(Kind.DEFINITION))).unsaid == 1


def test_an_agency_that_has_not_said_is_shown(council, police, ours):
    actions.say(DEFINITION, agency=council, says="signed", by=ours)
    assert standing(DEFINITION, Kind.DEFINITION) == ["We use this definition", "Has not said"]


@pytest.mark.parametrize(
    ("says", "comment", "sentence"),
    [("dissent", " ", "what you would have instead"), ("shared", "", "cannot be said of a definition")],
)
def test_what_cannot_be_said_of_a_definition(says, comment, sentence, council, ours):
    with pytest.raises(Refused, match=sentence):
        actions.say(DEFINITION, agency=council, says=says, comment=comment, by=ours)


def test_nobody_speaks_for_another_agency(council, theirs):
    with pytest.raises(Refused, match="Only those who speak for Marlshire Council"):
        actions.say(QUESTION, agency=council, says="shared", by=theirs)


def test_the_orders_of_all_agencies_add_up(council, police, ours, theirs):
    a, b, c = list(access.questions())[:3]
    actions.rank(agency=council, order=[a, b], why="Most urgent", by=ours)
    actions.rank(agency=police, order=[b, c], why="Most asked", by=theirs)
    placed = combined(access.questions(), partnership.agencies(), access.rankings())
    assert [(p.question.id, p.points) for p in placed] == [(b, 19), (a, 10), (c, 9)]
    assert [place for _, place in placed[0].places] == [2, 1]


def test_an_agencys_newer_order_replaces_its_older(council, ours):
    a, b = list(access.questions())[:2]
    for order in ([a], [b]):
        actions.rank(agency=council, order=order, why="…", by=ours)
    placed = combined(access.questions(), partnership.agencies(), access.rankings())
    assert [p.question.id for p in placed] == [b] and Ranking.objects.count() == 2


@pytest.mark.parametrize(
    ("order", "sentence"),
    [([], "at least one"), (["turning-eighteen"] * 2, "one place only"), (["gone"], "no longer in use"),
     ([str(n) for n in range(11)], "at most 10")],
)  # fmt: skip
def test_what_is_no_order(order, sentence, council, ours):
    with pytest.raises(Refused, match=sentence):
        actions.rank(agency=council, order=order, why="…", by=ours)


def test_a_specification_names_the_columns_and_who_holds_them(council):
    specified = specification(PACK, QUESTION, partnership.agencies())
    assert specified and all(line.sources for line in specified)
    assert any(council in source.agencies for line in specified for source in line.sources)
