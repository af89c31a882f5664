"""Which codes a condition names, and whether what was sent could hold any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plait.declare.datasets import Condition, DataSet
from plait.declare.pack import Pack


def accepted(pack: Pack, dataset: DataSet, condition: Condition) -> frozenset[str]:
    """The codes named by a condition, whichever way it names them: by code, by group or by tag."""
    if condition.in_group is not None or condition.in_set is not None:
        codes = pack.codelist(dataset.column(condition.column).codes or "").codes
        groups = set(condition.in_group or ())
        return frozenset(c.code for c in codes if c.group in groups or condition.in_set in c.sets)
    return frozenset(condition.is_in or condition.has_any or condition.not_in or ())


def holdable(dataset: DataSet, column: str, formats: Iterable[str]) -> frozenset[str] | None:
    """The codes that files of these formats can hold in the column together; None when one of them can hold any."""
    codes: frozenset[str] = frozenset()
    for form in formats:
        held = next((h for h in dataset.holds if h.format == form and h.column == column), None)
        if held is None:
            return None
        codes |= frozenset(held.codes)
    return codes


def out_of_reach(
    pack: Pack, dataset: DataSet, conditions: Iterable[Condition], formats: Iterable[str]
) -> Iterator[Condition]:
    """The conditions that no row of files of these formats can meet, as they have no such code."""
    formats = tuple(formats)
    for condition in conditions:
        if condition.is_in or condition.has_any or condition.in_group or condition.in_set:
            codes = holdable(dataset, condition.column, formats)
            if codes is not None and not codes & accepted(pack, dataset, condition):
                yield condition
