"""The language guide of a pack: words that put harm in the child, what to write instead, and why."""

from typing import Literal

from pydantic import Field

from plait.declare.item import Declared, Id, Item, Text


class Phrase(Declared):
    """Words to think again about.

    Each of `say` is plain words in order. `(a|b)` stands for either, `word*` for any ending, `...` for up to four words
    between, and `[word]` for a word that may be there or not.
    """

    id: Id
    say: tuple[Text, ...] = Field(min_length=1)
    kind: Literal["rephrase", "translate"] = Field(
        description="rephrase: it puts blame or a label on the child; translate: slang that hides a harm."
    )
    instead: tuple[Text, ...] = Field(min_length=1, description="What one could write; never put in by itself.")
    why: Text
    near: tuple[Text, ...] = Field((), description="Only where one of these stands in the same sentence.")
    unless: tuple[Text, ...] = Field((), description="Not where one of these stands in the same sentence.")
    source: str = ""


class ByAge(Declared):
    """What a thing is called on either side of the eighteenth birthday, and the law that names it there."""

    id: Id
    under_18: Text
    law_under_18: Text
    over_18: Text
    law_over_18: Text
    note: str = ""
    source: str = Field("", description="Where the law can be read.")


class LanguageGuide(Item):
    """A dictionary of phrases. A local pack adds a guide of its own and may silence phrases of another, with the reason."""

    phrases: tuple[Phrase, ...]
    allowed: tuple[Text, ...] = Field((), description="Names and statutory labels that stay as they are.")
    by_age: tuple[ByAge, ...] = Field((), description="Words that change at eighteen, because the law does.")
    silenced: dict[Id, Text] = Field({}, description="Phrase id to the reason it is not used here.")
