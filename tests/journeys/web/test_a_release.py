"""Figures leave the partnership: a refusal, its reason, the repair, two checks, the agencies' agreement, and a recall."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.journeys.web.conftest import Person, Served

pytestmark = [pytest.mark.enable_socket, pytest.mark.browser]
WIDE = (("ana", "analyst"), ("ben", "analyst"), ("gov", "governance"), ("mo", "manager"), ("rae", "regional"))
VAGUE, PLAIN = (
    "Children.",
    "Children under 18 recorded by an agency as harmed, living in the county, whatever agencies did not see.",
)


# A partnership of two agencies and the picture that was made of what they sent; all that comes after is the service's own.
SET_UP = """
from pathlib import Path
from django.conf import settings
from plait_web.partnership import actions
from tests.web.release.conftest import AREAS, new_picture
(Path(settings.HOME) / "areas" / "areas.csv").write_text(AREAS)
actions.name_partnership(name="Wenfordshire Partnership", by=None)
actions.choose_areas(areas=["XC01"], by=None)
for code, name in (("council", "Marlshire Council"), ("police", "Marlshire Police")):
    actions.add_agency(code=code, name=name, kind=code, areas=["XC01"], by=None)
new_picture()
"""


@pytest.fixture
def with_a_picture(served: Served) -> Served:
    served.python(SET_UP)
    leads = ((f"{code}@leads.example.org", "strategic_lead", code) for code in ("council", "police"))
    served.people(*((f"{name}@example.org", role, "") for name, role in WIDE), *leads)
    return served


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_release(with_a_picture: Served, at_browser: Callable[..., Person], tmp_path: Path) -> None:
    author, gov, ben = (at_browser(f"{name}@example.org") for name in ("ana", "gov", "ben"))
    at = _ask(author)
    _send(author, at, VAGUE)
    _refuse(author, gov, ben, at)
    _send(author, at, PLAIN)
    for checker in (gov, ben):
        checker.go(f"{at}check/")
        checker.answer("Keep my check", approves="yes")
    _agree(author, at_browser, at)
    manager, reader = at_browser("mo@example.org"), at_browser("rae@example.org")
    manager.go(f"{at}publish/")
    manager.answer("Publish")
    assert "Published" in manager.said
    _take(reader, at, tmp_path)
    _recall(manager, reader, at, with_a_picture)


def _ask(author: Person) -> str:
    """A release of the whole profile begins; its files are made by the worker."""
    author.go("/releases/")
    author.follow("a[href$='/releases/new/']")
    author.answer(title="Figures for everybody", audience="public")
    return author.page.url


def _send(author: Person, at: str, population: str) -> None:
    """What checkers need to know, the files made, and sent."""
    author.go(f"{at}about/")
    author.answer(
        description="The board’s yearly figures, for anybody who asks.", population=population,
        relation="Nothing of these figures was given outside before.",
    )  # fmt: skip
    author.wait_for("a[href$='/evidence/']")
    author.follow("a[href$='/send/']")
    author.answer("Send")


def _refuse(author: Person, gov: Person, ben: Person, at: str) -> None:
    """One checker refuses and one does not: neither author nor the other reads a word of it before both have spoken."""
    why = "Say of which ages, where they live, and who recorded them."
    gov.go(at)
    gov.follow("a[href$='/evidence/']")
    assert "The smallest count shown" in gov.said and "Narrowest range left to a reader" in gov.said
    gov.go(f"{at}check/")
    gov.answer("Keep my check", approves="no", reasons=["population"], said=why)
    for other in (author, ben):
        other.go(at)
        assert "1 of 2 people have spoken" in other.said and why not in other.said
    ben.go(f"{at}check/")
    ben.answer("Keep my check", approves="yes")
    author.go(at)
    assert "Refused: to be repaired" in author.said and why in author.said


def _agree(author: Person, at_browser: Callable[..., Person], at: str) -> None:
    """A strategic lead of every agency whose records are in it."""
    author.go(at)
    service = author.service
    codes = service.python(
        "from plait_web.release.models import Release\nprint(*Release.objects.latest('pk').facts['agencies'])"
    )
    assert codes
    for code in codes.split():
        lead = at_browser(f"{code}@leads.example.org")
        lead.go(f"{at}agree/")
        lead.answer("Send", agrees="yes")


def _take(reader: Person, at: str, scratch: Path) -> None:
    """Somebody of the region takes all of it away: a website, with its documents and its open table."""
    reader.go(at)
    with reader.page.expect_download() as download:
        reader.page.locator("main a[href$='.zip']").click()
    saved = scratch / "release.zip"
    download.value.save_as(saved)
    with ZipFile(saved) as archive:
        assert {"index.html", "profile.pdf", "figures.csv", "figures.xlsx", "release.txt"} <= set(archive.namelist())


def _recall(manager: Person, reader: Person, at: str, service: Served) -> None:
    """It was a wrong year: who took it is told by mail and on the page, and the files can no longer be had."""
    manager.go(f"{at}taken/")
    assert "Rae" in manager.said
    manager.go(f"{at}recall/")
    manager.answer("Recall", why="A wrong year")
    assert at.removeprefix(service.base) in service.mailed("rae@example.org")
    reader.go(at)
    assert "Recalled" in reader.said and "A wrong year" in reader.said
    assert not reader.page.locator("main a[href$='.zip']").count()
    manager.go("/releases/?view=ended")
    assert "Figures for everybody" in manager.said and "Recalled" in manager.said
