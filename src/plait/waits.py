"""How long people wait where some leave first and some wait still: survival, and incidence beside competing exits.

Sources: Kaplan and Meier (1958) with Greenwood's variance and limits on the log-log scale; Aalen and Johansen (1978), with
the variance of Marubini and Valsecchi (1995); for times known only as bands, the actuarial correction of Cutler and Ederer
(1958), by which those last seen in a band are at risk for half of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_Z = 1.959963984540054


@dataclass(frozen=True)
class Waits:
    """For each distinct time, or band, in order: how many are at risk, reach the event, and leave by a competing exit."""

    times: Floats
    at_risk: Floats
    events: Floats
    exits: Floats

    @classmethod
    def of(cls, times: Sequence[float], kinds: Sequence[int]) -> Waits:
        """From one time a person, and how it ended: 1 the event, 2 a competing exit, 0 last seen waiting."""
        when, how = np.asarray(times, dtype=float), np.asarray(kinds)
        distinct = np.unique(when[how > 0])
        at_risk = (when[None, :] >= distinct[:, None]).sum(axis=1).astype(float)
        events, exits = (
            ((when[None, :] == distinct[:, None]) & (how == kind)).sum(axis=1).astype(float) for kind in (1, 2)
        )
        return cls(distinct, at_risk, events, exits)

    @classmethod
    def banded(
        cls, ends: Sequence[float], events: Sequence[float], exits: Sequence[float], last_seen: Sequence[float]
    ) -> Waits:
        """From counts in bands of time that end at `ends`; those last seen in a band count as at risk for half of it."""
        reached, gone, seen = (np.asarray(values, dtype=float) for values in (events, exits, last_seen))
        whole = reached + gone + seen
        entered = whole[::-1].cumsum()[::-1]
        return cls(np.asarray(ends, dtype=float), entered - seen / 2, reached, gone)

    def survival(self) -> tuple[Floats, Floats, Floats]:
        """The share for whom the event has not come by each time, exits taken as last seen, with its 95 % limits."""
        risk = np.maximum(self.at_risk, 1e-12)
        share = np.cumprod(1 - self.events / risk)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.cumsum(self.events / (risk * (risk - self.events)))
            return _limited(np.asarray(share, dtype=np.float64), np.sqrt(spread) / np.abs(np.log(share)))

    def incidence(self) -> tuple[Floats, Floats, Floats]:
        """The share for whom the event has come by each time, with its 95 % limits, where some leave before it can."""
        risk = np.maximum(self.at_risk, 1e-12)
        all_ = self.events + self.exits
        before = np.concatenate([[1.0], np.cumprod(1 - all_ / risk)[:-1]])
        share = np.cumsum(before * self.events / risk)
        error = np.sqrt(np.maximum(_variances(share, before, risk, self.events, all_), 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            return _limited(share, error / (share * np.abs(np.log(share))))


def _limited(share: Floats, error: Floats) -> tuple[Floats, Floats, Floats]:
    """Each share with its limits, from its error on the log-log scale; one of nought or one has none."""
    settled = (share <= 0) | (share >= 1 - 1e-12)  # sums of shares come a hair short of one
    error = np.where(settled, 0.0, error)
    low, high = share ** np.exp(_Z * error), share ** np.exp(-_Z * error)
    return share, low, high


def _variances(share: Floats, before: Floats, risk: Floats, events: Floats, all_: Floats) -> Floats:
    """The variance of the incidence at each time (Marubini and Valsecchi, 1995, formula 10.12)."""
    found = np.zeros(len(share))
    left = np.maximum(risk - all_, 0.0)
    for k in range(len(share)):
        j = slice(0, k + 1)
        apart = share[k] - share[j]
        with np.errstate(divide="ignore", invalid="ignore"):
            first = np.where(all_[j] > 0, apart**2 * all_[j] / (risk[j] * left[j]), 0.0)
        second = before[j] ** 2 * (risk[j] - events[j]) * events[j] / risk[j] ** 3
        third = apart * before[j] * events[j] / risk[j] ** 2
        found[k] = np.nan_to_num(first, posinf=0.0).sum() + second.sum() - 2 * third.sum()
    return found
