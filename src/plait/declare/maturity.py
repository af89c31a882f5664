"""The maturity self-assessment of a pack: what an agency says of its own data work, level by level."""

from typing import Literal

from pydantic import Field, model_validator

from plait.declare.item import Declared, Id, Item, Text

Level = Literal[1, 2, 3, 4, 5]


class Statement(Declared):
    """One thing to rate. Each level says what one would see, so that two people mean the same by a number."""

    id: Id
    title: Text
    levels: tuple[Text, Text, Text, Text, Text] = Field(description="What one would see at each level, 1 to 5.")
    action: Text = Field(
        description="What a low level proposes to do; an agency accepts it, changes it or says not now."
    )
    together: bool = Field(False, description="Better done once by the partnership than by each agency.")


class Heading(Declared):
    """A part of the self-assessment."""

    id: Id
    title: Text
    about: Text
    statements: tuple[Statement, ...] = Field(min_length=1)


class MaturityModel(Item):
    """A self-assessment: never a ranking, and 'do not know' is an answer."""

    about: Text
    level_names: tuple[Text, Text, Text, Text, Text]
    evidence_from: Level = Field(description="From this level a line of evidence is asked for.")
    low: Level = Field(description="Up to this level an action is proposed.")
    headings: tuple[Heading, ...] = Field(min_length=1)

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(statement for heading in self.headings for statement in heading.statements)

    @model_validator(mode="after")
    def _ids_are_used_once(self) -> "MaturityModel":
        ids = [statement.id for statement in self.statements] + [heading.id for heading in self.headings]
        if len(ids) != len(set(ids)):
            raise ValueError("an id of a heading or statement is used twice")
        return self
