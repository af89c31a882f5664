"""What the pages about one release share: finding it, and what this person may do with it now."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from plait_web.accounts.models import User
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.release import access, policies
from plait_web.release.models import Release
from plait_web.release.states import STEPS


def release_of(request: HttpRequest, pk: int) -> Release:
    return get_object_or_404(access.releases_for(request.user), pk=pk)


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent; of a page without a field that may be nothing at all."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True, slots=True)
class Act:
    """A button: what it says, where it leads, and the sentence for which it is grey ('' when it is not)."""

    name: str
    words: str
    why_not: str


_WORDS = {
    "send": "Send it to be checked",
    "check": "Check it",
    "agree": "Agree or object",
    "publish": "Publish",
    "correct": "Correct it",
    "recall": "Recall",
    "withdraw": "Withdraw",
}


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a release stands with those who are asked: who has checked it, which agencies are in it and have spoken."""

    checkers: frozenset[int]
    needed: tuple[Agency, ...]
    spoken: frozenset[int]


def acts_for(user: User, release: Release, stands: Stands) -> list[Act]:
    """What this person's roles let them do with releases in this state, with what stands in the way just now."""
    offered = (name for name in _WORDS if _offered(user, release, name))
    return [Act(name, _WORDS[name], _why_not(user, release, stands, name)) for name in offered]


def _offered(user: User, release: Release, name: str) -> bool:
    step = STEPS[name]
    permission = step.permission or STEPS["begin"].permission
    if permission is None or not user.may(permission) or release.standing not in step.before:
        return False
    return name not in ("send", "withdraw") or release.by_id == user.pk


def _why_not(user: User, release: Release, stands: Stands, name: str) -> str:
    """The policy's own sentence, or '' when it may be done."""
    try:
        if name == "send":
            policies.check_complete(release)
        if name == "check":
            policies.check_checker(release, user, stands.checkers)
        if name == "agree":
            policies.check_may_speak(policies.agencies_of(user), {agency.pk for agency in stands.needed}, stands.spoken)
    except Refused as no:
        return str(no)
    return ""
