"""A share of rows in words that a zone may read: how much of what came was filled, listed or usable."""

from __future__ import annotations

from dataclasses import dataclass

from plait.declare import ZoneRule

ENOUGH = 100  # rows below which a share is for its own agency alone
TOO_FEW = "Too few rows to say"


@dataclass(frozen=True, slots=True)
class Share:
    """A share in words, and as a number from 0 to 1 where one may be drawn."""

    words: str
    value: float | None = None


def shown_share(part: int, whole: int, rule: ZoneRule | None) -> Share:
    """`part` of `whole`; without a rule exactly. With one, no count of 1 up to its threshold can be read from the words.

    Neither the part nor what is left of it may be such a count. A whole percentage of a hundred rows or more stands for
    several counts, as the number of rows is only told rounded.
    """
    if whole == 0:
        return Share("No rows")
    if rule is None:
        return Share(f"{part / whole:.1%}", part / whole)
    if whole < max(ENOUGH, rule.minimum_denominator):
        return Share(TOO_FEW)
    least = max(rule.hide_below, rule.round_to, 1)
    bound = -int(-100 * least // whole)
    if 0 < part < least:
        return Share(f"Under {bound}%")
    if 0 < whole - part < least:
        return Share(f"Over {100 - bound}%")
    return Share(f"{part / whole:.0%}", round(part / whole, 2))
