"""What people type when they look at a figure together."""

from __future__ import annotations

from typing import Any

from django import forms

from plait_web.partnership import access as partnership
from plait_web.response.access import meetings
from plait_web.response.forms import NO_CHILD, lines
from plait_web.ui.fields import DayField


class BeginForm(forms.Form):
    asked = forms.CharField(
        label="What do you want to understand?",
        help_text="For example: why do fewer children have a return interview? " + NO_CHILD,
        max_length=300,
        error_messages={"required": "Say what you want to understand"},
    )
    on = DayField(label="When do you look at it? (today when left empty)", required=False)
    meeting = forms.ModelChoiceField(
        queryset=None, label="At which meeting? (optional)", required=False, empty_label="None"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["meeting"].queryset = meetings()


class ReadingForm(forms.Form):
    text = lines(
        "What may it mean?", f"One reading; others stand beside it. {NO_CHILD}", missing="Say what it may mean"
    )
    whose = forms.CharField(
        label="Whose reading is it?",
        help_text="A role or a group, not a name: school leads, the young people’s panel",
        max_length=120,
        error_messages={"required": "Say whose reading it is"},
    )
    agency = forms.ModelChoiceField(
        queryset=None, label="Of which agency? (optional)", required=False, empty_label="Of no one agency"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = partnership.agencies()


class NextForm(forms.Form):
    text = lines(
        "What do you want to know next?",
        f"It goes to those who make the picture, and everybody reads it here. {NO_CHILD}",
        missing="Write the question",
    )


class EndForm(forms.Form):
    uncertain = lines(
        "What is not known?",
        "What the figure cannot say, who is not in it, and where readings differ.",
        missing="Say what is not known: a figure always leaves something out",
    )
    taken = lines("What do you take from it? (optional)", "It may be that nothing is settled.", required=False)
