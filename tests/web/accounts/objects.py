"""What stands in the addresses of accounts and people."""

from allauth.mfa.models import Authenticator

from plait_web.accounts.models import Invitation, Membership, User
from plait_web.roles import Role


def _somebody():
    user, _ = User.objects.get_or_create(email="somebody@example.org", defaults={"name": "Some Body"})
    Membership.objects.get_or_create(user=user, role=Role.PARTICIPATION)
    return user


def _key():
    return Authenticator.objects.create(user=_somebody(), type="webauthn", data={"name": "key", "credential": {}})


def _invitation():
    made, _ = Invitation.objects.get_or_create(email="invited@example.org", role=Role.PARTICIPATION, secret="0" * 64)
    return {"pk": made.pk}


def _person():
    return {"pk": _somebody().pk}


def _role():
    return {"pk": _somebody().memberships.get().pk}


KWARGS = {
    "accounts:confirm_address": lambda: {"token": "made-up"},
    "accounts:join": lambda: {"token": "made-up"},
    "account_reset_password_from_key": lambda: {"uidb36": "1", "key": "made-up"},
    "openid_connect_login": lambda: {"provider_id": "nobody"},
    "openid_connect_callback": lambda: {"provider_id": "nobody"},
    "mfa_remove_webauthn": lambda: {"pk": _key().pk},
    "accounts:resend": _invitation,
    "accounts:withdraw": _invitation,
    **{
        f"accounts:{page}": _person
        for page in ("person", "give_role", "hand_over", "close", "send_link", "unlock", "sign_out")
    },
    "accounts:person_sign_ins": _person,
    **{f"accounts:{page}": _role for page in ("change_role", "end_role", "deputy")},
}
