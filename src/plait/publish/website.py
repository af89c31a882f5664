"""The profile as a folder of pages: opens from a disk, asks for nothing from outside, and reads the same with scripts off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from plait.answers import Answer
from plait.publish import quality, wording
from plait.publish.blocks import breakdowns, by_agency, by_area, summary
from plait.publish.checklist import checklist
from plait.publish.gaps import blocked, step_table, steps
from plait.publish.headline import headline
from plait.publish.indicator import about, worked_examples
from plait.publish.picture import Picture, href
from plait.publish.pieces import Block
from plait.publish.sections import SECTIONS, blocks_of, standings
from plait.publish.series import groups_over_time, only_by_group, over_time
from plait.publish.telling import evidence_table, one_line
from plait.publish.together import DRAWN_TOGETHER, together
from plait.publish.unknown import unknown_blocks

_CHARTED = 3  # figures drawn on a question's page; the rest are in its table

# The pages named in the menu of every page, and the list they stand under.
MENU: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("The picture", tuple((f"{s.id}.html", s.title) for s in SECTIONS if s.id != "blind-spots")),
    (
        "What is missing",
        (
            ("unknown.html", "What we do not know"),
            ("blind-spots.html", "Blind spots and what is not recorded"),
            ("gaps.html", "Gaps, and what would close them"),
            ("questions-without-data.html", "Questions without data"),
            ("data-without-question.html", "Data without a question"),
        ),
    ),
    (
        "How this was made",
        (
            ("quality.html", "Data quality"),
            ("method.html", "Method"),
            ("figures/index.html", "All figures"),
            ("glossary.html", "Glossary"),
            ("accessibility.html", "Accessibility"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page goes, the template it is made with, and what that is given."""

    path: str
    template: str
    given: dict[str, Any]

    @property
    def root(self) -> str:
        return "../" * self.path.count("/")


def write_website(picture: Picture, into: Path) -> tuple[Path, ...]:
    """Every page, and the style sheet, in `into`; the paths of the pages, the front page first."""
    environment = _environment()
    shared = Shared(picture)
    for folder in ("questions", "figures"):
        (into / folder).mkdir()
    (into / "style.css").write_text(files("plait.publish").joinpath("style.css").read_text("utf-8"), encoding="utf-8")
    written = []
    for page in _pages(shared):
        html = environment.get_template(page.template).render(
            **page.given, page=page, root=page.root, picture=picture, profile=picture.profile, menu=MENU, shared=shared
        )
        (into / page.path).write_text(html, encoding="utf-8")
        written.append(into / page.path)
    return tuple(written)


class Shared:
    """What several pages show, worked out once."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.answers = picture.profile.answers
        self.lines = {a.question.id: one_line(picture, a) for a in self.answers.answers}

    @cached_property
    def grouped(self) -> list[tuple[wording.Shown, str, tuple[Answer, ...]]]:
        return [(s, words, found) for s, words in wording.STANDINGS.items() if (found := self.picture.of(s))]

    @cached_property
    def overdue(self) -> bool:
        due = self.picture.profile.next_update
        return due is not None and due < self.picture.profile.made_on


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("plait.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=wording.day, span=wording.span, sentence=wording.sentence)
    environment.globals.update(
        standings=wording.STANDINGS, domains=wording.DOMAINS, dimensions=wording.DIMENSIONS, marks=wording.MARKS,
        range_key=wording.RANGE_KEY, href=href,
    )  # fmt: skip
    return environment


def _pages(shared: Shared) -> Iterator[Page]:
    picture = shared.picture
    yield Page("index.html", "index.html.j2", {"headline": headline(picture), "points": checklist(picture)})
    yield Page("questions/index.html", "questions.html.j2", {})
    for answer in shared.answers.answers:
        yield Page(f"questions/{answer.question.id}.html", "question.html.j2", question_parts(shared, answer))
    for section in SECTIONS:
        given = {"section": section, "blocks": blocks_of(picture, section), "asked": standings(picture, section)}
        yield Page(f"{section.id}.html", "section.html.j2", given)
    yield Page("figures/index.html", "figures.html.j2", {})
    for indicator in picture.indicators.values():
        yield Page(href(indicator), "figure.html.j2", figure_parts(picture, indicator.id))
    if picture.profile.quotes:
        yield Page("voices.html", "voices.html.j2", {})
    yield from _missing_pages(shared)
    yield from _method_pages(picture)


def question_parts(shared: Shared, answer: Answer) -> dict[str, Any]:
    """What the page of one question shows, for any template: blocks of charts and tables, evidence, gaps and caveats."""
    picture = shared.picture
    evidence = picture.evidence(answer)
    indicators = [e.indicator for e in evidence]
    standing = picture.standing(answer)
    shown = [i for i in indicators if picture.told(i)] if standing is not wording.Shown.NOT_YET else []
    return {
        "answer": answer,
        "unshown": standing is wording.Shown.UNSHOWN,
        "reasons": answer.reasons[:1] if picture.first_look else answer.reasons,
        "line": shared.lines[answer.question.id],
        "indicators": indicators,
        "shown": shown,
        "blocks": [_best_block(picture, i.id) for i in shown[:_CHARTED]],
        "summary": Block(
            anchor="figures",
            heading="Every figure this question rests on",
            table=summary(picture, indicators, f"{answer.question.title} Figures, {picture.place}"),
        ),
        "evidence": evidence_table(picture, answer),
        "gaps": step_table(picture, steps(picture, [answer]), "Gaps, and what would close each", questions=False)
        if answer.gaps
        else None,
        "caveats": list(dict.fromkeys(c for e in answer.evidence for c in e.caveats)),
    }


def _best_block(picture: Picture, name: str) -> Block:
    """The breakdown of a figure that says most, or the figure over time when none can be shown."""
    indicator = picture.indicators[name]
    among = [by for by in indicator.breakdowns if by not in DRAWN_TOGETHER]
    found = [*together(picture, indicator), *breakdowns(picture, indicator, among=among)]
    shown = [b for b in found if b.table] or [over_time(picture, indicator)]
    best = max(shown, key=lambda b: sum(chart.drawn for chart in b.charts))
    heading = best.heading if best.links else f"{indicator.title}: in each period"
    return Block(
        anchor=f"{indicator.id}-{best.anchor}".lower(),
        heading=heading,
        words=best.words,
        charts=best.charts,
        table=best.table,
        links=(("About this figure, and all of it", href(indicator)),),
    )


def figure_parts(picture: Picture, name: str) -> dict[str, Any]:
    """What the page of one figure shows: every block of it, how it is counted and made, and an example worked."""
    indicator = picture.indicators[name]
    among = [by for by in indicator.breakdowns if by not in DRAWN_TOGETHER]
    shown: list[Block | None] = [
        *together(picture, indicator),
        *breakdowns(picture, indicator, among=among, own_page=True),
    ]
    if picture.only_by_group(indicator):
        first = [b for by in picture.told_groups(indicator) for b in groups_over_time(picture, indicator, by)]
        blocks = [*shown, only_by_group(picture, indicator), *first]
    else:
        blocks = [over_time(picture, indicator), *shown]
    blocks += [by_area(picture, indicator, own_page=True), by_agency(picture, indicator)]
    return {
        "indicator": indicator,
        "about": about(picture, indicator),
        "blocks": [b for b in blocks if b],
        "examples": worked_examples(picture, indicator),
        "definitions": [d for d in (picture.profile.pack.definitions.get(n) for n in indicator.definitions) if d],
        "asked": [q for q in (picture.profile.pack.questions.get(n) for n in indicator.questions) if q],
    }


def _missing_pages(shared: Shared) -> Iterator[Page]:
    picture, answers = shared.picture, shared.answers
    without = [a for a in answers.answers if a.question.id in answers.questions_without_data]
    columns = [
        (picture.names.dataset(d), picture.names.column(d, c)) for d, c in answers.data_without_question
    ]  # fmt: skip
    yield Page(
        "unknown.html",
        "unknown.html.j2",
        {"headline": headline(picture), "unasked": without, "blocks": tuple(unknown_blocks(picture))},
    )
    gaps = step_table(picture, steps(picture), "Every step, those that would help the most questions first")
    yield Page("gaps.html", "gaps.html.j2", {"gaps": gaps, "blocked": blocked(picture)})
    yield Page("questions-without-data.html", "questions_without_data.html.j2", {"unasked": without})
    yield Page("data-without-question.html", "data_without_question.html.j2", {"columns": columns})


def _method_pages(picture: Picture) -> Iterator[Page]:
    yield Page("quality.html", "quality.html.j2", {"blocks": quality.blocks(picture)})
    yield Page("method.html", "method.html.j2", {"rule": quality.rule(picture), "blocks": (quality.checks(picture),)})
    definitions = sorted(picture.profile.pack.definitions.values(), key=lambda d: d.title.lower())
    yield Page("glossary.html", "glossary.html.j2", {"definitions": definitions})
    yield Page("accessibility.html", "accessibility.html.j2", {})
