"""What is asked when a token is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from plait_web.api.models import SCOPES
from plait_web.partnership import access as partnership


class TokenForm(forms.Form):
    agency = forms.ModelChoiceField(None, label="Whose system is it?", empty_label="Choose an agency")
    name = forms.CharField(
        label="What is the system called?",
        max_length=80,
        help_text="Its own name, not a person's. Such as: records export",
    )
    scopes = forms.MultipleChoiceField(
        label="What is the token for?",
        choices=[(scope.value, words) for scope, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing"},
    )
    days = forms.IntegerField(
        label="For how many days?", min_value=1, max_value=366, initial=180, help_text="Up to 366. Shorter is safer."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = partnership.agencies(timezone.localdate())
