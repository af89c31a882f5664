"""A small partnership with a picture already made, and tokens of its agencies."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.utils import timezone

from plait_web.api import actions
from plait_web.api.models import SCOPES
from plait_web.partnership import actions as partnership
from plait_web.picture.models import Run
from plait_web.returns import actions as returns
from plait_web.roles import Role

FIGURE = {"indicator": "known-children", "period": "2024-25", "area": "X10000001", "supplier": "", "by": "", "group": "",
          "state": "exact", "low": 40.0, "high": 40.0, "mark": ""}  # fmt: skip
HIDDEN = FIGURE | {"by": "sex", "group": "female", "state": "withheld", "low": None, "high": float("inf"), "mark": "c"}
QUESTION = {"id": "how-many-known", "title": "How many are known?", "theme": "Scale", "standing": "partly", "words": "Partly",
            "line": "40 children", "reasons": ["One agency sent it."], "fresh": "2025-06-24", "gaps": 1,
            "figures": ["known-children"]}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = settings.HOME
    return settings.HOME


@pytest.fixture
def asked(home, council, police, person):
    """What the council and the police are each asked for, by an agreement in force."""
    lead, manager = person(Role.STRATEGIC_LEAD), person(Role.MANAGER)
    police_lead, governance = person(Role.STRATEGIC_LEAD, agency=police), person(Role.GOVERNANCE)
    partnership.adopt(effective=date(2024, 4, 1), by=None)
    today = timezone.localdate()
    agreement = partnership.draw_up(
        terms="pseudonymised_strategic", parties=[council, police], since=today - timedelta(days=30),
        until=today + timedelta(days=300), by=governance,
    )  # fmt: skip
    for party in agreement.party_rows.select_related("agency"):
        by = lead if party.agency == council else police_lead
        partnership.sign(party, name=by.name, post="Lead", on=today, by=by)
    point = returns.add_point(
        datasets=["concerns"], period="2024-25", opens=today - timedelta(days=5), due=today + timedelta(days=5),
        agencies=[council, police], by=manager,
    )  # fmt: skip
    return {e.agency.code: e for e in point.expected.select_related("agency")}


@pytest.fixture
def picture(home) -> Run:
    run = Run.objects.create(state=Run.State.MADE, period="2024-25", why="x", ended=timezone.now())
    folder = home / "pictures" / str(run.pk) / "partnership"
    folder.mkdir(parents=True)
    index = {"period": "2024-25", "place": "Marlshire", "made_on": "2025-07-01", "questions": [QUESTION], "figures": {}}
    (folder / "index.json").write_text(json.dumps(index))
    pq.write_table(pa.Table.from_pylist([FIGURE, HIDDEN]), folder / "released.parquet")
    return run


@pytest.fixture
def token(council) -> Callable[..., str]:
    """The secret of a token: `token(police, scopes=[…], days=3)`; the council's, for everything, where nothing is said."""

    def make(agency=None, scopes=tuple(SCOPES), days=30) -> str:
        return actions.make(agency=agency or council, name="export", scopes=scopes, days=days, by=None)[1]

    return make


@pytest.fixture
def calls(client: Client) -> Callable[..., object]:
    """Asks the service with a token's secret."""

    def call(secret: str, path: str, method: str = "get", **given: object):
        return getattr(client, method)(f"/api/{path}", headers={"Authorization": f"Bearer {secret}"}, **given)

    return call
