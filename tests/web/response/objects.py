"""One of each thing that a page is about."""

from datetime import timedelta

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.partnership.models import Group
from plait_web.response.models import Action, Captured, Goal, Meeting, Route


def _somebody() -> User:
    return User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]


def _group(name: str) -> Group:
    return Group.objects.get_or_create(name=name, defaults={"kind": "board", "level": "strategic"})[0]


def _action() -> dict[str, int]:
    due = timezone.localdate() + timedelta(days=30)
    return {"pk": Action.objects.create(what="Ask", measure="It came", due=due, owner=_somebody()).pk}


def _goal() -> dict[str, int]:
    return {"pk": Goal.objects.create(title="Reach everyone", why="They are here", owner=_somebody()).pk}


def _meeting() -> dict[str, int]:
    return {"pk": Meeting.objects.create(group=_group("Board"), on=timezone.localdate(), owner=_somebody()).pk}


def _route() -> dict[str, int]:
    asked = {"text": "?", "reply_by": timezone.localdate(), "by": _somebody()}
    return {"pk": Route.objects.create(source=_group("Board"), to=_group("Panel"), **asked).pk}


KWARGS = {
    **{f"response:{page}": _action for page in ("action", "change_action", "note_action", "close_action")},
    **{f"response:{page}": _meeting for page in ("meeting", "hold_meeting", "decide")},
    "response:end_goal": _goal,
    "response:reply_route": _route,
    "response:put_aside": lambda: {"pk": Captured.objects.create(text="?", by=_somebody()).pk},
}
