"""Areas as a graph with dates. An area may lie in several others: a ward in a district and in a police district."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from plait.errors import StoreError, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area. `parents` are the areas it lies wholly within; `kind` such as lsoa, ward, district, force, country."""

    code: str
    name: str
    kind: str
    parents: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def exists_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Areas:
    """All areas known, with the postcode file and the boundaries where there are any."""

    all: tuple[Area, ...]
    postcodes: Path | None = None
    boundaries: Path | None = None
    _by_code: dict[str, Area] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {area.code: area for area in self.all})

    def __getitem__(self, code: str) -> Area:
        """The area with this code. Raises StoreError, naming the nearest known code, when there is none."""
        if code not in self._by_code:
            raise StoreError(f"No area has the code '{code}'.{nearest(code, self._by_code)}")
        return self._by_code[code]

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def name(self, code: str) -> str:
        """The area's name, or its code when it is not known here."""
        return self._by_code[code].name if code in self._by_code else code

    def within(self, code: str) -> tuple[Area, ...]:
        """Every area that lies within this one, itself first."""
        inside = [area for area in self.all if area.code != code and code in self._ancestors[area.code]]
        return (self[code], *inside)

    def children(self, code: str, kind: str | None = None) -> tuple[Area, ...]:
        """Areas whose parent is this one, of one kind when given."""
        return tuple(a for a in self.all if code in a.parents and (kind is None or a.kind == kind))

    @cached_property
    def _ancestors(self) -> dict[str, frozenset[str]]:
        done: dict[str, frozenset[str]] = {}

        def climb(code: str, trail: tuple[str, ...]) -> frozenset[str]:
            if code in trail:
                raise StoreError(f"Area '{code}' lies within itself. Correct its parents.")
            if code not in done:
                parents = self._by_code[code].parents if code in self._by_code else ()
                above = (climb(parent, (*trail, code)) for parent in parents)
                done[code] = frozenset({code}).union(*above)
            return done[code]

        for area in self.all:
            climb(area.code, ())
        return done

    def members(self) -> pa.Table:
        """Columns member, area, kind: each area once for every area it lies in, itself included."""
        pairs = [(code, above) for code, line in self._ancestors.items() for above in sorted(line) if above in self]
        return pa.table(
            {
                "member": pa.array([m for m, _ in pairs], pa.string()),
                "area": pa.array([a for _, a in pairs], pa.string()),
                "kind": pa.array([self[a].kind for _, a in pairs], pa.string()),
            }
        )


def load_areas(folder: Path) -> Areas:
    """Areas from a folder: areas.csv (code,name,kind,parents,since,until), postcodes.parquet, boundaries.geojson.

    Parents are parted by spaces. Postcodes and boundaries may be absent. Raises StoreError when areas.csv is missing.
    """
    table = folder / "areas.csv"
    if not table.is_file():
        raise StoreError(f"{folder} holds no areas.csv. Make one with 'plait areas add', from the files ONS publishes.")
    try:
        with table.open(encoding="utf-8-sig", newline="") as handle:
            rows = tuple(_areas(csv.DictReader(handle)))
    except (KeyError, ValueError, csv.Error):
        raise StoreError(
            f"{table} cannot be read. Its headings are code, name, kind, parents, since and until; days are written as "
            "2025-04-01. Make it again with 'plait areas add'."
        ) from None
    postcodes, boundaries = folder / "postcodes.parquet", folder / "boundaries.geojson"
    return Areas(rows, postcodes if postcodes.is_file() else None, boundaries if boundaries.is_file() else None)


def _areas(rows: Iterable[dict[str, str]]) -> Iterator[Area]:
    for row in rows:
        yield Area(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            parents=tuple((row.get("parents") or "").split()),
            since=date.fromisoformat(row["since"]) if row.get("since") else None,
            until=date.fromisoformat(row["until"]) if row.get("until") else None,
        )
