"""Which cells to withhold: the small ones, then as few and as small others as leave every reader unsure.

Small systems are solved to the optimum (least.py). In others, one linear program at a time moves many small counts at once
and pays for every shown cell it has to move; what it moves is withheld (after Kelly's and Fischetti's flow heuristics). The
check that follows shares no code with this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import highspy
import numpy as np

from plait.errors import NotSafe
from plait.protect.audit import ranges
from plait.protect.cells import Cells, Mask, Numbers, Whole
from plait.protect.elimination import none_exactly_known
from plait.protect.least import at_least_cost, small_enough
from plait.protect.program import Line, program, quiet, sums
from plait.protect.reader import Seen, bounds, bounds_before, small, targets

# Where one group holds everyone, saying so tells something of each of them; in a larger crowd it tells little.
CROWD = 20
# What moving a small count by one is worth, in counts withheld, when cheaper ways are spent.
_PAYS = 20.0, 60.0, 180.0, 1e3, 1e5
_LARGE = 3_000  # cells: an interior point is quicker
_VERY_LARGE = 10_000  # cells: presolve takes longer than the solving it saves
_TURNS_OF_SMALL = 12  # rounds between two audits; in a large system it is the audit that is quicker, and one will do
_BOTH_WAYS = 2  # rounds, in which each cell was to go up and down: where nothing came of them, the price is raised
_FEW = 0.15  # of the small counts: where fewer were settled since the last audit, the price is raised
_TOLERANCE, _INSIDE = 1e-6, 1e-3  # a move that is none: in a corner, and from within, where none is quite nought


@dataclass(frozen=True)
class Known:
    """A small count given away whatever is withheld: by what one agency holds itself, or else by earlier releases."""

    cell: int
    agency: str = ""


@dataclass(frozen=True)
class Choice:
    """Cells under the threshold, all cells to withhold, and how narrow the narrowest range is that any reader is left with."""

    primary: Mask
    withheld: Mask
    narrowest: float | None
    by_fractions: int = 0
    known: tuple[Known, ...] = ()
    mean_range: float | None = None  # left to the zone's own reader: at least this, on average


@dataclass(frozen=True)
class _Safe:
    """What is withheld for one reader, the ranges left to them, and the small counts that their own already give them."""

    withheld: Mask
    narrowest: list[float]
    by_fractions: int
    known: tuple[int, ...] = ()


def choose(cells: Cells, seen: Sequence[Seen], before: Mask) -> Choice:
    """What to withhold so that the audit passes for every reader; cells withheld `before` stay so.

    Raises NotSafe when nothing will do.
    """
    primary = (small(cells) | _whole_groups(cells)) & cells.shown
    withheld = primary | (before & cells.shown)
    found: list[_Safe] = []
    for reader in seen:
        found.append(_safe_from(cells, reader, withheld))
        withheld = found[-1].withheld
    narrowest = min((a for one in found for a in one.narrowest), default=None)
    known = {c: Known(c, reader.agency) for reader, one in zip(seen, found, strict=True) for c in one.known}
    apart = found[0].narrowest
    mean = sum(apart) / len(apart) if apart else None
    return Choice(primary, withheld, narrowest, sum(one.by_fractions for one in found), tuple(known.values()), mean)


def _safe_from(cells: Cells, reader: Seen, before: Mask) -> _Safe:
    """What is withheld once this reader is left unsure too: withholding more only widens what other readers must allow for."""
    wanted, width = targets(cells, reader)
    safe = _by_withholding_more(cells, reader, before, wanted, width)
    if safe is not None:
        return safe
    known = ranges(cells, wanted, width, *bounds_before(cells, reader)).exposed
    wanted &= ~_only(cells, known)
    safe = _by_withholding_more(cells, reader, before, wanted, width) if known else None
    if safe is not None:
        return replace(safe, withheld=_not_given_again(cells, reader, safe.withheld, known, width), known=tuple(known))
    everything = _everything(cells, before)
    found = ranges(cells, wanted, width, *bounds(cells, everything, reader))
    if found.exposed and not reader.agency:
        raise NotSafe(_nothing_will_do(cells, found.exposed))
    return _Safe(everything, found.safe, found.by_fractions, (*known, *found.exposed))


def _everything(cells: Cells, before: Mask) -> Mask:
    return np.asarray(before | (cells.shown & cells.known & (cells.high > 0)))


def _not_given_again(cells: Cells, reader: Seen, before: Mask, known: Sequence[int], width: Whole) -> Mask:
    """What touches a count that earlier releases give away is withheld too, so that those who read only this learn nothing."""
    if reader.agency:
        return before
    newcomer = replace(reader, model=reader.model.model_copy(update={"knows_past_releases": False}))
    safe = _by_withholding_more(cells, newcomer, before, _only(cells, known), width)
    return _everything(cells, before) if safe is None else safe.withheld


def _by_withholding_more(cells: Cells, reader: Seen, before: Mask, wanted: Mask, width: Whole) -> _Safe | None:
    """The audit, and more withheld where it finds a count too narrow, until it finds none; None when that does not end."""
    more = _More(cells, reader, before, width)
    unsafe, narrowest, by_fractions = wanted, list[float](), 0
    while not more.spent:
        found = ranges(cells, unsafe, width, *bounds(cells, more.withheld, reader), quick=True)
        narrowest += found.safe
        by_fractions += found.by_fractions
        if not found.exposed and not found.left:
            return _Safe(more.withheld, narrowest, by_fractions)
        unsafe = _only(cells, {*found.exposed, *found.left})  # what is safe stays safe
        more.withhold(_only(cells, found.exposed))
    return None


def _only(cells: Cells, chosen: Iterable[int]) -> Mask:
    mask = np.zeros(len(cells.keys), dtype=bool)
    mask[list(chosen)] = True
    return mask


class _More:
    """What is withheld for one reader, and how more of it is chosen: at least cost if that is found in a moment, or by moving."""

    def __init__(self, cells: Cells, reader: Seen, withheld: Mask, width: Whole) -> None:
        self._cells, self._reader, self._width = cells, reader, width
        self.withheld, self._asked = withheld, False
        self._mover: _Mover | None = None

    @property
    def spent(self) -> bool:
        """True when nothing is left to be tried."""
        return self._mover is not None and self._mover.spent

    def withhold(self, unsafe: Mask) -> None:
        """More is withheld, for these to be wider; whether it is enough the audit says."""
        best = None if self._asked else self._at_least_cost(unsafe)
        self._asked = True
        if best is None:
            self._mover = self._mover or self._moving(unsafe)
            best = self._mover.cover(np.flatnonzero(unsafe))
        self.withheld = best

    def _at_least_cost(self, unsafe: Mask) -> Mask | None:
        small = small_enough(self._cells, unsafe)
        return at_least_cost(self._cells, self.withheld, self._reader, unsafe, self._width) if small else None

    def _moving(self, unsafe: Mask) -> _Mover:
        known = bounds(self._cells, self.withheld, self._reader)
        start = none_exactly_known(self._cells, self.withheld, unsafe, *known)
        return _Mover(self._cells, start, self._reader, self._width)


def _nothing_will_do(cells: Cells, exposed: Sequence[int]) -> str:
    """The reason, with the released figure that would expose where there is one; never a count."""
    past = [i for t in cells.ties if set(exposed) & {t.whole, *t.parts} for i in (t.whole, *t.parts) if _told(cells, i)]
    if past:
        key = cells.keys[past[0]]
        group = f", {key.by} {key.group}" if key.by else ""
        return (
            "A small count could be worked out from what would be shown together with a figure released before "
            f"({key.area}, {key.period}{group}), so nothing was released. Show fewer areas, broader groups, or a whole period."
        )
    return (
        "A withheld count could still be worked out from what would be shown, so nothing was released. "
        "Show fewer areas or broader groups."
    )


def _told(cells: Cells, cell: int) -> bool:
    return any(high[cell] < inf for _, high in cells.told.values())


def _whole_groups(cells: Cells) -> Mask:
    """Groups that hold everyone in a small crowd."""
    found = np.zeros(len(cells.keys), dtype=bool)
    for tie in cells.ties:
        whole, rule = cells.low[tie.whole], cells.rules[tie.whole]
        grouped = cells.keys[tie.parts[0]].by != cells.keys[tie.whole].by and len(tie.parts) > 1
        if rule.group_disclosure and grouped and 0 < whole < CROWD:
            found[[i for i in tie.parts if cells.low[i] == whole]] = True
    return found


class _Mover:
    """A linear program over moves away from the truth: free within what a reader allows for, paid for beyond it.

    Columns: each cell's free move; then, for each cell that may yet be withheld, its paid move up and its paid move down.
    """

    def __init__(self, cells: Cells, withheld: Mask, reader: Seen, width: Whole) -> None:
        self._cells, self._withheld, self._width = cells, withheld.copy(), width
        low, high = bounds(cells, withheld, reader)
        self._down, self._up = low - cells.low, high - cells.low
        free_low, free_high = bounds(cells, np.ones_like(withheld), reader)
        may = cells.shown & ~withheld & cells.known & (cells.high > 0)
        self._paid = np.flatnonzero(may)
        self._reach = 3 * float(width.max())
        self._place = np.full(len(cells.keys), -1)
        self._place[self._paid] = np.arange(len(self._paid))
        self._draw, self._level, self._left = np.random.default_rng(0), 0, 2 * len(cells.keys)
        self._large = len(cells.keys) > _LARGE
        self._price = np.maximum(cells.low[self._paid], 1.0)
        if self._large:  # no two ways cost the same, so that even from within there is one cheapest
            self._price *= self._draw.uniform(1.0, 1.02, len(self._paid))
        more_up = np.clip(free_high[self._paid] - cells.low[self._paid], 0, self._reach)
        more_down = np.clip(cells.low[self._paid] - free_low[self._paid], 0, self._reach)
        self._highs: Any = quiet()
        self._highs.setOptionValue("run_crossover", "off")
        self._highs.passModel(self._model(more_up, more_down))
        self._most, self._least = np.zeros(len(cells.keys)), np.zeros(len(cells.keys))
        self._ways = np.where(self._draw.random(len(cells.keys)) < 0.5, 1.0, -1.0)

    def _model(self, more_up: Whole, more_down: Whole) -> highspy.HighsLp:
        paid = np.zeros(2 * len(self._paid))
        reach = np.where(self._cells.known, self._reach, inf)
        near_down, near_up = np.maximum(self._down, -reach), np.minimum(self._up, reach)
        cost = np.concatenate([np.zeros(len(near_up)), self._price, self._price])
        low, high = np.concatenate([near_down, paid]), np.concatenate([near_up, more_up, more_down])
        return program(self._moves(), cost, low, high)

    def _moves(self) -> Iterator[Line]:
        """The sums, as they bind moves away from the truth: the columns of paid moves beside each cell's own."""
        truth, n, paid = self._cells.low, len(self._cells.keys), len(self._paid)
        for columns, weights, least, most in sums(self._cells):
            at = sum(weight * truth[cell] for cell, weight in zip(columns, weights, strict=True))
            extra = [(int(self._place[c]), w) for c, w in zip(columns, weights, strict=True) if self._place[c] >= 0]
            more = [n + place for place, _ in extra] + [n + paid + place for place, _ in extra]
            signs = [weight for _, weight in extra] + [-weight for _, weight in extra]
            yield columns + more, weights + signs, least - at, most - at

    def cover(self, unsafe: Numbers) -> Mask:
        """What is withheld once more of the unsafe cells can be moved far enough."""
        left = unsafe[self._apart(unsafe) < self._width[unsafe]]
        if not len(left):  # far enough in fractions, and not in whole counts
            left, self._most[unsafe], self._least[unsafe] = unsafe, 0.0, 0.0
        if len(left) > (1 - _FEW) * self._left:
            self._level += 1
        self._left = len(left)
        turns, idle = 1 if self._large else _TURNS_OF_SMALL, 0
        while turns and len(left) and not self.spent:
            hidden = int(self._withheld.sum())
            self._round(left, _PAYS[self._level])
            still = left[self._apart(left) < self._width[left]]
            moved = len(still) < len(left) or self._withheld.sum() > hidden
            turns, idle, left = turns - moved, 0 if moved else idle + 1, still
            if idle == _BOTH_WAYS:
                self._level, idle = self._level + 1, 0
        return self._withheld

    @property
    def spent(self) -> bool:
        """True when the highest price was paid too."""
        return self._level >= len(_PAYS)

    def _apart(self, cells: Numbers) -> Whole:
        return np.asarray(np.floor(self._most[cells] + _TOLERANCE) - np.ceil(self._least[cells] - _TOLERANCE))

    def _round(self, left: Numbers, pay: float) -> None:
        """Every cell left is moved up or down at once, as far as the price allows; what had to move with it is withheld."""
        ways = np.where(self._down[left] < 0, self._ways[left], 1.0)
        self._ways = -self._ways
        index, width = left.astype(np.int32), self._width[left]
        near = np.maximum(self._down[left], -width), np.minimum(self._up[left], width)
        self._highs.changeColsBounds(len(left), index, *near)
        self._highs.changeColsCost(len(left), index, -ways * pay * self._draw.uniform(0.5, 1.5, len(left)))
        moves, paid = self._solve()
        np.maximum(self._most, moves, out=self._most)
        np.minimum(self._least, moves, out=self._least)
        self._highs.changeColsCost(len(left), index, np.zeros(len(left)))
        low, high = np.maximum(self._down[left], -self._reach), np.minimum(self._up[left], self._reach)
        self._highs.changeColsBounds(len(left), index, low, high)
        self._withhold(paid)

    def _solve(self) -> tuple[Whole, Mask]:
        """Each cell's move, and which of the cells that may be withheld had to make a paid one."""
        inside = self._large and self._runs("ipm")
        if not inside and not self._runs("simplex"):
            raise NotSafe("What to withhold could not be worked out, so nothing was released.")
        values, n, paid = np.array(self._highs.getSolution().col_value), len(self._cells.keys), len(self._paid)
        up, down = values[n : n + paid], values[n + paid :]
        moves = values[:n].copy()
        moves[self._paid] += up - down
        least = _INSIDE if inside else _TOLERANCE
        return moves, (up > least) | (down > least)

    def _runs(self, solver: str) -> bool:
        """True when it was solved to the end: by the simplex method, or from within.

        Afresh each time: presolve makes the program many times smaller, and the last solution is a poor start once bounds change.
        """
        self._highs.clearSolver()
        self._highs.setOptionValue("solver", solver)
        self._highs.setOptionValue(
            "presolve", "off" if solver == "ipm" and len(self._cells.keys) > _VERY_LARGE else "on"
        )
        self._highs.run()
        return bool(self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _withhold(self, paid: Mask) -> None:
        """These cells are withheld, so that moving them again costs nothing."""
        new = np.flatnonzero(paid & ~self._withheld[self._paid])
        if len(new):
            self._withheld[self._paid[new]] = True
            columns = np.concatenate([new, new + len(self._paid)]).astype(np.int32) + len(self._cells.keys)
            self._highs.changeColsCost(len(columns), columns.astype(np.int32), np.zeros(len(columns)))
