"""What a browser is told, what a cookie may do, where a link may lead, and what a request may claim to be."""

import re
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.test import Client

from plait_web.roles import Role
from tests.web.conftest import PASSWORD
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
SETTINGS = """
import json, os, tempfile
os.environ |= {over!r} | {{"PLAIT_HOME": tempfile.mkdtemp(), "DJANGO_SETTINGS_MODULE": "plait_web.settings"}}
import django
from django.conf import settings
django.setup()
print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}))
"""
COOKIES = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
           "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE",
           "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "DEBUG")  # fmt: skip


def served(**over):
    """The settings as a server started with this environment has them."""
    import json

    code = SETTINGS.format(over=over, names=COOKIES)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_every_answer_carries_the_headers(db):
    headers = Client().get("/sign-in/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    said = {
        name: headers[name]
        for name in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control")
    }
    assert list(said.values())[:3] == ["DENY", "nosniff", "same-origin"]
    assert "no-store" in said["Cache-Control"]
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/sign-in/", "/password/", "/nowhere/", "/accessibility/"])
def test_no_page_has_script_or_style_of_its_own(db, path):
    page = Client().get(path).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_a_server_on_https_keeps_its_cookies_to_itself():
    found = served(PLAIT_BASE_URL="https://plait.example.org")
    assert found == {
        "SESSION_COOKIE_NAME": "__Host-plait",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_SSL_REDIRECT": True,
        "DEBUG": False,
    }


def test_cookies_cannot_be_read_by_a_script(person):
    client = Client()
    client.post("/sign-in/", {"login": person(Role.ANALYST).email, "password": PASSWORD})
    cookie = client.cookies["plait"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:evil.example"]
)
def test_signing_in_leads_to_no_other_site(person, there):
    client = Client()
    answer = client.post(f"/sign-in/?next={there}", {"login": person(Role.ANALYST).email, "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_asked_for(person):
    client = Client()
    path = client.get("/account/sessions/").headers["Location"]
    answer = client.post(path, {"login": person(Role.ANALYST).email, "password": PASSWORD})
    assert answer.headers["Location"] == "/account/sessions/"


def test_a_host_nobody_named_is_refused(db):
    assert Client().get("/sign-in/", headers={"host": "evil.example"}).status_code == 400


def test_a_mailed_link_never_holds_the_host_a_request_claims(person, settings, mailoutbox):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post("/password/", {"email": person(Role.ANALYST).email}, headers={"host": "evil.example"})
    assert "evil.example" not in mailoutbox[0].body
    assert configured.BASE_URL in mailoutbox[0].body


def test_a_form_from_elsewhere_is_refused(person):
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(person(Role.ANALYST)).cookies
    assert client.post("/account/name/", {"name": "Other"}).status_code == 403


def test_an_address_before_the_proxy_counts_only_behind_a_proxy(person, settings):
    from plait_web.accounts.models import SignIn

    held = person(Role.ANALYST)
    for behind, noted in ((False, "127.0.0.1"), (True, "192.0.2.7")):
        settings.BEHIND_PROXY = behind
        headers = {"x-forwarded-for": "203.0.113.9, 192.0.2.7"}
        Client(headers=headers).post("/sign-in/", {"login": held.email, "password": "wrong"})
        assert SignIn.objects.first().source == noted


def test_many_tries_from_one_address_are_stopped(db):
    for number in range(31):
        answer = Client().post("/sign-in/", {"login": f"n{number}@example.org", "password": "wrong"})
    assert answer.status_code == 429 or b"Too many tries" in answer.content


def test_passwords_are_hashed_slowly():
    assert "scrypt" in _real("PASSWORD_HASHERS")[0].lower()


def test_a_page_without_a_permission_is_a_fault(rf):
    from django.core.exceptions import ImproperlyConfigured
    from django.http import HttpResponse
    from django.urls import resolve

    from plait_web.accounts.middleware import Permitted

    request = rf.get("/health")
    request.resolver_match = resolve("/health")
    with pytest.raises(ImproperlyConfigured, match="does not say who may open it"):
        Permitted(lambda r: HttpResponse()).process_view(request, lambda r: HttpResponse(), (), {})


def test_whom_to_tell_of_a_weakness(settings, db):
    assert Client().get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    said = Client().get("/.well-known/security.txt")
    assert said.headers["Content-Type"].startswith("text/plain")
    assert re.search(r"^Contact: mailto:security@example.org\nExpires: 20\d\d-", said.content.decode())


def test_nobody_signs_up_or_switches_a_second_factor_off():
    from django.urls import NoReverseMatch, reverse

    for page in (
        "account_signup",
        "account_email",
        "mfa_deactivate_totp",
        "socialaccount_connections",
        "socialaccount_signup",
    ):
        with pytest.raises(NoReverseMatch):
            reverse(page)


def _real(name):
    from plait_web import settings

    return getattr(settings, name)


def test_no_page_repeats_what_a_request_carries(db):
    for path in ("/accessibility/", "/sign-in/"):
        assert b"not to be repeated" not in Client().trace(path, headers={"x-said": "not to be repeated"}).content


def test_a_line_of_the_log_holds_no_message_of_a_fault():
    """A library's message may hold a cell; only the kind of fault and where it passed are written, on one line."""
    import logging

    from plait_web.ui.logs import JsonLines

    try:
        raise ValueError("Jane Doe\nborn 2011")
    except ValueError:
        line = logging.LogRecord("plait", logging.ERROR, __file__, 1, "It failed: %s", ("Jane Doe",), sys.exc_info())
    said = JsonLines().format(line)
    assert "ValueError" in said
    assert "Jane" not in said
    assert "\n" not in said


def test_a_fault_shows_a_number_and_nothing_else(db, monkeypatch):
    from plait_web.ui import views

    monkeypatch.setattr(views, "render", _fails_once(views.render))
    client = Client()
    client.raise_request_exception = False
    page = client.get("/accessibility/")
    assert page.status_code == 500
    assert b"secret cell" not in page.content
    assert re.search(rb"\b[0-9a-f]{8}\b", page.content)


def _fails_once(render):
    failed = []

    def wrapped(*args, **options):
        if not failed:
            failed.append(True)
            raise ValueError("secret cell")
        return render(*args, **options)

    return wrapped
