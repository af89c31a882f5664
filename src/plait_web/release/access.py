"""The door to releases, checks of them, agreements to them, and what was taken.

Those who ask for, check or publish releases see every one. A strategic lead sees those that rest on their agency's records.
Everybody else of the partnership sees what has left; those who look in from outside, what left for them or for everyone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import OuterRef, Q, QuerySet

from plait_web.accounts.models import Membership, User
from plait_web.partnership.models import Agency
from plait_web.picture.models import Run
from plait_web.release import policies
from plait_web.release.models import Agreement, Attack, Check, Download, Release
from plait_web.release.states import OUT, UNDER_WAY, Audience, State
from plait_web.roles import MAY, Permission
from plait_web.words import access as words
from plait_web.words.models import Passage

VIEWS = {"out": "Published", "under-way": "Under way", "mine": "Yours", "ended": "Recalled, corrected or withdrawn"}
OPEN = (Audience.PUBLIC.value, Audience.REGION.value)
_OUT, _UNDER_WAY = sorted(s.value for s in OUT), sorted(s.value for s in UNDER_WAY)
_WHOLE = (Permission.ASK_RELEASES, Permission.CHECK_RELEASES, Permission.PUBLISH_RELEASES)


def releases_for(user: User, view: str = "") -> QuerySet[Release]:
    """Releases this person may see, newest first; `view` is a key of VIEWS."""
    found = Release.objects.select_related("by", "run", "published_by", "corrects", "ended_by")
    if not any(user.may(one) for one in _WHOLE):
        out = Q(state__in=_OUT) if user.may(Permission.SEE_PICTURE) else Q(state__in=_OUT, audience__in=OPEN)
        found = found.filter(out | _of_agencies(user))
    chosen = {
        "out": Q(state=State.PUBLISHED.value),
        "under-way": Q(state__in=_UNDER_WAY),
        "mine": Q(by=user),
        "ended": Q(state__in=(State.RECALLED.value, State.CORRECTED.value, State.WITHDRAWN.value)),
    }
    return found.filter(chosen[view]) if view in chosen else found


def _of_agencies(user: User) -> Q:
    """Releases that wait for an agency this person speaks for. Kept as a list of numbers: JSON is asked alike nowhere."""
    codes = policies.codes_of(user)
    if not codes:
        return Q(pk__in=())
    waiting = Release.objects.filter(state=State.AGREEING.value).values_list("pk", "facts")
    return Q(pk__in=[pk for pk, facts in waiting if codes & set(facts.get("agencies", ()))])


@dataclass(frozen=True, slots=True)
class Checks:
    """What a person may know of how a release was checked in its present turn."""

    checkers: frozenset[int]  # who has spoken; what they said is in `seen` once it may be read
    seen: tuple[Check, ...]
    own: Check | None
    earlier: tuple[Check, ...]  # of turns that are settled

    @property
    def spoken(self) -> int:
        return len(self.checkers)

    @property
    def all_in(self) -> bool:
        return self.spoken >= policies.CHECKERS


def checks_for(user: User, release: Release) -> Checks:
    """Checks this person may read: their own, and everybody's once both of a turn are in. Of a turn left half way, none."""
    every = list(Check.objects.filter(release=release).select_related("by"))
    now = [check for check in every if check.turn == release.turn]
    turns = [[c for c in every if c.turn == turn] for turn in sorted({c.turn for c in every if c.turn < release.turn})]
    return Checks(
        checkers=frozenset(c.by_id for c in now),
        seen=tuple(c for c in now if policies.may_see(c, viewer=user, spoken=len(now))),
        own=next((c for c in now if c.by_id == user.pk), None),
        earlier=tuple(c for turn in turns for c in turn if policies.may_see(c, viewer=user, spoken=len(turn))),
    )


def needed_agencies(release: Release) -> list[Agency]:
    """The agencies whose records the release rests on."""
    return list(Agency.objects.filter(code__in=release.facts.get("agencies", ())).order_by("name"))


def agreements(release: Release) -> list[Agreement]:
    """What agencies have said of this turn."""
    return list(Agreement.objects.filter(release=release, turn=release.turn).select_related("agency", "by"))


def quotes_lost(release: Release, on: date) -> int:
    """How many words in the release may no longer be used."""
    return release.quotes.count() - release.quotes.filter(pk__in=words.usable(on).values("pk")).count()


def quotable(on: date) -> QuerySet[Passage]:
    return words.usable(on)


def downloads(release: Release) -> QuerySet[Download]:
    return Download.objects.filter(release=release).select_related("by")


def receivers(release: Release) -> list[str]:
    """Mail addresses of all who received it: those it was for, and those who took a file of it."""
    taken = downloads(release).order_by("by__email").values_list("by__email", flat=True)
    return list(dict.fromkeys([*release.recipients, *taken]))


def attacks_for(user: User, release: Release) -> list[Attack]:
    found = Attack.objects.filter(release=release).select_related("by")
    return list(found[:20]) if user.may(Permission.ATTACK_RELEASES) else []


def digests(release: Release) -> dict[str, str]:
    """SHA-256 of each file of this turn as it lies there now."""
    return {path.name: digest(path) for path in files(release)}


def files(release: Release) -> Sequence[Path]:
    """The files of this turn that are for those outside."""
    return sorted(path for path in release.folder.glob(f"release-{release.pk}.*") if path.is_file())


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def people_who(permission: Permission, agencies: Sequence[Agency] = ()) -> list[User]:
    """People who may do this today; with agencies, only those who may for one of them."""
    roles = [role.value for role, may in MAY.items() if permission in may]
    held = Membership.objects.current().filter(role__in=roles)
    if agencies:
        held = held.filter(agency__in=agencies)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("email"))


def recalled_of(run: Run | OuterRef) -> QuerySet[Release]:
    """Releases of this run's figures that were recalled."""
    return Release.objects.filter(run=run, state=State.RECALLED.value)
