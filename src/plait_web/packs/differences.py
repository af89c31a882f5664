"""What a draft would change, part by part, in words; and what else would change with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plait.declare import Pack
from plait.declare.compare import Change, compare
from plait.declare.item import Declared
from plait_web.packs.parts import PARTS
from plait_web.packs.versions import as_kept, items_of
from plait_web.ui.jinja import day

_LISTS = frozenset({"codes", "columns", "checks", "phrases", "holds", "measure", "examples"})
_NAMED_BY = ("id", "code", "column")  # what tells one thing of a list from another


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that says something else."""

    part: str
    before: str
    after: str


def differences(folder: str, before: Declared | None, after: Declared) -> tuple[Difference, ...]:
    """Each part that differs, in the order the item declares them."""
    was, now = (dict(_flat(as_kept(item))) if item is not None else {} for item in (before, after))
    labels = {part.path: part.label for part in PARTS.get(folder, ())}
    names = list(dict.fromkeys([*now, *was]))
    return tuple(
        Difference(_label(name, labels), was.get(name, ""), now.get(name, ""))
        for name in names
        if was.get(name) != now.get(name) and name != "id"
    )


def parts_of(folder: str, item: Declared) -> tuple[Difference, ...]:
    """Every part of the item that is said once, as if it were all new; lists of codes, checks and phrases are left out."""
    return tuple(d for d in differences(folder, None, item) if d.part.split(",")[0].lower() not in _LISTS)


def _label(name: str, labels: Mapping[str, str]) -> str:
    return labels.get(name) or name.replace("_", " ").replace(".", ", ").capitalize()


def _flat(body: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """Path to words, for every part of a dumped item; things in a list are told apart by their id or code."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            yield from _flat(value, f"{above}.{name}" if above else str(name))
    elif isinstance(body, list) and body and isinstance(body[0], Mapping):
        for number, one in enumerate(body, start=1):
            name = next((str(one[key]) for key in _NAMED_BY if key in one), str(number))
            yield from _flat(one, f"{above}.{name}")
    elif isinstance(body, list):
        yield above, "\n".join(str(one) for one in body)
    else:
        yield above, _in_words(body)


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    said = str(value)
    return day(date.fromisoformat(said)) if _DAY.fullmatch(said) else said


@dataclass(frozen=True, slots=True)
class Effect:
    """What adopting would do: every change in words, and what would no longer be comparable or needs somebody."""

    changes: tuple[Change, ...]
    broken: tuple[str, ...]  # indicators whose series break, by title
    questions: tuple[str, ...]  # questions those indicators serve, by title


def effect(before: Pack, after: Pack) -> Effect:
    """From one version to another."""
    changes = compare(before, after)
    broken = sorted({name for change in changes for name in change.breaks if name in before.indicators})
    asked = {question for name in broken for question in before.indicators[name].questions}
    return Effect(
        changes,
        tuple(before.indicators[name].title for name in broken),
        _titles(before, asked),
    )


def _titles(pack: Pack, questions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(pack.questions[name].title for name in questions if name in pack.questions))


def in_words(change: Change, packs: Sequence[Pack]) -> tuple[str, str, str]:
    """The change as a page tells it: its kind, what it is about by title, and the words."""
    folder, _, name = change.item.partition("/")
    title = next((getattr(found, "title", name) for pack in packs if (found := items_of(pack, folder).get(name))), name)
    return ("Error" if change.is_error else change.kind.capitalize(), title, change.words)
