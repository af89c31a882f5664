"""How many are on no list at all: a range, what it rests on and how far it moves, or why there is none. Experimental always.

Sources: Chan, Silverman and Vincent (2021) for the stepwise estimate and its BCa interval, which takes the choosing in;
Silverman, Chan and Vincent (2024) for weighing models; Whitehead and others (2021) and Binette and Steorts (2021) for what
can be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr, ndtri

from plait.measure.unseen.choose import alone, hierarchical, named, pairs, stepwise, weighed
from plait.measure.unseen.fit import Fits, Flags, exists, fit
from plait.measure.unseen.lists import Counts, Lists, relinked

LEAST_LISTS, LEAST_SEVERAL = 3, 30
LEAST_RECALL, LEAST_PRECISION = 0.8, 0.9
PUBLISHABLE = ("country", "region", "force")  # the areas that an estimate may be made for
_WINDOW = 10.0  # models whose BIC is further from the best are not looked at again
_SHOWN = 6.0  # models this near the best are shown
_MISSED = (0.0, 0.05, 0.1, 0.2)  # shares of links missed that are tried
_LEVEL = 0.95

Interval = tuple[float, float]
Resample = Callable[[np.random.Generator, int], Counts]

CAVEATS = (
    "Experimental. It counts people who could have been on these lists, over one period, under one definition; it cannot count "
    "those whom no list could ever have reached.",
    "Lists that refer people to one another make the number too low; lists that exclude one another's people make it too high.",
    "It rests on there being no dependence among all the lists together, which no data can show.",
    "Whether one model or another is chosen moves it more than chance does: read the range, and never one number.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWorth:
    """The shares of links that were found and that are right, each an estimate with its limits, from 0 to 1."""

    recall: tuple[float, float, float]
    precision: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneModel:
    """One model near the best: what depends on what, how much worse it fits (BIC) and how many people it says there are."""

    together: tuple[str, ...]
    worse: float
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The estimate when something is otherwise; None where there is no estimate then."""

    what: str
    people: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """People seen and, unless `refused` says why not, how many there may be in all.

    `stepwise` and `averaged` are the two ways to choose a model, each with a 95 % interval that takes the choosing, and what is
    known of the links, in. `range` holds both: nothing narrower is to be shown.
    """

    seen: int
    on_several: int
    refused: tuple[str, ...] = ()
    stepwise: float | None = None
    stepwise_interval: Interval | None = None
    given_model: Interval | None = None
    together: tuple[str, ...] = ()
    averaged: float | None = None
    averaged_interval: Interval | None = None
    models: tuple[OneModel, ...] = ()
    dropping: tuple[Tried, ...] = ()
    merging: tuple[Tried, ...] = ()
    missing_links: tuple[Tried, ...] = ()
    caveats: tuple[str, ...] = field(default=CAVEATS)

    @property
    def range(self) -> Interval | None:
        """The lowest and highest that either way of choosing allows; None where refused."""
        if self.stepwise_interval is None or self.averaged_interval is None:
            return None
        both = self.stepwise_interval, self.averaged_interval
        return min(low for low, _ in both), max(high for _, high in both)


def unseen(lists: Lists, *, area: str, links: LinkWorth | None = None, seed: int = 1, repeats: int = 1000) -> Unseen:
    """How many people there may be in all, or why that cannot be said.

    `area` is the kind of area the lists are of. The same lists, seed and repeats give the same answer.
    """
    reasons = (*refusals(lists, area=area, links=links),)
    if reasons:
        return _refused(lists, reasons)
    corrected = lists if links is None else lists.relinked(1 - links.recall[0], 1 - links.precision[0])
    models, _ = stepwise(corrected.counts[None, :])
    if wrong := exists(corrected.counts, models[0]):
        return _refused(lists, (f"The overlaps are too thin: the estimate {wrong}.",))
    again = _resampling(lists, links)
    rng = np.random.default_rng(seed)
    draws = again(rng, repeats)
    fits = fit(corrected.counts[None, :], models)
    choice = _Choice.of(corrected)
    return Unseen(
        seen=lists.seen, on_several=lists.on_several, stepwise=_people(corrected, fits), given_model=_given(corrected, fits),
        stepwise_interval=_bca(corrected, draws), together=named(models[0], lists.names), averaged=choice.people,
        averaged_interval=choice.interval(draws, rng), models=choice.shown(lists.names), dropping=tuple(_dropping(corrected)),
        merging=tuple(_merging(corrected)), missing_links=tuple(_missing(lists)),
    )  # fmt: skip


def refusals(lists: Lists, *, area: str, links: LinkWorth | None = None) -> Iterator[str]:
    """Why no estimate may be made, in words for anybody; none where one may."""
    if area not in PUBLISHABLE:
        yield "An estimate of the unseen is made for a police force area, a region or a country, never for a smaller area."
    if len(lists.names) < LEAST_LISTS:
        there = {0: "There is no list", 1: "There is one list"}.get(
            len(lists.names), f"There are {len(lists.names)} lists"
        )
        yield f"{there}. Fewer than {LEAST_LISTS} cannot show whether lists depend on one another."
    if lists.on_several < LEAST_SEVERAL:
        yield f"Fewer than {LEAST_SEVERAL} people are on more than one list, which is too few to tell how lists overlap."
    yield from (
        f"The list of {name} shares nobody with any other list, so it says nothing of overlap." for name in lists.apart
    )
    if links is not None and (links.recall[1] < LEAST_RECALL or links.precision[1] < LEAST_PRECISION):
        yield (
            f"The links between lists are too poor: at least {LEAST_RECALL:.0%} must be found and {LEAST_PRECISION:.0%} right, "
            "allowing for how well that is known. Missed links alone would make people seem unseen."
        )
    if not fit(lists.counts[None, :], alone(len(lists.names))).sound[0]:
        yield "The lists overlap too little for any estimate to exist."


def _refused(lists: Lists, reasons: tuple[str, ...]) -> Unseen:
    return Unseen(seen=lists.seen, on_several=lists.on_several, refused=reasons)


def _people(lists: Lists, fits: Fits) -> float:
    return float(lists.counts.sum() + fits.unseen[0])


def _given(lists: Lists, fits: Fits) -> Interval:
    """The interval if the chosen model were known to be true: always too narrow."""
    z = float(ndtri(0.5 + _LEVEL / 2))
    low, high = (float(lists.counts.sum() + fits.unseen[0] * np.exp(sign * z * fits.error[0])) for sign in (-1, 1))
    return low, high


def _resampling(lists: Lists, links: LinkWorth | None) -> Resample:
    """Counts drawn anew, and, where the worth of the links is known, corrected by a share of missed and wrong links drawn too."""

    def drawn(rng: np.random.Generator, times: int) -> Counts:
        counts = rng.multinomial(lists.seen, lists.counts / lists.counts.sum(), size=times).astype(float)
        if links is None:
            return counts
        missed, wrong = (1 - rng.uniform(low, high, times) for _, low, high in (links.recall, links.precision))
        return relinked(counts, missed, wrong)

    return drawn


def _stepwise_people(counts: Counts) -> Counts:
    models, _ = stepwise(counts)
    people: Counts = counts.sum(axis=1) + fit(counts, models).unseen
    return people


def _bca(lists: Lists, draws: Counts) -> Interval:
    """The bias-corrected and accelerated interval of the stepwise estimate, the model chosen anew each time (Efron 1987)."""
    people = float(_stepwise_people(lists.counts[None, :])[0])
    found = np.sort(_stepwise_people(draws))
    below = np.clip(
        (found < people).mean() + (found == people).mean() / 2, 1 / (2 * len(found)), 1 - 1 / (2 * len(found))
    )
    bias, lean = float(ndtri(below)), _acceleration(lists)
    z = ndtri(np.array([(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]))
    tails = ndtr(bias + (bias + z) / (1 - lean * (bias + z)))
    low, high = np.quantile(found, tails)
    return float(low), float(high)


def _acceleration(lists: Lists) -> float:
    """How the estimate leans, from leaving out one person of each history in turn."""
    history = np.flatnonzero(lists.counts >= 1)
    left = np.repeat(lists.counts[None, :], len(history), axis=0)
    left[np.arange(len(history)), history] -= 1
    found, weight = _stepwise_people(left), lists.counts[history]
    apart = (weight @ found) / weight.sum() - found
    spread = float(weight @ apart**2)
    return float(weight @ apart**3) / (6 * spread**1.5) if spread else 0.0


@dataclass(frozen=True)
class _Choice:
    """The models that fit the lists about as well as the best, and the belief in each."""

    lists: Lists
    models: Flags
    fits: Fits
    belief: Counts

    @classmethod
    def of(cls, lists: Lists) -> _Choice:
        models = _candidates(lists)
        fits, _ = weighed(lists.counts, models)
        bic = fits.bic(lists.counts.sum())
        near = models[bic <= bic.min() + _WINDOW]
        return cls(lists, near, *weighed(lists.counts, near))

    @property
    def people(self) -> float:
        return float(self.lists.counts.sum() + self.belief @ np.where(self.fits.sound, self.fits.unseen, 0.0))

    def interval(self, draws: Counts, rng: np.random.Generator) -> Interval:
        """The 95 % interval when a model is drawn, as it is believed, for each of the counts drawn."""
        many = len(self.models)
        counts = np.repeat(draws, many, axis=0)
        fits = fit(counts, np.tile(self.models, (len(draws), 1)))
        bic = fits.bic(counts.sum(axis=1)).reshape(-1, many)
        usable = np.isfinite(bic).any(axis=1)
        bic = bic[usable]
        belief = np.exp(-(bic - bic.min(axis=1, keepdims=True)) / 2).cumsum(axis=1)
        chosen = (belief < rng.uniform(size=(len(bic), 1)) * belief[:, -1:]).sum(axis=1)
        people = (counts.sum(axis=1) + fits.unseen).reshape(-1, many)[usable][np.arange(len(bic)), chosen]
        low, high = np.quantile(people, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
        return float(low), float(high)

    def shown(self, names: tuple[str, ...]) -> tuple[OneModel, ...]:
        """The models nearest the best, best first."""
        worse = self.fits.bic(self.lists.counts.sum())
        worse -= worse.min()
        order = [i for i in np.argsort(worse, kind="stable") if worse[i] <= _SHOWN]
        people = self.lists.counts.sum() + self.fits.unseen
        return tuple(
            OneModel(together=named(self.models[i], names), worse=float(worse[i]), people=float(people[i]))
            for i in order
        )


def _candidates(lists: Lists) -> Flags:
    """Every model of few lists; of five, every model of pairs; of more, those a pair or two from the stepwise one."""
    count = len(lists.names)
    if count <= 5:
        return hierarchical(count, 3 if count < 5 else 2)
    chosen = stepwise(lists.counts[None, :])[0][0]
    found = [chosen]
    for first in (0, *pairs(count)):
        for second in pairs(count):
            model = chosen.copy()
            model[[first, second] if first else [second]] ^= True
            found.append(model)
    return np.unique(np.array(found), axis=0)


def _dropping(lists: Lists) -> Iterator[Tried]:
    for place, name in enumerate(lists.names):
        yield _tried(f"without {name}", lists.without(place))


def _merging(lists: Lists) -> Iterator[Tried]:
    """Each two lists that share the most of their people as one."""
    for chosen in pairs(len(lists.names)):
        first, second = (place for place in range(len(lists.names)) if chosen >> place & 1)
        yield _tried(f"{lists.names[first]} and {lists.names[second]} as one", lists.merged(first, second))


def _missing(lists: Lists) -> Iterator[Tried]:
    for missed in _MISSED:
        yield _tried(f"{missed:.0%} of links missed", lists.relinked(missed, 0.0))


def _tried(what: str, lists: Lists) -> Tried:
    if len(lists.names) < 2 or lists.on_several == 0 or lists.apart:
        return Tried(what=what, people=None)
    models, _ = stepwise(lists.counts[None, :])
    fits = fit(lists.counts[None, :], models)
    sound = bool(fits.sound[0]) and not exists(lists.counts, models[0])
    return Tried(what=what, people=_people(lists, fits) if sound else None)
