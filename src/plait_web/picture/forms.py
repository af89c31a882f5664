"""What people type about the picture."""

from __future__ import annotations

from django import forms


class RaiseForm(forms.Form):
    text = forms.CharField(
        label="What do you want to ask?",
        help_text="Ask about the figures and what lies behind them. Do not name or describe a child, a family or a person.",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Enter your question"},
    )


class ReplyForm(forms.Form):
    text = forms.CharField(
        label="Your reply",
        help_text="The person who asked sees it. Give no figure that the picture does not show.",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Enter a reply"},
    )


SAID: dict[str, bool | None] = {"yes": True, "no": False, "unsure": None}


class PairForm(forms.Form):
    """What somebody says of the pair before them."""

    pair = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    same = forms.ChoiceField(
        label="Are these two records of one person?",
        choices=(("yes", "Yes, one person"), ("no", "No, two people"), ("unsure", "I cannot tell")),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether these are one person, two people, or that you cannot tell"},
    )
