"""Who may come in, as what, how they were invited, and where they are signed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from plait_web.roles import MAY, OF_AN_AGENCY, Permission, Role


class Users(BaseUserManager["User"]):
    """Finds a person by mail address, whatever its case."""

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """Somebody with an account. Never deleted while anything they decided stands: only closed."""

    email = models.EmailField("mail address", max_length=254, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField("open", default=True)
    joined = models.DateTimeField(default=timezone.now)

    objects = Users()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    privacy: ClassVar = {
        "secret": ("password",),
        "personal": ("email", "name", "last_login"),
        "plain": ("id", "is_active", "joined"),
    }

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="one_account_a_mail_address"),)

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    @cached_property
    def held(self) -> tuple[Membership, ...]:
        """The roles this person holds today."""
        return tuple(Membership.objects.current().filter(user=self).select_related("agency"))

    @cached_property
    def kinds_of_factors(self) -> frozenset[str]:
        """The kinds of second factor this person had set up when first asked for, recovery codes among them."""
        return frozenset(Authenticator.objects.filter(user=self).values_list("type", flat=True))

    @property
    def permissions(self) -> frozenset[Permission]:
        return frozenset().union(*(MAY[Role(m.role)] for m in self.held))

    def may(self, permission: Permission, agency_id: int | None = None) -> bool:
        """Whether some role lets this person do it; with an agency, whether for that agency."""
        return any(
            permission in MAY[Role(m.role)] and (agency_id is None or m.agency_id in (None, agency_id))
            for m in self.held
        )

    @property
    def agency_ids(self) -> frozenset[int]:
        """The agencies this person acts for."""
        return frozenset(m.agency_id for m in self.held if m.agency_id)


class MembershipQuery(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuery:
        """Roles held today, by people whose account is open."""
        today = timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today), since__lte=today, user__is_active=True)


class Membership(models.Model):
    """A role a person holds, for one agency or for the whole partnership, from a day and perhaps until one."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    agency = models.ForeignKey(
        "partnership.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    # Who takes over what this person owns when they leave, unless somebody else is named. Gives no permission.
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="deputy_for")
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)

    objects = MembershipQuery.as_manager()

    privacy: ClassVar = {"personal": ("user", "deputy"), "plain": ("id", "role", "agency", "since", "until")}

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="some_roles_are_held_for_an_agency",
                condition=~Q(role__in=sorted(role.value for role in OF_AN_AGENCY)) | Q(agency__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.agency})" if self.agency else self.get_role_display()


INVITED_FOR = timedelta(days=7)


class Invitation(models.Model):
    """A link, mailed once, that lets one person in. Of its secret only the digest is kept.

    Without a role it lets somebody who has an account in again: with a new password and a new second factor, or by
    signing in with their organisation from now on.
    """

    class State(models.TextChoices):
        OPEN = "open", "Waiting to be accepted"
        ACCEPTED = "accepted", "Accepted"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    email = models.EmailField("mail address", max_length=254)
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role], blank=True)
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, blank=True)
    secret = models.CharField(max_length=64, unique=True)  # the SHA-256 of what the link carries
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invitations_sent")
    sent = models.DateTimeField(default=timezone.now)
    accepted = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invitations_accepted")
    withdrawn = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar = {
        "secret": ("secret",),
        "personal": ("email", "by", "accepted_by"),
        "plain": ("id", "role", "agency", "sent", "accepted", "withdrawn"),
    }

    class Meta:
        ordering = ("-sent", "-id")

    def __str__(self) -> str:
        """Says nothing of who: the label goes to the audit trail, which names the person who acted."""
        return f"invitation {self.pk}"

    @property
    def until(self) -> datetime:
        return self.sent + INVITED_FOR

    @property
    def state(self) -> Any:
        if self.accepted:
            return self.State.ACCEPTED
        if self.withdrawn:
            return self.State.WITHDRAWN
        return self.State.EXPIRED if timezone.now() > self.until else self.State.OPEN

    def offers(self) -> str:
        """'Agency contributor (Marlshire Police)', or what it does without a role."""
        if not self.role:
            return "A new way to sign in"
        return f"{Role(self.role).label} ({self.agency})" if self.agency else str(Role(self.role).label)


CHANGED_WITHIN = timedelta(hours=1)


class NewAddress(models.Model):
    """Another mail address somebody wants, until they follow the link that was mailed to it. One at a time."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="new_address")
    email = models.EmailField("mail address", max_length=254)
    secret = models.CharField(max_length=64, unique=True)  # the SHA-256 of what the link carries
    sent = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"secret": ("secret",), "personal": ("user", "email"), "plain": ("id", "sent")}

    def __str__(self) -> str:
        return f"new address {self.pk}"

    @property
    def until(self) -> datetime:
        return self.sent + CHANGED_WITHIN


class Acceptance(models.Model):
    """Somebody accepted the terms of use, in the wording that had this version."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="acceptances")
    version = models.CharField(max_length=12)
    at = models.DateTimeField(default=timezone.now)

    privacy: ClassVar = {"personal": ("user",), "plain": ("id", "version", "at")}

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "version"), name="terms_are_accepted_once"),)

    def __str__(self) -> str:
        return f"terms {self.version}"


class SignIn(models.Model):
    """One try to sign in. A try with a mail address nobody has says nothing of what was typed."""

    class Result(models.TextChoices):
        SUCCESS = "success", "Signed in"
        WRONG_PASSWORD = "wrong_password", "Wrong password"
        WRONG_CODE = "wrong_code", "Wrong code or key"
        LOCKED = "locked", "Refused: too many tries"
        NOT_INVITED = "not_invited", "Refused: not invited"
        UNLOCKED = "unlocked", "Unlocked by an administrator"

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="sign_ins")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    result = models.CharField(max_length=20, choices=Result)
    way = models.CharField(max_length=60, blank=True)  # 'password', or the organisation that vouched
    source = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=60, blank=True)

    privacy: ClassVar = {"personal": ("user", "source", "browser"), "plain": ("id", "at", "result", "way")}

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {self.at:%Y-%m-%d %H:%M}"


class Session(AbstractBaseSession):
    """A browser that is signed in, with whose it is: so that a person can see where they are, and end it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    since = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=60, blank=True)

    privacy: ClassVar = {
        "secret": ("session_key", "session_data"),
        "personal": ("user", "source", "browser"),
        "plain": ("expire_date", "since", "seen"),
    }

    def __str__(self) -> str:
        return f"signed in {self.since:%Y-%m-%d %H:%M}"
