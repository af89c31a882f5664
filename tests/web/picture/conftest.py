"""A partnership that is set up and has no returns yet, and the picture that can be made of it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from plait_web.partnership import actions as partnership
from plait_web.picture import actions, making
from plait_web.picture.models import Run

AREAS = "code,name,kind,parents,since,until\nX10000001,Marlshire,county,,,\nX10000002,Marl,district,X10000001,,\n"


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    """A workspace of its own for one test."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    return settings.HOME


@pytest.fixture
def set_up(db, home):
    """A name, an area, an agency and a pack: enough to say what data could answer."""
    (home / "areas").mkdir()
    (home / "areas" / "areas.csv").write_text(AREAS)
    partnership.name_partnership(name="Marlshire Partnership", by=None)
    partnership.choose_areas(areas=["X10000001"], by=None)
    partnership.adopt(effective=date(2024, 4, 1), by=None)
    return partnership.add_agency(
        code="council", name="Marlshire Council", kind="council", areas=["X10000001"], by=None
    )


@pytest.fixture(scope="session")
def first_picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one picture that these tests look at is kept, once the first of them has made it."""
    return tmp_path_factory.mktemp("first") / "picture"


@pytest.fixture(autouse=True)
def made_once(first_picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stages run once for all tests: the partnership they are given is the same in each."""
    real = making.make

    def make(place, kept, *, into, progress, **given):
        if not first_picture.exists():
            real(place, kept, into=first_picture, progress=progress, **given)
        else:
            for stage in ("link", "measure", "protect", "publish"):
                progress(stage, 0, 1)
        shutil.copytree(first_picture, into)

    monkeypatch.setattr(making, "make", make)


@pytest.fixture
def made(set_up) -> Run:
    """The first picture, made whole."""
    assert actions.want()
    assert actions.work()
    run = Run.objects.get()
    assert run.state == Run.State.MADE, run.failure
    return run
