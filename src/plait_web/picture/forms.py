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
