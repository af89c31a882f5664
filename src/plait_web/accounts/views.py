"""A person's own account: the way in by an invitation, the terms, and what they can see and change of it."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from plait_web.accounts import access, actions, forms, policies, terms
from plait_web.accounts.adapters import INVITATION
from plait_web.accounts.models import Invitation, User
from plait_web.accounts.stages import tenants
from plait_web.mail import NotSent
from plait_web.permissions import Refused, permitted, public
from plait_web.roles import Permission

P = Permission
PAGE = 50


@public("Whoever finds a weakness must be able to say so.")
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); nothing until somebody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = (timezone.now() + timedelta(days=90)).isoformat(timespec="seconds")
    lines = [f"Contact: {settings.SECURITY_CONTACT}", f"Expires: {until}", "Preferred-Languages: en"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public("Whoever holds the link in the mail may follow it; the link is the proof.")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Keeps the invitation in the session, so that the secret is in no further address."""
    invitation = access.invitation_of(token)
    if invitation is None:
        raise Refused("This link is not one of ours, or a newer one was sent since. Look for the latest mail.")
    policies.check_is_open(invitation)
    if request.user.is_authenticated:
        logout(request)
    request.session[INVITATION] = invitation.pk
    return redirect("accounts:welcome")


def _invitation(request: HttpRequest) -> Invitation:
    found = access.invitation(request.session.get(INVITATION))
    if found is None:
        raise Refused("Follow the link in your mail again.")
    policies.check_is_open(found)
    return found


@public("The second step after the link in the mail; without it there is nothing here.")
def welcome(request: HttpRequest) -> HttpResponse:
    page = {"invitation": _invitation(request), "tenants": tenants()}
    return render(request, "accounts/welcome.html", page)


@sensitive_post_parameters()
@public("The third step after the link in the mail; without it there is nothing here.")
def new_password(request: HttpRequest) -> HttpResponse:
    """Makes the account and signs in. What is still missing, a second factor and the terms, is asked for next."""
    invitation = _invitation(request)
    form = forms.Join(request.POST or None, email=invitation.email)
    if not form.is_valid():
        return render(request, "accounts/new_password.html", {"form": form, "invitation": invitation})
    user = actions.accept(invitation.pk, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
    del request.session[INVITATION]
    return perform_login(request, user, email_verification="none")


@permitted(P.SIGNED_IN)
def accept_terms(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        actions.accept_terms(request.user, version=request.POST.get("version", ""))
        return HttpResponseRedirect("/")
    version = terms.version()
    page = {"version": version, "accepted": access.accepted(request.user, version), "wording": terms.TEXT}
    return render(request, "accounts/terms.html", page)


@permitted(P.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/home.html", {"has_password": request.user.has_usable_password()})


@permitted(P.SIGNED_IN)
def rename(request: HttpRequest) -> HttpResponse:
    form = forms.Name(request.POST or None, initial={"name": request.user.name})
    if not form.is_valid():
        return render(request, "accounts/rename.html", {"form": form})
    actions.rename(request.user, name=form.cleaned_data["name"])
    messages.success(request, "Your name has been changed.")
    return redirect("accounts:home")


@permitted(P.SIGNED_IN)
@reauthentication_required(app="allauth.mfa")
def address(request: HttpRequest) -> HttpResponse:
    """Asks for another mail address, and who it is who asks: mails to it let somebody in."""
    form = forms.Address(request.POST or None)
    if form.is_valid() and _asked_for(form, request.user):
        messages.success(request, "We have sent a link to the new address. Follow it within one hour, in this browser.")
        return redirect("accounts:home")
    return render(request, "accounts/address.html", {"form": form})


def _asked_for(form: forms.Address, user: User) -> bool:
    """Whether the link was mailed; if not, the form says why."""
    try:
        actions.ask_for_address(user, email=form.cleaned_data["email"])
    except (Refused, NotSent) as no:
        form.add_error("email", str(no))
        return False
    return True


@permitted(P.SIGNED_IN)
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: shows the address and takes it over only when the button is pressed, not by a mail scanner."""
    wanted = access.new_address_of(request.user, token)
    policies.check_can_confirm(wanted, access.holder_of(wanted.email) if wanted else None)
    if request.method == "POST":
        actions.confirm_address(request.user, token=token, keep=request.session.session_key)
        messages.success(request, "Your mail address has been changed. Sign in with it from now on.")
        return redirect("accounts:home")
    return render(request, "accounts/confirm_address.html", {"wanted": wanted})


@permitted(P.SIGNED_IN)
def sessions(request: HttpRequest) -> HttpResponse:
    page = {"sessions": access.sessions_of(request.user)[:PAGE], "current": request.session.session_key}
    return render(request, "accounts/sessions.html", page)


@permitted(P.SIGNED_IN)
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    ended = actions.end_sessions(request.user, by=request.user, keep=request.session.session_key)
    messages.success(request, f"Signed out {ended} other {'browser' if ended == 1 else 'browsers'}.")
    return redirect("accounts:sessions")


@permitted(P.SIGNED_IN)
def sign_ins(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.sign_ins_of(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/sign_ins.html", {"rows": rows, "back": reverse("accounts:home")})
