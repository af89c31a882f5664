"""What people type about questions and definitions."""

from __future__ import annotations

from typing import Any

from django import forms

from plait.declare import Question
from plait_web.agreed import policies
from plait_web.agreed.models import Kind
from plait_web.agreed.together import FIRST
from plait_web.partnership.models import Agency


class StanceForm(forms.Form):
    agency = forms.ModelChoiceField(
        queryset=None, label="For which agency do you speak?", error_messages={"required": "Choose an agency"}
    )
    says = forms.ChoiceField(
        label="What does it say?", widget=forms.RadioSelect, error_messages={"required": "Choose what your agency says"}
    )
    comment = forms.CharField(
        label="What would you have instead, or why?",
        help_text="Needed unless you agree. Others read it to find common words.",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, kind: Kind, agencies: list[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])
        if len(agencies) == 1:
            self.fields["agency"].initial = agencies[0].pk
        self.fields["says"].choices = [(says.value, says.label) for says in policies.OF[kind]]


class RankingForm(forms.Form):
    """A place from 1 to 10 beside each question an agency puts first; the others stay empty."""

    agency = forms.ModelChoiceField(
        queryset=None, label="For which agency do you speak?", error_messages={"required": "Choose an agency"}
    )
    why = forms.CharField(
        label="Why in this order?", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why"},
    )  # fmt: skip

    def __init__(self, *args: Any, questions: dict[str, Question], agencies: list[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = questions
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])
        if len(agencies) == 1:
            self.fields["agency"].initial = agencies[0].pk
        for question in questions.values():
            self.fields[f"place-{question.id}"] = forms.IntegerField(
                label=question.title, required=False, min_value=1, max_value=FIRST, widget=forms.TextInput(),
                error_messages={"invalid": f"Enter a whole number from 1 to {FIRST}",
                                "min_value": f"Enter a whole number from 1 to {FIRST}",
                                "max_value": f"Enter a whole number from 1 to {FIRST}"},
            )  # fmt: skip
            self.fields[f"place-{question.id}"].widget.attrs["inputmode"] = "numeric"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        places: dict[int, str] = {}
        for name in self.questions:
            place = said.get(f"place-{name}")
            if place in places:
                self.add_error(f"place-{name}", f"Two questions have place {place}. Give each a place of its own")
            elif place:
                places[place] = name
        return said

    @property
    def order(self) -> list[str]:
        """Ids of the questions that have a place, in order."""
        placed = ((place, name) for name in self.questions if (place := self.cleaned_data[f"place-{name}"]))
        return [name for _, name in sorted(placed)]
