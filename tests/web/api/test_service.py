"""What other systems may ask for, and that none gets more than its token is for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from plait_web.api import actions
from plait_web.api.models import SCOPES, Token
from plait_web.api.service import ASKS
from plait_web.audit.models import Event
from plait_web.partnership.models import Adoption
from plait_web.permissions import Refused
from plait_web.returns.models import Submission
from plait_web.roles import Permission

pytestmark = pytest.mark.django_db
NOT_THERE = "6f1c0c1e-0000-4000-8000-000000000000"
ADDRESSES = {
    "packs": "packs",
    "pack": "packs/abc",
    "answers": "answers",
    "answer": "answers/x",
    "figures": "figures",
    "expected": "expected",
    "send": "expected/1/returns",
    "return": f"returns/{NOT_THERE}",
}


def sent(name="concerns.csv", content=b"concern,person\nC1,P1\n"):
    return {"files": SimpleUploadedFile(name, content)}


def test_every_address_is_tried_here():
    assert set(ADDRESSES) == set(ASKS)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_without_a_token_nothing_is_told(client, calls, name):
    method = "post" if name == "send" else "get"
    assert getattr(client, method)(f"/api/{ADDRESSES[name]}").status_code == 401
    assert calls("plait_made-up", ADDRESSES[name], method).status_code == 401


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_token_for_something_else_is_refused_in_words(calls, token, name):
    others = [scope for scope in SCOPES if scope != ASKS[name]]
    answer = calls(token(scopes=others), ADDRESSES[name], "post" if name == "send" else "get")
    assert answer.status_code == 403
    assert "not for this" in answer.json()["detail"]


def test_a_signed_in_person_without_a_token_is_not_let_in(person, client_of, picture):
    from plait_web.roles import Role

    assert client_of(person(Role.MANAGER)).get("/api/answers").status_code == 401


def test_a_token_ends_on_its_day_or_when_it_is_withdrawn(calls, token, picture):
    secret = token()
    assert calls(secret, "answers").status_code == 200
    Token.objects.update(made=timezone.now() - timedelta(days=9), expires=timezone.now() - timedelta(seconds=1))
    assert calls(secret, "answers").status_code == 401
    other = token()
    actions.withdraw(Token.objects.first().pk, by=None)
    assert calls(other, "answers").status_code == 401


def test_only_the_digest_of_a_token_is_kept(token):
    secret = token()
    row = Token.objects.get()
    assert secret not in str([getattr(row, field.name) for field in row._meta.fields])


def test_use_is_recorded_with_the_agency(calls, token, picture):
    calls(token(), "answers")
    event = Event.objects.get(act="api.answers")
    assert (event.detail, event.label) == (
        {"address": "/api/answers", "agency": "council"},
        "export of Marlshire Council",
    )
    assert Token.objects.get().used is not None


def test_answers_and_one_answer(calls, token, picture):
    whole = calls(token(), "answers").json()
    assert (whole["place"], whole["answers"][0]["standing"]) == ("Marlshire", "partly")
    assert calls(token(), "answers/how-many-known").json() == whole["answers"][0]
    assert calls(token(), "answers/none").status_code == 404


def test_before_the_first_picture_there_is_nothing(calls, token, home):
    assert calls(token(), "answers").status_code == calls(token(), "figures").status_code == 404


@pytest.mark.parametrize(
    ("asked", "groups"),
    [({}, ["", "female"]), ({"by": ""}, [""]), ({"by": "sex"}, ["female"]), ({"period": "2020-21"}, []),
     ({"indicator": "known-children", "offset": 1}, ["female"]), ({"limit": -5}, []), ({"offset": 10**18}, [])],
)  # fmt: skip
def test_figures_are_chosen(calls, token, picture, asked, groups):
    answer = calls(token(), "figures", data=asked)
    assert [f["group"] for f in answer.json()["figures"]] == groups


def test_a_withheld_figure_has_no_number(calls, token, picture):
    hidden = calls(token(), "figures", data={"by": "sex"}).json()["figures"][0]
    assert (hidden["low"], hidden["high"], hidden["mark"]) == (None, None, "c")


def test_packs(calls, token, asked):
    pack = calls(token(), "packs").json()[0]
    assert pack["digest"] == Adoption.objects.get().digest
    whole = calls(token(), f"packs/{pack['digest']}").json()
    assert {"id": "concerns", "title": "Concerns"} in whole["datasets"] or whole["datasets"]
    assert calls(token(), "packs/0000").status_code == 404


def test_a_return_is_sent_and_its_state_asked_for(calls, token, asked):
    secret = token()
    (expected,) = calls(secret, "expected").json()
    assert expected["id"] == asked["council"].pk
    answer = calls(secret, f"expected/{expected['id']}/returns", "post", data=sent())
    assert answer.status_code == 202, answer.json()
    made = Submission.objects.get()
    assert (made.route, made.sent_by, str(made.pk)) == ("api", None, answer.json()["id"])
    assert calls(secret, f"returns/{made.pk}").json()["number"] == 1


def test_another_agencys_place_and_return_are_not_found(calls, token, asked, police):
    calls(token(), f"expected/{asked['council'].pk}/returns", "post", data=sent())
    theirs = token(police)
    assert calls(theirs, f"expected/{asked['council'].pk}/returns", "post", data=sent()).status_code == 404
    assert calls(theirs, f"returns/{Submission.objects.get().pk}").status_code == 404


def test_what_no_agreement_covers_is_refused_with_the_policys_sentence(calls, token, asked):
    from plait_web.partnership.models import Agreement

    Agreement.objects.update(
        until=timezone.localdate() - timedelta(days=1), since=timezone.localdate() - timedelta(days=2)
    )
    answer = calls(token(), f"expected/{asked['council'].pk}/returns", "post", data=sent())
    assert answer.status_code == 409
    assert "agreement" in answer.json()["detail"].lower()
    assert not Submission.objects.exists()


@pytest.mark.parametrize(("scopes", "days"), [((), 30), (("administer",), 30), ((Permission.SEE_PICTURE,), 0),
                                              ((Permission.SEE_PICTURE,), 400)])  # fmt: skip
def test_a_token_for_nothing_or_for_ever_is_not_made(council, scopes, days):
    with pytest.raises(Refused):
        actions.make(agency=council, name="x", scopes=scopes, days=days, by=None)
    assert not Token.objects.exists()


def test_the_description_asks_nobody_who_they_are(client):
    described = client.get("/api/openapi.json").json()
    assert all("401" in operation["responses"] for path in described["paths"].values() for operation in path.values())


class TestPages:
    @pytest.fixture
    def administrator(self, person, client_of):
        from plait_web.roles import Role

        return client_of(person(Role.ADMINISTRATOR))

    def test_a_token_is_made_shown_once_and_withdrawn(self, administrator, council, calls, picture):
        assert "No token has been made" in administrator.get("/tokens/").content.decode()
        given = {"agency": council.pk, "name": "export", "scopes": ["see_picture"], "days": "30"}
        page = administrator.post("/tokens/make/", given).content.decode()
        secret = page.split('plait-digest">')[1].split("<")[0]
        assert calls(secret, "answers").status_code == 200
        assert secret not in administrator.get("/tokens/").content.decode()
        pk = Token.objects.get().pk
        assert "Withdraw the token" in administrator.get(f"/tokens/{pk}/withdraw/").content.decode()
        administrator.post(f"/tokens/{pk}/withdraw/")
        assert calls(secret, "answers").status_code == 401
        acts = Event.objects.filter(act__startswith="token.").order_by("id").values_list("act", flat=True)
        assert list(acts) == ["token.made", "token.withdrawn"]

    def test_nothing_chosen_is_asked_for(self, administrator):
        assert "Choose at least one thing" in administrator.post("/tokens/make/", {}).content.decode()

    def test_others_make_none(self, person, client_of):
        from plait_web.roles import Role

        assert client_of(person(Role.MANAGER)).get("/tokens/make/").status_code == 403
