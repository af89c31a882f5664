"""A collection that asks two agencies for concerns, the agreements that let them send, and files to send."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from plait.pseudonymise import Key
from plait_web.accounts.models import User
from plait_web.audit.models import Event
from plait_web.partnership import access as partnership_access
from plait_web.partnership.models import Agency, Agreement, Party
from plait_web.returns import actions
from plait_web.returns.models import CollectionPoint, Expected, Submission
from plait_web.roles import Role

COLUMNS = "person,recorded_on,harms,status"
GOOD = [f"A{n},2025-06-{n % 28 + 1:02d},CSE,known" for n in range(12)]


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    """A workspace and a key of its own for each test."""
    monkeypatch.setattr(settings, "HOME", tmp_path / "home")
    monkeypatch.setattr(settings, "KEY_FILE", tmp_path / "partnership.key")
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", tmp_path / "home" / "arriving")
    (tmp_path / "home" / "arriving").mkdir(parents=True)
    Key.create(tmp_path / "partnership.key")
    return tmp_path / "home"


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def manager(person) -> User:
    return person(Role.MANAGER, name="Morgan Manager")


@pytest.fixture
def analyst(person) -> User:
    return person(Role.ANALYST, name="Ari Analyst")


@pytest.fixture
def sender(person, council: Agency) -> User:
    return person(Role.CONTRIBUTOR, agency=council, name="Sal Sender")


@pytest.fixture
def second(person, council: Agency) -> User:
    return person(Role.CONTRIBUTOR, agency=council, name="Sam Second")


@pytest.fixture
def stranger(person, police: Agency) -> User:
    return person(Role.CONTRIBUTOR, agency=police, name="Pat Police")


@pytest.fixture
def agreement(council: Agency, police: Agency, today: date) -> Agreement:
    return _agreement("pseudonymised_strategic", (council, police), today)


def _agreement(terms: str, parties: tuple[Agency, ...], today: date) -> Agreement:
    made = Agreement.objects.create(
        code=terms.replace("_", "-"), terms=terms, pack=partnership_access.shipped().digest,
        since=today - timedelta(days=400), until=today + timedelta(days=400),
    )  # fmt: skip
    for agency in parties:
        Party.objects.create(
            agreement=made, agency=agency, signed=today - timedelta(days=399), signed_by="Invented, Director"
        )
    return made


@pytest.fixture
def point(agreement: Agreement, council: Agency, police: Agency, manager: User, today: date) -> CollectionPoint:
    return actions.add_point(
        datasets=["concerns"], period="2025-26", opens=today - timedelta(days=10), due=today + timedelta(days=20),
        agencies=[council, police], by=manager,
    )  # fmt: skip


@pytest.fixture
def expected(point: CollectionPoint, council: Agency, sender: User) -> Expected:
    return point.expected.get(agency=council)


@pytest.fixture
def counts_point(agreement: Agreement, council: Agency, manager: User, today: date) -> CollectionPoint:
    return actions.add_point(
        datasets=["counts"], period="2025-26", opens=today - timedelta(days=10), due=today + timedelta(days=20),
        agencies=[council], by=manager,
    )  # fmt: skip


@pytest.fixture
def csv() -> Callable[..., SimpleUploadedFile]:
    """A file of concerns in the template's layout, with these lines."""

    def make(*lines: str, name: str = "concerns.csv", columns: str = COLUMNS) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, "\n".join([columns, *(lines or GOOD)]).encode())

    return make


@pytest.fixture
def sent(expected: Expected, sender: User, csv) -> Callable[..., Submission]:
    """A return that was sent and read: of good lines where none are given."""

    def make(*lines: str, by: User | None = None, **kind) -> Submission:
        made = actions.submit(expected, [csv(*lines, **kind)], by=by or sender)
        return Submission.objects.get(pk=made.pk)

    return make


@pytest.fixture
def waiting(sent, sender: User) -> Submission:
    """A return that waits for a second person."""
    made = sent()
    actions.send_for_sign_off(made, by=sender)
    return fresh(made)


@pytest.fixture
def accepted(waiting: Submission, second: User, django_capture_on_commit_callbacks) -> Submission:
    with django_capture_on_commit_callbacks(execute=True):
        actions.sign_off(waiting, by=second)
    return fresh(waiting)


def fresh(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


@pytest.fixture
def recorded() -> Callable[[], list[str]]:
    """What has been recorded, in order."""
    return lambda: list(Event.objects.order_by("id").values_list("act", flat=True))


@pytest.fixture
def no_worker(settings):
    """What is to be read waits: nobody reads it yet."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": ["default"]}}


def text_of(response) -> str:
    """The page's words, as a person reads them."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.group() if main else ""))
