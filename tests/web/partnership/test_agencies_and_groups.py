"""Agencies and groups join, change, end and hand over; each change leaves its event, each refusal its sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from plait_web.audit.models import Event
from plait_web.partnership import access, actions
from plait_web.partnership.models import Agency, Seat
from plait_web.permissions import Refused

pytestmark = pytest.mark.django_db


def test_an_agency_is_given_a_code_once(partnership, manager):
    agency = actions.add_agency(name="Wen Valley Health Board", kind="health", areas=["X1"], by=manager)
    assert agency.code == "wen-valley-health-board"
    assert Event.objects.get(act="agency.added").label == "Wen Valley Health Board"
    with pytest.raises(Refused, match=r"'wen-valley-health-board' already stands for another agency, now or before"):
        actions.add_agency(name="Wen Valley health board", kind="health", areas=["X1"], by=manager)


def test_a_change_names_what_changed_and_never_the_code(council, manager):
    actions.change_agency(council, name="Marlshire County Council", areas=["X1", "X2"], by=manager)
    council.refresh_from_db()
    assert (council.name, council.areas) == ("Marlshire County Council", ["X1", "X2"])
    assert Event.objects.get(act="agency.changed").detail == {"changed": ["areas", "name"]}
    with pytest.raises(TypeError, match=r"code cannot be changed"):
        actions.change_agency(council, code="other", by=manager)


def test_two_agencies_or_groups_never_have_one_name(council, police, manager):
    with pytest.raises(Refused, match=r"There is already one called marlshire police"):
        actions.change_agency(council, name="marlshire police", by=manager)
    with pytest.raises(Refused, match=r"There is already one called Marlshire Police"):
        actions.add_agency(name="Marlshire Police", kind="police", areas=["X1"], code="other", by=manager)
    board = actions.add_group(name="Board", kind="board", level="strategic", by=manager)
    panel = actions.add_group(name="Panel", kind="panel", level="operational", by=manager)
    with pytest.raises(Refused, match=r"There is already one called Board"):
        actions.change_group(panel, name="Board", by=manager)
    assert actions.change_group(board, name="BOARD", by=manager).name == "BOARD"


def test_an_agency_that_ends_says_why_and_who_carries_on(council, police, manager, today):
    actions.end_agency(police, until=today, why="Merged", successor=council, by=manager)
    police.refresh_from_db()
    assert (police.until, police.successor) == (today, council)
    assert police.takes_part(today)
    assert not police.takes_part(today + timedelta(days=1))
    assert Event.objects.get(act="agency.ended").why == "Merged"
    assert list(access.agencies(today + timedelta(days=1))) == [council]
    assert list(access.former_agencies(today + timedelta(days=1))) == [police]


@pytest.mark.parametrize(
    ("since", "until", "heir", "sentence"),
    [
        (date(2026, 4, 1), date(2026, 3, 31), None, "joined on 1 April 2026. It cannot end before that."),
        (None, date(2026, 3, 31), "self", "An agency cannot be taken over by itself."),
        (None, date(2026, 3, 31), "ended", "does not take part on 31 March 2026."),
    ],
)
def test_an_end_that_makes_no_sense_is_refused(council, police, manager, since, until, heir, sentence):
    Agency.objects.filter(pk=police.pk).update(until=date(2026, 1, 1))
    Agency.objects.filter(pk=council.pk).update(since=since)
    police.refresh_from_db()
    successor = {"self": council, "ended": police}.get(heir)
    with pytest.raises(Refused, match=sentence):
        actions.end_agency(council, until=until, why="x", successor=successor, by=manager)


def test_an_agency_ends_once(council, manager, today):
    actions.end_agency(council, until=today, why="x", by=manager)
    with pytest.raises(Refused, match=r"Marlshire Council has already ended, on"):
        actions.end_agency(council, until=today, why="y", by=manager)


def test_an_agency_that_has_ended_is_no_choice(council, police, manager, today):
    from plait_web.partnership.forms import SeatForm

    actions.end_agency(police, until=today - timedelta(days=1), why="x", by=manager)
    assert list(SeatForm().fields["agency"].queryset) == [council]


@pytest.fixture
def board(manager):
    return actions.add_group(name="Board", kind="board", level="strategic", by=manager)


def test_a_seat_has_a_lead_and_a_deputy_and_can_be_handed_on(board, council, manager, governor, recorded):
    seat = actions.add_seat(board, lead=manager, deputy=governor, agency=council, chairs=True, by=manager)
    actions.change_seat(seat, lead=governor, deputy=manager, agency=None, chairs=False, by=manager)
    seat.refresh_from_db()
    assert (seat.lead, seat.deputy, seat.agency, seat.chairs) == (governor, manager, None, False)
    actions.give_up_seat(seat, by=manager)
    assert not Seat.objects.exists()
    assert recorded()[-4:] == ["group.added", "seat.given", "seat.changed", "seat.given_up"]


def test_a_person_sits_once_and_is_not_their_own_deputy(board, manager, governor):
    actions.add_seat(board, lead=manager, by=manager)
    with pytest.raises(Refused, match=r"Morgan Manager already has a seat in this group."):
        actions.add_seat(board, lead=manager, by=manager)
    with pytest.raises(Refused, match=r"a person cannot be their own deputy"):
        actions.add_seat(board, lead=governor, deputy=governor, by=manager)


def test_groups_never_report_in_a_circle(board, manager):
    panel = actions.add_group(name="Panel", kind="panel", level="operational", reports_to=board, by=manager)
    with pytest.raises(Refused, match=r"Panel reports to Board, so Board cannot report to it."):
        actions.change_group(board, reports_to=panel, by=manager)


def test_a_group_ends_when_none_reports_to_it(board, manager, today, recorded):
    panel = actions.add_group(name="Panel", kind="panel", level="operational", reports_to=board, by=manager)
    with pytest.raises(Refused, match=r"These groups report to Board: Panel."):
        actions.end_group(board, until=today, why="x", by=manager)
    actions.change_group(panel, reports_to=None, by=manager)
    actions.end_group(board, until=today, why="x", by=manager)
    with pytest.raises(Refused, match=r"Board has already ended"):
        actions.end_group(board, until=today, why="x", by=manager)
    assert recorded()[-2:] == ["group.changed", "group.ended"]


def test_a_closed_account_leaves_no_seat_or_agreement_without_somebody(
    board, agreement, council, manager, governor, person
):
    from plait_web.accounts.ownership import owned_by

    actions.add_seat(board, lead=governor, by=manager)
    assert {(kind.field, kind.label) for kind in owned_by(governor)} == {("lead", "seat"), ("owner", "agreement")}
