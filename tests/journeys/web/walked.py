"""How often each page asks the database where there is much to show: `python walked.py`, in a loaded demonstration's environment.

Prints, as JSON, each page that asked more often than it may, by the role that opened it, and how many pages opened.
"""

# ruff: noqa: E402 - Django is set up before what needs it is imported

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).parents[3]))
django.setup()
logging.disable()

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plait_web.accounts.models import Membership
from plait_web.permissions import PUBLIC
from plait_web.roles import Role
from tests.web.signing_in import signed_in
from tests.web.test_role_url_matrix import KWARGS, may, pages

MOST = 12
# A document to take away gathers everything there is; on screen it is on several pages.
ALSO = {"partnership:handover_as": 20, "groundwork:paper_as": 20}
_NOT_ASKED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def walk() -> dict[str, int]:
    """The pages, by name and role, that asked too often; and as 'opened' how many pages gave 200 to somebody."""
    found: dict[str, int] = {}
    opened: set[str] = set()
    for role in Role:
        client = _browser(role)
        for page, asked in pages().items():
            if asked.permission in (PUBLIC, "") or not may(role.value, asked.permission):
                continue
            status, count = _count(client, page, asked.holds)
            opened |= {page} if status == 200 else set()
            found |= {f"{page} as {role.value}": count} if count > ALSO.get(page, MOST) else {}
    return found | {"opened": len(opened)}


def _browser(role: Role) -> Client:
    user = Membership.objects.filter(role=role).order_by("pk").first().user
    client = signed_in(user)
    client.raise_request_exception = False
    return client


def _count(client: Client, page: str, holds: dict) -> tuple[int, int]:
    """The page's status and how often it asked, once what is read once by a process has been read."""
    with transaction.atomic():
        address = reverse(page, kwargs=KWARGS.get(page, lambda: holds)() or None)
        _read(client.get(address))
        with CaptureQueriesContext(connection) as asked:
            status = _read(client.get(address)).status_code
        count = sum(not one["sql"].startswith(_NOT_ASKED) for one in asked.captured_queries)
        transaction.set_rollback(True)
    return status, count


def _read(response: HttpResponse) -> HttpResponse:
    if response.streaming:
        list(response.streaming_content)
    return response


if __name__ == "__main__":
    print(json.dumps(walk()))
