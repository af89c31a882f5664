"""The sections of the profile: which questions each draws together, and by what each figure is broken down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plait.declare import Indicator
from plait.publish.blocks import breakdowns, by_area, summary
from plait.publish.picture import Picture, href
from plait.publish.pieces import Block
from plait.publish.series import groups_over_time, only_by_group, over_time
from plait.publish.together import together
from plait.publish.unseen import not_recorded, overlap
from plait.publish.wording import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One page of the picture. Figures belong to it through the questions they answer, so a pack's own figures join in."""

    id: str
    title: str
    lead: str
    questions: tuple[str, ...]
    by: tuple[str, ...] = ()
    areas: bool = False
    trends: bool = False
    overlaps: bool = False
    unrecorded: bool = False
    caution: str = ""


SECTIONS = (
    Section(
        id="scale",
        title="Scale and caveats",
        lead="How many children and how much harm agencies have recorded, and why that is not how much there is.",
        questions=("how-many-known", "forms-of-harm"),
        by=("harm", "status", "need"),
        caution=(
            "These figures show what agencies recognised and wrote down. A higher number may mean more harm, or that harm is "
            "seen sooner. Figures from different agencies, and figures counted in different units, are never added up."
        ),
    ),
    Section(
        id="who",
        title="Who is recorded as harmed",
        lead="Age, sex, ethnic group and disability of children recorded as harmed, with those for whom it was not recorded.",
        questions=("who-is-harmed",),
        by=("age_band", "sex", "ethnicity", "disability"),
        caution=(
            "A group that is small here may be small, or may be seen too little. Nothing in these figures is about what any "
            "group is like."
        ),
    ),
    Section(
        id="where",
        title="Where",
        lead="Areas and settings. Each figure says whether it goes by where people live or by where something happened.",
        questions=("where-harm-happens", "across-borders", "missing-and-harm"),
        by=("setting",),
        areas=True,
        caution=(
            "Areas are listed by name, not by size; those smaller than a ward are only in the open table. Agencies cover "
            "different areas; a figure is given for an area only from agencies whose records cover it. Differences between "
            "small areas are often chance, and attention to one place may move harm to another."
        ),
    ),
    Section(
        id="how",
        title="How harm is done",
        lead="Forms of harm, settings, and how those who cause harm make contact and keep control.",
        questions=("how-harm-is-done", "online-exploitation", "violence-outside-the-home"),
        by=("method", "setting", "detail"),
    ),
    Section(
        id="help",
        title="Patterns of help",
        lead="How children come to help, how long it takes, and what is recorded at the end.",
        questions=("journey-to-help", "does-help-reduce-harm", "return-interviews", "protection-and-care", "health-help"),
        by=("outcome",),
    ),
    Section(
        id="sources",
        title="Who refers, and who does not",
        lead="Which agencies and people raise concerns and pass on what they know, and which are rarely heard from.",
        questions=("who-refers", "intelligence-flow"),
        by=("source", "agency"),
        caution="A source with few referrals may meet few children, or may not have been asked, trained or listened to.",
    ),
    Section(
        id="overlaps",
        title="Overlaps between agencies",
        lead="Children whom one agency records as harmed and another does not.",
        questions=("known-to-one-agency", "not-known-to-anyone"),
        overlaps=True,
        caution=(
            "Overlaps rest on coded records being linked. Links are missed more often for some groups than for others; the "
            "data quality page says how often."
        ),
    ),
    Section(
        id="perpetration",
        title="People causing harm, and disruption",
        lead="What is recorded of those who cause harm, and what is done to stop them. Held to a stricter rule.",
        questions=("who-causes-harm", "disruption", "justice-outcomes", "new-offences"),
        by=("type", "detail", "outcome", "age_band", "sex", "ethnicity"),
        caution=(
            "A child may be recorded both as harmed and as causing harm; being harmed is never cancelled by that. These "
            "figures describe what police and partners recorded and did, not who offends."
        ),
    ),
    Section(
        id="change",
        title="Change over time",
        lead="What is recorded in each period, with a break marked where a definition changed.",
        questions=("is-it-changing", "how-many-known", "missing-and-harm"),
        trends=True,
        caution="A rise may be harm, better recognition, or more trust. The figures alone cannot say which.",
    ),
    Section(
        id="transitions",
        title="Turning 18 and young adults",
        lead="What happens to help at 18, and what is recorded of young adults.",
        questions=("turning-eighteen", "care-experienced-adults"),
        by=("age_band", "type", "harm"),
    ),
    Section(
        id="around",
        title="What is around children",
        lead="Schools, homes, places, needs and early signs in which harm becomes more or less likely.",
        questions=(
            "place-to-grow-up", "school-and-belonging", "homes", "other-needs", "health-signs", "children-in-need-context",
            "critical-moments",
        ),
        by=("need",),
        caution="These are circumstances of places and services. None of them says that a child will be harmed.",
    ),
    Section(
        id="blind-spots",
        title="Blind spots and what is not recorded",
        lead="Groups that may be seen too little, and how often the answer was never written down.",
        questions=("what-is-not-recorded", "seen-too-little-or-too-much", "do-we-agree"),
        by=("ethnicity", "sex"),
        unrecorded=True,
        caution="Not recorded is a finding, not a nought. It says where our records leave children out.",
    ),
)  # fmt: skip


def blocks_of(picture: Picture, section: Section) -> tuple[Block, ...]:
    """A summary of every figure of the section, then each that can be shown in more detail."""
    indicators = picture.asked(section.questions)
    told = [i for i in indicators if picture.told(i)]
    untold = [i for i in indicators if i not in told]
    return (*_headlines(picture, section, told), *_details(picture, section, told), *_missing(picture, untold))


def _headlines(picture: Picture, section: Section, told: list[Indicator]) -> Iterator[Block]:
    if not told:
        yield Block(
            anchor="nothing-yet",
            heading="Nothing can be shown here yet",
            words=(
                "No figure of this section can be shown for the latest period. Each is listed below with the reason.",
                "What to do next: see the gaps and the step that would close each.",
            ),
            links=(("Gaps and the steps that would close them", "gaps.html"),),
        )
        return
    table = summary(picture, told, f"{section.title}: figures that can be shown, {picture.place}")
    yield Block(anchor="summary", heading="The figures in short", table=table)


def _details(picture: Picture, section: Section, told: list[Indicator]) -> Iterator[Block]:
    if section.overlaps and told:
        yield overlap(picture, [i for i in told if i.measure.kind == "overlap"] or told)
    if section.unrecorded:
        yield not_recorded(picture)
    for indicator in told:
        if section.trends and len(picture.periods) > 1:
            yield from _series(picture, indicator)
        yield from together(picture, indicator)
        yield from breakdowns(picture, indicator, among=section.by)
        if section.areas and (block := by_area(picture, indicator)):
            yield block


def _series(picture: Picture, indicator: Indicator) -> Iterator[Block]:
    if picture.only_by_group(indicator):
        block = only_by_group(picture, indicator)
        yield _over_time(indicator, block)
        for by in picture.told_groups(indicator)[:1]:
            yield from groups_over_time(picture, indicator, by, prefix=f"{indicator.title}: ")
        return
    yield _over_time(indicator, over_time(picture, indicator))


def _over_time(indicator: Indicator, block: Block) -> Block:
    return Block(
        anchor=f"{indicator.id}-over-time".lower(),
        heading=f"{indicator.title}: over time",
        words=block.words,
        charts=block.charts,
        table=block.table,
        links=(("About this figure", href(indicator)),),
    )


def _missing(picture: Picture, untold: list[Indicator]) -> Iterator[Block]:
    if untold:
        table = summary(picture, untold, "Figures asked for that cannot be shown for the latest period")
        yield Block(anchor="cannot-show", heading="Asked for, and cannot be shown", table=table)


def standings(picture: Picture, section: Section) -> list[tuple[str, str, Shown]]:
    """The section's questions: id, title, standing."""
    return [
        (a.question.id, a.question.title, picture.standing(a))
        for a in picture.profile.answers.answers
        if a.question.id in section.questions
    ]
