"""What people type about gaps, discrepancies and exercises."""

from __future__ import annotations

from typing import Any

from django import forms

from plait.declare import CodeList, Pack
from plait_web.partnership import access as partnership
from plait_web.quality.models import KINDS, Discrepancy, Gap
from plait_web.ui.fields import DayField

NO_CHILD = "Do not name or describe a child, a family or a person outside the partnership."


def _lines(label: str, hint: str = "", *, required: bool = True, rows: int = 3, missing: str = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    errors = {"required": missing or f"Enter {label[0].lower()}{label[1:]}"}
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=4_000, widget=area, error_messages=errors
    )


def _line(
    label: str, hint: str = "", *, longest: int = 300, required: bool = True, missing: str = ""
) -> forms.CharField:
    errors = {"required": missing or "Enter an answer"}
    return forms.CharField(label=label, help_text=hint, max_length=longest, required=required, error_messages=errors)


def _radios(label: str, choices: Any, missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": missing}
    )


class _Owned(forms.Form):
    """A form with an owner and a day."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "owner" in self.fields:
            self.fields["owner"].queryset = partnership.people()


def _owner() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=None, label="Who owns it?", error_messages={"required": "Choose who owns it"}
    )


class TakeOnForm(_Owned):
    """Of a gap that Plait works out: who, what next, by when, and what waits for it."""

    step = _line("What is the next step?", missing="Say what the next step is")
    owner = _owner()
    due = DayField(label="By when?")
    decisions = _lines("What cannot be decided while it is open? (optional)", NO_CHILD, required=False, rows=2)


class GapForm(TakeOnForm):
    """A gap that people found themselves."""

    kind = _radios("What kind of gap is it?", [(kind.value, words) for kind, words in KINDS.items()], "Choose a kind")
    what = _lines("What is missing?", NO_CHILD, missing="Say what is missing")
    agency = forms.ModelChoiceField(
        queryset=None, label="With which agency does it lie?", required=False, empty_label="The partnership as a whole"
    )
    questions = forms.MultipleChoiceField(
        label="Which questions does it stand before? (optional)", widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("kind", "what", "agency", "questions", "decisions", "step", "owner", "due")

    def __init__(self, *args: Any, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = partnership.agencies()
        live = sorted((q.rank, q.title, q.id) for q in pack.questions.values() if q.retired is None)
        self.fields["questions"].choices = [(ident, title) for _, title, ident in live]


class EndGapForm(forms.Form):
    state = _radios("How did it end?", [c for c in Gap.State.choices if c[0] != "open"], "Say how it ended")
    outcome = _lines("What came of it?", "Or why it is left open for now.", missing="Say what came of it")


class DiscrepancyForm(_Owned):
    figure_says = _lines(
        "What does the figure say?",
        "As its page shows it, with its period. A withheld figure stays withheld.",
        missing="Say what the figure says",
    )
    practice_says = _lines("What does practice say?", NO_CHILD, missing="Say what practice says")
    heard_from = _line("Who says so?", "A team or a post, not a person's name.", longest=200, missing="Say who says so")
    test = _lines(
        "What will we do to find out?", missing="Say what will be tested: a mismatch is not settled by taking sides"
    )
    owner = _owner()
    due = DayField(label="By when?")


class SettleForm(forms.Form):
    state = _radios(
        "What did it show?", [c for c in Discrepancy.State.choices if c[0] != "open"], "Choose what it showed"
    )
    found = _lines("What was found, and what follows?", NO_CHILD, missing="Say what was found")


class ActionForm(_Owned):
    """The action that closes a gap or makes a test."""

    what = _line("What will be done?", NO_CHILD, missing="Say what will be done")
    measure = _line("How will you know that it is done?", missing="Say how you will know")
    due = DayField(label="By when?")
    owner = _owner()


class ExerciseForm(_Owned):
    title = _line("What is it called?", "For example: forms of harm, before the autumn training.", longest=120)
    codelist = forms.ChoiceField(label="What is each case coded with?")
    why = _lines("What is it for? (optional)", required=False, rows=2)
    closes = DayField(label="Until when can people answer?")
    owner = _owner()

    def __init__(self, *args: Any, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        coded = [c.codes for d in pack.datasets.values() if d.id == "concerns" for c in d.columns if c.codes]
        lists = dict.fromkeys((*coded, "harm", "need"))
        found = [pack.codelists[name] for name in lists if name in pack.codelists]
        self.fields["codelist"].choices = [(codes.id, codes.title) for codes in found]


class CaseForm(forms.Form):
    text = _lines(
        "The case",
        "Invent it: no real child, not even with details changed. Write what a referral would say, and no answer.",
        rows=6,
        missing="Write the case",
    )


class PeopleForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        queryset=None,
        label="Who codes the cases?",
        help_text="People of several agencies, who record such things in their work.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person"},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["people"].queryset = partnership.people()


class CodesForm(forms.Form):
    """One case a page: any number of codes, none of them too, and what was missing to decide."""

    codes = forms.MultipleChoiceField(
        label="How would you record this case?",
        help_text="Choose all that apply. Choose none if none of them does.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    unsure = _line("What was missing for you to be sure? (optional)", required=False)

    def __init__(self, *args: Any, codes: CodeList, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["codes"].choices = [(code.code, code.label) for code in codes.codes]
