"""Krippendorff's alpha gives the published figure, and behaves at the edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.measure.agreement import coding_agreement

# Krippendorff (2011), example C: four observers, twelve units, nominal data; alpha = 0.743.
PUBLISHED = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def _published():
    coders = [line.split() for line in PUBLISHED.strip().splitlines()]
    return [[None if c == "." else frozenset(c) for c in case] for case in zip(*coders, strict=True)]


def test_the_published_figure():
    found = coding_agreement(_published())
    assert round(found.alpha, 3) == 0.743
    assert found.low < found.alpha < found.high <= 1
    assert (found.cases, found.coders) == (11, 4)


def _plain_alpha(cases):
    """Over every ordered pair of codes within a case, and over every pair of all codes."""

    def apart(a, b):
        return 1 - len(a & b) / len(a | b)

    codes = [c for case in cases for c in case]
    seen = sum(
        apart(a, b) / (len(case) - 1)
        for case in cases
        for i, a in enumerate(case)
        for j, b in enumerate(case)
        if i != j
    )
    chance = sum(apart(a, b) for i, a in enumerate(codes) for j, b in enumerate(codes) if i != j) / (len(codes) - 1)
    return None if chance == 0 else 1 - seen / chance


SETS = st.frozensets(st.sampled_from(["sexual", "criminal", "financial"]), min_size=1)


@given(st.lists(st.lists(SETS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_it_equals_counting_every_pair(cases):
    expected, found = _plain_alpha(cases), coding_agreement(cases, draws=1).alpha
    assert found == pytest.approx(expected) if expected is not None else found is None


def test_nothing_that_varies_gives_no_figure():
    assert coding_agreement([[frozenset({"a"})] * 3] * 6).alpha is None


def test_a_case_that_one_person_coded_says_nothing():
    assert coding_agreement([[frozenset({"a"}), None]]).cases == 0


def test_a_few_cases_have_no_interval():
    found = coding_agreement([[frozenset({"a"}), frozenset({"b"})], [frozenset({"a"}), frozenset({"a"})]])
    assert found.alpha is not None and found.low is None


def test_coders_who_agree_more_score_higher():
    a, b, ab = frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"})
    partly = coding_agreement([[a, ab], [b, ab]] * 5).alpha
    never = coding_agreement([[a, b], [b, a]] * 5).alpha
    assert never < partly < 1
