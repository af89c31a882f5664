"""A person's mail address changes only by the link that was mailed to the new one."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from plait_web import mail
from plait_web.accounts import actions
from plait_web.accounts.models import NewAddress, User
from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.roles import Role
from tests.web.conftest import PASSWORD
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
NEW = "New.Name@example.org"


@pytest.fixture
def held(person):
    return person(Role.ANALYST)


def link_in(message):
    return re.search(r"http://localhost:8000(\S+)", message.body).group(1)


def asked(client, mailoutbox):
    assert client.post("/account/address/", {"email": NEW}).status_code == 302
    return link_in(mailoutbox[-1])


def test_the_address_changes_when_the_link_is_followed_and_the_button_pressed(
    held, mailoutbox, django_capture_on_commit_callbacks
):
    here, there, before = signed_in(held), signed_in(held), held.email
    link = asked(here, mailoutbox)
    assert mailoutbox[-1].to == [NEW]
    assert here.get(link).status_code == 200
    assert User.objects.get(pk=held.pk).email == before, "looking at a link, as a mail scanner does, changes nothing"
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post(link).headers["Location"] == "/account/"
    assert User.objects.get(pk=held.pk).email == NEW.lower()
    assert mailoutbox[-1].to == [before]
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302, "other browsers are signed out"
    assert Event.objects.filter(act="address.changed").count() == 1


def test_the_old_address_lets_nobody_in_any_more(held, mailoutbox, django_capture_on_commit_callbacks):
    before = held.email
    EmailAddress.objects.create(user=held, email=before, verified=True, primary=True)
    here = signed_in(held)
    with django_capture_on_commit_callbacks(execute=True):
        here.post(asked(here, mailoutbox))
    for email, status in ((before, 200), (NEW, 302)):
        assert Client().post("/sign-in/", {"login": email, "password": PASSWORD}).status_code == status


def test_a_link_works_once_and_in_the_account_that_asked(held, person, mailoutbox):
    here = signed_in(held)
    link = asked(here, mailoutbox)
    other = signed_in(person(Role.ANALYST))
    assert other.post(link).status_code == 403
    assert here.post(link).status_code == 302
    assert b"This link has ended" in here.get(link).content


def test_a_link_ends_after_an_hour(held, mailoutbox):
    here = signed_in(held)
    link = asked(here, mailoutbox)
    NewAddress.objects.update(sent=timezone.now() - timedelta(hours=1, seconds=1))
    assert here.post(link).status_code == 403
    assert User.objects.get(pk=held.pk).email == held.email


def test_the_link_before_no_longer_works(held, mailoutbox):
    here = signed_in(held)
    first = asked(here, mailoutbox)
    asked(here, mailoutbox)
    assert here.get(first).status_code == 403


def test_the_page_does_not_tell_who_has_an_account(held, person, mailoutbox):
    person(Role.ANALYST, email="taken@example.org")
    here = signed_in(held)
    pages = []
    for email in ("taken@example.org", NEW):
        pages.append(here.post("/account/address/", {"email": email}, follow=True).content.decode())
    assert all("We have sent a link" in page for page in pages)
    assert "There is an account with it already" in mailoutbox[0].body
    assert NewAddress.objects.get().email == NEW.lower()


def test_an_address_taken_in_the_meantime_is_refused(held, person, mailoutbox):
    here = signed_in(held)
    link = asked(here, mailoutbox)
    person(Role.ANALYST, email=NEW.lower())
    assert b"Somebody signs in with this mail address already" in here.post(link).content


def test_ones_own_address_is_refused(held):
    with pytest.raises(Refused, match="your mail address already"):
        actions.ask_for_address(held, email=held.email.upper())


def test_a_mail_that_cannot_be_sent_changes_nothing(held, monkeypatch):
    def fail(*_, **__):
        raise mail.NotSent

    monkeypatch.setattr(mail, "send", fail)
    page = signed_in(held).post("/account/address/", {"email": NEW})
    assert b"could not be sent" in page.content
    assert not NewAddress.objects.exists()


def test_asking_proves_who_it_is_first(held):
    client = signed_in(held)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0, "reauthenticated": True}]
    session.save()
    assert client.get("/account/address/").headers["Location"].startswith("/account/again/password/")


def test_a_key_can_be_added_after_a_forgotten_password(held, mailoutbox):
    """The sign-in library writes an unproved address down when a link for a new password is followed."""
    EmailAddress.objects.create(user=held, email=held.email, verified=False)
    assert signed_in(held).get("/account/second-factor/key/").status_code == 200
