"""The parts of an item made out from its type, so that every kind of thing a pack declares can be written in a form.

What `parts.py` words by hand goes first; the rest is asked in the words below, or under the name the type gives it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from plait.declare import Pack
from plait.declare.datasets import Condition
from plait.declare.disclosure import AgreementTerms
from plait.declare.indicators import Example, Indicator, Measure
from plait.declare.item import Declared
from plait.declare.maps import CountColumn
from plait.declare.pack import FOLDERS
from plait_web.packs.choices import CHOICES, Ground
from plait_web.packs.parts import PARTS, Kind, Part, read

HEADING = "heading"  # of a column of a published table, while its columns are written as a list
_UNASKED = frozenset({"id", "since", "retired", "kind"})  # worked out, or settled before the form is drawn
_APART = frozenset({("LanguageGuide", "silenced")})  # has a form of its own
LABELS: Mapping[str, str] = {
    "of": "data set", "dated": "column with its day", "until": "column with the day it ends", "when": "which of them",
    "agencies": "only from these kinds of agency", "unit": "what is counted", "per": "for every", "low": "lowest",
    "high": "highest",
    "at": "age on which day", "source": "where it comes from", "owner": "who answers for it", "title": "title", "note": "note",
    "then": "rows that follow", "others": "the other rows", "among": "only people with such rows", "rows": "rows counted",
    "codes": "codes", "columns": "columns", "problem": "what is wrong", "remedy": "what to do about it", "severity": "how grave",
    "to": "other data set", "to_columns": "columns there", "other": "other data set", "other_column": "column there",
    "by": "columns that tell whose spells they are", "row": "what one row is", "tier": "who is in a row",
    "residence": "which place decides the area", "breakdowns": "broken down by", "suppliers": "kinds of agency that hold it",
    "age": "age", "missing": "codes that mean not known", "ordered": "the codes have an order", "on": "from which day",
    "holds": "what formats can hold", "id": "short name", "code": "short name", "see": "see also",
    "hide_below": "withhold counts below", "secondary": "withhold more where a count could be worked out",
    "group_disclosure": "withhold where all or none of a group would show", "measure": "measure", "parted_by": "what parts a set",
    "population_ages": "ages of the population", "subset": "also meets", "examples": "example", "given": "table",
    "reader": "reader", "law_under_18": "law under 18", "law_over_18": "law over 18", "under_18": "under 18",
    "over_18": "over 18",
}  # fmt: skip
_HINTS: Mapping[str, str] = {
    "level_names": "Five names, one on each line, from the lowest.", "levels": "What one would see: five lines, level 1 first.",
    "latest": "reference_date, receipt, or a day such as 2026-03-31.", "earliest": "A day, such as 1990-01-01.",
    "filter_values": "One on each line, as: heading: word = code.", "expect": "One on each line, as: all = 3 or sex=F = 2.",
    "period": "Such as 2024-25 or 2024-09.",
}  # fmt: skip
_LISTED: Mapping[str, str] = {
    "codes": "Codes", "checks": "Checks", "columns": "Columns", "holds": "What formats can hold", "where": "Only rows that",
    "when": "Only rows that", "to_when": "Only rows there that", "other_when": "Only rows there that", "subset": "Which also",
    "beside": "Beside which rows", "lists": "Lists", "steps": "Steps", "breaks": "Breaks of the series",
    "examples": "Worked examples", "headings": "Headings", "statements": "Statements", "by_age": "Words by age",
    "phrases": "Words to think again about", "measures": "Columns of the table and what each counts",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Things:
    """A list of declared things in an item: where it is, what its table is called, and of which types each may be."""

    path: str
    title: str
    kinds: tuple[type[Declared], ...]
    least: int = 0
    keyed: bool = False  # each has a heading instead of a place

    @property
    def kind_names(self) -> tuple[tuple[str, str], ...]:
        """The kinds to choose from, where there are several."""
        return kinds_told(self.kinds) if len(self.kinds) > 1 else ()


def item_type(folder: str) -> type[Declared]:
    return FOLDERS[folder][1]


MEASURES: tuple[type[Declared], ...] = get_args(get_args(Measure)[0])


def begun_with(folder: str, kind: str = "", rows: str = "") -> dict[str, Any]:
    """What a new item says before anybody has written: its measure and rows as chosen, and lists that may be empty."""
    fields = item_type(folder).model_fields
    body: dict[str, Any] = {
        name: [] for name, f in fields.items() if (t := _things("", name, f)) and f.is_required() and not t.least
    }
    if kind:
        body["measure"] = {"kind": kind} | ({"rows": {"of": rows}} if rows else {})
    return body


def kind_of(kind: type[Declared]) -> str:
    """The word by which one of several types is told: 'count', 'required_if'."""
    return str(get_args(kind.model_fields["kind"].annotation)[0])


def kinds_told(kinds: Iterable[type[Declared]]) -> tuple[tuple[str, str], ...]:
    """Each kind with what it is, to choose from."""
    return tuple((kind_of(one), _meaning_of(one)) for one in kinds)


def _meaning_of(kind: type[Declared]) -> str:
    """What a kind is, in the first sentence that its type says of itself."""
    said = (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ").replace("`", "").strip()
    name = kind_of(kind).replace("_", " ").capitalize()
    return f"{name}: {said[:1].lower()}{said[1:]}" if said and "is the finding" not in said else name


def parts_for(folder: str, body: Mapping[str, Any], ground: Ground) -> tuple[Part, ...]:
    """Every part of an item of this folder that is written on its own page, given what it says so far."""
    told = {part.path: part for part in PARTS.get(folder, ())}
    made = {part.path: part for part in _parts(item_type(folder), "", body, ground)}
    return tuple(told[path] if path in told else made[path] for path in dict.fromkeys([*told, *made]))


def parts_of_thing(kind: type[Declared], path: str, body: Mapping[str, Any], ground: Ground) -> tuple[Part, ...]:
    """The parts of one thing of a list, its own name among them."""
    return tuple(_parts(kind, path, body, ground, within=True))


def _parts(
    kind: type[Declared], path: str, body: Any, ground: Ground, *, within: bool = False, above: str = ""
) -> Iterator[Part]:
    if kind is Condition:
        yield from _condition(path, above, ground)
        return
    if within and kind is CountColumn and not above:
        yield Part(path=f"{path}.{HEADING}", label="Heading of the column in the table", kind="line")
    for name, field in kind.model_fields.items():
        if (name in _UNASKED and not (within and name == "id")) or (kind.__name__, name) in _APART:
            continue
        yield from _of_field(kind, name, field, _at(path, name), body, ground, above)


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _of_field(
    kind: type[Declared], name: str, field: FieldInfo, path: str, body: Any, ground: Ground, above: str
) -> Iterator[Part]:
    wanted, optional = _bare(field.annotation)
    label = LABELS.get(name, name.replace("_", " "))
    label = f"{above}: {label}" if above else label[:1].upper() + label[1:]
    part = Part(path=path, label=label, hint=_HINTS.get(name) or field.description or "",
                optional=optional or not field.is_required(), default=_default(field))  # fmt: skip
    if isinstance(wanted, type) and issubclass(wanted, Declared):
        inner = _parts(wanted, path, body, ground, within=True, above=label)
        yield from (_loose(one, path) for one in inner) if optional else inner
    elif kind is Indicator and name == "measure":
        yield from _of_measure(path, body, ground)
    elif things := _things(path, name, field):
        for number in range(things.least if ground.beginning else 0):
            title = f"{label} {number + 1}"
            yield from _parts(things.kinds[0], f"{path}.{number}", body, ground, within=True, above=title)
    elif kind is AgreementTerms and name == "columns":
        yield from _covered(path, label, ground)
    elif kind is Example and name == "given":
        yield from _tables(path, ground)
    elif made := _plain(part, wanted, (kind.__name__, name), ground):
        yield from made if isinstance(made, tuple) else (made,)


def _loose(part: Part, group: str) -> Part:
    """A part of something that may be left out whole."""
    return replace(part, optional=True, group=group, needed=not part.optional and part.default is None)


def _of_measure(path: str, body: Any, ground: Ground) -> Iterator[Part]:
    chosen = (body.get("measure") or {}).get("kind")
    kind = next((one for one in MEASURES if kind_of(one) == chosen), None)
    if kind is not None:
        yield from _parts(kind, path, body, ground)


def _bare(annotation: Any) -> tuple[Any, bool]:
    """The type itself, without None, and whether None may stand there."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        others = [one for one in get_args(annotation) if one is not type(None)]
        if len(others) < len(get_args(annotation)):
            return (_bare(others[0])[0] if len(others) == 1 else Union[tuple(others)], True)  # noqa: UP007
    return annotation, False


def _things(path: str, name: str, field: FieldInfo) -> Things | None:
    """The list of declared things that the field holds, if it holds one."""
    wanted, _ = _bare(field.annotation)
    origin, inside = get_origin(wanted), get_args(wanted)
    if origin not in (tuple, dict) or not inside:
        return None
    one = inside[0] if origin is tuple else inside[1]
    several = (_bare(one)[0],)
    if get_origin(several[0]) in (Union, types.UnionType):
        several = get_args(several[0])
    if not all(isinstance(k, type) and issubclass(k, Declared) for k in several):
        return None
    least = next((m.min_length for m in field.metadata if hasattr(m, "min_length")), 0)
    title = _LISTED.get(name, name.replace("_", " ").capitalize())
    return Things(path, title, several, int(least or 0), keyed=origin is dict)


def _plain(part: Part, wanted: Any, where: tuple[str, str], ground: Ground) -> Part | tuple[Part, ...] | None:
    """The part as a field of its kind: a line, a number, a choice, words line by line."""
    origin, inside = get_origin(wanted), get_args(wanted)
    if origin is Literal and isinstance(inside[0], int):
        return replace(part, kind="number", hint=part.hint or f"{inside[0]} to {inside[-1]}.")
    if origin is Literal or (isinstance(wanted, type) and issubclass(wanted, Enum)):
        every = inside if origin is Literal else tuple(str(one.value) for one in wanted)
        words = tuple(one for one in every if one)
        return replace(part, kind="choice", choices=_said(words), optional=part.optional and not part.default)
    if origin is tuple and inside == (int, int):
        low, high = part.default or (None, None)
        return (replace(part, path=f"{part.path}.0", kind="number", label=f"{part.label}, from", default=low),
                replace(part, path=f"{part.path}.1", kind="number", label=f"{part.label}, to", default=high))  # fmt: skip
    if origin is tuple:
        return _several(part, _bare(inside[0])[0], where, ground)
    if origin is dict:
        hint = part.hint or "One on each line, as: name = value."
        return replace(part, kind="pairs" if get_origin(inside[1]) is not dict else "triples", hint=hint)
    if choice := ground.choice(where, part.path):
        settled = part.optional and part.default is None
        return replace(
            part, kind="choice", choices=_these(choice), column_of=CHOICES[where].column_of, optional=settled
        )
    if wanted in _SIMPLE:
        return replace(part, kind=_SIMPLE[wanted])
    return replace(part, kind="text" if where[1] in _LONG else "line")


_SIMPLE: Mapping[Any, Kind] = {bool: "yes", int: "number", float: "decimal", date: "day"}
_LONG = frozenset({"why", "meaning", "note", "problem", "remedy", "about", "action", "guidance", "purpose", "period_rule",
                   "counting_rule", "evidence", "can_say", "cannot_say"})  # fmt: skip


def _said(words: Iterable[Any]) -> Callable[[Pack], list[tuple[str, str]]]:
    """The words of a closed list as choices."""
    return _these([(str(w), str(w).replace("_", " ").capitalize()) for w in words])


def _these(pairs: list[tuple[str, str]]) -> Callable[[Pack], list[tuple[str, str]]]:
    return lambda _: pairs


def _default(field: FieldInfo) -> Any:
    """What the part says unless somebody says otherwise, where that is one plain thing."""
    value = None if field.is_required() else field.get_default()
    value = value.value if isinstance(value, Enum) else value
    return value if isinstance(value, str | int | float) or (isinstance(value, tuple) and value) else None


def _several(part: Part, one: Any, where: tuple[str, str], ground: Ground) -> Part:
    choice = ground.choice(where, part.path)
    if choice is None and get_origin(one) is Literal:
        choice = _said(get_args(one))(ground.pack)
    if choice is not None:
        column_of = CHOICES[where].column_of if where in CHOICES else ""
        return replace(part, kind="several", choices=_these(choice), column_of=column_of)
    return replace(part, kind="lines", hint=part.hint or "One on each line.")


def _covered(path: str, label: str, ground: Ground) -> Iterator[Part]:
    """One field a data set for the columns that terms cover."""
    if not ground.beginning:
        return  # each data set has a form of its own
    for dataset in ground.pack.datasets.values():
        columns = _these([("*", "All of them"), *((c.id, c.title) for c in dataset.columns)])
        yield Part(path=f"{path}.{dataset.id}", label=f"{label}: {dataset.title}", kind="several", optional=True,
                   choices=columns)  # fmt: skip


def _tables(path: str, ground: Ground) -> Iterator[Part]:
    hint = "A line of headings, then the rows, the cells parted by |. Invented people only."
    names = [
        ("persons", "People"),
        ("populations", "Populations"),
        *((d.id, d.title) for d in ground.pack.datasets.values()),
    ]
    for name, title in dict(names).items():
        if name in ground.read_by_measure:
            yield Part(path=f"{path}.{name}", label=f"Table of {title.lower()}", hint=hint, optional=True)


TESTS = (
    ("is_in", "is one of these codes"), ("not_in", "is none of these codes"), ("has_any", "holds any of these codes, of a set"),
    ("in_group", "has a code of one of these groups"), ("in_set", "has a code with this tag"), ("recorded", "is recorded"),
    ("unrecorded", "is not recorded"), ("at_least", "is at least"), ("at_most", "is at most"),
)  # fmt: skip


def _condition(path: str, above: str, ground: Ground) -> Iterator[Part]:
    """A condition is asked as a column, a test and what it is tested for; `conditions.py` makes one of the three."""
    named = f"{above}: " if above else ""
    columns = ground.columns_at(path)
    yield Part(path=f"{path}.column", label=f"{named}column", kind="choice", choices=_these(columns))
    yield Part(path=f"{path}.test", label=f"{named}test", kind="choice", choices=_these(list(TESTS)))
    yield Part(path=f"{path}.values", label=f"{named}codes, groups, tag or number", kind="line", optional=True,
               hint="Codes or groups are parted by commas. Leave it empty where the test is whether it is recorded.")  # fmt: skip


def lists_of(folder: str, body: Mapping[str, Any], path: str = "") -> tuple[Things, ...]:
    """The lists that an item holds, or one thing of it; not those inside the things of a list: they are on its own page."""
    kind = type_at(folder, body, path)
    return tuple(_lists(kind, path, body)) if kind else ()


def _lists(kind: type[Declared], path: str, body: Any) -> Iterator[Things]:
    for name, field in kind.model_fields.items():
        at = _at(path, name)
        wanted, _ = _bare(field.annotation)
        if isinstance(wanted, type) and issubclass(wanted, Declared):
            if read(body, at) is not None:
                yield from (replace(one, title=_under(name, one.title)) for one in _lists(wanted, at, body))
        elif kind is Indicator and name == "measure":
            measure = next((k for k in MEASURES if kind_of(k) == (body.get("measure") or {}).get("kind")), None)
            yield from _lists(measure, at, body) if measure else ()
        elif things := _things(at, name, field):
            yield things


def _under(name: str, title: str) -> str:
    words = LABELS.get(name, name.replace("_", " "))
    return f"{words[:1].upper()}{words[1:]}: {title.lower()}"


def type_at(folder: str, body: Mapping[str, Any], path: str) -> type[Declared] | None:
    """The type of the item (no path) or of the thing at the path: 'checks.3', or 'checks.3.when.0'."""
    kind: type[Declared] | None = item_type(folder)
    steps, at = path.split(".") if path else [], ""
    while steps and kind is not None:
        held = next((t for t in _lists(kind, at, body) if path == t.path or path.startswith(t.path + ".")), None)
        rest = path[len(held.path) + 1 :].split(".") if held else []
        if held is None or not rest[0]:
            return None
        at, steps = f"{held.path}.{rest[0]}", rest[1:]
        kind = _told(held, read(body, at))
    return kind


def _told(things: Things, one: Any) -> type[Declared] | None:
    """Which of the types that the list may hold this thing is of."""
    if len(things.kinds) == 1:
        return things.kinds[0]
    word = (one or {}).get("kind")
    return next((kind for kind in things.kinds if kind_of(kind) == word), None)


def things_at(folder: str, body: Mapping[str, Any], path: str) -> Things | None:
    """The list at the path, whichever thing it is in; None where there is none."""
    above = path.split(".")
    for end in range(len(above) - 1, -1, -1):
        within = ".".join(above[:end])
        if within and not above[end - 1].isdecimal():
            continue
        found = next((t for t in lists_of(folder, body, within) if t.path == path), None)
        if found:
            return found
    return None
