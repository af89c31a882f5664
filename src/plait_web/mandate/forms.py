"""What people type about who answers for what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from plait_web.mandate import access
from plait_web.mandate.models import Report
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency, Group
from plait_web.response.forms import NO_CHILD, lines, question_choices
from plait_web.ui.fields import DayField


class GiveForm(forms.Form):
    part = forms.ChoiceField(
        label="Which part?", widget=forms.RadioSelect, error_messages={"required": "Choose a part"}
    )
    to = forms.ChoiceField(label="Whose is it?", error_messages={"required": "Choose a person, a group or an agency"})

    def __init__(self, *args: Any, about: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["part"].choices = [(part.value, part.label) for part in access.parts_of(about)]
        self.fields["to"].choices = [("", "Choose"), *access.holders()]

    def clean_to(self) -> Any:
        found = access.holder(self.cleaned_data["to"])
        if found is None:
            raise ValidationError("Choose a person, a group or an agency")
        return found


class LeaveForm(forms.Form):
    what = forms.CharField(
        label="What do you want to try?", max_length=300, help_text=NO_CHILD,
        error_messages={"required": "Say what you want to try"},
    )  # fmt: skip
    asked_by = forms.CharField(
        label="Who asks?", help_text="A role or a group, not a name", max_length=120,
        error_messages={"required": "Say who asks"},
    )  # fmt: skip
    of = forms.ModelChoiceField(
        queryset=None, label="Which group can permit it?", error_messages={"required": "Choose a group"}
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["of"].queryset = partnership.groups()


class AnswerLeaveForm(forms.Form):
    granted = forms.ChoiceField(
        label="What did the group say?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is permitted"},
    )  # fmt: skip
    limits = lines(
        "Within which limits, or why not?",
        "Until when, where, and what would end it.",
        missing="Say the limits, or why not",
    )


class MessageForm(forms.Form):
    title = forms.CharField(
        label="What is it about?", max_length=200, error_messages={"required": "Say what it is about"}
    )
    text = lines("The message", "In words that everybody it is for would use.", missing="Write the message")
    audiences = lines(
        "Whom is it for?", "One audience a line: school leads, custody staff, the youth council, parents’ groups.",
        missing="Say whom it is for",
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        queryset=None, label="Who sees that they hear it?", error_messages={"required": "Choose a person"}
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = partnership.people()

    def clean(self) -> dict[str, Any]:
        """With `to`: each line of the audiences, once."""
        said = super().clean() or {}
        said["to"] = list(
            dict.fromkeys(line.strip() for line in said.get("audiences", "").splitlines() if line.strip())
        )
        if any(len(line) > 120 for line in said["to"]):
            self.add_error("audiences", "Keep each audience to 120 letters")
        return said


class HeardForm(forms.Form):
    how = forms.CharField(
        label="How did they hear it?", help_text="A meeting, a visit, a letter", max_length=200,
        error_messages={"required": "Say how they heard it"},
    )  # fmt: skip
    said = lines("What did they say to it? (optional)", NO_CHILD, required=False)


class ReportForm(forms.Form):
    group = forms.ModelChoiceField(
        queryset=None, label="Which of our groups is told?", required=False, empty_label="Another body"
    )
    body = forms.CharField(
        label="If another body, which?", max_length=120, required=False, help_text="For example, the adults’ board"
    )
    question = forms.ChoiceField(label="Of what?", required=False)
    often = forms.ChoiceField(
        label="How often?", choices=Report.Often.choices, widget=forms.RadioSelect,
        error_messages={"required": "Say how often"},
    )  # fmt: skip
    due = DayField(label="When next?")
    owner = forms.ModelChoiceField(queryset=None, label="Who reports?", error_messages={"required": "Choose a person"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].queryset = partnership.groups()
        self.fields["owner"].queryset = partnership.people()
        self.fields["question"].choices = [("", "The whole profile"), *question_choices()[1:]]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        group: Group | Agency | None = said.get("group")
        said["body"] = str(group) if group else said.get("body", "").strip()
        if not said["body"]:
            self.add_error("body", "Choose one of our groups, or say which body")
        return said
