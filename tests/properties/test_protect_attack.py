"""No withheld count of a small table can be worked out: an attacker tries every whole-number table that fits what is shown."""

import os
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.declare.disclosure import ZoneRule
from plait.errors import NotSafe
from plait.protect import Ledger, protect
from tests.unit.protect.conftest import AREAS, row, table
from tests.unit.protect.test_protect import pack_with

GROUPS, DISTRICTS = ("F", "M"), ("D1", "D2", "D3")
TOP = 9  # the attacker tries every count to here: fewer than might be, so the ranges found are the narrower


def rows_of(inner):
    """Districts by sex, with every margin."""
    rows = [row(d, "sex", g, int(inner[i][j])) for i, d in enumerate(DISTRICTS) for j, g in enumerate(GROUPS)]
    rows += [row(d, count=int(sum(inner[i]))) for i, d in enumerate(DISTRICTS)]
    rows += [row("C", "sex", g, int(sum(r[j] for r in inner))) for j, g in enumerate(GROUPS)]
    return [*rows, row("C", count=int(np.sum(inner)))]


def possible(known, hidden_low):
    """Every inner table, as an array of six counts, that agrees with all that is shown."""
    grids = np.array(list(product(*(range(known[d, g][0], known[d, g][1] + 1) for d in DISTRICTS for g in GROUPS))))
    keep = np.ones(len(grids), dtype=bool)
    cells = grids.reshape(-1, 3, 2)
    margins = {(d, ""): cells[:, i].sum(1) for i, d in enumerate(DISTRICTS)}
    margins |= {("C", g): cells[:, :, j].sum(1) for j, g in enumerate(GROUPS)} | {("C", ""): cells.sum((1, 2))}
    for key, values in margins.items():
        keep &= (values >= known[key][0]) & (values <= known[key][1])
    return grids[keep]


@pytest.fixture(autouse=True, scope="module")
def _every_table_is_shown():
    """However fine: a table left out whole would tell the attacker nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plait.protect.fine._MOST", 2.0)
        yield


@settings(max_examples=1000 if os.environ.get("PLAIT_EXAMPLES") == "deep" else 40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=3, max_size=3), st.sampled_from([1, 5]))
def test_no_withheld_count_can_be_solved(inner, base):
    rule = ZoneRule(hide_below=5, round_to=base, group_disclosure=False)
    try:
        released = protect(table(*rows_of(inner)), pack_with(rule), zone="partnership", areas=AREAS, ledger=Ledger())
    except NotSafe:
        return
    known = {(r["area"], r["group"]): reading(r, base) for r in released.figures.to_pylist()}
    fits = possible(known, 1)
    truth = np.array(inner).reshape(-1)
    assert (fits == truth).all(1).any(), "the truth itself must fit what is shown"
    for i, (d, g) in enumerate((d, g) for d in DISTRICTS for g in GROUPS):
        if 1 <= truth[i] < rule.hide_below:
            assert fits[:, i].max() - fits[:, i].min() >= rule.width, (d, g)


def reading(shown, base):
    """What the attacker knows of one cell: withheld means at least 1, a nought is a nought."""
    if shown["mark"] == "c":
        return 1, TOP if shown["area"] != "C" and shown["group"] else 10 * TOP
    value = int(shown["low"])
    if value == 0:
        return 0, 0
    return max(value - base // 2, 1), value + (base - 1) // 2
