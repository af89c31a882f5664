"""The released figures with the names and periods they are shown under: what every page is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from plait.answers import Answer, Evidence
from plait.areas import Area
from plait.declare import Indicator
from plait.profile import Profile
from plait.publish.figures import Cell, Figures
from plait.publish.wording import Names

# Kinds of area too small for anyone to be counted in safely on a page; the open tables still list them.
SMALLEST = frozenset({"oa", "lsoa", "msoa", "datazone", "postcode"})


class Picture:
    """One profile, ready to be said."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.names = Names(profile)
        self.period = profile.period.label
        self.top = profile.top
        self.figures = Figures(profile.released, top=profile.top, areas=[a.code for a in self.areas])

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The profile's areas and those within them, the smallest kinds left out, each once."""
        known = [code for code in self.profile.top if code in self.profile.areas]
        inside = {a.code: a for code in known for a in self.profile.areas.within(code) if a.kind not in SMALLEST}
        return tuple(inside.values())

    @cached_property
    def periods(self) -> tuple[str, ...]:
        return tuple(p.label for p in self.profile.periods)

    @cached_property
    def place(self) -> str:
        """The areas the profile is about, in words."""
        names = [self.names.area(code) for code in self.profile.top]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Indicators in use or with a figure, in the pack's order."""
        pack, shown = self.profile.pack, set(self.figures.indicators)
        return {i.id: i for i in pack.indicators.values() if i in pack.live_indicators or i.id in shown}

    def asked(self, questions: Sequence[str]) -> list[Indicator]:
        """Indicators that any of these questions rests on."""
        return [i for i in self.indicators.values() if set(i.questions) & set(questions)]

    def cell(self, indicator: Indicator, *, area: str = "", period: str = "") -> Cell | None:
        """The partnership's figure for everyone: by default in its first area and latest period."""
        return self.figures.one(indicator.id, period or self.period, area or self.top[0])

    def cells(self, indicator: Indicator, period: str = "") -> list[Cell | None]:
        """The figure for everyone in each of the profile's areas."""
        return [self.cell(indicator, area=area, period=period) for area in self.top]

    def told(self, indicator: Indicator) -> bool:
        """Something can be said of it for the latest period, of everyone or of a group."""
        return self.told_of_everyone(indicator) or indicator.id in self._told_by_group

    def told_of_everyone(self, indicator: Indicator) -> bool:
        return any(cell is not None and cell.told for cell in self.cells(indicator))

    @cached_property
    def _told_by_group(self) -> frozenset[str]:
        """Figures of which something above nought can be said for at least one group."""
        return frozenset(
            i.id
            for i in self.indicators.values()
            for by in i.breakdowns
            if any(c.told and c.high for c in self.figures.shared(i.id, self.period, by))
        )

    def evidence(self, answer: Answer) -> list[Evidence]:
        """What a question rests on: first what can be said, then figures of most agencies, then those made for it."""
        asked = answer.question.id

        def rank(item: Evidence) -> tuple[bool, int, int]:
            indicator = item.indicator
            return not self.told_of_everyone(indicator), -self._width(indicator), indicator.questions.index(asked)

        return sorted(answer.evidence, key=rank)

    def _width(self, indicator: Indicator) -> int:
        cell = self.cell(indicator)
        return len(cell.sources) if cell else 0


def href(indicator: Indicator) -> str:
    """Where a figure opens to, from the front page."""
    return f"figures/{indicator.id}.html"
