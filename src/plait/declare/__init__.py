"""Packs: the only source of what was agreed. `load_pack` gives the whole of one, checked, as frozen types."""

from plait.declare.codes import Code, CodeList
from plait.declare.datasets import Check, Column, ColumnType, Condition, DataSet, Privacy
from plait.declare.disclosure import AgreementTerms, Disclosure, Reader, Zone, ZoneRule
from plait.declare.indicators import Dimension, Example, Indicator, Rows
from plait.declare.knowledge import Definition, Question
from plait.declare.language import LanguageGuide, Phrase
from plait.declare.links import rows_of
from plait.declare.load import digest, load_pack
from plait.declare.maps import ColumnMap, CountColumn, FileMap, WideCounts
from plait.declare.maturity import MaturityModel
from plait.declare.pack import Cover, Pack

__all__ = [
    "AgreementTerms",
    "Check",
    "Code",
    "CodeList",
    "Column",
    "ColumnMap",
    "ColumnType",
    "Condition",
    "CountColumn",
    "Cover",
    "DataSet",
    "Definition",
    "Dimension",
    "Disclosure",
    "Example",
    "FileMap",
    "Indicator",
    "LanguageGuide",
    "MaturityModel",
    "Pack",
    "Phrase",
    "Privacy",
    "Question",
    "Reader",
    "Rows",
    "WideCounts",
    "Zone",
    "ZoneRule",
    "digest",
    "load_pack",
    "rows_of",
]  # fmt: skip
