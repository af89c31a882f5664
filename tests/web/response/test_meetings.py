"""A meeting's agenda comes from what is due; what groups ask of one another is answered."""

from datetime import timedelta

import pytest

from plait_web.permissions import Refused
from plait_web.response import access, actions
from plait_web.response.models import Action
from plait_web.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(board, manager, today):
    return actions.call_meeting(group=board, on=today, owner=manager, by=manager)


def test_the_agenda_is_what_is_due(meeting, action, board, panel, manager, today):
    actions.ask(text="May we share places?", source=panel, to=board, reply_by=today, by=manager)
    agenda = access.agenda(meeting)
    assert (agenda.due, [r.text for r in agenda.asked]) == ([action], ["May we share places?"])
    Action.objects.filter(pk=action.pk).update(made=today - timedelta(9), due=today - timedelta(1))
    assert access.agenda(meeting).overdue == [action]


def test_a_meeting_to_come_cannot_be_written_up(board, manager, today):
    later = actions.call_meeting(group=board, on=today + timedelta(days=1), owner=manager, by=manager)
    with pytest.raises(Refused, match="not been yet"):
        actions.hold_meeting(later.pk, notes="…", by=manager)


def test_what_was_said_is_written_once(meeting, manager):
    actions.hold_meeting(meeting.pk, notes="We agreed", by=manager)
    with pytest.raises(Refused, match="written down already"):
        actions.hold_meeting(meeting.pk, notes="We did not", by=manager)


def test_a_decision_says_when_no_voice_was_heard(meeting, manager, client_of):
    actions.decide(meeting, what="Fund a worker", why="Waits grew", by=manager)
    page = client_of(manager).get(f"/meetings/{meeting.pk}/").content.decode()
    assert "Fund a worker" in page and "None heard" in page


def test_the_group_that_was_asked_replies_once(board, panel, manager, practitioner, today):
    asked = actions.ask(text="What do you see?", source=board, to=panel, reply_by=today, by=manager)
    actions.reply(asked.pk, text="More at the station", by=practitioner)
    with pytest.raises(Refused, match="a reply to this already"):
        actions.reply(asked.pk, text="Less", by=practitioner)


def test_others_cannot_reply_for_a_group(board, panel, manager, person, today):
    asked = actions.ask(text="What do you see?", source=board, to=panel, reply_by=today, by=manager)
    with pytest.raises(Refused, match="Only somebody who sits on Panel"):
        actions.reply(asked.pk, text="…", by=person(Role.PRACTITIONER))


def test_a_group_does_not_ask_itself(board, manager, today):
    with pytest.raises(Refused, match="two groups"):
        actions.ask(text="…", source=board, to=board, reply_by=today, by=manager)


def test_a_late_reply_is_seen(board, panel, manager, today):
    asked = actions.ask(text="…", source=board, to=panel, reply_by=today, by=manager)
    assert not asked.late(today) and asked.late(today + timedelta(days=1))


def test_a_goal_ends_once(manager):
    goal = actions.set_goal(title="Every agency sends health", why="A blind spot", owner=manager, by=manager)
    actions.end_goal(goal.pk, why="Reached", by=manager)
    with pytest.raises(Refused, match="has ended"):
        actions.end_goal(goal.pk, why="Again", by=manager)


def test_a_reply_is_on_the_agenda_until_the_group_has_met(board, panel, manager, practitioner, today):
    asked = actions.ask(text="What do you see?", source=board, to=panel, reply_by=today, by=manager)
    actions.reply(asked.pk, text="More at the station", by=practitioner)
    meetings = [
        actions.call_meeting(group=board, on=today + timedelta(days=n), owner=manager, by=manager) for n in (1, 2)
    ]
    assert [len(access.agenda(m).replies) for m in meetings] == [1, 0]
