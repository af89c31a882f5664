"""Everything that changes an account, each with its record in the same transaction."""

from __future__ import annotations

import logging
import secrets
from datetime import date, timedelta
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone

from plait_web import mail
from plait_web.accounts import access, ownership, policies, terms
from plait_web.accounts.models import Acceptance, Invitation, Membership, NewAddress, Session, SignIn, User
from plait_web.audit.record import record
from plait_web.permissions import Refused

_log = logging.getLogger("plait.accounts")


@transaction.atomic
def invite(*, email: str, role: str, agency: Any = None, by: User | None) -> tuple[Invitation, str]:
    """Mails a link that lets this person in with this role. Answers the invitation and the link's path."""
    holder = User.objects.filter(email__iexact=email).first()
    policies.check_can_invite(email, role, agency, holder)
    made, path = _mailed(Invitation(email=email.lower(), role=role, agency=agency, by=by))
    record("person.invited", by=by, target=made, role=role, agency=str(agency or ""))
    return made, path


@transaction.atomic
def send_link(person: User, *, by: User | None) -> tuple[Invitation, str]:
    """Mails somebody who has an account a way in: a lost telephone, a closed account opened again, another way to sign in."""
    policies.check_can_send_link(person)
    made, path = _mailed(Invitation(email=person.email, by=by))
    record("person.link_sent", by=by, target=person)
    return made, path


@transaction.atomic
def resend(pk: int, *, by: User | None) -> tuple[Invitation, str]:
    """A new link for the same invitation; the old one is void."""
    invitation = Invitation.objects.select_for_update().get(pk=pk)
    policies.check_can_resend(invitation)
    invitation.sent = timezone.now()
    invitation, path = _mailed(invitation)
    record("invitation.resent", by=by, target=invitation)
    return invitation, path


def _mailed(invitation: Invitation) -> tuple[Invitation, str]:
    """The invitation with a new secret, saved and mailed. A mail that cannot be sent undoes the rest."""
    token = secrets.token_urlsafe(32)
    invitation.secret = access.digest(token)
    invitation.save()
    path = reverse("accounts:join", args=[token])
    said = [
        "You have been invited to Plait, where your safeguarding partnership works together."
        if invitation.role
        else "Somebody who manages people in your partnership has sent you a new way to sign in to Plait.",
        "The link is for you alone. It works once, for 7 days.",
        "If you did not expect this mail, tell your partnership manager and do not follow the link.",
    ]
    mail.send(invitation.email, subject="Your way in to Plait", lines=said, link=path)
    return invitation, path


@transaction.atomic
def withdraw(pk: int, *, by: User | None) -> Invitation:
    """The link no longer lets anybody in."""
    invitation = Invitation.objects.select_for_update().get(pk=pk)
    policies.check_can_withdraw(invitation)
    invitation.withdrawn = timezone.now()
    invitation.save(update_fields=["withdrawn"])
    record("invitation.withdrawn", by=by, target=invitation)
    return invitation


@transaction.atomic
def accept(pk: int, *, name: str, password: str | None) -> User:
    """Makes or opens the account, with the role offered, and uses the invitation up.

    Whoever comes in by a link gets new keys: the password before, second factors, organisations and sessions are gone.
    Without a password they sign in with their organisation: see `link_tenant`.
    """
    invitation = Invitation.objects.select_for_update().get(pk=pk)
    policies.check_is_open(invitation)
    user = User.objects.select_for_update().filter(email__iexact=invitation.email).first() or User(
        email=invitation.email
    )
    _renew(user, name=name, password=password)
    if invitation.role:
        _give(user, invitation.role, invitation.agency, by=user, why=str(invitation))
    invitation.accepted, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted", "accepted_by"])
    record("invitation.accepted", by=user, target=invitation)
    return user


def _renew(user: User, *, name: str, password: str | None) -> None:
    user.name = name or user.name
    user.is_active = True
    user.set_password(password)
    user.save()
    for kept in (Authenticator, SocialAccount, Session):
        kept.objects.filter(user=user).delete()


@transaction.atomic
def link_tenant(sociallogin: Any, *, user: User) -> None:
    """From now on this person signs in by what their organisation vouches for: its number for them, never a mail address."""
    sociallogin.user = user
    sociallogin.account.user = user
    sociallogin.account.extra_data = {}  # nothing of what the organisation says is needed, so nothing is kept
    sociallogin.account.save()
    record("tenant.linked", by=user, target=user, tenant=sociallogin.account.provider)


@transaction.atomic
def add_authenticator_app(user: User, *, secret: str) -> Authenticator:
    """An authenticator app for an account that a command makes. People set up theirs on a page."""
    made: Authenticator = TOTP.activate(user, secret).instance
    record("second_factor.added", by=user, target=user)
    return made


@transaction.atomic
def accept_terms(user: User, *, version: str) -> None:
    """Once a version and person; refuses a version that is no longer the one shown."""
    if version != terms.version():
        raise Refused("The terms have changed since you opened the page. Read them again.")
    _, new = Acceptance.objects.get_or_create(user=user, version=version)
    if new:
        record("terms.accepted", by=user, target=user, version=version)


@transaction.atomic
def rename(user: User, *, name: str) -> None:
    user.name = name
    user.save(update_fields=["name"])
    record("person.renamed", by=user, target=user)


@transaction.atomic
def ask_for_address(user: User, *, email: str) -> None:
    """Mails a link to the address somebody wants to sign in with from now on. Nothing changes until they follow it.

    An address somebody else signs in with is told that, so that nobody learns here who has an account.
    """
    policies.check_can_take_address(user, email)
    NewAddress.objects.filter(user=user).delete()
    if access.holder_of(email) is None:
        token = secrets.token_urlsafe(32)
        NewAddress.objects.create(user=user, email=email.lower(), secret=access.digest(token))
        said, path = _CONFIRM, reverse("accounts:confirm_address", args=[token])
    else:
        said, path = _TAKEN, reverse("account_login")
    mail.send(email, subject="Your mail address for Plait", lines=said, link=path)
    record("address.asked_for", by=user, target=user)


_CONFIRM: tuple[str, ...] = (
    "Somebody, we hope you, wants to sign in to Plait with this mail address. Follow the link to say that it is yours.",
    "It works once, for one hour, in the browser in which you are signed in.",
    "If it was not you, do nothing.",
)
_TAKEN: tuple[str, ...] = (
    "Somebody, we hope you, wants to sign in to Plait with this mail address. There is an account with it already.",
    "Sign in to that account instead, or ask your administrator to close it.",
)


@transaction.atomic
def confirm_address(user: User, *, token: str, keep: str) -> None:
    """The person signs in with the new address from now on; their other browsers are signed out, and the old address told."""
    mine = User.objects.select_for_update().get(pk=user.pk)
    wanted = access.new_address_of(mine, token)
    policies.check_can_confirm(wanted, access.holder_of(wanted.email) if wanted else None)
    assert wanted is not None, "the policy refuses when there is none"
    before, mine.email = mine.email, wanted.email
    _save_address(mine)
    wanted.delete()
    EmailAddress.objects.filter(user=mine).delete()  # the sign-in library would still let the old one in
    Session.objects.filter(user=mine).exclude(session_key=keep).delete()
    record("address.changed", by=mine, target=mine)
    transaction.on_commit(partial(_tell_old_address, before))


def _save_address(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:  # somebody came in with it in this very moment
        raise Refused(policies.ADDRESS_TAKEN) from None


def _tell_old_address(email: str) -> None:
    """It may be gone already: that is often why there is a new one."""
    said = ["You sign in with another mail address from now on.", "If it was not you, tell your administrator at once."]
    try:
        mail.send(email, subject="Your Plait account has changed", lines=said, link=reverse("accounts:home"))
    except mail.NotSent:
        _log.warning("A notice of a changed address could not be sent")


def _locked_person(pk: int) -> User:
    """The person, and everybody who manages people: two of those who end each other's roles at once cannot both."""
    list(access.managers().select_for_update().order_by("pk"))
    return User.objects.select_for_update().get(pk=pk)


@transaction.atomic
def give_role(
    person_pk: int, *, role: str, agency: Any = None, by: User | None, since: date | None = None
) -> Membership:
    """The person holds the role from today, or from the day said."""
    person = _locked_person(person_pk)
    policies.check_can_change_roles(person, by)
    return _give(person, role, agency, by=by, since=since)


def _give(
    person: User, role: str, agency: Any, *, by: User | None, since: date | None = None, why: str = ""
) -> Membership:
    held = list(Membership.objects.current().filter(user=person))
    policies.check_can_give(person, role, agency, held)
    made = Membership.objects.create(user=person, role=role, agency=agency, since=since or timezone.localdate())
    record("role.given", by=by, target=person, why=why, role=role, agency=str(agency or ""))
    return made


@transaction.atomic
def end_role(pk: int, *, by: User | None) -> Membership:
    """The person no longer holds the role: from this moment, not from tomorrow."""
    role = _role_to_end(pk, by)
    _end(role, by)
    return role


@transaction.atomic
def change_role(pk: int, *, role: str, agency: Any = None, by: User | None) -> Membership:
    """Ends one role and gives another in one step: no moment without either."""
    old, person = _locked_role(pk)
    policies.check_can_change_roles(person, by)
    new = _give(person, role, agency, by=by)
    new.deputy = old.deputy
    new.save(update_fields=["deputy"])
    _end(_role_to_end(pk, by), by)
    return new


def _locked_role(pk: int) -> tuple[Membership, User]:
    person = _locked_person(Membership.objects.values_list("user", flat=True).get(pk=pk))
    return Membership.objects.select_for_update().get(pk=pk), person


def _role_to_end(pk: int, by: User | None) -> Membership:
    role, person = _locked_role(pk)
    policies.check_can_change_roles(person, by)
    held = list(Membership.objects.current().filter(user=person))
    policies.check_can_end_role(role, access.others_manage(person), held, ownership.owned_by(person))
    return role


def _end(role: Membership, by: User | None) -> None:
    role.until = timezone.localdate() - timedelta(days=1)  # the last day on which it was held whole
    role.save(update_fields=["until"])
    record("role.ended", by=by, target=role.user, role=role.role, agency=str(role.agency or ""))


@transaction.atomic
def name_deputy(pk: int, *, deputy: User | None, by: User | None) -> None:
    role = Membership.objects.select_for_update().get(pk=pk)
    policies.check_can_name_deputy(role, deputy)
    role.deputy = deputy
    role.save(update_fields=["deputy"])
    record("deputy.named", by=by, target=role.user, role=role.role, deputy=deputy.pk if deputy else None)


@transaction.atomic
def hand_over(person_pk: int, *, to: User, by: User | None) -> int:
    """Everything the person answers for is the other person's. Answers how many rows changed hands, each recorded."""
    person = _locked_person(person_pk)
    policies.check_can_take_over(person, to)
    return sum(_handed_over(row, field.name, to, by) for field, row in _owned_rows(person))


def _owned_rows(person: User) -> list[tuple[models.ForeignKey, models.Model]]:
    return [(field, row) for field in ownership.owning_fields() for row in ownership.rows_of(field, person)]


def _handed_over(row: models.Model, field: str, to: User | None, by: User | None) -> int:
    setattr(row, field, _fitting(row, field, to))
    row.save(update_fields=[field])
    record("handed_over", by=by, target=row, field=field, to=to.pk if to else None)
    return 1


def _fitting(row: models.Model, field: str, to: User | None) -> User | None:
    """Nobody is their own deputy: where the successor owns the row already, it has no deputy until one is named."""
    owner = next((getattr(row, f"{name}_id") for name in ("owner", "lead", "user") if hasattr(row, f"{name}_id")), None)
    return None if to is not None and field == "deputy" and owner == to.pk else to


@transaction.atomic
def close_account(person_pk: int, *, by: User | None, hand_over_to: User | None = None, why: str = "") -> User:
    """Nobody signs in with it any more, its roles have ended, and everything it owned is somebody else's."""
    person = _locked_person(person_pk)
    owned = ownership.owned_by(person)
    policies.check_can_close(person, by, owned, hand_over_to, others_manage=access.others_manage(person))
    if hand_over_to is not None:
        hand_over(person_pk, to=hand_over_to, by=by)
    else:
        for field, row in _owned_rows(person):
            _handed_over(row, field.name, None, by)
    for role in Membership.objects.current().filter(user=person):
        _end(role, by)
    person.is_active = False
    person.save(update_fields=["is_active"])
    Session.objects.filter(user=person).delete()
    Invitation.objects.filter(email__iexact=person.email, accepted=None).update(withdrawn=timezone.now())
    record("account.closed", by=by, target=person, why=why)
    return person


@transaction.atomic
def unlock(person: User, *, by: User) -> None:
    """The person may try to sign in again at once. The caller clears the counter of tries: see `people.unlock`."""
    SignIn.objects.create(user=person, result=SignIn.Result.UNLOCKED)
    record("account.unlocked", by=by, target=person)


@transaction.atomic
def signed_in(user: User, *, way: str, source: str, browser: str) -> None:
    SignIn.objects.create(user=user, result=SignIn.Result.SUCCESS, way=way, source=source, browser=browser)
    record("signed_in", by=user, target=user, way=way)


@transaction.atomic
def refused_sign_in(user: User | None, *, result: str, way: str, source: str, browser: str) -> None:
    """A try that failed. Recorded in the audit trail only for people we know: strangers could fill it."""
    SignIn.objects.create(user=user, result=result, way=way, source=source, browser=browser)
    if user is not None:
        record(f"sign_in.{result}", by=None, target=user, way=way)


@transaction.atomic
def end_sessions(user: User, *, by: User, keep: str = "") -> int:
    """Every browser of this person, but the one to keep, is signed out. Answers how many were."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=keep).delete()
    record("sessions.ended", by=by, target=user, count=ended)
    return ended
