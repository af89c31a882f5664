"""Answers in sentences: what was recorded, and what is not known, worded so that neither can be taken for the other."""

from __future__ import annotations

from collections.abc import Sequence

from plait.answers import Answer, Evidence
from plait.declare import Indicator
from plait.publish.figures import Cell
from plait.publish.gaps import first_step
from plait.publish.picture import Picture, href
from plait.publish.pieces import Table, plain
from plait.publish.wording import Said, Shown, day, is_percent, lowered, many, named, said, sentence
from plait.values import State

# Questions that a breakdown answers better than a number of everyone, and the breakdowns that do.
_ANSWERED_BY = {
    "forms-of-harm": ("harm", "need"),
    "where-harm-happens": ("setting",),
    "who-refers": ("source",),
    "how-harm-is-done": ("method",),
    "online-exploitation": ("setting",),
    "violence-outside-the-home": ("need", "detail"),
    "other-needs": ("need",),
}
_CHANGE = "is-it-changing"
_SAID = 3  # groups named in one line


def one_line(picture: Picture, answer: Answer) -> str:
    """The shortest honest answer: a recorded figure where one can be shown, else why none can and what would help."""
    match picture.standing(answer):
        case Shown.NEVER:
            return sentence(answer.question.never_by_data)
        case Shown.NOT_YET:
            return f"No figure can be made yet. {first_step(picture, answer)}".strip()
        case Shown.UNSHOWN:
            return _unshown(picture, answer)
    evidence = [item.indicator for item in picture.evidence(answer) if picture.told(item.indicator)]
    for indicator in evidence:
        for by in _ANSWERED_BY.get(answer.question.id, ()):
            if by in picture.told_groups(indicator) and (words := recorded_by(picture, indicator, by)):
                return words
    first = evidence[0]
    if answer.question.id == _CHANGE and picture.told_of_everyone(first):
        return recorded(picture, first) + _before(picture, first)
    if picture.told_of_everyone(first) and (picture.above_nought(first) or not picture.told_groups(first)):
        return recorded(picture, first)
    return recorded_by(picture, first, picture.told_groups(first)[0]) or recorded(picture, first)


def _before(picture: Picture, indicator: Indicator) -> str:
    """The period before, where there is one; two numbers are not yet a trend."""
    if len(picture.periods) < 2:
        return " There is no earlier period to set it beside."
    earlier = picture.periods[-2]
    parts = [
        (f"{picture.names.area(area)} " if len(picture.top) > 1 else "") + amount(cell, indicator)
        for area, cell in zip(picture.top, picture.cells(indicator, earlier), strict=True)
    ]
    return f" In {earlier}: {'; '.join(parts)}."


def _unshown(picture: Picture, answer: Answer) -> str:
    cells = [c for e in answer.evidence for c in picture.cells(e.indicator) if c is not None]
    if any(c.hidden for c in cells):
        return "Records were sent. Every number made from them is too small to show safely. That does not mean none."
    if any(c.state is State.LOW_RELIABILITY for c in cells):
        return "Figures were sent that are not reliable enough to publish."
    return f"Records were sent, but they do not hold what the figures need. {first_step(picture, answer)}".strip()


def recorded(picture: Picture, indicator: Indicator) -> str:
    """'Recorded in 2024-25: 450 children (Exploitation cohort).' with each area named where there are several."""
    parts = [
        (f"{picture.names.area(area)} " if len(picture.top) > 1 else "") + amount(cell, indicator)
        for area, cell in zip(picture.top, picture.cells(indicator), strict=True)
    ]
    return f"Recorded in {picture.period}: {'; '.join(parts)} ({named(indicator)})."


def recorded_by(picture: Picture, indicator: Indicator, by: str) -> str:
    """The groups most often recorded, and how many had none recorded; '' where no group has a number above nought."""
    cells = [c for c in picture.figures.shared(indicator.id, picture.period, by) if c.known and c.high]
    parts = [
        words for area in picture.top if (words := _most(picture, indicator, [c for c in cells if c.area == area]))
    ]
    if not parts:
        return ""
    unit = f"{named(indicator)}, in {many(indicator.unit)}" if not is_percent(indicator.unit) else named(indicator)
    most = any(not picture.names.not_known(indicator, by, c.group) for c in cells)
    return f"{'Most often recorded' if most else 'Recorded'} in {picture.period}: {'. '.join(parts)} ({unit})."


def _most(picture: Picture, indicator: Indicator, cells: Sequence[Cell]) -> str:
    """'Bradford: sexual exploitation 356, gangs 183' for the cells of one area."""
    if not cells:
        return ""
    blank = [c for c in cells if picture.names.not_known(indicator, c.by, c.group)]
    told = sorted((c for c in cells if c not in blank), key=lambda c: -(c.high or 0))[:_SAID]
    shown = [f"{lowered(picture.names.group(indicator, c.by, c.group))} {said(c, indicator.unit).text}" for c in told]
    shown += [
        f"{lowered(picture.names.group(indicator, c.by, c.group))} {said(c, indicator.unit).text}" for c in blank[:1]
    ]
    name = f"{picture.names.area(cells[0].area)}: " if len(picture.top) > 1 else ""
    return name + ", ".join(shown)


def amount(cell: Cell | None, indicator: Indicator) -> str:
    """The figure with its unit, as it would be read aloud."""
    text = said(cell, indicator.unit).text
    if cell is None or not cell.told:
        return text
    if is_percent(indicator.unit):
        return f"{text} of {indicator.unit.partition(' of ')[2]}" if " of " in indicator.unit else text
    one = cell.known and cell.low == 1
    return f"{text} {indicator.unit if one else many(indicator.unit)}"


def evidence_table(picture: Picture, answer: Answer) -> Table:
    """Who is in each figure, who should be and is not, and how fresh it is."""
    rows = tuple(_evidence_row(picture, item) for item in picture.evidence(answer))
    headings = ("Figure", "Agencies in it", "Agencies expected and not in it", "Latest received", "Agreement")
    return Table(caption="What each figure rests on", headings=headings, rows=rows)


def _evidence_row(picture: Picture, item: Evidence) -> tuple[Said, ...]:
    missing = [a for a in item.expected if a not in item.suppliers]
    names = picture.names
    return (
        Said(item.indicator.title, href=href(item.indicator)),
        *plain(
            (
                ", ".join(names.agency(a) for a in item.suppliers) or "None",
                ", ".join(names.agency(a) for a in missing)
                or ("None" if item.expected else "No agency of the kind takes part"),
                day(item.freshest) if item.freshest else "Nothing received",
                ", ".join(dict.fromkeys(names.agreement(a) for a in item.agreements)) or "None needed or none in force",
            )
        ),
    )
