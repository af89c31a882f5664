"""Every page, file and answer of the running application, opened by everybody: a true count that was withheld is on none of them.

The store and the pictures of a small partnership hold one count that nobody outside its supplier may know. Whatever is opened,
in body, title, headers, log, mail or audit trail: it is not there.
"""

from __future__ import annotations

import logging
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from plait.protect import save_released, withheld_counts
from plait_web.audit.models import Event
from plait_web.partnership import access as partnership
from plait_web.picture.access import folder_of
from plait_web.release import actions
from plait_web.roles import Role
from tests.unit.publish import making as profiles
from tests.web.release.conftest import (  # noqa: F401 - fixtures
    TOLD,
    author,
    draft,
    first,
    fresh,
    home,
    leads,
    manager,
    picture,
    really_published,
    second,
    set_up,
    told,
)
from tests.web.test_role_url_matrix import KWARGS, pages

pytestmark = pytest.mark.django_db
TRUE = 73_291.0
SPOKEN = ("73291", "73,291", "73 291", "73.291")
KEY = "c" * 64
CELL = {"indicator": "CE01", "period": "2024-25", "area": "XD01"}


@pytest.fixture
def hidden(picture):  # noqa: F811
    """The count lies where true counts lie: in the ledger's own file, and among the figures that were measured."""
    shelf = partnership.shelf().folder
    rows = [profiles.number(profiles.core().indicator("CE01"), 40.0), profiles.row(**CELL, state="withheld", mark="c")]
    released = profiles.released(rows)
    true = [row | {"state": "exact", "low": TRUE, "high": TRUE, "count_low": TRUE, "count_high": TRUE} for row in rows]
    figures = pa.Table.from_pylist(true, schema=profiles.COLUMNS)
    for folder in (shelf / "runs" / KEY, shelf / "steps" / KEY):
        folder.mkdir(parents=True)
    save_released(released, shelf / "runs" / KEY)
    kept = withheld_counts(figures, released, on=date(2025, 7, 1), release=KEY)
    assert TRUE in kept["low"].to_pylist()
    pq.write_table(kept, shelf / "runs" / KEY / "withheld.parquet")
    pq.write_table(figures, shelf / "steps" / KEY / "figures.parquet")
    return picture


@pytest.fixture
def left(hidden, really_published, told, author, first, second, leads, council, police, manager):  # noqa: F811
    """A release with real files that went the whole way, so that its mails and its trail are there to be read."""
    actions.send(told.pk, by=author)
    for checker in (first, second):
        actions.check(told.pk, approves=True, by=checker)
    for agency in (council, police):
        actions.agree(told.pk, agency=agency, by=leads[agency.code])
    return fresh(actions.publish(told.pk, by=manager))


def everything_opened(client, release):
    """What each page that is opened by looking says, with what its room gives it; each alone, as in the matrix."""
    opened = {}
    for name, asked in sorted(pages().items()):
        with transaction.atomic():
            address = reverse(name, kwargs=KWARGS.get(name, lambda asked=asked: asked.holds)() or None)
            opened[address] = says(client.get(address))
            transaction.set_rollback(True)
    return opened | {address: says(client.get(address)) for address in its_own(release)}


def its_own(release):
    """The addresses of the ledger and of the release."""
    which = "&".join(f"{name}={value}" for name, value in CELL.items())
    yield from (f"/ledger/{KEY}/", f"/ledger/{KEY}/figure/?{which}", "/ledger/?indicator=CE01")
    yield from (f"/releases/{release.pk}/", f"/releases/{release.pk}/evidence/")
    yield from (f"/releases/{release.pk}/files/{name}" for name in release.facts["files"])


def says(answer):
    """All that leaves with an answer: body, headers, and where it sends the browser."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace") + str(dict(answer.headers))


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MANAGER, Role.STRATEGIC_LEAD, Role.REGIONAL])
def test_a_withheld_count_is_on_no_page_and_in_no_file(role, left, client_of, person, caplog):
    client = client_of(person(role))
    client.raise_request_exception = False
    caplog.set_level(logging.DEBUG)
    opened = everything_opened(client, left)
    assert sum(len(text) > 1_000 for text in opened.values()) > 40
    assert [address for address, text in opened.items() if any(word in text for word in SPOKEN)] == []
    assert not any(word in caplog.text for word in SPOKEN)


def test_it_is_in_no_mail_and_nowhere_in_the_trail(left, django_capture_on_commit_callbacks, manager):  # noqa: F811
    with django_capture_on_commit_callbacks(execute=True):
        actions.recall(left.pk, why="A wrong year", by=manager)
    said = str([(one.subject, one.body) for one in mail.outbox]) + str(
        list(Event.objects.values_list("label", "why", "detail"))
    )
    assert not any(word in said for word in SPOKEN)


def test_this_test_would_see_it(hidden, client_of, manager):  # noqa: F811
    """Shown by mistake, the count is found: the walk is not blind."""
    folder = folder_of(hidden) / "partnership"
    (folder / "profile").mkdir()
    (folder / "profile" / "index.html").write_text(f"<p>{TRUE:,.0f}</p>")
    text = says(client_of(manager).get("/profile/"))
    assert any(word in text for word in SPOKEN)
