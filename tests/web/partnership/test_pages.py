"""Every page opens for who may, within twelve queries, with a title and one heading."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plait_web.knowledge.actions import map_asset
from plait_web.partnership import actions

pytestmark = pytest.mark.django_db
QUERIES = 12


@pytest.fixture
def everything(agreement, signed, council, police, manager, governor, council_lead, today):
    """One of each thing there can be."""
    board = actions.add_group(name="Board", kind="board", level="strategic", remit="Decides", by=manager)
    below = actions.add_group(name="Panel", kind="panel", level="operational", reports_to=board, by=manager)
    seat = actions.add_seat(board, lead=manager, deputy=governor, agency=council, chairs=True, by=manager)
    actions.decide_not_to_share(
        agency=police, what="Intelligence.", why="Sources.", decided=today, decided_by="Chief constable",
        review=today + timedelta(days=30), dataset="events", by=governor,
    )  # fmt: skip
    decision = actions.decide_not_to_share(
        agency=council, what="Notes.", why="Not needed.", decided=today - timedelta(days=60), decided_by="Director",
        review=today - timedelta(days=1), by=governor,
    )  # fmt: skip
    barrier = actions.raise_barrier(kind="legal", what="Unsure.", agency=council, step="Ask.", by=governor)
    map_asset(agency=council, dataset="counts", columns=("*",), by=manager)
    return {
        "board": board,
        "below": below,
        "seat": seat,
        "decision": decision,
        "barrier": barrier,
        "agreement": agreement,
    }


@pytest.fixture
def pages(everything, police, agreement):
    e, of = everything, lambda name, *args: reverse(f"partnership:{name}", args=args)
    their = agreement.party_rows.get(agency=police)
    return {
        "manager": [
            *(of(n) for n in ("home", "former", "pack", "next_update", "set_up", "set_up_name", "set_up_areas")),
            *(of(n) for n in ("set_up_pack", "set_up_agencies", "set_up_groups", "set_up_check")),
            of("add_agency_step", "name"), of("add_group_step", "name"), of("agency", "council"),
            *(of("change_agency", "council", part) for part in ("name", "kind", "areas", "dates")),
            of("end_agency", "council"), of("group", e["board"].pk), of("group", e["below"].pk),
            *(of("change_group", e["board"].pk, part) for part in ("name", "kind", "reports")),
            of("end_group", e["below"].pk), of("end_group", e["board"].pk), of("add_seat", e["board"].pk),
            of("change_seat", e["seat"].pk), of("give_up_seat", e["seat"].pk), reverse("knowledge:data_map"),
        ],
        "governor": [
            *(of(n) for n in ("agreements", "documents", "flows", "impact", "notice", "not_shared", "barriers")),
            of("draw_up_step", "terms"),
            *(of(n, agreement.code) for n in ("agreement", "agreement_paper", "withdraw", "renew", "agreement_owner", "discard")),
            of("decide_not_to_share"), of("raise_barrier"), *(of(n, e["decision"].pk) for n in ("keep_decision", "end_decision")),
            of("change_barrier", e["barrier"].pk), of("resolve_barrier", e["barrier"].pk),
        ],
        "police_lead": [
            of("agreement", agreement.code), *(of(n, their.pk) for n in ("sign", "refuse", "leave")), of("home"),
        ],
    }  # fmt: skip


@pytest.mark.parametrize("who", ["manager", "governor", "police_lead"])
def test_every_page_opens_within_twelve_queries(who, pages, request, client_of):
    client = client_of(request.getfixturevalue(who))
    slow = {}
    for address in pages[who]:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = client.get(address)
        page = response.content.decode()
        assert response.status_code == 200, address
        assert len(re.findall(r"<h1\b", page)) == 1, address
        assert re.search(r"<title>\s*\S.* – Plait</title>", page), address
        if len(asked) > QUERIES:
            slow[address] = [q["sql"][:150] for q in asked]
    assert {a: len(q) for a, q in slow.items()} == {}, "\n".join(next(iter(slow.values())))
