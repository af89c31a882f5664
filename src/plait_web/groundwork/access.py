"""Everything that is decided before any data, gathered for one document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from plait import decided
from plait.answer import answer
from plait.answers import Gap, GapKind
from plait.declare import Definition, Pack, Question
from plait.values import Period
from plait_web.agreed.access import rankings, spoken
from plait_web.agreed.models import Kind, Ranking, Stance
from plait_web.agreed.together import Placed, combined
from plait_web.mandate.access import responsibilities
from plait_web.mandate.models import About, Part
from plait_web.maturity.access import model_of, ratings, rounds
from plait_web.maturity.models import Round
from plait_web.maturity.spread import Spread, by_heading
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency, Partnership
from plait_web.quality.access import open_gaps
from plait_web.quality.models import Gap as TakenOn
from plait_web.response.access import goals, running
from plait_web.response.models import Action, Goal
from plait_web.returns.port import decided_assets

_OF_THE_MAP = (GapKind.NOT_KNOWN, GapKind.NOT_RECORDED, GapKind.NOT_EXTRACTABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A round of self-assessment: for each heading, every agency's spread of levels."""

    round: Round
    title: str
    level_names: tuple[str, ...]
    headings: tuple[tuple[str, tuple[tuple[Agency, Spread], ...]], ...]


class Groundwork:
    """What a partnership has settled without any data, as it stands on the day. Each part is read when first asked for."""

    def __init__(self, on: date) -> None:
        self.on = on

    @cached_property
    def here(self) -> Partnership:
        return partnership.current() or Partnership(name="The partnership")

    @cached_property
    def pack(self) -> Pack:
        return partnership.pack(self.on)

    @cached_property
    def agencies(self) -> list[Agency]:
        return list(partnership.agencies(self.on))

    @cached_property
    def placed(self) -> Sequence[Placed]:
        return combined(self.questions, self.agencies, self._orders)

    @cached_property
    def rankings(self) -> list[Ranking]:
        """The newest of each agency."""
        newest = {r.agency_id: r for r in reversed(self._orders)}
        return [newest[a.pk] for a in self.agencies if a.pk in newest]

    @cached_property
    def _orders(self) -> list[Ranking]:
        return list(rankings())

    @cached_property
    def stances(self) -> Mapping[Kind, Sequence[Stance]]:
        """The newest first."""
        said = list(spoken())
        return {kind: [s for s in said if s.kind == kind] for kind in Kind}

    @cached_property
    def assets(self) -> Sequence[decided.Asset]:
        return decided_assets()

    @cached_property
    def gaps(self) -> list[tuple[Gap, int]]:
        """With how many questions each stands in the way of, the most first."""
        return _gaps(self.pack, self.here, self.agencies, self.assets, self.on)

    @cached_property
    def taken_on(self) -> list[TakenOn]:
        """Gaps of the register that somebody is closing, the soonest due first."""
        return list(open_gaps())

    @cached_property
    def assessed(self) -> list[Assessed]:
        return _assessed(self.agencies)

    @cached_property
    def goals(self) -> list[Goal]:
        return list(goals().filter(ended=None))

    @cached_property
    def actions(self) -> list[Action]:
        return list(running())

    @cached_property
    def parts(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """(question, part) to who has it."""
        return _parts()

    @cached_property
    def questions(self) -> dict[str, Question]:
        found = (q for q in self.pack.questions.values() if q.retired is None)
        return {q.id: q for q in sorted(found, key=lambda q: (q.rank, q.id))}

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        found = (d for d in self.pack.definitions.values() if d.retired is None)
        return tuple(sorted(found, key=lambda d: d.title.lower()))


def _gaps(
    pack: Pack, here: Partnership, agencies: Sequence[Agency], assets: Sequence[decided.Asset], on: date
) -> list[tuple[Gap, int]]:
    """What the data map itself shows to be missing, what is alike told once: what no return could bring."""
    known = tuple(
        decided.Agency(id=a.code, name=a.name, kind=a.kind, areas=tuple(a.areas) or ("all",)) for a in agencies
    )
    told = decided.Partnership(
        name=here.name,
        areas=tuple(here.areas) or ("all",),
        agencies=known,
        assets=tuple(assets),
        pack_digest=pack.digest,
    )
    year = on.year - (on.month < 4) - 1
    found = answer(pack, told, (), period=Period(date(year, 4, 1), date(year + 1, 3, 31)), on=on)
    alike: dict[tuple[str, ...], list[Gap]] = {}
    for gap in found.gaps:
        if gap.kind in _OF_THE_MAP:
            alike.setdefault((gap.agency, gap.dataset, gap.reason, gap.action), []).append(gap)
    stands = [(gaps[0], sum(not set(gaps).isdisjoint(one.gaps) for one in found.answers)) for gaps in alike.values()]
    return sorted(stands, key=lambda pair: -pair[1])


def _assessed(agencies: Sequence[Agency]) -> list[Assessed]:
    """The newest round of each model."""
    newest: dict[str, Round] = {}
    for found in rounds():
        newest.setdefault(found.model, found)
    return [_of_round(found, agencies) for found in newest.values()]


def _of_round(found: Round, agencies: Sequence[Agency]) -> Assessed:
    model, said = model_of(found), list(ratings(found))
    spreads = {a.pk: by_heading(model, [r for r in said if r.agency_id == a.pk]) for a in agencies}
    headings = ((h.title, tuple((a, spreads[a.pk][h.id]) for a in agencies)) for h in model.headings)
    return Assessed(round=found, title=model.title, level_names=tuple(model.level_names), headings=tuple(headings))


def _parts() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in responsibilities().filter(about=About.QUESTION, part__in=(Part.RESPONSIBLE, Part.ACCOUNTABLE)):
        found[row.item, row.part] = (*found.get((row.item, row.part), ()), row.who)
    return found
