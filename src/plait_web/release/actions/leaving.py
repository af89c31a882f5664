"""A release leaves, is taken by people, is corrected, or is called back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.release import access, policies
from plait_web.release.actions.preparing import begin, locked
from plait_web.release.actions.telling import page_of, tell_later
from plait_web.release.models import Download, Release
from plait_web.release.states import OUT, UNDER_WAY, State


@transaction.atomic
def publish(pk: int, *, by: User) -> Release:
    """The release is out: in the ledger, its files to be taken, those it is for told. What it corrects is corrected."""
    release = locked(pk, "publish")
    policies.check_files(release, access.digests(release))
    policies.check_still_quotable(access.quotes_lost(release, timezone.localdate()))
    release.state, release.published_at, release.published_by = State.PUBLISHED.value, timezone.now(), by
    release.save(update_fields=["state", "published_at", "published_by"])
    record("release.published", by=by, target=release, turn=release.turn, audience=release.audience, key=release.key)
    tell_later(
        release.recipients,
        subject="A release is ready for you",
        lines=("You were named as somebody it is for.", "If you have no account, ask the partnership for its files."),
        link=page_of(release),
    )
    if release.corrects_id:
        _correct(release, by)
    return release


def _correct(release: Release, by: User) -> None:
    earlier = Release.objects.select_for_update(of=("self",)).get(pk=release.corrects_id)
    if earlier.state != State.PUBLISHED:
        return  # recalled meanwhile: those who received it know already
    earlier.state, earlier.ended_at, earlier.ended_by = State.CORRECTED.value, timezone.now(), by
    earlier.save(update_fields=["state", "ended_at", "ended_by"])
    record("release.corrected", by=by, target=earlier, corrected_by=release.pk)
    tell_later(
        access.receivers(earlier),
        subject="A release you received was corrected",
        lines=("Use the corrected release, and erase the earlier one.",),
        link=page_of(release),
    )


@transaction.atomic
def recall(pk: int, *, by: User, why: str) -> Release:
    """Its files can no longer be taken, and all who received it are asked to erase it. It stays in the ledger."""
    release = locked(pk, "recall")
    release.state, release.ended_at, release.ended_by, release.ended_why = State.RECALLED.value, timezone.now(), by, why
    release.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
    told = access.receivers(release)
    record("release.recalled", by=by, target=release, told=len(told))
    tell_later(
        told,
        subject="A release you received was recalled",
        lines=("Erase every copy you hold, and tell whoever you passed it to.",),
        link=page_of(release),
    )
    transaction.on_commit(partial(_erase, release))
    return release


def _erase(release: Release) -> None:
    """What people wrote and said goes. The tables stay: who read them knows them still, and attacks must reckon with it."""
    for path in access.files(release):
        if path.suffix in (".zip", ".pdf"):
            path.unlink(missing_ok=True)


@transaction.atomic
def begin_correction(pk: int, *, by: User) -> Release:
    """A release to put in the place of one that is out, begun with its words and figures, from the newest picture."""
    earlier = Release.objects.select_for_update(of=("self",)).get(pk=pk)
    under_way = earlier.corrections.filter(state__in=[s.value for s in UNDER_WAY]).count()
    policies.check_can_correct(earlier, under_way)
    return begin(
        title=earlier.title, audience=earlier.audience, recipients=earlier.recipients, indicators=earlier.indicators,
        latest_only=earlier.latest_only, description=earlier.description, population=earlier.population, corrects=earlier,
        by=by,
    )  # fmt: skip


@transaction.atomic
def take(release: Release, name: str, *, by: User) -> Path:
    """Where the file lies. Who took it is kept once the release is out. Raises Refused where this person may not have it."""
    policies.check_can_take(release, by)
    found = next((path for path in access.files(release) if path.name == name), None)
    if found is None:
        raise FileNotFoundError(name)
    if release.standing in OUT:
        Download.objects.create(release=release, by=by, file=name)
    record("release.taken", by=by, target=release, file=name, turn=release.turn)
    return found
