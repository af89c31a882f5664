"""A figure is said by its state; nothing hidden is ever nought, and a unit reads as English."""

from math import inf
from typing import Any

import pytest

from plait.publish.figures import Cell
from plait.publish.wording import MARKS, key_of, many, number, said
from plait.values import UNKNOWN, State


def cell(state: str, low: float | None = None, high: float | None = None, **given: Any) -> Cell:
    empty = dict.fromkeys(Cell._fields) | {"sources": (), "mark": "", "state": State(state), "low": low, "high": high}
    return Cell(**{**empty, **given})


@pytest.mark.parametrize(
    ("figure", "unit", "words"),
    [
        (cell("zero", 0.0, 0.0), "child", "0"),
        (cell("exact", 1235.0, 1235.0), "child", "1,235"),
        (cell("exact", 12.34, 12.34), "children for every 10,000 residents", "12.3"),
        (cell("exact", 45.0, 45.0), "percent of children", "45%"),
        (cell("between", 10.0, 20.0), "child", "between 10 and 20"),
        (cell("between", 0.0, 20.0), "child", "at most 20"),
        (cell("between", 10.0, inf), "child", "10 or more"),
        (cell("between", 60.0, 130.0), "percent of children", "between 60% and 100%"),
        (cell("between", 0.0, inf), "child", "not known [x]"),
        (cell("withheld"), "child", "withheld [c]"),
        (cell("not_held"), "child", "not held [x]"),
        (cell("not_collected"), "child", "not collected [n]"),
        (cell("low_reliability"), "child", "low reliability [u]"),
        (cell("not_applicable"), "child", "not applicable [z]"),
        (None, "child", "not held [x]"),
    ],
)
def test_a_figure_is_said_by_its_state(figure: Cell | None, unit: str, words: str) -> None:
    assert said(figure, unit).plain == words


@pytest.mark.parametrize("state", [*sorted(UNKNOWN), State.NOT_APPLICABLE])
def test_what_is_not_known_has_no_number_even_if_one_slipped_through(state: State) -> None:
    """If `protect` ever left a number beside a withheld state, it still would not be shown."""
    assert "7" not in said(cell(state.value, 7.0, 7.0), "child").plain


def test_every_state_that_is_no_number_has_a_mark_of_its_own_and_a_reason() -> None:
    marks = [mark for mark, _, _ in MARKS.values()]
    assert len(set(marks)) == len(marks) and all(why for _, _, why in MARKS.values())
    assert set(MARKS) == set(State) - {State.ZERO, State.EXACT, State.BETWEEN}


def test_a_key_explains_only_the_marks_that_were_used() -> None:
    used = [said(cell("withheld"), "child"), said(cell("exact", 10.0, 10.0), "child")]
    assert [mark for mark, _ in key_of(used)] == ["c"]


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("child", "children"),
        ("person suspected", "people suspected"),
        ("meeting or enquiry", "meetings or enquiries"),
        ("percent of flags", "percent of flags"),
        ("children for every 10,000 residents", "children for every 10,000 residents"),
    ],
)
def test_units_read_as_english(unit: str, words: str) -> None:
    assert many(unit) == words


def test_numbers_are_grouped_in_thousands_and_kept_to_one_place() -> None:
    assert (number(1234567.0), number(3.25), number(0.0)) == ("1,234,567", "3.2", "0")
