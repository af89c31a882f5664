"""Figures that agencies counted for themselves: how a cell is read, and how several are joined without guessing."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from plait.measure.counts import reading
from plait.values import Figure, State
from tests.unit.measure.scene import PACK, figures, indicator, said

MISSING = {"of": "events", "dated": "started_on", "where": [{"column": "type", "is_in": ["missing_home"]}]}
ROWS = indicator(measure={"kind": "count", "rows": MISSING}, breakdowns=["sex"])
PEOPLE = indicator(measure={"kind": "count", "unit": "people", "rows": MISSING})
SHARE = indicator(measure={"kind": "reported", "value": "share"})
TRAINED = indicator(measure={"kind": "reported", "value": "share"}, residence="none")


@pytest.mark.parametrize(
    ("cell", "counted", "state", "low", "high"),
    [
        ("0", True, "zero", 0, 0), ("1,234", True, "exact", 1234, 1234), ("21.4%", False, "exact", 21.4, 21.4),
        ("<5", True, "between", 1, 4), ("<5", False, "between", 0, 5), ("<2", True, "exact", 1, 1),
        ("c", True, "withheld", 1, inf), ("c", False, "withheld", 0, inf), ("~", True, "withheld", 0, inf),
        ("u", True, "low_reliability", 0, inf), ("x", True, "not_held", 0, inf), (":", True, "not_held", 0, inf),
        ("z", True, "not_applicable", 0, inf), ("low", True, "between", 1, 5), ("k", False, "between", 0, 0.5),
        ("-0.2", False, "exact", -0.2, -0.2), ("what", True, "withheld", 0, inf),
    ],
)  # fmt: skip
def test_a_cell_says_no_more_than_it_says(cell: str, counted: bool, state: str, low: float, high: float) -> None:
    """A hidden figure is never nought, and a symbol nobody declared is read as withheld."""
    assert reading(cell, PACK.codelists["value_symbol"], counted=counted) == Figure(State(state), low, high)


def counts(*rows: str) -> dict[str, str]:
    return {"counts": "\n".join(["agency|measure|part|period|area|sex|value", *rows])}


@pytest.mark.parametrize(
    ("chosen", "rows", "area", "expected"),
    [
        # one supplier: its figure is the partnership's
        (ROWS, ["police|I||2024-25|C||12"], "C", "exact 12"),
        (ROWS, ["police|I||2024/25|C||12"], "C", "exact 12"),
        (ROWS, ["police|I||2023-24|C||12"], "C", "not_held"),
        (ROWS, ["police|I||2024-25|C||c"], "C", "withheld"),
        # councils of different districts hold different episodes: they add up to the county
        (ROWS, ["north|I||2024-25|N||10", "south|I||2024-25|S||7"], "C", "exact 17"),
        (ROWS, ["north|I||2024-25|N||10", "south|I||2024-25|S||<5"], "C", "between 11 14"),
        (ROWS, ["north|I||2024-25|N||10", "south|I||2024-25|S||c"], "C", "withheld"),
        # one district alone says only the least the county can be
        (ROWS, ["north|I||2024-25|N||10"], "C", "between 10 inf"),
        # a council and the police may hold the same episode
        (ROWS, ["police|I||2024-25|N||12", "north|I||2024-25|N||10"], "N", "between 12 22"),
        # the same child may be known to both councils: people are never added
        (PEOPLE, ["north|I||2024-25|N||10", "south|I||2024-25|S||7"], "C", "between 10 17"),
        # shares are made of their parts
        (SHARE, ["police|I|numerator|2024-25|C||45", "police|I|denominator|2024-25|C||60"], "C", "exact 75"),
        (SHARE, ["police|I|numerator|2024-25|C||<5", "police|I|denominator|2024-25|C||60"], "C", "between 1.66667 6.66667"),
        (SHARE, ["police|I|numerator|2024-25|C||c", "police|I|denominator|2024-25|C||60"], "C", "between 1.66667 100"),
        (SHARE, ["police|I|numerator|2024-25|C||0", "police|I|denominator|2024-25|C||0"], "C", "not_applicable"),
        (SHARE, ["police|I||2024-25|C||21.4"], "C", "exact 21.4"),
        # each agency trains its own staff, so parts add whatever the agencies' kinds
        (TRAINED, ["police|I|numerator|2024-25|C||30", "police|I|denominator|2024-25|C||60",
                   "north|I|numerator|2024-25|C||20", "north|I|denominator|2024-25|C||20"], "C", "exact 62.5"),
        # a comparator is shown as it was published and never added up from here
        (ROWS, ["police|I||2024-25|ENG||56780", "north|I||2024-25|N||10"], "ENG", "exact 56780"),
        (ROWS, ["north|I||2024-25|N||10", "south|I||2024-25|S||7"], "ENG", "not_held"),
    ],
)  # fmt: skip
def test_the_partnerships_figure(chosen: object, rows: list[str], area: str, expected: str, tmp_path: Path) -> None:
    made = figures(tmp_path, chosen, counts(*rows), top=("ENG",))  # type: ignore[arg-type]
    assert said(made["", area, "all"]) == expected


def test_a_withheld_group_is_no_more_than_its_total(tmp_path: Path) -> None:
    made = figures(tmp_path, ROWS, counts("police|I||2024-25|C||9", "police|I||2024-25|C|F|c"))
    girls = made["police", "C", "sex=F"]
    assert (girls["state"], girls["low"], girls["high"]) == ("withheld", 1, 9)


def test_where_rows_made_a_figure_rows_win(tmp_path: Path) -> None:
    """The police counted 9 and sent rows of 1: the figure is what the rows hold, and says so."""
    given = counts("police|I||2024-25|C||9", "north|I||2024-25|N||4")
    given["events"] = "agency|person|type|started_on\npolice|1|missing_home|2024-05-01"
    given["persons"] = "agency|person|birth_month|area\npolice|1|2010-01-01|N"
    made = figures(tmp_path, ROWS, given)
    assert (said(made["police", "C", "all"]), made["police", "C", "all"]["origin"]) == ("exact 1", "rows")
    assert (said(made["north", "N", "all"]), made["north", "N", "all"]["origin"]) == ("exact 4", "counts")
    assert said(made["", "N", "all"]) == "between 4 5"
    assert made["", "N", "all"]["sources"] == ["north", "police"]
