"""Shares of rows outside their agency: no small count can be read from one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.declare import load_pack
from plait.protect.shares import TOO_FEW, shown_share

PACK = load_pack()
RULE = PACK.disclosure().partnership


@pytest.mark.parametrize(("part", "whole", "words"), [(0, 0, "No rows"), (1, 3, "33.3%"), (3, 3, "100.0%")])
def test_its_own_agency_sees_it_exactly(part, whole, words):
    assert shown_share(part, whole, None).words == words


def test_of_few_rows_nothing_is_said():
    assert shown_share(50, 99, RULE).words == TOO_FEW and shown_share(50, 99, RULE).value is None


@given(whole=st.integers(100, 3_000), data=st.data())
def test_whatever_is_said_fits_a_count_that_is_not_small(whole, data):
    """For each small part, and each small rest, somebody who knows how many rows there are finds a larger count as likely."""
    part = data.draw(st.one_of(st.integers(0, whole), st.integers(0, 12), st.integers(whole - 12, whole)))
    said = shown_share(part, whole, RULE).words
    fitting = {n for n in range(whole + 1) if shown_share(n, whole, RULE).words == said}
    assert part in fitting
    small = {n for n in fitting if 0 < n < RULE.hide_below or 0 < whole - n < RULE.hide_below}
    assert not small or (len(fitting) >= RULE.hide_below - 1 and re.match("Under|Over", said))
