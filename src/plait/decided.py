"""What is decided here and nowhere else: agencies, agreements signed, what each agency holds, returns received.

A partnership folder keeps these as plain files; the web application keeps them as rows. Both hand the same types over.
"""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from plait.declare import Pack
from plait.declare.item import Declared, Id, Text


class Agency(Declared):
    id: Id
    name: Text
    kind: Text = Field(description="A code of the agency_kind list.")
    areas: tuple[str, ...] = Field(min_length=1, description="Codes of the areas its records cover.")
    since: date | None = None
    until: date | None = None


class Agreement(Declared):
    """Signed terms. It covers a return when it is in force and names the agency."""

    id: Id
    terms: Id
    parties: tuple[Id, ...] = Field(min_length=1)
    signed: dict[Id, date] = Field({}, description="Party to the day it signed.")
    since: date
    until: date
    withdrawn: date | None = None

    def in_force(self, agency: str, on: date) -> bool:
        """True when the agency is a party that has signed, and the day is within its dates and before withdrawal."""
        signed = self.signed.get(agency)
        ended = min(self.until, self.withdrawn) if self.withdrawn else self.until
        return agency in self.parties and signed is not None and signed <= on and self.since <= on <= ended


Capture = Literal["coded", "free_text", "document", "spreadsheet", "paper", "not_recorded"]
Judged = Literal["", "good", "usable", "weak"]


class Asset(Declared):
    """One line of the data map: what an agency holds, towards which data set, how it is recorded and how good it is.

    Answers rest on the agency, the data set, columns, types, capture and whether it can be got out. The rest is for people.
    """

    agency: Id
    dataset: Id | Literal[""] = Field("", description="Empty for what meets no data set of the pack.")
    columns: tuple[str, ...] = Field((), description="Columns it can supply; '*' for all.")
    types: tuple[str, ...] = Field((), description="Event or service types it covers; empty for any.")
    capture: Capture = "coded"
    extractable: bool = True
    system: str = ""
    since: date | None = None
    quality: Judged = ""
    note: str = ""
    item: str = Field("", description="What it is called where it is kept.")
    meaning: str = ""
    recorded_by: str = Field("", description="Who records it, at what point, and what prompts them.")
    grain: Literal["", "person", "event", "spell", "place", "total", "text"] = Field(
        "", description="What one record is."
    )
    coverage: str = Field("", description="Who or what is in it, and who is not.")
    frequency: Literal["", "live", "monthly", "quarterly", "yearly", "seldom", "once"] = ""
    footprint: tuple[str, ...] = Field((), description="Codes of the areas it covers; empty for all of the agency's.")
    contact: str = Field("", description="The post or team to ask.")
    succession: Literal["", "team", "two", "one"] = Field("", description="How many could bring it out.")
    purposes: tuple[Literal["disruption", "prevention", "commissioning", "recognition", "help"], ...] = ()


class Waiver(Declared):
    """A failed check that the partnership accepts for one agency, with the reason. The caveat travels to every figure."""

    agency: Id
    code: Text = Field(description="The finding's code.")
    reason: Text
    by: Text = Field(description="Who decided it: a role or a body.")
    on: date


class Verdict(Declared):
    """What somebody who saw how alike two records are, and nothing else, said of the pair."""

    pair: str = Field(pattern="^x[0-9a-f]{16}$", description="The pair's mark, the same in every linking.")
    same: Literal["yes", "no", "unsure"] = Field(description="Whether the two records are of one person.")

    @property
    def mark(self) -> int:
        """The mark as linking knows it."""
        return int(self.pair[1:], 16)


class Return(Declared):
    """A file, or a folder or zip of files, that an agency sent for a period."""

    agency: Id
    period: Text
    path: Path
    dataset: str | None = None
    map: str | tuple[str, ...] | None = Field(
        None, description="The map it is read with; several when it has several sheets or makes several data sets."
    )
    received_on: date

    @property
    def map_ids(self) -> tuple[str, ...]:
        return (self.map,) if isinstance(self.map, str) else self.map or ()


class Partnership(Declared):
    """Everything decided, with the pack that was adopted."""

    name: Text
    areas: tuple[str, ...] = Field(min_length=1, description="The areas the profile is about, largest first.")
    agencies: tuple[Agency, ...]
    agreements: tuple[Agreement, ...] = ()
    assets: tuple[Asset, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    returns: tuple[Return, ...] = ()
    pack_digest: Text
    next_update: date | None = None
    invented: bool = False

    def agency(self, agency_id: str) -> Agency:
        return next(a for a in self.agencies if a.id == agency_id)


class Supplied(Declared):
    """What arrived, was kept, and may be used: one data set of one return, with how much of it is filled."""

    agency: Id
    period: Text
    dataset: Id
    rows: int
    usable: int
    received_on: date
    filled: dict[str, float] = Field({}, description="Column to the share of usable rows that hold an answer, 0 to 1.")
    types: tuple[str, ...] = Field((), description="Event or service types, or measures, that occur in it.")
    format: str = Field("", description="What kind of file it came in, as `receive` tells it.")
    agreement: str = Field("", description="The agreement that permits it.")
    caveats: tuple[str, ...] = Field((), description="Failed checks that were waived, in words.")


def permitted(
    pack: Pack, partnership: Partnership, *, agency: str, dataset: str, on: date
) -> dict[str, frozenset[str]]:
    """Agreement id to the columns of the data set it lets the agency share on that day; empty when none does."""
    in_force = (agreement for agreement in partnership.agreements if agreement.in_force(agency, on))
    return {a.id: columns for a in in_force if (columns := covered(pack, a, dataset))}


def covered(pack: Pack, agreement: Agreement, dataset: str) -> frozenset[str]:
    """The columns of the data set that the agreement is about, whether it is in force or not."""
    terms = pack.agreements.get(agreement.terms)
    columns = terms.columns.get(dataset, ()) if terms else ()
    return frozenset(pack.dataset(dataset).column_ids if "*" in columns else columns)
