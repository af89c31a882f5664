"""The doors to people, invitations, sign-ins and sessions."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from allauth.mfa.models import Authenticator
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from plait_web.accounts.models import Acceptance, Invitation, Membership, NewAddress, Session, SignIn, User
from plait_web.roles import MAY, Permission

LOCKED_FOR = timedelta(minutes=15)  # as the setting ACCOUNT_RATE_LIMITS says


def people_for(user: User, words: str = "") -> QuerySet[User]:
    """Everybody with an account, open ones first, for those who manage people; nobody for others."""
    if not user.may(Permission.MANAGE_PEOPLE):
        return User.objects.none()
    roles = Membership.objects.current().select_related("agency").order_by("pk")
    found = User.objects.annotate(locked=locked()).prefetch_related(Prefetch("memberships", roles, to_attr="roles"))
    if words:
        found = found.filter(Q(name__icontains=words) | Q(email__icontains=words))
    return found.order_by("-is_active", "name", "pk")


def locked() -> Exists:
    """Whether sign-in is refused for too many tries, as its history tells: locked lately, and nothing good since."""
    good = (SignIn.Result.SUCCESS, SignIn.Result.UNLOCKED)
    since = SignIn.objects.filter(user=OuterRef("user"), pk__gt=OuterRef("pk"), result__in=good)
    lately = SignIn.objects.filter(user=OuterRef("pk"), at__gt=timezone.now() - LOCKED_FOR)
    return Exists(lately.filter(~Exists(since), result=SignIn.Result.LOCKED))


def roles_for(user: User, person: User) -> QuerySet[Membership]:
    """The roles a person holds or will hold."""
    held = Membership.objects.filter(Q(until=None) | Q(until__gte=timezone.localdate()), user=person)
    return held.select_related("agency", "deputy") if user.may(Permission.MANAGE_PEOPLE) else held.none()


def role_for(user: User, pk: int) -> QuerySet[Membership]:
    """One role of somebody else or of oneself, for those who manage people."""
    found = Membership.objects.filter(pk=pk).select_related("user", "agency", "deputy")
    return found if user.may(Permission.MANAGE_PEOPLE) else found.none()


def invitations_for(user: User) -> QuerySet[Invitation]:
    """Invitations that wait or have expired; those answered are history, told by the audit trail."""
    if not user.may(Permission.MANAGE_PEOPLE):
        return Invitation.objects.none()
    return Invitation.objects.filter(accepted=None, withdrawn=None).select_related("agency")


def invitation_of(token: str) -> Invitation | None:
    """The invitation whose link carries this secret, in whatever state."""
    return Invitation.objects.select_related("agency").filter(secret=digest(token)).first()


def invitation(pk: int | None) -> Invitation | None:
    """The invitation whose link this browser has followed."""
    return Invitation.objects.select_related("agency").filter(pk=pk).first()


def new_address_of(user: User, token: str) -> NewAddress | None:
    """The address this person wants, whose link carries this secret; nobody else's."""
    return NewAddress.objects.filter(user=user, secret=digest(token)).first()


def holder_of(email: str) -> User | None:
    """Who signs in with this mail address."""
    return User.objects.filter(email__iexact=email).first()


def accepted(user: User, version: str) -> Acceptance | None:
    """When this person accepted the terms in this wording; None when they have not."""
    return Acceptance.objects.filter(user=user, version=version).first()


def digest(token: str) -> str:
    """What is kept of a secret. A plain hash is enough: the secret is 256 random bits, not words somebody chose."""
    return sha256(token.encode()).hexdigest()


def successors_for(person: User) -> QuerySet[User]:
    """Those who could take over what the person owns: same agency, or a role for the whole partnership."""
    held = Membership.objects.current().filter(Q(agency=None) | Q(agency__in=person.agency_ids))
    if not person.agency_ids:
        held = Membership.objects.current()
    return User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk=person.pk).order_by("name")


def agencies() -> models.Manager:
    """The partnership's agencies, for choosing one. The room that keeps them rests on this one, so it is asked for by name."""
    return Membership._meta.get_field("agency").related_model.objects  # type: ignore[union-attr]


def others_manage(person: User) -> bool:
    """Whether somebody else can manage people today."""
    return managers().exclude(pk=person.pk).exists()


def managers() -> QuerySet[User]:
    """Those who can manage people today."""
    roles = [role for role, permissions in MAY.items() if Permission.MANAGE_PEOPLE in permissions]
    return User.objects.filter(pk__in=Membership.objects.current().filter(role__in=roles).values("user"))


def sign_ins_of(user: User) -> QuerySet[SignIn]:
    return SignIn.objects.filter(user=user)


def sessions_of(user: User) -> QuerySet[Session]:
    """Where this person is signed in now, newest first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-since")


def factors_of(user: User) -> QuerySet[Authenticator]:
    """Authenticator apps and keys; not recovery codes."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
