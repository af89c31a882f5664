"""The smaller things an item holds, each changed in a form of its own: codes, checks, phrases, the columns that terms cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plait_web.packs import forms
from plait_web.packs.parts import FOLDER_WORDS, read
from plait_web.packs.shapes import lists_of


@dataclass(frozen=True, slots=True)
class Way:
    """One way of changing part of an item: the form, what its page and button say, and fields that may hold any words."""

    form: type[forms.WhyForm]
    title: str
    spared: tuple[str, ...] = ()


def _with_retiring(ways: Mapping[str, Mapping[str, Way]]) -> Mapping[str, Mapping[str, Way]]:
    """These ways, and for every kind of item that of taking it out of use."""
    return {
        folder: {**ways.get(folder, {}), "retire": Way(forms.RetireForm, f"Retire this {words[1]}")}
        for folder, words in FOLDER_WORDS.items()
    }


WAYS: Mapping[str, Mapping[str, Way]] = _with_retiring(
    {
        "codelists": {"code": Way(forms.CodeForm, "A code")},
        "agreements": {"columns": Way(forms.ColumnsForm, "Columns covered")},
        "language": {
            "phrase": Way(forms.PhraseForm, "Words to think again about", ("say",)),
            "silence": Way(forms.SilenceForm, "Words not warned of here"),
        },
    }
)
OWN_GUIDE = {
    "id": "our-words", "title": "Our own words", "source": "Agreed here", "owner": "Partnership manager",
    "since": "2026-04-01", "phrases": [], "allowed": [], "silenced": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """The smaller things of one item as a table: what they are called, headings, and rows with the key of each."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    way: str  # by which one of them is changed
    new: str = ""  # by which one is added
    new_words: str = ""


def listed(folder: str, body: Mapping[str, Any]) -> Listed | None:
    """The smaller things of an item, or None where it holds none that are changed here."""
    if folder == "agreements":
        covered = tuple((name, (name, ", ".join(columns))) for name, columns in body["columns"].items())
        return Listed("What the terms cover", ("Data set", "Columns"), covered, "columns")
    if folder not in _TABLES:
        return None
    table = _TABLES[folder]
    rows = tuple((one[table.key], tuple(_words(one.get(part)) for part, _ in table.parts)) for one in body[table.of])
    return Listed(
        table.title, tuple(heading for _, heading in table.parts), rows, table.way, table.new, table.new_words
    )


@dataclass(frozen=True, slots=True)
class _Table:
    of: str
    key: str
    title: str
    parts: tuple[tuple[str, str], ...]
    way: str
    new: str
    new_words: str


_TABLES = {
    "codelists": _Table(
        "codes", "code", "Codes", (("code", "Code"), ("label", "Stands for"), ("group_label", "Group"), ("note", "Note")),
        "code", "code", "Add a code",
    ),
    "language": _Table(
        "phrases", "id", "Words to think again about", (("say", "Words"), ("instead", "One could write"), ("why", "Why")),
        "phrase", "phrase", "Add words",
    ),
}  # fmt: skip


def _words(value: Any) -> str:
    return "; ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value or "")


def begun(folder: str, way: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a form begins with when one thing that is there is changed."""
    if way == "columns":
        return {"columns": list(body["columns"].get(key, ()))}
    table = _TABLES.get(folder)
    if not key or table is None or way != table.way:
        return {}
    found: Mapping[str, Any] = next((one for one in body[table.of] if one[table.key] == key), {})
    plain = {name: value for name, value in found.items() if not isinstance(value, list | dict)}
    lines = {name: "\n".join(found[name]) for name in ("say", "instead") if name in found}
    return plain | lines


def known(folder: str, way: str, body: Mapping[str, Any], key: str) -> bool:
    """Whether there is something of this key to change."""
    if way == "columns":
        return key in body["columns"]
    table = _TABLES.get(folder)
    return not key or (table is not None and way == table.way and any(one[table.key] == key for one in body[table.of]))


@dataclass(frozen=True, slots=True)
class List:
    """A list of an item as a table: where it is, what it is called, headings, and each thing's place with its words."""

    path: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


_TOLD: Mapping[str, tuple[str, ...]] = {
    "columns": ("id", "title", "type", "privacy", "heading"), "checks": ("code", "severity", "problem", "remedy"),
    "examples": ("why", "period"), "breaks": ("on", "why"), "by_age": ("id", "under_18", "over_18"),
    "headings": ("id", "title"), "statements": ("id", "title"), "lists": ("id", "title"), "steps": ("id", "title"),
    "measures": ("heading", "measure", "part"), "holds": ("format", "column"), "beside": ("to", "columns"),
}  # fmt: skip
_TESTED = ("column", "test", "values")
_HEADINGS = {"id": "Short name", "code": "Short name", "problem": "What is wrong", "remedy": "What to do",
             "severity": "How grave", "on": "From", "under_18": "Under 18", "over_18": "Over 18", "to": "Data set"}  # fmt: skip


def lists(folder: str, body: Mapping[str, Any], path: str = "") -> tuple[List, ...]:
    """The lists of an item, or of one thing in it, that have no table of their own."""
    own = {"agreements": "columns"}.get(folder) or (_TABLES[folder].of if folder in _TABLES else "")
    return tuple(
        _list(one.path, one.title, read(body, one.path) or ())
        for one in lists_of(folder, body, path)
        if one.path != own
    )


def _list(path: str, title: str, things: Sequence[Mapping[str, Any]]) -> List:
    parts = _TOLD.get(path.rpartition(".")[2], _TESTED)
    parts = tuple(part for part in parts if any(part in one for one in things)) or parts[:1]
    rows = tuple((f"{path}.{n}", tuple(_words(one.get(part)) for part in parts)) for n, one in enumerate(things))
    return List(path, title, tuple(_HEADINGS.get(part, part.replace("_", " ").capitalize()) for part in parts), rows)


def named(thing: Mapping[str, Any]) -> str:
    """What one thing of a list is called."""
    words = (thing.get(part) for part in ("title", "id", "code", "column", "heading", "problem", "why", "to"))
    return next((str(one) for one in words if one), "")
