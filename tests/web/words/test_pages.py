"""Pages of words open for those who may; nothing typed is kept before it has passed the gate."""

from __future__ import annotations

import pytest

from plait_web.words import actions
from plait_web.words.models import Passage
from plait_web.words.states import State
from tests.web.release.conftest import home, picture, set_up  # noqa: F401 - fixtures
from tests.web.words.test_words import GOOD, fresh, signed, signer, waiting, writer  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def said(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_pages_open_empty(client_of, writer):  # noqa: F811
    client = client_of(writer)
    for address in ("/words/", "/words/?view=mine", "/words/?view=nonsense", "/words/?question=a", "/words/new/"):
        said(client, address)


def test_the_gate_says_what_it_found_and_keeps_nothing(client_of, writer):  # noqa: F811
    client = client_of(writer)
    sent = GOOD | {"text": "It came to light on 14 March. Nobody asked."}
    answer = client.post("/words/new/", sent).content.decode()
    assert "Sentence 1." in answer and "Say the season or the year" in answer and not Passage.objects.exists()
    assert "Why may they stand" in answer and "It came to light" in answer
    client.post("/words/new/", sent | {"stands": "It was in the papers"})
    assert Passage.objects.get().stands


def test_words_go_their_whole_way_in_the_browser(client_of, writer, signer):  # noqa: F811
    own, other = client_of(writer), client_of(signer)
    own.post("/words/new/", GOOD)
    at = f"/words/{Passage.objects.get().pk}/"
    other.post(f"{at}send-back/", {"why": "Shorter"})
    assert "Shorter" in said(own, f"{at}change/")
    own.post(f"{at}change/", GOOD | {"text": "They believed me."})
    assert "The gate found nothing" in said(other, f"{at}sign/")
    other.post(f"{at}sign/", {"why": ""})
    other.post(f"{at}answer/", {"did": "The form has changed."})
    assert "The form has changed." in said(own, "/words/")
    own.post(f"{at}withdraw/", {"why": "Asked"})
    assert fresh(Passage.objects.get()).state == State.WITHDRAWN
    assert "erased" in said(own, at)


def test_a_refusal_is_a_sentence_on_the_page(client_of, waiting, signer):  # noqa: F811
    client = client_of(signer)
    own = actions.write(**GOOD, by=signer)
    assert "other than who wrote them down" in client.post(f"/words/{own.pk}/sign/", {"why": ""}).content.decode()


def test_who_may_not_sign_gets_no_page_for_it(client_of, waiting, writer):  # noqa: F811
    assert client_of(writer).get(f"/words/{waiting.pk}/sign/").status_code == 403


def test_words_of_others_that_wait_are_not_found(client_of, waiting, person):  # noqa: F811
    from plait_web.roles import Role

    assert client_of(person(Role.STRATEGIC_LEAD)).get(f"/words/{waiting.pk}/").status_code == 404


def test_every_page_takes_few_queries(client_of, signed, signer, django_assert_max_num_queries):  # noqa: F811
    client = client_of(signer)
    for address in ("/words/", f"/words/{signed.pk}/"):
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
