"""What people type about what their agencies learn."""

from __future__ import annotations

from typing import Any

from django import forms

from plait_web.accounts.models import User
from plait_web.learning import access
from plait_web.learning.models import Review, Together
from plait_web.partnership import access as partnership
from plait_web.response.forms import NO_CHILD, lines
from plait_web.ui.fields import DayField


def _agency(label: str, *, several: bool = False) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=None, label=label, required=not several, empty_label="Several agencies" if several else "Choose",
        error_messages={"required": "Choose an agency"},
    )  # fmt: skip


def _people(label: str, least: int) -> forms.IntegerField:
    wrong = f"Enter a whole number from {least} to 9999"
    field = forms.IntegerField(
        label=label, min_value=least, max_value=9_999, widget=forms.TextInput(),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
    )  # fmt: skip
    field.widget.attrs["inputmode"] = "numeric"
    return field


class _OfAnAgency(forms.Form):
    """A form that asks whose it is, of the agencies this person speaks for."""

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = access.speaks_for(user)


class AuditForm(_OfAnAgency):
    title = forms.CharField(
        label="What was looked at?", max_length=200, help_text="For example: return home interviews",
        error_messages={"required": "Say what was looked at"},
    )  # fmt: skip
    agency = _agency("Whose records?", several=True)
    on = DayField(label="When was it finished?")
    sample = lines("Which records, and how were they chosen?", NO_CHILD, missing="Say which records")
    criterion = lines("What should be so of each?", missing="Say what should be so of each")
    result = lines(
        "What was found?",
        "How often it was so and what stood in the way. No child can be told from it.",
        missing="Say what was found",
    )


class ActOnAuditForm(forms.Form):
    what = forms.CharField(
        label="What will be done?", max_length=300, help_text=NO_CHILD,
        error_messages={"required": "Say what will be done"},
    )  # fmt: skip
    measure = forms.CharField(
        label="How will you know that it is done?", max_length=300,
        error_messages={"required": "Say how you will know: an action without a measure cannot be kept"},
    )  # fmt: skip
    due = DayField(label="By when?")
    owner = forms.ModelChoiceField(queryset=None, label="Who owns it?", error_messages={"required": "Choose a person"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = partnership.people()


class NeedForm(_OfAnAgency):
    agency = _agency("Which agency?")
    role = forms.CharField(
        label="Which role?", max_length=120, help_text="A role, not a name. For example: front desk staff",
        error_messages={"required": "Say which role"},
    )  # fmt: skip
    topic = forms.CharField(
        label="What do they need to learn?", max_length=200, error_messages={"required": "Say what they need to learn"}
    )
    people = _people("How many people are in this role?", 1)


class TrainingForm(forms.Form):
    on = DayField(label="When was it?")
    people = _people("How many of them took part?", 1)
    note = lines("What should the next know? (optional)", NO_CHILD, required=False)


class TogetherForm(forms.Form):
    kind = forms.ChoiceField(
        label="What kind was it?", choices=Together.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind it was"},
    )  # fmt: skip
    what = forms.CharField(label="In words", max_length=200, error_messages={"required": "Say what it was"})
    on = DayField(label="When was it?")
    agencies = forms.ModelMultipleChoiceField(
        queryset=None, label="People of which agencies?", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose two agencies or more"},
    )  # fmt: skip
    learnt = lines("What came of it? (optional)", NO_CHILD, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agencies"].queryset = partnership.agencies()


class ReviewForm(_OfAnAgency):
    process = forms.CharField(
        label="Which process?", max_length=200, help_text="A meeting, a form, a referral route",
        error_messages={"required": "Say which process"},
    )  # fmt: skip
    agency = _agency("Whose is it?", several=True)
    purpose = lines("What is it for?", missing="Say what it is for")
    benefit = lines("What does a young person get from it?", NO_CHILD, missing="Say what a young person gets from it")
    verdict = forms.ChoiceField(
        label="What is to become of it?", choices=Review.Verdict.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what is to become of it"},
    )  # fmt: skip
    why = lines("Why?", missing="Say why")
