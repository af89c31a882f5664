"""The first thing read: what is recorded of children harmed by exploitation, and beside it what is not known in this profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plait.declare import Indicator
from plait.publish.blocks import group_table
from plait.publish.figures import Cell
from plait.publish.picture import Picture
from plait.publish.pieces import Table
from plait.publish.telling import amount
from plait.publish.wording import Shown, and_so, lowered, named, number, said
from plait.values import State

# The questions whose figures count children harmed by exploitation; no other figure leads a profile.
_LEADING = ("how-many-known", "who-is-harmed", "forms-of-harm")
_NOT_LEADING = ("violence-outside-the-home", "turning-eighteen")
_FORMS = ("harm", "need")
_STARK = 20.0  # a number from which another area's 0 is more likely a way of recording than a way of life


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What is recorded, and beside it what is not known."""

    recorded: tuple[str, ...]  # one line an area; none where the figure is only known by form
    recorded_note: str
    indicator: Indicator | None
    table: Table | None  # the figure by form, where nobody sent it of everyone
    unknown: tuple[str, ...]


def headline(picture: Picture) -> Headline:
    """The broadest figure of exploitation that can be shown, never alone. Work with children in general never leads."""
    known = _broadest(picture)
    by = "" if known is None or picture.told_of_everyone(known) else _form(picture, known)
    if known is None:
        recorded: tuple[str, ...] = ("No figure about exploitation can be shown",)
        note = (
            "Either none was sent, or what was sent is too small to show. What can be shown of other things is below."
        )
    else:
        recorded = () if by else tuple(_amounts(picture, known))
        note = named(known)
    return Headline(
        recorded=recorded,
        recorded_note=note,
        indicator=known,
        table=group_table(picture, known, by) if known and by else None,
        unknown=tuple(_unknown(picture, known, by)),
    )


def _amounts(picture: Picture, indicator: Indicator) -> Iterator[str]:
    for area, cell in zip(picture.top, picture.cells(indicator), strict=True):
        told = amount(cell, indicator)
        yield f"{picture.names.area(area)}: {told}" if len(picture.top) > 1 else told[:1].upper() + told[1:]


def _broadest(picture: Picture) -> Indicator | None:
    """Among figures that count children harmed, assessments or crimes, the one that says most and that most records are in."""
    asked = [
        i
        for i in picture.asked(_LEADING)
        if i.measure.kind == "count" and not set(i.questions) & set(_NOT_LEADING) and picture.told(i)
    ]

    def rank(i: Indicator) -> tuple[bool, bool, bool, int, bool]:
        width = len(c.sources) if (c := picture.cell(i)) else 0
        form = picture.told_of_everyone(i) or bool(_form(picture, i))
        return picture.above_nought(i), form, i.unit in ("child", "person"), width, i.unit == "assessment"

    best = max(asked, key=rank, default=None)
    return best if best and rank(best)[1] else None


def _form(picture: Picture, indicator: Indicator) -> str:
    """The breakdown by form of harm that has figures; '' for none."""
    return next((by for by in _FORMS if by in picture.told_groups(indicator)), "")


def _unknown(picture: Picture, known: Indicator | None, by: str) -> Iterator[str]:
    """What the figure leaves out, in the order it matters, and what in this file cannot be read plainly."""
    yield "Children being harmed whom no agency has recognised: no record holds them, so no count can."
    if known:
        yield from _doubtful(picture, known, by)
        if not by:
            yield from (_not_recorded(picture, known, b) for b in ("harm", "ethnicity") if b in known.breakdowns)
    asked = picture.profile.answers.answers
    waiting = sum(picture.standing(a) in (Shown.NOT_YET, Shown.NEVER, Shown.UNSHOWN) for a in asked)
    yield f"{waiting} of the {len(asked)} questions asked have no figure to answer them now."
    if missing := _silent(picture):
        yield f"Agencies whose records are in no figure: {', '.join(missing)}."


def _doubtful(picture: Picture, known: Indicator, by: str) -> Iterator[str]:
    """Areas whose figures are not published, hidden, or recorded in another way."""
    cells = [
        c
        for c in picture.figures.shared(known.id, picture.period, by)
        if c.area in picture.top and (not by or not picture.names.not_known(known, by, c.group))
    ]
    unreliable = list(dict.fromkeys(c.area for c in cells if c.state is State.LOW_RELIABILITY))
    for area in unreliable:
        name = picture.names.area(area)
        yield f"{name}: its figures are not published [u], because they are not reliable enough. That does not mean none."
    hidden = sum(c.hidden for c in cells)
    if hidden and by:
        yield f"{hidden} of the figures beside this {'is' if hidden == 1 else 'are'} withheld [c] to protect people."
    if by:
        yield from _recorded_apart(picture, known, by, cells)
        yield "How many children these are: one assessment may have several factors, and one child several assessments."


def _recorded_apart(picture: Picture, known: Indicator, by: str, cells: Sequence[Cell]) -> Iterator[str]:
    """Groups of which one area records none and another many: a sign that areas record differently."""
    for group in dict.fromkeys(c.group for c in cells):
        own = [c for c in cells if c.group == group]
        none = [picture.names.area(c.area) for c in own if c.known and not c.high]
        most = max((c for c in own if c.known), key=lambda c: c.high or 0, default=None)
        if none and most is not None and (most.high or 0) >= _STARK:
            form = lowered(picture.names.group(known, by, group))
            yield (
                f"Why {and_so(none)} recorded 0 for {form} when {picture.names.area(most.area)} recorded "
                f"{number(most.high or 0)}. Places record differently; a 0 may be a way of recording."
            )


def _not_recorded(picture: Picture, indicator: Indicator, by: str) -> str:
    what = {"harm": "Form of harm", "ethnicity": "Ethnic group"}[by]
    cells = [
        c
        for c in picture.figures.shared(indicator.id, picture.period, by)
        if picture.names.not_known(indicator, by, c.group) and c.area == picture.top[0]
    ]
    shown = next((c for c in cells if c.told and c.high), cells[0] if cells else None)
    if shown is None or not (shown.told or shown.hidden):
        return f"{what}: how often it was not recorded is itself not known."
    if shown.hidden:
        return f"{what} not recorded or not specified: for some children; how many is {said(shown, '').text} [c]."
    return f"{what} not recorded or not specified: {amount(shown, indicator)}."


def _silent(picture: Picture) -> list[str]:
    """Agencies of the partnership from which no figure draws."""
    partnership = picture.profile.partnership
    if partnership is None:
        return []
    heard = {s for a in picture.profile.answers.answers for e in a.evidence for s in e.suppliers}
    return [a.name for a in partnership.agencies if a.id not in heard]
