"""A determined reader with nothing but released folders: tries to work out withheld counts, and says what it could and could not.

Shares no code with choosing or with the audit, and sees no true count: it reads the open tables, guesses the rule from them,
tries every sum it can think of, sets releases against one another, and solves for the least and the most of each withheld count.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor, gcd, inf
from pathlib import Path
from typing import Any, NamedTuple

import highspy
import numpy as np
import pyarrow.parquet as pq

from plait.areas import Areas
from plait.errors import FileRefused, UserError
from plait.values import Period

_NEEDED = {"indicator", "period", "area", "group", "state", "count_low", "count_high"}
_EVERYONE = {"", "Everyone", "The partnership as a whole"}
_AGENCIES = "agencies"
_ONE_EACH = {"Sex", "Ethnic group", "sex", "ethnicity"}  # in one group of these; a child may be counted at two ages
_PEOPLE = re.compile(r"\b(child|children|person|people)\b")
_TOLERANCE = 1e-6
_NEARLY = 2  # counts more than narrow: so close, whole counts are tried where fractions leave room
_NODES = 200  # of one integer program
_WAYS = 1.0, 0.0, 0.5, 0.7, 0.3, 0.5  # of the rounded counts, how many are moved up in one solution after another


@dataclass(frozen=True, slots=True)
class Cell:
    """One count in a release, by its place in the tables."""

    indicator: str
    period: str
    area: str
    agency: str
    breakdown: str
    group: str
    part: str = "count"

    def __str__(self) -> str:
        which = ", ".join(word for word in (self.area, self.agency, self.breakdown, self.group) if word)
        return f"{self.indicator}, {self.period}: {which}"


@dataclass(frozen=True)
class Learned:
    """One thing the attack worked out. Holds no count: the reader who runs it can look where it points."""

    cell: Cell
    how: str
    rounded: bool = False  # of a count that is shown, to within its rounding


@dataclass(frozen=True)
class Attack:
    """What was tried, and what was learned. `narrow` is how close least and most must be to count as learned."""

    tables: int
    cells: int
    withheld: int
    sums: int
    false_sums: int
    learned: tuple[Learned, ...]
    guessed: tuple[
        Learned, ...
    ]  # only if groups and agencies never overlap and what nobody sent is none: nothing says so
    open_ended: int  # withheld counts of which the most could not be bounded at all
    rounded: int = 0  # counts that are shown, but only to within their rounding
    disbelieved: tuple[tuple[str, str], ...] = ()  # indicator and kind of sum that what is shown proves false somewhere

    def told(self) -> Iterator[str]:
        """What was learned and what was not, a line each."""
        yield (
            f"Read {self.tables:,} tables with {self.cells:,} counts, of which {self.withheld:,} are withheld. "
            f"Tried {self.sums:,} sums; {self.false_sums:,} more do not hold and were put aside."
        )
        if self.disbelieved:
            kinds = sorted({kind for _, kind in self.disbelieved})
            yield (
                f"Sums that fail somewhere are not believed anywhere in that figure, so that nothing is learned from them "
                f"({len(self.disbelieved):,} kinds: {', '.join(kinds)})."
            )
        for one in self.learned[:50]:
            yield f"{one.cell}: {one.how}"
        if len(self.learned) > 50:
            yield f"… and {len(self.learned) - 50:,} more."
        if self.guessed:
            yield (
                f"{len(self.guessed):,} more could be guessed by a reader who takes it that nobody is in two groups or known "
                "to two agencies, and that a group nobody holds is empty. Where that is not so the guess is wrong."
            )
        rest = self.withheld - len({one.cell for one in self.learned if not one.rounded})
        yield f"Nothing could be learned of {rest:,} withheld counts; {self.open_ended:,} of them have no upper bound at all."
        if self.rounded:
            narrowed = len({one.cell for one in self.learned if one.rounded})
            yield f"Sums narrow {narrowed:,} of {self.rounded:,} rounded counts to under half of what their rounding leaves open."


@dataclass
class _Known:
    """What the attacker holds of each cell: bounds, and which are withheld."""

    bounds: dict[Cell, tuple[float, float]] = field(default_factory=dict)
    withheld: set[Cell] = field(default_factory=set)
    unsent: set[Cell] = field(default_factory=set)  # of which nobody holds a count
    rounded: dict[Cell, int] = field(default_factory=dict)  # to which base
    learned: list[Learned] = field(default_factory=list)
    of_people: set[str] = field(default_factory=set)  # indicators that count people: one may be in several periods
    tables: int = 0


@dataclass(frozen=True)
class Rule:
    """What the attacker takes the rule to be; read off the tables where it is not given."""

    hidden_below: int
    rounded_to: int


def attack(
    folders: Sequence[Path],
    *,
    areas: Areas | None = None,
    rule: Rule | None = None,
    knows: Path | None = None,
    narrow: int | None = None,
) -> Attack:
    """Everything a reader of these folders could work out. Raises UserError where they hold no table of figures.

    `areas` is public geography; `knows` a table, in the same columns, of counts the attacker has already: an agency's own, say.
    """
    known = _Known()
    for path in _tables(folders):
        _read(path, known, rule)
    if not known.tables:
        raise UserError("No open table of figures was found there. Give the folder of a profile, or of its figures.")
    if knows is not None:
        _read(knows, known, Rule(1, 1))
    guessed = rule or _guess([b for c, b in known.bounds.items() if c not in known.withheld])
    least = narrow if narrow is not None else max(1, (guessed.hidden_below - 1) // 2)
    groups: dict[str, list[Cell]] = defaultdict(list)
    for cell in known.bounds:
        groups[cell.indicator].append(cell)
    sums = false = open_ended = 0
    by_guessing: list[Learned] = []
    disbelieved: list[tuple[str, str]] = []
    for indicator, cells in groups.items():
        tried = _Tried(cells, list(_sums(cells, areas, known.of_people)), known, least, guessed.hidden_below)
        sure = list(tried.learned())
        by_guessing += [one for one in tried.learned(guessing=True) if one.cell not in {other.cell for other in sure}]
        known.learned += sure
        sums, false = sums + len(tried.holding), false + tried.put_aside
        open_ended += tried.unbounded
        disbelieved += [(indicator, kind) for kind in sorted(tried.false_kinds)]
    told = len(known.bounds), len(known.withheld), sums, false, tuple(known.learned), tuple(by_guessing), open_ended
    return Attack(known.tables, *told, rounded=len(known.rounded), disbelieved=tuple(disbelieved))


def _tables(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        files = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
        yield from (p for p in files if p.suffix in (".csv", ".parquet", ".json"))


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as handle:
                return list(csv.DictReader(handle))
        if path.suffix == ".parquet":
            return list(pq.read_table(path).to_pylist())
        read = json.loads(path.read_text(encoding="utf-8"))
        rows = read.get("figures", []) if isinstance(read, dict) else read
        return rows if isinstance(rows, list) and all(isinstance(r, dict) for r in rows) else []
    except (OSError, ValueError, csv.Error):
        raise FileRefused(f"{path.name} cannot be read as a table.") from None


def _read(path: Path, known: _Known, rule: Rule | None) -> None:
    """The counts of one table are known, within their rounding; a count shown twice is known to within both."""
    rows = _rows(path)
    if not rows or not rows[0].keys() >= _NEEDED:
        return
    known.tables += 1
    known.of_people |= {str(row["indicator"]) for row in rows if _PEOPLE.search(str(row.get("unit", "")))}
    by_indicator: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_indicator[str(row["indicator"])].append(row)
    for of in by_indicator.values():
        taken = rule or _guess((low, low) for row in of if (low := _number(row.get("count_low"))) is not None)
        share = any(_number(row.get("base_low")) is not None for row in of)
        seen: dict[Cell, int] = defaultdict(int)
        for row in of:
            cell = _cell(row)
            seen[cell] += 1
            if seen[cell] > 1:  # two groups of one name
                cell = replace(cell, group=f"{cell.group} ({seen[cell]})")
            _learn(row, cell, taken, known, share=share)


def _guess(shown: Iterable[tuple[float, float]]) -> Rule:
    """The rounding base all shown counts share, and the least that could be shown as the smallest of them as the threshold.

    What a rate is of tells nothing of it: the number of residents is public, and never rounded.
    """
    counts = [int(low) for low, high in shown if low == high and 0 < low < inf]
    if not counts:
        return Rule(2, 1)
    base = next((b for b in (10, 5) if gcd(*counts) % b == 0), 1)
    return Rule(max(2, min(counts) - (base // 2 if base > 1 else 0)), base)


def _learn(row: Mapping[str, Any], cell: Cell, rule: Rule, known: _Known, *, share: bool) -> None:
    """What one row tells. A share may be withheld for its base, so that its count may be nought."""
    if row["state"] == "withheld":
        known.withheld.add(cell)
        _narrow(known, cell, 0.0 if share else 1.0, inf)
        return
    if row["state"] == "not_held":  # nobody sent it, which does not say that there is none
        known.unsent.add(cell)
        _narrow(known, cell, 0.0, inf)
        return
    low, high = _number(row.get("count_low")), _number(row.get("count_high"))
    if low is None:
        return
    most = inf if high is None else high
    if low == most and low > 0:
        if rule.rounded_to > 1:
            known.rounded[cell] = rule.rounded_to
        low, most = max(low - rule.rounded_to // 2, rule.hidden_below, 1.0), most + (rule.rounded_to - 1) // 2
    _narrow(known, cell, low, most)
    _check_rate(row, cell, known)


def _check_rate(row: Mapping[str, Any], cell: Cell, known: _Known) -> None:
    """A percentage that the shown counts do not make was made of others, and gives them away."""
    value, count, base = (_number(row.get(name)) for name in ("low", "count_low", "base_low"))
    if value is None or not count or not base or _number(row.get("high")) != value or value == count:
        return
    percent = "percent" in str(row.get("unit", ""))
    if percent and abs(value - count / base * 100) > 0.5 + _TOLERANCE:
        known.learned.append(Learned(cell, "its rate is not the rate of the counts shown, so it tells of others"))


def _narrow(known: _Known, cell: Cell, low: float, high: float) -> None:
    before = known.bounds.get(cell, (0.0, inf))
    both = max(before[0], low), min(before[1], high)
    known.bounds[cell] = both if both[0] <= both[1] else (low, high)  # corrected since: the later is believed


def _cell(row: Mapping[str, Any]) -> Cell:
    breakdown, group = str(row.get("breakdown", row.get("by", "")) or ""), str(row["group"] or "")
    agency = str(row.get("agency", row.get("supplier", "")) or "")
    plain = tuple("" if word in _EVERYONE else word for word in (agency, breakdown, group))
    return Cell(str(row["indicator"]), str(row["period"]), str(row["area"]), *plain)


def _number(value: object) -> float | None:
    try:
        return None if value in ("", None) else float(str(value))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum a reader might try, and of which kind: of a breakdown, of agencies, of a kind of area, of periods.

    `one_each`: nobody is in two of the parts, whatever is counted; otherwise that is a guess. `all_there`: no part is missing.
    """

    whole: Cell
    parts: tuple[Cell, ...]
    kind: str
    one_each: bool
    all_there: bool = True


def _sums(cells: Sequence[Cell], areas: Areas | None, of_people: set[str]) -> Iterator[Sum]:
    """Every sum a reader might try: groups, agencies, areas and periods."""
    there, shown = set(cells), {c.area for c in cells}
    found: dict[tuple[Cell, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.breakdown:
            found[replace(cell, breakdown="", group=""), cell.breakdown].append(cell)
        if cell.agency and not cell.breakdown:  # one agency's "not recorded" may be recorded by another
            found[replace(cell, agency=""), _AGENCIES].append(cell)
        for parent, line in _above(cell.area, areas, shown):
            found[replace(cell, area=parent), line].append(cell)
    for (whole, kind), parts in found.items():
        if whole in there and len(parts) > 1:
            of_areas = parts[0].area != whole.area
            all_there = not of_areas or _all_there(whole.area, {p.area for p in parts}, areas)
            yield Sum(whole, tuple(parts), kind, of_areas or kind in _ONE_EACH, all_there)
    for whole, inside in _times(cells):
        yield Sum(whole, inside, "periods", whole.indicator not in of_people)


def _all_there(area: str, parts: set[str], areas: Areas | None) -> bool:
    """True where no area of the same kind, straight below, is missing; deeper ones are taken to be all there."""
    if areas is None:
        return True
    kinds = {areas[part].kind for part in parts}
    return all(child.code in parts for child in areas.children(area) if child.kind in kinds and not child.until)


def _above(area: str, areas: Areas | None, shown: set[str]) -> Iterator[tuple[str, str]]:
    if areas is None or area not in areas:
        return
    edge = [(parent, areas[area].kind) for parent in areas[area].parents]
    while edge:
        parent, kind = edge.pop()
        if parent in shown:
            yield parent, kind
        elif parent in areas:
            edge += [(above, areas[parent].kind) for above in areas[parent].parents]


def _times(cells: Sequence[Cell]) -> Iterator[tuple[Cell, tuple[Cell, ...]]]:
    """Periods that tile a longer one."""
    series: dict[Cell, dict[str, Cell]] = defaultdict(dict)
    for cell in cells:
        series[replace(cell, period="")][cell.period] = cell
    for by_label in series.values():
        if len(by_label) > 2:
            periods = {label: Period.parse(label) for label in by_label}
            for label, whole in periods.items():
                inside = sorted((p, other) for other, p in periods.items() if other != label and _within(p, whole))
                if sum(p.days for p, _ in inside) == whole.days:
                    yield by_label[label], tuple(by_label[other] for _, other in inside)


def _within(period: Period, whole: Period) -> bool:
    return whole.start <= period.start and period.end <= whole.end


class _Tried:
    """The sums of one indicator: which can hold, which kinds are proved false, and what the rest give away."""

    def __init__(
        self, cells: Sequence[Cell], sums: Sequence[Sum], known: _Known, narrow: int, hidden_below: int
    ) -> None:
        self._cells, self._known, self._narrow, self._hidden_below = cells, known, narrow, hidden_below
        self.unbounded = 0
        self.false_kinds = {one.kind for one in sums if not _may_hold(one, known.bounds)}
        self.holding = self._that_hold_together(list(sums))
        self.put_aside = len(sums) - len(self.holding)

    def _that_hold_together(self, sums: list[Sum]) -> list[Sum]:
        """The sums left once every kind is disbelieved of which one cannot hold, alone or beside the others."""
        while True:
            held = [one for one in sums if one.kind not in self.false_kinds]
            false = _Least(self._cells, held, self._known.bounds).false_kinds
            if not false:
                return held
            self.false_kinds |= false

    def learned(self, *, guessing: bool = False) -> Iterator[Learned]:
        """Withheld counts that all sums together leave too narrow, with the kinds of sum that each rests on."""
        solver = self._solver(self.holding, guessing=guessing)
        if solver.false_kinds:
            return
        for number, cell in enumerate(self._cells):
            if cell in self._known.withheld and self._is_narrow(solver, number):
                yield self._told(solver, number, self._narrow, self._rests_on(number, guessing))
        if not guessing:
            self.unbounded = solver.unbounded
            yield from self._rounded(solver)

    def _rounded(self, solver: _Least) -> Iterator[Learned]:
        """Rounded counts that sums narrow to less than half of what their rounding alone leaves open."""
        needed = {n: (self._known.rounded[c] - 1) // 2 for n, c in enumerate(self._cells) if c in self._known.rounded}
        bounds = self._known.bounds
        open_yet = [n for n, least in needed.items() if np.diff(bounds[self._cells[n]])[0] >= least > 0]
        for number in solver.not_seen_wide(open_yet, [needed[n] for n in open_yet]):
            low, high = solver.range_of(number, needed[number])
            if high - low < needed[number]:
                kinds = ", ".join(sorted({one.kind for one in self.holding}))
                yield replace(self._told(solver, number, needed[number], kinds), rounded=True)

    def _told(self, solver: _Least, number: int, narrow: int, rests_on: str) -> Learned:
        low, high = solver.range_of(number, narrow)
        how = "worked out exactly" if high - low < 1 else f"narrowed to {int(high - low) + 1} counts"
        return Learned(self._cells[number], f"it can be {how}, from sums of what is shown ({rests_on})")

    def _solver(self, sums: Sequence[Sum], *, guessing: bool) -> _Least:
        bounds = self._known.bounds
        if guessing:  # what nobody sent is taken to be nobody
            bounds = bounds | {cell: (0.0, 0.0) for cell in self._cells if cell in self._known.unsent}
        return _Least(self._cells, sums, bounds, guessing=guessing)

    def _is_narrow(self, solver: _Least, number: int) -> bool:
        low, high = solver.range_of(number, self._narrow)
        return high - low < self._narrow and low < self._hidden_below and high > 0

    def _rests_on(self, number: int, guessing: bool) -> str:
        """The kinds of sum without which it would not be narrow; all of them where each alone can be spared."""
        kinds = sorted({one.kind for one in self.holding})
        needed = [
            kind
            for kind in kinds
            if not self._is_narrow(
                self._solver([one for one in self.holding if one.kind != kind], guessing=guessing), number
            )
        ]
        return ", ".join(needed or kinds)


def _may_hold(one: Sum, bounds: Mapping[Cell, tuple[float, float]]) -> bool:
    """False where what is shown proves that the parts do not make the whole."""
    least, most = sum(bounds[p][0] for p in one.parts), sum(bounds[p][1] for p in one.parts)
    low, high = bounds[one.whole]
    return (not one.one_each or least <= high) and (not one.all_there or most >= low)


class _Row(NamedTuple):
    """One sum over numbered cells."""

    whole: int
    parts: list[int]
    one_each: bool
    all_there: bool


class _Least:
    """Linear programs for the least and most of one cell; integer programs where that nearly is too narrow."""

    def __init__(
        self,
        cells: Sequence[Cell],
        sums: Sequence[Sum],
        bounds: Mapping[Cell, tuple[float, float]],
        *,
        guessing: bool = False,
    ) -> None:
        number = {cell: i for i, cell in enumerate(cells)}
        self.unbounded = 0
        self._low, self._high = np.array([bounds[c][0] for c in cells]), np.array([bounds[c][1] for c in cells])
        self._touched = {number[c] for one in sums for c in (one.whole, *one.parts)}
        self._start()
        rows = [
            _Row(number[one.whole], [number[p] for p in one.parts], guessing or one.one_each, one.all_there)
            for one in sums
        ]
        for row in rows:
            self._add(row)
        self.false_kinds = set[str]()
        if not self._runs():
            self._start()
            self.false_kinds = {one.kind for one, row in zip(sums, rows, strict=True) if not self._holds(row)}

    def _start(self) -> None:
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        none = np.array([], dtype=np.int32)
        self._highs.addCols(
            len(self._low), np.zeros(len(self._low)), self._low, self._high, 0, none, none, np.array([])
        )

    def _add(self, row: _Row) -> None:
        """The parts make the whole. Where they may overlap no part is more than it; where one may be missing they may be less."""
        whole, parts = row.whole, row.parts
        index = np.array([whole, *parts], dtype=np.int32)
        least, most = 0.0 if row.one_each else -inf, 0.0 if row.all_there else inf
        self._highs.addRow(least, most, len(index), index, np.array([1.0, *[-1.0] * len(parts)]))
        for part in () if row.one_each else parts:
            self._highs.addRow(0.0, inf, 2, np.array([whole, part], dtype=np.int32), np.array([1.0, -1.0]))

    def _holds(self, row: _Row) -> bool:
        """True where the sum can hold beside those before it; else it is taken out again."""
        before = self._highs.getNumRow()
        self._add(row)
        if self._runs():
            return True
        more = np.arange(before, self._highs.getNumRow(), dtype=np.int32)
        self._highs.deleteRows(len(more), more)
        return False

    def _runs(self) -> bool:
        self._highs.run()
        return bool(self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def not_seen_wide(self, cells: Sequence[int], needed: Sequence[int]) -> list[int]:
        """Those of these cells that no two of a few solutions, each moving all of them at once, put so far apart."""
        index, apart, draw = np.array(cells, dtype=np.int32), np.array(needed), np.random.default_rng(0)
        seen: list[Any] = []
        for way in _WAYS if len(index) else ():
            signs = np.where(draw.random(len(index)) < way, -1.0, 1.0) * draw.uniform(0.5, 1.5, len(index))
            self._highs.changeColsCost(len(index), index, signs)
            if self._runs():
                seen.append(np.array(self._highs.getSolution().col_value)[index])
            self._highs.changeColsCost(len(index), index, np.zeros(len(index)))
        narrow = np.ptp(np.array(seen), axis=0) < apart - _TOLERANCE if seen else np.ones(len(index), dtype=bool)
        return [int(cell) for cell in index[narrow]]

    def range_of(self, cell: int, narrow: int) -> tuple[float, float]:
        """The least and most of one cell, in whole counts where fractions leave it only a little wider than narrow."""
        if cell not in self._touched:
            self.unbounded += int(self._high[cell] == inf)
            return float(self._low[cell]), float(self._high[cell])
        low, high = self._ends(cell)
        if narrow <= high - low < narrow + _NEARLY:
            self._whole_counts(True)
            low, high = self._ends(cell, low, high)
            self._whole_counts(False)
        self.unbounded += high == inf
        return low, high

    def _ends(self, cell: int, low: float | None = None, high: float = inf) -> tuple[float, float]:
        """The least and most as solved; `low` and `high` where a solve does not finish."""
        least, most = self._extreme(cell, 1.0), self._extreme(cell, -1.0)
        fallback = float(self._low[cell]) if low is None else low
        return (
            fallback if least is None else float(ceil(least - _TOLERANCE)),
            high if most is None else float(floor(most + _TOLERANCE)),
        )

    def _whole_counts(self, wanted: bool) -> None:
        """Every count whole, or fractions allowed."""
        kind = highspy.HighsVarType.kInteger if wanted else highspy.HighsVarType.kContinuous
        columns = np.arange(len(self._low), dtype=np.int32)
        self._highs.changeColsIntegrality(len(columns), columns, np.full(len(columns), kind))
        self._highs.setOptionValue("mip_max_nodes", _NODES)

    def _extreme(self, cell: int, sign: float) -> float | None:
        """The least of sign × the cell, as the cell; None where it has none."""
        self._highs.changeColCost(cell, sign)
        value = float(self._highs.getSolution().col_value[cell]) if self._runs() else None
        self._highs.changeColCost(cell, 0.0)
        return value
