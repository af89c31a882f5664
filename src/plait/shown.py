"""The plain facts of returns and of linking as a profile may show them: numbers of rows in protected words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from plait.decided import Partnership, Supplied
from plait.declare import Pack, Zone, ZoneRule
from plait.profile import Coverage, FindingSummary, LinkFact
from plait.protect import shown_count
from plait.store import SET_ASIDE
from plait.values import Finding

if TYPE_CHECKING:
    from plait.link import GroupQuality, Linked


def coverage(
    pack: Pack, partnership: Partnership, supplied: Supplied, *, digest: str, file: str, zone: Zone = "partnership"
) -> Coverage:
    """One data set of one return. The name of its file is for the partnership alone: it may be a person's."""
    dataset, rule = pack.dataset(supplied.dataset), _rule(pack, zone)
    return Coverage(
        agency=partnership.agency(supplied.agency).name,
        dataset=dataset.title,
        period=supplied.period,
        received_on=supplied.received_on,
        rows=shown_count(supplied.rows, rule),
        usable=shown_count(supplied.usable, rule),
        filled={
            dataset.column(c).title: f"{share:.0%}" for c, share in supplied.filled.items() if supplied.usable >= 100
        },
        agreement=supplied.agreement,
        digest=digest,
        caveats=supplied.caveats,
        file=file if zone == "partnership" else "",
    )


def finding_lines(
    pack: Pack, partnership: Partnership, agency: str, findings: Iterable[Finding], *, zone: Zone = "partnership"
) -> Iterator[FindingSummary]:
    """One line a kind of problem in an agency's return, with how often in protected words.

    A return set aside is told to the partnership alone, as what is said of it names its file.
    """
    totals: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        totals.setdefault((finding.dataset, finding.code), []).append(finding)
    for (dataset, code), same in sorted(totals.items()):
        if code == SET_ASIDE and zone != "partnership":
            continue
        count = shown_count(max(f.count for f in same), _rule(pack, zone))
        yield FindingSummary(
            agency=partnership.agency(agency).name,
            dataset=pack.dataset(dataset).title if dataset in pack.datasets else "",
            code=code,
            problem=same[0].problem,
            severity=same[0].severity.value,
            count="The whole return" if code == SET_ASIDE else count,
        )


UNLIKE = 5.0  # of a hundred true links, how many may be of records too unlike to be looked at, where no number says


def link_facts(linked: Linked) -> tuple[LinkFact, ...]:
    """How well people were linked, a line for each group, judged by a number kept back."""
    return _facts(linked.quality.groups)


def reviewed_facts(linked: Linked, verdicts: Mapping[int, bool]) -> tuple[LinkFact, ...]:
    """The same judged by people who looked at pairs; nothing before there are enough verdicts on this linking."""
    from plait.link import LEAST_JUDGED, clerical_quality

    return _facts(clerical_quality(linked.evidence, verdicts).groups) if len(verdicts) >= LEAST_JUDGED else ()


def link_worth(judged: Iterable[LinkFact], reviewed: Iterable[LinkFact]) -> tuple[LinkFact, ...]:
    """What figures allow for, everyone first.

    Links that are right: as people saw them, who saw the links as they are. Links that were found: as wide as both leave open,
    for people see no pair that is too unlike to be found at all, and only the number tells of those.
    """
    both = {(f.by, f.group): f for f in judged}
    seen = {(f.by, f.group): f for f in reviewed}
    return tuple(_worth(both.get(key), seen.get(key)) for key in sorted({**both, **seen}))


def _worth(judged: LinkFact | None, seen: LinkFact | None) -> LinkFact:
    if seen is None or seen.precision is None or seen.recall is None:
        found = judged or seen
        assert found is not None
        return found
    if judged is None or judged.recall is None:
        return _unlike(seen)
    middle, low, high = seen.recall
    recall = (middle, min(low, judged.recall[1]), max(high, judged.recall[2]))
    return LinkFact(by=seen.by, group=seen.group, precision=seen.precision, recall=recall)


def _unlike(seen: LinkFact) -> LinkFact:
    """With room for links between records too unlike to be looked at."""
    assert seen.recall is not None
    middle, low, high = seen.recall
    recall = (middle * (1 - UNLIKE / 200), low * (1 - UNLIKE / 100), high)
    return LinkFact(by=seen.by, group=seen.group, precision=seen.precision, recall=recall)


def _facts(groups: Iterable[GroupQuality]) -> tuple[LinkFact, ...]:
    return tuple(LinkFact(by=q.by, group=q.group, precision=q.precision, recall=q.recall) for q in groups)


def _rule(pack: Pack, zone: Zone) -> ZoneRule:
    disclosure = pack.disclosure()
    return disclosure.partnership if zone == "partnership" else disclosure.public
