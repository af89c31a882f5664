"""How often links are right and how many are found, judged by a number that the judged linking never saw, and by the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import nbdtrik

from plait.intervals import wilson_limits
from plait.link.cluster import UNBORN
from plait.link.decide import NOTHING, STRONG, Decider, Decisions
from plait.link.model import chances
from plait.link.pairs import same_value
from plait.link.records import Records
from plait.link.weights import Bits, Flags, Scores

GROUPS = ("sex", "ethnicity", "born")  # what people are told apart by, beside their agency
LEAST_PAIRS = 30  # fewer say too little to be shown
_CERTAIN = 7.0  # log odds from which a number that differs is the number's fault, not the link's
_STEP, _STEPS = 0.5, 12  # how finely and how far the cut may rise
_ENOUGH = 200  # links judged before the cut is moved
_SOUGHT = 0.95  # the least share of judged links that must hold before the cut is moved
_SURE = 0.999  # of links by a number hold
_LEFT = 0.1  # of the false pairs expected among links, at least so many are left when the others have shown themselves
_FALSE, _LOST = 4.0, 0.7  # how well the model knows the false links (to a factor of two) and those lost (of four)

Estimate = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuality:
    """Precision and recall in per cent, each with its 95 % limits, for one group; `by` and `group` are '' for everyone.

    `linked` pairs rest under precision and `known` pairs under recall. None: too few pairs to say.
    """

    by: str
    group: str
    precision: Estimate | None
    recall: Estimate | None
    linked: int
    known: int


@dataclass(frozen=True, slots=True)
class LinkQuality:
    """What the links are worth, by group: error falls unevenly.

    `groups` judge what names, dates and postcodes alone would link by a number kept back, `judged_by`, whose own slips are
    allowed for; where strong numbers were sent the links themselves are better. `expected` is what the model says of the links
    as they are, for everyone and every group, whether or not a number was sent.
    """

    groups: tuple[GroupQuality, ...] = ()
    judged_by: str = ""
    expected: tuple[GroupQuality, ...] = ()

    def of(self, by: str = "", group: str = "") -> GroupQuality | None:
        """The judged estimate for one group, or None when there is none."""
        return _of(self.groups, by, group)

    def expected_of(self, by: str = "", group: str = "") -> GroupQuality | None:
        """The model's estimate for one group, or None when there is none."""
        return _of(self.expected, by, group)


def _of(groups: tuple[GroupQuality, ...], by: str, group: str) -> GroupQuality | None:
    return next((g for g in groups if (g.by, g.group) == (by, group)), None)


@dataclass(frozen=True)
class About:
    """What each record's group is for each breakdown, as a place in `names`; -1 where it is not known."""

    names: Mapping[str, list[str]]
    place: Mapping[str, Bits]

    @classmethod
    def of(cls, records: Records, record: Bits, ethnic_groups: Mapping[str, str]) -> About:
        """A record made of several rows takes its first row's answers."""
        about = records.about
        years = np.where(records.born == UNBORN, -1, 1970 + records.born // 12)
        columns = {
            "agency": about["agency"], "sex": about["sex"], "ethnicity": about["ethnicity"],
            "born": _bands(years),
        }  # fmt: skip
        names, place = {}, {}
        for by, column in columns.items():
            names[by], place[by] = _coded(column, ethnic_groups if by == "ethnicity" else {})
            place[by] = place[by][record]
        return cls(names, place)

    def groups(self, a: Bits, b: Bits) -> Iterator[tuple[str, str, Flags]]:
        """Each group with the pairs that belong to it: to both their agencies, and to what either record says."""
        yield "", "", np.ones(len(a), dtype=bool)
        for by, names in self.names.items():
            told, second = self.told(by, a, b), self.place[by][b]
            for n, name in enumerate(names):
                yield by, name, (told == n) | (second == n) if by == "agency" else told == n

    def told(self, by: str, a: Bits, b: Bits) -> Bits:
        """What each pair is counted under, as a place in `names`: what the first record says, else the second.

        Of agencies it is the first record's.
        """
        first = self.place[by][a]
        found: Bits = first if by == "agency" else np.where(first < 0, self.place[by][b], first)
        return found


def _coded(column: pa.Array, gathered: Mapping[str, str]) -> tuple[list[str], Bits]:
    """The column's groups in order, and each row's place among them, -1 where it is not known."""
    if not len(column):
        return [], np.array([], dtype=np.int64)
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    column = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    values = [gathered.get(value, value) for value in column.dictionary.to_pylist()]
    names = sorted(set(values))
    places = np.array([*(names.index(value) for value in values), -1], dtype=np.int64)
    return names, places[column.indices.fill_null(len(values)).to_numpy()]


def _bands(years: Bits) -> pa.Array:
    """Five years of birth together."""
    firsts, place = np.unique(years // 5 * 5, return_inverse=True)
    names = [f"{first} to {first + 4}" for first in firsts]
    codes = pa.array(place.astype(np.int32), mask=years < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string()))


@dataclass(frozen=True)
class Tally:
    """What the worth of links is worked out from, as whole numbers, so that parts can be added and taken away exactly.

    Chances are counted in parts of _PART. `groups` has a row of numbers for each breakdown and group, laid out as _Judged and
    _Modelled say; `whole` is laid out as _Whole says.
    """

    groups: Mapping[tuple[str, str], Bits]
    whole: Bits

    def __add__(self, other: Tally) -> Tally:
        return self._with(other, 1)

    def __sub__(self, other: Tally) -> Tally:
        return self._with(other, -1)

    def _with(self, other: Tally, sign: int) -> Tally:
        nothing = np.zeros(_WIDTH, dtype=np.int64)
        both = {
            key: self.groups.get(key, nothing) + sign * other.groups.get(key, nothing)
            for key in {**self.groups, **other.groups}
        }
        return Tally({key: row for key, row in both.items() if row.any()}, self.whole + sign * other.whole)

    def judged(self) -> tuple[GroupQuality, ...]:
        """Precision and recall of what would be linked without numbers, judged by the number that was kept back."""
        agree, differ = self.whole[_SLIPS]
        slips = float(differ / (agree + differ)) if agree + differ >= LEAST_PAIRS else 0.0
        return tuple(
            GroupQuality(
                by=by, group=group, precision=_precision(row[:3], slips), recall=_share(row[3:6]),
                linked=int(row[0]), known=int(row[3]),
            )
            for (by, group), row in self._rows() if row[:6].any()
        )  # fmt: skip

    def expected(self) -> tuple[GroupQuality, ...]:
        """What the model says of the links as they are. A pair that is taken already cannot be a link that was missed."""
        share = self._left()
        return tuple(_expected(by, group, row[6:], share) for (by, group), row in self._rows() if row[6])

    def _left(self) -> Scores:
        """The share of the false pairs expected among links that is left once it is known who was linked, by likelihood.

        Of the false pairs expected among those of about the same weight, the ones that are taken have shown themselves: so many
        fewer are among the links. Some are left, for a model is never sure.
        """
        false, shown, among = (self.whole[n * _BANDS : (n + 1) * _BANDS] / _PART for n in range(3))
        share: Scores = np.clip((false - shown) / np.maximum(among, 1e-9), _LEFT, 1.0)
        return share

    def _rows(self) -> list[tuple[tuple[str, str], Bits]]:
        """Everyone first, then each breakdown's groups in order."""
        return sorted(self.groups.items(), key=lambda found: (("", "agency", *GROUPS).index(found[0][0]), found[0][1]))

    def said(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"groups": [[*key, *row.tolist()] for key, row in self._rows()], "whole": self.whole.tolist()}

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Tally:
        """From what `said` gave."""
        rows = {(row[0], row[1]): np.array(row[2:], dtype=np.int64) for row in said["groups"]}
        return cls(rows, np.array(said["whole"], dtype=np.int64))


# A group's row: of pairs joined without numbers how many, how many of these bear one number, and the sum over people of their
# squares; the same of pairs that bear one number; then pairs looked at, linked, linked by a number, false among the other links
# by how likely, and lost.
_PART = 1 << 32
_BANDS = 17  # of log odds, one wide, from -4 up to 12
_WIDTH = 6 + 3 + _BANDS + 1
_SLIPS = slice(3 * _BANDS, 3 * _BANDS + 2)


def tallied(
    decider: Decider, decided: Decisions, root: Bits, about: About, *, judge: int | None, blind: Bits | None, of: Flags
) -> Tally:
    """What these links and pairs add to the tally: those of which a record is among the records `of`."""
    rows: dict[tuple[str, str], Bits] = {}
    whole = np.zeros(3 * _BANDS + 2, dtype=np.int64)
    if judge is not None and blind is not None:
        _add(rows, slice(0, 6), _by_number(decider, judge, blind, about, of))
        whole[_SLIPS] = _slips(decider, judge)
    whole[: 3 * _BANDS] = _modelled(decider, decided, root, about, rows)
    return Tally(rows, whole)


def _add(
    rows: dict[tuple[str, str], Bits], where: slice, found: Iterable[tuple[str, str, Sequence[int] | Bits]]
) -> None:
    for by, group, counts in found:
        rows.setdefault((by, group), np.zeros(_WIDTH, dtype=np.int64))[where] = counts


def _by_number(
    decider: Decider, bit: int, root: Bits, about: About, among: Flags
) -> Iterator[tuple[str, str, Sequence[int]]]:
    """Pairs joined in the clusters `root`, and pairs that bear one number of this bit, counted for each group."""
    rows, tokens = decider.tokens.of(bit)
    place, record = decider.records.place, decider.record[rows]
    record, tokens = record[among[record]], tokens[among[record]]
    known = _apart(same_value(record, tokens), place)
    bearing = np.unique(record)
    linked = _apart(same_value(bearing, root[bearing]), place)
    pairs = np.union1d(known, linked)
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    alike, joined, person = np.isin(pairs, known), np.isin(pairs, linked), _first_of(a, b)
    for by, group, of in about.groups(a, b):
        if of.any():
            yield by, group, [*_counts(alike, joined & of, person), *_counts(joined, alike & of, person)]


def _counts(held: Flags, among: Flags, person: Bits) -> tuple[int, int, int]:
    """How many there are, how many of them hold, and the sum over people of the squares of how many are theirs."""
    of_each = np.bincount(person[among])
    return int(among.sum()), int((held & among).sum()), int((of_each.astype(np.int64) ** 2).sum())


def judging(decider: Decider) -> int | None:
    """The bit of the number that most pairs between agencies share, when enough do."""
    weights = decider.weights
    bits = [len(weights.keys) + i for i in range(len(weights.numbers))]
    shared = [int(np.count_nonzero(decider.judged.pairs.agree >> bit & 1)) for bit in bits]
    best = int(np.argmax(shared)) if shared else 0
    return bits[best] if shared and shared[best] >= LEAST_PAIRS else None


def chosen_cut(decider: Decider, about: About, judge: int | None) -> float:
    """The cut in force: where the model expects the share of links that hold that the weights ask for.

    It rises further while the number that judges says that too few do.
    """
    cut = decider.cut()
    if judge is None:
        return cut
    everybody = np.ones(len(decider.records), dtype=bool)
    for step in range(_STEPS - 1):
        rows: dict[tuple[str, str], Bits] = {}
        _add(rows, slice(0, 6), _by_number(decider, judge, decider.blind(cut + step * _STEP), about, everybody))
        whole = np.zeros(3 * _BANDS + 2, dtype=np.int64)
        whole[_SLIPS] = _slips(decider, judge)
        if _precise_enough(Tally(rows, whole).judged()):
            return cut + step * _STEP
    return cut + (_STEPS - 1) * _STEP


def _first_of(a: Bits, b: Bits) -> Bits:
    """Each pair's person: the first record that it is paired with, directly or not, where all of a person's records are."""
    first = np.arange(int(max(a.max(initial=0), b.max(initial=0))) + 1)
    np.minimum.at(first, b, a)
    found: Bits = first[first[a]]
    return found


def _apart(pairs: Bits, place: Bits) -> Bits:
    """Those of two agencies."""
    found: Bits = pairs[place[pairs >> 32] != place[pairs & 0xFFFFFFFF]]
    return found


def _slips(decider: Decider, bit: int) -> tuple[int, int]:
    """Of pairs that are certain without it, in how many the number agrees and differs: how often it is itself wrong."""
    certain = decider.judged.blind >= _CERTAIN
    agree, differ = decider.judged.pairs.agree >> bit & 1, decider.judged.differ >> bit & 1
    return int(agree[certain].sum()), int(differ[certain].sum())


def _precision(counts: Bits, slips: float) -> Estimate | None:
    """The share of joined pairs whose number agrees, out of the share that would if all were right."""
    found = _share(counts)
    return None if found is None else _limits(tuple(min(100.0, part / (1 - slips)) for part in found))


def _share(counts: Bits) -> Estimate | None:
    """The share of these pairs that hold. Several pairs of one person hold or fail together, so count as fewer."""
    whole, held, squares = (int(count) for count in counts)
    if whole < LEAST_PAIRS:
        return None
    alone = whole / squares
    share = held / whole
    low, high = wilson_limits(share * whole * alone, whole * alone)
    return 100 * share, 100 * low, 100 * high


def _precise_enough(found: tuple[GroupQuality, ...]) -> bool:
    """True when the links hold often enough, or too few can be judged to say that they do not."""
    overall = next((g for g in found if not g.by), None)
    if overall is None or overall.precision is None or overall.linked < _ENOUGH:
        return True
    return overall.precision[0] >= 100 * _SOUGHT


def _modelled(
    decider: Decider, decided: Decisions, root: Bits, about: About, rows: dict[tuple[str, str], Bits]
) -> Bits:
    """What the model makes of each pair, counted for each group into `rows`; and false, taken and linked pairs by likelihood."""
    weight, a, b = decider.judged.weight, decider.judged.pairs.a, decider.judged.pairs.b
    linked, taken = root[a] == root[b], decider.taken(root)
    false = np.rint((1 - chances(weight)) * _PART).astype(np.int64)
    band = np.clip(np.floor(weight), -4, _BANDS - 5).astype(np.int64) + 4
    looked = np.flatnonzero(linked | ((decided != NOTHING) & ~taken))
    strong, unsure = decided[looked] == STRONG, linked[looked] & (decided[looked] != STRONG)
    for by, group, of in about.groups(a[looked], b[looked]):
        if of.any():
            row = rows.setdefault((by, group), np.zeros(_WIDTH, dtype=np.int64))
            lost = of & ~linked[looked]
            row[6:9] = int(of.sum()), int((of & linked[looked]).sum()), int((of & strong).sum())
            row[9:-1] = _banded(band[looked], false[looked], of & unsure)
            row[-1] = int((_PART - false[looked][lost]).sum())
    shown = _banded(band, np.full(len(band), _PART), taken)
    return np.concatenate([_banded(band, false, linked | taken), shown, _banded(band, false, linked)])


def _banded(band: Bits, parts: Bits, wanted: Flags) -> Bits:
    total = np.zeros(_BANDS, dtype=np.int64)
    np.add.at(total, band[wanted], parts[wanted])
    return total


def _expected(by: str, group: str, row: Bits, share: Scores) -> GroupQuality:
    linked, strong, lost = int(row[1]), int(row[2]), float(row[-1] / _PART)
    false = strong * (1 - _SURE) + float((row[3:-1] / _PART * share).sum())
    if linked < LEAST_PAIRS:
        return GroupQuality(
            by=by, group=group, precision=None, recall=None, linked=linked, known=round(linked - false + lost)
        )
    right = linked - false
    precision = tuple(100 * (1 - n / linked) for n in (false, *_most_and_least(false, _FALSE)))
    recall = tuple(100 * right / max(right + n, 1e-9) for n in (lost, *_most_and_least(lost, _LOST)))
    return GroupQuality(
        by=by,
        group=group,
        precision=_limits(precision),
        recall=_limits(recall),
        linked=linked,
        known=round(right + lost),
    )


def _limits(values: tuple[float, ...]) -> Estimate:
    middle, low, high = values
    return middle, low, high


def _most_and_least(mean: float, shape: float) -> tuple[float, float]:
    """How many there may be, at most and at least (95 %), where the model expects so many.

    The count is drawn by chance from a mean that the model itself knows so well (a Poisson count under a gamma of this shape).
    """
    share = shape / (shape + max(mean, 1e-9))
    most, least = (0.0 if share**shape >= tail else ceil(float(nbdtrik(tail, shape, share))) for tail in (0.975, 0.025))
    return most, least
