import json
import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared import SHARED

from plait.areas import load_areas
from plait.identifiers import is_postcode
from plait.invent.places import _divide

REAL = SHARED / "data/geo/la/mysociety_uk_local_authorities_current.csv"
# Every postcode area in use in the United Kingdom, with the islands and the forces.
REAL_POSTCODE_AREAS = """
    AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX
    FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN
    NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB
    W WA WC WD WF WN WR WS WV XX YO ZE
"""


@pytest.fixture(scope="module")
def shapes(folder):
    features = json.loads((folder.root / "areas/boundaries.geojson").read_text())["features"]
    return {f["properties"]["code"]: f["geometry"] for f in features}


def surface(ring) -> float:
    """Signed area: positive when anticlockwise."""
    x, y = np.array(ring).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def edges(ring) -> list[tuple]:
    points = [tuple(point) for point in ring]
    return list(pairwise(points))


def crosses(one, other) -> bool:
    (a, b), (c, d) = one, other
    if {a, b} & {c, d}:
        return False

    def side(p, q, r) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def test_outlines_are_closed_run_anticlockwise_and_do_not_cross_themselves(shapes):
    for code, geometry in shapes.items():
        rings = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        for (ring,) in rings:
            assert ring[0] == ring[-1], code
            assert surface(ring) > 0, code
            lines = edges(ring)
            assert not any(crosses(lines[i], lines[j]) for i in range(len(lines)) for j in range(i)), code


@pytest.mark.parametrize("kind", ["lsoa", "ward", "district", "county"])
def test_what_lies_in_an_area_covers_it_exactly(folder, shapes, kind):
    areas = load_areas(folder.root / "areas")
    for area in areas.all:
        inside = areas.children(area.code, kind)
        if inside and shapes[area.code]["type"] == "Polygon":
            whole = surface(shapes[area.code]["coordinates"][0])
            parts = sum(surface(shapes[a.code]["coordinates"][0]) for a in inside)
            assert parts == pytest.approx(whole, rel=1e-9), area.code


def test_neighbours_share_their_border_and_nobody_overlaps(folder, shapes):
    """Each piece of border belongs to one small area, or to two that run along it in opposite ways."""
    counts = Counter()
    for area in load_areas(folder.root / "areas").all:
        if area.kind == "lsoa":
            counts.update(edges(shapes[area.code]["coordinates"][0]))
    assert set(counts.values()) == {1}
    border = set(edges(shapes["XF01"]["coordinates"][0]))
    assert {line for line in counts if (line[1], line[0]) not in counts} == border


def test_footprints_cross(folder):
    areas = load_areas(folder.root / "areas")
    within = {
        code: {a.code for a in areas.within(code) if a.kind == "lsoa"} for code in ("XC01", "XC02", "XF01", "XH01")
    }
    assert within["XF01"] == within["XC01"] | within["XC02"]
    assert within["XH01"] & within["XC01"] and within["XH01"] & within["XC02"]
    assert within["XC01"] - within["XH01"]


def test_postcodes_have_the_shape_of_real_ones_and_cannot_be_real(folder):
    table = pq.read_table(folder.root / "areas/postcodes.parquet").to_pydict()
    assert all(is_postcode(text) for text in table["postcode"])
    assert {re.match("[A-Z]+", text).group() for text in table["postcode"]} == {"WQ", "YQ"}
    assert not {"WQ", "YQ"} & set(REAL_POSTCODE_AREAS.split())
    assert len(set(table["postcode"])) == len(table["postcode"])
    small = {a.code for a in load_areas(folder.root / "areas").all if a.kind == "lsoa"}
    assert set(table["area"]) == small


def test_no_code_can_be_taken_for_a_real_one(folder):
    for path in folder.files():
        if path.suffix in (".csv", ".yaml", ".xml", ".geojson"):
            assert not re.search(r"\b[A-Z][0-9]{8}\b", path.read_text(encoding="utf-8")), path
    assert all(re.fullmatch("X[A-Z][0-9]{2,5}", a.code) for a in load_areas(folder.root / "areas").all)


@pytest.mark.skipif(not REAL.is_file(), reason="needs the published list of authorities")
def test_no_district_or_county_bears_a_real_name(folder):
    text = REAL.read_text(encoding="utf-8").lower()
    for area in load_areas(folder.root / "areas").all:
        if area.kind in ("district", "county"):
            assert not re.search(rf"\b{area.name.lower()}\b", text), area.name


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 40), st.integers(0, 2**32))
def test_dividing_leaves_nothing_out_and_counts_nothing_twice(width, height, parts, seed):
    pieces = _divide(np.random.default_rng(seed), (0, 0, width, height), parts)
    squares = [(x, y) for x0, y0, x1, y1 in pieces for x in range(x0, x1) for y in range(y0, y1)]
    assert sorted(squares) == [(x, y) for x in range(width) for y in range(height)]
    assert len(pieces) <= parts


def test_populations_add_up_from_small_areas_to_the_county(folder):
    rows = folder.csv("returns/council/2024-25/populations.csv")
    residents = {
        (r["Area"], r["Age from"], r["Sex"], r["Ethnic group"]): int(r["Residents"])
        for r in rows
        if r["Year"] == "2024"
    }
    areas = load_areas(folder.root / "areas")
    for (code, age, sex, group), count in residents.items():
        parts = [a.code for a in areas.children(code, areas.children(code)[0].kind)] if areas.children(code) else []
        if parts:
            assert count == sum(residents[part, age, sex, group] for part in parts)
        if not sex and not group:
            assert count == residents[code, age, "F", ""] + residents[code, age, "M", ""]
