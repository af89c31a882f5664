"""The one door out. Everything shown outside its supplier is `Released`, and only the protect room can make one."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from plait.declare import Zone
from plait.values import Figure, State

_SEAL = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAnyway:
    """A small count that earlier releases, or an agency's own counts, give away whatever is withheld. Holds no count.

    For the release's record, not for its readers: it says where to look.
    """

    supplier: str
    area: str
    by: str
    group: str
    period: str
    why: str
    recall: tuple[str, ...] = ()  # earlier releases to think of recalling


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """How one table of figures was checked before it left: what was hidden, how, and what an attacker could still learn."""

    indicator: str
    period: str
    cells: int
    withheld: int  # under the threshold
    secondary: int  # withheld so that those cannot be worked out
    rounded_to: int
    narrowest: float | None  # the narrowest interval a reader could work out for a withheld count
    attacker: str  # in words: what the reader was assumed to know
    too_fine: tuple[str, ...] = ()  # kinds of table left out whole, as most of them would be withheld
    instead: tuple[str, ...] = ()  # for each of those, the nearest coarser kind that is shown, or ''
    combined: tuple[tuple[str, str], ...] = ()  # breakdown, and groups of it that are shown as one
    hidden_below: int = 0  # counts from 1 to one less than this are withheld
    hides_nought: bool = False
    counts: tuple[str, str, bool] | None = None  # names of what is counted and of its base; whether the base is public
    share_withheld: float = 0.0  # of the cells that could be shown
    value_withheld: float = 0.0  # of all that the shown cells count
    by_fractions: int = 0  # cells whose range rests on fractions, not whole counts
    known: tuple[KnownAnyway, ...] = ()
    mean_range: float | None = (
        None  # how far apart a reader's least and most of a small count are, on average, at least
    )
    narrowest_rounded: float | None = None  # the narrowest range a reader could work out for a count that is rounded
    earlier: int = 0  # figures released before that this table was checked against

    @property
    def known_anyway(self) -> int:
        """How many small counts are known already, from earlier releases or an agency's own counts."""
        return len(self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Figures that one zone may see, as the table described in docs/explanation/how-it-fits.md, and how each was checked.

    `figures` holds nothing withheld. Made only by `plait.protect`; a shape test holds that.
    """

    figures: pa.Table
    zone: Zone
    audit: tuple[Audit, ...]
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("Released figures are made by protect and nowhere else")


def release(figures: pa.Table, *, zone: Zone, audit: tuple[Audit, ...]) -> Released:
    """Figures sealed for a zone. Only `plait.protect` may call this."""
    return Released(figures=figures, zone=zone, audit=audit, seal=_SEAL)


def figure(row: dict[str, object]) -> Figure:
    """The figure in one row of a figures table."""
    low, high = row["low"], row["high"]
    state = State(str(row["state"]))
    if isinstance(low, float) and isinstance(high, float):
        return Figure(state, low, high)
    return Figure(state)
