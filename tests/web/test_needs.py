"""docs/needs.md names every need once, and no page or command that is not there."""

import re
from pathlib import Path

from click import Context
from django.urls import get_resolver

from plait.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "needs.md"
ROWS = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| [A-R]\d+ ", line)]


def _names(resolver, space=""):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _names(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield space + entry.name


def test_each_of_the_162_needs_has_a_row():
    assert len(ROWS) == len({row[0] for row in ROWS}) == 162


def test_every_page_that_is_named_is_there():
    named = {name for row in ROWS for name in re.findall(r"`([a-z]+:[a-z_]+)`", row[2])}
    assert named and named <= set(_names(get_resolver()))


def test_every_command_that_is_named_is_there():
    named = {name for row in ROWS for name in re.findall(r"`plait ([a-z]+)", row[2])}
    assert named and named <= set(main.list_commands(Context(main)))


def test_a_row_says_where_or_that_it_is_not_yet():
    assert all("`" in row[2] or row[2].startswith(("not yet", "partly")) for row in ROWS)
