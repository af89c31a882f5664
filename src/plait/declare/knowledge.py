"""Definitions and strategic questions: what was agreed to mean, and what leaders want to know."""

from typing import Literal

from pydantic import Field

from plait.declare.indicators import Domain
from plait.declare.item import Id, Item, Text


class Definition(Item):
    """One current text for a term."""

    text: Text
    scope: Text
    statutory: bool = False
    examples_in: tuple[Text, ...] = ()
    examples_out: tuple[Text, ...] = ()
    see: tuple[Id, ...] = ()


class Question(Item):
    """A strategic question: the core object. Every figure answers one."""

    domain: Domain
    theme: Text
    what: Text
    how: Text = Field(description="How it can be looked into, with data and without.")
    why: Text
    decides: Text = Field(description="The body that decides on the answer.")
    never_by_data: str = Field("", description="What no data could answer, and what could.")
    review: Literal["quarterly", "half_yearly", "annual"] = "annual"
    rank: int = Field(100, ge=1)
