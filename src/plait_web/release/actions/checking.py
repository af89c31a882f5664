"""Two people check a release without seeing one another's words; then the agencies whose records are in it agree, or object."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership.models import Agency
from plait_web.release import access, policies
from plait_web.release.actions.preparing import locked
from plait_web.release.actions.telling import page_of, tell_later
from plait_web.release.models import Agreement, Check, Release
from plait_web.release.states import State
from plait_web.roles import Permission


@transaction.atomic
def check(pk: int, *, approves: bool, by: User, reasons: Sequence[str] = (), said: str = "") -> Check:
    """One checker has spoken on this turn. When both have, the release goes on to the agencies, or back to its author."""
    release = locked(pk, "check")
    before = list(Check.objects.filter(release=release, turn=release.turn))
    policies.check_checker(release, by, [one.by_id for one in before])
    policies.check_vote(approves=approves, reasons=reasons, said=said)
    policies.check_files(release, access.digests(release))
    made = Check.objects.create(
        release=release, turn=release.turn, by=by, approves=approves, reasons=list(reasons), said=said.strip()
    )
    # What the check says is not in the trail before both are in: whoever reads the trail may be the other checker.
    record("release.checked", by=by, target=release, turn=release.turn)
    _settle(release, [*before, made])
    return made


def _settle(release: Release, checks: Sequence[Check]) -> None:
    result = policies.outcome(checks)
    if result == "waiting":
        return
    if result == "refused":
        reasons = sorted({reason for one in checks for reason in one.reasons})
        _move(release, State.REFUSED, "release.refused", by=None, reasons=reasons)
        _tell_author(
            release, "A release was refused", "Both checks are in. The page says why, and what would repair it."
        )
        return
    needed = access.needed_agencies(release)
    _move(release, State.AGREEING if needed else State.READY, "release.approved", by=None)
    _ask_agencies(release, needed)


def _ask_agencies(release: Release, needed: Sequence[Agency]) -> None:
    tell_later(
        access.people_who(Permission.AGREE_RELEASES, needed),
        subject="A release waits for your agency’s agreement",
        lines=("It rests on your agency’s records, and two people have checked it.",),
        link=page_of(release),
    )


@transaction.atomic
def agree(pk: int, *, agency: Agency, by: User) -> Agreement:
    """The agency agrees that it leaves. When all have, it may be published."""
    release = locked(pk, "agree")
    spoken = _check_speaker(release, agency, by)
    made = Agreement.objects.create(release=release, turn=release.turn, agency=agency, by=by, agrees=True)
    record("release.agreed", by=by, target=release, agency=agency.code, turn=release.turn)
    if {*spoken, agency.code} >= set(release.facts["agencies"]):
        _move(release, State.READY, "release.ready", by=None)
        tell_later(
            access.people_who(Permission.PUBLISH_RELEASES),
            subject="A release is ready to publish",
            lines=("Two people have checked it, and every agency in it has agreed.",),
            link=page_of(release),
        )
    return made


@transaction.atomic
def object_to(pk: int, *, agency: Agency, why: str, by: User) -> Agreement:
    """The agency does not let it leave, and says why: the release goes back to its author."""
    release = locked(pk, "object")
    _check_speaker(release, agency, by)
    policies.check_objection(agrees=False, why=why)
    made = Agreement.objects.create(
        release=release, turn=release.turn, agency=agency, by=by, agrees=False, why=why.strip()
    )
    _move(release, State.REFUSED, "release.objected_to", by=by, agency=agency.code)
    _tell_author(release, "An agency objects to a release", "The page says why. It cannot leave as it is.")
    return made


def _check_speaker(release: Release, agency: Agency, by: User) -> list[str]:
    spoken = [one.agency.code for one in access.agreements(release)]
    policies.check_speaks_for(by, agency, release.facts.get("agencies", ()), spoken)
    return spoken


def _move(release: Release, state: State, act: str, *, by: User | None, **detail: object) -> None:
    release.state = state.value
    release.save(update_fields=["state"])
    record(act, by=by, target=release, turn=release.turn, **detail)


def _tell_author(release: Release, subject: str, line: str) -> None:
    tell_later([release.by], subject=subject, lines=(line,), link=page_of(release))
