"""From a link in a mail to the first page: nothing is seen before everything is set up."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone

from plait_web.accounts import actions, terms
from plait_web.accounts.models import Acceptance, Invitation, SignIn, User
from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.roles import Role
from tests.web.signing_in import SECRET, code

pytestmark = pytest.mark.django_db
NEW = "three random words here"


@pytest.fixture
def invited(council):
    return actions.invite(email="New.Person@example.org", role=Role.CONTRIBUTOR, agency=council, by=None)


def link_in(message):
    return re.search(r"http://localhost:8000(\S+)", message.body).group(1)


def come_in(client, path):
    client.get(path)
    return client.post("/join/password/", {"name": "New Person", "password": NEW})


def set_up_app(client):
    client.get("/account/second-factor/app/")
    secret = client.session["mfa.totp.secret"]
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    now = int(timezone.now().timestamp()) // 30
    return client.post("/account/second-factor/app/", {"code": format_hotp_value(hotp_value(secret, now))})


def test_the_whole_way_in(invited):
    client = Client()
    client.get(link_in(mail.outbox[0]), follow=True)
    assert b"Agency contributor (Marlshire Council)" in client.get("/join/").content
    assert come_in(client, link_in(mail.outbox[0])).status_code == 302
    assert client.get("/account/").headers["Location"] == "/account/second-factor/"
    assert set_up_app(client).headers["Location"] == "/account/second-factor/codes/"
    assert len(re.findall(rb"<code>\d{8}</code>", client.get("/account/second-factor/codes/").content)) == 10
    assert client.get("/account/").headers["Location"] == "/account/terms/"
    assert client.post("/account/terms/", {"version": terms.version()}).status_code == 302
    assert client.get("/account/").status_code == 200


def test_the_mail_names_no_role_and_holds_no_secret_we_keep(invited):
    message = mail.outbox[0]
    assert message.to == ["new.person@example.org"]
    assert "Marlshire" not in message.body
    assert Invitation.objects.get().secret not in message.body


def test_a_link_works_once(invited):
    come_in(Client(), invited[1])
    assert b"accepted already" in Client().get(invited[1]).content


def test_a_link_is_good_for_seven_days(invited):
    Invitation.objects.update(sent=timezone.now() - timedelta(days=7, minutes=1))
    assert b"expired" in Client().get(invited[1]).content
    with pytest.raises(Refused, match="expired"):
        actions.accept(invited[0].pk, name="Late", password=NEW)


def test_a_link_sent_again_replaces_the_one_before(invited):
    _, newer = actions.resend(invited[0].pk, by=None)
    assert Client().get(invited[1]).status_code == 403
    assert Client().get(newer).status_code == 302


def test_a_withdrawn_invitation_lets_nobody_in(invited):
    actions.withdraw(invited[0].pk, by=None)
    assert b"withdrawn" in Client().get(invited[1]).content
    with pytest.raises(Refused, match="withdrawn already"):
        actions.withdraw(invited[0].pk, by=None)
    with pytest.raises(Refused, match="Make a new one"):
        actions.resend(invited[0].pk, by=None)


def test_a_guessed_link_is_no_link(db):
    assert Client().get("/join/something-made-up/").status_code == 403


@pytest.mark.parametrize("weak", ["short", "password1234", "new.person@example"])
def test_a_weak_password_is_refused(invited, weak):
    client = Client()
    client.get(invited[1])
    answer = client.post("/join/password/", {"name": "New Person", "password": weak})
    assert b"There is a problem" in answer.content
    assert not User.objects.exists()


def test_whoever_has_an_account_is_not_invited_again(person):
    held = person(Role.ANALYST)
    with pytest.raises(Refused, match="already has an account"):
        actions.invite(email=held.email.upper(), role=Role.ANALYST, by=None)


def test_an_agency_role_needs_an_agency(db):
    with pytest.raises(Refused, match="role for one agency"):
        actions.invite(email="a@example.org", role=Role.CONTRIBUTOR, by=None)


def test_coming_in_is_recorded(invited):
    come_in(Client(), invited[1])
    acts = list(Event.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["person.invited", "role.given", "invitation.accepted", "signed_in"]
    assert SignIn.objects.get().result == SignIn.Result.SUCCESS


def test_a_new_link_takes_the_old_keys_away(person, client_of):
    held = person(Role.ANALYST)
    elsewhere = client_of(held)
    _, path = actions.send_link(held, by=None)
    assert elsewhere.get("/account/").status_code == 200  # nothing changes until it is used
    come_in(Client(), path)
    assert elsewhere.get("/account/").status_code == 302
    assert not Authenticator.objects.filter(user=held).exists()
    assert [m.role for m in User.objects.get().held] == [Role.ANALYST]


def test_a_closed_account_is_opened_by_a_new_link(person):
    held, by = person(Role.ANALYST), person(Role.MANAGER)
    actions.close_account(held.pk, by=by)
    come_in(Client(), actions.send_link(held, by=by)[1])
    assert User.objects.get(pk=held.pk).is_active


def test_terms_in_a_new_wording_are_asked_for_again(person, client_of, monkeypatch):
    client = client_of(person(Role.ANALYST))
    assert client.get("/account/").status_code == 200
    monkeypatch.setattr(terms, "version", lambda: "otherwording")
    assert client.get("/account/").headers["Location"] == "/account/terms/"


def test_terms_that_changed_while_being_read_are_not_accepted(person):
    held = person(Role.ANALYST)
    with pytest.raises(Refused, match="have changed"):
        actions.accept_terms(held, version="before")
    actions.accept_terms(held, version=terms.version())
    actions.accept_terms(held, version=terms.version())
    assert Acceptance.objects.count() == 1


def test_signing_in_asks_for_the_second_factor(person):
    held = person(Role.ANALYST)
    actions.add_authenticator_app(held, secret=SECRET)
    client = Client()
    answer = client.post("/sign-in/", {"login": held.email, "password": "correct horse battery staple"})
    assert answer.headers["Location"] == "/sign-in/second-factor/"
    assert client.get("/account/").headers["Location"].startswith("/sign-in/")
    assert client.post("/sign-in/second-factor/", {"code": code()}).headers["Location"] == "/"
    assert client.get("/account/").headers["Location"] == "/account/terms/"


def test_a_code_works_once(person):
    held = person(Role.ANALYST)
    actions.add_authenticator_app(held, secret=SECRET)
    for answer_code in (302, 200):
        client = Client()
        client.post("/sign-in/", {"login": held.email, "password": "correct horse battery staple"})
        assert client.post("/sign-in/second-factor/", {"code": code()}).status_code == answer_code


def test_the_secret_of_an_app_is_kept_encrypted(person):
    made = actions.add_authenticator_app(person(Role.ANALYST), secret=SECRET)
    assert SECRET not in str(made.data)
