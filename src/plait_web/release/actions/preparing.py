"""A release is asked for, drawn, changed and sent to be checked."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from plait.errors import UserError
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.permissions import Refused
from plait_web.picture import access as picture
from plait_web.picture.models import Run
from plait_web.release import access, drawing, policies
from plait_web.release.actions.telling import page_of, tell_later
from plait_web.release.models import Release
from plait_web.release.states import State
from plait_web.release.tasks import draw_later
from plait_web.roles import Permission
from plait_web.ui.logs import reference
from plait_web.words import gate
from plait_web.words.models import Passage

_log = logging.getLogger("plait.releases")
# What the author may change, and what each is called when checkers are told what changed.
PARTS = {
    "title": "its title",
    "audience": "whom it is for",
    "recipients": "whom it is for",
    "description": "its description",
    "population": "the people it is about",
    "relation": "how it relates to earlier releases",
    "indicators": "its figures",
    "latest_only": "its periods",
    "run": "the picture it is made from",
    "quotes": "the words in it",
}
_READ = ("title", "description", "population", "relation")
# In a request, days and numbers such as ages are part of saying plainly what is meant.
_ALLOWED = frozenset({"words.date", "words.figure", "words.small-number"})


@transaction.atomic
def begin(
    *, title: str, audience: str, by: User, recipients: Sequence[str] = (), indicators: Sequence[str] = (),
    latest_only: bool = False, description: str = "", population: str = "", corrects: Release | None = None,
) -> Release:  # fmt: skip
    """A release of the newest picture's public figures is being prepared, and its files are being made."""
    policies.check_recipients(audience, recipients)
    _check_wording({"title": title, "description": description, "population": population})
    run = _newest()
    release = Release.objects.create(
        title=title, audience=audience, recipients=list(recipients), by=by, run=run, indicators=list(indicators),
        latest_only=latest_only, description=description, population=population, corrects=corrects,
    )  # fmt: skip
    record("release.begun", by=by, target=release, audience=audience, run=run.pk, corrects=corrects and corrects.pk)
    draw_later(release)
    return release


@transaction.atomic
def change(pk: int, *, by: User, quotes: Collection[Passage] | None = None, **said: Any) -> Release:
    """The release as its author now means it, made from the newest picture. Its files are made again, and every check and
    agreement is undone. A change that changes nothing leaves it as it was."""
    if unknown := said.keys() - PARTS.keys():
        raise TypeError(f"A release's {', '.join(sorted(unknown))} cannot be changed.")
    release = locked(pk, "change")
    policies.check_author(release, by)
    policies.check_recipients(said.get("audience", release.audience), said.get("recipients", release.recipients))
    _check_wording(said)
    changes = {name: value for name, value in (said | {"run": _newest()}).items() if getattr(release, name) != value}
    quoted = quotes is not None and set(quotes) != set(release.quotes.all())
    if not changes and not quoted:
        return release
    _new_turn(release, changes, quoted=quoted)
    if quotes is not None:
        release.quotes.set(quotes)
    record("release.changed", by=by, target=release, turn=release.turn, changed=release.changed)
    draw_later(release)
    return release


def _new_turn(release: Release, changes: dict[str, Any], *, quoted: bool) -> None:
    """Back to being prepared. What changed is told to checkers since the last turn that anybody checked."""
    words = [PARTS[name] for name in changes] + ([PARTS["quotes"]] if quoted else [])
    checked = release.checks.filter(turn=release.turn).exists()
    earlier = [] if checked else release.changed
    for name, value in changes.items():
        setattr(release, name, value)
    release.changed = list(dict.fromkeys([*earlier, *words]))
    release.turn += 1
    release.state, release.drawn_at, release.failure, release.facts, release.sent_at = (
        State.DRAFT.value,
        None,
        "",
        {},
        None,
    )
    release.save()


def _newest() -> Run:
    shown = picture.newest("public")
    if shown is None:
        raise Refused("There is no picture to release figures from yet.")
    return shown.run


def _check_wording(said: dict[str, Any]) -> None:
    findings = [f for name in _READ if said.get(name) for f in gate.read(said[name])]
    policies.check_wording(f for f in findings if f.code not in _ALLOWED)


def draw(pk: int, turn: int) -> None:
    """The files of this turn are made; does nothing when the author has changed the release since."""
    release = (
        Release.objects.select_related("run", "by").filter(pk=pk, turn=turn, state=State.DRAFT, drawn_at=None).first()
    )
    if release is None:
        return
    try:
        facts, failure = drawing.draw(release, on=timezone.localdate()), ""
    except UserError as problem:
        facts, failure = {}, str(problem)
    except Exception:
        number = reference()
        _log.exception("The files of a release could not be made", extra={"reference": number})
        facts, failure = {}, f"Something went wrong inside Plait. Tell your administrator this number: {number}."
    _drawn(release, facts, failure)


@transaction.atomic
def _drawn(drawn: Release, facts: dict[str, Any], failure: str) -> None:
    release = Release.objects.select_for_update(of=("self",)).get(pk=drawn.pk)
    if (release.turn, release.state) != (drawn.turn, State.DRAFT.value):
        return
    release.facts, release.failure = facts, failure
    release.drawn_at = None if failure else timezone.now()
    release.key = "" if failure else _key(drawn.run)
    release.save(update_fields=["facts", "failure", "drawn_at", "key"])
    record("release.not_drawn" if failure else "release.drawn", by=None, target=release, turn=release.turn)


def _key(run: Run) -> str:
    """The name under which the ledger keeps the figures the public may see in this picture."""
    shown = picture.shown_in(run, "public")
    return str(shown.index.get("release", "")) if shown else ""


def resume() -> None:
    """What a stopped worker left undrawn is asked for again. Called when a worker starts."""
    for release in Release.objects.filter(state=State.DRAFT, drawn_at=None, failure=""):
        draw_later(release)


@transaction.atomic
def send(pk: int, *, by: User) -> Release:
    """Two people other than the author are asked to check it, as it is now."""
    release = locked(pk, "send")
    policies.check_author(release, by)
    policies.check_complete(release)
    policies.check_still_quotable(access.quotes_lost(release, timezone.localdate()))
    policies.check_files(release, access.digests(release))
    release.state, release.sent_at = State.CHECKING.value, timezone.now()
    release.save(update_fields=["state", "sent_at"])
    record("release.sent", by=by, target=release, turn=release.turn, files=sorted(release.facts["files"]))
    tell_later(
        (person for person in access.people_who(Permission.CHECK_RELEASES) if person.pk != by.pk),
        subject="A release waits to be checked",
        lines=("Two people other than its author are asked to check it.",),
        link=page_of(release),
    )
    return release


@transaction.atomic
def withdraw(pk: int, *, by: User, why: str) -> Release:
    release = locked(pk, "withdraw")
    policies.check_author(release, by)
    release.state, release.ended_at, release.ended_by, release.ended_why = (
        State.WITHDRAWN.value,
        timezone.now(),
        by,
        why,
    )
    release.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
    record("release.withdrawn", by=by, target=release)
    return release


def locked(pk: int, act: str) -> Release:
    """The release, locked, in a state from which this can happen."""
    release = Release.objects.select_for_update(of=("self",)).select_related("by", "run", "corrects").get(pk=pk)
    policies.check_step(release, act)
    return release
