"""One page that asks something and acts on the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from plait.errors import UserError
from plait_web.partnership import access
from plait_web.partnership.journeys import Question
from plait_web.permissions import Refused
from plait_web.ui.wording import to_look_at_again

PAGE = 50  # rows


def ask(
    request: HttpRequest,
    form: Question,
    act: Callable[[dict[str, Any]], Any],
    *,
    to: str,
    told: str,
    title: str = "",
    button: str = "Save",
    refusal: str = "",
    warning: str = "",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form, or what came of it: `act` is given the answers, and `told` is said at `to`.

    A `refusal` stands in place of the form; a `warning` above a button that cannot be taken back. `more` is what the
    page says besides.
    """
    sent = request.method == "POST" and not refusal and form.is_valid()
    if sent and not to_look_at_again(form, access.pack()) and tried(form, act):
        messages.success(request, told)
        return redirect(to)
    context = {"form": form, "title": title, "button": button, "back": to, "refusal": refusal, "warning": warning}
    status = 409 if refusal and request.method == "POST" else 200
    return render(request, "partnership/question.html", context | (more or {}), status=status)


def tried(form: Question, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the act went through; if not, the form says why."""
    try:
        act(form.cleaned_data)
    except (Refused, UserError) as reason:
        form.add_error(None, str(reason))
        return False
    return True


def form_of(kind: type[Question], request: HttpRequest, **named: Any) -> Any:
    """The form as sent, or as first shown."""
    return kind(request.POST, **named) if request.method == "POST" else kind(**named)


def paged(request: HttpRequest, rows: Sequence[Any] | Any) -> Page:
    """The page of rows that was asked for, or the nearest there is."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))
