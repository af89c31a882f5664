"""A partnership that has adopted the core pack, and who drafts, speaks and adopts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from plait_web.packs import actions
from plait_web.packs.versions import standing
from plait_web.partnership import actions as partnership_actions
from plait_web.roles import Role


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", tmp_path / "home")
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def manager(person):
    return person(Role.MANAGER, name="Morgan Manager")


@pytest.fixture
def analyst(person):
    return person(Role.ANALYST, name="Ada Analyst")


@pytest.fixture
def lead(person, council):
    return person(Role.STRATEGIC_LEAD, agency=council, name="Carys Council")


@pytest.fixture
def police_lead(person, police):
    return person(Role.STRATEGIC_LEAD, agency=police, name="Piotr Police")


@pytest.fixture
def adopted(partnership, manager, today):
    return partnership_actions.adopt(effective=today - timedelta(days=200), why="Agreed by the board", by=manager)


@pytest.fixture
def reword(adopted, analyst):
    """`reword(text)` drafts another text for a definition that indicators rest on."""

    def make(text="What we mean by it here.", name="disruption", by=None, **parts):
        item = standing().item("definitions", name).model_copy(update={"text": text, **parts})
        return actions.draft("definitions", item, why="The panel agreed it.", by=by or analyst)

    return make


COVER = {"id": "marlshire", "title": "Marlshire pack", "version": "1", "approver": "Exploitation board"}


@pytest.fixture
def adopt(manager, today):
    """`adopt(draft)` adopts drafts from today, as the partnership's own pack."""

    def make(*drafts, effective=None, why="The board agreed.", **cover):
        first = standing().folder is None
        said = (
            COVER if first else {"version": str(int(standing().pack.cover.version) + 1), "approver": "Board"}
        ) | cover
        return actions.adopt([d.pk for d in drafts], effective=effective or today, why=why, by=manager, **said)

    return make
