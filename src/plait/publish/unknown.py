"""What is not known, set out: how many may be on no list, what is not here, and where records say more or less than expected."""

from __future__ import annotations

from collections.abc import Iterator

from plait.profile import UnseenShown
from plait.publish.expected import expected_blocks
from plait.publish.picture import Picture, href
from plait.publish.pieces import Block, Table
from plait.publish.wording import DIMENSIONS, Said, number, said

EXPERIMENTAL = "Experimental. Not an official figure, and not to be used to plan services or to compare places."


def unknown_blocks(picture: Picture) -> Iterator[Block]:
    """The unseen, the register of unknowns, what was expected against what was recorded, and who is not here."""
    yield unseen_block(picture)
    yield _register(picture)
    yield from expected_blocks(picture)
    yield _not_here(picture)


def unseen_block(picture: Picture) -> Block:
    """The range of how many may be known to nobody, with what moves it; or why there is none."""
    heading, anchor = "How many may be on no list at all", "unseen"
    made = [u for u in picture.profile.unseen if u.range]
    if not made:
        return Block(anchor=anchor, heading=heading, words=(EXPERIMENTAL, *_refused(picture)))
    words = [EXPERIMENTAL]
    for u in made:
        assert u.range is not None
        words.append(
            f"{picture.names.area(u.area)}, {picture.indicators[u.indicator].title.lower()}: from {number(u.range[0])} to "
            f"{number(u.range[1])} in all, those on the lists among them. Read the range, and never a number inside it."
        )
    rows = tuple(row for u in made for row in _moved(picture, u))
    table = Table(
        caption="How far the estimate moves when something is otherwise",
        headings=("What is otherwise", "Area", "People in all, then"), rows=rows,
        note="Each is one estimate and not a range; together they show how little one number would say.",
    )  # fmt: skip
    caveats = dict.fromkeys(c for u in made for c in u.caveats)
    return Block(anchor=anchor, heading=heading, words=(*words, *caveats), table=table)


def _moved(picture: Picture, u: UnseenShown) -> Iterator[tuple[Said, ...]]:
    for what, people in u.tried:
        told = Said("no estimate exists") if people is None else Said(number(people))
        yield Said(what[:1].upper() + what[1:]), Said(picture.names.area(u.area)), told


def _refused(picture: Picture) -> Iterator[str]:
    yield "No estimate is made here, and no figure on this page may be read as one."
    reasons = dict.fromkeys(reason for u in picture.profile.unseen for reason in u.refused)
    yield from reasons or ("Nobody sent lists of people that could be compared.",)


def _register(picture: Picture) -> Block:
    """What is not known, how much of it there is where that can be said, and what would close it."""
    rows = [
        (
            Said("Children whom no agency has recognised"),
            Said("Cannot be counted"),
            Said("Listening, outreach and asking early"),
        ),
        *_lists_unsent(picture),
        *_unrecorded(picture),
        *_unlinked(picture),
    ]
    table = Table(
        caption=f"Register of unknowns, {picture.place}, {picture.period}",
        headings=("What is not known", "How much", "What would close it"), rows=tuple(rows),
    )  # fmt: skip
    return Block(anchor="register", heading="Register of unknowns", table=table)


def _lists_unsent(picture: Picture) -> Iterator[tuple[Said, ...]]:
    for indicator in picture.indicators.values():
        cells = picture.figures.shared(indicator.id, picture.period, "list")
        for cell in cells:
            if cell.missing and cell.area == picture.top[0]:
                title = picture.names.group(indicator, "list", cell.group)
                yield (
                    Said(f"{title}: not sent", href=href(indicator)),
                    Said("Not sent"),
                    Said("A return from who holds it"),
                )


def _unrecorded(picture: Picture) -> Iterator[tuple[Said, ...]]:
    """Of children recorded as harmed, those for whom an answer was never written down."""
    for indicator in picture.asked(("who-is-harmed",)):
        for by in indicator.breakdowns:
            for cell in picture.figures.shared(indicator.id, picture.period, by):
                here = cell.area == picture.top[0] and picture.names.not_known(indicator, by, cell.group)
                if here and (cell.hidden or (cell.told and cell.high)) and indicator.measure.kind == "count":
                    group = picture.names.group(indicator, by, cell.group).lower()
                    what = f"{DIMENSIONS.get(by, by)}, {group}: {indicator.title}"
                    yield (
                        Said(what, href=href(indicator)),
                        said(cell, indicator.unit),
                        Said("Recording it when it is known"),
                    )


def _unlinked(picture: Picture) -> Iterator[tuple[Said, ...]]:
    fact = next((f for f in picture.profile.worth if not f.by), None)
    if fact is None or fact.recall is None:
        yield (
            Said("How many links between agencies were missed"),
            Said("Could not be judged"),
            Said("NHS numbers or pupil numbers"),
        )
        return
    low, high = (100 - part for part in (fact.recall[2], fact.recall[1]))
    more = Said("NHS numbers or pupil numbers, and looking at doubtful pairs")
    yield Said("Links between agencies that were missed"), Said(f"{low:.1f}% to {high:.1f}% of true links"), more


_NOT_HERE = (
    ("Children whom no agency has met, or who told nobody", "No record begins"),
    ("Children placed or moved here from elsewhere", "Their records lie with another council or force"),
    ("Children taught at home or missing from education", "Schools do not see them"),
    ("Young adults over 18", "Few services that send returns see them, and other law applies"),
    ("Children recorded only as offending", "They are on no list of those harmed"),
    ("Children and families without papers or a lasting address", "They are hardest to link, and keep from services"),
)


def _not_here(picture: Picture) -> Block:
    """Who cannot be in these figures whatever their number, and which agencies sent nothing."""
    sent = {source for cells in (picture.figures.shared(i, picture.period) for i in picture.figures.indicators) for c in cells
            for source in c.sources}  # fmt: skip
    partnership = picture.profile.partnership
    silent = [a.name for a in partnership.agencies if a.id not in sent] if partnership else []
    rows = (*((Said(who), Said(why)) for who, why in _NOT_HERE), *((Said(f"Those only {name} knows"), Said("It sent nothing"))
            for name in silent))  # fmt: skip
    table = Table(caption="People in no figure", headings=("Who", "Why they are in no figure"), rows=rows)
    return Block(anchor="not-here", heading="Who is not here", table=table)
