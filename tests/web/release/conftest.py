"""A partnership with a picture of three figures, who may let some of it out, and who is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import timezone

from plait.protect import save_released
from plait_web.accounts.models import User
from plait_web.partnership import access as partnership
from plait_web.partnership import actions as partnership_actions
from plait_web.picture import making
from plait_web.picture.access import folder_of
from plait_web.picture.models import Run
from plait_web.release import actions, drawing
from plait_web.release.models import Release
from plait_web.returns import port
from plait_web.roles import Role
from tests.unit.publish import making as profiles

AREAS = "code,name,kind,parents,since,until\nXC01,Wenfordshire,county,,,\n" + "".join(
    f"XD0{n},{name},district,XC01,,\n" for n, name in ((1, "Castle Wenford"), (2, "Alderwick"), (3, "Thornmere"))
)
FIGURES = ("CE01", "CE02", "MI01")
TOLD = {
    "description": "The board’s yearly figures, for anybody who asks.",
    "population": "Children recorded by the council or the police as harmed, living in Wenfordshire.",
    "relation": "The first release of these figures.",
}


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    settings.HOME = tmp_path / "home"
    (settings.HOME / "areas").mkdir(parents=True)
    (settings.HOME / "areas" / "areas.csv").write_text(AREAS)
    partnership._areas_of.cache_clear()
    return settings.HOME


@pytest.fixture
def set_up(db, home, council, police):
    partnership_actions.name_partnership(name="Wenfordshire Partnership", by=None)
    partnership_actions.choose_areas(areas=["XC01"], by=None)


@pytest.fixture
def picture(set_up) -> Run:
    """A picture made whole, as the public may see it: three figures in every state that comes with counts."""
    return new_picture()


def new_picture() -> Run:
    today = timezone.localdate()
    rows = [r for r in profiles.made_up(profiles.core()) if r["indicator"] in FIGURES and r["state"] != "between"]
    run = Run.objects.create(
        state=Run.State.MADE, period="2024-25", basis=making.basis(port.workspace(today), (), on=today)
    )
    for zone in ("partnership", "public"):
        folder = folder_of(run) / zone
        folder.mkdir(parents=True)
        save_released(profiles.released(rows), folder)
        titles = {name: profiles.core().indicator(name).title for name in FIGURES}
        said = {
            "figures": titles,
            "questions": [],
            "release": f"{run.pk:064}",
            "made_on": str(today),
            "next_update": "",
        }
        (folder / "index.json").write_text(json.dumps(said))
    return run


@pytest.fixture(autouse=True)
def _quickly(request, monkeypatch) -> None:
    """Files that only stand for a website and documents, but for tests that ask for real ones (`really_published`)."""
    if "really_published" in request.fixturenames:
        return

    def publish(profile, into: Path) -> None:
        into.mkdir()
        for name in ("index.html", "profile.pdf", "figures.xlsx", "figures.csv"):
            (into / name).write_text(f"{profile.title} {len(profile.released.figures)}\n")

    monkeypatch.setattr(drawing, "publish", publish)


@pytest.fixture
def really_published() -> None:
    """The website and the documents are made as they are in service."""


@pytest.fixture
def author(person) -> User:
    return person(Role.ANALYST, name="Ana Analyst")


@pytest.fixture
def first(person) -> User:
    return person(Role.GOVERNANCE, name="Gita Governance")


@pytest.fixture
def second(person) -> User:
    return person(Role.ANALYST, name="Second Analyst")


@pytest.fixture
def manager(person) -> User:
    return person(Role.MANAGER, name="Morgan Manager")


@pytest.fixture
def regional(person) -> User:
    return person(Role.REGIONAL, name="Rae Regional")


@pytest.fixture
def leads(person, council, police) -> dict[str, User]:
    return {
        agency.code: person(Role.STRATEGIC_LEAD, agency=agency, name=f"Lead {agency.code}")
        for agency in (council, police)
    }


@pytest.fixture
def draft(picture, author) -> Release:
    """Begun, its files made, and told of nothing yet."""
    return fresh(actions.begin(title="Figures of the year", audience="public", indicators=["CE01", "CE02"], by=author))


@pytest.fixture
def told(draft, author) -> Release:
    return fresh(actions.change(draft.pk, by=author, **TOLD))


@pytest.fixture
def checking(told, author) -> Release:
    return fresh(actions.send(told.pk, by=author))


@pytest.fixture
def approved(checking, first, second) -> Release:
    """Two people have approved it: it waits for the council and the police."""
    for checker in (first, second):
        actions.check(checking.pk, approves=True, by=checker)
    return fresh(checking)


@pytest.fixture
def ready(approved, leads, council, police) -> Release:
    for agency in (council, police):
        actions.agree(approved.pk, agency=agency, by=leads[agency.code])
    return fresh(approved)


@pytest.fixture
def published(ready, manager) -> Release:
    return fresh(actions.publish(ready.pk, by=manager))


def fresh(release: Release) -> Release:
    return Release.objects.get(pk=release.pk)
