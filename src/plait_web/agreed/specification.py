"""What an analyst who was not there needs to work on a question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plait.declare import Indicator, Pack, Question
from plait.declare.needed import needed
from plait_web.partnership.models import Agency


@dataclass(frozen=True, slots=True)
class Source:
    """The columns of one data set an indicator rests on, and the agencies of the kinds that hold it."""

    dataset: str
    columns: tuple[str, ...]
    agencies: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class Specified:
    """One indicator of a question, with its sources."""

    indicator: Indicator
    sources: tuple[Source, ...]


def specification(pack: Pack, question: Question, agencies: Iterable[Agency]) -> tuple[Specified, ...]:
    """Every live indicator that serves the question, in the order of their titles."""
    all_of_them = tuple(agencies)
    serving = (i for i in pack.live_indicators if question.id in i.questions)
    return tuple(Specified(i, _sources(pack, i, all_of_them)) for i in sorted(serving, key=lambda i: i.title))


def _sources(pack: Pack, indicator: Indicator, agencies: tuple[Agency, ...]) -> tuple[Source, ...]:
    holders = tuple(a for a in agencies if a.kind in indicator.suppliers)
    found = []
    for name, columns in sorted(needed(indicator).items()):
        dataset = pack.dataset(name)
        titles = tuple(dataset.column(c).title for c in dataset.column_ids if c in columns)
        found.append(Source(dataset.title, titles, holders))
    return tuple(found)
