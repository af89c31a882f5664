"""What people type about the calendar and returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from plait.errors import UserError
from plait.values import Period
from plait_web.accounts.models import User
from plait_web.returns import counts
from plait_web.ui.fields import DayField

Choices = Sequence[tuple[str, str]]


class DatasetsForm(forms.Form):
    datasets = forms.MultipleChoiceField(
        label="What are agencies asked for?",
        help_text="Choose every data set that is due on the same day.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one data set"},
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["datasets"].choices = choices  # type: ignore[attr-defined]


class PeriodForm(forms.Form):
    period = forms.CharField(
        label="Which period is it about?",
        help_text="For example 2025-26 for April 2025 to March 2026, 2025-Q3 for July to September, or 2025-07 for a month.",
        max_length=40,
        error_messages={"required": "Enter the period"},
    )

    def clean_period(self) -> str:
        try:
            return Period.parse(self.cleaned_data["period"]).label
        except UserError as problem:
            raise ValidationError(str(problem)) from None


class DaysForm(forms.Form):
    opens = DayField(
        label="When does it open?",
        help_text="Returns can be sent from this day. For example, 1 4 2026.",
        error_messages={"required": "Enter the day it opens"},
    )
    due = DayField(
        label="When is it due?",
        help_text="It is late from the day after. For example, 31 5 2026.",
        error_messages={"required": "Enter the day it is due"},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("opens") and said.get("due") and said["due"] < said["opens"]:
            self.add_error("due", "The day it is due must be on or after the day it opens")
        return said


class AgenciesForm(forms.Form):
    agencies = forms.MultipleChoiceField(
        label="Which agencies are asked?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one agency"},
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].choices = choices  # type: ignore[attr-defined]


class PeopleForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Owner", required=False, help_text="Gets the reminders.", empty_label="Nobody yet"
    )
    deputy = forms.ModelChoiceField(
        User.objects.none(), label="Deputy", required=False, help_text="Is told too when a return is late.",
        empty_label="Nobody",
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "deputy"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is waived, sent back or withdrawn."""

    why = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), max_length=1000, error_messages={"required": "Give the reason"}
    )

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = label
        self.fields["why"].help_text = hint or "Do not name a child or a family."


class LastDayForm(forms.Form):
    until = DayField(
        label="What is the last day it is waived?",
        help_text="From the day after, returns are held to the check again. For example, 31 3 2027.",
        error_messages={"required": "Enter the last day"},
    )


class LinkForm(forms.Form):
    email = forms.EmailField(
        label="Mail address of the person who knows the counts", error_messages={"required": "Enter a mail address"}
    )
    second_email = forms.EmailField(
        label="Mail address of a second person, who signs them off",
        required=False,
        help_text="Needed when nobody of the agency has an account.",
    )
    area = forms.ChoiceField(label="Which area are the counts for?")
    measures = forms.MultipleChoiceField(
        label="Which counts are asked for?",
        help_text="Ask for few: ten minutes is what people can give.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one count"},
    )

    def __init__(self, *args: Any, measures: Choices, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measures"].choices = measures  # type: ignore[attr-defined]
        self.fields["area"].choices = areas  # type: ignore[attr-defined]


NUMBER, REASON = "n", "w"


class CountsForm(forms.Form):
    """A number for each count that is asked for, or why there is none. `part` may be left unfinished."""

    def __init__(self, *args: Any, asked: Sequence[counts.Asked], draft: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        reasons = [("", "Choose a reason"), *counts.SYMBOLS.items()]
        for one in asked:
            value = draft.get(one.id, "")
            self.fields[f"{NUMBER}-{one.id}"] = forms.CharField(
                label=one.title, required=False, max_length=12, initial="" if value in counts.SYMBOLS else value,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )  # fmt: skip
            self.fields[f"{REASON}-{one.id}"] = forms.ChoiceField(
                label="If there is no number, why?", required=False, choices=reasons,
                initial=value if value in counts.SYMBOLS else "",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for one in self.asked:
            number = str(said.get(f"{NUMBER}-{one.id}", "")).replace(",", "").strip()
            reason = said.get(f"{REASON}-{one.id}", "")
            if number and reason:
                self.add_error(f"{NUMBER}-{one.id}", f"{one.title}: give a number or a reason, not both")
            elif number and not counts.is_answer(number):
                self.add_error(f"{NUMBER}-{one.id}", f"{one.title}: enter a whole number, such as 0 or 12")
        return said

    @property
    def values(self) -> dict[str, str]:
        """What was answered so far, by count."""
        found = {}
        for one in self.asked:
            number = str(self.cleaned_data.get(f"{NUMBER}-{one.id}", "")).replace(",", "").strip()
            if value := number or self.cleaned_data.get(f"{REASON}-{one.id}", ""):
                found[one.id] = value
        return found

    def unanswered(self) -> list[counts.Asked]:
        return [one for one in self.asked if one.id not in self.values]
