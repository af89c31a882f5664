"""Choosing what to withhold: published instances at their known optimum, and the range a reader is left with."""

import numpy as np
import pytest

from plait.declare import Reader, ZoneRule
from plait.protect.audit import _INSIDE, _Solver, ranges
from plait.protect.cells import Cells, Tie
from plait.protect.choose import choose
from plait.protect.least import at_least_cost
from plait.protect.reader import Seen, bounds

READER = Seen("public", Reader())
# Eight regions by four benefits, of SSBtools.
REGIONS = [[11, 11, 55, 36], [7, 1, 29, 18], [5, 8, 35, 25], [13, 2, 17, 13]]
REGIONS += [[9, 14, 63, 52], [12, 9, 24, 22], [6, 4, 22, 8], [9, 3, 38, 15]]


def two_way(inner):
    """Cells of a table with both its margins and its grand total, and the number of each inner cell."""
    inner = np.array(inner, dtype=float)
    rows, columns = inner.shape
    whole = np.block([[inner, inner.sum(1, keepdims=True)], [inner.sum(0, keepdims=True), inner.sum()]])
    number = np.arange(whole.size).reshape(whole.shape)
    ties = [Tie(int(number[i, columns]), tuple(map(int, number[i, :columns]))) for i in range(rows + 1)]
    ties += [Tie(int(number[rows, j]), tuple(map(int, number[:rows, j]))) for j in range(columns + 1)]
    rule = ZoneRule(hide_below=4, group_disclosure=False, least_range=1)
    return Cells.plain(whole.reshape(-1), tuple(ties), rule), number


def mask(cells, chosen):
    made = np.zeros(len(cells.keys), dtype=bool)
    made[list(chosen)] = True
    return made


def withheld_at_least_cost(cells, primary, width):
    """What the optimum withholds besides the primary cells."""
    hidden = mask(cells, primary)
    found = at_least_cost(cells, hidden, READER, hidden, np.full(len(cells.keys), float(width)))
    return set(map(int, np.flatnonzero(found & ~hidden)))


def test_the_table_of_fischetti_and_salazar_is_protected_at_its_optimal_cost():
    cells, number = two_way([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    secret = int(number[1, 2])
    extra = withheld_at_least_cost(cells, [secret], 1)
    assert sum(cells.low[list(extra)]) == 37
    hidden = mask(cells, [secret, *extra])
    low, high = bounds(cells, hidden, READER)
    low = np.where(hidden, 0.0, low)  # the published interval is that of a reader who allows for noughts
    found = ranges(cells, mask(cells, [secret]), np.full(len(cells.keys), 1000.0), low, high)
    assert found.apart == (25.0,)  # from 5 to 30


def test_the_regions_of_ssbtools_are_protected_at_their_optimal_cost():
    cells, number = two_way(REGIONS)
    primary = [int(number[i, 1]) for i in (1, 3, 7)]
    extra = withheld_at_least_cost(cells, primary, 1)
    assert sum(cells.low[list(extra)]) == 29
    assert extra == {int(number[i, 0]) for i in (1, 3, 7)}


def test_two_withheld_in_every_line_are_not_enough():
    """sdcTable's problem: each row and column hides two or more, and yet one count is known exactly."""
    cells, number = two_way([[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]])
    hidden = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3), (3, 1), (3, 3)]
    pattern = mask(cells, [int(number[at]) for at in hidden])
    low, high = bounds(cells, pattern, READER)
    found = ranges(cells, pattern, np.ones(len(cells.keys)), np.where(pattern, 0.0, low), high)
    assert found.exposed == [int(number[0, 1])]
    more = at_least_cost(cells, pattern, READER, mask(cells, found.exposed), np.ones(len(cells.keys)))
    assert list(np.flatnonzero(more & ~pattern)) == [int(number[1, 3])]


def test_two_footprints_each_safe_alone_are_not_safe_together():
    """sdcTable's linked tables: counties and sizes cut the same units differently, and together give one away."""
    names = dict(zip("ABIJKLMN", range(8), strict=True))
    counts = np.array([2, 2, 8, 8, 3, 3, 3, 7, 20, 16, 6, 30, 36], dtype=float)
    of = [(8, "ABIJ"), (9, "KLMN"), (10, "LM"), (11, "ABIJKN")]
    ties = [Tie(whole, tuple(names[u] for u in units)) for whole, units in of] + [Tie(12, (8, 9)), Tie(12, (10, 11))]
    counts[11] = 30
    cells = Cells.plain(counts, tuple(ties), ZoneRule(hide_below=4, group_disclosure=False, least_range=1))
    pattern = mask(cells, [names[u] for u in "ABKLM"])
    found = ranges(cells, pattern, np.ones(13), *bounds(cells, pattern, READER))
    assert names["K"] in found.exposed
    choice = choose(cells, [READER], np.zeros(13, dtype=bool))
    assert not ranges(cells, choice.primary, np.ones(13), *bounds(cells, choice.withheld, READER)).exposed


@pytest.mark.parametrize("floor", [0.0, 1.0])
def test_a_reader_who_knows_the_rule_learns_more(floor):
    """Three hidden in a row that sum to three: safe only from a reader who thinks a hidden count may be nought."""
    cells = Cells.plain(
        np.array([1.0, 1.0, 1.0, 3.0]), (Tie(3, (0, 1, 2)),), ZoneRule(hide_below=2, group_disclosure=False)
    )
    hidden = mask(cells, [0, 1, 2])
    low, high = bounds(cells, hidden, READER)
    found = ranges(cells, hidden, np.ones(4), np.where(hidden, floor, low), np.where(cells.low == 3, 3, high))
    assert bool(found.exposed) == (floor == 1.0)


def test_a_larger_table_is_covered_by_moving_many_at_once():
    draw = np.random.default_rng(5)
    cells, _ = two_way(draw.poisson(4, (25, 12)))
    choice = choose(cells, [READER], np.zeros(len(cells.keys), dtype=bool))
    small = (cells.low > 0) & (cells.low < 4)
    assert (choice.primary == small).all()
    found = ranges(cells, small, np.ones(len(cells.keys)), *bounds(cells, choice.withheld, READER))
    assert not found.exposed and found.by_fractions == 0


@pytest.mark.parametrize("seed", range(12))
def test_a_very_large_system_is_solved_otherwise_and_to_the_same_end(seed, monkeypatch):
    """From within instead of from corner to corner: the same counts are exposed, and what is then chosen leaves none."""
    draw = np.random.default_rng(seed)
    cells, _ = two_way(draw.poisson(3, (6, 5)))
    hidden = (cells.low > 0) & (cells.low < 4) | (draw.random(len(cells.keys)) < 0.2)
    asked = cells, hidden, np.full(len(cells.keys), 2.0), *bounds(cells, hidden, READER)
    corners = ranges(*asked)
    monkeypatch.setattr("plait.protect.audit._VERY_LARGE", 0)
    assert ranges(*asked).exposed == corners.exposed
    monkeypatch.setattr("plait.protect.choose._LARGE", 0)
    monkeypatch.setattr("plait.protect.choose.small_enough", lambda *_: False)
    choice = choose(cells, [READER], np.zeros(len(cells.keys), dtype=bool))
    monkeypatch.undo()
    assert not ranges(cells, choice.primary, np.ones(len(cells.keys)), *bounds(cells, choice.withheld, READER)).exposed


def test_a_solution_from_within_that_does_not_end_is_sought_from_corner_to_corner(monkeypatch):
    cells, number = two_way([[30, 47, 64], [90, 124, 5], [92, 100, 59]])
    pattern = mask(cells, [int(number[at]) for at in [(0, 0), (0, 1), (1, 0), (1, 1)]])
    monkeypatch.setattr("plait.protect.audit._VERY_LARGE", 0)
    runs = _Solver._runs
    monkeypatch.setattr(_Solver, "_runs", lambda self, by: by is not _INSIDE and runs(self, by))
    assert not ranges(cells, pattern, np.ones(len(cells.keys)), *bounds(cells, pattern, READER)).exposed
