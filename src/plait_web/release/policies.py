"""What may happen to a release, by this person, now; and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from plait.values import Finding
from plait_web.accounts.models import User
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused, check_state
from plait_web.release.models import Attack, Check, Release
from plait_web.release.states import OUT, STEPS, Reason
from plait_web.roles import MAY, Permission, Role

CHECKERS = 2
# What each part of a request is called, and what to say where it is missing.
TOLD = {
    "description": "Describe what is released and what it is for.",
    "population": "Say which people the figures are about, where and when.",
    "relation": "Say how it relates to what was released before.",
}


def check_step(release: Release, act: str) -> None:
    check_state(STEPS[act], release.standing)


def check_author(release: Release, by: User) -> None:
    if release.by_id != by.pk:
        raise Refused("Only the person who asked for this release can change, send or withdraw it.")


def check_recipients(audience: str, recipients: Sequence[str]) -> None:
    if audience != "public" and not recipients:
        raise Refused(
            "Say who it is for: at least one mail address. They are told when it is out, and if it is recalled."
        )


def check_wording(findings: Iterable[Finding]) -> None:
    """A request is read by people outside its agencies: what could point at a person does not stand in it."""
    for finding in findings:
        raise Refused(f"{finding.problem} {finding.remedy}")


def check_complete(release: Release) -> None:
    """Everything a checker needs is there: without it nothing can be sent to be checked."""
    for part, sentence in TOLD.items():
        if not getattr(release, part).strip():
            raise Refused(sentence)
    if release.failure:
        raise Refused("Its files could not be made. Change the release, then send it.")
    if release.drawn_at is None:
        raise Refused("Its files are still being made. Wait for them, so that what is checked is what will leave.")
    if not release.facts.get("figures"):
        raise Refused("There is no figure in it that can be shown. Choose others.")
    if release.facts.get("uncounted"):
        raise Refused(
            "Some of its figures come without the counts they rest on, so nobody could check them. Leave them out."
        )


def check_files(release: Release, digests: dict[str, str]) -> None:
    """What lies there is what was checked."""
    if {name: one["digest"] for name, one in release.facts.get("files", {}).items()} != digests:
        raise Refused(
            "Its files are not those that were checked. Change the release, so that they are made and checked again."
        )


def check_checker(release: Release, by: User, spoken: Collection[int]) -> None:
    """`spoken` are those who have checked this turn."""
    if release.by_id == by.pk:
        raise Refused("You asked for this release, so you cannot check it.")
    if by.pk in spoken:
        raise Refused("You have checked this already.")
    if len(spoken) >= CHECKERS:
        raise Refused("Two people have checked this already.")


def check_vote(*, approves: bool, reasons: Sequence[str], said: str) -> None:
    if approves and reasons:
        raise Refused("You gave reasons to refuse. Refuse it, or take them away.")
    if not approves and not reasons:
        raise Refused("Choose at least one reason, so that the author knows what to repair.")
    if not approves and not said.strip():
        raise Refused("Say in your own words what would repair it.")
    if unknown := set(reasons) - set(Reason):
        raise Refused(f"These reasons are not on the list: {', '.join(sorted(unknown))}.")


def outcome(checks: Sequence[Check]) -> str:
    """'waiting' until two have spoken; then 'approved' when both approve, else 'refused'."""
    if len(checks) < CHECKERS:
        return "waiting"
    return "approved" if all(check.approves for check in checks) else "refused"


def may_see(check: Check, *, viewer: User, spoken: int) -> bool:
    """Nobody but who gave it reads a check before both are in: neither the other checker, nor the author, nor anybody else."""
    return check.by_id == viewer.pk or spoken >= CHECKERS


def agencies_of(user: User) -> frozenset[int]:
    """The agencies this person may agree for."""
    return frozenset(m.agency_id for m in user.held if m.agency_id and Permission.AGREE_RELEASES in MAY[Role(m.role)])


def codes_of(user: User) -> frozenset[str]:
    """The codes of the agencies this person may agree for."""
    return frozenset(m.agency.code for m in user.held if m.agency and m.agency_id in agencies_of(user))


def check_may_speak(mine: frozenset[int], needed: Collection[int], spoken: Collection[int]) -> None:
    """Some agency this person may agree for is in the release and has not spoken; all are numbers of agencies."""
    if not mine & set(needed):
        raise Refused("Nothing in this release rests on the records of your agency.")
    if not mine & (set(needed) - set(spoken)):
        raise Refused("Your agency has spoken on this already.")


def check_speaks_for(user: User, agency: Agency, needed: Collection[str], spoken: Collection[str]) -> None:
    """`needed` and `spoken` are codes of agencies."""
    if agency.pk not in agencies_of(user):
        raise Refused(f"Only a strategic lead of {agency} can speak for it here.")
    if agency.code not in needed:
        raise Refused(f"Nothing in this release rests on the records of {agency}.")
    if agency.code in spoken:
        raise Refused(f"{agency} has spoken on this already.")


def check_objection(*, agrees: bool, why: str) -> None:
    if not agrees and not why.strip():
        raise Refused("Say why it may not leave.")


def check_still_quotable(lost: int) -> None:
    if lost:
        raise Refused(
            "Words in it were withdrawn, replaced, or their consent has ended. Change the release to leave them out."
        )


def check_can_take(release: Release, by: User) -> None:
    """Files that are out are for all who see the release; before that for its author and its checkers; recalled for none."""
    if release.standing in OUT:
        check_not_recalled(release)
    elif release.by_id != by.pk and not by.may(Permission.CHECK_RELEASES) and not agencies_of(by):
        raise Refused("This release has not left yet.")


def check_not_recalled(release: Release) -> None:
    if release.state == "recalled":
        raise Refused("This release was recalled, so its files can no longer be taken.")


def check_can_correct(release: Release, others: int) -> None:
    check_step(release, "correct")
    if others:
        raise Refused("A correction of this release is under way already.")


def check_can_attack(release: Release, running: Attack | None) -> None:
    if running is not None:
        raise Refused("An attack on this release is waiting already.")
    if release.drawn_at is None:
        raise Refused("Its files are still being made. There is nothing to attack yet.")
