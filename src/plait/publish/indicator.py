"""What a figure opens to: how it is counted, from whom, how good and how fresh, and an example worked in words."""

from __future__ import annotations

from collections.abc import Iterator

from plait.answers import Evidence
from plait.declare import Example, Indicator
from plait.publish.picture import Picture
from plait.publish.pieces import Table, plain
from plait.publish.together import people_allowing
from plait.publish.wording import DIMENSIONS, FREQUENCY, RESIDENCE, day, sentence
from plait.values import State

_AGES = {
    "event": "on the day of the event",
    "period_start": "on the first day of the period",
    "period_end": "on the last day of the period",
}


def about(picture: Picture, indicator: Indicator) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Term and what is said of it, in the order a careful reader asks."""
    evidence, allowing = _evidence(picture, indicator), people_allowing(picture, indicator)
    return (
        ("Unit", (sentence(indicator.unit),)),
        ("What makes two records one", (indicator.counting_rule,)),
        ("Period", (indicator.period_rule,)),
        ("Age", (_age(indicator),)),
        ("Which place it belongs to", (RESIDENCE[indicator.residence],)),
        ("Why it is counted", (indicator.why, indicator.evidence)),
        ("Source of the definition", (f"{sentence(indicator.source)} Answered for by: {indicator.owner}.",)),
        ("Counted", (f"{sentence(FREQUENCY[indicator.frequency])} Stage: {indicator.stage}. Since {day(indicator.since)}.",)),
        ("Records it is made from", tuple(_sources(picture, indicator))),
        ("Coverage", tuple(_coverage(picture, evidence))),
        ("Freshness", (_fresh(evidence),)),
        *((("Allowing for links missed and wrong", allowing),) if allowing else ()),
        ("Quality", tuple(_quality(evidence))),
        ("Breaks", tuple(_breaks(indicator))),
        ("Agreement that permits it", (_agreed(picture, evidence),)),
        ("Pack and returns it rests on", tuple(_rests_on(picture, indicator))),
        ("How it was protected", tuple(_protected(picture, indicator))),
    )  # fmt: skip


def worked_examples(picture: Picture, indicator: Indicator) -> list[tuple[str, str, list[Table], Table]]:
    """For each example: why, its period, the invented records, and the figures they make."""
    return [
        (
            example.why,
            example.period,
            [_given(picture, name, text) for name, text in example.given.items()],
            _expected(picture, indicator, example),
        )
        for example in indicator.examples
    ]


def _evidence(picture: Picture, indicator: Indicator) -> Evidence | None:
    found = (e for a in picture.profile.answers.answers for e in a.evidence if e.indicator.id == indicator.id)
    return next(found, None)


def _age(indicator: Indicator) -> str:
    if indicator.age is None:
        return "Any age."
    low, high = indicator.age.low, indicator.age.high
    ages = f"{low} and over" if high >= 120 else f"{low} to {high}" if low < high else f"{low}"
    return f"{ages}, in whole years {_AGES[indicator.age.at]}.".capitalize()


def _sources(picture: Picture, indicator: Indicator) -> Iterator[str]:
    groups = (
        c for by in picture.told_groups(indicator) for c in picture.figures.shared(indicator.id, picture.period, by)
    )
    cells = [c for c in (*picture.cells(indicator), *groups) if c is not None]
    agencies = list(dict.fromkeys(s for c in cells for s in c.sources))
    if not agencies:
        yield "No agency's records are in it for the latest period."
        return
    yield f"{', '.join(picture.names.agency(a) for a in agencies)}."
    if any(c.origin == "counts" for c in cells):
        yield "Counted by the agency that sent it, not by Plait."


def _coverage(picture: Picture, evidence: Evidence | None) -> Iterator[str]:
    if evidence is None:
        yield "Not known."
        return
    if picture.first_look:
        yield f"{picture.sources or 'Nothing'}. No other agency's records are in it."
        return
    missing = [picture.names.agency(a) for a in evidence.expected if a not in evidence.suppliers]
    yield f"{len(evidence.suppliers)} of {len(evidence.expected)} agencies that could hold it are in it."
    if missing:
        yield f"Not in it: {', '.join(missing)}."
    if evidence.areas:
        yield f"Their records cover {', '.join(picture.names.area(a) for a in evidence.areas)}."


def _fresh(evidence: Evidence | None) -> str:
    if evidence is None or evidence.freshest is None:
        return "Nothing received."
    return f"Latest return received on {day(evidence.freshest)}."


def _agreed(picture: Picture, evidence: Evidence | None) -> str:
    if evidence is None or not evidence.agreements:
        return "None in force."
    if picture.published:
        return "None needed: published under the Open Government Licence."
    return f"{'; '.join(dict.fromkeys(picture.names.agreement(a) for a in evidence.agreements))}."


def _quality(evidence: Evidence | None) -> Iterator[str]:
    if evidence is None or not evidence.caveats:
        yield "No failed check was waived for what it rests on. Completeness and problems found are on the data quality page."
        return
    yield "Checks failed and were waived with a reason:"
    yield from evidence.caveats


def _breaks(indicator: Indicator) -> Iterator[str]:
    if not indicator.breaks:
        yield "None declared."
    for broken in indicator.breaks:
        yield f"From {day(broken.on)}: {sentence(broken.why)}"


def _rests_on(picture: Picture, indicator: Indicator) -> Iterator[str]:
    profile = picture.profile
    cover = profile.pack.cover
    yield f"{cover.title}, version {cover.version}, digest {profile.pack.digest[:16]}, item {indicator.id}."
    sources = {picture.names.agency(s) for c in picture.cells(indicator) if c is not None for s in c.sources}
    lines = [c for c in profile.coverage if c.agency in sources and c.period == picture.period]
    for agency in dict.fromkeys(c.agency for c in lines):
        digests = dict.fromkeys(c.digest[:16] for c in lines if c.agency == agency and c.digest)
        if digests:
            yield f"{agency}, {picture.period}: returns {', '.join(digests)}."


def _protected(picture: Picture, indicator: Indicator) -> Iterator[str]:
    audit = next(
        (a for a in picture.profile.released.audit if (a.indicator, a.period) == (indicator.id, picture.period)), None
    )
    if audit is None:
        yield "No figure of it was released for the latest period."
        return
    rounding = (
        f"numbers are rounded to the nearest {audit.rounded_to}" if audit.rounded_to > 1 else "numbers are not rounded"
    )
    yield f"Of {audit.cells:,} figures, {audit.withheld + audit.secondary:,} are withheld; {rounding}."
    yield from picture.too_fine(indicator, groups=True)
    yield "The method page says how it was checked."


def _given(picture: Picture, name: str, text: str) -> Table:
    lines = [line.split("|") for line in text.strip().splitlines()]
    headings = tuple(picture.names.column("people" if name == "persons" else name, h) for h in lines[0])
    rows = tuple(plain(cell or "(blank)" for cell in line) for line in lines[1:])
    title = "People" if name == "persons" else picture.names.dataset(name)
    return Table(caption=f"Invented records: {title.lower()}", headings=headings, rows=rows)


def _expected(picture: Picture, indicator: Indicator, example: Example) -> Table:
    rows = [plain((_who(picture, indicator, who), _value(value))) for who, value in example.expect.items()]
    return Table(
        caption="Figures they make", headings=("Of whom", sentence(indicator.unit).rstrip(".")), rows=tuple(rows)
    )


def _who(picture: Picture, indicator: Indicator, who: str) -> str:
    by, _, group = who.partition("=")
    if not group:
        return "Everyone" if by == "all" else by
    return f"{DIMENSIONS.get(by, by)}: {picture.names.group(indicator, by, group)}"


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return State(value).value.replace("_", " ") if value in set(State) else value
    return f"{value:g}"
