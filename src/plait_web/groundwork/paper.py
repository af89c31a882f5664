"""What a partnership has settled before any data, told as one document that a board can read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from plait.answers import Gap
from plait.declare import Definition, Question
from plait_web.agreed.models import Kind
from plait_web.agreed.together import FIRST, Agreement, Placed, View, views
from plait_web.groundwork.access import Assessed, Groundwork
from plait_web.mandate.models import Part as Share
from plait_web.maturity.spread import Spread
from plait_web.partnership.documents import Document, Part, Table
from plait_web.partnership.models import Agency
from plait_web.quality.models import Gap as TakenOn
from plait_web.ui.jinja import day as said
from plait_web.ui.jinja import plural

_NOBODY = "Nobody yet"
_MOST = 40  # gaps that are told one by one


@dataclass(frozen=True, slots=True)
class Chapter:
    """Part of the document, on a page of its own: its parts, and what it is in short."""

    title: str
    short: Callable[[Groundwork], Iterable[str]]
    parts: Callable[[Groundwork], Iterable[Part]]


def groundwork_paper(ground: Groundwork, chapters: Iterable[Chapter], *, invented: bool) -> Document:
    """The document, or a chapter of it; what it is in short comes first."""
    chapters = list(chapters)
    return Document(
        title="What we have agreed before any data",
        subject="Our questions, words, data map, readiness and plan",
        author=ground.here.name,
        made=ground.on,
        invented=invented,
        contents=True,
        lead=(
            "This says what we want to know, what we mean by our words, what each agency holds, how ready we are to use it, "
            "and what we will do. It holds no figure and nothing about any child."
        ),
        parts=(
            Part(heading="In short", points=tuple(point for chapter in chapters for point in chapter.short(ground))),
            *(part for chapter in chapters for part in chapter.parts(ground)),
        ),
    )


def _words_in_short(ground: Groundwork) -> Iterator[str]:
    spoken = _spoken_of(ground)
    dissent = [d for d, found in spoken if Agreement.of(found).otherwise]
    names = ", ".join(a.name for a in ground.agencies)
    agencies = plural(len(ground.agencies), "agency", "agencies")
    yield f"{agencies} take part: {names}." if names else "No agency takes part yet."
    yield (
        f"{plural(min(len(ground.placed), FIRST), 'question')} stand first, in an order made from "
        f"{plural(len(ground.rankings), 'agency’s', 'agencies’')} own orders."
    )
    yield f"{plural(len(spoken), 'definition')} have been spoken to; on {plural(len(dissent), 'definition')} somebody dissents."


def _map_in_short(ground: Groundwork) -> Iterator[str]:
    yield f"The data map has {plural(len(ground.assets), 'line')}, and shows {plural(len(ground.gaps), 'gap')}."


def _plan_in_short(ground: Groundwork) -> Iterator[str]:
    yield f"Under way: {plural(len(ground.actions), 'action')}."


# Questions


def _questions(ground: Groundwork) -> Iterator[Part]:
    first = ground.placed[:FIRST]
    rows = tuple((str(n), p.question.title, str(p.points), _places(p)) for n, p in enumerate(first, 1))
    yield Part(
        heading="Our questions, in order",
        words=(
            f"Each agency puts up to {FIRST} questions first. A first place counts {FIRST} points, a tenth one; the points of "
            "all agencies are added up. Each agency's own view is kept beside the order.",
        ),
        tables=(
            Table(
                caption="The questions that stand first",
                headings=("Place", "Question", "Points", "Where agencies put it"),
                rows=rows,
                empty="No agency has given its order yet.",
            ),
        ),
    )
    for number, placed in enumerate(first, 1):
        yield _question(ground, number, placed.question)
    yield from _other_questions(ground, {p.question.id for p in first})


def _places(placed: Placed) -> str:
    """'1st: Marlshire Council, Marlshire Police. 4th: Lantern Project.'"""
    by_place: dict[int, list[str]] = {}
    for agency, place in placed.places:
        by_place.setdefault(place, []).append(agency.name)
    return " ".join(f"{_nth(place)}: {', '.join(names)}." for place, names in sorted(by_place.items()) if place)


def _nth(place: int) -> str:
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place, 'th') }"


def _question(ground: Groundwork, number: int, question: Question) -> Part:
    never = (f"What data cannot answer. {question.never_by_data}",) if question.never_by_data else ()
    return Part(
        heading=f"{number}. {question.title}",
        level=2,
        words=(
            f"What we ask. {question.what}",
            f"Why. {question.why}",
            f"How it can be looked into. {question.how}",
            *never,
            f"Who decides on the answer: {question.decides}. Responsible: {_has(ground, question, Share.RESPONSIBLE)}. "
            f"Accountable: {_has(ground, question, Share.ACCOUNTABLE)}.",
        ),
        points=_said_of(views(question, ground.agencies, ground.stances[Kind.QUESTION])),
    )


def _has(ground: Groundwork, question: Question, part: Share) -> str:
    return ", ".join(ground.parts.get((question.id, part.value), ())) or _NOBODY.lower()


def _said_of(found: Iterable[View]) -> tuple[str, ...]:
    """'It is ours too: Marlshire Council, Lantern Project.' and, on its own, whoever says why."""
    alike: dict[str, list[str]] = {}
    why = []
    for view in found:
        if view.stance and view.stance.comment:
            why.append(f"{view.standing}: {view.agency}. “{view.stance.comment}”")
        else:
            alike.setdefault(view.standing, []).append(view.agency.name)
    return (*(f"{standing}: {', '.join(names)}." for standing, names in alike.items()), *why)


def _other_questions(ground: Groundwork, told: set[str]) -> Iterator[Part]:
    rest = [q for q in ground.questions.values() if q.id not in told]
    rows = tuple(
        (q.title, Agreement.of(views(q, ground.agencies, ground.stances[Kind.QUESTION])).words, q.decides) for q in rest
    )
    table = Table(caption="Questions that wait", headings=("Question", "What agencies say", "Who decides"), rows=rows)
    if rows:
        yield Part(heading="Our other questions", level=2, tables=(table,))


# Definitions


def _spoken_of(ground: Groundwork) -> list[tuple[Definition, tuple[View, ...]]]:
    every = ((d, views(d, ground.agencies, ground.stances[Kind.DEFINITION])) for d in ground.definitions)
    return [(d, found) for d, found in every if any(view.stance for view in found)]


def _definitions(ground: Groundwork) -> Iterator[Part]:
    spoken = _spoken_of(ground)
    rows = tuple((d.title, Agreement.of(found).words) for d, found in spoken)
    yield Part(
        heading="What our words mean",
        words=("An agency that signs a definition uses it. One that does not says what it would have instead.",),
        tables=(
            Table(
                caption="Definitions that agencies have spoken to",
                headings=("Word", "Agencies"),
                rows=rows,
                empty="No agency has spoken to a definition yet.",
            ),
        ),
    )
    for definition, found in spoken:
        yield _definition(definition, found)
    waiting = [d.title for d in ground.definitions if d.id not in {d.id for d, _ in spoken}]
    if waiting:
        yield Part(heading="Words nobody has spoken to yet", level=2, words=("; ".join(waiting) + ".",))


def _definition(definition: Definition, found: Sequence[View]) -> Part:
    kind = "Set by law or guidance." if definition.statutory else "Agreed here."
    return Part(
        heading=definition.title,
        level=2,
        words=(definition.text, f"Scope. {definition.scope}", f"{kind} Source: {definition.source}."),
        points=_said_of(found),
    )


# The data map


def _data_map(ground: Groundwork) -> Iterator[Part]:
    yield Part(
        heading="What each agency holds",
        words=(
            "Written by each agency. What is kept as words, in documents or on paper cannot be counted until it is coded.",
        ),
        tables=(
            Table(
                caption="Who holds what, by data set",
                headings=("Data set", "Can be counted", "Held, not to be counted", "Not recorded", "Not said"),
                rows=tuple(_held_row(ground, name, dataset.title) for name, dataset in ground.pack.datasets.items()),
            ),
        ),
    )
    rows = tuple(
        (_missing(ground, gap), gap.reason, plural(standing, "question"), gap.action)
        for gap, standing in ground.gaps[:_MOST]
    )
    more = len(ground.gaps) - len(rows)
    yield Part(
        heading="Gaps, and what would close each",
        words=(
            f"Those that stand in the way of the most questions come first.{f' {more} more are not listed.' if more else ''}",
        ),
        tables=(
            Table(
                caption="What the data map shows to be missing",
                headings=("What is missing", "Why", "Stands in the way of", "What would close it"),
                rows=rows,
                empty="None.",
            ),
            Table(
                caption="Gaps that somebody is closing",
                headings=("Gap", "What cannot be decided", "Next step", "Who", "By"),
                rows=tuple(_taken_on(gap) for gap in ground.taken_on),
                empty="None has been taken on.",
            ),
        ),
    )


def _taken_on(gap: TakenOn) -> tuple[str, ...]:
    what = f"{gap.get_kind_display()}: {gap.what}{f' ({gap.agency})' if gap.agency else ''}"
    return (what, gap.decisions or "Not told", gap.step, str(gap.owner), said(gap.due))


def _missing(ground: Groundwork, gap: Gap) -> str:
    """'Concerns of Marlshire Police'."""
    whose = next((a.name for a in ground.agencies if a.code == gap.agency), "the partnership")
    return f"{ground.pack.datasets[gap.dataset].title} of {whose}" if gap.dataset in ground.pack.datasets else whose


def _held_row(ground: Groundwork, name: str, title: str) -> tuple[str, ...]:
    lines = [a for a in ground.assets if a.dataset == name]
    counted = {a.agency for a in lines if a.extractable and a.capture in ("coded", "spreadsheet")}
    otherwise = {a.agency for a in lines if a.capture != "not_recorded"} - counted
    none = {a.agency for a in lines} - counted - otherwise
    unsaid = {a.code for a in ground.agencies} - counted - otherwise - none
    return (title, *(_names(ground, codes) for codes in (counted, otherwise, none, unsaid)))


def _names(ground: Groundwork, codes: set[str]) -> str:
    return "; ".join(a.name for a in ground.agencies if a.code in codes) or "None"


# Readiness and the plan


def _maturity(every: Sequence[Assessed]) -> Iterator[Part]:
    yield Part(heading="How ready we are", words=() if every else ("No agency has assessed itself yet.",))
    for assessed in every:
        yield from _round(assessed)


def _round(assessed: Assessed) -> Iterator[Part]:
    levels = ", ".join(f"{number} {name.lower()}" for number, name in enumerate(assessed.level_names, 1))
    yield Part(
        heading=assessed.title,
        level=2,
        words=(
            f"{assessed.round.title}. The lowest to the highest level that people of each agency gave: {levels}. Agencies are "
            "in the order of their names, and nobody is ranked: it shows where help is best spent.",
        ),
        tables=tuple(_levels(title, spreads) for title, spreads in assessed.headings),
    )


def _levels(title: str, spreads: Sequence[tuple[Agency, Spread]]) -> Table:
    rows = tuple((agency.name, spread.words or "No answer yet") for agency, spread in spreads)
    return Table(caption=f"{title}: levels by agency", headings=("Agency", "Levels"), rows=rows)


def _plan(ground: Groundwork) -> Iterator[Part]:
    yield Part(
        heading="What we want of our data",
        points=tuple(f"{goal.title}. {goal.why} ({goal.owner})" for goal in ground.goals),
        words=() if ground.goals else ("No goal has been set yet.",),
    )
    rows = tuple(
        (a.what, a.measure, str(a.owner), said(a.due), str(a.agency or "The partnership")) for a in ground.actions
    )
    yield Part(
        heading="What we will do",
        words=("Each action has somebody who owns it, a day, and a way to know that it is done.",),
        tables=(
            Table(
                caption="Actions under way, the soonest first",
                headings=("Action", "How we will know", "Owner", "By", "Whose plan"),
                rows=rows,
                empty="No action is under way.",
            ),
        ),
    )


CHAPTERS = {
    "": Chapter("Questions and words", _words_in_short, lambda ground: (*_questions(ground), *_definitions(ground))),
    "data-map": Chapter("Data map", _map_in_short, _data_map),
    "plan": Chapter("Readiness and plan", _plan_in_short, lambda g: (*_maturity(g.assessed), *_plan(g))),
}
