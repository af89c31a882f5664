"""From checking a return to signing it off, sending it back or taking it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.returns import access, actions, forms, policies
from plait_web.returns.models import Submission
from plait_web.returns.views.sending import rows_of
from plait_web.returns.views.shown import asked_for, tried, why_not
from plait_web.roles import Permission
from plait_web.ui.wording import to_look_at_again


@permitted(Permission.SEND_RETURNS)
def check(request: HttpRequest, pk: Any) -> HttpResponse:
    """The sender checks what will be used, and asks for the sign-off."""
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    if request.method == "POST":
        done = "Sent for sign-off. A second person of your agency has been asked."
        tried(request, lambda: actions.send_for_sign_off(found, by=request.user), done=done)
        return redirect("returns:return", found.pk)
    blocked = why_not(policies.check_can_send_for_sign_off, found, request.user)
    return render(request, "returns/check.html", {**_facts(found), "blocked": blocked})


@permitted(Permission.SIGN_OFF_RETURNS)
def sign_off(request: HttpRequest, pk: Any) -> HttpResponse:
    """The second person checks the same, and signs it off."""
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    if request.method == "POST":
        tried(request, lambda: actions.sign_off(found, by=request.user), done="Signed off and accepted.")
        return redirect("returns:return", found.pk)
    blocked = why_not(policies.check_can_sign_off, found, request.user)
    return render(request, "returns/sign_off.html", {**_facts(found), "blocked": blocked})


def _facts(found: Submission) -> dict[str, Any]:
    return {
        "submission": found,
        "expected": found.expected,
        "title": asked_for(found.expected.point.datasets),
        "rows": rows_of(found),
        "signers": list(access.signers_of(found)[:10]),
        "replaces": found.expected.submissions.filter(state="accepted").first(),
    }


@permitted(Permission.SIGN_OFF_RETURNS)
def send_back(request: HttpRequest, pk: Any) -> HttpResponse:
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    form = forms.ReasonForm(request.POST or None, label="What is to be put right?")
    said = {"blocked": why_not(policies.check_can_sign_off, found, request.user), "button": "Send back"}
    act = actions.send_back
    return _with_reason(
        request, found, form, act, {**said, "heading": "Send this return back"}, "Sent back to its sender."
    )


@permitted(Permission.SEND_RETURNS)
def withdraw(request: HttpRequest, pk: Any) -> HttpResponse:
    found = get_object_or_404(access.own_returns_for(request.user), pk=pk)
    form = forms.ReasonForm(request.POST or None, label="Why is it withdrawn?")
    said = {"blocked": why_not(policies.check_can_withdraw, found, request.user), "button": "Withdraw"}
    act = actions.withdraw
    return _with_reason(
        request, found, form, act, {**said, "heading": "Withdraw this return"}, "The return was withdrawn."
    )


def _with_reason(
    request: HttpRequest, found: Submission, form: forms.ReasonForm, act: Any, said: dict[str, Any], done: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and not to_look_at_again(form, partnership.pack()):
        why = form.cleaned_data["why"]
        tried(request, lambda: act(found, why=why, by=request.user), done=done)
        return redirect("returns:return", found.pk)
    title = asked_for(found.expected.point.datasets)
    return render(request, "returns/reason.html", {**said, "form": form, "submission": found, "title": title})
