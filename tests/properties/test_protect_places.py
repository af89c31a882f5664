"""No sequence of whole tables over places that lie in one another, overlap or were redrawn gives a withheld count away.

An exact attacker, with code of its own, knows that every figure is a sum of the same inner counts (quarter by small area by sex).
"""

import os
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from plait.areas import Area, Areas
from plait.declare.disclosure import ZoneRule
from plait.errors import NotSafe
from plait.protect import Ledger, protect, withheld_counts
from tests.unit.protect.conftest import row, table
from tests.unit.protect.test_protect import pack_with

EXAMPLES = 10_000 if os.environ.get("PLAIT_EXAMPLES") == "deep" else 150
AT_MOST = (
    200.0  # the attacker tries every inner count to here: fewer than might be, so the ranges found are the narrower
)

# Districts hold wards; clusters are another footprint over the same; the boundary between two districts moved by one ward.
INSIDE = {
    "D1": "ab", "D2": "cd", "D3": "ef",
    "V1": "a", "V2": "bcd",
    "K1": "bc", "K2": "de",
    "C": "abcdef",
}  # fmt: skip
MOVED = date(2024, 7, 1)
AREAS = Areas(
    (
        Area(code="C", name="C", kind="county"),
        *(Area(code=d, name=d, kind="district", parents=("C",), until=MOVED) for d in ("D1", "D2")),
        Area(code="D3", name="D3", kind="district", parents=("C",)),
        *(Area(code=v, name=v, kind="district", parents=("C",), since=MOVED) for v in ("V1", "V2")),
        *(Area(code=k, name=k, kind="cluster") for k in ("K1", "K2")),
        *(
            Area(code=w, name=w, kind="ward", parents=tuple(p for p, of in INSIDE.items() if w in of and p != "C"))
            for w in "abcdef"
        ),
    )
)
HOLDS = {**INSIDE, **{ward: ward for ward in "abcdef"}}
QUARTERS, SEXES = ("2024-Q2", "2024-Q3"), ("F", "M")
PERIODS = {"2024-04-01/2024-09-30": QUARTERS, **{q: (q,) for q in QUARTERS}}
KINDS = {"county": "C", "old": ("D1", "D2", "D3"), "new": ("V1", "V2", "D3"), "cluster": ("K1", "K2"), "ward": "abcdef"}
INNER = list(product(QUARTERS, "abcdef", SEXES))


@dataclass(frozen=True)
class View:
    """A table as it is asked for: one period, some kinds of area, and everyone, by sex, or one sex alone."""

    period: str
    kinds: frozenset[str]
    groups: tuple[str, ...]

    @property
    def cells(self):
        return sorted((self.period, a, g) for kind in self.kinds for a in KINDS[kind] for g in self.groups)


VIEWS = st.builds(
    View,
    st.sampled_from(list(PERIODS)),
    st.frozensets(st.sampled_from(list(KINDS)), min_size=1, max_size=3),
    st.sampled_from([("",), ("", *SEXES), SEXES, ("F",)]),
)


def made_of(cell):
    """Which inner counts a figure is made of."""
    period, place, group = cell
    return np.array([q in PERIODS[period] and w in HOLDS[place] and group in ("", s) for q, w, s in INNER], dtype=float)


def reading(shown, rule):
    """What anybody knows of a figure: withheld is at least 1, a number is known to within its rounding."""
    if shown["mark"] == "c":
        return 1, np.inf
    value, base = shown["low"], rule.round_to
    return (0, 0) if value == 0 else (max(value - base // 2, rule.hide_below), value + (base - 1) // 2)


def narrows(seen, cell, rule):
    """True when whole counts that agree with all that was seen leave the cell less than the rule asks."""
    if not seen:
        return False
    lines = np.array([made_of(one) for one, _ in seen])
    fits = LinearConstraint(lines, *zip(*(known for _, known in seen), strict=True))
    line, ends = made_of(cell), []
    for sign in (1, -1):
        found = milp(sign * line, constraints=fits, integrality=np.ones(len(INNER)), bounds=Bounds(0, AT_MOST))
        assert found.success, "what is shown contradicts itself"
        ends.append(round(sign * found.fun))
    return ends[1] - ends[0] < rule.width


@pytest.fixture(autouse=True, scope="module")
def _every_table_is_shown():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plait.protect.fine._MOST", 2.0)
        yield


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES < 1000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    inner=st.lists(st.integers(0, 9), min_size=len(INNER), max_size=len(INNER)),
    views=st.lists(VIEWS, min_size=1, max_size=4),
    base=st.sampled_from([1, 1, 5]),
)
def test_no_sequence_of_tables_over_places_gives_a_withheld_count_away(inner, views, base, tmp_path_factory):
    rule = ZoneRule(hide_below=5, round_to=base, group_disclosure=False)
    folder, kept, seen, withheld, gone = tmp_path_factory.mktemp("ledger"), [], [], set(), set()
    for number, view in enumerate(views):
        count = {cell: int(made_of(cell) @ np.array(inner)) for cell in view.cells}
        rows = [{**row(a, "sex" if g else "", g, n), "period": p} for (p, a, g), n in count.items()]
        try:
            made = protect(table(*rows), pack_with(rule), zone="partnership", areas=AREAS, ledger=Ledger.read(kept))
        except NotSafe:
            continue
        kept.append(folder / f"{number}.parquet")
        pq.write_table(withheld_counts(table(*rows), made, release=str(number)), kept[-1])
        small = {cell for cell, n in count.items() if 0 < n < rule.hide_below}
        gone |= {cell for cell in small - withheld if narrows(seen, cell, rule)}  # given away before, shown by none
        withheld |= small
        seen += [((s["period"], s["area"], s["group"]), reading(s, rule)) for s in made.figures.to_pylist()]
        assert all(s["mark"] == "c" for s in made.figures.to_pylist() if 0 < (s["count_low"] or 0) < rule.hide_below)
        for cell in withheld - gone:
            assert not narrows(seen, cell, rule), (cell, number)
