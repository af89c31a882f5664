"""Form fields in the pattern library's way, where Django's own differ."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class DayInput(forms.MultiWidget):
    """A day typed as three numbers: nobody has to find it in a calendar."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()], attrs)

    def decompress(self, value: date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def parts(self, value: Any) -> list[Any]:
        """The three numbers as typed, or those of a day."""
        if isinstance(value, list):
            return [part if part is not None else "" for part in value]
        return self.decompress(value)


class DayField(forms.MultiValueField):
    """A day, typed as day, month and year. Says which way it is wrong."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": "Enter a day, month and year"})
        parts = [forms.CharField(required=False, max_length=4) for _ in range(3)]
        super().__init__(parts, require_all_fields=False, **options)

    def compress(self, parts: list[Any]) -> date | None:
        if not any(parts):
            return None
        try:
            day, month, year = (int(part) for part in parts)
            return date(year, month, day)
        except (TypeError, ValueError):
            raise ValidationError("Enter a real day, such as 27 3 2026") from None
