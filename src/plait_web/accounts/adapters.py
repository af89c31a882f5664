"""What we ask of the sign-in library where our rules differ from its own. The settings ACCOUNT_ADAPTER, MFA_ADAPTER and
SOCIALACCOUNT_ADAPTER name these."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context, ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from plait_web import mail
from plait_web.accounts import access, actions, sessions
from plait_web.accounts.models import Invitation, SignIn, User
from plait_web.audit.record import record
from plait_web.permissions import Refused

INVITATION = "invitation"  # where a session keeps the invitation somebody is accepting
_log = logging.getLogger("plait.accounts")

_NEWS = {  # what the library reports: the message on the page, and the sentence mailed to the account's holder
    "password_changed": "Your password has been changed.",
    "password_reset": "Your password has been changed.",
    "totp_activated": "An authenticator app has been set up for your account.",
    "webauthn_added": "A security key has been added to your account.",
    "webauthn_removed": "A security key has been removed from your account.",
    "recovery_codes_generated": "Recovery codes have been made for your account. Any from before no longer work.",
}


class Accounts(DefaultAccountAdapter):
    """Nobody signs up; every try is remembered; mails go our way."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The mail address or the password is not right.",
        "incorrect_password": "The password is not right.",
        "too_many_login_attempts": "Too many tries. Wait 15 minutes, or ask an administrator to unlock your account.",
        "rate_limited": "Too many tries. Wait 15 minutes, or ask an administrator to unlock your account.",
        "incorrect_code": "The code is not right. Codes change every 30 seconds and work once.",
        "enter_current_password": "Enter your current password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["plait_web.accounts.stages.SecondFactor"]

    def is_safe_url(self, url: str) -> bool:
        """Only an address of this very host: signing in never leads to another service."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not to set up one's first second factor, moments after the password; always to change one."""
        return access.factors_of(context.request.user).exists() and super().is_reauthentication_required(
            app=app, **kwargs
        )

    def set_password(self, user: User, password: str) -> None:
        """Whoever has just proved to be themselves by mail may try at once."""
        super().set_password(user, password)
        forget_tries(context.request, user)

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries are counted by mail address, whatever name the service was reached by: an administrator can unlock any."""
        return tries_key(credentials.get("email", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _failed(request, credentials, SignIn.Result.LOCKED)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        _failed(request, credentials, SignIn.Result.WRONG_PASSWORD)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request)
        way = way_in(request, user)
        actions.signed_in(user, way=way, source=sessions.source(request), browser=sessions.browser(request))

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Our sentence for what changed; nothing for signing in and out, which the page shows by itself."""
        name = _name(message_template or "")
        said = kwargs.get("message") or _NEWS.get(name)
        if said and name != "recovery_codes_generated":  # the page that shows the codes says so itself
            messages.add_message(request, level, said)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Of the library's mails only this one is left: the way to a new password."""
        lines = [
            "Somebody, we hope you, asked for a new password. The link works once, for one hour.",
            "If it was not you, do nothing: your password stays as it is.",
        ]
        mail.send(email, subject="A new password for Plait", lines=lines, link=context["password_reset_url"])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Its path: what stands before it is ours to say, not the request's."""
        user, _, token = key.partition("-")
        return reverse("account_reset_password_from_key", args=[user, token])

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Nobody who signs in with their organisation gets a password beside it.

        The page says the same whether there is an account, and whether the mail could be sent.
        """
        try:
            if user.has_usable_password():
                super().send_password_reset_mail(user, email, context)
        except mail.NotSent:
            _log.warning("A link for a new password could not be sent")

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Whoever's keys have changed hears of it by mail, and the audit trail keeps it."""
        name = _name(template_prefix)
        record(f"account.{name}", by=user, target=user)
        lines = [_NEWS[name], "If it was not you, tell your administrator at once."]
        try:
            mail.send(user.email, subject="Your Plait account has changed", lines=lines, link=reverse("accounts:home"))
        except mail.NotSent:
            _log.warning("A notice of changed keys could not be sent")


def _name(template: str) -> str:
    """'mfa/email/totp_activated' and 'mfa/messages/totp_activated.txt' are both 'totp_activated'."""
    return template.rsplit("/", 1)[-1].removesuffix(".txt")


def tries_key(email: str) -> str:
    """Under what a person's tries with a password are counted."""
    return f"sign-in:{email.lower()}"


def forget_tries(request: HttpRequest, user: User) -> None:
    """Wrong passwords and wrong codes of this person no longer count."""
    for key in (tries_key(user.email), f"mfa-auth-user-{user.pk}"):
        ratelimit.clear(request, action="login_failed", key=key)


def way_in(request: HttpRequest, user: User) -> str:
    """How this person came in, the last time in this session: 'password', or the organisation that vouched for them."""
    ways = [said for said in get_authentication_records(request, user) if said["method"] != "mfa"]
    return ways[-1].get("provider", "password") if ways else "password"


def _failed(request: HttpRequest, credentials: dict[str, Any], result: Any) -> None:
    user = User.objects.filter(email__iexact=credentials.get("email", "")).first()
    seen = {"source": sessions.source(request), "browser": sessions.browser(request)}
    actions.refused_sign_in(user, result=result, way="password", **seen)


class Tenants(DefaultSocialAccountAdapter):
    """An organisation vouches for who somebody is; only an invitation lets them in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Known by the organisation's number for them: in. On the way in by an invitation: linked. Otherwise refused."""
        if sociallogin.is_existing:
            _forget_what_was_said(sociallogin)
        elif invitation := request.session.pop(INVITATION, None):
            self._link(request, sociallogin, invitation)
        else:
            raise ImmediateHttpResponse(_not_invited(request, sociallogin.account.provider))

    def _link(self, request: HttpRequest, sociallogin: Any, invitation: int) -> None:
        try:
            with transaction.atomic():
                name = sociallogin.user.name or Invitation.objects.get(pk=invitation).email.partition("@")[0]
                actions.link_tenant(sociallogin, user=actions.accept(invitation, name=name, password=None))
        except Refused as no:
            raise ImmediateHttpResponse(_refusal(request, str(no))) from no

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Only the name is taken over. The mail address is the one that was invited, whatever the organisation says."""
        user: User = sociallogin.user
        user.name = str(data.get("name") or "")[:120]
        return user

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        """Raises the page that says so: the cause may repeat what the organisation said, and stays out of it."""
        why = "Your organisation did not let you in, or its sign-in does not answer. Try again, or sign in another way."
        raise ImmediateHttpResponse(_refusal(request, why))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The invitation was the notice."""


def _forget_what_was_said(sociallogin: Any) -> None:
    """The library keeps what the organisation says of a person. We need its number for them and nothing else."""
    sociallogin.account.extra_data = {}
    sociallogin.account.save(update_fields=["extra_data"])


def _not_invited(request: HttpRequest, tenant: str) -> HttpResponse:
    seen = {"source": sessions.source(request), "browser": sessions.browser(request)}
    actions.refused_sign_in(None, result=SignIn.Result.NOT_INVITED, way=tenant, **seen)
    why = "Your organisation knows you, but nobody has invited you to Plait with this account. Ask your partnership manager."
    return _refusal(request, why)


def _refusal(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "ui/refused.html", {"title": "You could not be signed in", "why": why}, status=403)


class SecondFactors(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are kept encrypted, by a key that is not in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not right. Codes change every 30 seconds and work once.",
    }

    def get_totp_issuer(self) -> str:
        return "Plait"

    def _get_site_name(self) -> str:
        return "Plait"

    def is_mfa_enabled(self, user: User, types: Sequence[str] | None = None) -> bool:
        """A page that only shows asks the database once for all kinds, where the library asks once for each."""
        request = context.request
        if types is None or request is None or request.method != "GET" or request.user != user:
            return bool(super().is_mfa_enabled(user, types))
        return not request.user.kinds_of_factors.isdisjoint(types)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (hashlib.blake2b(key.encode(), digest_size=32, person=b"second factors").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
