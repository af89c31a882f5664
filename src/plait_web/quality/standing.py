"""What stands between the questions and their answers today: worked out from the data map, agreements and returns as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils import timezone

from plait import answers
from plait.answer import answer
from plait.decided import Partnership
from plait.declare import Pack
from plait.mapped import Reliance, reliance
from plait_web.partnership import access as partnership
from plait_web.picture.making import latest_period
from plait_web.quality.models import Gap
from plait_web.returns import access as returns
from plait_web.returns import port
from plait_web.returns.models import Submission


@dataclass(frozen=True, slots=True)
class Found:
    """One gap that is worked out, and the questions it stands before."""

    key: str
    gap: answers.Gap
    questions: tuple[str, ...]
    blocks: bool  # without it the agency is in none of the figures


@dataclass(frozen=True, slots=True)
class Standing:
    """Every gap, those before most questions first; and who supplies how much."""

    gaps: tuple[Found, ...]
    reliance: tuple[Reliance, ...]
    figures: int  # that can be made today
    names: dict[str, str]  # of agencies, by their ids
    pack: Pack

    def gap(self, key: str) -> Found | None:
        return next((found for found in self.gaps if found.key == key), None)


def key_of(gap: answers.Gap) -> str:
    """The same for the same gap, whatever its words: by kind, agency, data set and items."""
    parts = (gap.kind.value, gap.agency, gap.dataset, *sorted(gap.columns))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def standing() -> Standing:
    """As things stand today."""
    today = timezone.localdate()
    bound = partnership.bound(today)
    here = Partnership.model_construct(  # only what answers rest on: each query of this page counts
        name="",
        areas=(),
        agencies=partnership.decided_agencies(),
        agreements=bound.agreements,
        assets=port.decided_assets(),
        pack_digest=bound.pack.digest,
    )
    return _worked_out(_Given(bound.pack, here, list(returns.accepted())), today)


class _Given:
    """What answers rest on, told apart by what it says: the same things are worked out once, and returns read once."""

    def __init__(self, pack: Pack, here: Partnership, sent: Sequence[Submission]) -> None:
        self.pack, self.partnership, self.sent = pack, here, sent
        said = here.model_dump_json()
        self.digest = hashlib.sha256(f"{pack.digest}{said}{sorted(s.kept for s in sent)}".encode()).hexdigest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Given) and other.digest == self.digest


@lru_cache(maxsize=4)
def _worked_out(given: _Given, on: date) -> Standing:
    kept = [port.snapshot(submission) for submission in given.sent]
    supplied = tuple(s for one in kept for s in one.supplied)
    found = answer(given.pack, given.partnership, supplied, period=latest_period(kept, on), on=on)
    before: dict[str, dict[str, answers.Gap]] = {}
    for one in found.answers:
        for gap in one.gaps:
            before.setdefault(key_of(gap), {})[one.question.id] = gap
    rows = [
        Found(key, next(iter(asked.values())), tuple(asked), any(g.blocks for g in asked.values()))
        for key, asked in before.items()
    ]
    evidence = {
        e.indicator.id: (e.indicator, e.suppliers) for one in found.answers for e in one.evidence if e.suppliers
    }
    return Standing(
        tuple(sorted(rows, key=lambda row: (-len(row.questions), row.gap.agency, row.key))),
        reliance(tuple(evidence.values())),
        len(evidence),
        {agency.id: agency.name for agency in given.partnership.agencies},
        given.pack,
    )


def taken_on(gaps: list[Gap]) -> dict[str, Gap]:
    """Key to the gap that somebody has taken on and not ended."""
    return {gap.key: gap for gap in gaps if gap.open and gap.key}
