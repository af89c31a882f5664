"""How far figures can be trusted: what came, how full it was, what was wrong, how well people were linked and protected."""

from __future__ import annotations

from collections.abc import Iterator

from plait.profile import Coverage, LinkFact
from plait.publish.picture import Picture
from plait.publish.pieces import Block, Table, plain
from plait.publish.wording import DIMENSIONS, Said, day, sentence

_WEAK = 0.9  # a column filled in fewer rows than this is named
_SEVERITY = {"refused": "Refused", "error": "Row left out", "warning": "Kept, and doubtful", "note": "Note"}
_SEVEREST = tuple(_SEVERITY)


def blocks(picture: Picture) -> tuple[Block, ...]:
    """What came, how full it was, what was wrong with it, and how well people were linked."""
    return (_received(picture), _completeness(picture), _findings(picture), linkage(picture),
            *reviewed(picture))  # fmt: skip


def rule(picture: Picture) -> tuple[str, ...]:
    """The disclosure rule in force, in words."""
    disclosure = picture.profile.pack.disclosure()
    zone = disclosure.partnership if picture.profile.released.zone == "partnership" else disclosure.public
    words = [disclosure.note]
    if zone.hide_below > 1:
        words.append(f"In this profile a count from 1 to {zone.hide_below - 1} is withheld, and marked [c].")
    if zone.round_to > 1:
        words.append(
            f"Every other count is rounded to the nearest {zone.round_to}, so sums of rounded numbers may not agree."
        )
    if zone.secondary:
        words.append("Where a withheld count could be worked out from others, more are withheld until it cannot.")
    if zone.minimum_denominator:
        words.append(f"A share or rate of fewer than {zone.minimum_denominator} is withheld.")
    if zone.group_disclosure:
        words.append("Where a figure would say the same of everyone in a group, it is withheld.")
    return tuple(words)


def _received(picture: Picture) -> Block:
    filed = any(c.file for c in picture.profile.coverage)
    rows = tuple(
        plain(
            (
                c.agency,
                c.dataset,
                c.period,
                day(c.received_on),
                c.rows,
                c.usable,
                picture.names.agreement(c.agreement) if c.agreement else "None named",
                *([c.file] if filed else []),
            )
        )
        for c in sorted(picture.profile.coverage, key=lambda c: (c.agency, c.dataset, c.period))
    )
    if not rows:
        return Block(
            anchor="received",
            heading="What was received",
            words=("No return has been received. Ask each agency for the return it agreed to send.",),
        )
    table = Table(
        caption="Data sets received, by agency and period",
        headings=("Agency", "Data set", "Period", "Received", "Rows", "Usable rows", "Agreement", *["File"] * filed),
        rows=rows,
        note="Numbers of rows are protected in the same way as figures.",
    )
    return Block(anchor="received", heading="What was received", words=tuple(_caveats(picture)), table=table)


def senders(picture: Picture) -> Block:
    """What was received for the latest period, one line an agency."""
    lines = [c for c in picture.profile.coverage if c.period == picture.period] or list(picture.profile.coverage)
    rows = []
    for agency in sorted({c.agency for c in lines}):
        own = [c for c in lines if c.agency == agency]
        agreements = dict.fromkeys(picture.names.agreement(c.agreement) for c in own if c.agreement)
        kinds = sorted({c.dataset for c in own})
        rows.append(
            plain(
                (agency, ", ".join(kinds), day(max(c.received_on for c in own)), ", ".join(agreements) or "None named")
            )
        )
    table = Table(
        caption=f"Received from each agency, {picture.period}",
        headings=("Agency", "Data sets", "Latest received", "Agreement"),
        rows=tuple(rows),
    )
    words = () if rows else ("No return has been received. Ask each agency for the return it agreed to send.",)
    return Block(anchor="received", heading="What was received", words=words, table=table if rows else None)


def _caveats(picture: Picture) -> Iterator[str]:
    for line in picture.profile.coverage:
        for caveat in line.caveats:
            yield f"{line.agency}, {line.dataset.lower()}, {line.period}: a failed check was waived. {sentence(caveat)}"


def _completeness(picture: Picture) -> Block:
    latest = [c for c in picture.profile.coverage if c.period == picture.period] or list(picture.profile.coverage)
    rows = [row for c in sorted(latest, key=lambda c: (c.agency, c.dataset)) if (row := _weak_columns(c))]
    heading, anchor = "How full the returns were", "completeness"
    if not rows:
        words = "Every column of the latest returns holds an answer in nearly every row, or too few rows came to say."
        return Block(anchor=anchor, heading=heading, words=(words,))
    table = Table(
        caption="Columns with no answer in one row in ten or more, latest returns",
        headings=("Agency", "Data set", "Share of rows that hold an answer"),
        rows=tuple(rows),
    )
    words = (
        "A column at 0% may be one that the agency does not hold, was not asked for, or may not share. "
        "Shares are given where there are enough rows."
    )
    return Block(anchor=anchor, heading=heading, words=(words,), table=table)


def _weak_columns(line: Coverage) -> tuple[Said, ...] | None:
    weak = {column: share for column, share in line.filled.items() if _share(share) < _WEAK}
    if not weak:
        return None
    return plain((line.agency, line.dataset, "; ".join(f"{column} {share}" for column, share in weak.items())))


def _share(text: str) -> float:
    """'95 %' or '95%' as 0.95; words that are no number count as full, since they say nothing."""
    number = text.replace("%", "").strip()
    return float(number) / 100 if number.replace(".", "", 1).isdigit() else 1.0


def _findings(picture: Picture) -> Block:
    found = sorted(picture.profile.findings, key=lambda f: (_SEVEREST.index(f.severity), f.agency, f.dataset, f.code))
    serious = [f for f in found if f.severity != "note"]
    heading, anchor = "Problems found in returns", "findings"
    if not found:
        return Block(anchor=anchor, heading=heading, words=("No problem was found in what was received.",))
    notes = len(found) - len(serious)
    words = (
        f"Each agency has its own list with row numbers. {notes} kinds of note are not listed here." if notes else ""
    )
    table = Table(
        caption="Problems found, without the rows",
        headings=("Problem", "Agency", "Data set", "How serious", "How often"),
        rows=tuple(plain((f.problem, f.agency, f.dataset, _SEVERITY[f.severity], f.count)) for f in serious),
    )
    return Block(anchor=anchor, heading=heading, words=(words,) if words else (), table=table if serious else None)


def linkage(picture: Picture) -> Block:
    """Estimated linkage error, for everyone and for each group it is not the same for."""
    facts = picture.profile.linkage
    heading, anchor = "How well people were linked", "linkage"
    if not facts:
        words = (
            "Records of different agencies were not linked for this profile, or how well could not be estimated. "
            "Figures of people across agencies are given as ranges."
        )
        return Block(anchor=anchor, heading=heading, words=(words,))
    told = [f for f in facts if f.precision or f.recall]
    untold = "; ".join(_link_group(picture, f) for f in facts if f not in told)
    table = Table(
        caption="Estimated error of links made without an NHS number or unique pupil number, with 95% intervals",
        headings=("Group", "Links that are right", "True links that were found"),
        rows=tuple(_link_row(picture, fact) for fact in told),
    )
    words = (
        "These are estimates for links made without an NHS number or a unique pupil number, judged by the people who do have "
        "one. Links made with such a number are surer. Links that are wrong join two people into one; links that are missed "
        "make one person two. Where fewer true links are found for a group, figures of overlap say too little for that group."
    )
    more = (f"Too few to say for: {untold}.",) if untold else ()
    followed = (picture.profile.numbering,) if picture.profile.numbering else ()
    return Block(anchor=anchor, heading=heading, words=(words, *more, *followed), table=table if told else None)


def reviewed(picture: Picture) -> tuple[Block, ...]:
    """What people who looked at pairs say of the links, and what is allowed for then; nothing before anybody did."""
    facts = picture.profile.reviewed
    if not facts:
        return ()
    taken = {(f.by, f.group): f for f in picture.profile.worth}
    rows = tuple(
        (*_link_row(picture, f), *plain(map(_percent_range, (taken[f.by, f.group].precision, taken[f.by, f.group].recall))))
        for f in facts
    )  # fmt: skip
    table = Table(
        caption="Links as people who looked at pairs judge them, with 95% intervals, and what figures allow for",
        headings=(
            "Group",
            "Links that are right",
            "True links that were found",
            "Allowed for: right",
            "Allowed for: found",
        ),
        rows=rows,
    )
    words = (
        "People saw how alike the records of a pair are, and nothing else. Their verdicts are weighed by how many pairs are as "
        "likely; a group's own verdicts move it from what holds for everyone. Figures of people on several lists, and the range "
        "of those on none, allow for what stands in the last two columns. Links found are allowed for more widely than people "
        "saw, for records too unlike to be compared are shown to nobody.",
    )
    return (Block(anchor="reviewed", heading="What people who looked at pairs found", words=words, table=table),)


def _percent_range(estimate: tuple[float, float, float] | None) -> str:
    return "Cannot be estimated" if estimate is None else f"{estimate[1]:.1f}% to {estimate[2]:.1f}%"


def _link_row(picture: Picture, fact: LinkFact) -> tuple[Said, ...]:
    return plain((_link_group(picture, fact), _percent(fact.precision), _percent(fact.recall)))


def _link_group(picture: Picture, fact: LinkFact) -> str:
    if not fact.by:
        return "Everyone"
    if fact.by == "agency":
        return picture.names.agency(fact.group)
    listed = ("ethnic_group", "ethnicity") if fact.by == "ethnicity" else (fact.by,)
    lists = picture.profile.pack.codelists
    labels = {c.code: c.label for name in listed if name in lists for c in lists[name].codes}
    return f"{DIMENSIONS.get(fact.by, fact.by)}: {labels.get(fact.group, 'Not recorded')}"


def _percent(estimate: tuple[float, float, float] | None) -> str:
    if estimate is None:
        return "Cannot be estimated"
    middle, low, high = estimate
    return f"{middle:.1f}% ({low:.1f}% to {high:.1f}%)"


def checks(picture: Picture) -> Block:
    """How each table of figures was checked before it was released."""
    indicators = picture.indicators
    rows = tuple(
        (
            Said(indicators[a.indicator].title if a.indicator in indicators else a.indicator, href=f"figures/{a.indicator}.html"
                 if a.indicator in indicators else ""),
            *plain((a.period, f"{a.cells:,}", f"{a.withheld:,}", f"{a.secondary:,}", str(a.rounded_to), _narrow(a.narrowest))),
        )
        for a in picture.profile.released.audit
    )  # fmt: skip
    attackers = list(dict.fromkeys(a.attacker for a in picture.profile.released.audit))
    table = Table(
        caption="How each table of figures was checked before release",
        headings=("Figure", "Period", "Figures", "Withheld as small", "Withheld so those cannot be worked out",
                  "Rounded to", "Narrowest range left to a reader"),
        rows=rows,
    )  # fmt: skip
    assumed: tuple[str, ...] = tuple(
        f"The reader guarded against: {sentence(a[:1].lower() + a[1:])}" for a in attackers
    )
    words = (
        *assumed,
        *_combined(picture),
        *_rounded(picture),
        *_lost(picture),
        *_given_away(picture),
        *_left_out(picture),
    )
    return Block(anchor="audit", heading="The check of each table", words=words, table=table if rows else None)


def _combined(picture: Picture) -> Iterator[str]:
    """Which groups are shown as one, so that less need be withheld."""
    found: dict[str, dict[str, None]] = {}
    for audit in picture.profile.released.audit:
        known = picture.indicators.get(audit.indicator)
        for by, group in audit.combined if known else ():
            assert known is not None
            found.setdefault(picture.names.group(known, by, group), {})[known.title] = None
    for label, titles in found.items():
        yield f"Shown as one group, as less is withheld so ({label}), in: {'; '.join(titles)}."


def _rounded(picture: Picture) -> Iterator[str]:
    """That rounded counts were checked too, and how far apart the closest of them are left."""
    ranges = [a.narrowest_rounded for a in picture.profile.released.audit if a.narrowest_rounded is not None]
    if ranges:
        yield (
            "Rounded counts were checked as withheld ones were: no sum of what is shown leaves the least and the most that one "
            f"could be fewer than {min(ranges):g} apart."
        )


def _lost(picture: Picture) -> Iterator[str]:
    """What protection cost this release: the share of its counts, and of all they count, and how unsure it leaves a reader."""
    audits = picture.profile.released.audit
    cells = sum(a.cells for a in audits)
    ranges = [a.mean_range for a in audits if a.mean_range is not None]
    if cells:
        share, value = (
            sum(getattr(a, name) * a.cells for a in audits) / cells for name in ("share_withheld", "value_withheld")
        )
        wide = (
            f" In every table a small count's least and most are {min(ranges):.1f} or more apart on average."
            if ranges
            else ""
        )
        yield f"Withheld: {share:.0%} of the counts that are not nought, with {value:.0%} of all that is counted.{wide}"


def _given_away(picture: Picture) -> Iterator[str]:
    """That some counts were known before, told between agencies alone: in public it would say that there is something to find."""
    number = sum(a.known_anyway for a in picture.profile.released.audit)
    if number and picture.profile.released.zone == "partnership":
        yield (
            f"Small counts that earlier releases, or one agency's own counts, give away whatever is withheld here: {number:,}. "
            "They are listed in the record of this release, with the earlier releases to think of recalling."
        )


def _left_out(picture: Picture) -> Iterator[str]:
    """Kinds of table left out whole, with how many figures each was left out for, and what is shown in their place."""
    counts: dict[str, set[str]] = {}
    instead: dict[str, None] = {}
    for audit in picture.profile.released.audit:
        for kind in audit.too_fine:
            counts.setdefault(picture.names.table(kind), set()).add(audit.indicator)
        instead |= dict.fromkeys(picture.names.table(kind) for kind in audit.instead if kind)
    if counts:
        most = sorted(counts.items(), key=lambda item: -len(item[1]))
        named = "; ".join(f"by {kind}, for {len(of)} figure{'s' * (len(of) > 1)}" for kind, of in most)
        broader = f" Broader tables that are shown instead: by {'; by '.join(instead)}." if instead else ""
        yield (
            "A kind of table is left out whole where most of its counts are too small to show safely: a table mostly of marks "
            f"tells little, and other figures would have to be withheld to protect it. Left out: {named}.{broader}"
        )


def _narrow(value: float | None) -> str:
    return "Nothing small withheld" if value is None else f"{value:g} wide"
