"""How the audit trail is searched."""

from __future__ import annotations

from typing import Any

from django import forms

from plait_web.ui.fields import DayField


class SearchForm(forms.Form):
    words = forms.CharField(
        label="Who or what",
        help_text="Part of a mail address, an act, a name of a thing, or its number",
        required=False,
        max_length=120,
    )
    act = forms.ChoiceField(label="Kind of act", required=False)
    since = DayField(label="From this day", required=False)
    until = DayField(label="To this day", required=False)

    def __init__(self, *args: Any, acts: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["act"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any")] + [(act, act) for act in acts]
