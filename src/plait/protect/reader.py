"""The reader guarded against, as declared in the pack: what is known of each cell before any arithmetic.

Choosing and checking both start here, so that neither can assume a weaker reader than is printed with the release.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from plait.declare import Reader, ZoneRule
from plait.protect.cells import AGENCIES, PUBLIC, Cells, Key, Mask, Whole


@dataclass(frozen=True)
class Seen:
    """One reader: where they read, the agency they work for if any, and the range they must be left with if not the rule's."""

    zone: str
    model: Reader
    agency: str = ""
    width: int | None = None

    @property
    def words(self) -> str:
        return "somebody in an agency, with its own counts" if self.agency else f"a reader in the {self.zone} zone"


def readers(cells: Cells, model: Reader, zone: str, between_agencies: int) -> Iterator[Seen]:
    """Everyone a release to this zone must be safe against. `between_agencies`: the range agencies must be left with."""
    yield Seen(zone, model)
    known_to_agencies = zone == PUBLIC and AGENCIES in cells.told
    if known_to_agencies:
        yield Seen(AGENCIES, model, width=between_agencies)
    if model.agencies_know_their_own:
        for agency in _mixed(cells):
            yield Seen(AGENCIES, model, agency, between_agencies if zone == PUBLIC else None)


def _mixed(cells: Cells) -> list[str]:
    """Agencies that own some of the cells in a sum with a small one that is not theirs: only they can gain by it."""
    found: set[str] = set()
    small, owners = _small(cells), cells.owners
    for tie in cells.ties:
        inside = (tie.whole, *tie.parts)
        theirs = {owners[i] for i in inside}
        if len(theirs) > 1 and any(small[i] for i in inside):
            found |= theirs
    return sorted(found - {""})


def bounds(cells: Cells, withheld: Mask, seen: Seen) -> tuple[Whole, Whole]:
    """The least and most this reader thinks each cell could be before adding anything up. The truth lies within."""
    low, high = _shown(cells)
    low, high = np.where(withheld, _floor(cells, seen), low), np.where(withheld, inf, high)
    unsaid = ~cells.known | ~cells.shown
    return _with_what_is_known(cells, np.where(unsaid, 0.0, low), np.where(unsaid, inf, high), seen)


def bounds_before(cells: Cells, seen: Seen) -> tuple[Whole, Whole]:
    """The same, of a reader who does not see this release at all."""
    return _with_what_is_known(cells, np.zeros(len(cells.keys)), np.full(len(cells.keys), inf), seen)


def _with_what_is_known(cells: Cells, low: Whole, high: Whole, seen: Seen) -> tuple[Whole, Whole]:
    if seen.model.knows_past_releases:
        for zone, (told_low, told_high) in cells.told.items():
            if zone == seen.zone or seen.zone == AGENCIES:
                low, high = np.maximum(low, told_low), np.minimum(high, told_high)
    if seen.agency:
        own = np.array([owner == seen.agency for owner in cells.owners]) & (cells.low == cells.high)
        low, high = np.where(own, cells.low, low), np.where(own, cells.high, high)
    return np.minimum(low, cells.low), np.maximum(high, np.where(cells.known, cells.low, 0.0))


def _floor(cells: Cells, seen: Seen) -> Whole:
    """A withheld count is at least 1 where noughts are shown, or where somebody may know of one case in it."""
    might_be_nought = cells.of_rules("hide_zero").astype(bool) & ((cells.high == 0) | (not seen.model.knows_one_case))
    return np.where(might_be_nought, 0.0, 1.0)


def _shown(cells: Cells) -> tuple[Whole, Whole]:
    """A shown number is known to within its rounding, and not to be one that the rule would have hidden."""
    base, least = cells.of_rules("round_to"), cells.of_rules("hide_below")
    rounded = round_to(cells.low, base)
    low, high = np.maximum(rounded - base // 2, np.maximum(least, 1)), rounded + (base - 1) // 2
    between = (cells.low != cells.high) & cells.known
    low = np.where(between, np.floor(cells.low / base) * base, low)
    high = np.where(between, np.ceil(cells.high / base) * base, high)
    nought = cells.high == 0
    return np.where(nought, 0.0, low), np.where(nought, 0.0, high)


def round_to(values: Whole, base: Whole | float) -> Whole:
    """Each to the nearest multiple of the base; halves go up."""
    return np.asarray(np.floor(values / base + 0.5) * base)


def _small(cells: Cells) -> Mask:
    """Counts that the rule hides: from 1 to one less than the threshold, or that may be; noughts too where it hides them."""
    might_be = (cells.low < cells.of_rules("hide_below")) & (cells.high > 0)
    noughts = cells.of_rules("hide_zero").astype(bool) & (cells.high == 0) & cells.shown
    return np.asarray((might_be & cells.known) | noughts)


def small(cells: Cells) -> Mask:
    """Counts that the rule hides, shown or only worked out."""
    return _small(cells)


def targets(cells: Cells, seen: Seen) -> tuple[Mask, Whole]:
    """What this reader must not narrow, and how far apart the most and least must stay for each.

    Not their own counts, nor what earlier releases to them already gave away.
    """
    width = np.full(len(cells.keys), float(seen.width)) if seen.width else cells.of_rules("width")
    wanted = _small(cells) & cells.known & np.array([rule.secondary for rule in cells.rules], dtype=bool)
    if seen.agency:
        wanted &= ~of_their_own(cells, seen.agency)
    if seen.width:
        wanted &= ~cells.shown | _withheld_between_agencies(cells)
    for zone, (low, high) in cells.told.items():
        if zone == seen.zone or seen.zone == AGENCIES:
            wanted &= high - low >= width
    return wanted, width


def of_their_own(cells: Cells, agency: str) -> Mask:
    """Counts of the agency's own cases alone: it sent them, what it sent is everyone there, or they are part of such a count."""
    mine = np.array([owner == agency for owner in cells.owners])
    mine[
        [i for i in (_shared(cells, key, i) for key, i in cells.number.items() if key.supplier == agency) if i >= 0]
    ] = True
    growing = True
    while growing:
        parts = [i for tie in cells.ties if mine[tie.whole] for i in tie.parts if not mine[i]]
        mine[parts] = True
        growing = bool(parts)
    return mine


def _shared(cells: Cells, key: Key, number: int) -> int:
    """The partnership's cell that holds the same cases as this agency's own, or -1."""
    shared = cells.number.get(key._replace(supplier=""), -1)
    return shared if cells.low[shared] == cells.low[number] else -1


def _withheld_between_agencies(cells: Cells) -> Mask:
    told = cells.told.get(AGENCIES)
    return np.zeros(len(cells.keys), dtype=bool) if told is None else np.asarray((told[0] > 0) & (told[1] == inf))


def reader_words(rule: ZoneRule, model: Reader) -> str:
    """The reader, in words, as printed with a release."""
    rounding = (
        "every number as it is" if rule.round_to == 1 else f"every number to within its rounding to {rule.round_to}"
    )
    more = [
        "every figure released before" if model.knows_past_releases else "",
        "the exact counts of their own agency" if model.agencies_know_their_own else "",
        "one case in any count" if model.knows_one_case else "",
    ]
    nought = "that any count may be nought and hidden" if rule.hide_zero else "that a nought shown is a true nought"
    known = ", ".join(word for word in more if word)
    return f"A reader who knows this rule, {rounding}, {nought}, every sum that holds{', ' + known if known else ''}."
