"""How often links are right and how many are found, judged by a number that the judged linking never saw, and by the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
import pyarrow as pa
from scipy.special import nbdtrik

from plait.intervals import wilson_limits
from plait.link.cluster import UNBORN
from plait.link.decide import NOTHING, STRONG, Decider, Decisions
from plait.link.model import chances
from plait.link.pairs import same_value
from plait.link.records import Records
from plait.link.weights import Bits, Flags, Number, Scores

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
Groups = dict[tuple[str, str], Flags]


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


def judged(decider: Decider, about: About) -> tuple[float, LinkQuality]:
    """The cut in force, and how good links are at it when no number is used, judged by one that was kept back.

    The cut is where the model expects the share of links that hold that the weights ask for; it rises further while the number
    says that too few do.
    """
    cut, number = decider.cut(), _judge(decider)
    if number is None:
        return cut, LinkQuality()
    bit, named = number
    found: tuple[GroupQuality, ...] = ()
    for step in range(_STEPS):
        found = _judged_by(decider, bit, decider.blind(cut + step * _STEP), about)
        if _precise_enough(found) or step == _STEPS - 1:
            return cut + step * _STEP, LinkQuality(found, named.name)
    return cut, LinkQuality(found, named.name)


def _judge(decider: Decider) -> tuple[int, Number] | None:
    """The number that most pairs between agencies share, when enough do."""
    weights = decider.weights
    bits = [len(weights.keys) + i for i in range(len(weights.numbers))]
    shared = [int(np.count_nonzero(decider.judged.pairs.agree >> bit & 1)) for bit in bits]
    best = int(np.argmax(shared)) if shared else 0
    return (bits[best], weights.numbers[best]) if shared and shared[best] >= LEAST_PAIRS else None


def _judged_by(decider: Decider, bit: int, root: Bits, about: About) -> tuple[GroupQuality, ...]:
    """Precision and recall of the clusters, judged by the number of this bit."""
    rows, tokens = decider.tokens.of(bit)
    place, record = decider.records.place, decider.record[rows]
    known = _apart(same_value(record, tokens), place)
    bearing = np.unique(record)
    linked = _apart(same_value(bearing, root[bearing]), place)
    slips = _slips(decider, bit)
    pairs = np.union1d(known, linked)
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    alike, joined, person = np.isin(pairs, known), np.isin(pairs, linked), _first_of(a, b)
    return tuple(
        GroupQuality(
            by=by, group=group, precision=_precision(alike, joined & of, slips, person),
            recall=_share(joined, alike & of, person), linked=int((joined & of).sum()), known=int((alike & of).sum()),
        )
        for by, group, of in about.groups(a, b) if of.any()
    )  # fmt: skip


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


def _slips(decider: Decider, bit: int) -> float:
    """The share of pairs that are certain without it whose number differs: how often the number itself is wrong."""
    agree, differ = decider.judged.pairs.agree >> bit & 1, decider.judged.differ >> bit & 1
    certain = (decider.judged.blind >= _CERTAIN) & ((agree | differ) == 1)
    whole = int(certain.sum())
    return float(differ[certain].sum() / whole) if whole >= LEAST_PAIRS else 0.0


def _precision(alike: Flags, joined: Flags, slips: float, person: Bits) -> Estimate | None:
    """The share of joined pairs whose number agrees, out of the share that would if all were right."""
    found = _share(alike, joined, person)
    return None if found is None else tuple(min(100.0, part / (1 - slips)) for part in found)  # type: ignore[return-value]


def _share(held: Flags, among: Flags, person: Bits) -> Estimate | None:
    """The share of these pairs that hold. Several pairs of one person hold or fail together, so count as fewer."""
    whole = int(among.sum())
    if whole < LEAST_PAIRS:
        return None
    of_each = np.bincount(person[among])
    alone = whole / float((of_each.astype(float) ** 2).sum())
    share = float((held & among).sum()) / whole
    low, high = wilson_limits(share * whole * alone, whole * alone)
    return 100 * share, 100 * low, 100 * high


def _precise_enough(found: tuple[GroupQuality, ...]) -> bool:
    """True when the links hold often enough, or too few can be judged to say that they do not."""
    overall = next((g for g in found if not g.by), None)
    if overall is None or overall.precision is None or overall.linked < _ENOUGH:
        return True
    return overall.precision[0] >= 100 * _SOUGHT


def expected(decider: Decider, decided: Decisions, root: Bits, about: About) -> tuple[GroupQuality, ...]:
    """What the model says of the links as they are. A pair that is taken already cannot be a link that was missed."""
    a, b = decider.judged.pairs.a, decider.judged.pairs.b
    linked, taken = root[a] == root[b], decider.taken(root)
    chance = np.where(decided == STRONG, _SURE, _settled(decider.judged.weight, linked, taken))
    looked = linked | ((decided != NOTHING) & ~taken)
    return tuple(
        _expected(by, group, chance[looked][of], linked[looked][of])
        for by, group, of in about.groups(a[looked], b[looked])
        if of.any()
    )


def _settled(weight: Scores, linked: Flags, taken: Flags) -> Scores:
    """Each pair's chance once it is known who was linked.

    Of the false pairs expected among those of about the same weight, the ones that are taken have shown themselves: so many
    fewer are among the links. Some are left, for a model is never sure.
    """
    chance = chances(weight)
    band = np.clip(np.floor(weight), -4, 12).astype(np.int64) + 4
    false, shown = np.bincount(band, (1 - chance) * (linked | taken)), np.bincount(band, taken.astype(float))
    among = np.bincount(band, (1 - chance) * linked)
    share = np.clip((false - shown) / np.maximum(among, 1e-9), _LEFT, 1.0)
    settled: Scores = np.where(linked, 1 - (1 - chance) * share[band], chance)
    return settled


def _expected(by: str, group: str, chance: Scores, linked: Flags) -> GroupQuality:
    found, lost = chance[linked], float(chance[~linked].sum())
    false, whole = float((1 - found).sum()), len(found)
    if whole < LEAST_PAIRS:
        return GroupQuality(
            by=by, group=group, precision=None, recall=None, linked=whole, known=round(whole - false + lost)
        )
    right = whole - false
    precision = tuple(100 * (1 - n / whole) for n in (false, *_most_and_least(false, _FALSE)))
    recall = tuple(100 * right / max(right + n, 1e-9) for n in (lost, *_most_and_least(lost, _LOST)))
    return GroupQuality(by=by, group=group, precision=precision, recall=recall, linked=whole, known=round(right + lost))  # type: ignore[arg-type]


def _most_and_least(mean: float, shape: float) -> tuple[float, float]:
    """How many there may be, at most and at least (95 %), where the model expects so many.

    The count is drawn by chance from a mean that the model itself knows so well (a Poisson count under a gamma of this shape).
    """
    share = shape / (shape + max(mean, 1e-9))
    most, least = (0.0 if share**shape >= tail else ceil(float(nbdtrik(tail, shape, share))) for tail in (0.975, 0.025))
    return most, least
