"""The released figures with the names and periods they are shown under: what every page is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from plait.answers import Answer, Evidence, Standing
from plait.areas import Area
from plait.declare import Indicator
from plait.profile import Profile
from plait.publish.figures import Cell, Figures
from plait.publish.wording import Names, Shown, and_so, is_percent

# Kinds of area too small for anyone to be counted in safely on a page; the open tables still list them.
SMALLEST = frozenset({"oa", "lsoa", "msoa", "datazone", "postcode"})

_ABOUT_RECORDS = "what-is-not-recorded"  # the question that shares about the records themselves answer best


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
        return and_so([self.names.area(code) for code in self.profile.top])

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
        return self.told_of_everyone(indicator) or bool(self.told_groups(indicator))

    def told_of_everyone(self, indicator: Indicator) -> bool:
        return any(cell is not None and cell.told for cell in self.cells(indicator))

    def above_nought(self, indicator: Indicator) -> bool:
        return any(cell is not None and cell.told and cell.high for cell in self.cells(indicator))

    def told_groups(self, indicator: Indicator) -> tuple[str, ...]:
        """The breakdowns in which something above nought can be said for at least one group."""
        return self._told_by_group.get(indicator.id, ())

    def only_by_group(self, indicator: Indicator) -> bool:
        """Nothing was sent of everyone in any period, and something can be said of a group."""
        cells = (c for period in self.periods for c in self.cells(indicator, period))
        return bool(self.told_groups(indicator)) and all(c is None or (c.missing and not c.marked) for c in cells)

    @cached_property
    def _told_by_group(self) -> dict[str, tuple[str, ...]]:
        found = {
            i.id: tuple(
                by for by in i.breakdowns if any(c.told and c.high for c in self.figures.shared(i.id, self.period, by))
            )
            for i in self.indicators.values()
        }
        return {name: groups for name, groups in found.items() if groups}

    def too_fine(self, indicator: Indicator, *, groups: bool = False) -> tuple[str, ...]:
        """Sentences on the kinds of area, and of group within an area, left out whole as most of their counts are small."""
        kinds = [
            kind
            for audit in self.profile.released.audit
            if (audit.indicator, audit.period) == (indicator.id, self.period)
            for kind in audit.too_fine
        ]
        places = list(dict.fromkeys(self.names.table(kind) for kind in kinds if kind.startswith("by ")))
        within = any(not kind.startswith("by ") for kind in kinds)
        words = [f"Not shown by {and_so(places)}: most counts there are too small to show safely."] if places else []
        if groups and within:
            words.append(
                "Its groups are not shown within smaller areas, for most of those counts are too small to show safely."
            )
        return tuple(words)

    def standing(self, answer: Answer) -> Shown:
        """How far the question is answered in what may be seen, which may be less than what was sent."""
        if answer.standing in (Standing.NEVER, Standing.NOT_YET):
            return Shown(answer.standing.value)
        told = any(self.told(e.indicator) for e in answer.evidence)
        return Shown(answer.standing.value) if told else Shown.UNSHOWN

    def of(self, standing: Shown) -> tuple[Answer, ...]:
        """The questions that stand so, in order of rank."""
        return tuple(a for a in self.profile.answers.answers if self.standing(a) is standing)

    @property
    def first_look(self) -> bool:
        """Made from a file or a few, without a partnership behind it."""
        return self.profile.partnership is None

    @cached_property
    def lead(self) -> str:
        """What the profile is, in a sentence or two."""
        about = "child exploitation and harm outside the home"
        if self.published:
            return (
                f"What tables published by the Department for Education say about {about} in {self.place}. They hold what "
                "councils recorded and sent, and nothing that other agencies know."
            )
        if self.first_look and self.profile.coverage:
            sender = self.profile.coverage[0].agency
            only = "It holds what one agency recorded, and nothing that others know."
            return f"What one file from {sender} says about {about}. {only}"
        return f"What agencies in {self.place} have recorded about {about}, and what those records cannot say."

    @cached_property
    def recorded_by(self) -> str:
        """Whose records the figures are, for the sentence that says what they are not."""
        return "councils" if self.published else "one agency" if self.first_look else "agencies"

    @cached_property
    def sources(self) -> str:
        """Who sent what, in a line, for a profile made from a few files."""
        kinds: dict[str, dict[str, None]] = {}
        for line in self.profile.coverage:
            kinds.setdefault(line.agency, {})[line.dataset.lower()] = None
        return "; ".join(agency if self.published else f"{agency}: {', '.join(sets)}" for agency, sets in kinds.items())

    @cached_property
    def licence(self) -> str:
        """The words that published tables ask to be shown with them; '' where none are used."""
        if not any(c.agency.startswith("Department for Education") for c in self.profile.coverage):
            return ""
        return (
            "Source: Department for Education. Contains public sector information licensed under the Open Government "
            "Licence v3.0."
        )

    @cached_property
    def published(self) -> bool:
        """Made only from tables that the Department for Education has published."""
        lines = self.profile.coverage
        return bool(lines) and all(c.agency.startswith("Department for Education") for c in lines)

    def evidence(self, answer: Answer) -> list[Evidence]:
        """What a question rests on: first what can be said, then figures of most agencies, then those made for it.

        Shares about the records themselves come after figures about what they record.
        """
        asked = answer.question.id

        def rank(item: Evidence) -> tuple[bool, bool, bool, int, int]:
            it = item.indicator
            about_records = it.domain == "missing_from_data" and is_percent(it.unit)
            about_records ^= asked == _ABOUT_RECORDS
            width, place = -self._width(it), it.questions.index(asked)
            return not self.above_nought(it), not self.told_of_everyone(it), about_records, width, place

        return sorted(answer.evidence, key=rank)

    def _width(self, indicator: Indicator) -> int:
        cell = self.cell(indicator)
        return len(cell.sources) if cell else 0


def href(indicator: Indicator) -> str:
    """Where a figure opens to, from the front page."""
    return f"figures/{indicator.id}.html"
