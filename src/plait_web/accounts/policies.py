"""What may happen to people's accounts, now and by whom: each rule refuses with the sentence the page shows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from plait_web.accounts.models import Invitation, Membership, NewAddress, User
from plait_web.accounts.ownership import Kind
from plait_web.permissions import Refused
from plait_web.roles import OF_AN_AGENCY, Role


def check_can_invite(email: str, role: str, agency: object | None, holder: User | None) -> None:
    """`holder` is who has an account with this mail address."""
    check_role(role, agency)
    if holder is not None:
        raise Refused("Somebody with this mail address already has an account. Open their page to give them a role.")


def check_role(role: str, agency: object | None) -> None:
    if role in OF_AN_AGENCY and agency is None:
        raise Refused(f"{Role(role).label} is a role for one agency. Say which.")


def check_can_change_roles(person: User, by: User | None) -> None:
    if by is not None and by.pk == person.pk:
        raise Refused("Nobody changes their own roles. Ask another partnership manager or an administrator.")
    if not person.is_active:
        raise Refused("This account is closed. Send its holder a new sign-in link first.")


def check_can_give(person: User, role: str, agency: object | None, held: Sequence[Membership]) -> None:
    check_role(role, agency)
    if any(m.role == role and m.agency_id == getattr(agency, "pk", None) for m in held):
        raise Refused("They hold this role already.")


def check_can_end_role(
    role: Membership, others_manage: bool, held: Sequence[Membership], owned: Sequence[Kind]
) -> None:
    """`held` is what the person holds today; `others_manage` is whether somebody else can manage people."""
    if role.until is not None and role.until < timezone.localdate():
        raise Refused("This role has ended already.")
    _check_somebody_manages(held if len(held) == 1 else [role], others_manage)
    if [m.pk for m in held] == [role.pk] and owned:
        raise Refused("This is their last role, and they own things. Hand those over first.")


def _check_somebody_manages(ending: Sequence[Membership], others_manage: bool) -> None:
    if not others_manage and any(m.role in (Role.MANAGER, Role.ADMINISTRATOR) for m in ending):
        raise Refused("Nobody would be left who can manage people. Give somebody else that role first.")


def check_can_name_deputy(role: Membership, deputy: User | None) -> None:
    if deputy is not None and deputy.pk == role.user_id:
        raise Refused("A deputy is somebody else.")
    if deputy is not None and not deputy.is_active:
        raise Refused("A deputy needs an open account.")


def check_can_take_over(leaver: User, successor: User) -> None:
    """A successor must be able to act: an open account, and a role in one of the leaver's agencies or for the whole."""
    if successor.pk == leaver.pk or not successor.is_active:
        raise Refused("Choose somebody else, with an open account.")
    if not successor.held:
        raise Refused("Choose somebody who holds a role today.")
    everywhere = any(m.agency_id is None for m in successor.held)
    if leaver.agency_ids and not everywhere and not leaver.agency_ids & successor.agency_ids:
        raise Refused("Choose somebody of the same agency, or somebody with a role for the whole partnership.")


def check_can_close(
    person: User, by: User | None, owned: Sequence[Kind], successor: User | None, *, others_manage: bool
) -> None:
    if by is not None and by.pk == person.pk:
        raise Refused("Nobody closes their own account. Ask another partnership manager or an administrator.")
    if not person.is_active:
        raise Refused("This account is closed already.")
    _check_somebody_manages(person.held, others_manage)
    if any(kind.field != "deputy" for kind in owned) and successor is None:
        raise Refused("They own things. Say who takes those over.")


ADDRESS_TAKEN = "Somebody signs in with this mail address already. Ask your administrator to close that account first."


def check_can_take_address(person: User, email: str) -> None:
    """Says nothing of who else has an account: that is told to the address itself, and to nobody who only names it."""
    if person.email.lower() == email.lower():
        raise Refused("This is your mail address already.")


def check_can_confirm(wanted: NewAddress | None, holder: User | None) -> None:
    """`holder` is who signs in with the address that is wanted."""
    if wanted is None or timezone.now() > wanted.until:
        raise Refused(
            "This link has ended: it works once, for one hour, in the account that asked for it. Ask for a new one."
        )
    if holder is not None:
        raise Refused(ADDRESS_TAKEN)


def check_can_send_link(person: User) -> None:
    if not person.email:
        raise Refused("This account has no mail address.")


def check_is_open(invitation: Invitation) -> None:
    said = {
        Invitation.State.ACCEPTED: "This invitation was accepted already. Sign in instead.",
        Invitation.State.WITHDRAWN: "This invitation was withdrawn. Ask whoever invited you.",
        Invitation.State.EXPIRED: "This invitation has expired: it was good for 7 days. Ask whoever invited you for a new one.",
    }
    if sentence := said.get(invitation.state):
        raise Refused(sentence)


def check_can_resend(invitation: Invitation) -> None:
    if invitation.state in (Invitation.State.ACCEPTED, Invitation.State.WITHDRAWN):
        raise Refused(f"This invitation is {invitation.state.label.lower()}. Make a new one.")


def check_can_withdraw(invitation: Invitation) -> None:
    if invitation.state in (Invitation.State.ACCEPTED, Invitation.State.WITHDRAWN):
        raise Refused(f"This invitation is {invitation.state.label.lower()} already.")


def check_can_remove_key(factors_left: int) -> None:
    """Counts authenticator apps and keys; recovery codes are for emergencies and do not count."""
    if factors_left < 1:
        raise Refused("This is your only second factor, and one is always needed. Add another first.")
