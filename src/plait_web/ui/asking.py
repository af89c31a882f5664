"""A page with one form: what it asks, what is done with the answer, and where one goes from there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import KW_ONLY, dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from plait.declare import Pack
from plait_web.permissions import Refused
from plait_web.ui.wording import to_look_at_again


@dataclass(frozen=True)
class Asked:
    """The words of the page, where its back link leads, and where one goes when the form is sent."""

    title: str
    button: str
    said: str = ""  # when it is done
    _: KW_ONLY
    back: str  # the name of a page
    at: object = None  # what that page is about
    about: object = None  # shown above the form
    lines: tuple[str, ...] = ()  # said before the form
    warning: bool = False  # what the button does is grave


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
    those of the fields `spared`, which repeat what another system says.
    """
    if form.is_valid() and not to_look_at_again(form, pack(), spared=spared):
        try:
            made = act(**form.cleaned_data)
        except Refused as no:
            messages.error(request, str(no))
        else:
            if page.said:
                messages.success(request, page.said)
            return made if isinstance(made, HttpResponse) else _to(page)
    return render(request, "ui/asked.html", {"form": form, "page": page})


def _to(page: Asked) -> HttpResponse:
    return redirect(page.back, page.at) if page.at else redirect(page.back)
