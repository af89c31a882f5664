"""Pairs of records looked at by people: how alike they are and nothing else, each once."""

from __future__ import annotations

import shutil

import pytest
from django.urls import reverse
from django.utils import timezone

from plait_web.audit.models import Event
from plait_web.partnership.access import shelf
from plait_web.permissions import Refused
from plait_web.picture import access, actions, making
from plait_web.picture.models import Verdict
from plait_web.roles import Role
from tests.unit.link.corrupted import case, corrupted

pytestmark = pytest.mark.django_db
PAGE = "picture:review"


@pytest.fixture(scope="session")
def evidence(tmp_path_factory):
    """The evidence of one linking of invented children."""
    folder = tmp_path_factory.mktemp("linked")
    return case(folder / "in", corrupted(200, 3, seed=3)).link(folder / "out").evidence


@pytest.fixture
def linked(set_up, evidence):
    """The store as a run leaves it."""
    store = shelf()
    with store.writing():
        with store.keeping("steps", "ab" * 32) as room:
            shutil.copyfile(evidence, room / "evidence.parquet")
        store.remember("last-linking", "ab" * 32)
    return store


def test_before_anybody_was_linked_the_page_says_when_pairs_come(set_up, person, client_of):
    assert "no pairs to look at" in client_of(person(Role.ANALYST)).get(reverse(PAGE)).content.decode()


def test_a_pair_shows_how_alike_it_is_and_the_next_comes_once_it_is_judged(linked, person, client_of):
    analyst = person(Role.ANALYST)
    client, first = client_of(analyst), access.review().next
    page = client.get(reverse(PAGE)).content.decode()
    assert first.born[1:] in page and "0 of " in page
    answer = client.post(reverse(PAGE), {"pair": first.pair, "same": "yes"})
    assert answer.url == reverse(PAGE)
    assert list(Verdict.objects.values_list("pair", "same")) == [(first.pair, True)]
    assert access.review().next.pair != first.pair
    assert Event.objects.filter(act="link.judged").count() == 1


def test_a_verdict_stays_when_everybody_is_linked_again(linked, evidence, person):
    first = access.review().next
    actions.judge_pair(pair=first.pair, same=True, by=person(Role.ANALYST))
    with linked.writing():
        with linked.keeping("steps", "cd" * 32) as room:
            shutil.copyfile(evidence, room / "evidence.parquet")
        linked.remember("last-linking", "cd" * 32)
    assert access.review().said == {first.pair: True}


def test_nobody_is_asked_twice_of_one_pair(linked, person):
    analyst = person(Role.ANALYST)
    found = access.review()
    actions.judge_pair(pair=found.next.pair, same=None, by=analyst)
    with pytest.raises(Refused, match="looked at this pair already"):
        actions.judge_pair(pair=found.next.pair, same=True, by=analyst)


def test_a_pair_that_was_not_shown_is_not_found_and_a_blank_answer_says_what_to_do(linked, person, client_of):
    client, found = client_of(person(Role.ANALYST)), access.review()
    assert client.post(reverse(PAGE), {"pair": 10**6, "same": "yes"}).status_code == 404
    assert "Say whether" in client.post(reverse(PAGE), {"pair": found.next.pair}).content.decode()


def test_verdicts_say_how_good_the_links_are_once_there_are_enough(linked, person, client_of):
    analyst, found = person(Role.ANALYST), access.review()
    for pair in found.pairs[: access.LEAST]:
        same = pair.decision != "review"
        actions.judge_pair(pair=pair.pair, same=same, by=analyst)
    said = access.review().quality
    assert said.precision[0] > 90
    assert "Links that are right" in client_of(analyst).get(reverse(PAGE)).content.decode()


def test_the_next_picture_rests_on_verdicts_by_the_score(linked, person):
    """Those that were sure reach the library, and a picture is made anew for each twenty and not for each one."""
    analyst, found = person(Role.ANALYST), access.review()
    today = timezone.localdate()
    before = making.basis(access.workspace(today), (), on=today)
    for n, pair in enumerate(found.pairs[:21]):
        actions.judge_pair(pair=pair.pair, same=None if n == 0 else n % 2 == 0, by=analyst)
        changed = making.basis(access.workspace(today), (), on=today) != before
        assert changed == (n == 20)
    assert len(access.workspace(today).verdicts) == 20
    assert found.pairs[0].pair not in access.workspace(today).verdicts
