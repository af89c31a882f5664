"""The sign-in library's pages that are used, each with who may open it. What is not listed here cannot be reached:
signing up, changing mail addresses, switching the second factor off, connecting other accounts."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount.providers.openid_connect import views as tenants
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, re_path, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic.edit import FormView

from plait_web.accounts import access, policies
from plait_web.accounts.models import User
from plait_web.accounts.stages import tenants as listed
from plait_web.permissions import permitted, public
from plait_web.roles import Permission

_OWN = permitted(Permission.SIGNED_IN)
_BEFORE = public("Part of signing in: whoever opens it has not signed in yet.")


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class NewApp(ActivateTOTPView):
    """Sets up an authenticator app, the first or in place of the one before: there is no moment without."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return FormView.dispatch(self, request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            mine = User.objects.select_for_update().get(pk=self.request.user.pk)
            Authenticator.objects.filter(user=mine, type=Authenticator.Type.TOTP).delete()
            return _proven(self.request, super().form_valid(form))


class NewKey(keys.AddWebAuthnView):
    """Adds a security key."""

    def form_valid(self, form: Any) -> HttpResponse:
        return _proven(self.request, super().form_valid(form))


def _proven(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Whoever has just used a new second factor need not prove to be themselves again to be shown the recovery codes."""
    record_authentication(request, request.user, method="mfa", reauthenticated=True)
    return response


class OneKeyFewer(keys.RemoveWebAuthnView):
    """Takes a security key away, unless it is the only second factor: two taken away at once cannot both be."""

    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            mine = User.objects.select_for_update().get(pk=self.request.user.pk)
            policies.check_can_remove_key(access.factors_of(mine).exclude(pk=self.kwargs["pk"]).count())
            return super().form_valid(form)


class SignIn(account.LoginView):
    """Mail address and password, or one of the organisations."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"tenants": listed()}


@_BEFORE
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the organisation's own sign-in; only from a page of ours, so that no other site can sign somebody in unasked."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return redirect("account_login")
    if request.GET.get("process", "login") != "login":
        return redirect("account_login")
    return tenants.login(request, provider_id)


@_BEFORE
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    get_adapter(request).logout(request)
    response = redirect("account_login")
    response["Clear-Site-Data"] = '"cache", "storage"'  # nothing read here stays on a shared computer
    return response


urlpatterns = [
    path("sign-in/", _BEFORE(SignIn.as_view()), name="account_login"),
    path("sign-in/closed/", _BEFORE(account.account_inactive), name="account_inactive"),
    path("sign-in/second-factor/", _BEFORE(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/with/<slug:provider_id>/", begin, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back/", _BEFORE(tenants.callback), name="openid_connect_callback"),
    path("sign-out/", sign_out, name="account_logout"),
    path("password/", _BEFORE(account.password_reset), name="account_reset_password"),
    path("password/sent/", _BEFORE(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _BEFORE(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/changed/", _BEFORE(account.password_reset_from_key_done), name="account_reset_password_from_key_done"
    ),
    path("account/password/", _OWN(account.password_change), name="account_change_password"),
    path("account/again/password/", _OWN(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/code/", _OWN(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/again/key/", _OWN(keys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/", _OWN(mfa.index), name="mfa_index"),
    path("account/second-factor/app/", _OWN(NewApp.as_view()), name="mfa_activate_totp"),
    path("account/second-factor/codes/", _OWN(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/second-factor/codes/new/", _OWN(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/second-factor/key/", _OWN(NewKey.as_view()), name="mfa_add_webauthn"),
    path("account/second-factor/key/<int:pk>/remove/", _OWN(OneKeyFewer.as_view()), name="mfa_remove_webauthn"),
]
