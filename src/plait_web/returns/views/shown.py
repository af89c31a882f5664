"""What several of the pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from plait.declare import Pack
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused

PAGE = 50


def paged(request: HttpRequest, rows: Any) -> Page:
    """One page of rows; the first for a number that is none."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def asked_for(datasets: Iterable[str], pack: Pack | None = None) -> str:
    """'Concerns, events': the data sets by their titles in the pack in force."""
    known = (pack or partnership.pack()).datasets
    titles = [known[name].title if name in known else name for name in datasets]
    return ", ".join([titles[0], *(t[0].lower() + t[1:] for t in titles[1:])]) if titles else ""


def tried(request: HttpRequest, act: Callable[[], Any], *, done: str = "") -> bool:
    """Whether it was done. A refusal is shown in the policy's own words."""
    try:
        act()
    except Refused as reason:
        messages.error(request, str(reason))
        return False
    if done:
        messages.success(request, done)
    return True


def why_not(check: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The policy's sentence that greys a button; '' where it may be pressed."""
    try:
        check(*args, **kwargs)
    except Refused as reason:
        return str(reason)
    return ""
