"""The intervals of `plait.intervals` for SQL, so that a million figures need no loop."""

from __future__ import annotations

from scipy.special import ndtri

from plait.engine import Engine
from plait.intervals import EXACT_BELOW, poisson_limits


def declare_intervals(engine: Engine) -> None:
    """SQL can now ask for poisson_low, poisson_high, wilson_low and wilson_high, the same as the functions here."""
    z = float(ndtri(0.975))
    for end, sign, shift in (("low", "-", 0), ("high", "+", 1)):
        exact = " ".join(f"WHEN n < {count + 1} THEN {poisson_limits(count)[shift]!r}" for count in range(EXACT_BELOW))
        m = f"(n + {shift})"
        engine.run(
            f"CREATE OR REPLACE TEMP MACRO poisson_{end}(n) AS CASE {exact} "
            f"ELSE {m} * pow(1 - 1 / (9.0 * {m}) {sign} {z!r} / (3 * sqrt({m})), 3) END"
        )
        engine.run(
            f"CREATE OR REPLACE TEMP MACRO wilson_{end}(n, d) AS (2 * n + {z * z!r} {sign} {z!r} "
            f"* sqrt(greatest(0.0, {z * z!r} + 4 * n * (1 - n / d)))) / (2 * (d + {z * z!r}))"
        )
