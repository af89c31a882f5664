"""What the agencies' stances and orders come to, side by side and together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plait.declare import Definition, Question
from plait_web.agreed.models import BACKING, Ranking, Stance
from plait_web.partnership.models import Agency

FIRST = 10  # how many questions an agency puts in order


def wording(item: Question | Definition) -> str:
    """The digest of the words an agency agrees to: title and text, and for a question what it asks and why."""
    words = (item.title, item.what, item.why) if isinstance(item, Question) else (item.title, item.text, item.scope)
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class View:
    """One agency's stance on one item as it stands, if it has one."""

    agency: Agency
    stance: Stance | None
    outdated: bool = False  # the words have changed since

    @property
    def standing(self) -> str:
        """'We use this definition', 'Said of an earlier wording', 'Has not said'."""
        if self.stance is None:
            return "Has not said"
        said = str(self.stance.get_says_display())
        return f"{said} (of an earlier wording)" if self.outdated else said


def views(item: Question | Definition, agencies: Iterable[Agency], stances: Iterable[Stance]) -> tuple[View, ...]:
    """Every agency's stance on the item, in the order of the agencies; `stances` are the newest first."""
    newest: dict[int, Stance] = {}
    for stance in stances:
        if stance.item == item.id:
            newest.setdefault(stance.agency_id, stance)
    now = wording(item)
    return tuple(View(a, s := newest.get(a.pk), s is not None and s.wording != now) for a in agencies)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many agencies back an item as it is worded now, have it otherwise, or have not said."""

    back: int
    otherwise: int
    unsaid: int

    @classmethod
    def of(cls, found: Iterable[View]) -> Agreement:
        counts = [_counted(view) for view in found]
        return cls(counts.count("back"), counts.count("otherwise"), counts.count("unsaid"))

    @property
    def words(self) -> str:
        """'4 back it, 1 would have it otherwise, 1 has not said'."""
        has = "has" if self.unsaid == 1 else "have"
        return f"{self.back} back it, {self.otherwise} would have it otherwise, {self.unsaid} {has} not said"


def _counted(view: View) -> str:
    if view.stance is None or view.outdated:
        return "unsaid"
    return "back" if view.stance.says in BACKING else "otherwise"


@dataclass(frozen=True, slots=True)
class Placed:
    """A question in the combined order, with the place each agency gave it (0: not among its first)."""

    question: Question
    points: int
    places: tuple[tuple[Agency, int], ...]


def combined(
    questions: Mapping[str, Question], agencies: Iterable[Agency], rankings: Iterable[Ranking]
) -> tuple[Placed, ...]:
    """Questions that some agency puts first, by points: ten for a first place down to one for a tenth, added up (a Borda
    count). What draws stands in the pack's order."""
    newest: dict[int, Ranking] = {}
    for ranking in rankings:
        newest.setdefault(ranking.agency_id, ranking)
    ranked = [(agency, newest[agency.pk].questions) for agency in agencies if agency.pk in newest]
    placed = [_placed(question, ranked) for question in questions.values()]
    return tuple(sorted((p for p in placed if p.points), key=lambda p: (-p.points, p.question.rank, p.question.id)))


def _placed(question: Question, ranked: Iterable[tuple[Agency, list[str]]]) -> Placed:
    places = tuple((agency, order.index(question.id) + 1 if question.id in order else 0) for agency, order in ranked)
    return Placed(question, sum(FIRST + 1 - place for _, place in places if place), places)
