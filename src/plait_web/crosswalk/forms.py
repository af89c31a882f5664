"""What an agency writes of its own codes and terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from plait.declare import CodeList
from plait_web.partnership.models import Agency


class _Ours(forms.Form):
    agency = forms.ModelChoiceField(
        queryset=None, label="For which agency do you speak?", error_messages={"required": "Choose an agency"}
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], codelist: CodeList, field: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])
        if len(agencies) == 1:
            self.fields["agency"].initial = agencies[0].pk
        self.fields[field].choices = [(code.code, code.label) for code in codelist.codes if code.until is None]


class CodeForm(_Ours):
    code = forms.CharField(
        label="Your own code or word", max_length=120, help_text="As it stands in your system.",
        error_messages={"required": "Give your own code or word"},
    )  # fmt: skip
    meaning = forms.CharField(label="What it means with you", max_length=300, required=False)
    shared = forms.MultipleChoiceField(
        label="Which of the shared codes does it stand for?", widget=forms.CheckboxSelectMultiple, required=False,
        help_text="One, several, or none where nothing shared says the same.",
    )  # fmt: skip
    loss = forms.CharField(
        label="What is lost?", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What your code says that the shared ones do not. Needed where none stands for it.",
    )  # fmt: skip


class ChangeForm(CodeForm):
    """The same for a code that is there: whose it is, and what it is called, stay."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["agency"], self.fields["code"]


class TakeForm(forms.Form):
    agency = forms.ModelChoiceField(
        queryset=None, label="For which agency do you speak?", error_messages={"required": "Choose an agency"}
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])
        if len(agencies) == 1:
            self.fields["agency"].initial = agencies[0].pk


class OwnTextForm(_Ours):
    text = forms.CharField(
        label="What your agency means by it", max_length=4_000, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what your agency means by it"},
    )  # fmt: skip
    includes = forms.MultipleChoiceField(
        label="Which forms of harm does that include?", widget=forms.CheckboxSelectMultiple, required=False,
        help_text="Leave all empty where the term is not about forms of harm.",
    )  # fmt: skip
    source = forms.CharField(label="Where it is written down", max_length=300, required=False)


class RemoveForm(forms.Form):
    """Nothing more is asked."""


class FileForm(forms.Form):
    file = forms.FileField(
        label="The file with your codes", help_text="A CSV or a workbook with the headings of the file that can be taken here.",
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
    )  # fmt: skip
