"""Every period's label reads back as that period."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.values import Period

DAYS = st.dates(date(1000, 1, 1), date(9000, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        (date(1999, 4, 1), date(2000, 3, 31), "1999-00"),
        (date(2000, 4, 1), date(2001, 3, 31), "2000-04-01/2001-03-31"),
        (date(2009, 4, 1), date(2010, 3, 31), "2009-04-01/2010-03-31"),
        (date(2011, 4, 1), date(2012, 3, 31), "2011-04-01/2012-03-31"),
        (date(2012, 4, 1), date(2013, 3, 31), "2012-13"),
        (date(2024, 4, 1), date(2025, 3, 31), "2024-25"),
        (date(2009, 10, 1), date(2009, 10, 31), "2009-10"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024"),
        (date(2024, 7, 1), date(2024, 9, 30), "2024-Q3"),
        (date(2024, 8, 1), date(2024, 10, 31), "2024-08-01/2024-10-31"),
    ],
)
def test_a_year_that_would_read_as_a_month_is_two_dates(start, end, label):
    assert Period(start, end).label == label
    assert Period.parse(label) == Period(start, end)


@pytest.mark.parametrize("first", range(1890, 2100))
def test_every_year_to_march_reads_back(first):
    year = Period(date(first, 4, 1), date(first + 1, 3, 31))
    assert Period.parse(year.label) == year


@given(DAYS, DAYS)
def test_any_two_days_read_back(one, other):
    period = Period(min(one, other), max(one, other))
    assert Period.parse(period.label) == period


@given(DAYS, st.sampled_from([1, 3, 12]))
def test_whole_months_read_back(day, months):
    after = day.month - 1 + months
    period = Period(day.replace(day=1), date(day.year + after // 12, after % 12 + 1, 1)).before()
    assert Period.parse(period.label) == period
