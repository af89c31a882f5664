"""What was let out is read again exactly as it left, or not at all; a part shows nothing the whole did not."""

import json
from dataclasses import replace
from datetime import date

import pyarrow.parquet as pq
import pytest

from plait.errors import StoreError
from plait.protect import left, load_released, part_of, save_released, withheld_counts
from plait.released import Audit, KnownAnyway, release
from tests.unit.protect.conftest import row, table
from tests.unit.publish import making


@pytest.fixture
def released():
    return making.profile().released


@pytest.fixture
def kept(released, tmp_path):
    save_released(released, tmp_path)
    return tmp_path


def test_a_release_comes_back_as_it_left(released, kept):
    again = load_released(kept)
    assert again.figures.equals(released.figures) and (again.zone, again.audit) == (released.zone, released.audit)


def test_figures_that_were_touched_are_not_read(kept):
    path = kept / "released.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(StoreError, match="changed since protect let them out"):
        load_released(kept)


@pytest.mark.parametrize("name", ["released.parquet", "checks.json"])
def test_half_of_a_release_is_none(name, kept):
    (kept / name).unlink()
    with pytest.raises(StoreError, match="No release"):
        load_released(kept)


def test_checks_of_another_version_are_not_guessed_at(kept):
    checks = json.loads((kept / "checks.json").read_text())
    checks["audit"][0]["unknown"] = 1
    (kept / "checks.json").write_text(json.dumps(checks))
    with pytest.raises(StoreError, match="No release of this version"):
        load_released(kept)


def test_a_part_holds_only_what_is_asked_for(released):
    part = part_of(released, indicators={"CE01", "CE99"}, periods={"2024-25"})
    rows = part.figures.to_pylist()
    assert rows and {(row["indicator"], row["period"]) for row in rows} == {("CE01", "2024-25")}
    assert [audit.indicator for audit in part.audit] == ["CE01"] and part.zone == released.zone
    assert all(row in released.figures.to_pylist() for row in rows)


def test_what_left_is_told_without_a_count(released, tmp_path):
    path = tmp_path / "withheld.parquet"
    pq.write_table(withheld_counts(released.figures, released, on=date(2025, 7, 1), release="x"), path)
    told = left(path)
    assert (told.zone, told.on) == ("partnership", "2025-07-01") and "2024-25" in told.periods


def test_a_count_that_another_figure_tells_is_not_kept_as_withheld():
    audit = Audit(
        indicator="CE01", period="2024-25", cells=1, withheld=0, secondary=0, rounded_to=1, narrowest=None, attacker="",
        counts=("people", "people base", True),
    )  # fmt: skip
    marks = {("CE01", "D1"): "c", ("CE02", "D1"): "", ("CE01", "D2"): "c", ("CE02", "D2"): "c"}
    figures = table(*(row(area, count=40, indicator=indicator) for indicator, area in marks))
    seen = figures.drop_columns(["rows"]).append_column("mark", [list(marks.values())])
    made = release(seen, zone="public", audit=(audit, replace(audit, indicator="CE02")))
    lines = withheld_counts(figures, made).to_pylist()
    assert [(line["area"], line["withheld"]) for line in lines] == [("D1", False)] * 2 + [("D2", True)] * 2


def test_a_file_that_says_nothing_of_itself_is_damaged(released, tmp_path):
    pq.write_table(released.figures, tmp_path / "old.parquet")
    with pytest.raises(StoreError, match="cannot be read"):
        left(tmp_path / "old.parquet")


def test_what_is_known_anyway_comes_back_with_its_checks(released, tmp_path):
    known = KnownAnyway(
        supplier="", area="XC01", by="", group="", period="2024-25", why="It left before.", recall=("x",)
    )
    audit = tuple(replace(one, known=(known,)) for one in released.audit)
    object.__setattr__(released, "audit", audit)
    save_released(released, tmp_path)
    assert load_released(tmp_path).audit == audit
