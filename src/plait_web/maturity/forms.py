"""What people type about maturity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from plait.declare import MaturityModel
from plait.declare.maturity import Heading
from plait_web.maturity import policies
from plait_web.maturity.models import Rating
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.ui.fields import DayField

UNSURE = "0"


class RoundForm(forms.Form):
    title = forms.CharField(
        label="What is this round called?", help_text="For example, Autumn 2026", max_length=120,
        error_messages={"required": "Enter a name for the round"},
    )  # fmt: skip
    model = forms.ChoiceField(
        label="What is it about?", widget=forms.RadioSelect, error_messages={"required": "Choose what it is about"}
    )
    closes = DayField(label="Until when can agencies answer?")
    owner = forms.ModelChoiceField(
        queryset=None, label="Who looks after it?", error_messages={"required": "Choose a person"}
    )

    def __init__(self, *args: Any, models: Sequence[MaturityModel], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["model"].choices = [(model.id, model.title) for model in models]
        self.fields["owner"].queryset = partnership.people()


class HeadingForm(forms.Form):
    """The statements of one heading: a level for each, or that one does not know, and a line of evidence."""

    def __init__(
        self, *args: Any, model: MaturityModel, heading: Heading, said: dict[str, Rating], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.model, self.heading = model, heading
        for statement in heading.statements:
            before = said.get(statement.id)
            levels = [
                (str(n), f"{n}. {name}: {sees}")
                for n, (name, sees) in enumerate(zip(model.level_names, statement.levels, strict=True), 1)
            ]
            self.fields[f"level-{statement.id}"] = forms.ChoiceField(
                label=statement.title,
                choices=[*levels, (UNSURE, "Do not know")],
                widget=forms.RadioSelect,
                initial=str(before.level or UNSURE) if before else None,
                error_messages={"required": f"Choose a level for: {statement.title}, or say that you do not know"},
            )
            self.fields[f"evidence-{statement.id}"] = forms.CharField(
                label="What would somebody else see?",
                help_text=f"Needed from level {model.evidence_from}. Do not name a child or a family.",
                required=False,
                max_length=500,
                initial=before.evidence if before else "",
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for statement in self.heading.statements:
            level = said.get(f"level-{statement.id}")
            try:
                policies.check_evidence(
                    self.model, int(level) if level else None, said.get(f"evidence-{statement.id}", "")
                )
            except Refused as no:
                self.add_error(f"evidence-{statement.id}", ValidationError(str(no)))
        return said

    def said(self) -> dict[str, tuple[int | None, str]]:
        """Statement to level (None: does not know) and evidence."""
        return {
            s.id: (int(self.cleaned_data[f"level-{s.id}"]) or None, self.cleaned_data[f"evidence-{s.id}"])
            for s in self.heading.statements
        }


class CommentForm(forms.Form):
    text = forms.CharField(
        label="What do you see?", help_text="In support, or as a challenge. Do not name a child or a family.",
        max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": "Say what you see"},
    )  # fmt: skip


class NotNowForm(forms.Form):
    why = forms.CharField(label="Why not now?", max_length=300, error_messages={"required": "Say why not now"})
