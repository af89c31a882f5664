"""95 % intervals: Byar's and exact Poisson for counts and rates, Wilson's for shares.

Sources: Byar and Wilson as set out by Public Health England, Technical Guide: Confidence Intervals (2018); a count below
ten takes the exact Poisson limits (Garwood 1936). The published numbers are in tests/unit/measure/test_intervals.py.
"""

from __future__ import annotations

from math import sqrt

from scipy.special import gammaincinv, ndtri  # scipy.stats, which says the same, is slow to start

from plait.engine import Engine

_EXACT_BELOW = 10


def poisson_limits(count: float, level: float = 0.95) -> tuple[float, float]:
    """The interval of an observed count: exact below ten, Byar's approximation from ten up."""
    tail = (1 - level) / 2
    if count < _EXACT_BELOW:
        low = float(gammaincinv(count, tail)) if count else 0.0
        return low, float(gammaincinv(count + 1, 1 - tail))
    z = float(ndtri(1 - tail))
    return _byar(count, -z), _byar(count + 1, z)


def _byar(count: float, z: float) -> float:
    return float(count * (1 - 1 / (9 * count) + z / (3 * sqrt(count))) ** 3)


def wilson_limits(count: float, whole: float, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share of `whole`, as a share from 0 to 1."""
    z = float(ndtri(1 - (1 - level) / 2))
    share = count / whole
    middle, reach = 2 * whole * share + z * z, z * sqrt(z * z + 4 * whole * share * (1 - share))
    return (middle - reach) / (2 * (whole + z * z)), (middle + reach) / (2 * (whole + z * z))


def declare_intervals(engine: Engine) -> None:
    """SQL can now ask for poisson_low, poisson_high, wilson_low and wilson_high, the same as the functions here."""
    z = float(ndtri(0.975))
    for end, sign, shift in (("low", "-", 0), ("high", "+", 1)):
        exact = " ".join(f"WHEN n < {count + 1} THEN {poisson_limits(count)[shift]!r}" for count in range(_EXACT_BELOW))
        m = f"(n + {shift})"
        engine.run(
            f"CREATE OR REPLACE TEMP MACRO poisson_{end}(n) AS CASE {exact} "
            f"ELSE {m} * pow(1 - 1 / (9.0 * {m}) {sign} {z!r} / (3 * sqrt({m})), 3) END"
        )
        engine.run(
            f"CREATE OR REPLACE TEMP MACRO wilson_{end}(n, d) AS (2 * n + {z * z!r} {sign} {z!r} "
            f"* sqrt(greatest(0.0, {z * z!r} + 4 * n * (1 - n / d)))) / (2 * (d + {z * z!r}))"
        )
