"""Periods read back as they are written; a sum of figures never claims more than its parts know."""

from __future__ import annotations

from datetime import date, timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.errors import UserError
from plait.values import UNKNOWN, Figure, Finding, Period, Place, State, total

READ = """
    2024-25                  2024-04-01 2025-03-31 2024-25
    2024/25                  2024-04-01 2025-03-31 2024-25
    2024-2025                2024-04-01 2025-03-31 2024-25
    1999-00                  1999-04-01 2000-03-31 1999-00
    2024                     2024-01-01 2024-12-31 2024
    2024-Q1                  2024-01-01 2024-03-31 2024-Q1
    2024-Q4                  2024-10-01 2024-12-31 2024-Q4
    2024-02                  2024-02-01 2024-02-29 2024-02
    2009-10                  2009-10-01 2009-10-31 2009-10
    2009/10                  2009-04-01 2010-03-31 2009-04-01/2010-03-31
    2024-04-01/2025-03-31    2024-04-01 2025-03-31 2024-25
    2024-04-02/2024-04-02    2024-04-02 2024-04-02 2024-04-02/2024-04-02
"""


@pytest.mark.parametrize("row", [line.split() for line in READ.strip().splitlines()], ids=lambda row: row[0])
def test_a_period_as_people_write_it(row: list[str]) -> None:
    text, start, end, label = row
    period = Period.parse(f" {text} ")
    assert (str(period.start), str(period.end), period.label) == (start, end, label)


@pytest.mark.parametrize(
    "text",
    ["", "last year", "2024-26", "2024-13", "2024-Q5", "25-26", "2024-02-30/2024-03-01", "2025-03-31/2024-04-01", "0000", "9999",
     "2024-25; DROP TABLE", "2024-25\n2025-26"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="period"):
        Period.parse(text)


DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(DAYS, st.integers(0, 5000))
def test_every_label_reads_back_as_the_same_period(start: date, days: int) -> None:
    period = Period(start, start + timedelta(days=days))
    assert Period.parse(period.label) == period


@given(st.integers(1990, 2090), st.sampled_from([1, 3, 6, 12, 24]), st.integers(1, 12))
def test_whole_months_are_labelled_apart_from_all_others(year: int, months: int, month: int) -> None:
    end = date(year + (month + months - 1) // 12, (month + months - 1) % 12 + 1, 1) - timedelta(days=1)
    period = Period(date(year, month, 1), end)
    assert Period.parse(period.label) == period


@given(DAYS, st.integers(0, 800))
def test_the_period_before_ends_the_day_before(start: date, days: int) -> None:
    period = Period(start, start + timedelta(days=days))
    assert period.before().end == start - timedelta(days=1)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2024-25", "2023-24"),
        ("2024", "2023"),
        ("2024-Q1", "2023-Q4"),
        ("2024-03", "2024-02"),
        ("2012-13", "2011-04-01/2012-03-31"),
    ],
)
def test_the_period_before_is_of_the_same_kind(period: str, before: str) -> None:
    assert Period.parse(period).before().label == before


def test_a_period_ends_after_it_starts() -> None:
    with pytest.raises(UserError, match="cannot end"):
        Period(date(2024, 2, 1), date(2024, 1, 1))


NUMBERS = st.integers(0, 1000).map(float)


@st.composite
def known_and_shown(draw: st.DrawFn) -> tuple[float, Figure]:
    """A true number and a figure that may say less of it, but nothing untrue."""
    truth = draw(NUMBERS)
    low, high = truth - draw(st.integers(0, int(truth))), truth + draw(NUMBERS)
    shown = draw(st.sampled_from(["exact", "between", *UNKNOWN]))
    if shown == "exact":
        return truth, Figure.exact(truth)
    if shown == "between":
        return truth, Figure.between(low, high)
    return truth, Figure(State(shown), *draw(st.sampled_from([(0.0, inf), (low, inf), (low, high)])))


@given(st.lists(known_and_shown(), max_size=6))
def test_the_true_total_lies_within_the_total(parts: list[tuple[float, Figure]]) -> None:
    found = total(figure for _, figure in parts)
    assert found.low <= sum(truth for truth, _ in parts) <= found.high


@given(st.lists(known_and_shown(), min_size=1, max_size=6))
def test_a_total_is_known_only_when_each_part_is(parts: list[tuple[float, Figure]]) -> None:
    """Bounds that meet are knowledge too; a total never shows a number that a part hides."""
    found = total(figure for _, figure in parts)
    assert found.known == all(figure.low == figure.high for _, figure in parts)


@given(known_and_shown(), known_and_shown())
def test_the_true_difference_lies_within_the_difference(
    whole: tuple[float, Figure], part: tuple[float, Figure]
) -> None:
    (truth, shown), (less, hidden) = whole, part
    found = shown - hidden
    if less <= truth:
        assert found.low <= truth - less <= found.high


@given(known_and_shown(), known_and_shown())
def test_the_true_share_lies_within_the_share(part: tuple[float, Figure], whole: tuple[float, Figure]) -> None:
    (count, shown), (base, over) = part, whole
    found = shown.over(over)
    if base:
        assert found.low <= count / base * (1 + 1e-12)
        assert found.high >= count / base * (1 - 1e-12)
    elif over.known:
        assert found.state is State.NOT_APPLICABLE


@given(known_and_shown(), st.floats(0.001, 100_000))
def test_scaling_keeps_the_state_and_the_bounds(part: tuple[float, Figure], factor: float) -> None:
    truth, shown = part
    found = shown.times(factor)
    assert found.state is shown.state
    assert found.low <= truth * factor <= found.high


def test_what_is_hidden_never_becomes_a_nought() -> None:
    hidden = Figure(State.WITHHELD)
    for found in (hidden + Figure.exact(0), hidden - hidden, hidden.over(Figure.exact(10)), hidden.times(10_000)):
        assert found.state is State.WITHHELD
        assert not found.known
    assert (Figure.exact(5) - Figure.exact(5)).state is State.ZERO
    assert total([]).state is State.ZERO


def test_what_does_not_apply_stays_so_and_adds_nothing() -> None:
    none = Figure(State.NOT_APPLICABLE)
    assert (none + Figure.exact(3)) == (Figure.exact(3) + none) == Figure.exact(3)
    assert Figure.exact(3) - none == Figure.exact(3)
    assert none - Figure.exact(3) == none
    assert none.over(Figure.exact(3)).state is State.NOT_APPLICABLE
    assert Figure.exact(3).over(none).state is State.NOT_APPLICABLE
    assert Figure.exact(3).over(Figure.exact(0)).state is State.NOT_APPLICABLE


def test_bounds_the_wrong_way_round_are_a_fault() -> None:
    with pytest.raises(ValueError, match="upper bound"):
        Figure(State.BETWEEN, 3, 2)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(file="a.csv"), "a.csv"),
        (Place(file="a.csv", row=2, letter="B", column="Sex"), "a.csv, row 2, column B (Sex)"),
        (Place(file="a.csv", row=1, letter="N"), "a.csv, row 1, column N"),
        (Place(file="a.xlsx", sheet="List 1", row=2, column="Sex"), "a.xlsx, sheet List 1, row 2, column Sex"),
        (Place(file="c.xml", row=9, path="Children/Child"), "c.xml, line 9, Children/Child"),
    ],
)
def test_a_place_is_said_in_the_files_own_terms(place: Place, said: str) -> None:
    assert str(place) == said
    finding = Finding(code="a.b", where=place, problem="It is wrong.", remedy="Put it right.")
    assert str(finding) == f"{said}: It is wrong. Put it right. [a.b]"
