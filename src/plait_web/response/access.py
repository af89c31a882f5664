"""The door to what the partnership does. Everybody who takes part sees it, but a thought that waits: that is its writer's and
the list keepers'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from plait_web.accounts.models import User
from plait_web.response.models import STALLED_AFTER, Action, Captured, Decision, Goal, Meeting, Route
from plait_web.roles import Permission

VIEWS = {
    "open": "Open",
    "mine": "Yours",
    "overdue": "Overdue",
    "stalled": "Stalled",
    "closed": "Closed",
}


def goals() -> QuerySet[Goal]:
    return Goal.objects.select_related("owner")


def actions_for(user: User, view: str = "", on: date | None = None) -> QuerySet[Action]:
    """Actions, the soonest due first; `view` is a key of VIEWS."""
    found = Action.objects.select_related("owner", "deputy", "agency", "goal")
    running = found.filter(state=Action.State.OPEN)
    if view == "mine":
        return running.filter(Q(owner=user) | Q(deputy=user))
    if view == "overdue":
        return running.filter(due__lt=on)
    if view == "stalled" and on:
        return running.filter(moved__lte=on - STALLED_AFTER)
    if view == "closed":
        return found.exclude(state=Action.State.OPEN).order_by("-ended", "-id")
    return running if view == "open" else found


def running() -> QuerySet[Action]:
    """Every open action, the soonest due first."""
    return Action.objects.filter(state=Action.State.OPEN).select_related("owner", "agency")


def thoughts_for(user: User) -> QuerySet[Captured]:
    """Thoughts that wait: a person's own, or all for those who keep the list."""
    waiting = Captured.objects.filter(action=None, put_aside="").select_related("by")
    return waiting if user.may(Permission.MANAGE_ACTIONS) else waiting.filter(by=user)


def meetings() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("group", "owner")


def meeting_whole() -> QuerySet[Meeting]:
    """Meetings with their decisions and actions."""
    actions = Action.objects.select_related("owner")
    return meetings().prefetch_related(
        Prefetch("decisions", Decision.objects.select_related("by")), Prefetch("actions", actions)
    )


def routes() -> QuerySet[Route]:
    """What groups asked of one another, those without a reply first."""
    return Route.objects.select_related("source", "to", "by", "replied_by").order_by("replied_at", "reply_by", "id")


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a meeting should talk about, built from what is due."""

    overdue: list[Action]
    due: list[Action]  # before the group's next month is out
    asked: list[Route]  # of this group, without a reply
    replies: list[Route]  # to what this group asked, since it last met


def agenda(meeting: Meeting) -> Agenda:
    """The agenda of a meeting on its day: what is overdue or due soon, what waits for the group's reply, and replies to it."""
    running = Action.objects.filter(state=Action.State.OPEN, due__lte=meeting.on + STALLED_AFTER).select_related(
        "owner"
    )
    before = Meeting.objects.filter(group=meeting.group, on__lt=meeting.on).order_by("-on").values("on")[:1]
    unheard = Q(replied_at__date__gt=Coalesce(Subquery(before), date(1900, 1, 1)))
    waiting = routes().filter(Q(to=meeting.group, reply="") | Q(source=meeting.group) & ~Q(reply="") & unheard)
    actions, asked = list(running), list(waiting)
    return Agenda(
        overdue=[a for a in actions if a.due < meeting.on],
        due=[a for a in actions if a.due >= meeting.on],
        asked=[r for r in asked if not r.reply],
        replies=[r for r in asked if r.reply],
    )
