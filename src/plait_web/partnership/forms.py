"""What is asked of people, one question a page where something is set up."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from plait.declare import AgreementTerms
from plait_web.accounts.models import User
from plait_web.partnership import access
from plait_web.partnership.journeys import Question
from plait_web.partnership.models import Agency, Barrier, Group
from plait_web.ui.fields import DayField

_CODE = re.compile(r"[A-Z][A-Z0-9]{2,11}")
NOBODY = "Nobody"
LONG = forms.Textarea(attrs={"rows": 4})
NO_NAMES = "Do not name a child, a family or a member of staff."


class AreasField(forms.CharField):
    """Areas, one to a line, by name or code; gives their codes. Where no areas are known, codes are taken on trust."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "help_text", "One to a line: its name or its GSS code, such as E10000016. The largest first."
        )
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        return list(dict.fromkeys(_area(line) for line in lines))

    def worded(self, codes: list[str]) -> str:
        """Each area's name and code."""
        known = access.areas()
        return "\n".join(f"{known.name(code)} ({code})" if code in known else code for code in codes)


def _area(line: str) -> str:
    known = access.areas()
    if line.upper() in known:
        return line.upper()
    if not known.all and _CODE.fullmatch(line.upper()):
        return line.upper()
    same = [area.code for area in known.all if area.name.casefold() == line.casefold()]
    if len(same) == 1:
        return same[0]
    if same:
        raise ValidationError(f"{len(same)} areas are called {line}. Give the code: {', '.join(sorted(same)[:6])}")
    if not known.all:
        raise ValidationError(f"'{line}' is not an area code. Until areas are added here, give codes such as E10000016")
    raise ValidationError(f"No area here is called {line} or has that code")


class PersonField(forms.ModelChoiceField):
    """Somebody with an account, or nobody."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("empty_label", NOBODY if not options.get("required", True) else "Choose somebody")
        super().__init__(User.objects.filter(is_active=True).order_by("name", "email"), **options)


class AgencyField(forms.ModelChoiceField):
    """An agency that takes part, or none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Agency.objects.all(), **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> AgencyField:
        copied = super().__deepcopy__(memo)  # made for each form: the agencies of today
        copied.queryset = access.agencies()
        return copied


class Sure(Question):
    """Nothing is asked but whether to go on."""


# The partnership


class Name(Question):
    name = forms.CharField(
        label="What is the partnership called?",
        max_length=120,
        help_text="As its members and the public know it, such as Marlshire Safeguarding Children Partnership.",
        error_messages={"required": "Enter the partnership's name"},
    )


class PartnershipAreas(Question):
    areas = AreasField(
        label="Which areas is the picture about?",
        error_messages={"required": "Enter at least one area"},
    )


class NextUpdate(Question):
    next_update = DayField(
        label="When will the profile next be made anew?",
        help_text="Readers are told, and see when that day has passed. For example, 31 7 2027.",
        required=False,
    )


class PackChoice(Question):
    """`packs` are (folder or digest, words)."""

    asks = "Which pack does the partnership adopt?"
    pack = forms.ChoiceField(
        label="Pack",
        widget=forms.RadioSelect,
        help_text="A pack says what the data sets, definitions, questions, rules of disclosure and agreement terms are.",
        error_messages={"required": "Choose a pack"},
    )
    effective = DayField(label="From which day?", help_text="Today, or a later day. For example, 1 4 2027.")
    why = forms.CharField(
        label="Who agreed to it, and why?",
        widget=LONG,
        help_text="For the record, such as: agreed by the board on 12 March; the first pack we use.",
        error_messages={"required": "Say who agreed to it, and why"},
    )

    def __init__(self, *arguments: Any, packs: list[tuple[str, str]], **named: Any) -> None:
        self.packs = packs
        super().__init__(*arguments, **named)

    def prepare(self) -> None:
        self.fields["pack"].choices = self.packs


# An agency


class AgencyName(Question):
    asks = "What is the agency called?"
    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="Its full name, as on its letters.",
        error_messages={"required": "Enter the agency's name"},
    )
    code = forms.SlugField(
        label="Short name for files (optional)",
        max_length=40,
        required=False,
        help_text="Letters, numbers and hyphens. It stands for the agency in files and never changes. We make one if you do not.",
        error_messages={"invalid": "The short name may hold letters, numbers, hyphens and underscores only"},
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if Agency.objects.filter(name__iexact=name).exists():
            raise ValidationError("There is already an agency with this name")
        return name

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip("-_")
        if code and Agency.objects.filter(code__iexact=code).exists():
            raise ValidationError("This short name already stands for another agency")
        return code


class AgencyKind(Question):
    kind = forms.ChoiceField(
        label="What kind of agency is it?",
        widget=forms.RadioSelect,
        help_text="Which agreement terms suit it depends on this.",
        error_messages={"required": "Choose what kind of agency it is"},
    )

    def prepare(self) -> None:
        codes = access.pack().codelist("agency_kind").codes
        self.fields["kind"].choices = [(c.code, c.label) for c in codes if c.until is None]


class AgencyAreas(Question):
    areas = AreasField(
        label="Which areas do its records cover?",
        help_text="Its whole footprint, even where that reaches beyond the partnership. One to a line: a name or a GSS code.",
        error_messages={"required": "Enter at least one area"},
    )


class AgencyDates(Question):
    since = DayField(
        label="From which day does it take part?",
        help_text="Leave empty if it always has. For example, 1 4 2026.",
        required=False,
    )


class AgencyRename(AgencyName):
    code = None  # type: ignore[assignment]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if Agency.objects.filter(name__iexact=name).exclude(pk=self.so_far["agency"].pk).exists():
            raise ValidationError("There is already an agency with this name")
        return name


class AgencyEnd(Question):
    asks = "End an agency's part in the partnership"
    until = DayField(label="What is its last day?", help_text="For example, 31 3 2027.")
    why = forms.CharField(
        label="Why does it end?",
        widget=LONG,
        help_text="Such as: merged into the new county council.",
        error_messages={"required": "Say why it ends"},
    )
    successor = forms.ModelChoiceField(
        Agency.objects.all(), label="Which agency carries on its work?", required=False, empty_label="None"
    )

    def prepare(self) -> None:
        self.fields["successor"].queryset = access.agencies().exclude(pk=self.so_far["agency"].pk)


# A group


class GroupName(Question):
    asks = "What is the group called?"
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the group's name"})
    remit = forms.CharField(
        label="What is it for?", widget=LONG, required=False, help_text="In a sentence or two: what it decides or does."
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        others = Group.objects.filter(name__iexact=name)
        if others.exclude(pk=getattr(self.so_far.get("group"), "pk", None)).exists():
            raise ValidationError("There is already a group with this name")
        return name


class GroupKind(Question):
    asks = "What kind of group is it?"
    kind = forms.ChoiceField(
        label="Kind",
        widget=forms.RadioSelect,
        choices=Group.Kind.choices,
        error_messages={"required": "Choose a kind"},
    )
    level = forms.ChoiceField(
        label="Level",
        widget=forms.RadioSelect,
        choices=Group.Level.choices,
        error_messages={"required": "Choose strategic or operational"},
    )


class GroupReports(Question):
    reports_to = forms.ModelChoiceField(
        Group.objects.all(),
        label="Whom does it report to?",
        required=False,
        empty_label="Nobody within the partnership",
    )

    def prepare(self) -> None:
        rows = Group.objects.filter(until=None)
        self.fields["reports_to"].queryset = rows.exclude(pk=getattr(self.so_far.get("group"), "pk", None))


class GroupEnd(Question):
    asks = "End a group"
    until = DayField(label="What is its last day?", help_text="For example, 31 3 2027.")
    why = forms.CharField(label="Why does it end?", widget=LONG, error_messages={"required": "Say why the group ends"})


class SeatForm(Question):
    asks = "Who sits on this group?"
    lead = PersonField(label="Who holds the seat?", error_messages={"required": "Choose who holds the seat"})
    deputy = PersonField(label="Who stands in?", required=False)
    agency = AgencyField(label="For which agency?", required=False, empty_label="For no one agency")
    chairs = forms.BooleanField(label="They chair the group", required=False)


# An agreement


class AgreementTermsChoice(Question):
    terms = forms.ChoiceField(
        label="On which terms?",
        widget=forms.RadioSelect,
        help_text="Terms come from the pack in force. They say what may be shared, for what, on what footing and for how long.",
        error_messages={"required": "Choose the terms"},
    )

    def prepare(self) -> None:
        terms = access.pack().agreements.values()
        self.fields["terms"].choices = [(t.id, f"{t.title}: {shares(t)}") for t in terms if t.retired is None]


def shares(terms: AgreementTerms) -> str:
    """'counts, kept for 7 years', as a choice among terms says it."""
    form = {"aggregate": "counts", "pseudonymised": "coded records", "individual": "records that name people"}
    years = terms.retention_years
    return f"{form[terms.form]}, kept for {years} {'year' if years == 1 else 'years'}"


class AgreementParties(Question):
    parties = forms.ModelMultipleChoiceField(
        Agency.objects.all(),
        label="Which agencies are parties to it?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Only agencies of a kind that the terms suit are listed. Each signs for itself.",
        error_messages={"required": "Choose at least one agency"},
    )

    def prepare(self) -> None:
        terms = access.pack().agreements.get(self.so_far.get("terms", ""))
        kinds = terms.partners if terms else ()
        self.fields["parties"].queryset = access.agencies().filter(kind__in=kinds)


class AgreementDates(Question):
    asks = "From when until when?"
    since = DayField(label="First day", help_text="For example, 1 4 2026.")
    until = DayField(label="Last day", help_text="Those in charge are told 90, 30 and 7 days before it.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must be the same as or after the first day")
        return given


class AgreementOwner(Question):
    asks = "Who looks after it?"
    owner = PersonField(
        label="Owner",
        help_text="They are told before it ends.",
        error_messages={"required": "Choose who looks after it"},
    )
    deputy = PersonField(label="Who stands in?", required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("owner") and given.get("owner") == given.get("deputy"):
            self.add_error("deputy", "Choose somebody else to stand in")
        return given


class SignForm(Question):
    name = forms.CharField(
        label="Name of the person who signs", max_length=90, error_messages={"required": "Enter the name"}
    )
    post = forms.CharField(
        label="Their post",
        max_length=100,
        help_text="Such as Director of Children's Services.",
        error_messages={"required": "Enter the post"},
    )
    on = DayField(label="Day of signing", help_text="For example, 27 3 2026.")
    read = forms.BooleanField(
        label="They have read the whole agreement and may sign it for the agency",
        error_messages={"required": "Confirm that they have read it and may sign for the agency"},
    )


class RefuseForm(Question):
    why = forms.CharField(
        label="Why does the agency not sign?",
        widget=LONG,
        help_text=f"The partnership sees this. {NO_NAMES}",
        error_messages={"required": "Say why the agency does not sign"},
    )


class StopForm(Question):
    stops = DayField(
        label="From which day does it stop?",
        help_text="From this day nothing more may be sent or used under it. Today, or a later day.",
    )
    why = forms.CharField(
        label="Why?",
        widget=LONG,
        help_text=f"The partnership sees this. {NO_NAMES}",
        error_messages={"required": "Say why"},
    )


# Decisions not to share, barriers


class NotSharedForm(Question):
    asks = "Record a decision not to share"
    agency = AgencyField(
        label="Which agency decided?", empty_label="Choose an agency", error_messages={"required": "Choose the agency"}
    )
    dataset = forms.ChoiceField(label="Which data set?", required=False)
    what = forms.CharField(
        label="What is not shared?",
        widget=LONG,
        help_text=f"In words, such as: sexual health attendances of children under 13. {NO_NAMES}",
        error_messages={"required": "Say what is not shared"},
    )
    why = forms.CharField(
        label="Why not?",
        widget=LONG,
        help_text="Such as: sharing would do children more harm than good, because …",
        error_messages={"required": "Say why it is not shared"},
    )
    decided = DayField(label="When was it decided?", help_text="For example, 27 3 2026.")
    decided_by = forms.CharField(
        label="Who decided it?",
        max_length=200,
        help_text="A post or a body, such as the Caldicott guardian.",
        error_messages={"required": "Say which post or body decided it"},
    )
    review = DayField(label="When is it looked at again?", help_text="For example, 27 3 2027.")

    def prepare(self) -> None:
        datasets = access.pack().datasets.values()
        self.fields["dataset"].choices = [("", "All of them"), *((d.id, d.title) for d in datasets)]


class KeepDecision(Question):
    asks = "Keep the decision not to share"
    review = DayField(label="When is it looked at again?", help_text="For example, 27 3 2027.")
    owner = PersonField(label="Who looks at it?", error_messages={"required": "Choose who looks at it"})


class EndDecision(Question):
    on = DayField(label="From which day is it shared again?", help_text="For example, 1 9 2026.")
    why = forms.CharField(label="What has changed?", widget=LONG, error_messages={"required": "Say what has changed"})


class BarrierForm(Question):
    asks = "Log a barrier to sharing"
    kind = forms.ChoiceField(
        label="What kind of barrier is it?",
        widget=forms.RadioSelect,
        choices=Barrier.Kind.choices,
        error_messages={"required": "Choose what kind of barrier it is"},
    )
    what = forms.CharField(
        label="What stands in the way?",
        widget=LONG,
        help_text=NO_NAMES,
        error_messages={"required": "Say what stands in the way"},
    )
    agency = AgencyField(label="Where does it lie?", required=False, empty_label="With no one agency")
    step = forms.CharField(
        label="What is the next step?", widget=LONG, error_messages={"required": "Say what the next step is"}
    )
    owner = PersonField(label="Who takes it?", error_messages={"required": "Choose who takes the next step"})
    due = DayField(label="By when? (optional)", required=False, help_text="For example, 30 6 2026.")


class BarrierStep(Question):
    asks = "Change the next step"
    step = BarrierForm.base_fields["step"]
    owner = BarrierForm.base_fields["owner"]
    due = BarrierForm.base_fields["due"]


class BarrierResolved(Question):
    how = forms.CharField(
        label="How was it got over?",
        widget=LONG,
        help_text=f"So that others need not find out again. {NO_NAMES}",
        error_messages={"required": "Say how it was got over"},
    )
