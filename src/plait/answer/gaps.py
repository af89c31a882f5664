"""Why one agency's part of one indicator is missing: worked out in the order it would be put right."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plait.answers import Gap, GapKind
from plait.decided import Agency, Asset, Partnership, Return, Supplied, covered, permitted
from plait.declare import Indicator, Pack, rows_of
from plait.declare.holding import out_of_reach
from plait.declare.indicators import Share
from plait.values import Period

PEOPLE = "people"  # told once and true for every period
Why = tuple[GapKind, str, str]  # with the reason in words, and the step that would close the gap
_LINKS = frozenset({"person", "type"})  # who fills in the data map does not name these
UNCOUNTABLE = {
    "free_text": "written as free text",
    "document": "kept in documents",
    "spreadsheet": "kept in one person's spreadsheet",
    "paper": "kept on paper",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the reasons are worked out from."""

    pack: Pack
    partnership: Partnership
    supplied: tuple[Supplied, ...]  # what may be used
    arrived: tuple[Supplied, ...]  # with what may not be, or no longer
    unused: tuple[Return, ...]  # of which nothing is in use
    period: Period
    on: date

    def sent_by(self, agency: str) -> list[Supplied]:
        """What the agency sent for the period: one return, or several for parts of it. Who people are holds for any."""
        sent = [(Period.parse(s.period), s) for s in self.supplied if s.agency == agency]
        return [s for period, s in sent if s.dataset == PEOPLE or self._within(period)]

    def unused_by(self, agency: str, dataset: str) -> Return | None:
        """A return of the agency's for the period that holds this data set, or may, and of which nothing is in use."""
        mine = [r for r in self.unused if r.agency == agency and self._within(Period.parse(r.period))]
        return next((r for r in mine if r.dataset in (None, dataset)), None)

    def part_of(self, agency: Agency) -> bool:
        """Whether the agency took part in the partnership in some of the period, or has come to it since."""
        return agency.until is None or agency.until >= self.period.start

    def _within(self, period: Period) -> bool:
        return self.period.start <= period.start and period.end <= self.period.end

    def missing_days(self, sent: Iterable[Supplied]) -> int:
        """How many days of the period no return among these is for."""
        covered: set[int] = set()
        for one in sent:
            period = Period.parse(one.period)
            covered.update(range(period.start.toordinal(), period.end.toordinal() + 1))
        return sum(day not in covered for day in range(self.period.start.toordinal(), self.period.end.toordinal() + 1))


def agency_gaps(
    ground: Ground, indicator: Indicator, agency: Agency, needed: Mapping[str, frozenset[str]]
) -> list[Gap]:
    """The gaps between this agency and this indicator; none when its data is in the figure."""
    if _sends_figure(ground, indicator, agency):
        return []
    return [
        gap
        for dataset, columns in sorted(needed.items())
        for gap in _dataset_gaps(ground, indicator, agency, dataset, columns)
    ]


def covering(ground: Ground, agency: str, dataset: str, columns: frozenset[str]) -> str:
    """The agreement in force that lets this agency's columns of this data set be used; '' when there is none."""
    allowed = permitted(ground.pack, ground.partnership, agency=agency, dataset=dataset, on=ground.on)
    return next((name for name, may in allowed.items() if columns <= may), "")


def _sends_figure(ground: Ground, indicator: Indicator, agency: Agency) -> bool:
    """True when the agency counted this indicator itself and sent the figure in `counts`."""
    return any(s.dataset == "counts" and indicator.id in s.types for s in ground.sent_by(agency.id))


def _dataset_gaps(
    ground: Ground, indicator: Indicator, agency: Agency, dataset: str, columns: frozenset[str]
) -> Iterator[Gap]:
    sent = [s for s in ground.sent_by(agency.id) if s.dataset == dataset]
    if sent and dataset != "counts":  # a file of counts that holds other measures is no help to this one
        yield from _part_gaps(ground, agency, sent)
        yield from _sent_gaps(ground, indicator, agency, columns, sent)
        yield from _type_gaps(ground, indicator, agency, dataset, sent)
        yield from _format_gaps(ground, indicator, agency, sent)
        return
    yield from _unsent_gaps(ground, indicator, agency, dataset, columns)


def _part_gaps(ground: Ground, agency: Agency, sent: list[Supplied]) -> Iterator[Gap]:
    """Returns came for part of the period only: the agency is in the figure, and the figure is short of the rest."""
    dataset = sent[0].dataset
    if dataset == PEOPLE or not ground.missing_days(sent):
        return
    title, came = _title(ground.pack, dataset), ", ".join(sorted({s.period for s in sent}))
    yield Gap(
        kind=GapKind.NOT_SHARED, agency=agency.id, dataset=dataset, columns=(), blocks=False,
        reason=f"{agency.name} sent {title} for part of {ground.period} only: {came}.",
        action=f"Ask {agency.name} for its {title} of the rest of {ground.period}.",
    )  # fmt: skip


def _sent_gaps(
    ground: Ground, indicator: Indicator, agency: Agency, columns: frozenset[str], sent: list[Supplied]
) -> Iterator[Gap]:
    """A column that is never filled is not recorded, though the file came. It blocks where the count turns on it."""
    if not any(s.usable for s in sent):
        return
    dataset, needed_filled = sent[0].dataset, _turned_on(ground.pack, indicator, sent[0].dataset)
    for column in sorted(columns):
        if any(s.filled.get(column, 1.0) > 0 for s in sent):
            continue
        kind, reason, action = _empty(ground, agency, dataset, column)
        yield Gap(
            kind=kind, agency=agency.id, dataset=dataset, columns=(column,), reason=reason, action=action,
            blocks=column in needed_filled,
        )  # fmt: skip


def _empty(ground: Ground, agency: Agency, dataset: str, column: str) -> Why:
    """Why a column came empty: it may not be shared, and was taken out; or nobody fills it."""
    if not covering(ground, agency.id, dataset, frozenset({column})):
        return _not_covered(ground, agency, dataset, [column])
    title, whole = _titles(ground.pack, dataset, [column]), _title(ground.pack, dataset)
    return (
        GapKind.NOT_RECORDED,
        f"{agency.name} sent {whole}, but {title} is never filled.",
        f"Ask {agency.name} to record {title}, or to include it in its extract.",
    )


def _turned_on(pack: Pack, indicator: Indicator, dataset: str) -> set[str]:
    """Columns that a row must hold an answer in to be counted: the others only sort rows out when they are filled."""
    if dataset == "people":
        return {"date_of_birth"} if indicator.age else set()
    parts = [rows for rows in rows_of(indicator) if rows.of == dataset]
    wanted = [c for rows in parts for c in rows.where if c.not_in is None and c.recorded is None]
    return {rows.dated for rows in parts} | {c.column for c in wanted}


def _type_gaps(
    ground: Ground, indicator: Indicator, agency: Agency, dataset: str, sent: list[Supplied]
) -> Iterator[Gap]:
    """The file came without a row of the kind counted. Nobody but the agency can say that there were none."""
    types = _types(indicator, dataset)
    if not types or types & {t for s in sent for t in s.types}:
        return
    assets = [a for a in ground.partnership.assets if a.agency == agency.id and a.dataset == dataset]
    named = next((a for a in assets if types & set(a.types)), None) or next((a for a in assets if not a.types), None)
    title = _title(ground.pack, dataset)
    kind, reason, action = _held(agency, named, title) or (
        GapKind.NOT_SHARED,
        f"{agency.name} records this, and its {title} for {ground.period} hold none of it.",
        f"Ask {agency.name} whether there were none, or whether they were left out of its extract.",
    )
    yield Gap(kind=kind, agency=agency.id, dataset=dataset, columns=("type",), reason=reason, action=action)


def _format_gaps(ground: Ground, indicator: Indicator, agency: Agency, sent: list[Supplied]) -> Iterator[Gap]:
    """The file came in a format that has no code for what is counted: none in it is no nought."""
    dataset, formats = ground.pack.dataset(sent[0].dataset), [s.format for s in sent]
    subset = indicator.measure.subset if isinstance(indicator.measure, Share) else ()
    counted = [c for rows in rows_of(indicator) if rows.of == dataset.id for c in rows.where]
    first = subset if rows_of(indicator)[:1] and rows_of(indicator)[0].of == dataset.id else ()
    for condition in out_of_reach(ground.pack, dataset, (*counted, *first), formats):
        if condition.column == "type":  # told of already, where no row of the type came
            continue
        title = _titles(ground.pack, dataset.id, [condition.column])
        yield Gap(
            kind=GapKind.NOT_RECORDED, agency=agency.id, dataset=dataset.id, columns=(condition.column,),
            reason=f"{agency.name} sent {dataset.title.lower()} in a form of file whose {title} has no code for this.",
            action=f"Ask {agency.name} whether its system records this, and to send it beside, in the template.",
        )  # fmt: skip


def _unsent_gaps(
    ground: Ground, indicator: Indicator, agency: Agency, dataset: str, columns: frozenset[str]
) -> Iterator[Gap]:
    """Why nothing came: what the agency does not hold so that it can be counted; then that it may not share it, or has not."""
    unheld = (
        {} if _came_before(ground, indicator, agency, dataset) else _unheld(ground, indicator, agency, dataset, columns)
    )
    for of, found in (unheld or {columns: _permitted(ground, agency, dataset, columns)}).items():
        kind, reason, action = found
        yield Gap(kind=kind, agency=agency.id, dataset=dataset, columns=tuple(sorted(of)), reason=reason, action=action)


def _unheld(
    ground: Ground, indicator: Indicator, agency: Agency, dataset: str, columns: frozenset[str]
) -> dict[frozenset[str], Why]:
    """The columns that the data map does not show to be held where they can be counted, by the reason; {} when all are."""
    title, lines = _title(ground.pack, dataset), _map_lines(ground, indicator, agency, dataset)
    best = {column: _best(lines, column) for column in sorted(columns - _LINKS)}
    countable = [column for column, line in best.items() if line and not _held(agency, line, title)]
    if not countable:
        whole = _held(agency, lines[0] if lines else None, title)
        return {columns: whole} if whole else {}
    return {
        frozenset(lack): why
        for line, lack in _lacking(best, countable)
        if (why := _held(agency, line, title, _titles(ground.pack, dataset, lack)))
    }


def _came_before(ground: Ground, indicator: Indicator, agency: Agency, dataset: str) -> bool:
    """A return of any period held it: the agency has it, whatever the data map says."""
    types = _types(indicator, dataset)
    sent = (s for s in ground.arrived if s.agency == agency.id and s.dataset == dataset and s.usable)
    return any(not types or types & set(s.types) for s in sent)


def _lacking(best: Mapping[str, Asset | None], countable: Sequence[str]) -> list[tuple[Asset | None, list[str]]]:
    """The line of the data map that spoils some columns (None: no line names them), with those columns."""
    found: list[tuple[Asset | None, list[str]]] = []
    for column, line in best.items():
        if column not in countable:
            same = next((columns for other, columns in found if other == line), None)
            if same is None:
                found.append((line, [column]))
            else:
                same.append(column)
    return found


def _held(agency: Agency, asset: Asset | None, title: str, some: str = "") -> Why | None:
    """Why what a line of the data map speaks of cannot be counted, or None when it can. `some` names columns of it."""
    what = f"{some} of its {title}" if some else ""
    if asset is None:
        return (
            GapKind.NOT_KNOWN,
            f"The data map does not say whether {agency.name} holds {what or title} for this.",
            f"Ask {agency.name} to complete its part of the data map.",
        )
    if asset.capture == "not_recorded":
        return (
            GapKind.NOT_RECORDED,
            f"{agency.name} does not record {what or 'this'}.",
            f"Ask {agency.name} whether its recording system could hold it, from when, and at what cost to staff.",
        )
    if asset.capture in ("free_text", "document", "paper") or not asset.extractable:
        how = UNCOUNTABLE.get(asset.capture, "recorded, but no report brings it out")
        return (
            GapKind.NOT_EXTRACTABLE,
            f"{agency.name} holds {what or 'this'}, {how}, so it cannot be counted.",
            f"Agree with {agency.name} a coded field, or a report from {asset.system or 'its system'}.",
        )
    return None


def _permitted(ground: Ground, agency: Agency, dataset: str, columns: frozenset[str]) -> Why:
    title = _title(ground.pack, dataset)
    if agency.until and agency.until < ground.on:
        return (
            GapKind.NOT_SHARED,
            f"{agency.name} left the partnership on {_day(agency.until)}, and its {title} may not be used.",
            "Ask whoever took over its work to take part, or record that this strand has ended.",
        )
    if covering(ground, agency.id, dataset, columns):
        if sent := ground.unused_by(agency.id, dataset):
            what = f"its {title}" if sent.dataset else f"a return that may hold {title}"
            return (
                GapKind.NOT_SHARED,
                f"{agency.name} has sent {what} for {ground.period}, and nothing of it is in use.",
                f"Put right what stops that return from being read, or ask {agency.name} to send it again.",
            )
        return (
            GapKind.NOT_SHARED,
            f"{agency.name} may share {title} and has not sent it for {ground.period}.",
            f"Ask {agency.name} for its {title} return for {ground.period}.",
        )
    if lapsed := _lapsed(ground, agency.id, dataset, columns):
        return GapKind.NOT_SHARED, lapsed, f"Renew or sign the agreement with {agency.name}."
    if outside := _outside(ground, agency.id, dataset, columns):
        return _not_covered(ground, agency, dataset, outside)
    return (
        GapKind.NOT_SHARED,
        f"No agreement lets {agency.name} share {title} for this purpose.",
        f"Agree terms with {agency.name} that cover {title}, or record the decision not to share.",
    )


def _outside(ground: Ground, agency: str, dataset: str, columns: frozenset[str]) -> list[str]:
    """Columns that the agreement in force which covers most of them leaves out; none where no agreement is in force."""
    allowed = permitted(ground.pack, ground.partnership, agency=agency, dataset=dataset, on=ground.on)
    left_out = sorted((columns - may for may in allowed.values()), key=len)
    return sorted(left_out[0]) if left_out else []


def _not_covered(ground: Ground, agency: Agency, dataset: str, columns: list[str]) -> Why:
    whole, some = _title(ground.pack, dataset), _titles(ground.pack, dataset, columns)
    return (
        GapKind.NOT_SHARED,
        f"The agreement lets {agency.name} share {whole} without {some}.",
        f"Agree terms with {agency.name} that cover {some}, or record the decision not to share it.",
    )


def _lapsed(ground: Ground, agency: str, dataset: str, columns: frozenset[str]) -> str:
    """In words, why an agreement that would cover this is not in force; '' when there is no such agreement."""
    for agreement in ground.partnership.agreements:
        about = covered(ground.pack, agreement, dataset)
        if agency not in agreement.parties or not about or not columns <= about:
            continue
        name = ground.partnership.agency(agency).name
        if agreement.withdrawn and agreement.withdrawn < ground.on:
            return f"Agreement {agreement.id} was withdrawn on {_day(agreement.withdrawn)}."
        if agreement.until < ground.on:
            return f"Agreement {agreement.id}, which covered this, ended on {_day(agreement.until)}."
        if agency not in agreement.signed:
            return f"{name} has not signed agreement {agreement.id}, which would cover this."
        return f"Agreement {agreement.id} starts on {_day(agreement.since)}."
    return ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _map_lines(ground: Ground, indicator: Indicator, agency: Agency, dataset: str) -> list[Asset]:
    """What the data map says of this, the best first: where a line names the types the indicator counts, it is best."""
    types = _types(indicator, dataset)
    assets = [a for a in ground.partnership.assets if a.agency == agency.id and a.dataset == dataset]
    assets = [a for a in assets if not a.types or not types or types & set(a.types)]
    return sorted(assets, key=lambda a: (not a.types, _held(agency, a, "") is not None, a.capture != "coded"))


def _best(lines: Sequence[Asset], column: str) -> Asset | None:
    """The best line that names the column."""
    return next((line for line in lines if "*" in line.columns or column in line.columns), None)


def _types(indicator: Indicator, dataset: str) -> set[str]:
    if dataset == "counts":
        return {indicator.id}
    conditions = [c for rows in rows_of(indicator) if rows.of == dataset for c in rows.where]
    return {t for c in conditions if c.column == "type" for t in (c.is_in or ())}


def _title(pack: Pack, dataset: str) -> str:
    return pack.dataset(dataset).title.lower()


def _titles(pack: Pack, dataset: str, columns: list[str]) -> str:
    declared = pack.dataset(dataset)
    return ", ".join(f"'{declared.column(c).title}'" for c in columns if c in declared.column_ids)
