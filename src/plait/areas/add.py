"""A user's own ONS files put into an areas folder, in any order, as often as they like."""

import gzip
import json
import shutil
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plait.areas.areas import load_areas
from plait.areas.ons import merge, open_text, read_boundaries, read_lookup, write_areas, write_postcodes
from plait.errors import FileRefused


@dataclass(frozen=True)
class Added:
    """How many there are now."""

    areas: int
    postcodes: bool
    boundaries: int


def add_areas(files: Sequence[Path], folder: Path) -> Added:
    """The areas folder with these files joined to what it held. Raises FileRefused for a file of no known shape.

    Nothing changes unless every file could be read.
    """
    for path in files:
        _check_text(path)
    folder.mkdir(parents=True, exist_ok=True)
    areas = list(load_areas(folder).all) if (folder / "areas.csv").is_file() else []
    boundaries = folder / "boundaries.geojson"
    features = json.loads(boundaries.read_bytes())["features"] if boundaries.is_file() else []
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        for path in files:
            if path.suffix.lower() in (".geojson", ".json"):
                found, more = read_boundaries(path)
                areas, features = [*areas, *found], [*features, *more]
            elif not _postcode_file(path, Path(scratch)):
                areas = [*areas, *read_lookup(path)]
        areas = merge(areas)
        write_areas(areas, Path(scratch))
        if features:
            by_code = {f["properties"]["code"]: f for f in features}
            collection = {"type": "FeatureCollection", "features": list(by_code.values())}
            (Path(scratch) / "boundaries.geojson").write_text(json.dumps(collection), encoding="utf-8")
        for made in sorted(Path(scratch).iterdir()):
            shutil.move(str(made), folder / made.name)
    return Added(len(areas), (folder / "postcodes.parquet").is_file(), len(features))


def _check_text(path: Path) -> None:
    """The file can be read to its end as text. Raises FileRefused when it is of no known kind, or is not in UTF-8."""
    if not path.name.lower().endswith((".csv", ".csv.gz", ".geojson", ".json")):
        raise FileRefused(
            f"{path.name}: give ONS look-ups and postcodes as .csv or .csv.gz, and boundaries as .geojson."
        )
    try:
        with open_text(path) as handle:
            while handle.read(1 << 20):
                pass
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error):
        raise FileRefused(
            f"{path.name} is damaged or is not in UTF-8. Download it again, or save it as CSV UTF-8."
        ) from None


def _postcode_file(path: Path, scratch: Path) -> bool:
    return write_postcodes(path, scratch) is not None
