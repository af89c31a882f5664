"""Forms for a whole item or one thing of a list in it, drawn from its type and checked by the same type, error by error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from pydantic import ValidationError

from plait.declare import Pack
from plait.declare.item import Declared
from plait_web.packs.choices import Ground
from plait_web.packs.forms import WhyForm, line, lines_of, words
from plait_web.packs.opened import closed, opened
from plait_web.packs.parts import Part, put, read
from plait_web.packs.shapes import TESTS, item_type, parts_for, parts_of_thing, type_at
from plait_web.packs.versions import as_kept, item_of
from plait_web.ui.fields import DayField


def _number(part: Part, kind: type[forms.IntegerField | forms.FloatField]) -> forms.Field:
    what = "a whole number" if kind is forms.IntegerField else "a number"
    return kind(
        label=part.label, help_text=part.hint, required=not part.optional,
        min_value=0 if kind is forms.IntegerField else None, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": f"Enter {what} for: {part.label}", "invalid": f"Enter {what} for: {part.label}",
                        "min_value": f"Enter 0 or more for: {part.label}"},
    )  # fmt: skip


def _field(part: Part, pack: Pack) -> forms.Field:
    lines = partial(words, part.label, hint=part.hint, required=not part.optional)
    made: Mapping[str, Callable[[], forms.Field]] = {
        "line": lambda: line(part.label, hint=part.hint, required=not part.optional),
        "text": lambda: lines(rows=4),
        "lines": lines,
        "pairs": lines,
        "triples": lines,
        "number": lambda: _number(part, forms.IntegerField),
        "decimal": lambda: _number(part, forms.FloatField),
        "yes": lambda: forms.BooleanField(label=part.label, help_text=part.hint, required=False),
        "day": lambda: DayField(label=part.label, help_text=part.hint, required=not part.optional),
        "choice": lambda: _choice(part, pack),
        "several": lambda: forms.MultipleChoiceField(
            label=part.label, help_text=part.hint, choices=part.choices(pack) if part.choices else [],
            required=not part.optional, widget=forms.CheckboxSelectMultiple,
            error_messages={"required": f"Choose at least one for: {part.label}"},
        ),
    }  # fmt: skip
    return made[part.kind]()


def _choice(part: Part, pack: Pack) -> forms.ChoiceField:
    choices = part.choices(pack) if part.choices else []
    few = len(choices) < 7 and not part.optional
    if not few and all(value for value, _ in choices):
        choices = [("", "None" if part.optional else "Choose one"), *choices]
    return forms.ChoiceField(
        label=part.label, help_text=part.hint, choices=choices, required=not part.optional,
        widget=forms.RadioSelect if few else forms.Select, error_messages={"required": f"Choose: {part.label}"},
    )  # fmt: skip


class PartsForm(WhyForm):
    """Parts of an item, its type and the reason. Once it is valid, `body` says what was written and is an item by its type."""

    def __init__(self, *args: Any, ground: Ground, parts: Sequence[Part], **options: Any) -> None:
        self.ground, self.parts = ground, list(parts)
        initial = {part.field: _shown(part, read(ground.body, part.path)) for part in self.parts}
        super().__init__(*args, initial=initial | (options.pop("initial", None) or {}), **options)
        for part in self.parts:
            self.fields[part.field] = _field(part, ground.pack)
        self.order_fields([part.field for part in self.parts])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        self._check_columns(said)
        self._check_codes(said)
        if not self.errors:
            self.body = self._written(said)
            self._check_type()
        return said

    def start(self) -> dict[str, Any]:
        """What is written over: the item as it stands, in words of its own."""
        return deepcopy(self.ground.body)

    def _written(self, said: Mapping[str, Any]) -> dict[str, Any]:
        body = self.start()
        for part in self.parts:
            value = _kept(part, said.get(part.field))
            if value in (None, "", [], {}) and part.optional:
                if read(body, part.path) is not None:
                    put(body, part.path, None)
            else:
                put(body, part.path, value)
        for group in {part.group for part in self.parts if part.group}:
            if not any(said.get(p.field) not in (None, "", []) for p in self.parts if p.group == group and p.needed):
                put(body, group, None)
        return closed(self.ground.folder, body)

    def _check_type(self) -> None:
        """Each thing the type finds wrong, at the field it is about."""
        try:
            item_type(self.ground.folder).model_validate(self.body)
        except ValidationError as problem:
            for error in problem.errors(include_input=False, include_url=False):
                self.add_error(self._field_of(error["loc"]), _wrong(error))

    def _field_of(self, place: Sequence[Any]) -> str | None:
        """The field whose part lies deepest on the way to the place; None where none does."""
        best, found = 0, None
        for part in self.parts:
            deep = _along(part.path.split("."), [str(step) for step in place])
            if deep > best:
                best, found = deep, part.field
        return found

    def _check_columns(self, said: Mapping[str, Any]) -> None:
        """A column that is named is one of the data set that is named beside it."""
        for part in self.parts:
            value = said.get(part.field)
            if not (part.column_of and value):
                continue
            beside = ".".join([*part.path.split(".")[:-1], part.column_of])
            dataset = self.ground.pack.datasets.get(
                said.get(beside.replace(".", "__")) or read(self.ground.body, beside)
            )
            named = value if isinstance(value, list) else [value]
            if dataset and not set(named) <= {*dataset.column_ids}:
                titles = ", ".join(column.title for column in dataset.columns)
                self.add_error(part.field, f"{dataset.title} has no such column. It has: {titles}")

    def _check_codes(self, said: Mapping[str, Any]) -> None:
        """A condition's codes are of the list that its column is coded by, and its number is one."""
        for part in self.parts:
            if part.path.endswith(".test") and said.get(part.field):
                above = part.field.removesuffix("test")
                test, values = said[part.field], said.get(f"{above}values") or ""
                wrong = self._wrong_values(test, values, part.path.removesuffix(".test"), said.get(f"{above}column"))
                if wrong:
                    self.add_error(f"{above}values", wrong)

    def _wrong_values(self, test: str, values: str, path: str, column: str | None) -> str:
        if test in ("recorded", "unrecorded"):
            return ""
        if not values.strip():
            return f"Say what for: {dict(TESTS)[test]}"
        if test in ("at_least", "at_most"):
            return "" if _is_number(values) else "Enter a number"
        known = self._known_codes(test, path, column)
        named = {one.strip() for one in values.split(",") if one.strip()}
        if known and not named <= known:
            return f"Use those of the code list. It has: {', '.join(sorted(known)[:40])}"
        return ""

    def _known_codes(self, test: str, path: str, column: str | None) -> set[str]:
        dataset = self.ground.dataset_at(path)
        declared = self.ground.pack.datasets.get(dataset or "")
        columns = {c.id: c.codes for c in declared.columns} if declared else {}
        if dataset == "":
            columns = {c["id"]: c.get("codes") for c in self.ground.body.get("columns") or ()}
        listed = self.ground.pack.codelists.get(columns.get(column or "") or "")
        if listed is None:
            return set()
        by = {"in_group": {c.group for c in listed.codes}, "in_set": {tag for c in listed.codes for tag in c.sets}}
        return by.get(test, {c.code for c in listed.codes}) - {""}


class ItemForm(PartsForm):
    """The parts of one item that may be said afresh. What is left out says what it said."""

    def __init__(self, *args: Any, ground: Ground, fixed: Iterable[str], **options: Any) -> None:
        kept = frozenset(fixed)
        parts = [p for p in parts_for(ground.folder, ground.body, ground) if p.path.split(".")[0] not in kept]
        super().__init__(*args, ground=ground, parts=parts, **options)
        if ground.beginning and "title" not in item_type(ground.folder).model_fields:
            self.fields["named"] = line("Short name", hint="Small letters and hyphens. It is for ever.")
            self.order_fields(["named"])

    def start(self) -> dict[str, Any]:
        folder, body = self.ground.folder, dict(self.ground.body)
        if not self.ground.beginning:
            return opened(folder, as_kept(item_of(folder, closed(folder, body))))
        dated = {"since": timezone.localdate().isoformat()} if "since" in item_type(folder).model_fields else {}
        return {"id": "new", **dated, **body}

    @property
    def name(self) -> str:
        """The id that a new item gets."""
        said = self.cleaned_data.get("named") or self.cleaned_data.get("title") or ""
        return slugify(said)[:80].strip("-_") or self.ground.folder

    def item(self, name: str) -> Declared:
        """The item with what was written. Raises PackError where that is none."""
        return item_of(self.ground.folder, self.body | {"id": name})


_REWORDED = {"checks": ("severity", "problem", "remedy")}  # what may be said afresh of a thing that the base declares


class ThingForm(PartsForm):
    """One thing of a list in an item, added or said otherwise."""

    def __init__(self, *args: Any, ground: Ground, path: str, based: bool = False, **options: Any) -> None:
        self.path = path
        kind = type_at(ground.folder, ground.body, path)
        if kind is None:
            raise LookupError(path)
        there = not ground.beginning
        parts = [
            part for part in parts_of_thing(kind, path, ground.body, ground)
            if not (there and part.path in (f"{path}.id", f"{path}.code"))
            and not (based and part.path.rpartition(".")[2] not in _REWORDED.get(path.split(".")[0], ()))
        ]  # fmt: skip
        super().__init__(*args, ground=ground, parts=parts, **options)


def _shown(part: Part, value: Any) -> Any:
    if value is None:
        value = part.default
    if part.kind == "lines":
        return "\n".join(str(one) for one in value or ())
    if part.kind == "pairs":
        return "\n".join(f"{name} = {_short(one)}" for name, one in (value or {}).items())
    if part.kind == "triples":
        named = ((name, pairs) for name, pairs in (value or {}).items())
        return "\n".join(f"{name}: {word} = {code}" for name, pairs in named for word, code in pairs.items())
    if part.kind == "day" and value:
        return date.fromisoformat(value)
    return value


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _kept(part: Part, value: Any) -> Any:
    if part.kind == "lines":
        return lines_of(value or "")
    if part.kind == "pairs":
        return {name: _figure(one) if part.path.endswith(".expect") else one for name, one in _pairs(part, value)}
    if part.kind == "triples":
        return _triples(part, value)
    if part.kind == "day":
        return value.isoformat() if value else None
    return value


def _pairs(part: Part, text: str) -> Iterator[tuple[str, str]]:
    for one in lines_of(text or ""):
        name, sign, value = one.rpartition("=")
        if not (sign and name.strip() and value.strip()):
            raise forms.ValidationError({part.field: "Write each line as: name = value"})
        yield name.strip(), value.strip()


def _triples(part: Part, text: str) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for name, value in _pairs(part, text):
        heading, sign, word = name.partition(":")
        if not (sign and heading.strip() and word.strip()):
            raise forms.ValidationError({part.field: "Write each line as: heading: word = code"})
        made.setdefault(heading.strip(), {})[word.strip()] = value
    return made


def _figure(text: str) -> float | str:
    return float(text) if _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _along(path: Sequence[str], place: Sequence[str]) -> int:
    """How many steps of the path stand in the place, in its order and from its beginning; the place may have more between."""
    deep, rest = 0, iter(place)
    for step in path:
        if not any(step == one for one in rest):
            break
        deep += 1
    return deep


_WORDS = {
    "missing": "Fill this in", "string_too_short": "Write something here", "none_required": "Leave this empty",
    "string_pattern_mismatch": "Use letters, figures, hyphens and underscores only, with a letter or figure first",
}  # fmt: skip


def _wrong(error: Any) -> str:
    """What is wrong in our words where we have them, without what was typed."""
    context = error.get("ctx") or {}
    if error["type"] == "too_short":
        return f"Give at least {context.get('min_length')}"
    if error["type"] == "too_long":
        return f"Give no more than {context.get('max_length')}"
    said = str(error["msg"]).removeprefix("Value error, ").replace("Input should", "This should")
    return _WORDS.get(error["type"], f"{said[:1].upper()}{said[1:]}")
