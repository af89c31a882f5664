"""Areas lie in areas, across footprints, and never in themselves."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.areas import Area, Areas, add_areas, load_areas
from plait.errors import FileRefused, StoreError

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def at(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return at


def area(code: str, kind: str, *parents: str) -> Area:
    return Area(code=code, name=code.lower(), kind=kind, parents=parents)


COUNTY = Areas(
    (
        area("S1", "lsoa", "W1"), area("S2", "lsoa", "W1"), area("S3", "lsoa", "W2"), area("W1", "ward", "D1", "P1"),
        area("W2", "ward", "D1", "P2"), area("D1", "district", "C"), area("P1", "force"), area("P2", "force"),
        area("C", "county"),
    )
)  # fmt: skip


def test_what_lies_within() -> None:
    assert {a.code for a in COUNTY.within("D1")} == {"D1", "W1", "W2", "S1", "S2", "S3"}
    assert {a.code for a in COUNTY.within("P1")} == {"P1", "W1", "S1", "S2"}, "a ward may lie in two footprints"
    assert COUNTY.within("C")[0].code == "C"
    assert [a.code for a in COUNTY.children("D1", "ward")] == ["W1", "W2"]


def test_each_area_is_a_member_of_all_it_lies_in() -> None:
    members = {(row["member"], row["area"]): row["kind"] for row in COUNTY.members().to_pylist()}
    assert members["S1", "C"] == "county"
    assert ("S3", "P1") not in members
    assert len([member for member, _ in members if member == "S1"]) == 5


def test_a_parent_nobody_declared_is_no_area() -> None:
    areas = Areas((area("W1", "ward", "GONE"),))
    assert areas.members().num_rows == 1
    assert areas.name("GONE") == "GONE"


@pytest.mark.parametrize(
    "parents", [{"A": ("A",)}, {"A": ("B",), "B": ("A",)}, {"A": ("B",), "B": ("C",), "C": ("A",)}]
)
def test_an_area_within_itself_is_refused(parents: dict[str, tuple[str, ...]]) -> None:
    areas = Areas(tuple(area(code, "ward", *above) for code, above in parents.items()))
    with pytest.raises(StoreError, match="lies within itself"):
        areas.members()


def test_an_unknown_code_gives_the_nearest() -> None:
    with pytest.raises(StoreError, match="Did you mean 'E08000036'"):
        Areas((area("E08000036", "district"),))["E0800003"]


LOOK_UP = """LSOA21CD,LSOA21NM,WD24CD,WD24NM,LAD24CD,LAD24NM,PFA24CD,PFA24NM
L1,one,W1,Castle,D1,Wenford,F1,Wen Police
L2,two,W1,Castle,D1,Wenford,F1,Wen Police
L3,three,W2,Mill,D1,Wenford,F1,Wen Police
L4,four,W3,Split,D1,Wenford,F1,Wen Police
L5,five,W3,Split,D2,Otham,F1,Wen Police
"""


def test_a_look_up_as_ons_writes_it(write: Write, tmp_path: Path) -> None:
    """Nearest parents only; a ward that two districts share lies wholly within neither, and within their police force."""
    assert add_areas([write("l.csv", LOOK_UP)], tmp_path / "areas").areas == 11
    areas = load_areas(tmp_path / "areas")
    assert areas["L1"].parents == ("W1",)
    assert areas["W1"].parents == ("D1",)
    assert areas["W3"].parents == ("F1",)
    assert areas["D1"].parents == ("F1",)
    assert (areas["W1"].name, areas["W1"].kind) == ("Castle", "ward")


def test_look_ups_join_in_any_order_and_again(write: Write, tmp_path: Path) -> None:
    files = [write("a.csv", LOOK_UP), write("b.csv.gz", "LAD24CD,RGN24CD,RGN24NM\nD1,R1,The North\n")]
    add_areas(files, tmp_path / "one")
    add_areas(files[::-1], tmp_path / "two")
    add_areas(files, tmp_path / "two")
    assert (tmp_path / "one/areas.csv").read_text() == (tmp_path / "two/areas.csv").read_text()
    assert "R1" in load_areas(tmp_path / "one")["D1"].parents


def test_postcodes_lose_their_space_and_keep_the_finest_area(write: Write, tmp_path: Path) -> None:
    source = write("p.csv", "pcds,lsoa21cd,lad24cd\nwq1 0qj,L1,D1\nWQ1 0HZ,L2,D1\nWQ1 0XX,,D1\n")
    added = add_areas([write("l.csv", LOOK_UP), source], tmp_path / "areas")
    assert added.postcodes
    rows = pq.read_table(tmp_path / "areas/postcodes.parquet").to_pylist()
    assert rows == [{"postcode": "WQ10HZ", "area": "L2"}, {"postcode": "WQ10QJ", "area": "L1"}]


def test_boundaries_are_kept_by_code(write: Write, tmp_path: Path) -> None:
    shape = {"type": "Polygon", "coordinates": []}
    features = [{"type": "Feature", "properties": {"LAD24CD": "D1", "LAD24NM": "Wenford"}, "geometry": shape}]
    source = write("b.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    assert add_areas([source], tmp_path / "areas").boundaries == 1
    kept = json.loads((tmp_path / "areas/boundaries.geojson").read_text())["features"]
    assert kept[0]["properties"] == {"code": "D1"}
    assert load_areas(tmp_path / "areas")["D1"].name == "Wenford"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", "a,b\n1,2\n"), ("x.csv", ""), ("x.xlsx", "PK"), ("x.geojson", "{}"), ("x.geojson", "[1]"),
        ("x.geojson", "not json"), ("x.geojson", '{"features": [{"properties": {}}]}'), ("x.csv.gz", "a,b\n"),
    ],
)  # fmt: skip
def test_a_file_of_no_known_shape_changes_nothing(write: Write, tmp_path: Path, name: str, text: str) -> None:
    folder = tmp_path / "areas"
    add_areas([write("l.csv", LOOK_UP)], folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(FileRefused, match=name):
        add_areas([write("more.csv", LOOK_UP.replace("L1", "L9")), write(name, text)], folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("LSOA21CD,WD24CD,WD24NM\nL1,W1,Zoë\n".encode("cp1252"))
    (tmp_path / "y.csv.gz").write_bytes(b"not packed")
    for name in ("x.csv", "y.csv.gz"):
        with pytest.raises(FileRefused, match=name):
            add_areas([tmp_path / name], tmp_path / "areas")


@pytest.mark.parametrize("text", ["", "code,name\nA,a\n", "code,name,kind,parents,since,until\nA,a,ward,,yesterday,\n"])
def test_an_areas_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "areas.csv").write_text(text)
    if text:
        with pytest.raises(StoreError, match=r"areas\.csv"):
            load_areas(tmp_path)
    else:
        assert load_areas(tmp_path).all == ()


def test_a_folder_without_areas_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="plait areas add"):
        load_areas(tmp_path)
