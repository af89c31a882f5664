"""Areas from the look-up, postcode and boundary files that ONS publishes and users bring themselves."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from plait.areas.areas import Area
from plait.engine import Engine, identifier, literal
from plait.errors import FileRefused

# How ONS and those who tidy its files name each kind of area in a heading, finest first.
KINDS = {
    "lsoa": ("lsoa",),
    "msoa": ("msoa",),
    "ward": ("wd", "ward"),
    "district": ("lad", "ltla", "laua"),
    "authority": ("ctyua", "utla"),
    "icb_place": ("sicbl",),
    "icb": ("icb",),
    "csp": ("csp",),
    "fire": ("fra",),
    "force": ("pfa",),
    "region": ("rgn", "region"),
    "country": ("ctry",),
}
POSTCODE = ("pcds", "pcd", "pcd7", "pcd8", "postcode")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A heading that holds codes of one kind of area, and the one that holds their names, if there is one."""

    kind: str
    code: str
    name: str | None


def read_lookup(path: Path) -> list[Area]:
    """Areas and how they nest, from a look-up file with a column of codes for each kind of area.

    An area's parents are the coarser areas that all its rows agree on. Raises FileRefused when no two kinds are recognised.
    """
    with open_text(path) as handle:
        rows = csv.DictReader(handle)
        pairs = _pairs(rows.fieldnames or [])
        if not pairs:
            raise FileRefused(
                f"{path.name} has no column of area codes that Plait knows. It looks for headings such as LSOA21CD, WD24CD, "
                "LAD24CD, PFA24CD or lsoa21_code."
            )
        nest = _Nest()
        for row in rows:
            nest.note(pairs, row)
    return nest.areas()


def open_text(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _pairs(headings: list[str] | Any) -> list[_Pair]:
    """The code headings in the order of KINDS; of one kind given for several years, the latest."""
    found: dict[str, _Pair] = {}
    for heading in sorted(headings):
        for kind, stems in KINDS.items():
            if re.fullmatch(rf"({'|'.join(stems)})(\d\d)?(_?cd|_code)", heading.lower()):
                found[kind] = _Pair(kind, heading, _name_heading(heading, headings))
    return [found[kind] for kind in KINDS if kind in found]


def _name_heading(heading: str, headings: list[str]) -> str | None:
    names = {re.sub(r"(_?cd|_code)$", end, heading.lower()) for end in ("nm", "_nm", "_name", "name")}
    return next((h for h in headings if h.lower() in names), None)


class _Nest:
    """Areas seen on rows, and for each the areas of coarser kinds that its rows name."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.above: dict[str, dict[str, set[str]]] = {}

    def note(self, pairs: list[_Pair], row: dict[str, str]) -> None:
        present = [(pair, row[pair.code].strip()) for pair in pairs if (row.get(pair.code) or "").strip()]
        for number, (pair, code) in enumerate(present):
            name = (row.get(pair.name) or "").strip() if pair.name else ""
            self.names[code] = name or self.names.get(code, code)
            self.kinds[code] = pair.kind
            for coarser, its_code in present[number + 1 :]:
                self.above.setdefault(code, {}).setdefault(coarser.kind, set()).add(its_code)

    def areas(self) -> list[Area]:
        """Each area with its nearest parents. Where rows name two of a kind it lies wholly within neither."""
        whole = {
            code: [next(iter(codes)) for codes in kinds.values() if len(codes) == 1]
            for code, kinds in self.above.items()
        }
        return [
            Area(code=code, name=name, kind=self.kinds[code], parents=_nearest(whole.get(code, []), whole))
            for code, name in self.names.items()
        ]


def _nearest(parents: list[str], whole: dict[str, list[str]]) -> tuple[str, ...]:
    """The parents that are not themselves above another of them."""
    further = {above for parent in parents for above in whole.get(parent, [])}
    return tuple(parent for parent in parents if parent not in further)


def merge(areas: Iterator[Area] | list[Area]) -> list[Area]:
    """One area a code: parents together, and the first real name."""
    joined: dict[str, Area] = {}
    for area in areas:
        old = joined.get(area.code)
        if old is None:
            joined[area.code] = area
            continue
        name = area.name if old.name == old.code else old.name
        parents = tuple(dict.fromkeys((*old.parents, *area.parents)))
        joined[area.code] = Area(
            code=area.code, name=name, kind=old.kind, parents=parents, since=old.since, until=old.until
        )
    return list(joined.values())


def write_areas(areas: list[Area], folder: Path) -> Path:
    """areas.csv in the folder, in order of code."""
    path = folder / "areas.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["code", "name", "kind", "parents", "since", "until"])
        for area in sorted(areas, key=lambda a: (list(KINDS).index(a.kind) if a.kind in KINDS else 99, a.code)):
            writer.writerow(
                [area.code, area.name, area.kind, " ".join(sorted(area.parents)), area.since or "", area.until or ""]
            )
    return path


def write_postcodes(path: Path, folder: Path) -> Path | None:
    """postcodes.parquet (postcode without its space, area) from a CSV with a postcode and an area code; None for another file.

    The finest area on the row is kept.
    """
    with Engine() as engine:
        source = f"read_csv({literal(str(path))}, header=true, all_varchar=true)"
        headings = [name for name, *_ in engine.rows(f"DESCRIBE SELECT * FROM {source}")]
        postcode = next((h for h in headings if h.lower() in POSTCODE), None)
        area = next(
            (h for stem in ("lsoa", "wd", "ward", "lad", "laua") for h in headings if h.lower().startswith(stem)), None
        )
        if postcode is None or area is None:
            return None
        pc, code = identifier(postcode), identifier(area)
        engine.write(
            f"SELECT upper(replace({pc}, ' ', '')) AS postcode, {code} AS area FROM {source} "
            f"WHERE coalesce({pc}, '') <> '' AND coalesce({code}, '') <> '' ORDER BY postcode",
            folder / "postcodes.parquet",
        )
    return folder / "postcodes.parquet"


def read_boundaries(path: Path) -> tuple[list[Area], list[dict[str, Any]]]:
    """Areas named in a GeoJSON file, and its features with their code under 'code'."""
    try:
        features = json.loads(path.read_bytes())["features"]
    except (ValueError, KeyError, TypeError):
        raise FileRefused(f"{path.name} is not a GeoJSON file with features.") from None
    nest = _Nest()
    kept = []
    for feature in features:
        pairs = _pairs(list(feature.get("properties") or {}))
        if not pairs:
            raise FileRefused(f"{path.name} has a feature without an area code such as LSOA21CD.")
        nest.note(pairs, {k: str(v) for k, v in feature["properties"].items()})
        kept.append(
            {
                "type": "Feature",
                "properties": {"code": feature["properties"][pairs[0].code]},
                "geometry": feature["geometry"],
            }
        )
    return nest.areas(), kept
