"""A profile with made-up released figures, so that publishing can be tested without the stages before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa

from plait.answer import answer
from plait.answers import Answers
from plait.areas import Area, Areas
from plait.decided import Agency, Agreement, Asset, Partnership, Supplied
from plait.declare import Indicator, Pack, load_pack
from plait.profile import Coverage, FindingSummary, LinkFact, Profile
from plait.released import Audit, Released, release
from plait.values import Period

PERIODS = ("2022-23", "2023-24", "2024-25")
MADE_ON = date(2025, 7, 1)
COLUMNS = pa.schema(
    [
        *[(n, pa.string()) for n in ("indicator", "period", "area", "supplier", "by", "group", "state")],
        *[(n, pa.float64()) for n in ("low", "high", "count_low", "count_high", "base_low", "base_high", "ci_low", "ci_high")],
        ("sources", pa.list_(pa.string())),
        ("origin", pa.string()),
        ("mark", pa.string()),
    ]
)  # fmt: skip
GROUPS: Mapping[str, tuple[str, ...]] = {
    "age_band": ("0-9", "10-13", "14-15", "16-17"),
    "sex": ("F", "M", "U", "not_recorded"),
    "ethnicity": ("white", "mixed", "asian", "black", "other", "not_recorded"),
    "disability": ("NONE", "LD", "AUT", "not_recorded"),
    "harm": ("CSE", "CCE", "SYV", "ONLINE", "UNSPECIFIED", "not_recorded"),
    "status": ("suspected", "known_harm", "unknown"),
    "source": ("schools", "police", "health", "unknown"),
    "setting": ("online", "park_street", "not_recorded"),
}
SHOWN = (
    "CE01",
    "CE01b",
    "CE02",
    "CE03",
    "CE05",
    "CE07",
    "CE10",
    "CE11",
    "CE12",
    "DI01",
    "MI01",
    "MI05c",
    "PO01",
    "PO04",
    "TR01",
)
STATES = (
    "exact",
    "exact",
    "withheld",
    "between",
    "exact",
    "zero",
    "not_held",
    "not_collected",
    "exact",
    "low_reliability",
)


@cache
def core() -> Pack:
    return load_pack()


@cache
def answers() -> Answers:
    pack = core()
    return answer(pack, partnership(pack), supplied(), period=Period.parse("2024-25"), on=MADE_ON)


def row(indicator: str, **given: Any) -> dict[str, Any]:
    """One released figure; everything not given is empty."""
    numbers = dict.fromkeys(COLUMNS.names[7:15])
    return {
        "indicator": indicator, "period": "2024-25", "area": "XC01", "supplier": "", "by": "", "group": "",
        "state": "exact", **numbers, "sources": ["council", "police"], "origin": "rows", "mark": "", **given,
    }  # fmt: skip


def number(indicator: Indicator, value: float, **given: Any) -> dict[str, Any]:
    """A figure that may be shown, with the parts that its kind of figure has."""
    share = indicator.unit.startswith("percent")
    parts = {"count_low": value, "count_high": value}
    if share:
        parts |= {
            "base_low": 100.0,
            "base_high": 100.0,
            "ci_low": max(0.0, value - 5),
            "ci_high": min(100.0, value + 5),
        }
    return row(indicator.id, low=value, high=value, **parts, **given)


def made_up(pack: Pack) -> list[dict[str, Any]]:
    """Figures in every state, for three periods, an area and those within it, by agency and by group."""
    return [r for n, name in enumerate(SHOWN) for r in _rows(pack.indicator(name), n)]


def _rows(indicator: Indicator, n: int) -> Iterator[dict[str, Any]]:
    for p, period in enumerate(PERIODS):
        yield number(indicator, 40.0 + 5 * n % 50 + 5 * p, period=period)
        for a, area in enumerate(("XD01", "XD02", "XD03")):
            yield _stated(indicator, STATES[(n + a) % len(STATES)], 10.0 + 5 * a, period=period, area=area)
        for agency in ("council", "police"):
            yield number(indicator, 20.0, period=period, supplier=agency, sources=[agency])
        for by in indicator.breakdowns:
            for g, group in enumerate(GROUPS.get(by, ())):
                yield _stated(indicator, STATES[(n + g) % len(STATES)], 10.0 + 5 * g, period=period, by=by, group=group)


def _stated(indicator: Indicator, state: str, value: float, **given: Any) -> dict[str, Any]:
    if state == "exact":
        return number(indicator, value, **given)
    if state == "zero":
        return number(indicator, 0.0, **given) | {"state": "zero"}
    if state == "between":
        return row(indicator.id, **given) | {"state": state, "low": value, "high": value + 10}
    return row(indicator.id, **given) | {"state": state, "mark": "c" if state == "withheld" else ""}


def areas() -> Areas:
    districts = [Area(code=f"XD0{n}", name=name, kind="district", parents=("XC01",))
                 for n, name in ((1, "Castle Wenford"), (2, "Alderwick"), (3, "Thornmere"))]  # fmt: skip
    return Areas((Area(code="XC01", name="Wenfordshire", kind="county"), *districts))


def partnership(pack: Pack) -> Partnership:
    kinds = (
        ("council", "County Council", "council"),
        ("police", "County Police", "police"),
        ("health", "Health Board", "health"),
    )
    agencies = tuple(Agency(id=i, name=f"Wenfordshire {name}", kind=kind, areas=("XC01",)) for i, name, kind in kinds)
    ids = tuple(a.id for a in agencies)
    return Partnership(
        name="Wenfordshire Partnership",
        areas=("XC01",),
        agencies=agencies,
        agreements=(
            Agreement(
                id="strategic", terms="pseudonymised_strategic", parties=ids, signed={a: date(2024, 1, 1) for a in ids},
                since=date(2024, 1, 1), until=date(2027, 1, 1),
            ),
        ),
        assets=tuple(Asset(agency=a, dataset=d, columns=("*",)) for a in ids for d in ("people", "concerns", "events")),
        pack_digest=pack.digest,
        next_update=date(2026, 7, 31),
        invented=True,
    )  # fmt: skip


def supplied() -> tuple[Supplied, ...]:
    return tuple(
        Supplied(agency=agency, period="2024-25", dataset=dataset, rows=120, usable=118, received_on=date(2025, 6, 1),
                 types=("missing_home", "offence"))
        for agency in ("council", "police")
        for dataset in ("people", "concerns", "events")
    )  # fmt: skip


def released(rows: list[dict[str, Any]]) -> Released:
    audits = tuple(
        Audit(indicator=i, period="2024-25", cells=40, withheld=3, secondary=2, rounded_to=5, narrowest=8.0,
              attacker="A reader who knows this rule.")
        for i in dict.fromkeys(r["indicator"] for r in rows)
    )  # fmt: skip
    return release(pa.Table.from_pylist(rows, schema=COLUMNS), zone="partnership", audit=audits)


def profile(rows: list[dict[str, Any]] | None = None, **given: Any) -> Profile:
    """A whole partnership's profile; any field may be given instead."""
    pack = given.get("pack") or core()
    joined = partnership(pack)
    whole = Profile(
        title="Wenfordshire Partnership: exploitation profile",
        period=Period.parse("2024-25"),
        periods=tuple(Period.parse(p) for p in PERIODS),
        made_on=MADE_ON,
        next_update=joined.next_update,
        invented=True,
        areas=areas(),
        top=("XC01",),
        pack=pack,
        released=released(made_up(pack) if rows is None else rows),
        answers=answers(),
        partnership=joined,
        coverage=tuple(
            Coverage(agency="Wenfordshire County Council", dataset=d, period="2024-25", received_on=date(2025, 6, 1),
                     rows="about 120", usable="about 120", filled={"Sex": "100%", "Ethnicity": "71%"}, agreement="strategic",
                     digest="a1b2c3d4e5f60718", caveats=("Flags left open were kept.",))
            for d in ("People", "Concerns")
        ),
        findings=(
            FindingSummary(agency="Wenfordshire County Council", dataset="Concerns", code="concern.late", severity="warning",
                           problem="A concern is dated after the period.", count="about 10"),
        ),
        linkage=(
            LinkFact(by="", group="", precision=(98.0, 97.0, 99.0), recall=(91.0, 88.0, 93.0)),
            LinkFact(by="ethnicity", group="black", precision=(96.0, 93.0, 98.0), recall=(84.0, 78.0, 89.0)),
            LinkFact(by="agency", group="police", precision=None, recall=None),
        ),
        software="Plait 0.1.0",
    )  # fmt: skip
    return replace(whole, worth=given.pop("worth", whole.linkage), **given)


def first_profile() -> Profile:
    """What `plait quick` makes: no partnership, two areas side by side, one period, few figures."""
    pack = core()
    side = Areas(
        (Area(code="E1", name="Northtown", kind="authority"), Area(code="E2", name="Southtown", kind="authority"))
    )
    rows = [
        number(pack.indicator("CN01"), value, area=area, sources=["publisher"], supplier=supplier, origin="counts")
        for area, value in (("E1", 310.0), ("E2", 455.0))
        for supplier in ("", "publisher")
    ]
    line = Coverage(
        agency="Department for Education",
        dataset="Counts",
        period="2024-25",
        received_on=MADE_ON,
        rows="12",
        usable="12",
    )
    return profile(
        rows, pack=pack, areas=side, top=("E1", "E2"), partnership=None, invented=False, next_update=None,
        periods=(Period.parse("2024-25"),), coverage=(line,), findings=(), linkage=(), title="Two authorities: a first profile",
    )  # fmt: skip
