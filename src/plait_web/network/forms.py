"""What analysts type for one another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.network import access
from plait_web.network.models import Offer
from plait_web.partnership import access as partnership
from plait_web.response.forms import NO_CHILD, lines
from plait_web.ui.fields import DayField

_DAYS = {"invalid": "Enter whole days", "min_value": "Enter whole days", "max_value": "Enter at most 250 days"}


def _days(label: str) -> forms.IntegerField:
    field = forms.IntegerField(
        label=label, required=False, min_value=1, max_value=250, widget=forms.TextInput(), error_messages=_DAYS
    )
    field.widget.attrs["inputmode"] = "numeric"
    return field


def _agency(label: str, *, empty: str | None, missing: str = "Choose an agency") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=None, label=label, required=empty is None, empty_label=empty or "Choose",
        error_messages={"required": missing},
    )  # fmt: skip


class OfferForm(forms.Form):
    agency = _agency("Which agency has it to spare?", empty=None)
    kind = forms.ChoiceField(
        label="What is it?", choices=Offer.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose a skill, a tool or time"},
    )  # fmt: skip
    what = forms.CharField(
        label="In words", help_text="For example: maps of small areas; R; reading audits for themes", max_length=200,
        error_messages={"required": "Say what it is"},
    )  # fmt: skip
    days = _days("How many days in a quarter? (optional)")
    until = DayField(label="Until when? (optional)", required=False)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = access.own_agencies(user)


class AskForm(forms.Form):
    agency = _agency("Who asks?", empty="The partnership")
    what = forms.CharField(
        label="What help is needed?", max_length=200, error_messages={"required": "Say what help is needed"}
    )
    why = lines("What for?", NO_CHILD, missing="Say what it is for")
    by_day = DayField(label="By when?")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = access.own_agencies(user)


class EndForm(forms.Form):
    met = forms.ChoiceField(
        label="Did help come?", choices=[("yes", "Yes"), ("no", "No, it is no longer needed")], widget=forms.RadioSelect,
        error_messages={"required": "Say whether help came"},
    )  # fmt: skip
    given = forms.ModelChoiceField(
        queryset=None, label="Out of which offer? (optional)", required=False, empty_label="By other means"
    )
    days = _days("How many days did it take? (optional)")
    outcome = lines("What came of it?", missing="Say what came of it")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["given"].queryset = access.offers(timezone.localdate())


class SectionForm(forms.Form):
    work = forms.CharField(
        label="What is it part of?", help_text="For example, Profile 2026", max_length=120,
        error_messages={"required": "Say what it is part of"},
    )  # fmt: skip
    title = forms.CharField(label="Which section?", max_length=200, error_messages={"required": "Name the section"})
    due = DayField(label="By when?")
    owner = forms.ModelChoiceField(
        queryset=None, label="Who writes it? (optional)", required=False, empty_label="Nobody yet"
    )
    agency = _agency("Of which agency? (optional)", empty="Of no one agency")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = partnership.people()
        self.fields["agency"].queryset = partnership.agencies()


class MethodForm(forms.Form):
    title = forms.CharField(
        label="What does it do?", max_length=200, error_messages={"required": "Say what the method does"}
    )
    text = lines(
        "How is it done?",
        "So that an analyst of another agency can do it: where from, steps, queries, traps. No row of data, no child.",
        rows=14,
        missing="Say how it is done",
    )
    indicator = forms.ChoiceField(label="Which figure does it make? (optional)", required=False)
    agency = _agency("Where does it come from? (optional)", empty="Several agencies")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = partnership.agencies()
        live = sorted((i.title, i.id) for i in partnership.pack().live_indicators)
        self.fields["indicator"].choices = [("", "None"), *((name, title) for title, name in live)]


class RewriteForm(forms.Form):
    text = lines("How is it done now?", "No row of data, no child.", rows=14, missing="Say how it is done")
    why = forms.CharField(
        label="What has changed, and why?", max_length=300, error_messages={"required": "Say what has changed"}
    )


class UseForm(forms.Form):
    agency = _agency("Which agency used it?", empty=None)
    text = lines("How did it go?", "What had to be different is what helps the next.", missing="Say how it went")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = partnership.agencies().filter(pk__in=user.agency_ids)
