"""95 % intervals: Byar's and exact Poisson for counts and rates, Wilson's for shares.

Sources: Byar and Wilson as set out by Public Health England, Technical Guide: Confidence Intervals (2018); a count below
ten takes the exact Poisson limits (Garwood 1936). The published numbers are in tests/unit/measure/test_intervals.py.
"""

from __future__ import annotations

from math import sqrt

from scipy.special import gammaincinv, ndtri  # scipy.stats, which says the same, is slow to start

EXACT_BELOW = 10


def poisson_limits(count: float, level: float = 0.95) -> tuple[float, float]:
    """The interval of an observed count: exact below ten, Byar's approximation from ten up."""
    tail = (1 - level) / 2
    if count < EXACT_BELOW:
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


def linked_limits(
    count: float, links: int, *, precision: tuple[float, float], recall: tuple[float, float], rounding: float = 0.0
) -> tuple[float, float]:
    """How many people there may be where so many were found to be on several lists, which takes so many links each.

    `precision` and `recall` are the least and most, from 0 to 1, that the shares of links right and found may be; `rounding`
    is how far the count itself may be off. Chance in which links were missed or wrong is allowed for (normal, 95 %).
    """
    z = float(ndtri(0.975))
    least, most = max(0.0, count - rounding), count + rounding
    right, found = precision[0] ** links, max(recall[0], 1e-6) ** links
    low = least * right - z * sqrt(least * right * (1 - right))
    high = most / found + z * sqrt(most * (1 - found)) / found
    return max(0.0, low), high


def people_limits(
    people: float, links: float, *, precision: tuple[float, float], recall: tuple[float, float],
    rounding: tuple[float, float] = (0.0, 0.0),
) -> tuple[float, float]:  # fmt: skip
    """How many people there may be where so many were counted, each once, because so many links were made between records.

    A link that was missed counts one person twice; a wrong one counts two as one. `precision` and `recall` are as in
    `linked_limits`; `rounding` is how far the people and the links may each be off.
    """
    fewer, more = 1 - precision[1] / max(recall[0], 1e-6), 1 - precision[0] / max(recall[1], 1e-6)
    least, most = max(0.0, links - rounding[1]), links + rounding[1]
    low, high = (pick(least * by, most * by) for pick, by in ((min, fewer), (max, more)))
    return max(0.0, people - rounding[0] + low), people + rounding[0] + high
