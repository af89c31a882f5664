"""The templates' environment: the pattern library's macros, our own components, and what every page may say."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.html import json_script
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined, select_autoescape


def environment(**options: Any) -> Environment:
    """An environment that escapes everything and fails on a name it was not given."""
    loader = ChoiceLoader(
        [options.pop("loader"), PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})]
    )
    options |= {"autoescape": select_autoescape(default=True), "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(loader=loader, **options)  # noqa: S701 - autoescape is set just above
    made.globals |= {"static": staticfiles_storage.url, "url": _url}
    made.filters |= {"json_script": json_script, "day": day, "moment": moment, "number": number, "plural": plural}
    made.filters["capitalise"] = capitalise
    return made


def strict(**options: Any) -> Environment:
    """The same, and a name a template was not given is an error: for documents, whose gaps nobody would see."""
    return environment(**options, undefined=StrictUndefined)


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def day(value: date | datetime | None) -> str:
    """'3 April 2026'; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime | None) -> str:
    """'3 April 2026 at 4:05pm', in local time."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    hour = local.hour % 12 or 12
    return f"{day(local)} at {hour}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def capitalise(words: str) -> str:
    """A large first letter, and the rest as it is."""
    return words[:1].upper() + words[1:]


def number(value: float) -> str:
    return f"{value:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """'1 return', '3 returns'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
