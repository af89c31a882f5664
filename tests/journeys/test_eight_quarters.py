"""Two years of an invented partnership, released quarter by quarter with each year on top, give nothing away to an attack."""

from __future__ import annotations

import json
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
from plait.protect.attack import Learned
from plait.pseudonymise import Key
from plait.values import Period
from tests.journeys.conftest import ON

YEARS = {
    "2023-24": ("2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1"),
    "2024-25": ("2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"),
}


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


def false_sums(place: Workspace, figures: dict[str, pa.Table], folder: Path) -> set[tuple[str, str]]:
    """Indicators with the kinds of sum that do not hold for their true counts: people of no known district, say."""
    truth = folder / "truth"
    truth.mkdir()
    for label, table in figures.items():
        rows = [{**r, "unit": unit_of(place, r["indicator"])} for r in table.to_pylist()]
        (truth / f"{label}.json").write_text(json.dumps(rows), encoding="utf-8")
    return set(attack([truth], areas=place.areas, rule=Rule(1, 1)).disbelieved)


def rests_on(learned: Learned) -> set[tuple[str, str]]:
    kinds = learned.how.partition("(")[2].rstrip(")").split(", ")
    return {(learned.cell.indicator, kind) for kind in kinds}


@pytest.mark.deep
def test_eight_quarters_and_two_years_give_nothing_away(tmp_path: Path) -> None:
    """Every figure there is. What is worked out from a sum that does not hold in truth is no more than a wrong guess."""
    invent(tmp_path / "partnership", seed=1, size=1500, periods=tuple(YEARS))
    place, key = open_workspace(tmp_path / "partnership"), Key.create(tmp_path / "partnership.key")
    figures = figures_of(place, key)
    folder = released(place, figures, tmp_path)
    rule = place.pack.disclosure().partnership
    tried = attack([folder], areas=place.areas, rule=Rule(rule.hide_below, rule.round_to))
    assert tried.tables == 10 and tried.withheld > 10_000
    false = false_sums(place, figures, tmp_path) if tried.learned else set()
    assert [one for one in tried.learned if not rests_on(one) & false] == []
