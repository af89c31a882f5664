"""The door to pictures, runs and questions raised: each person is shown what their zone may see."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from plait.declare import Zone
from plait.link import LEAST_JUDGED, PairShown, ReviewedQuality, clerical_quality, clerical_sample, load_weights
from plait.partnership import Workspace
from plait.pipeline import last_evidence
from plait_web.accounts.models import User
from plait_web.partnership import access as partnership
from plait_web.picture.models import Raised, Run, Verdict
from plait_web.returns import port
from plait_web.roles import Permission

LEAST = LEAST_JUDGED  # verdicts from which something is said of the links
REVIEWED = 100  # pairs of a linking that people are asked about
ZONES: tuple[Zone, ...] = ("partnership", "public")


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as one zone may see it."""

    run: Run
    folder: Path
    index: dict[str, Any]

    def question(self, name: str) -> dict[str, Any] | None:
        return next((q for q in self.index["questions"] if q["id"] == name), None)

    def page(self, kind: str, name: str) -> str | None:
        """The words of a question's, a figure's or a page across agencies, or None when the picture has none of that name."""
        known = {q["id"] for q in self.index["questions"]} if kind == "questions" else set(self.index.get(kind, ()))
        return _text(self.folder / kind / f"{name}.html") if name in known else None

    def table(self, name: str) -> Path | None:
        """The tables of a page across agencies as a file, or None when the picture has none of that name."""
        return self.folder / "across" / f"{name}.csv" if name in self.index.get("across", ()) else None

    def file(self, path: str) -> Path | None:
        """A file of the profile, or None when it has none there; nothing outside the profile is ever reached."""
        root = (self.folder / "profile").resolve()
        found = (root / path).resolve()
        return found if found.is_file() and root in found.parents else None


def shown_to(user: User) -> Shown | None:
    """The newest picture that was made whole, as the partnership may see it; None before the first, and for those outside."""
    return newest("partnership") if user.may(Permission.SEE_PICTURE) else None


def newest(zone: Zone) -> Shown | None:
    """The newest picture that was made whole, as the zone may see it; None before the first."""
    run = Run.objects.filter(state=Run.State.MADE).first()
    return shown_in(run, zone) if run else None


def shown_in(run: Run, zone: Zone) -> Shown | None:
    """The picture this run made, as the zone may see it; None when it is not kept any more."""
    folder = folder_of(run) / zone
    return Shown(run, folder, _index(folder / "index.json")) if folder.is_dir() else None


def folder_of(run: Run) -> Path:
    """Where the pictures a run made lie, one folder a zone."""
    return Path(settings.HOME) / "pictures" / str(run.pk)


def workspace(on: date | None = None) -> Workspace:
    """Everything decided as it stands on the day, with what people said of pairs of records."""
    said = Verdict.objects.exclude(same=None).values_list("pair", "same")
    return replace(port.workspace(on), verdicts=dict(said))


def runs_for(user: User) -> QuerySet[Run]:
    """Runs, newest first, for those who may see how they went."""
    found = Run.objects.select_related("by")
    return found if user.may(Permission.RUN_PICTURE) else found.none()


def raised_for(user: User) -> QuerySet[Raised]:
    """Questions people raised: all of them for those who answer, a person's own for others."""
    found = Raised.objects.select_related("by", "replied_by")
    return found if user.may(Permission.ANSWER_QUESTIONS) else found.filter(by=user)


@dataclass(frozen=True, slots=True)
class Review:
    """Pairs of the last linking to look at, what was said of them, and what that says of the links.

    A verdict stays with its pair when returns are added and everybody is linked again.
    """

    pairs: tuple[PairShown, ...]
    said: dict[int, bool | None]
    quality: ReviewedQuality | None

    @property
    def next(self) -> PairShown | None:
        """The next pair that nobody has looked at."""
        return next((pair for pair in self.pairs if pair.pair not in self.said), None)


@lru_cache(maxsize=2)
def _sampled(evidence: Path) -> tuple[PairShown, ...]:
    return clerical_sample(evidence, load_weights(), size=REVIEWED)


def review() -> Review | None:
    """The pairs to look at, the same for everybody; None before anybody was linked, or where there is no pair."""
    found = last_evidence(partnership.shelf())
    if found is None:
        return None
    _, evidence = found
    pairs = _sampled(evidence)
    every = dict(Verdict.objects.values_list("pair", "same"))
    said = {one.pair: every[one.pair] for one in pairs if one.pair in every}
    sure = {pair: same for pair, same in every.items() if same is not None}
    quality = clerical_quality(evidence, sure) if len(sure) >= LEAST_JUDGED else None
    return Review(pairs, said, quality) if pairs else None


@lru_cache(maxsize=8)
def _index(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=256)
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
