"""The areas folder: which areas there are, what lies in what, postcodes and boundaries; and how many people live where."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plait.areas import Area
from plait.invent.draw import Column, Rng, words
from plait.invent.files import Table
from plait.invent.people import GROUPS
from plait.invent.places import HEALTH_BOARD, PEOPLE_A_SMALL_AREA, Places, ring

# Youngest and oldest age counted, and the share of residents in between.
_BANDS = ((0, 9, 0.112), (10, 13, 0.048), (14, 15, 0.024), (16, 17, 0.023), (18, 20, 0.036), (21, 25, 0.06))
_GROUP_SHARES = (0.76, 0.06, 0.115, 0.045, 0.02)


def write_areas(folder: Path, places: Places) -> None:
    """areas.csv, postcodes.parquet and boundaries.geojson."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "areas.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["code", "name", "kind", "parents", "since", "until"])
        writer.writerows([a.code, a.name, a.kind, " ".join(a.parents), "", ""] for a in places.areas)
    postcodes = pa.table(
        {
            "postcode": pa.array([text.replace(" ", "") for text in places.postcode.tolist()], pa.string()),
            "area": pa.array(places.small[places.postcode_small].tolist(), pa.string()),
        }
    )
    pq.write_table(postcodes, folder / "postcodes.parquet", compression="zstd")
    features = [_feature(places, area) for area in places.areas]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    (folder / "boundaries.geojson").write_text(text, encoding="utf-8")


def _feature(places: Places, area: Area) -> dict[str, Any]:
    geometry: dict[str, Any]
    if area.code == HEALTH_BOARD:
        parts = [a.code for a in places.areas if HEALTH_BOARD in a.parents]
        geometry = {"type": "MultiPolygon", "coordinates": [[ring(places, code)] for code in parts]}
    else:
        geometry = {"type": "Polygon", "coordinates": [ring(places, area.code)]}
    about = {"code": area.code, "name": area.name, "kind": area.kind}
    return {"type": "Feature", "properties": about, "geometry": geometry}


def populations(rng: Rng, places: Places, years: tuple[int, ...]) -> dict[int, Table]:
    """For each year, residents to the age of 25 of every area by age band, sex and ethnic group."""
    areas = len(places.small)
    people = rng.normal(PEOPLE_A_SMALL_AREA, 140, areas).clip(800)
    mix = _mixes(rng, places)
    expected = people[:, None, None, None] * np.array([share for *_, share in _BANDS])[None, :, None, None]
    expected = expected * np.array([0.49, 0.51])[None, None, :, None] * mix[:, None, None, :]
    counts = rng.poisson(expected)
    tables = {}
    for year in years:
        tables[year] = _table(places, year, counts)
        counts = np.maximum(0, counts + rng.poisson(expected * 0.03) - rng.poisson(expected * 0.024))
    return tables


def _mixes(rng: Rng, places: Places) -> Column:
    """Each small area's shares of the ethnic groups: alike within a district, unlike between them."""
    known, place = np.unique(places.district.astype(str), return_inverse=True)
    lean = np.array(_GROUP_SHARES) * np.exp(rng.normal(0, 0.5, (len(known), len(GROUPS))) * (0, 1, 1, 1, 1))
    shares: Column = lean[place] / lean[place].sum(axis=1, keepdims=True)
    return shares


def _table(places: Places, year: int, counts: Column) -> Table:
    """Rows for everyone, for each sex and for each ethnic group, of every area of every kind."""
    codes, totals = _rolled_up(places, counts)
    sexes, groups = totals.sum(axis=3), totals.sum(axis=2)
    figures = np.concatenate([sexes.sum(axis=2, keepdims=True), sexes, groups], axis=2)
    area, band, who = np.indices(figures.shape).reshape(3, -1)
    low, high = ([str(limits[end]) for limits in _BANDS] for end in (0, 1))
    return {
        "area": codes[area],
        "year": words([str(year)])[np.zeros(figures.size, dtype=int)],
        "age_from": words(low)[band],
        "age_to": words(high)[band],
        "sex": words(["", "F", "M", *[""] * len(GROUPS)])[who],
        "ethnicity": words(["", "", "", *GROUPS])[who],
        "residents": words([str(count) for count in figures.reshape(-1).tolist()]),
    }


def _rolled_up(places: Places, counts: Column) -> tuple[Column, Column]:
    """Codes of all areas, and the counts of each: the small areas' own, and their sums in what they lie in."""
    small = places.small.tolist()
    place = {code: number for number, code in enumerate(small)}
    inside: dict[str, list[int]] = {}
    above = {area.code: area.parents for area in places.areas}
    for code in small:
        line = [*above[code]]
        while line:
            parent = line.pop()
            inside.setdefault(parent, []).append(place[code])
            line += above[parent]
    codes = [area.code for area in places.areas if area.code in inside]
    sums = [counts[inside[code]].sum(axis=0) for code in codes]
    return words([*codes, *small]), np.concatenate([np.array(sums), counts])
