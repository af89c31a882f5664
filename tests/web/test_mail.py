"""Mails leave by whichever way is set, and say where to look and nothing more."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest
from django.core import mail as outbox

from plait_web import mail
from plait_web.mail import NotSent, PostOffice, post_office, secret

SERVICE, SECRET = "3f6b1c1e-0000-4000-8000-000000000001", "3f6b1c1e-0000-4000-8000-000000000002"


class Desk(BaseHTTPRequestHandler):
    """Takes a mail as GOV.UK Notify does: with a pass signed by the service's secret."""

    def do_POST(self):
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        claims = jwt.decode(self.headers["Authorization"].removeprefix("Bearer "), SECRET, algorithms=["HS256"])
        self.server.taken.append((self.path, claims["iss"], said))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def desk():
    server = HTTPServer(("127.0.0.1", 0), Desk)
    server.taken, server.answer = [], 201
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def notify(desk, settings, tmp_path):
    (tmp_path / "key").write_text(f"plait-{SERVICE}-{SECRET}\n")
    settings.EMAIL_BACKEND, settings.NOTIFY_KEY_FILE = "plait_web.mail.Notify", str(tmp_path / "key")
    settings.NOTIFY_URL, settings.NOTIFY_TEMPLATE = f"http://127.0.0.1:{desk.server_port}", "template-1"
    return desk


def send():
    mail.send("to@example.org", subject="A return is due", lines=["It is due on 3 April 2026."], link="/returns/")


def test_notify_takes_a_mail(notify):
    send()
    path, service, said = notify.taken[0]
    assert (path, service) == ("/v2/notifications/email", SERVICE)
    assert (said["email_address"], said["template_id"]) == ("to@example.org", "template-1")
    assert said["personalisation"]["subject"] == "A return is due"
    assert "http://localhost:8000/returns/" in said["personalisation"]["body"]


@pytest.mark.parametrize("status", [400, 403, 429, 500, 301])
def test_a_mail_notify_does_not_take_is_not_sent(notify, status):
    notify.answer = status
    with pytest.raises(NotSent, match="nothing was changed"):
        send()


def test_a_mail_is_sentences_and_a_link_to_the_service(db):
    send()
    message = outbox.outbox[0]
    assert message.body.split("\n\n")[:2] == ["It is due on 3 April 2026.", "http://localhost:8000/returns/"]


@pytest.mark.parametrize(
    ("said", "office"),
    [
        ("console", PostOffice("django.core.mail.backends.console.EmailBackend")),
        ("notify", PostOffice("plait_web.mail.Notify")),
        ("smtp://mail.example.org", PostOffice("django.core.mail.backends.smtp.EmailBackend", "mail.example.org")),
        (
            "smtp://plait%40example.org@mail.example.org:587",
            PostOffice(
                "django.core.mail.backends.smtp.EmailBackend", "mail.example.org", 587, "plait@example.org", True
            ),
        ),
    ],
)
def test_where_mails_go(said, office):
    assert post_office(said) == office


@pytest.mark.parametrize("wrong", ["", "smtps://host", "pigeon", "smtp://"])
def test_a_way_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="PLAIT_MAIL must be"):
        post_office(wrong)


def test_no_file_is_no_secret():
    assert secret("") == ""
