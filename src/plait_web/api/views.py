"""The pages on which tokens are made and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plait_web.api import actions
from plait_web.api.access import tokens_for
from plait_web.api.forms import TokenForm
from plait_web.permissions import Refused, permitted
from plait_web.roles import Permission


@require_GET
@permitted(Permission.ADMINISTER)
def tokens(request: HttpRequest) -> HttpResponse:
    page = Paginator(tokens_for(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "api/tokens.html", {"page": page})


@require_http_methods(["GET", "POST"])
@permitted(Permission.ADMINISTER)
def make(request: HttpRequest) -> HttpResponse:
    """Makes a token and shows its secret, this once."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        token, secret = actions.make(**form.cleaned_data, by=request.user)
        return render(request, "api/made.html", {"token": token, "secret": secret})
    return render(request, "api/make.html", {"form": form})


@require_http_methods(["GET", "POST"])
@permitted(Permission.ADMINISTER)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(tokens_for(request.user), pk=pk)
    if request.method == "GET":
        return render(request, "api/withdraw.html", {"token": token})
    try:
        actions.withdraw(token.pk, by=request.user)
        messages.success(request, f"The token of {token} lets nobody in any more.")
    except Refused as reason:
        messages.error(request, str(reason))
    return redirect("api:tokens")
