"""The people of the partnership: who they are, what they may do, and what happens to what they own when they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from plait_web import mail
from plait_web.accounts import access, actions, forms, ownership, policies
from plait_web.accounts.adapters import forget_tries
from plait_web.accounts.models import Membership, User
from plait_web.accounts.views import PAGE
from plait_web.permissions import Refused, permitted
from plait_web.roles import Permission

P = Permission


def _said(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """Does it, and says that it is done, or the sentence for why not. Answers whether it was done."""
    try:
        act()
    except (Refused, mail.NotSent) as no:
        messages.error(request, str(no))
        return False
    messages.success(request, done)
    return True


def _person(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(access.people_for(request.user), pk=pk)


def _role(request: HttpRequest, pk: int) -> Membership:
    return get_object_or_404(access.role_for(request.user, pk))


@permitted(P.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    rows = Paginator(access.people_for(request.user, words), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "words": words, "invitations": access.invitations_for(request.user)[:PAGE]}
    return render(request, "accounts/people.html", page)


@permitted(P.MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    form = forms.Invite(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        if _said(
            request, lambda: actions.invite(**said, by=request.user), f"An invitation is on its way to {said['email']}."
        ):
            return redirect("accounts:people")
    return render(request, "accounts/invite.html", {"form": form})


@permitted(P.MANAGE_PEOPLE)
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(access.invitations_for(request.user), pk=pk)
    _said(
        request, lambda: actions.resend(invitation.pk, by=request.user), "Sent again. The link before no longer works."
    )
    return redirect("accounts:people")


@permitted(P.MANAGE_PEOPLE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(access.invitations_for(request.user), pk=pk)
    _said(request, lambda: actions.withdraw(invitation.pk, by=request.user), "The invitation has been withdrawn.")
    return redirect("accounts:people")


@permitted(P.MANAGE_PEOPLE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    page = {
        "person": found,
        "roles": access.roles_for(request.user, found),
        "own": found.pk == request.user.pk,
        "may_unlock": request.user.may(P.ADMINISTER),
    }
    return render(request, "accounts/person.html", page)


@permitted(P.MANAGE_PEOPLE)
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    form = forms.RoleForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        if _said(request, lambda: actions.give_role(pk, **said, by=request.user), "The role has been given."):
            return redirect("accounts:person", pk)
    return render(request, "accounts/role.html", {"form": form, "person": found, "title": "Give a role"})


@permitted(P.MANAGE_PEOPLE)
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    role = _role(request, pk)
    form = forms.RoleForm(request.POST or None, initial={"role": role.role, "agency": role.agency_id})
    if form.is_valid():
        said = form.cleaned_data
        if _said(request, lambda: actions.change_role(pk, **said, by=request.user), "The role has been changed."):
            return redirect("accounts:person", role.user_id)
    return render(request, "accounts/role.html", {"form": form, "person": role.user, "title": f"Change role: {role}"})


@permitted(P.MANAGE_PEOPLE)
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first, then ends it."""
    role = _role(request, pk)
    if request.method == "POST":
        _said(request, lambda: actions.end_role(pk, by=request.user), "The role has ended.")
        return redirect("accounts:person", role.user_id)
    return render(request, "accounts/end_role.html", {"role": role, "person": role.user})


@permitted(P.MANAGE_PEOPLE)
def deputy(request: HttpRequest, pk: int) -> HttpResponse:
    role = _role(request, pk)
    chosen = {"deputy": role.deputy_id}
    form = forms.Deputy(request.POST or None, people=access.successors_for(role.user), initial=chosen)
    if form.is_valid():
        said = form.cleaned_data["deputy"]
        if _said(request, lambda: actions.name_deputy(pk, deputy=said, by=request.user), "The deputy has been saved."):
            return redirect("accounts:person", role.user_id)
    return render(request, "accounts/deputy.html", {"form": form, "role": role, "person": role.user})


@permitted(P.MANAGE_PEOPLE)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    form = forms.Successor(request.POST or None, people=access.successors_for(found))
    if form.is_valid():
        to = form.cleaned_data["to"]
        if _said(request, lambda: actions.hand_over(pk, to=to, by=request.user), f"{to} now has what {found} had."):
            return redirect("accounts:person", pk)
    page = {"form": form, "person": found, "owned": ownership.owned_by(found)}
    return render(request, "accounts/hand_over.html", page)


@permitted(P.MANAGE_PEOPLE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    owned = ownership.owned_by(found)
    needed = any(kind.field != "deputy" for kind in owned)
    form = forms.Close(
        request.POST or None, people=access.successors_for(found), needed=needed, initial=_deputy_of(found)
    )
    if form.is_valid():
        said = {"hand_over_to": form.cleaned_data["to"], "why": form.cleaned_data["why"]}
        if _said(request, lambda: actions.close_account(pk, by=request.user, **said), "The account is closed."):
            return redirect("accounts:person", pk)
    page = {"form": form, "person": found, "owned": owned, "needed": needed, "refused": _why_not(found, request.user)}
    return render(request, "accounts/close.html", page)


def _deputy_of(person: User) -> dict[str, int | None]:
    """The successor to suggest: the deputy named for one of the roles."""
    return {"to": next((m.deputy_id for m in person.held if m.deputy_id), None)}


def _why_not(person: User, by: User) -> str:
    """Why the account cannot be closed whoever takes over; '' when it can."""
    try:
        policies.check_can_close(person, by, [], None, others_manage=access.others_manage(person))
    except Refused as no:
        return str(no)
    return ""


@permitted(P.MANAGE_PEOPLE)
@require_POST
def send_link(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    _said(request, lambda: actions.send_link(found, by=request.user), f"A link is on its way to {found.email}.")
    return redirect("accounts:person", pk)


@permitted(P.ADMINISTER)
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """The record first, then the counter, which is no part of the database's transaction."""
    found = _person(request, pk)
    actions.unlock(found, by=request.user)
    forget_tries(request, found)
    messages.success(request, f"{found} can try to sign in again.")
    return redirect("accounts:person", pk)


@permitted(P.ADMINISTER)
@require_POST
def sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    actions.end_sessions(found, by=request.user)
    messages.success(request, f"{found} has been signed out everywhere.")
    return redirect("accounts:person", pk)


@permitted(P.ADMINISTER)
def sign_ins(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    rows = Paginator(access.sign_ins_of(found), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/sign_ins.html", {"rows": rows, "person": found})
