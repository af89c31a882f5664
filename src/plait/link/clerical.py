"""A sample of pairs for a person to look at, as patterns of likeness only, and what their verdicts say of the links.

The reviewer sees how alike each field is and nothing else: no name, number, date, place or agency's reference. A pair is known by
a mark that stays from linking to linking, so what was said of it is not lost when a return is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.link.model import chances
from plait.link.quality import GROUPS, Estimate, GroupQuality
from plait.link.weights import Bits, Flags, Scores, Weights
from plait.link.written import pair_marks

BANDS = (-np.inf, 0.0, 2.0, 4.0, 7.0, np.inf)  # log odds: pairs are sampled from each band, for most are certain
LEAST_JUDGED = 20  # verdicts from which something is said of the links
LEAST_OF_GROUP = 10  # verdicts on a group's pairs from which something is said of the group
_DRAWS = 4000
_MODEL = 4.0  # verdicts that the model's own word on links is worth in each band
_WHOLE = 8.0  # verdicts that everybody's are worth for one group, in each band
_SURE = 0.98  # the model is never taken to be surer of a band than this


@dataclass(frozen=True, slots=True, kw_only=True)
class PairShown:
    """One pair as a reviewer sees it. `pair` is its mark and `band` how likely it is, as a place in BANDS."""

    pair: int
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
    """Precision and recall in per cent with their 95 % limits, and the pairs that were looked at.

    `groups` say the same of everyone and of each group: there `linked` and `known` are verdicts on linked and on all its pairs.
    """

    groups: tuple[GroupQuality, ...]
    looked_at: int

    @property
    def precision(self) -> Estimate | None:
        """Of everyone; None where there are too few verdicts."""
        return self.groups[0].precision if self.groups else None

    @property
    def recall(self) -> Estimate | None:
        """Of everyone; None where there are too few verdicts."""
        return self.groups[0].recall if self.groups else None


def clerical_sample(evidence: Path, weights: Weights, *, size: int) -> tuple[PairShown, ...]:
    """So many pairs of two agencies, as evenly from every band as it allows, in an order that tells nothing.

    The same pairs come first in every linking that has them.
    """
    pairs = _Pairs.read(evidence)
    order = np.argsort(pairs.mark, kind="stable")
    turn = np.zeros(len(order), dtype=np.int64)  # of each pair within its band
    for n in range(len(BANDS) - 1):
        mine = order[pairs.band[order] == n]
        turn[mine] = np.arange(len(mine))
    rows = order[np.argsort(turn[order], kind="stable")][:size]
    rows = rows[np.argsort(pairs.mark[rows] % 1_000_003, kind="stable")]
    numbers = [number.name for number in weights.all_numbers]
    return tuple(
        PairShown(
            pair=int(pairs.mark[row]), band=int(pairs.band[row]), decision=said["decision"],
            numbers=tuple(number.split()[0] for number in numbers if number in said["keys"]),
            **{field.id: said[field.id] for field in weights.fields},
        )
        for row, said in zip(rows, _between(evidence).take(rows).to_pylist(), strict=True)
    )  # fmt: skip


def clerical_quality(evidence: Path, verdicts: Mapping[int, bool], *, seed: int = 1) -> ReviewedQuality:
    """What the verdicts (mark of a pair to whether it is one person) say of all links between agencies, and of each group's.

    Each band's share of right pairs is drawn from what the model and the verdicts on it allow, and weighed by the pairs in it; a
    group's own verdicts move it from everybody's. Fewer than LEAST_JUDGED verdicts say nothing, nor do those on pairs that this
    linking does not have. Recall is of the pairs in the evidence: those too unlike to be there are not counted.
    """
    pairs = _Pairs.read(evidence)
    said = pairs.said(verdicts)
    looked_at = int((said >= 0).sum())
    if looked_at < LEAST_JUDGED:
        return ReviewedQuality(groups=(), looked_at=looked_at)
    rng = np.random.default_rng(seed)
    shares = _shares(pairs.cells(said), pairs.before(), rng)
    found = [_quality(by, group, pairs.where(of), said[of], shares, rng) for by, group, of in pairs.groups()]
    return ReviewedQuality(groups=tuple(g for g in found if not g.by or g.known >= LEAST_OF_GROUP),
                           looked_at=looked_at)  # fmt: skip


@dataclass(frozen=True)
class _Pairs:
    """The pairs of two agencies: mark, band, whether linked, the model's chance, and what each is counted under."""

    mark: Bits
    band: Bits
    linked: Flags
    chance: Scores
    told: Mapping[str, pa.Array]

    @classmethod
    def read(cls, evidence: Path) -> _Pairs:
        table = _between(evidence, ["agency_a", "person_a", "agency_b", "person_b", "weight", "decision", *_told()])
        names = sorted(set(table["agency_a"].unique().to_pylist()) | set(table["agency_b"].unique().to_pylist()))
        a, b = ((_places(table[f"agency_{side}"], names), table[f"person_{side}"].to_numpy()) for side in "ab")
        weight = table["weight"].to_numpy()
        return cls(
            pair_marks(names, a, b), np.digitize(weight, BANDS[1:-1]).astype(np.int64),
            pc.not_equal(table["decision"], "review").to_numpy(), chances(weight),
            {name: table[name] for name in ("agency_a", "agency_b", *_told())},
        )  # fmt: skip

    def where(self, wanted: Flags) -> _Pairs:
        return _Pairs(self.mark[wanted], self.band[wanted], self.linked[wanted], self.chance[wanted], {})

    def said(self, verdicts: Mapping[int, bool]) -> Bits:
        """1 where a pair was said to be one person, 0 where two, -1 where nothing was said."""
        marks = np.array(sorted(verdicts), dtype=np.int64)
        same = np.array([verdicts[mark] for mark in marks.tolist()], dtype=np.int64)
        found = np.full(len(self.mark), -1, dtype=np.int64)
        place = np.clip(np.searchsorted(marks, self.mark), 0, max(len(marks) - 1, 0))
        if len(marks):
            mine = marks[place] == self.mark
            found[mine] = same[place[mine]]
        return found

    def cells(self, said: Bits) -> Scores:
        """Verdicts against and for, in each band, of pairs linked and not: verdict, linked, band."""
        return self._counted(said, np.ones(len(said)))

    def whole(self) -> Scores:
        """Pairs in each band, linked and not."""
        found: Scores = self._counted(np.zeros(len(self.mark), dtype=np.int64), np.ones(len(self.mark)))[0]
        return found

    def before(self) -> Scores:
        """What verdicts are added to, wrong and right, linked and not, in each band.

        Of links the model's own word; of pairs that were not linked nothing (Jeffreys), for something other than the model's
        word kept them apart.
        """
        whole = self.whole()[1]
        right = self._counted(np.zeros(len(self.mark), dtype=np.int64), self.chance)[0][1] / np.maximum(whole, 1.0)
        right = _MODEL * np.clip(np.where(whole > 0, right, 0.5), 1 - _SURE, _SURE)
        apart = np.full(len(right), 0.5)
        return np.stack([[apart, _MODEL - right], [apart, right]])

    def groups(self) -> Iterator[tuple[str, str, Flags]]:
        """Everyone, then each group with its pairs; a pair belongs to both its agencies."""
        yield "", "", np.ones(len(self.mark), dtype=bool)
        sides = [self.told[f"agency_{side}"] for side in "ab"]
        for name in sorted({name for side in sides for name in side.unique().to_pylist()}):
            yield "agency", name, np.logical_or(*(pc.equal(side, name).to_numpy() for side in sides))
        for by in GROUPS:
            column = self.told[f"of_{by}"]
            for name in sorted(set(column.unique().to_pylist()) - {None}):
                yield by, name, pc.fill_null(pc.equal(column, name), False).to_numpy()

    def _counted(self, kind: Bits, weight: Scores) -> Scores:
        """The weights summed by kind (0 or 1; below that left out), linked, and band."""
        bands = len(BANDS) - 1
        wanted = kind >= 0
        place = ((kind * 2 + self.linked) * bands + self.band)[wanted]
        found = np.bincount(place, weight[wanted], minlength=4 * bands).reshape(2, 2, bands)
        return found.astype(np.float64)


def _quality(
    by: str, group: str, pairs: _Pairs, said: Bits, shares: Scores, rng: np.random.Generator
) -> GroupQuality:  # fmt: skip
    """Precision and recall from draws of each band's share of right pairs; a group's own verdicts come on top."""
    cells, whole = pairs.cells(said), pairs.whole()
    shares = _shares(cells, _WHOLE * np.stack([1 - shares, shares]), rng) if by else shares
    unseen = (whole - cells.sum(axis=0)).astype(np.int64)
    true: Scores = (cells[1] + rng.binomial(unseen, shares)).sum(axis=2)  # those looked at, and a draw for those not
    missed, right = true[:, 0], true[:, 1]
    return GroupQuality(
        by=by, group=group, precision=_limits(right / whole[1].sum()) if whole[1].any() else None,
        recall=_limits(right / np.maximum(right + missed, 1)), linked=int(cells[:, 1].sum()), known=int(cells.sum()),
    )  # fmt: skip


def _shares(cells: Scores, before: Scores, rng: np.random.Generator) -> Scores:
    """Draws of the share of right pairs: draw, linked, band. `before` is what verdicts are added to, wrong and right."""
    wrong, right = (np.asarray(np.maximum(before[n] + cells[n], 1e-3)) for n in (0, 1))
    return np.asarray(rng.beta(right, wrong, size=(_DRAWS, *cells.shape[1:])), dtype=np.float64)


def _between(evidence: Path, columns: list[str] | None = None) -> pa.Table:
    """The pairs of two agencies."""
    table = pq.read_table(evidence, columns=columns)
    return table.filter(pc.not_equal(table["agency_a"], table["agency_b"]))


def _told() -> list[str]:
    return [f"of_{by}" for by in GROUPS]


def _places(column: pa.ChunkedArray, names: list[str]) -> Bits:
    found: Bits = pc.index_in(column, value_set=pa.array(names, pa.string())).to_numpy().astype(np.int64)
    return found


def _limits(draws: Scores) -> Estimate:
    low, middle, high = (100 * float(q) for q in np.quantile(draws, [0.025, 0.5, 0.975]))
    return middle, low, high
