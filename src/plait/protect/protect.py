"""Figures to what one zone may see. Tables that share counts are chosen and audited together, with all that left before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial, reduce
from math import inf

import numpy as np
import pyarrow as pa

from plait.areas import Areas
from plait.declare import Disclosure, Indicator, Pack, Reader, Zone, ZoneRule
from plait.errors import NotFinished, NotSafe
from plait.protect.build import Figures, build_cells
from plait.protect.cells import Cells, Key, Mask
from plait.protect.choose import Choice, choose
from plait.protect.combine import combine
from plait.protect.counted import alone, counted
from plait.protect.fine import Worth, worth_showing
from plait.protect.known import known_anyway
from plait.protect.ledger import Ledger
from plait.protect.places import Places
from plait.protect.reach import Node, Reach
from plait.protect.reader import Seen, reader_words, readers
from plait.protect.rounded import keep_rounded
from plait.protect.show import Row, show
from plait.released import Audit, KnownAnyway, Released, release

_AT_ONCE = 2


@dataclass(frozen=True)
class _Setting:
    """What holds for the whole release."""

    pack: Pack
    zone: Zone
    places: Places
    ledger: Ledger

    def disclosure(self, indicator: str) -> Disclosure:
        """The rule in force, or the indicator's own stricter one."""
        known = self.pack.indicators.get(indicator)
        return self.pack.disclosure(known.zone_rule if known else None)

    def rule(self, indicator: str) -> ZoneRule:
        disclosure = self.disclosure(indicator)
        return disclosure.partnership if self.zone == "partnership" else disclosure.public


def protect(figures: pa.Table, pack: Pack, *, zone: Zone, areas: Areas, ledger: Ledger) -> Released:
    """What the zone may see of these figures, checked by solving. Raises NotSafe, with nothing released, if in doubt.

    The supplier's own zone is not a release: an agency sees its own figures as they are.
    """
    if zone == "supplier":
        raise NotSafe("A supplier's own figures are not released; they are shown to it alone as they are.")
    setting = _Setting(pack, zone, Places(areas), ledger)
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # the solver lets go of the interpreter while it works
        linked = _linked(_tables(figures, setting), ledger.reach())
        done = list(pool.map(lambda one: _protect_linked(one, setting), linked))
    shown = sorted((table for group in done for table in group), key=lambda t: (t[1].indicator, t[1].period))
    rows = [row for table, _ in shown for row in table]
    return release(
        pa.Table.from_pylist(rows, schema=_schema(figures)), zone=zone, audit=tuple(audit for _, audit in shown)
    )


@dataclass(frozen=True)
class _Table:
    """The figures of one indicator and period that are worth showing, and the kinds of table left out."""

    figures: Figures
    worth: Worth
    combined: tuple[tuple[str, str], ...] = ()

    @property
    def period(self) -> str:
        return str(self.figures.rows[0]["period"])

    @cached_property
    def counts(self) -> frozenset[Node]:
        """What is counted here and needs protection: the count, its base, and the rest of it."""
        names = self.figures.names
        whats = {names.count} if names.public_base else {names.count, names.base}
        return frozenset((what, self.period) for what in {*whats, self.figures.indicator.id})


@dataclass(frozen=True)
class _Linked:
    """Tables that share counts, with all that was released or is to be that bears on them."""

    tables: tuple[_Table, ...]
    counts: frozenset[Node]


def _tables(figures: pa.Table, setting: _Setting) -> Iterator[_Table]:
    """The rows of each indicator and period together."""
    grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in figures.to_pylist():
        grouped[row["indicator"], row["period"]].append(row)
    for (name, _), rows in sorted(grouped.items()):
        indicator, rule = setting.pack.indicator(name), setting.rule(name)
        allowed, lost = setting.disclosure(name).combine, partial(_lost, indicator, setting)
        combined = combine(rows, indicator, allowed, rule.hide_below, lost)
        worth = worth_showing(combined.rows, setting.places.areas, rule)
        yield _Table(Figures(indicator, rule, counted(indicator), worth.rows), worth, combined.groups)


def _lost(indicator: Indicator, setting: _Setting, rows: Sequence[Row]) -> float:
    """How much of what these rows count a reader of them alone would have to be kept from; infinite where nothing will do."""
    cells = build_cells([Figures(indicator, setting.rule(indicator.id), counted(indicator), rows)], setting.places)
    reader = Seen(setting.zone, setting.disclosure(indicator.id).reader)
    try:
        withheld = choose(cells, [reader], np.zeros(len(cells.keys), dtype=bool)).withheld
    except (NotFinished, NotSafe):
        return inf
    return float(cells.low[withheld & cells.known].sum())


def _linked(tables: Iterator[_Table], reach: Reach) -> list[_Linked]:
    """Tables of which any reader could set one against another, by themselves or through what was released before, together."""
    own = _named(tables)
    for table in own:
        reach.add(table.counts)
    groups: dict[frozenset[Node], list[_Table]] = defaultdict(list)
    for table in own:
        near = next((counts for counts in groups if table.counts <= counts), None)
        groups[near or reach.of(table.counts)].append(table)
    return [_Linked(tuple(of), counts) for counts, of in groups.items()]


def _named(tables: Iterator[_Table]) -> list[_Table]:
    """One whose counts differ from another's of the same name counts something else, and stands alone."""
    own, truths = list(tables), dict[Key, object]()
    named = Counter(count for table in own for count in table.counts)
    return [_alone(t) if any(named[c] > 1 for c in t.counts) and _differs(t.figures, truths) else t for t in own]


def _alone(table: _Table) -> _Table:
    figures = table.figures
    names = alone(figures.indicator, public_base=figures.names.public_base)
    return replace(table, figures=replace(figures, names=names))


def _differs(figures: Figures, truths: dict[Key, object]) -> bool:
    """True where a count of the same name is not the same count; else the counts are remembered."""
    both = zip(figures.keys, figures.truths, strict=True)
    own = {key: truth[part] for keys, truth in both for part, key in keys.items() if part != "rest"}
    if any(truths.get(key, truth) != truth for key, truth in own.items()):
        return True
    truths.update(own)
    return False


def _protect_linked(linked: _Linked, setting: _Setting) -> list[tuple[list[Row], Audit]]:
    """Tables that share counts, chosen and audited as one system with the released figures that bear on them."""
    tables, past = linked.tables, setting.ledger.bearing_on(linked.counts)
    cells = build_cells([t.figures for t in tables], setting.places, past, setting.rule)
    disclosures = [setting.disclosure(t.figures.indicator.id) for t in tables]
    model = reduce(Reader.joined, (d.reader for d in disclosures))
    seen = list(readers(cells, model, setting.zone, max(d.partnership.width for d in disclosures)))
    try:
        choice = choose(cells, seen, _withheld_before(cells, past))
        rounded = keep_rounded(cells, seen, choice.withheld)
        checked = _Checked(cells, replace(choice, withheld=rounded.withheld), rounded.narrowest, model, len(past))
    except NotFinished:
        checked = _Checked(cells, _nothing_shown(cells), None, model, len(past))
    given_away = tuple(known_anyway(cells, one) for one in checked.choice.known)
    told = [given_away, *[()] * (len(tables) - 1)]  # once for all tables of the system
    return [_shown(t, checked, known) for t, known in zip(tables, told, strict=True)]


@dataclass(frozen=True)
class _Checked:
    """One system of tables, with what is withheld of it and how it was checked."""

    cells: Cells
    choice: Choice
    narrowest_rounded: float | None
    model: Reader
    earlier: int


def _nothing_shown(cells: Cells) -> Choice:
    """Every count withheld, noughts too: what could not be checked to the end is not shown at all."""
    every = np.ones(len(cells.keys), dtype=bool)
    return Choice(primary=every & cells.known & (cells.low > 0), withheld=every, narrowest=None)


def _shown(table: _Table, checked: _Checked, given_away: tuple[KnownAnyway, ...]) -> tuple[list[Row], Audit]:
    figures, cells, choice = table.figures, checked.cells, checked.choice
    rows = [
        show(row, keys, cells, choice.withheld, figures) for row, keys in zip(figures.rows, figures.keys, strict=True)
    ]
    mine = np.zeros(len(cells.keys), dtype=bool)
    mine[[cells.number[key] for keys in figures.keys for key in keys.values()]] = True
    known, counted_there = mine & cells.known & (cells.low > 0), cells.low * (mine & cells.known)
    hidden = choice.withheld & mine
    rules = [cells.rules[i] for i in np.flatnonzero(mine)]
    rule = rules[0] if rules else figures.rule
    return rows, Audit(
        indicator=figures.indicator.id,
        period=table.period,
        cells=len(rows),
        withheld=int((choice.primary & mine).sum()),
        secondary=int((hidden & ~choice.primary).sum()),
        rounded_to=rule.round_to,
        narrowest=choice.narrowest,
        attacker=reader_words(rule, checked.model),
        too_fine=table.worth.too_fine,
        instead=table.worth.instead,
        combined=table.combined,
        hidden_below=rule.hide_below,
        hides_nought=rule.hide_zero,
        counts=(figures.names.count, figures.names.base, figures.names.public_base),
        share_withheld=float(hidden.sum() / max(1, known.sum())),
        value_withheld=float(counted_there[hidden].sum() / max(1.0, counted_there.sum())),
        by_fractions=choice.by_fractions,
        known=given_away,
        mean_range=choice.mean_range,
        earlier=checked.earlier,
        narrowest_rounded=checked.narrowest_rounded,
    )


def _withheld_before(cells: Cells, past: Sequence[Mapping[str, object]]) -> Mask:
    """Cells withheld in an earlier release with the very count they have now: to show them now would undo that."""
    before = np.zeros(len(cells.keys), dtype=bool)
    for line in past:
        if line["withheld"]:
            where = (str(line[name]) for name in ("supplier", "area", "by", "group", "part", "what", "period"))
            number = cells.number.get(Key(*where))
            if number is not None and (cells.low[number], cells.high[number]) == (line["low"], line["high"]):
                before[number] = True
    return before


def _schema(figures: pa.Table) -> pa.Schema:
    kept = [field for field in figures.schema if field.name != "rows"]
    return pa.schema([*kept, pa.field("mark", pa.string())])
