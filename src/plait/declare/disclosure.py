"""Disclosure rules and agreement terms: what may be seen by whom, and on what footing."""

from datetime import date
from math import lcm
from typing import Literal

from pydantic import Field

from plait.declare.item import Declared, Id, Item, Text

Zone = Literal["supplier", "partnership", "public"]
OneEach = Literal["age_band", "sex", "ethnicity", "status", "role", "type", "detail", "outcome", "source"]
JOINED = "|"  # between the groups that a figure shows as one


class ZoneRule(Declared):
    """What one zone may see. Counts from 1 to `hide_below` less one are withheld; the rest round to `round_to`."""

    hide_below: int = Field(ge=0, description="Counts from 1 up to one less than this are withheld; 0 withholds none.")
    hide_zero: bool = False
    round_to: int = Field(1, ge=1)
    secondary: bool = Field(True, description="Withhold more where a withheld count could be worked out.")
    minimum_denominator: int = Field(0, ge=0, description="Rates and shares on fewer are withheld.")
    group_disclosure: bool = Field(
        True,
        description="Withhold where all of a group would be shown; that none are is a nought, which hide_zero hides.",
    )
    least_range: int = Field(
        0,
        ge=0,
        description="How far apart the least and most a reader could think possible must be; 0: half of hide_below.",
    )
    rounded_range: int = Field(
        0, ge=0, description="The same of a count that is rounded, whatever it is summed with; 0: half of round_to."
    )

    @property
    def width(self) -> int:
        """How many counts apart the most and the least that a reader cannot rule out must be, for a small count."""
        return self.least_range or max(1, (self.hide_below - 1) // 2)

    @property
    def blur(self) -> int:
        """The same for a count that is rounded: sums may narrow what its rounding leaves open, but no further."""
        return min(self.rounded_range or (self.round_to - 1) // 2, self.round_to - 1)

    def at_least_as_strict_as(self, other: "ZoneRule") -> bool:
        """True when nothing that `other` withholds or rounds would be shown by this rule."""
        return (
            self.hide_below >= other.hide_below
            and self.hide_zero >= other.hide_zero
            and self.round_to % other.round_to == 0
            and self.secondary >= other.secondary
            and self.minimum_denominator >= other.minimum_denominator
            and self.group_disclosure >= other.group_disclosure
            and self.width >= other.width
            and self.blur >= other.blur
        )

    def joined(self, other: "ZoneRule") -> "ZoneRule":
        """The strictest of both, for a count that is shown under both."""
        if self == other:
            return self
        return ZoneRule(
            hide_below=max(self.hide_below, other.hide_below),
            hide_zero=self.hide_zero or other.hide_zero,
            round_to=lcm(self.round_to, other.round_to),
            secondary=self.secondary or other.secondary,
            minimum_denominator=max(self.minimum_denominator, other.minimum_denominator),
            group_disclosure=self.group_disclosure or other.group_disclosure,
            least_range=max(self.width, other.width),
            rounded_range=max(self.blur, other.blur),
        )


class Reader(Declared):
    """What a determined reader is taken to know besides what is shown: used in choosing, in checking, and printed.

    Every reader knows the rule, the rounding, that a shown nought is a nought, that the one mark hides both small counts and
    others, and every sum that holds.
    """

    agencies_know_their_own: bool = Field(True, description="An agency reads with its own exact counts in hand.")
    knows_one_case: bool = Field(True, description="Somebody knows of one case in any count that is not nought.")
    knows_past_releases: bool = Field(True, description="Every figure released before is remembered.")

    def at_least_as_strict_as(self, other: "Reader") -> bool:
        """True when this reader knows all that the other knows."""
        return (
            self.agencies_know_their_own >= other.agencies_know_their_own
            and self.knows_one_case >= other.knows_one_case
            and self.knows_past_releases >= other.knows_past_releases
        )

    def joined(self, other: "Reader") -> "Reader":
        """One who knows what either knows."""
        return Reader(**{name: getattr(self, name) or getattr(other, name) for name in Reader.model_fields})


class Disclosure(Item):
    """A named set of rules, one a zone. The supplier always sees its own figures exactly."""

    partnership: ZoneRule
    public: ZoneRule
    reader: Reader = Reader()
    combine: dict[OneEach, tuple[tuple[Text, ...], ...]] = Field(
        default_factory=dict,
        description="Breakdown to sets of its groups that may be shown as one, where that loses less than withholding them.",
    )
    note: Text

    def at_least_as_strict_as(self, other: "Disclosure") -> bool:
        """True when, in either zone and to the same reader, nothing that `other` withholds or rounds would be shown by this."""
        return (
            self.partnership.at_least_as_strict_as(other.partnership)
            and self.public.at_least_as_strict_as(other.public)
            and self.reader.at_least_as_strict_as(other.reader)
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
