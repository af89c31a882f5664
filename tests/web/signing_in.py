"""Signing in as the application would leave it, for tests that are not about signing in."""

from django.test import Client

from plait_web.accounts.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
