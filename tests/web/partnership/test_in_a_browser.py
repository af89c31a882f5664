"""Each page in each state in a real browser: no accessibility fault, nothing beyond a phone's width, no outside address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plait_web.knowledge.actions import map_asset
from plait_web.partnership import actions
from plait_web.partnership.models import Agreement, Group
from tests.web.hands import browser  # noqa: F401 - fixtures
from tests.web.reader import PHONE, reader  # noqa: F401

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]


@pytest.fixture
def lively(agreement, signed, council, police, council_lead, manager, governor, today) -> Agreement:
    """A partnership in which each kind of thing is in more than one state."""
    board = actions.add_group(name="Strategic board", kind="board", level="strategic", remit="It decides.", by=manager)
    actions.add_group(name="Panel", kind="panel", level="operational", reports_to=board, by=manager)
    actions.add_seat(board, lead=manager, deputy=governor, agency=council, chairs=True, by=manager)
    for days, over in ((30, False), (-1, True)):
        actions.decide_not_to_share(
            agency=police, what="Intelligence about places.", why="It would give sources away.",
            decided=today - timedelta(days=60), decided_by="Chief constable", review=today + timedelta(days=days),
            dataset="" if over else "events", by=governor,
        )  # fmt: skip
    for step in ("Ask the supplier for a report.", "Agree who may run it."):
        late = today - timedelta(days=3)
        barrier = actions.raise_barrier(
            kind="technical", what="No export.", agency=council, step=step, due=late, by=governor
        )
    actions.resolve_barrier(barrier, how="The supplier wrote a report.", by=governor)
    map_asset(
        agency=council, dataset="counts", columns=("*",), capture="spreadsheet", system="One workbook", by=manager
    )
    for state in ("withdrawn", "ends soon"):
        other = actions.draw_up(
            terms="aggregate_strategic", parties=[council], since=today, until=today + timedelta(days=20),
            code=f"counts-{state.replace(' ', '-')}", by=governor,
        )  # fmt: skip
        if state == "withdrawn":
            actions.withdraw(other, stops=today, why="The purpose is met.", by=governor)
        else:
            actions.sign(other.party_rows.get(), name="Carys Council", post="Director", on=today, by=council_lead)
    return agreement


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desk", "phone"])
def test_pages_of_the_partnership(reader, lively, manager, police, today, options):  # noqa: F811
    actions.end_agency(police, until=today - timedelta(days=1), why="Merged.", by=manager)
    here = reader(manager, **options)
    board = Group.objects.get(kind="board")
    for name, *args in (
        ("home",), ("former",), ("handover",), ("handover_calendar",), ("pack",),
        ("set_up",), ("set_up_name",), ("set_up_areas",), ("set_up_pack",),
        ("set_up_agencies",), ("set_up_groups",), ("set_up_check",), ("add_agency_step", "name"), ("agency", "council"),
        ("agency", "police"), ("change_agency", "council", "kind"), ("change_agency", "council", "dates"),
        ("end_agency", "council"), ("end_agency", "police"), ("group", board.pk), ("add_seat", board.pk), ("end_group", board.pk),
    ):  # fmt: skip
        here.open(f"partnership:{name}", *args)
    here.open("knowledge:data_map")
    here.open("knowledge:data_map", query="?dataset=events")


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desk", "phone"])
def test_pages_of_the_agreements(reader, lively, governor, police_lead, police, options):  # noqa: F811
    here = reader(governor, **options)
    for name in ("agreements", "documents", "flows", "impact", "notice", "not_shared", "barriers", "raise_barrier"):
        here.open(f"partnership:{name}")
    here.open("partnership:agreements", query="?standing=WITHDRAWN")
    here.open("partnership:agreements", query="?standing=REFUSED")
    for name in ("agreement", "agreement_paper", "withdraw", "renew", "discard"):
        here.open(f"partnership:{name}", lively.code)
    here.open("partnership:agreement", "counts-withdrawn")
    here.open("partnership:agreement", "counts-ends-soon")
    lead, their = reader(police_lead, **options), lively.party_rows.get(agency=police)
    lead.open("partnership:agreement", lively.code)
    for name in ("sign", "refuse", "leave"):
        lead.open(f"partnership:{name}", their.pk)
    lead.open("partnership:sign", their.pk)
    lead.send("Sign this agreement")  # without a post: the page with its error summary


def test_empty_pages_say_what_to_do(reader, partnership, manager, governor):  # noqa: F811
    here = reader(manager)
    for name in ("home", "former", "pack", "set_up", "set_up_agencies", "set_up_groups", "set_up_check", "handover",
                 "handover_calendar"):  # fmt: skip
        here.open(f"partnership:{name}")
    here.open("knowledge:data_map")
    other = reader(governor)
    for name in ("agreements", "flows", "impact", "notice", "not_shared", "barriers"):
        other.open(f"partnership:{name}")
