"""Published limits: Public Health England's worked values, as listed with the methods in docs."""

from __future__ import annotations

import pytest

from plait.engine import Engine
from plait.measure import poisson_limits, wilson_limits
from plait.measure.intervals import declare_intervals


@pytest.mark.parametrize(
    ("count", "level", "low", "high"),
    [
        (65, 0.95, 50.163187710, 82.849138546),
        (10, 0.998, 2.916318375, 24.193724928),
        (5, 0.95, 1.623486390, 11.668332079),
        (1, 0.998, 0.001000500, 9.233413476),
    ],
)
def test_limits_of_a_count(count: int, level: float, low: float, high: float) -> None:
    """Byar's from ten up; exact below."""
    assert poisson_limits(count, level) == pytest.approx((low, high), abs=1e-8)


@pytest.mark.parametrize(
    ("count", "whole", "low", "high"), [(65, 100, 0.5525444330, 0.7363575176), (1, 100, 0.0017674321, 0.0544861962)]
)
def test_limits_of_a_share(count: int, whole: int, low: float, high: float) -> None:
    assert wilson_limits(count, whole) == pytest.approx((low, high), abs=1e-9)


def test_none_found_still_has_an_upper_limit() -> None:
    assert poisson_limits(0) == pytest.approx((0, 3.688879454), abs=1e-8)


@pytest.mark.parametrize("count", [0, 1, 4, 9, 10, 11, 250])
def test_sql_gives_the_same(count: int) -> None:
    """The limits in tables of figures are the limits tested here."""
    with Engine(threads=1) as engine:
        declare_intervals(engine)
        ((a, b, c, d),) = engine.rows(
            f"SELECT poisson_low({count}), poisson_high({count}), wilson_low({count}, 300), wilson_high({count}, 300)"
        )
    assert (a, b) == pytest.approx(poisson_limits(count))
    assert (c, d) == pytest.approx(wilson_limits(count, 300))
