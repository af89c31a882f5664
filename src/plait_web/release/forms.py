"""What people type, and choose, about releases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.picture.access import Shown
from plait_web.release import access
from plait_web.release.states import Audience, Reason
from plait_web.words.models import Passage
from plait_web.words.states import Kind, Whose


def _lines(label: str, hint: str, missing: str, *, rows: int = 4, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=4_000,
        widget=area,
        required=required,
        error_messages={"required": missing},
    )


class WhoForm(forms.Form):
    title = forms.CharField(
        label="What will it be called?",
        help_text="It stands at the head of every page and document. Name nobody, and no small place.",
        max_length=120,
        error_messages={"required": "Enter what it will be called"},
    )
    audience = forms.ChoiceField(
        label="Whom is it for?", choices=Audience.choices(), widget=forms.RadioSelect,
        error_messages={"required": "Say whom it is for"},
    )  # fmt: skip
    recipients = _lines(
        "Who receives it?",
        "One mail address a line. They are told when it is out, and if it is corrected or recalled. Not needed for the public.",
        "", rows=3, required=False,
    )  # fmt: skip

    def clean_recipients(self) -> list[str]:
        found = list(dict.fromkeys(self.cleaned_data["recipients"].split()))
        if len(found) > 50:
            raise ValidationError("Name 50 people at most. For more, publish it.")
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError("Enter one mail address a line, such as name@example.org") from None
        return found


class FiguresForm(forms.Form):
    """Which figures. Without a choice it is the whole profile."""

    extent = forms.ChoiceField(
        label="How much is released?",
        choices=[("whole", "The whole profile, as the public may see it"), ("chosen", "Only the figures chosen below")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how much is released"},
    )
    indicators = forms.MultipleChoiceField(
        label="Figures",
        help_text="Release no more than its purpose needs.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    periods = forms.ChoiceField(
        label="Which periods?",
        choices=[("all", "The latest and those before it"), ("latest", "Only the latest")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say which periods"},
    )

    def __init__(self, *args: Any, shown: Shown | None, **options: Any) -> None:
        super().__init__(*args, **options)
        titles = shown.index["figures"].items() if shown else ()
        self.fields["indicators"].choices = sorted(titles, key=lambda pair: pair[1])

    def clean(self) -> dict[str, Any]:
        """What the release keeps: its figures, and whether only the latest period is in it."""
        said = super().clean() or {}
        chosen = said.get("indicators", [])
        if said.get("extent") == "chosen" and not chosen:
            self.add_error("indicators", "Choose at least one figure")
        return said

    def told(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "indicators": sorted(said["indicators"]) if said["extent"] == "chosen" else [],
            "latest_only": said["periods"] == "latest",
        }


class AboutForm(forms.Form):
    description = _lines(
        "What is released, and what is it for?",
        "What it holds, who asked for it and what they will do with it.",
        "Describe what is released and what it is for",
    )
    population = _lines(
        "Which people is it about?",
        "Who is counted, of what ages, where, when, recorded by whom, and who is not in it.",
        "Say which people the figures are about",
        rows=3,
    )
    relation = _lines(
        "How does it relate to what was released before?",
        "Below is what was given outside before of the same figures. Say what is the same, what is new, and what somebody with "
        "both in hand could set against one another.",
        "Say how it relates to what was released before",
    )


class QuotesForm(forms.Form):
    quotes = forms.ModelMultipleChoiceField(
        queryset=None,
        label="Words that go with the figures",
        help_text="Only signed words whose consent stands can be chosen.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["quotes"].queryset = access.quotable(timezone.localdate())
        self.fields["quotes"].label_from_instance = _quoted


def _quoted(passage: Passage) -> str:
    short = passage.text if len(passage.text) <= 200 else passage.text[:200].rsplit(" ", 1)[0] + " …"
    return f"{Whose(passage.whose).label}, {Kind(passage.kind).label.partition(':')[0].lower()}: {short}"


class CheckForm(forms.Form):
    approves = forms.TypedChoiceField(
        label="May it leave?",
        choices=[
            ("yes", "Yes: I have read its files and the evidence, and found nothing that should hold it back"),
            ("no", "No"),
        ],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it may leave"},
    )
    reasons = forms.MultipleChoiceField(
        label="If not, why?", choices=Reason.choices(), required=False, widget=forms.CheckboxSelectMultiple
    )
    said = _lines(
        "In your own words",
        "If it may not leave, say what would repair it. Nobody reads this before the other checker has spoken.",
        "", required=False,
    )  # fmt: skip


class AgreeForm(forms.Form):
    agency = forms.ModelChoiceField(
        queryset=None,
        label="For which agency do you speak?",
        empty_label=None,
        error_messages={"required": "Choose an agency"},
    )
    agrees = forms.TypedChoiceField(
        label="May it leave?",
        choices=[("yes", "Yes: the agency agrees"), ("no", "No: the agency objects")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it may leave"},
    )
    why = _lines("If not, why?", "The author reads this.", "", rows=3, required=False)

    def __init__(self, *args: Any, agencies: list[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = partnership.agencies().filter(pk__in=[agency.pk for agency in agencies])
        if len(agencies) == 1:
            self.fields["agency"].initial = agencies[0].pk


class WhyForm(forms.Form):
    why = forms.CharField(
        label="Why?",
        max_length=300,
        help_text="It stays on the page of the release.",
        error_messages={"required": "Say why"},
    )


class NothingForm(forms.Form):
    """A page that only asks whether to go on."""


class LedgerForm(forms.Form):
    zone = forms.ChoiceField(
        label="Zone",
        required=False,
        choices=[("", "All"), ("partnership", "The partnership"), ("public", "The public")],
    )
    indicator = forms.ChoiceField(label="Figure", required=False)
    period = forms.CharField(label="Period", required=False, max_length=40)
    area = forms.ChoiceField(label="Area", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        titles = sorted((one.title, one.id) for one in partnership.pack().indicators.values())
        names = sorted((area.name, area.code) for area in partnership.areas().all if area.kind not in _SMALLEST)
        self.fields["indicator"].choices = [("", "All"), *((name, title) for title, name in titles)]
        self.fields["area"].choices = [("", "All"), *((code, name) for name, code in names)]


# Too many to choose from in a list, and too small for figures to be shown of.
_SMALLEST = frozenset({"oa", "lsoa", "msoa", "datazone", "postcode"})
