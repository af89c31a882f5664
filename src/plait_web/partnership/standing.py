"""How an agreement stands on a day: worked out from what was signed, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from plait.declare import AgreementTerms, Pack
from plait_web.partnership.models import Agreement, Party

SOON = 90  # days before its end from which an agreement is said to end soon


class Standing(StrEnum):
    """In the order of what needs somebody first."""

    TO_SIGN_AGAIN = "To be signed again"
    ENDS_SOON = "Ends soon"
    NOT_SIGNED = "Not signed"
    PART_SIGNED = "Part signed"
    WAITING = "Signed, not begun"
    IN_FORCE = "In force"
    REFUSED = "Refused"
    ENDED = "Ended"
    WITHDRAWN = "Withdrawn"

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self in (Standing.REFUSED, Standing.ENDED, Standing.WITHDRAWN)

    @property
    def colour(self) -> str:
        """The tag's colour in the pattern library; words carry the meaning."""
        return _COLOURS[self]


_COLOURS = {
    Standing.TO_SIGN_AGAIN: "red",
    Standing.ENDS_SOON: "orange",
    Standing.NOT_SIGNED: "blue",
    Standing.PART_SIGNED: "yellow",
    Standing.WAITING: "teal",
    Standing.IN_FORCE: "green",
    Standing.REFUSED: "grey",
    Standing.ENDED: "grey",
    Standing.WITHDRAWN: "grey",
}


def standing_of(agreement: Agreement, parties: Sequence[Party], on: date, *, again: bool) -> Standing:
    """`again` says that its terms have come to cover more than was signed."""
    staying = [p for p in parties if not p.gone(on)]
    signed = [p for p in staying if p.signed and p.signed <= on]
    if agreement.ended(on):
        return Standing.WITHDRAWN if agreement.withdrawn else Standing.ENDED
    if not staying or all(p.refused for p in staying):
        return Standing.REFUSED
    if again:
        return Standing.TO_SIGN_AGAIN
    if not signed:
        return Standing.NOT_SIGNED
    if len(signed) < len([p for p in staying if not p.refused]):
        return Standing.PART_SIGNED
    if on < agreement.since:
        return Standing.WAITING
    return Standing.ENDS_SOON if days_left(agreement, on) <= SOON else Standing.IN_FORCE


def days_left(agreement: Agreement, on: date) -> int:
    """Days until its last day; below nought when that has passed."""
    return (agreement.last_day - on).days


def widened(terms: str, read: Pack, now: Pack) -> frozenset[str]:
    """What the terms cover in the pack in force and did not in the pack that was read, as 'data set.column'."""
    old, new = read.agreements.get(terms), now.agreements.get(terms)
    return covered(new, now) - covered(old, read) if new else frozenset()


def covered(terms: AgreementTerms | None, pack: Pack) -> frozenset[str]:
    """'data set.column' for each column the terms cover, as this pack has the columns; nothing for no terms."""
    if terms is None:
        return frozenset()
    return frozenset(
        f"{name}.{column}"
        for name, columns in terms.columns.items()
        if name in pack.datasets
        for column in (pack.datasets[name].column_ids if "*" in columns else columns)
    )
