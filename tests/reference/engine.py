"""The plain reference: every kind of indicator worked out with loops over rows as dicts, slowly and with no SQL.

It says what `plait.measure` must give, cell by cell. It shares nothing with it but the declared types.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from statistics import median
from typing import Any

from plait.areas import Areas
from plait.decided import Agency
from plait.declare import Condition, Indicator, Pack, Rows, rows_of
from plait.values import Period

Row = dict[str, Any]
Key = tuple[str, str, str, str, str]  # indicator, supplier, area, by, group
Figure = tuple[str, float, float, float, float, float | None, float | None]
ROW_COLUMNS = {"harm": "harms", "status": "status", "role": "role", "need": "need", "type": "type", "detail": "detail",
               "outcome": "outcome", "source": "source", "setting": "setting", "method": "method"}  # fmt: skip
SMALL = {"ward", "lsoa", "msoa", "oa", "dz", "iz"}
WIDE = {"country", "nation", "region"}


@dataclass
class World:
    """One partnership: tables as lists of dicts, each row with its agency."""

    pack: Pack
    tables: dict[str, list[Row]]
    numbers: dict[tuple[str, int], int] | None
    period: Period
    areas: Areas
    top: tuple[str, ...]
    agencies: tuple[Agency, ...]
    earlier: tuple[Row, ...] = ()  # concerns sent in a period before

    def agency(self, name: str) -> Agency:
        return next(a for a in self.agencies if a.id == name)

    def rank(self, name: str) -> int:
        kinds = [c.code for c in self.pack.codelists["agency_kind"].codes]
        order = sorted(self.agencies, key=lambda a: (kinds.index(a.kind), self.agencies.index(a)))
        return [a.id for a in order].index(name)

    def above(self, code: str) -> set[str]:
        line = {code}
        for parent in self.areas[code].parents:
            line |= self.above(parent)
        return line

    def shown(self) -> list[str]:
        return [a.code for a in self.areas.all if self.above(a.code) & set(self.top)]


def reference(world: World, indicators: Sequence[Indicator]) -> dict[Key, Figure]:
    found: dict[Key, Figure] = {}
    for indicator in indicators:
        found.update(_indicator(world, indicator))
    return found


# --- who has sent what -------------------------------------------------------------------------------------------


def types_named(world: World, rows: Rows) -> set[str] | None:
    named = None
    for c in rows.where:
        if c.column == "type" and c.is_in:
            named = set(c.is_in) if named is None else named & set(c.is_in)
    return named


def holds(world: World, agency: str, rows: Rows) -> bool:
    if rows.agencies and world.agency(agency).kind not in rows.agencies:
        return False
    named = types_named(world, rows)
    mine = [r for r in world.tables.get(rows.of, []) if r["agency"] == agency]
    return any(named is None or r.get("type") in named for r in mine)


def answered(world: World, dataset: str, column: str, value: Any) -> bool:
    listed = world.pack.datasets[dataset].column(column).codes
    absent = world.pack.codelists[listed].missing if listed else ()
    if isinstance(value, list):
        return any(v not in absent for v in value)
    return value is not None and value not in absent


def collected(world: World, holders: Iterable[str], rows: Rows, columns: Iterable[str]) -> bool:
    named, holders = types_named(world, rows), set(holders)
    mine = [
        r for r in world.tables.get(rows.of, [])
        if r["agency"] in holders and (named is None or r.get("type") in named)
    ]  # fmt: skip
    return not mine or all(any(answered(world, rows.of, c, r.get(c)) for r in mine) for c in columns)


def wanted_columns(world: World, indicator: Indicator, part: int) -> set[str]:
    rows, m = rows_of(indicator)[part], indicator.measure
    tests = [*rows.where, *(m.subset if m.kind == "share" and part == 0 else ())]
    wanted = {rows.dated, *((m.start, m.end) if m.kind == "median_days" else ())}
    for c in tests:
        codes = set(c.is_in or c.has_any or ())
        listed = world.pack.datasets[rows.of].column(c.column).codes
        absent = set(world.pack.codelists[listed].missing) if listed else set()
        if c.recorded is None and c.not_in is None and not codes & absent:
            wanted.add(c.column)
    return wanted


def cover(world: World, agencies: Iterable[str]) -> dict[str, str]:
    mine = {code for a in agencies for code in world.agency(a).areas}
    whole = {a.code for a in world.areas.all if world.above(a.code) & mine}
    for _ in range(5):
        for area in world.areas.all:
            kinds = {c.kind for c in world.areas.children(area.code)}
            made = any(all(c.code in whole for c in world.areas.children(area.code, k)) for k in kinds)
            if made and area.kind not in WIDE and area.code in world.shown():
                whole.add(area.code)
    part = set().union(*(world.above(code) for code in whole)) if whole else set()
    return {c: "whole" if c in whole else "part" if c in part else "none" for c in world.shown()}


# --- people and places -------------------------------------------------------------------------------------------


class Eyes:
    """People as one supplier sees them; '' sees all agencies' records of whoever is linked."""

    def __init__(self, world: World, supplier: str) -> None:
        self.world, self.supplier = world, supplier
        self.people: dict[Any, list[Row]] = defaultdict(list)
        self.homes: dict[Any, list[Row]] = defaultdict(list)
        for name, into in (("persons", self.people), ("homes", self.homes)):
            for row in world.tables.get(name, []):
                if supplier in ("", row["agency"]):
                    into[self.who(row)].append(row)

    def who(self, row: Row) -> Any:
        if row.get("person") is None:
            return None
        pair = (row["agency"], row["person"])
        if self.supplier == "" and self.world.numbers is not None and pair in self.world.numbers:
            return self.world.numbers[pair]
        return pair

    def best(self, who: Any, held: Callable[[Row], Any]) -> Any:
        votes: Counter[Any] = Counter()
        first: dict[Any, int] = {}
        for row in self.people.get(who, []):
            if (value := held(row)) is not None:
                votes[value] += 1
                first[value] = min(first.get(value, 99), self.world.rank(row["agency"]))
        return min(votes, key=lambda v: (-votes[v], first[v]), default=None)

    def group(self, who: Any, column: str) -> str | None:
        """The group most often given; an answer before a code that means not known."""
        listed = self.world.pack.codelists[column]
        upper = {c.code: c.group or "not_recorded" for c in listed.codes} if column == "ethnicity" else {}
        known = self.best(who, lambda r: upper.get(r[column], r[column]) if r[column] not in listed.missing else None)
        return known if known is not None else self.best(who, lambda r: upper.get(r[column], r[column]))

    def age(self, who: Any, day: date | None) -> int | None:
        born = self.best(who, lambda r: r["birth_month"])
        if born is None or day is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def home(self, who: Any, day: date) -> str | None:
        began = [h for h in self.homes.get(who, []) if (h["from_month"] or date.min) <= day]
        if began:
            last = max(h["from_month"] or date.min for h in began)
            h = min(
                (h for h in began if (h["from_month"] or date.min) == last), key=lambda h: self.world.rank(h["agency"])
            )
            if h["to_month"] is None or h["to_month"] >= day.replace(day=1):
                return str(h["area"])
        return self.best(who, lambda r: r["area"] if r["area"] in self.world.areas else None)


# --- rows ----------------------------------------------------------------------------------------------------------


def meets(world: World, dataset: str, row: Row, tests: Iterable[Condition]) -> bool:
    return all(_meets(world, dataset, row.get(c.column), c) for c in tests)


def _meets(world: World, dataset: str, value: Any, c: Condition) -> bool:
    if c.recorded is not None:
        return answered(world, dataset, c.column, value) is c.recorded
    held = set(value) if isinstance(value, list) else {value}
    codes = world.pack.codelists[world.pack.datasets[dataset].column(c.column).codes or ""].codes
    if c.in_group is not None:
        return bool(held & {x.code for x in codes if x.group in c.in_group})
    if c.in_set is not None:
        return bool(held & {x.code for x in codes if c.in_set in x.sets})
    if c.not_in is not None:
        return not held & set(c.not_in)
    return bool(held & set(c.is_in or c.has_any or ()))


def in_time(eyes: Eyes, rows: Rows, row: Row, period: Period) -> bool:
    day, until = row.get(rows.dated), row.get(rows.until) if rows.until else None
    if day is None:
        return False
    if rows.when in ("before_18", "after_18"):
        return _about_18(eyes, rows, row, period)
    if rows.when == "in_period":
        return period.start <= day <= period.end
    limit = period.end if rows.when == "open_at_end" else None
    return day <= period.end and (until is None or (until > limit if limit else until >= period.start))


def turning_18(eyes: Eyes, who: Any) -> date | None:
    """The first day of the month in which somebody turns 18: birthdays are known to their month alone."""
    born = eyes.best(who, lambda r: r["birth_month"])
    return born and date(born.year + 18, born.month, 1)


def _about_18(eyes: Eyes, rows: Rows, row: Row, period: Period) -> bool:
    """Open on the day before the month, or on any of the 91 days that follow it; all of them in the period."""
    month = turning_18(eyes, eyes.who(row))
    if month is None:
        return False
    after = (month + timedelta(31)).replace(day=1)
    if month < period.start or after + timedelta(90) > period.end:
        return False
    if rows.when == "before_18":
        return open_on(rows, row, month - timedelta(1))
    return open_on(rows, row, after) or after < row[rows.dated] <= after + timedelta(90)


def open_on(rows: Rows, row: Row, day: date) -> bool:
    """Begun and not ended; what has no end is of its own day alone."""
    if rows.until is None:
        return bool(row[rows.dated] == day)
    return bool(row[rows.dated] <= day and (row[rows.until] is None or row[rows.until] > day))


def usable(world: World, eyes: Eyes, rows: Rows, *, timely: bool = True) -> list[Row]:
    return [
        r for r in world.tables.get(rows.of, [])
        if eyes.supplier in ("", r["agency"])
        and (not rows.agencies or world.agency(r["agency"]).kind in rows.agencies)
        and meets(world, rows.of, r, rows.where)
        and (not timely or in_time(eyes, rows, r, world.period))
    ]  # fmt: skip


def aged(world: World, eyes: Eyes, indicator: Indicator, row: Row) -> int | None:
    at = indicator.age.at if indicator.age else "event"
    days = {"period_start": world.period.start, "period_end": world.period.end}
    return eyes.age(eyes.who(row), days.get(at, row[rows_of(indicator)[0].dated]))


def of_age(world: World, eyes: Eyes, indicator: Indicator, row: Row) -> bool:
    if not indicator.age:
        return True
    age = aged(world, eyes, indicator, row)
    return age is not None and indicator.age.low <= age <= indicator.age.high


def places(world: World, eyes: Eyes, indicator: Indicator, row: Row) -> set[str]:
    """The shown areas a row counts in."""
    rows, shown = rows_of(indicator)[0], set(world.shown())
    day = row[rows.dated]
    if rows.when == "open_at_end":
        day = world.period.end
    if rows.when == "open_in_period":
        day = max(day, world.period.start)
    if rows.when in ("before_18", "after_18"):
        day = turning_18(eyes, eyes.who(row)) or day
    area = {
        "home": lambda: eyes.home(eyes.who(row), day),
        "incident": lambda: row.get("incident_area"),
        "responsible": lambda: row.get("responsible_area"),
    }.get(indicator.residence, lambda: None)()
    if area is not None and area in world.areas:
        return world.above(area) & shown
    agency = world.agency(row["agency"])
    return set.intersection(*(world.above(code) for code in agency.areas)) & shown


def groups(world: World, eyes: Eyes, indicator: Indicator, row: Row, by: str) -> set[str]:
    who = eyes.who(row)
    if by == "agency":
        return {row["agency"]} if eyes.supplier == "" else set()
    if by == "age_band":
        age = aged(world, eyes, indicator, row)
        return {next((b for b in bands(world) if age is not None and bands(world)[b](age)), "not_recorded")}
    if by == "disability":
        held = eyes.best(who, lambda r: tuple(r["disability"]) or None) or ()
        return set(held) or {"not_recorded"}
    if by in ("sex", "ethnicity"):
        return {eyes.group(who, by) or "not_recorded"}
    value = row.get(ROW_COLUMNS[by])
    if isinstance(value, list):
        return set(value) or {"not_recorded"}
    if value is not None and by == "source":
        value = next(c.group for c in world.pack.codelists["referral_source"].codes if c.code == value)
    return {value or "not_recorded"}


def bands(world: World) -> dict[str, Callable[[int], bool]]:
    found: dict[str, Callable[[int], bool]] = {}
    for c in world.pack.codelists["age_band"].codes:
        if c.code.endswith("+"):
            found[c.code] = lambda age, low=int(c.code[:-1]): age >= low  # type: ignore[misc]
        elif "-" in c.code:
            low, high = map(int, c.code.split("-"))
            found[c.code] = lambda age, low=low, high=high: low <= age <= high  # type: ignore[misc]
    return found


# --- counting ------------------------------------------------------------------------------------------------------


@dataclass
class Counted:
    """One row picked: what counts once, whether it is a hit, and its days."""

    row: Row
    unit: Any
    hit: bool
    days: float | None


def pick(world: World, eyes: Eyes, indicator: Indicator) -> list[Counted]:
    m, rows = indicator.measure, rows_of(indicator)[0]
    picked = []
    timely = [r for r in usable(world, eyes, rows) if of_age(world, eyes, indicator, r)]
    for row in timely:
        unit = _unit(indicator, eyes, row)
        hit, days = True, None
        if m.kind == "share":
            hit = meets(world, rows.of, row, m.subset)
        elif m.kind == "median_days":
            days = (row[m.end] - row[m.start]).days if row[m.end] and row[m.start] else None
        elif m.kind in ("within", "median_wait"):
            days = _wait(world, eyes, m, row)
            hit = m.kind == "within" and days is not None and days <= m.days
        elif m.kind == "repeat":
            hit = _repeats(world, eyes, indicator, row)
        elif m.kind == "overlap":
            there = {eyes.who(o) for o in usable(world, eyes, m.others)} - {None}
            hit = (eyes.who(row) in there) is m.present
        if unit is not None and (days is not None or m.kind not in ("median_days", "median_wait")):
            picked.append(Counted(row, unit, hit, days))
    return picked


def _unit(indicator: Indicator, eyes: Eyes, row: Row) -> Any:
    m = indicator.measure
    rowwise = m.kind in ("within", "median_days", "median_wait")
    unit = "rows" if rowwise else getattr(m, "unit", getattr(m, "over", "people"))
    if unit == "rows":
        return row["id"]
    return eyes.who(row) if unit == "people" else (row["agency"], row[unit]) if row[unit] is not None else None


def _wait(world: World, eyes: Eyes, m: Any, row: Row) -> int | None:
    day, who = row[m.rows.dated], eyes.who(row)
    waits = [
        (t[m.then.dated] - day).days
        for t in usable(world, eyes, m.then, timely=False)
        if who is not None and eyes.who(t) == who and t is not row and t[m.then.dated] and t[m.then.dated] >= day
    ]
    return min(waits, default=None)


def _repeats(world: World, eyes: Eyes, indicator: Indicator, row: Row) -> bool:
    """The row is the last of so many within so many days."""
    m, dated = indicator.measure, rows_of(indicator)[0].dated
    days = [
        (row[dated] - r[dated]).days
        for r in usable(world, eyes, m.rows, timely=False)
        if r[dated] and eyes.who(r) == eyes.who(row) and of_age(world, eyes, indicator, r)
    ]
    return sum(0 <= d < m.within_days for d in days) >= m.at_least


Cell = tuple[str, str, str]  # area, by, group


def tally(world: World, supplier: str, indicator: Indicator) -> dict[Cell, list[Counted]]:
    eyes = Eyes(world, supplier)
    cells: dict[Cell, list[Counted]] = defaultdict(list)
    for counted in pick(world, eyes, indicator):
        for area in places(world, eyes, indicator, counted.row):
            cells[area, "", ""].append(counted)
            if world.areas[area].kind not in SMALL or area in world.top:
                for by in indicator.breakdowns:
                    for group in groups(world, eyes, indicator, counted.row, by):
                        cells[area, by, group].append(counted)
    return cells


@dataclass
class Sums:
    n: float
    d: float
    middle: float | None
    rows: int


def sums(indicator: Indicator, picked: list[Counted]) -> Sums:
    units: dict[Any, bool] = {}
    for c in picked:
        units[c.unit] = units.get(c.unit, False) or c.hit
    hits, m = sum(units.values()), indicator.measure
    n = {"share": hits, "within": hits, "overlap": hits, "repeat": hits, "mean": len(picked)}.get(m.kind, len(units))
    days = [c.days for c in picked if c.days is not None]
    return Sums(n, len(units), median(days) if days else None, len(picked))


# --- figures -------------------------------------------------------------------------------------------------------


def is_share(indicator: Indicator) -> bool:
    m = indicator.measure
    return m.kind in ("share", "within") or (m.kind == "overlap" and m.share)


def residents(world: World, area: str, by: str, group: str, ages: tuple[int, int]) -> float | None:
    """The row for everyone, else the sexes added; the generated populations hold one row an area and sex."""
    known = {sex: n for (between, sex), n in population(world, area).items() if between == ages}
    if by == "sex":
        return known.get(group)
    if by:
        return None
    return known.get(None, sum(known.values()) if len(known) > 1 else None)


def population(world: World, area: str) -> dict[tuple[tuple[int, int], str | None], float]:
    """Residents by ages and sex: as sent, or else what all the areas of one kind within it have."""
    sent = {
        ((row["age_from"], row["age_to"]), row["sex"]): float(row["residents"])
        for row in world.tables.get("populations", []) if row["area"] == area
    }  # fmt: skip
    if sent or world.areas[area].kind in WIDE or area not in world.shown():
        return sent
    for kind in sorted({c.kind for c in world.areas.children(area)}):
        parts = [population(world, c.code) for c in world.areas.children(area, kind)]
        keys = set.intersection(*(set(part) for part in parts)) if len(parts) > 1 else set()
        if keys:
            return {key: sum(part[key] for part in parts) for key in keys}
    return {}


def _indicator(world: World, indicator: Indicator) -> dict[Key, Figure]:
    parts = [[a.id for a in world.agencies if holds(world, a.id, rows)] for rows in rows_of(indicator)]
    own = [a.id for a in world.agencies if all(a.id in part for part in parts)]
    own_tallies = {a: tally(world, a, indicator) for a in own}
    sources = sorted({a for part in parts for a in part})
    found: dict[Key, Figure] = {}
    for supplier in ["", *own]:
        mine = [[a for a in part if supplier in ("", a)] for part in parts]
        cells = own_tallies[supplier] if supplier else tally(world, "", indicator)
        covered = cover(world, [supplier] if supplier else sources)
        for cell in frame(world, indicator, supplier, cells, covered):
            made = bounds(world, indicator, supplier, cell, cells, own_tallies, crossing=len(sources) > 1)
            reason = why_not(world, indicator, supplier, cell, mine, made, covered[cell[0]])
            found[(indicator.id, supplier, *cell)] = figure(world, indicator, cell, made, reason, covered[cell[0]])
    return found


def frame(
    world: World, indicator: Indicator, supplier: str, cells: dict[Cell, list[Counted]], covered: dict[str, str]
) -> set[Cell]:
    wanted = set(cells)
    for area in world.shown():
        if supplier and covered[area] == "none":
            continue
        wanted.add((area, "", ""))
        if world.areas[area].kind not in SMALL or area in world.top:
            for by in indicator.breakdowns:
                if by != "agency" or not supplier:
                    wanted |= {(area, by, group) for group in declared(world, indicator, by)}
    return wanted


def declared(world: World, indicator: Indicator, by: str) -> set[str]:
    rows, pack = rows_of(indicator)[0], world.pack
    if by == "agency":
        return {a.id for a in world.agencies if a.kind in (rows.agencies or indicator.suppliers)}
    if by == "age_band":
        rule = indicator.age
        every = {b for b, test in bands(world).items() if not rule or any(map(test, range(rule.low, rule.high + 1)))}
        return every if rule else every | {"not_recorded"}
    if by == "source":
        return {c.group or "not_recorded" for c in pack.codelists["referral_source"].codes} | {"not_recorded"}
    if by == "ethnicity":
        return {c.group or "not_recorded" for c in pack.codelists["ethnicity"].codes} | {"not_recorded"}
    if by in ("sex", "disability"):
        return {c.code for c in pack.codelists[by].codes} | {"not_recorded"}
    if ROW_COLUMNS[by] not in pack.datasets[rows.of].column_ids:
        return {"not_recorded"}
    listed = pack.datasets[rows.of].column(ROW_COLUMNS[by]).codes or ""
    live = {
        c.code for c in pack.codelists[listed].codes
        if (c.since is None or c.since <= world.period.end) and (c.until is None or c.until >= world.period.start)
    }  # fmt: skip
    for c in rows.where:
        if c.column == ROW_COLUMNS[by] and c.is_in and by not in ("harm", "setting", "method"):
            live &= set(c.is_in)
        if c.column == ROW_COLUMNS[by] and c.in_set:
            live &= {x.code for x in pack.codelists[listed].codes if c.in_set in x.sets}
    return live | {"not_recorded"}


@dataclass
class Made:
    n: tuple[float, float]
    d: tuple[float, float]
    middle: float | None
    rows: int
    all: tuple[float, float] = (0, 0)


def bounds(
    world: World, indicator: Indicator, supplier: str, cell: Cell, cells: dict[Cell, list[Counted]],
    own: dict[str, dict[Cell, list[Counted]]], *, crossing: bool,
) -> Made:  # fmt: skip
    made = _bounds(world, indicator, supplier, cell, cells, own, crossing=crossing)
    if indicator.measure.kind == "disparity":
        made.all = _bounds(world, indicator, supplier, (cell[0], "", ""), cells, own, crossing=crossing).n
    return made


def _bounds(
    world: World, indicator: Indicator, supplier: str, cell: Cell, cells: dict[Cell, list[Counted]],
    own: dict[str, dict[Cell, list[Counted]]], *, crossing: bool,
) -> Made:  # fmt: skip
    s, m = sums(indicator, cells.get(cell, [])), indicator.measure
    people = getattr(m, "unit", getattr(m, "over", "people")) == "people" and m.kind != "median_days"
    if supplier or world.numbers is not None or not people:
        return Made((s.n, s.n), (s.d, s.d), s.middle, s.rows)
    apart: dict[str, list[Counted]] = defaultdict(list)
    for c in cells.get(cell, []):
        apart[c.row["agency"]].append(c)
    each = [sums(indicator, picked) for picked in apart.values()] or [Sums(0, 0, None, 0)]
    most, added = max(e.n for e in each), sum(e.n for e in each)
    d_most, d_added = max(e.d for e in each), sum(e.d for e in each)
    if m.kind == "mean":
        return Made((s.n, s.n), (d_most, d_added), None, s.rows)
    if m.kind == "median_wait":
        return Made((s.n, s.n), (s.d, s.d), None if crossing else s.middle, s.rows)
    if m.kind == "within":
        return Made((s.n, s.d if crossing else s.n), (s.d, s.d), None, s.rows)
    if m.kind in ("overlap", "repeat"):
        low = 0 if m.kind == "overlap" and not m.present and crossing else most
        return Made((low, d_added if crossing else s.n), (d_most, d_added), None, s.rows)
    return Made((most, added), (d_most, d_added), None, s.rows)


def why_not(
    world: World, indicator: Indicator, supplier: str, cell: Cell, parts: list[list[str]], made: Made, level: str
) -> str | None:
    """The state of a figure that cannot be given, or None."""
    m = indicator.measure
    if reason := _never(world, indicator, parts, level):
        return reason
    if made.rows == 0 and (reason := _if_none(world, indicator, supplier, cell, parts)):
        return reason
    counts = m.kind in ("count", "repeat") or (m.kind == "overlap" and not m.share)
    if level == "part" and not counts:
        return "not_held"
    if m.kind in ("rate", "disparity"):
        return _no_rate(world, indicator, cell, made)
    if (is_share(indicator) or m.kind == "mean") and made.d[1] == 0:
        return "not_applicable"
    if m.kind in ("median_days", "median_wait") and made.middle is None:
        return "low_reliability" if made.rows else "not_applicable"
    return None


def _never(world: World, indicator: Indicator, parts: list[list[str]], level: str) -> str | None:
    """What stops the whole indicator, whatever was counted."""
    if not all(parts[1:]):
        return "not_held"
    for n, part in enumerate(parts):
        if part and not collected(world, part, rows_of(indicator)[n], wanted_columns(world, indicator, n)):
            return "not_collected"
    return "not_held" if level == "none" else None


def _if_none(world: World, indicator: Indicator, supplier: str, cell: Cell, parts: list[list[str]]) -> str | None:
    """What makes a nought no nought: nobody looked, or nobody fills the column."""
    (_, by, group), rows = cell, rows_of(indicator)[0]
    kinds = rows.agencies or indicator.suppliers
    if not supplier and not any(world.agency(a).kind in kinds for a in parts[0]):
        return "not_held"
    if not by or group not in declared(world, indicator, by):
        return None
    if by == "agency":
        return None if group in parts[0] else "not_held"
    return None if group == "not_recorded" or filled(world, indicator, by, parts[0]) else "not_collected"


def _no_rate(world: World, indicator: Indicator, cell: Cell, made: Made) -> str | None:
    (area, by, group), m = cell, indicator.measure
    if m.kind == "disparity" and not by:
        return "not_applicable"
    here = _residents(world, indicator, cell)
    if here is None and group == "not_recorded":
        return "not_applicable"
    if not here:
        return "not_held"
    if m.kind == "disparity" and not residents(world, area, "", "", m.population_ages):
        return "not_held"
    return "not_applicable" if m.kind == "disparity" and made.all[1] == 0 else None


def _residents(world: World, indicator: Indicator, cell: Cell) -> float | None:
    area, by, group = cell
    of_people = by in ("age_band", "sex", "ethnicity", "disability")
    ages = indicator.measure.population_ages
    return residents(world, area, by, group, ages) if of_people else residents(world, area, "", "", ages)


def filled(world: World, indicator: Indicator, by: str, agencies: Sequence[str]) -> bool:
    rows = rows_of(indicator)[0]
    column = {"age_band": "birth_month"}.get(by, by)
    if by in ("age_band", "sex", "ethnicity", "disability"):
        people = [p for p in world.tables.get("persons", []) if p["agency"] in agencies]
        return any(p[column] not in (None, []) for p in people)
    return ROW_COLUMNS[by] in world.pack.datasets[rows.of].column_ids and any(
        answered(world, rows.of, ROW_COLUMNS[by], r.get(ROW_COLUMNS[by])) for r in world.tables[rows.of]
        if r["agency"] in agencies and (types_named(world, rows) is None or r.get("type") in types_named(world, rows))
    )  # fmt: skip


def figure(world: World, indicator: Indicator, cell: Cell, made: Made, reason: str | None, level: str) -> Figure:
    m, (n_low, n_high), (d_low, d_high) = indicator.measure, made.n, made.d
    base: tuple[float | None, float | None] = (
        (d_low, d_high) if is_share(indicator) or m.kind == "mean" else (None, None)
    )
    if m.kind in ("rate", "disparity"):
        here = _residents(world, indicator, cell)
        base = (here, here)
    if level == "part":
        n_high = inf
    if reason:
        return (reason, 0.0, inf, n_low, n_high, *base)
    low, high = n_low, n_high
    if is_share(indicator):
        low = 100 * n_low / d_high
        high = min(100.0, 100 * n_high / d_low) if d_low else 100.0
    elif m.kind == "mean":
        low, high = n_low / d_high, n_high / d_low if d_low else inf
    elif m.kind in ("median_days", "median_wait"):
        low = high = made.middle if made.middle is not None else 0.0
    elif m.kind == "rate":
        low, high = n_low * m.per / base[0], n_high * m.per / base[0]
    elif m.kind == "disparity":
        every = residents(world, cell[0], "", "", m.population_ages) or 0
        low = (n_low / base[0]) / (made.all[1] / every)
        high = (n_high / base[0]) / (made.all[0] / every) if made.all[0] else inf
    high = inf if level == "part" else high
    state = "between" if low < high else "exact" if high else "zero"
    return (state, low, high, n_low, n_high, *base)
