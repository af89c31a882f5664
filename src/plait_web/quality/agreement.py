"""How far the people of an exercise agree, and where they differ most. Of cases and of codes, never of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from plait.declare import CodeList
from plait.measure.agreement import CodingAgreement, coding_agreement
from plait_web.quality.models import Coding, Vignette


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case: how many chose each code, how many were unsure and what they missed, and how far apart they are."""

    case: Vignette
    counts: tuple[tuple[str, int], ...]
    of: int
    unsure: tuple[str, ...]
    apart: float  # 0 when all chose alike, 1 when no two share a code


@dataclass(frozen=True, slots=True)
class Result:
    """The agreement over all cases, the cases with those furthest apart first, and codes taken for one another."""

    agreement: CodingAgreement
    cases: tuple[CaseView, ...]
    confused: tuple[tuple[str, str, int], ...]
    words: str


def result(coded: Sequence[tuple[Vignette, Sequence[Coding]]], codes: CodeList) -> Result:
    labels = {code.code: code.label for code in codes.codes}
    agreement = coding_agreement([[frozenset(c.codes) for c in answers] for _, answers in coded])
    cases = sorted((_view(case, answers, labels) for case, answers in coded), key=lambda v: (-v.apart, v.case.number))
    return Result(agreement, tuple(cases), _confused(coded, labels), in_words(agreement))


def _view(case: Vignette, answers: Sequence[Coding], labels: dict[str, str]) -> CaseView:
    counts = Counter(labels.get(code, code) for answer in answers for code in answer.codes)
    counts["None of these"] = sum(1 for answer in answers if not answer.codes)
    ordered = tuple((name, n) for name, n in counts.most_common() if n)
    unsure = tuple(sorted(answer.unsure for answer in answers if answer.unsure))
    return CaseView(case, ordered, len(answers), unsure, _apart(answers))


def _apart(answers: Sequence[Coding]) -> float:
    """The mean distance between two people's codes: the part of them that they do not share."""
    sets = [frozenset(answer.codes) for answer in answers]
    pairs = [(a, b) for n, a in enumerate(sets) for b in sets[n + 1 :]]
    return sum(1 - len(a & b) / len(a | b) if a | b else 0.0 for a, b in pairs) / len(pairs) if pairs else 0.0


def _confused(
    coded: Sequence[tuple[Vignette, Sequence[Coding]]], labels: dict[str, str]
) -> tuple[tuple[str, str, int], ...]:
    """Pairs of codes of which one person chose one and another the other for the same case, the most frequent first."""
    found: Counter[tuple[str, str]] = Counter()
    for _, answers in coded:
        sets = [frozenset(answer.codes) for answer in answers]
        for n, a in enumerate(sets):
            for b in sets[n + 1 :]:
                found.update((min(x, y), max(x, y)) for x in a - b for y in b - a)
    return tuple((labels.get(a, a), labels.get(b, b), n) for (a, b), n in found.most_common(5))


def in_words(agreement: CodingAgreement) -> str:
    """What the number means for figures that rest on such coding (Krippendorff's own bounds, 0.667 and 0.8)."""
    if agreement.alpha is None:
        return "It cannot be worked out: everybody chose the same throughout, or too few answers are in."
    if agreement.alpha >= 0.8:
        return "People code alike: figures split by these codes can be compared."
    if agreement.alpha >= 0.667:
        return "People mostly code alike: figures split by these codes bear cautious conclusions."
    return "People code too differently for figures split by these codes to be compared. Look at the cases that differ most."
