"""Answers in sentences: what was recorded, and what is not known, worded so that neither can be taken for the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plait.answers import Answer, Evidence, Gap, Standing
from plait.declare import Indicator
from plait.publish.figures import Cell
from plait.publish.picture import Picture, href
from plait.publish.pieces import Table, plain
from plait.publish.wording import GAPS, Said, day, is_percent, many, said, sentence


def one_line(picture: Picture, answer: Answer) -> str:
    """The shortest honest answer: a recorded figure where there is one, else why there is none."""
    if answer.standing is Standing.NEVER:
        return sentence(answer.question.never_by_data)
    for item in picture.evidence(answer):
        if picture.told_of_everyone(item.indicator):
            return recorded(picture, item.indicator)
    if by_group := [e.indicator.title for e in answer.evidence if picture.told(e.indicator)]:
        return f"Recorded in {picture.period} for some groups: {by_group[0]}."
    if any(c is not None and c.hidden for e in answer.evidence for c in picture.cells(e.indicator)):
        return "Records were sent, and their numbers are too small to show safely. That does not mean none."
    return sentence(answer.reasons[0]) if answer.reasons else "Nothing has been recorded for this yet."


def recorded(picture: Picture, indicator: Indicator) -> str:
    """'Recorded in 2024-25: 450 children (Exploitation cohort by group).' with each area named where there are several."""
    parts = [
        (f"{picture.names.area(area)} " if len(picture.top) > 1 else "") + amount(cell, indicator)
        for area, cell in zip(picture.top, picture.cells(indicator), strict=True)
    ]
    return f"Recorded in {picture.period}: {'; '.join(parts)} ({indicator.title})."


def amount(cell: Cell | None, indicator: Indicator) -> str:
    """The figure with its unit, as it would be read aloud."""
    text = said(cell, indicator.unit).text
    if cell is None or not cell.told:
        return text
    if is_percent(indicator.unit):
        return f"{text} of {indicator.unit.partition(' of ')[2]}" if " of " in indicator.unit else text
    one = cell.known and cell.low == 1
    return f"{text} {indicator.unit if one else many(indicator.unit)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The first thing read: what is recorded, and beside it what is not known."""

    recorded: tuple[str, ...]  # one line an area
    recorded_note: str
    indicator: Indicator | None
    unknown: tuple[str, ...]


def headline(picture: Picture) -> Headline:
    """The broadest count of children known, never alone."""
    known = _broadest(picture)
    return Headline(
        recorded=tuple(_amounts(picture, known)) if known else ("No count of children can be shown",),
        recorded_note=known.title if known else "Either nothing was sent, or what was sent is too small to show.",
        indicator=known,
        unknown=tuple(_unknown(picture, known)),
    )


def _amounts(picture: Picture, indicator: Indicator) -> Iterator[str]:
    for area, cell in zip(picture.top, picture.cells(indicator), strict=True):
        told = amount(cell, indicator)
        yield f"{picture.names.area(area)}: {told}" if len(picture.top) > 1 else told[:1].upper() + told[1:]


def _broadest(picture: Picture) -> Indicator | None:
    """Among figures that count children or people, the one that most agencies' records are in."""
    asked = picture.asked(("how-many-known", "who-is-harmed", "children-in-need-context"))
    whole = [i for i in asked if i.unit in ("child", "person", "assessment", "crime") and picture.told_of_everyone(i)]
    width = {i.id: len(c.sources) if (c := picture.cell(i)) else 0 for i in whole}
    return max(
        whole,
        key=lambda i: (i.unit in ("child", "person"), i.domain != "vulnerability_context", width[i.id]),
        default=None,
    )


def _unknown(picture: Picture, known: Indicator | None) -> Iterator[str]:
    """What the count leaves out, in the order it matters."""
    yield "Children being harmed whom no agency has recognised: no record holds them, so no count can."
    if known:
        yield from (_not_recorded(picture, known, by) for by in ("harm", "ethnicity") if by in known.breakdowns)
    answers = picture.profile.answers
    waiting = len(answers.of(Standing.NOT_YET)) + len(answers.of(Standing.NEVER))
    yield f"{waiting} of the {len(answers.answers)} questions asked cannot be answered by data now."
    if missing := _silent(picture):
        yield f"Agencies whose records are in no figure: {', '.join(missing)}."


def _not_recorded(picture: Picture, indicator: Indicator, by: str) -> str:
    what = {"harm": "Form of harm", "ethnicity": "Ethnic group"}[by]
    cells = [
        c
        for c in picture.figures.shared(indicator.id, picture.period, by)
        if picture.names.not_known(indicator, by, c.group) and c.area == picture.top[0]
    ]
    shown = next((c for c in cells if c.told), cells[0] if cells else None)
    if shown is None:
        return f"{what}: how often it was not recorded is itself not known."
    return f"{what} not recorded or not specified: {amount(shown, indicator)}."


def _silent(picture: Picture) -> list[str]:
    """Agencies of the partnership from which no figure draws."""
    partnership = picture.profile.partnership
    if partnership is None:
        return []
    heard = {s for a in picture.profile.answers.answers for e in a.evidence for s in e.suppliers}
    return [a.name for a in partnership.agencies if a.id not in heard]


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
                ", ".join(names.agreement(a) for a in item.agreements) or "None needed or none in force",
            )
        ),
    )


def gap_table(picture: Picture, gaps: tuple[Gap, ...], caption: str) -> Table:
    """Each gap with the step that would close it."""
    rows = tuple(
        plain(
            (
                GAPS[g.kind],
                picture.names.agency(g.agency),
                g.reason,
                g.action,
            )
        )
        for g in gaps
    )
    return Table(caption=caption, headings=("Kind of gap", "With whom", "Why", "What would close it"), rows=rows)
