"""What a person sees and changes of their own account."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from plait_web.accounts import actions
from plait_web.accounts.models import Session, User
from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.roles import Role
from tests.web.conftest import PASSWORD
from tests.web.signing_in import SECRET, code, signed_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def held(person):
    return person(Role.ANALYST)


def by_hand(user, browser=FIREFOX):
    """Signed in through the pages, as people do."""
    client = Client(headers={"user-agent": browser})
    client.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    return client


def test_the_sessions_page_tells_this_browser_from_others(held):
    here, _ = signed_in(held), by_hand(held)
    assert Session.objects.filter(user=held).count() == 1  # the second waits for its code
    from django.core.cache import cache

    cache.clear()
    other = by_hand(held)
    other.post("/sign-in/second-factor/", {"code": code()})
    page = here.get("/account/sessions/").content.decode()
    assert "Firefox on Windows" in page
    assert page.count("This one") == 1
    assert Session.objects.filter(user=held, browser="Firefox on Windows", source="127.0.0.1").count() == 1


def test_signing_out_everywhere_else(held):
    here, there = signed_in(held), signed_in(held)
    here.post("/account/sessions/end/")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").headers["Location"].startswith("/sign-in/")
    assert Event.objects.filter(act="sessions.ended").count() == 1


def test_a_changed_password_ends_the_other_sessions(held, mailoutbox):
    here, there = signed_in(held), signed_in(held)
    new = {"oldpassword": PASSWORD, "password1": "another three words", "password2": "another three words"}
    assert here.post("/account/password/", new).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert "password has been changed" in mailoutbox[-1].body
    assert Event.objects.filter(act="account.password_changed").count() == 1


def test_a_closed_account_is_out_at_once(held, person):
    here = signed_in(held)
    actions.close_account(held.pk, by=person(Role.MANAGER))
    assert here.get("/account/").headers["Location"].startswith("/sign-in/")
    assert b"closed" in by_hand(held).get("/sign-in/closed/").content


def test_an_hour_without_use_signs_out(held):
    client = signed_in(held)
    session = client.session
    session["seen"] -= 3_601
    session.save()
    assert client.get("/account/").headers["Location"] == "/sign-in/?next=/account/"


def test_signing_in_changes_the_session_and_signing_out_empties_it(held):
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["plait"] = session.session_key
    before = session.session_key
    actions.add_authenticator_app(held, secret=SECRET)
    client.post("/sign-in/", {"login": held.email, "password": PASSWORD})
    client.post("/sign-in/second-factor/", {"code": code()})
    after = client.session.session_key
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()
    client.post("/sign-out/")
    assert not Session.objects.filter(session_key=after).exists()


def test_signing_out_is_a_post(held):
    client = signed_in(held)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/account/").status_code == 200


def test_a_name_is_changed(held, client_of):
    client_of(held).post("/account/name/", {"name": "Other Name"})
    assert User.objects.get(pk=held.pk).name == "Other Name"
    assert Event.objects.filter(act="person.renamed").count() == 1


def test_the_app_is_replaced_and_never_removed(held, client_of, mailoutbox):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
    from django.utils import timezone

    client = client_of(held)
    client.get("/account/second-factor/app/")
    secret, now = client.session["mfa.totp.secret"], int(timezone.now().timestamp()) // 30
    assert secret != SECRET
    client.post("/account/second-factor/app/", {"code": format_hotp_value(hotp_value(secret, now))})
    assert Authenticator.objects.filter(user=held, type="totp").count() == 1
    assert client.get("/account/second-factor/").status_code == 200


def test_changing_the_second_factor_asks_who_it_is(held, client_of):
    client = client_of(held)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0, "reauthenticated": True}]
    session.save()
    assert client.get("/account/second-factor/app/").headers["Location"].startswith("/account/again/password/")
    assert b"Confirm that it is you" in client.get("/account/again/password/").content
    client.post("/account/again/password/?next=/account/second-factor/app/", {"password": PASSWORD})
    assert client.get("/account/second-factor/app/").status_code == 200


def test_the_only_key_cannot_be_removed(held, client_of):
    client = client_of(held)
    key = Authenticator.objects.create(user=held, type="webauthn", data={"name": "blue key", "credential": {}})
    Authenticator.objects.filter(user=held, type="totp").delete()
    answer = client.post(f"/account/second-factor/key/{key.pk}/remove/")
    assert answer.status_code == 403
    assert b"your only second factor" in answer.content
    actions.add_authenticator_app(held, secret=SECRET)
    assert client.post(f"/account/second-factor/key/{key.pk}/remove/").status_code == 302
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_somebody_elses_key_is_not_there(held, person, client_of):
    key = Authenticator.objects.create(user=person(Role.ANALYST), type="webauthn", data={"name": "k", "credential": {}})
    assert client_of(held).get(f"/account/second-factor/key/{key.pk}/remove/").status_code == 404


def test_recovery_codes_are_shown_once_and_work_once(held, client_of):
    client = client_of(held)
    client.post("/account/second-factor/codes/new/")
    shown = re.findall(r"<code>(\d{8})</code>", client.get("/account/second-factor/codes/").content.decode())
    assert len(shown) == 10
    assert shown[0] not in client.get("/account/second-factor/codes/").content.decode()
    for status in (302, 200):
        other = by_hand(held)
        assert other.post("/sign-in/second-factor/", {"code": shown[0]}).status_code == status


def test_a_person_without_a_role_sees_the_reason(held, client_of):
    client = client_of(held)
    held.memberships.all().delete()
    answer = client.get("/account/")
    assert answer.status_code == 403
    assert b"You hold no role" in answer.content


def test_the_rule_for_keys_counts_what_is_left():
    from plait_web.accounts import policies

    policies.check_can_remove_key(1)
    with pytest.raises(Refused):
        policies.check_can_remove_key(0)


@pytest.mark.parametrize("path", ["/account/", "/account/sessions/", "/account/sign-ins/", "/account/terms/"])
def test_pages_ask_the_database_little(held, client_of, path, django_assert_max_num_queries):
    client = client_of(held)
    with django_assert_max_num_queries(12):
        assert client.get(path).status_code == 200


def test_an_administrator_signs_somebody_out_everywhere(held, person, client_of):
    here, administrator = signed_in(held), person(Role.ADMINISTRATOR)
    client_of(administrator).post(f"/people/{held.pk}/sign-out/")
    assert here.get("/account/").headers["Location"].startswith("/sign-in/")
    assert Event.objects.get(act="sessions.ended").who.startswith(f"{administrator.pk} ")


def test_signing_out_leaves_nothing_in_the_browser(held):
    assert signed_in(held).post("/sign-out/").headers["Clear-Site-Data"] == '"cache", "storage"'
