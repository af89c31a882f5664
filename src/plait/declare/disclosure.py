"""Disclosure rules and agreement terms: what may be seen by whom, and on what footing."""

from datetime import date
from typing import Literal

from pydantic import Field

from plait.declare.item import Declared, Id, Item, Text

Zone = Literal["supplier", "partnership", "public"]


class ZoneRule(Declared):
    """What one zone may see. Counts from 1 to `hide_below` less one are withheld; the rest round to `round_to`."""

    hide_below: int = Field(ge=0, description="Counts from 1 up to one less than this are withheld; 0 withholds none.")
    hide_zero: bool = False
    round_to: int = Field(1, ge=1)
    secondary: bool = Field(True, description="Withhold more where a withheld count could be worked out.")
    minimum_denominator: int = Field(0, ge=0, description="Rates and shares on fewer are withheld.")
    group_disclosure: bool = Field(True, description="Withhold where all or none of a group would be shown.")

    def at_least_as_strict_as(self, other: "ZoneRule") -> bool:
        """True when nothing that `other` withholds or rounds would be shown by this rule."""
        return (
            self.hide_below >= other.hide_below
            and self.hide_zero >= other.hide_zero
            and self.round_to % other.round_to == 0
            and self.secondary >= other.secondary
            and self.minimum_denominator >= other.minimum_denominator
            and self.group_disclosure >= other.group_disclosure
        )


class Disclosure(Item):
    """A named set of rules, one a zone. The supplier always sees its own figures exactly."""

    partnership: ZoneRule
    public: ZoneRule
    note: Text

    def at_least_as_strict_as(self, other: "Disclosure") -> bool:
        """True when, in either zone, nothing that `other` withholds or rounds would be shown by this."""
        return self.partnership.at_least_as_strict_as(other.partnership) and self.public.at_least_as_strict_as(
            other.public
        )


class AgreementTerms(Item):
    """What an agreement permits: whose, for what, which columns of which data sets, for how long."""

    purpose: Text
    purposes: tuple[Literal["case", "strategic"], ...]
    form: Literal["aggregate", "pseudonymised", "individual"]
    lawful_basis: tuple[Text, ...] = Field(min_length=1)
    gateway: tuple[Text, ...] = Field(min_length=1)
    partners: tuple[str, ...] = Field(min_length=1, description="Kinds of agency these terms suit.")
    columns: dict[Id, tuple[str, ...]] = Field(description="Data set to the columns covered; '*' covers all.")
    retention_years: int = Field(ge=0)
    review_by: date | None = None
    why_we_may_share: Text
