"""A pack: declared knowledge, whole and readable, known by the digest of its bytes."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

from pydantic import Field

from plait.declare.codes import CodeList
from plait.declare.datasets import DataSet
from plait.declare.disclosure import AgreementTerms, Disclosure
from plait.declare.indicators import Indicator
from plait.declare.item import Declared, Id, Item, Text
from plait.declare.knowledge import Definition, Question
from plait.declare.language import LanguageGuide
from plait.declare.maps import FileMap, WideCounts
from plait.declare.maturity import MaturityModel
from plait.errors import PackError, nearest

SCHEMA = 1

_I = TypeVar("_I")


class Cover(Declared):
    """What `pack.yaml` holds."""

    id: Id
    title: Text
    version: Text
    schema_version: int = Field(SCHEMA, description="The shape of pack this was written for.")
    owner: Text
    approver: Text
    approved_on: date
    extends: Id | None = None
    disclosure: Id | None = Field(
        None, description="The disclosure rule in force unless an indicator asks for a stricter one."
    )
    note: str = ""


class Pack(Declared):
    """Everything declared, loaded once and never changed. Each mapping is from an id to its item."""

    cover: Cover
    digest: Text
    codelists: Mapping[str, CodeList]
    datasets: Mapping[str, DataSet]
    definitions: Mapping[str, Definition]
    questions: Mapping[str, Question]
    indicators: Mapping[str, Indicator]
    disclosures: Mapping[str, Disclosure]
    agreements: Mapping[str, AgreementTerms]
    maps: Mapping[str, FileMap]
    published: Mapping[str, WideCounts]
    language: Mapping[str, LanguageGuide] = Field({})
    maturity: Mapping[str, MaturityModel] = Field({})

    def dataset(self, name: str) -> DataSet:
        return _find(self.datasets, name, "data set")

    def codelist(self, name: str) -> CodeList:
        return _find(self.codelists, name, "code list")

    def indicator(self, name: str) -> Indicator:
        return _find(self.indicators, name, "indicator")

    def question(self, name: str) -> Question:
        return _find(self.questions, name, "question")

    def disclosure(self, name: str | None = None) -> Disclosure:
        """The named disclosure rule, or the one in force."""
        return _find(self.disclosures, name or self.cover.disclosure or "partnership_default", "disclosure rule")

    @cached_property
    def live_indicators(self) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators.values() if i.stage in ("live", "piloting") and i.retired is None)


# The folders of a pack, the field each fills and the type each file is. One file is one thing.
FOLDERS: dict[str, tuple[str, type[Item] | type[Declared]]] = {
    "codelists": ("codelists", CodeList),
    "datasets": ("datasets", DataSet),
    "definitions": ("definitions", Definition),
    "questions": ("questions", Question),
    "indicators": ("indicators", Indicator),
    "disclosure": ("disclosures", Disclosure),
    "agreements": ("agreements", AgreementTerms),
    "maps": ("maps", FileMap),
    "published": ("published", WideCounts),
    "language": ("language", LanguageGuide),
    "maturity": ("maturity", MaturityModel),
}


def _find(items: Mapping[str, _I], name: str, what: str) -> _I:
    if name in items:
        return items[name]
    raise PackError(f"This pack has no {what} '{name}'.{nearest(name, items)}\nIt has: {', '.join(sorted(items))}.")
