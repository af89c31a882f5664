"""What people write of the pack: an item part by part, one code, check, column or phrase of it, and what they say of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from plait.declare import Pack
from plait.declare.item import Declared
from plait_web.packs.models import Opinion
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


class WhyForm(forms.Form):
    """A form that ends by asking why."""

    reason = words("Why this change?", hint="Others read it when they say whether to adopt it, and years later.")


def lines_of(text: str) -> list[str]:
    """Each line with something on it."""
    return [stripped for one in text.splitlines() if (stripped := one.strip())]


class CodeForm(WhyForm):
    """A code to add, or words for one that is there."""

    code = line("Code", hint="Short, in capitals, such as CCE-COUNTY-LINES. It is for ever.")
    label = line("What it stands for")
    group = forms.ChoiceField(label="Group it belongs to", required=False)
    new_group = line("Or a new group", required=False)
    note = words("Note", required=False, hint="When to use it, and when not.")
    until = DayField(label="Last day it may be used", required=False, help_text="Leave it empty while it is in use.")
    field_order = ("code", "label", "group", "new_group", "note", "until", "reason")

    def __init__(self, *args: Any, body: dict[str, Any], key: str, pack: Pack, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = {one.get("group", ""): one.get("group_label", "") for one in body["codes"]}
        self.body, self.key, self.groups = body, key, groups
        self.fields["group"].choices = [("", "No group"), *((g, text or g) for g, text in groups.items() if g)]
        if key:
            for name in ("code", "group", "new_group"):
                del self.fields[name]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        if code in {one["code"] for one in self.body["codes"]}:
            raise forms.ValidationError("The list has this code already, now or in years past. Give it another")
        return code

    def change(self, body: dict[str, Any]) -> None:
        said = self.cleaned_data
        words_of = {"label": said["label"], "note": said["note"], "until": said["until"] and said["until"].isoformat()}
        if self.key:
            next(one for one in body["codes"] if one["code"] == self.key).update(words_of)
            return
        group = {"group": said["group"], "group_label": self.groups.get(said["group"], "")}
        if said["new_group"]:
            group = {"group": slugify(said["new_group"]), "group_label": said["new_group"]}
        body["codes"].append({"code": said["code"], **words_of, **group})


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
