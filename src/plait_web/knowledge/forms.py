"""What people type about the data map and its registers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from plait import mapped
from plait.declare import DataSet, Pack
from plait_web.knowledge.models import ChangeRequest, Rating, System
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.ui.fields import DayField

NO_CHILD = "Do not name or describe a child, a family or a person outside the partnership."
ELSEWHERE = "none"  # a data set: it meets none of the pack
Choices = list[tuple[str, str]]


def _lines(label: str, hint: str = "", *, required: bool = True, rows: int = 3, missing: str = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    errors = {"required": missing or f"Enter {label[0].lower()}{label[1:]}"}
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=4_000, widget=area, error_messages=errors
    )


def _words(
    label: str, hint: str = "", *, longest: int = 200, required: bool = False, missing: str = ""
) -> forms.CharField:
    errors = {"required": missing or f"Enter {label[0].lower()}{label[1:]}"}
    return forms.CharField(
        label=label, help_text=hint, max_length=longest, required=required, error_messages=errors
    )  # fmt: skip


def _one(label: str, words: dict[str, str], hint: str = "", *, empty: str = "Not said") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=hint, choices=[("", empty), *words.items()], required=False)


def _person(label: str) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=None, label=label, error_messages={"required": f"Choose {label[0].lower()}{label[1:]}"}
    )


class AgencyForm(forms.Form):
    """Whose line it is to be, where somebody keeps the map for several."""

    agency = forms.ChoiceField(
        label="Which agency holds it?", widget=forms.RadioSelect, error_messages={"required": "Choose an agency"}
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].choices = [(a.code, a.name) for a in agencies]


class DataSetForm(forms.Form):
    dataset = forms.ChoiceField(
        label="Which data set of the pack is it towards?",
        help_text="What meets none of them is worth listing too: it may answer a question nobody has asked yet.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a data set, or none of these"},
    )

    def __init__(self, *args: Any, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        sets = [(d.id, f"{d.title}: one row is {d.row}") for d in pack.datasets.values()]
        self.fields["dataset"].choices = [*sets, (ELSEWHERE, "None of these")]


class AssetForm(forms.Form):
    """One line of the map, once its agency and data set are known."""

    item = _words("What is it called where it is kept?", "For example: exploitation tracker, police incident log.")
    meaning = _lines("What does it mean there?", NO_CHILD, required=False)
    columns = forms.MultipleChoiceField(
        label="Which items of the data set does it hold?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose all, or the items it holds"},
    )
    types = forms.MultipleChoiceField(
        label="Which types are in it? (optional)",
        help_text="Choose none if it holds any type.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    capture = forms.ChoiceField(
        label="How is it recorded?",
        choices=list(mapped.CAPTURES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is recorded"},
    )
    extractable = forms.ChoiceField(
        label="Can a report or a list be got out of it?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it can be got out"},
    )
    system = _words("In which system? (optional)", longest=120)
    recorded_by = _lines("Who records it, at what point, and what prompts them? (optional)", required=False, rows=2)
    grain = _one("What is one record?", mapped.GRAINS)
    coverage = _lines("Who or what is in it, and who is not? (optional)", required=False, rows=2)
    frequency = _one("How often is it written down?", mapped.FREQUENCIES)
    footprint = forms.MultipleChoiceField(
        label="Which areas does it cover? (optional)",
        help_text="Choose none if it covers all of the agency's areas.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    since = DayField(label="Since when? (optional)", required=False)
    contact = _words("Whom does one ask? (optional)", "A post or a team, not a person's name.", longest=120)
    succession = _one("If the person who runs it left, who could bring it out?", mapped.SUCCESSION)
    purposes = forms.MultipleChoiceField(
        label="What could it be useful for? (optional)",
        choices=list(mapped.PURPOSES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = _lines("Anything else? (optional)", NO_CHILD, required=False, rows=2)

    def __init__(self, *args: Any, dataset: DataSet | None, pack: Pack, agency: Agency, **options: Any) -> None:
        super().__init__(*args, **options)
        areas = partnership.areas()
        self.fields["footprint"].choices = [(code, areas.name(code)) for code in agency.areas]
        if dataset is None:
            del self.fields["columns"], self.fields["types"]
            self.fields["item"].required = True
            self.fields["item"].error_messages["required"] = "Say what it is called"
            return
        self.fields["columns"].choices = [("*", "All of them"), *((c.id, c.title) for c in dataset.columns)]
        kinds = types_of(dataset, pack)
        self.fields["types"].choices = kinds
        if not kinds:
            del self.fields["types"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for name in ("columns", "types", "footprint", "purposes"):
            if name in said:
                said[name] = tuple(said[name])
        if "*" in said.get("columns", ()):
            said["columns"] = ("*",)
        said["extractable"] = said.get("extractable") != "no"
        return said


def types_of(dataset: DataSet, pack: Pack) -> Choices:
    """The event or service types of the data set, by label; none when it has none."""
    column = next((c for c in dataset.columns if c.id == "type" and c.codes), None)
    if column is None or column.codes is None:
        return []
    return [(code.code, code.label) for code in pack.codelist(column.codes).codes]


class EndForm(forms.Form):
    why = _lines("Why does the agency no longer hold it?", missing="Say why")


class RateForm(forms.Form):
    """How good a line is, side by side; at least one respect, and always what it rests on."""

    evidence = _lines(
        "What does this rest on?",
        "Something others could look at: an audit of a sample, a comparison, what the team who record it say.",
        missing="Say what the judgement rests on: a rating without evidence is not kept",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        evidence = self.fields.pop("evidence")
        for name, words in Rating.RESPECTS.items():
            self.fields[name] = _one(words, mapped.QUALITIES, empty="Not judged")
        self.fields["evidence"] = evidence


class ConfirmForm(forms.Form):
    holds_nothing = forms.ChoiceField(
        label="What is true of this agency's part of the data map?",
        choices=[("no", "It is whole: what is not on it, we do not hold"), ("yes", "We hold nothing about this")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one"},
    )
    note = _lines("Anything to add? (optional)", NO_CHILD, required=False, rows=2)

    def clean_holds_nothing(self) -> bool:
        return str(self.cleaned_data["holds_nothing"]) == "yes"


class LinkForm(forms.Form):
    email = forms.EmailField(label="Whose mail address?", error_messages={"required": "Enter a mail address"})


class FlagForm(forms.Form):
    agency = forms.ChoiceField(label="Which agency's flag is it?", error_messages={"required": "Choose an agency"})
    name = _words("What is it called?", required=True, longest=120)
    system = _words("In which system? (optional)", longest=120)
    meaning = _lines("What does it mean there?", NO_CHILD, missing="Say what it means")
    set_by = _words("Who sets it, and when?", required=True, missing="Say who sets it")
    ended_by = _words("Who ends it, and when? (optional)", "Left empty, the register says that nobody does.")
    harms = forms.MultipleChoiceField(
        label="Which forms of harm is it for? (optional)",
        help_text="Choose none if it does not tell them apart.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    to_panel = forms.BooleanField(label="It is set and ended by decision of the multi-agency panel", required=False)
    review_weeks = forms.IntegerField(
        label="After how many weeks is it reviewed? (optional)",
        help_text="Left empty, the register says that it is not reviewed.",
        min_value=1,
        max_value=520,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    note = _lines("Anything else? (optional)", NO_CHILD, required=False, rows=2)

    def __init__(self, *args: Any, agencies: Iterable[Agency], pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].choices = [(a.code, a.name) for a in agencies]
        codes = pack.codelists["harm"].codes if "harm" in pack.codelists else ()
        self.fields["harms"].choices = [(code.code, code.label) for code in codes]


class UntilForm(forms.Form):
    until = DayField(label="Until which day is it used?")


class SystemForm(forms.Form):
    agency = forms.ChoiceField(label="Which agency uses it?", error_messages={"required": "Choose an agency"})
    name = _words("What is it called?", required=True, longest=120)
    supplier = _words("Who supplies it? (optional)", longest=120)
    change = forms.ChoiceField(label="Can fields be added?", choices=System.Change.choices, widget=forms.RadioSelect)
    who = _words("Who asks for changes? (optional)", "A post or a team, not a person's name.", longest=120)
    effort = _words("What does a change cost, in days or money? (optional)")
    contract_ends = DayField(label="When does the contract end? (optional)", required=False)
    note = _lines("Anything else? (optional)", required=False, rows=2)

    def __init__(self, *args: Any, agencies: Iterable[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].choices = [(a.code, a.name) for a in agencies]


class ChangeForm(forms.Form):
    what = _words("What should be changed?", "For example: a field for the form of harm, with the shared codes.",
                  longest=300, required=True, missing="Say what should be changed")  # fmt: skip
    why = _lines("Why? What would one then know?", missing="Say why")
    owner = _person("Who sees to it?")
    wanted_by = DayField(label="By when is it wanted? (optional)", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = partnership.people()


class SettleForm(forms.Form):
    state = forms.ChoiceField(
        label="How does it stand?",
        choices=[c for c in ChangeRequest.State.choices if c[0] != ChangeRequest.State.ASKED],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it stands"},
    )
    outcome = _lines("What was said or done?", missing="Say what was said or done")


class FileForm(forms.Form):
    file = forms.FileField(
        label="Which file?",
        help_text="The template filled in (CSV or XLSX), or another catalogue: CSV, XLSX, or DCAT as JSON-LD. Up to 20 MB.",
        error_messages={"required": "Choose a file"},
    )
    agency = forms.ChoiceField(
        label="Whose lines are they, where the file does not say?", required=False
    )  # fmt: skip

    def __init__(self, *args: Any, agencies: Iterable[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(a.code, a.name) for a in agencies]
        self.fields["agency"].choices = named if len(named) == 1 else [("", "The file says"), *named]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 20_000_000:
            raise forms.ValidationError("The file is larger than 20 MB. Send fewer lines at a time.")
        return file


class MappingForm(forms.Form):
    """Which heading of a catalogue is which field of a line."""

    def __init__(self, *args: Any, headings: Iterable[str], fields: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", "Nothing"), *((h, h) for h in headings)]
        for name, label in fields.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=name == "item")
        self.fields["item"].error_messages["required"] = "Choose the heading under which each line is named"


SHORT = 5  # kinds of record the short form has room for


class ShortForm(forms.Form):
    """What a small agency holds, on one page: up to five kinds of record, in three answers each."""

    nothing = forms.BooleanField(label="We keep no records about any of this", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        captures = [
            ("", "Choose"),
            *((code, words) for code, words in mapped.CAPTURES.items() if code != "not_recorded"),
        ]
        for n in range(1, SHORT + 1):
            self.fields[f"item-{n}"] = _words(f"Record {n}: what is it?", longest=200)
            self.fields[f"capture-{n}"] = forms.ChoiceField(
                label=f"Record {n}: how is it kept?", choices=captures, required=False
            )
            self.fields[f"coverage-{n}"] = _words(f"Record {n}: whom is it about, and since when?", longest=400)
        self.fields["count"] = forms.ChoiceField(
            label="Could you count things in these records, if we asked?",
            choices=[("yes", "Yes"), ("no", "No, somebody would have to read them"), ("unsure", "We are not sure")],
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields["contact"] = _words(
            "Which post or team should we ask? (optional)", "Not a person's name.", longest=120
        )
        self.fields["succession"] = _one("If that person left, who could do it?", mapped.SUCCESSION)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for n in range(1, SHORT + 1):
            if said.get(f"item-{n}") and not said.get(f"capture-{n}"):
                self.add_error(f"capture-{n}", "Choose how it is kept")
            if said.get(f"capture-{n}") and not said.get(f"item-{n}"):
                self.add_error(f"item-{n}", "Say what it is")
        named = any(said.get(f"item-{n}") for n in range(1, SHORT + 1))
        if named == bool(said.get("nothing")):
            wrong = (
                "Say what you keep, or that you keep nothing"
                if not named
                else "You named records and said that you keep none"
            )
            self.add_error("nothing", wrong)
        return said


def short_lines(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines of the map from the short form: towards no data set yet, for somebody to match them."""
    shared = {name: said.get(name, "") for name in ("contact", "succession")}
    extractable = said.get("count") == "yes"
    return [
        {
            "item": said[f"item-{n}"],
            "capture": said[f"capture-{n}"],
            "coverage": said.get(f"coverage-{n}", ""),
            "extractable": extractable,
            **shared,
        }
        for n in range(1, SHORT + 1)
        if said.get(f"item-{n}")
    ]
