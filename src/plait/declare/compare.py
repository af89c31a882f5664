"""Two versions of a pack, compared in words: what is new, what changed, what breaks, and what must not have happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from plait.declare.codes import CodeList
from plait.declare.datasets import DataSet
from plait.declare.disclosure import AgreementTerms, Disclosure
from plait.declare.indicators import Indicator, Rows
from plait.declare.knowledge import Definition
from plait.declare.links import rows_of
from plait.declare.needed import needed
from plait.declare.pack import FOLDERS, Pack

Kind = Literal["added", "retired", "reworded", "changed", "tightened", "loosened", "vanished"]

# Parts that say what is meant, and no more: changing one leaves every figure as it was.
_WORDS = {
    "title", "source", "owner", "note", "guidance", "why", "evidence", "can_say", "cannot_say", "examples",
    "examples_in", "examples_out", "see", "what", "how", "decides", "never_by_data", "theme", "rank", "review",
    "why_we_may_share", "row", "stage", "frequency", "questions", "definitions", "purpose",
}  # fmt: skip
_MEANING = ("measure", "age", "residence", "unit", "period_rule", "counting_rule", "breaks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, in words. `item` is folder and id; `breaks` are indicators whose series are not comparable across it."""

    kind: Kind
    item: str
    words: str
    breaks: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        """True when it may never be: an id is for ever, so that what was written years ago still leads somewhere."""
        return self.kind == "vanished"

    def __str__(self) -> str:
        broken = f" Breaks the series of {', '.join(self.breaks)}." if self.breaks else ""
        return f"{'Error' if self.is_error else self.kind.capitalize()}: {self.item} {self.words}{broken}"


def compare(old: Pack, new: Pack) -> tuple[Change, ...]:
    """Every change from `old` to `new`, in the order of the folders; what vanished comes first."""
    changes = [change for folder in FOLDERS for change in _folder(folder, old, new)]
    return tuple(sorted(changes, key=lambda change: not change.is_error))


def _folder(folder: str, old: Pack, new: Pack) -> Iterator[Change]:
    field = FOLDERS[folder][0]
    before, after = getattr(old, field), getattr(new, field)
    for name in sorted(before.keys() | after.keys()):
        item = f"{folder}/{name}"
        if name not in after:
            yield Change(
                kind="vanished", item=item, words="is gone. An id is for ever: keep it, with the day it retired."
            )
        elif name not in before:
            yield Change(kind="added", item=item, words=f"is new: {getattr(after[name], 'title', name)}.")
        elif before[name] != after[name]:
            yield from _item(item, before[name], after[name], new)


def _item(item: str, before: Any, after: Any, pack: Pack) -> Iterator[Change]:
    parts = {part for part in type(before).model_fields if getattr(before, part) != getattr(after, part)}
    if "retired" in parts:
        yield _retired(item, after)
    compared = _SPECIAL.get(type(before))
    if compared:
        yield from compared(item, before, after, pack)
    reworded = sorted(parts & _WORDS)
    if reworded:
        yield Change(kind="reworded", item=item, words=f"is worded afresh: {_said(reworded)}.")
    others = sorted(parts - _WORDS - {"retired"} - _COMPARED.get(type(before), frozenset()))
    if others:
        yield Change(kind="changed", item=item, words=f"has changed: {_said(others)}.")


def _retired(item: str, after: Any) -> Change:
    words = f"is retired from {after.retired}." if after.retired else "is in use again."
    return Change(kind="retired" if after.retired else "changed", item=item, words=words)


def _said(parts: Iterable[str]) -> str:
    return ", ".join(part.replace("_", " ") for part in parts)


def _codelist(item: str, before: CodeList, after: CodeList, pack: Pack) -> Iterator[Change]:
    was, now = ({code.code: code for code in codes.codes} for codes in (before, after))
    breaks = _resting_on_list(pack, after.id)
    for code in sorted(was.keys() - now.keys()):
        yield Change(
            kind="vanished", item=item, words=f"has lost the code {code}. Keep it, with its last day.", breaks=breaks
        )
    if new := sorted(now.keys() - was.keys()):
        yield Change(kind="added", item=item, words=f"has new codes: {', '.join(new)}.", breaks=breaks)
    both = sorted(was.keys() & now.keys())
    if ended := [c for c in both if now[c].until != was[c].until or now[c].since != was[c].since]:
        yield Change(kind="retired", item=item, words=f"has other years for: {', '.join(ended)}.", breaks=breaks)
    if worded := [c for c in both if (now[c].label, now[c].note) != (was[c].label, was[c].note)]:
        yield Change(kind="reworded", item=item, words=f"words these codes afresh: {', '.join(worded)}.")
    if moved := [c for c in both if (now[c].group, set(now[c].sets)) != (was[c].group, set(was[c].sets))]:
        yield Change(
            kind="changed", item=item, words=f"groups these codes otherwise: {', '.join(moved)}.", breaks=breaks
        )


def _dataset(item: str, before: DataSet, after: DataSet, pack: Pack) -> Iterator[Change]:
    was, now = ({column.id: column for column in dataset.columns} for dataset in (before, after))
    for name in sorted(was.keys() - now.keys()):
        words = f"has lost the column {name}. Keep it: old returns hold it."
        yield Change(kind="vanished", item=item, words=words, breaks=_resting_on(pack, after.id, name))
    for name in sorted(now.keys() - was.keys()):
        yield Change(kind="added", item=item, words=f"has a new column: {now[name].title}.")
    for name in sorted(was.keys() & now.keys()):
        if was[name].model_copy(update=_said_of(now[name])) != now[name]:
            words = f"means something else by the column {name}."
            yield Change(kind="changed", item=item, words=words, breaks=_resting_on(pack, after.id, name))
        elif was[name] != now[name]:
            yield Change(kind="reworded", item=item, words=f"words the column {name} afresh.")
    yield from _checks(item, before, after)


def _said_of(column: Any) -> dict[str, Any]:
    return {"title": column.title, "meaning": column.meaning}


def _checks(item: str, before: DataSet, after: DataSet) -> Iterator[Change]:
    was, now = ({check.code: check for check in dataset.checks} for dataset in (before, after))
    if lost := sorted(was.keys() - now.keys()):
        yield Change(kind="loosened", item=item, words=f"no longer makes these checks: {', '.join(lost)}.")
    if new := sorted(now.keys() - was.keys()):
        yield Change(kind="tightened", item=item, words=f"makes new checks: {', '.join(new)}.")
    if other := sorted(code for code in was.keys() & now.keys() if was[code] != now[code]):
        yield Change(kind="changed", item=item, words=f"makes or words these checks otherwise: {', '.join(other)}.")


def _definition(item: str, before: Definition, after: Definition, pack: Pack) -> Iterator[Change]:
    if (before.text, before.scope) != (after.text, after.scope):
        breaks = tuple(sorted(i.id for i in pack.indicators.values() if after.id in i.definitions))
        yield Change(kind="changed", item=item, words="means something else, or something more or less.", breaks=breaks)


def _indicator(item: str, before: Indicator, after: Indicator, pack: Pack) -> Iterator[Change]:
    parts = [part for part in _MEANING if getattr(before, part) != getattr(after, part)]
    if parts:
        words = f"counts otherwise: {_said(parts)}."
        yield Change(kind="changed", item=item, words=words, breaks=(after.id,))


def _disclosure(item: str, before: Disclosure, after: Disclosure, pack: Pack) -> Iterator[Change]:
    for zone in ("partnership", "public"):
        was, now = getattr(before, zone), getattr(after, zone)
        if was == now:
            continue
        tighter = now.at_least_as_strict_as(was)
        words = f"shows {'less' if tighter else 'more'} in the {zone} zone than it did."
        yield Change(kind="tightened" if tighter else "loosened", item=item, words=words)


def _agreement(item: str, before: AgreementTerms, after: AgreementTerms, pack: Pack) -> Iterator[Change]:
    if before.retention_years != after.retention_years:
        longer = after.retention_years > before.retention_years
        words = f"keeps data for {after.retention_years} years; it was {before.retention_years}."
        yield Change(kind="loosened" if longer else "tightened", item=item, words=words)
    was, now = _covered(before, pack), _covered(after, pack)
    if now - was:
        yield Change(kind="loosened", item=item, words=f"covers more: {', '.join(sorted(now - was))}.")
    if was - now:
        yield Change(kind="tightened", item=item, words=f"no longer covers: {', '.join(sorted(was - now))}.")


def _covered(terms: AgreementTerms, pack: Pack) -> set[str]:
    """Data set and column of everything the terms cover, as this pack has the columns."""
    return {
        f"{name}.{column}"
        for name, columns in terms.columns.items()
        for column in (pack.datasets[name].column_ids if "*" in columns and name in pack.datasets else columns)
    }


_Compared = Callable[[str, Any, Any, Pack], Iterator[Change]]
_SPECIAL: Mapping[type, _Compared] = {
    CodeList: _codelist,
    DataSet: _dataset,
    Definition: _definition,
    Indicator: _indicator,
    Disclosure: _disclosure,
    AgreementTerms: _agreement,
}
# The parts each of those has spoken of.
_COMPARED: Mapping[type, frozenset[str]] = {
    CodeList: frozenset({"codes"}),
    DataSet: frozenset({"columns", "checks"}),
    Definition: frozenset({"text", "scope"}),
    Indicator: frozenset(_MEANING),
    Disclosure: frozenset({"partnership", "public"}),
    AgreementTerms: frozenset({"columns", "retention_years"}),
}


def _resting_on(pack: Pack, dataset: str, column: str) -> tuple[str, ...]:
    return tuple(sorted(i.id for i in pack.indicators.values() if column in needed(i).get(dataset, ())))


def _resting_on_list(pack: Pack, codelist: str) -> tuple[str, ...]:
    """Indicators that choose rows by a column of this list. A breakdown alone does not break the series."""
    found = []
    for indicator in pack.indicators.values():
        if any(_chosen_by(pack, rows, codelist) for rows in rows_of(indicator)):
            found.append(indicator.id)
    return tuple(sorted(found))


def _chosen_by(pack: Pack, rows: Rows, codelist: str) -> bool:
    dataset = pack.datasets.get(rows.of)
    return dataset is not None and any(dataset.column(condition.column).codes == codelist for condition in rows.where)
