"""Rounded counts stay as unsure as their rounding says, whatever they are summed with."""

import os
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.areas import Area, Areas
from plait.declare import Reader, ZoneRule
from plait.protect import Ledger, protect
from plait.protect.cells import Cells, Tie
from plait.protect.reader import Seen, bounds
from plait.protect.rounded import keep_rounded
from tests.unit.protect.conftest import AREAS, row, table
from tests.unit.protect.test_protect import PARTNERSHIP, pack_with

FOUR = Areas((*AREAS.all, Area(code="D4", name="D4", kind="district", parents=("C",))))
READER = Seen("public", Reader())
BY_FIVES = ZoneRule(hide_below=3, round_to=5, group_disclosure=False)
INSIDE = [n for n in range(8) if n % 4 < 3]  # of a table of two by three with its margins


def four(*counts):
    """Four districts and their county, as a reader in the partnership sees them."""
    rows = [row(f"D{n}", count=c) for n, c in enumerate(counts, start=1)]
    made = protect(
        table(row(count=sum(counts)), *rows), pack_with(PARTNERSHIP), zone="partnership", areas=FOUR, ledger=Ledger()
    )
    return [r["mark"] or r["low"] for r in made.figures.to_pylist()], made.audit[0]


def test_four_twelves_told_as_four_tens_and_fifty_would_give_each_other_away():
    """Each is at most 12 and all four at least 48: told so, every one is known. One district less leaves all of them open."""
    seen, audit = four(12, 12, 12, 12)
    assert seen.count("c") == 1 and audit.secondary == 1
    assert audit.narrowest_rounded >= PARTNERSHIP.blur == 2


def test_counts_that_leave_each_other_open_are_all_shown():
    seen, audit = four(12, 9, 11, 10)
    assert "c" not in seen and audit.narrowest_rounded == 2


def test_a_pack_may_ask_for_more_and_never_for_less():
    tight = PARTNERSHIP.model_copy(update={"rounded_range": 4})
    assert tight.blur == 4 and tight.at_least_as_strict_as(PARTNERSHIP)
    assert not PARTNERSHIP.at_least_as_strict_as(tight) and PARTNERSHIP.joined(tight).blur == 4


def test_two_zones_rounded_to_different_bases_are_not_taken_for_a_sum(tmp_path):
    """Told as 20 in public and as 25 between agencies, a count is 23 or 24. Nothing withheld here would change that."""
    cells = Cells.plain(np.array([24.0]), (), BY_FIVES)
    told = Cells(**{**vars(cells), "told": {"public": (np.array([15.0]), np.array([24.0]))}})
    assert not keep_rounded(told, [Seen("partnership", Reader())], np.zeros(1, dtype=bool)).withheld.any()


def grid(inner):
    """Cells of a table of two by three with both its margins."""
    inner = np.array(inner, dtype=float).reshape(2, 3)
    whole = np.block([[inner, inner.sum(1, keepdims=True)], [inner.sum(0, keepdims=True), inner.sum()]])
    number = np.arange(12).reshape(3, 4)
    ties = [Tie(int(number[i, 3]), tuple(map(int, number[i, :3]))) for i in range(3)]
    ties += [Tie(int(number[2, j]), tuple(map(int, number[:2, j]))) for j in range(4)]
    return Cells.plain(whole.reshape(-1), tuple(ties), BY_FIVES)


def possible(low, high):
    """Every table of whole counts that fits what each cell is known to lie in: all six inner counts, then their margins."""
    tried = np.array(list(product(*(range(int(low[n]), int(min(high[n], 40)) + 1) for n in INSIDE)))).reshape(-1, 2, 3)
    whole = np.concatenate([tried, tried.sum(2, keepdims=True)], 2)
    whole = np.concatenate([whole, whole.sum(1, keepdims=True)], 1).reshape(-1, 12)
    return whole[((whole >= low) & (whole <= high)).all(1)]


@settings(max_examples=400 if os.environ.get("PLAIT_EXAMPLES") == "deep" else 30, deadline=None)
@given(st.lists(st.sampled_from([3, 4, 7, 8, 12, 13, 17]), min_size=6, max_size=6))
def test_every_table_that_fits_leaves_each_rounded_count_open(inner):
    """An attacker who writes out every table finds two counts as far apart as the rule says."""
    cells = grid(inner)
    found = keep_rounded(cells, [READER], np.zeros(12, dtype=bool))
    low, high = bounds(cells, found.withheld, READER)
    alone = np.subtract(*reversed(bounds(cells, np.zeros(12, dtype=bool), READER)))
    if found.withheld[INSIDE].sum() <= 1:
        fits = possible(low, high)
        assert (fits == cells.low).all(1).any()
        assert (np.ptp(fits, axis=0) >= np.where(alone >= BY_FIVES.blur, BY_FIVES.blur, 0)).all()


@pytest.mark.parametrize("limit", [0, 1_500])
def test_the_same_holds_where_the_optimum_is_not_sought(monkeypatch, limit):
    monkeypatch.setattr("plait.protect.least.CELLS_AT_MOST", limit)
    seen, _ = four(12, 12, 12, 12)
    assert 1 <= seen.count("c") <= 2
