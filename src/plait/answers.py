"""The words of answerability: how far data can answer a question, and the gaps that stop it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plait.declare import Indicator, Question


class Standing(StrEnum):
    ANSWERED = "answered"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    NEVER = "never"  # by data


class GapKind(StrEnum):
    """Why something cannot be counted, in the order one would put it right."""

    NOT_KNOWN = "not_known"  # nobody has said whether it is held
    NOT_RECORDED = "not_recorded"
    NOT_EXTRACTABLE = "not_extractable"  # recorded where it cannot be counted: free text, documents, paper
    NOT_SHARED = "not_shared"  # no agreement in force covers it, or it was not sent
    NOT_ANALYSED = "not_analysed"  # held and sent, and not yet made into a figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One reason a figure is missing or thin, who it lies with, and the step that would close it."""

    kind: GapKind
    agency: str  # '' for the partnership as a whole
    dataset: str
    columns: tuple[str, ...]
    reason: str
    action: str
    blocks: bool = True  # without what is missing, this agency is not in the figure at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How far one indicator can be counted now, and by whom."""

    indicator: Indicator
    suppliers: tuple[str, ...]  # agencies whose data is in it
    expected: tuple[str, ...]  # agencies of the kinds that hold it
    gaps: tuple[Gap, ...]
    freshest: date | None
    areas: tuple[str, ...]  # areas that the suppliers' records cover
    agreements: tuple[str, ...]
    caveats: tuple[str, ...]

    @property
    def standing(self) -> Standing:
        if not self.suppliers:
            return Standing.NOT_YET
        return Standing.PARTLY if self.gaps else Standing.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What can be said to one question, and what cannot."""

    question: Question
    standing: Standing
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap behind this question, each once."""
        return tuple(dict.fromkeys(gap for item in self.evidence for gap in item.gaps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All questions in order of rank, and the two lists of orphans."""

    answers: tuple[Answer, ...]
    questions_without_data: tuple[str, ...]
    data_without_question: tuple[tuple[str, str], ...]  # (data set, column) held by somebody and needed by nothing

    def of(self, standing: Standing) -> tuple[Answer, ...]:
        return tuple(a for a in self.answers if a.standing is standing)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap once, those that block the most questions first."""
        blocked: dict[Gap, int] = {}
        for item in self.answers:
            for gap in item.gaps:
                blocked[gap] = blocked.get(gap, 0) + 1
        return tuple(sorted(blocked, key=lambda gap: -blocked[gap]))
