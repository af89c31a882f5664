"""A page with one form: what it asks, what is done with the answer, and where one goes from there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from plait.declare import Pack
from plait.errors import UserError
from plait_web.permissions import Refused
from plait_web.ui.wording import to_look_at_again

ASK_AND_SEND = require_http_methods(["GET", "POST"])


class SureForm(forms.Form):
    """Nothing to fill in: a button to press."""


@dataclass(frozen=True)
class Asked:
    """The words of the page, where its back link leads, and where one goes when the form is sent.

    A `refusal` stands in place of the form. `more` is what a template of its own says besides.
    """

    title: str
    button: str
    said: str = ""  # when it is done
    _: KW_ONLY
    back: str  # the name of a page, or its address
    at: object = None  # what that page is about
    about: object = None  # shown above the form
    lines: tuple[str, ...] = ()  # said before the form
    warning: bool = False  # what the button does is grave
    refusal: str = ""
    template: str = "ui/asked.html"
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def href(self) -> str:
        return resolve_url(self.back, self.at) if self.at else resolve_url(self.back)


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[..., Any],
    page: Asked,
    *,
    pack: Callable[[], Pack],
    spared: Collection[str] = (),
) -> HttpResponse:
    """The page, until what was sent is good and `act` does it; then the page it leads back to, or the one `act` made.

    Words that the pack's language guide remarks on bring it back once, and are kept as they are the second time; not
    those of the fields `spared`, which repeat what another system says. Where `act` refuses, the page says why.
    """
    sent = request.method == "POST" and not page.refusal and form.is_valid()
    if sent and not to_look_at_again(form, pack(), spared=spared):
        try:
            made = act(**form.cleaned_data)
        except (Refused, UserError) as no:
            form.add_error(None, str(no))
        else:
            if page.said:
                messages.success(request, page.said)
            return made if isinstance(made, HttpResponse) else redirect(page.href)
    status = 409 if page.refusal and request.method == "POST" else 200
    return render(request, page.template, {"form": form, "page": page, **page.more}, status=status)
