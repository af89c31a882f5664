"""The first pattern of a large system: nothing small is exactly known by adding up, and what need not be withheld is shown."""

import numpy as np
import pytest

from plait.declare import ZoneRule
from plait.protect.cells import Cells, Tie
from plait.protect.elimination import none_exactly_known
from plait.protect.reader import bounds
from tests.unit.protect.test_choosing import READER, REGIONS, mask, two_way


def pattern_of(cells, unsafe):
    return none_exactly_known(cells, unsafe, unsafe, *bounds(cells, unsafe, READER))


def determined(cells, shown):
    """Cells that are sums and differences of shown ones: those that nothing in the kernel of it all can move."""
    n = len(cells.keys)
    rows = [np.bincount([t.whole], minlength=n) - np.bincount(t.parts, minlength=n) for t in cells.ties]
    every = np.array([*rows, *np.eye(n)[shown]], dtype=float)
    _, sizes, axes = np.linalg.svd(every)
    kernel = axes[int((sizes > 1e-9).sum()) :]
    return np.abs(kernel).max(axis=0, initial=0.0) < 1e-9


@pytest.mark.parametrize("seed", range(25))
def test_no_small_count_is_exactly_known_and_no_cell_is_withheld_for_nothing(seed):
    draw = np.random.default_rng(seed)
    cells, _ = two_way(draw.poisson(6, (int(draw.integers(2, 6)), int(draw.integers(2, 6)))))
    small = (cells.low > 0) & (cells.low < 4)
    pattern = pattern_of(cells, small)
    before, after = determined(cells, cells.low == 0), determined(cells, ~pattern)
    assert not (after & small & ~before).any()
    for cell in np.flatnonzero(pattern & ~small):
        assert (determined(cells, ~pattern | mask(cells, [cell])) & small & ~after).any(), cell


def test_the_regions_of_ssbtools_cost_no_more_than_by_sdctables_own_elimination():
    cells, number = two_way(REGIONS)
    small = mask(cells, [int(number[i, 1]) for i in (1, 3, 7)])
    more = pattern_of(cells, small) & ~small
    assert cells.low[more].sum() <= 46  # the optimum, which choosing finds in so small a table, is 29


@pytest.mark.parametrize("kind", ["at_most", "overlapping"])
def test_parts_that_are_not_all_there_is_tell_nothing_exactly(kind):
    cells = Cells.plain(np.array([2.0, 8.0, 12.0]), (Tie(2, (0, 1), kind),), ZoneRule(hide_below=4))
    small = mask(cells, [0])
    assert (pattern_of(cells, small) == small).all()


def test_sums_that_go_round_in_a_circle_are_read_as_they_are():
    """Two names of one count, each the whole of the other: what is told of one is told of both."""
    ties = (Tie(0, (1,)), Tie(1, (0,)), Tie(3, (1, 2)))
    cells = Cells.plain(np.array([2.0, 2.0, 8.0, 10.0]), ties, ZoneRule(hide_below=4))
    small = mask(cells, [0, 1])
    assert set(np.flatnonzero(pattern_of(cells, small))) in ({0, 1, 2}, {0, 1, 3})


def test_what_is_shown_rounded_gives_nothing_exactly():
    cells, _ = two_way([[2, 30], [40, 50]])
    rounded = Cells.plain(cells.low, cells.ties, ZoneRule(hide_below=4, round_to=5))
    small = cells.low == 2
    assert (pattern_of(rounded, small) == small).all()
    assert pattern_of(cells, small).sum() == 4
