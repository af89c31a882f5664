"""What is decided on the pages is what answers rest on: each step changes the reason by itself, and asks for a new picture."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait.answer import answer
from plait_web.knowledge.actions import map_asset
from plait_web.partnership import actions as partnership
from plait_web.picture import making
from plait_web.returns import port
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
FIGURE = "CE02"  # the council alone supplies it, from its events


def told(today):
    """Why the council's events are not in the figure, and the digest of all that a picture made now would rest on."""
    place = port.workspace(today)
    found = answer(place.pack, place.partnership, (), period=making.latest_period((), today), on=today)
    evidence = next(e for a in found.answers for e in a.evidence if e.indicator.id == FIGURE)
    gaps = [g for g in evidence.gaps if (g.agency, g.dataset) == ("council", "events")]
    return " ".join(g.reason for g in gaps), making.basis(place, (), on=today)


def test_each_step_changes_the_reason_and_what_a_picture_rests_on(set_up, person):
    today, manager, lead = timezone.localdate(), person(Role.MANAGER), person(Role.STRATEGIC_LEAD, agency=set_up)
    said = [told(today)]
    map_asset(agency=set_up, by=manager, dataset="events", columns=("*",))
    said.append(told(today))
    agreement = partnership.draw_up(
        terms="pseudonymised_strategic", parties=[set_up], since=today - timedelta(days=400),
        until=today + timedelta(days=300), by=manager,
    )  # fmt: skip
    said.append(told(today))
    partnership.sign(agreement.party_rows.get(), name="Lee", post="Director", on=today, by=lead)
    said.append(told(today))
    partnership.withdraw(agreement, stops=today + timedelta(days=1), why="Looked at again", by=manager)
    said.append(told(today + timedelta(days=1)))
    partnership.end_agency(set_up, until=today, why="Merged", by=manager)
    said.append(told(today + timedelta(days=1)))
    for (reason, _), words in zip(
        said,
        ["The data map does not say whether", "No agreement lets Marlshire Council", "has not signed agreement",
         "may share events and has not sent it", "was withdrawn on", "left the partnership on"],
        strict=True,
    ):  # fmt: skip
        assert words in reason
    assert len({basis for _, basis in said}) == len(said), "each step asks for a new picture"
