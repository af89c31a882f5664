"""Signing in with an organisation's account, against a real OpenID Connect provider started here."""

import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from plait_web.accounts import actions
from plait_web.accounts.models import SignIn, User
from plait_web.accounts.tenants import providers
from plait_web.audit.models import Event
from plait_web.roles import Role
from tests.web.signing_in import SECRET, code

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def provider():
    """A provider in a process of its own. Two organisations use it, each as a client of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        yield _answering(f"http://localhost:{port}", started)
        started.terminate()


def _answering(address, started):
    until = time.monotonic() + 60
    while time.monotonic() < until and started.poll() is None:
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return address
    raise RuntimeError("The provider did not start")


@pytest.fixture
def tenants(provider, tmp_path, settings):
    """Marlshire Council asks for its own second factor; Marlshire Police leaves it to us."""
    (tmp_path / "secret").write_text("only for tests\n")
    said = "tenants:\n" + "".join(
        f"  - {{id: {name}, name: {name.title()}, issuer: '{provider}', client_id: plait-{name}, "
        f"secret_file: {tmp_path / 'secret'}, second_factor: {whose}}}\n"
        for name, whose in (("council", "theirs"), ("police", "ours"))
    )
    (tmp_path / "tenants.yaml").write_text(said)
    settings.SOCIALACCOUNT_PROVIDERS = providers(str(tmp_path / "tenants.yaml"))


def sign_in(client, tenant, number, **claims):
    """Through the organisation's own page and back; the last answer of ours."""
    away = client.get(f"/sign-in/with/{tenant}/").headers["Location"]
    requests.put(f"{away.split('/oauth2')[0]}/users/{number}", json=claims, timeout=5)
    back = requests.post(away, data={"sub": number}, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


@pytest.fixture
def linked(tenants, council):
    """Somebody who accepted their invitation by signing in with the council."""
    _, path = actions.invite(email="a.person@example.org", role=Role.CONTRIBUTOR, agency=council, by=None)
    client = Client()
    client.get(path)
    assert sign_in(client, "council", "number-1", name="A Person", email="other@example.net").status_code == 302
    return User.objects.get()


def test_an_invitation_is_accepted_by_signing_in_with_an_organisation(linked):
    assert (linked.email, linked.name) == ("a.person@example.org", "A Person")
    assert not linked.has_usable_password()
    assert "tenant.linked" in Event.objects.values_list("act", flat=True)


def test_the_next_time_they_are_known_by_their_number(linked):
    client = Client()
    assert (
        sign_in(client, "council", "number-1", name="Changed", email="changed@example.net").headers["Location"] == "/"
    )
    assert client.get("/account/").headers["Location"] == "/account/terms/"  # their second factor counts
    assert SignIn.objects.first().way == "council"


def test_nothing_the_organisation_says_is_kept(linked):
    sign_in(Client(), "council", "number-1", name="A Person", email="other@example.net")
    assert SocialAccount.objects.get().extra_data == {}


def test_somebody_nobody_invited_is_refused(linked):
    answer = sign_in(Client(), "council", "number-2", email="a.person@example.org", email_verified=True)
    assert answer.status_code == 403
    assert b"nobody has invited you" in answer.content
    assert User.objects.count() == 1
    assert SignIn.objects.first().result == SignIn.Result.NOT_INVITED


def test_the_same_number_at_another_organisation_is_somebody_else(linked):
    assert sign_in(Client(), "police", "number-1").status_code == 403


def test_where_the_organisation_asks_for_none_ours_is_asked_for(tenants, police):
    _, path = actions.invite(email="b.person@example.org", role=Role.CONTRIBUTOR, agency=police, by=None)
    client = Client()
    client.get(path)
    sign_in(client, "police", "number-3", name="B Person")
    assert client.get("/account/").headers["Location"] == "/account/second-factor/"
    actions.add_authenticator_app(User.objects.get(), secret=SECRET)
    client = Client()
    assert sign_in(client, "police", "number-3").headers["Location"] == "/sign-in/second-factor/"
    assert client.get("/account/").headers["Location"].startswith("/sign-in/")
    client.post("/sign-in/second-factor/", {"code": code()})
    assert client.get("/account/").headers["Location"] == "/account/terms/"


def test_an_organisation_seen_before_does_not_excuse_a_password(linked):
    """Signed in by the council, then with a password that a new link gave: the second factor is ours again."""
    client = Client()
    sign_in(client, "council", "number-1")
    _, path = actions.send_link(linked, by=None)
    client.get(path)
    client.post("/join/password/", {"name": "A Person", "password": "three random words here"})
    assert client.get("/account/").headers["Location"] == "/account/second-factor/"
    assert not SocialAccount.objects.exists()
    assert sign_in(Client(), "council", "number-1").status_code == 403


def test_a_closed_account_stays_closed(linked, person):
    actions.close_account(linked.pk, by=person(Role.MANAGER))
    assert sign_in(Client(), "council", "number-1").headers["Location"] == "/sign-in/closed/"


def test_an_answer_nobody_asked_for_is_refused(tenants):
    answer = Client().get("/sign-in/with/council/back/?code=made-up&state=made-up")
    assert answer.status_code == 403
    assert b"did not let you in" in answer.content


def test_another_site_cannot_start_it(tenants):
    answer = Client().get("/sign-in/with/council/", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["Location"] == "/sign-in/"


def test_nobody_connects_a_further_account(linked):
    assert Client().get("/sign-in/with/council/?process=connect").headers["Location"] == "/sign-in/"


def test_no_forgotten_password_where_there_is_none(linked, mailoutbox):
    mailoutbox.clear()
    Client().post("/password/", {"email": linked.email})
    assert mailoutbox == []


def test_the_sign_in_page_offers_each(tenants):
    page = Client().get("/sign-in/").content.decode()
    assert 'href="/sign-in/with/council/"' in page
    assert 'href="/sign-in/with/police/"' in page


def test_a_proof_key_goes_along(tenants):
    assert "code_challenge_method=S256" in Client().get("/sign-in/with/council/").headers["Location"]


def test_a_file_that_is_wrong_is_named_and_not_repeated(tmp_path):
    (tmp_path / "t.yaml").write_text("tenants: [{id: UPPER, name: x, issuer: 'ftp://secret', client_id: y}]")
    with pytest.raises(ValueError, match=r"tenants\.0\.id; tenants\.0\.issuer; tenants\.0\.secret_file") as fault:
        providers(str(tmp_path / "t.yaml"))
    assert "ftp://secret" not in str(fault.value)


def test_no_file_is_no_organisation():
    assert providers("")["openid_connect"]["APPS"] == []
