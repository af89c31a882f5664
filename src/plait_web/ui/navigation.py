"""The links at the head of each page: each is shown to those who may follow it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import resolve, reverse


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str
    active: bool


# (text, name of the page, beginnings of the addresses that belong to it)
PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Questions", "picture:home", ("/", "/questions/", "/figures/", "/profile/", "/raise/", "/raised/", "/runs/")),
    ("Across agencies", "picture:across", ("/across/",)),
    ("Shared language", "agreed:questions", ("/agreed/", "/packs/", "/crosswalk/", "/before-any-data/")),
    (
        "Data map",
        "knowledge:data_map",
        (
            "/data-map/",
            "/flags/",
            "/systems/",
            "/system-changes/",
            "/gaps/",
            "/data-quality/",
            "/same-cases/",
            "/figures-and-practice/",
        ),
    ),
    (
        "Actions",
        "response:actions",
        (
            "/actions/",
            "/inbox/",
            "/goals/",
            "/meetings/",
            "/between-groups/",
            "/maturity/",
            "/conversations/",
            "/network/",
            "/learning/",
        ),
    ),
    ("Releases", "release:list", ("/releases/", "/ledger/", "/words/")),
    ("Returns", "returns:calendar", ("/returns/",)),
    ("Agreements", "partnership:agreements", ("/agreements/", "/agreement/")),
    ("Partnership", "partnership:home", ("/partnership/", "/mandate/")),
    ("People", "accounts:people", ("/people/",)),
    ("Audit", "audit:list", ("/audit/",)),
    ("Tokens", "api:tokens", ("/tokens/",)),
)


def links_for(request: HttpRequest) -> list[Link]:
    """The places this person may go, in order; none for somebody who is not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    found = []
    for text, name, begins in PLACES:
        href = reverse(name)
        if user.may(resolve(href).func.permission):
            found.append(Link(text, href, _inside(request.path, begins)))
    return found


def _inside(path: str, begins: tuple[str, ...]) -> bool:
    return any(path == begin or (begin != "/" and path.startswith(begin)) for begin in begins)
