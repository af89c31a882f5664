"""What every declared thing carries: an id that is for ever, its source, its owner and its dates."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Declared(BaseModel):
    """Frozen, and closed: a word the schema does not know is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Item(Declared):
    """One declared thing that may be referred to from outside the pack, for ever."""

    id: Id
    title: Text
    source: Text = Field(description="Where it comes from: the guidance, return or agreement it rests on.")
    owner: Text = Field(description="Who answers for it: a role, never a person's name.")
    since: date = Field(description="The day from which it holds.")
    retired: date | None = Field(None, description="The day it stopped being used. An id is never used again.")
