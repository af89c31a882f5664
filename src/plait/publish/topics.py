"""What no agency sees alone, a page each: who is known to whom, ways to help, turning 18, needs together, and the unknown."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from plait.declare import Indicator
from plait.publish.blocks import breakdowns, by_area, summary
from plait.publish.coverage import adversity_recorded
from plait.publish.picture import Picture
from plait.publish.pieces import Block
from plait.publish.together import DRAWN_TOGETHER, together
from plait.publish.unknown import unknown_blocks
from plait.publish.unseen import overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One page across agencies, drawn from the figures that its questions rest on."""

    id: str
    title: str
    lead: str
    caution: str
    questions: tuple[str, ...]
    kinds: tuple[str, ...]  # the kinds of figure that belong here
    only: tuple[str, ...] = ()  # of these domains alone, where named


TOPICS = (
    Topic(
        id="known-to-whom", title="Who is known to which agencies",
        lead="Children whom one agency records as harmed, and which other agencies record them too.",
        caution=(
            "These figures rest on coded records being linked. A missed link makes one child look like two, each known to one "
            "agency; the data quality page says how often that happens, and for whom more often."
        ),
        questions=("known-to-one-agency", "not-known-to-anyone"), kinds=("overlap", "lists"),
    ),
    Topic(
        id="ways-to-help", title="From first sign to help",
        lead="The steps children took from the first sign anybody wrote down, how long help took, and where it stalled.",
        caution=(
            "A long wait may be a wait, help that nobody recorded, or a child who needed no more. No child's own way is shown."
        ),
        questions=("journey-to-help", "does-help-reduce-harm"), kinds=("journey", "within", "median_wait"),
    ),
    Topic(
        id="turning-18", title="Turning 18",
        lead="Who will soon be an adult, whose help at 17 was followed by none, and what came next.",
        caution=(
            "No help recorded at 18 may be help refused, not needed, or given by somebody who sent no return. Links are missed "
            "more often across this birthday, as names, homes and numbers change."
        ),
        questions=("turning-eighteen",), kinds=("count", "share", "overlap", "lists"),
    ),
    Topic(
        id="needs-together", title="Needs and adversity together",
        lead="Which needs are recorded together for children in the cohort, for how many, and who records what.",
        caution=(
            "This describes a population so that services can be planned. It says nothing of one child: adversities counted for "
            "one person predict little, and are never a score here."
        ),
        questions=("other-needs",), kinds=("lists", "mean"), only=("vulnerability_context",),
    ),
    Topic(
        id="harmed-and-causing-harm", title="Harmed, and recorded as causing harm",
        lead="Children whom records hold on both sides, by any agency. Held to a stricter rule.",
        caution=(
            "Being harmed is never cancelled by causing harm. A record says what somebody wrote down, and not what a child did "
            "or was made to do."
        ),
        questions=("treated-as-victims", "who-causes-harm"), kinds=("lists", "share", "overlap"), only=("perpetration", "harm"),
    ),
    Topic(
        id="the-unknown", title="The unknown",
        lead="How many may be on no list, what is not known, where records say more or less than expected, and who is not here.",
        caution="Most children who are harmed may be known to nobody. Nothing here is a count of them.",
        questions=(), kinds=(),
    ),
)  # fmt: skip


def topic_blocks(picture: Picture, topic: Topic) -> tuple[Block, ...]:
    """The page's charts and tables, widest first; for a page with nothing to show, a block that says so and why."""
    if not topic.kinds:
        return tuple(unknown_blocks(picture))
    figures = figures_of(picture, topic)
    found = list(_blocks(picture, topic, [i for i in figures if picture.told(i)]))
    untold = [i for i in figures if not picture.told(i)]
    if untold:
        table = summary(picture, untold, "Figures asked for that cannot be shown for the latest period")
        found.append(Block(anchor="cannot-show", heading="Asked for, and cannot be shown", table=table))
    return tuple(found)


def figures_of(picture: Picture, topic: Topic) -> list[Indicator]:
    """The figures of the page, those of people together first."""
    asked = [
        i for i in picture.asked(topic.questions) if i.measure.kind in topic.kinds and (not topic.only or i.domain in topic.only)
    ]  # fmt: skip
    return sorted(asked, key=lambda i: i.measure.kind not in ("lists", "journey"))


def _blocks(picture: Picture, topic: Topic, told: list[Indicator]) -> Iterator[Block]:
    if told:
        yield Block(
            anchor="summary",
            heading="The figures in short",
            table=summary(picture, told, f"{topic.title}, {picture.place}"),
        )
    if overlaps := [i for i in told if i.measure.kind == "overlap"]:
        yield overlap(picture, overlaps)
    for indicator in told:
        yield from together(picture, indicator)
        yield from breakdowns(picture, indicator, among=[by for by in indicator.breakdowns if by not in DRAWN_TOGETHER])
        if block := by_area(picture, indicator):
            yield block
    if topic.id == "needs-together" and (block := adversity_recorded(picture)):
        yield block


def as_csv(blocks: tuple[Block, ...]) -> str:
    """Every table of a page, one under another, each after its caption; formulas cannot hide in it."""
    out = StringIO()
    write = csv.writer(out)
    for block in blocks:
        if block.table is None:
            continue
        write.writerow([_plain(block.table.caption)])
        write.writerow([_plain(h) for h in block.table.headings])
        write.writerows([_plain(cell.plain) for cell in row] for row in block.table.rows)
        write.writerows([_plain(f"[{mark}] {words}")] for mark, words in block.table.key)
        write.writerow([])
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
