"""What may happen to a return, now, by this person; and the sentence when it may not."""

from __future__ import annotations

from datetime import date

from plait_web.accounts.models import User
from plait_web.permissions import Refused
from plait_web.returns.models import CollectionPoint, Expected, FormLink, Submission, Waiver
from plait_web.returns.states import OPEN, STEPS, State
from plait_web.roles import MAY, Permission, Role
from plait_web.ui.jinja import day as said


def sees_exact(user: User, agency_id: int) -> bool:
    """Whether this person works for the agency: only they see its files, rows and places."""
    return any(m.agency_id == agency_id and Permission.SEND_RETURNS in MAY[Role(m.role)] for m in user.held)


def check_step(submission: Submission, act: str) -> None:
    """The return is in a state from which this can happen."""
    step = STEPS[act]
    if State(submission.state) not in step.before:
        raise Refused(f"{step.refusal} It is now: {State(submission.state).label.lower()}.")


def check_works_for(user: User, expected: Expected) -> None:
    if not sees_exact(user, expected.agency_id):
        raise Refused(f"Only people of {expected.agency} can do this.")


def check_can_manage(user: User) -> None:
    if not user.may(Permission.MANAGE_PARTNERSHIP):
        raise Refused("Only the partnership manager changes the calendar.")


def check_point_open(point: CollectionPoint, on: date) -> None:
    if on < point.opens:
        raise Refused(f"This collection opens on {said(point.opens)}. Nothing can be sent before then.")


def check_can_send(expected: Expected, user: User | None, on: date) -> None:
    """`user` is None for the agency's own system and for a mail link, whose makers were checked already."""
    if user is not None:
        check_works_for(user, expected)
    check_point_open(expected.point, on)


def check_replaces(latest: Submission | None) -> None:
    """What is open may be replaced, unless somebody else is being asked to sign it off."""
    if latest is not None and latest.state == State.WAITING:
        raise Refused(
            "A return is waiting for sign-off. Ask for it to be sent back, or withdraw it, before sending another."
        )


def check_can_nil(expected: Expected, user: User, on: date) -> None:
    check_can_send(expected, user, on)


def check_can_send_for_sign_off(submission: Submission, user: User | None) -> None:
    if user is not None:
        check_works_for(user, submission.expected)
    check_step(submission, "send")


def check_can_sign_off(submission: Submission, user: User | None, link: FormLink | None = None) -> None:
    """A second person of the same agency: by an account, or by a link that was mailed to somebody else than the sender."""
    if user is not None:
        if not sees_exact(user, submission.expected.agency_id) or not user.may(
            Permission.SIGN_OFF_RETURNS, submission.expected.agency_id
        ):
            raise Refused(f"Only people of {submission.expected.agency} can sign this off.")
        if submission.sent_by_id == user.pk:
            raise Refused("You sent this return, so somebody else in your agency must sign it off.")
    elif link is None or link.purpose != FormLink.Purpose.SIGN_OFF or link.expected_id != submission.expected_id:
        raise Refused("This link does not let you sign this off.")
    check_step(submission, "sign_off")


def check_can_withdraw(submission: Submission, user: User) -> None:
    check_works_for(user, submission.expected)
    check_step(submission, "withdraw")


def check_can_map(submission: Submission, user: User) -> None:
    check_works_for(user, submission.expected)
    if submission.route != Submission.Route.FILES and submission.route != Submission.Route.API:
        raise Refused("Only files have columns to match.")
    check_step(submission, "map")


def check_can_waive(submission: Submission, user: User, severity: str) -> None:
    if not user.may(Permission.WAIVE_FINDINGS):
        raise Refused("Only the partnership's analyst or manager can waive a check.")
    if severity == "refused":
        raise Refused("This cannot be waived: the file, or part of it, may not be used at all.")
    if submission.route == Submission.Route.NIL:
        raise Refused("A nil return has nothing to waive.")
    check_step(submission, "waive")


def check_can_end_waiver(waiver: Waiver, user: User, until: date, today: date) -> None:
    if not user.may(Permission.WAIVE_FINDINGS):
        raise Refused("Only the partnership's analyst or manager can end a waiver.")
    if waiver.until is not None and waiver.until < today:
        raise Refused(f"This waiver ended on {said(waiver.until)}.")
    if until < today:
        raise Refused("Returns were read with this check waived until today, so the last day is today or later.")


def check_can_link(expected: Expected, user: User, on: date) -> None:
    check_can_manage(user)
    if "counts" not in expected.point.datasets:
        raise Refused("A mail link asks for counts, and this collection does not.")


def check_link_open(link: FormLink, at: object) -> None:
    if link.ended is not None:
        raise Refused("This link has been used, or was taken back. Ask the person who sent it for a new one.")
    if link.expires <= at:  # type: ignore[operator]
        raise Refused(f"This link ended on {said(link.expires)}. Ask the person who sent it for a new one.")


def check_owner(person: User | None, expected: Expected) -> None:
    """An owner is somebody who may send returns for the agency, so that reminders reach a person who can act."""
    if person is not None and not sees_exact(person, expected.agency_id):
        raise Refused(f"{person} cannot send returns for {expected.agency}. Choose one of its contributors.")


def check_deputy(owner: User | None, deputy: User | None) -> None:
    if owner is not None and deputy is not None and owner.pk == deputy.pk:
        raise Refused("The deputy must be somebody other than the owner.")


def check_can_change_point(point: CollectionPoint, *, has_returns: bool) -> None:
    if has_returns:
        raise Refused("Returns have been sent for this collection already, so what it asks for can no longer change.")


def is_open(submission: Submission) -> bool:
    return State(submission.state) in OPEN
