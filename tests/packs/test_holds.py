"""What the pack says a format of file can hold is what its reader makes of such files, and no more."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.unit.receive.cin_files import write_cin

from plait.declare import DataSet, load_pack
from plait.declare.holding import holdable
from plait.receive import receive
from plait.receive.cin_blocks import HARMS

CORE = load_pack()
HELD = [(d, h) for d in CORE.datasets.values() for h in d.holds]


@pytest.mark.parametrize(("dataset", "held"), HELD, ids=lambda one: getattr(one, "column", getattr(one, "id", "")))
def test_every_code_is_of_the_columns_list_and_stands_once(dataset: DataSet, held) -> None:
    listed = {code.code for code in CORE.codelist(dataset.column(held.column).codes).codes}
    assert set(held.codes) <= listed
    assert len(set(held.codes)) == len(held.codes)


def test_a_format_says_a_column_once() -> None:
    said = [(d.id, h.format, h.column) for d, h in HELD]
    assert len(set(said)) == len(said)


def test_a_census_gives_no_code_that_it_is_said_not_to_hold(tmp_path: Path) -> None:
    write_cin(tmp_path / "census.xml", 400, seed=3)
    tables = receive(tmp_path / "census.xml", CORE, tmp_path / "into").tables
    for name, column in (("needs", "need"), ("events", "type"), ("services", "type"), ("concerns", "harms")):
        found = pq.read_table(tables[name], columns=[column])[column].to_pylist()
        words = {word for cell in found for word in (cell if isinstance(cell, list) else [cell]) if word}
        assert words <= holdable(CORE.dataset(name), column, ["cin"])


def test_a_census_holds_every_harm_its_reader_makes_of_a_factor() -> None:
    assert holdable(CORE.dataset("concerns"), "harms", ["cin"]) == set(HARMS.values())


def test_annex_a_holds_the_types_that_its_maps_give() -> None:
    for dataset in ("events", "services"):
        maps = [m for m in CORE.maps.values() if m.id.startswith("annex_a_") and m.dataset == dataset]
        given = {column.value for one in maps for column in one.columns if column.column == "type"}
        assert given == holdable(CORE.dataset(dataset), "type", ["annex_a"])


def test_files_together_hold_what_either_does_and_one_that_is_not_named_holds_anything() -> None:
    events = CORE.dataset("events")
    together = holdable(events, "type", ["cin", "ssda903"])
    assert together == holdable(events, "type", ["cin"]) | holdable(events, "type", ["ssda903"])
    assert holdable(events, "type", ["cin", "template"]) is None
    assert holdable(events, "source", ["cin"]) is None
