"""The only writers of goals, actions, meetings, decisions and what groups ask of one another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership.models import Agency, Group, Seat
from plait_web.response import policies
from plait_web.response.models import Action, Captured, Decision, Goal, Meeting, Note, Route

_CHANGEABLE = {"what", "measure", "due", "owner", "deputy", "agency", "goal", "question", "indicator"}


@transaction.atomic
def set_goal(*, title: str, why: str, owner: User, by: User) -> Goal:
    goal = Goal.objects.create(title=title, why=why, owner=owner)
    record("goal.set", by=by, target=goal)
    return goal


@transaction.atomic
def end_goal(pk: int, *, why: str, by: User) -> Goal:
    goal = Goal.objects.select_for_update().get(pk=pk)
    policies.check_goal_runs(goal)
    goal.ended, goal.ended_why = timezone.localdate(), why
    goal.save(update_fields=["ended", "ended_why"])
    record("goal.ended", by=by, target=goal)
    return goal


@transaction.atomic
def take_on(
    *,
    what: str,
    measure: str,
    due: date,
    owner: User,
    by: User,
    deputy: User | None = None,
    agency: Agency | None = None,
    goal: Goal | None = None,
    meeting: Meeting | None = None,
    question: str = "",
    indicator: str = "",
    thought: Captured | None = None,
) -> Action:
    """A new action. A thought it comes from no longer waits."""
    policies.check_specific(what, measure, due, timezone.localdate())
    policies.check_owner(owner, deputy)
    action = Action.objects.create(
        what=what, measure=measure, due=due, owner=owner, deputy=deputy, agency=agency, goal=goal, meeting=meeting,
        question=question, indicator=indicator,
    )  # fmt: skip
    record("action.taken_on", by=by, target=action, owner=owner.pk, due=str(due))
    if thought is not None:
        _dealt_with(thought.pk, by=by, action=action)
    return action


@transaction.atomic
def change(pk: int, *, by: User, **changes: Any) -> Action:
    """The action with other words, day or people."""
    if unknown := changes.keys() - _CHANGEABLE:
        raise TypeError(f"An action's {', '.join(sorted(unknown))} cannot be changed.")
    action = _held(pk, by)
    due = changes.get("due", action.due)
    today = timezone.localdate() if due != action.due else min(due, timezone.localdate())
    policies.check_specific(changes.get("what", action.what), changes.get("measure", action.measure), due, today)
    policies.check_owner(changes.get("owner", action.owner), changes.get("deputy", action.deputy))
    for part, value in changes.items():
        setattr(action, part, value)
    action.save(update_fields=list(changes))
    record("action.changed", by=by, target=action, changed=sorted(changes))
    return action


@transaction.atomic
def note(pk: int, *, text: str, by: User) -> Note:
    """Somebody says how it stands: it is not stalled from now on."""
    action = _held(pk, by)
    action.moved = timezone.localdate()
    action.save(update_fields=["moved"])
    record("action.noted", by=by, target=action)
    return Note.objects.create(action=action, by=by, text=text)


@transaction.atomic
def close(pk: int, *, done: bool, outcome: str, by: User) -> Action:
    """The action ended: done, or not to be done; either way with what came of it."""
    action = _held(pk, by)
    action.state = Action.State.DONE if done else Action.State.DROPPED
    action.ended, action.outcome = timezone.localdate(), outcome
    action.save(update_fields=["state", "ended", "outcome"])
    record(f"action.{action.state}", by=by, target=action)
    return action


def _held(pk: int, by: User) -> Action:
    """The action, locked, open, and this person's to move."""
    action = Action.objects.select_for_update(of=("self",)).select_related("owner", "deputy").get(pk=pk)
    policies.check_may_move(action, by)
    policies.check_open(action)
    return action


@transaction.atomic
def capture(*, text: str, page: str, by: User) -> Captured:
    """A thought, kept until somebody deals with it."""
    thought = Captured.objects.create(text=text, page=page[:200], by=by)
    record("thought.captured", by=by, target=thought)
    return thought


@transaction.atomic
def put_aside(pk: int, *, why: str, by: User) -> Captured:
    """Nothing comes of it, and why."""
    return _dealt_with(pk, by=by, put_aside=why)


def _dealt_with(pk: int, *, by: User, action: Action | None = None, put_aside: str = "") -> Captured:
    thought = Captured.objects.select_for_update(of=("self",)).get(pk=pk)
    policies.check_waits(thought)
    thought.action, thought.put_aside = action, put_aside
    thought.save(update_fields=["action", "put_aside"])
    record("thought.dealt_with", by=by, target=thought, action=action.pk if action else None)
    return thought


@transaction.atomic
def call_meeting(*, group: Group, on: date, owner: User, by: User, title: str = "") -> Meeting:
    meeting = Meeting.objects.create(group=group, on=on, owner=owner, title=title)
    record("meeting.called", by=by, target=meeting, on=str(on))
    return meeting


@transaction.atomic
def hold_meeting(pk: int, *, notes: str, by: User) -> Meeting:
    """The meeting was held; what was said is written down once."""
    meeting = Meeting.objects.select_for_update().get(pk=pk)
    policies.check_can_hold(meeting, timezone.localdate())
    meeting.held, meeting.notes = True, notes
    meeting.save(update_fields=["held", "notes"])
    record("meeting.held", by=by, target=meeting)
    return meeting


@transaction.atomic
def decide(meeting: Meeting, *, by: User, what: str, why: str, **rests_on: str) -> Decision:
    """A decision of the meeting; `rests_on` may give question, figure, voice and doubts."""
    decision = Decision.objects.create(meeting=meeting, by=by, what=what, why=why, **rests_on)
    record("decision.recorded", by=by, target=decision, question=decision.question, voice=bool(decision.voice))
    return decision


@transaction.atomic
def ask(*, text: str, source: Group, to: Group, reply_by: date, by: User) -> Route:
    """One group asks something of another."""
    policies.check_can_ask(source, to)
    route = Route.objects.create(text=text, source=source, to=to, reply_by=reply_by, by=by)
    record("route.asked", by=by, target=route, reply_by=str(reply_by))
    return route


@transaction.atomic
def reply(pk: int, *, text: str, by: User) -> Route:
    """The group that was asked has replied, once."""
    route = Route.objects.select_for_update(of=("self",)).select_related("to").get(pk=pk)
    seats = Seat.objects.filter(group=route.to_id).values_list("lead", "deputy")
    policies.check_can_reply(route, by, {person for seat in seats for person in seat if person})
    route.reply, route.replied_by, route.replied_at = text, by, timezone.now()
    route.save(update_fields=["reply", "replied_by", "replied_at"])
    record("route.replied", by=by, target=route)
    return route
