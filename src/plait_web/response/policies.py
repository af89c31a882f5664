"""What may happen to actions, meetings and what groups ask of one another, and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from plait_web.accounts.models import User
from plait_web.partnership.models import Group
from plait_web.permissions import Refused
from plait_web.response.models import Action, Captured, Goal, Meeting, Route
from plait_web.roles import Permission


def check_specific(what: str, measure: str, due: date, today: date) -> None:
    if not what.strip():
        raise Refused("Say what will be done.")
    if not measure.strip():
        raise Refused("Say how you will know that it is done: an action without a measure cannot be kept.")
    if due < today:
        raise Refused("Choose a day that has not passed.")


def check_owner(owner: User, deputy: User | None) -> None:
    if deputy is not None and deputy.pk == owner.pk:
        raise Refused("Choose somebody else to stand in: a person cannot be their own deputy.")


def check_may_move(action: Action, by: User) -> None:
    """Its owner and deputy move an action on, and those who keep the list."""
    if by.pk not in (action.owner_id, action.deputy_id) and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused("Only the person who owns an action, their deputy, or those who keep the list can change it.")


def check_open(action: Action) -> None:
    if not action.open:
        raise Refused(f"This action is closed already: {action.get_state_display().lower()}.")


def check_goal_runs(goal: Goal) -> None:
    if goal.ended is not None:
        raise Refused("This goal has ended.")


def check_waits(thought: Captured) -> None:
    if not thought.waits:
        raise Refused("Somebody has dealt with this already.")


def check_can_hold(meeting: Meeting, today: date) -> None:
    if meeting.held:
        raise Refused("What was said at this meeting is written down already.")
    if meeting.on > today:
        raise Refused("This meeting has not been yet.")


def check_can_ask(source: Group, to: Group) -> None:
    if source.pk == to.pk:
        raise Refused("Choose two groups: a group cannot ask itself.")


def check_can_reply(route: Route, by: User, seats: Collection[int]) -> None:
    """`seats` are the people who sit on the group that was asked."""
    if route.reply:
        raise Refused("There is a reply to this already.")
    if by.pk not in seats and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused(f"Only somebody who sits on {route.to} can reply for it.")
