"""Who may come in, and as what."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
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
        "personal": ("email", "name", "password", "last_login"),
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
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)

    objects = MembershipQuery.as_manager()

    privacy: ClassVar = {"personal": ("user",), "plain": ("id", "role", "agency", "since", "until")}

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="some_roles_are_held_for_an_agency",
                condition=~Q(role__in=sorted(OF_AN_AGENCY)) | Q(agency__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.agency})" if self.agency else self.get_role_display()
