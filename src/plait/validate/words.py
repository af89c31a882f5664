"""Words that a guide remarks on, as findings: the guide's own words, never the cell's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plait.declare import DataSet
from plait.validate.checked import Context
from plait.validate.places import Located, place_of
from plait.validate.rule import ACCEPTED
from plait.validate.wording import WORDINGS
from plait.values import Finding, Severity

_CODE = "language.words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarked:
    """What a guide has to say of one phrase, and where in one column it stands."""

    column: str
    said: str
    why: str
    instead: tuple[str, ...]
    found: Located


def remarked(words: Remarked, dataset: DataSet, context: Context) -> Iterator[Finding]:
    """A finding for each listed place; every one says the count in full. It keeps no row out."""
    wording, accepted = WORDINGS[_CODE], _CODE in context.waived
    title = dataset.column(words.column).title
    problem = wording.problem.format(column=title, said=words.said, why=words.why)
    for spot in words.found.places:
        yield Finding(
            code=_CODE,
            where=place_of(spot, words.column, dataset, context),
            problem=f"{problem} {ACCEPTED}" if accepted else problem,
            remedy=wording.remedy.format(instead="; ".join(words.instead)),
            severity=Severity.NOTE if accepted else wording.severity,
            count=words.found.count,
            dataset=dataset.id,
        )
