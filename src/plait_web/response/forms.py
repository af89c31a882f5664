"""What people type about actions, meetings and what groups ask of one another."""

from __future__ import annotations

from typing import Any

from django import forms

from plait_web.partnership import access as partnership
from plait_web.response import access
from plait_web.ui.fields import DayField

NO_CHILD = "Do not name or describe a child, a family or a person outside the partnership."


def lines(label: str, hint: str = "", *, required: bool = True, rows: int = 4, missing: str = "") -> forms.CharField:
    """A field for some lines of text; `missing` is what is said when it is needed and empty."""
    area = forms.Textarea(attrs={"rows": rows})
    errors = {"required": missing or f"Enter {label[0].lower()}{label[1:]}"}
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=4_000, widget=area, error_messages=errors
    )


def _person(label: str, *, required: bool = True) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=None, label=label, required=required, error_messages={"required": f"Choose {label.lower()}"}
    )


class ActionForm(forms.Form):
    what = forms.CharField(
        label="What will be done?",
        max_length=300,
        help_text=NO_CHILD,
        error_messages={"required": "Say what will be done"},
    )
    measure = forms.CharField(
        label="How will you know that it is done?",
        help_text="Something one can see or count. For example: every agency has sent the return for the summer quarter.",
        max_length=300,
        error_messages={"required": "Say how you will know: an action without a measure cannot be kept"},
    )
    due = DayField(label="By when?")
    owner = _person("Who owns it?")
    deputy = _person("Who stands in? (optional)", required=False)
    agency = forms.ModelChoiceField(
        queryset=None, label="Whose plan is it in?", required=False, empty_label="The partnership's"
    )
    goal = forms.ModelChoiceField(queryset=None, label="Which goal does it serve? (optional)", required=False)
    question = forms.ChoiceField(label="Which question does it rest on? (optional)", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = partnership.people()
        named = [("", "---------"), *((person.pk, str(person)) for person in people)]  # asked for once, for both fields
        for name in ("owner", "deputy"):
            self.fields[name].queryset, self.fields[name].choices = people, named
        self.fields["agency"].queryset = partnership.agencies()
        self.fields["goal"].queryset = access.goals().filter(ended=None)
        self.fields["question"].choices = question_choices()


def question_choices() -> list[tuple[str, str]]:
    """The questions of the pack in force, by title, after none."""
    questions = partnership.pack().questions.values()
    live = sorted((q.title, q.id) for q in questions if q.retired is None)
    return [("", "None"), *((name, title) for title, name in live)]


class NoteForm(forms.Form):
    text = lines("How does it stand?", NO_CHILD, missing="Say how it stands")


class CloseForm(forms.Form):
    done = forms.ChoiceField(
        label="How did it end?",
        choices=[("yes", "It is done"), ("no", "It is not to be done")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it ended"},
    )
    outcome = lines("What came of it?", "Or why it is not to be done.", missing="Say what came of it")


class CaptureForm(forms.Form):
    text = lines(
        "What do you want to come back to?", NO_CHILD, rows=3, missing="Write down what you want to come back to"
    )
    page = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


class AsideForm(forms.Form):
    why = forms.CharField(label="Why does nothing come of it?", max_length=300, error_messages={"required": "Say why"})


class GoalForm(forms.Form):
    title = forms.CharField(label="What is the goal?", max_length=200, error_messages={"required": "Enter the goal"})
    why = lines("Why?", missing="Say why")
    owner = _person("Who owns it?")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = partnership.people()


class EndGoalForm(forms.Form):
    why = lines("Why does it end?", missing="Say why it ends")


class MeetingForm(forms.Form):
    group = forms.ModelChoiceField(
        queryset=None, label="Which group meets?", error_messages={"required": "Choose a group"}
    )
    on = DayField(label="When?")
    title = forms.CharField(label="What is it about? (optional)", max_length=200, required=False)
    owner = _person("Who prepares it?")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].queryset = partnership.groups()
        self.fields["owner"].queryset = partnership.people()


class HoldForm(forms.Form):
    notes = lines(
        "What was said?", f"The gist, not who said what. {NO_CHILD}", rows=8, missing="Write down what was said"
    )


class DecisionForm(forms.Form):
    what = lines("What was decided?", rows=3, missing="Say what was decided")
    why = lines("Why?", rows=3, missing="Say why")
    question = forms.ChoiceField(label="Which question was it about? (optional)", required=False)
    figure = lines(
        "Which figure did it rest on? (optional)",
        "As its page shows it, with what it cannot say. A withheld figure stays withheld.",
        required=False,
        rows=2,
    )
    voice = lines(
        "What had young people said to it? (optional)",
        "Left empty, the decision says that none was heard.",
        required=False,
        rows=2,
    )
    doubts = lines("What else could it mean, and what is not known? (optional)", required=False, rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["question"].choices = question_choices()


class RouteForm(forms.Form):
    source = forms.ModelChoiceField(
        queryset=None, label="Which group asks?", error_messages={"required": "Choose a group"}
    )
    to = forms.ModelChoiceField(
        queryset=None, label="Which group is asked?", error_messages={"required": "Choose a group"}
    )
    text = lines("What does it ask or tell?", NO_CHILD, missing="Say what it asks")
    reply_by = DayField(label="Reply by")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("source", "to"):
            self.fields[name].queryset = partnership.groups()


class ReplyForm(forms.Form):
    text = lines("The reply", NO_CHILD, missing="Enter the reply")
