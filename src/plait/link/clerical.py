"""A sample of pairs for a person to look at, as patterns of likeness only, and what their verdicts say of the links.

The reviewer sees how alike each field is and nothing else: no name, number, date, place or agency's reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from scipy.special import betaincinv

from plait.link.quality import Estimate
from plait.link.weights import Bits, Flags, Scores, Weights

BANDS = (-np.inf, 0.0, 2.0, 4.0, 7.0, np.inf)  # log odds: pairs are sampled from each band, for most are certain
_DRAWS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class PairShown:
    """One pair as a reviewer sees it. `row` is its place in the evidence and `band` how likely it is, as a place in BANDS."""

    row: int
    band: int
    decision: str
    given: str
    family: str
    born: str
    home: str
    sex: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedQuality:
    """Precision and recall in per cent with their 95 % limits, and the pairs that were looked at."""

    precision: Estimate | None
    recall: Estimate | None
    looked_at: int


def clerical_sample(evidence: Path, weights: Weights, *, size: int, seed: int) -> tuple[PairShown, ...]:
    """So many pairs of the evidence, as evenly from every band as it allows, in an order that tells nothing."""
    table = pq.read_table(evidence)
    rng = np.random.default_rng(seed)
    band = _bands(evidence)
    order = rng.permutation(len(band))
    turn = np.zeros(len(band), dtype=np.int64)  # of each pair within its band
    for n in range(len(BANDS) - 1):
        mine = order[band[order] == n]
        turn[mine] = np.arange(len(mine))
    rows = rng.permutation(order[np.argsort(turn[order], kind="stable")][:size])
    numbers = [number.name for number in weights.all_numbers]
    return tuple(
        PairShown(
            row=int(row), band=int(band[row]), decision=said["decision"],
            numbers=tuple(number.split()[0] for number in numbers if number in said["keys"]),
            **{field.id: said[field.id] for field in weights.fields},
        )
        for row, said in zip(rows, table.take(rows).to_pylist(), strict=True)
    )  # fmt: skip


def clerical_quality(evidence: Path, verdicts: Mapping[int, bool], *, seed: int = 1) -> ReviewedQuality:
    """What the verdicts (row of the evidence to whether it is one person) say of all links.

    Each band's share of right pairs is drawn from what its verdicts allow (Jeffreys), and weighed by the pairs in it. Recall
    is of the pairs in the evidence: those too unlike to be there are not counted.
    """
    linked = _linked(evidence)
    band = _bands(evidence)
    whole, draws = _weighed(band, linked, verdicts, np.random.default_rng(seed))
    right = whole[:, 0] * draws[0]
    lost = whole[:, 1] * draws[1]
    found, missed = right.sum(axis=1), lost.sum(axis=1)
    links = linked.sum()
    return ReviewedQuality(
        precision=_limits(found / links) if links and verdicts else None,
        recall=_limits(found / (found + missed)) if links and verdicts else None, looked_at=len(verdicts),
    )  # fmt: skip


def _weighed(
    band: Bits, linked: Flags, verdicts: Mapping[int, bool], rng: np.random.Generator
) -> tuple[Scores, Scores]:
    """Pairs in each band, linked and not, and draws of the share of each that is right."""
    rows = np.array(list(verdicts), dtype=np.int64)
    said = np.array(list(verdicts.values()), dtype=bool)
    whole, draws = np.zeros((1, 2, len(BANDS) - 1)), np.zeros((2, _DRAWS, len(BANDS) - 1))
    for side, wanted in enumerate((linked, ~linked)):
        for n in range(len(BANDS) - 1):
            whole[0, side, n] = (wanted & (band == n)).sum()
            mine = said[(band[rows] == n) & wanted[rows]]
            draws[side, :, n] = betaincinv(mine.sum() + 0.5, (~mine).sum() + 0.5, rng.uniform(size=_DRAWS))
    return whole, draws


def _bands(evidence: Path) -> Bits:
    weight = pq.read_table(evidence, columns=["weight"])["weight"].to_numpy()
    band: Bits = np.digitize(weight, BANDS[1:-1]).astype(np.int64)
    return band


def _linked(evidence: Path) -> Flags:
    decided = pq.read_table(evidence, columns=["decision"])["decision"].to_numpy(zero_copy_only=False)
    linked: Flags = decided != "review"
    return linked


def _limits(draws: Scores) -> Estimate:
    low, middle, high = (100 * float(q) for q in np.quantile(draws, [0.025, 0.5, 0.975]))
    return middle, low, high
