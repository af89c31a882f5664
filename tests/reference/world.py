"""Small invented partnerships, and indicators of every kind to count in them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plait.areas import Area, Areas
from plait.decided import Agency
from plait.declare import Indicator, Pack
from plait.values import Period
from tests.reference.engine import Row, World

AREAS = Areas(
    (
        Area(code="R", name="Region", kind="region"),
        Area(code="C", name="County", kind="county", parents=("R",)),
        Area(code="D1", name="First district", kind="district", parents=("C",)),
        Area(code="D2", name="Second district", kind="district", parents=("C",)),
        Area(code="H", name="Health area", kind="health", parents=("R",)),
        Area(code="W1", name="Ward", kind="ward", parents=("D1", "H")),
        Area(code="W2", name="Ward", kind="ward", parents=("D2",)),
        Area(code="E", name="Elsewhere", kind="district", parents=("R",)),
    )
)
AGENCIES = (
    Agency(id="police", name="Police", kind="police", areas=("C",)),
    Agency(id="first", name="First council", kind="council", areas=("D1",)),
    Agency(id="second", name="Second council", kind="council", areas=("D2",)),
    Agency(id="health", name="Health", kind="health", areas=("D1", "D2")),
)
PERIOD = Period(date(2024, 4, 1), date(2025, 3, 31))
PEOPLE = ("age_band", "sex", "ethnicity", "disability")

_EVENTS = {"of": "events", "dated": "started_on"}
_MISSING = {**_EVENTS, "where": [{"column": "type", "is_in": ["missing_home", "missing_care"]}]}
_TALKS = {**_EVENTS, "where": [{"column": "type", "is_in": ["return_interview"]}]}
_CONCERNS = {"of": "concerns", "dated": "recorded_on"}
_CHILD = {"low": 0, "high": 17, "at": "event"}


def _spells(when: str) -> dict[str, Any]:
    return {"of": "services", "dated": "started_on", "until": "ended_on", "when": when}


_PLAN = {"where": [{"column": "type", "is_in": ["cp_plan"]}]}
_PLAN_AT_18 = {**_spells("after_18"), **_PLAN}


def _listed(name: str, rows: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "title": name, "rows": rows}


MEASURES: Mapping[str, dict[str, Any]] = {
    "rows": {"measure": {"kind": "count", "rows": _MISSING}, "breakdowns": ["type", "detail", "agency", "harm", "outcome"]},
    "people": {"measure": {"kind": "count", "unit": "people", "rows": _CONCERNS}, "age": _CHILD,
               "breakdowns": [*PEOPLE, "harm", "status", "role", "source", "setting", "method", "agency"]},
    "apart": {"measure": {"kind": "count", "unit": "relates_to", "rows": {"of": "needs", "dated": "recorded_on"}},
              "breakdowns": ["need", "sex"]},
    "open": {"measure": {"kind": "count", "unit": "people", "rows": _spells("open_at_end")},
             "age": {"low": 10, "high": 25, "at": "period_end"}, "residence": "responsible", "breakdowns": ["age_band", "type"]},
    "touching": {"measure": {"kind": "count", "rows": _spells("open_in_period")}, "breakdowns": ["sex"]},
    "council": {"measure": {"kind": "count", "unit": "people", "rows": {**_CONCERNS, "agencies": ["council"]}},
                "breakdowns": ["sex", "agency"]},
    "harmed": {"measure": {"kind": "count", "rows": {**_CONCERNS, "where": [
        {"column": "role", "is_in": ["harmed", "both"]}, {"column": "harms", "in_group": ["criminal"]},
        {"column": "status", "not_in": ["concern"]}]}}, "residence": "incident", "breakdowns": ["harm"]},
    "tagged": {"measure": {"kind": "count", "rows": {"of": "needs", "dated": "recorded_on", "where": [
        {"column": "need", "in_set": "exploitation"}]}}, "breakdowns": ["need"]},
    "rate": {"measure": {"kind": "rate", "rows": _CONCERNS}, "age": {"low": 10, "high": 17, "at": "period_start"},
             "breakdowns": ["sex", "ethnicity", "harm"]},
    "share": {"measure": {"kind": "share", "rows": _CONCERNS, "subset": [{"column": "role", "recorded": True}]},
              "breakdowns": ["harm", "sex"]},
    "people_share": {"measure": {"kind": "share", "unit": "people", "rows": _CONCERNS,
                                 "subset": [{"column": "status", "is_in": ["known_harm", "suspected"]}]},
                     "age": _CHILD, "breakdowns": ["sex", "agency"]},
    "mean": {"measure": {"kind": "mean", "rows": _MISSING}, "breakdowns": ["sex", "type"]},
    "median": {"measure": {"kind": "median_days", "rows": _MISSING, "start": "started_on", "end": "ended_on"},
               "breakdowns": ["type", "ethnicity"]},
    "within": {"measure": {"kind": "within", "rows": {**_MISSING, "dated": "ended_on"}, "then": _TALKS, "days": 10},
               "breakdowns": ["sex"]},
    "again": {"measure": {"kind": "within", "rows": _MISSING, "then": _MISSING, "days": 30}, "breakdowns": ["sex"]},
    "wait": {"measure": {"kind": "median_wait", "rows": _MISSING, "then": _TALKS}, "breakdowns": ["type"]},
    "repeat": {"measure": {"kind": "repeat", "rows": _MISSING, "at_least": 2, "within_days": 60}, "age": _CHILD,
               "breakdowns": ["sex", "type"]},
    "also": {"measure": {"kind": "overlap", "rows": {**_CONCERNS, "agencies": ["police"]},
                         "others": {**_CONCERNS, "agencies": ["council"]}, "present": True}, "breakdowns": ["sex"]},
    "unseen": {"measure": {"kind": "overlap", "rows": _MISSING, "others": _CONCERNS, "present": False, "share": True},
               "breakdowns": ["sex", "type"]},
    "disparity": {"measure": {"kind": "disparity", "rows": _MISSING}, "breakdowns": ["sex", "ethnicity"]},
    "work": {"measure": {"kind": "count", "rows": {**_EVENTS, "where": [{"column": "type", "is_in": ["disruption"]}]}},
             "residence": "none", "breakdowns": ["agency", "detail"]},
    "ended": {"measure": {"kind": "overlap", "rows": _spells("before_18"), "others": _PLAN_AT_18, "present": False,
                          "share": True}, "breakdowns": ["type", "sex"]},
    "on_lists": {"measure": {"kind": "lists", "lists": [
        _listed("police", {**_CONCERNS, "agencies": ["police"], "where": [{"column": "role", "is_in": ["harmed", "both"]}]}),
        _listed("council", {**_CONCERNS, "agencies": ["council"]}), _listed("talk", _TALKS),
        _listed("served", _spells("open_in_period"))]},
        "age": _CHILD, "breakdowns": ["lists", "list", "how_many", "sex"]},
    "at_18": {"measure": {"kind": "lists", "among": _spells("before_18"), "lists": [
        _listed("plan", _PLAN_AT_18), _listed("seen", {**_EVENTS, "when": "after_18"})]},
        "breakdowns": ["lists", "list", "how_many"]},
    "journey": {"measure": {"kind": "journey", "rows": {**_CONCERNS, "where": [
        {"column": "role", "not_in": ["causing_harm"]}]}, "steps": [
        _listed("talk", _TALKS), _listed("need", {"of": "needs", "dated": "recorded_on", "agencies": ["council"]}),
        _listed("help", {**_spells("open_in_period"), **_PLAN})]},
        "age": _CHILD, "breakdowns": ["waited", "steps", "sex"]},
}  # fmt: skip


def indicators() -> tuple[Indicator, ...]:
    return tuple(indicator(name, **spec) for name, spec in MEASURES.items())


def indicator(name: str, **given: Any) -> Indicator:
    said = dict.fromkeys(
        (
            "title",
            "source",
            "owner",
            "why",
            "unit",
            "period_rule",
            "counting_rule",
            "evidence",
            "can_say",
            "cannot_say",
        ),
        "x",
    )
    whole = {
        "id": name, "since": date(2026, 4, 1), "domain": "harm", "residence": "home", "frequency": "annual",
        "suppliers": ["council", "police"], "questions": ["q"],
    }  # fmt: skip
    return Indicator.model_validate({**said, **whole, **given})


def with_indicators(pack: Pack, chosen: tuple[Indicator, ...]) -> Pack:
    return pack.model_copy(update={"indicators": {i.id: i for i in chosen}})


def invent(seed: int, pack: Pack, *, linked: bool) -> World:
    """A partnership in which every agency, table and column is sometimes missing."""
    draw = random.Random(seed)
    codes = {name: [c.code for c in listed.codes] for name, listed in pack.codelists.items()}
    tables: dict[str, list[Row]] = {}
    for agency in AGENCIES:
        for name, rows in _agency_tables(draw, codes, agency.id).items():
            if name == "persons" or draw.random() > 0.15:
                tables.setdefault(name, []).extend(rows)
    tables["populations"] = _populations(draw)
    for name in ("concerns", "events", "services", "needs"):
        for n, row in enumerate(tables.setdefault(name, [])):
            row["id"] = n
    numbers = {(p["agency"], p["person"]): p["person"] % 20 for p in tables["persons"]} if linked else None
    top = draw.choice([("C",), ("C", "H"), ("D1",), ("R", "C")])
    return World(pack, tables, numbers, PERIOD, AREAS, top, AGENCIES, _earlier(draw, tables["persons"], codes["role"]))


def _earlier(draw: random.Random, persons: list[Row], roles: list[str]) -> tuple[Row, ...]:
    """Concerns of the year before about some of the same people."""
    return tuple(
        {"agency": p["agency"], "person": p["person"], "recorded_on": date(2023, 6, draw.randrange(1, 29)),
         "role": draw.choice([None, *roles])}
        for p in persons if draw.random() < 0.1
    )  # fmt: skip


def _agency_tables(draw: random.Random, codes: Mapping[str, list[str]], agency: str) -> dict[str, list[Row]]:
    ids = [n + 20 * draw.randrange(1, 9) for n in draw.sample(range(20), 9)]
    never = {c for c in ("role", "status", "ethnicity", "disability", "harms", "birth_month") if draw.random() < 0.15}

    sent = draw.sample(["missing_home", "missing_care", "return_interview", "disruption"], draw.choice([1, 3, 4, 4]))

    def maybe(column: str, value: Any, gap: float = 0.2) -> Any:
        empty = [] if isinstance(value, list) else None
        return empty if column in never or draw.random() < gap else value

    def day(low: date = date(2024, 2, 1), span: int = 450) -> date:
        return low + timedelta(draw.randrange(span))

    def some(listed: str) -> list[str]:
        return draw.sample(codes[listed], draw.choice([0, 1, 1, 2]))

    def area() -> str | None:
        return draw.choice(["W1", "W1", "W2", "W2", "D1", "E", "unheard-of", None])

    def event() -> Row:
        start = day()
        kind = draw.choice(sent)
        return {
            "person": maybe("person", draw.choice(ids), 0.05), "type": kind,
            "detail": maybe("detail", draw.choice(codes["event_detail"][:4])),
            "started_on": start, "ended_on": maybe("ended_on", start + timedelta(draw.randrange(40))),
            "outcome": maybe("outcome", draw.choice(codes["event_outcome"][:4])),
            "source": maybe("source", draw.choice(codes["referral_source"])),
            "role": maybe("role", draw.choice(codes["role"])), "harms": maybe("harms", some("harm")), "relates_to": None,
            "incident_area": area(),
        }  # fmt: skip

    def concern() -> Row:
        return {
            "person": draw.choice(ids), "recorded_on": day(), "harms": maybe("harms", some("harm")),
            "status": maybe("status", draw.choice(codes["concern_status"])), "role": maybe("role", draw.choice(codes["role"])),
            "source": maybe("source", draw.choice(codes["referral_source"])), "setting": some("setting"),
            "method": some("method"), "incident_area": area(), "flag_from": None, "flag_to": None, "outcome": None,
            "relates_to": None,
        }  # fmt: skip

    def spell() -> Row:
        start = maybe("started_on", day(date(2023, 6, 1), 700), 0.1)
        return {
            "person": draw.choice(ids), "type": draw.choice(codes["service_type"][:3]), "detail": None, "referred_on": None,
            "started_on": start, "ended_on": maybe("ended_on", start and start + timedelta(draw.randrange(300)), 0.4),
            "source": None, "need": None, "outcome": None, "relates_to": None,
            "responsible_area": draw.choice(["D1", "D2", "E", None]),
        }  # fmt: skip

    def need() -> Row:
        return {
            "person": draw.choice(ids), "need": draw.choice(codes["need"]), "recorded_on": day(),
            "relates_to": maybe("relates_to", draw.randrange(6)),
        }  # fmt: skip

    def born() -> date:
        return date(
            draw.choice([2006, draw.randrange(2003, 2016)]), draw.randrange(1, 13), 1
        )  # many turn 18 in the period

    def person(number: int) -> Row:
        return {
            "person": number, "birth_month": maybe("birth_month", born()),
            "sex": maybe("sex", draw.choice(codes["sex"])), "ethnicity": maybe("ethnicity", draw.choice(codes["ethnicity"])),
            "disability": maybe("disability", some("disability")), "area": area(),
        }  # fmt: skip

    def home() -> Row:
        start = maybe("from_month", day(date(2023, 1, 1), 700).replace(day=1), 0.2)
        ended = maybe("to_month", day(date(2024, 1, 1), 400).replace(day=1), 0.6)
        return {
            "person": draw.choice(ids),
            "area": draw.choice(["W1", "W2", "D2", "E"]),
            "from_month": start,
            "to_month": ended,
        }

    homes = {(h["person"], h["from_month"]): h for h in (home() for _ in range(6))}
    made = {
        "persons": [person(n) for n in ids if draw.random() > 0.1], "homes": list(homes.values()),
        "events": [event() for _ in range(22)], "concerns": [concern() for _ in range(12)],
        "services": [spell() for _ in range(10)], "needs": [need() for _ in range(10)],
    }  # fmt: skip
    return {name: [{"agency": agency, **row} for row in rows] for name, rows in made.items()}


def _populations(draw: random.Random) -> list[Row]:
    return [
        {"agency": "police", "area": area, "year": 2024, "age_from": 10, "age_to": 17, "sex": sex, "ethnicity": None,
         "residents": str(draw.randrange(50, 200))}
        for area in ("C", "D1", "D2", "W1")
        if draw.random() > 0.25  # a county nobody sent is made of its districts
        for sex in (None, "F", "M")
        if draw.random() > 0.2
    ]  # fmt: skip


_TYPES = {
    "agency": pa.string(), "person": pa.int64(), "relates_to": pa.int64(), "event": pa.int64(), "year": pa.int64(),
    "age_from": pa.int64(), "age_to": pa.int64(), "harms": pa.list_(pa.string()), "setting": pa.list_(pa.string()),
    "method": pa.list_(pa.string()), "disability": pa.list_(pa.string()),
}  # fmt: skip


def write(world: World, folder: Path) -> tuple[list[dict[str, Path]], Path | None]:
    """The partnership as coded returns, one an agency, and its links."""
    returns = _returns(world.tables, folder)
    if world.numbers is None:
        return returns, None
    path = folder / "numbers.parquet"
    rows = [{"agency": a, "person": p, "number": n} for (a, p), n in world.numbers.items()]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return returns, path


def write_earlier(world: World, folder: Path) -> list[dict[str, Path]]:
    """What was sent for the period before."""
    (folder / "before").mkdir()
    return _returns({"concerns": list(world.earlier)}, folder / "before")


def _returns(given: Mapping[str, list[Row]], folder: Path) -> list[dict[str, Path]]:
    returns: dict[str, dict[str, Path]] = {}
    for name, rows in given.items():
        for agency in {row["agency"] for row in rows}:
            mine = [{k: v for k, v in row.items() if k != "id"} for row in rows if row["agency"] == agency]
            path = folder / f"{agency}-{name}.parquet"
            pq.write_table(pa.Table.from_pylist(mine, pa.schema([(c, _type(c)) for c in mine[0]])), path)
            returns.setdefault(agency, {})[name] = path
    return list(returns.values())


def _type(column: str) -> pa.DataType:
    if column in _TYPES:
        return _TYPES[column]
    return pa.date32() if column.endswith(("_on", "_month", "_from", "_to")) else pa.string()
