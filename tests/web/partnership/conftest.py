"""A partnership that has adopted the core pack, two agencies, and who acts for them: all made by the actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.models import Event
from plait_web.partnership import access, actions
from plait_web.partnership.models import Agency, Agreement, Partnership, Party
from plait_web.roles import Role

COUNTS = "aggregate_strategic"


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    """A workspace of its own for each test: packs and areas left by one test are unknown to the next."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def manager(person) -> User:
    return person(Role.MANAGER, name="Morgan Manager")


@pytest.fixture
def governor(person) -> User:
    return person(Role.GOVERNANCE, name="Gita Governance")


@pytest.fixture
def council_lead(person, council: Agency) -> User:
    return person(Role.STRATEGIC_LEAD, agency=council, name="Carys Council")


@pytest.fixture
def police_lead(person, police: Agency) -> User:
    return person(Role.STRATEGIC_LEAD, agency=police, name="Piotr Police")


@pytest.fixture
def adopted(partnership: Partnership, manager: User):
    return actions.adopt(effective=date(2026, 4, 1), why="Agreed by the board", by=manager)


@pytest.fixture
def drawn_up(adopted, council: Agency, police: Agency, governor: User, today: date) -> Callable[..., Agreement]:
    def make(*parties: Agency, since: date | None = None, until: date | None = None, terms: str = COUNTS) -> Agreement:
        return actions.draw_up(
            terms=terms,
            parties=parties or (council, police),
            since=since or today - timedelta(days=10),
            until=until or today + timedelta(days=200),
            owner=governor,
            by=governor,
        )

    return make


@pytest.fixture
def agreement(drawn_up) -> Agreement:
    return drawn_up()


@pytest.fixture
def party(agreement: Agreement, council: Agency) -> Party:
    return agreement.party_rows.get(agency=council)


@pytest.fixture
def signed(party: Party, council_lead: User, today: date) -> Party:
    """The council's place in an agreement, signed by its lead."""
    return actions.sign(party, name="Carys Council", post="Director", on=today - timedelta(days=1), by=council_lead)


@pytest.fixture
def covers() -> Callable[..., bool]:
    """Whether an agency may share a data set on a day."""
    return lambda agency, on, dataset="counts": bool(access.bound(on).covering(agency.code, dataset))


@pytest.fixture
def recorded() -> Callable[[], list[str]]:
    """What has been recorded, in order."""
    return lambda: list(Event.objects.order_by("id").values_list("act", flat=True))


NEW_PACK = {
    "pack.yaml": (
        "id: marlshire\ntitle: Marlshire pack\nversion: '{version}'\nowner: Partnership\napprover: Board\n"
        "approved_on: 2026-10-01\nextends: core\n"
    ),
    "agreements/local_counts.yaml": (
        "id: local_counts\ntitle: Local counts\nsource: The partnership\nowner: Information governance lead\n"
        "since: 2026-04-01\npurpose: To plan.\npurposes: [strategic]\nform: aggregate\nlawful_basis: [Public task]\n"
        "gateway: [Children Act 2004]\npartners: [council, police]\ncolumns:\n{columns}\nretention_years: 2\n"
        "why_we_may_share: Because they are counts.\n"
    ),
}


@pytest.fixture
def own_pack(workspace):
    """Writes the partnership's own pack, whose one set of terms covers what is named."""

    def write(version: str, *datasets: str):
        folder = workspace / "packs" / f"marlshire-{version}"
        (folder / "agreements").mkdir(parents=True)
        columns = "\n".join(f"  {name}: ['*']" for name in datasets)
        for name, text in NEW_PACK.items():
            (folder / name).write_text(text.format(version=version, columns=columns))
        return folder

    return write
