"""Every page, every role: who gets in. The table beside this file is what people read and approve.

A page without a permission, without a line in the table, or with a line that is no longer true fails. After a change that
is meant, write the table again and read the difference:

    PLAIT_WRITE_MATRIX=yes .venv/bin/python -m pytest tests/web/test_role_url_matrix.py -n 0
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter

from plait_web.permissions import PUBLIC
from plait_web.roles import MAY, Permission, Role
from tests.web.objects import all_kwargs
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("role_url_matrix.csv")
NOBODY = "nobody"
REFUSED = ("sign in", "403")
WHO = (NOBODY, *(role.value for role in Role))
KWARGS = all_kwargs()
OPENED_BY_A_MAILED_SECRET = {
    "accounts:confirm_address"
}  # and by the one person who asked for it: see test_new_address.py


@dataclass(frozen=True)
class Page:
    """The permission a page asks for ('' when it asks for none), and what its address holds."""

    permission: str
    holds: dict[str, Any]


def pages() -> dict[str, Page]:
    return dict(_walk(get_resolver().url_patterns, "", {}))


def _walk(patterns: list[URLPattern | URLResolver], space: str, above: dict) -> Iterator[tuple[str, Page]]:
    for pattern in patterns:
        holds = above | pattern.pattern.converters
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, holds)
        else:
            name = f"{space}{pattern.name or pattern.pattern}"
            yield name, Page(getattr(pattern.callback, "permission", ""), _invented(holds))


def _invented(holds: dict) -> dict[str, Any]:
    """What an address holds when its room's objects.py gives nothing: something that is not there."""
    numbers = {name: 987_654 if converter.regex == "[0-9]+" else "made-up" for name, converter in holds.items()}
    return numbers | {name: UUID(int=0) for name, converter in holds.items() if isinstance(converter, UUIDConverter)}


def table() -> dict[str, dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {row["page"]: row for row in csv.DictReader(file)}


def outcome(client: Client, page: str, asked: Page, *, allowed: bool) -> str:
    """What opening the page gives: a number, or 'sign in' where that is asked for first.

    A page that only takes what is sent (405) is sent something empty by those who may not: it must not be taken.
    """
    address = reverse(page, kwargs=KWARGS.get(page, lambda: asked.holds)() or None)
    answer = client.get(address)
    if answer.status_code == 405 and not allowed:
        answer = client.post(address)
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/?next=")
    return "sign in" if to_sign_in else str(answer.status_code)


def may(who: str, permission: str) -> bool:
    return permission == PUBLIC or (who != NOBODY and Permission(permission) in MAY[Role(who)])


@pytest.fixture
def opened(person, request):
    """What each page gives to whom the test is about."""
    who = request.param
    inside = {} if who == NOBODY else {name: c.value for name, c in signed_in(person(Role(who))).cookies.items()}
    return who, {
        page: _alone(inside, page, asked, may(who, asked.permission)) for page, asked in sorted(pages().items())
    }


def _alone(inside: dict[str, str], page: str, asked: Page, allowed: bool) -> str:
    """What the page gives when nothing was opened before it: what one leaves behind must not decide what the next gives."""
    with transaction.atomic():
        found = outcome(_browser(inside), page, asked, allowed=allowed)
        transaction.set_rollback(True)
    return found


def _browser(inside: dict[str, str]) -> Client:
    """A browser with the cookies of somebody who has signed in; with none, nobody's."""
    cache.clear()
    client = Client(raise_request_exception=False)
    client.cookies.load(inside)
    return client


def test_every_page_says_who_may_open_it():
    assert [page for page, asked in pages().items() if not asked.permission] == []


def test_every_page_has_its_line_and_every_line_its_page():
    """When this fails: write the table again (see above) and read what changed."""
    assert {page: row["permission"] for page, row in table().items()} == {
        page: str(asked.permission) for page, asked in pages().items()
    }


def test_no_page_fails():
    assert {page: who for page, row in table().items() for who in WHO if row[who].startswith("5")} == {}


@pytest.mark.parametrize("who", WHO)
def test_nobody_gets_in_without_the_permission(who):
    got_in = {page: row for page, row in asking().items() if row[who] not in REFUSED}
    assert [page for page, row in got_in.items() if not may(who, row["permission"])] == []


def test_every_page_opens_to_somebody_who_has_the_permission():
    """A policy may turn some of them away as well, and then the table shows it; never all of them."""
    closed = {page for page, row in asking().items() if not any(row[who] not in REFUSED for who in WHO)}
    assert closed == OPENED_BY_A_MAILED_SECRET


def asking() -> dict[str, dict[str, str]]:
    """The pages that ask a person for a permission."""
    return {page: row for page, row in table().items() if row["permission"] != PUBLIC and not _by_token(row)}


def _by_token(row: dict[str, str]) -> bool:
    """An address of the programming interface: opened by an agency's token and by no person's session."""
    return {row[who] for who in WHO} <= {"401", "405"}


@pytest.mark.parametrize("opened", WHO, indirect=True)
def test_what_opens_is_what_the_table_says(opened):
    who, found = opened
    if os.environ.get("PLAIT_WRITE_MATRIX"):
        _write(who, found)
    said = table()
    assert {page: what for page, what in found.items() if said.get(page, {}).get(who) != what} == {}


def _write(who: str, found: dict[str, str]) -> None:
    old = table() if TABLE.exists() else {}
    asked = pages()
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, ["page", "permission", *WHO], lineterminator="\n")
        out.writeheader()
        for page in sorted(asked):
            line = {name: old.get(page, {}).get(name, "") for name in WHO}
            out.writerow({"page": page, "permission": str(asked[page].permission), **line, who: found[page]})
