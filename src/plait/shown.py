"""The plain facts of returns and of linking as a profile may show them: numbers of rows in protected words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from plait.decided import Partnership, Supplied
from plait.declare import Pack, Zone, ZoneRule
from plait.profile import Coverage, FindingSummary, LinkFact
from plait.protect import shown_count
from plait.store import SET_ASIDE
from plait.values import Finding

if TYPE_CHECKING:
    from plait.link import Linked


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


def link_facts(linked: Linked) -> tuple[LinkFact, ...]:
    """How well people were linked, a line for each group."""
    return tuple(
        LinkFact(by=q.by, group=q.group, precision=q.precision, recall=q.recall) for q in linked.quality.groups
    )


def _rule(pack: Pack, zone: Zone) -> ZoneRule:
    disclosure = pack.disclosure()
    return disclosure.partnership if zone == "partnership" else disclosure.public
