"""What people type when they pass words on."""

from __future__ import annotations

from typing import Any

from django import forms

from plait_web.ui.fields import DayField
from plait_web.words import access
from plait_web.words.states import Kind, Part, Whose


class WordsForm(forms.Form):
    """Words, whose they are, and how they came. `stands` is asked for once the gate has found something."""

    kind = forms.ChoiceField(
        label="What are they?", choices=Kind.choices(), widget=forms.RadioSelect,
        error_messages={"required": "Say what they are"},
    )  # fmt: skip
    whose = forms.ChoiceField(
        label="Whose words are they?", choices=Whose.choices(), widget=forms.RadioSelect,
        error_messages={"required": "Say whose words they are"},
    )  # fmt: skip
    text = forms.CharField(
        label="The words",
        help_text="Name nobody, no small place and no day. Give no number that is not a released figure. This is not the "
        "place to report a worry about a child.",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Enter the words"},
    )
    question = forms.ChoiceField(label="Which question do they help with? (optional)", required=False)
    heard = forms.CharField(
        label="How were they heard?",
        help_text="By what method or in what forum, and in which season. For example: a young people’s forum, spring 2026.",
        max_length=300,
        error_messages={"required": "Say how they were heard"},
    )
    part = forms.ChoiceField(
        label="How far did those whose words they are take part? (optional)", choices=[("", "Not said"), *Part.choices()],
        required=False,
    )  # fmt: skip
    consent = forms.CharField(
        label="To what did they consent, and how?",
        help_text="Needed for words of young people, parents, carers and communities. Do not say who.",
        max_length=300,
        required=False,
    )
    consent_until = DayField(label="Until when does the consent last? (optional)", required=False)
    stands = forms.CharField(
        label="Why may they stand in spite of what was found?",
        help_text="Answer for each finding above. A second person reads this and decides.",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, found: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        questions = sorted((title, name) for name, title in access.question_titles().items())
        self.fields["question"].choices = [("", "None in particular"), *((name, title) for title, name in questions)]
        if not found:
            self.fields["stands"].widget = forms.HiddenInput()


class SignForm(forms.Form):
    why = forms.CharField(
        label="Why may they stand?",
        help_text="Needed where something was found: say of each finding why it points at nobody.",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class BackForm(forms.Form):
    why = forms.CharField(
        label="What should be worded otherwise?", max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Do not repeat what could point at a person.",
        error_messages={"required": "Say what should be worded otherwise"},
    )  # fmt: skip


class WithdrawForm(forms.Form):
    why = forms.CharField(
        label="Why are they withdrawn?", max_length=300, help_text="The words themselves are erased at once.",
        error_messages={"required": "Say why they are withdrawn"},
    )  # fmt: skip


class AnswerForm(forms.Form):
    did = forms.CharField(
        label="What came of them?",
        help_text="What was done, or what could not be done and why. Those who spoke should be able to read it.",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what came of them"},
    )
