import hashlib
from pathlib import Path

import pytest

from plait.errors import StoreError, UserError
from plait.invent import invent


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def made(base: Path, name: str, **options) -> dict[str, str]:
    invent(base / name / "p", keep_truth=base / name / "t", **{"seed": 5, "size": 120, **options})
    return digests(base / name)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    assert made(tmp_path, "one") == made(tmp_path, "two")


def test_another_seed_gives_other_people_and_other_places(tmp_path):
    one, two = made(tmp_path, "one"), made(tmp_path, "two", seed=6)
    telling = [
        n
        for n in one
        if n.endswith(("people.csv", "nominals.csv", ".xlsx", ".xml", ".geojson", "areas.csv", ".parquet"))
    ]
    assert len(telling) > 20
    assert [n for n in telling if one[n] == two[n]] == ["p/areas/postcodes.parquet"]


def test_keeping_the_truth_changes_nothing_in_the_partnership(tmp_path):
    invent(tmp_path / "p", seed=5, size=120)
    with_truth = made(tmp_path, "one")
    assert digests(tmp_path / "p") == {name[2:]: d for name, d in with_truth.items() if name.startswith("p/")}


def test_truth_may_not_lie_inside_the_folder(tmp_path):
    with pytest.raises(UserError, match="apart"):
        invent(tmp_path / "p", seed=1, size=120, keep_truth=tmp_path / "p" / "truth")
    assert not (tmp_path / "p").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("keep me")
    with pytest.raises(StoreError, match="not empty"):
        invent(tmp_path, seed=1, size=120)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    "periods", [(), ("2024",), ("2022-23", "2024-25"), ("2024-25", "2023-24"), ("2019-20",), ("2024-Q1",)]
)
def test_periods_are_years_from_april_one_after_another(tmp_path, periods):
    with pytest.raises(UserError, match="April to March"):
        invent(tmp_path / "p", seed=1, size=120, periods=periods)


@pytest.mark.parametrize("size", [0, 99, 700_001])
def test_a_size_out_of_reach_is_refused(tmp_path, size):
    with pytest.raises(UserError, match="between"):
        invent(tmp_path / "p", seed=1, size=size)


def test_each_period_is_sent_by_each_agency(tmp_path):
    made(tmp_path, "one", periods=("2022-23", "2023-24", "2024-25"))
    returns = tmp_path / "one" / "p" / "returns"
    sent = {(path.parent.name, path.name) for path in returns.glob("*/*") if path.is_dir()}
    agencies = ("council", "police", "health", "youth_justice", "education", "voluntary")
    assert sent == {(agency, period) for agency in agencies for period in ("2022-23", "2023-24", "2024-25")}
