"""What would close the gaps: one row a step, with the questions it would help and the agencies it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plait.answers import Answer, Gap, GapKind
from plait.publish.picture import Picture
from plait.publish.pieces import Table, plain
from plait.publish.wording import GAPS, sentence

_NAMED = 3  # questions or reasons named in a row; the rest are counted
_HOLDS = {
    "people": "each person once, with age, sex and ethnic group",
    "concerns": "concerns about exploitation, child by child",
    "events": "events such as missing episodes, crimes and interviews",
    "services": "the help given, with when it began and ended",
    "needs": "the needs and factors found at assessment",
    "counts": "totals that an agency counts itself",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, and what it would help."""

    action: str
    kinds: tuple[str, ...]
    agencies: tuple[str, ...]
    reasons: tuple[str, ...]
    questions: tuple[str, ...]


def steps(picture: Picture, among: Sequence[Answer] | None = None) -> tuple[Step, ...]:
    """Every step once, the one that helps the most questions first."""
    asked = picture.profile.answers.answers if among is None else among
    found: dict[str, list[tuple[Gap, str]]] = {}
    for answer in asked:
        for gap in answer.gaps:
            found.setdefault(_action(picture, gap), []).append((gap, answer.question.title))
    made = [_step(picture, action, held) for action, held in found.items()]
    return tuple(sorted(made, key=lambda s: -len(s.questions)))


def step_table(
    picture: Picture, found: Sequence[Step], caption: str, *, questions: bool = True, reasons: bool = True
) -> Table:
    """A row a step. Without `questions`, for a page about one question."""
    why, helped = ("Why it is open",) if reasons else (), ("Questions it would help",) if questions else ()
    headings = ("What would close it", "With whom", *why, *helped)
    rows = tuple(
        plain(
            (
                step.action,
                ", ".join(step.agencies),
                *((_why(step),) if reasons else ()),
                *((_helped(step),) if questions else ()),
            )
        )
        for step in found
    )
    return Table(caption=caption, headings=headings, rows=rows)


def first_step(picture: Picture, answer: Answer) -> str:
    """The step that would help most with a question; '' when none is known."""
    own = [gap for gap in answer.gaps if gap.blocks] or list(answer.gaps)
    needed = [_action(picture, gap) for item in answer.evidence for gap in item.gaps if gap in own]
    return sentence(max(dict.fromkeys(needed), key=needed.count)) if needed else ""


def _step(picture: Picture, action: str, held: Sequence[tuple[Gap, str]]) -> Step:
    gaps = [gap for gap, _ in held]
    return Step(
        action=action,
        kinds=tuple(dict.fromkeys(GAPS[g.kind] for g in gaps)),
        agencies=tuple(dict.fromkeys(_with(picture, g) for g in gaps)),
        reasons=tuple(dict.fromkeys(_reason(picture, g) for g in gaps)),
        questions=tuple(dict.fromkeys(title for _, title in held)),
    )


def _action(picture: Picture, gap: Gap) -> str:
    """The step in words. Behind a first profile stands nobody who could be asked for more, so a file is."""
    if picture.first_look and gap.agency and gap.kind in (GapKind.NOT_KNOWN, GapKind.NOT_RECORDED, GapKind.NOT_SHARED):
        return f"Set up a partnership, and ask for a return of {_held(picture, gap)}."
    return sentence(gap.action)


def _held(picture: Picture, gap: Gap) -> str:
    return _HOLDS.get(gap.dataset) or picture.names.dataset(gap.dataset).lower()


def _reason(picture: Picture, gap: Gap) -> str:
    if picture.first_look:
        return f"{'These tables do' if picture.published else 'This file does'} not hold it."
    if gap.kind is GapKind.NOT_KNOWN and gap.agency and gap.dataset:
        return f"Nobody has said whether {picture.names.agency(gap.agency)} holds {_held(picture, gap)}."
    return sentence(gap.reason)


def _with(picture: Picture, gap: Gap) -> str:
    if picture.first_look:
        return "Agencies that hold it" if gap.agency else "Partners to invite"
    return picture.names.agency(gap.agency)


def _why(step: Step) -> str:
    more = len(step.reasons) - _NAMED
    return " ".join(step.reasons[:_NAMED]) + (f" {more} more of the kind." if more > 0 else "")


def _helped(step: Step) -> str:
    more = len(step.questions) - _NAMED
    return f"{len(step.questions)}: {' '.join(step.questions[:_NAMED])}" + (f" And {more} more." if more > 0 else "")


def blocked(picture: Picture) -> Table:
    """For each kind of gap that there is, how many steps it would take and how many questions they would help."""
    found = steps(picture)
    rows = tuple(
        plain((words, str(sum(words in s.kinds for s in found)), str(len(set(_questions(found, words))))))
        for words in GAPS.values()
        if any(words in s.kinds for s in found)
    )
    return Table(caption="Gaps by kind", headings=("Kind of gap", "Steps", "Questions they would help"), rows=rows)


def _questions(found: Sequence[Step], words: str) -> Iterator[str]:
    for step in found:
        if words in step.kinds:
            yield from step.questions
