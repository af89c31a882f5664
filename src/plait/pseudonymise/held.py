"""Whether tables coded elsewhere hold only what coding leaves: the declared columns, and codes the pack lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.declare import DataSet, Pack
from plait.errors import FileRefused
from plait.pseudonymise.columns import AREA_CODE, coded_types, listed_codes

_UNLISTED = r"unlisted:[0-9a-f]{8}"
_TEXT, _SET = pa.string(), pa.list_(pa.string())
_PEOPLE: dict[str, dict[str, pa.DataType]] = {
    "persons": {
        "agency": _TEXT, "person": pa.int64(), "birth_month": pa.date32(), "sex": _TEXT, "ethnicity": _TEXT,
        "disability": _SET, "died_month": pa.date32(), "area": _TEXT,
    },
    "homes": {
        "agency": _TEXT, "person": pa.int64(), "area": _TEXT, "from_month": pa.date32(), "to_month": pa.date32(),
    },
    "tokens": {
        "agency": _TEXT, "person": pa.int64(), "token_kind": pa.int16(), "token": pa.int64(), "key_version": _TEXT,
    },
}  # fmt: skip


def check_tables(tables: Mapping[str, Path], pack: Pack, *, agency: str, key_version: str) -> None:
    """Raises FileRefused, naming the table and column, at the first column or value that coding could not have left."""
    for name, path in tables.items():
        if name not in _PEOPLE and (name not in pack.datasets or pack.dataset(name).tier == "identity"):
            raise FileRefused(
                f"The sealed file holds a table '{name}' that this pack has not. Prepare it again with this pack."
            )
        expected = _PEOPLE.get(name) or coded_types(pack.dataset(name))
        schema = pq.read_schema(path)
        if list(zip(schema.names, schema.types, strict=True)) != list(expected.items()):
            raise FileRefused(
                f"The sealed table '{name}' has other columns than coding leaves. Prepare it again with this pack."
            )
        for column, allowed in _held_to(name, pack, agency=agency, key_version=key_version):
            _check(path, name, column, allowed)


def _held_to(
    name: str, pack: Pack, *, agency: str, key_version: str
) -> Iterator[tuple[str, re.Pattern[str] | set[str]]]:
    """Each text column with the codes or the shape its values must have. Words of counts are scanned by `validate`."""
    yield "agency", {agency}
    if name == "tokens":
        yield "key_version", {key_version}
    if name in ("persons", "homes"):
        yield "area", re.compile(AREA_CODE)
    if name == "persons":
        people = next(d for d in pack.datasets.values() if d.tier == "identity")
        for column in ("sex", "ethnicity", "disability"):
            yield column, listed_codes(people.column(column), pack)
    if name not in _PEOPLE:
        yield from _dataset_held_to(pack.dataset(name), pack)


def _dataset_held_to(dataset: DataSet, pack: Pack) -> Iterator[tuple[str, re.Pattern[str] | set[str]]]:
    coded = [column.id for column in dataset.columns if column.codes]
    yield from ((name, listed_codes(dataset.column(name), pack)) for name in coded if name in coded_types(dataset))
    if dataset.tier != "aggregate":
        words = [
            name for name, kind in coded_types(dataset).items() if kind == _TEXT and name not in ("agency", *coded)
        ]
        yield from ((name, re.compile(AREA_CODE)) for name in words)


def _check(path: Path, table: str, column: str, allowed: re.Pattern[str] | set[str]) -> None:
    cells = pq.read_table(path, columns=[column])[column]
    if pa.types.is_list(cells.type):
        cells = pc.list_flatten(cells)
    for value in pc.unique(cells).to_pylist():
        fits = value in allowed if isinstance(allowed, set) else value is None or allowed.fullmatch(value)
        if value is not None and not fits and not re.fullmatch(_UNLISTED, value):
            raise FileRefused(
                f"The sealed table '{table}' holds something in '{column}' that coding could not have left there. "
                "Nothing was kept. Ask the agency to prepare it again with the pack in force."
            )
