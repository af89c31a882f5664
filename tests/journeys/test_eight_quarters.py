"""Two years of an invented partnership, released quarter by quarter with each year on top, give nothing away to an attack."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plait.engine import Engine
from plait.invent import invent
from plait.measure import measure
from plait.partnership import Workspace, open_workspace
from plait.pipeline import keep_all
from plait.pipeline.linking import link_people
from plait.pipeline.profiles import shared
from plait.protect import Ledger, Rule, attack, protect, withheld_counts
from plait.pseudonymise import Key
from plait.values import Period
from tests.journeys.conftest import ON

YEARS = {
    "2023-24": ("2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1"),
    "2024-25": ("2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"),
}
COUNTED = ("CE01", "CE02", "CE03", "MI01", "MI06", "CN01b")


def figures_of(place: Workspace, key: Key) -> dict[str, pa.Table]:
    """The figures of every quarter and year, in the order they are released."""
    with place.store.writing():
        kept = [k for k in keep_all(place, key=key, on=ON) if not k.set_aside]
        linked = link_people(place, kept).linked
    found = {}
    for label in (one for year, quarters in YEARS.items() for one in (*quarters, year)):
        with Engine() as engine:
            made = measure(
                engine, [k.tables for k in kept], linked.numbers, place.pack, period=Period.parse(label), areas=place.areas,
                top=place.partnership.areas, agencies=place.partnership.agencies, formats=[k.format for k in kept],
            )  # fmt: skip
        found[label] = shared(made, place.partnership.areas)
    return found


def released(place: Workspace, figures: dict[str, pa.Table], folder: Path) -> Path:
    """A folder of open tables, each protected with all before it in mind."""
    open_tables, kept = folder / "open", list[Path]()
    open_tables.mkdir()
    for label, table in figures.items():
        made = protect(table, place.pack, zone="partnership", areas=place.areas, ledger=Ledger.read(kept))
        kept.append(folder / f"{label}.parquet")
        pq.write_table(withheld_counts(table, made, release=label), kept[-1])
        rows = [{**r, "sources": "", "unit": unit_of(place, r["indicator"])} for r in made.figures.to_pylist()]
        (open_tables / f"{label}.json").write_text(json.dumps(rows), encoding="utf-8")
    return open_tables


def unit_of(place: Workspace, indicator: str) -> str:
    return "child" if getattr(place.pack.indicator(indicator).measure, "unit", "people") == "people" else "event"


@pytest.mark.deep
def test_eight_quarters_and_two_years_give_nothing_away(tmp_path: Path) -> None:
    invent(tmp_path / "partnership", seed=1, size=1500, periods=tuple(YEARS))
    place = open_workspace(tmp_path / "partnership")
    place = replace(
        place, pack=place.pack.model_copy(update={"indicators": {i: place.pack.indicator(i) for i in COUNTED}})
    )
    key = Key.create(tmp_path / "partnership.key")
    folder = released(place, figures_of(place, key), tmp_path)
    rule = place.pack.disclosure().partnership
    tried = attack([folder], areas=place.areas, rule=Rule(rule.hide_below, rule.round_to))
    assert tried.tables == 10 and tried.withheld > 100
    assert not tried.learned
