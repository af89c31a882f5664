"""No sequence of releases lets a withheld count be worked out: an exact attacker, with code of its own, tries after each.

The attacker knows that every figure is a sum of the same inner counts (quarter by district by sex), the rule and the rounding.
"""

import os
from itertools import product

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from plait.declare.disclosure import ZoneRule
from plait.errors import NotSafe
from plait.protect import Ledger, protect, withheld_counts
from tests.unit.protect.conftest import AREAS, row, table
from tests.unit.protect.test_protect import pack_with

QUARTERS = ("2024-Q2", "2024-Q3")
HALF = "2024-04-01/2024-09-30"
DISTRICTS, SEXES = ("D1", "D2", "D3"), ("F", "M")
INNER = list(product(QUARTERS, DISTRICTS, SEXES))
PERIODS = {HALF: QUARTERS, **{q: (q,) for q in QUARTERS}}
PLACES = {"C": DISTRICTS, **{d: (d,) for d in DISTRICTS}}
GROUPS = {"": SEXES, **{s: (s,) for s in SEXES}}
UNIVERSE = list(product(PERIODS, PLACES, GROUPS))
EXAMPLES = 10_000 if os.environ.get("PLAIT_EXAMPLES") == "deep" else 200


def inside(cell):
    """Which inner counts a figure is made of."""
    period, place, group = cell
    return np.array(
        [q in PERIODS[period] and d in PLACES[place] and s in GROUPS[group] for q, d, s in INNER], dtype=float
    )


MADE_OF = {cell: inside(cell) for cell in UNIVERSE}


@pytest.fixture(autouse=True, scope="module")
def _every_table_is_shown():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plait.protect.fine._MOST", 2.0)
        yield


class Attacker:
    """Every figure ever seen, and the whole-number tables that agree with all of them."""

    def __init__(self, rule):
        self.rule, self.rows, self.low, self.high = rule, [], [], []
        self.withheld = set()

    def sees(self, figures):
        for shown in figures:
            cell = (shown["period"], shown["area"], shown["group"])
            low, high = self.reading(shown)
            self.rows.append(MADE_OF[cell])
            self.low.append(low)
            self.high.append(high)
            if shown["mark"] == "c":
                self.withheld.add(cell)

    def reading(self, shown):
        if shown["mark"] == "c":
            return 1, np.inf
        value, base = shown["low"], self.rule.round_to
        return (0, 0) if value == 0 else (max(value - base // 2, self.rule.hide_below), value + (base - 1) // 2)

    def narrows(self, cell):
        low, high = self.range_of(cell)
        return high - low < self.rule.width

    def range_of(self, cell):
        """The least and most that the figure could be; the most is at least what is found, capped."""
        if not self.rows:
            return 0, 200
        fits = LinearConstraint(np.array(self.rows), self.low, self.high)
        ends = []
        for sign in (1, -1):
            found = milp(sign * MADE_OF[cell], constraints=fits, integrality=np.ones(len(INNER)), bounds=Bounds(0, 200))
            assert found.success, "what is shown contradicts itself"
            ends.append(round(sign * found.fun))
        return ends


def figures_of(inner, cells):
    counts = {cell: int(MADE_OF[cell] @ inner) for cell in cells}
    return [{**row(a, "sex" if g else "", g, counts[p, a, g]), "period": p} for p, a, g in cells]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES < 1000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    inner=st.lists(st.integers(0, 9), min_size=len(INNER), max_size=len(INNER)),
    views=st.lists(st.sets(st.sampled_from(UNIVERSE), min_size=2, max_size=14), min_size=1, max_size=4),
    base=st.sampled_from([1, 1, 5]),
)
def test_no_sequence_of_releases_lets_a_withheld_count_be_worked_out(inner, views, base, tmp_path_factory):
    rule = ZoneRule(hide_below=5, round_to=base, group_disclosure=False)
    folder, kept, attacker, inner = tmp_path_factory.mktemp("ledger"), [], Attacker(rule), np.array(inner)
    gone = set()  # counts that no release had shown or withheld, and that earlier ones gave away
    for number, cells in enumerate(views):
        figures = table(*figures_of(inner, sorted(cells)))
        try:
            made = protect(figures, pack_with(rule), zone="partnership", areas=AREAS, ledger=Ledger.read(kept))
        except NotSafe:
            continue
        kept.append(folder / f"{number}.parquet")
        pq.write_table(withheld_counts(figures, made, release=str(number)), kept[-1])
        gone |= {cell for cell in cells - attacker.withheld if attacker.narrows(cell)}
        attacker.sees(made.figures.to_pylist())
        for cell in attacker.withheld - gone:
            if 0 < MADE_OF[cell] @ inner < rule.hide_below:
                assert not attacker.narrows(cell), (cell, number)
