"""What people write of the pack: an item part by part, one code, check, column or phrase of it, and what they say of drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from plait.declare import Pack
from plait.declare.item import Declared
from plait_web.packs.models import Opinion
from plait_web.packs.parts import PARTS, Part, put, read
from plait_web.packs.versions import as_kept, item_of
from plait_web.partnership.models import Agency
from plait_web.ui.fields import DayField


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def words(label: str, *, hint: str = "", required: bool = True, rows: int = 3) -> forms.CharField:
    """A field for free words."""
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=4_000, widget=_area(rows),
        error_messages={"required": f"Write something for: {label}"},
    )  # fmt: skip


def line(label: str, *, hint: str = "", required: bool = True) -> forms.CharField:
    """A field for one line."""
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=300,
        error_messages={"required": f"Write something for: {label}"},
    )  # fmt: skip


def _number(label: str, hint: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=hint, min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": f"Enter a whole number for: {label}", "invalid": f"Enter a whole number for: {label}",
                        "min_value": f"Enter 0 or more for: {label}"},
    )  # fmt: skip


class WhyForm(forms.Form):
    """A form that ends by asking why."""

    reason = words("Why this change?", hint="Others read it when they say whether to adopt it, and years later.")


def _field(part: Part, pack: Pack) -> forms.Field:
    made: Mapping[str, Callable[[], forms.Field]] = {
        "line": lambda: line(part.label, hint=part.hint, required=not part.optional),
        "text": lambda: words(part.label, hint=part.hint, required=not part.optional, rows=4),
        "lines": lambda: words(part.label, hint=part.hint, required=not part.optional),
        "number": lambda: _number(part.label, part.hint),
        "yes": lambda: forms.BooleanField(label=part.label, help_text=part.hint, required=False),
        "day": lambda: DayField(label=part.label, help_text=part.hint, required=not part.optional),
        "choice": lambda: _choice(part, pack),
        "several": lambda: forms.MultipleChoiceField(
            label=part.label, help_text=part.hint, choices=part.choices(pack) if part.choices else [],
            widget=forms.CheckboxSelectMultiple, error_messages={"required": f"Choose at least one for: {part.label}"},
        ),
    }  # fmt: skip
    return made[part.kind]()


def _choice(part: Part, pack: Pack) -> forms.ChoiceField:
    choices = part.choices(pack) if part.choices else []
    few = len(choices) < 7 and not part.optional
    return forms.ChoiceField(
        label=part.label, help_text=part.hint, choices=choices, required=not part.optional,
        widget=forms.RadioSelect if few else forms.Select, error_messages={"required": f"Choose: {part.label}"},
    )  # fmt: skip


class ItemForm(forms.Form):
    """The parts of one item that may be said afresh. What is left out says what it said."""

    def __init__(
        self, *args: Any, folder: str, body: dict[str, Any], fixed: Iterable[str], pack: Pack, **options: Any
    ) -> None:
        self.folder, self.body = folder, body
        self.parts = [part for part in PARTS[folder] if part.path.split(".")[0] not in fixed]
        initial = {part.field: _shown(part, read(body, part.path)) for part in self.parts}
        super().__init__(*args, initial=initial | (options.pop("initial", None) or {}), **options)
        for part in self.parts:
            self.fields[part.field] = _field(part, pack)
        self.fields["reason"] = WhyForm.base_fields["reason"]

    def item(self, name: str) -> Declared:
        """The item with what was written. Raises PackError where that is none."""
        body = (
            as_kept(item_of(self.folder, self.body))
            if self.body.get("id")
            else {"since": timezone.localdate().isoformat()}
        )
        for part in self.parts:
            put(body, part.path, _kept(part, self.cleaned_data[part.field]))
        return item_of(self.folder, body | {"id": name})


def _shown(part: Part, value: Any) -> Any:
    if part.kind == "lines":
        return "\n".join(value or ())
    if part.kind == "day" and value:
        return date.fromisoformat(value)
    return value


def _kept(part: Part, value: Any) -> Any:
    if part.kind == "lines":
        return lines_of(value)
    if part.kind == "day":
        return value.isoformat() if value else None
    return None if value == "" and part.path == "zone_rule" else value


def lines_of(text: str) -> list[str]:
    """Each line with something on it."""
    return [stripped for one in text.splitlines() if (stripped := one.strip())]


class CodeForm(WhyForm):
    """A code to add, or words for one that is there."""

    code = line("Code", hint="Short, in capitals, such as CCE-COUNTY-LINES. It is for ever.")
    label = line("What it stands for")
    group = forms.ChoiceField(label="Group it belongs to", required=False)
    note = words("Note", required=False, hint="When to use it, and when not.")
    field_order = ("code", "label", "group", "note", "reason")

    def __init__(self, *args: Any, body: dict[str, Any], key: str, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = {one.get("group", ""): one.get("group_label", "") for one in body["codes"]}
        self.body, self.key, self.groups = body, key, groups
        self.fields["group"].choices = [("", "No group"), *((g, text or g) for g, text in groups.items() if g)]
        if key:
            for name in ("code", "group"):
                del self.fields[name]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        if code in {one["code"] for one in self.body["codes"]}:
            raise forms.ValidationError("The list has this code already, now or in years past. Give it another")
        return code

    def change(self, body: dict[str, Any]) -> None:
        said = self.cleaned_data
        words_of = {"label": said["label"], "note": said["note"]}
        if self.key:
            next(one for one in body["codes"] if one["code"] == self.key).update(words_of)
            return
        group = {"group": said["group"], "group_label": self.groups.get(said["group"], "")}
        body["codes"].append({"code": said["code"], **words_of, **group})


_SEVERITIES = (
    ("note", "Note: worth knowing"),
    ("warning", "Warning: likely wrong"),
    ("error", "Error: the row is not used"),
)


class CheckForm(WhyForm):
    """A check of a data set made stricter, or worded afresh."""

    severity = forms.ChoiceField(label="How grave", choices=_SEVERITIES, widget=forms.RadioSelect,
                                 help_text="As grave as in the pack it rests on, or graver.")  # fmt: skip
    problem = words("What is wrong", hint="It never repeats what a cell says.")
    remedy = words("What to do about it")
    field_order = ("severity", "problem", "remedy", "reason")

    def __init__(self, *args: Any, body: dict[str, Any], key: str, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        self.key = key

    def change(self, body: dict[str, Any]) -> None:
        found = next(one for one in body["checks"] if one["code"] == self.key)
        found.update({name: self.cleaned_data[name] for name in ("severity", "problem", "remedy")})


class NewCheckForm(WhyForm):
    """A check to add: that a column is filled where another holds certain codes, or that a number lies between two."""

    code = line("Name of the check", hint="Small letters and hyphens, such as outcome-when-closed. It is for ever.")
    column = forms.ChoiceField(label="Column that must be filled")
    when = forms.ChoiceField(label="Only where this column", required=False)
    codes = line("holds one of these codes", hint="Parted by commas. Leave both empty for every row.", required=False)
    severity = forms.ChoiceField(label="How grave", choices=_SEVERITIES, widget=forms.RadioSelect)
    problem = words("What is wrong", hint="It never repeats what a cell says.")
    remedy = words("What to do about it")
    field_order = ("code", "column", "when", "codes", "severity", "problem", "remedy", "reason")

    def __init__(self, *args: Any, body: dict[str, Any], key: str, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        self.taken = {one["code"] for one in body.get("checks", ())}
        columns = [(one["id"], one["title"]) for one in body["columns"]]
        coded = [(one["id"], one["title"]) for one in body["columns"] if one["type"] in ("code", "codes")]
        self.fields["column"].choices = columns
        self.fields["when"].choices = [("", "Every row"), *coded]
        self.sets = {one["id"] for one in body["columns"] if one["type"] == "codes"}

    def clean_code(self) -> str:
        code = slugify(self.cleaned_data["code"])
        if code in self.taken:
            raise forms.ValidationError("There is a check of this name already. Give it another")
        return code

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("when")) != bool(said.get("codes")):
            self.add_error("codes", "Give both a column and its codes, or neither")
        return said

    def change(self, body: dict[str, Any]) -> None:
        said = self.cleaned_data
        check = {name: said[name] for name in ("code", "column", "severity", "problem", "remedy")}
        when = []
        if said["when"]:
            codes = [code.strip() for code in said["codes"].split(",") if code.strip()]
            when = [{"column": said["when"], ("has_any" if said["when"] in self.sets else "is_in"): codes}]
        body.setdefault("checks", []).append({"kind": "required_if", **check, "when": when})


class PhraseForm(WhyForm):
    """Words to think again about, with what one could write instead."""

    say = words(
        "Words to think again about", hint="One way of saying it on each line. A star stands for any ending: risk*."
    )
    kind = forms.ChoiceField(
        label="What is wrong with them", widget=forms.RadioSelect,
        choices=(("rephrase", "They put blame or a label on the child"), ("translate", "They are slang that hides a harm")),
    )  # fmt: skip
    instead = words("What one could write", hint="One on each line. It is never put in by itself.")
    why = words("Why", hint="Whoever is warned reads this.")
    field_order = ("say", "kind", "instead", "why", "reason")

    def __init__(self, *args: Any, body: dict[str, Any], key: str, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        self.body, self.key = body, key

    def change(self, body: dict[str, Any]) -> None:
        said = self.cleaned_data
        told = {
            "say": lines_of(said["say"]),
            "kind": said["kind"],
            "instead": lines_of(said["instead"]),
            "why": said["why"],
        }
        phrases = body.setdefault("phrases", [])
        found = next((one for one in phrases if one["id"] == self.key), None)
        if found:
            found.update(told)
        else:
            phrases.append({"id": _free(slugify(told["say"][0]) or "words", {one["id"] for one in phrases}), **told})


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name[:70]
    while found in taken:
        number += 1
        found = f"{name[:70]}-{number}"
    return found


class ColumnsForm(WhyForm):
    """The columns of one data set that a set of terms covers: those of the terms it rests on, or fewer."""

    columns = forms.MultipleChoiceField(
        label="Columns covered", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="A local pack may cover fewer columns, never more. With none, the data set is not covered.",
    )  # fmt: skip
    field_order = ("columns", "reason")

    def __init__(self, *args: Any, body: dict[str, Any], key: str, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        self.key, dataset = key, pack.dataset(key)
        self.every = list(dataset.column_ids)
        self.fields["columns"].choices = [(one.id, one.title) for one in dataset.columns]

    def change(self, body: dict[str, Any]) -> None:
        chosen = self.cleaned_data["columns"]
        if not chosen:
            body["columns"].pop(self.key, None)
        else:
            whole = body["columns"].get(self.key) == ["*"] and chosen == self.every
            body["columns"][self.key] = ["*"] if whole else chosen


class SilenceForm(WhyForm):
    """A phrase of the guide below that is not warned of here."""

    phrase = forms.ChoiceField(label="Words that are not warned of here")
    field_order = ("phrase", "reason")

    def __init__(self, *args: Any, body: dict[str, Any], key: str, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        others = (g for g in pack.language.values() if g.id != body["id"])
        said = {phrase.id: phrase.say[0] for guide in others for phrase in guide.phrases}
        self.fields["phrase"].choices = sorted(said.items(), key=lambda one: one[1])

    def change(self, body: dict[str, Any]) -> None:
        body.setdefault("silenced", {})[self.cleaned_data["phrase"]] = self.cleaned_data["reason"]


class RetireForm(WhyForm):
    """Nothing more is asked: it stops being used on the day the draft takes effect."""

    def __init__(self, *args: Any, body: dict[str, Any], key: str, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)

    def change(self, body: dict[str, Any]) -> None:
        body["retired"] = timezone.localdate().isoformat()  # adoption puts the day it takes effect


class OpinionForm(forms.Form):
    agency = forms.ModelChoiceField(
        queryset=None, label="For which agency do you speak?", error_messages={"required": "Choose an agency"}
    )
    says = forms.ChoiceField(
        label="What does it say?", choices=Opinion.Says.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what your agency says"},
    )  # fmt: skip
    words = words(
        "What would you have otherwise, or why not?", hint="Needed unless you would adopt it as it is.", required=False
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])
        if len(agencies) == 1:
            self.fields["agency"].initial = agencies[0].pk


class CommentForm(forms.Form):
    text = words("Your comment")


class WithdrawForm(forms.Form):
    why = words("Why does nothing come of it?")


class AdoptForm(forms.Form):
    """Who agreed the version, from when, and why; for the first also what the partnership's own pack is called."""

    title = line("What your own pack is called", hint="Such as Marlshire pack.")
    version = line("Version")
    approver = line("Who approved it", hint="The board or group that agreed, never a person’s name.")
    effective = DayField(label="In use from")
    why = words("Why this version?")

    def __init__(self, *args: Any, first: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not first:
            del self.fields["title"]

    def cover(self) -> dict[str, str]:
        """What the version says of itself."""
        said = {name: self.cleaned_data[name] for name in ("version", "approver")}
        if title := self.cleaned_data.get("title"):
            said |= {"title": title, "id": slugify(title)[:60] or "ours"}
        return said


class ReceiveForm(forms.Form):
    file = forms.FileField(
        label="The pack’s file", help_text="A zip file made by Plait.",
        error_messages={"required": "Choose a file", "empty": "The file is empty. Ask for it again"},
    )  # fmt: skip
    sender = line("Which partnership sent it?")


def body_of(item: Declared) -> dict[str, Any]:
    """Everything the item says, defaults as well, for a form to begin with."""
    return item.model_dump(mode="json")
