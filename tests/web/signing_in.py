"""Signing in as the application would leave it, for tests that are not about signing in."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from plait_web.accounts import actions, terms
from plait_web.accounts.models import Acceptance, User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of every test person's authenticator app


def signed_in(user: User) -> Client:
    """A browser that came in the whole way: password, second factor, terms; just now, so that nothing is asked again."""
    if not Authenticator.objects.filter(user=user).exists():
        actions.add_authenticator_app(user, secret=SECRET)
    Acceptance.objects.get_or_create(user=user, version=terms.version())
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session["admitted"], session["seen"] = terms.version(), time.time()
    session.save()
    return client


def code() -> str:
    """What the authenticator app shows now."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
