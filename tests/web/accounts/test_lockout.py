"""Five wrong tries close the door for a while, for passwords and for codes; an administrator opens it."""

import pytest
from django.core.cache import cache
from django.test import Client

from plait_web.accounts import actions
from plait_web.accounts.models import SignIn
from plait_web.audit.models import Event
from plait_web.roles import Role
from tests.web.conftest import PASSWORD
from tests.web.signing_in import SECRET, code

pytestmark = pytest.mark.django_db


def try_password(email, password, client=None):
    return (client or Client()).post("/sign-in/", {"login": email, "password": password})


@pytest.fixture
def held(person):
    made = person(Role.ANALYST)
    actions.add_authenticator_app(made, secret=SECRET)
    return made


@pytest.fixture
def locked(held):
    for _ in range(6):
        try_password(held.email, "wrong")
    return held


def test_the_right_password_is_refused_after_five_wrong_ones(locked):
    answer = try_password(locked.email, PASSWORD)
    assert b"Too many tries" in answer.content
    assert b"not right" not in answer.content


def test_four_wrong_ones_lock_nobody_out(held):
    for _ in range(4):
        try_password(held.email, "wrong")
    assert try_password(held.email, PASSWORD).status_code == 302


def test_every_try_is_in_the_history(locked):
    results = list(SignIn.objects.order_by("pk").values_list("result", flat=True))
    assert results == ["wrong_password"] * 5 + ["locked"]
    assert Event.objects.filter(act="sign_in.locked").count() == 1


def test_a_stranger_is_locked_out_alike_and_nothing_typed_is_kept(db):
    for _ in range(5):
        assert b"is not right" in try_password("nobody@example.org", "wrong").content
    assert b"Too many tries" in try_password("nobody@example.org", "wrong").content
    assert set(SignIn.objects.values_list("user", flat=True)) == {None}
    assert not Event.objects.exists()


def test_a_wrong_mail_address_and_a_wrong_password_read_the_same(held):
    wrong = [
        try_password(mail, "wrong").content.replace(mail.encode(), b"") for mail in (held.email, "nobody@example.org")
    ]
    assert [b"The mail address or the password is not right." in page for page in wrong] == [True, True]


def test_only_an_administrator_unlocks(locked, person, client_of):
    assert client_of(person(Role.MANAGER)).post(f"/people/{locked.pk}/unlock/").status_code == 403
    administrator = client_of(person(Role.ADMINISTRATOR))
    assert b"Locked out" in administrator.get("/people/").content
    administrator.post(f"/people/{locked.pk}/unlock/")
    assert b"Locked out" not in administrator.get("/people/").content
    assert try_password(locked.email, PASSWORD).status_code == 302
    assert Event.objects.filter(act="account.unlocked").count() == 1


def test_wrong_codes_lock_too(held):
    client = Client()
    try_password(held.email, PASSWORD, client)
    for _ in range(5):
        assert b"The code is not right" in client.post("/sign-in/second-factor/", {"code": "000000"}).content
    assert b"Too many tries" in client.post("/sign-in/second-factor/", {"code": code()}).content
    assert SignIn.objects.filter(result="wrong_code").count() == 6


def test_a_forgotten_password_made_new_unlocks(locked, mailoutbox):
    import re

    Client().post("/password/", {"email": locked.email})
    path = re.search(r"http://localhost:8000(\S+)", mailoutbox[-1].body).group(1)
    client = Client()
    step = client.get(path).headers["Location"]
    client.post(step, {"password1": "another three words", "password2": "another three words"})
    assert try_password(locked.email, "another three words").status_code == 302
    assert b"does not work" in Client().get(path).content


def test_asking_for_a_new_password_reads_the_same_for_everybody(held, settings):
    pages = {
        Client().post("/password/", {"email": address}, follow=True).content
        for address in (held.email, "x@example.org")
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    pages.add(Client().post("/password/", {"email": held.email}, follow=True).content)
    assert len(pages) == 1


def test_the_shared_cache_is_made_with_the_other_tables(settings, db):
    from django.db import connection

    from plait_web.accounts.apps import make_shared_cache

    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}
    }
    make_shared_cache(using="default")
    make_shared_cache(using="default")
    assert "shared_cache" in connection.introspection.table_names()
    cache.set("tries", [1], 10)
    assert cache.get("tries") == [1]
