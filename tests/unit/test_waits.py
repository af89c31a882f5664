"""Waits: published results reproduced, and what must hold of any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.waits import Waits

# Freireich and others (1963): weeks to relapse of children with leukaemia on 6-mercaptopurine; 0 where still well.
FREIREICH = (
    (6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0), (19, 0), (20, 0),
    (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0),
)  # fmt: skip


def test_the_published_survival_of_freireichs_children() -> None:
    waits = Waits.of(*zip(*FREIREICH, strict=True))
    share, low, high = waits.survival()
    published = {6: 0.857143, 7: 0.806723, 10: 0.752941, 13: 0.690196, 16: 0.627451, 22: 0.537815, 23: 0.448179}
    assert dict(zip(waits.times, np.round(share, 6), strict=True)) == published
    assert (round(low[2], 4), round(high[2], 4)) == (0.5032, 0.8894)


def test_with_no_other_exit_incidence_is_what_survival_leaves() -> None:
    waits = Waits.of(*zip(*FREIREICH, strict=True))
    assert waits.incidence()[0] == pytest.approx(1 - waits.survival()[0])


# The first deaths of 305 women with breast cancer in Satagopan and others (2004), Br J Cancer 91:1229, table 2: months, how
# many were at risk, died of it, and died of something else.
SATAGOPAN = ((10, 304, 1, 0), (16, 302, 1, 0), (18, 301, 0, 1), (23, 300, 1, 0), (26, 298, 0, 1), (27, 297, 1, 0))


def test_the_published_incidence_of_death_from_breast_cancer_beside_other_deaths() -> None:
    """The table prints each step to a tenth of a per cent, and adds up the steps as printed."""
    waits = Waits(*(np.array(column, dtype=float) for column in zip(*SATAGOPAN, strict=True)))
    steps = np.round(100 * np.diff(waits.incidence()[0], prepend=0.0), 1)
    assert steps.tolist() == [0.3, 0.3, 0.0, 0.3, 0.0, 0.3]
    assert np.round(steps.cumsum(), 1).tolist() == [0.3, 0.6, 0.6, 0.9, 0.9, 1.2]
    everybody = Waits(waits.times, waits.at_risk, waits.events + waits.exits, 0 * waits.exits)
    assert np.round(100 * everybody.survival()[0], 1).tolist() == [99.7, 99.3, 99.0, 98.7, 98.3, 98.0]


def test_the_incidence_that_the_survival_package_works_by_hand() -> None:
    """R survival, tests/testci.R: eight people, ties, and some last seen before anybody left."""
    times, kinds = (1, 2, 2, 3, 3, 3, 5, 6), (0, 1, 0, 2, 0, 2, 0, 2)
    waits = Waits.of(times, kinds)
    other = Waits(waits.times, waits.at_risk, waits.exits, waits.events)
    assert waits.times.tolist() == [2, 3, 6]
    assert waits.incidence()[0] == pytest.approx([1 / 7, 1 / 7, 1 / 7])
    assert other.incidence()[0] == pytest.approx([0, 12 / 35, 6 / 7])


ended = st.lists(st.tuples(st.integers(1, 8), st.sampled_from([0, 1, 2])), min_size=4, max_size=40).filter(
    lambda people: any(how for _, how in people)
)


@given(ended)
def test_those_reached_those_gone_and_those_left_are_everybody(people: list[tuple[int, int]]) -> None:
    times, kinds = zip(*people, strict=True)
    waits = Waits.of(times, kinds)
    other = Waits(waits.times, waits.at_risk, waits.exits, waits.events)
    still = np.cumprod(1 - (waits.events + waits.exits) / waits.at_risk)
    assert waits.incidence()[0] + other.incidence()[0] + still == pytest.approx(np.ones(len(still)))


@given(st.lists(st.tuples(st.integers(1, 8), st.sampled_from([1, 2])), min_size=4, max_size=40))
def test_where_nobody_is_lost_from_sight_incidence_is_a_plain_share_with_a_binomial_error(
    people: list[tuple[int, int]],
) -> None:
    times, kinds = map(np.array, zip(*people, strict=True))
    waits = Waits.of(times.tolist(), kinds.tolist())
    plain = np.array([((times <= t) & (kinds == 1)).mean() for t in waits.times])
    share, low, high = waits.incidence()
    assert share == pytest.approx(plain)
    inside = (plain > 0) & (plain < 1)
    error = np.sqrt(plain * (1 - plain) / len(people))[inside]
    width = 1.959963984540054 * error / (plain[inside] * np.abs(np.log(plain[inside])))
    assert low[inside] == pytest.approx(plain[inside] ** np.exp(width))
    assert high[inside] == pytest.approx(plain[inside] ** np.exp(-width))


def test_a_band_of_one_day_each_is_the_same_as_days() -> None:
    people = [(1, 1), (1, 2), (2, 1), (3, 1), (3, 2), (4, 1)]
    plain = Waits.of(*zip(*people, strict=True))
    banded = Waits.banded([1, 2, 3, 4], [1, 1, 1, 1], [1, 0, 1, 0], [0, 0, 0, 0])
    assert banded.incidence()[0] == pytest.approx(plain.incidence()[0])


def test_those_last_seen_in_a_band_are_at_risk_for_half_of_it() -> None:
    """Ten begin; two are last seen in the first band, in which one event came: one in nine."""
    banded = Waits.banded([1, 2], [1, 0], [0, 0], [2, 7])
    assert banded.incidence()[0] == pytest.approx([1 / 9, 1 / 9])
